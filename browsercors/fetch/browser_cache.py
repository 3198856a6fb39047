"""
The browser's own HTTP cache: what it has for a request, and what it makes of the answer.

Under each key is one response, the latest: no browser keeps several variants of a URL (observed). Whether that one may
be used is found out when it is asked for, since of most responses nothing is ever asked again.

https://fetch.spec.whatwg.org/#http-cache-partitions
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Final, NamedTuple

import attrs

from browsercors.fetch.http_caching import Use, is_made_for, matches, storage_refusal, to_stored, use_of
from browsercors.fetch.http_validation import freshen, is_conditional, validation_headers
from browsercors.fetch.timeline import CachedResponse, ExchangeKind
from browsercors.values.enums import quick
from browsercors.values.requests import CacheMode

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    from browsercors.engines.profile import HTTPCacheRules
    from browsercors.fetch.fetch_params import FetchParams
    from browsercors.fetch.http_caching import StoredResponse
    from browsercors.values.requests import Request
    from browsercors.values.wire import HTTPRequest, HTTPResponse

__all__ = ["ANSWERS", "BrowserCache", "Kept", "Lookup", "RefusedResponse", "look_up"]

MAX_KEYS: Final = 4096
MAX_BYTES: Final = 64 * 1024 * 1024
"""What is beyond these goes, the oldest first, so that a hostile server cannot fill the memory."""

TAKES_ANYTHING: Final = frozenset({CacheMode.FORCE_CACHE, CacheMode.ONLY_IF_CACHED})
"""The cache modes to which it does not matter how old a response is."""

WORTH_A_LOOK: Final = frozenset({b"cache-control", b"etag", b"expires", b"last-modified", b"pragma"})


@quick
class RefusedResponse(enum.Enum):
    """
    What becomes of a response in the HTTP cache when the page may not have it.
    """

    KEPT = "kept"
    """It stays, and may answer the next request."""

    FORGOTTEN = "forgotten"
    """It goes, and what it replaced is gone already."""

    NOT_STORED = "not stored"
    """It never came in: what was stored before stays."""


class Kept(NamedTuple):
    """
    What came in, if only the news that the URL has changed, and what it replaced.

    Attributes:
        key: Under what it is stored.
        before: What was stored there; None for nothing.
    """

    key: Hashable
    before: _Latest | None


class _Latest:
    """
    The latest answer for a key, as it came; it becomes a `StoredResponse` when somebody asks.
    """

    __slots__ = ("_stored", "request", "response", "response_time")

    def __init__(self, request: HTTPRequest, response: HTTPResponse, response_time: float) -> None:
        self.request: HTTPRequest = request
        self.response: HTTPResponse = response
        self.response_time: float = response_time
        self._stored: StoredResponse | None = None

    def stored(self, rules: HTTPCacheRules) -> StoredResponse | None:
        """
        Return it as it is stored; None if it may not be.
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
        rules: What it may store, and for what it may use it.
    """

    __slots__ = ("_bytes", "_latest", "_rules")

    def __init__(self, rules: HTTPCacheRules) -> None:
        self._rules = rules
        self._latest: dict[Hashable, _Latest] = {}
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
        Return the response that is stored for a request, fresh or not, or that may be; None if there is none.
        """
        latest = self._latest.get(key)
        stored = None if latest is None else latest.stored(self._rules)
        return stored if stored is not None and matches(stored, request, self._rules.caching) else None

    def may_spare_a_request(self, key: Hashable) -> bool:
        """
        Whether what is stored under a key says anything by which it could be fresh, or confirmed.

        NB: it answers the usual question, whether there is anything at all, in no time.
        """
        latest = self._latest.get(key)
        return latest is not None and (
            latest.response.status in self._rules.caching.default_lifetimes
            or not latest.response.headers.names().isdisjoint(WORTH_A_LOOK)
        )

    def store(self, key: Hashable, request: HTTPRequest, response: HTTPResponse, response_time: float) -> Kept:
        """
        Put a response in place of what is stored under a key.
        """
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
        # NB: a HEAD may confirm a GET, which it does not become.
        asked = attrs.evolve(request, method=stored.request.method)
        if not self.may_store(asked, confirmed.response, response_time):
            # NB: the 304 may say so.
            self.forget(key)
            return confirmed
        if not is_made_for(confirmed, request):
            # NB: from now on it is one for these headers.
            latest = attrs.evolve(confirmed, request=attrs.evolve(stored.request, headers=request.headers))
        self._put(key, _Latest.of(latest))
        return confirmed

    def refuse(self, kept: Kept, outcome: RefusedResponse) -> None:
        """
        Take back what came in, since the page may not have it.
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

    def clear(self) -> None:
        """
        Forget everything.
        """
        self._latest.clear()
        self._bytes = 0

    def _put(self, key: Hashable, latest: _Latest) -> _Latest | None:
        before = self._latest.pop(key, None)
        if before is not None:
            self._bytes -= len(before.response.body)
        self._latest[key] = latest
        self._bytes += len(latest.response.body)
        while len(self._latest) > MAX_KEYS or self._bytes > MAX_BYTES:
            self.forget(next(iter(self._latest)))
        return before


ANSWERS: Final[frozenset[Use]] = frozenset({Use.FRESH, Use.STALE_WHILE_REVALIDATE})
"""Where what is stored is the answer."""


class Lookup(NamedTuple):
    """
    What the HTTP cache has for a request.

    Attributes:
        key: Under what the response belongs; None for a request that has nothing to do with the cache.
        stores: Whether the answer is stored.
        is_asked: Whether the cache was asked.
        stored: What is there; None for nothing, or nothing that may be used.
        use: What it is good for; None for nothing.
        validation_headers: What asks the server whether it still holds; none if that is not, or cannot be, asked.
    """

    key: Hashable | None
    stores: bool
    is_asked: bool = False
    stored: StoredResponse | None = None
    use: Use | None = None
    validation_headers: tuple[tuple[bytes, bytes], ...] = ()


def look_up(
    params: FetchParams,
    request: Request,
    http_request: HTTPRequest,
    include_credentials: bool,
    cache_mode: CacheMode,
) -> Lookup:
    """
    Ask the HTTP cache (HTTP-network-or-cache fetch, steps 8.24 to 8.26).

    Args:
        params: The fetch.
        request: What is asked for.
        http_request: As it would go out.
        include_credentials: Whether it goes with credentials.
        cache_mode: The request's, after step 8.16.
    """
    rules = params.user_agent.profile.http_cache
    cache = params.user_agent.http_cache
    method = request.method
    # 8.24.-8.25. Without a partition nothing is cached.
    key = rules.key(request, method, include_credentials)
    if key is None or cache_mode is CacheMode.NO_STORE:
        return Lookup(key, False)
    # NB: a page that asks under conditions of its own gets the answer itself, a 304 included.
    asks_itself = is_conditional(request.header_list)
    stores = method in rules.caching.methods and not asks_itself
    # 8.26. Select a response.
    if cache_mode is CacheMode.RELOAD or not (
        (method == b"GET" and len(request.url_list) == 1) or _is_asked(params, request)
    ):
        return Lookup(key, stores)
    takes_anything = cache_mode in TAKES_ANYTHING
    if asks_itself or not (takes_anything or cache.may_spare_a_request(key)):
        return Lookup(key, stores, True)
    stored = cache.select(key, http_request)
    if stored is None:
        return Lookup(key, stores, True)
    # PROFILE: Firefox asks again for somebody who identifies himself.
    if rules.validates_authorized and b"authorization" in (
        request.header_list.names() - stored.request.headers.names()
    ):
        use = Use.VALIDATE
    elif takes_anything:
        use = Use.FRESH
    elif cache_mode is CacheMode.NO_CACHE:
        use = Use.VALIDATE
    else:
        use = use_of(stored, http_request, http_request.time, rules.caching)
    if use is Use.RELOAD:
        return Lookup(key, stores, True)
    is_variant = not is_made_for(stored, http_request)
    if use is Use.FRESH and not is_variant:
        return Lookup(key, stores, True, stored, use)
    # PROFILE: of some statuses browsers do not ask whether they still hold.
    if rules.validated_statuses is not None and stored.response.status not in rules.validated_statuses:
        return Lookup(key, stores)
    asking = tuple(validation_headers(stored, by_tag_alone=is_variant))
    return Lookup(key, stores, True, stored, Use.VALIDATE if is_variant else use, asking)


def _is_asked(params: FetchParams, request: Request) -> bool:
    # PROFILE: browsers do not all ask it after redirects, or for HEAD.
    before = params.timeline[-1] if params.timeline else None
    cached_redirect = None
    if isinstance(before, CachedResponse) and before.kind is ExchangeKind.REDIRECT:
        cached_redirect = before.stored.response.status
    return params.user_agent.profile.http_cache.is_asked(request, cached_redirect)
