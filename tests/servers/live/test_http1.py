"""
Reading responses off a connection as the standard does, and as each browser does; nothing is repaired.
"""

from __future__ import annotations

import itertools
import time
from typing import TYPE_CHECKING

import attrs
import pytest
from hypothesis import given, strategies as st

from browsercors.engines.chromium.transport import CHROMIUM_TRANSPORT
from browsercors.engines.firefox.transport import FIREFOX_TRANSPORT
from browsercors.engines.webkit.transport import WEBKIT_TRANSPORT
from browsercors.servers.live.http1 import ResponseReader, Unreadable, WireResponse
from browsercors.values.headers import HeaderList
from browsercors.values.transport import Fault, Transport
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
    ("values untouched", OK + b"A:\t \xe9\x85\x01\x0b\x1c , x\t \r\nB:\r\n\r\n", 200, b"OK",
     [(b"A", b"\xe9\x85\x01\x0b\x1c , x"), (b"B", b"")], b"", False),
    ("a folded line", OK + b"A: 1\r\n 2\r\n\r\n", 200, b"OK", [(b"A", b"1\r\n 2")], b"", False),
    ("a folded first line", OK + b"\tA: 1\r\n\r\n", 200, b"OK", [], b"", False),
    ("a line without a colon", OK + b"A 1\r\nB: 2\r\n\r\n", 200, b"OK", [(b"B", b"2")], b"", False),
    ("odd names", OK + b"A : 1\r\n: 2\r\n\r\n", 200, b"OK", [(b"A ", b"1"), (b"", b"2")], b"", False),
    ("a carriage return in a value", OK + b"A: 1\rB: 2\r\n\r\n", 200, b"OK", [(b"A", b"1\rB: 2")], b"", False),
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


