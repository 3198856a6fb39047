"""
Event streams of ASGI applications: the application runs on in its task, and waits where too much waits to be read.
"""

from __future__ import annotations

import asyncio
import contextlib
from time import monotonic
from typing import TYPE_CHECKING, Any, TypeVar

from browsercors.servers.applications.asgi import Exchange
from browsercors.servers.applications.eager_tasks import start_task
from browsercors.servers.applications.event_loop import EventLoopThread, LoopEnded, is_lost
from browsercors.servers.open_streams import HIGH_WATER_BYTES, StreamEnd, has_event_stream, no_more
from browsercors.servers.server import DEFAULT_MAX_BODY_BYTES, MAX_BODY_PARTS, format_fault
from browsercors.servers.time_limits import RETURN_SECONDS, Hangs, answering, begin, end, is_main_thread
from browsercors.values.wire import FailureKind, HTTPResponse, TransportFailure

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator, MutableMapping

    from browsercors.servers.applications.asgi import ASGIServer
    from browsercors.servers.open_streams import Opened
    from browsercors.values.wire import HTTPRequest

    Message = MutableMapping[str, Any]

__all__ = ["ASGIStream"]

T = TypeVar("T")


class _StreamExchange(Exchange):
    """
    One call of an application whose response is read as it comes, if it is an event stream.

    Attributes:
        is_stream: Whether it is one.
        changed: Set with every message, and when the application has ended.
    """

    is_stream = False

    def __init__(self, request: HTTPRequest, max_body_bytes: int) -> None:
        super().__init__(request, max_body_bytes)
        self.changed = asyncio.Event()
        self._taken = asyncio.Event()

    async def send(self, message: Message) -> None:
        """
        Take a part of the response. Where much waits to be read, the application waits, as servers let it.
        """
        was_begun = self.status != -1
        await super().send(message)
        if not was_begun and self.headers is not None:
            self.is_stream = has_event_stream(self.request.method, self.status, self.headers)
        self.changed.set()
        # NB: an application that sends nothing for ever must let the loop go on.
        if self.is_stream and self._parts % 1000 == 0:
            await asyncio.sleep(0)
        while self.is_stream and self._size > HIGH_WATER_BYTES and not self.is_given_up:
            self._taken.clear()
            await self._taken.wait()

    def give_up(self, error: BaseException | None) -> None:
        """
        Stop waiting for the application. Its next message finds the connection closed.
        """
        super().give_up(error)
        self.changed.set()
        self._taken.set()

    def take(self) -> bytes:
        """
        Return what has come since the last time.
        """
        part = b"".join(self._chunks)
        self._chunks.clear()
        if part:
            self._size = self._parts = 0
            self._taken.set()
        return part

    @property
    def has_too_many_parts(self) -> bool:
        """
        Whether so many parts have come without anything in them that nothing ever will.
        """
        return self._excess is not None


