"""
Reading responses off a connection: what all browsers read alike is read, and nothing is repaired.
"""

from __future__ import annotations

import itertools
import time
from typing import TYPE_CHECKING

import attrs
import pytest
from hypothesis import given, strategies as st

from browsercors.servers.http1 import ResponseReader, Unreadable, WireResponse
from browsercors.values.headers import HeaderList
from browsercors.values.wire import FailureKind

if TYPE_CHECKING:
    from collections.abc import Callable

OK = b"HTTP/1.1 200 OK\r\n"
INFORMATIONAL = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"


def feeding(data: bytes, step: int, end: BaseException | None = None) -> Callable[[int], bytes]:
    view = memoryview(data)
    position = 0

    def receive(size: int) -> bytes:
        nonlocal position
        part = bytes(view[position : position + min(step, size)])
        position += len(part)
        if not part and end is not None:
            raise end
        return part

    return receive


def read(
    data: bytes, *, method: bytes = b"GET", step: int = 65536, end: BaseException | None = None, limit: int = 10_000
) -> WireResponse:
    reader = ResponseReader(feeding(data, step, end), max_header_bytes=limit, max_body_bytes=limit)
    return reader.read(method)


GOOD_CASES: list[tuple[str, bytes, int, bytes, list[tuple[bytes, bytes]], bytes, bool]] = [
    ("a length", OK + b"Content-Length: 2\r\n\r\nok", 200, b"OK", [(b"Content-Length", b"2")], b"ok", True),
    ("no reason", b"HTTP/1.1 404\r\nContent-Length: 0\r\n\r\n", 404, b"", [(b"Content-Length", b"0")], b"", True),
    ("a reason of blanks and bytes", b"HTTP/1.1 999  \xff\t\r\n\r\n", 999, b"\xff", [], b"", False),
    ("bare line feeds", b"HTTP/1.1 200 OK\nA: 1\n\nok", 200, b"OK", [(b"A", b"1")], b"ok", False),
    ("the end of the connection", OK + b"\r\nok", 200, b"OK", [], b"ok", False),
    ("case, order and duplicates", OK + b"b: 1\r\nA: 2\r\nb: 3\r\n\r\n", 200, b"OK",
     [(b"b", b"1"), (b"A", b"2"), (b"b", b"3")], b"", False),
    ("values untouched", OK + b"A:\t \xe9\x85\x01\0\x0b\x1c , x\t \r\nB:\r\n\r\n", 200, b"OK",
     [(b"A", b"\xe9\x85\x01\0\x0b\x1c , x"), (b"B", b"")], b"", False),
    ("chunks",
     OK + b"Transfer-Encoding: Chunked\r\n\r\n2;x=\"y\"\r\nok\r\n1 \r\n!\r\n0\r\nTrailer: x\r\n\r\n", 200, b"OK",
     [(b"Transfer-Encoding", b"Chunked")], b"ok!", True),
    ("chunks with a length", OK + b"Content-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 200, b"OK",
     [(b"Content-Length", b"9"), (b"Transfer-Encoding", b"chunked")], b"", True),
    ("informational responses first", INFORMATIONAL + b"HTTP/1.1 204\r\n\r\n", 204, b"", [], b"", True),
    ("no body for 304", b"HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", 304, b"Not Modified",
     [(b"Content-Length", b"9")], b"", True),
    ("the same length twice", OK + b"Content-Length: 2\r\ncontent-length: 2\r\n\r\nok", 200, b"OK",
     [(b"Content-Length", b"2"), (b"content-length", b"2")], b"ok", True),
    ("HTTP/1.0",
     b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", 200, b"OK", [(b"Content-Length", b"2")], b"ok", False),
    ("HTTP/1.0 kept alive", b"HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 0\r\n\r\n", 200, b"OK",
     [(b"Connection", b"Keep-Alive"), (b"Content-Length", b"0")], b"", True),
    ("a close", OK + b"Connection: Close\r\nContent-Length: 0\r\n\r\n", 200, b"OK",
     [(b"Connection", b"Close"), (b"Content-Length", b"0")], b"", False),
    ("something after the body",
     OK + b"Content-Length: 1\r\n\r\nok", 200, b"OK", [(b"Content-Length", b"1")], b"o", False),
]  # fmt: skip


@pytest.mark.parametrize("step", [1, 7, 65536])
@pytest.mark.parametrize(
    ("data", "status", "reason", "headers", "body", "reusable"),
    [row[1:] for row in GOOD_CASES],
    ids=[row[0] for row in GOOD_CASES],
)
def test_a_response_is_read_as_it_is(
    data: bytes, status: int, reason: bytes, headers: list[tuple[bytes, bytes]], body: bytes, reusable: bool, step: int
) -> None:
    response = read(data, step=step)

    assert WireResponse(status, reason, HeaderList(headers), body, None, response.reusable) == response
    assert reusable == response.reusable or step == 1


def test_the_response_to_a_head_request_has_no_body() -> None:
    response = read(OK + b"Content-Length: 9\r\n\r\n", method=b"HEAD")

    assert (response.body, response.body_failure, response.reusable) == (b"", None, True)


NOT_REPRESENTABLE_CASES = [
    ("HTTP/0.9", b"<html>hello</html>", "a response that ends in its head"),
    ("HTTP/0.9 with lines", b"<html>\nhello</html>\n", "a status line"),
    ("another protocol", b"ICY 200 OK\r\n\r\n", "a status line"),
    ("lower case", b"http/1.1 200 OK\r\n\r\n", "a status line"),
    ("another version", b"HTTP/2 200\r\n\r\n", "a status line"),
    ("status 0", b"HTTP/1.1 0 OK\r\n\r\n", "a status line"),
    ("status 000", b"HTTP/1.1 000 OK\r\n\r\n", "a status line"),
    ("four digits", b"HTTP/1.1 2000 OK\r\n\r\n", "a status line"),
    ("letters", b"HTTP/1.1 abc\r\n\r\n", "a status line"),
    ("two blanks", b"HTTP/1.1  200 OK\r\n\r\n", "a status line"),
    ("an empty line first", b"\r\n" + OK + b"\r\n", "a status line"),
    ("no colon", OK + b"Access-Control-Allow-Origin *\r\n\r\n", "a header line without a colon"),
    ("no name", OK + b": *\r\n\r\n", "a header name that is no token"),
    ("a blank before the colon", OK + b"Access-Control-Allow-Origin : *\r\n\r\n", "a header name that is no token"),
    ("a folded line", OK + b"A: 1\r\n 2\r\n\r\n", "a header line folded into two"),
    ("a folded first line", OK + b"\tA: 1\r\n\r\n", "a header line folded into two"),
    ("a bare carriage return", OK + b"A: 1\rB: 2\r\n\r\n", "a carriage return in a header value"),
    ("a bare carriage return before the line's end", OK + b"A: 1\r\r\n\r\n", "a carriage return in a header value"),
    ("the end in the head", OK + b"A: 1\r\n", "a response that ends in its head"),
    ("a length with a sign", OK + b"Content-Length: +2\r\n\r\nok", "a Content-Length that is not a number"),
    ("a length in a list", OK + b"Content-Length: 2, 2\r\n\r\nok", "a Content-Length that is not a number"),
    ("another transfer coding", OK + b"Transfer-Encoding: gzip, chunked\r\n\r\n", "a transfer coding other than"),
    (
        "chunks in HTTP/1.0",
        b"HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "a transfer coding other",
    ),
]


@pytest.mark.parametrize(
    ("data", "what"), [row[1:] for row in NOT_REPRESENTABLE_CASES], ids=[row[0] for row in NOT_REPRESENTABLE_CASES]
)
def test_what_browsers_may_read_differently_is_said_to_be_not_representable(data: bytes, what: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read(data)

    assert FailureKind.NOT_REPRESENTABLE is caught.value.kind
    assert caught.value.detail.startswith(f"the transport cannot represent {what}")


OTHER_FAILURES = [
    ("nothing", b"", FailureKind.CONNECTION_FAILED),
    ("different lengths", OK + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\nok!", FailureKind.INVALID_RESPONSE),
    ("a switch of protocols", b"HTTP/1.1 101 Switching Protocols\r\n\r\n", FailureKind.INVALID_RESPONSE),
    ("a long status line", b"HTTP/1.1 200 " + b"a" * 20_000 + b"\r\n\r\n", FailureKind.TOO_LARGE),
    ("a line without end", OK + b"A: " + b"a" * 20_000, FailureKind.TOO_LARGE),
    ("many headers", OK + b"A: 1\r\n" * 2_000 + b"\r\n", FailureKind.TOO_LARGE),
    ("many informational responses", b"HTTP/1.1 100 Continue\r\n\r\n" * 2_000, FailureKind.TOO_LARGE),
    ("a long declared body", OK + b"Content-Length: 10001\r\n\r\n", FailureKind.TOO_LARGE),
    ("a long body", OK + b"\r\n" + b"a" * 10_001, FailureKind.TOO_LARGE),
    ("a long line with a size", OK + b"Transfer-Encoding: chunked\r\n\r\n1;" + b"a" * 20_000, FailureKind.TOO_LARGE),
    ("long trailers", OK + b"Transfer-Encoding: chunked\r\n\r\n0\r\n" + b"A: 1\r\n" * 2_000, FailureKind.TOO_LARGE),
    ("a long chunk", OK + b"Transfer-Encoding: chunked\r\n\r\nFFFFFF\r\n", FailureKind.TOO_LARGE),
]


@pytest.mark.parametrize("step", [100, 65536])
@pytest.mark.parametrize(("data", "kind"), [row[1:] for row in OTHER_FAILURES], ids=[row[0] for row in OTHER_FAILURES])
def test_what_no_browser_takes_is_a_failure_of_its_kind(data: bytes, kind: FailureKind, step: int) -> None:
    with pytest.raises(Unreadable) as caught:
        read(data, step=step)

    assert kind is caught.value.kind


CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"

BROKEN_BODIES: list[tuple[bytes, BaseException | None, bytes, str]] = [
    (OK + b"Content-Length: 3\r\n\r\nok", None, b"ok", "the connection closed 1 bytes too early"),
    (OK + b"Content-Length: 3\r\n\r\nok", TimeoutError(), b"ok", "timed out in the middle of the body"),
    (OK + b"\r\nok", ConnectionResetError("reset"), b"ok", "the connection broke in the middle of the body: reset"),
    (CHUNKED + b"2\r\nok\r\n", None, b"ok", "the connection closed in the middle"),
    (CHUNKED + b"2\r\nok", None, b"ok", "a chunk is longer than its size"),
    (CHUNKED + b"2\r\nok!\r\n0\r\n\r\n", None, b"ok", "a chunk is longer than its size"),
    (CHUNKED + b"2\r\nok\r\n0x1\r\n", None, b"ok", "no size of a chunk: b'0x1'"),
    (CHUNKED + b"-1\r\n", None, b"", "no size of a chunk: b'-1'"),
    (CHUNKED + b"\r\n", None, b"", "no size of a chunk: b''"),
]


@pytest.mark.parametrize(("data", "end", "body", "failure"), BROKEN_BODIES)
def test_a_body_that_breaks_keeps_what_arrived(
    data: bytes, end: BaseException | None, body: bytes, failure: str
) -> None:
    response = read(data, end=end)

    assert (200, body, failure, False) == (
        response.status,
        response.body,
        response.body_failure,
        response.reusable,
    )


def test_a_connection_that_breaks_in_the_head_raises() -> None:
    with pytest.raises(ConnectionResetError):
        read(OK, end=ConnectionResetError())


RESPONSES = [
    *(row[1] for row in GOOD_CASES),
    *(row[1] for row in NOT_REPRESENTABLE_CASES),
    *(row[1] for row in OTHER_FAILURES),
    *(row[0] for row in BROKEN_BODIES),
]


@given(data=st.sampled_from(RESPONSES), cuts=st.lists(st.integers(0, 200)))
def test_a_response_in_pieces_is_the_same_response(data: bytes, cuts: list[int]) -> None:
    def outcome(pieces: list[bytes]) -> tuple[object, ...]:
        rest = [piece for piece in pieces if piece]
        reader = ResponseReader(lambda _: rest.pop(0) if rest else b"", max_header_bytes=10_000, max_body_bytes=10_000)
        try:
            response = reader.read(b"GET")
        except Unreadable as unreadable:
            return unreadable.kind, unreadable.detail
        # NB: what follows a response may not have arrived with it; then it is the pool that notices.
        return attrs.astuple(attrs.evolve(response, reusable=False))

    edges = [0, *sorted(cuts), len(data)]
    pieces = [data[start:end] for start, end in itertools.pairwise(edges)]

    assert outcome([data]) == outcome(pieces)


def test_reading_takes_time_in_proportion_to_the_bytes_even_if_they_drip() -> None:
    def seconds(size: int) -> float:
        data = OK + b"A: " + b"a" * size + b"\r\n" + b"B: 1\r\n" * (size // 6) + b"Content-Length: 0\r\n\r\n"
        began = time.process_time()
        read(data, step=500, limit=10_000_000)
        return time.process_time() - began

    small = min(seconds(100_000) for _ in range(3))

    assert seconds(800_000) < 40 * small
