"""
A live HTTP server, which answers for the origin that it is mounted on.

The request goes out byte for byte as the browser made it, but for what a proxy adds that ends TLS, if that is asked
for. The response is read by `http1`, so that nothing is added, merged or repaired. No redirect is followed, no cookie
kept, and no proxy, netrc or other setting of the environment consulted.

A connection is kept for the next request, as in browsers. It is dropped if anything has arrived on it meanwhile: bytes
that nobody asked for are not a response.
"""

from __future__ import annotations

import contextlib
import ipaddress
import os
import queue
import select
import socket
import ssl
import threading
from collections import deque
from typing import TYPE_CHECKING, Any, ClassVar, Final, Protocol, TypeVar

from browsercors.servers.deadline import Deadline
from browsercors.servers.live.content_codings import decoded
from browsercors.servers.live.forwarded import forwarded_by
from browsercors.servers.live.http1 import RECEIVE_BYTES, ResponseReader, Unreadable, WireResponse
from browsercors.servers.open_streams import has_event_stream
from browsercors.servers.server import DEFAULT_MAX_BODY_BYTES
from browsercors.values.arguments import ArgumentValueError
from browsercors.values.sockets import Upgraded
from browsercors.values.transport import Fault
from browsercors.values.urls import URL, parse_url
from browsercors.values.wire import FailureKind, HTTPResponse, TransportFailure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from browsercors.servers.open_streams import OpenStream, StreamKind
    from browsercors.values.literals import Forwarded
    from browsercors.values.wire import HTTPRequest

    _Address = tuple[socket.AddressFamily, Any]

__all__ = ["Connection", "LiveServer", "Opening"]

AnswerT = TypeVar("AnswerT", bound=HTTPResponse)

DEFAULT_MAX_HEADER_BYTES: Final = 1024 * 1024
"""More than any browser takes: a head that is too large for a browser is its verdict, and not a limit of ours."""

SAFE_METHODS: Final = frozenset({b"GET", b"HEAD", b"OPTIONS", b"TRACE"})
"""https://www.rfc-editor.org/rfc/rfc9110#section-9.2.1"""

MAX_KEPT_CONNECTIONS: Final = 6
"""As many as browsers have to one server, `kDefaultMaxSocketsPerGroup` in net/socket/client_socket_pool_manager.cc."""

CONNECTION_FAULTS: Final[dict[type[OSError], Fault]] = {
    socket.gaierror: Fault.NAME_NOT_RESOLVED,
    ConnectionRefusedError: Fault.REFUSED,
    ConnectionResetError: Fault.RESET,
}


class Opening(Protocol):
    """
    What takes the body of a response that is left open.
    """

    def take(self, connection: Connection, reader: ResponseReader, parts: Iterator[bytes], deadline: Deadline) -> None:
        """
        Take a connection, what is still to come over it, and the deadline by which the next part has to.
        """


