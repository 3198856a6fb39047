"""
The event loop in which a sync browser runs ASGI applications: one thread, started when first needed.

The caller's own thread may have a running loop already (Jupyter, pytest-asyncio); it is not touched. Nothing that an
application does to the loop ends it: stopping it, cancelling all tasks, `SystemExit` in a task. A loop that is stuck is
lost: nobody waits for it any longer, and the next call has another one. So does a child after `fork`.
"""

from __future__ import annotations

import contextlib
import os
import threading
import weakref
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from browsercors.servers.time_limits import GRACE_SECONDS, Hangs, interrupt_thread, stack_of

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Coroutine

__all__ = ["EventLoopThread", "LoopEnded", "is_lost"]

T = TypeVar("T")

SHUTDOWN_SECONDS: Final = 5.0
"""How long closing waits for an application that does not end when cancelled; the thread is a daemon."""


class LoopEnded(RuntimeError):  # noqa: N818 - it says what happened, and is the application's fault
    """
    The loop has ended before the coroutine in it.
    """


class EventLoopThread:
    """
    An event loop in a daemon thread; closed by `close`, by garbage collection or at the interpreter's end.
    """

    def __init__(self) -> None:
        self._serving: _Serving | None = None
        self._lock = threading.Lock()
        self._finalizer: weakref.finalize[..., EventLoopThread] | None = None
        _loop_threads.add(self)

    def __repr__(self) -> str:
        return f"<EventLoopThread {'not running' if self._serving is None else 'running'}>"

    def run(self, function: Callable[..., Coroutine[Any, Any, T]], /, *args: object, seconds: float | None = None) -> T:
        """
        Run the coroutine in the loop, in a copy of the caller's context, and return or raise what it does.

        A `KeyboardInterrupt` while waiting cancels the coroutine and does not wait for it.

        Args:
            function: Makes the coroutine, which has to end by itself in the time given.
            args: Its arguments.
            seconds: How long that is. A loop in which it takes longer is stuck, and given up.

        Raises:
            Hangs: The loop is stuck.
            LoopEnded: The loop has ended, which only its application can have brought about.
            RuntimeError: Called from the loop's own thread, which would wait for itself.
        """
        import contextvars

        serving = self._start()
        if threading.current_thread() is serving.thread:
            raise RuntimeError(
                "an application called the sync browser that it is answering; use AsyncBrowser inside it"
            )
        call = _Call(function, args)
        serving.calls.add(call)
        try:
            # NB: its context is a keyword, since a closed loop raises in place of taking it.
            serving.loop.call_soon_threadsafe(call.begin, context=contextvars.copy_context())
        except RuntimeError:
            serving.fail_calls()
        try:
            if seconds is None:
                call.done.acquire()
            # NB: twice, for both times are over when a process wakes up that was asleep.
            elif not call.done.acquire(timeout=seconds) and not call.done.acquire(timeout=GRACE_SECONDS):
                hangs = Hangs()
                hangs.where = stack_of(serving.thread)
                call.end(error=hangs)
                self._lose(serving)
        except BaseException:
            with contextlib.suppress(RuntimeError):
                serving.loop.call_soon_threadsafe(call.cancel)
            raise
        finally:
            serving.calls.discard(call)
        return call.result()

    def close(self) -> None:
        """
        Cancel what still runs in the loop and end the thread; a later `run` starts another one.
        """
        with self._lock:
            finalizer, self._finalizer, self._serving = self._finalizer, None, None
        if finalizer is not None:
            finalizer()

    def forget(self) -> None:
        """
        Leave the thread to the parent process: a child has none of its threads, and shares its loop's sockets.
        """
        self._lock = threading.Lock()
        finalizer, self._finalizer, serving, self._serving = self._finalizer, None, self._serving, None
        if finalizer is not None:
            finalizer.detach()
        if serving is not None:
            _lost_loops.add(serving.loop)
            # NB: a loop that is collected closes itself, and with that takes sockets from the parent's.
            _of_parents.append(serving)

    def _start(self) -> _Serving:
        serving = self._serving
        if serving is not None and not serving.has_ended:
            return serving
        with self._lock:
            if self._serving is None or self._serving.has_ended:
                self._serving = _Serving()
                self._finalizer = weakref.finalize(self, self._serving.stop)
            return self._serving

    def _lose(self, serving: _Serving) -> None:
        with self._lock:
            _lost_loops.add(serving.loop)
            if self._serving is not serving:
                return
            finalizer, self._finalizer, self._serving = self._finalizer, None, None
        if finalizer is not None:
            finalizer.detach()
        serving.is_stopping = True
        with contextlib.suppress(RuntimeError):
            serving.loop.call_soon_threadsafe(serving.loop.stop)
        serving.fail_calls()
        serving.thread.name += " (lost)"
        interrupt_thread(serving.thread)


