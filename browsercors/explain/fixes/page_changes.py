"""
What could mend a failure at the page: changes to its call.

These are candidates only. Which of them help is for `proof` to find out.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from browsercors.explain.fixes.server_changes import (
    ORIGIN_REASONS,
    answered_header,
    copyable,
    evidence_text,
    is_with_credentials,
)
from browsercors.explain.report import RequestChange
from browsercors.explain.words.reasons import ALLOW_METHODS
from browsercors.explain.words.sanitise import LONGEST_VALUE, shown
from browsercors.initiators.bodies.blob import Blob
from browsercors.initiators.bodies.readable_stream import ReadableStream
from browsercors.values.findings import Reason
from browsercors.values.urls import parse_url

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from browsercors.explain.fixes.proof import Failure
    from browsercors.fetch.page_call import PageCall
    from browsercors.fetch.params import FetchParams
    from browsercors.values.urls import URL

__all__ = ["DROPPABLE", "PageRepair", "leads_to_login", "own_repairs", "page_repairs", "removable_headers"]

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
        sorted(OF_RESPONSES), "it is a header of responses, and does nothing in a request but cause a preflight"
    ),
    **dict.fromkeys(sorted(TRACING), "it is there for tracing; limit tracing to servers that expect it"),
    "cache-control": "the option cache of fetch() says the same without a preflight",
    "pragma": "the option cache of fetch() says the same without a preflight",
    "x-requested-with": "fetch() does not need it; servers that ask for it have to allow it",
}  # fmt: skip
"""Request headers that a page can do without, and why."""


class PageRepair(NamedTuple):
    """
    A change to the page's call.

    Attributes:
        change: The change, in words and as JavaScript.
        call: The call after it.
        warning: What is lost by it; may be empty.
    """

    change: RequestChange
    call: PageCall
    warning: str = ""


# The page's side


def own_repairs(failure: Failure, call: PageCall) -> list[PageRepair]:
    """
    Return what the page has to change, since no server should allow it.

    It spells a listed method otherwise, or asks leave for headers that are headers of responses.
    """
    made = []
    if failure.reason is Reason.METHOD_NOT_ALLOWED and _is_listed_in_capitals(failure):
        made.append(_method_in_capitals(failure, call))
    if failure.trial.params.in_preflight:
        names = [name for name in removable_headers(call, failure.trial.params) if name.lower() in OF_RESPONSES]
        made.append(_without_headers(call, names))
    return [repair for repair in made if repair is not None]


def _is_listed_in_capitals(failure: Failure) -> bool:
    method = failure.trial.params.request.method.decode("ascii")
    listed = {item.strip() for item in answered_header(failure, ALLOW_METHODS).split(",")}
    return method != method.upper() and method.upper() in listed


def page_repairs(failure: Failure, call: PageCall) -> list[PageRepair]:
    """
    Return what the page could change, the smallest loss first.
    """
    return [repair for make in PAGE_REPAIRS.get(failure.reason, ()) if (repair := make(failure, call)) is not None]


def _option(call: PageCall, name: str, value: object, *, before: str, after: str, sentence: str) -> PageRepair:
    change = RequestChange(name, before, after, sentence)
    return PageRepair(change, call._replace(options={**call.options, name: value}))


def _without_credentials(failure: Failure, call: PageCall) -> PageRepair | None:
    if not is_with_credentials(failure):
        return None
    sentence = "Ask without credentials."
    if call.api == "fetch":
        repair = _option(
            call, "credentials", "same-origin",
            before='credentials: "include"', after='credentials: "same-origin"', sentence=sentence,
        )  # fmt: skip
    else:
        repair = _option(
            call, "with_credentials", False,
            before="xhr.withCredentials = true", after="xhr.withCredentials = false", sentence=sentence,
        )  # fmt: skip
    return repair._replace(warning="Cookies do not go along then, and those of the response are not stored.")


def _method_in_capitals(failure: Failure, call: PageCall) -> PageRepair | None:
    capitals = call.method.upper()
    if capitals == call.method:
        return None
    sentence = f"Write the method in capitals: {shown(capitals)}."
    before, after = f'method: "{shown(call.method)}"', f'method: "{shown(capitals)}"'
    return PageRepair(RequestChange("method", before, after, sentence), call._replace(method=capitals))


def removable_headers(call: PageCall, params: FetchParams) -> list[str]:
    """
    Return the headers of a call that cause a preflight and that the page can do without.
    """
    sent = {name.decode("latin-1").lower() for name, _ in params.request.page_header_list}
    once = {name.lower(): name for name, _ in reversed(_pairs(call))}
    return [name for lower, name in reversed(once.items()) if lower in DROPPABLE and lower in sent]


def _pairs(call: PageCall) -> list[tuple[str, str]]:
    headers: Any = call.headers or ()
    return list(headers.items() if isinstance(headers, dict) else headers)


def _fewer_headers(failure: Failure, call: PageCall) -> PageRepair | None:
    return _without_headers(call, removable_headers(call, failure.trial.params))


def _without_headers(call: PageCall, names: list[str]) -> PageRepair | None:
    if not names:
        return None
    lower = {name.lower() for name in names}
    reasons = dict.fromkeys(f"{shown(name)}: {DROPPABLE[name.lower()]}" for name in names)
    change = RequestChange(
        "headers",
        ", ".join(f'"{shown(name)}": ...' for name in names),
        "without " + ", ".join(shown(name) for name in names),
        f"Leave out headers that the page can do without. {'; '.join(reasons)}.",
    )
    kept = [(name, value) for name, value in _pairs(call) if name.lower() not in lower]
    return PageRepair(change, call._replace(headers=kept or None))


def _no_upload_listeners(failure: Failure, call: PageCall) -> PageRepair | None:
    if not call.options.get("upload_listeners"):
        return None
    sentence = "Do without listeners on xhr.upload: they alone make this request need a preflight."
    return _option(
        call, "upload_listeners", False,
        before='xhr.upload.addEventListener("progress", ...)', after="no listener on xhr.upload", sentence=sentence,
    )._replace(warning="The page cannot show how far the upload has come then.")  # fmt: skip


def _canonical_url(failure: Failure, call: PageCall) -> PageRepair | None:
    """
    Ask where the redirect leads, unless that is a log-in, which no page can fetch its way through.
    """
    request = failure.trial.params.request
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
    sentence = f"Ask for {after} directly, where the redirect leads."
    return PageRepair(RequestChange("url", f'"{before}"', f'"{after}"', sentence), call._replace(url=target.href))


def _lost_https(asked: URL, target: URL) -> bool:
    return (asked.scheme, target.scheme) == ("https", "http") and asked.host == target.host


def _final_path(failure: Failure, call: PageCall) -> PageRepair | None:
    """
    Ask for the path where a redirect leads that lost https, and keep https.
    """
    request = failure.trial.params.request
    return _canonical_url(failure, call) if _lost_https(request.url_list[0], request.current_url) else None


def leads_to_login(asked: URL, target: URL) -> bool:
    """
    Whether a redirect leads to where somebody has to log in, by the looks of the URLs.
    """
    # NB: an API of accounts or tokens that redirects within itself, for a slash, asks nobody to log in.
    return _is_login(target) and not _is_login(asked)


def _is_login(url: URL) -> bool:
    return LOGIN.search(f"{url.host}{url.path[:LONGEST_VALUE]}") is not None


def _over_https(failure: Failure, call: PageCall) -> PageRepair | None:
    url = failure.trial.params.request.current_url
    if len(failure.trial.params.request.url_list) > 1 or url.scheme != "http":
        return None
    href = f"https{url.href[4:]}"
    change = RequestChange("url", f'"{shown(url.href)}"', f'"{copyable(href)}"', "Ask over https.")
    return PageRepair(change, call._replace(url=href), "The server has to answer over https, on that port.")


def _mode_cors(failure: Failure, call: PageCall) -> PageRepair | None:
    if len(failure.trial.params.request.url_list) > 1:
        return None
    before = f'mode: "{failure.trial.params.request.mode.value}"'
    return _option(call, "mode", "cors", before=before, after='mode: "cors"', sentence='Ask in mode "cors".')


def _follow(failure: Failure, call: PageCall) -> PageRepair | None:
    before = f'redirect: "{failure.trial.params.request.redirect_mode.value}"'
    return _option(
        call, "redirect", "follow", before=before, after='redirect: "follow"', sentence="Let redirects be followed."
    )


def _default_cache(failure: Failure, call: PageCall) -> PageRepair | None:
    return _option(
        call, "cache", "default",
        before='cache: "only-if-cached"', after='cache: "default"', sentence="Let the network be asked.",
    )  # fmt: skip


def _without_keepalive(failure: Failure, call: PageCall) -> PageRepair | None:
    return _option(
        call, "keepalive", False,
        before="keepalive: true", after="keepalive: false", sentence="Do without keepalive, or send less.",
    )._replace(warning="The request ends with the page then.")  # fmt: skip


def _whole_body(failure: Failure, call: PageCall) -> PageRepair | None:
    if not isinstance(call.body, ReadableStream):
        return None
    change = RequestChange("body", "body: stream", "body: blob", "Send the body whole, as a Blob, and not as a stream.")
    options = {name: value for name, value in call.options.items() if name != "duplex"}
    return PageRepair(change, call._replace(body=Blob(b"".join(call.body.chunks)), options=options))


CREDENTIALS_REPAIRS: Final = (_without_credentials,)
PREFLIGHT_REPAIRS: Final = (_fewer_headers, _no_upload_listeners)
ORIGIN_REPAIRS: Final = (_canonical_url, *PREFLIGHT_REPAIRS)
PAGE_REPAIRS: Final[Mapping[Reason, tuple[Callable[[Failure, PageCall], PageRepair | None], ...]]] = {
    **dict.fromkeys(ORIGIN_REASONS, ORIGIN_REPAIRS),
    Reason.ALLOW_ORIGIN_WILDCARD_WITH_CREDENTIALS: (*CREDENTIALS_REPAIRS, *ORIGIN_REPAIRS),
    Reason.ALLOW_CREDENTIALS_NOT_TRUE: (*CREDENTIALS_REPAIRS, *ORIGIN_REPAIRS),
    Reason.PREFLIGHT_REDIRECTED: (_canonical_url, *PREFLIGHT_REPAIRS),
    Reason.PREFLIGHT_STATUS_NOT_OK: PREFLIGHT_REPAIRS,
    Reason.ALLOW_METHODS_INVALID: PREFLIGHT_REPAIRS,
    Reason.ALLOW_HEADERS_INVALID: PREFLIGHT_REPAIRS,
    Reason.METHOD_NOT_ALLOWED: (_method_in_capitals, *CREDENTIALS_REPAIRS, *PREFLIGHT_REPAIRS),
    Reason.HEADER_NOT_ALLOWED: (*PREFLIGHT_REPAIRS, *CREDENTIALS_REPAIRS),
    Reason.REDIRECT_MODE_ERROR: (_canonical_url, _follow),
    Reason.REDIRECT_OF_STREAM: (_whole_body,),
    Reason.SAME_ORIGIN_MODE: (_mode_cors,),
    Reason.NO_CORS_REDIRECT_MODE: (_follow, _mode_cors),
    Reason.MIXED_CONTENT: (_over_https, _final_path),
    Reason.ONLY_IF_CACHED: (_default_cache,),
    Reason.KEEPALIVE_BODY_TOO_LARGE: (_without_keepalive,),
    Reason.STREAM_UPLOAD_NOT_SUPPORTED: (_whole_body,),
    Reason.CROSS_ORIGIN_RESOURCE_POLICY: (_mode_cors,),
}
