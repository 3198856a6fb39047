"""
`Blob`: bytes with a type, and how text becomes bytes.

https://w3c.github.io/FileAPI/#blob-section
"""

from __future__ import annotations

import attrs

from browsercors.values.arguments import checked_text
from browsercors.values.expressions import compiled_late
from browsercors.values.records import Record

__all__ = ["Blob", "utf8_encode"]

BLOB_TYPE = compiled_late(r"[ -~]*\Z")


def _bytes_of(data: bytes | bytearray | memoryview | str) -> bytes:
    if isinstance(data, str):
        return utf8_encode(data)
    if isinstance(data, (bytes, bytearray, memoryview)):
        return bytes(data)
    raise TypeError(f"the data of a Blob has to be bytes or str, not {type(data).__name__}")


def _blob_type(content_type: str) -> str:
    checked_text("type", content_type, "text/plain")
    return content_type.lower() if BLOB_TYPE.match(content_type) is not None else ""


@attrs.frozen(repr=False)
class Blob(Record):
    """
    Bytes with a type (https://w3c.github.io/FileAPI/#blob-section).

    Attributes:
        data: The bytes; text is UTF-8 encoded.
        type: Lower-case; empty for none, which is also what a type with other characters than printable ASCII makes.
    """

    data: bytes = attrs.field(converter=_bytes_of)
    type: str = attrs.field(default="", converter=_blob_type)

    @property
    def size(self) -> int:
        """
        The number of bytes.
        """
        return len(self.data)


def utf8_encode(text: str) -> bytes:
    """
    UTF-8 encode *text* as JavaScript's scalar value strings are: a surrogate without its partner becomes U+FFFD.

    https://infra.spec.whatwg.org/#javascript-string-convert
    """
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").encode("utf-8")