_loop_threads: weakref.WeakSet[EventLoopThread] = weakref.WeakSet()
_lost_loops: weakref.WeakSet[asyncio.AbstractEventLoop] = weakref.WeakSet()
_of_parents: list[_Serving] = []


def is_lost(loop: asyncio.AbstractEventLoop) -> bool:
    """
    Whether *loop* was given up.
    """
    return loop in _lost_loops


def _forget_all() -> None:
    for thread in list(_loop_threads):
        thread.forget()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_all)


class _Serving:
    """
    The running thread; apart from `EventLoopThread`, so that the thread does not keep that alive.

    Attributes:
        calls: What somebody waits for.
        is_stopping: Whether the loop is to end; otherwise it goes on, whoever stops it.
        has_ended: Whether it has.
    """

    loop: asyncio.AbstractEventLoop

    def __init__(self) -> None:
        self.calls: set[_Call[Any]] = set()
        self.is_stopping = self.has_ended = False
        self._error: BaseException | None = None
        self._ready = threading.Event()
        self.thread = threading.Thread(target=self._serve, name="browsercors-asgi", daemon=True)
        self.thread.start()
        self._ready.wait()
        if self._error is not None:
            raise self._error

    def fail_calls(self) -> None:
        """
        End all calls that somebody waits for.
        """
        for call in list(self.calls):
            call.end(error=LoopEnded("the application ended the event loop that it ran in"))

    def stop(self) -> None:
        """
        End the loop; called once, from any thread.
        """
        self.is_stopping = True
        with contextlib.suppress(RuntimeError):  # NB: the loop may have ended already
            self.loop.call_soon_threadsafe(self.loop.stop)
        # NB: a garbage collection in the loop's own thread may be what calls this.
        if threading.current_thread() is not self.thread:
            self.thread.join(SHUTDOWN_SECONDS)

    def _serve(self) -> None:
        import asyncio

        # NB: a lost thread is interrupted wherever it is by then; what an application raises here is nobody's.
        with contextlib.suppress(BaseException):
            try:
                with asyncio.Runner() as runner:
                    self.loop = runner.get_loop()
                    self._ready.set()
                    while not self.is_stopping and not self.loop.is_closed():
                        with contextlib.suppress(BaseException):
                            self.loop.run_forever()
            except BaseException as error:
                self._error = error
                raise
            finally:
                self.has_ended = True
                self._ready.set()
                self.fail_calls()


class _Call(Generic[T]):
    """
    One coroutine on its way through the loop, and its outcome on the way back.
    """

    def __init__(self, function: Callable[..., Coroutine[Any, Any, T]], args: tuple[object, ...]) -> None:
        self.done = threading.Lock()
        self.done.acquire()
        self._function = function
        self._args = args
        self._task: asyncio.Task[None] | None = None
        self._error: BaseException | None = None
        self._values: list[T] = []

    def begin(self) -> None:
        """
        Start the coroutine; runs in the loop's thread.
        """
        import asyncio

        self._task = asyncio.get_running_loop().create_task(self._run())

    def cancel(self) -> None:
        """
        Cancel the coroutine; runs in the loop's thread, after `begin`.
        """
        if self._task is not None:
            self._task.cancel()

    def end(self, *, error: BaseException | None = None) -> None:
        """
        Let go of whoever waits; only the first time counts.
        """
        if error is not None and not self._values and self._error is None:
            self._error = error
        with contextlib.suppress(RuntimeError):
            self.done.release()

    def result(self) -> T:
        """
        Return or raise the outcome.
        """
        if self._error is not None:
            try:
                raise self._error
            finally:
                self._error = None  # NB: breaks the cycle between the error's traceback and this frame
        return self._values[0]

    async def _run(self) -> None:
        try:
            self._values.append(await self._function(*self._args))
        except BaseException as error:  # noqa: BLE001 - it is raised in the caller's thread; here it would end the loop
            self.end(error=error)
        else:
            self.end()
