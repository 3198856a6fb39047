"""
WebKit, as observed on WebKitGTK 2.50.6 (Debian).

Read in `CrossOriginAccessControl.cpp`, `CrossOriginPreflightResultCache.cpp` and `NetworkLoadChecker.cpp`.
"""

from __future__ import annotations

import re
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import attrs

from browsercors.engines.shifts import is_outside_cors, is_without_body, is_xml_http_request
from browsercors.engines.standard import profile as standard
from browsercors.engines.standard.profile import STANDARD, referrer_by_scheme
from browsercors.engines.webkit.console import WEBKIT_CONSOLE
from browsercors.engines.webkit.failures import webkit_identifier
from browsercors.engines.webkit.http_cache import WEBKIT_HTTP_CACHE
from browsercors.engines.webkit.recordings import WEBKIT_RECORDINGS
from browsercors.engines.webkit.transport import WEBKIT_TRANSPORT, with_plain_escapes
from browsercors.fetch.fetch_metadata import sec_fetch_site
from browsercors.fetch.preflight_cache.whole import WholePreflightCache
from browsercors.fetch.preflight_response import DEFAULT_MAX_AGE
from browsercors.fetch.safelists import cors_unsafe_request_header_names
from browsercors.initiators.bodies.blob import Blob
from browsercors.initiators.bodies.url_search_params import URLSearchParams
from browsercors.protections.integrity import do_bytes_match_metadata_list
from browsercors.rules.clear_site_data import ClearingResponses, ClearSiteDataRules
from browsercors.rules.content_security_policy import ContentSecurityPolicyRules, PortUpgrade
from browsercors.rules.cookies import CookieRules, SameSite
from browsercors.rules.preflight import ClearedBy, PreflightStage
from browsercors.rules.requests import StreamBody
from browsercors.rules.safelist import HeaderRule, UnsafeHeaders
from browsercors.rules.upgrades import Upgrade, UpgradeRules
from browsercors.rules.wire import AcceptEncoding, Rewriting, Shift, WireRules
from browsercors.values.expressions import compiled_late
from browsercors.values.headers import Failure, HeaderList
from browsercors.values.requests import CredentialsMode, Request, RequestMode, ResponseTainting
from browsercors.values.trustworthiness import is_potentially_trustworthy_url, is_url_trustworthy_by_scheme

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Sequence

    from browsercors.rules.authentication import AuthenticationRules
    from browsercors.rules.elements.loads import LoadRules
    from browsercors.rules.safelist import Safelist
    from browsercors.values.responses import FilteredResponse
    from browsercors.values.sites import Sites
    from browsercors.values.urls import URL

__all__ = ["WEBKIT"]

GREATEST_INT64: Final = 2**63 - 1
GREATEST_UINT64: Final = 2**64 - 1

SINGLE_RANGE = compiled_late(rb"bytes=\+?([0-9]+)-\+?([0-9]*)\Z", re.IGNORECASE)
SIGNED_INTEGER = compiled_late(rb"[+-]?[0-9]+\Z")


def lenient_range(value: bytes) -> HeaderRule | None:
    """
    Judge `Range`; the unit in any case, numbers with a plus (observed on 2.50).
    """
    match = SINGLE_RANGE.match(value)
    if match is None:
        return HeaderRule.RANGE
    start, end = int(match[1]), int(match[2]) if match[2] else None
    if start > GREATEST_UINT64 or (end is not None and not start <= end <= GREATEST_UINT64):
        return HeaderRule.RANGE
    return None


def max_age(headers: HeaderList) -> float | None:
    """
    Read `Access-Control-Max-Age` as a signed 64-bit number; below zero it has passed, anything malformed is 5.
    """
    value = headers.get(b"access-control-max-age")
    if value is None or SIGNED_INTEGER.match(value) is None or len(value) > 20:
        return DEFAULT_MAX_AGE
    seconds = int(value)
    return DEFAULT_MAX_AGE if abs(seconds) > GREATEST_INT64 else seconds


def unsafe_headers_of_the_page(request: Request, safelist: Safelist) -> UnsafeHeaders:
    """
    Determine the unsafe names from the headers as the page set them, whatever redirects removed (observed on 2.50).
    """
    return cors_unsafe_request_header_names(request.page_header_list, safelist)


