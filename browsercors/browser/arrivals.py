"""
The order in which answers arrive, when servers say how many simulated seconds each of them takes.

Fetches that run at the same time share that time. Two answers that take 2 and 3 seconds, asked for at once, have both
arrived after 3 seconds. So an answer waits until nothing earlier can happen, and then the clock moves on.
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
    The answers that have not arrived yet.

    Args:
        clock: The clock that moves on to the next arrival.
        loop: The event loop of the fetches. Those of another loop, which may have ended, are not waited for.

    Attributes:
        loop: As given.
        moving: How many fetches are running, and wait neither for a server nor for simulated time.
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
        Return the arrivals of *loop*.
        """
        return self if self.loop is loop else Arrivals(self._clock, loop)

    def enter(self) -> int:
        """
        Count a fetch that begins, and return its weight: 1, or 0 if it begins while others wait.

        NB: a page that polls begins one fetch after another. If these counted, time would never go on.
        """
        weight = 0 if self._waiting else 1
        self.moving += weight
        return weight

    def rest(self, weight: int) -> None:
        """
        Record that a fetch waits for a server, or is over.
        """
        self.moving -= weight
        if self._waiting:
            self._look_soon()

    async def until(self, now: float, weight: int) -> None:
        """
        Wait until the clock says *now*. No real time passes.
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
        Let the earliest answers arrive, if nothing can happen before them.
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