MALFORMED = [
    ("HTTP/0.9", b"<html>hello</html>", Fault.MALFORMED_HEAD),
    ("another protocol", b"ICY 200 OK\r\n\r\n", Fault.MALFORMED_HEAD),
    ("lower case", b"http/1.1 200 OK\r\n\r\n", Fault.MALFORMED_HEAD),
    ("another version", b"HTTP/2 200\r\n\r\n", Fault.MALFORMED_HEAD),
    ("status 000", b"HTTP/1.1 000 OK\r\n\r\n", Fault.MALFORMED_HEAD),
    ("four digits", b"HTTP/1.1 2000 OK\r\n\r\n", Fault.MALFORMED_HEAD),
    ("two blanks", b"HTTP/1.1  200 OK\r\n\r\n", Fault.MALFORMED_HEAD),
    ("an empty line first", b"\r\n" + OK + b"\r\n", Fault.MALFORMED_HEAD),
    ("NUL", OK + b"A: \0\r\n\r\n", Fault.MALFORMED_HEAD),
    ("the end in the head", OK + b"A: 1\r\n", Fault.CUT_HEAD),
    ("a length with a sign", OK + b"Content-Length: +2\r\n\r\nok", Fault.MALFORMED_FRAMING),
    ("another transfer coding", OK + b"Transfer-Encoding: gzip, chunked\r\n\r\n", Fault.MALFORMED_FRAMING),
    ("chunks in HTTP/1.0", b"HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", Fault.MALFORMED_FRAMING),
    ("different lengths", OK + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\nok!", Fault.DIFFERENT_LENGTHS),
    ("nothing after an informational response", INFORMATIONAL, Fault.ONLY_INTERIM),
    ("junk after an informational response", INFORMATIONAL + b"junk", Fault.JUNK_AFTER_INTERIM),
    ("nothing after a switch of protocols", b"HTTP/1.1 101 Switching Protocols\r\n\r\n", Fault.ONLY_INTERIM),
]


@pytest.mark.parametrize("step", [1, 65536])
@pytest.mark.parametrize(("data", "fault"), [row[1:] for row in MALFORMED], ids=[row[0] for row in MALFORMED])
def test_what_the_standard_does_not_take_is_no_response(data: bytes, fault: Fault, step: int) -> None:
    with pytest.raises(Unreadable) as caught:
        read(data, step=step)

    assert (FailureKind.INVALID_RESPONSE, fault) == (caught.value.kind, caught.value.fault)


ENGINES = {"chromium": CHROMIUM_TRANSPORT, "firefox": FIREFOX_TRANSPORT, "webkit": WEBKIT_TRANSPORT}

Outcome = tuple[int, bytes] | Fault

BY_ENGINE: list[tuple[str, bytes, Outcome, Outcome, Outcome]] = [
    # what, bytes                                                  Chromium, Firefox, WebKit
    ("bytes before the status line", b"junk" + OK + b"\r\nok", (200, b"ok"), (200, b"ok"), Fault.MALFORMED_HEAD),
    ("line ends before it", b"\r\n\r\n" + OK + b"\r\nok", (200, b"ok"), (200, b"ok"), (200, b"ok")),
    ("no head", b"no head at all", (200, b"no head at all"), (200, b"no head at all"), Fault.MALFORMED_HEAD),
    ("part of the protocol's name", b"HTT", (200, b"HTT"), Fault.MALFORMED_HEAD, Fault.MALFORMED_HEAD),
    ("a status of two digits", b"HTTP/1.1 20 OK\r\n\r\nok", (20, b"ok"), (20, b"ok"), Fault.MALFORMED_HEAD),
    ("one of four", b"HTTP/1.1 2000 OK\r\n\r\nok", (2000, b"ok"), Fault.MALFORMED_HEAD, Fault.MALFORMED_HEAD),
    ("one of eleven", b"HTTP/1.1 20000000000\r\n\r\n", (65535, b""), Fault.MALFORMED_HEAD, Fault.MALFORMED_HEAD),
    ("NUL in a name", OK + b"A\0: 1\r\n\r\nok", Fault.MALFORMED_HEAD, (200, b"ok"), Fault.MALFORMED_HEAD),
    ("a head that is cut in a line", OK + b"A: 1", (200, b""), (200, b""), Fault.CUT_HEAD),
    ("a length of junk", OK + b"Content-Length: x\r\n\r\nok", (200, b"ok"), (200, b"ok"), Fault.MALFORMED_FRAMING),
    ("a plus", OK + b"Content-Length: +1\r\n\r\nok", (200, b"ok"), (200, b"o"), (200, b"o")),
    ("lengths that differ", OK + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nok",
     Fault.DIFFERENT_LENGTHS, Fault.DIFFERENT_LENGTHS, (200, b"ok")),
    ("lengths without end", OK + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\nok",
     (200, b"ok"), (200, b"ok"), (200, b"ok")),
    ("a chunk of junk", OK + b"Transfer-Encoding: chunked\r\n\r\nx\r\n",
     (200, b""), Fault.MALFORMED_CHUNK, (200, b"")),
    ("a body in HTTP/1.0 with a length", b"HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nok",
     (200, b"o"), (200, b"ok"), (200, b"o")),
]  # fmt: skip


@pytest.mark.parametrize("step", [1, 65536])
@pytest.mark.parametrize("row", BY_ENGINE, ids=[row[0] for row in BY_ENGINE])
def test_each_engine_reads_malformed_responses_its_own_way(
    row: tuple[str, bytes, Outcome, Outcome, Outcome], step: int
) -> None:
    def outcome(rules: Transport) -> Outcome:
        reader = ResponseReader(feeding(row[1], step), max_header_bytes=10_000, max_body_bytes=10_000, rules=rules)
        try:
            response = reader.read(b"GET")
        except Unreadable as unreadable:
            return unreadable.fault or Fault.EMPTY
        return response.status, response.body

    assert dict(zip(ENGINES, row[2:], strict=True)) == {name: outcome(rules) for name, rules in ENGINES.items()}


HEADLESS = b"no head at all, on a port of its own"


@pytest.mark.parametrize(
    ("rules", "is_default", "is_over_tls", "data", "taken"),
    [
        pytest.param(CHROMIUM_TRANSPORT, False, False, HEADLESS, False, id="Chromium: no head, other port"),
        pytest.param(CHROMIUM_TRANSPORT, True, True, HEADLESS, True, id="Chromium: no head, TLS"),
        pytest.param(FIREFOX_TRANSPORT, False, False, HEADLESS, True, id="Firefox: no head, other port"),
        pytest.param(CHROMIUM_TRANSPORT, True, True, OK + b"A: 1\r\n", False, id="Chromium: cut head, TLS"),
        pytest.param(FIREFOX_TRANSPORT, True, True, OK + b"A: 1\r\n", True, id="Firefox: cut head, TLS"),
    ],
)
def test_port_and_tls_count(rules: Transport, is_default: bool, is_over_tls: bool, data: bytes, taken: bool) -> None:
    reader = ResponseReader(
        feeding(data, 7),
        max_header_bytes=10_000,
        max_body_bytes=10_000,
        rules=rules,
        port_is_default=is_default,
        is_over_tls=is_over_tls,
    )
    try:
        reader.read(b"GET")
    except Unreadable:
        assert not taken
    else:
        assert taken


OTHER_FAILURES = [
    ("nothing", b"", FailureKind.CONNECTION_FAILED),
    ("a long status line", b"HTTP/1.1 200 " + b"a" * 20_000 + b"\r\n\r\n", FailureKind.TOO_LARGE),
    ("a line without end", OK + b"A: " + b"a" * 20_000, FailureKind.TOO_LARGE),
    ("many headers", OK + b"A: 1\r\n" * 2_000 + b"\r\n", FailureKind.TOO_LARGE),
    ("many informational responses", b"HTTP/1.1 100 Continue\r\n\r\n" * 2_000, FailureKind.TOO_LARGE),
    ("a long declared body", OK + b"Content-Length: 10001\r\n\r\n" + b"a" * 10_001, FailureKind.TOO_LARGE),
    ("a long body", OK + b"\r\n" + b"a" * 10_001, FailureKind.TOO_LARGE),
    ("a long line with a size", OK + b"Transfer-Encoding: chunked\r\n\r\n1;" + b"a" * 20_000, FailureKind.TOO_LARGE),
    ("long trailers", OK + b"Transfer-Encoding: chunked\r\n\r\n0\r\n" + b"A: 1\r\n" * 2_000, FailureKind.TOO_LARGE),
    ("a long chunk", OK + b"Transfer-Encoding: chunked\r\n\r\nFFFFFF\r\n" + b"a" * 10_001, FailureKind.TOO_LARGE),
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
    (CHUNKED + b"2\r\nok", None, b"ok", "the connection closed in the middle"),
    (CHUNKED + b"2\r\nok\r\n0\r\n", None, b"ok", "the connection closed before the end of the last chunk"),
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
    *(row[1] for row in MALFORMED),
    *(row[1] for row in BY_ENGINE),
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