class LiveServer:
    """
    A server on the network, over HTTP/1.1. Any number of threads may use it at a time.

    Args:
        base_url: Scheme, host and port, such as `http://127.0.0.1:8000`.
        timeout: Seconds for a whole exchange, from connecting to the last byte.
        connect_timeout: Seconds for connecting alone, TLS included.
        read_timeout: Seconds of silence.
        verify: Whether the certificate is checked, or the path of a file of certificate authorities to check it with.
        max_header_bytes: The largest head of a response.
        max_body_bytes: The largest body of a response, before and after undoing its content codings.
        forwarded: Whether an http server that answers for an https origin is told so, as a proxy that ends TLS does:
            True for `X-Forwarded-Proto`, `X-Forwarded-Host` and `X-Forwarded-For`, "rfc7239" for `Forwarded`.

    Attributes:
        streams: The event streams that somebody reads.
        seconds_of_silence: How many seconds may pass between two parts of a stream.
    """

    stream_kind: ClassVar[StreamKind] = "live"

    def __init__(
        self,
        base_url: str,
        *,
        timeout: float = 10.0,
        connect_timeout: float | None = None,
        read_timeout: float | None = None,
        verify: bool | str | Path = True,
        max_header_bytes: int = DEFAULT_MAX_HEADER_BYTES,
        max_body_bytes: int = DEFAULT_MAX_BODY_BYTES,
        forwarded: Forwarded = False,
    ) -> None:
        for name, seconds in (
            ("timeout", timeout),
            ("connect_timeout", connect_timeout),
            ("read_timeout", read_timeout),
        ):
            if seconds is not None and not seconds > 0:
                raise ArgumentValueError(f"{name} has to be a number of seconds above 0, not {seconds!r}")
        if forwarded not in (True, False, "rfc7239"):
            raise ArgumentValueError(f"forwarded has to be True, False or 'rfc7239', not {forwarded!r}")
        self.base_url: URL = _parse_base_url(base_url)
        self._forwarded: Forwarded = forwarded
        self._timeout = timeout
        self._connect_timeout = timeout if connect_timeout is None else connect_timeout
        self._read_timeout = timeout if read_timeout is None else read_timeout
        self._max_header_bytes = max_header_bytes
        self._max_body_bytes = max_body_bytes
        self._tls = _tls_context(verify) if self.base_url.scheme == "https" else None
        # NB: no lock, since a process forked at the wrong moment would wait for it; operations on a deque are atomic.
        self._kept: deque[Connection] = deque()
        self._generation = object()
        self.streams: set[OpenStream] = set()
        self.seconds_of_silence: float = min(self._timeout, self._read_timeout)

    def __repr__(self) -> str:
        return f"<LiveServer {self.base_url.origin.serialized}>"

    def send(self, request: HTTPRequest) -> HTTPResponse | TransportFailure:
        """
        Send the request over a connection to this server.
        """
        return self.answer(request, None)

    def answer(self, request: HTTPRequest, opening: Opening | None) -> HTTPResponse | TransportFailure:
        """
        Do the same, but leave the body of an event stream to *opening*, if there is one.
        """
        deadline = Deadline(self._timeout)
        try:
            response = self._exchange(request, deadline, opening)
        except (Unreadable, OSError) as error:
            return self._failure(error)

        # NB: a browser asks once more then, over a new connection, whether this one was new or not:
        # `HttpNetworkTransaction` in net/http/http_network_transaction.cc, `nsHttpTransaction` in
        # netwerk/protocol/http/nsHttpTransaction.cpp, and https://fetch.spec.whatwg.org/#http-network-or-cache-fetch
        # step 17, which is what sends the request again.
        if response.status == 421:
            self.close()
        return decoded(_answer(response), request.transport, max_bytes=self._max_body_bytes, deadline=deadline)

    async def send_async(self, request: HTTPRequest) -> HTTPResponse | TransportFailure:
        """
        Do the same in a worker thread.
        """
        import asyncio

        return await asyncio.to_thread(self.send, request)

    def connect(self, request: HTTPRequest, interim: frozenset[int]) -> HTTPResponse | TransportFailure:
        """
        Send the handshake of a WebSocket over a connection of its own.

        Raises:
            ImportError: wsproto is not installed.
        """
        # NB: imported late, since few pages open WebSockets.
        from browsercors.servers.live.frames import FramedConnection

        deadline = Deadline(self._timeout)
        connection = None
        try:
            connection = self._connect(deadline)
            reader = self._reader(connection, request, deadline)
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                connection.send(self._message(request), deadline)
            response, first = reader.read_handshake(interim)
        except (Unreadable, OSError) as error:
            if connection is not None:
                connection.close()
            return self._failure(error)
        if response.status != 101:
            connection.close()
            return _answer(response)
        answer = _answer_as(Upgraded, response)
        extensions = (response.headers.get(b"sec-websocket-extensions") or b"").decode("latin-1")
        answer.connection = FramedConnection(
            _Stream(connection, self._timeout),
            extensions=extensions,
            first=first,
            max_message_bytes=self._max_body_bytes,
        )
        return answer

    async def connect_async(self, request: HTTPRequest, interim: frozenset[int]) -> HTTPResponse | TransportFailure:
        """
        Do the same in a worker thread.
        """
        import asyncio

        return await asyncio.to_thread(self.connect, request, interim)

    def close(self) -> None:
        """
        Close kept connections and streams now, and what is in use after its response; a later request opens another.
        """
        for stream in list(self.streams):
            stream.close()
        # NB: in this order, so that a connection that is being kept right now is closed by `_keep` or here.
        self._generation = object()
        self._close_kept()

    async def aclose(self) -> None:
        """
        Do what `close` does.
        """
        self.close()

    def _failure(self, error: Unreadable | OSError) -> TransportFailure:
        """
        Return what a browser gets where *error* came in the place of a response.
        """
        if isinstance(error, Unreadable):
            return TransportFailure(error.kind, error.detail, fault=error.fault)
        if isinstance(error, TimeoutError):
            detail = f"no complete answer from {self.base_url.origin.serialized} in the time given"
            return TransportFailure(FailureKind.TIMED_OUT, detail + _blocked_loop())
        return TransportFailure(
            FailureKind.CONNECTION_FAILED,
            f"no connection to {self.base_url.origin.serialized}: {error}",
            fault=next((fault for kind, fault in CONNECTION_FAULTS.items() if isinstance(error, kind)), None),
        )

    def _message(self, request: HTTPRequest) -> bytes:
        is_behind_tls = request.url.scheme == "https" and self.base_url.scheme == "http"
        return _serialize(request, forwarded_by(request.url, self._forwarded) if is_behind_tls else ())

    def _exchange(self, request: HTTPRequest, deadline: Deadline, opening: Opening | None) -> WireResponse:
        message = self._message(request)
        asking = request.transport.asking
        attempts = asking.attempts if request.method in SAFE_METHODS else 1
        kept = self._take_kept()
        if kept is not None:
            reader = self._reader(kept, request, deadline)
            try:
                response = self._exchange_over(kept, reader, request.method, message, deadline, opening)
                # PROFILE: to Chromium a 408 says that the connection waited for too long.
                if response.status != 408 or not asking.after_408:
                    return response
            except (OSError, Unreadable) as error:
                # NB: a server may close a connection that it kept at any time. Once it has begun to answer, or takes
                # too long for that, it did read the request, and a second one would be a lie.
                is_read = reader.received_anything or isinstance(error, TimeoutError)
                if is_read or request.method in asking.not_after_close:
                    raise
            attempts = max(attempts - 1, 1)
        while True:
            fresh = self._connect(deadline)
            reader = self._reader(fresh, request, deadline)
            try:
                return self._exchange_over(fresh, reader, request.method, message, deadline, opening)
            except Unreadable:
                # PROFILE: Firefox asks again where nothing came.
                attempts -= 1
                if reader.received_anything or not attempts:
                    raise

    def _exchange_over(
        self,
        connection: Connection,
        reader: ResponseReader,
        method: bytes,
        message: bytes,
        deadline: Deadline,
        opening: Opening | None,
    ) -> WireResponse:
        response = None
        try:
            # NB: a server may answer and close without reading all of the request; then the answer counts.
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                connection.send(message, deadline)
            response = reader.read(method, leaves_open=None if opening is None else has_event_stream)
        finally:
            if opening is not None and response is not None and response.parts is not None:
                opening.take(connection, reader, response.parts, deadline)
            elif response is not None and response.reusable:
                self._keep(connection)
            else:
                connection.close()
        return response

    def _take_kept(self) -> Connection | None:
        """
        Return a kept connection that can carry a request, and drop those that cannot.
        """
        while True:
            try:
                connection = self._kept.pop()
            except IndexError:
                return None
            if connection.is_quiet():
                return connection
            connection.close()

    def _keep(self, connection: Connection) -> None:
        if len(self._kept) >= MAX_KEPT_CONNECTIONS:
            connection.close()
            return
        self._kept.append(connection)
        if connection.generation is not self._generation:
            self._close_kept()

    def _close_kept(self) -> None:
        with contextlib.suppress(IndexError):
            while True:
                self._kept.pop().close()

    def _reader(self, connection: Connection, request: HTTPRequest, deadline: Deadline) -> ResponseReader:
        return ResponseReader(
            lambda size: connection.receive(size, deadline, self._read_timeout),
            max_header_bytes=self._max_header_bytes,
            max_body_bytes=self._max_body_bytes,
            rules=request.transport,
            port_is_default=request.url.port is None,
            is_over_tls=request.url.scheme == "https",
        )

    def _connect(self, deadline: Deadline) -> Connection:
        generation = self._generation
        url = self.base_url
        host = url.host.strip("[]")
        name = host.rstrip(".")
        # NB: Python's TLS raises ValueError, with the socket open.
        if self._tls is not None and not all(0 < len(label) < 64 for label in name.split(".")):
            raise OSError(f"{host} is no name")
        deadline = deadline.within(self._connect_timeout)
        port = url.port if url.port is not None else 80 if self._tls is None else 443
        opened = _open(_addresses(host, port, deadline), deadline)
        try:
            if self._tls is not None:
                opened.settimeout(deadline.remaining())
                opened = self._tls.wrap_socket(opened, server_hostname=name)
        except BaseException:
            opened.close()
            raise
        return Connection(opened, generation)


