"""
The store of a browser's own HTTP cache.

Each key has one response, the latest: no browser keeps several variants of a URL (observed). Whether it may be stored
is only decided when a request looks for it, since most responses are never looked for again.

https://fetch.spec.whatwg.org/#http-cache-partitions
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import attrs

from browsercors.http_cache.reusing import is_made_for, matches
from browsercors.http_cache.storing import storage_refusal, to_stored
from browsercors.http_cache.validation import freshen
from browsercors.rules.http_cache import RefusedResponse

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    from browsercors.http_cache.no_vary_search import SearchVariance
    from browsercors.http_cache.stored_response import StoredResponse
    from browsercors.rules.http_cache import HTTPCacheRules
    from browsercors.values.origins import Origin
    from browsercors.values.wire import HTTPRequest, HTTPResponse

__all__ = ["BrowserCache", "Kept"]

MAX_KEYS: Final = 4096
MAX_BYTES: Final = 64 * 1024 * 1024
"""What is beyond these goes, the oldest first, so that a hostile server cannot fill the memory."""

WORTH_A_LOOK: Final = frozenset({b"cache-control", b"etag", b"expires", b"last-modified", b"pragma"})


class Kept(NamedTuple):
    """
    A change of the store that can be undone.

    Attributes:
        key: The key that was changed.
        before: The response that was stored under it before, or None.
    """

    key: Hashable
    before: _Latest | None


class _Latest:
    """
    The latest response for a key, as it arrived; it becomes a `StoredResponse` when a request looks for it.
    """

    __slots__ = ("_stored", "request", "response", "response_time")

    def __init__(self, request: HTTPRequest, response: HTTPResponse, response_time: float) -> None:
        self.request: HTTPRequest = request
        self.response: HTTPResponse = response
        self.response_time: float = response_time
        self._stored: StoredResponse | None = None

    def stored(self, rules: HTTPCacheRules) -> StoredResponse | None:
        """
        Return it in its stored form; None if it may not be stored.
        """
        if self._stored is None:
            caching = rules.caching
            if storage_refusal(self.request, self.response, self.response_time, caching) is not None:
                return None
            self._stored = to_stored(self.request, self.response, self.response_time, caching)
        return self._stored

    @classmethod
    def of(cls, stored: StoredResponse) -> _Latest:
        latest = cls(stored.request, stored.response, stored.response_time)
        latest._stored = stored
        return latest


class BrowserCache:
    """
    The browser's own HTTP cache; iterate over what is stored, or `clear` it.

    Args:
        rules: Which responses are stored, and when they are reused.
    """

    __slots__ = ("_bytes", "_latest", "_rules", "_similar", "_variances")

    def __init__(self, rules: HTTPCacheRules) -> None:
        self._rules = rules
        self._latest: dict[Hashable, _Latest] = {}
        # NB: of responses with `No-Vary-Search`: what is known for a path, and the key for what makes a difference.
        self._variances: dict[Hashable, dict[SearchVariance, None]] = {}
        self._similar: dict[Hashable, Hashable] = {}
        self._bytes = 0

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __iter__(self) -> Iterator[StoredResponse]:
        for latest in list(self._latest.values()):
            stored = latest.stored(self._rules)
            if stored is not None:
                yield stored

    def __repr__(self) -> str:
        return f"<BrowserCache {len(self)} responses>"

    def select(self, key: Hashable, request: HTTPRequest) -> StoredResponse | None:
        """
        Return the stored response that fits a request, fresh or not, or None.
        """
        latest = self._latest.get(key)
        stored = None if latest is None else latest.stored(self._rules)
        return stored if stored is not None and matches(stored, request, self._rules.caching) else None

    def select_similar(self, key: Hashable, request: HTTPRequest) -> StoredResponse | None:
        """
        Return the stored response of another URL that fits, since it says that their difference is none; or None.
        """
        if not self._variances or self._rules.key_without_query is None:
            return None
        path = self._rules.key_without_query(key)
        for variance in self._variances.get(path, ()):
            similar = self._similar.get((path, variance, variance.significant(request.url.query or "")))
            if similar is not None:
                stored = self.select(similar, request)
                if stored is not None:
                    return stored
        return None

    def may_spare_a_request(self, key: Hashable) -> bool:
        """
        Whether what is stored under a key says anything by which it could be fresh, or confirmed.

        NB: it answers the usual question, whether there is anything at all, in no time.
        """
        latest = self._latest.get(key)
        if latest is None:
            return bool(self._variances)
        return (
            latest.response.status in self._rules.caching.default_lifetimes
            or not latest.response.headers.names().isdisjoint(WORTH_A_LOOK)
        )

    def store(self, key: Hashable, request: HTTPRequest, response: HTTPResponse, response_time: float) -> Kept:
        """
        Put a response in place of what is stored under a key.
        """
        if self._rules.key_without_query is not None and b"no-vary-search" in response.headers.names():
            self._note_variance(self._rules.key_without_query(key), key, request, response)
        return Kept(key, self._put(key, _Latest(request, response, response_time)))

    def may_store(self, request: HTTPRequest, response: HTTPResponse, response_time: float) -> bool:
        """
        Whether a response may be stored.
        """
        return storage_refusal(request, response, response_time, self._rules.caching) is None

    def take_away(self, key: Hashable) -> Kept:
        """
        Forget what is stored under a key, and return it, so that it can be put back.
        """
        before = self._latest.get(key)
        self.forget(key)
        return Kept(key, before)

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
        confirmed = freshen(stored, request, validation, response_time, self._rules.caching)
        latest = confirmed
        # NB: a HEAD may confirm the response to a GET, which stays one to a GET.
        asked = attrs.evolve(request, method=stored.request.method)
        if not self.may_store(asked, confirmed.response, response_time):
            # NB: the 304 may say so.
            self.forget(key)
            return confirmed
        if not is_made_for(confirmed, request):
            # NB: from now on it is the response for these headers.
            latest = attrs.evolve(confirmed, request=attrs.evolve(stored.request, headers=request.headers))
        self._put(key, _Latest.of(latest))
        return confirmed

    def refuse(self, kept: Kept, outcome: RefusedResponse) -> None:
        """
        Undo a change, since the page may not read the response.
        """
        if outcome is RefusedResponse.KEPT:
            return
        self.forget(kept.key)
        if outcome is RefusedResponse.NOT_STORED and kept.before is not None:
            self._put(kept.key, kept.before)

    def forget(self, key: Hashable) -> None:
        """
        Forget what is stored under a key.
        """
        latest = self._latest.pop(key, None)
        if latest is not None:
            self._bytes -= len(latest.response.body)

    def clear_origin(self, origin: Origin) -> None:
        """
        Forget the responses of an origin, whichever page asked for them.
        """
        for key, latest in list(self._latest.items()):
            if latest.request.url.origin.same_origin(origin):
                self.forget(key)

    def clear(self) -> None:
        """
        Forget everything.
        """
        self._latest.clear()
        self._variances.clear()
        self._similar.clear()
        self._bytes = 0

    def _note_variance(self, path: Hashable, key: Hashable, request: HTTPRequest, response: HTTPResponse) -> None:
        # NB: hardly any response has the header.
        from browsercors.http_cache.no_vary_search import search_variance

        variance = search_variance(response.headers)
        if variance is None:
            return
        if len(self._similar) >= MAX_KEYS:
            self._variances.clear()
            self._similar.clear()
        # NB: what was stored last is found first.
        variances = self._variances.setdefault(path, {})
        self._variances[path] = {variance: None, **variances}
        self._similar[path, variance, variance.significant(request.url.query or "")] = key

    def _put(self, key: Hashable, latest: _Latest) -> _Latest | None:
        before = self._latest.pop(key, None)
        if before is not None:
            self._bytes -= len(before.response.body)
        self._latest[key] = latest
        self._bytes += len(latest.response.body)
        while len(self._latest) > MAX_KEYS or self._bytes > MAX_BYTES:
            self.forget(next(iter(self._latest)))
        return before
