"""
`Blob`: bytes with a type.

https://w3c.github.io/FileAPI/#blob-section
"""

from __future__ import annotations

import attrs

from browsercors.initiators.bodies.encoding import utf8_encode
from browsercors.values.arguments import checked_text
from browsercors.values.expressions import compiled_late
from browsercors.values.records import Record

__all__ = ["Blob"]

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