class Connection:
    """
    An open connection whose every wait is bounded.

    Args:
        opened: The socket.
        generation: What changes whenever the server's connections are to be closed.
    """

    def __init__(self, opened: socket.socket, generation: object) -> None:
        self.generation = generation
        self._socket = opened
        self._process = os.getpid()
        self._is_readable = _readability(opened)

    def is_quiet(self) -> bool:
        """
        Whether the connection is this process's, and the server has neither closed it nor sent what nobody has read.
        """
        # NB: bytes still under way when the request goes out cannot be told from its answer; neither can browsers.
        # Over TLS the records count and not only what is in them: a record that has come in part is no answer either.
        if self._process != os.getpid() or (isinstance(self._socket, ssl.SSLSocket) and self._socket.pending()):
            return False
        return not self._is_readable(0)

    def send(self, message: bytes, deadline: Deadline) -> None:
        """
        Send all of *message*.
        """
        self._socket.settimeout(deadline.remaining())
        sent = self._socket.send(message)
        # NB: over TLS `sendall` would wait anew for each record.
        while sent < len(message):
            self._socket.settimeout(deadline.remaining())
            sent += self._socket.send(memoryview(message)[sent:])

    def is_readable(self, seconds: float) -> bool:
        """
        Wait until there is something to read, or the end; return whether there is.
        """
        if isinstance(self._socket, ssl.SSLSocket) and self._socket.pending():
            return True
        return bool(self._is_readable(seconds))

    def receive(self, size: int, deadline: Deadline, read_timeout: float) -> bytes:
        """
        Return some bytes, at most *size*; none at the end.
        """
        self._socket.settimeout(min(read_timeout, deadline.remaining()))
        return self._socket.recv(size)

    def close(self) -> None:
        """
        Close it.
        """
        self._socket.close()


