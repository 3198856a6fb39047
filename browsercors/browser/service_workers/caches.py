"""
The caches of an origin: what a service worker keeps of responses, and finds again.

https://w3c.github.io/ServiceWorker/#cache-interface
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from browsercors.browser.service_workers.cache_store import CachedItem, CacheStore, check_cacheable, why_not_cached
from browsercors.browser.service_workers.messages import ServiceWorkerRequest, ServiceWorkerResponse, take
from browsercors.initiators.header_guard import FetchTypeError
from browsercors.values.arguments import ArgumentTypeError, NamedOtherwise
from browsercors.values.responses import is_ok_status

if TYPE_CHECKING:
    from collections.abc import Awaitable, Iterable
    from typing import Unpack

    from browsercors.browser.service_workers.cache_store import CacheQueryOptions
    from browsercors.browser.service_workers.scope import WorkerScope

__all__ = ["AsyncCache", "AsyncCacheStorage", "Cache", "CacheStorage"]


class Cache(NamedOtherwise):
    """
    A cache, for handlers that are functions. Nothing in it expires by itself.

    Where a request is asked for, it is one, or a URL relative to the worker's script. The options of a query are
    `ignore_search`, `ignore_method` and `ignore_vary`: whether the query, the method or the headers that `Vary` names
    may differ.
    """

    _habits = "SERVICE_WORKER_HABITS"

    def __init__(self, store: CacheStore, scope: WorkerScope) -> None:
        self._store = store
        self._scope = scope

    def match(
        self, request: ServiceWorkerRequest | str, **options: Unpack[CacheQueryOptions]
    ) -> ServiceWorkerResponse | None:
        """
        Return the first response that fits; None if none does (https://w3c.github.io/ServiceWorker/#cache-match).
        """
        found = self.match_all(request, **options)
        return found[0] if found else None

    def match_all(
        self, request: ServiceWorkerRequest | str | None = None, **options: Unpack[CacheQueryOptions]
    ) -> list[ServiceWorkerResponse]:
        """
        Return all responses that fit, in order; without a request, all there are.

        https://w3c.github.io/ServiceWorker/#cache-matchall
        """
        if request is None:
            return [item.response.clone() for item in self._store.items]
        return [item.response.clone() for item in self._store.query(self._scope.request_of(request), options)]

    def put(self, request: ServiceWorkerRequest | str, response: ServiceWorkerResponse) -> None:
        """
        Keep a response. Its body is used then: put a `clone()` to respond with it as well.

        Raises:
            FetchTypeError: The request is no GET of http or https, the status is 206, `Vary` has a `*`, or the body was
                read before.
            TypeError: *response* is no response.

        https://w3c.github.io/ServiceWorker/#cache-put
        """
        kept = self._scope.request_of(request)
        check_cacheable(kept)
        if not isinstance(response, ServiceWorkerResponse):
            raise ArgumentTypeError(f"put() takes a ServiceWorkerResponse, not {response!r:.80}")
        refusal = self._why_not(response)
        if not refusal and response.body_used:
            refusal = "the body of the response was read before; put a clone() that is made beforehand"
        if refusal:
            raise FetchTypeError(f"put(): {refusal}")
        self._put([CachedItem(kept, take(response), self._scope.now)])

    def _why_not(self, response: ServiceWorkerResponse) -> str:
        # PROFILE: Firefox refuses `Vary: *` even where CORS hides it.
        rules = self._scope.user_agent.profile.initiators.service_workers
        return why_not_cached(response, sees_hidden_vary=rules.sees_hidden_vary)

    def _put(self, items: Iterable[CachedItem]) -> None:
        rules = self._scope.user_agent.profile.initiators.service_workers
        self._store.put(items, keeps_one_per_url=rules.keeps_one_response_per_url)

    def add(self, request: ServiceWorkerRequest | str) -> Awaitable[None] | None:
        """
        Fetch something and keep it, as `put` does; a status that is not 200 to 299 is refused as well.

        Returns:
            None; in an `AsyncBrowser`, what is awaited for it.

        Raises:
            FetchTypeError: As for `put`, or the status is not 200 to 299.
            FetchBlocked: The fetch failed; `CORSBlocked` if CORS decided.

        https://w3c.github.io/ServiceWorker/#cache-add
        """
        return self.add_all([request])

    def add_all(self, requests: Iterable[ServiceWorkerRequest | str]) -> Awaitable[None] | None:
        """
        Do what `add` does for several requests: all are kept, or none.

        https://w3c.github.io/ServiceWorker/#cache-addAll
        """
        if self._scope.is_async:
            return self.add_later(requests)
        wanted = self._wanted(requests)
        self._keep(wanted, [self._scope.fetch(request, {}) for request in wanted])
        return None

    async def add_later(self, requests: Iterable[ServiceWorkerRequest | str]) -> None:
        """
        Do what `add_all` does, and wait for it.
        """
        wanted = self._wanted(requests)
        self._keep(wanted, [await self._scope.fetch_later(request, {}) for request in wanted])

    def _wanted(self, requests: Iterable[ServiceWorkerRequest | str]) -> list[ServiceWorkerRequest]:
        if isinstance(requests, (str, ServiceWorkerRequest)):
            raise ArgumentTypeError(f"add_all() takes a list of requests or URLs, not {requests!r:.80}")
        wanted = [self._scope.request_of(request) for request in requests]
        for request in wanted:
            check_cacheable(request)
        return wanted

    def _keep(self, wanted: list[ServiceWorkerRequest], responses: list[ServiceWorkerResponse]) -> None:
        for response in responses:
            refusal = self._why_not(response)
            if not refusal and not is_ok_status(response.status):
                refusal = f"the status of the response is {response.status}, not 200 to 299"
            if refusal:
                raise FetchTypeError(f"add(): {refusal}")
        now = self._scope.now
        self._put(CachedItem(*each, now) for each in zip(wanted, responses, strict=True))

    def delete(self, request: ServiceWorkerRequest | str, **options: Unpack[CacheQueryOptions]) -> bool:
        """
        Remove all responses that fit, and return whether there were any.

        https://w3c.github.io/ServiceWorker/#cache-delete
        """
        return self._store.remove(self._scope.request_of(request), options)

    def keys(self) -> list[ServiceWorkerRequest]:
        """
        Return the requests of all that is kept, in order (https://w3c.github.io/ServiceWorker/#cache-keys).
        """
        return [item.request for item in self._store.items]

    def age(self, request: ServiceWorkerRequest | str) -> float | None:
        """
        Return for how many simulated seconds something has been kept; None if nothing fits. Browsers do not tell.
        """
        item = next(self._store.query(self._scope.request_of(request), {}), None)
        return None if item is None else self._scope.now - item.time

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {len(self._store.items)} responses>"


class AsyncCache(NamedOtherwise):
    """
    A cache, for handlers that are `async def`: the methods of `Cache`, to be awaited.
    """

    _habits = "SERVICE_WORKER_HABITS"

    def __init__(self, cache: Cache) -> None:
        self._cache = cache

    async def match(
        self, request: ServiceWorkerRequest | str, **options: Unpack[CacheQueryOptions]
    ) -> ServiceWorkerResponse | None:
        """
        Return the first response that fits; None if none does.
        """
        return self._cache.match(request, **options)

    async def match_all(
        self, request: ServiceWorkerRequest | str | None = None, **options: Unpack[CacheQueryOptions]
    ) -> list[ServiceWorkerResponse]:
        """
        Return all responses that fit, in order; without a request, all there are.
        """
        return self._cache.match_all(request, **options)

    async def put(self, request: ServiceWorkerRequest | str, response: ServiceWorkerResponse) -> None:
        """
        Keep a response; see `Cache.put`.
        """
        self._cache.put(request, response)

    async def add(self, request: ServiceWorkerRequest | str) -> None:
        """
        Fetch something and keep it; see `Cache.add`.
        """
        await self._cache.add_later([request])

    async def add_all(self, requests: Iterable[ServiceWorkerRequest | str]) -> None:
        """
        Fetch several things and keep all, or none.
        """
        await self._cache.add_later(requests)

    async def delete(self, request: ServiceWorkerRequest | str, **options: Unpack[CacheQueryOptions]) -> bool:
        """
        Remove all responses that fit, and return whether there were any.
        """
        return self._cache.delete(request, **options)

    async def keys(self) -> list[ServiceWorkerRequest]:
        """
        Return the requests of all that is kept, in order.
        """
        return self._cache.keys()

    async def age(self, request: ServiceWorkerRequest | str) -> float | None:
        """
        Return for how many simulated seconds something has been kept; see `Cache.age`.
        """
        return self._cache.age(request)

    def __repr__(self) -> str:
        return repr(self._cache).replace("<Cache", "<AsyncCache", 1)


class CacheStorage(NamedOtherwise):
    """
    The caches of an origin, by name, for handlers that are functions.
    """

    _habits = "SERVICE_WORKER_HABITS"

    def __init__(self, stores: dict[str, CacheStore], scope: WorkerScope) -> None:
        self._stores = stores
        self._scope = scope

    def open(self, name: str) -> Cache:
        """
        Return the cache called *name*, which is made if there is none.

        Raises:
            TypeError: *name* is no str.
        """
        if not isinstance(name, str):
            raise ArgumentTypeError(f"name has to be a str, such as 'v1', not {name!r:.80}")
        return Cache(self._stores.setdefault(name, CacheStore()), self._scope)

    def match(
        self, request: ServiceWorkerRequest | str, **options: Unpack[CacheQueryOptions]
    ) -> ServiceWorkerResponse | None:
        """
        Return the first response that fits, of all caches in the order in which they were made; None if none does.
        """
        for store in self._stores.values():
            found = Cache(store, self._scope).match(request, **options)
            if found is not None:
                return found
        return None

    def has(self, name: str) -> bool:
        """
        Whether there is a cache called *name*.
        """
        return name in self._stores

    def delete(self, name: str) -> bool:
        """
        Remove a cache, and return whether there was one.
        """
        return self._stores.pop(name, None) is not None

    def keys(self) -> list[str]:
        """
        Return the names of the caches, in the order in which they were made.
        """
        return list(self._stores)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.keys()}>"


class AsyncCacheStorage(NamedOtherwise):
    """
    The caches of an origin, by name, for handlers that are `async def`: the methods of `CacheStorage`, to be awaited.
    """

    _habits = "SERVICE_WORKER_HABITS"

    def __init__(self, storage: CacheStorage) -> None:
        self._storage = storage

    async def open(self, name: str) -> AsyncCache:
        """
        Return the cache called *name*, which is made if there is none.
        """
        return AsyncCache(self._storage.open(name))

    async def match(
        self, request: ServiceWorkerRequest | str, **options: Unpack[CacheQueryOptions]
    ) -> ServiceWorkerResponse | None:
        """
        Return the first response that fits, of all caches; None if none does.
        """
        return self._storage.match(request, **options)

    async def has(self, name: str) -> bool:
        """
        Whether there is a cache called *name*.
        """
        return self._storage.has(name)

    async def delete(self, name: str) -> bool:
        """
        Remove a cache, and return whether there was one.
        """
        return self._storage.delete(name)

    async def keys(self) -> list[str]:
        """
        Return the names of the caches, in the order in which they were made.
        """
        return self._storage.keys()

    def __repr__(self) -> str:
        return repr(self._storage).replace("<Cache", "<AsyncCache", 1)
