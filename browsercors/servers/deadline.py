"""
The deadline of an exchange with a live server: one for connecting, sending, reading and decoding together.
"""

from __future__ import annotations

import time
from typing import Final

__all__ = ["Deadline"]

LONGEST_SECONDS: Final = 20 * 24 * 3600
"""Systems cannot wait for more milliseconds than fit in 31 bits; a longer time means "for ever"."""


class Deadline:
    """
    A point in time after which nothing waits any longer.

    Args:
        seconds: How many seconds from now.
    """

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + min(seconds, LONGEST_SECONDS)

    def remaining(self) -> float:
        """
        Return the seconds that are left, always above 0.

        Raises:
            TimeoutError: No time is left.
        """
        seconds = self._end - time.monotonic()
        if seconds <= 0:
            raise TimeoutError("the time for the whole exchange is over")
        return seconds

    def renew(self, seconds: float) -> None:
        """
        Begin anew: *seconds* from now.
        """
        self._end = time.monotonic() + min(seconds, LONGEST_SECONDS)

    def within(self, seconds: float) -> Deadline:
        """
        Return the earlier one of this deadline and one *seconds* from now.
        """
        part = Deadline(seconds)
        part._end = min(part._end, self._end)
        return part
