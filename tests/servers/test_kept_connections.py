"""
Connections that are kept for the next request: each request gets its own answer, or none.
"""

from __future__ import annotations

import os
import socket
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final

import attrs
import pytest
from hypothesis import given, settings, strategies as st

from browsercors import Browser
from browsercors.servers.live.live import MAX_KEPT_CONNECTIONS
from browsercors.values.wire import FailureKind
from tests.servers.helpers import echo_server, failure_of, live, make_request, raw_server, response_of

if TYPE_CHECKING:
    import ssl

OK: Final = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s"
POISON: Final = OK % (6, b"POISON")
WAIT: Final = 5.0


@attrs.frozen
class Answer:
    """
    What a server does about a request.

    Attributes:
        head: The response's head, all but its last empty line; "body" stands after that one where it has a body.
        late: What it sends when the browser has read the answer; None closes the connection.
        is_kept: Whether the connection carries another request.
        method: Of the request.
    """

    head: bytes
    late: bytes | None = b""
    is_kept: bool = True
    method: str = "GET"

    @property
    def body(self) -> bytes:
        return (
            b"body"
            if b"Content-Length: 4" in self.head and self.method != "HEAD" and b" 304 " not in self.head
            else b""
        )


LENGTH: Final = b"Content-Length: 4\r\n"
GET: Final = b"HTTP/1.1 200 OK\r\n" + LENGTH
ANSWERS: Final[dict[str, Answer]] = {
    "a body": Answer(GET),
    "HEAD": Answer(GET, method="HEAD"),
    "204": Answer(b"HTTP/1.1 204 No Content\r\n"),
    "304": Answer(b"HTTP/1.1 304 Not Modified\r\n" + LENGTH),
    "late bytes": Answer(GET, POISON, is_kept=False),
    "one late byte": Answer(GET, b"\n", is_kept=False),
    "the body of a HEAD, late": Answer(GET, b"body", is_kept=False, method="HEAD"),
    "the body of a 204, late": Answer(b"HTTP/1.1 204 No Content\r\n", POISON, is_kept=False),
    "a 204 that states a length": Answer(b"HTTP/1.1 204 No Content\r\nContent-Length: 9\r\n", is_kept=False),
    "a 204 that states chunks": Answer(b"HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n", is_kept=False),
    "a 204 that states no length": Answer(b"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n"),
    "the body of a 304, late": Answer(b"HTTP/1.1 304 Not Modified\r\n" + LENGTH, b"body", is_kept=False),
    "a close": Answer(GET, None, is_kept=False),
    "close": Answer(GET + b"Connection: close\r\n", is_kept=False),
    "close in a list": Answer(GET + b"Connection: foo ,\tCLOSE\r\n", is_kept=False),
    "close in a second line": Answer(GET + b"Connection: keep-alive\r\nConnection: close\r\n", is_kept=False),
    "no close": Answer(GET + b"Connection: closed, not-close\r\n"),
    "HTTP/1.0": Answer(b"HTTP/1.0 200 OK\r\n" + LENGTH, is_kept=False),
    "HTTP/1.0, kept alive": Answer(b"HTTP/1.0 200 OK\r\nConnection: foo, Keep-Alive\r\n" + LENGTH),
    "HTTP/1.0, something alive": Answer(b"HTTP/1.0 200 OK\r\nConnection: no-keep-alive\r\n" + LENGTH, is_kept=False),
    "HTTP/1.0, both": Answer(b"HTTP/1.0 200 OK\r\nConnection: keep-alive, close\r\n" + LENGTH, is_kept=False),
    "421": Answer(b"HTTP/1.1 421 Misdirected Request\r\n" + LENGTH, is_kept=False),
}


