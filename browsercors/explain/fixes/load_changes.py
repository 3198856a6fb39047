"""
Changes to an element, a style sheet or a script that could fix the failure of what it loads.

These are candidates only; `proof` finds out which of them help.
"""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING, Final

from browsercors.explain.fixes.page_changes import PageChange, canonical_url, final_path, over_https, page_changes
from browsercors.explain.report import RequestChange
from browsercors.explain.words.loads import element_of, markup, restriction_of, thing_of
from browsercors.explain.words.reasons import ALLOW_ORIGIN_REASONS
from browsercors.explain.words.sanitise import shown
from browsercors.values.findings import Reason

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from browsercors.explain.fixes.proof import FetchFailure
    from browsercors.initiators.page_call import PageCall

__all__ = ["changes_of_page", "with_cors"]

MAY_HAVE_CROSSORIGIN: Final = frozenset({"image", "script", "stylesheet", "media", "track", "preload", "prefetch"})
"""What is loaded without CORS, or not at all, unless the element has a `crossorigin` attribute."""

AS_MISTAKES: Final[Mapping[str, str]] = {
    "css": "style",
    "img": "image",
    "javascript": "script",
    "js": "script",
    "json": "fetch",
    "picture": "image",
    "stylesheet": "style",
    "xhr": "fetch",
}
"""What people write as the `as` of a preload, and what they mean."""


def changes_of_page(failure: FetchFailure, call: PageCall) -> list[PageChange]:
    """
    Return what the page could change in its call, or in the element that loads something, the cheapest change first.
    """
    if not element_of(call):
        return page_changes(failure, call)
    return [change for make in LOAD_CHANGES.get(failure.reason, ()) if (change := make(failure, call)) is not None]


def with_cors(call: PageCall) -> PageChange | None:
    """
    Return the call, or the element, that asks with CORS; None if there is no way to.
    """
    if not element_of(call):
        mode = RequestChange("mode", 'mode: "no-cors"', 'mode: "cors"', 'Use mode "cors".')
        return PageChange(mode, call._replace(options={**call.options, "mode": "cors"}))
    if "crossorigin" in call.options or call.api not in MAY_HAVE_CROSSORIGIN:
        return None
    place = "the media element around the track" if call.api == "track" else "the element"
    if call.api == "image":
        place = "the element, before its src is set"
    return _with_attribute(call, "crossorigin", "anonymous", f'Write crossorigin="anonymous" on {place}.')


def _with_attribute(call: PageCall, name: str, value: str | None, sentence: str, warning: str = "") -> PageChange:
    """
    Give an element another attribute, or none for None.
    """
    options = {**call.options, name: value}
    if value is None:
        del options[name]
    attribute = name.removesuffix("_")
    change = RequestChange(attribute, markup(call), markup(call, **{name: value}), sentence)
    return PageChange(change, call._replace(options=options), warning)


def _ask_with_cors(failure: FetchFailure, call: PageCall) -> PageChange | None:
    return with_cors(call)


def _ask_without_cors(failure: FetchFailure, call: PageCall) -> PageChange | None:
    if "crossorigin" not in call.options or call.api not in MAY_HAVE_CROSSORIGIN:
        return None
    restriction = restriction_of(call)
    warning = f"Then {restriction}." if restriction else ""
    if call.api == "preload":
        warning = "What uses the preload has to be loaded without it, too."
    return _with_attribute(call, "crossorigin", None, "Leave out the crossorigin attribute.", warning)


def _ask_without_cookies(failure: FetchFailure, call: PageCall) -> PageChange | None:
    if str(call.options.get("crossorigin")).lower() != "use-credentials":
        return None
    return _with_attribute(
        call,
        "crossorigin",
        "anonymous",
        'Write crossorigin="anonymous" in the place of use-credentials.',
        "Cookies are then not sent, and cookies of the response are not stored.",
    )


