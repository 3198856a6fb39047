"""
A service worker whose script is played by a Python function: how it is called, and what it may call.

https://w3c.github.io/ServiceWorker/#service-worker-concept
"""

from __future__ import annotations

import inspect
import traceback
from typing import TYPE_CHECKING, Any, NamedTuple

import attrs

from browsercors.browser.result import UnreadableResponse
from browsercors.browser.service_workers.event import AsyncFetchEvent, EventState, FetchEvent
from browsercors.browser.service_workers.limits import run_limited, run_limited_later
from browsercors.browser.service_workers.messages import (
    ServiceWorkerRequest,
    ServiceWorkerResponse,
    handed_over,
    headers_seen,
)
from browsercors.browser.service_workers.scope import WorkerScope
from browsercors.fetch.failure import failed_fetch_of
from browsercors.fetch.service_workers.calls import WorkerAnswer, WorkerCause, WorkerFailure
from browsercors.http_cache.validation import is_conditional
from browsercors.servers.time_limits import Hangs
from browsercors.values.arguments import ArgumentError
from browsercors.values.requests import CacheMode

if TYPE_CHECKING:
    from collections.abc import Callable

    from browsercors.browser.service_workers.cache_store import CacheStore
    from browsercors.browser.service_workers.scope import WorkerHost
    from browsercors.fetch.params import UserAgent
    from browsercors.fetch.service_workers.calls import ControlledFetch
    from browsercors.values.requests import Environment

__all__ = ["HandlerWorker"]


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

    def answer(self, fetch: ControlledFetch) -> WorkerAnswer:
        """
        Let the handler handle a fetch of a page in a sync browser.
        """
        call = self._begin(fetch)
        try:
            value = run_limited(self._timeout, self.handler, call.event)
            value = run_limited(self._timeout, _itself, call.answer(value))
            return self._said(call, value)
        except (Hangs, Exception) as error:  # noqa: BLE001 - whatever a handler raises
            return self._failed(call, error)

    async def answer_later(self, fetch: ControlledFetch) -> WorkerAnswer:
        """
        Let the handler handle a fetch of a page in an async browser.
        """
        call = self._begin(fetch)
        try:
            value = await run_limited_later(self._timeout, self.handler, call.event)
            value = await run_limited_later(self._timeout, _itself, call.answer(value))
            return self._said(call, value)
        except (Hangs, Exception) as error:  # noqa: BLE001 - whatever a handler raises
            return self._failed(call, error)

    def _begin(self, fetch: ControlledFetch) -> _Call:
        user_agent: UserAgent = fetch.user_agent
        request = fetch.request
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
