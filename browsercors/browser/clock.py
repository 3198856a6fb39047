"""
Simulated time.
"""

from __future__ import annotations

import sys
from typing import Final

from browsercors.values.arguments import ArgumentValueError

__all__ = ["Clock"]

# 1 January 2026, 00:00 UTC: a fixed day, so that two runs are alike, and a recent one, so that cookies expire sensibly.
START: Final = 1_767_225_600.0


class Clock:
    """
    A clock that moves only when told to.

    Args:
        now: Where it starts: seconds since 1 January 1970, UTC. A browser calls it `start_time`.

    Raises:
        ValueError: *now* is no finite number.
    """

    __slots__ = ("now",)

    def __init__(self, now: float = START) -> None:
        # NB: not by `isfinite`, which an integer too large for a float would overflow.
        if not (isinstance(now, (int, float)) and abs(now) <= sys.float_info.max):
            raise ArgumentValueError(f"start_time has to be a finite number of seconds since 1970, not {now!r:.80}")
        self.now: float = now

    def advance(self, seconds: float) -> None:
        """
        Let *seconds* pass.

        Raises:
            ValueError: *seconds* is negative or not finite.
        """
        if not (isinstance(seconds, (int, float)) and 0 <= seconds <= sys.float_info.max):
            raise ArgumentValueError(f"seconds has to be a finite number of at least 0, not {seconds!r:.80}")
        self.now += seconds

    def __repr__(self) -> str:
        return f"<Clock {self.now}>"
