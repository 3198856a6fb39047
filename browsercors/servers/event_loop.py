"""
The event loop in which a sync browser runs ASGI applications: one thread, started when first needed.

The caller's own thread may have a running loop already (Jupyter, pytest-asyncio); it is not touched.
"""

from __future__ import annotations

import contextlib
import threading
import weakref
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Coroutine

__all__ = ["EventLoopThread"]

T = TypeVar("T")

SHUTDOWN_SECONDS: Final = 5.0
"""How long closing waits for an application that does not end when cancelled; the thread is a daemon."""


class EventLoopThread:
    """
    An event loop in a daemon thread; closed by `close`, by garbage collection or at the interpreter's end.
    """

    def __init__(self) -> None:
        self._serving: _Serving | None = None
        self._lock = threading.Lock()
        self._finalizer: weakref.finalize[..., EventLoopThread] | None = None

    def __repr__(self) -> str:
        return f"<EventLoopThread {'not running' if self._serving is None else 'running'}>"

    def run(self, function: Callable[..., Coroutine[Any, Any, T]], /, *args: object) -> T:
        """
        Run the coroutine in the loop, in a copy of the caller's context, and return or raise what it does.

        A `KeyboardInterrupt` while waiting cancels the coroutine and does not wait for it.

        Raises:
            RuntimeError: Called from the loop's own thread, which would wait for itself.
        """
        import contextvars

        serving = self._start()
        if threading.current_thread() is serving.thread:
            raise RuntimeError(
                "an application called the sync browser that it is answering; use AsyncBrowser inside it"
            )
        call = _Call(function, args)
        serving.loop.call_soon_threadsafe(call.begin, context=contextvars.copy_context())
        try:
            call.done.acquire()
        except BaseException:
            serving.loop.call_soon_threadsafe(call.cancel)
            raise
        return call.result()

    def close(self) -> None:
        """
        Cancel what still runs in the loop and end the thread; a later `run` starts another one.
        """
        with self._lock:
            finalizer, self._finalizer, self._serving = self._finalizer, None, None
        if finalizer is not None:
            finalizer()

    def _start(self) -> _Serving:
        with self._lock:
            if self._serving is None:
                self._serving = _Serving()
                self._finalizer = weakref.finalize(self, self._serving.stop)
            return self._serving


class _Serving:
    """
    The running thread; apart from `EventLoopThread`, so that the thread does not keep that alive.
    """

    loop: asyncio.AbstractEventLoop

    def __init__(self) -> None:
        import asyncio

        self._until = asyncio.Event()
        self._ready = threading.Event()
        self.thread = threading.Thread(target=self._serve, name="browsercors-asgi", daemon=True)
        self.thread.start()
        self._ready.wait()

    def _serve(self) -> None:
        import asyncio

        asyncio.run(self._main())

    async def _main(self) -> None:
        import asyncio

        self.loop = asyncio.get_running_loop()
        self._ready.set()
        await self._until.wait()

    def stop(self) -> None:
        """
        End the loop; called once, from any thread.
        """
        with contextlib.suppress(RuntimeError):  # NB: the loop may have ended already
            self.loop.call_soon_threadsafe(self._until.set)
        # NB: a garbage collection in the loop's own thread may be what calls this.
        if threading.current_thread() is not self.thread:
            self.thread.join(SHUTDOWN_SECONDS)


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
        self._cancelled = False
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
            self._error = error
        finally:
            self.done.release()
