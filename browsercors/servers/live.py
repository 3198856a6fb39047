"""
A live HTTP server, answering for whatever origin it is mounted on.

The client library opens the connections (names, TCP, TLS and its verification); the request goes out byte for byte as
the browser made it, and the response is read by `http1`, so that nothing is added, merged or repaired. No redirect is
followed, no cookie kept, and no proxy, netrc or other setting of the environment consulted.
"""

from __future__ import annotations

import contextlib
import ssl
import threading
import time
from typing import TYPE_CHECKING, Final

import urllib3.connection
import urllib3.exceptions

from browsercors.servers.content_codings import decode_body
from browsercors.servers.http1 import ResponseReader, Unreadable, WireResponse
from browsercors.servers.server import DEFAULT_MAX_BODY_BYTES, too_large
from browsercors.values.urls import URL, parse_url
from browsercors.values.wire import FailureKind, HTTPResponse, TransportFailure

if TYPE_CHECKING:
    import socket
    from pathlib import Path

    from browsercors.values.wire import HTTPRequest

__all__ = ["LiveServer"]

DEFAULT_MAX_HEADER_BYTES: Final = 256 * 1024
"""Chromium's limit, `kMaxHeaderBufSize` in net/http/http_stream_parser.h."""


class LiveServer:
    """
    A server reached over HTTP/1.1.

    Args:
        base_url: Scheme, host and port, such as `http://127.0.0.1:8000`.
        timeout: Seconds for a whole exchange, from connecting to the last byte.
        connect_timeout: Seconds for connecting alone, TLS included.
        read_timeout: Seconds of silence.
        verify: Whether the certificate is checked, or the path of a file of certificate authorities to check it with.
        max_header_bytes: The largest head of a response.
        max_body_bytes: The largest body of a response, before and after undoing its content codings.
    """

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
    ) -> None:
        for name, seconds in (
            ("timeout", timeout),
            ("connect_timeout", connect_timeout),
            ("read_timeout", read_timeout),
        ):
            if seconds is not None and not seconds > 0:
                raise ValueError(f"{name} has to be a number of seconds above 0, not {seconds!r}")
        self.base_url: URL = _parse_base_url(base_url)
        self._timeout = timeout
        self._connect_timeout = timeout if connect_timeout is None else connect_timeout
        self._read_timeout = timeout if read_timeout is None else read_timeout
        self._max_header_bytes = max_header_bytes
        self._max_body_bytes = max_body_bytes
        self._tls = _tls_context(verify) if self.base_url.scheme == "https" else None
        self._idle: list[_Connection] = []
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return f"<LiveServer {self.base_url.origin.serialized}>"

    def send(self, request: HTTPRequest) -> HTTPResponse | TransportFailure:
        """
        Send the request over a connection of this server's.
        """
        deadline = time.monotonic() + self._timeout
        try:
            response = self._exchange(request, deadline)
        except Unreadable as unreadable:
            return TransportFailure(unreadable.kind, unreadable.detail)
        except urllib3.exceptions.NewConnectionError as error:
            # NB: to this library a refused connection is a kind of timeout.
            return TransportFailure(
                FailureKind.CONNECTION_FAILED, f"no connection to {self.base_url.origin.serialized}: {_cause_of(error)}"
            )
        except (TimeoutError, urllib3.exceptions.TimeoutError):
            return TransportFailure(
                FailureKind.TIMED_OUT, f"no complete answer from {self.base_url.origin.serialized} in the time given"
            )
        except (OSError, urllib3.exceptions.HTTPError) as error:
            return TransportFailure(
                FailureKind.CONNECTION_FAILED, f"no connection to {self.base_url.origin.serialized}: {_cause_of(error)}"
            )

        body, body_failure = response.body, response.body_failure
        codings = response.headers.get(b"content-encoding")
        if codings is not None and body:
            decoded = decode_body(codings, body, max_bytes=self._max_body_bytes)
            if decoded is None:
                return too_large("decoded body", self._max_body_bytes)
            body, coding_failure = decoded
            body_failure = body_failure or coding_failure
        return HTTPResponse(response.status, response.reason, response.headers, body, body_failure)

    def _no_connection(self, error: Exception) -> TransportFailure:
        detail = f"no connection to {self.base_url.origin.serialized}: {_cause_of(error)}"
        return TransportFailure(FailureKind.CONNECTION_FAILED, detail)

    async def send_async(self, request: HTTPRequest) -> HTTPResponse | TransportFailure:
        """
        Do the same in a worker thread.
        """
        import asyncio

        return await asyncio.to_thread(self.send, request)

    def close(self) -> None:
        """
        Close the connections that were kept; a later request opens another.
        """
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    async def aclose(self) -> None:
        """
        Do what `close` does.
        """
        self.close()

    def _exchange(self, request: HTTPRequest, deadline: float) -> WireResponse:
        message = _serialize(request)
        with self._lock:
            kept = self._idle.pop() if self._idle else None
        if kept is not None:
            reader = self._reader(kept, deadline)
            try:
                return self._exchange_over(kept, reader, request.method, message, deadline)
            except (OSError, Unreadable) as error:
                # NB: a server may close a connection that it kept at any time. Once it has begun to answer, or takes
                # too long for that, it did read the request, and a second one would be a lie.
                if reader.received_anything or isinstance(error, TimeoutError):
                    raise
        fresh = self._connect(deadline)
        return self._exchange_over(fresh, self._reader(fresh, deadline), request.method, message, deadline)

    def _exchange_over(
        self, connection: _Connection, reader: ResponseReader, method: bytes, message: bytes, deadline: float
    ) -> WireResponse:
        response = None
        try:
            # NB: a server may answer and close without reading all of the request; then the answer counts.
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                connection.send(message, deadline)
            response = reader.read(method)
        finally:
            if response is not None and response.reusable:
                with self._lock:
                    self._idle.append(connection)
            else:
                connection.close()
        return response

    def _reader(self, connection: _Connection, deadline: float) -> ResponseReader:
        return ResponseReader(
            lambda size: connection.receive(size, deadline, self._read_timeout),
            max_header_bytes=self._max_header_bytes,
            max_body_bytes=self._max_body_bytes,
        )

    def _connect(self, deadline: float) -> _Connection:
        url = self.base_url
        host = url.host.strip("[]")
        timeout = min(self._connect_timeout, _seconds_until(deadline))
        if self._tls is None:
            connection = urllib3.connection.HTTPConnection(host, url.port or 80, timeout=timeout)
        else:
            connection = urllib3.connection.HTTPSConnection(
                host,
                url.port or 443,
                timeout=timeout,
                ssl_context=self._tls,
                cert_reqs=self._tls.verify_mode,
                assert_hostname=None if self._tls.check_hostname else False,
            )
        try:
            connection.connect()
        except BaseException:
            connection.close()
            raise
        return _Connection(connection)


