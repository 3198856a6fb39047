"""
Chromium 156, as observed (builds of Debian) and read in its network service.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Final

import attrs

from browsercors.engines.chromium.console import CHROMIUM_CONSOLE
from browsercors.engines.chromium.failures import chromium_identifier
from browsercors.engines.chromium.http_cache import CHROMIUM_HTTP_CACHE
from browsercors.engines.chromium.recordings import CHROMIUM_RECORDINGS
from browsercors.engines.chromium.transport import CHROMIUM_TRANSPORT, with_escaped_bars
from browsercors.engines.standard import profile as standard
from browsercors.engines.standard.profile import (
    STANDARD,
    integrity_matches_what_came,
    referrer_by_scheme,
    refuses_credentials,
)
from browsercors.fetch.fetch_metadata import sec_fetch_site, sec_fetch_site_of_current_url
from browsercors.fetch.preflight_cache.whole import WholePreflightCache
from browsercors.fetch.preflight_response import DEFAULT_MAX_AGE
from browsercors.fetch.safelists import range_rule
from browsercors.rules.clear_site_data import ClearingResponses, ClearSiteDataRules
from browsercors.rules.content_security_policy import ContentSecurityPolicyRules, PortUpgrade
from browsercors.rules.cookies import CookieRules, SameSite
from browsercors.rules.local_network_access import LocalNetworkAccessRules
from browsercors.rules.preflight import ClearedBy, PreflightStage
from browsercors.rules.responses import FORBIDDEN_RESPONSE_HEADER_NAMES
from browsercors.rules.safelist import HeaderRule
from browsercors.rules.upgrades import Upgrade, UpgradeRules
from browsercors.rules.wire import AcceptEncoding, Rewriting, Shift, WireRules
from browsercors.values.address_spaces import AddressSpace
from browsercors.values.expressions import compiled_late
from browsercors.values.headers import Failure, HeaderList
from browsercors.values.permissions import PERMISSIONS
from browsercors.values.requests import CacheMode, Request, ResponseTainting

if TYPE_CHECKING:
    from browsercors.rules.authentication import AuthenticationRules
    from browsercors.rules.elements.loads import LoadRules
    from browsercors.values.formats.data_urls import DataURLStruct
    from browsercors.values.sites import Sites
    from browsercors.values.urls import URL

__all__ = ["CHROMIUM", "range_within_64_bits"]

GREATEST_INT64: Final = 2**63 - 1
INT64_DIGITS: Final = 19

LENIENT_RANGE = compiled_late(rb"[\t ]*bytes[\t ]*=[\t ]*\+?([0-9]+)[\t ]*-[\t ]*\+?([0-9]*)[\t ]*\Z", re.IGNORECASE)
DIGITS = compiled_late(rb"[0-9]+\Z")
DECIMAL = compiled_late(rb"[0-9]*(?:\.[0-9]*)?\Z")
SIGNED_INTEGER = compiled_late(rb"[+-]?[0-9]+\Z")
EFFECTIVE_CONNECTION_TYPES: Final = frozenset({b"slow-2g", b"2g", b"3g", b"4g"})


def range_within_64_bits(value: bytes) -> HeaderRule | None:
    """
    Judge `Range` as the standard does, but refuse numbers that 64 bits with a sign do not hold.
    """
    if any(int(number) >= GREATEST_INT64 for number in re.findall(rb"[0-9]+", value)):
        return HeaderRule.RANGE
    return range_rule(value)


def _matches(pattern: re.Pattern[bytes], value: bytes) -> HeaderRule | None:
    return None if pattern.match(value) is not None else HeaderRule.VALUE


def _any_value(value: bytes) -> HeaderRule | None:
    return None


def _save_data(value: bytes) -> HeaderRule | None:
    return None if value.lower() == b"on" else HeaderRule.VALUE


def _effective_connection_type(value: bytes) -> HeaderRule | None:
    return None if value in EFFECTIVE_CONNECTION_TYPES else HeaderRule.VALUE


def max_age(headers: HeaderList) -> float | None:
    """
    Read `Access-Control-Max-Age` as a signed 64-bit number; below zero is zero, anything else malformed is 5.

    Evidence: `+600` is 600, `-1` is 0, thirty digits are 5 s (observed on 156).
    """
    value = headers.get(b"access-control-max-age")
    if value is None or SIGNED_INTEGER.match(value) is None or len(value) > 20:
        return DEFAULT_MAX_AGE
    seconds = int(value)
    return DEFAULT_MAX_AGE if abs(seconds) > GREATEST_INT64 else max(seconds, 0)


def tuple_origin(request: Request) -> bytes | None:
    """
    Remember preflights for an origin; none for an opaque one, the page's or that of redirects (observed on 156).
    """
    origin = request.byte_serialized_origin()
    return None if origin == b"null" else origin


def location(headers: HeaderList) -> bytes | Failure | None:
    """
    Read `Location`: the first header; an empty one is none. Repeated equal ones are followed (observed on 156).
    """
    values = headers.get_all(b"location")
    return values[0] if values and values[0] else None


def refuses_all_credentials(request: Request, location: URL) -> str | None:
    """
    Refuse credentials in URLs always, unless the request has had them before.

    Evidence: same-origin redirect to `http://u:p@`, blockedReason "origin"; `authentication/redirect-own`, of which
    `Location: /y` keeps what `open()` was given (observed on 156).
    """
    before = request.current_url
    stays = (location.username, location.password) == (before.username, before.password)
    return refuses_credentials(request, location) or (None if stays else "9")


def data_url_type(data: DataURLStruct) -> bytes | None:
    """
    Write the type of a `data:` URL; imported late, since few pages fetch one.
    """
    from browsercors.engines.chromium.data_urls import content_type

    return content_type(data)


def header_lines(headers: HeaderList) -> HeaderList:
    """
    Read header lines leniently: blanks before the colon do not belong to the name (observed on 156).
    """
    lines = HeaderList((name.rstrip(b"\t "), value) for name, value in headers)
    if any(b"\r" in value or b"\r" in name for name, value in lines):
        # NB: a carriage return ends a line by itself.
        ended = (
            (name.rpartition(b"\r")[2], value.replace(b"\r\n", b"\n").replace(b"\r", b"\n")) for name, value in lines
        )
        lines = HeaderList(ended)
    return standard.header_lines(lines)


def rewritten_range(request: Request) -> HeaderList:
    """
    Write a `Range` of one range anew: `Bytes = +00 - 01` becomes `bytes=0-1` (observed on 156).

    NB: it is the HTTP cache that does it, so that a GET must have come by there.
    """
    headers = request.header_list
    value = headers.get(b"range")
    if value is None:
        return headers
    cached = request.method == b"GET" and request.cache_mode is not CacheMode.NO_STORE
    match = LENIENT_RANGE.match(value) if cached else None
    if match is None:
        return headers
    # NB: numbers of any length are compared by their digits; Python makes no int of more than a few thousand.
    first, last = (digits.lstrip(b"0") or digits[-1:] for digits in match.groups())
    if max(len(first), len(last)) > INT64_DIGITS:
        return headers
    start, end = int(first), int(last) if last else None
    if max(start, end or 0) >= GREATEST_INT64 or (end is not None and end < start):
        return headers
    rewritten = headers.copy()
    rewritten.set(b"Range", b"bytes=%d-" % start if end is None else b"bytes=%d-%d" % (start, end))
    return rewritten


CHARSET_VALUE = compiled_late(rb"(?<=[\x00- ;])(charset[\x00- ]*=[\x00- \"']*)[^\x00- \"';]*", re.IGNORECASE)


def state_utf8(value: bytes) -> bytes:
    """
    State UTF-8 for text that XMLHttpRequest sends, in the place of every charset that the page's header names.

    Source: `ReplaceCharsetInMediaType`; observed on 156.
    """
    return CHARSET_VALUE.sub(rb"\1UTF-8", value)


def storage_access(request: Request, sites: Sites) -> bytes | None:
    """
    Return the storage access status: unpartitioned cookies are open to all (observed on 156).

    A worker of opaque origin, whose script was a `data:` URL, is no third party to the site of its page.
    """
    client = request.client
    is_home = client.is_worker and sites.same_site(client.top_level_origin, request.current_url.origin)
    return None if is_home and not client.has_cross_site_ancestor else b"active"


def gets_origin_late(request: Request, sites: Sites) -> bool:
    """
    Tell whether a redirect gave *request* an `Origin`: one that began where it needed none, or has become a GET.
    """
    return (
        request.redirect_count > 0
        and request.response_tainting is ResponseTainting.CORS
        and request.method in {b"GET", b"HEAD"}
        and (request.url_list[0].origin.same_origin(request.origin) or request.became_get)
    )


def authentication() -> AuthenticationRules:
    """
    Return how it tells servers who the visitor is.
    """
    # NB: imported late, since few servers ask.
    from browsercors.engines.chromium.authentication import CHROMIUM_AUTHENTICATION

    return CHROMIUM_AUTHENTICATION


def loads() -> LoadRules:
    """
    Return what elements ask for, and what becomes of the responses.
    """
    # NB: imported late, since many pages only fetch.
    from browsercors.engines.chromium.loads import CHROMIUM_LOADS

    return CHROMIUM_LOADS


# NB: Chromium writes the page's headers somewhere between its own, in the order of a hash map. The model, which has no
# hash map, keeps them together, in the order set.
WIRE: Final = WireRules(
    order=(
        b"host",
        b"connection",
        b"content-length",
        b"pragma",
        b"cache-control",
        b"sec-ch-ua-platform",
        b"user-agent",
        b"sec-ch-ua",
        b"content-type",
        b"*",
        b"sec-ch-ua-mobile",
        b"accept",
        b"origin",
        b"sec-fetch-site",
        b"sec-fetch-mode",
        b"sec-fetch-dest",
        b"sec-fetch-storage-access",
        b"referer",
        b"accept-encoding",
        b"accept-language",
        b"range",
        b"cookie",
    ),
    shifts=(Shift(gets_origin_late, b"origin", behind=b"sec-fetch-storage-access"),),
    rewriting=Rewriting("|", with_escaped_bars),
    user_agent=b"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36",
    accept_language=b"en-US,en;q=0.9",
    accept_encoding=AcceptEncoding(
        plain=b"gzip, deflate", loopback=b"gzip, deflate, br, zstd", tls=b"gzip, deflate, br, zstd"
    ),
    page_headers=rewritten_range,
    sec_fetch_site=sec_fetch_site,
    starts_new_request=standard.never_starts_new_request,
    extra=((b"Connection", b"keep-alive"),),
    trustworthy_extra=(
        (b"sec-ch-ua-platform", b'"Linux"'),
        (b"sec-ch-ua", b'"Not:A-Brand";v="8", "Chromium";v="156"'),
        (b"sec-ch-ua-mobile", b"?0"),
    ),
    storage_access=storage_access,
)
PREFLIGHT_ORDER: Final = (
    b"host",
    b"connection",
    b"pragma",
    b"cache-control",
    b"accept",
    b"access-control-request-method",
    b"access-control-request-headers",
    b"origin",
    b"user-agent",
    b"sec-fetch-mode",
    b"sec-fetch-site",
    b"sec-fetch-dest",
    b"*",
    b"referer",
    b"accept-encoding",
    b"accept-language",
)

CHROMIUM: Final = STANDARD.evolve(
    make_loads=loads,
    make_authentication=authentication,
    name="chromium",
    label="Chromium",
    version="156.0.8078.114",
    recorded_on="2026-12-01",
    safelist=attrs.evolve(
        STANDARD.safelist,
        names={
            **STANDARD.safelist.names,
            b"range": range_within_64_bits,
            b"intervention": _any_value,
            b"device-memory": partial(_matches, DECIMAL),
            b"dpr": partial(_matches, DECIMAL),
            b"downlink": partial(_matches, DECIMAL),
            b"ect": _effective_connection_type,
            b"rtt": partial(_matches, DIGITS),
            b"save-data": _save_data,
            b"viewport-width": partial(_matches, DIGITS),
            b"width": partial(_matches, DIGITS),
        },
    ),
    requests=attrs.evolve(
        STANDARD.requests,
        state_utf8=state_utf8,
        params_are_text=True,
        xhr_sends_unparsable_blob_types=False,
        dropped_names=frozenset({b"user-agent"}),
        checked_first=("mixed-content", "mode", "port"),
        combines_repeated_headers=True,
        upload_listeners_need_body=True,
        conditional_cache_modes={"fetch": CacheMode.NO_CACHE, "xmlhttprequest": CacheMode.NO_CACHE},
        multipart_boundary_prefix="----WebKitFormBoundary",
    ),
    preflight=attrs.evolve(
        STANDARD.preflight,
        stages=(PreflightStage.REDIRECT, *STANDARD.preflight.stages),
        authorization_needs_listing=False,
        forced_method_needs_no_listing=False,
    ),
    preflight_cache=attrs.evolve(
        STANDARD.preflight_cache,
        create=partial(WholePreflightCache, authorization_needs_listing=True, limit=1024, longest_url=1024),
        max_age=max_age,
        max_age_cap=7200,
        origin_key=tuple_origin,
        bypassing_cache_modes=frozenset({CacheMode.NO_STORE, CacheMode.RELOAD, CacheMode.NO_CACHE}),
        unstored_cache_modes=frozenset({CacheMode.NO_STORE}),
        cleared_by=ClearedBy.NONE,
    ),
    http_cache=CHROMIUM_HTTP_CACHE,
    redirects=attrs.evolve(
        STANDARD.redirects,
        hides_origin_without_cors=True,
        location=location,
        refuses_credentials=refuses_all_credentials,
        removed_names=frozenset({b"device-memory", b"downlink", b"dpr", b"ect", b"rtt", b"viewport-width", b"width"}),
        error_mode_needs_location=True,
        refuses_several_locations=True,
        needs_valid_location=True,
    ),
    responses=attrs.evolve(
        STANDARD.responses,
        header_list=header_lines,
        integrity_matches=integrity_matches_what_came,
        forbidden_names=FORBIDDEN_RESPONSE_HEADER_NAMES | {b"clear-site-data"},
        data_url_type=data_url_type,
    ),
    wire=WIRE,
    preflight_wire=attrs.evolve(
        WIRE,
        order=PREFLIGHT_ORDER,
        shifts=(),
        trustworthy_extra=(),
        fetch_metadata_to_untrustworthy_urls=frozenset({b"Sec-Fetch-Mode"}),
        sec_fetch_site=sec_fetch_site_of_current_url,
        storage_access=None,
    ),
    cookies=CookieRules(
        default_same_site=SameSite.LAX,
        secure_on_trustworthy_http=True,
        keeps_partitioned_cookies_apart=True,
        refused_in_pair=compiled_late(rb"\t"),
    ),
    local_network_access=LocalNetworkAccessRules(
        checked={AddressSpace.PUBLIC: frozenset({AddressSpace.LOCAL, AddressSpace.LOOPBACK})},
        secure_contexts_only=frozenset({AddressSpace.PUBLIC}),
        target_address_spaces={
            **{space.value: space for space in AddressSpace},
            "private": AddressSpace.LOCAL,
            "unknown": None,
        },
        delegated_by={**STANDARD.local_network_access.delegated_by, "local-network-access": PERMISSIONS},
        lifts_mixed_content=True,
    ),
    referrer=referrer_by_scheme,
    transport=CHROMIUM_TRANSPORT,
    content_security_policy=ContentSecurityPolicyRules(
        schemes={"http": frozenset({"https"}), "ws": frozenset({"wss"})},
        port_80=PortUpgrade.WITH_SCHEME,
        ignores_query_in_path=True,
        decodes_whole_paths=True,
        self_matches_blobs=False,
        compares_socket_urls=True,
        judges_before_upgrade=True,
    ),
    clear_site_data=ClearSiteDataRules(counts=ClearingResponses.WITH_CREDENTIALS, clears_itself=True),
    upgrades=UpgradeRules(by_policy=Upgrade.HIDDEN, by_hsts=Upgrade.REDIRECT),
    identifier=chromium_identifier,
    console=CHROMIUM_CONSOLE,
    recordings=CHROMIUM_RECORDINGS,
    loads_special_hosts=True,
    origin_obeys_referrer_policy=False,
    redirects_hide_cookies=False,
    redirects_refuse_cookies=False,
)