def names_as_set(unsafe_headers: UnsafeHeaders) -> Sequence[bytes]:
    """
    Look for unsafe names in the order and the case in which the page set them (observed on 2.50).
    """
    return [header.name for header in unsafe_headers.headers]


def location(headers: HeaderList) -> bytes | Failure | None:
    """
    Read `Location`: repeated ones are joined, an empty one is an error at once (observed on 2.50).
    """
    value = headers.get(b"location")
    return Failure() if value == b"" else value


def drops_empty_body(init: object, initiator_type: str, upload_listeners: bool) -> bool:
    """
    Send no empty blob, and from XMLHttpRequest no empty form either; so no `Content-Length` (observed on 2.50).

    Under upload listeners, send nothing that is empty.
    """
    is_unsent_form = initiator_type == "xmlhttprequest" and isinstance(init, URLSearchParams)
    return upload_listeners or is_unsent_form or isinstance(init, Blob)


def cors_checked_again(request: Request) -> bool:
    """
    Judge redirects once more if the chain began at the page's own origin, and so with credentials.

    Evidence: app -> api -> anywhere fails with `Access-Control-Allow-Origin: *`, because of the wildcard, though not
    before the preflight for the next hop was sent. What ends the chain is judged once (observed on 2.50).
    """
    return request.credentials_mode is CredentialsMode.SAME_ORIGIN and request.url_list[0].origin.same_origin(
        request.origin
    )


def referrer_source(request: Request) -> URL | None:
    """
    Return what the page shows: its URL, also where it is sandboxed.

    An `about:` document shows nothing, or its parent's URL where XMLHttpRequest or an element asks, sandboxed or not
    (all observed on 2.50).
    """
    client = request.client
    if client.url.scheme != "about":
        return client.referrer_source
    return None if request.initiator_type == "fetch" else client.referrer_source


def origin_key(request: Request) -> Hashable | None:
    """
    Remember preflights for each opaque origin apart, whatever redirects led to the URL.

    A request of another page that redirects tainted has an origin of its own: it finds its own preflight again when it
    comes to the same URL, and no other request does (both observed on 2.50).
    """
    if request.origin.is_opaque:
        return request.origin
    return request.tainted_origin or request.origin.byte_serialized


def restored_names(request: Request, status: int, location: URL) -> Collection[bytes]:
    """
    Give the type of a body that is gone back, at the next redirect of a CORS request (observed on 2.50).
    """
    leaves = request.mode is RequestMode.CORS and not request.origin.same_origin(location.origin)
    return (b"content-type",) if leaves or request.response_tainting is ResponseTainting.CORS else ()


def integrity_matches(response: FilteredResponse, integrity: str) -> bool:
    """
    Hold the body against the integrity; a redirect that the page does not see has an empty one (observed on 2.50).
    """
    if response.type == "opaqueredirect":
        return do_bytes_match_metadata_list(b"", integrity)
    return standard.integrity_matches_what_came(response, integrity)


def also_becomes_get(request: Request, location: URL) -> bool:
    """
    Make a GET also of a DELETE that is redirected to another origin, with whatever status (observed on 2.50).
    """
    return request.method == b"DELETE" and not location.origin.same_origin(request.current_url.origin)


def site_of_request_origin(request: Request, sites: Sites) -> bytes:
    """
    Return the value of `Sec-Fetch-Site` for a preflight; an origin that redirects tainted is far from all URLs.

    Observed on 2.50.
    """
    return sec_fetch_site(request, sites) if request.redirect_taint == "same-origin" else b"cross-site"


def sec_fetch_site_of_workers(request: Request, sites: Sites) -> bytes:
    """
    Take a worker whose script was a `data:` URL for its page, unless it is shared (observed on 2.50).
    """
    owner = request.client.owner
    if owner is not None and request.origin.is_opaque:
        return sec_fetch_site(attrs.evolve(request, origin=owner.origin), sites)
    return sec_fetch_site(request, sites)


def header_lines(headers: HeaderList) -> HeaderList:
    """
    Read header lines; in a value a carriage return is a blank, and what is no UTF-8 is replaced (observed on 2.50).
    """
    lines = standard.header_lines(headers)
    return HeaderList(
        (name, value.replace(b"\r", b" ").strip(b"\t ").decode("utf-8", "replace").encode("utf-8"))
        for name, value in lines
    )


