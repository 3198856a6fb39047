"""
How Firefox takes a response off the wire.

Evidence: the recordings of the families `transport-...`; `netwerk/protocol/http/nsHttpTransaction.cpp`,
`nsHttpResponseHead.cpp` and `nsHttpChunkedDecoder.cpp`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from browsercors.values.expressions import compiled_late
from browsercors.values.headers import is_header_name
from browsercors.values.transport import (
    KNOWN_CODINGS,
    AfterChunk,
    Asking,
    BodyFraming,
    ChunkReading,
    CodingReading,
    Fault,
    Framing,
    HeadReading,
    Lines,
    StatusLine,
    Transport,
    is_chunked,
    stated_lengths,
    takes_any,
    values_of,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "FIREFOX_TRANSPORT",
    "chunk_size",
    "codings",
    "framing",
    "has_nul_in_value",
    "is_body_without_head",
    "status_line",
]

VERSION = compiled_late(rb"HTTP/(?:([0-9]+)\.([0-9]*)|([23])(?= ))[^ ]*")
STATUS = compiled_late(rb"([0-9]{1,3})(?:[\t ]+(.*))?\Z", re.DOTALL)
LENGTH = compiled_late(rb"[\t-\r ]*(-0+|\+?[0-9]+)\Z")
SIZE = compiled_late(rb"[\t-\r ]*\+?(?:0[xX](?=[0-9A-Fa-f]))?([0-9A-Fa-f]+)")
SEPARATORS = compiled_late(rb"[\t ,]+")
GREATEST_INT64: Final = 2**63 - 1
GREATEST_UINT32: Final = 2**32 - 1
PROTOCOL: Final = b"HTTP/"


def status_line(line: bytes) -> StatusLine | Fault | None:
    """
    Read a status line: a status has at most three digits, and is 200 if there is none; without a version there is none.
    """
    if line[:4] == b"ICY ":
        is_old, rest = True, line[3:]
    else:
        match = VERSION.match(line)
        if match is None:
            return None
        major, minor = int((match[1] or match[3])[:4]), int((match[2] or b"0")[:4])
        if major < 1:
            return None
        is_old, rest = (major, minor) < (1, 1), line[match.end() :]
        if not rest:
            return StatusLine(is_old, 200, b"OK")
    match = STATUS.match(rest.lstrip(b" "))
    if match is None:
        return Fault.MALFORMED_HEAD
    reason = b"" if line.startswith(b"HTTP/2") else match[2] or b""
    return StatusLine(is_old, int(match[1]), reason)


def is_body_without_head(start: bytes, *, port_is_default: bool) -> bool:
    """
    Take HTTP/0.9 on any port, unless what came is the beginning of the protocol's name.
    """
    return not PROTOCOL.startswith(start)


def has_nul_in_value(head: bytes) -> bool:
    """
    Refuse a NUL in the value of a header line, and nowhere else.
    """
    return b"\0" in head and any(
        is_header_name(name) and b"\0" in value
        for name, _, value in (line.partition(b":") for line in head.split(b"\n"))
    )


def framing(line: StatusLine, lines: Lines) -> Framing:
    """
    Refuse lengths that differ, even of chunked bodies; skip a length that is no number, or of HTTP/1.0.
    """
    if len(stated_lengths(lines)) > 1:
        return Fault.DIFFERENT_LENGTHS
    if is_chunked(lines):
        return BodyFraming.CHUNKED
    # NB: servers of HTTP/1.0 that close the connection are known to state wrong lengths.
    kept = any(b"keep-alive" in value.lower() for value in values_of(lines, b"connection"))
    for value in values_of(lines, b"content-length")[:1]:
        match = LENGTH.match(value.split(b",")[0].strip(b" \t"))
        if match and len(match[1].lstrip(b"+0")) < 20 and int(match[1]) <= GREATEST_INT64 and (kept or not line.is_old):
            return int(match[1])
    return BodyFraming.UNTIL_CLOSE


def chunk_size(line: bytes) -> int | None:
    """
    Read a number as C does, with a sign and a prefix, whatever stands behind it.
    """
    match = SIZE.match(line)
    digits = b"" if match is None else match[1].lstrip(b"0") or b"0"
    if not digits or len(digits) > 8:
        return None
    return int(digits, 16)


def codings(values: Sequence[bytes]) -> tuple[bytes, ...]:
    """
    Skip the codings that are unknown, and undo the others.
    """
    names = [name.lower() for value in values for name in SEPARATORS.split(value)]
    return tuple(name for name in names if name in KNOWN_CODINGS)


FIREFOX_TRANSPORT: Final = Transport(
    head=HeadReading(
        start=compiled_late(rb"(?s:.{0,4}?)(?=HTTP/|ICY )"),
        status_line=status_line,
        without_head=is_body_without_head,
        max_bytes=384 * 1024,
        refuses=has_nul_in_value,
        takes_cut=takes_any,
        cut_ends_response=True,
        final_statuses=frozenset({101}),
        refuses_dispositions=True,
    ),
    framing=framing,
    chunks=ChunkReading(size=chunk_size, after_chunk=AfterChunk.NOTHING, fault_is_no_response=True),
    codings=CodingReading(codings=codings),
    asking=Asking(attempts=10, joins_types_after_421=True),
)
