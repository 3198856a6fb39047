"""
ASGI applications in process: scope, receive, send, and the lifespan.

Where servers differ, this does what uvicorn does. An application runs in a task of its own, as it does there. So
`asyncio.current_task()`, timeouts, task groups, anyio's cancel scopes and context variables work as in production.
Unlike uvicorn's, the task starts at once and not in the loop's next round. An application that never waits costs none.

https://asgi.readthedocs.io/en/latest/specs/www.html
"""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from time import monotonic
from typing import TYPE_CHECKING, Any, ClassVar, Final, cast

from browsercors.servers.applications.eager_tasks import start_task
from browsercors.servers.applications.event_loop import EventLoopThread, LoopEnded
from browsercors.servers.applications.lifespan import Lifespan, LifespanError
from browsercors.servers.server import (
    DEFAULT_MAX_BODY_BYTES,
    MAX_BODY_PARTS,
    ProtocolViolation,
    format_fault,
    internal_server_error,
    keep_headers,
    response_header,
    timed_out,
    to_answer,
    too_large,
)
from browsercors.servers.time_limits import (
    DEFAULT_SECONDS,
    RETURN_SECONDS,
    WAIT_LONGER,
    Hangs,
    Limit,
    answering,
    begin,
    checked_seconds,
    end,
    is_main_thread,
)
from browsercors.values.headers import HeaderList
from browsercors.values.wire import FailureKind, TransportFailure

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping, Sequence

    from browsercors.servers.applications.asgi_socket import ASGISocket
    from browsercors.servers.open_streams import OpenStream, StreamKind
    from browsercors.values.wire import HTTPRequest, HTTPResponse

    Message = MutableMapping[str, Any]
    ASGIApplication = Callable[..., Awaitable[None]]

__all__ = ["ASGIServer", "Disconnected", "Exchange"]

SPEC_VERSION: Final = "2.3"
"""What uvicorn says; frameworks choose by it how they listen for a disconnect."""

CLIENT: Final = ("127.0.0.1", 50000)

CACHE_ENTRIES: Final = 1024
CACHED_HEADER_BYTES: Final = 256

REASONS: Final = {status.value: status.phrase.encode("ascii") for status in HTTPStatus}

# NB: pure functions of their keys, so that sharing them between all servers and threads changes no result.
_header_lines: dict[tuple[bytes, bytes], tuple[bytes, bytes]] = {}
_header_lists: dict[tuple[tuple[bytes, bytes], ...], HeaderList] = {}


