"""
Requests to send, and a server of raw bytes to send them to.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import TYPE_CHECKING, Any

from browsercors.servers.live import LiveServer
from browsercors.values.headers import HeaderList
from browsercors.values.urls import parse_url
from browsercors.values.wire import HTTPRequest, HTTPResponse, TransportFailure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    Step = bytes | Callable[[socket.socket], None]

API = "https://api.example.com"


def make_request(
    method: str = "GET",
    url: str = "/",
    headers: Sequence[tuple[bytes, bytes]] = (),
    body: bytes | None = None,
) -> HTTPRequest:
    """
    Return a request as a browser sends it, to the API unless *url* is absolute.
    """
    parsed = parse_url(url if "://" in url else API + url)
    assert parsed is not None
    return HTTPRequest(method.encode(), parsed, HeaderList([(b"Host", parsed.authority.encode()), *headers]), body)


def response_of(answer: HTTPResponse | TransportFailure) -> HTTPResponse:
    assert isinstance(answer, HTTPResponse), answer
    return answer


def failure_of(answer: HTTPResponse | TransportFailure) -> TransportFailure:
    assert isinstance(answer, TransportFailure), answer
    return answer


class RawServer:
    """
    Answers each request with the next of *steps*: bytes, or a function of the socket; then closes the connection.

    Attributes:
        received: The requests' bytes, as far as they came in one piece.
        connections: How many connections were opened.
    """

    def __init__(self, steps: Sequence[Step], *, keep_alive: bool, tls: Any = None) -> None:
        self.received: list[bytes] = []
        self.connections = 0
        self._steps = list(steps)
        self._keep_alive = keep_alive
        self._tls = tls
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"{'http' if self._tls is None else 'https'}://127.0.0.1:{self._listener.getsockname()[1]}"

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(2)

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            with contextlib.suppress(OSError):
                if self._tls is not None:
                    connection = self._tls.wrap_socket(connection, server_side=True)
                self._answer(connection)
            connection.close()

    def _answer(self, connection: socket.socket) -> None:
        connection.settimeout(2)
        while self._steps:
            request = b""
            while b"\r\n\r\n" not in request:
                received = connection.recv(65536)
                if not received:
                    return
                request += received
            self.received.append(request)
            step = self._steps.pop(0)
            if isinstance(step, bytes):
                connection.sendall(step)
            else:
                step(connection)
            if not self._keep_alive:
                return


@contextlib.contextmanager
def raw_server(*steps: Step, keep_alive: bool = False, tls: Any = None) -> Iterator[RawServer]:
    server = RawServer(steps, keep_alive=keep_alive, tls=tls)
    try:
        yield server
    finally:
        server.close()


class EchoServer:
    """
    Answers any number of connections at a time.

    Args:
        answer: The response to a request for a path.

    Attributes:
        received: The paths asked for.
        connections: How many connections were opened.
    """

    def __init__(self, answer: Callable[[bytes], bytes]) -> None:
        self.received: list[bytes] = []
        self.connections = 0
        self._make_answer = answer
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._threads: list[threading.Thread] = []
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def wait_until_all_are_closed(self) -> bool:
        """
        Whether the other side has closed each connection, after waiting for it.
        """
        for thread in self._threads:
            thread.join(5)
        return not any(thread.is_alive() for thread in self._threads)

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(2)

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            thread = threading.Thread(target=self._answer, args=(connection,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _answer(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            while request := connection.recv(65536):
                path = request.split(b" ")[1]
                self.received.append(path)
                connection.sendall(self._make_answer(path))


def echo(path: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(path), path)


@contextlib.contextmanager
def echo_server(answer: Callable[[bytes], bytes] = echo) -> Iterator[EchoServer]:
    server = EchoServer(answer)
    try:
        yield server
    finally:
        server.close()


@contextlib.contextmanager
def live(url: str, **options: Any) -> Iterator[LiveServer]:
    server = LiveServer(url, **options)
    try:
        yield server
    finally:
        server.close()
