"""
How Chromium takes a response off the wire.

Evidence: the recordings of the families `transport-...`; `net/http/http_stream_parser.cc`, `http_response_headers.cc`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.values.expressions import compiled_late
from browsercors.values.headers import is_header_name
from browsercors.values.transport import (
    BLANKS,
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
    coding_names,
    codings_if_all_are_known,
    is_chunked,
    stated_lengths,
    takes_any,
    values_of,
)
from browsercors.values.urls import parse_url

if TYPE_CHECKING:
    from collections.abc import Sequence

    from browsercors.values.urls import URL

__all__ = [
    "CHROMIUM_TRANSPORT",
    "chunk_size",
    "codings",
    "framing",
    "is_body_without_head",
    "status_line",
    "with_escaped_bars",
]

STATUS_LINE = compiled_late(rb"(?i:HTTP)(?:/([0-9])\.([0-9]))?[^ ]*(?: +([0-9]*)([^\r]*))?", 0)
GREATEST_STATUS: Final = 65535
GREATEST_INT64: Final = 2**63 - 1
LENGTH = compiled_late(rb"-0+\Z|[0-9]+\Z")
SIZE = compiled_late(rb"([0-9A-Fa-f]+) *(?:;.*)?\Z")


def with_escaped_bars(url: URL) -> URL:
    """
    Return *url* with "|" escaped in its path, which the URL Standard does not (`url_canon_path.cc`).
    """
    if "|" not in url.path:
        return url
    start = url.href_without_fragment.removesuffix(url.target)
    escaped = parse_url(start + url.path.replace("|", "%7C") + url.href[len(start) + len(url.path) :])
    assert escaped is not None, "an escape changes nothing of what a URL is"
    return escaped


def status_line(line: bytes) -> StatusLine:
    """
    Read a status line: a version that is none is 1.0, and a status that is none is 200.
    """
    match = STATUS_LINE.match(line)
    assert match is not None, "it begins with the protocol"
    major, minor, digits, reason = match.groups()
    is_old = major is None or (int(major), int(minor)) < (1, 1)
    if not digits:
        return StatusLine(is_old, 200, b"OK" if digits is None else b"")
    return StatusLine(is_old, min(int(digits[:6]), GREATEST_STATUS), reason.lstrip(b" ").rstrip(BLANKS))


def is_body_without_head(start: bytes, *, port_is_default: bool) -> bool:
    """
    Take HTTP/0.9 on the ports of http and https; elsewhere only from Shoutcast servers.
    """
    return port_is_default or start[:4].lower() == b"icy "


def framing(line: StatusLine, lines: Lines) -> Framing:
    """
    Go by the first length; one that is no number says nothing, so that the body ends when the connection does.
    """
    if is_chunked(lines) and not line.is_old:
        return BodyFraming.CHUNKED
    if len(stated_lengths(lines)) > 1:
        return Fault.DIFFERENT_LENGTHS
    for value in values_of(lines, b"content-length")[:1]:
        first = value.split(b",")[0].strip(BLANKS)
        if LENGTH.match(first) and len(first.lstrip(b"0")) < 20 and int(first) <= GREATEST_INT64:
            return int(first)
    return BodyFraming.UNTIL_CLOSE


def chunk_size(line: bytes) -> int | None:
    """
    Read hexadecimal digits, and nothing behind them but spaces and an extension.
    """
    match = SIZE.match(line)
    digits = b"" if match is None else match[1].lstrip(b"0") or b"0"
    if not digits or len(digits) > 16:
        return None
    size = int(digits, 16)
    return size if size <= GREATEST_INT64 else None


def codings(values: Sequence[bytes]) -> tuple[bytes, ...] | Fault:
    """
    Undo nothing if any coding is unknown; refuse what is no token.
    """
    if any(name and not is_header_name(name) for name in coding_names(values)):
        return Fault.UNDECODABLE
    return codings_if_all_are_known(values)


CHROMIUM_TRANSPORT: Final = Transport(
    head=HeadReading(
        start=compiled_late(rb"(?s:.{0,4}?)(?=(?i:http))"),
        status_line=status_line,
        without_head=is_body_without_head,
        max_bytes=256 * 1024,
        takes_cut=takes_any,
        takes_cut_over_tls=False,
        cut_ends_response=True,
        refuses_dispositions=True,
    ),
    framing=framing,
    chunks=ChunkReading(size=chunk_size, max_line=16384),
    codings=CodingReading(codings=codings),
    asking=Asking(after_408=True),
)
