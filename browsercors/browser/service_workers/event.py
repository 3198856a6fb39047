"""
The event by which a service worker hears of a request: `FetchEvent`.

https://w3c.github.io/ServiceWorker/#fetchevent-interface
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from browsercors.browser.service_workers.cache_store import InvalidStateError
from browsercors.browser.service_workers.caches import AsyncCacheStorage, CacheStorage
from browsercors.browser.service_workers.messages import ServiceWorkerRequest
from browsercors.browser.service_workers.own_fetches import prepare_own_fetch
from browsercors.values.arguments import NamedOtherwise

if TYPE_CHECKING:
    from typing import Unpack

    from browsercors.browser.service_workers.messages import ServiceWorkerResponse
    from browsercors.browser.service_workers.own_fetches import OwnFetchInit
    from browsercors.browser.service_workers.scope import WorkerScope

__all__ = ["AsyncFetchEvent", "EventState", "FetchEvent"]


class EventState:
    """
    How far the handling of an event has come.

    Attributes:
        answer: What was responded with.
        has_responded: Whether `respond_with` was called.
        is_over: Whether the handler has ended.
        is_prevented: Whether `prevent_default` was called.
    """

    def __init__(self) -> None:
        self.answer: Any = None
        self.has_responded: bool = False
        self.is_over: bool = False
        self.is_prevented: bool = False


class _Event(NamedOtherwise):
    """
    What events have in common, whether the handler is async or not.

    Attributes:
        request: The request.
        client_id: What names the page that asks; the same for all its requests.
    """

    _habits = "SERVICE_WORKER_HABITS"

    def __init__(self, request: ServiceWorkerRequest, client_id: str, scope: WorkerScope, state: EventState) -> None:
        self.request: ServiceWorkerRequest = request
        self.client_id: str = client_id
        self._scope = scope
        self._state = state

    def new_request(self, url: str, **init: Unpack[OwnFetchInit]) -> ServiceWorkerRequest:
        """
        Make a request, as `new Request(url, init)` does: for `fetch`, or to look for it in a cache.

        Args:
            url: Absolute, or relative to the worker's script.
            init: The options of `page.fetch()`.

        Raises:
            FetchTypeError: What `new Request()` would throw for these arguments.
        """
        request = prepare_own_fetch(self._scope.begin, url, init).request
        return ServiceWorkerRequest(request, request.header_list)

    def respond_with(self, response: Any) -> None:
        """
        Respond with *response*. Returning it from the handler does the same.

        Args:
            response: A `ServiceWorkerResponse`, or what is awaited for one.

        Raises:
            InvalidStateError: The handler has responded before, or has ended.
        """
        if self._state.is_over:
            raise InvalidStateError("respond_with() comes too late: the handler has ended")
        if self._state.has_responded:
            raise InvalidStateError("respond_with() was called before; the first response counts")
        self._state.has_responded = True
        self._state.answer = response

    def prevent_default(self) -> None:
        """
        Keep the request from the network: without a response it fails.
        """
        self._state.is_prevented = True

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.request.method} {self.request.url}>"


class FetchEvent(_Event):
    """
    A request that a service worker may respond to; its handler is a function.

    In a `Browser` what `fetch` returns is the response. In an `AsyncBrowser` it is awaited, which a handler that is no
    `async def` cannot do; it may return it.
    """

    def fetch(self, resource: ServiceWorkerRequest | str, **init: Unpack[OwnFetchInit]) -> Any:
        """
        Fetch as the worker does: from its own origin, under its own policies.

        Args:
            resource: The request of the event, or a URL, relative to the worker's script.
            init: The options of `page.fetch()`: method, headers, body, json, mode, credentials, cache, redirect, and
                so on. Without any, a request is repeated as it is.

        Returns:
            The response; in an `AsyncBrowser`, what is awaited for it.

        Raises:
            FetchTypeError: What `fetch()` would throw for these arguments.
            FetchBlocked: The fetch failed; in JavaScript the promise is rejected. `CORSBlocked` if CORS decided.
        """
        return self._scope.fetch(resource, init)

    @property
    def caches(self) -> CacheStorage:
        """
        The caches of the worker's origin.
        """
        return CacheStorage(self._scope.stores, self._scope)


class AsyncFetchEvent(_Event):
    """
    A request that a service worker may respond to; its handler is an `async def`.
    """

    async def fetch(self, resource: ServiceWorkerRequest | str, **init: Unpack[OwnFetchInit]) -> ServiceWorkerResponse:
        """
        Fetch as the worker does; see `FetchEvent.fetch`.
        """
        response: ServiceWorkerResponse = await self._scope.fetch_later(resource, init)
        return response

    @property
    def caches(self) -> AsyncCacheStorage:
        """
        The caches of the worker's origin.
        """
        return AsyncCacheStorage(CacheStorage(self._scope.stores, self._scope))
