"""
Putting a request on the wire: the headers that the browser adds, cookies, and reading the response's head.

https://fetch.spec.whatwg.org/#http-network-or-cache-fetch
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from browsercors.fetch.browser_cache import ANSWERS, Lookup, look_up
from browsercors.fetch.cookies import CookieOutcome, CookieRefusal, SameSiteMode, SetCookieResult, serialize_cookies
from browsercors.fetch.fetch_params import SendRequest, record_exchange
from browsercors.fetch.findings import Algorithm, Reason
from browsercors.fetch.http_caching import Use
from browsercors.fetch.http_validation import CONDITIONS
from browsercors.fetch.timeline import CachedResponse, Exchange, ExchangeKind
from browsercors.values.headers import HeaderList
from browsercors.values.requests import CacheMode, CredentialsMode, Request, RequestMode, ResponseTainting
from browsercors.values.responses import REDIRECT_STATUSES, Response, network_error
from browsercors.values.trustworthiness import is_potentially_trustworthy_url
from browsercors.values.urls import parse_url
from browsercors.values.wire import FailureKind, HTTPRequest, HTTPResponse, TransportFailure

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

    from browsercors.engines.profile import WireRules
    from browsercors.fetch.fetch_params import Fetching, FetchParams
    from browsercors.fetch.http_caching import StoredResponse

__all__ = ["http_network_fetch", "http_network_or_cache_fetch", "refuse", "request_origin_header"]

HTTP_NETWORK_OR_CACHE_FETCH = Algorithm(
    "HTTP-network-or-cache fetch", "https://fetch.spec.whatwg.org/#concept-http-network-or-cache-fetch"
)
HTTP_NETWORK_FETCH = Algorithm("HTTP-network fetch", "https://fetch.spec.whatwg.org/#concept-http-network-fetch")
APPEND_COOKIE_HEADER = Algorithm(
    "append a request `Cookie` header", "https://fetch.spec.whatwg.org/#append-a-request-cookie-header"
)
STORE_SET_COOKIE_HEADERS = Algorithm(
    "parse and store response `Set-Cookie` headers",
    "https://fetch.spec.whatwg.org/#parse-and-store-response-set-cookie-headers",
)

KEEPALIVE_LIMIT: Final = 64 * 1024

NOT_ASKED: Final = Lookup(None, stores=False)

METHODS_WITH_LENGTH: Final = frozenset({b"POST", b"PUT"})

# Steps 8.17 and 8.18.
CACHE_HEADERS: Final[Mapping[CacheMode, tuple[tuple[bytes, bytes], ...]]] = {
    CacheMode.DEFAULT: (),
    CacheMode.FORCE_CACHE: (),
    CacheMode.ONLY_IF_CACHED: (),
    CacheMode.NO_CACHE: ((b"Cache-Control", b"max-age=0"),),
    CacheMode.NO_STORE: ((b"Pragma", b"no-cache"), (b"Cache-Control", b"no-cache")),
    CacheMode.RELOAD: ((b"Pragma", b"no-cache"), (b"Cache-Control", b"no-cache")),
}

SEC_FETCH_MODES: Final = {mode: mode.value.encode("ascii") for mode in RequestMode}

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
    headers = headers_on_the_wire(params, request, include_credentials=include_credentials)
    http_request = HTTPRequest(request.method, request.current_url, headers, body, params.now)

    # 8.24.-8.26. Ask the HTTP cache; preflights have nothing to do with it.
    params.kept = None
    lookup = NOT_ASKED
    if kind is not ExchangeKind.PREFLIGHT:
        lookup = look_up(params, request, http_request, include_credentials, cache_mode_on_the_wire(params, request))
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
    place = params.user_agent.profile.wire.place_on_the_wire(request, params.page_header_list, params.user_agent.sites)
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
    # NB: a page that asks under conditions of its own gets the answer itself.
    if not lookup.stores or not CONDITIONS.isdisjoint(request.header_list.names()):
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
    # PROFILE: only Firefox looks at the answer.
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
    # PROFILE: only Firefox reads it to its end, and keeps it.
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


def cache_mode_on_the_wire(params: FetchParams, request: Request) -> CacheMode:
    """
    Return the cache mode after step 8.16.
    """
    mode = request.cache_mode
    requests = params.user_agent.profile.requests
    # 8.16. The page looks after its own cache.
    if (
        mode is CacheMode.DEFAULT
        and requests.conditional_cache_modes is None
        and not CONDITIONS.isdisjoint(request.header_list.names())
    ):
        return CacheMode.NO_STORE
    return mode


def headers_on_the_wire(params: FetchParams, request: Request, *, include_credentials: bool) -> HeaderList:
    """
    Return the header list of *request* as it goes out (HTTP-network-or-cache fetch, steps 8.5-8.21).

    Names are written as browsers write them over HTTP/1.1.
    """
    user_agent = params.user_agent
    profile = user_agent.profile
    wire = profile.wire if request is params.request else profile.preflight_wire
    url = request.current_url
    page_names = request.header_list.names()
    body = request.body
    # PROFILE: Chromium writes a Range anew, Firefox joins what is repeated.
    headers = [*wire.page_headers(request), (b"Host", url.authority.encode("ascii"))]

    # 8.5.-8.9. State the body's length; a POST or PUT without body says 0.
    if body is not None:
        headers.append((b"Content-Length", b"%d" % len(body)))
    elif request.method in METHODS_WITH_LENGTH:
        headers.append((b"Content-Length", b"0"))

    # 8.11. Say where the request comes from.
    if request.referrer is not None:
        headers.append((b"Referer", str(request.referrer).encode("ascii")))

    # 8.12. Say for whom.
    origin = request_origin_header(params, request, wire)
    if origin is not None:
        headers.append((b"Origin", origin))

    # 8.13. Say what for.
    trustworthy = url.scheme == "https" or is_potentially_trustworthy_url(url)
    headers += _fetch_metadata(params, request, wire, trustworthy=trustworthy)

    # 8.15., 8.19.-8.20. Say who, and what HTTP itself needs; no coded part of a whole, which is of no use.
    ranged = b"range" in page_names and not _is_made_anew(request, wire)
    usual = wire.usual[url.scheme == "https", trustworthy, ranged]
    if page_names.isdisjoint(wire.overridable):
        headers += usual
    else:
        headers += [header for header in usual if header[0].lower() not in page_names]
    if request.initiator_type == "fetch" and b"priority" not in page_names:
        headers += wire.fetch_extra

    # 8.16.-8.18. Tell caches on the way what the cache mode demands.
    if wire.cache_headers and not _is_made_anew(request, wire):
        for header in CACHE_HEADERS[cache_mode_on_the_wire(params, request)]:
            if header[0].lower() not in page_names:
                headers.append(header)

    # 8.21. Add credentials.
    if include_credentials:
        cookie = request_cookie_header(params, request)
        if cookie is not None:
            headers.append((b"Cookie", cookie))
    # NB: the standard leaves the order open. Servers should not care, but people who compare do.
    page_headers = params.page_header_list if request is params.request else ()
    headers.sort(key=wire.place_on_the_wire(request, page_headers, user_agent.sites))
    return HeaderList(headers)


def _is_made_anew(request: Request, wire: WireRules) -> bool:
    """
    Whether a redirect under CORS made the browser begin again with fewer headers of its own.
    """
    # PROFILE: WebKit does so when the origin changes.
    return (
        len(request.url_list) > 1
        and not wire.fetch_metadata_after_cors_redirect
        and request.mode is RequestMode.CORS
        and not request.url_list[-2].origin.same_origin(request.current_url.origin)
    )


def _fetch_metadata(
    params: FetchParams, request: Request, wire: WireRules, *, trustworthy: bool
) -> list[tuple[bytes, bytes]]:
    """
    Append the Fetch metadata headers (https://w3c.github.io/webappsec-fetch-metadata/#fetch-integration).
    """
    # 1. Only to URLs that are potentially trustworthy.
    # PROFILE: Chromium's preflights say their mode to all.
    if not trustworthy and not wire.fetch_metadata_elsewhere:
        return []
    if _is_made_anew(request, wire):
        return []
    # 2.-5. Destination, mode, site; the user's activation goes with navigations only, which pages here do not make.
    # PROFILE: browsers do not all judge the distance by the whole redirect chain.
    site = wire.sec_fetch_site(request, params.user_agent.sites)
    headers = [
        (b"Sec-Fetch-Site", site),
        (b"Sec-Fetch-Mode", SEC_FETCH_MODES[request.mode]),
        (b"Sec-Fetch-Dest", request.destination.encode("ascii") or b"empty"),
    ]
    if not trustworthy:
        return [header for header in headers if header[0] in wire.fetch_metadata_elsewhere]
    if site == b"cross-site":
        status = storage_access_status(params, request, wire)
        if status is not None:
            headers.append((b"Sec-Fetch-Storage-Access", status))
    return headers


def storage_access_status(params: FetchParams, request: Request, wire: WireRules) -> bytes | None:
    """
    Return whether a credentialed request to another site gets at unpartitioned cookies; None where it does not matter.

    https://privacycg.github.io/storage-access-headers/
    """
    if (
        wire.storage_access is None
        or not is_potentially_trustworthy_url(request.current_url)
        or params.request.credentials_mode is not CredentialsMode.INCLUDE
        or not (wire.storage_access_when_tainted or request.redirect_taint == "same-origin")
        or params.user_agent.sites.same_site(request.origin, request.current_url.origin)
    ):
        return None
    return wire.storage_access(params.request, params.user_agent.sites)


def request_origin_header(params: FetchParams, request: Request, wire: WireRules) -> bytes | None:
    """
    Return the value of the `Origin` header, or None where none is sent.

    https://fetch.spec.whatwg.org/#append-a-request-origin-header
    """
    # 2. Serialise the origin.
    # PROFILE: Firefox's preflights show the page's origin even after redirects tainted it.
    serialized_origin = (
        request.byte_serialized_origin()
        if request is params.request
        else params.user_agent.profile.preflight.origin(request)
    )
    # 3. CORS requests always have it.
    if request.response_tainting is ResponseTainting.CORS:
        return serialized_origin
    # 4. Others have it when the method is neither GET nor HEAD.
    # NB: Storage Access API headers let it go with all requests that are told that they have no access.
    # PROFILE: WebKit sends what an earlier hop of the chain has sent, until the chain changes its origin.
    stays = len(request.url_list) > 1 and request.url_list[-2].origin.same_origin(request.current_url.origin)
    kept = params.origin_was_sent and wire.keeps_origin and stays
    if request.method in {b"GET", b"HEAD"} and not kept and storage_access_status(params, request, wire) != b"inactive":
        params.origin_was_sent = False
        return None
    params.origin_was_sent = True
    # 4.1. Outside of CORS the referrer policy can hide it.
    # PROFILE: Chromium does not let it.
    if request.mode is not RequestMode.CORS and params.user_agent.profile.origin_obeys_referrer_policy:
        policy = request.referrer_policy
        scheme = request.current_url.scheme
        hidden = (
            policy == "no-referrer"
            or (
                policy in {"no-referrer-when-downgrade", "strict-origin", "strict-origin-when-cross-origin"}
                and request.origin.scheme == "https"
                and scheme != "https"
            )
            or (policy == "same-origin" and not request.origin.same_origin(request.current_url.origin))
        )
        if hidden:
            return b"null"
    return serialized_origin


def same_site_mode(params: FetchParams, *, redirects_count: bool) -> SameSiteMode:
    """
    Determine the same-site mode (https://fetch.spec.whatwg.org/#determine-the-same-site-mode).

    NB: pages here make no top-level navigations, so steps 2 and 3 never apply.

    Args:
        params: The fetch.
        redirects_count: Whether it matters that a redirect chain crossed sites.
    """
    request = params.request
    origin = request.client.top_level_origin
    # 4. A page inside another site's page is not same-site with anything.
    # 5. Nor is a chain that crossed sites.
    # PROFILE: Chromium and WebKit do not look back, and Firefox does not when it keeps cookies.
    # NB: as it stands the algorithm would call every other request of a top-level page same-site, also one to another
    # site. RFC 6265bis, section 5.2, which it refines, does not, nor does any browser.
    # PROFILE: WebKit looks at where a sandboxed page came from, and not at its origin.
    if request.origin.is_opaque:
        crosses_sites = params.user_agent.profile.opaque_origins_are_cross_site
    else:
        crosses_sites = request.client.has_cross_site_ancestor
    if (
        crosses_sites
        or (redirects_count and request.redirect_taint == "cross-site")
        or not params.user_agent.sites.same_site(origin, request.current_url.origin)
    ):
        return SameSiteMode.UNSET_OR_LESS
    # 6. Anything else is.
    return SameSiteMode.STRICT_OR_LESS


def is_third_party(params: FetchParams) -> bool:
    """
    Whether the request goes to another site than that of the top-level page, or comes from a page of no site.
    """
    request = params.request
    return request.origin.is_opaque or not params.user_agent.sites.same_site(
        request.client.top_level_origin, request.current_url.origin
    )


def cookie_partition(params: FetchParams) -> object:
    """
    Return what keeps a page's cookies apart from those of the same host elsewhere; None for nothing.
    """
    # PROFILE: Firefox keeps the cookies that another site sets on a page with that page's site.
    if not params.user_agent.profile.partitions_third_party_cookies or not is_third_party(params):
        return None
    return params.request.client.network_partition_key


def partition_of_partitioned_cookies(request: Request) -> Hashable:
    """
    Return with what cookies that are `Partitioned` belong: the top-level site, apart for frames of other sites in it.
    """
    return request.client.network_partition_key, request.client.has_cross_site_ancestor


def request_cookie_header(params: FetchParams, request: Request) -> bytes | None:
    """
    Return the value of the `Cookie` header, or None where no cookie matches.

    https://fetch.spec.whatwg.org/#append-a-request-cookie-header
    """
    store = params.user_agent.cookie_store
    # NB: most tests set no cookies at all.
    if not len(store):
        return None
    # 2.-5. Retrieve the cookies.
    mode = same_site_mode(params, redirects_count=params.user_agent.profile.redirects_hide_cookies)
    cookies = store.retrieve(
        request.current_url,
        now=params.now,
        same_site=mode,
        partition=cookie_partition(params),
        top_level_site=partition_of_partitioned_cookies(request),
    )
    params.findings.append(
        APPEND_COOKIE_HEADER.noted("5", same_site=mode.value, sent=tuple(cookie.name for cookie in cookies))
    )
    # 6.-8. Serialise them.
    return serialize_cookies(cookies) if cookies else None


def parse_and_store_response_set_cookie_headers(params: FetchParams, request: Request, headers: HeaderList) -> None:
    """
    Store the cookies that a response sets.

    https://fetch.spec.whatwg.org/#parse-and-store-response-set-cookie-headers
    """
    values = headers.get_all(b"set-cookie")
    if not values:
        return
    mode = same_site_mode(params, redirects_count=params.user_agent.profile.redirects_refuse_cookies)
    partition = cookie_partition(params)
    # PROFILE: WebKit takes no cookies from third parties.
    if params.user_agent.profile.refuses_cookies_of(request, params.user_agent.sites):
        refused = SetCookieResult(CookieOutcome.REFUSED, CookieRefusal.THIRD_PARTY, None)
        params.findings += [STORE_SET_COOKIE_HEADERS.noted("6", set_cookie=value, outcome=refused) for value in values]
        return
    # 6. Each header stands for itself.
    for value in values:
        outcome = params.user_agent.cookie_store.store(
            value,
            request.current_url,
            now=params.now,
            same_site_allowed=mode is SameSiteMode.STRICT_OR_LESS,
            partition=partition,
            top_level_site=partition_of_partitioned_cookies(request),
        )
        params.findings.append(STORE_SET_COOKIE_HEADERS.noted("6", set_cookie=value, outcome=outcome))


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
