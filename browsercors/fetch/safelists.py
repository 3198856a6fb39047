"""
Which methods and request headers need a preflight, which the page may not set at all, and why.

https://fetch.spec.whatwg.org/#terminology-headers
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from browsercors.rules.safelist import NO_UNSAFE_HEADERS, HeaderRule, UnsafeHeader, UnsafeHeaders
from browsercors.values.expressions import compiled_late
from browsercors.values.findings import Algorithm
from browsercors.values.headers import get_decode_and_split
from browsercors.values.methods import is_forbidden_method

if TYPE_CHECKING:
    from collections.abc import Iterable

    from browsercors.rules.safelist import Safelist, ValueRule

__all__ = [
    "accept_rule",
    "content_type_rule",
    "cors_safelisted_request_header",
    "cors_unsafe_request_header_names",
    "forbidden_request_header",
    "language_rule",
    "no_cors_safelisted_request_header",
    "range_rule",
]

CORS_UNSAFE_REQUEST_HEADER_NAMES = Algorithm(
    "CORS-unsafe request-header names", "https://fetch.spec.whatwg.org/#cors-unsafe-request-header-names"
)


# https://fetch.spec.whatwg.org/#cors-unsafe-request-header-byte
CORS_UNSAFE_REQUEST_HEADER_BYTES: Final = bytes(byte for byte in range(0x20) if byte != 0x09) + b'"():<>?@[\\]{}\x7f'

LANGUAGE_BYTES: Final = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz *,-.;="

SAFELISTED_ESSENCES: Final = frozenset({"application/x-www-form-urlencoded", "multipart/form-data", "text/plain"})

NO_CORS_SAFELISTED_NAMES: Final = frozenset({b"accept", b"accept-language", b"content-language", b"content-type"})

PRIVILEGED_NO_CORS_NAMES: Final = frozenset({b"range"})

CORS_NON_WILDCARD_REQUEST_HEADER_NAME: Final = b"authorization"

REQUEST_BODY_HEADER_NAMES: Final = (b"content-encoding", b"content-language", b"content-location", b"content-type")

FORBIDDEN_REQUEST_HEADER_NAMES: Final = frozenset(
    {
        b"accept-charset",
        b"accept-encoding",
        b"access-control-request-headers",
        b"access-control-request-method",
        b"connection",
        b"content-length",
        b"cookie",
        b"cookie2",
        b"date",
        b"dnt",
        b"expect",
        b"host",
        b"keep-alive",
        b"origin",
        b"referer",
        b"set-cookie",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
        b"via",
    }
)
METHOD_OVERRIDE_NAMES: Final = frozenset({b"x-http-method", b"x-http-method-override", b"x-method-override"})

SINGLE_RANGE = compiled_late(rb"bytes=([0-9]*)-([0-9]*)\Z")


def accept_rule(value: bytes, unsafe_bytes: bytes = CORS_UNSAFE_REQUEST_HEADER_BYTES) -> HeaderRule | None:
    """
    Return the rule that the value of `Accept` breaks; None if it is safelisted.
    """
    return None if len(value.translate(None, unsafe_bytes)) == len(value) else HeaderRule.UNSAFE_BYTE


def language_rule(value: bytes) -> HeaderRule | None:
    """
    Return the rule that the value of `Accept-Language` or `Content-Language` breaks; None if it is safelisted.
    """
    return HeaderRule.LANGUAGE_BYTE if value.translate(None, LANGUAGE_BYTES) else None


def content_type_rule(value: bytes, unsafe_bytes: bytes = CORS_UNSAFE_REQUEST_HEADER_BYTES) -> HeaderRule | None:
    """
    Return the rule that the essence of `Content-Type` breaks; None if it is safelisted.
    """
    if len(value.translate(None, unsafe_bytes)) != len(value):
        return HeaderRule.UNSAFE_BYTE
    return None if _essence_of(value) in SAFELISTED_ESSENCES else HeaderRule.CONTENT_TYPE


@lru_cache(maxsize=256)
def _essence_of(value: bytes) -> str | None:
    """
    Return the essence of a MIME type; None if it is none. A page asks for the same few types again and again.
    """
    # NB: imported late; most pages set no type.
    from browsercors.values.formats.mime_types import parse_mime_type

    mime_type = parse_mime_type(value.decode("latin-1"))
    return None if mime_type is None else mime_type.essence


def range_rule(value: bytes) -> HeaderRule | None:
    """
    Return the rule that the value of `Range` breaks: one range with a start, no spaces, and no end before the start.

    https://fetch.spec.whatwg.org/#simple-range-header-value
    """
    match = SINGLE_RANGE.match(value)
    if match is None:
        return HeaderRule.RANGE
    start, end = match.groups()
    # NOTE: browsers have never sent `bytes=-500` by themselves, so it is not safelisted.
    # NB: safelisted values have at most 128 bytes, so the numbers are small enough to be made.
    if not start or (end and int(start) > int(end)):
        return HeaderRule.RANGE
    return None


def cors_safelisted_request_header(name: bytes, value: bytes, safelist: Safelist) -> HeaderRule | None:
    """
    Determine whether a header is a CORS-safelisted request-header.

    Returns:
        None if it is; otherwise the rule that it breaks.

    https://fetch.spec.whatwg.org/#cors-safelisted-request-header
    """
    # NB: the standard looks at the length first. The answer is the same, the reason is better this way round.
    rule: ValueRule | None = safelist.names.get(name.lower())
    if rule is None:
        return HeaderRule.NAME
    # 1. A value over 128 bytes is not safelisted.
    if len(value) > safelist.value_bytes:
        return HeaderRule.VALUE_TOO_LONG
    # 2.-3. The rest depends on the name.
    return rule(value)


def cors_unsafe_request_header_names(headers: Iterable[tuple[bytes, bytes]], safelist: Safelist) -> UnsafeHeaders:
    """
    Determine the CORS-unsafe request-header names of *headers*.

    https://fetch.spec.whatwg.org/#cors-unsafe-request-header-names
    """
    # NB: a page that fetches again most often sets the same headers.
    headers = tuple(headers)
    known = safelist.judged.get(headers)
    if known is not None:
        return known
    judged = _judged(headers, safelist)
    safelist.remember(headers, judged)
    return judged


def _judged(headers: tuple[tuple[bytes, bytes], ...], safelist: Safelist) -> UnsafeHeaders:
    # 1.-3. Start with nothing.
    unsafe: list[UnsafeHeader] = []
    potentially_unsafe: list[bytes] = []
    safelist_value_size = 0

    # 4. Sort the headers into unsafe ones and those which are safe if they are few.
    for name, value in headers:
        rule = cors_safelisted_request_header(name, value, safelist)
        if rule is not None:
            unsafe.append(UnsafeHeader(name, rule))
        else:
            potentially_unsafe.append(name)
            safelist_value_size += len(value)

    # 5. Above 1024 bytes in sum none is safe.
    # PROFILE: Firefox has no such sum.
    if safelist.sum_bytes is not None and safelist_value_size > safelist.sum_bytes:
        unsafe += [UnsafeHeader(name, HeaderRule.SUM_TOO_LONG) for name in potentially_unsafe]

    # 6. Return the names as a sorted-lowercase set.
    if not unsafe:
        return NO_UNSAFE_HEADERS
    names: Iterable[bytes] = [header.name.lower() for header in unsafe]
    # PROFILE: Firefox lists a header twice if the page appended it twice.
    return UnsafeHeaders(tuple(sorted(names if safelist.keeps_repeated_names else set(names))), tuple(unsafe))


def no_cors_safelisted_request_header(name: bytes, value: bytes, safelist: Safelist) -> bool:
    """
    Determine whether a header is a no-CORS-safelisted request-header.

    https://fetch.spec.whatwg.org/#no-cors-safelisted-request-header
    """
    return name.lower() in NO_CORS_SAFELISTED_NAMES and cors_safelisted_request_header(name, value, safelist) is None


def forbidden_request_header(name: bytes, value: bytes) -> bool:
    """
    Determine whether a header is a forbidden request-header.

    https://fetch.spec.whatwg.org/#forbidden-request-header
    """
    lower = name.lower()
    # 1. The names that are the browser's business.
    if lower in FORBIDDEN_REQUEST_HEADER_NAMES:
        return True
    # 2. The prefixes kept for the browser.
    if lower.startswith((b"proxy-", b"sec-")):
        return True
    # 3. A forbidden method by the back door.
    if lower in METHOD_OVERRIDE_NAMES:
        return any(is_forbidden_method(method.encode("latin-1")) for method in get_decode_and_split(value))
    # 4. Anything else is allowed.
    return False