def is_same_site_request(request: Request, sites: Sites) -> bool:
    """
    Send SameSite cookies to the very host of the top-level page, however the request came there.

    They are sent to other hosts of its site if the document that asks is of that site as well, and no redirect crossed
    sites or schemes. Sandboxes do not matter, nor what stands between the two, nor http or https. Source: libsoup,
    `cookie_is_valid_for_same_site_policy`; observed on 2.50. Safari has another library.
    """
    client = request.client
    top, origin = client.top_level_origin, request.current_url.origin
    if origin.host == top.host:
        return True
    chain = [url.origin for url in request.url_list]
    return (
        sites.schemelessly_same_site(top, origin)
        and sites.schemelessly_same_site(client.referrer_source.origin, top)
        and all(sites.same_site(one, other) for one, other in pairwise(chain))
    )


def is_of_another_registrable_domain(request: Request, sites: Sites) -> bool:
    """
    Refuse the cookies of hosts that do not share a registrable domain with the top-level page (observed on 2.50).

    NB: a suffix that the Public Suffix List does not name makes every host a domain of its own: `api.example.com` sets
    cookies in a page of `app.example.com`, `api.example.test` does not in one of `app.example.test`.
    """
    page, host = request.client.top_level_origin.host, request.current_url.host
    return page != host and (sites.listed_registrable_domain(page) or page) != sites.listed_registrable_domain(host)


KNOWN_NAMES: Final = {
    name.lower(): name
    for name in (
        b"Accept",
        b"Accept-Language",
        b"Accept-Ranges",
        b"Age",
        b"Authorization",
        b"Cache-Control",
        b"Content-Disposition",
        b"Content-Encoding",
        b"Content-Language",
        b"Content-Range",
        b"Content-Security-Policy",
        b"Content-Type",
        b"ETag",
        b"Expires",
        b"If-Match",
        b"If-Modified-Since",
        b"If-None-Match",
        b"If-Range",
        b"If-Unmodified-Since",
        b"Last-Event-ID",
        b"Last-Modified",
        b"Location",
        b"Pragma",
        b"Purpose",
        b"Range",
        b"Refresh",
        b"Server",
        b"Timing-Allow-Origin",
        b"User-Agent",
        b"Vary",
        b"X-Content-Type-Options",
        b"X-DNS-Prefetch-Control",
        b"X-Frame-Options",
        b"X-Powered-By",
        b"X-XSS-Protection",
    )
}
"""Of the names that WebKit has an enumeration of (WebCore's `HTTPHeaderNames.in`), those that a page may set."""


def page_headers_by_known_names(request: Request) -> HeaderList:
    """
    Write known names in their usual case, and characters as UTF-8 (observed on 2.50).
    """
    return HeaderList(
        # NB: what an event stream has said is characters already, and no bytes of a page.
        (name, value)
        if name == b"Last-Event-ID" and request.initiator == "eventsource"
        else (KNOWN_NAMES.get(name.lower(), name), value.decode("latin-1").encode("utf-8"))
        for name, value in request.header_list
    )


def isomorphic_decode(value: bytes) -> str:
    """
    Decode a location byte by byte (observed on 2.50).
    """
    return value.decode("latin-1")


def is_new_after_redirect(request: Request, sites: Sites) -> bool:
    """
    Tell whether *request* is one under CORS that was just redirected to another origin: then WebKit makes a new one.
    """
    return (
        len(request.url_list) > 1
        and request.mode is RequestMode.CORS
        and not request.url_list[-2].origin.same_origin(request.current_url.origin)
    )


def gets_origin_late(request: Request, sites: Sites) -> bool:
    """
    Tell whether *request* stays where a redirect took it, and began where it needed no `Origin`.
    """
    return (
        len(request.url_list) > 1
        and request.response_tainting is ResponseTainting.CORS
        and request.url_list[-2].origin.same_origin(request.current_url.origin)
        and request.url_list[0].origin.same_origin(request.origin)
    )