class ASGIStream:
    """
    One call of an application, left open.

    Args:
        server: The server.

    Attributes:
        seconds: How long the application has for the next part.
    """

    def __init__(self, server: ASGIServer) -> None:
        self.seconds: float | None = server.deadline_seconds
        self._server = server
        self._loop_thread: EventLoopThread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None
        self._end: StreamEnd | None = None
        self._exchange: _StreamExchange

    def open(self, request: HTTPRequest) -> Opened:
        """
        Call the application in the loop that a sync browser keeps for its applications.
        """
        seconds, lifespan = self.seconds, self._server.lifespan
        if seconds is not None and not lifespan.started:
            seconds *= 2
        self._loop_thread = self._server.loop_thread
        try:
            return self._in_loop(seconds, self.open_async, request)
        except Hangs:
            # NB: the loop is stuck, most likely in this application.
            if not lifespan.started:
                raise lifespan.refuse_slow() from None
            self._end = no_more()
            detail = f"the application did not answer in {self.seconds:g} s"
            return TransportFailure(FailureKind.TIMED_OUT, detail), None
        except LoopEnded as error:
            self._end = StreamEnd(str(error))
            return TransportFailure(FailureKind.CONNECTION_FAILED, str(error)), None

    async def open_async(self, request: HTTPRequest) -> Opened:
        """
        Call the application in the running loop, and wait for the head of its response, or for all of it.
        """
        server = self._server
        self._loop = loop = asyncio.get_running_loop()
        if server.lifespan.loop is not loop:
            server.lifespan.check_loop(loop)
        if not server.lifespan.started:
            await server.lifespan.startup()
        self._exchange = exchange = _StreamExchange(request, server.max_body_bytes)
        token = answering.set(exchange)
        with self._limited():
            self._task = start_task(exchange.run(server.app, server.scope(request)), loop)
            answering.reset(token)
            self._task.add_done_callback(lambda _: exchange.changed.set())
            until = None if self.seconds is None else monotonic() + self.seconds
            while exchange.status == -1 or not (exchange.is_stream or self._task.done()):
                if self._task.done() or not await self._changed(until):
                    break
        if self._task.done() and self._task.cancelled() and not exchange.complete and not exchange.is_given_up:
            exchange.error = asyncio.CancelledError("the application cancelled its own task")
        if exchange.is_stream and not exchange.is_given_up:
            server.streams.add(self)
            assert exchange.headers is not None, "a stream has a head"
            return HTTPResponse(exchange.status, exchange.reason, exchange.headers, b""), self
        if not self._task.done():
            exchange.give_up(None)
            await self._stop()
        self._end = StreamEnd()
        self._raise_for(exchange)
        return exchange.answer(self.seconds), None

    def pull(self, seconds: float | None) -> bytes | StreamEnd | None:
        """
        Wait for the next part in the loop of the application.
        """
        if self._end is not None:
            return self._end
        try:
            return self._in_loop(seconds, self.pull_async, seconds)
        except Hangs as error:
            # NB: the loop is stuck, with what was sent before.
            part = self._exchange.take()
            end = self._ended(no_more(format_fault(error)))
            return part or end
        except LoopEnded as error:
            return self._ended(StreamEnd(str(error)))

    async def pull_async(self, seconds: float | None) -> bytes | StreamEnd | None:
        """
        Wait for the next part; cancelling it loses none.
        """
        if self._end is not None:
            return self._end
        exchange, task = self._exchange, self._task
        assert task is not None, "it is open"
        until = None if seconds is None else monotonic() + seconds
        with self._limited():
            while True:
                part = exchange.take()
                if part:
                    return part
                if exchange.complete or exchange.is_given_up or task.done() or exchange.has_too_many_parts:
                    break
                if not await self._changed(until):
                    return None
        return await self._close_after(exchange)

    def close(self) -> None:
        """
        Tell the application that the client is gone: `receive` returns `http.disconnect`, and `send` raises.
        """
        if self._end is None and self._loop is not None and not self._loop.is_closed() and not is_lost(self._loop):
            with contextlib.suppress(Hangs, LoopEnded):
                if self._loop_thread is not None:
                    self._in_loop(self.seconds, self.aclose)
        self._end = self._end or StreamEnd()
        self._server.streams.discard(self)

    async def aclose(self) -> None:
        """
        Do the same in the running loop. What the application does not end by itself then is cancelled.
        """
        if self._end is None:
            self._ended(StreamEnd())
            self._exchange.give_up(None)
            await self._stop()

    def _in_loop(self, seconds: float | None, function: Callable[..., Coroutine[Any, Any, T]], *arguments: Any) -> T:
        # NB: a loop in which it takes longer is stuck, and given up.
        longest = None if seconds is None or self.seconds is None else max(seconds, self.seconds) + RETURN_SECONDS
        assert self._loop_thread is not None, "a sync stream has one"
        return self._loop_thread.run(function, *arguments, seconds=longest)

    @contextlib.contextmanager
    def _limited(self) -> Iterator[None]:
        """
        Let a signal interrupt an application that blocks the loop for longer than it has.
        """
        exchange = self._exchange
        if self.seconds is not None:
            begin(exchange, self.seconds, "loop" if is_main_thread() else None)
        try:
            yield
        finally:
            end(exchange)
            exchange.is_over = exchange.is_given_up

    async def _changed(self, until: float | None) -> bool:
        """
        Wait for the next message of the application; return whether one came in time.
        """
        changed = self._exchange.changed
        changed.clear()
        try:
            await asyncio.wait_for(changed.wait(), None if until is None else max(0.0, until - monotonic()))
        except TimeoutError:
            return False
        return True

    async def _stop(self) -> None:
        task = self._task
        assert task is not None, "it was begun"
        if not task.done():
            await asyncio.wait((task,), timeout=RETURN_SECONDS)
        if not task.done():
            task.cancel()
            await asyncio.wait((task,), timeout=RETURN_SECONDS)

    async def _close_after(self, exchange: _StreamExchange) -> StreamEnd:
        """
        Return how the application has ended, once nothing more comes.
        """
        if exchange.has_too_many_parts:
            end = StreamEnd(f"more than {_excess()} at once", kind=FailureKind.TOO_LARGE)
        elif exchange.complete:
            end = StreamEnd()
        elif isinstance(exchange.error, Hangs) or exchange.is_given_up:
            end = no_more(None if exchange.error is None else format_fault(exchange.error))
        else:
            error = exchange.error
            self._raise_for(exchange)
            what = "returned" if error is None else f"raised {type(error).__name__}"
            traceback = None if error is None else format_fault(error)
            end = StreamEnd(f"the application {what} in the middle of the response", traceback=traceback)
        self._ended(end)
        # NB: what it does after its last message belongs to it, as after every response.
        if not exchange.complete:
            exchange.give_up(None)
            await self._stop()
        return end

    def _raise_for(self, exchange: _StreamExchange) -> None:
        error = exchange.error
        if error is None or isinstance(error, (Hangs, LoopEnded)):
            return
        if self._server.raise_app_exceptions or not isinstance(error, (Exception, SystemExit, asyncio.CancelledError)):
            exchange.error = None
            self._server.streams.discard(self)
            self._end = StreamEnd("the application raised")
            raise error

    def _ended(self, end: StreamEnd) -> StreamEnd:
        self._end = end
        self._server.streams.discard(self)
        return end


def _excess() -> str:
    return f"{DEFAULT_MAX_BODY_BYTES} bytes or {MAX_BODY_PARTS} parts"
