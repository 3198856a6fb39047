"""
The headers that the browser adds to a request.

https://fetch.spec.whatwg.org/#http-network-or-cache-fetch
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from browsercors.fetch.cookie_headers import request_cookie_header
from browsercors.fetch.topology import is_third_party
from browsercors.http_cache.validation import is_conditional
from browsercors.values.headers import HeaderList
from browsercors.values.requests import CacheMode, CredentialsMode, Request, RequestMode, ResponseTainting
from browsercors.values.trustworthiness import is_potentially_trustworthy_url

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from browsercors.fetch.params import FetchParams
    from browsercors.rules.wire import WireRules
    from browsercors.values.wire import HTTPRequest

__all__ = [
    "cache_mode_on_the_wire",
    "headers_on_the_wire",
    "request_origin_header",
    "storage_access_status",
    "with_headers",
]

# NB: names of their own, since Python 3.11 takes four times as long to find a member in its enumeration.
INCLUDE: Final = CredentialsMode.INCLUDE
DEFAULT: Final = CacheMode.DEFAULT
CORS: Final = ResponseTainting.CORS

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


def cache_mode_on_the_wire(params: FetchParams, request: Request) -> CacheMode:
    """
    Return the cache mode after step 8.16.
    """
    mode = request.cache_mode
    requests = params.user_agent.profile.requests
    # 8.16. A page that sets conditional headers has a cache of its own.
    if mode is DEFAULT and requests.conditional_cache_modes is None and is_conditional(request.header_list):
        return CacheMode.NO_STORE
    return mode


def headers_on_the_wire(
    params: FetchParams, request: Request, cache_mode: CacheMode, *, include_credentials: bool
) -> HeaderList:
    """
    Return the header list of *request* as it goes out (HTTP-network-or-cache fetch, steps 8.5-8.21).

    Names are written as browsers write them over HTTP/1.1.

    Args:
        params: The fetch.
        request: The request.
        cache_mode: Its cache mode, after step 8.16.
        include_credentials: Whether it goes with credentials.
    """
    user_agent = params.user_agent
    profile = user_agent.profile
    wire = profile.wire if request is params.request else profile.preflight_wire
    url = request.current_url
    page_names = request.header_list.names()
    body = request.body
    # PROFILE: Chromium normalises `Range`, Firefox joins repeated headers.
    headers = [*wire.page_headers(request), (b"Host", url.authority.encode("ascii"))]

    # 8.5.-8.9. State the body's length; a POST or PUT without body says 0.
    if body is not None:
        headers.append((b"Content-Length", b"%d" % len(body)))
    elif request.method in METHODS_WITH_LENGTH:
        headers.append((b"Content-Length", b"0"))

    # 8.11. Add `Referer`.
    if request.referrer is not None:
        headers.append((b"Referer", str(request.referrer).encode("ascii")))

    # 8.12. Add `Origin`.
    # PROFILE: WebKit does not know this machine by a name that ends with a dot.
    trustworthy = url.scheme == "https" or wire.is_trustworthy(url)
    origin = request_origin_header(params, request, wire, trustworthy=trustworthy)
    if origin is not None:
        headers.append((b"Origin", origin))

    # 8.13. Add the Fetch metadata headers.
    # PROFILE: when a redirect under CORS changes the origin, WebKit starts a new request with fewer headers of its own.
    is_new = len(request.url_list) > 1 and wire.starts_new_request(request, user_agent.sites)
    if not is_new:
        headers += _fetch_metadata(params, request, wire, trustworthy=trustworthy)

    # 8.14. Say that the page may never need it.
    if request.initiator == "prefetch":
        headers.append((b"Sec-Purpose", b"prefetch"))

    # 8.15. NB: the browser says who it is at step 8.20.

    # 8.16.-8.18. Tell caches on the way what the cache mode demands.
    if wire.cache_headers and not is_new:
        for header in CACHE_HEADERS[cache_mode]:
            if header[0].lower() not in page_names:
                headers.append(header)

    # 8.19.-8.20. Add what HTTP itself needs; no coded part of a whole, which is of no use.
    ranged = b"range" in page_names and not is_new
    # PROFILE: once a URL of the chain was not trustworthy, Chromium has taken away what it tells only the others.
    told = trustworthy and (len(request.url_list) == 1 or all(map(is_potentially_trustworthy_url, request.url_list)))
    usual = wire.usual[url.scheme == "https", told, ranged]
    if page_names.isdisjoint(wire.overridable):
        headers += usual
    else:
        headers += [header for header in usual if header[0].lower() not in page_names]
    if request.initiator_type == "fetch" and b"priority" not in page_names:
        headers += wire.fetch_extra.get(request.priority, ())
    elif request.destination or request.initiator:
        initiators = profile.initiators
        dropped = initiators.dropped_of(request)
        headers = [header for header in headers if header[0].lower() not in dropped]
        headers += initiators.headers_of(request)
        # PROFILE: handshakes of WebSockets have an order of their own.
        if request.mode is RequestMode.WEBSOCKET:
            cookie = request_cookie_header(params, request)
            headers += [] if cookie is None else [(b"Cookie", cookie)]
            sockets = initiators.sockets
            headers = [(name, sockets.destination if name == b"Sec-Fetch-Dest" else value) for name, value in headers]
            return HeaderList(sorted(headers, key=sockets.place_on_the_wire))

    # 8.21. Add credentials.
    # FIXME: 8.21.2., the passwords that a user gave.
    if include_credentials:
        cookie = request_cookie_header(params, request)
        if cookie is not None:
            headers.append((b"Cookie", cookie))
    # NB: the standard leaves the order open. Servers should not depend on it, but people compare requests.
    headers.sort(key=wire.place_on_the_wire(request, user_agent.sites))
    return HeaderList(headers)


def with_headers(
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


def _fetch_metadata(
    params: FetchParams, request: Request, wire: WireRules, *, trustworthy: bool
) -> list[tuple[bytes, bytes]]:
    """
    Append the Fetch metadata headers (https://w3c.github.io/webappsec-fetch-metadata/#fetch-integration).
    """
    # 1. Only to URLs that are potentially trustworthy.
    # PROFILE: Chromium's preflights say their mode to all.
    if not trustworthy and not wire.fetch_metadata_to_untrustworthy_urls:
        return []
    # 2.-5. Destination, mode, site; the user's activation goes with navigations only, which pages here do not make.
    # PROFILE: not all browsers look at the whole redirect chain.
    site = wire.sec_fetch_site(request, params.user_agent.sites)
    headers = [
        (b"Sec-Fetch-Site", site),
        (b"Sec-Fetch-Mode", SEC_FETCH_MODES[request.mode]),
        (b"Sec-Fetch-Dest", request.destination.encode("ascii") or b"empty"),
    ]
    if not trustworthy:
        return [header for header in headers if header[0] in wire.fetch_metadata_to_untrustworthy_urls]
    status = storage_access_status(params, request, wire, trustworthy=trustworthy)
    if status is not None:
        headers.append((b"Sec-Fetch-Storage-Access", status))
    return headers


def storage_access_status(params: FetchParams, request: Request, wire: WireRules, *, trustworthy: bool) -> bytes | None:
    """
    Return the `Sec-Fetch-Storage-Access` of a credentialed request to a third party; None for other requests.

    Args:
        params: The fetch.
        request: The request.
        wire: What the browser adds to requests.
        trustworthy: Whether the current URL is potentially trustworthy.

    https://privacycg.github.io/storage-access-headers/
    """
    # NB: the cheapest question first; every request is asked.
    if (
        params.request.credentials_mode is not INCLUDE
        or wire.storage_access is None
        or not trustworthy
        or not (wire.storage_access_when_tainted or request.redirect_taint == "same-origin")
        or not is_third_party(request, params.user_agent.sites)
    ):
        return None
    return wire.storage_access(params.request, params.user_agent.sites)


def request_origin_header(params: FetchParams, request: Request, wire: WireRules, *, trustworthy: bool) -> bytes | None:
    """
    Return the value of the `Origin` header, or None where none is sent; the arguments are `storage_access_status`'s.

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
    if request.response_tainting is CORS:
        return serialized_origin
    # PROFILE: in Chromium and WebKit those of elements have it even where the page's own origin is asked.
    # NB: and those of WebSockets have it wherever they lead.
    if (request.destination or request.initiator) and (
        request.mode is RequestMode.WEBSOCKET
        or (request.mode is RequestMode.CORS and params.user_agent.profile.initiators.shows_origin_to_own(request))
    ):
        return serialized_origin
    # 4. Others have it when the method is neither GET nor HEAD.
    # NB: requests with `Sec-Fetch-Storage-Access: inactive` have it whatever their method.
    # PROFILE: WebKit sends what an earlier hop of the chain has sent, until the chain changes its origin.
    stays = len(request.url_list) > 1 and request.url_list[-2].origin.same_origin(request.current_url.origin)
    kept = params.origin_was_sent and wire.keeps_origin and stays
    if (
        request.method in {b"GET", b"HEAD"}
        and not kept
        and storage_access_status(params, request, wire, trustworthy=trustworthy) != b"inactive"
    ):
        params.origin_was_sent = False
        return None
    params.origin_was_sent = True
    # 4.1. Outside of CORS the referrer policy can hide it.
    # PROFILE: in Chromium it cannot.
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
    # PROFILE: in Chromium a redirect to another origin hides it as well.
    if params.user_agent.profile.redirects.hides_origin_without_cors and _has_left_an_origin(request):
        return b"null"
    return serialized_origin


def _has_left_an_origin(request: Request) -> bool:
    first = request.url_list[0].origin
    return request.mode is RequestMode.NO_CORS and any(not first.same_origin(url.origin) for url in request.url_list)
