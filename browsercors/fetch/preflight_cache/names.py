"""
Firefox's preflight cache: lists of names that have a lifetime each.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from browsercors.fetch.preflight_cache.records import Records

if TYPE_CHECKING:
    from browsercors.rules.preflight import PreflightGrant, PreflightQuestion

__all__ = ["NameLifetimes", "NamePreflightCache"]


class NameLifetimes(NamedTuple):
    """
    What Firefox remembers for a place: each allowed name with the time until which it is.
    """

    methods: dict[bytes, float]
    header_names: dict[bytes, float]


class NamePreflightCache:
    """
    Firefox's cache: names with lifetimes, merged from preflight to preflight.

    Credentialed and other requests do not share; `*` is a name like any other, so it never matches; HEAD has to be
    listed. Source: `nsCORSListenerProxy.cpp` (`nsPreflightCache`), confirmed by observation on Firefox 153.
    """

    __slots__ = ("_limit", "_records")

    METHODS_THAT_NEED_NO_ENTRY = frozenset({b"GET", b"POST"})

    def __init__(self, limit: int = 100) -> None:
        self._limit = limit
        self._records: Records[NameLifetimes] = Records()

    def covers(self, question: PreflightQuestion, now: float) -> bool:
        """
        Whether method and header names are remembered one by one.
        """
        place = (question.key, question.url, question.with_credentials)
        record = self._records.get(place)
        if record is None:
            return False
        self._records.touch(place)
        if question.method not in self.METHODS_THAT_NEED_NO_ENTRY and record.methods.get(question.method, now) <= now:
            return False
        return all(record.header_names.get(name, now) > now for name in question.header_names)

    def remember(self, question: PreflightQuestion, grant: PreflightGrant, now: float) -> None:
        """
        Add or refresh the names that the answer lists.
        """
        place = (question.key, question.url, question.with_credentials)
        record = self._records.get(place)
        if record is None:
            # NB: the place is kept even where nothing is listed: a request that is preflighted without need finds it.
            record = NameLifetimes({}, {})
            if len(self._records) >= self._limit:
                self._records.sweep(now)
                self._records.drop_oldest(len(self._records) - self._limit + 1)
        # NB: expired names go, so that those of a server that never lists one twice do not pile up.
        expires = now + grant.max_age
        methods = {name: until for name, until in record.methods.items() if until > now}
        methods.update(dict.fromkeys(grant.methods, expires))
        header_names = {name: until for name, until in record.header_names.items() if until > now}
        header_names.update(dict.fromkeys((name.lower() for name in grant.header_names), expires))
        last = max([expires, *methods.values(), *header_names.values()])
        self._records.put(place, NameLifetimes(methods, header_names), last, now)

    def clear_entries(self, question: PreflightQuestion) -> None:
        """
        Forget a URL, with credentials and without.
        """
        for with_credentials in (False, True):
            self._records.drop((question.key, question.url, with_credentials))

    def clear(self) -> None:
        """
        Forget everything.
        """
        self._records.clear()

    def __len__(self) -> int:
        return len(self._records)
