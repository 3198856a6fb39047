"""
What the preflight caches of all browsers have in common: records under a key, and a limit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator


__all__ = ["Records"]

T = TypeVar("T")
WILDCARD = b"*"


class Records(Generic[T]):
    """
    One record for each place (origin, partition and URL), dropped when it expires.

    Expired records are swept out when as many were stored as were left by the last sweep: cheap on the average, and
    never more than twice of what is needed.
    """

    __slots__ = ("_expires", "_records", "_stored_since_sweep", "_survivors")

    MINIMUM_BETWEEN_SWEEPS = 256

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """
        Forget all records.
        """
        self._records: dict[object, T] = {}
        self._expires: dict[object, float] = {}
        self._stored_since_sweep = 0
        self._survivors = 0

    def __len__(self) -> int:
        return len(self._records)

    def __iter__(self) -> Iterator[object]:
        return iter(self._records)

    def get(self, place: object) -> T | None:
        """
        Return the record of a place, if there is one, expired or not.
        """
        return self._records.get(place)

    def touch(self, place: object) -> None:
        """
        Make *place* the youngest.
        """
        self._records[place] = self._records.pop(place)

    def put(self, place: object, record: T, expires: float, now: float) -> None:
        """
        Store a record as the youngest, in the place of the one that is there.
        """
        self._records.pop(place, None)
        self._records[place] = record
        self._expires[place] = expires
        self._stored_since_sweep += 1
        if self._stored_since_sweep > max(self.MINIMUM_BETWEEN_SWEEPS, self._survivors):
            self.sweep(now)

    def drop(self, place: object) -> None:
        """
        Forget the record of a place, if there is one.
        """
        self._records.pop(place, None)
        self._expires.pop(place, None)

    def drop_oldest(self, count: int) -> None:
        """
        Forget the *count* oldest records.
        """
        for place in list(self._records)[:count]:
            self.drop(place)

    def sweep(self, now: float) -> None:
        """
        Forget what has expired.
        """
        for place in [place for place, expires in self._expires.items() if expires <= now]:
            self.drop(place)
        self._stored_since_sweep = 0
        self._survivors = len(self._records)
