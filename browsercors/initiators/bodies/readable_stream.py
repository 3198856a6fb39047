"""
`ReadableStream`: a body that comes in pieces.
"""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["ReadableStream"]


class ReadableStream:
    """
    A body whose length nobody knows beforehand, and which can be read only once.

    Attributes:
        chunks: The bytes, piece by piece; they are read when the request is made.
        disturbed: Whether they were.
    """

    __slots__ = ("chunks", "disturbed")

    def __init__(self, chunks: Iterable[bytes]) -> None:
        if isinstance(chunks, (str, bytes, bytearray, memoryview)) or not isinstance(chunks, Iterable):
            raise TypeError(f"chunks has to be an iterable of bytes, not {type(chunks).__name__}")
        self.chunks: Iterable[bytes] = chunks
        self.disturbed: bool = False

    def read_all_bytes(self) -> bytes:
        """
        Read the stream to its end.

        Raises:
            TypeError: If it was read before, or a chunk is not bytes.
        """
        if self.disturbed:
            raise TypeError("this ReadableStream was read before; make a new one for each request")
        self.disturbed = True
        data = bytearray()
        for chunk in self.chunks:
            if not isinstance(chunk, (bytes, bytearray, memoryview)):
                raise TypeError(f"a chunk of a ReadableStream has to be bytes, not {type(chunk).__name__}")
            data += chunk
        return bytes(data)
