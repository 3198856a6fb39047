"""
Answering a request from the HTTP cache or putting it on the wire, and reading the response's head.

https://fetch.spec.whatwg.org/#http-network-or-cache-fetch
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from browsercors.fetch.cookie_headers import parse_and_store_response_set_cookie_headers
from browsercors.fetch.fetch_params import SendRequest, record_exchange
from browsercors.fetch.http_cache_lookup import ANSWERS, Lookup, look_up
from browsercors.fetch.http_caching import Use
from browsercors.fetch.request_headers import cache_mode_on_the_wire, headers_on_the_wire
from browsercors.fetch.timeline import CachedResponse, Exchange, ExchangeKind
from browsercors.values.findings import Algorithm, Reason
from browsercors.values.headers import HeaderList
from browsercors.values.requests import CacheMode, CredentialsMode, Request, ResponseTainting
from browsercors.values.responses import REDIRECT_STATUSES, Response, network_error
from browsercors.values.urls import parse_url
from browsercors.values.wire import FailureKind, HTTPRequest, HTTPResponse, TransportFailure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from browsercors.fetch.fetch_params import Fetching, FetchParams
    from browsercors.fetch.http_caching import StoredResponse

__all__ = ["http_network_fetch", "http_network_or_cache_fetch", "refuse"]

HTTP_NETWORK_OR_CACHE_FETCH = Algorithm(
    "HTTP-network-or-cache fetch", "https://fetch.spec.whatwg.org/#concept-http-network-or-cache-fetch"
)
HTTP_NETWORK_FETCH = Algorithm("HTTP-network fetch", "https://fetch.spec.whatwg.org/#concept-http-network-fetch")
KEEPALIVE_LIMIT: Final = 64 * 1024

NOT_ASKED: Final = Lookup(None, stores=False)

REASONS: Final = {
    FailureKind.NOT_MOUNTED: Reason.NOT_MOUNTED,
    FailureKind.NOT_RECORDED: Reason.NOT_RECORDED,
    FailureKind.CONNECTION_FAILED: Reason.CONNECTION_FAILED,
    FailureKind.TIMED_OUT: Reason.TIMED_OUT,
    FailureKind.INVALID_RESPONSE: Reason.INVALID_RESPONSE,
    FailureKind.TOO_LARGE: Reason.TOO_LARGE,
    FailureKind.NOT_REPRESENTABLE: Reason.NOT_REPRESENTABLE,
}


def http_network_or_cache_fetch(params: FetchParams, request: Request, kind: ExchangeKind) -> Fetching[Response]:
    """
    Complete *request* as a browser does, and answer it from the HTTP cache, or send it.

    Args:
        params: The fetch that it belongs to.
        request: The request of the fetch, or its preflight.
        kind: What the exchange is for.
    """
    # 8.3. Credentials go with the mode, and "same-origin" includes them while the tainting is basic.
    include_credentials = request.credentials_mode is CredentialsMode.INCLUDE or (
        request.credentials_mode is CredentialsMode.SAME_ORIGIN and request.response_tainting is ResponseTainting.BASIC
    )
    body = request.body
    # 8.10. What may outlive the page is small.
    # NB: one fetch at a time, so no other keepalive request is in flight.
    if request.keepalive and body is not None and len(body) > KEEPALIVE_LIMIT:
        params.findings.append(
            HTTP_NETWORK_OR_CACHE_FETCH.failed("8.10.5", Reason.KEEPALIVE_BODY_TOO_LARGE, length=len(body))
        )
        return network_error()

    # 8.5.-8.21. Add the browser's headers.
    cache_mode = cache_mode_on_the_wire(params, request)
    headers = headers_on_the_wire(params, request, cache_mode, include_credentials=include_credentials)
    http_request = HTTPRequest(request.method, request.current_url, headers, body, params.now)

    # 8.24.-8.26. Ask the HTTP cache; preflights have nothing to do with it.
    params.kept = None
    lookup = NOT_ASKED
    if kind is not ExchangeKind.PREFLIGHT:
        lookup = look_up(params, request, http_request, include_credentials, cache_mode)
    if lookup.use is Use.STALE_WHILE_REVALIDATE:
        yield from _revalidate(params, request, http_request, lookup)
    if lookup.use in ANSWERS:
        response = _answered_by_cache(params, kind, http_request, lookup)
    else:
        response = yield from _send(params, request, http_request, kind, lookup, include_credentials)
    # NB: a network error has no URLs for the page to see.
    if response.is_network_error:
        return response

    # 16. NB: there is no proxy that could ask for a password, so a server that asks like one gets no answer.
    # PROFILE: Firefox takes it for an ordinary response.
    if response.status == 407 and not params.user_agent.profile.answers_proxy_challenges:
        params.findings.append(HTTP_NETWORK_OR_CACHE_FETCH.failed("16.1", Reason.PROXY_AUTHENTICATION, status=407))
        return network_error()

    # 12. The response comes from the URLs of the request.
    response.url_list = list(request.url_list)
    # 13.-14. Remember whether a range was asked for, and whether credentials went along.
    response.range_requested = b"range" in request.header_list
    response.request_includes_credentials = include_credentials

    # 15. NB: there is nobody to ask for a password.
    if response.status == 401 and include_credentials and b"www-authenticate" in response.header_list:
        params.findings.append(HTTP_NETWORK_OR_CACHE_FETCH.noted("15", prompted=False))
    return response


def _answered_by_cache(params: FetchParams, kind: ExchangeKind, http_request: HTTPRequest, lookup: Lookup) -> Response:
    """
    Give what is stored for an answer (step 8.26.2).
    """
    stored = lookup.stored
    assert stored is not None, "that is what answers"
    params.findings.append(
        HTTP_NETWORK_OR_CACHE_FETCH.noted(
            "8.26.2", url=http_request.url.href, age=stored.age(params.now), made_for=stored.request.headers
        )
    )
    return _stored_response(params, kind, http_request, stored, is_confirmed=False)


def _stored_response(
    params: FetchParams, kind: ExchangeKind, http_request: HTTPRequest, stored: StoredResponse, *, is_confirmed: bool
) -> Response:
    answer = stored.response
    params.timeline.append(CachedResponse(kind, http_request, answer, None, params.now, stored, is_confirmed))
    return _to_response(params, answer, b"" if http_request.method == b"HEAD" else answer.body)


def _send(
    params: FetchParams,
    request: Request,
    http_request: HTTPRequest,
    kind: ExchangeKind,
    lookup: Lookup,
    include_credentials: bool,
) -> Fetching[Response]:
    """
    Send a request that the HTTP cache does not answer (steps 11 and 17).
    """
    # 11.1. What is not in the cache is not fetched.
    # PROFILE: to WebKit the mode is another name of "force-cache".
    if request.cache_mode is CacheMode.ONLY_IF_CACHED and params.user_agent.profile.requests.has_only_if_cached:
        params.findings.append(HTTP_NETWORK_OR_CACHE_FETCH.failed("11.1", Reason.ONLY_IF_CACHED))
        return network_error()
    notices = params.user_agent.notices
    notice = notices.before(request)
    if notice is not None:
        params.findings.append(notice)

    # 8.26.2.2. Ask whether what is stored still holds.
    to_server = _with_headers(params, request, http_request, lookup.validation_headers)
    # 11.2. Send it.
    response = yield from http_network_fetch(params, request, to_server, kind, include_credentials=include_credentials)
    # 17. A misdirected request goes once more over a new connection.
    # NB: the whole algorithm runs again, so that steps 12-15 are about the second response.
    if response.status == 421:
        response = yield from http_network_fetch(
            params, request, to_server, kind, include_credentials=include_credentials
        )
    if response.is_network_error:
        return response
    notices.after(request, response)
    if lookup.key is None:
        return response
    # 11.3.-11.5. Tell the HTTP cache.
    confirmed = _update_http_cache(params, request, http_request, lookup, include_credentials)
    if confirmed is None:
        return response
    return _stored_response(params, kind, http_request, confirmed, is_confirmed=True)


def _with_headers(
    params: FetchParams, request: Request, http_request: HTTPRequest, more: Sequence[tuple[bytes, bytes]]
) -> HTTPRequest:
    """
    Return a request with more headers, or other values, each in its place.
    """
    if not more:
        return http_request
    place = params.user_agent.profile.wire.place_on_the_wire(request, params.user_agent.sites)
    changed = {name.lower() for name, _ in more}
    kept = [line for line in http_request.headers if line[0].lower() not in changed]
    return attrs.evolve(http_request, headers=HeaderList(sorted([*kept, *more], key=place)))


def _update_http_cache(
    params: FetchParams, request: Request, http_request: HTTPRequest, lookup: Lookup, include_credentials: bool
) -> StoredResponse | None:
    """
    Tell the HTTP cache what the server answered (steps 11.3 to 11.5); return the stored response that it confirmed.
    """
    key = lookup.key
    cache = params.user_agent.http_cache
    rules = params.user_agent.profile.http_cache
    exchange = params.timeline[-1]
    assert isinstance(exchange, Exchange), "the request has just been sent"
    answer = exchange.http_response
    assert answer is not None, "it was answered"
    # 11.3. What an unsafe request may have changed is not worth keeping.
    if request.method != b"GET" and rules.invalidated_by(request, answer.status):
        _forget_changed(params, request, answer, include_credentials)
    if not lookup.stores:
        return None
    if answer.status == 304:
        # 11.4. It holds.
        # PROFILE: Firefox does not mind that it has not asked.
        stored = lookup.stored if lookup.validation_headers else None
        if stored is None and rules.confirms_unasked and lookup.is_asked:
            found = cache.select(key, http_request)
            stored = None if found is None or found.response.status in REDIRECT_STATUSES else found
        if stored is not None:
            return cache.confirm(key, stored, http_request, answer, params.now)
        # PROFILE: to WebKit it says nothing.
        if not rules.forgets_unasked:
            return None
    # 11.5. Store it.
    # PROFILE: to WebKit a redirect that is not for keeping says nothing, either.
    if answer.status in rules.leaving_statuses and not cache.may_store(http_request, answer, params.now):
        return None
    params.kept = cache.store(key, http_request, answer, params.now)
    return None


def _forget_changed(params: FetchParams, request: Request, answer: HTTPResponse, include_credentials: bool) -> None:
    """
    Forget the URL of an unsafe request, and those of its origin that the answer names (RFC 9111, section 4.4).
    """
    rules = params.user_agent.profile.http_cache
    changed = [request]
    # PROFILE: Chromium and WebKit do not look at the answer.
    for name in rules.invalidating_headers:
        value = answer.headers.get(name)
        url = None if value is None else parse_url(value.decode("latin-1"), request.current_url)
        if url is not None and url.origin.same_origin(request.current_url.origin):
            changed.append(attrs.evolve(request, url_list=[url]))
    for each in changed:
        params.kept = params.user_agent.http_cache.take_away(rules.key(each, b"GET", include_credentials))


def refuse(params: FetchParams, request: Request, status: int) -> None:
    """
    Tell the HTTP cache that the page may not have the response that has just come.
    """
    # PROFILE: browsers do not all read it to its end, and keep it.
    if params.kept is not None:
        params.user_agent.http_cache.refuse(params.kept, params.user_agent.profile.http_cache.refused(request, status))


def _revalidate(params: FetchParams, request: Request, http_request: HTTPRequest, lookup: Lookup) -> Fetching[None]:
    """
    Ask the server, behind the page's back, for what is given out stale (step 8.26.2.1).

    NB: nobody waits for the answer, so it takes no time of the fetch.
    """
    rules = params.user_agent.profile.http_cache
    stored = lookup.stored
    assert stored is not None, "it is given out"
    to_server = _with_headers(params, request, http_request, [*lookup.validation_headers, *rules.revalidation_headers])
    sent_at = params.now
    answer, now = yield SendRequest(to_server)
    record_exchange(params, ExchangeKind.REVALIDATION, to_server, answer, sent_at)
    if isinstance(answer, TransportFailure):
        return
    if answer.status == 304:
        params.user_agent.http_cache.confirm(lookup.key, stored, http_request, answer, now)
    else:
        params.user_agent.http_cache.store(lookup.key, http_request, answer, now)


def http_network_fetch(
    params: FetchParams, request: Request, http_request: HTTPRequest, kind: ExchangeKind, *, include_credentials: bool
) -> Fetching[Response]:
    """
    Exchange *http_request* for a response, and store the cookies that it sets.
    """
    # 8.3. A stream needs HTTP/2, and what is simulated is HTTP/1.1.
    if request.body_source_is_null:
        params.findings.append(HTTP_NETWORK_FETCH.failed("8.3", Reason.STREAM_UPLOAD_NOT_SUPPORTED))
        return network_error()
    # 8.5. Make the request.
    sent_at = params.now
    answer, params.now = yield SendRequest(http_request)
    record_exchange(params, kind, http_request, answer, sent_at)
    if isinstance(answer, TransportFailure):
        params.findings.append(HTTP_NETWORK_FETCH.failed("8.1", REASONS[answer.kind], detail=answer.detail))
        return network_error()
    response = _to_response(params, answer, answer.body)
    # 17. Store cookies, where credentials were included.
    if include_credentials:
        parse_and_store_response_set_cookie_headers(params, request, response.header_list)
    return response


def _to_response(params: FetchParams, answer: HTTPResponse, body: bytes) -> Response:
    """
    Return an answer, of the network or of the HTTP cache, as the browser reads it.
    """
    rules = params.user_agent.profile.responses
    # PROFILE: malformed header lines are read in as many ways as there are browsers.
    header_list = rules.header_list(answer.headers) if answer.raw_lines else answer.headers
    # PROFILE: Firefox keeps what blanks stand at its end.
    keeps_blanks = rules.keeps_blanks_after_reason
    reason = answer.reason.lstrip(b"\t ") if keeps_blanks else answer.reason.strip(b"\t ")
    return Response(
        status=answer.status,
        status_message=reason,
        header_list=header_list,
        body=body,
        body_failure=answer.body_failure,
    )
