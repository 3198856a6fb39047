"""
Changes to the page's call that could fix a failure.

These are candidates only; `proof` finds out which of them help.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from browsercors.explain.fixes.server_changes import (
    answered_header,
    copyable,
    evidence_text,
    is_with_credentials,
)
from browsercors.explain.report import RequestChange
from browsercors.explain.words.reasons import ALLOW_METHODS, ALLOW_ORIGIN_REASONS
from browsercors.explain.words.sanitise import LONGEST_VALUE, shown
from browsercors.initiators.bodies.blob import Blob
from browsercors.initiators.bodies.readable_stream import ReadableStream
from browsercors.values.findings import Reason
from browsercors.values.urls import parse_url

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from browsercors.explain.fixes.proof import FetchFailure
    from browsercors.fetch.params import FetchParams
    from browsercors.initiators.page_call import PageCall
    from browsercors.values.urls import URL

__all__ = [
    "DROPPABLE",
    "PageChange",
    "canonical_url",
    "final_path",
    "leads_to_login",
    "over_https",
    "page_changes",
    "page_mistakes",
    "removable_headers",
]

LOGIN: Final = re.compile(
    r"[./]?\b(?:login|log-in|signin|sign-in|sign_in|sso|saml2?|oauth2?|oidc|authorize|authn|accounts|idp|auth)\b",
    re.IGNORECASE,
)

TRACING: Final = frozenset(
    {"baggage", "b3", "sentry-trace", "traceparent", "tracestate", "x-b3-traceid", "x-datadog-trace-id", "newrelic"}
)

OF_RESPONSES: Final = frozenset(
    {
        "access-control-allow-origin",
        "access-control-allow-methods",
        "access-control-allow-headers",
        "access-control-allow-credentials",
        "access-control-expose-headers",
        "access-control-max-age",
    }
)

DROPPABLE: Final[Mapping[str, str]] = {
    **dict.fromkeys(
        sorted(OF_RESPONSES), "it is a response header, and in a request it only causes a preflight"
    ),
    **dict.fromkeys(sorted(TRACING), "it is for tracing; limit tracing to servers that expect it"),
    "cache-control": "the cache option of fetch() does the same without a preflight",
    "pragma": "the cache option of fetch() does the same without a preflight",
    "x-requested-with": "fetch() does not need it; a server that requires it has to allow it",
}  # fmt: skip
"""Request headers that a page does not need, and why."""


class PageChange(NamedTuple):
    """
    A change to the page's call.

    Attributes:
        request_change: The change, as a sentence and as JavaScript.
        call: The changed call.
        warning: What the change costs; may be empty.
    """

    request_change: RequestChange
    call: PageCall
    warning: str = ""


# The page's side


def page_mistakes(failure: FetchFailure, call: PageCall) -> list[PageChange]:
    """
    Return the page's own mistakes, which no server should have to allow.

    These are a method in the wrong case, and response headers that the page sends in its request.
    """
    made = []
    if failure.reason is Reason.METHOD_NOT_ALLOWED and _is_listed_in_capitals(failure):
        made.append(_method_in_capitals(failure, call))
    if failure.fetch.params.in_preflight:
        names = [name for name in removable_headers(call, failure.fetch.params) if name.lower() in OF_RESPONSES]
        made.append(_without_headers(call, names))
    return [change for change in made if change is not None]


def _is_listed_in_capitals(failure: FetchFailure) -> bool:
    method = failure.fetch.params.request.method.decode("ascii")
    listed = {item.strip() for item in answered_header(failure, ALLOW_METHODS).split(",")}
    return method != method.upper() and method.upper() in listed


def page_changes(failure: FetchFailure, call: PageCall) -> list[PageChange]:
    """
    Return what the page could change, the cheapest change first.
    """
    return [change for make in PAGE_CHANGES.get(failure.reason, ()) if (change := make(failure, call)) is not None]


def _option(call: PageCall, name: str, value: object, *, before: str, after: str, sentence: str) -> PageChange:
    change = RequestChange(name, before, after, sentence)
    return PageChange(change, call._replace(options={**call.options, name: value}))


def _without_credentials(failure: FetchFailure, call: PageCall) -> PageChange | None:
    if not is_with_credentials(failure):
        return None
    sentence = "Send the request without credentials."
    if call.api == "fetch":
        change = _option(
            call, "credentials", "same-origin",
            before='credentials: "include"', after='credentials: "same-origin"', sentence=sentence,
        )  # fmt: skip
    else:
        change = _option(
            call, "with_credentials", False,
            before="xhr.withCredentials = true", after="xhr.withCredentials = false", sentence=sentence,
        )  # fmt: skip
    return change._replace(warning="Cookies are then not sent, and cookies of the response are not stored.")


def _method_in_capitals(failure: FetchFailure, call: PageCall) -> PageChange | None:
    capitals = call.method.upper()
    if capitals == call.method:
        return None
    sentence = f"Write the method in upper case: {shown(capitals)}."
    before, after = f'method: "{shown(call.method)}"', f'method: "{shown(capitals)}"'
    return PageChange(RequestChange("method", before, after, sentence), call._replace(method=capitals))


def removable_headers(call: PageCall, params: FetchParams) -> list[str]:
    """
    Return the headers of a call that cause a preflight and that the page does not need.
    """
    sent = {name.decode("latin-1").lower() for name, _ in params.request.page_header_list}
    once = {name.lower(): name for name, _ in reversed(_pairs(call))}
    return [name for lower, name in reversed(once.items()) if lower in DROPPABLE and lower in sent]


def _pairs(call: PageCall) -> list[tuple[str, str]]:
    headers: Any = call.headers or ()
    return list(headers.items() if isinstance(headers, dict) else headers)


def _fewer_headers(failure: FetchFailure, call: PageCall) -> PageChange | None:
    return _without_headers(call, removable_headers(call, failure.fetch.params))


def _without_headers(call: PageCall, names: list[str]) -> PageChange | None:
    if not names:
        return None
    lower = {name.lower() for name in names}
    reasons = dict.fromkeys(f"{shown(name)}: {DROPPABLE[name.lower()]}" for name in names)
    change = RequestChange(
        "headers",
        ", ".join(f'"{shown(name)}": ...' for name in names),
        "without " + ", ".join(shown(name) for name in names),
        f"Leave out headers that the page does not need. {'; '.join(reasons)}.",
    )
    kept = [(name, value) for name, value in _pairs(call) if name.lower() not in lower]
    return PageChange(change, call._replace(headers=kept or None))


def _no_upload_listeners(failure: FetchFailure, call: PageCall) -> PageChange | None:
    if not call.options.get("upload_listeners"):
        return None
    sentence = "Remove the listeners on xhr.upload: only they cause a preflight for this request."
    return _option(
        call, "upload_listeners", False,
        before='xhr.upload.addEventListener("progress", ...)', after="no listener on xhr.upload", sentence=sentence,
    )._replace(warning="The page can then not show the progress of the upload.")  # fmt: skip


def canonical_url(failure: FetchFailure, call: PageCall) -> PageChange | None:
    """
    Request the URL that the redirect leads to, unless it is a log-in, which no fetch gets through.
    """
    request = failure.fetch.params.request
    exchange = failure.exchange
    if failure.reason is Reason.PREFLIGHT_REDIRECTED and exchange is not None:
        target = parse_url(evidence_text(failure.finding.evidence.get("location")), exchange.http_request.url)
    elif len(request.url_list) > 1:
        target = request.current_url
    else:
        return None
    asked = request.url_list[0]
    # NB: a redirect that lost https leads to a URL that the page may not ask for, and that nobody meant.
    if target is not None and _lost_https(asked, target):
        target = parse_url(f"https{target.href.removeprefix('http')}")
    if target is None or not target.is_http or target.href == asked.href or leads_to_login(asked, target):
        return None
    before, after = shown(asked.href), copyable(target.href)
    sentence = f"Request {after} directly, where the redirect leads."
    return PageChange(RequestChange("url", f'"{before}"', f'"{after}"', sentence), call._replace(url=target.href))


def _lost_https(asked: URL, target: URL) -> bool:
    return (asked.scheme, target.scheme) == ("https", "http") and asked.host == target.host


def final_path(failure: FetchFailure, call: PageCall) -> PageChange | None:
    """
    Ask for the path where a redirect leads that lost https, and keep https.
    """
    request = failure.fetch.params.request
    return canonical_url(failure, call) if _lost_https(request.url_list[0], request.current_url) else None


def leads_to_login(asked: URL, target: URL) -> bool:
    """
    Whether a redirect seems to lead to a log-in, judging by its URLs.
    """
    # NB: an API of accounts or tokens that redirects to itself, for a slash, is not a log-in.
    is_other_host = asked.host.removeprefix("www.") != target.host.removeprefix("www.")
    return _is_login(target) and (is_other_host or not _is_login(asked))


def _is_login(url: URL) -> bool:
    return LOGIN.search(f"{url.host}{url.path[:LONGEST_VALUE]}") is not None


def over_https(failure: FetchFailure, call: PageCall) -> PageChange | None:
    """
    Ask over https for what the page asks for over http.
    """
    url = failure.fetch.params.request.current_url
    if len(failure.fetch.params.request.url_list) > 1 or url.scheme != "http":
        return None
    href = f"https{url.href[4:]}"
    change = RequestChange("url", f'"{shown(url.href)}"', f'"{copyable(href)}"', "Use https.")
    return PageChange(change, call._replace(url=href), "The server has to respond over https on that port.")


def _mode_cors(failure: FetchFailure, call: PageCall) -> PageChange | None:
    if len(failure.fetch.params.request.url_list) > 1:
        return None
    before = f'mode: "{failure.fetch.params.request.mode.value}"'
    return _option(call, "mode", "cors", before=before, after='mode: "cors"', sentence='Use mode "cors".')


def _follow(failure: FetchFailure, call: PageCall) -> PageChange | None:
    before = f'redirect: "{failure.fetch.params.request.redirect_mode.value}"'
    return _option(call, "redirect", "follow", before=before, after='redirect: "follow"', sentence="Follow redirects.")


def _default_cache(failure: FetchFailure, call: PageCall) -> PageChange | None:
    return _option(
        call, "cache", "default",
        before='cache: "only-if-cached"', after='cache: "default"', sentence="Allow the request to use the network.",
    )  # fmt: skip


def _without_keepalive(failure: FetchFailure, call: PageCall) -> PageChange | None:
    return _option(
        call, "keepalive", False,
        before="keepalive: true", after="keepalive: false", sentence="Leave out keepalive, or send a smaller body.",
    )._replace(warning="The request then ends with the page.")  # fmt: skip


def _whole_body(failure: FetchFailure, call: PageCall) -> PageChange | None:
    if not isinstance(call.body, ReadableStream):
        return None
    change = RequestChange("body", "body: stream", "body: blob", "Send the whole body as a Blob instead of a stream.")
    options = {name: value for name, value in call.options.items() if name != "duplex"}
    return PageChange(change, call._replace(body=Blob(b"".join(call.body.chunks)), options=options))


CREDENTIALS_CHANGES: Final = (_without_credentials,)
PREFLIGHT_CHANGES: Final = (_fewer_headers, _no_upload_listeners)
ORIGIN_CHANGES: Final = (canonical_url, *PREFLIGHT_CHANGES)
PAGE_CHANGES: Final[Mapping[Reason, tuple[Callable[[FetchFailure, PageCall], PageChange | None], ...]]] = {
    **dict.fromkeys(ALLOW_ORIGIN_REASONS, ORIGIN_CHANGES),
    Reason.ALLOW_ORIGIN_WILDCARD_WITH_CREDENTIALS: (*CREDENTIALS_CHANGES, *ORIGIN_CHANGES),
    Reason.ALLOW_CREDENTIALS_NOT_TRUE: (*CREDENTIALS_CHANGES, *ORIGIN_CHANGES),
    Reason.PREFLIGHT_REDIRECTED: (canonical_url, *PREFLIGHT_CHANGES),
    Reason.PREFLIGHT_STATUS_NOT_OK: PREFLIGHT_CHANGES,
    Reason.ALLOW_METHODS_INVALID: PREFLIGHT_CHANGES,
    Reason.ALLOW_HEADERS_INVALID: PREFLIGHT_CHANGES,
    Reason.METHOD_NOT_ALLOWED: (_method_in_capitals, *CREDENTIALS_CHANGES, *PREFLIGHT_CHANGES),
    Reason.HEADER_NOT_ALLOWED: (*PREFLIGHT_CHANGES, *CREDENTIALS_CHANGES),
    Reason.REDIRECT_MODE_ERROR: (canonical_url, _follow),
    Reason.REDIRECT_OF_STREAM: (_whole_body,),
    Reason.SAME_ORIGIN_MODE: (_mode_cors,),
    Reason.NO_CORS_REDIRECT_MODE: (_follow, _mode_cors),
    Reason.MIXED_CONTENT: (over_https, final_path),
    Reason.ONLY_IF_CACHED: (_default_cache,),
    Reason.KEEPALIVE_BODY_TOO_LARGE: (_without_keepalive,),
    Reason.STREAM_UPLOAD_NOT_SUPPORTED: (_whole_body,),
    Reason.CROSS_ORIGIN_RESOURCE_POLICY: (_mode_cors,),
}