class _Stream:
    """
    A connection as the stream of a WebSocket: each wait may take as long as a whole exchange.
    """

    def __init__(self, connection: Connection, seconds: float) -> None:
        self._connection = connection
        self._seconds = seconds

    def send(self, data: bytes) -> None:
        self._connection.send(data, Deadline(self._seconds))

    def receive(self) -> bytes:
        return self._connection.receive(RECEIVE_BYTES, Deadline(self._seconds), self._seconds)

    def close(self) -> None:
        self._connection.close()


def _answer(response: WireResponse) -> HTTPResponse:
    return _answer_as(HTTPResponse, response)


def _answer_as(kind: type[AnswerT], response: WireResponse) -> AnswerT:
    return kind(
        response.status,
        response.reason,
        response.headers,
        response.body,
        response.body_failure,
        raw_lines=True,
        body_fault=response.body_fault,
    )


def _blocked_loop() -> str:
    """
    Say what may be wrong where a sync browser is used inside an event loop: it stops the loop while it waits.
    """
    import asyncio

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return ""
    return "; a Browser stops the event loop in which it is used: if the server runs in it, use AsyncBrowser"


def _readability(opened: socket.socket) -> Callable[[float], object]:
    """
    Return a function that waits that many seconds for something to read, or the end.
    """
    # NB: `select` takes no descriptor above 1023, but Windows has nothing else.
    if not hasattr(select, "poll"):
        return lambda seconds: select.select([opened], [], [], seconds)[0]
    poll = select.poll()
    poll.register(opened, select.POLLIN)
    return lambda seconds: poll.poll(seconds * 1000)


