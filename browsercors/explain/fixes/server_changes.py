"""
Changes to the deciding response that could fix a failure at the server.

These are candidates only; `proof` finds out which of them help.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.explain.fixes.proof import ResponseChange
from browsercors.explain.words.reasons import (
    ALLOW_CREDENTIALS,
    ALLOW_HEADERS,
    ALLOW_METHODS,
    ALLOW_ORIGIN,
    ALLOW_ORIGIN_REASONS,
)
from browsercors.explain.words.sanitise import printable, shown
from browsercors.values.findings import Reason
from browsercors.values.formats.mime_sniffing import audio_or_video_type, image_format, looks_like_svg
from browsercors.values.headers import is_header_name
from browsercors.values.requests import CredentialsMode
from browsercors.values.urls import parse_url

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from browsercors.explain.fixes.proof import FetchFailure, RequestKey
    from browsercors.initiators.page_call import PageCall

__all__ = [
    "allow_every_origin",
    "allow_if_unrecorded",
    "allow_this_request",
    "answered_header",
    "change_nothing",
    "copyable",
    "evidence_text",
    "for_every_origin",
    "is_with_credentials",
    "merged_vary",
    "missing_header_names",
    "with_vary_origin",
]

TEXT_TYPES: Final[Mapping[str, str]] = {
    "script": "text/javascript",
    "module": "text/javascript",
    "modulepreload": "text/javascript",
    "stylesheet": "text/css",
    "css-import": "text/css",
    "event-source": "text/event-stream",
}
TYPES_OF_MODULES: Final[Mapping[str, str]] = {"json": "application/json", "style": "text/css"}

LONGEST_COPIED: Final = 8192
"""The longest header or URL that a fix shows in full; servers accept no longer ones."""


# The server's side


def allow_this_request(failure: FetchFailure) -> ResponseChange | None:
    """
    Change the response so that it allows this page and this request, and nothing more.
    """
    make = SERVER_CHANGES.get(failure.reason)
    return None if make is None else make(failure)


def allow_every_origin(failure: FetchFailure) -> ResponseChange | None:
    """
    Change the response so that it allows every page, which works only for requests without credentials.
    """
    if failure.reason in ALLOW_ORIGIN_REASONS:
        return None if is_with_credentials(failure) else ResponseChange({ALLOW_ORIGIN: "*"})
    return allow_this_request(failure)


def is_with_credentials(failure: FetchFailure) -> bool:
    """
    Whether the failed request was made with credentials.
    """
    return failure.fetch.params.request.credentials_mode is CredentialsMode.INCLUDE


def _exact_origin(failure: FetchFailure) -> ResponseChange | None:
    wanted = failure.finding.evidence["wanted"]
    # NB: null belongs to no page: allowing it allows every sandboxed page.
    if not isinstance(wanted, bytes) or wanted == b"null":
        return None
    return ResponseChange({ALLOW_ORIGIN: wanted.decode("ascii"), "Vary": merged_vary(failure)})


def merged_vary(failure: FetchFailure) -> str:
    """
    Return the `Vary` of the response, with `Origin` added.
    """
    names = [name.strip() for name in answered_header(failure, "Vary").split(",")]
    kept = [name for name in names if is_header_name(name.encode("latin-1"))]
    return ", ".join(kept if {"origin", "*"} & {name.lower() for name in kept} else [*kept, "Origin"])


def with_vary_origin(
    change_for: Callable[[FetchFailure], ResponseChange | None], keys: Collection[RequestKey]
) -> Callable[[FetchFailure], ResponseChange | None]:
    """
    Return *change_for*, with `Vary: Origin` added to each response of *keys* that names an origin.
    """

    def change_and_vary(failure: FetchFailure) -> ResponseChange | None:
        change = change_for(failure)
        if change is None or failure.key not in keys or "Vary" in change.headers:
            return change
        allowed = change.headers.get(ALLOW_ORIGIN, answered_header(failure, ALLOW_ORIGIN))
        vary = merged_vary(failure)
        if allowed in {None, "", "*"} or vary == answered_header(failure, "Vary"):
            return change
        return change.and_then(ResponseChange({"Vary": vary}))

    return change_and_vary if keys else change_for


def answered_header(failure: FetchFailure, name: str) -> str:
    """
    Return the value of a header of the deciding response; empty if it is missing.
    """
    return "" if failure.exchange is None else failure.exchange.response_headers.get(name, "")


def _allow_credentials(failure: FetchFailure) -> ResponseChange:
    return ResponseChange({ALLOW_CREDENTIALS: "true"})


def _own_preflight_answer(failure: FetchFailure) -> ResponseChange:
    return ResponseChange({"Location": None}, 204)


def _with_names(failure: FetchFailure, name: str, wanted: Iterable[str]) -> ResponseChange:
    """
    Add *wanted* to a list, and drop invalid items; drop * too for a request with credentials, where it means nothing.
    """
    items = dict.fromkeys(item.strip() for item in answered_header(failure, name).split(","))
    kept = [item for item in items if is_header_name(item.encode("latin-1"))]
    if is_with_credentials(failure):
        kept = [item for item in kept if item != "*"]
    have = set(kept)
    # NB: an empty list means nothing, so the header is removed.
    return ResponseChange({name: ", ".join([*kept, *(each for each in wanted if each not in have)]) or None})


def _allow_methods(failure: FetchFailure) -> ResponseChange:
    return _with_names(failure, ALLOW_METHODS, _unless_safelisted(failure.fetch.params.request.method.decode("ascii")))


def _unless_safelisted(method: str) -> list[str]:
    return [] if method in {"GET", "HEAD", "POST"} else [method]


def _allow_method(failure: FetchFailure) -> ResponseChange:
    return _with_names(failure, ALLOW_METHODS, [failure.fetch.params.request.method.decode("ascii")])


def _allow_header_names(failure: FetchFailure) -> ResponseChange:
    return _with_names(failure, ALLOW_HEADERS, missing_header_names(failure))


def missing_header_names(failure: FetchFailure) -> list[str]:
    """
    Return the request headers that the preflight asks for and its response does not list.
    """
    exchange = failure.exchange
    asked = "" if exchange is None else exchange.request_headers.get("Access-Control-Request-Headers", "")
    listed = {item.strip().lower() for item in answered_header(failure, ALLOW_HEADERS).split(",")}
    # NB: if a wildcard counts, only what it does not cover is missing.
    covered = "*" in listed and not is_with_credentials(failure)
    named = evidence_text(failure.finding.evidence.get("name"))
    every = dict.fromkeys(name.strip() for name in asked.split(",") if name.strip())
    missing = [] if covered else [name for name in every if name.lower() not in listed]
    return missing if not named or named.lower() in {name.lower() for name in missing} else [*missing, named]


def evidence_text(value: object) -> str:
    """
    Return a value of a finding's evidence as text.
    """
    return value.decode("latin-1") if isinstance(value, bytes) else "" if value is None else str(value)


def _location_without_credentials(failure: FetchFailure) -> ResponseChange | None:
    url = parse_url(evidence_text(failure.finding.evidence.get("location")))
    return None if url is None else ResponseChange({"Location": url.without_credentials().href})


def _wider_resource_policy(failure: FetchFailure) -> ResponseChange:
    params = failure.fetch.params
    request = params.request
    near = (
        request.origin.scheme == "https" or request.current_url.scheme != "https"
    ) and params.user_agent.sites.schemelessly_same_site(request.origin, request.current_url.origin)
    return ResponseChange({"Cross-Origin-Resource-Policy": "same-site" if near else "cross-origin"})


def _status_of_servers(failure: FetchFailure) -> ResponseChange:
    return ResponseChange({}, 401)


def _right_type(failure: FetchFailure) -> ResponseChange | None:
    """
    Give a response the type that the element needs, if its body does not speak against that.
    """
    exchange = failure.exchange
    call = failure.fetch.params.page_call
    body = (exchange.response_body if exchange is not None else None) or b""
    wanted = "" if call is None else _type_wanted(call, body)
    return ResponseChange({"Content-Type": wanted}) if wanted else None


def _type_wanted(call: PageCall, body: bytes) -> str:
    if looks_like_svg(body):
        return "image/svg+xml" if call.api in {"image", "css-image"} else ""
    # NB: an error page in the place of a script is not mended by another type.
    if call.api in TEXT_TYPES:
        if body.lstrip().startswith(b"<"):
            return ""
        return TYPES_OF_MODULES.get(str(call.options.get("kind")), TEXT_TYPES[call.api])
    return image_format(body) or audio_or_video_type(body) or ""


SERVER_CHANGES: Final[Mapping[Reason, Callable[[FetchFailure], ResponseChange | None]]] = {
    **dict.fromkeys(ALLOW_ORIGIN_REASONS, _exact_origin),
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
    Reason.NOSNIFF: _right_type,
    Reason.MIME_TYPE_BLOCKED: _right_type,
    Reason.OPAQUE_RESPONSE_BLOCKED: _right_type,
    Reason.CONTENT_NOT_USABLE: _right_type,
}


def change_nothing(failure: FetchFailure) -> ResponseChange | None:
    """
    Change nothing.
    """
    return None


def allow_if_unrecorded(failure: FetchFailure) -> ResponseChange | None:
    """
    Let a response that was not recorded allow this page; leave recorded responses as they are.
    """
    return allow_this_request(failure) if failure.key in failure.fetch.assumed else None


def copyable(value: str) -> str:
    """
    Return a value to be copied: in full, unless it is too long for anyone to use.
    """
    return printable(value) if len(value) <= LONGEST_COPIED else shown(value)


def for_every_origin(change: ResponseChange) -> ResponseChange:
    """
    Return the same change for every origin instead of one.
    """
    headers = {name: value for name, value in change.headers.items() if name not in {ALLOW_ORIGIN, "Vary"}}
    return change._replace(headers={ALLOW_ORIGIN: "*", **headers} if ALLOW_ORIGIN in change.headers else headers)
