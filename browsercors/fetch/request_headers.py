"""
The headers that the browser adds to a request.

https://fetch.spec.whatwg.org/#http-network-or-cache-fetch
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

import attrs

from browsercors.fetch.cookie_headers import request_cookie_header
from browsercors.fetch.topology import is_third_party
from browsercors.http_cache.validation import is_conditional
from browsercors.values.headers import HeaderList
from browsercors.values.requests import CacheMode, CredentialsMode, Request, RequestMode, ResponseTainting
from browsercors.values.trustworthiness import is_potentially_trustworthy_url
from browsercors.values.urls import URL

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

Said: TypeAlias = "tuple[bytes | None, bytes | None, bytes | None, bytes | None, bool]"
"""
What a request says that depends on where its page stands: `Origin`, `Sec-Fetch-Site`, `Sec-Fetch-Storage-Access` and
`Cookie`, or None for none of them; and whether its URL gets what goes to potentially trustworthy URLs only.
"""


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
    params: FetchParams,
    request: Request,
    cache_mode: CacheMode,
    *,
    include_credentials: bool,
    authorization: bytes | None = None,
) -> HeaderList:
    """
    Return the header list of *request* as it goes out (HTTP-network-or-cache fetch, steps 8.5-8.21).

    Names are written as browsers write them over HTTP/1.1.

    Args:
        params: The fetch.
        request: The request.
        cache_mode: Its cache mode, after step 8.16.
        include_credentials: Whether it goes with credentials.
        authorization: The `Authorization` that the browser adds, unless the page has set one; None for none.
    """
    user_agent = params.user_agent
    profile = user_agent.profile
    wire = profile.wire if request is params.request else profile.preflight_wire
    url = request.url_list[-1]
    # PROFILE: WebKit does not know this machine by a name that ends with a dot.
    trustworthy = url.scheme == "https" or wire.is_trustworthy(url)
    origin = request_origin_header(params, request, wire, trustworthy=trustworthy)
    # PROFILE: Chromium's preflights say their mode to all.
    tells = trustworthy or wire.fetch_metadata_to_untrustworthy_urls
    # PROFILE: not all browsers look at the whole redirect chain.
    site = wire.sec_fetch_site(request, user_agent.sites) if tells else None
    storage_access = storage_access_status(params, request, wire, trustworthy=trustworthy)
    cookie = request_cookie_header(params, request) if include_credentials else None
    said = (origin, site, storage_access, cookie, trustworthy)
    if len(request.url_list) > 1 or request.destination or request.initiator or authorization is not None:
        lines = _header_lines(params, request, cache_mode, wire, said)
        if authorization is not None:
            lines = _with_authorization(params, request, lines, authorization)
        return HeaderList(lines)

    referrer = request.referrer
    # NB: all that the lines of such a request depend on, so that they are written and put in order once.
    key = (
        said,
        request.method,
        tuple(request.header_list),
        tuple([name for name, _ in request.page_header_list]) if wire.names_moved_by_page else (),
        url.scheme,
        url.authority,
        None if request.body is None else len(request.body),
        referrer.href if isinstance(referrer, URL) else referrer,
        request.mode,
        request.cache_mode,
        cache_mode,
        request.priority,
        request.initiator_type,
        request.client.is_worker,
        wire.shifted(request, user_agent.sites),
    )
    known = wire.written.get(key)
    if known is None:
        known = HeaderList(_header_lines(params, request, cache_mode, wire, said))
        wire.remember(key, known)
    return known.copy()


def _header_lines(
    params: FetchParams, request: Request, cache_mode: CacheMode, wire: WireRules, said: Said
) -> list[tuple[bytes, bytes]]:
    """
    Write the header lines of a request, in their order; the other arguments are those of `headers_on_the_wire`.

    NB: of a request that is the first of its chain and no element's, nothing may be read here that is not in its key.
    """
    origin, site, storage_access, cookie, trustworthy = said
    user_agent = params.user_agent
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
    if origin is not None:
        headers.append((b"Origin", origin))

    # 8.13. Add the Fetch metadata headers: site, mode and destination; activation by the user goes with navigations.
    # https://w3c.github.io/webappsec-fetch-metadata/#fetch-integration
    # PROFILE: when a redirect under CORS changes the origin, WebKit starts a new request with fewer headers of its own.
    is_new = len(request.url_list) > 1 and wire.starts_new_request(request, user_agent.sites)
    if site is not None and not is_new:
        metadata = [
            (b"Sec-Fetch-Site", site),
            (b"Sec-Fetch-Mode", SEC_FETCH_MODES[request.mode]),
            (b"Sec-Fetch-Dest", request.destination.encode("ascii") or b"empty"),
        ]
        headers += [
            header for header in metadata if trustworthy or header[0] in wire.fetch_metadata_to_untrustworthy_urls
        ]
        if storage_access is not None:
            headers.append((b"Sec-Fetch-Storage-Access", storage_access))

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
        initiators = user_agent.profile.initiators
        dropped = initiators.dropped_of(request)
        headers = [header for header in headers if header[0].lower() not in dropped]
        headers += initiators.headers_of(request)
        # PROFILE: handshakes of WebSockets have an order of their own.
        if request.mode is RequestMode.WEBSOCKET:
            headers += [] if cookie is None else [(b"Cookie", cookie)]
            sockets = initiators.sockets
            headers = [(name, sockets.destination if name == b"Sec-Fetch-Dest" else value) for name, value in headers]
            return sorted(headers, key=sockets.place_on_the_wire)

    # PROFILE: what Chromium tells of itself to the others, workers do not.
    if request.client.is_worker:
        dropped = user_agent.profile.initiators.workers.dropped_headers
        headers = [header for header in headers if header[0].lower() not in dropped]

    # 8.21. Add credentials.
    if cookie is not None:
        headers.append((b"Cookie", cookie))
    # NB: the standard leaves the order open. Servers should not depend on it, but people compare requests.
    headers.sort(key=wire.place_on_the_wire(request, user_agent.sites))
    return headers


def _with_authorization(
    params: FetchParams, request: Request, headers: list[tuple[bytes, bytes]], authorization: bytes
) -> list[tuple[bytes, bytes]]:
    """
    Return the header lines with the `Authorization` that the browser adds.
    """
    rules = params.user_agent.profile.authentication
    if b"authorization" in request.header_list.names():
        if not rules.replaces_header:
            return headers
        headers = [line for line in headers if line[0].lower() != b"authorization"]
    places = [i for i, line in enumerate(headers) if line[0].lower() in rules.placed_behind]
    headers.insert(max(places, default=-1) + 1, (b"Authorization", authorization))
    return headers


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
    keeps_origin = wire.keeps_origin and len(request.url_list) > 1
    stays = keeps_origin and request.url_list[-2].origin.same_origin(request.current_url.origin)
    if stays and params.origin_sent is not None:
        return params.origin_sent
    if (
        request.method in {b"GET", b"HEAD"}
        and storage_access_status(params, request, wire, trustworthy=trustworthy) != b"inactive"
    ):
        params.origin_sent = None
        return None
    # NB: no policy hides it behind a redirect, neither the request's own nor one that the redirect brings.
    params.origin_sent = serialized_origin if keeps_origin else _origin_outside_cors(params, request, serialized_origin)
    return params.origin_sent


def _origin_outside_cors(params: FetchParams, request: Request, serialized_origin: bytes) -> bytes:
    """
    Return the `Origin` of a request that its method alone asks for (steps 4.1 and 4.2).
    """
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
