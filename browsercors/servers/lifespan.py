"""
The lifespan protocol: an application is started once before its first request, and shut down at the end.

An application that does not know the protocol, or raises when it meets it, is served without, as uvicorn's "auto" does.

https://asgi.readthedocs.io/en/latest/specs/lifespan.html
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

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

RETURN_SECONDS: Final = 0.1
"""How long an application may take to return after its last answer."""


class LifespanError(RuntimeError):
    """
    An application said that its start-up or shutdown failed; it cannot be served at all.
    """

    __module__ = "browsercors"  # where its users find it


class Lifespan:
    """
    The lifespan of one application.

    Attributes:
        loop: The loop in which the application was started.
        started: Whether requests may be sent: the start-up is complete, or the application has none.
        state: What the application's start-up left for its requests.
    """

    def __init__(self, app: Callable[..., Awaitable[None]]) -> None:
        self._app = app
        self._reset()

    def _reset(self) -> None:
        self.loop: asyncio.AbstractEventLoop | None = None
        self.started: bool = False
        self.state: dict[str, Any] = {}
        self._task: asyncio.Task[None] | None = None
        self._starting: asyncio.Task[None] | None = None
        self._messages: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._answered: asyncio.Queue[str] = asyncio.Queue()
        self._error: BaseException | None = None
        self._refusal: LifespanError | None = None

    @property
    def running(self) -> bool:
        """
        Whether the application was started and waits for its shutdown.
        """
        return self._task is not None and not self._task.done() and self.loop is not None and not self.loop.is_closed()

    def check_loop(self, loop: asyncio.AbstractEventLoop) -> None:
        """
        Make *loop* the application's loop.

        Raises:
            RuntimeError: It was started in another one, with which its connections and locks are tied up.
        """
        if self.running and self.loop is not loop:
            raise RuntimeError(
                "this application was started in another event loop; open a browser in each loop, "
                "or close the first one before its loop ends"
            )
        self._reset()
        self.loop = loop

    async def startup(self) -> None:
        """
        Start the application, unless it was started; every caller waits until that is done.

        Raises:
            LifespanError: The application said that it failed.
        """
        if self._starting is None:
            # NB: a task of its own, so that the first request may be cancelled without harm for the second.
            self._starting = asyncio.get_running_loop().create_task(self._start())
        await asyncio.shield(self._starting)
        if self._refusal is not None:
            raise LifespanError(*self._refusal.args)

    async def _start(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._run())
        self._messages.put_nowait({"type": "lifespan.startup"})
        answer = await self._answered.get()
        if answer.startswith("lifespan.startup.failed"):
            self._refusal = LifespanError(f"the application's start-up failed: {answer.partition(' ')[2]}")
        else:
            self.started = True

    async def shutdown(self) -> None:
        """
        Shut the application down, if it runs.

        Raises:
            LifespanError: The application said that it failed, or raised.
        """
        task = self._task
        if task is None or not self.running:
            return
        if self.loop is not asyncio.get_running_loop():
            raise RuntimeError("this application was started in another event loop, and has to be closed there")
        self._messages.put_nowait({"type": "lifespan.shutdown"})
        answer = "lifespan.startup"
        while answer.startswith("lifespan.startup"):
            answer = await self._answered.get()
        # NB: an application may forget to return after its last answer; it must not outlive the browser for that.
        await asyncio.wait({task}, timeout=RETURN_SECONDS)
        task.cancel()
        await asyncio.wait({task}, timeout=RETURN_SECONDS)
        error = self._error
        self._reset()
        if answer.startswith("lifespan.shutdown.failed"):
            raise LifespanError(f"the application's shutdown failed: {answer.partition(' ')[2]}")
        if error is not None and answer == ENDED:
            raise LifespanError(f"the application raised {error!r} at its shutdown") from error

    async def _run(self) -> None:
        scope = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": self.state}
        answered = self._answered
        try:
            await self._app(scope, self._messages.get, self._send)
        except BaseException as error:  # noqa: BLE001 - an application may refuse the protocol in any way
            self._error = error
        finally:
            answered.put_nowait(ENDED)

    async def _send(self, message: Mapping[str, Any]) -> None:
        kind = message["type"]
        if kind not in ANSWERS:
            raise ValueError(f"not a message of the lifespan protocol: {kind!r}")
        self._answered.put_nowait(f"{kind} {message.get('message', '')}")
