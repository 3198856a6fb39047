"""
A shared cache in front of a server, such as a CDN or a reverse proxy.

It can break a correct policy: a response made for one origin, or for a request without `Origin`, may be given to
another origin. `browsercors.http_cache.storing` decides what is stored and reused. This module decides which request
gets what. The cache has no clock of its own; it uses the time that requests carry.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Hashable, Iterable
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Self, TypeAlias

import attrs

from browsercors.fetch.effects import drive, drive_async
from browsercors.http_cache.reusing import Use, requested, use_of, vary_names
from browsercors.http_cache.shared_store import HTTPCache
from browsercors.http_cache.validation import CONDITIONS, is_not_modified, not_modified_response, validation_headers
from browsercors.servers.mounts import make_server
from browsercors.servers.shared_cache.events import CacheEvent, CacheOutcome
from browsercors.servers.shared_cache.settings import STANDARD, SharedCacheSettings, settings_named
from browsercors.values.headers import HeaderList, is_header_name
from browsercors.values.urls import parse_url
from browsercors.values.wire import HTTPRequest, HTTPResponse, TransportFailure

if TYPE_CHECKING:
    from browsercors.http_cache.stored_response import StoredResponse
    from browsercors.http_cache.storing import StorageRefusal
    from browsercors.rules.caching import VaryRule
    from browsercors.values.literals import Interface, SharedCacheName
    from browsercors.values.urls import URL

__all__ = ["SharedCache"]

HTTPAnswer: TypeAlias = HTTPResponse | TransportFailure
Answering: TypeAlias = Generator[HTTPRequest, HTTPAnswer, HTTPAnswer]
"""Yields each request to the server, is sent its response, and returns the response to the client."""

VARY_RULES: Final = ("honoured", "ignored", "not-stored")
SAFE_METHODS: Final = frozenset({b"GET", b"HEAD", b"OPTIONS", b"TRACE"})
KEPT_IN_VARY: Final = frozenset({b"accept-encoding", b"cookie"})
EXAMPLES: Final = {"methods": "OPTIONS", "key_headers": "Origin"}


class SharedCache:
    """
    A cache in front of a server, to be mounted in its place.

    Args:
        target: What answers when the cache cannot: a WSGI or ASGI application, the URL of a live server, or a server.
        settings: What it stores and sends on; a cache that keeps to the standard if not given.
        vary: In place of what the settings say: "honoured", "ignored", or "not-stored" (what has `Vary` is not stored).
        key: What two requests have in common that may get the same answer, as a function of the request; its method
            need not be in it. The URL if not given, without its query where the settings say so.
        key_headers: Names of request headers that belong to the key as well, such as "Origin".
        methods: In place of what the settings say: whose answers are stored, such as ("GET", "HEAD", "OPTIONS").
        interface: As in `Browser.mount`, for the target.
        raise_app_exceptions: As in `Browser`, for the target.
        timeout: As in `Browser.mount`, for the target.
        verify: As in `Browser.mount`, for the target.
        keep: How many events are kept, the newest ones; None for all.

    Attributes:
        settings: What it goes by.

    Raises:
        ValueError: An argument is not right.
        TypeError: The target is no application, URL or server, or another argument has a wrong type.
    """

    def __init__(
        self,
        target: Any,
        *,
        settings: SharedCacheSettings = STANDARD,
        vary: VaryRule | None = None,
        key: Callable[[HTTPRequest], Hashable] | None = None,
        key_headers: Iterable[str] = (),
        methods: Iterable[str] | None = None,
        interface: Interface | None = None,
        raise_app_exceptions: bool = False,
        timeout: float = 10.0,
        verify: bool | str = True,
        keep: int | None = None,
    ) -> None:
        if not isinstance(settings, SharedCacheSettings):
            raise TypeError(
                f"settings has to be SharedCacheSettings, such as SharedCache.like(...) has, not {settings!r}"
            )
        if vary is not None and vary not in VARY_RULES:
            raise ValueError(f"vary has to be one of {', '.join(map(repr, VARY_RULES))}, not {vary!r}")
        if key is not None and not callable(key):
            raise TypeError(
                f"key has to be a function of the request, not {key!r}; key_headers= takes names of headers"
            )
        if keep is not None and (not isinstance(keep, int) or isinstance(keep, bool) or keep < 0):
            raise ValueError(f"keep has to be None or a number of events, not {keep!r}")
        rules = settings.rules if vary is None else attrs.evolve(settings.rules, vary=vary)
        if methods is not None:
            rules = attrs.evolve(rules, methods=frozenset(_tokens("methods", methods)))
        self.settings: SharedCacheSettings = attrs.evolve(settings, rules=rules)
        self._key = key
        self._key_headers = tuple(sorted(name.lower() for name in _tokens("key_headers", key_headers)))
        self._server = make_server(
            target, interface=interface, raise_app_exceptions=raise_app_exceptions, timeout=timeout, verify=verify
        )
        self._cache = HTTPCache(rules)
        self._events: deque[CacheEvent] = deque(maxlen=keep)

    @classmethod
    def like(
        cls,
        name: SharedCacheName,
        target: Any,
        *,
        vary: VaryRule | None = None,
        key: Callable[[HTTPRequest], Hashable] | None = None,
        key_headers: Iterable[str] = (),
        methods: Iterable[str] | None = None,
        interface: Interface | None = None,
        raise_app_exceptions: bool = False,
        timeout: float = 10.0,
        verify: bool | str = True,
        keep: int | None = None,
    ) -> Self:
        """
        Return a cache that does what a real one does by default. All other arguments are as for the class.

        Args:
            name: "nginx", "varnish", "squid", "cloudfront", "standard", or "cdn-with-options": a CDN that was told to
                store responses to OPTIONS.
            target: As for the class.
            vary: As for the class.
            key: As for the class.
            key_headers: As for the class.
            methods: As for the class.
            interface: As for the class.
            raise_app_exceptions: As for the class.
            timeout: As for the class.
            verify: As for the class.
            keep: As for the class.

        Raises:
            ValueError: There are no settings of that name, or an argument is not right.
        """
        return cls(
            target,
            settings=settings_named(name),
            vary=vary,
            key=key,
            key_headers=key_headers,
            methods=methods,
            interface=interface,
            raise_app_exceptions=raise_app_exceptions,
            timeout=timeout,
            verify=verify,
            keep=keep,
        )

    def __repr__(self) -> str:
        vary = self.settings.rules.vary
        return f"<SharedCache {self.settings.name}, Vary {vary}, {len(self._cache)} responses, {self._server!r}>"

    @property
    def events(self) -> list[CacheEvent]:
        """
        What the cache did with each request, in order.
        """
        return list(self._events)

    @property
    def stored(self) -> list[StoredResponse]:
        """
        The responses that are stored now, fresh or not.
        """
        return list(self._cache)

    def clear(self) -> None:
        """
        Forget what is stored, and the events.
        """
        self._cache.clear()
        self._events.clear()

    def send(self, request: HTTPRequest) -> HTTPAnswer:
        """
        Answer one request from the cache, or ask the server.
        """
        return drive(self._answer(request), self._server.send)

    async def send_async(self, request: HTTPRequest) -> HTTPAnswer:
        """
        Do the same in the running event loop.
        """
        return await drive_async(self._answer(request), self._server.send_async)

    def close(self) -> None:
        """
        Close the server behind the cache. Stored responses stay.
        """
        self._server.close()

    async def aclose(self) -> None:
        """
        Do what `close` does, in the running event loop.
        """
        await self._server.aclose()

    def _answer(self, request: HTTPRequest) -> Answering:
        settings, rules = self.settings, self.settings.rules
        names = request.headers.names()
        key = self._key_of(request)
        if request.method not in rules.methods or b"range" in names or not names.isdisjoint(settings.passes):
            return (yield from self._pass(request, key))

        stored = self._cache.select(key, request)
        use = None if stored is None else use_of(stored, request, request.time, rules)
        if stored is not None and use in (Use.FRESH, Use.STALE_WHILE_REVALIDATE):
            if use is Use.STALE_WHILE_REVALIDATE:
                # NB: real caches do this once they have answered; nobody waits for it, so it takes no time.
                yield from self._ask(request, key, stored)
            self._note(request, CacheOutcome.HIT if use is Use.FRESH else CacheOutcome.STALE, stored)
            return self._deliver(request, stored.response, stored.age(request.time))
        if "only-if-cached" in requested(request, rules):
            self._note(request, CacheOutcome.MISS)
            return HTTPResponse(504, b"Gateway Timeout", HeaderList([(b"Content-Length", b"0")]))

        answer, confirmed, refusal = yield from self._ask(request, key, None if use is Use.RELOAD else stored)
        if isinstance(answer, TransportFailure):
            self._note(request, CacheOutcome.MISS)
            return answer
        if confirmed is not None:
            self._note(request, CacheOutcome.VALIDATED, confirmed)
            delivered = self._deliver(request, confirmed.response, confirmed.initial_age)
            return attrs.evolve(delivered, elapsed=answer.elapsed)
        self._note(request, CacheOutcome.MISS, refusal=refusal)
        delivered = self._deliver(request, answer, None)
        # NB: the server did not see the client's own conditions.
        if settings.fetches_whole and is_not_modified(answer, request):
            return not_modified_response(delivered)
        return delivered

    def _pass(self, request: HTTPRequest, key: Hashable) -> Answering:
        """
        Forward a request past the cache. An unsafe one invalidates what is stored (RFC 9111, section 4.4).
        """
        answer = yield self._to_server(request)
        self._note(request, CacheOutcome.PASS)
        if isinstance(answer, TransportFailure):
            return answer
        if self.settings.rules.invalidates and request.method not in SAFE_METHODS and 200 <= answer.status < 400:
            self._cache.invalidate(key)
        return self._deliver(request, answer, None)

    def _ask(
        self, request: HTTPRequest, key: Hashable, stored: StoredResponse | None
    ) -> Generator[HTTPRequest, HTTPAnswer, _Asked]:
        """
        Ask the server, with the validators of the stored response. Store its response, or confirm the stored one.
        """
        validators = [] if stored is None or not self.settings.rules.validates else validation_headers(stored)
        to_server = self._to_server(request)
        if self.settings.fetches_whole and request.method == b"HEAD":
            to_server = attrs.evolve(to_server, method=b"GET")
        if self.settings.fetches_whole or validators:
            # NB: the cache looks at the client's own conditions when it has the answer.
            lines = [line for line in to_server.headers if line[0].lower() not in CONDITIONS]
            to_server = attrs.evolve(to_server, headers=HeaderList([*lines, *validators]))
        answer = yield to_server
        if isinstance(answer, TransportFailure):
            return _Asked(answer)
        made_for = attrs.evolve(request, method=to_server.method)
        now = request.time + answer.elapsed
        if stored is not None and validators and answer.status == 304:
            return _Asked(answer, confirmed=self._cache.confirm(key, stored, made_for, answer, now))
        return _Asked(answer, refusal=self._cache.store(key, made_for, answer, now))

    def _key_of(self, request: HTTPRequest) -> Hashable:
        if self._key is None:
            own: Hashable = self._url_of(request).href_without_fragment
        else:
            own = self._key(request)
            if not isinstance(own, Hashable):
                raise TypeError(f"key has to return something hashable, such as a str or a tuple, not {own!r}")
        return own, tuple(request.headers.get(name) for name in self._key_headers)

    def _url_of(self, request: HTTPRequest) -> URL:
        url = request.url
        if self.settings.keys_query or url.query is None:
            return url
        bare = parse_url(url.href_without_fragment.partition("?")[0])
        assert bare is not None, "a URL is one without its query as well"
        return bare

    def _to_server(self, request: HTTPRequest) -> HTTPRequest:
        """
        Return the request as the server gets it: with the headers that are forwarded and those of the key.
        """
        forwards = self.settings.forwards
        if forwards is None:
            return request
        sent_on = forwards.union(self._key_headers)
        headers = HeaderList(line for line in request.headers if line[0].lower() in sent_on)
        return attrs.evolve(request, url=self._url_of(request), headers=headers)

    def _deliver(self, request: HTTPRequest, response: HTTPResponse, age: float | None) -> HTTPResponse:
        """
        Return a response as the client gets it.

        Args:
            request: The client's request.
            response: The stored response, or the server's.
            age: The age of the stored response; None for the server's.
        """
        settings = self.settings
        is_hit = age is not None
        hidden = settings.hides | settings.hides_on_hit if is_hit else settings.hides
        not_modified = is_hit and is_not_modified(response, request)
        shown = settings.shown_in_304 if not_modified else None
        headers = HeaderList(
            line
            for line in response.headers
            if line[0].lower() not in hidden and (shown is None or line[0].lower() in shown)
        )
        if settings.trims_vary and b"vary" in headers:
            kept = KEPT_IN_VARY.union(self._key_headers)
            vary = b", ".join(name for name in vary_names(headers) if name in kept)
            headers.delete(b"vary")
            if vary:
                headers.append(b"Vary", vary)
        if age is not None and settings.age != "never":
            headers.set(b"Age", b"%d" % age)
        elif settings.age == "always" and b"age" not in headers:
            headers.append(b"Age", b"0")
        if settings.status_header is not None:
            name, hit, miss = settings.status_header
            headers.set(name, hit if is_hit else miss)
        delivered = attrs.evolve(response, headers=headers)
        if not_modified:
            return not_modified_response(delivered)
        # NB: the answer to a HEAD may have been fetched, or stored, with its body.
        return attrs.evolve(delivered, body=b"") if request.method == b"HEAD" else delivered

    def _note(
        self,
        request: HTTPRequest,
        outcome: CacheOutcome,
        stored: StoredResponse | None = None,
        refusal: StorageRefusal | None = None,
    ) -> None:
        self._events.append(CacheEvent(request, outcome, None if stored is None else stored.request, refusal))


class _Asked(NamedTuple):
    """
    The outcome of a request to the server.

    Attributes:
        answer: The server's answer.
        confirmed: The stored response, if the answer confirmed it.
        refusal: Why the answer was not stored; None if it was stored or confirmed.
    """

    answer: HTTPAnswer
    confirmed: StoredResponse | None = None
    refusal: StorageRefusal | None = None


def _tokens(argument: str, names: Iterable[str]) -> list[bytes]:
    if isinstance(names, str):
        raise TypeError(f"{argument} has to be a list of names, such as [{names!r}], not {names!r}")
    tokens = []
    for name in names:
        token = name.encode("utf-8") if isinstance(name, str) else b""
        if not is_header_name(token):
            raise ValueError(f"{argument} has to hold names such as {EXAMPLES[argument]!r}, not {name!r}")
        tokens.append(token)
    return tokens
