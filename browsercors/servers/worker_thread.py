"""
The thread in which an application runs where its caller must not be blocked for ever: one at a time, in order.

Whoever waits for a call gives it up when its time is over. The thread is abandoned then, and another one takes the
calls that are left. It is a daemon, so that it keeps no interpreter from ending.
"""

from __future__ import annotations

import concurrent.futures
import contextlib
import contextvars
import queue
import threading
import time
import weakref
from typing import TYPE_CHECKING, Any, TypeVar

from browsercors.servers.time_limits import Hangs, interrupt_thread, stack_of

if TYPE_CHECKING:
    from collections.abc import Callable

    Future = concurrent.futures.Future[Any]
    Calls = queue.SimpleQueue["_Call | None"]

__all__ = ["WorkerThread"]

T = TypeVar("T")


class WorkerThread:
    """
    A thread that is started when first needed, and ended by `close`, by garbage collection, or with the interpreter.
    """

    def __init__(self) -> None:
        self._worker: _Worker | None = None
        self._lock = threading.Lock()

    def run(self, seconds: float, function: Callable[..., T], /, *arguments: object) -> T:
        """
        Call *function* in the thread, with the caller's context variables, and wait for it.

        Raises:
            Hangs: It took longer than *seconds*, once it was its turn.
        """
        call = self._submit(function, arguments)
        while not call.future.done():
            concurrent.futures.wait((call.future,), timeout=self._seconds_left(seconds))
        try:
            result: T = call.future.result()
            return result
        finally:
            del call  # NB: breaks the cycle between an error's traceback and this frame

    async def run_async(self, seconds: float | None, function: Callable[..., T], /, *arguments: object) -> T:
        """
        Do the same without blocking the running event loop; None for any number of seconds.
        """
        import asyncio

        call = self._submit(function, arguments)
        future = asyncio.wrap_future(call.future)
        try:
            while not future.done():
                await asyncio.wait((future,), timeout=None if seconds is None else self._seconds_left(seconds))
        finally:
            # NB: what has not begun does not begin; what has begun goes on, since nothing can stop it.
            future.cancel()
        try:
            result: T = future.result()
            return result
        finally:
            del call, future  # NB: breaks the cycle between an error's traceback and this frame

    def close(self) -> None:
        """
        End the thread after the calls that it has; a later call starts another one.
        """
        with self._lock:
            worker, self._worker = self._worker, None
        if worker is not None:
            worker.stop()

    def _submit(self, function: Callable[..., object], arguments: tuple[object, ...]) -> _Call:
        call = _Call(function, arguments)
        with self._lock:
            # NB: a child after `fork` has none of its parent's threads.
            if self._worker is None or not self._worker.thread.is_alive():
                self._worker = _Worker(queue.SimpleQueue())
                weakref.finalize(self, self._worker.stop)
            self._worker.calls.put(call)
        return call

    def _seconds_left(self, seconds: float) -> float:
        """
        Return how long to wait for the call that the thread is at; none is left for one that is over, and given up.
        """
        with self._lock:
            worker = self._worker
            call = None if worker is None else worker.current
            if worker is None or call is None or call.began is None:
                return seconds
            left = call.began + seconds - time.monotonic()
            if left > 0:
                return left
            worker.is_abandoned = True
            self._worker = _Worker(worker.calls)
            weakref.finalize(self, self._worker.stop)
        hangs = Hangs()
        hangs.where = stack_of(worker.thread)
        call.end(error=hangs)
        worker.thread.name += " (lost)"
        interrupt_thread(worker.thread)
        return 0.0


class _Call:
    """
    A call on its way through the thread.

    Attributes:
        began: When it was its turn, on the clock of `time.monotonic`.
    """

    __slots__ = ("_arguments", "_context", "_function", "began", "future")

    def __init__(self, function: Callable[..., object], arguments: tuple[object, ...]) -> None:
        self.future: Future = concurrent.futures.Future()
        self.began: float | None = None
        self._function = function
        self._arguments = arguments
        self._context = contextvars.copy_context()

    def run(self) -> None:
        """
        Call the function; what it raises is the caller's.
        """
        if not self.future.set_running_or_notify_cancel():
            return
        try:
            result = self._context.run(self._function, *self._arguments)
        except BaseException as error:  # noqa: BLE001 - it is raised where the call is waited for
            self.end(error=error)
        else:
            self.end(result)

    def end(self, result: object = None, *, error: BaseException | None = None) -> None:
        """
        Tell whoever waits, unless the call was given up.
        """
        with contextlib.suppress(concurrent.futures.InvalidStateError):
            if error is None:
                self.future.set_result(result)
            else:
                self.future.set_exception(error)


class _Worker:
    """
    The running thread; apart from `WorkerThread`, so that the thread does not keep that alive.
    """

    def __init__(self, calls: Calls) -> None:
        self.calls = calls
        self.current: _Call | None = None
        self.is_abandoned = False
        self.thread = threading.Thread(target=self._work, name="browsercors-wsgi", daemon=True)
        self.thread.start()

    def stop(self) -> None:
        """
        End the thread, once it is at its end.
        """
        if not self.is_abandoned:
            self.calls.put(None)

    def _work(self) -> None:
        # NB: an abandoned thread is interrupted wherever it is by then.
        with contextlib.suppress(Hangs):
            while not self.is_abandoned and (call := self.calls.get()) is not None:
                self.current = call
                call.began = time.monotonic()
                call.run()
                self.current = None
                del call