class Script:
    """
    Answers requests one after the other, each with its own number in `X-Number`.
    """

    def __init__(self, answers: list[Answer]) -> None:
        self.steps = [self._step(number, answer) for number, answer in enumerate(answers)]
        self._was_read = threading.Event()
        self._is_done = threading.Event()

    def follow(self, server: Any, answers: list[Answer]) -> list[tuple[bytes | None, bytes]]:
        """
        Send a request for each answer, and let what is late arrive before the next one; return the numbers and bodies.
        """
        found = []
        for answer in answers:
            response = response_of(server.send(make_request(answer.method)))
            self._was_read.set()
            assert self._is_done.wait(WAIT)
            self._is_done.clear()
            found.append((response.headers.get(b"x-number"), response.body))
        return found

    def _step(self, number: int, answer: Answer) -> Any:
        def step(connection: socket.socket) -> None:
            # NB: otherwise what is late waits in the kernel for what came before it to be acknowledged.
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection.sendall(answer.head + b"X-Number: %d\r\n\r\n" % number + answer.body)
            assert self._was_read.wait(WAIT)
            self._was_read.clear()
            try:
                if answer.late is None:
                    connection.close()
                elif answer.is_kept or answer.late:
                    connection.sendall(answer.late)
            finally:
                self._is_done.set()

        return step


def connections_for(answers: list[Answer]) -> int:
    """
    How many connections these answers need: the naive model of the pool.
    """
    return 1 + sum(not answer.is_kept for answer in answers[:-1])


@pytest.mark.parametrize("is_tls", [False, True], ids=["plain", "TLS"])
@pytest.mark.parametrize("name", ANSWERS)
def test_a_connection_is_kept_only_while_nothing_comes_unasked(name: str, is_tls: bool, tls: ssl.SSLContext) -> None:
    answers = [ANSWERS[name], ANSWERS["a body"], ANSWERS["a body"]]
    script = Script(answers)
    with (
        raw_server(*script.steps, keep_alive=True, tls=tls if is_tls else None) as raw,
        live(raw.url, verify=False) as server,
    ):
        found = script.follow(server, answers)

    assert [(b"0", answers[0].body), (b"1", b"body"), (b"2", b"body")] == found
    assert connections_for(answers) == raw.connections
    assert len(raw.received) == 3


@given(names=st.lists(st.sampled_from(list(ANSWERS)), max_size=8))
@settings(deadline=None, max_examples=60)
def test_exchanges_over_kept_connections_never_mix(names: list[str]) -> None:
    answers = [*(ANSWERS[name] for name in names), ANSWERS["a body"]]
    script = Script(answers)
    with raw_server(*script.steps, keep_alive=True) as raw, live(raw.url) as server:
        found = script.follow(server, answers)

    assert [(b"%d" % number, answer.body) for number, answer in enumerate(answers)] == found
    assert connections_for(answers) == raw.connections
    assert len(answers) == len(raw.received)


MISDIRECTED: Final = b"HTTP/1.1 421 Misdirected Request\r\nContent-Length: 0\r\n\r\n"
READABLE: Final = b"HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: *\r\nContent-Length: 2\r\n\r\nok"


@pytest.mark.parametrize("before", [[], [READABLE]], ids=["on a new connection", "on a kept connection"])
def test_a_misdirected_request_is_asked_again_over_a_new_connection(before: list[bytes]) -> None:
    steps = [*before, MISDIRECTED, READABLE, READABLE]
    with raw_server(*steps, keep_alive=True) as raw, Browser() as browser:
        browser.mount("https://api.example.com", raw.url)
        page = browser.open("https://app.example.com/")
        texts = [page.fetch(f"https://api.example.com/{number}").text() for number in range(len(before) + 2)]

    assert ["ok"] * len(texts) == texts
    assert len(steps) == len(raw.received)
    assert raw.connections == 2


def test_a_misdirected_request_goes_past_all_kept_connections() -> None:
    number = 3
    barrier = threading.Barrier(number, timeout=WAIT)

    def answer(path: bytes) -> bytes:
        if path == b"/together":
            barrier.wait()
        return MISDIRECTED if path == b"/misdirected" else OK % (2, b"ok")

    with echo_server(answer) as echo, live(echo.url) as server, ThreadPoolExecutor(number) as pool:
        list(pool.map(server.send, [make_request(url="/together")] * number))
        assert number == echo.connections
        assert response_of(server.send(make_request(url="/misdirected"))).status == 421
        assert number == echo.connections
        assert response_of(server.send(make_request(url="/again"))).status == 200
        assert number + 1 == echo.connections