def asks_for_a_range(request: Request, sites: Sites) -> bool:
    """
    Tell whether *request* has a `Range`, for which WebKit itself, and not its network library, says `Accept-Encoding`.
    """
    return b"range" in request.header_list and not is_new_after_redirect(request, sites)


# NB: WebKit keeps no order: what it sets later stands later. Behind that come the names unknown to its network library.
ORDER: Final = (
    b"**",
    b"content-type",
    b"origin",
    b"access-control-request-method",
    b"referer",
    b"access-control-request-headers",
    b"accept",
    b"user-agent",
    b"pragma",
    b"cache-control",
    b"purpose",
    b"content-length",
    b"accept-encoding",
    b"accept-language",
    b"connection",
    b"host",
    b"cookie",
    b"service-worker-navigation-preload",
    b"sec-fetch-dest",
    b"sec-fetch-mode",
    b"sec-fetch-site",
    b"*",
)

SET_FIRST: Final = frozenset(
    {
        b"accept",
        b"accept-charset",
        b"accept-language",
        b"access-control-allow-origin",
        b"authorization",
        b"cache-control",
        b"content-disposition",
        b"content-encoding",
        b"content-language",
        b"content-location",
        b"content-range",
        b"content-type",
        b"if-match",
        b"if-modified-since",
        b"if-none-match",
        b"if-range",
        b"if-unmodified-since",
        b"last-event-id",
        b"pragma",
        b"range",
        b"service-worker",
        b"set-cookie2",
        b"upgrade-insecure-requests",
        b"user-agent",
    }
)
"""Names that both WebKit and its network library know: the page sets them first, in its own order."""


def authentication() -> AuthenticationRules:
    """
    Return how it tells servers who the visitor is.
    """
    # NB: imported late, since few servers ask.
    from browsercors.engines.webkit.authentication import WEBKIT_AUTHENTICATION

    return WEBKIT_AUTHENTICATION


def loads() -> LoadRules:
    """
    Return what elements ask for, and what becomes of the responses.
    """
    # NB: imported late, since many pages only fetch.
    from browsercors.engines.webkit.loads import WEBKIT_LOADS

    return WEBKIT_LOADS


def is_trustworthy_without_dot(url: URL) -> bool:
    """
    Know this machine by its names, but for those that end with a dot (observed on 2.50).
    """
    return is_potentially_trustworthy_url(url) and not (url.scheme == "http" and url.host.endswith("."))


WIRE: Final = WireRules(
    order=ORDER,
    shifts=(
        Shift(is_outside_cors, b"origin", behind=b"accept"),
        Shift(is_xml_http_request, b"referer", behind=b"accept"),
        Shift(is_new_after_redirect, b"accept", behind=b"content-type"),
        Shift(gets_origin_late, b"origin", behind=b"user-agent"),
        Shift(asks_for_a_range, b"accept-encoding", behind=b"cache-control"),
        Shift(is_without_body, b"content-length", behind=b"host"),
    ),
    names_moved_by_page=SET_FIRST,
    user_agent=(
        b"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/60.5 Safari/605.1.15"
    ),
    accept_language=b"en-US",
    accept_encoding=AcceptEncoding(plain=b"gzip, deflate", loopback=b"gzip, deflate", tls=b"gzip, deflate, br"),
    page_headers=page_headers_by_known_names,
    sec_fetch_site=sec_fetch_site_of_workers,
    is_trustworthy=is_trustworthy_without_dot,
    starts_new_request=is_new_after_redirect,
    extra=((b"Connection", b"Keep-Alive"),),
    keeps_origin=True,
    rewriting=Rewriting("%", with_plain_escapes),
)
PREFLIGHT_ORDER: Final = (
    b"origin",
    b"access-control-request-method",
    b"referer",
    b"access-control-request-headers",
    b"user-agent",
    b"accept",
    b"accept-encoding",
    b"accept-language",
    b"connection",
    b"host",
    b"sec-fetch-mode",
    b"sec-fetch-dest",
    b"sec-fetch-site",
    b"*",
)

