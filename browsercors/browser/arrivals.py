"""
Which of several answers comes first, when servers say how many simulated seconds each of them takes.

Fetches that are under way together spend the same time, and not one's after the other's: an answer that takes 2 seconds
and one that takes 3 seconds, asked for at once, are both there after 3. So an answer whose time has not come waits
until nothing earlier can happen, and then the clock moves on.
"""

from __future__ import annotations

import asyncio
import contextlib
import heapq
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from browsercors.browser.clock import Clock

__all__ = ["Arrivals"]


class Arrivals:
    """
    The answers whose time has not come.

    Args:
        clock: What moves on to the next one.
        loop: The event loop of the fetches; those of another one, which may have ended, are not waited for.

    Attributes:
        loop: As given.
        moving: How many fetches are about to do something, in place of waiting for a server or for their time.
    """

    def __init__(self, clock: Clock, loop: asyncio.AbstractEventLoop | None = None) -> None:
        self.loop = loop
        self.moving: int = 0
        self._clock = clock
        self._waiting: list[tuple[float, int, asyncio.Future[None], int]] = []
        self._numbers = count()

    def __repr__(self) -> str:
        return f"<Arrivals {len(self._waiting)} waiting>"

    def in_loop(self, loop: asyncio.AbstractEventLoop) -> Arrivals:
        """
        Return those of *loop*.
        """
        return self if self.loop is loop else Arrivals(self._clock, loop)

    def enter(self) -> int:
        """
        Begin a fetch; return how much it weighs in what follows.

        NB: nothing for one that begins while others wait. A page that polls, and so begins one after the other, would
        keep time from going on.
        """
        weight = 0 if self._waiting else 1
        self.moving += weight
        return weight

    def rest(self, weight: int) -> None:
        """
        Take note that a fetch waits for a server, or is over.
        """
        self.moving -= weight
        if self._waiting:
            self._look_soon()

    async def until(self, now: float, weight: int) -> None:
        """
        Wait until it is *now* by the clock, in which no real time passes.
        """
        if self.moving > weight or self._waiting:
            future = asyncio.get_running_loop().create_future()
            heapq.heappush(self._waiting, (now, next(self._numbers), future, weight))
            self.rest(weight)
            try:
                await future
            except BaseException:
                # NB: who was let go is moving already.
                if not future.done() or future.cancelled():
                    self.moving += weight
                    with contextlib.suppress(RuntimeError):
                        future.cancel()
                raise
        self._clock.now = max(self._clock.now, now)

    def _look_soon(self) -> None:
        # NB: in the loop's next round, when what is answered at once is answered.
        # A fetch that is collected after its loop has ended makes nobody wait.
        with contextlib.suppress(RuntimeError):
            asyncio.get_running_loop().call_soon(self._look)

    def _look(self) -> None:
        """
        Let the earliest answers arrive, if nothing can happen before.
        """
        if self.moving:
            return
        while self._waiting and self._waiting[0][2].done():
            heapq.heappop(self._waiting)
        if not self._waiting:
            return
        first = self._waiting[0][0]
        while self._waiting and self._waiting[0][0] == first:
            _, _, future, weight = heapq.heappop(self._waiting)
            if not future.done():
                self.moving += weight
                future.set_result(None)
