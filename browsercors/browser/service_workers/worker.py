"""
A service worker whose script is played by a Python function: how it is called, and what it may call.

https://w3c.github.io/ServiceWorker/#service-worker-concept
"""

from __future__ import annotations

import inspect
import traceback
from typing import TYPE_CHECKING, Any, NamedTuple

import attrs

from browsercors.browser.result import CORSBlocked, FetchBlocked, UnreadableResponse
from browsercors.browser.service_workers.caches import AsyncCacheStorage, CacheStorage
from browsercors.browser.service_workers.event import AsyncFetchEvent, EventState, FetchEvent, prepare_own_fetch
from browsercors.browser.service_workers.limits import run_limited, run_limited_later
from browsercors.browser.service_workers.messages import (
    ServiceWorkerRequest,
    ServiceWorkerResponse,
    handed_over,
    headers_seen,
    response_of,
)
from browsercors.fetch.effects import Reply
from browsercors.fetch.failure import failed_fetch_of
from browsercors.fetch.service_workers.calls import WorkerAnswer, WorkerCause, WorkerFailure
from browsercors.http_cache.validation import is_conditional
from browsercors.initiators.begin import prepare
from browsercors.initiators.page_call import PageCall
from browsercors.servers.time_limits import Hangs
from browsercors.values.arguments import ArgumentError
from browsercors.values.requests import CacheMode

if TYPE_CHECKING:
    from collections.abc import Callable

    from browsercors.browser.clock import Clock
    from browsercors.browser.result import FetchResult
    from browsercors.browser.service_workers.cache_store import CacheStore
    from browsercors.fetch.effects import CallServiceWorker
    from browsercors.fetch.params import UserAgent
    from browsercors.initiators.page_call import PageFetchParams
    from browsercors.values.requests import Environment, Request

