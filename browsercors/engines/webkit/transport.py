"""
How WebKitGTK takes a response off the wire, which is libsoup's doing and not WebKit's: Safari has another transport.

Evidence: the recordings of the families `transport-...`; libsoup's `soup-headers.c`, `soup-message-headers.c`,
`soup-body-input-stream.c` and `soup-client-message-io-http1.c`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from browsercors.values.expressions import compiled_late
from browsercors.values.transport import (
    BLANKS,
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
)
from browsercors.values.urls import parse_url

if TYPE_CHECKING:
    from collections.abc import Sequence

    from browsercors.values.urls import URL

__all__ = [
    "WEBKIT_TRANSPORT",
    "chunk_size",
    "codings",
    "ends_with_line",
    "framing",
    "status_line",
    "with_plain_escapes",
]

ESCAPE = compiled_late(r"%([0-9A-Fa-f]{2})")
UNRESERVED: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")

STATUS_LINE = compiled_late(rb"(?:HTTP/1\.([01])|ICY)[\t ]+([1-9][0-9]{2})(?![0-9])(.*)\Z", re.DOTALL)
NUMBER = compiled_late(rb"[\t-\r ]*([+-]?)([0-9]*)\Z")
SIZE = compiled_late(rb"[\t-\r ]*([+-]?)(?:0[xX](?=[0-9A-Fa-f]))?([0-9A-Fa-f]+)")
GREATEST_INT64: Final = 2**63 - 1
GREATEST_UINT64: Final = 2**64 - 1
KNOWN_CODINGS: Final = frozenset({b"gzip", b"x-gzip", b"deflate", b"br"})


def with_plain_escapes(url: URL) -> URL:
    """
    Return *url* without escapes of what needs none, and the others in capitals (`guri.c` of GLib).
    """
    if "%" not in url.target:
        return url
    target = ESCAPE.sub(_plain_escape, url.target)
    if target == url.target:
        return url
    start = url.href_without_fragment.removesuffix(url.target)
    written = parse_url(start + target + url.href[len(url.href_without_fragment) :])
    assert written is not None, "what was a URL is one without escapes that it does not need"
    return written


def _plain_escape(escape: re.Match[str]) -> str:
    character = chr(int(escape[1], 16))
    return character if character in UNRESERVED else escape[0].upper()


def status_line(line: bytes) -> StatusLine | Fault:
    """
    Read a status line of HTTP/1.0 or 1.1 with three digits.
    """
    match = STATUS_LINE.match(line)
    if match is None:
        return Fault.MALFORMED_HEAD
    return StatusLine(match[1] != b"1", int(match[2]), match[3].strip(BLANKS))


def ends_with_line(head: bytes) -> bool:
    """
    Take a head that is cut after a whole line with something in it.
    """
    return head.endswith(b"\n") and not head.endswith(b"\n\r\n") and bool(head.strip())


def framing(line: StatusLine, lines: Lines) -> Framing:
    """
    Go by the last line of a length, unless one says "chunked"; refuse what is no number, or another coding.
    """
    found: Framing = BodyFraming.UNTIL_CLOSE
    for name, value in ((name.lower(), value.strip(BLANKS)) for name, value in lines):
        if name == b"transfer-encoding" and value.lower() == b"chunked":
            return BodyFraming.CHUNKED
        if name == b"transfer-encoding" and value.lower() != b"identity":
            found = Fault.MALFORMED_FRAMING
        elif name == b"content-length":
            found = _length(value)
    return found


def _length(value: bytes) -> Framing:
    match = NUMBER.match(value)
    if match is None:
        return Fault.MALFORMED_FRAMING
    number = _wrapped(match[1], match[2] or b"0", 10)
    # NB: more than there is room for becomes -1, with which the body is said to break off.
    return GREATEST_UINT64 if number == -1 and match[1] != b"-" else max(number, 0)


def _wrapped(sign: bytes, digits: bytes, base: int) -> int:
    """
    Return a number of 64 bits as C reads it into one without a sign, and then takes it for one with a sign.
    """
    number = min(int(digits.lstrip(b"0")[:32] or b"0", base), GREATEST_UINT64)
    number = -number if sign == b"-" else number
    number &= GREATEST_UINT64
    return number if number <= GREATEST_INT64 else number - GREATEST_UINT64 - 1


def chunk_size(line: bytes) -> int:
    """
    Read a number as C does; what is none is the end.
    """
    match = SIZE.match(line)
    return 0 if match is None else max(_wrapped(match[1], match[2], 16), 0)


def codings(values: Sequence[bytes]) -> tuple[bytes, ...]:
    """
    Undo nothing if any coding is unknown, or not in lower case.
    """
    names = [name.strip(BLANKS) for value in values for name in value.split(b",")]
    names = [name for name in names if name]
    return tuple(names) if KNOWN_CODINGS.issuperset(names) else ()


WEBKIT_TRANSPORT: Final = Transport(
    head=HeadReading(
        start=compiled_late(rb"[\r\n]{0,4}(?=HTTP/|ICY )"),
        status_line=status_line,
        max_bytes=64 * 1024,
        takes_cut=ends_with_line,
    ),
    framing=framing,
    old_may_end_early=True,
    chunks=ChunkReading(size=chunk_size, max_line=128, after_chunk=AfterChunk.ANY_LINE, may_end_early=True),
    codings=CodingReading(codings=codings, passed_if_malformed=frozenset({b"gzip", b"x-gzip", b"deflate"})),
    asking=Asking(not_after_close=frozenset({b"POST"})),
)