def test_many_threads_share_a_server_that_is_closed_meanwhile() -> None:
    with echo_server() as echo, live(echo.url) as server:
        stop = threading.Event()

        def close_again_and_again() -> None:
            while not stop.wait(0.001):
                server.close()

        def ask(number: int) -> list[bool]:
            paths = [f"/{number}/{turn}" for turn in range(30)]
            return [path.encode() == response_of(server.send(make_request(url=path))).body for path in paths]

        closing = threading.Thread(target=close_again_and_again)
        closing.start()
        try:
            with ThreadPoolExecutor(8) as pool:
                found = list(pool.map(ask, range(8)))
        finally:
            stop.set()
            closing.join()
        server.close()
        server.close()

        assert [[True] * 30] * 8 == found
        assert len(echo.received) == len(set(echo.received)) == 240
        assert echo.wait_until_all_are_closed()


def test_a_connection_in_use_when_its_server_is_closed_is_closed_after_its_answer() -> None:
    def answer(connection: socket.socket) -> None:
        server.close()
        connection.sendall(OK % (2, b"ok"))

    with raw_server(answer, OK % (2, b"ok"), keep_alive=True) as raw, live(raw.url) as server:
        for _ in range(2):
            assert response_of(server.send(make_request())).body == b"ok"

        assert raw.connections == 2


def test_no_more_connections_are_kept_than_browsers_keep() -> None:
    number = MAX_KEPT_CONNECTIONS + 3
    barrier = threading.Barrier(number, timeout=WAIT)
    with echo_server() as echo, live(echo.url) as server, ThreadPoolExecutor(number) as pool:

        def ask(turn: int) -> int:
            barrier.wait()
            return response_of(server.send(make_request(url=f"/{turn}"))).status

        assert [200] * number == list(pool.map(ask, range(number)))
        assert len(server._kept) <= MAX_KEPT_CONNECTIONS


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system has no fork")
def test_a_forked_process_opens_connections_of_its_own() -> None:
    with echo_server() as echo, live(echo.url) as server:
        assert response_of(server.send(make_request(url="/parent"))).body == b"/parent"
        with warnings.catch_warnings():
            # NB: newer versions of Python warn where there are threads; the server has some.
            warnings.simplefilter("ignore", DeprecationWarning)
            child = os.fork()
        if not child:
            status = 1
            try:
                status = int(response_of(server.send(make_request(url="/child"))).body != b"/child")
            finally:
                os._exit(status)
        _, status = os.waitpid(child, 0)
        assert os.waitstatus_to_exitcode(status) == 0
        assert response_of(server.send(make_request(url="/again"))).body == b"/again"

        assert [b"/parent", b"/child", b"/again"] == echo.received
        assert echo.connections == 2


def begins(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\n")


def begins_and_closes(connection: socket.socket) -> None:
    begins(connection)
    connection.close()


def says_nothing(connection: socket.socket) -> None:
    pass


def closes(connection: socket.socket) -> None:
    connection.close()


AGAIN_CASES: Final = [
    # what a kept connection does about it   how often it is sent   what comes of it
    (begins,                                 1,                     FailureKind.TIMED_OUT),
    (begins_and_closes,                      1,                     FailureKind.INVALID_RESPONSE),
    (says_nothing,                           1,                     FailureKind.TIMED_OUT),
    (closes,                                 2,                     None),
]  # fmt: skip


@pytest.mark.parametrize(("step", "times", "failure"), AGAIN_CASES)
def test_a_request_is_sent_again_only_where_a_kept_connection_closes_unanswered(
    step: Any, times: int, failure: FailureKind | None
) -> None:
    steps = [OK % (2, b"ok"), step, OK % (2, b"ok")]
    with raw_server(*steps, keep_alive=True) as raw, live(raw.url, read_timeout=0.3) as server:
        assert response_of(server.send(make_request())).body == b"ok"
        answer = server.send(make_request("POST", body=b""))

        assert failure is getattr(answer, "kind", None)
        assert 1 + times == len(raw.received)


def test_a_request_that_a_new_connection_leaves_unanswered_is_not_sent_again() -> None:
    with raw_server(closes, OK % (2, b"ok")) as raw, live(raw.url) as server:
        assert FailureKind.CONNECTION_FAILED is failure_of(server.send(make_request())).kind
        assert len(raw.received) == 1