class _Connection:
    """
    An open connection whose every wait is bounded.
    """

    def __init__(self, connection: urllib3.connection.HTTPConnection) -> None:
        self._connection = connection
        # NB: `connect()` has set it; the attribute is None before.
        self._socket: socket.socket = connection.sock

    def send(self, message: bytes, deadline: float) -> None:
        self._socket.settimeout(_seconds_until(deadline))
        self._socket.sendall(message)

    def receive(self, size: int, deadline: float, read_timeout: float) -> bytes:
        self._socket.settimeout(min(read_timeout, _seconds_until(deadline)))
        return self._socket.recv(size)

    def close(self) -> None:
        self._connection.close()


def _cause_of(error: BaseException) -> str:
    """
    Say what went wrong, as the system says it and not as the client library wraps it.
    """
    cause = error.__cause__ or error.__context__
    while isinstance(cause, BaseException) and not isinstance(cause, (TimeoutError, OSError)):
        cause = cause.__cause__ or cause.__context__
    return str(cause or error)


def _parse_base_url(base_url: str) -> URL:
    url = parse_url(base_url)
    right = "an http(s) URL of scheme, host and port, such as 'http://127.0.0.1:8000'"
    if url is None or not url.is_http:
        raise ValueError(f"base_url has to be {right}, not {base_url!r}")
    if url.path != "/" or url.query is not None or url.fragment is not None or url.includes_credentials:
        raise ValueError(
            f"base_url has to be {right}, without user name, path, query or fragment, not {base_url!r}: "
            "a server answers for a whole origin"
        )
    return url


def _tls_context(verify: bool | str | Path) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=None if isinstance(verify, bool) else verify)
    except OSError as error:
        raise ValueError(
            f"verify has to be True, False or the path of a PEM file of authorities, not {verify!r}: {error}"
        ) from error
    if verify is False:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    # NB: browsers look at the alternative names of a certificate only.
    context.hostname_checks_common_name = False
    return context


def _serialize(request: HTTPRequest) -> bytes:
    lines = [b"%s %s HTTP/1.1\r\n" % (request.method, request.url.target.encode("ascii"))]
    lines += [b"%s: %s\r\n" % header for header in request.headers]
    return b"".join([*lines, b"\r\n", request.body or b""])


def _seconds_until(deadline: float) -> float:
    seconds = deadline - time.monotonic()
    if seconds <= 0:
        raise TimeoutError("the time for the whole exchange is over")
    return seconds