def _listen_without_cookies(failure: FetchFailure, call: PageCall) -> PageChange | None:
    if not call.options.get("with_credentials"):
        return None
    sentence = "Leave out withCredentials."
    change = RequestChange("withCredentials", markup(call), markup(call, with_credentials=None), sentence)
    return PageChange(
        change,
        call._replace(options={name: value for name, value in call.options.items() if name != "with_credentials"}),
        "Cookies are then not sent, and cookies of the response are not stored.",
    )


def _integrity_of_response(failure: FetchFailure, call: PageCall) -> PageChange | None:
    exchange = failure.exchange
    body = None if exchange is None else exchange.response_body
    if body is None or "integrity" not in call.options:
        return None
    digest = base64.b64encode(hashlib.sha384(body).digest()).decode("ascii")
    return _with_attribute(
        call,
        "integrity",
        f"sha384-{digest}",
        f"Write the hash of the {thing_of(call)} as it is now into the integrity attribute.",
        "Do this only if the file was changed on purpose: the attribute is there to notice changes.",
    )


def _import_as_what_it_is(failure: FetchFailure, call: PageCall) -> PageChange | None:
    """
    Import JSON and style sheets as what they are; a module imports scripts unless it says otherwise.
    """
    exchange = failure.exchange
    content_type = "" if exchange is None else exchange.response_headers.get("Content-Type", "")
    kind = {"application/json": "json", "text/css": "style"}.get(content_type.partition(";")[0].strip().lower())
    # NB: the module that an element loads is always a script.
    if kind is None or call.api != "module" or not {"referrer", "is_specifier"} & call.options.keys():
        return None
    return _with_attribute(call, "kind", kind, "Say in the import what is imported.")


def _without_password(failure: FetchFailure, call: PageCall) -> PageChange | None:
    url = failure.fetch.params.request.url_list[0]
    plain = url.without_credentials().href
    sentence = "Leave user name and password out of the URL."
    return PageChange(RequestChange("url", f'"{shown(url.href)}"', f'"{shown(plain)}"', sentence),
                      call._replace(url=plain))  # fmt: skip


def _relative_specifier(failure: FetchFailure, call: PageCall) -> PageChange | None:
    if not call.options.get("is_specifier") or not call.url.strip() or call.url.startswith((" ", "\\")):
        return None
    relative = f"./{call.url}"
    sentence = "Write the path of the module with ./ before it."
    return PageChange(
        RequestChange("specifier", f'import("{shown(call.url)}")', f'import("{shown(relative)}")', sentence),
        call._replace(url=relative),
    )


def _right_as(failure: FetchFailure, call: PageCall) -> PageChange | None:
    meant = AS_MISTAKES.get(str(call.options.get("as_", "")).lower())
    if call.api != "preload" or meant is None:
        return None
    return _with_attribute(call, "as_", meant, f'Write as="{meant}".')


CREDENTIALS_CHANGES: Final = (_ask_without_cookies, _listen_without_cookies, canonical_url, _ask_without_cors)
LOAD_CHANGES: Final[Mapping[Reason, tuple[Callable[[FetchFailure, PageCall], PageChange | None], ...]]] = {
    **dict.fromkeys(ALLOW_ORIGIN_REASONS, (canonical_url, _ask_without_cors)),
    Reason.ALLOW_ORIGIN_WILDCARD_WITH_CREDENTIALS: CREDENTIALS_CHANGES,
    Reason.ALLOW_CREDENTIALS_NOT_TRUE: CREDENTIALS_CHANGES,
    Reason.CROSS_ORIGIN_RESOURCE_POLICY: (_ask_with_cors,),
    Reason.OPAQUE_RESPONSE_BLOCKED: (_ask_with_cors,),
    Reason.SAME_ORIGIN_MODE: (_ask_with_cors,),
    Reason.INTEGRITY_MISMATCH: (_ask_with_cors, _integrity_of_response),
    Reason.MIXED_CONTENT: (over_https, final_path),
    Reason.MIME_TYPE_BLOCKED: (_import_as_what_it_is,),
    Reason.URL_INVALID: (_relative_specifier,),
    Reason.URL_WITH_CREDENTIALS: (_without_password,),
    Reason.LOAD_NOT_SUPPORTED: (_right_as,),
}