WEBKIT: Final = STANDARD.evolve(
    make_loads=loads,
    make_authentication=authentication,
    name="webkit",
    label="WebKit",
    version="WebKitGTK 2.50.6",
    recorded_on="2026-12-01",
    safelist=attrs.evolve(STANDARD.safelist, names={**STANDARD.safelist.names, b"range": lenient_range}),
    requests=attrs.evolve(
        STANDARD.requests,
        xhr_sends_unparsable_blob_types=False,
        combines_repeated_headers=True,
        no_cors_drops_body_type=False,
        has_only_if_cached=False,
        keeps_credentials_in_foreign_urls=False,
        drops_empty_body=drops_empty_body,
        no_referrer_sets_policy=True,
        sends_type_of_dropped_form=True,
        stream_body=StreamBody.REFUSED,
        checked_first=("mode", "mixed-content", "port"),
        multipart_boundary_prefix="----WebKitFormBoundary",
    ),
    preflight=attrs.evolve(
        STANDARD.preflight,
        stages=(
            PreflightStage.STATUS,
            PreflightStage.CORS_CHECK,
            PreflightStage.PARSE_METHODS,
            PreflightStage.PARSE_HEADERS,
            PreflightStage.STORE,
            PreflightStage.METHOD,
            PreflightStage.HEADERS,
        ),
        authorization_needs_listing=False,
        forced_method_needs_no_listing=False,
        unsafe_headers=unsafe_headers_of_the_page,
        comparison_order=names_as_set,
        sends_user_agent_of_page=True,
        keeps_first_referrer=True,
        needs_whole_body=True,
        repeated_on_redirect=True,
    ),
    preflight_cache=attrs.evolve(
        STANDARD.preflight_cache,
        create=partial(WholePreflightCache, authorization_needs_listing=False, request_decides_wildcards=True),
        max_age=max_age,
        max_age_cap=600,
        origin_key=origin_key,
        cleared_by=ClearedBy.NONE,
    ),
    http_cache=WEBKIT_HTTP_CACHE,
    redirects=attrs.evolve(
        STANDARD.redirects,
        loads_follow_to_data=True,
        location=location,
        location_text=isomorphic_decode,
        also_becomes_get=also_becomes_get,
        cors_checked_again=cors_checked_again,
        restored_names=restored_names,
        error_mode_needs_location=True,
        mixed_content_after_preflight=True,
    ),
    responses=attrs.evolve(
        STANDARD.responses,
        header_list=header_lines,
        null_body_statuses=STANDARD.responses.null_body_statuses - {205},
        integrity_matches=integrity_matches,
    ),
    wire=WIRE,
    preflight_wire=attrs.evolve(
        WIRE,
        order=PREFLIGHT_ORDER,
        shifts=(),
        names_moved_by_page=frozenset(),
        cache_headers=False,
        starts_new_request=standard.never_starts_new_request,
        sec_fetch_site=site_of_request_origin,
        keeps_origin=False,
    ),
    cookies=CookieRules(
        default_same_site=SameSite.NONE,
        same_site_none_requires_secure=False,
        sites_ignore_schemes=True,
        # NB: these are libsoup's; Safari has another library.
        ends_at=compiled_late(rb"[^ -~]"),
        enforces_prefixes=False,
        sends_own_domain_first=True,
    ),
    refuses_cookies_of=is_of_another_registrable_domain,
    referrer=referrer_by_scheme,
    referrer_source=referrer_source,
    answers_proxy_challenges=True,
    is_trustworthy=is_url_trustworthy_by_scheme,
    same_site_looks_at_ancestors=False,
    is_same_site_request=is_same_site_request,
    redirects_refuse_cookies=False,
    transport=WEBKIT_TRANSPORT,
    content_security_policy=ContentSecurityPolicyRules(
        port_80=PortUpgrade.ALWAYS,
        ignores_query_in_path=True,
        decodes_whole_paths=True,
        wildcards_need_scheme=True,
        self_is_the_pages_origin=True,
        self_matches_blobs=False,
        compares_socket_urls=True,
        wildcard_schemes={"img-src": frozenset({"data"}), "media-src": frozenset({"blob", "data"})},
    ),
    clear_site_data=ClearSiteDataRules(counts=ClearingResponses.LAST, clears_cache=False),
    upgrades=UpgradeRules(by_hsts=Upgrade.NEVER, shows_loopback=True),
    identifier=webkit_identifier,
    console=WEBKIT_CONSOLE,
    recordings=WEBKIT_RECORDINGS,
)
