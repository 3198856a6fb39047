"""
What could mend a failure: changes to the answer that decided, and changes to the page's call.

These are candidates only. Which of them help is for `proofs` to find out.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from browsercors.explain.proofs import Repair
from browsercors.explain.report import RequestChange
from browsercors.explain.sanitise import LONGEST_VALUE, printable, shown
from browsercors.explain.words import ALLOW_CREDENTIALS, ALLOW_HEADERS, ALLOW_METHODS, ALLOW_ORIGIN
from browsercors.fetch.bodies import Blob, ReadableStream
from browsercors.values.findings import Reason
from browsercors.values.headers import is_header_name
from browsercors.values.requests import CredentialsMode
from browsercors.values.urls import parse_url

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from browsercors.explain.proofs import Failure, Slot
    from browsercors.fetch.fetch_params import FetchParams, PageCall
    from browsercors.values.urls import URL

__all__ = [
    "DROPPABLE",
    "NARROW",
    "NOTHING_HELPS",
    "OPEN",
    "ORIGIN_REASONS",
    "UNSEEN",
    "PageRepair",
    "copyable",
    "leads_to_login",
    "merged_vary",
    "missing_header_names",
    "opened",
    "own_repairs",
    "page_repairs",
    "removable_headers",
    "varying",
]

LOGIN: Final = re.compile(
    r"[./]?\b(?:login|log-in|signin|sign-in|sign_in|sso|saml2?|oauth2?|oidc|authorize|authn|accounts|idp|auth)\b",
    re.IGNORECASE,
)

TRACING: Final = frozenset(
    {"baggage", "b3", "sentry-trace", "traceparent", "tracestate", "x-b3-traceid", "x-datadog-trace-id", "newrelic"}
)
LONGEST_COPIED: Final = 8192
"""How long a header or a URL may be; servers take no longer ones."""

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


# The server's side


def NARROW(failure: Failure) -> Repair | None:  # noqa: N802 - one of two values that are passed about
    """
    Change the answer so that it allows this page and this request, and nothing more.
    """
    make = SERVER_REPAIRS.get(failure.reason)
    return None if make is None else make(failure)


def OPEN(failure: Failure) -> Repair | None:  # noqa: N802
    """
    Change the answer so that it allows every page, which only a request without credentials can use.
    """
    if failure.reason in ORIGIN_REASONS:
        return None if _with_credentials(failure) else Repair({ALLOW_ORIGIN: "*"})
    return NARROW(failure)


def _with_credentials(failure: Failure) -> bool:
    return failure.trial.params.request.credentials_mode is CredentialsMode.INCLUDE


def _exact_origin(failure: Failure) -> Repair | None:
    wanted = failure.finding.evidence["wanted"]
    # NB: null is nobody's own; whoever allows it allows every sandboxed page there is.
    if not isinstance(wanted, bytes) or wanted == b"null":
        return None
    return Repair({ALLOW_ORIGIN: wanted.decode("ascii"), "Vary": merged_vary(failure)})


def merged_vary(failure: Failure) -> str:
    """
    Return the answer's `Vary` with `Origin` in it.
    """
    names = [name.strip() for name in _value(failure, "Vary").split(",")]
    kept = [name for name in names if is_header_name(name.encode("latin-1"))]
    return ", ".join(kept if {"origin", "*"} & {name.lower() for name in kept} else [*kept, "Origin"])


def varying(
    repair_of: Callable[[Failure], Repair | None], slots: Collection[Slot]
) -> Callable[[Failure], Repair | None]:
    """
    Return *repair_of* with `Vary: Origin` wherever an answer in one of *slots* is left with an origin named in it.
    """

    def repair_and_vary(failure: Failure) -> Repair | None:
        repair = repair_of(failure)
        if repair is None or failure.slot not in slots or "Vary" in repair.headers:
            return repair
        allowed = repair.headers.get(ALLOW_ORIGIN, _value(failure, ALLOW_ORIGIN))
        vary = merged_vary(failure)
        if allowed in {None, "", "*"} or vary == _value(failure, "Vary"):
            return repair
        return repair.and_then(Repair({"Vary": vary}))

    return repair_and_vary if slots else repair_of


def _value(failure: Failure, name: str) -> str:
    """
    Return the value of a header of the answer that decided; empty if it is not there.
    """
    return "" if failure.exchange is None else failure.exchange.response_headers.get(name, "")


def _allow_credentials(failure: Failure) -> Repair:
    return Repair({ALLOW_CREDENTIALS: "true"})


def _own_preflight_answer(failure: Failure) -> Repair:
    return Repair({"Location": None}, 204)


def _listed(failure: Failure, name: str, wanted: Iterable[str]) -> Repair:
    """
    Add *wanted* to a list; what is no token in it goes, and what means nothing: with credentials * is no wildcard.
    """
    items = dict.fromkeys(item.strip() for item in _value(failure, name).split(","))
    kept = [item for item in items if is_header_name(item.encode("latin-1"))]
    if _with_credentials(failure):
        kept = [item for item in kept if item != "*"]
    have = set(kept)
    # NB: an empty list is none; the header goes then.
    return Repair({name: ", ".join([*kept, *(each for each in wanted if each not in have)]) or None})


def _allow_methods(failure: Failure) -> Repair:
    return _listed(failure, ALLOW_METHODS, _unless_safelisted(failure.trial.params.request.method.decode("ascii")))


def _unless_safelisted(method: str) -> list[str]:
    return [] if method in {"GET", "HEAD", "POST"} else [method]


def _allow_method(failure: Failure) -> Repair:
    return _listed(failure, ALLOW_METHODS, [failure.trial.params.request.method.decode("ascii")])


def _allow_header_names(failure: Failure) -> Repair:
    return _listed(failure, ALLOW_HEADERS, missing_header_names(failure))


def missing_header_names(failure: Failure) -> list[str]:
    """
    Return the request headers that the preflight asks for and the answer does not list.
    """
    exchange = failure.exchange
    asked = "" if exchange is None else exchange.request_headers.get("Access-Control-Request-Headers", "")
    listed = {item.strip().lower() for item in _value(failure, ALLOW_HEADERS).split(",")}
    # NB: next to a wildcard that counts, only what it does not cover is missing.
    covered = "*" in listed and not _with_credentials(failure)
    named = _text(failure.finding.evidence.get("name"))
    every = dict.fromkeys(name.strip() for name in asked.split(",") if name.strip())
    missing = [] if covered else [name for name in every if name.lower() not in listed]
    return missing if not named or named.lower() in {name.lower() for name in missing} else [*missing, named]


def _text(value: object) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else "" if value is None else str(value)


def _location_without_credentials(failure: Failure) -> Repair | None:
    url = parse_url(_text(failure.finding.evidence.get("location")))
    return None if url is None else Repair({"Location": url.without_credentials().href})


def _wider_resource_policy(failure: Failure) -> Repair:
    params = failure.trial.params
    request = params.request
    near = (
        request.origin.scheme == "https" or request.current_url.scheme != "https"
    ) and params.user_agent.sites.schemelessly_same_site(request.origin, request.current_url.origin)
    return Repair({"Cross-Origin-Resource-Policy": "same-site" if near else "cross-origin"})


def _status_of_servers(failure: Failure) -> Repair:
    return Repair({}, 401)


ORIGIN_REASONS: Final[frozenset[Reason]] = frozenset(
    {
        Reason.ALLOW_ORIGIN_MISSING,
        Reason.ALLOW_ORIGIN_WILDCARD_WITH_CREDENTIALS,
        Reason.ALLOW_ORIGIN_REPEATED,
        Reason.ALLOW_ORIGIN_LIST,
        Reason.ALLOW_ORIGIN_SPACE_SEPARATED,
        Reason.ALLOW_ORIGIN_INVALID,
        Reason.ALLOW_ORIGIN_MISMATCH,
    }
)

SERVER_REPAIRS: Final[Mapping[Reason, Callable[[Failure], Repair | None]]] = {
    **dict.fromkeys(ORIGIN_REASONS, _exact_origin),
    Reason.ALLOW_CREDENTIALS_NOT_TRUE: _allow_credentials,
    Reason.PREFLIGHT_REDIRECTED: _own_preflight_answer,
    Reason.PREFLIGHT_STATUS_NOT_OK: _own_preflight_answer,
    Reason.ALLOW_METHODS_INVALID: _allow_methods,
    Reason.METHOD_NOT_ALLOWED: _allow_method,
    Reason.ALLOW_HEADERS_INVALID: _allow_header_names,
    Reason.HEADER_NOT_ALLOWED: _allow_header_names,
    Reason.REDIRECT_WITH_CREDENTIALS: _location_without_credentials,
    Reason.CROSS_ORIGIN_RESOURCE_POLICY: _wider_resource_policy,
    Reason.PROXY_AUTHENTICATION: _status_of_servers,
}


def NOTHING_HELPS(failure: Failure) -> Repair | None:  # noqa: N802
    """
    Change nothing: what fails, fails.
    """
    return None


def UNSEEN(failure: Failure) -> Repair | None:  # noqa: N802
    """
    Take an answer that no recording holds to be one that allows this page; what was recorded stays.
    """
    return NARROW(failure) if failure.slot in failure.trial.assumed else None


def copyable(value: str) -> str:
    """
    Return a value that somebody has to write as it can be printed: whole, but for one that nobody would write.
    """
    return printable(value) if len(value) <= LONGEST_COPIED else shown(value)


def opened(repair: Repair) -> Repair:
    """
    Return the same change for every page, not for one.
    """
    headers = {name: value for name, value in repair.headers.items() if name not in {ALLOW_ORIGIN, "Vary"}}
    return repair._replace(headers={ALLOW_ORIGIN: "*", **headers} if ALLOW_ORIGIN in repair.headers else headers)


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
    listed = {item.strip() for item in _value(failure, ALLOW_METHODS).split(",")}
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
    if not _with_credentials(failure):
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
        target = parse_url(_text(failure.finding.evidence.get("location")), exchange.http_request.url)
    elif len(request.url_list) > 1:
        target = request.current_url
    else:
        return None
    asked = request.url_list[0]
    if target is None or not target.is_http or target.href == asked.href or leads_to_login(asked, target):
        return None
    before, after = shown(asked.href), copyable(target.href)
    sentence = f"Ask for {after} directly, where the redirect leads."
    return PageRepair(RequestChange("url", f'"{before}"', f'"{after}"', sentence), call._replace(url=target.href))


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
    Reason.MIXED_CONTENT: (_over_https,),
    Reason.ONLY_IF_CACHED: (_default_cache,),
    Reason.KEEPALIVE_BODY_TOO_LARGE: (_without_keepalive,),
    Reason.STREAM_UPLOAD_NOT_SUPPORTED: (_whole_body,),
    Reason.CROSS_ORIGIN_RESOURCE_POLICY: (_mode_cors,),
}