def _addresses(host: str, port: int, deadline: Deadline) -> list[_Address]:
    """
    Return where to connect to.

    Raises:
        TimeoutError: The name is not found in time.
        OSError: The name is not found.
    """
    with contextlib.suppress(ValueError):
        ipaddress.ip_address(host)
        return _look_up(host, port)

    # NB: nothing can end a look-up that hangs, so it is left behind in a thread that nothing waits for.
    answers: queue.SimpleQueue[list[_Address] | OSError] = queue.SimpleQueue()

    def look_up() -> None:
        try:
            answers.put(_look_up(host, port))
        except OSError as error:
            answers.put(error)

    threading.Thread(target=look_up, name=f"browsercors looks up {host}", daemon=True).start()
    try:
        answer = answers.get(timeout=deadline.remaining())
    except queue.Empty:
        raise TimeoutError(f"{host} was not found in time") from None
    if isinstance(answer, OSError):
        raise answer
    return answer


def _look_up(host: str, port: int) -> list[_Address]:
    # NB: as bytes, which Python takes as they are: the URL parser has made an ASCII name of it.
    found = socket.getaddrinfo(host.encode("ascii"), port, type=socket.SOCK_STREAM)
    return [(family, address) for family, _, _, _, address in found]


def _open(addresses: list[_Address], deadline: Deadline) -> socket.socket:
    """
    Return a connection to the first address that answers.

    Raises:
        TimeoutError: None does in time.
        OSError: All refuse; what the last one said.
    """
    failure = OSError("the name has no address")
    for number, (family, address) in enumerate(addresses):
        # NB: one that is silent leaves their share of the time to the others.
        seconds = deadline.remaining() / (len(addresses) - number)
        opened = socket.socket(family, socket.SOCK_STREAM)
        try:
            opened.settimeout(seconds)
            opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            opened.connect(address)
        except OSError as error:
            opened.close()
            failure = error
        except BaseException:
            opened.close()
            raise
        else:
            return opened
    raise failure


def _parse_base_url(base_url: str) -> URL:
    url = parse_url(base_url)
    right = "an http(s) URL of scheme, host and port, such as 'http://127.0.0.1:8000'"
    if url is None or not url.is_http:
        raise ArgumentValueError(f"base_url has to be {right}, not {base_url!r}")
    if url.path != "/" or url.query is not None or url.fragment is not None or url.includes_credentials:
        raise ArgumentValueError(
            f"base_url has to be {right}, without user name, path, query or fragment, not {base_url!r}: "
            "a server answers for a whole origin"
        )
    return url


def _tls_context(verify: bool | str | Path) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=None if isinstance(verify, bool) else verify)
    except OSError as error:
        raise ArgumentValueError(
            f"verify has to be True, False or the path of a PEM file of authorities, not {verify!r}: {error}"
        ) from error
    if verify is False:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    # NB: browsers look at the alternative names of a certificate only.
    context.hostname_checks_common_name = False
    context.set_alpn_protocols(["http/1.1"])
    return context


def _serialize(request: HTTPRequest, forwarded: Sequence[tuple[bytes, bytes]]) -> bytes:
    lines = [b"%s %s HTTP/1.1\r\n" % (request.method, request.url.target.encode("ascii"))]
    # NB: a proxy replaces what a page says of these, and does not pass it on.
    replaced = {name.lower() for name, _ in forwarded}
    lines += [b"%s: %s\r\n" % header for header in request.headers if header[0].lower() not in replaced]
    lines += [b"%s: %s\r\n" % header for header in forwarded]
    return b"".join([*lines, b"\r\n", request.body or b""])
