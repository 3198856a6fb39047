"""
The steps of service workers, run in browsercors: a handler that does what the rules of a scenario say.

What it does is what `worker.js` of the recorder does, and so is what it tells.
"""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from browsercors import FetchTypeError, ReadableStream, UnreadableResponse
from browsercors.browser.service_workers.cache_store import InvalidStateError
from browsercors.browser.service_workers.messages import ServiceWorkerRequest, ServiceWorkerResponse
from browsercors.values.arguments import ArgumentError
from tests.evidence.recorder import names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from browsercors import AsyncPage
    from browsercors.browser.service_workers.event import AsyncFetchEvent
    from browsercors.browser.service_workers.registration import AsyncServiceWorkerRegistration, ServiceWorkerScript
    from tests.evidence.recorder.service_workers import Register, Rule

ERRORS = {"TypeError": (FetchTypeError, UnreadableResponse, ArgumentError), "InvalidStateError": (InvalidStateError,)}
"""By which name JavaScript knows what is raised here."""


def error_name(error: Exception) -> str:
    """
    Return the name of an error in JavaScript.
    """
    return next(name for name, kinds in ERRORS.items() if isinstance(error, kinds))


class RulesWorker:
    """
    A worker that does what rules say: a handler, to be called.

    Attributes:
        rules: The rules of its script, once that has come.
        seen: What it and others saw; those who ask take it away.
    """

    def __init__(self, transport: str, seen: list[dict[str, Any]]) -> None:
        self.rules: tuple[Rule, ...] = ()
        self.seen = seen
        self._transport = transport

    async def __call__(self, event: AsyncFetchEvent) -> Any:
        path = urlsplit(event.request.url).path
        rule = next((each for each in self.rules if each.path == path), None)
        return None if rule is None else await self._handle(event, rule)

    def _fill(self, value: Any) -> Any:
        return json.loads(names.fill(json.dumps(value), self._transport, ""))

    async def _handle(self, event: AsyncFetchEvent, rule: Rule) -> Any:
        self.seen.append({"request": described(event)})
        response = self._made(rule)
        match rule.does:
            case "ignore" | "throw" | "late":
                # NB: a listener that throws before it responds lets the network respond, and so does one that is late.
                if rule.does == "late":
                    self.seen.append({"thrown": "InvalidStateError"})
                return None
            case "prevent":
                event.prevent_default()
                return None
            case "synthetic" | "slow":
                return response
            case "fetch":
                return await self._fetched(event, event.request, **(self._fill(rule.init) or {}))
            case "fetch-url":
                return await self._fetched(event, self._fill(rule.url), **(self._fill(rule.init) or {}))
            case "wrap":
                inner = await self._fetched(event, event.request)
                if inner.type == "opaque":
                    raise RuntimeError("RangeError: no response has the status 0")
                return ServiceWorkerResponse(
                    inner.read(), inner.status, status_text=inner.status_text, headers=inner.headers.lines
                )
            case "error":
                return ServiceWorkerResponse.error()
            case "redirect":
                return ServiceWorkerResponse.redirect(self._fill(rule.url), rule.status)
            case "reject":
                raise RuntimeError("boom")
            case "throw-after":
                event.respond_with(response)
                raise RuntimeError("boom")
            case "nothing":
                event.respond_with(None)
            case "text":
                return "text"
            case "twice":
                event.respond_with(response)
                try:
                    event.respond_with(ServiceWorkerResponse("second"))
                except InvalidStateError as error:
                    self.seen.append({"thrown": error_name(error)})
            case "hang":
                await asyncio.Event().wait()
            case "used":
                response.read()
                return response
            case "broken":
                return ServiceWorkerResponse(ReadableStream(breaking_off()))
            case "cache":
                return await self._cached(event, rule)
            case "cache-first":
                return await self._cache_first(event, rule)
            case _:
                raise LookupError(rule.does)
        return None

    def _made(self, rule: Rule) -> ServiceWorkerResponse:
        body: Any = rule.body.encode("latin-1") if rule.binary and rule.body is not None else rule.body
        return ServiceWorkerResponse(body, rule.status if rule.does != "redirect" else 200, headers=rule.headers)

    async def _fetched(self, event: AsyncFetchEvent, resource: Any, **init: Any) -> ServiceWorkerResponse:
        options = {{"referrerPolicy": "referrer_policy"}.get(name, name): value for name, value in init.items()}
        try:
            response = await event.fetch(resource, **options)
        except Exception as error:
            self.seen.append({"fetched": error_name(error)})
            raise
        self.seen.append({"fetched": [response.type, response.status, response.url, response.redirected]})
        return response

    async def _cache_first(self, event: AsyncFetchEvent, rule: Rule) -> ServiceWorkerResponse:
        cache = await event.caches.open("first")
        found = await cache.match(event.request.url)
        if found is not None:
            return found
        response = await self._fetched(event, event.request, **(rule.init or {}))
        await cache.put(event.request.url, response.clone())
        return response

    async def _cached(self, event: AsyncFetchEvent, rule: Rule) -> ServiceWorkerResponse:
        cache = await event.caches.open("one")
        results: list[Any] = []
        for method, *given in self._fill(rule.operations):
            try:
                results.append(await self._operate(event, cache, method, given))
            except (FetchTypeError, UnreadableResponse, InvalidStateError) as error:
                results.append(error_name(error))
        text = json.dumps(results, separators=(",", ":"), ensure_ascii=False)
        return ServiceWorkerResponse(text.encode(), headers={"Content-Type": "application/json"})

    async def _operate(self, event: AsyncFetchEvent, cache: Any, method: str, given: list[Any]) -> Any:
        def request_of(said: Any) -> ServiceWorkerRequest:
            if isinstance(said, str):
                return event.new_request(said)
            rest = dict(said)
            return event.new_request(rest.pop("url"), **rest)

        options = {
            {"ignoreSearch": "ignore_search", "ignoreMethod": "ignore_method", "ignoreVary": "ignore_vary"}[name]: value
            for name, value in (given[1] if len(given) > 1 and method != "put" else {}).items()
        }
        if method == "put":
            request, response = given
            made = ServiceWorkerResponse(
                response.get("body", ""), response.get("status", 200), headers=response.get("headers")
            )
            return await cache.put(request_of(request), made) is None
        if method == "put-fetched":
            return await cache.put(request_of(given[0]), await event.fetch(request_of(given[0]))) is None
        if method == "put-event":
            return await cache.put(event.request, ServiceWorkerResponse("x")) is None
        if method == "add":
            return await cache.add(request_of(given[0])) is None
        if method == "addAll":
            return await cache.add_all([request_of(each) for each in given[0]]) is None
        if method == "match":
            return shown(await cache.match(request_of(given[0]), **options))
        if method == "matchAll":
            found = await (cache.match_all(request_of(given[0]), **options) if given else cache.match_all())
            return [shown(each) for each in found]
        if method == "delete":
            return await cache.delete(request_of(given[0]), **options)
        assert method == "keys", method
        return [[request.method, request.url] for request in await cache.keys()]


