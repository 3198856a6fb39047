"""
Firefox 153 ESR, as observed (builds of Debian) and read in `nsCORSListenerProxy.cpp` and `nsContentUtils.cpp`.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Final

import attrs

from browsercors.engines.firefox.console import FIREFOX_CONSOLE
from browsercors.engines.firefox.failures import firefox_identifier
from browsercors.engines.firefox.http_cache import FIREFOX_HTTP_CACHE
from browsercors.engines.firefox.recordings import FIREFOX_RECORDINGS
from browsercors.engines.firefox.referrers import LAX_POLICIES, remakes_referrer, trims_referrer
from browsercors.engines.firefox.transport import FIREFOX_TRANSPORT
from browsercors.engines.shifts import is_outside_cors, is_redirected, is_without_body, is_xml_http_request
from browsercors.engines.standard import profile as standard
from browsercors.engines.standard.profile import STANDARD
from browsercors.fetch.fetch_metadata import distance_of, sec_fetch_site, sec_fetch_site_of_current_url
from browsercors.fetch.http_redirect_fetch import becomes_get
from browsercors.fetch.preflight_cache.names import NamePreflightCache
from browsercors.fetch.preflight_response import DEFAULT_MAX_AGE
from browsercors.fetch.referrer import DEFAULT_REFERRER_POLICY, determine_requests_referrer
from browsercors.fetch.safelists import (
    CORS_NON_WILDCARD_REQUEST_HEADER_NAME,
    CORS_UNSAFE_REQUEST_HEADER_BYTES,
    REQUEST_BODY_HEADER_NAMES,
    accept_rule,
    content_type_rule,
    cors_unsafe_request_header_names,
    range_rule,
)
from browsercors.fetch.topology import foreign_partition
from browsercors.protections.integrity import do_bytes_match_metadata_list
from browsercors.rules.clear_site_data import ClearSiteDataRules
from browsercors.rules.content_security_policy import ContentSecurityPolicyRules, PortUpgrade
from browsercors.rules.cookies import CookieRules, SameSite
from browsercors.rules.local_network_access import LocalNetworkAccessRules
from browsercors.rules.preflight import ClearedBy, PreflightStage
from browsercors.rules.requests import StreamBody
from browsercors.rules.safelist import HeaderRule, UnsafeHeaders
from browsercors.rules.upgrades import Upgrade, UpgradeRules
from browsercors.rules.wire import AcceptEncoding, Shift, WireRules
from browsercors.values.address_spaces import AddressSpace
from browsercors.values.expressions import compiled_late
from browsercors.values.headers import Failure, HeaderList
from browsercors.values.requests import CacheMode, Request, ResponseTainting
from browsercors.values.trustworthiness import is_potentially_trustworthy_origin, is_url_trustworthy_by_scheme
from browsercors.values.urls import parse_url

if TYPE_CHECKING:
    from collections.abc import Collection

    from browsercors.rules.authentication import AuthenticationRules
    from browsercors.rules.elements.loads import LoadRules
    from browsercors.rules.safelist import Safelist
    from browsercors.values.responses import FilteredResponse
    from browsercors.values.sites import Sites
    from browsercors.values.urls import URL

__all__ = ["FIREFOX"]

ESCAPED_CONTROLS = compiled_late(rb"\A[\x01-\x08\x0b\x0c\x0e-\x1f]|\t")
GREATEST_UINT64: Final = 2**64 - 1

DIGITS = compiled_late(rb"[0-9]+\Z")
EMPTY_LAST_PARAMETER = compiled_late(rb";[\t ]*;[\t ]*\Z")

# Response headers of which only the first line counts.
RESPONSE_SINGLETONS: Final = frozenset({b"content-length", b"content-disposition"})

# Bytes are compared as signed characters, so that those beyond ASCII count as control characters.
UNSAFE_BYTES: Final[bytes] = CORS_UNSAFE_REQUEST_HEADER_BYTES + bytes(range(0x80, 0x100))


def range_within_64_bits(value: bytes) -> HeaderRule | None:
    """
    Judge `Range` as the standard does, but refuse numbers that 64 bits do not hold (observed on 153).
    """
    if any(int(number) > GREATEST_UINT64 for number in re.findall(rb"[0-9]+", value)):
        return HeaderRule.RANGE
    return range_rule(value)


def content_type_without_commas(value: bytes) -> HeaderRule | None:
    """
    Judge `Content-Type`; a comma begins another type, and an empty parameter at its end spoils it (observed on 153).
    """
    if b"," in value or EMPTY_LAST_PARAMETER.search(value) is not None:
        return HeaderRule.CONTENT_TYPE
    return content_type_rule(value, UNSAFE_BYTES)


def max_age(headers: HeaderList) -> float | None:
    """
    Read `Access-Control-Max-Age`: digits and nothing else; zero and anything malformed is not remembered.

    Evidence: `abc`, `+600`, `600, 0` are not remembered, thirty digits are for long (observed on 153).
    """
    value = headers.get(b"access-control-max-age")
    if not value:
        return DEFAULT_MAX_AGE
    if DIGITS.match(value) is None:
        return None
    significant = value.lstrip(b"0")
    if not significant:
        return None
    return int(significant) if len(significant) <= 10 else 10**10


def location(headers: HeaderList) -> bytes | Failure | None:
    """
    Read `Location`: repeated equal ones are one (observed on 153).
    """
    values = headers.get_all(b"location")
    return values[0] if values else None


def untainted_origin(request: Request) -> bytes:
    """
    Show the page's origin in preflights, also after redirects tainted it (observed on 153).
    """
    return request.origin.byte_serialized


COUNTED_NAMES: Final = frozenset({b"access-control-allow-origin", b"location"})
"""Response headers whose empty lines count as well."""


def header_lines(headers: HeaderList) -> HeaderList:
    """
    Read header lines: an empty line adds nothing to others of its name, and some names have only their first line.

    A carriage return stays where CORS looks; to pages, a header with one is none (observed on 153).
    """
    lines = standard.header_lines(headers, normalize=strip_blanks, keep_blank=True)
    if any(b"\r" in value for _, value in lines):
        read_by_cors = b"access-control-"
        kept_lines = [(n, v) for n, v in lines if b"\r" not in v or n.lower().startswith(read_by_cors)]
        lines = HeaderList(kept_lines)
    if len(lines.names()) == len(lines):
        return lines
    kept: list[tuple[bytes, bytes]] = []
    for name in lines.names():
        values = lines.get_all(name)
        if name not in COUNTED_NAMES:
            values = [value for value in values if value] or [b""]
        values = values[:1] if name in RESPONSE_SINGLETONS else values
        # NB: types are joined without a blank.
        values = [b",".join(values)] if name == b"content-type" else values
        kept += [(name, value) for value in values]
    return HeaderList(kept)


def strip_blanks(value: bytes) -> bytes:
    """
    Strip blanks, and nothing else.
    """
    return value.strip(b"\t ")


NAMES_SET_BEFORE: Final = {name.lower(): name for name in (b"Accept", b"Accept-Language", b"User-Agent")}
"""What Firefox itself has set before the page: the page replaces the value, and the name stays as it is."""


SINGLETONS: Final = frozenset(
    {
        b"authorization",
        b"content-disposition",
        b"content-type",
        b"from",
        b"if-modified-since",
        b"if-unmodified-since",
        b"location",
        b"max-forwards",
        b"proxy-authorization",
        b"user-agent",
    }
)
"""Of the headers that stand once (`nsHttpHeaderArray::IsSingletonHeader`), those that a page may set."""


def joined_page_headers(request: Request) -> HeaderList:
    """
    Join what the page appended to one name; of what stands once the last one goes out (observed on 153).

    Of types it is the first one if there is a body that they are about, until a redirect (`FetchDriver.cpp`).
    """
    spelled: dict[bytes, bytes] = {}
    joined: dict[bytes, list[bytes]] = {}
    for name, value in request.header_list:
        lower = name.lower()
        present = joined.get(lower)
        if present is None:
            spelled[lower] = NAMES_SET_BEFORE.get(lower, name)
            joined[lower] = [value]
        elif lower == b"content-type" and request.body is not None and len(request.url_list) == 1:
            continue
        elif lower in SINGLETONS or not value or present == [b""]:
            joined[lower] = [value]
        else:
            present.append(value)
    return HeaderList((spelled[name], b", ".join(values)) for name, values in joined.items())


def unsafe_headers(request: Request, safelist: Safelist) -> UnsafeHeaders:
    """
    Ask for the headers that the page set, without those that the last redirect had cause to remove (observed on 153).
    """
    set_by_page = cors_unsafe_request_header_names(request.page_header_list, safelist)
    names = tuple(name for name in set_by_page.names if name not in request.removed_by_last_redirect)
    return UnsafeHeaders(names, set_by_page.headers)


def restored_names(request: Request, status: int, location: URL) -> Collection[bytes]:
    """
    Give back what the page set, unless this redirect has cause to remove it from what the page asked for.

    Observed on 153: `Authorization` comes back on a hop that stays at its origin.
    """
    names: list[bytes] = []
    if not becomes_get(status, request.page_method):
        names += map(bytes.lower, REQUEST_BODY_HEADER_NAMES)
    if request.current_url.origin.same_origin(location.origin):
        names.append(CORS_NON_WILDCARD_REQUEST_HEADER_NAME)
    return names


def sec_fetch_site_of_chain(request: Request, sites: Sites) -> bytes:
    """
    Return the value of `Sec-Fetch-Site`; what is not https all the way is not of the same site.

    Neither the page (unless it is of this machine) nor a URL that redirected may be http (`SecFetch.cpp`; observed on
    153).
    """
    # NB: what a style sheet asks for, save for fonts, comes from the origin of the sheet.
    if request.sheet_url is not None and request.destination != "font" and len(request.url_list) == 1:
        return distance_of(request.sheet_url.origin, request.current_url, sites)
    site = sec_fetch_site(request, sites)
    if site == b"same-site" and (
        not is_potentially_trustworthy_origin(request.origin)
        or any(url.scheme != "https" for url in request.url_list[:-1])
    ):
        return b"cross-site"
    return site


def sec_fetch_site_of_preflight(request: Request, sites: Sites) -> bytes:
    """
    Return the value of `Sec-Fetch-Site` of a preflight, which knows no redirects (observed on 153).
    """
    site = sec_fetch_site_of_current_url(request, sites)
    is_of_the_site = site != b"same-site" or is_potentially_trustworthy_origin(request.origin)
    return site if is_of_the_site else b"cross-site"


def escaped_controls(value: bytes) -> str:
    """
    Decode a location; tabs, and a control character at its start, are escaped where the URL Standard strips them.

    Observed on 153.
    """
    return standard.utf_8_or_escaped(ESCAPED_CONTROLS.sub(lambda match: b"%%%02X" % match[0][0], value))


def integrity_matches(response: FilteredResponse, integrity: str) -> bool:
    """
    Hold the body against the integrity, also the body of a redirect that the page does not see.

    Observed on 153.
    """
    if response.type == "opaqueredirect":
        return do_bytes_match_metadata_list(response.internal_response.body or b"", integrity)
    return standard.integrity_matches_what_came(response, integrity)


def storage_access(request: Request, sites: Sites) -> bytes | None:
    """
    Return the storage access status: in a sandboxed page of the URL's own site it is only "inactive" (observed on 153).

    A keepalive request has none, unless it is a beacon, and nor has what a worker asks for.
    """
    if (request.keepalive and request.initiator != "beacon") or request.client.is_worker:
        return None
    own = sites.same_site(request.client.top_level_origin, request.current_url.origin)
    return b"inactive" if own else b"none"


def referrer(policy: str, source: URL | None, url: URL, sites: Sites) -> str | None:
    """
    Show other sites what the default policy shows them, where the page's is laxer (observed on 153).
    """
    if policy in LAX_POLICIES and source is not None and not sites.same_site(source.origin, url.origin):
        policy = DEFAULT_REFERRER_POLICY
    return determine_requests_referrer(policy, source, url, is_trustworthy=is_url_trustworthy_by_scheme)


def data_url_without_blanks(url: URL) -> URL:
    """
    Show a `data:` URL in Base64 without its blanks (`nsDataHandler.cpp`; observed on 153).
    """
    href = url.href
    head = href.partition(",")[0]
    if " " not in href or not head.rstrip(" ").endswith("base64"):
        return url
    return parse_url(href.replace(" ", "")) or url


def referrer_source(request: Request) -> URL | None:
    """
    Return what the page shows: a `blob:` page shows its origin (observed on 153).
    """
    source = standard.referrer_source(request)
    is_shown_whole = source is None or source.scheme != "blob"
    # NB: elements of a sandboxed `srcdoc` document show the origin of the page around it (observed on 153).
    is_element = request.destination not in {"", "font"}
    if source is None and is_element and request.client.url.scheme == "about":
        source, is_shown_whole = request.client.referrer_source, False
    return source if source is None or is_shown_whole else parse_url(source.origin.serialized)


def has_no_policy(request: Request, sites: Sites) -> bool:
    """
    Tell whether *request* is an XMLHttpRequest of a page without a policy of its own, which gets its `Referer` late.

    NB: a page that sets the default policy itself counts as one without.
    """
    return is_xml_http_request(request, sites) and request.referrer_policy == DEFAULT_REFERRER_POLICY


def is_redirected_under_cors(request: Request, sites: Sites) -> bool:
    """
    Tell whether *request* is one under CORS, without a body, that was redirected.
    """
    return (
        request.redirect_count > 0
        and request.response_tainting is ResponseTainting.CORS
        and is_without_body(request, sites)
    )


def is_redirected_outside_cors(request: Request, sites: Sites) -> bool:
    """
    Tell whether *request* is one outside CORS that was redirected.
    """
    return request.redirect_count > 0 and is_outside_cors(request, sites)


def states_no_access(request: Request, sites: Sites) -> bool:
    """
    Tell whether *request* would have no `Origin`, were it not for `Sec-Fetch-Storage-Access`.
    """
    return is_outside_cors(request, sites) and request.method in {b"GET", b"HEAD"}


def is_kept_alive(request: Request, sites: Sites) -> bool:
    """
    Tell whether *request* may outlive the page.
    """
    return request.keepalive


ORDER: Final = (
    b"host",
    b"user-agent",
    b"accept",
    b"accept-language",
    b"accept-encoding",
    b"access-control-request-method",
    b"access-control-request-headers",
    b"referer",
    b"*",
    b"content-length",
    b"origin",
    b"sec-fetch-storage-access",
    b"connection",
    b"cookie",
    b"sec-fetch-dest",
    b"sec-fetch-mode",
    b"sec-fetch-site",
    b"priority",
    b"pragma",
    b"cache-control",
)


def authentication() -> AuthenticationRules:
    """
    Return how it tells servers who the visitor is.
    """
    # NB: imported late, since few servers ask.
    from browsercors.engines.firefox.authentication import FIREFOX_AUTHENTICATION

    return FIREFOX_AUTHENTICATION


def loads() -> LoadRules:
    """
    Return what elements ask for, and what becomes of the responses.
    """
    # NB: imported late, since many pages only fetch.
    from browsercors.engines.firefox.loads import FIREFOX_LOADS

    return FIREFOX_LOADS


WIRE: Final = WireRules(
    order=ORDER,
    shifts=(
        Shift(has_no_policy, b"referer", behind=b"connection"),
        Shift(is_kept_alive, b"referer", behind=b"*"),
        Shift(is_redirected, b"referer", behind=b"origin"),
        Shift(is_redirected_outside_cors, b"referer", behind=b"content-length"),
        Shift(is_redirected_under_cors, b"*", behind=b"origin"),
        Shift(trims_referrer, b"referer", behind=b"connection"),
        Shift(states_no_access, b"origin", behind=b"sec-fetch-storage-access"),
        Shift(is_without_body, b"content-length", behind=b"cache-control"),
    ),
    names_moved_by_page=frozenset({b"cache-control", b"pragma", b"priority"}),
    user_agent=b"Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0",
    accept_language=b"en-US,en;q=0.9",
    accept_encoding=AcceptEncoding(
        plain=b"gzip, deflate", loopback=b"gzip, deflate, br, zstd", tls=b"gzip, deflate, br, zstd"
    ),
    page_headers=joined_page_headers,
    sec_fetch_site=sec_fetch_site_of_chain,
    starts_new_request=standard.never_starts_new_request,
    extra=((b"Connection", b"keep-alive"),),
    fetch_extra={"auto": ((b"Priority", b"u=4"),), "low": ((b"Priority", b"u=5"),)},
    storage_access=storage_access,
    storage_access_when_tainted=False,
)

FIREFOX: Final = STANDARD.evolve(
    make_loads=loads,
    make_authentication=authentication,
    name="firefox",
    label="Firefox",
    version="153.8.0esr",
    recorded_on="2026-12-01",
    safelist=attrs.evolve(
        STANDARD.safelist,
        names={
            **STANDARD.safelist.names,
            b"accept": partial(accept_rule, unsafe_bytes=UNSAFE_BYTES),
            b"content-type": content_type_without_commas,
            b"range": range_within_64_bits,
        },
        sum_bytes=None,
        keeps_repeated_names=True,
    ),
    requests=attrs.evolve(
        STANDARD.requests,
        no_referrer_sets_policy=True,
        checked_first=("mode", "mixed-content", "port"),
        stream_body=StreamBody.STRINGIFIED,
        conditional_cache_modes={"fetch": CacheMode.NO_STORE, "xmlhttprequest": CacheMode.DEFAULT},
        multipart_boundary_prefix="----geckoformboundary",
    ),
    preflight=attrs.evolve(
        STANDARD.preflight,
        stages=(
            PreflightStage.CORS_CHECK,
            PreflightStage.REDIRECT,
            PreflightStage.STATUS,
            PreflightStage.PARSE_METHODS,
            PreflightStage.METHOD,
            PreflightStage.PARSE_HEADERS,
            PreflightStage.HEADERS,
        ),
        authorization_needs_listing=False,
        forced_method_needs_no_listing=False,
        origin=untainted_origin,
        unsafe_headers=unsafe_headers,
        repeated_on_redirect=True,
    ),
    preflight_cache=attrs.evolve(
        STANDARD.preflight_cache,
        create=NamePreflightCache,
        max_age=max_age,
        max_age_cap=86400,
        origin_key=untainted_origin,
        partition=foreign_partition,
        bypassing_cache_modes=frozenset({CacheMode.NO_STORE, CacheMode.RELOAD}),
        cleared_by=ClearedBy.CROSS_ORIGIN,
        cleared_by_refused_redirects=False,
    ),
    http_cache=FIREFOX_HTTP_CACHE,
    redirects=attrs.evolve(
        STANDARD.redirects,
        location=location,
        location_text=escaped_controls,
        refuses_several_locations=True,
        restored_names=restored_names,
        target_comes_first=True,
    ),
    responses=attrs.evolve(
        STANDARD.responses,
        header_list=header_lines,
        data_url=data_url_without_blanks,
        data_url_content_length=True,
        xhr_spells_data_types=True,
        keeps_spaces_after_reason_phrase=True,
        integrity_matches=integrity_matches,
    ),
    wire=WIRE,
    preflight_wire=attrs.evolve(
        WIRE,
        shifts=(),
        names_moved_by_page=frozenset(),
        extra=(*WIRE.extra, (b"Priority", b"u=4")),
        fetch_extra={},
        sec_fetch_site=sec_fetch_site_of_preflight,
        storage_access_when_tainted=True,
    ),
    cookies=CookieRules(
        default_same_site=SameSite.NONE,
        secure_on_trustworthy_http=True,
        nameless_is_name=True,
        values_are_text=True,
        host_http_prefix_keeps_to_host=False,
    ),
    sites_ignore_schemes=True,
    local_network_access=LocalNetworkAccessRules(
        checked={AddressSpace.PUBLIC: frozenset({AddressSpace.LOCAL, AddressSpace.LOOPBACK})},
        prompt_seconds=300,
        own_frames_may=True,
    ),
    partitions_third_party_cookies=True,
    referrer=referrer,
    referrer_source=referrer_source,
    remakes_referrer=remakes_referrer,
    redirects_refuse_cookies=False,
    answers_proxy_challenges=True,
    transport=FIREFOX_TRANSPORT,
    content_security_policy=ContentSecurityPolicyRules(
        schemes={"http": frozenset({"https"}), "ws": frozenset({"wss"})},
        port_80=PortUpgrade.ALWAYS,
        reads_ports_as_numbers=False,
        ignores_query_in_path=True,
        decodes_whole_paths=True,
        self_matches_blobs=False,
        compares_socket_urls=True,
        default_decides_on_prefetches=True,
    ),
    clear_site_data=ClearSiteDataRules(clears_cookies_of_site=False),
    upgrades=UpgradeRules(by_policy=Upgrade.SHOWN, by_hsts=Upgrade.SHOWN, mixed_content_before_policies=False),
    identifier=firefox_identifier,
    console=FIREFOX_CONSOLE,
    recordings=FIREFOX_RECORDINGS,
)
