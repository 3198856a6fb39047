"""
Asking the browser's HTTP cache for a request: what is there, and what it is good for.

https://fetch.spec.whatwg.org/#http-network-or-cache-fetch
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from browsercors.fetch.timeline import CachedResponse, ExchangeKind
from browsercors.http_cache.reusing import Use, is_made_for, use_of
from browsercors.http_cache.validation import is_conditional, validation_headers
from browsercors.values.requests import CacheMode

if TYPE_CHECKING:
    from collections.abc import Hashable

    from browsercors.fetch.params import FetchParams, HTTPFetchParams
    from browsercors.http_cache.stored_response import StoredResponse
    from browsercors.values.requests import Request

__all__ = ["ANSWERS", "Lookup", "look_up"]


ANSWERS: Final = frozenset({Use.FRESH, Use.STALE_WHILE_REVALIDATE})
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


def look_up(http_fetch_params: HTTPFetchParams) -> Lookup:
    """
    Ask the HTTP cache (HTTP-network-or-cache fetch, steps 8.24 to 8.26).
    """
    params, request, _, include_credentials, cache_mode, http_request = http_fetch_params
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

    # 8.26. Unless the cache mode says otherwise, ask.
    if cache_mode is CacheMode.RELOAD or not (
        (method == b"GET" and len(request.url_list) == 1) or _is_asked(params, request)
    ):
        return Lookup(key, stores)

    # 8.26.1. Select a response.
    takes_anything = cache_mode in TAKES_ANYTHING
    if asks_itself or not (takes_anything or cache.may_spare_a_request(key)):
        return Lookup(key, stores, True)
    stored = cache.select(key, http_request)
    if stored is None:
        return Lookup(key, stores, True)

    # 8.26.2. Find out what it is good for.
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

    # 8.26.2.2.2. Ask the server whether it still holds.
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


TAKES_ANYTHING: Final = frozenset({CacheMode.FORCE_CACHE, CacheMode.ONLY_IF_CACHED})
"""The cache modes to which it does not matter how old a response is."""
