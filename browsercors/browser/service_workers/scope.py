"""
What a service worker has while it handles an event: its own fetches, and the caches of its origin.

https://w3c.github.io/ServiceWorker/#serviceworkerglobalscope-interface
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import attrs

from browsercors.browser.result import CORSBlocked, FetchBlocked
from browsercors.browser.service_workers.messages import ServiceWorkerRequest, ServiceWorkerResponse, response_of
from browsercors.browser.service_workers.own_fetches import prepare_own_fetch
from browsercors.initiators.begin import prepare
from browsercors.initiators.page_call import PageCall

if TYPE_CHECKING:
    from collections.abc import Callable

    from browsercors.browser.clock import Clock
    from browsercors.browser.result import FetchResult
    from browsercors.browser.service_workers.cache_store import CacheStore
    from browsercors.browser.service_workers.own_fetches import OwnFetchInit
    from browsercors.fetch.params import UserAgent
    from browsercors.initiators.page_call import PageFetchParams
    from browsercors.values.requests import Environment, Request

__all__ = ["WorkerHost", "WorkerScope"]


class WorkerHost(NamedTuple):
    """
    The browser, as far as a worker needs it.

    Attributes:
        user_agent: What it remembers.
        clock: Its clock.
        run: Runs a fetch and returns its result; for an async browser, what is awaited for it.
        is_async: Whether it is an async browser.
    """

    user_agent: UserAgent
    clock: Clock
    run: Callable[[PageFetchParams], Any]
    is_async: bool


class WorkerScope:
    """
    What a handler has while it handles one event: the worker's own fetches, and the caches of its origin.

    Attributes:
        stores: The caches of its origin, by name.
        fetches: The worker's own fetches so far, in order.
        is_async: Whether fetches are awaited.
    """

    def __init__(self, host: WorkerHost, environment: Environment, stores: dict[str, CacheStore]) -> None:
        self.stores = stores
        self.fetches: list[FetchResult] = []
        self.is_async: bool = host.is_async
        self._host = host
        self._environment = environment

    @property
    def now(self) -> float:
        """
        What time it is, in simulated seconds.
        """
        return self._host.clock.now

    @property
    def user_agent(self) -> UserAgent:
        """
        The browser as workers have it.
        """
        return self._user_agent(None)

    def _user_agent(self, repeated: Request | None) -> UserAgent:
        """
        Return the browser as workers have it: what it remembers is the same, and what it sends need not be.
        """
        before = self._host.user_agent
        profile = before.profile
        # PROFILE: Chromium's workers send no client hints of their own, Firefox' no Sec-Fetch-Storage-Access.
        wire = profile.initiators.service_workers.wire_of_worker(profile.wire, repeated)
        if wire is profile.wire:
            return before
        # NB: what both remember has to be one and the same, and these are made when the first of it is known.
        if before.hsts is None:
            from browsercors.protections.hsts import HSTSStore

            before.hsts = HSTSStore()
        if before.authentication is None:
            from browsercors.fetch.authentication.entries import AuthenticationStore

            before.authentication = AuthenticationStore()
        return attrs.evolve(before, profile=profile.evolve(wire=wire))

    def begin(self, call: PageCall, repeated: Request | None = None) -> PageFetchParams:
        """
        Begin a fetch of the worker's own. No service worker is asked about it.

        Args:
            call: What is fetched.
            repeated: The request of a page that is fetched again, as the page's own would be; None if it is none.
        """
        return prepare(call, self._environment, self._user_agent(repeated), self.now)

    def fetch(self, resource: ServiceWorkerRequest | str, init: OwnFetchInit) -> Any:
        """
        Fetch, and return the response; in an async browser, what is awaited for it.
        """
        if self.is_async:
            return self.fetch_later(resource, init)
        return self._response_of(self._host.run(prepare_own_fetch(self.begin, resource, init)))

    async def fetch_later(self, resource: ServiceWorkerRequest | str, init: OwnFetchInit) -> ServiceWorkerResponse:
        """
        Fetch, and return the response, in either kind of browser.
        """
        running = self._host.run(prepare_own_fetch(self.begin, resource, init))
        return self._response_of(await running if self.is_async else running)

    def request_of(self, resource: ServiceWorkerRequest | str) -> ServiceWorkerRequest:
        """
        Return the request that a cache is asked for.

        Raises:
            FetchTypeError: It is a text that is no URL, or neither a text nor a request.
        """
        if isinstance(resource, ServiceWorkerRequest):
            return resource
        request = self.begin(PageCall("fetch", resource, "GET", None, None, {})).request
        return ServiceWorkerRequest(request, request.header_list)

    def _response_of(self, result: FetchResult) -> ServiceWorkerResponse:
        self.fetches.append(result)
        if result.type == "error":
            assert result.block is not None, "an error has a cause"
            raise (CORSBlocked if result.block.is_cors else FetchBlocked)(result)
        return response_of(result._response)  # noqa: SLF001 - of the same package
