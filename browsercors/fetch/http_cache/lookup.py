"""
Looking in the browser's HTTP cache for a response to a request.

https://fetch.spec.whatwg.org/#http-network-or-cache-fetch
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from browsercors.fetch.timeline import CachedResponse, ExchangeKind
from browsercors.http_cache.reusing import Use, is_made_for, use_of
from browsercors.http_cache.validation import is_conditional, validation_headers
from browsercors.values.requests import CacheMode
from browsercors.values.responses import REDIRECT_STATUSES

if TYPE_CHECKING:
    from collections.abc import Hashable

    from browsercors.fetch.params import FetchParams, HTTPFetchParams
    from browsercors.http_cache.stored_response import StoredResponse
    from browsercors.rules.http_cache import HTTPCacheRules
    from browsercors.values.requests import Request
    from browsercors.values.wire import HTTPRequest

__all__ = ["ANSWERS", "Lookup", "look_up"]


ANSWERS: Final = frozenset({Use.FRESH, Use.STALE_WHILE_REVALIDATE})
"""The uses of a stored response in which no request is sent for it first."""
# NB: names of their own, since Python 3.11 takes four times as long to find a member in its enumeration.
NO_STORE: Final = CacheMode.NO_STORE
RELOAD: Final = CacheMode.RELOAD


class Lookup(NamedTuple):
    """
    The result of a look-up in the HTTP cache.

    Attributes:
        key: The key of the response; None for a request that does not use the cache.
        stores: Whether the response to the request will be stored.
        looks_up: Whether there was a look-up at all.
        stored: The stored response; None if there is none that may be used. Without a use, the page itself asks whether
            it still holds.
        use: How the stored response may be used; None if there is none.
        validation_headers: The headers that ask the server whether the stored response is still valid; empty if the
            server is not asked.
    """

    key: Hashable | None
    stores: bool
    looks_up: bool = False
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
    key = rules.key(request, method, include_credentials, params.user_agent.sites)
    if key is None or cache_mode is NO_STORE:
        return Lookup(key, False)
    # NB: a page that sets conditional headers itself gets the response as it is, even a 304. Nothing is stored then in
    # the default mode (step 8.16; Firefox's XMLHttpRequest keeps the mode, and stores nothing all the same).
    asks_itself = is_conditional(request.header_list)
    stores = method in rules.caching.methods and not (asks_itself and cache_mode is CacheMode.DEFAULT)

    # PROFILE: in Chromium and WebKit a page may ask itself whether what is stored still holds; the cache learns it.
    if asks_itself and method == b"GET" and rules.page_validates is not None:
        stored = cache.select(key, http_request)
        if stored is not None and rules.page_validates(http_request, stored.response):
            return Lookup(key, True, True, stored)
        return Lookup(key, False, True)

    # 8.26. Unless the cache mode says otherwise, ask.
    if cache_mode is RELOAD or not ((method == b"GET" and len(request.url_list) == 1) or _is_asked(params, request)):
        return Lookup(key, stores)

    # 8.26.1. Select a response.
    takes_anything = cache_mode in TAKES_ANYTHING
    leaves_out_redirects = (
        request.current_url.fragment is not None and not takes_anything and not rules.redirects_with_fragments
    )
    # PROFILE: WebKit does not use what a redirect to a fragment leads to.
    if leaves_out_redirects and request.redirect_count:
        return Lookup(key, stores, True)
    if (asks_itself and not takes_anything) or not (takes_anything or cache.may_spare_a_request(key)):
        return Lookup(key, stores, True)
    stored = cache.select(key, http_request)
    if stored is None:
        # PROFILE: Chromium takes a fresh response of another URL whose `No-Vary-Search` allows it.
        stored = cache.select_similar(key, http_request)
        if stored is None or not _is_fresh(stored, http_request, rules):
            return Lookup(key, stores, True)

    # 8.26.2. Decide how it may be used.
    # PROFILE: Firefox revalidates for a request with `Authorization` if the stored one had none.
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
    # PROFILE: WebKit asks again for a redirect of a URL with a fragment.
    if use is Use.RELOAD or (leaves_out_redirects and stored.response.status in REDIRECT_STATUSES):
        return Lookup(key, stores, True)
    is_variant = not is_made_for(stored, http_request)
    if use is Use.FRESH and not is_variant:
        return Lookup(key, stores, True, stored, use)

    # 8.26.2.2.2. Ask the server whether it is still valid.
    # PROFILE: browsers do not revalidate responses of all statuses.
    if rules.validated_statuses is not None and stored.response.status not in rules.validated_statuses:
        return Lookup(key, stores)
    asking = tuple(validation_headers(stored, by_tag_alone=is_variant))
    return Lookup(key, stores, True, stored, Use.VALIDATE if is_variant else use, asking)


def _is_fresh(stored: StoredResponse, http_request: HTTPRequest, rules: HTTPCacheRules) -> bool:
    return use_of(stored, http_request, http_request.time, rules.caching) is Use.FRESH and is_made_for(
        stored, http_request
    )


def _is_asked(params: FetchParams, request: Request) -> bool:
    # PROFILE: not all browsers look in the cache after redirects, or for HEAD.
    before = params.timeline[-1] if params.timeline else None
    cached_redirect = None
    if isinstance(before, CachedResponse) and before.kind is ExchangeKind.REDIRECT:
        cached_redirect = before.stored.response.status
    return params.user_agent.profile.http_cache.looks_up(request, cached_redirect)


TAKES_ANYTHING: Final = frozenset({CacheMode.FORCE_CACHE, CacheMode.ONLY_IF_CACHED})
"""The cache modes to which it does not matter how old a response is."""
