"""
What `fetch()` and `XMLHttpRequest` take alike: URL, method and body.

https://fetch.spec.whatwg.org/#requestinit
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.initiators.bodies.blob import Blob
from browsercors.initiators.bodies.extract import BodyInit, extract_body
from browsercors.initiators.bodies.readable_stream import ReadableStream
from browsercors.initiators.header_guard import FetchTypeError, append_header, byte_string
from browsercors.rules.requests import StreamBody
from browsercors.values.headers import is_header_name
from browsercors.values.methods import (
    NORMALIZED_METHODS,
    is_forbidden_method,
    normalize_method,
)
from browsercors.values.requests import Request, RequestMode
from browsercors.values.urls import URL, parse_url

if TYPE_CHECKING:
    from browsercors.rules.profile import BrowserProfile
    from browsercors.values.findings import Finding

__all__ = ["STREAM_AS_TEXT", "method_of_page", "not_one_of", "parse_page_url", "set_body"]

# NB: the methods that most requests have, so that they need not be looked at any closer.
NORMALIZED: Final = {method.decode("ascii"): method for method in NORMALIZED_METHODS}

STREAM_AS_TEXT: Final = "[object ReadableStream]"


def parse_page_url(url: str, base_url: URL) -> URL:
    """
    Parse a URL as the page gives it, relative to the page's own.
    """
    if not isinstance(url, str):
        raise FetchTypeError(f"url has to be a str, not {type(url).__name__}")
    parsed = parse_url(url, base_url)
    if parsed is None:
        raise FetchTypeError(f"url {url!r} cannot be parsed, neither alone nor relative to {base_url}")
    return parsed


def method_of_page(method: str) -> bytes:
    """
    Check and normalize a method as the page gives it.
    """
    normalized = NORMALIZED.get(method) if isinstance(method, str) else None
    if normalized is not None:
        return normalized
    name = byte_string("method", method)
    if not is_header_name(name):
        raise FetchTypeError(f"method {method!r} is no token, as HTTP wants it")
    if is_forbidden_method(name):
        raise FetchTypeError(f"method {method!r} is forbidden: pages cannot send CONNECT, TRACE or TRACK")
    return normalize_method(name)


def not_one_of(argument: str, value: object, values: list[str]) -> FetchTypeError:
    """
    Make the error for a value that an enumeration does not have.
    """
    return FetchTypeError(f"{argument} has to be one of {', '.join(map(repr, values))}, not {value!r}")


def set_body(
    request: Request,
    body: BodyInit,
    profile: BrowserProfile,
    findings: list[Finding],
    *,
    duplex: str | None,
    upload_listeners: bool = False,
) -> None:
    """
    Give the request its body and the body's type (steps 34-37 of the constructor of `Request`).
    """
    # 34. GET and HEAD have no body.
    if request.method in {b"GET", b"HEAD"}:
        raise FetchTypeError(f"a {request.method.decode()} request cannot have a body")
    # PROFILE: what does not know streams does not know `duplex` either.
    if duplex not in {None, "half"} and profile.requests.stream_body is StreamBody.UPLOADED:
        raise not_one_of("duplex", duplex, ["half"])
    if isinstance(body, ReadableStream):
        # PROFILE: Firefox does not know streams as bodies, and WebKit refuses them.
        if profile.requests.stream_body is StreamBody.STRINGIFIED:
            body = STREAM_AS_TEXT
        elif profile.requests.stream_body is StreamBody.REFUSED:
            raise FetchTypeError(f"{profile.name} does not support a ReadableStream as body (NotSupportedError)")
        # 37. A stream needs to be named as one, and is not for every mode.
        elif duplex is None:
            raise FetchTypeError("a ReadableStream as body needs duplex='half'")
        elif request.mode not in {RequestMode.SAME_ORIGIN, RequestMode.CORS}:
            raise FetchTypeError("a ReadableStream as body needs mode 'cors' or 'same-origin'")
        else:
            request.use_cors_preflight = True
    # 36. Extract it.
    try:
        extracted, type_ = extract_body(body, profile.requests.multipart_boundary_prefix, keepalive=request.keepalive)
    except TypeError as error:
        raise FetchTypeError(str(error)) from None
    # PROFILE: in Chromium and WebKit XMLHttpRequest states no type of a Blob that is none.
    if (
        request.initiator_type == "xmlhttprequest"
        and type_ is not None
        and isinstance(body, Blob)
        and not profile.requests.xhr_sends_unparsable_blob_types
        and not _is_mime_type(type_)
    ):
        type_ = None
    if type_ is not None and b"content-type" not in request.header_list.names():
        # PROFILE: in WebKit the mode "no-cors" does not look at the type of a body.
        if profile.requests.no_cors_drops_body_type:
            append_header(request, b"Content-Type", type_, profile, findings)
        else:
            request.header_list.append(b"Content-Type", type_)
    # 38.-40. Set it.
    # PROFILE: WebKit sends nothing of what is empty, but for text and bytes; under upload listeners nothing of these.
    if extracted.data == b"" and profile.requests.drops_empty_body(body, request.initiator_type, upload_listeners):
        return
    request.body = extracted.data
    request.body_source_is_null = extracted.source_is_null


def _is_mime_type(value: bytes) -> bool:
    from browsercors.values.formats.mime_types import parse_mime_type

    return parse_mime_type(value.decode("latin-1")) is not None
