"""
`data:` URLs: what a fetch of one answers.

https://fetch.spec.whatwg.org/#data-urls
"""

from __future__ import annotations

import binascii
from typing import TYPE_CHECKING, Final, NamedTuple

from browsercors.values.expressions import compiled_late
from browsercors.values.formats.mime_types import MIMEType, parse_mime_type

if TYPE_CHECKING:
    from browsercors.values.urls import URL

__all__ = ["DataURLStruct", "data_url_processor", "forgiving_base64_decode", "percent_decode"]

ASCII_WHITESPACE: Final = "\t\n\f\r "
WITHOUT_ASCII_WHITESPACE: Final = str.maketrans("", "", ASCII_WHITESPACE)
BASE64 = compiled_late(r"[A-Za-z0-9+/]*\Z")
PERCENT_ENCODED_BYTE = compiled_late(rb"%([0-9A-Fa-f]{2})")

US_ASCII_TEXT: Final = MIMEType("text", "plain", {"charset": "US-ASCII"})


class DataURLStruct(NamedTuple):
    """
    A `data:` URL struct (https://fetch.spec.whatwg.org/#data-url-struct).

    Attributes:
        mime_type: The type, by the standard.
        body: The data.
        written_type: The type as the URL writes it, without `;base64`; empty where that is no MIME type.
    """

    mime_type: MIMEType
    body: bytes
    written_type: str = ""


def data_url_processor(url: URL) -> DataURLStruct | None:
    """
    Process a `data:` URL.

    Returns:
        Its MIME type and body, or None for failure.

    https://fetch.spec.whatwg.org/#data-url-processor
    """
    # 1. It is a `data:` URL.
    assert url.scheme == "data", url.href

    # 2.-6. What stands before the first comma is the MIME type.
    mime_type, has_comma, encoded_body = url.href_without_fragment.removeprefix("data:").partition(",")
    mime_type = mime_type.strip(ASCII_WHITESPACE)

    # 7. Without a comma, fail.
    if not has_comma:
        return None

    # 8.-10. The rest is the body, percent-encoded.
    body = percent_decode(encoded_body.encode("utf-8"))

    # 11. `;base64` at the end of the MIME type says that the body is Base64 as well.
    before = mime_type[:-6].rstrip(" ")
    if mime_type[-6:].lower() == "base64" and before.endswith(";"):
        decoded = forgiving_base64_decode(body.decode("latin-1"))
        if decoded is None:
            return None
        body = decoded
        mime_type = before[:-1]

    # 12. Parameters alone are those of plain text.
    if mime_type.startswith(";"):
        mime_type = f"text/plain{mime_type}"

    # 13.-15. What is no MIME type is plain text.
    parsed = parse_mime_type(mime_type)
    return DataURLStruct(US_ASCII_TEXT, body) if parsed is None else DataURLStruct(parsed, body, mime_type)


def percent_decode(data: bytes) -> bytes:
    """
    Percent-decode *data*; a percent sign without two hexadecimal digits stays.

    https://url.spec.whatwg.org/#percent-decode
    """
    return PERCENT_ENCODED_BYTE.sub(lambda match: bytes((int(match[1], 16),)), data) if b"%" in data else data


def forgiving_base64_decode(data: str) -> bytes | None:
    """
    Forgiving-base64 decode *data*: whitespace does not matter, and padding may be missing.

    Returns:
        The bytes, or None for failure.

    https://infra.spec.whatwg.org/#forgiving-base64-decode
    """
    # 1. Remove all whitespace.
    data = data.translate(WITHOUT_ASCII_WHITESPACE)
    # 2. Remove one or two equals signs, where they are padding.
    if len(data) % 4 == 0:
        data = data[:-2] + data[-2:].rstrip("=")
    # 3.-4. Fail on an impossible length and on anything outside the alphabet.
    if len(data) % 4 == 1 or BASE64.match(data) is None:
        return None
    # 5.-10. Decode; the bits of an incomplete byte go.
    return binascii.a2b_base64(data + "=" * (-len(data) % 4))
