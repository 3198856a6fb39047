"""
Reading HTTP/1.1 responses from a connection, without changing them.

Python's HTTP clients repair what they read (folded lines, lines without a colon, odd line ends), which hides what a
browser would have seen. This reader accepts what all browsers read alike. It refuses anything else as not
representable: then there is no verdict, which is better than a wrong one.

https://www.rfc-editor.org/rfc/rfc9112
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import attrs

from browsercors.servers.server import MAX_LENGTH_DIGITS, STATUSES_WITHOUT_BODY
from browsercors.values.headers import HeaderList, is_header_name
from browsercors.values.wire import BODY_TIMED_OUT, FailureKind

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["ResponseReader", "Unreadable", "WireResponse"]

STATUS_LINE = re.compile(rb"HTTP/1\.([01]) ([1-9][0-9]{2})(?: ([^\0\r\n]*))?\Z")
CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,15})[\t ]*(?:;.*)?\Z", re.DOTALL)

RECEIVE_BYTES: Final = 65536


class Unreadable(Exception):  # noqa: N818 - becomes a TransportFailure
    """
    What was received is not a response.
    """

    def __init__(self, kind: FailureKind, detail: str) -> None:
        super().__init__(detail)
        self.kind = kind
        self.detail = detail


class _LineTooLong(Exception):  # noqa: N818 - control flow of this module
    """
    A line is longer than what is left for it.
    """


class _Broken(Exception):  # noqa: N818 - control flow of this module
    """
    The body ends before it should.
    """


@attrs.frozen
class WireResponse:
    """
    A response as it was received.

    Attributes:
        reusable: Whether the connection can carry another request.
    """

    status: int
    reason: bytes
    headers: HeaderList
    body: bytes
    body_failure: str | None
    reusable: bool


class ResponseReader:
    """
    Reads the response to one request.

    Args:
        receive: Returns some bytes from the connection, at most as many as asked for; none at its end.
        max_header_bytes: The largest head of a response.
        max_body_bytes: The largest body.
    """

    def __init__(self, receive: Callable[[int], bytes], *, max_header_bytes: int, max_body_bytes: int) -> None:
        self._receive = receive
        self._max_header_bytes = max_header_bytes
        self._max_body_bytes = max_body_bytes
        self._buffer = bytearray()
        self._head_budget = max_header_bytes
        self.received_anything: bool = False

    def read(self, method: bytes) -> WireResponse:
        """
        Read the response to a request of that method.

        Raises:
            Unreadable: There is no response that every browser accepts.
            OSError: The connection broke before the head was complete.
        """
        is_old, status, reason = self._status_line()
        headers = self._headers()
        while status < 200:
            if status == 101:
                raise Unreadable(FailureKind.INVALID_RESPONSE, "the server switched protocols without being asked")
            is_old, status, reason = self._status_line()
            headers = self._headers()

        read_body = self._body_reader(method, status, headers, is_old=is_old)
        body = bytearray()
        failure = None
        try:
            read_body(body)
        except _Broken as broken:
            failure = str(broken)
        except TimeoutError:
            failure = BODY_TIMED_OUT
        except OSError as error:
            failure = f"the connection broke in the middle of the body: {error}"
        reusable = (
            failure is None
            and not self._buffer
            and read_body != self._body_until_close
            and _stays_open(status, headers, is_old=is_old)
        )
        return WireResponse(status, reason, headers, bytes(body), failure, reusable)

    def _status_line(self) -> tuple[bool, int, bytes]:
        line = self._head_line()
        match = STATUS_LINE.match(line)
        if match is None:
            raise _not_representable("a status line that is not of the form 'HTTP/1.1 200 OK'", line)
        return match[1] == b"0", int(match[2]), (match[3] or b"").strip(b"\t ")

    def _headers(self) -> HeaderList:
        pairs: list[tuple[bytes, bytes]] = []
        while line := self._head_line():
            name, colon, value = line.partition(b":")
            if line[:1] in b" \t":
                raise _not_representable("a header line folded into two", line)
            if not colon:
                raise _not_representable("a header line without a colon", line)
            if not is_header_name(name):
                raise _not_representable("a header name that is no token", line)
            if b"\r" in value:
                raise _not_representable("a carriage return in a header value", line)
            pairs.append((name, value.strip(b"\t ")))
        return HeaderList(pairs)

    def _head_line(self) -> bytes:
        try:
            line = self._line(self._head_budget)
        except _LineTooLong:
            raise self._too_large("a response head") from None
        if line is None:
            if self.received_anything:
                raise _not_representable("a response that ends in its head", bytes(self._buffer))
            raise Unreadable(FailureKind.CONNECTION_FAILED, "the server closed the connection without an answer")
        self._head_budget -= len(line) + 2
        return line

    def _body_reader(
        self, method: bytes, status: int, headers: HeaderList, *, is_old: bool
    ) -> Callable[[bytearray], None]:
        """
        Return what reads the body (https://www.rfc-editor.org/rfc/rfc9112#section-6.3).
        """
        if method == b"HEAD" or status in STATUSES_WITHOUT_BODY:
            return _no_body
        transfer_coding = headers.get(b"transfer-encoding")
        if transfer_coding is not None:
            if transfer_coding.lower() != b"chunked" or is_old:
                raise _not_representable("a transfer coding other than HTTP/1.1's 'chunked'", transfer_coding)
            return self._chunked_body
        lengths = set(headers.get_all(b"content-length"))
        if not lengths:
            return self._body_until_close
        if len(lengths) > 1:
            raise Unreadable(FailureKind.INVALID_RESPONSE, "different values of Content-Length")
        (declared,) = lengths
        if not declared.isdigit() or len(declared) > MAX_LENGTH_DIGITS:
            raise _not_representable("a Content-Length that is not a number of bytes", declared)
        length = int(declared)
        self._check_size(length)
        return lambda body: self._exactly(length, body)

    def _body_until_close(self, body: bytearray) -> None:
        while self._buffer or self._fill():
            body += self._buffer
            self._buffer.clear()
            self._check_size(len(body))

    def _chunked_body(self, body: bytearray) -> None:
        while length := self._chunk_size():
            self._check_size(len(body) + length)
            self._exactly(length, body)
            if not self._is_line_end():
                raise _Broken("a chunk is longer than its size")
        # NB: trailers are not shown to pages.
        budget = self._max_header_bytes
        try:
            while trailer := self._line(budget):
                budget -= len(trailer) + 2
        except _LineTooLong:
            raise self._too_large("trailers") from None

    def _chunk_size(self) -> int:
        try:
            line = self._line(self._max_header_bytes)
        except _LineTooLong:
            raise self._too_large("a line with the size of a chunk") from None
        if line is None:
            raise _Broken("the connection closed in the middle")
        match = CHUNK_SIZE.match(line)
        if match is None:
            raise _Broken(f"no size of a chunk: {line!r:.80}")
        return int(match[1], 16)

    def _is_line_end(self) -> bool:
        try:
            return self._line(0) == b""
        except _LineTooLong:
            return False

    def _exactly(self, length: int, body: bytearray) -> None:
        while length:
            if not self._buffer and not self._fill():
                raise _Broken(f"the connection closed {length} bytes too early")
            part = self._buffer[:length]
            del self._buffer[:length]
            body += part
            length -= len(part)

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


def _no_body(body: bytearray) -> None:
    """
    Read nothing.
    """


def _stays_open(status: int, headers: HeaderList, *, is_old: bool) -> bool:
    """
    Whether the server says that it takes another request (https://www.rfc-editor.org/rfc/rfc9112#section-9.3).
    """
    # NB: a 204 that states a body has none, so whatever comes after its head is not known to be a response.
    if status == 204 and (b"transfer-encoding" in headers or headers.get(b"content-length") not in (None, b"0")):
        return False
    stated = headers.get(b"connection")
    if stated is None:
        return not is_old
    options = {option.strip(b"\t ").lower() for option in stated.split(b",")}
    return b"close" not in options and (not is_old or b"keep-alive" in options)


def _not_representable(what: str, line: bytes) -> Unreadable:
    detail = f"the transport cannot represent {what}: {line!r:.200}"
    return Unreadable(FailureKind.NOT_REPRESENTABLE, detail)
