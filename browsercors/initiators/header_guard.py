"""
The headers that a page may set, under the guards of the `Headers` class.

https://fetch.spec.whatwg.org/#headers-class
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from browsercors.fetch.safelists import (
    NO_CORS_SAFELISTED_NAMES,
    PRIVILEGED_NO_CORS_NAMES,
    cors_safelisted_request_header,
    forbidden_request_header,
)
from browsercors.values.findings import Algorithm, Finding
from browsercors.values.headers import is_header_name, is_header_value
from browsercors.values.requests import Request, RequestMode

if TYPE_CHECKING:
    from browsercors.rules.profile import BrowserProfile

__all__ = [
    "FetchTypeError",
    "HeadersInit",
    "append_header",
    "byte_string",
    "check_header",
    "dropped_of_client",
    "header_pairs",
    "is_dropped",
]

HeadersInit = Mapping[str, str] | Iterable[tuple[str, str]]
VALIDATE_HEADER = Algorithm("validate a header", "https://fetch.spec.whatwg.org/#headers-validate")
APPEND_HEADER = Algorithm("append a header", "https://fetch.spec.whatwg.org/#concept-headers-append")


CLIENT_HEADER = Algorithm(
    "take over the request of an HTTP client", "https://fetch.spec.whatwg.org/#default-user-agent-value"
)


class FetchTypeError(TypeError):
    """
    What JavaScript would throw: the page's call breaks a rule of the API, and nothing is fetched.

    The message gives the rule, the value and what would be right.
    """

    __module__ = "browsercors"  # where its users find it


def byte_string(argument: str, text: str | bytes) -> bytes:
    """
    Convert to a ByteString of Web IDL: each character is a byte.
    """
    if isinstance(text, bytes):
        return text
    if not isinstance(text, str):
        raise FetchTypeError(f"{argument} has to be a str, not {type(text).__name__}: {text!r}")
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError as error:
        raise FetchTypeError(
            f"{argument} {text!r} has a character beyond ISO 8859-1, {text[error.start]!r}; encode it first"
        ) from None


def header_pairs(headers: HeadersInit) -> Iterable[tuple[bytes, bytes]]:
    """
    Yield the headers as pairs of bytes.

    Raises:
        FetchTypeError: They are neither a mapping nor pairs, or have characters that are no bytes.
    """
    items = headers.items() if isinstance(headers, Mapping) else headers
    if isinstance(items, (str, bytes)) or not isinstance(items, Iterable):
        raise FetchTypeError(f"headers has to be a mapping or pairs, not {type(headers).__name__}")
    for item in items:
        if isinstance(item, (str, bytes)) or not isinstance(item, Iterable):
            raise FetchTypeError(f"headers has to be a mapping or pairs of name and value, and {item!r} is no pair")
        pair = tuple(item)
        if len(pair) != 2:
            raise FetchTypeError(f"headers has to be a mapping or pairs of name and value, and {item!r} is no pair")
        name, value = pair
        # NB: what is wrong with a value is only said, and its header only named, if something is.
        if isinstance(value, str) and value.isascii():
            yield byte_string("header name", name), value.encode("ascii")
        else:
            yield byte_string("header name", name), byte_string(f"value of header {name!r}", value)


def check_header(name: bytes, value: bytes) -> None:
    """
    Refuse what is no header (validate a header, step 1).
    """
    if not is_header_name(name):
        raise FetchTypeError(f"header name {name.decode('latin-1')!r} is no token, as HTTP wants it")
    if not is_header_value(value):
        raise FetchTypeError(
            f"value of header {name.decode('latin-1')!r} has a NUL, line feed or carriage return: "
            f"{value.decode('latin-1')!r}"
        )


def is_dropped(name: bytes, value: bytes, profile: BrowserProfile, findings: list[Finding]) -> bool:
    """
    Whether the page may not set this header, so that it is dropped without a word (validate a header, step 3).
    """
    # PROFILE: Chromium allows no script to set `User-Agent`.
    if forbidden_request_header(name, value) or name.lower() in profile.requests.dropped_names:
        findings.append(VALIDATE_HEADER.noted("3", dropped=name, value=value))
        return True
    return False


def dropped_of_client(name: str, value: str) -> Finding:
    """
    Record that a header which an HTTP client set for itself is not sent, since the browser says it in its own words.
    """
    return CLIENT_HEADER.noted("1", dropped=name.encode("latin-1", "replace"), value=value.encode("latin-1", "replace"))


def append_header(
    request: Request, name: bytes, value: bytes, profile: BrowserProfile, findings: list[Finding]
) -> None:
    """
    Append a header, under the guard "request" or "request-no-cors".

    https://fetch.spec.whatwg.org/#concept-headers-append
    """
    header_list = request.header_list
    # 2. Validate it.
    check_header(name, value)
    if is_dropped(name, value, profile, findings):
        return
    # 3. Without CORS, only safelisted headers, and they stay safelisted when they are joined.
    if request.mode is RequestMode.NO_CORS:
        present = header_list.get(name)
        temporary_value = value if present is None else present + b", " + value
        lower = name.lower()
        if (
            lower not in NO_CORS_SAFELISTED_NAMES
            or lower in PRIVILEGED_NO_CORS_NAMES
            or cors_safelisted_request_header(name, temporary_value, profile.safelist) is not None
        ):
            findings.append(APPEND_HEADER.noted("3", dropped=name, value=value))
            return
    # 4. Append it.
    header_list.append(name, value)
