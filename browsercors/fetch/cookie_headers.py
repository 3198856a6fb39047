"""
The `Cookie` header of a request, and the cookies that a response sets.

https://fetch.spec.whatwg.org/#cookie-infrastructure
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.cookies.cookie import CookieOutcome, CookieRefusal, SameSiteMode, SetCookieResult, serialize_cookies
from browsercors.fetch.topology import foreign_partition, is_third_party
from browsercors.values.findings import Algorithm

if TYPE_CHECKING:
    from collections.abc import Hashable

    from browsercors.fetch.params import FetchParams
    from browsercors.values.headers import HeaderList
    from browsercors.values.requests import Request

__all__ = [
    "cookie_partition",
    "parse_and_store_response_set_cookie_headers",
    "partition_of_partitioned_cookies",
    "request_cookie_header",
    "same_site_mode",
]

APPEND_COOKIE_HEADER: Final[Algorithm] = Algorithm(
    "append a request `Cookie` header", "https://fetch.spec.whatwg.org/#append-a-request-cookie-header"
)
STORE_SET_COOKIE_HEADERS: Final[Algorithm] = Algorithm(
    "parse and store response `Set-Cookie` headers",
    "https://fetch.spec.whatwg.org/#parse-and-store-response-set-cookie-headers",
)

# NB: a name of its own, since Python 3.11 takes four times as long to find a member in its enumeration.
STRICT_OR_LESS: Final = SameSiteMode.STRICT_OR_LESS

SAME_SITE_VALUES: Final = {mode: mode.value for mode in SameSiteMode}


def same_site_mode(params: FetchParams, *, redirects_count: bool) -> SameSiteMode:
    """
    Determine the same-site mode (https://fetch.spec.whatwg.org/#determine-the-same-site-mode).

    NB: pages here make no top-level navigations, so steps 2 and 3 never apply.

    Args:
        params: The fetch.
        redirects_count: Whether it matters that a redirect chain crossed sites.
    """
    request = params.request
    profile, sites = params.user_agent.profile, params.user_agent.sites
    # PROFILE: WebKit's cookies know no schemes.
    same_site = sites.schemelessly_same_site if profile.cookies.sites_ignore_schemes else sites.same_site
    # 4. A page inside another site's page is not same-site with anything; nor is one of opaque origin.
    # 5. Nor is a chain that crossed sites.
    # PROFILE: WebKit looks at the top-level page alone, and whether a redirect chain counts differs.
    # NB: as it stands the algorithm would call every other request of a top-level page same-site, also one to another
    # site. RFC 6265bis, section 5.2, which it refines, does not, nor does any browser.
    if (
        (
            profile.same_site_looks_at_ancestors
            and (request.client.has_cross_site_ancestor or request.origin.scheme is None)
        )
        or (redirects_count and request.redirect_taint == "cross-site")
        or not same_site(request.client.top_level_origin, request.url_list[-1].origin)
    ):
        return SameSiteMode.UNSET_OR_LESS
    # 6. Anything else is.
    return STRICT_OR_LESS


def cookie_partition(params: FetchParams) -> object:
    """
    Return the part of the cookie store that the request uses; None for the common part.
    """
    request, user_agent = params.request, params.user_agent
    # PROFILE: Firefox keeps the cookies of third parties with the site of the top-level page, and apart from those that
    # this site itself has when another site stands between the two.
    if not user_agent.profile.partitions_third_party_cookies or not is_third_party(request, user_agent.sites):
        return None
    return foreign_partition(request, user_agent.sites)


def partition_of_partitioned_cookies(request: Request) -> Hashable:
    """
    Return the key of `Partitioned` cookies: the top-level site, and whether the page has a cross-site ancestor.
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
    profile = params.user_agent.profile
    # PROFILE: WebKitGTK's library has an algorithm of its own.
    if profile.is_same_site_request is not None:
        is_same_site = profile.is_same_site_request(request, params.user_agent.sites)
        mode = SameSiteMode.STRICT_OR_LESS if is_same_site else SameSiteMode.UNSET_OR_LESS
    else:
        mode = same_site_mode(params, redirects_count=profile.redirects_hide_cookies)
    cookies = store.retrieve(
        request.url_list[-1],
        now=params.now,
        same_site=mode,
        partition=cookie_partition(params),
        top_level_site=partition_of_partitioned_cookies(request),
    )
    params.findings.append(
        APPEND_COOKIE_HEADER.noted(
            "5", same_site=SAME_SITE_VALUES[mode], sent=tuple([cookie.name for cookie in cookies])
        )
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
            same_site_allowed=mode is STRICT_OR_LESS,
            partition=partition,
            top_level_site=partition_of_partitioned_cookies(request),
        )
        params.findings.append(STORE_SET_COOKIE_HEADERS.noted("6", set_cookie=value, outcome=outcome))
