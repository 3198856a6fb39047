"""
Live servers that mean harm: whatever they send, and however slowly, an exchange ends at its deadline or at a limit.
"""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import socket
import sys
import threading
import time
import zlib
from typing import TYPE_CHECKING, Any, Final

import brotli
import pytest

from browsercors import AsyncBrowser
from browsercors.servers.deadline import Deadline
from browsercors.servers.live.live import Connection, LiveServer
from browsercors.values.wire import BODY_TIMED_OUT, FailureKind, HTTPResponse
from tests.servers.helpers import failure_of, live, make_request, raw_server, response_of

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator

DEADLINE: Final = 0.2
AMPLE: Final = 20.0
"""For what runs into a limit and not into a deadline, on however slow a machine."""

LIMITS: Final[dict[str, Any]] = {"max_header_bytes": 20_000, "max_body_bytes": 20_000}

OK: Final = b"HTTP/1.1 200 OK\r\n"
CHUNKED: Final = OK + b"Transfer-Encoding: chunked\r\n\r\n"


@contextlib.contextmanager
def in_time() -> Iterator[None]:
    began = time.monotonic()
    yield
    assert time.monotonic() - began < 10 * DEADLINE


def dripping(begin: bytes, *pieces: bytes) -> Callable[[socket.socket], None]:
    """
    Send *begin*, and then the pieces in turn, with a pause after each, as long as someone listens.
    """

    def step(connection: socket.socket) -> None:
        connection.sendall(begin)
        while True:
            for piece in pieces:
                connection.sendall(piece)
                time.sleep(0.01)

    return step


