"""
The CORS-preflight cache: which preflights need not be sent again.

Browsers agree on what it is for and on little else, so there are three of one interface: the standard's list of
entries, Firefox's lists of names that have a lifetime each, and the one object per URL of Chromium and WebKit.
A profile says which.

https://fetch.spec.whatwg.org/#cors-preflight-cache
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

from browsercors.fetch.safelists import CORS_NON_WILDCARD_REQUEST_HEADER_NAME
from browsercors.values.findings import Algorithm
from browsercors.values.methods import CORS_SAFELISTED_METHODS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from browsercors.rules.preflight import PreflightGrant, PreflightQuestion

__all__ = [
    "EntryPreflightCache",
    "NamePreflightCache",
    "WholePreflightCache",
]

CORS_PREFLIGHT_CACHE = Algorithm("CORS-preflight cache", "https://fetch.spec.whatwg.org/#concept-cache-match")

T = TypeVar("T")

WILDCARD = b"*"


class _Records(Generic[T]):
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
        self._records: dict[object, T] = {}
        self._expires: dict[object, float] = {}
        self._stored_since_sweep = 0
        self._survivors = 0

    def __len__(self) -> int:
        return len(self._records)

    def __iter__(self) -> Iterator[object]:
        return iter(self._records)

    def get(self, place: object) -> T | None:
        return self._records.get(place)

    def touch(self, place: object) -> None:
        """
        Make *place* the youngest.
        """
        self._records[place] = self._records.pop(place)

    def put(self, place: object, record: T, expires: float, now: float) -> None:
        self._records.pop(place, None)
        self._records[place] = record
        self._expires[place] = expires
        self._stored_since_sweep += 1
        if self._stored_since_sweep > max(self.MINIMUM_BETWEEN_SWEEPS, self._survivors):
            self.sweep(now)

    def drop(self, place: object) -> None:
        self._records.pop(place, None)
        self._expires.pop(place, None)

    def drop_oldest(self, count: int) -> None:
        for place in list(self._records)[:count]:
            self.drop(place)

    def sweep(self, now: float) -> None:
        for place in [place for place, expires in self._expires.items() if expires <= now]:
            self.drop(place)
        self._stored_since_sweep = 0
        self._survivors = len(self._records)


class CacheEntry(NamedTuple):
    """
    A cache entry of the standard, but for the three fields that the place of the record holds already.

    https://fetch.spec.whatwg.org/#cache-entry
    """

    is_method: bool
    name: bytes
    credentials: bool
    expires: float


class EntryPreflightCache:
    """
    The cache of the standard: an entry for each method and each header name.
    """

    __slots__ = ("_records",)

    def __init__(self) -> None:
        self._records: _Records[tuple[CacheEntry, ...]] = _Records()

    def covers(self, question: PreflightQuestion, now: float) -> bool:
        """
        Whether there are a method cache entry match, where one is needed, and a match for each unsafe header name.

        https://fetch.spec.whatwg.org/#concept-http-fetch, step 4.1
        """
        entries = self._matching_entries(question, now)
        if question.forced or question.method not in CORS_SAFELISTED_METHODS:
            methods = {entry.name for entry in entries if entry.is_method}
            if question.method not in methods and WILDCARD not in methods:
                return False
        if not question.header_names:
            return True
        names = {entry.name.lower() for entry in entries if not entry.is_method}
        return all(_header_name_matches(name, names) for name in question.header_names)

    def remember(self, question: PreflightQuestion, grant: PreflightGrant, now: float) -> None:
        """
        Refresh the entries that match a method or header name, create those that none matches.

        https://fetch.spec.whatwg.org/#cors-preflight-fetch-0, steps 7.12-7.15
        """
        place = (question.key, question.url)
        # NB: the standard counts max-age from "storing the entry"; setting it anew is taken as storing anew.
        expires = now + grant.max_age
        entries = [entry for entry in self._records.get(place) or () if entry.expires > now]
        # NB: found by name, so that a list of thousands is not looked through for each of its names.
        positions: dict[tuple[bool, bytes], list[int]] = {}
        for index, entry in enumerate(entries):
            positions.setdefault(_matched_by(entry.is_method, entry.name), []).append(index)
        for is_method, names in ((True, grant.methods), (False, grant.header_names)):
            for name in dict.fromkeys(names):
                same = _matched_by(is_method, name)
                found = [*positions.get(same, ())]
                if name != WILDCARD and (is_method or same[1] != CORS_NON_WILDCARD_REQUEST_HEADER_NAME):
                    found += positions.get((is_method, WILDCARD), ())
                matching = [i for i in found if entries[i].credentials or not question.with_credentials]
                for index in matching:
                    entries[index] = entries[index]._replace(expires=expires)
                if not matching:
                    positions.setdefault(same, []).append(len(entries))
                    entries.append(CacheEntry(is_method, name, question.with_credentials, expires))
        entries = [entry for entry in entries if entry.expires > now]
        if entries:
            self._records.put(place, tuple(entries), max(entry.expires for entry in entries), now)
        else:
            self._records.drop(place)

    def clear_entries(self, question: PreflightQuestion) -> None:
        """
        Clear cache entries (https://fetch.spec.whatwg.org/#concept-cache-clear).
        """
        self._records.drop((question.key, question.url))

    def clear(self) -> None:
        """
        Forget everything.
        """
        self._records.clear()

    def __len__(self) -> int:
        return len(self._records)

    def _matching_entries(self, question: PreflightQuestion, now: float) -> list[CacheEntry]:
        entries = self._records.get((question.key, question.url))
        if entries is None:
            return []
        return [
            entry for entry in entries if entry.expires > now and (entry.credentials or not question.with_credentials)
        ]


def _matched_by(is_method: bool, name: bytes) -> tuple[bool, bytes]:
    """
    Return what entries of this name are found by: methods have a case, header names have none.
    """
    return is_method, name if is_method else name.lower()


def _header_name_matches(name: bytes, names: set[bytes]) -> bool:
    return name in names or (WILDCARD in names and name != CORS_NON_WILDCARD_REQUEST_HEADER_NAME)


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
        self._records: _Records[NameLifetimes] = _Records()

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


class WholeAnswer(NamedTuple):
    """
    One preflight's answer, kept as a whole.
    """

    methods: frozenset[bytes]
    header_names: frozenset[bytes]
    with_credentials: bool
    expires: float


class WholePreflightCache:
    """
    The cache of Chromium and WebKit: one answer per URL, replaced by the next one.

    An answer that does not suffice is forgotten by the very request that finds it insufficient. Sources:
    `preflight_result.cc` and `preflight_cache.cc`; `CrossOriginPreflightResultCache.cpp`; confirmed by observation on
    Chromium 156 and WebKitGTK 2.50.
    """

    __slots__ = ("_authorization_needs_listing", "_limit", "_longest_url", "_records")

    EVICTED_AT_ONCE = 10

    def __init__(
        self, *, authorization_needs_listing: bool, limit: int | None = None, longest_url: int | None = None
    ) -> None:
        self._authorization_needs_listing = authorization_needs_listing
        self._limit = limit
        self._longest_url = longest_url
        self._records: _Records[WholeAnswer] = _Records()

    def covers(self, question: PreflightQuestion, now: float) -> bool:
        """
        Whether the remembered answer allows the request; if it does not, it is forgotten.
        """
        place = (question.key, question.url)
        answer = self._records.get(place)
        if answer is None:
            return False
        if answer.expires > now and self._allows(answer, question):
            return True
        self._records.drop(place)
        return False

    def _allows(self, answer: WholeAnswer, question: PreflightQuestion) -> bool:
        if question.with_credentials and not answer.with_credentials:
            return False
        # NB: with credentials a `*` is a name like any other.
        wildcards = not answer.with_credentials
        if (
            question.method not in CORS_SAFELISTED_METHODS
            and question.method not in answer.methods
            and not (wildcards and WILDCARD in answer.methods)
        ):
            return False
        any_header = wildcards and WILDCARD in answer.header_names
        return all(
            name in answer.header_names
            or (
                any_header and not (self._authorization_needs_listing and name == CORS_NON_WILDCARD_REQUEST_HEADER_NAME)
            )
            for name in question.header_names
        )

    def remember(self, question: PreflightQuestion, grant: PreflightGrant, now: float) -> None:
        """
        Put the answer in the place of an earlier one.
        """
        place = (question.key, question.url)
        if self._longest_url is not None and len(question.url) >= self._longest_url:
            return
        if self._limit is not None and len(self._records) >= self._limit and self._records.get(place) is None:
            # NB: Chromium drops ten neighbours at a random place of its list; the model, which has no chance in it,
            # drops the ten oldest.
            self._records.sweep(now)
            if len(self._records) >= self._limit:
                self._records.drop_oldest(self.EVICTED_AT_ONCE)
        expires = now + grant.max_age
        answer = WholeAnswer(
            frozenset(grant.methods), _lower_case(grant.header_names), question.with_credentials, expires
        )
        self._records.put(place, answer, expires, now)

    def clear_entries(self, question: PreflightQuestion) -> None:
        """
        Forget a URL.
        """
        self._records.drop((question.key, question.url))

    def clear(self) -> None:
        """
        Forget everything.
        """
        self._records.clear()

    def __len__(self) -> int:
        return len(self._records)


def _lower_case(names: Iterable[bytes]) -> frozenset[bytes]:
    return frozenset(name.lower() for name in names)