__all__ = ["HandlerWorker", "WorkerHost", "WorkerScope"]


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
        fetches: The worker's own fetches so far, in order.
        is_async: Whether fetches are awaited.
    """

    def __init__(self, host: WorkerHost, environment: Environment, stores: dict[str, CacheStore]) -> None:
        self.fetches: list[FetchResult] = []
        self.is_async: bool = host.is_async
        self._host = host
        self._environment = environment
        self._stores = stores

    @property
    def now(self) -> float:
        """
        What time it is, in simulated seconds.
        """
        return self._host.clock.now

    @property
    def caches(self) -> CacheStorage:
        """
        The caches, for handlers that are functions.
        """
        return CacheStorage(self._stores, self)

    @property
    def async_caches(self) -> AsyncCacheStorage:
        """
        The caches, for handlers that are async.
        """
        return AsyncCacheStorage(self.caches)

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

    def fetch(self, resource: ServiceWorkerRequest | str, init: dict[str, Any]) -> Any:
        """
        Fetch, and return the response; in an async browser, what is awaited for it.
        """
        if self.is_async:
            return self.fetch_later(resource, init)
        return self._response_of(self._host.run(prepare_own_fetch(self, resource, init)))

    async def fetch_later(self, resource: ServiceWorkerRequest | str, init: dict[str, Any]) -> ServiceWorkerResponse:
        """
        Fetch, and return the response, in either kind of browser.
        """
        running = self._host.run(prepare_own_fetch(self, resource, init))
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


class HandlerWorker:
    """
    A service worker that a Python function plays.

    Attributes:
        handler: The function.
        script_url: The URL of the script that it plays.
        scope: The scope of its registration.
        stores: The caches of its origin, by name.
    """

    def __init__(
        self,
        host: WorkerHost,
        environment: Environment,
        scope: str,
        handler: Callable[[Any], Any],
        stores: dict[str, CacheStore],
        *,
        timeout: float | None,
        raises: bool,
    ) -> None:
        self.handler = handler
        self.script_url: str = environment.url.href
        self.scope: str = scope
        self.stores = stores
        self._host = host
        self._environment = environment
        self._timeout = timeout
        self._raises = raises

    def new_scope(self) -> WorkerScope:
        """
        Return what a handler has while it handles one event.
        """
        return WorkerScope(self._host, self._environment, self.stores)

    def answer(self, effect: CallServiceWorker) -> Reply:
        """
        Let the handler handle a fetch of a page in a sync browser.
        """
        call = self._begin(effect)
        try:
            value = run_limited(self._timeout, self.handler, call.event)
            value = run_limited(self._timeout, _itself, call.answer(value))
            said = self._said(call, value)
        except (Hangs, Exception) as error:  # noqa: BLE001 - whatever a handler raises
            said = self._failed(call, error)
        return Reply(said, self._host.clock.now)

    async def answer_later(self, effect: CallServiceWorker) -> Reply:
        """
        Let the handler handle a fetch of a page in an async browser.
        """
        call = self._begin(effect)
        try:
            value = await run_limited_later(self._timeout, self.handler, call.event)
            value = await run_limited_later(self._timeout, _itself, call.answer(value))
            said = self._said(call, value)
        except (Hangs, Exception) as error:  # noqa: BLE001 - whatever a handler raises
            said = self._failed(call, error)
        return Reply(said, self._host.clock.now)

    def _begin(self, effect: CallServiceWorker) -> _Call:
        user_agent, request = effect.params.user_agent, effect.params.request
        profile, registrations = user_agent.profile, user_agent.service_workers
        assert registrations is not None, "a worker is registered"
        rules = profile.initiators.service_workers
        seen = rules.headers_seen(request, profile.wire)
        # NB: a copy, since the page's own may be fetched after all.
        copy = attrs.evolve(request, url_list=[*request.url_list], header_list=request.header_list.copy())
        # PROFILE: in WebKit the cache mode that HTTP-network-or-cache fetch would set (step 8.16) is seen already.
        is_default = copy.cache_mode is CacheMode.DEFAULT
        if rules.shows_conditional_as_no_store and is_default and is_conditional(copy.header_list):
            copy.cache_mode = CacheMode.NO_STORE
        # PROFILE: Firefox shows a referrer policy as it takes it.
        rules.change_seen(copy, user_agent.sites)
        scope, state = self.new_scope(), EventState()
        kind = AsyncFetchEvent if _is_async(self.handler) else FetchEvent
        event = kind(
            ServiceWorkerRequest(copy, seen, is_of_page=True),
            registrations.client_id(request.client),
            scope,
            state,
        )
        return _Call(event, state, scope)

    def _said(self, call: _Call, value: Any) -> WorkerAnswer:
        """
        Return what came of a handler that has ended.
        """
        call.state.is_over = True
        failure, detail, response = None, "", None
        if isinstance(value, ServiceWorkerResponse):
            if value.type == "error":
                failure, detail = WorkerFailure.ERROR_RESPONSE, "it responded with ServiceWorkerResponse.error()"
            elif value.body_used:
                failure = WorkerFailure.BODY_USED
                detail = "it responded with a response whose body was read before; clone() makes one to read"
            else:
                response = handed_over(value, self._environment.base_url)
        elif value is not None or call.state.has_responded:
            failure = WorkerFailure.NO_RESPONSE
            detail = f"it responded with {value!r:.80}, which is no ServiceWorkerResponse"
        elif call.state.is_prevented:
            failure, detail = WorkerFailure.PREVENTED, "it called prevent_default() and did not respond"
        return WorkerAnswer(response, headers_seen(call.event.request), failure, detail, tuple(call.scope.fetches))

    def _failed(self, call: _Call, error: BaseException) -> WorkerAnswer:
        """
        Return what came of a handler that raised, or did not end in time.

        Raises:
            ArgumentError: The handler has called something of this package wrongly.
        """
        call.state.is_over = True
        if isinstance(error, ArgumentError) or (self._raises and not isinstance(error, (Hangs, UnreadableResponse))):
            raise error
        seen, fetches = headers_seen(call.event.request), tuple(call.scope.fetches)
        # NB: what it had responded with by then stands.
        if call.state.has_responded and isinstance(call.state.answer, ServiceWorkerResponse):
            return self._said(call, call.state.answer)
        if isinstance(error, Hangs):
            detail = f"it did not respond within {self._timeout:g} seconds"
            return WorkerAnswer(None, seen, WorkerFailure.HANGS, detail, fetches)
        if isinstance(error, UnreadableResponse):
            first = str(error).partition("\n")[0].removesuffix(".")
            return WorkerAnswer(None, seen, WorkerFailure.FETCH_FAILED, first, fetches, cause=_cause_of(error.result))
        detail = f"its handler raised {type(error).__name__}: {error}"
        formatted = "".join(traceback.format_exception(error))
        return WorkerAnswer(None, seen, WorkerFailure.RAISED, detail, fetches, formatted)

    def __repr__(self) -> str:
        return f"<service worker {self.script_url} for {self.scope}>"


class _Call(NamedTuple):
    """
    The handling of one event.
    """

    event: FetchEvent | AsyncFetchEvent
    state: EventState
    scope: WorkerScope

    def answer(self, value: Any) -> Any:
        """
        Return what the handler responds with: what it gave to `respond_with`, else *value*, which it returned.
        """
        return self.state.answer if self.state.has_responded else value


def _cause_of(result: Any) -> WorkerCause | None:
    """
    Return why a fetch failed.
    """
    block = result.block
    return None if block is None else WorkerCause(block.finding, failed_fetch_of(result._params))  # noqa: SLF001


def _itself(value: Any) -> Any:
    return value


def _is_async(handler: Callable[..., Any]) -> bool:
    call = getattr(handler, "__call__", None)  # noqa: B004 - whether it is async, not whether it is callable
    return inspect.iscoroutinefunction(handler) or inspect.iscoroutinefunction(call)
