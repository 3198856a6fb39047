"""
Reading HTTP/1.1 responses from a connection, without changing them, as the browser that asked would.

Python's HTTP clients repair what they read (folded lines, lines without a colon, odd line ends), which hides what a
browser would have seen. This reader takes what the browser takes, by the `Transport` of its profile, and leaves header
lines as they are written.

https://www.rfc-editor.org/rfc/rfc9112
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import attrs

from browsercors.servers.server import STATUSES_WITHOUT_BODY
from browsercors.values.headers import HeaderList
from browsercors.values.transport import STRICT, AfterChunk, BodyFraming, Fault, StatusLine, values_of
from browsercors.values.wire import BODY_TIMED_OUT, FailureKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from browsercors.values.transport import Framing, Transport

__all__ = ["RECEIVE_BYTES", "BrokenBody", "ResponseReader", "Unreadable", "WireResponse"]

HEAD_END = re.compile(rb"\n\r?\n")

RECEIVE_BYTES: Final = 65536

START_BYTES: Final = 9
"""How many bytes tell whether a status line begins: browsers skip four at most, and know it by five."""

SHOUTCAST_OR_OLDER: Final = StatusLine(is_old=True, status=200, reason=b"OK")
"""What a body without a head counts as."""


class Unreadable(Exception):  # noqa: N818 - becomes a TransportFailure
    """
    What was received is not a response.
    """

    def __init__(self, kind: FailureKind, detail: str, fault: Fault | None = None) -> None:
        super().__init__(detail)
        self.kind = kind
        self.detail = detail
        self.fault = fault


class _LineTooLong(Exception):  # noqa: N818 - control flow of this module
    """
    A line is longer than what is left for it.
    """


class BrokenBody(Exception):  # noqa: N818 - control flow of this module
    """
    The body ends before it should.
    """

    def __init__(self, detail: str, fault: Fault | None = None) -> None:
        super().__init__(detail)
        self.fault = fault


class _Short(BrokenBody):
    """
    The body is shorter than its stated length.
    """


@attrs.frozen
class WireResponse:
    """
    A response as it was received.

    Attributes:
        headers: The header lines as written, but for blanks around values.
        reusable: Whether the connection can carry another request.
        parts: The body that is still to come, part by part; None if it is there. What breaks it off is raised: a
            `BrokenBody`, a `TimeoutError` or another `OSError`.
    """

    status: int
    reason: bytes
    headers: HeaderList
    body: bytes
    body_failure: str | None
    reusable: bool
    body_fault: Fault | None = None
    parts: Iterator[bytes] | None = None


class ResponseReader:
    """
    Reads the response to one request.

    Args:
        receive: Returns some bytes from the connection, at most as many as asked for; none at its end.
        max_header_bytes: The largest head of a response, whatever the browser takes.
        max_body_bytes: The largest body.
        rules: How the browser reads.
        port_is_default: Whether the request's URL has the default port of its scheme.
        is_over_tls: Whether its scheme is https.
    """

    def __init__(
        self,
        receive: Callable[[int], bytes],
        *,
        max_header_bytes: int,
        max_body_bytes: int,
        rules: Transport = STRICT,
        port_is_default: bool = True,
        is_over_tls: bool = False,
    ) -> None:
        self._receive = receive
        self._max_header_bytes = max_header_bytes
        self._max_body_bytes = max_body_bytes
        self._rules = rules
        self._final_statuses = rules.head.final_statuses
        self._port_is_default = port_is_default
        self._takes_cuts = rules.head.takes_cut_over_tls or not is_over_tls
        self._buffer = bytearray()
        self._head_budget = max_header_bytes
        self._is_cut = False
        self.received_anything: bool = False

    def read(
        self, method: bytes, *, leaves_open: Callable[[bytes, int, HeaderList], bool] | None = None
    ) -> WireResponse:
        """
        Read the response to a request of that method.

        Args:
            method: The method.
            leaves_open: Whether the body of a response to it, with that status and those headers, is left to be read.

        Raises:
            Unreadable: There is no response that the browser takes.
            OSError: The connection broke before the head was complete.
        """
        rules = self._rules
        line, lines = self._head(is_first=True)
        while 100 <= line.status < 200 and line.status not in self._final_statuses:
            line, lines = self._head(is_first=False)

        if rules.head.refuses_dispositions and len(set(values_of(lines, b"content-disposition"))) > 1:
            raise _refused("different values of Content-Disposition", Fault.DIFFERENT_DISPOSITIONS)
        framing = rules.framing(line, lines)
        if framing is Fault.DIFFERENT_LENGTHS:
            raise _refused("different values of Content-Length", framing)
        is_over = self._is_cut and rules.head.cut_ends_response
        if is_over or method == b"HEAD" or line.status in STATUSES_WITHOUT_BODY or self._is_handshake(line):
            framing = 0
        if isinstance(framing, Fault):
            raise _refused("a body whose end cannot be told", framing)
        headers = HeaderList(lines)
        if leaves_open is not None and framing != 0 and leaves_open(method, line.status, headers):
            parts = self._body_parts(framing)
            return WireResponse(line.status, line.reason, headers, b"", None, reusable=False, parts=parts)
        body = bytearray()
        failure = fault = None
        try:
            for part in self._body_parts(framing):
                body += part
                self._check_size(len(body))
        except _Short as short:
            if not (line.is_old and rules.old_may_end_early):
                failure = str(short)
        except BrokenBody as broken:
            failure, fault = str(broken), broken.fault
        except TimeoutError:
            failure = BODY_TIMED_OUT
        except OSError as error:
            failure = f"the connection broke in the middle of the body: {error}"
        reusable = (
            failure is None and not self._buffer and framing is not BodyFraming.UNTIL_CLOSE and _stays_open(line, lines)
        )
        return WireResponse(line.status, line.reason, headers, bytes(body), failure, reusable, fault)

    def read_handshake(self, interim: frozenset[int]) -> tuple[WireResponse, bytes]:
        """
        Read the response to the handshake of a WebSocket, and what has come behind it.

        Args:
            interim: The statuses after which another response is awaited.

        Raises:
            Unreadable: There is no response that the browser takes.
            OSError: The connection broke before the head was complete.
        """
        self._final_statuses = frozenset(range(100, 200)) - interim
        response = self.read(b"GET")
        return response, bytes(self._buffer)

    def _is_handshake(self, line: StatusLine) -> bool:
        """
        Whether it is an informational response to a handshake, none of which has a body.
        """
        return line.status < 200 and self._final_statuses is not self._rules.head.final_statuses

    def _head(self, *, is_first: bool) -> tuple[StatusLine, list[tuple[bytes, bytes]]]:
        """
        Read a head: its status line, and its header lines; a body without a head has none.
        """
        rules = self._rules.head
        while (match := rules.start.match(self._buffer)) is None:
            if len(self._buffer) < START_BYTES and self._fill():
                continue
            if not is_first:
                fault = Fault.JUNK_AFTER_INTERIM if self._buffer else Fault.ONLY_INTERIM
                raise _refused("an informational response and none after it", fault)
            if not self._buffer:
                detail = "the server closed the connection without an answer"
                raise Unreadable(FailureKind.CONNECTION_FAILED, detail, Fault.EMPTY)
            start = bytes(self._buffer[:START_BYTES])
            if len(start) < START_BYTES and not self._takes_cuts:
                raise _refused(f"a response that ends in its head: {start!r}", Fault.CUT_HEAD)
            takes = rules.without_head
            if takes is not None and takes(start, port_is_default=self._port_is_default):
                return SHOUTCAST_OR_OLDER, []
            raise _malformed("no status line where one should be", start)
        head = self._whole_head(match.end())
        if rules.refuses(head):
            raise _malformed("a head with NUL in it", head)
        first, _, rest = head[match.end() :].partition(b"\n")
        line = rules.status_line(first.removesuffix(b"\r"))
        if line is None and is_first:
            return SHOUTCAST_OR_OLDER, []
        if line is None or isinstance(line, Fault):
            raise _malformed("a malformed status line", first)
        del self._buffer[: len(head)]
        return line, _header_lines(rest)

    def _whole_head(self, start: int) -> bytes:
        """
        Return the head at the beginning of the buffer, whose status line begins at *start*.
        """
        rules = self._rules.head
        seen = start
        while (match := HEAD_END.search(self._buffer, seen)) is None:
            seen = max(start, len(self._buffer) - 2)
            self._check_head(len(self._buffer))
            if not self._fill():
                head = bytes(self._buffer)
                if not self._takes_cuts or rules.takes_cut is None or not rules.takes_cut(head):
                    raise _refused(f"a response that ends in its head: {head[:200]!r:.200}", Fault.CUT_HEAD)
                self._is_cut = True
                return head
        self._check_head(match.end())
        # NB: of all heads together, since there may be any number of informational responses.
        self._head_budget -= match.end()
        return bytes(self._buffer[: match.end()])

    def _check_head(self, size: int) -> None:
        limit = self._rules.head.max_bytes
        if limit is not None and size > limit:
            detail = f"a response head of more than {limit} bytes"
            raise Unreadable(FailureKind.INVALID_RESPONSE, detail, Fault.HEAD_TOO_LARGE)
        if size > self._head_budget:
            raise self._too_large("a response head")

    def _body_parts(self, framing: Framing) -> Iterator[bytes]:
        if isinstance(framing, int):
            try:
                yield from self._exactly(framing)
            except BrokenBody as broken:
                raise _Short(str(broken)) from None
        elif framing is BodyFraming.UNTIL_CLOSE:
            while self._buffer or self._fill():
                part = bytes(self._buffer)
                self._buffer.clear()
                yield part
        else:
            yield from self._chunked()

    def _chunked(self) -> Iterator[bytes]:
        rules = self._rules.chunks
        is_empty = True
        try:
            while size := self._chunk_size():
                for part in self._exactly(size):
                    is_empty = False
                    yield part
                self._after_chunk()
            self._trailer()
        except BrokenBody as broken:
            if rules.fault_is_no_response and (broken.fault is Fault.MALFORMED_CHUNK or is_empty):
                raise Unreadable(FailureKind.INVALID_RESPONSE, str(broken), broken.fault) from None
            raise BrokenBody(str(broken), broken.fault or Fault.CUT_CHUNKS) from None

    def _chunk_size(self) -> int:
        rules = self._rules.chunks
        line = self._chunk_line("a size that is too long")
        if line is None:
            return 0
        size = rules.size(line)
        if size is None:
            raise BrokenBody(f"no size of a chunk: {line!r:.80}", Fault.MALFORMED_CHUNK)
        return size

    def _after_chunk(self) -> None:
        after = self._rules.chunks.after_chunk
        if after is AfterChunk.NOTHING:
            while len(self._buffer) < 2 and self._fill():
                pass
            if self._buffer[:2] != b"\r\n" and self._buffer[:1] != b"\n":
                return
        line = self._chunk_line("a chunk that is longer than its size")
        if line and after is AfterChunk.LINE_END:
            raise BrokenBody("a chunk is longer than its size", Fault.MALFORMED_CHUNK)

    def _chunk_line(self, too_long: str) -> bytes | None:
        """
        Read a line between chunks; None if the connection may end there, and does.
        """
        rules = self._rules.chunks
        try:
            line = self._line(self._max_header_bytes if rules.max_line is None else rules.max_line)
        except _LineTooLong:
            if rules.max_line is None:
                raise self._too_large("a line with the size of a chunk") from None
            raise BrokenBody(too_long, Fault.MALFORMED_CHUNK) from None
        if line is None and (self._buffer or not rules.may_end_early):
            raise BrokenBody("the connection closed in the middle")
        return line

    def _trailer(self) -> None:
        # NB: trailers are not shown to pages.
        budget = self._max_header_bytes
        try:
            while trailer := self._line(budget):
                budget -= len(trailer) + 2
        except _LineTooLong:
            raise self._too_large("trailers") from None
        if trailer is None and not self._rules.chunks.may_end_early:
            raise BrokenBody("the connection closed before the end of the last chunk")

    def _exactly(self, length: int) -> Iterator[bytes]:
        while length:
            if not self._buffer and not self._fill():
                raise BrokenBody(f"the connection closed {length} bytes too early")
            part = bytes(self._buffer[:length])
            del self._buffer[:length]
            length -= len(part)
            yield part

    @property
    def has_more(self) -> bool:
        """
        Whether something has come that nobody has read yet.
        """
        return bool(self._buffer)

    def _check_size(self, size: int) -> None:
        if size > self._max_body_bytes:
            raise Unreadable(FailureKind.TOO_LARGE, f"a body of more than {self._max_body_bytes} bytes")

    def _too_large(self, what: str) -> Unreadable:
        return Unreadable(FailureKind.TOO_LARGE, f"{what} of more than {self._max_header_bytes} bytes")

    def _line(self, budget: int) -> bytes | None:
        """
        Take a line off the buffer, without its end; None when the connection ends first.

        Raises:
            _LineTooLong: It has more than *budget* bytes.
        """
        start = 0
        while (end := self._buffer.find(b"\n", start)) < 0:
            start = len(self._buffer)
            if start > budget + 1:
                raise _LineTooLong
            if not self._fill():
                return None
        if end > budget + 1:
            raise _LineTooLong
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        return line.removesuffix(b"\r")

    def _fill(self) -> bool:
        received = self._receive(RECEIVE_BYTES)
        self._buffer += received
        self.received_anything = self.received_anything or bool(received)
        return bool(received)


def _header_lines(rest: bytes) -> list[tuple[bytes, bytes]]:
    """
    Return the header lines as pairs; a line that begins with a blank stays a line of the value before.

    What has no colon is no header in any browser, nor is a first line that continues nothing.
    """
    pairs: list[tuple[bytes, bytes]] = []
    for written in rest.split(b"\n"):
        line = written.removesuffix(b"\r")
        if line[:1] in (b" ", b"\t"):
            if pairs:
                name, value = pairs[-1]
                pairs[-1] = (name, value + b"\r\n" + line)
            continue
        name, colon, value = line.partition(b":")
        if colon:
            pairs.append((name, value.strip(b"\t ")))
    return pairs


def _stays_open(line: StatusLine, lines: list[tuple[bytes, bytes]]) -> bool:
    """
    Whether the server says that it takes another request (https://www.rfc-editor.org/rfc/rfc9112#section-9.3).
    """
    # NB: a 204 that states a body has none, so whatever comes after its head is not known to be a response.
    lengths = values_of(lines, b"content-length")
    if line.status == 204 and (values_of(lines, b"transfer-encoding") or any(length != b"0" for length in lengths)):
        return False
    stated = values_of(lines, b"connection")
    if not stated:
        return not line.is_old
    options = {option.strip(b"\t ").lower() for value in stated for option in value.split(b",")}
    return b"close" not in options and (not line.is_old or b"keep-alive" in options)


def _refused(what: str, fault: Fault) -> Unreadable:
    return Unreadable(FailureKind.INVALID_RESPONSE, what, fault)


def _malformed(what: str, found: bytes) -> Unreadable:
    return _refused(f"{what}: {found[:200]!r:.200}", Fault.MALFORMED_HEAD)
