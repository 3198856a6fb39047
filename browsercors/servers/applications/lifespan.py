"""
The lifespan protocol: an application is started once before its first request, and shut down at the end.

An application that does not know the protocol, or raises when it meets it, is served without, as uvicorn's "auto" does.

https://asgi.readthedocs.io/en/latest/specs/lifespan.html
"""

from __future__ import annotations

import asyncio
import os
import weakref
from collections import deque
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

from browsercors.servers.applications.event_loop import is_lost
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

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

__all__ = ["Lifespan", "LifespanError"]

ANSWERS: Final = frozenset(
    {
        "lifespan.startup.complete",
        "lifespan.startup.failed",
        "lifespan.shutdown.complete",
        "lifespan.shutdown.failed",
    }
)

ENDED: Final = "ended"
"""In the place of an answer: the application returned or raised."""

_lifespans: weakref.WeakSet[Lifespan] = weakref.WeakSet()

# NB: a task that is collected lets its coroutine clean up, and those of a parent process are not ours to end.
_of_parents: list[object] = []


class LifespanError(RuntimeError):
    """
    An application reported that its start-up or shutdown failed, or did not finish it in time.
    """

    __module__ = "browsercors"  # where its users find it


class Lifespan(Limit):
    """
    The lifespan of one application.

    Args:
        app: The application.
        seconds: How long its start-up may take, and its shutdown. None sets no limit.

    Attributes:
        loop: The loop in which the application was started.
        started: Whether requests may be sent: the start-up is complete, or the application has none.
        state: The state that the application's start-up left for its requests.
    """

    _messages: asyncio.Queue[dict[str, Any]]
    _answers: _Answers

    def __init__(self, app: Callable[..., Awaitable[None]], seconds: float | None) -> None:
        super().__init__()
        self._app = app
        self._seconds = seconds
        self._reset()
        _lifespans.add(self)

    def _reset(self) -> None:
        self.loop: asyncio.AbstractEventLoop | None = None
        self.started: bool = False
        self.state: dict[str, Any] = {}
        self._task: asyncio.Task[None] | None = None
        self._starting: asyncio.Task[None] | None = None
        self._error: BaseException | None = None
        self._refusal: LifespanError | None = None

    def forget(self) -> None:
        """
        Leave the running application to the parent process, after `fork`.
        """
        for task in (self._task, self._starting):
            if task is not None:
                _of_parents.append(task)
                # NB: nor do they complain, when the interpreter ends, that nobody has awaited them.
                task._log_destroy_pending = False  # type: ignore[attr-defined]  # noqa: SLF001
        self._reset()

    @property
    def running(self) -> bool:
        """
        Whether the application was started, or begins to be, and waits for its shutdown.
        """
        return (
            self._task is not None
            and not self._task.done()
            and self.loop is not None
            and not self.loop.is_closed()
            and not is_lost(self.loop)
        )

    def check_loop(self, loop: asyncio.AbstractEventLoop) -> None:
        """
        Make *loop* the application's loop.

        Raises:
            RuntimeError: It was started in another one, with which its connections and locks are tied up.
            LifespanError: Its start-up blocked another loop, and would block this one.
        """
        if self.running and self.loop is not loop:
            raise RuntimeError(
                "this application was started in another event loop; open a browser in each loop, "
                "or close the first one before its loop ends"
            )
        if self._refusal is not None and self.loop is not None and is_lost(self.loop):
            raise LifespanError(*self._refusal.args)
        self._reset()
        self.loop = loop

    async def startup(self) -> None:
        """
        Start the application, unless it was started. Every caller waits until the start-up is done.

        Raises:
            LifespanError: The application reported that its start-up failed, or did not finish it in time.
        """
        if self._starting is None:
            # NB: a task of its own, so that the first request may be cancelled without harm for the second.
            self._starting = asyncio.get_running_loop().create_task(self._start())
        await asyncio.wait((self._starting,))
        if self._starting.cancelled() and self._refusal is None and not self.started:
            self._refusal = LifespanError("the application cancelled its own start-up")
        if self._refusal is not None:
            raise LifespanError(*self._refusal.args)

    def refuse_slow(self) -> LifespanError:
        """
        Record that the start-up took too long, and return the error for it.
        """
        self._refusal = self._slow("start-up")
        return LifespanError(*self._refusal.args)

    async def _start(self) -> None:
        self._messages, self._answers = asyncio.Queue(), _Answers()
        self._messages.put_nowait({"type": "lifespan.startup"})
        self._begin()
        token = answering.set(self)
        self._task = asyncio.get_running_loop().create_task(self._run(self._answers))
        answering.reset(token)
        answer = await self._next_answer(self._task)
        # NB: what the application leaves running has any time.
        end(self)
        if answer is None:
            self.refuse_slow()
            await self._end(self._task)
        elif answer.startswith("lifespan.startup.failed"):
            self._refusal = LifespanError(f"the application's start-up failed: {answer.partition(' ')[2]}")
        else:
            self.started = True

    async def shutdown(self) -> None:
        """
        Shut the application down, if it runs. If its start-up is not finished, cancel it.

        Raises:
            LifespanError: The application reported that its shutdown failed, raised, or did not finish in time.
        """
        task = self._task
        if task is None or not self.running:
            return
        if self.loop is not asyncio.get_running_loop():
            raise RuntimeError("this application was started in another event loop, and has to be closed there")
        if not self.started:
            if self._starting is not None:
                self._starting.cancel()
            await self._end(task)
            self._reset()
            return
        self._begin()
        self._messages.put_nowait({"type": "lifespan.shutdown"})
        answer: str | None = "lifespan.startup"
        while answer is not None and answer.startswith("lifespan.startup"):
            answer = await self._next_answer(task)
        end(self)
        # NB: an application may forget to return after its last answer; it must not outlive the browser for that.
        if answer is not None and not task.done():
            await asyncio.wait((task,), timeout=RETURN_SECONDS)
        await self._end(task)
        error = self._error
        self._reset()
        if answer is None or isinstance(error, Hangs):
            raise self._slow("shutdown")
        if answer.startswith("lifespan.shutdown.failed"):
            raise LifespanError(f"the application's shutdown failed: {answer.partition(' ')[2]}")
        if error is not None and answer == ENDED:
            raise LifespanError(f"the application raised {error!r} at its shutdown") from error

    def _slow(self, what: str) -> LifespanError:
        limit = "the time given" if self._seconds is None else f"{self._seconds:g} s"
        return LifespanError(f"the application's {what} did not end in {limit}; {WAIT_LONGER}")

    def _begin(self) -> None:
        if self._seconds is not None:
            begin(self, self._seconds, "loop" if is_main_thread() else None)

    async def _next_answer(self, task: asyncio.Task[None]) -> str | None:
        """
        Return the application's next message; None if none comes in time.
        """
        answer = await self._answers.next(None if self._seconds is None else max(0.0, self.deadline - monotonic()))
        return None if isinstance(self._error, Hangs) and task.done() else answer

    async def _end(self, task: asyncio.Task[None]) -> None:
        """
        Cancel the application's task. It is abandoned if it ignores that.
        """
        if not task.done():
            task.cancel()
            await asyncio.wait((task,), timeout=RETURN_SECONDS)

    async def _run(self, answers: _Answers) -> None:
        scope = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": self.state}
        try:
            await self._app(scope, self._messages.get, answers.send)
        except BaseException as error:  # noqa: BLE001 - an application may refuse the protocol in any way
            self._error = error
        finally:
            answers.put(ENDED)


class _Answers:
    """
    The messages of an application about its lifespan, waiting to be read.
    """

    def __init__(self) -> None:
        self._answers: deque[str] = deque()
        self._listener: asyncio.Future[None] | None = None

    async def send(self, message: Mapping[str, Any]) -> None:
        """
        Receive a message of the application.
        """
        kind = message["type"]
        if kind not in ANSWERS:
            raise ValueError(f"not a message of the lifespan protocol: {kind!r}")
        self.put(f"{kind} {message.get('message', '')}")

    def put(self, answer: str) -> None:
        """
        Add an answer, and wake the task that waits for it.
        """
        self._answers.append(answer)
        if self._listener is not None and not self._listener.done():
            self._listener.set_result(None)

    async def next(self, seconds: float | None) -> str | None:
        """
        Return the next answer; None if there is none within *seconds*.
        """
        if not self._answers:
            # NB: a future, since a queue would need a task of its own to be waited for with a time limit.
            self._listener = asyncio.get_running_loop().create_future()
            await asyncio.wait((self._listener,), timeout=seconds)
        return self._answers.popleft() if self._answers else None


def _forget_all() -> None:
    for lifespan in list(_lifespans):
        lifespan.forget()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_all)