def breaking_off() -> Iterator[bytes]:
    """
    Yield the beginning of a body, and break off.
    """
    yield b"begun"
    raise RuntimeError("broken")


def described(event: AsyncFetchEvent) -> dict[str, Any]:
    """
    Return what a worker tells of a request.
    """
    request = event.request
    told: dict[str, Any] = {
        "method": request.method,
        "url": request.url,
        "mode": request.mode,
        "credentials": request.credentials,
        "destination": request.destination,
        "redirect": request.redirect,
        "cache": request.cache,
        "referrer": request.referrer,
        "integrity": request.integrity,
        "keepalive": request.keepalive,
        "referrerPolicy": request.referrer_policy,
        "headers": [list(line) for line in request.headers.lines],
        "client": event.client_id != "",
    }
    if request.method not in ("GET", "HEAD"):
        told["body"] = request.clone().text()
    return told


def shown(response: ServiceWorkerResponse | None) -> Any:
    """
    Return what a worker tells of a response out of a cache.
    """
    if response is None:
        return None
    headers = [list(line) for line in response.headers.lines]
    return [response.type, response.status, response.url, headers, response.text()]


class Registrar:
    """
    Runs the steps of a scenario that register workers.

    Attributes:
        seen: What the workers saw since they were asked last.
    """

    def __init__(self, page: AsyncPage, transport: str, server: Any) -> None:
        self.seen: list[dict[str, Any]] = []
        self._page = page
        self._transport = transport
        self._server = server
        self._registrations: list[AsyncServiceWorkerRegistration] = []

    async def run(self, step: Register) -> tuple[dict[str, Any], ServiceWorkerScript | None]:
        """
        Run a step, and return what the page observes, and the result.
        """
        worker = RulesWorker(self._transport, self.seen)
        if step.action == "unregister":
            return {"outcome": "unregistered", "result": self._registrations[-1].unregister()}, None
        if step.action == "update":
            update = await self._registrations[-1].update(worker)
            worker.rules = self._server.rules
            return ({"outcome": "updated"} if update.loaded else refused(update.exception)), update
        options: dict[str, Any] = {}
        if step.scope is not None:
            options["scope"] = names.fill(step.scope, self._transport, "")
        if step.update_via_cache is not None:
            options["update_via_cache"] = step.update_via_cache
        url = names.fill(step.url, self._transport, "")
        try:
            registration = await self._page.service_worker(url, worker, timeout=1.0, **options)
        except FetchTypeError:
            return refused("TypeError"), None
        worker.rules = self._server.rules
        if not registration.loaded:
            return refused(registration.exception), registration
        self._registrations.append(registration)
        controlled = any(each.controls(self._page) for each in self._registrations)
        return {"outcome": "registered", "scope": registration.scope, "controlled": controlled}, registration

    def taken(self) -> list[dict[str, Any]]:
        """
        Return what the workers saw, and forget it.
        """
        seen = [*self.seen]
        self.seen.clear()
        return seen


def refused(error: str) -> dict[str, Any]:
    """
    Return what a page observes of a registration that failed.
    """
    return {"outcome": "refused", "error": error}
