"""
The store of a shared HTTP cache: the variants of each key.

Each cache chooses its own keys. `CachingRules` holds the other choices.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.http_cache.reusing import matches
from browsercors.http_cache.storing import storage_refusal, to_stored
from browsercors.http_cache.validation import freshen

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    from browsercors.http_cache.stored_response import StoredResponse
    from browsercors.http_cache.storing import StorageRefusal
    from browsercors.rules.caching import CachingRules
    from browsercors.values.wire import HTTPRequest, HTTPResponse

__all__ = ["HTTPCache"]

MAX_KEYS: Final = 4096
MAX_VARIANTS: Final = 64
"""What is beyond these goes, the oldest first, so that a hostile server cannot fill the memory."""


class HTTPCache:
    """
    A cache without a clock: callers pass the time.

    Args:
        rules: Which responses are stored, and when they are reused.
    """

    __slots__ = ("_variants", "rules")

    def __init__(self, rules: CachingRules) -> None:
        self.rules: CachingRules = rules
        # NB: the newest variant comes first, and so wins where several match (RFC 9111, section 4.1).
        self._variants: dict[Hashable, list[StoredResponse]] = {}

    def __len__(self) -> int:
        return sum(len(variants) for variants in self._variants.values())

    def __iter__(self) -> Iterator[StoredResponse]:
        for variants in self._variants.values():
            yield from variants

    def __repr__(self) -> str:
        return f"<HTTPCache {len(self)} responses>"

    def select(self, key: Hashable, request: HTTPRequest) -> StoredResponse | None:
        """
        Return the response that is stored for a request, fresh or not; None if there is none.
        """
        variants = self._variants.get(key, ())
        return next((stored for stored in variants if matches(stored, request, self.rules)), None)

    def store(
        self, key: Hashable, request: HTTPRequest, response: HTTPResponse, response_time: float
    ) -> StorageRefusal | None:
        """
        Store a response in place of those that would have answered the same request; return why not, if not.
        """
        refusal = storage_refusal(request, response, response_time, self.rules)
        if refusal is None:
            self._put(key, request, to_stored(request, response, response_time, self.rules))
        return refusal

    def confirm(
        self,
        key: Hashable,
        stored: StoredResponse,
        request: HTTPRequest,
        validation: HTTPResponse,
        response_time: float,
    ) -> StoredResponse:
        """
        Freshen a stored response by the 304 that confirms it, and return it.
        """
        confirmed = freshen(stored, request, validation, response_time, self.rules)
        self._put(key, stored.request, confirmed)
        return confirmed

    def invalidate(self, key: Hashable) -> None:
        """
        Forget all variants of a key.
        """
        self._variants.pop(key, None)

    def clear(self) -> None:
        """
        Forget everything.
        """
        self._variants.clear()

    def _put(self, key: Hashable, request: HTTPRequest, stored: StoredResponse) -> None:
        others = [other for other in self._variants.pop(key, ()) if not self._replaces(request, other)]
        self._variants[key] = [stored, *others][:MAX_VARIANTS]
        if len(self._variants) > MAX_KEYS:
            del self._variants[next(iter(self._variants))]

    def _replaces(self, request: HTTPRequest, other: StoredResponse) -> bool:
        # NB: a response to HEAD does not replace one to GET, although the latter can answer HEAD.
        return other.request.method == request.method and matches(other, request, self.rules)
