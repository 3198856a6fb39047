"""
WebSockets of ASGI applications in process.

Where servers differ, this does what uvicorn does: an application that ends without closing breaks the connection, a
close in the place of `websocket.accept` is a 403, and the extension `websocket.http.response` is there.

https://asgi.readthedocs.io/en/latest/specs/www.html#websocket
"""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from time import monotonic
from typing import TYPE_CHECKING, Any, Final, cast

from browsercors.servers.applications.eager_tasks import start_task
from browsercors.servers.applications.event_loop import LoopEnded
from browsercors.servers.server import (
    ProtocolViolation,
    format_fault,
    internal_server_error,
    response_header,
    timed_out,
    to_answer,
    too_large,
)
from browsercors.servers.time_limits import (
    RETURN_SECONDS,
    WAIT_LONGER,
    Hangs,
    Limit,
    answering,
    begin,
    end,
    is_main_thread,
)
from browsercors.values.headers import HeaderList
from browsercors.values.sockets import (
    ABNORMAL,
    NO_CODE,
    NORMAL,
    SocketEnd,
    SocketFault,
    Upgraded,
    Violation,
    accept_for,
)
from browsercors.values.wire import FailureKind, HTTPResponse, TransportFailure

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping

    from browsercors.servers.applications.event_loop import EventLoopThread
    from browsercors.values.sockets import FrameReading, Message
    from browsercors.values.wire import HTTPRequest

    ASGIMessage = MutableMapping[str, Any]
    ASGIApplication = Callable[..., Awaitable[None]]

__all__ = ["ASGISocket", "socket_scope"]

MAX_WAITING: Final = 64
"""How many messages wait for the page at most; an application that sends more waits, as for a slow network."""


def socket_scope(scope: dict[str, Any], request: HTTPRequest) -> dict[str, Any]:
    """
    Make the scope of an HTTP request that of a WebSocket.
    """
    offered = request.headers.get(b"sec-websocket-protocol")
    del scope["method"]
    return {
        **scope,
        "type": "websocket",
        "scheme": "wss" if request.url.scheme == "https" else "ws",
        "subprotocols": [] if offered is None else [name.strip() for name in offered.decode("latin-1").split(",")],
        "extensions": {"websocket.http.response": {}},
    }


class _Disconnected(OSError):  # noqa: N818 - what a server's `send` raises once the connection is gone
    """
    The browser has closed the connection.
    """


