"""
The event by which a service worker hears of a request: `FetchEvent`.

https://w3c.github.io/ServiceWorker/#fetchevent-interface
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from browsercors.browser.page import FETCH_OPTIONS, json_body, unknown_option_of
from browsercors.browser.service_workers.cache_store import InvalidStateError
from browsercors.browser.service_workers.messages import (
    ServiceWorkerRequest,
    ServiceWorkerResponse,
    is_of_page,
    request_behind,
)
from browsercors.initiators.header_guard import FetchTypeError
from browsercors.initiators.page_call import PageCall
from browsercors.values.arguments import ArgumentTypeError, NamedOtherwise

if TYPE_CHECKING:
    from browsercors.browser.service_workers.caches import AsyncCacheStorage, CacheStorage
    from browsercors.browser.service_workers.worker import WorkerScope
    from browsercors.initiators.page_call import PageFetchParams

__all__ = ["AsyncFetchEvent", "EventState", "FetchEvent", "prepare_own_fetch"]


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

    def new_request(self, url: str, **init: Any) -> ServiceWorkerRequest:
        """
        Make a request, as `new Request(url, init)` does: for `fetch`, or to look for it in a cache.

        Args:
            url: Absolute, or relative to the worker's script.
            init: The options of `page.fetch()`.

        Raises:
            FetchTypeError: What `new Request()` would throw for these arguments.
        """
        request = prepare_own_fetch(self._scope, url, init).request
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

    def fetch(self, resource: ServiceWorkerRequest | str, **init: Any) -> Any:
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
        return self._scope.caches


class AsyncFetchEvent(_Event):
    """
    A request that a service worker may respond to; its handler is an `async def`.
    """

    async def fetch(self, resource: ServiceWorkerRequest | str, **init: Any) -> ServiceWorkerResponse:
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
        return self._scope.async_caches


def prepare_own_fetch(
    scope: WorkerScope, resource: ServiceWorkerRequest | str, init: dict[str, Any]
) -> PageFetchParams:
    """
    Begin a fetch of a worker's own.

    Raises:
        FetchTypeError: What `fetch()` would throw for these arguments.
        TypeError: An option does not exist, or body and json are both given.

    https://fetch.spec.whatwg.org/#dom-request
    """
    known = {*FETCH_OPTIONS, "method", "headers", "body", "json"}
    if not init.keys() <= known:
        raise unknown_option_of("fetch", init.keys() - known, FETCH_OPTIONS)
    options = dict(init)
    if options.get("json") is not None:
        options["body"] = json_body(options.get("body"), options.pop("json"))
    if isinstance(resource, str):
        return scope.begin(_call(resource, options))
    if not isinstance(resource, ServiceWorkerRequest):
        raise ArgumentTypeError(f"fetch() takes event.request or a URL, not {resource!r:.80}")
    return _prepare_again(scope, resource, options)


def _prepare_again(scope: WorkerScope, resource: ServiceWorkerRequest, init: dict[str, Any]) -> PageFetchParams:
    """
    Begin a fetch of a request that was seen, with changes if *init* has any.
    """
    seen = request_behind(resource)
    # 37. Its body can be sent once.
    if seen.body is not None and "body" not in init:
        if resource.body_used:
            raise FetchTypeError("the body of the request was read before; fetch a clone() that is made beforehand")
        resource.body_used = True
    options: dict[str, Any] = {
        "method": seen.method.decode("ascii"),
        "mode": seen.mode.value,
        "credentials": seen.credentials_mode.value,
        "cache": seen.cache_mode.value,
        "redirect": seen.redirect_mode.value,
        "integrity": seen.integrity_metadata,
        "keepalive": seen.keepalive,
    }
    if init:
        # 13. NB: with any change, referrer and referrer policy are the worker's.
        options["headers"] = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in seen.header_list]
        if seen.body is not None:
            options["body"] = seen.body
        return scope.begin(_call(seen.current_url.href, {**options, **init}))
    options["referrer_policy"] = seen.referrer_policy
    params = scope.begin(_call(seen.current_url.href, options), seen if is_of_page(resource) else None)
    request = params.request
    request.header_list = seen.header_list.copy()
    request.body = seen.body
    request.referrer = seen.referrer
    # PROFILE: Chromium repeats what the standard does not copy: the preflight of upload listeners, the origin of loads.
    rules = params.user_agent.profile.initiators.service_workers
    if rules.repeats_upload_preflight:
        request.use_cors_preflight = seen.use_cors_preflight
    if rules.shows_origin_to_own(seen):
        request.header_list.append(b"Origin", seen.byte_serialized_origin())
    return params


def _call(url: str, options: dict[str, Any]) -> PageCall:
    rest = {name: value for name, value in options.items() if name not in {"method", "headers", "body"}}
    return PageCall("fetch", url, options.get("method", "GET"), options.get("headers"), options.get("body"), rest)