class ASGIServer:
    """
    Serve an ASGI application.

    Args:
        app: The application (ASGI 3).
        raise_app_exceptions: Whether an exception of the application is raised in the caller instead of becoming a 500.
        max_body_bytes: The largest response body taken from the application.
        timeout: How many seconds the application has for each response, for its start-up and for its shutdown. None
            sets no limit.
        loop_thread: The thread in which a sync browser runs all its applications.

    Attributes:
        lifespan: Its start-up and its shutdown.
        loop_thread: As given.
        streams: The event streams that somebody reads.
    """

    stream_kind: ClassVar[StreamKind] = "asgi"
    _sockets: Sequence[ASGISocket] = ()

    def __init__(
        self,
        app: ASGIApplication,
        *,
        raise_app_exceptions: bool = False,
        max_body_bytes: int = DEFAULT_MAX_BODY_BYTES,
        timeout: float | None = DEFAULT_SECONDS,
        loop_thread: EventLoopThread | None = None,
    ) -> None:
        self.app = app
        self.raise_app_exceptions = raise_app_exceptions
        self.max_body_bytes = max_body_bytes
        self.loop_thread: EventLoopThread = EventLoopThread() if loop_thread is None else loop_thread
        self._owns_loop_thread = loop_thread is None
        self.deadline_seconds: float | None = None if timeout is None else checked_seconds("timeout", timeout)
        self.lifespan: Lifespan = Lifespan(app, self.deadline_seconds)
        self._is_looked_at = False
        self.streams: set[OpenStream] = set()

    def __repr__(self) -> str:
        return f"<ASGIServer {self.app!r}>"

    def send(self, request: HTTPRequest) -> HTTPResponse | TransportFailure:
        """
        Call the application in the loop kept for it.
        """
        if not self._is_looked_at:
            from browsercors.servers.applications.django_database import warn_of_unseen_database

            self._is_looked_at = True
            warn_of_unseen_database(self.app)
        exchange = Exchange(request, self.max_body_bytes)
        lifespan, seconds = self.lifespan, self.deadline_seconds
        if seconds is not None and not lifespan.started:
            seconds *= 2
        try:
            return self.loop_thread.run(self._carry_out, exchange, seconds=seconds)
        except Hangs as hangs:
            # NB: the loop is stuck, most likely in this application.
            if not lifespan.started:
                raise lifespan.refuse_slow() from None
            exchange.give_up(hangs)
        except LoopEnded as error:
            exchange.error = error
        except asyncio.CancelledError as error:
            if self.raise_app_exceptions:
                raise RuntimeError("the application cancelled all tasks of its event loop") from error
            exchange.error = error
        return exchange.answer(self.deadline_seconds)

    def connect(self, request: HTTPRequest, interim: frozenset[int]) -> HTTPResponse | TransportFailure:  # noqa: ARG002
        """
        Call the application with the handshake of a WebSocket, in the loop kept for it.
        """
        lifespan, seconds = self.lifespan, self.deadline_seconds
        if seconds is not None and not lifespan.started:
            seconds *= 2
        try:
            return self.loop_thread.run(self._connect, request, self.loop_thread, seconds=seconds)
        except Hangs as hangs:
            if not lifespan.started:
                raise lifespan.refuse_slow() from None
            return timed_out(request, -1, b"", None, b"", self.deadline_seconds, hangs)
        except (LoopEnded, asyncio.CancelledError) as error:
            return TransportFailure(FailureKind.CONNECTION_FAILED, str(error))

    async def connect_async(
        self,
        request: HTTPRequest,
        interim: frozenset[int],  # noqa: ARG002
    ) -> HTTPResponse | TransportFailure:
        """
        Do the same in the running loop.
        """
        return await self._connect(request, None)

    async def _connect(self, request: HTTPRequest, thread: EventLoopThread | None) -> HTTPResponse | TransportFailure:
        # NB: imported late, since few pages open WebSockets.
        from browsercors.servers.applications.asgi_socket import ASGISocket, socket_scope

        lifespan, loop = self.lifespan, asyncio.get_running_loop()
        if lifespan.loop is not loop:
            lifespan.check_loop(loop)
        if not lifespan.started:
            await lifespan.startup()
        opened = ASGISocket(
            request,
            max_message_bytes=self.max_body_bytes,
            seconds=self.deadline_seconds,
            raises=self.raise_app_exceptions,
            loop_thread=thread,
        )
        self._sockets = [*(each for each in self._sockets if not each.has_returned), opened]
        return await opened.open(self.app, socket_scope(self.scope(request), request))

    async def send_async(self, request: HTTPRequest) -> HTTPResponse | TransportFailure:
        """
        Call the application in the running loop and collect its response.

        Raises:
            LifespanError: The application reported that its start-up failed, or did not finish it in time.
        """
        return await self._carry_out(Exchange(request, self.max_body_bytes))

    async def _carry_out(self, exchange: Exchange) -> HTTPResponse | TransportFailure:
        loop = asyncio.get_running_loop()
        lifespan = self.lifespan
        if lifespan.loop is not loop:
            lifespan.check_loop(loop)
        if not lifespan.started:
            await lifespan.startup()
        seconds = self.deadline_seconds
        if seconds is not None:
            begin(exchange, seconds, "loop" if is_main_thread() else None)
        token = answering.set(exchange)
        try:
            task = start_task(exchange.run(self.app, self.scope(exchange.request)), loop)
            answering.reset(token)
            if not task.done():
                await self._wait_for(task, exchange)
        finally:
            # NB: what the application leaves running has any time.
            end(exchange)
        if task.done() and task.cancelled() and not exchange.complete and not exchange.is_given_up:
            exchange.error = asyncio.CancelledError("the application cancelled its own task")
        error = exchange.error
        if (
            error is not None
            and not isinstance(error, Hangs)
            and (self.raise_app_exceptions or not isinstance(error, (Exception, SystemExit, asyncio.CancelledError)))
        ):
            exchange.error = None
            try:
                raise error
            finally:
                del error  # NB: breaks the cycle between the error's traceback and this frame
        return exchange.answer(seconds)

    async def _wait_for(self, task: asyncio.Task[None], exchange: Exchange) -> None:
        """
        Wait for the application until its time is over. Then cancel it, and abandon it if it ignores that.
        """
        seconds = self.deadline_seconds
        left = None if seconds is None else max(0.0, exchange.deadline - monotonic())
        try:
            await asyncio.wait((task,), timeout=left)
            if task.done():
                return
            exchange.give_up(None)
        except asyncio.CancelledError:
            task.cancel()
            await asyncio.wait((task,), timeout=RETURN_SECONDS)
            raise
        task.cancel()
        await asyncio.wait((task,), timeout=RETURN_SECONDS)

    @property
    def is_started(self) -> bool:
        """
        Whether the application was started, and waits for its shutdown.
        """
        return self.lifespan.running

    def close(self) -> None:
        """
        Shut the application down, if a sync browser started it.

        Raises:
            LifespanError: The application reported that its shutdown failed, raised, or did not finish in time.
        """
        for stream in list(self.streams):
            stream.close()
        lifespan = self.lifespan
        if lifespan.running:
            try:
                # NB: a start-up that was interrupted has no time left.
                self.loop_thread.run(self.aclose, seconds=self.deadline_seconds if lifespan.started else RETURN_SECONDS)
            except Hangs:
                raise LifespanError(f"the application has blocked its event loop; {WAIT_LONGER}") from None
            except (LoopEnded, asyncio.CancelledError):
                pass  # NB: the application has ended everything itself
        if self._owns_loop_thread:
            self.loop_thread.close()

    async def aclose(self) -> None:
        """
        Shut the application down in the running loop.

        Raises:
            LifespanError: The application reported that its shutdown failed, raised, or did not finish in time.
        """
        for stream in list(self.streams):
            await stream.aclose()
        for opened in self._sockets:
            if not opened.has_returned:
                await opened.abort_async()
        await self.lifespan.shutdown()

    def scope(self, request: HTTPRequest) -> dict[str, Any]:
        """
        Return what the application is told of a request.
        """
        url = request.url
        path = url.path
        return {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": SPEC_VERSION},
            "http_version": "1.1",
            "method": request.method.decode("latin-1"),
            "scheme": url.scheme,
            "path": path if "%" not in path else _percent_decode(path),
            "raw_path": path.encode("ascii"),
            "query_string": b"" if url.query is None else url.query.encode("ascii"),
            "root_path": "",
            "headers": list(request.headers.derived(_with_lower_case_names)),
            "client": CLIENT,
            "server": (url.host, url.port or (443 if url.scheme == "https" else 80)),
            "state": self.lifespan.state.copy(),
        }