class ASGISocket(Limit):
    """
    One WebSocket of an application: its task, and the messages under way in both directions.

    Everything but the methods for sync browsers runs in the event loop of the application.

    Args:
        request: The handshake.
        max_message_bytes: The largest message taken from the application.
        seconds: How long the application has for its answer and for each message; None for any time.
        raises: Whether an exception of the application is raised in the caller.
        loop_thread: The thread in which a sync browser runs it; None in the running loop.
    """

    def __init__(
        self,
        request: HTTPRequest,
        *,
        max_message_bytes: int,
        seconds: float | None,
        raises: bool,
        loop_thread: EventLoopThread | None,
    ) -> None:
        super().__init__()
        self.request = request
        self._max_bytes = max_message_bytes
        self._seconds = seconds
        self._raises = raises
        self._loop_thread = loop_thread
        self._decided = asyncio.Event()
        self._incoming: asyncio.Queue[ASGIMessage] = asyncio.Queue()
        self._outgoing: asyncio.Queue[Message | SocketEnd] = asyncio.Queue(MAX_WAITING)
        self._incoming.put_nowait({"type": "websocket.connect"})
        self._state = "connecting"
        self._status = -1
        self._headers = HeaderList()
        self._chunks: list[bytes] = []
        self._size = 0
        self._end: SocketEnd | None = None
        self._error: BaseException | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def has_returned(self) -> bool:
        """
        Whether the application is done with it.
        """
        return self._task is not None and self._task.done()

    async def open(self, app: ASGIApplication, scope: dict[str, Any]) -> HTTPResponse | TransportFailure:
        """
        Call the application, and return its answer to the handshake.
        """
        if self._seconds is not None:
            begin(self, self._seconds, "loop" if is_main_thread() else None)
        token = answering.set(self)
        try:
            self._task = task = start_task(self._run(app, scope), asyncio.get_running_loop())
            answering.reset(token)
            if not self._decided.is_set():
                await self._wait(self._decided.wait())
        finally:
            end(self)
        if self._state == "connecting" and not task.done() and not self._decided.is_set():
            self._state = "given up"
            await self._cancel()
            return timed_out(self.request, -1, b"", None, b"", self._seconds, self._error)
        return self._answer()

    async def _wait(self, awaitable: Any) -> bool:
        """
        Wait for something of the application, and return whether it came in time.
        """
        left = None if self._seconds is None else max(0.0, self.deadline - monotonic())
        try:
            async with asyncio.timeout(left):
                await awaitable
        except TimeoutError:
            return False
        return True

    async def _cancel(self) -> None:
        if self._task is not None and not self._task.done():
            self._task.cancel()
            await asyncio.wait((self._task,), timeout=RETURN_SECONDS)

    async def _run(self, app: ASGIApplication, scope: dict[str, Any]) -> None:
        """
        Call the application, and break the connection if it has not closed it by its end.
        """
        try:
            await app(scope, self._receive, self._send)
        except BaseException as error:  # NB: a task that raises SystemExit would end the caller's loop
            own_task = cast("asyncio.Task[None]", asyncio.current_task())
            self._error = error
            if isinstance(error, asyncio.CancelledError) and own_task.cancelling():
                raise
        finally:
            if self._state == "open":
                await self._finish(_broken_by(self._error))
            self._decided.set()

    def _answer(self) -> HTTPResponse | TransportFailure:
        error = self._error
        if self._state == "connecting" or (self._state == "answering" and self._end is None):
            if isinstance(error, LoopEnded):
                return TransportFailure(FailureKind.CONNECTION_FAILED, str(error))
            if error is None:
                error = ProtocolViolation("the application returned without answering the handshake")
            elif self._raises or not isinstance(error, (Exception, SystemExit, asyncio.CancelledError, Hangs)):
                self._error = None
                raise error
            if isinstance(error, Hangs):
                return timed_out(self.request, -1, b"", None, b"", self._seconds, error)
            return internal_server_error(self.request, error)
        if self._state == "answering":
            reason = HTTPStatus(self._status).phrase.encode("ascii") if self._status in _KNOWN else b""
            if self._size > self._max_bytes:
                return too_large("body", self._max_bytes)
            return to_answer(self.request, self._status, reason, self._headers, b"".join(self._chunks))
        if self._state == "refused":
            return HTTPResponse(403, b"Forbidden", HeaderList([(b"content-length", b"0"), (b"connection", b"close")]))
        return Upgraded(101, b"Switching Protocols", self._headers, connection=self)

    async def _receive(self) -> ASGIMessage:
        """
        Be what the application calls as `receive`.
        """
        return await self._incoming.get()

    async def _send(self, message: ASGIMessage) -> None:
        """
        Be what the application calls as `send`.
        """
        kind = message["type"]
        state = self._state
        if state in ("gone", "given up"):
            # NB: an application that does not listen must not block the loop with that.
            await asyncio.sleep(0)
            raise _Disconnected("the connection is closed")
        if state == "open" and kind == "websocket.send":
            await self._put(self._checked(message))
        elif state == "open" and kind == "websocket.close":
            code, reason = _checked_close(message)
            self._state = "closed"
            self._incoming.put_nowait({"type": "websocket.disconnect", "code": code, "reason": reason})
            await self._finish(SocketEnd(code, reason))
        elif state == "connecting" and kind == "websocket.accept":
            self._headers = _accepting(message, self.request)
            self._state = "open"
            self._decided.set()
        elif state == "connecting" and kind == "websocket.close":
            self._state = "refused"
            self._incoming.put_nowait({"type": "websocket.disconnect", "code": ABNORMAL})
            self._decided.set()
        elif state == "connecting" and kind == "websocket.http.response.start":
            self._start(message)
        elif state == "answering" and kind == "websocket.http.response.body":
            self._body(message)
        else:
            raise ProtocolViolation(f"the ASGI message {kind!r} was sent while the WebSocket was {state}")

    def _start(self, message: ASGIMessage) -> None:
        status = message["status"]
        if (type(status) is not int and not isinstance(status, HTTPStatus)) or not 200 <= status <= 999:
            raise ProtocolViolation(f"the status is no final three-digit number: {status!r:.80}")
        self._headers = HeaderList([response_header(name, value) for name, value in message.get("headers", ())])
        self._status = int(status)
        self._state = "answering"

    def _body(self, message: ASGIMessage) -> None:
        body = message.get("body", b"")
        if not isinstance(body, (bytes, bytearray, memoryview)):
            raise ProtocolViolation(f"a part of the body is of type {type(body).__name__}, not bytes: {body!r:.80}")
        self._size += len(body)
        if self._size <= self._max_bytes:
            self._chunks.append(bytes(body))
        if not message.get("more_body", False) or self._size > self._max_bytes:
            self._end = SocketEnd()
            self._incoming.put_nowait({"type": "websocket.disconnect", "code": ABNORMAL})
            self._decided.set()

    def _checked(self, message: ASGIMessage) -> Message | SocketEnd:
        data, text = message.get("bytes"), message.get("text")
        if (data is None) is (text is None):
            raise ProtocolViolation("a 'websocket.send' has to have either bytes or text")
        if text is not None and not isinstance(text, str):
            raise ProtocolViolation(f"the text is of type {type(text).__name__}, not str: {text!r:.80}")
        if data is not None and not isinstance(data, (bytes, bytearray, memoryview)):
            raise ProtocolViolation(f"the bytes are of type {type(data).__name__}: {data!r:.80}")
        size = len(data) if data is not None else len(text or "")
        if size > self._max_bytes:
            detail = f"a message of more than {self._max_bytes} bytes"
            violation = Violation.TOO_LARGE
            return SocketEnd(was_clean=False, fault=SocketFault.PROTOCOL, violation=violation, detail=detail)
        return bytes(data) if data is not None else (text or "")

    async def _put(self, message: Message | SocketEnd) -> None:
        if self._outgoing.full():
            await self._outgoing.put(message)
        else:
            self._outgoing.put_nowait(message)

    async def _finish(self, last: SocketEnd) -> None:
        """
        Let the page hear of the end behind all messages.
        """
        if self._state == "open":
            self._state = "closed"
        await self._put(last)

    # What the browser does, in the loop of the application.

    def begin(self, reading: FrameReading) -> None:
        """
        Do nothing: there are no frames.
        """

    async def send_async(self, message: Message) -> None:
        """
        Give the application a message; it is not waited until the application takes it.
        """
        kind = "text" if isinstance(message, str) else "bytes"
        if self._state == "open":
            self._incoming.put_nowait({"type": "websocket.receive", kind: message})
            # NB: the application goes on before the page does, as far as it can.
            await asyncio.sleep(0)

    async def receive_async(self) -> Message | SocketEnd:
        """
        Wait for the next message of the application, as long as it has time.

        Raises:
            TimeoutError: None came in that time.
        """
        if self._end is not None:
            return self._end
        try:
            got = self._outgoing.get_nowait()
        except asyncio.QueueEmpty:
            if self._seconds is not None:
                begin(self, self._seconds, "loop" if is_main_thread() else None)
            try:
                left = None if self._seconds is None else max(0.0, self.deadline - monotonic())
                async with asyncio.timeout(left):
                    got = await self._outgoing.get()
            except TimeoutError:
                raise TimeoutError(self._silent()) from None
            finally:
                end(self)
        if isinstance(got, SocketEnd):
            self._end = got
            self._raise_error()
        return got

    async def close_async(self, code: int | None, reason: str) -> SocketEnd:
        """
        Close the connection, and wait until the application has returned; what it sends meanwhile is lost.
        """
        if self._end is None:
            crossed = self._drained()
            self._state = "gone"
            if crossed is None:
                shown = NO_CODE if code is None else code
                self._incoming.put_nowait({"type": "websocket.disconnect", "code": shown, "reason": reason})
            self._end = crossed or SocketEnd(code, reason)
        await self._wait_until_returned(self._seconds)
        self._raise_error()
        return self._end

    async def abort_async(self) -> None:
        """
        Break the connection, and end the application if it does not return.
        """
        if self._end is None:
            self._drained()
            self._state = "gone"
            self._end = SocketEnd(was_clean=False, fault=SocketFault.LOST, detail="the browser broke the connection")
            self._incoming.put_nowait({"type": "websocket.disconnect", "code": ABNORMAL, "reason": ""})
        await self._wait_until_returned(RETURN_SECONDS)

    async def _wait_until_returned(self, seconds: float | None) -> None:
        task = self._task
        if task is None or task.done() or task is asyncio.current_task():
            return
        self._drained()
        await asyncio.wait((task,), timeout=seconds)
        await self._cancel()

    def _drained(self) -> SocketEnd | None:
        """
        Drop the messages that nobody reads any more; return the end if it was among them.
        """
        last = None
        while not self._outgoing.empty():
            got = self._outgoing.get_nowait()
            last = got if isinstance(got, SocketEnd) else last
        return last

    def _raise_error(self) -> None:
        error = self._error
        if error is not None and self._raises and not isinstance(error, (_Disconnected, Hangs, asyncio.CancelledError)):
            self._error = None
            raise error

    def _silent(self) -> str:
        return f"the application sent no message in {self._seconds:g} s; {WAIT_LONGER}"

    # What a sync browser does, in any thread.

    def send(self, message: Message) -> None:
        """
        Give the application a message.
        """
        self._run_in_thread(self.send_async, message)

    def receive(self) -> Message | SocketEnd:
        """
        Wait for the next message of the application.

        Raises:
            TimeoutError: None came in the time that the application has.
        """
        got: Message | SocketEnd = self._run_in_thread(self.receive_async)
        return got

    def close(self, code: int | None, reason: str) -> SocketEnd:
        """
        Close the connection, and wait until the application has returned.
        """
        last: SocketEnd = self._run_in_thread(self.close_async, code, reason)
        return last

    def abort(self) -> None:
        """
        Break the connection.
        """
        self._run_in_thread(self.abort_async)

    def _run_in_thread(self, function: Callable[..., Any], *arguments: object) -> Any:
        assert self._loop_thread is not None, "a sync browser has a thread"
        try:
            seconds = None if self._seconds is None else self._seconds + RETURN_SECONDS
            return self._loop_thread.run(function, *arguments, seconds=seconds)
        except Hangs:
            detail = f"the application has blocked its event loop; {WAIT_LONGER}"
        except LoopEnded as error:
            detail = str(error)
        self._end = SocketEnd(was_clean=False, fault=SocketFault.LOST, detail=detail)
        return self._end


