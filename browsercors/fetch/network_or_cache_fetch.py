"""
Answering a request from the HTTP cache, or sending it to the network.

https://fetch.spec.whatwg.org/#http-network-or-cache-fetch
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.fetch.effects import SendRequest
from browsercors.fetch.http_cache.lookup import ANSWERS, Lookup, look_up
from browsercors.fetch.http_cache.update import forget_challenge, update_http_cache
from browsercors.fetch.network_fetch import http_network_fetch, to_response
from browsercors.fetch.params import HTTPFetchParams, as_challenge, record_exchange
from browsercors.fetch.request_headers import cache_mode_on_the_wire, headers_on_the_wire, with_headers
from browsercors.fetch.timeline import CachedResponse, ExchangeKind
from browsercors.http_cache.reusing import Use
from browsercors.values.findings import Algorithm, Reason
from browsercors.values.requests import CacheMode, CredentialsMode, Request, RequestMode, ResponseTainting
from browsercors.values.responses import Response, network_error
from browsercors.values.wire import HTTPRequest, TransportFailure

if TYPE_CHECKING:
    from browsercors.fetch.authentication.answering import Authorization
    from browsercors.fetch.effects import Fetching
    from browsercors.fetch.params import FetchParams
    from browsercors.http_cache.stored_response import StoredResponse
    from browsercors.rules.wire import Rewriting
    from browsercors.values.urls import URL
    from browsercors.values.wire import HTTPResponse

__all__ = ["http_network_or_cache_fetch"]

HTTP_NETWORK_OR_CACHE_FETCH = Algorithm(
    "HTTP-network-or-cache fetch", "https://fetch.spec.whatwg.org/#concept-http-network-or-cache-fetch"
)

KEEPALIVE_LIMIT: Final = 64 * 1024
NOT_ASKED: Final = Lookup(None, stores=False)
# NB: names of their own, since Python 3.11 takes four times as long to find a member in its enumeration.
INCLUDE: Final = CredentialsMode.INCLUDE
SAME_ORIGIN: Final = CredentialsMode.SAME_ORIGIN
BASIC: Final = ResponseTainting.BASIC
PREFLIGHT: Final = ExchangeKind.PREFLIGHT
STALE_WHILE_REVALIDATE: Final = Use.STALE_WHILE_REVALIDATE
ONLY_IF_CACHED: Final = CacheMode.ONLY_IF_CACHED


def http_network_or_cache_fetch(
    params: FetchParams, request: Request, kind: ExchangeKind, authorization: Authorization | None = None
) -> Fetching[Response]:
    """
    Add the browser's headers to *request*, and get its response from the HTTP cache or the network.

    Args:
        params: The fetch that it belongs to.
        request: The request of the fetch, or its preflight.
        kind: What the exchange is for.
        authorization: What answers the 401 that the request has had (the isAuthenticationFetch flag); None at first.
    """
    # 1.-7. NB: what these steps declare is in `HTTPFetchParams` and in `Lookup`.

    # 8.1.-8.2. NB: the request is not cloned, since its headers for the wire are a list of their own.

    # 8.3. Credentials go with the mode, and "same-origin" includes them while the tainting is basic.
    include_credentials = request.credentials_mode is INCLUDE or (
        request.credentials_mode is SAME_ORIGIN and request.response_tainting is BASIC
    )

    # 8.4. FIXME: Cross-Origin-Embedder-Policy; no page has one.

    # 8.5.-8.9. NB: `headers_on_the_wire` states the length of the body.

    # 8.10. What may outlive the page is small.
    body = request.body
    # NB: beacons have been measured before anything was sent.
    is_kept_alive = request.keepalive and body is not None and request.initiator != "beacon"
    if is_kept_alive and len(body or b"") + _bytes_in_flight(params) > KEEPALIVE_LIMIT:
        in_flight = {"in_flight": _bytes_in_flight(params)} if _bytes_in_flight(params) else {}
        length = len(body or b"")
        params.findings.append(
            HTTP_NETWORK_OR_CACHE_FETCH.failed("8.10.5", Reason.KEEPALIVE_BODY_TOO_LARGE, length=length, **in_flight)
        )
        return network_error()

    # 8.11.-8.21. Add the browser's headers.
    cache_mode = cache_mode_on_the_wire(params, request)
    # NB: preflights have no credentials.
    if params.user_agent.authentication is not None and authorization is None and kind is not PREFLIGHT:
        from browsercors.fetch.authentication.answering import known_authorization

        authorization = known_authorization(params, request, include_credentials=include_credentials)
    headers = headers_on_the_wire(
        params,
        request,
        cache_mode,
        include_credentials=include_credentials,
        authorization=None if authorization is None else authorization.value,
    )
    profile = params.user_agent.profile
    url = request.url_list[-1]
    # PROFILE: WebKitGTK's library unescapes what needs no escape, and Chromium escapes one sign more.
    rewriting = profile.wire.rewriting
    if rewriting is not None and rewriting.sign in url.href:
        url = _rewritten(request, rewriting)
    http_request = HTTPRequest(request.method, url, headers, body, params.now, profile.transport)
    http_fetch_params = HTTPFetchParams(params, request, kind, include_credentials, cache_mode, http_request)

    # 8.22. FIXME: proxies, and passwords for them.

    # 8.23. NB: there is no WebDriver.

    # 8.24.-8.26. Ask the HTTP cache.
    # NB: preflights have nothing to do with it.
    lookup = NOT_ASKED if kind is PREFLIGHT else look_up(http_fetch_params)
    if lookup.use is STALE_WHILE_REVALIDATE:
        yield from _revalidate(http_fetch_params, lookup)

    # 9.-10. NB: nothing cancels a fetch, and there is no WebDriver.

    # 11. Send what the HTTP cache does not answer.
    if lookup.use in ANSWERS:
        response = _answered_by_cache(http_fetch_params, lookup)
    elif is_kept_alive:
        response = yield from _counted(http_fetch_params, lookup)
    else:
        response = yield from _forward(http_fetch_params, lookup)

    # PROFILE: WebKit shows the page no password that it has sent.
    if authorization is not None:
        from browsercors.fetch.authentication.answering import hide_login

        hide_login(params, request)

    # NB: a network error has no URLs for the page to see.
    if response.type == "error":
        return response

    # 12. The response comes from the URLs of the request.
    # PROFILE: Chromium and Firefox show the page that a policy, or HSTS, upgraded the URL, each in its own way.
    response.url_list = list(request.url_list if request.shown_url_list is None else request.shown_url_list)

    # 13. FIXME: the range-requested flag; it is for responses that service workers give (main fetch, step 21).

    # 14. FIXME: the request-includes-credentials flag; it is for Cross-Origin-Embedder-Policy.

    # 15. Tell a server that asks for it who is there.
    # PROFILE: browsers do so under CORS as well.
    if response.status == 401 and kind is not PREFLIGHT and b"www-authenticate" in response.header_list:
        # NB: imported late, since few servers ask.
        from browsercors.fetch.authentication.answering import answer_challenge

        answer = answer_challenge(http_fetch_params, response, authorization)
        if not isinstance(answer, Response):
            as_challenge(params)
            forget_challenge(params)
            return (yield from http_network_or_cache_fetch(params, request, kind, answer))
        response = answer
        if response.is_network_error:
            return response

    # 16. Without anyone to ask, a server that wants a password as a proxy does gets none.
    # FIXME: 16.2.-16.5., proxies.
    # PROFILE: Firefox takes it for an ordinary response.
    if response.status == 407 and not params.user_agent.profile.answers_proxy_challenges:
        params.findings.append(HTTP_NETWORK_OR_CACHE_FETCH.failed("16.1", Reason.PROXY_AUTHENTICATION, status=407))
        return network_error()

    # 17. NB: a misdirected request has gone a second time already, at step 11.2.

    # 18. Remember what was taken.
    if authorization is not None and response.status != 401:
        from browsercors.fetch.authentication.answering import remember

        remember(params, request, authorization)

    # 19. Return the response.
    return response


def _rewritten(request: Request, rewriting: Rewriting) -> URL:
    """
    Return the current URL of *request* as it is written on the wire, and let the page see it so.
    """
    url = request.current_url
    written = rewriting.write(url)
    if written is not url:
        request.shown_url_list = [*(request.shown_url_list or request.url_list)[:-1], written]
    return written


def _answered_by_cache(http_fetch_params: HTTPFetchParams, lookup: Lookup) -> Response:
    """
    Answer with the stored response (steps 8.26.2.1 and 8.26.2.2.3).
    """
    params = http_fetch_params.params
    stored = lookup.stored
    assert stored is not None, "a use in ANSWERS has a stored response"
    params.findings.append(
        HTTP_NETWORK_OR_CACHE_FETCH.noted(
            "8.26.2",
            url=http_fetch_params.http_request.url.href,
            age=stored.age(params.now),
            made_for=stored.request.headers,
        )
    )
    return _stored_response(http_fetch_params, stored, is_confirmed=False)


def _stored_response(http_fetch_params: HTTPFetchParams, stored: StoredResponse, *, is_confirmed: bool) -> Response:
    """
    Return the response that is stored, as the response of the request.
    """
    params, _, kind, _, _, http_request = http_fetch_params
    answer = stored.response
    params.timeline.append(CachedResponse(kind, http_request, answer, None, params.now, stored, is_confirmed))
    return to_response(params, answer, b"" if http_request.method == b"HEAD" else answer.body)


def _bytes_in_flight(params: FetchParams) -> int:
    return 0 if params.memory is None else params.memory.keepalive_bytes


def _counted(http_fetch_params: HTTPFetchParams, lookup: Lookup) -> Fetching[Response]:
    """
    Send a keepalive request, whose body counts for the limit of all others until its response has come.

    NB: not yet while its preflight is under way.
    """
    memory, size = http_fetch_params.params.memory, len(http_fetch_params.request.body or b"")
    if memory is None:
        return (yield from _forward(http_fetch_params, lookup))
    memory.keepalive_bytes += size
    try:
        return (yield from _forward(http_fetch_params, lookup))
    finally:
        memory.keepalive_bytes -= size


def _forward(http_fetch_params: HTTPFetchParams, lookup: Lookup) -> Fetching[Response]:
    """
    Send a request that the HTTP cache does not answer (step 11).
    """
    params, request, _, _, _, http_request = http_fetch_params

    # 11.1. What is not in the cache is not fetched.
    # PROFILE: to WebKit the mode is another name of "force-cache".
    if request.cache_mode is ONLY_IF_CACHED and params.user_agent.profile.requests.has_only_if_cached:
        params.findings.append(HTTP_NETWORK_OR_CACHE_FETCH.failed("11.1", Reason.ONLY_IF_CACHED))
        return network_error()
    # PROFILE: Chromium's network answers for hosts that have promised to be reached over TLS.
    if params.user_agent.hsts is not None:
        from browsercors.fetch.upgrades import redirect_for_hsts

        redirect = redirect_for_hsts(params, request)
        if redirect is not None:
            return redirect

    # 11.2. Send it, with the headers that ask whether what is stored still holds (step 8.26.2.2.2).
    to_server = http_request
    if lookup.validation_headers:
        to_server = with_headers(params, request, http_request, lookup.validation_headers)
    response = yield from http_network_fetch(http_fetch_params, to_server)
    # NB: step 17, here since browsers do it below their HTTP cache: over a new connection, with the same headers.
    # NB: the handshake of a WebSocket has a new connection anyway.
    if response.status == 421 and request.mode is not RequestMode.WEBSOCKET:
        misdirected = response.header_list
        response = yield from http_network_fetch(http_fetch_params, to_server)
        # PROFILE: Firefox keeps the type of the first response.
        if to_server.transport.asking.joins_types_after_421 and response.type != "error":
            first, second = (lines.get_all(b"content-type") for lines in (misdirected, response.header_list))
            if first and second:
                response.header_list.set(b"Content-Type", b",".join([*first, *second]))
    if response.type == "error":
        return response

    # 11.3.-11.5. Tell the HTTP cache.
    if lookup.key is None:
        return response
    confirmed = update_http_cache(http_fetch_params, lookup)
    # PROFILE: in Chromium what clears the cache is not kept itself.
    if params.hop.clears_itself:
        params.user_agent.http_cache.forget(lookup.key)
    if confirmed is None:
        return response
    return _stored_response(http_fetch_params, confirmed, is_confirmed=True)


def _revalidate(http_fetch_params: HTTPFetchParams, lookup: Lookup) -> Fetching[None]:
    """
    Revalidate a stale response in the background while the page gets it (step 8.26.2.1).

    NB: nothing waits for the response, so it takes no time of the fetch.
    """
    params, request, _, _, _, http_request = http_fetch_params
    rules = params.user_agent.profile.http_cache
    stored = lookup.stored
    assert stored is not None, "the page gets it"
    to_server = with_headers(params, request, http_request, [*lookup.validation_headers, *rules.revalidation_headers])
    sent_at = params.now
    answer: HTTPResponse | TransportFailure
    answer, now = yield SendRequest(to_server)
    record_exchange(params, ExchangeKind.REVALIDATION, to_server, answer, sent_at)
    if isinstance(answer, TransportFailure):
        return
    if answer.status == 304:
        params.user_agent.http_cache.confirm(lookup.key, stored, http_request, answer, now)
    else:
        params.user_agent.http_cache.store(lookup.key, http_request, answer, now)
