"""
Event streams of WSGI applications: the iterable is asked for its next part when somebody reads.

The head counts as sent once `start_response` was called, although servers send it with the first part of the body: what
the application does in between may take any time. If it raises there, the 500 that servers send is told afterwards.
"""

from __future__ import annotations

import contextlib
import contextvars
import threading
from typing import TYPE_CHECKING, Any, TypeVar

from browsercors.servers.applications.worker_thread import WorkerThread
from browsercors.servers.applications.wsgi import BodyLimitExceeded, Exchange
from browsercors.servers.open_streams import StreamEnd, has_event_stream, no_more
from browsercors.servers.server import (
    MAX_BODY_PARTS,
    ProtocolViolation,
    format_fault,
    internal_server_error,
    to_answer,
    too_large,
)
from browsercors.servers.time_limits import Hangs, is_main_thread, within_limit
from browsercors.values.wire import FailureKind, HTTPResponse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from browsercors.servers.applications.wsgi import WSGIServer
    from browsercors.servers.open_streams import Opened
    from browsercors.values.wire import HTTPRequest, TransportFailure

__all__ = ["WSGIStream"]

T = TypeVar("T")


class WSGIStream:
    """
    One call of an application, left open.

    In the main thread the application runs there, as for every other request, and a signal interrupts it. Elsewhere the
    stream has a thread of its own, so that the application can answer other requests while it waits.

    Args:
        server: The server.

    Attributes:
        seconds: How long the application has for the next part.
    """

    def __init__(self, server: WSGIServer) -> None:
        self.seconds: float | None = server.deadline_seconds
        self._server = server
        self._exchange = Exchange(server.max_body_bytes)
        self._iterable: Any = None
        self._parts: Iterator[bytes] = iter(())
        self._end: StreamEnd | None = None
        self._worker: WorkerThread | None = None
        self._request: HTTPRequest | None = None
        # NB: one for all calls, since what a generator sets in one of them it resets in another.
        self._context = contextvars.copy_context()

    def open(self, request: HTTPRequest) -> Opened:
        """
        Call the application, in the caller's thread if that is the main thread.
        """
        if not is_main_thread():
            self._worker = WorkerThread()
        try:
            return self._opened(request, self._run(self.seconds, self._begin, request))
        except Hangs as error:
            return self._late(request, error)

    async def open_async(self, request: HTTPRequest) -> Opened:
        """
        Call the application in a thread of its own.
        """
        self._worker = WorkerThread()
        try:
            return self._opened(request, await self._run_async(self.seconds, self._begin, request))
        except Hangs as error:
            return self._late(request, error)

    def pull(self, seconds: float | None) -> bytes | StreamEnd | None:
        """
        Ask the application for its next part. One that takes longer than *seconds* is interrupted, which ends it.
        """
        if self._end is not None:
            return self._end
        try:
            return self._run(seconds, self._next, None)
        except Hangs as error:
            return self._interrupted(error)

    async def pull_async(self, seconds: float | None) -> bytes | StreamEnd | None:
        """
        Do the same in the thread of the stream.
        """
        if self._end is not None or self._worker is None:
            return self._end
        try:
            return await self._run_async(seconds, self._next, None)
        except Hangs as error:
            return self._interrupted(error)

    def close(self) -> None:
        """
        Close the iterable, as servers do when the connection is gone: a generator is told by `GeneratorExit`.
        """
        if self._end is None:
            self._end = StreamEnd()
            # NB: what it raises there, nobody is told of; nor do servers tell it.
            with contextlib.suppress(Exception, Hangs, SystemExit):
                self._run(self.seconds, self._close_iterable, None)
        self._forget()

    async def aclose(self) -> None:
        """
        Do the same in the thread of the stream.
        """
        if self._end is None and self._worker is not None:
            self._end = StreamEnd()
            with contextlib.suppress(Exception, Hangs, SystemExit):
                await self._run_async(self.seconds, self._close_iterable, None)
        self.close()

    def _run(self, seconds: float | None, function: Callable[[Any], T], argument: Any) -> T:
        run = self._context.run
        if self._worker is not None:
            limit = threading.TIMEOUT_MAX if seconds is None else seconds
            result: T = self._worker.run(limit, run, function, argument)
            return result
        if seconds is None:
            return run(function, argument)

        def call(given: Any, _: Exchange) -> T:
            return run(function, given)

        return within_limit(self._exchange, seconds, call, argument, in_main_thread=True)

    async def _run_async(self, seconds: float | None, function: Callable[[Any], T], argument: Any) -> T:
        assert self._worker is not None, "an async stream has one until it has ended"
        return await self._worker.run_async(seconds, self._context.run, function, argument)

    def _begin(self, request: HTTPRequest) -> HTTPResponse | TransportFailure | None:
        """
        Call the application; return None if what comes is an event stream, and else all of it.
        """
        exchange = self._exchange
        try:
            self._iterable = self._server.app(self._server.environ(request), exchange.start_response)
            try:
                self._parts = iter(self._iterable)
            except TypeError:
                raise ProtocolViolation(f"the application returned {self._iterable!r:.80}, not an iterable") from None
            # NB: a generator calls `start_response` when it is asked for its first part.
            while exchange.status == -1 and (chunk := next(self._parts, None)) is not None:
                exchange.write(chunk)
            if exchange.status != -1 and has_event_stream(request.method, exchange.status, exchange.headers):
                return None
            try:
                exchange.collect(self._parts)
            finally:
                self._close_iterable(None)
        except BodyLimitExceeded as error:
            return too_large("body", error.limit, error.unit)
        except (Exception, SystemExit) as error:
            if not self._server.raise_app_exceptions:
                return exchange.answer_after(request, error)
            if isinstance(error, StopIteration):
                raise RuntimeError("the application raised StopIteration") from error  # noqa: TRY004 - as Python does
            raise
        body = b"".join(exchange.chunks)
        return to_answer(request, exchange.status, exchange.reason, exchange.headers, body)

    def _opened(self, request: HTTPRequest, answer: HTTPResponse | TransportFailure | None) -> Opened:
        if answer is not None:
            self._end = StreamEnd()
            self._forget()
            return answer, None
        exchange = self._exchange
        self._request = request
        self._server.streams.add(self)
        return HTTPResponse(exchange.status, exchange.reason, exchange.headers, b""), self

    def _late(self, request: HTTPRequest, error: Hangs) -> Opened:
        self._end = StreamEnd()
        self._forget()
        return self._exchange.answer_late(request, self.seconds, error), None

    def _next(self, _: None) -> bytes | StreamEnd:
        exchange = self._exchange
        # NB: the limits are for what comes at once; a stream may go on for ever.
        exchange.parts = exchange.size = 0
        try:
            while not exchange.chunks:
                try:
                    chunk = next(self._parts)
                except StopIteration:
                    exchange.complete = True
                    self._close_iterable(None)
                    return self._ended(StreamEnd())
                exchange.write(chunk)
        except BodyLimitExceeded as error:
            self._close_quietly()
            limit = f"{MAX_BODY_PARTS} parts" if error.unit == "parts" else f"{error.limit} bytes"
            return self._ended(StreamEnd(f"more than {limit} at once", kind=FailureKind.TOO_LARGE))
        except (Exception, SystemExit) as error:
            self._close_quietly()
            end = self._raised(error)
            if self._server.raise_app_exceptions:
                raise
            return end
        part = exchange.chunks[0] if len(exchange.chunks) == 1 else b"".join(exchange.chunks)
        exchange.chunks.clear()
        return part

    def _raised(self, error: BaseException) -> StreamEnd:
        if self._exchange.complete:
            # NB: what it does in `close` comes after the end of the answer.
            return self._ended(StreamEnd(traceback=format_fault(error)))
        if self._exchange.head_sent:
            failure = f"the application raised {type(error).__name__} in the middle of the body"
            return self._ended(StreamEnd(failure, traceback=format_fault(error)))
        assert self._request is not None, "it is open"
        return self._ended(StreamEnd(instead=internal_server_error(self._request, error)))

    def _interrupted(self, error: Hangs) -> StreamEnd:
        # NB: what an abandoned thread is busy with cannot be closed.
        if self._worker is None:
            self._close_quietly()
        return self._ended(no_more(format_fault(error) if error.__traceback__ is not None else None))

    def _ended(self, end: StreamEnd) -> StreamEnd:
        self._end = end
        self._forget()
        return end

    def _close_quietly(self) -> None:
        with contextlib.suppress(Exception, Hangs, SystemExit):
            self._close_iterable(None)

    def _close_iterable(self, _: None) -> None:
        iterable, self._iterable = self._iterable, None
        self._parts = iter(())
        close = getattr(iterable, "close", None)
        if close is not None:
            close()

    def _forget(self) -> None:
        self._server.streams.discard(self)
        if self._worker is not None:
            self._worker.close()
            self._worker = None
