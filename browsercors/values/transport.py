"""
How a response is taken off the wire, and where browsers differ in it.

What stands here is what https://www.rfc-editor.org/rfc/rfc9112 says, read strictly; a browser's profile has its own. A
request carries the reading of the browser that sends it, since the transport has to know where a response ends.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

import attrs

from browsercors.values.expressions import compiled_late
from browsercors.values.records import Rules, quick

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Sequence

__all__ = [
    "BLANKS",
    "AfterChunk",
    "Asking",
    "BodyFraming",
    "ChunkReading",
    "CodingReading",
    "Fault",
    "Framing",
    "HeadReading",
    "Lines",
    "StatusLine",
    "Transport",
    "coding_names",
    "codings_if_all_are_known",
    "has_nul",
    "is_chunked",
    "stated_lengths",
    "strict_chunk_size",
    "strict_framing",
    "strict_status_line",
    "takes_any",
    "values_of",
]

BLANKS: Final = b"\t "

Lines: TypeAlias = "Sequence[tuple[bytes, bytes]]"


@quick
class Fault(enum.Enum):
    """
    What goes wrong on the way to a server, or with the bytes of its response.
    """

    NAME_NOT_RESOLVED = "name-not-resolved"
    """The host has no address."""

    REFUSED = "refused"
    """Nothing accepts connections at the address."""

    RESET = "reset"
    """The server cut the connection off."""

    EMPTY = "empty"
    """The connection ended before a response began."""

    ONLY_INTERIM = "only-interim"
    """After an informational response came nothing."""

    JUNK_AFTER_INTERIM = "junk-after-interim"
    """After an informational response came what is no response."""

    CUT_HEAD = "cut-head"
    """The connection ended in the head."""

    MALFORMED_HEAD = "malformed-head"
    """What came is no head of a response."""

    HEAD_TOO_LARGE = "head-too-large"
    """The head is larger than the browser takes."""

    DIFFERENT_LENGTHS = "different-lengths"
    """The header lines name several lengths."""

    DIFFERENT_DISPOSITIONS = "different-dispositions"
    """Several lines of `Content-Disposition` differ."""

    DIFFERENT_LOCATIONS = "different-locations"
    """Several lines of `Location` differ."""

    MALFORMED_FRAMING = "malformed-framing"
    """Where the body ends cannot be told."""

    MALFORMED_CHUNK = "malformed-chunk"
    """A chunk of the body is malformed."""

    CUT_CHUNKS = "cut-chunks"
    """The connection ended before the last chunk."""

    UNDECODABLE = "undecodable"
    """The body is not what its content coding says."""


@quick
class BodyFraming(enum.Enum):
    """
    Where a body ends that has no stated length.
    """

    CHUNKED = "chunked"
    UNTIL_CLOSE = "until-close"


Framing: TypeAlias = "BodyFraming | Fault | int"
"""How the body is framed: an int is its length."""


class StatusLine(NamedTuple):
    """
    What a status line says.

    Attributes:
        is_old: Whether the version is below 1.1.
    """

    is_old: bool
    status: int
    reason: bytes


def values_of(lines: Lines, name: bytes) -> list[bytes]:
    """
    Return the values of the lines of that name (lower-case), without the blanks around them.
    """
    return [value.strip(BLANKS) for line, value in lines if line.strip(BLANKS).lower() == name]


def stated_lengths(lines: Lines) -> set[bytes]:
    """
    Return the lengths that the lines of `Content-Length` state, as they are written; a line may list several.
    """
    return {part.strip(BLANKS) for value in values_of(lines, b"content-length") for part in value.split(b",")}


def is_chunked(lines: Lines) -> bool:
    """
    Whether one of the transfer codings is "chunked".
    """
    return any(
        coding.strip(BLANKS).lower() == b"chunked"
        for value in values_of(lines, b"transfer-encoding")
        for coding in value.split(b",")
    )


STATUS_LINE = compiled_late(rb"HTTP/1\.([0-9]) ([1-9][0-9]{2})(?: (.*))?\Z")


def strict_status_line(line: bytes) -> StatusLine | Fault | None:
    """
    Read a status line (https://www.rfc-editor.org/rfc/rfc9112#section-4); the space behind the status may be missing.
    """
    match = STATUS_LINE.match(line)
    if match is None:
        return Fault.MALFORMED_HEAD
    return StatusLine(match[1] == b"0", int(match[2]), (match[3] or b"").strip(BLANKS))


def has_nul(head: bytes) -> bool:
    """
    Refuse a head with a NUL anywhere.
    """
    return b"\0" in head


def strict_framing(line: StatusLine, lines: Lines) -> Framing:
    """
    Tell where a body ends (https://www.rfc-editor.org/rfc/rfc9112#section-6.3).
    """
    codings = values_of(lines, b"transfer-encoding")
    if codings:
        is_plain = not line.is_old and b",".join(codings).lower() == b"chunked"
        return BodyFraming.CHUNKED if is_plain else Fault.MALFORMED_FRAMING
    lengths = stated_lengths(lines)
    if not lengths:
        return BodyFraming.UNTIL_CLOSE
    if len(lengths) > 1:
        return Fault.DIFFERENT_LENGTHS
    (length,) = lengths
    return int(length[-18:]) if length.isdigit() and not length[:-18].strip(b"0") else Fault.MALFORMED_FRAMING


CHUNK_SIZE = compiled_late(rb"([0-9A-Fa-f]{1,15})[\t ]*(?:;.*)?\Z")


def strict_chunk_size(line: bytes) -> int | None:
    """
    Read the size of a chunk (https://www.rfc-editor.org/rfc/rfc9112#section-7.1); None if it is malformed.
    """
    match = CHUNK_SIZE.match(line)
    return None if match is None else int(match[1], 16)


KNOWN_CODINGS: Final = frozenset({b"gzip", b"x-gzip", b"deflate", b"br", b"zstd"})


def coding_names(values: Sequence[bytes]) -> list[bytes]:
    """
    Return the names that the values of `Content-Encoding` list, in lower case; an empty one for an empty item.
    """
    return [name.strip(BLANKS).lower() for value in values for name in value.split(b",")]


def codings_if_all_are_known(values: Sequence[bytes]) -> tuple[bytes, ...] | Fault:
    """
    Return the content codings of a response in the order applied, in lower case; none if any is unknown.
    """
    names = coding_names(values)
    return tuple(names) if KNOWN_CODINGS.issuperset(names) else ()


def takes_any(head: bytes) -> bool:  # noqa: ARG001 - the signature is that of `HeadReading.takes_cut`
    """
    Take a head wherever it is cut.
    """
    return True


BEGINNING = compiled_late(rb"(?=HTTP/)")


@attrs.frozen(eq=False, repr=False)
class HeadReading(Rules):
    """
    How the head of a response is read.

    Attributes:
        start: Matches what may stand before a status line.
        status_line: Reads a status line; None if there is none, so that all is a body without a head.
        without_head: Whether what begins so is taken for a body without a head (HTTP/0.9), given
            `port_is_default`; None if nothing is.
        max_bytes: The largest head; None for no limit.
        refuses: Whether a head is refused for a character in it.
        takes_cut: Whether a head counts as whole at which the connection ended; None if none does.
        takes_cut_over_tls: Whether such a head counts even if the connection could tell that it was cut off.
        cut_ends_response: Whether a response whose head is cut is over, whatever length it states.
        final_statuses: Informational statuses after which no other response is awaited.
        refuses_dispositions: Whether several `Content-Disposition` lines that differ are refused.
    """

    start: re.Pattern[bytes] = BEGINNING
    status_line: Callable[[bytes], StatusLine | Fault | None] = strict_status_line
    without_head: Callable[..., bool] | None = None
    max_bytes: int | None = None
    refuses: Callable[[bytes], bool] = has_nul
    takes_cut: Callable[[bytes], bool] | None = None
    takes_cut_over_tls: bool = True
    cut_ends_response: bool = False
    final_statuses: frozenset[int] = frozenset()
    refuses_dispositions: bool = False


@quick
class AfterChunk(enum.Enum):
    """
    What stands between a chunk and the next size.
    """

    LINE_END = "line-end"
    """The end of a line."""

    ANY_LINE = "any-line"
    """A line, whatever is in it."""

    NOTHING = "nothing"
    """The end of a line, or nothing."""


@attrs.frozen(eq=False, repr=False)
class ChunkReading(Rules):
    """
    How a chunked body is read.

    Attributes:
        size: Reads the line with the size of a chunk; None if it is malformed.
        max_line: The longest line with a size; None for no limit.
        after_chunk: What stands behind a chunk.
        may_end_early: Whether the connection may end where the size of a chunk, or the trailer, would follow.
        fault_is_no_response: Whether there is no response at all if a chunk is malformed, or none has come.
    """

    size: Callable[[bytes], int | None] = strict_chunk_size
    max_line: int | None = None
    after_chunk: AfterChunk = AfterChunk.LINE_END
    may_end_early: bool = False
    fault_is_no_response: bool = False


@attrs.frozen(eq=False, repr=False)
class CodingReading(Rules):
    """
    How content codings are undone.

    Attributes:
        codings: Returns the codings that are undone, in the order applied, from the values of `Content-Encoding`.
        passed_if_malformed: Codings whose body is passed as it is if it begins malformed, or its checksum is wrong.
    """

    codings: Callable[[Sequence[bytes]], tuple[bytes, ...] | Fault] = codings_if_all_are_known
    passed_if_malformed: frozenset[bytes] = frozenset()


@attrs.frozen(eq=False, repr=False)
class Asking(Rules):
    """
    When the same request is sent again over another connection.

    Attributes:
        attempts: How many times a request with a safe method is sent if all connections end without a byte.
        after_408: Whether a 408 over a kept connection is no answer.
        not_after_close: Methods whose request is not sent again when a kept connection turns out to be closed.
        joins_types_after_421: Whether a response that was asked for again after a 421 has the type of both.
    """

    attempts: int = 1
    after_408: bool = False
    not_after_close: frozenset[bytes] = frozenset()
    joins_types_after_421: bool = False


@attrs.frozen(eq=False, repr=False)
class Transport(Rules):
    """
    How a browser takes a response off the wire.

    Attributes:
        head: Reading the head.
        framing: Tells where the body ends, from the status line and the header lines.
        old_may_end_early: Whether a body of HTTP/1.0 may be shorter than its stated length.
        chunks: Reading chunked bodies.
        codings: Undoing content codings.
        asking: When a request is sent again.
    """

    head: HeadReading = attrs.field(factory=HeadReading)
    framing: Callable[[StatusLine, Lines], Framing] = strict_framing
    old_may_end_early: bool = False
    chunks: ChunkReading = attrs.field(factory=ChunkReading)
    codings: CodingReading = attrs.field(factory=CodingReading)
    asking: Asking = attrs.field(factory=Asking)


STRICT: Final = Transport()
"""The reading of the standard."""