def _with_lower_case_names(headers: HeaderList) -> tuple[tuple[bytes, bytes], ...]:
    return tuple([(name.lower(), value) for name, value in headers])


class Disconnected(OSError):  # noqa: N818 - what a server's `send` raises once the connection is gone
    """
    The browser has closed the connection: the body is larger than the limit, or the time is over.
    """


class Exchange(Limit):
    """
    One call of an application, and what it has sent so far.

    Attributes:
        request: The request.
        status: The status; -1 until the response has started and its head is on the wire.
        complete: Whether the application has sent the last part of the body.
        error: What the application raised, or what interrupted it.
        is_given_up: Whether the browser no longer waits for it.
    """

    headers: HeaderList | None = None
    status: int = -1
    complete: bool = False
    error: BaseException | None = None
    is_given_up: bool = False
    _size = 0
    _parts = 0
    _declared: int | None = None
    _excess: TransportFailure | None = None
    _delivered = False
    _completed: asyncio.Event | None = None

    def __init__(self, request: HTTPRequest, max_body_bytes: int) -> None:
        super().__init__()
        self.request = request
        self._max_body_bytes = max_body_bytes
        self._chunks: list[bytes] = []

    def give_up(self, error: BaseException | None) -> None:
        """
        Stop waiting for the application. Its next message finds the connection closed.
        """
        self.is_given_up = True
        if error is not None:
            self.error = error
        if self._completed is not None:
            self._completed.set()

    async def run(self, app: ASGIApplication, scope: dict[str, Any]) -> None:
        """
        Call the application, and keep what it raises.
        """
        try:
            await app(scope, self.receive, self.send)
        except BaseException as error:  # NB: a task that raises SystemExit would end the caller's loop
            own_task = cast("asyncio.Task[None]", asyncio.current_task())
            if isinstance(error, Hangs):
                self.is_given_up = True
            elif isinstance(error, asyncio.CancelledError) and own_task.cancelling():
                # NB: where it was when its time was over.
                self.error = error if self.is_given_up else self.error
                raise
            if not self.is_given_up or isinstance(error, Hangs):
                self.error = error

    async def receive(self) -> Message:
        """
        Return the request's body at first, and the disconnect once the response is complete.
        """
        if not self._delivered:
            self._delivered = True
            return {"type": "http.request", "body": self.request.body or b"", "more_body": False}
        if not self.complete and not self.is_given_up and self._excess is None:
            self._completed = self._completed or asyncio.Event()
            await self._completed.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        """
        Take a part of the response.
        """
        if self.is_given_up or self._excess is not None:
            # NB: an application that does not listen must not block the loop with that.
            await asyncio.sleep(0)
            raise Disconnected("the connection is closed")
        kind = message["type"]
        if self.status == -1:
            if kind != "http.response.start":
                raise ProtocolViolation(f"expected the ASGI message 'http.response.start', got {kind!r}")
            self._start(message)
        elif self.complete:
            if kind != "http.response.trailers":
                raise ProtocolViolation(f"the ASGI message {kind!r} was sent after the response was complete")
        elif kind != "http.response.body":
            raise ProtocolViolation(f"expected the ASGI message 'http.response.body', got {kind!r}")
        else:
            self._body(message)

    def _start(self, message: Message) -> None:
        status = message["status"]
        if type(status) is not int and not isinstance(status, HTTPStatus):
            raise ProtocolViolation(f"the status is of type {type(status).__name__}, not int: {status!r:.80}")
        if not 100 <= status <= 999:
            raise ProtocolViolation(f"the status is no three-digit number: {status}")
        pairs = message.get("headers", ())
        if type(pairs) is list:
            try:
                headers = _header_lists[tuple(pairs)].copy()
            except (KeyError, TypeError):
                headers = _header_list(pairs)
        else:
            headers = HeaderList(_checked(pairs))
        self.headers = headers
        declared = headers.get(b"content-length")
        if declared is not None and b"," not in declared:
            self._declared = int(declared)
        self.status = int(status)

    def _body(self, message: Message) -> None:
        body = message.get("body", b"")
        if type(body) is not bytes:
            if not isinstance(body, (bytes, bytearray, memoryview)):
                raise ProtocolViolation(f"a part of the body is of type {type(body).__name__}, not bytes: {body!r:.80}")
            body = bytes(body)
        if self._declared is not None and self._size + len(body) > self._declared and self.request.method != b"HEAD":
            raise ProtocolViolation("the body is longer than Content-Length")
        self._size += len(body)
        self._parts += 1
        if self._size > self._max_body_bytes or self._parts > MAX_BODY_PARTS or self.is_over:
            self._look_at_limits()
        self._chunks.append(body)
        if not message.get("more_body", False):
            self.complete = True
            if self._completed is not None:
                self._completed.set()

    def _look_at_limits(self) -> None:
        if self._size > self._max_body_bytes:
            self._excess = too_large("body", self._max_body_bytes)
        elif self._parts > MAX_BODY_PARTS:
            self._excess = too_large("body", MAX_BODY_PARTS, "parts")
        else:
            self.give_up(None)
        raise Disconnected("the connection is closed")

    @property
    def reason(self) -> bytes:
        """
        The reason phrase that servers send with the status.
        """
        return REASONS.get(self.status, b"")

    def answer(self, seconds: float | None) -> HTTPResponse | TransportFailure:
        """
        Return what was on the wire when the application ended, or when its *seconds* were over.
        """
        error = self.error
        if self._excess is not None:
            return self._excess
        chunks = self._chunks
        reason = self.reason
        if self.is_given_up and not self.complete:
            return timed_out(self.request, self.status, reason, self.headers, b"".join(chunks), seconds, error)
        if isinstance(error, LoopEnded) and self.status == -1:
            return TransportFailure(FailureKind.CONNECTION_FAILED, str(error))
        if self.headers is None:
            if error is None:
                error = ProtocolViolation("the application returned without starting a response")
            return internal_server_error(self.request, error)
        failure = None
        if not self.complete:
            failure = (
                "the application returned in the middle of the response"
                if error is None
                else f"the application raised {type(error).__name__} in the middle of the response"
            )
        return to_answer(
            self.request,
            self.status,
            reason,
            self.headers,
            chunks[0] if len(chunks) == 1 else b"".join(chunks),
            failure=failure,
            traceback=None if error is None else format_fault(error),
        )


