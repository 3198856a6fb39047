"""
When an exchange with a live server has to be over: one value for connecting, sending, reading and decoding.
"""

from __future__ import annotations

import time
from typing import Final

__all__ = ["Deadline"]

LONGEST_SECONDS: Final = 20 * 24 * 3600
"""Systems wait for fewer milliseconds than fit in 31 bits; whoever asks for more means "for ever"."""


class Deadline:
    """
    A moment that nothing waits beyond.

    Args:
        seconds: How far away it is, from now on.
    """

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + min(seconds, LONGEST_SECONDS)

    def remaining(self) -> float:
        """
        Return the seconds that are left, above 0.

        Raises:
            TimeoutError: None are left.
        """
        seconds = self._end - time.monotonic()
        if seconds <= 0:
            raise TimeoutError("the time for the whole exchange is over")
        return seconds

    def within(self, seconds: float) -> Deadline:
        """
        Return the earlier one of this deadline and one *seconds* from now.
        """
        part = Deadline(seconds)
        part._end = min(part._end, self._end)
        return part