def flooding(begin: bytes, piece: bytes) -> Callable[[socket.socket], None]:
    """
    Send *begin*, and then *piece* again and again, as fast as it is read.
    """

    def step(connection: socket.socket) -> None:
        connection.sendall(begin)
        while True:
            connection.sendall(piece * (65536 // len(piece) + 1))

    return step


def silent(connection: socket.socket) -> None:
    connection.recv(1)


def holding(connection: socket.socket) -> None:
    while connection.recv(65536):
        pass


def stopping(connection: socket.socket) -> None:
    connection.sendall(CHUNKED + b"2\r\na")
    connection.recv(1)


def reading_slowly(connection: socket.socket) -> None:
    while connection.recv(65536):
        time.sleep(0.01)


BODY = "body"
"""What a drip ends in: an answer whose body timed out, and not a failure."""

DRIPS: Final[list[tuple[str, Callable[[socket.socket], None], FailureKind | str]]] = [
    ("says nothing", silent, FailureKind.TIMED_OUT),
    ("reads the request slowly", reading_slowly, FailureKind.TIMED_OUT),
    ("drips the status line", dripping(b"HTTP/1.1 200 ", b"a"), FailureKind.TIMED_OUT),
    ("drips a header line", dripping(OK + b"A: ", b"a"), FailureKind.TIMED_OUT),
    ("drips header lines", dripping(OK, b"A: 1\r\n"), FailureKind.TIMED_OUT),
    ("drips informational responses", dripping(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), FailureKind.TIMED_OUT),
    ("drips a body of known length", dripping(OK + b"Content-Length: 20000\r\n\r\n", b"a"), BODY),
    ("drips a body without length", dripping(OK + b"\r\n", b"a"), BODY),
    ("drips an encoded body", dripping(OK + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b"a")[:10], b"\0"), BODY),
    ("drips chunks", dripping(CHUNKED, b"1\r\na\r\n"), BODY),
    ("drips the parts of chunks", dripping(CHUNKED, b"1", b"\r", b"\n", b"a", b"\r", b"\n"), BODY),
    ("drips the size of a chunk", dripping(CHUNKED, b"0"), BODY),
    ("drips the extension of a chunk", dripping(CHUNKED + b"1;", b"a"), BODY),
    ("drips trailers", dripping(CHUNKED + b"0\r\n", b"A: 1\r\n"), BODY),
    ("stops in the middle", stopping, BODY),
]  # fmt: skip


def is_as_expected(answer: object, expected: FailureKind | str) -> bool:
    if isinstance(answer, HTTPResponse):
        return expected == BODY and answer.body_failure == BODY_TIMED_OUT
    return expected is getattr(answer, "kind", None)


@pytest.mark.parametrize("is_tls", [False, True], ids=["plain", "TLS"])
@pytest.mark.parametrize(("step", "expected"), [row[1:] for row in DRIPS], ids=[row[0] for row in DRIPS])
def test_an_exchange_that_does_not_end_ends_at_its_deadline(
    step: Callable[[socket.socket], None], expected: FailureKind | str, is_tls: bool, tls: ssl.SSLContext
) -> None:
    request = make_request("POST", body=b"a" * (30_000_000 if step is reading_slowly else 1))
    with (
        raw_server(step, tls=tls if is_tls else None) as raw,
        live(raw.url, timeout=DEADLINE, verify=False, **LIMITS) as server,
        in_time(),
    ):
        answer = server.send(request)

    assert is_as_expected(answer, expected), answer


def test_exchanges_that_do_not_end_keep_no_other_fetch_waiting() -> None:
    async def main() -> tuple[list[Any], Any]:
        async with contextlib.AsyncExitStack() as stack:
            browser = await stack.enter_async_context(AsyncBrowser())
            urls = [f"https://api{number}.example.com" for number in range(4)]
            for url in urls:
                raw = stack.enter_context(raw_server(dripping(b"HTTP/1.1 200 ", b"a")))
                browser.mount(url, raw.url, timeout=DEADLINE)
            quick = stack.enter_context(
                raw_server(OK + b"Access-Control-Allow-Origin: *\r\nContent-Length: 2\r\n\r\nok")
            )
            browser.mount("https://quick.example.com", quick.url)
            page = browser.open("https://app.example.com/")
            slow = [asyncio.ensure_future(page.fetch(url)) for url in urls]
            result = await page.fetch("https://quick.example.com/")
            were_waiting = [not fetch.done() for fetch in slow]
            return [(waited, await fetch) for waited, fetch in zip(were_waiting, slow, strict=True)], result

    with in_time():
        slow, quick = asyncio.run(main())

    assert (quick.status, quick.readable) == (200, True)
    assert all(waited for waited, _ in slow)
    assert ["timed-out"] * 4 == [result.block.reason.value for _, result in slow]


def test_sending_piece_by_piece_is_bounded_as_a_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    sent = []

    class Slow(socket.socket):
        def send(self, data: Any, flags: int = 0) -> int:
            nonlocal now
            now += 0.4
            sent.append(bytes(data[:1]))
            return 1

    monkeypatch.setattr(time, "monotonic", lambda: now)
    with Slow() as slow, pytest.raises(TimeoutError):
        Connection(slow, None).send(b"abcdef", Deadline(1.0))

    assert [b"a", b"b", b"c"] == sent


FLOODS: Final[list[tuple[str, Callable[[socket.socket], None], FailureKind]]] = [
    ("a status line", flooding(b"HTTP/1.1 200 ", b"a"), FailureKind.TOO_LARGE),
    ("a header line", flooding(OK + b"A: ", b"a"), FailureKind.TOO_LARGE),
    ("header lines", flooding(OK, b"A:\r\n"), FailureKind.TOO_LARGE),
    ("header lines with bare line feeds", flooding(OK, b"A:\n"), FailureKind.TOO_LARGE),
    ("informational responses", flooding(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n"), FailureKind.TOO_LARGE),
    ("empty lines before the head", flooding(b"", b"\r\n"), FailureKind.INVALID_RESPONSE),
    ("empty lines after the head", flooding(OK, b"\r\n"), FailureKind.TOO_LARGE),
    ("a body", flooding(OK + b"\r\n", b"a"), FailureKind.TOO_LARGE),
    ("chunks of one byte", flooding(CHUNKED, b"1\r\na\r\n"), FailureKind.TOO_LARGE),
    ("chunks with long extensions", flooding(CHUNKED, b"1;" + b"a" * 500 + b"\r\na\r\n"), FailureKind.TOO_LARGE),
    ("the digits of a size", flooding(CHUNKED, b"0"), FailureKind.TOO_LARGE),
    ("the extension of a chunk", flooding(CHUNKED + b"1;", b"a"), FailureKind.TOO_LARGE),
    ("blanks after a size", flooding(CHUNKED + b"1", b" "), FailureKind.TOO_LARGE),
    ("trailers", flooding(CHUNKED + b"0\r\n", b"A:\r\n"), FailureKind.TOO_LARGE),
    ("a trailer", flooding(CHUNKED + b"0\r\nA:", b"a"), FailureKind.TOO_LARGE),
]  # fmt: skip


@pytest.mark.parametrize(("step", "kind"), [row[1:] for row in FLOODS], ids=[row[0] for row in FLOODS])
def test_more_than_is_taken_of_anything_is_a_failure(step: Callable[[socket.socket], None], kind: FailureKind) -> None:
    with raw_server(step) as raw:
        assert kind is failure_of(LiveServer(raw.url, timeout=AMPLE, **LIMITS).send(make_request())).kind


ENCODERS: Final[dict[str, Callable[[bytes], bytes]]] = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstd.compress,
}


@pytest.mark.parametrize("outer", ENCODERS)
@pytest.mark.parametrize("inner", ENCODERS)
def test_bombs_in_bombs_are_put_out(inner: str, outer: str) -> None:
    bomb = ENCODERS[outer](ENCODERS[inner](bytes(1_000_000)))
    head = OK + b"Content-Encoding: %s, %s\r\nContent-Length: %d\r\n\r\n" % (inner.encode(), outer.encode(), len(bomb))
    with raw_server(head + bomb) as raw, live(raw.url, timeout=AMPLE, **LIMITS) as server:
        failure = failure_of(server.send(make_request()))

    assert (FailureKind.TOO_LARGE, "decoded body of more than 20000 bytes") == (failure.kind, failure.detail)


def test_a_body_that_takes_long_to_decode_times_out_with_what_is_decoded() -> None:
    frame = zstd.compress(b"a")
    bomb = gzip.compress(frame * 32_000)
    head = OK + b"Content-Encoding: zstd, gzip\r\nContent-Length: %d\r\n\r\n" % len(bomb)
    with raw_server(head + bomb) as raw, live(raw.url, timeout=0.05) as server:
        answer = server.send(make_request())

    # NB: decoding takes some 0.4 seconds; a machine that is slow enough is not even done with reading.
    if isinstance(answer, HTTPResponse):
        assert answer.body_failure == BODY_TIMED_OUT
        assert len(answer.body) < 32_000
    else:
        assert FailureKind.TIMED_OUT is answer.kind


@contextlib.contextmanager
def listening(answer: Callable[[socket.socket], None] | None) -> Iterator[int]:
    """
    Let *answer* have the first connection, or accept none; give the port.
    """
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener, contextlib.ExitStack() as stack:
        if answer is None:
            for _ in range(4):
                waiting = stack.enter_context(socket.socket())
                waiting.setblocking(False)
                waiting.connect_ex(listener.getsockname())
        else:

            def serve() -> None:
                with contextlib.suppress(OSError):
                    connection, _ = listener.accept()
                    with connection:
                        answer(connection)

            threading.Thread(target=serve, daemon=True).start()
        yield listener.getsockname()[1]


# NB: a record of a handshake that never ends.
HANDSHAKES: Final[list[tuple[str, str, Callable[[socket.socket], None] | None]]] = [
    ("accepts no connection", "http", None),
    ("accepts no TLS connection", "https", None),
    ("answers no handshake", "https", holding),
    ("drips a handshake", "https", dripping(b"\x16\x03\x03\x3f\xff", b"\x02")),
]


@pytest.mark.parametrize(("scheme", "answer"), [row[1:] for row in HANDSHAKES], ids=[row[0] for row in HANDSHAKES])
@pytest.mark.parametrize(
    "options", [{"timeout": DEADLINE}, {"connect_timeout": DEADLINE}], ids=lambda value: str(*value)
)
def test_connecting_is_bounded(
    scheme: str, answer: Callable[[socket.socket], None] | None, options: dict[str, Any]
) -> None:
    with listening(answer) as port, in_time():
        failure = failure_of(LiveServer(f"{scheme}://127.0.0.1:{port}", **options).send(make_request()))

    assert FailureKind.TIMED_OUT is failure.kind


def test_looking_a_name_up_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    released = threading.Event()

    def hanging(*args: Any, **kwargs: Any) -> Any:
        released.wait(AMPLE)
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", hanging)
    with in_time():
        failure = failure_of(LiveServer("http://slow.example", timeout=DEADLINE).send(make_request()))
    released.set()

    assert FailureKind.TIMED_OUT is failure.kind


def test_a_silent_address_leaves_time_for_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    with raw_server(OK + b"Content-Length: 2\r\n\r\nok") as raw, listening(None) as silent_port:
        port = int(raw.url.rpartition(":")[2])
        found = [(socket.AF_INET, ("127.0.0.1", number)) for number in (silent_port, port)]
        monkeypatch.setattr("browsercors.servers.live.live._look_up", lambda *_: found)
        with live("http://two.example", timeout=4 * DEADLINE) as server:
            answer = response_of(server.send(make_request()))

    assert b"ok" == answer.body


NAMES: Final = ["http://" + "a" * 70 + ".example", "http://a..example", "https://.example"]


@pytest.mark.parametrize("url", NAMES)
def test_a_name_that_nothing_can_have_is_a_failed_connection(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        # NB: so that the last one is found, and TLS has to refuse it.
        if url.startswith("https:"):
            found = [(socket.AF_INET, listener.getsockname())]
            monkeypatch.setattr("browsercors.servers.live.live._look_up", lambda *_: found)
        assert FailureKind.CONNECTION_FAILED is failure_of(LiveServer(url, timeout=AMPLE).send(make_request())).kind


@pytest.mark.parametrize("timeout", [1e9, 1e300, float("inf")])
def test_a_deadline_may_be_as_far_away_as_one_likes(timeout: float) -> None:
    with raw_server(OK + b"Content-Length: 2\r\n\r\nok") as raw, live(raw.url, timeout=timeout) as server:
        assert response_of(server.send(make_request())).body == b"ok"
