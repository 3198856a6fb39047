"""
The standard's preflight cache: a list of entries, each for a method or a header name.

https://fetch.spec.whatwg.org/#cors-preflight-cache
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from browsercors.fetch.preflight_cache.records import WILDCARD, Records
from browsercors.fetch.safelists import CORS_NON_WILDCARD_REQUEST_HEADER_NAME
from browsercors.values.findings import Algorithm
from browsercors.values.methods import CORS_SAFELISTED_METHODS

if TYPE_CHECKING:
    from browsercors.rules.preflight import PreflightGrant, PreflightQuestion

__all__ = ["CacheEntry", "EntryPreflightCache"]

CORS_PREFLIGHT_CACHE = Algorithm("CORS-preflight cache", "https://fetch.spec.whatwg.org/#concept-cache-match")


class CacheEntry(NamedTuple):
    """
    A cache entry of the standard, without the three fields that are the key of the record.

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
        self._records: Records[tuple[CacheEntry, ...]] = Records()

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