_KNOWN: Final = frozenset(HTTPStatus)


def _broken_by(error: BaseException | None) -> SocketEnd:
    """
    Return the end of a connection whose application has ended before it.
    """
    if error is None:
        detail = "the application returned without closing the connection"
        return SocketEnd(was_clean=False, fault=SocketFault.LOST, detail=detail)
    detail = f"the application raised {type(error).__name__}"
    return SocketEnd(was_clean=False, fault=SocketFault.LOST, detail=detail, traceback=format_fault(error))


def _checked_close(message: ASGIMessage) -> tuple[int, str]:
    code, reason = message.get("code", NORMAL), message.get("reason") or ""
    if code is None:
        code = NORMAL
    if not isinstance(code, int) or not 0 <= code <= 0xFFFF:
        raise ProtocolViolation(f"the code of a 'websocket.close' is no number of 16 bits: {code!r:.80}")
    if not isinstance(reason, str):
        raise ProtocolViolation(f"the reason of a 'websocket.close' is of type {type(reason).__name__}, not str")
    if len(reason.encode("utf-8", "replace")) > 123:
        raise ProtocolViolation("the reason of a 'websocket.close' is longer than 123 bytes")
    return int(code), reason


def _accepting(message: ASGIMessage, request: HTTPRequest) -> HeaderList:
    """
    Return the headers of the response by which a server takes the handshake.
    """
    lines = [
        (b"upgrade", b"websocket"),
        (b"connection", b"Upgrade"),
        (b"sec-websocket-accept", accept_for(request.headers.get(b"sec-websocket-key") or b"")),
    ]
    subprotocol = message.get("subprotocol")
    if subprotocol is not None:
        if not isinstance(subprotocol, str):
            raise ProtocolViolation(f"the subprotocol is of type {type(subprotocol).__name__}, not str")
        lines.append((b"sec-websocket-protocol", subprotocol.encode("latin-1", "replace")))
    for name, value in message.get("headers") or ():
        if not isinstance(name, bytes) or not isinstance(value, bytes):
            raise ProtocolViolation(f"a header is not a pair of bytes: ({name!r:.80}, {value!r:.80})")
        lines.append(response_header(name, value))
    return HeaderList(lines)
