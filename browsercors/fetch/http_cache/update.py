"""
Telling the browser's HTTP cache what the server answered: what is stored, confirmed, invalidated or forgotten.

https://fetch.spec.whatwg.org/#http-network-or-cache-fetch
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from browsercors.fetch.timeline import Exchange
from browsercors.http_cache.validation import is_conditional
from browsercors.rules.http_cache import RefusedResponse
from browsercors.values.responses import REDIRECT_STATUSES
from browsercors.values.urls import parse_url

if TYPE_CHECKING:
    from browsercors.fetch.http_cache.lookup import Lookup
    from browsercors.fetch.params import FetchParams, HTTPFetchParams
    from browsercors.http_cache.stored_response import StoredResponse
    from browsercors.values.requests import Request
    from browsercors.values.wire import HTTPResponse

__all__ = ["forget_challenge", "forget_refused", "update_http_cache"]


def update_http_cache(http_fetch_params: HTTPFetchParams, lookup: Lookup) -> StoredResponse | None:
    """
    Tell the HTTP cache what the server answered (HTTP-network-or-cache fetch, steps 11.3 to 11.5).

    Returns:
        The stored response that the server confirmed; None where it is the server's that counts.
    """
    params, request, _, _, _, http_request = http_fetch_params
    key = lookup.key
    cache = params.user_agent.http_cache
    rules = params.user_agent.profile.http_cache
    exchange = params.timeline[-1]
    assert isinstance(exchange, Exchange), "the request has just been sent"
    answer = exchange.http_response
    assert answer is not None, "it was answered"

    # 11.3. What an unsafe request may have changed is not worth keeping.
    if request.method != b"GET" and rules.invalidated_by(request, answer.status, params.user_agent.sites):
        _invalidate(http_fetch_params, answer)
    if not lookup.stores:
        return None
    # NB: the page gets the 304 that it asked for.
    if answer.status == 304 and lookup.looks_up and is_conditional(request.header_list):
        if lookup.stored is not None:
            cache.confirm(key, lookup.stored, http_request, answer, params.now)
        return None

    # 11.4. It holds.
    if answer.status == 304:
        # PROFILE: Firefox does not mind that it has not asked.
        stored = lookup.stored if lookup.validation_headers else None
        if stored is None and rules.unconditional_304_confirms and lookup.looks_up:
            found = cache.select(key, http_request)
            stored = None if found is None or found.response.status in REDIRECT_STATUSES else found
        if stored is not None:
            return cache.confirm(key, stored, http_request, answer, params.now)
        # PROFILE: to WebKit it says nothing.
        if not rules.unmatched_304_removes:
            return None

    # 11.5. Store it.
    # PROFILE: to WebKit a redirect that is not for keeping says nothing, either.
    if answer.status in rules.non_replacing_statuses and not cache.may_store(http_request, answer, params.now):
        return None
    # PROFILE: WebKit stores no redirect of a URL with a fragment, nor what a redirect to one leads to.
    if (
        not rules.redirects_with_fragments
        and request.current_url.fragment is not None
        and (request.redirect_count or answer.status in REDIRECT_STATUSES)
    ):
        return None
    params.hop.kept = cache.store(key, http_request, answer, params.now)
    return None


def _invalidate(http_fetch_params: HTTPFetchParams, answer: HTTPResponse) -> None:
    """
    Forget the URL of an unsafe request, and those of its origin that the answer names (RFC 9111, section 4.4).
    """
    params, request, _, include_credentials, _, _ = http_fetch_params
    rules = params.user_agent.profile.http_cache
    changed = [request]
    # PROFILE: Chromium and WebKit do not look at the answer.
    for name in rules.invalidating_headers:
        value = answer.headers.get(name)
        url = None if value is None else parse_url(value.decode("latin-1"), request.current_url)
        if url is not None and url.origin.same_origin(request.current_url.origin):
            changed.append(attrs.evolve(request, url_list=[url]))
    for each in changed:
        key = rules.key(each, b"GET", include_credentials, params.user_agent.sites)
        params.hop.kept = params.user_agent.http_cache.take_away(key)


def forget_refused(params: FetchParams, request: Request, status: int) -> None:
    """
    Tell the HTTP cache that the page may not read the response that has just arrived.
    """
    # PROFILE: not all browsers read such a response to its end and keep it.
    kept = params.hop.kept
    if kept is not None:
        params.user_agent.http_cache.refuse(kept, params.user_agent.profile.http_cache.refused(request, status))


def forget_challenge(params: FetchParams) -> None:
    """
    Undo what the HTTP cache has made of a 401 that is answered: browsers answer below their cache.
    """
    kept = params.hop.kept
    if kept is not None:
        params.user_agent.http_cache.refuse(kept, RefusedResponse.NOT_STORED)
        params.hop.kept = None