def _percent_decode(path: str) -> str:
    from urllib.parse import unquote

    return unquote(path)


def _header_list(pairs: list[tuple[bytes, bytes]]) -> HeaderList:
    """
    Return the headers as they go over the wire, and remember them if they cannot change.
    """
    try:
        lines = [_header_lines[pair] for pair in pairs]
    except (KeyError, TypeError):
        lines = _checked(pairs)
    return keep_headers(_header_lists, pairs, HeaderList(lines))


def _checked(pairs: Any) -> list[tuple[bytes, bytes]]:
    try:
        headers = [(name, value) for name, value in pairs]
    except (TypeError, ValueError):
        raise ProtocolViolation(f"the headers are not an iterable of (name, value) pairs: {pairs!r:.80}") from None
    return [_checked_line(name, value) for name, value in headers]


def _checked_line(name: object, value: object) -> tuple[bytes, bytes]:
    if not isinstance(name, bytes) or not isinstance(value, bytes):
        raise ProtocolViolation(f"a header is not a pair of bytes: ({name!r:.80}, {value!r:.80})")
    line = response_header(name, value)
    if len(name) + len(value) <= CACHED_HEADER_BYTES:
        if len(_header_lines) >= CACHE_ENTRIES:
            _header_lines.clear()
        _header_lines[name, value] = line
    return line
