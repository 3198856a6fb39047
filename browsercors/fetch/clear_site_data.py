"""
Forgetting what a response asks the browser to forget.

https://w3c.github.io/webappsec-clear-site-data/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from browsercors.protections.clear_site_data import CLEAR_SITE_DATA, ClearedData, parse_clear_site_data
from browsercors.rules.clear_site_data import ClearingResponses
from browsercors.values.trustworthiness import is_potentially_trustworthy_url

if TYPE_CHECKING:
    from browsercors.fetch.params import FetchParams
    from browsercors.values.headers import HeaderList
    from browsercors.values.requests import Request

__all__ = ["clear_for_response", "clear_site_data"]


def clear_for_response(
    params: FetchParams, request: Request, headers: HeaderList, *, include_credentials: bool
) -> None:
    """
    Clear what a response from the network names, if it counts.

    NB: the cookies that the response itself sets are stored by then, and go as well.
    """
    # PROFILE: Chromium wants a request that could carry credentials, WebKit waits for what the page is given.
    counts = params.user_agent.profile.clear_site_data.counts
    if counts is ClearingResponses.WITH_CREDENTIALS and not include_credentials:
        params.findings.append(CLEAR_SITE_DATA.noted("2", value=headers.get(b"clear-site-data")))
    elif counts is ClearingResponses.LAST:
        params.hop.clears_site_data = request is params.request
    else:
        clear_site_data(params, request, headers)


def clear_site_data(params: FetchParams, request: Request, headers: HeaderList) -> None:
    """
    Clear what a response names in `Clear-Site-Data`: of its origin, or of its site for cookies.

    https://w3c.github.io/webappsec-clear-site-data/#clear-response
    """
    url = request.current_url
    user_agent = params.user_agent
    value = headers.get(b"clear-site-data")

    # 1.-2. Only what came securely may clear anything.
    if not is_potentially_trustworthy_url(url):
        params.findings.append(CLEAR_SITE_DATA.noted("2", value=value))
        return

    # 3.-4. Parse the types.
    types = parse_clear_site_data(headers)

    # 5.-8. Clear them.
    # NOTE: what preflights have allowed is not part of the HTTP cache, and stays.
    # FIXME: storage and execution contexts, which pages here do not have.
    cleared: list[str] = []
    rules = user_agent.profile.clear_site_data
    if ClearedData.COOKIES in types:
        # PROFILE: Firefox clears those of the host alone.
        if rules.clears_cookies_of_site:
            user_agent.cookie_store.clear_site(user_agent.sites.registrable_domain(url.host) or url.host)
        else:
            user_agent.cookie_store.clear_host(url.host)
        cleared.append(ClearedData.COOKIES.value)
    # PROFILE: WebKit's cache stays as it is.
    if ClearedData.CACHE in types and rules.clears_cache:
        user_agent.http_cache.clear_origin(url.origin)
        # NB: the response is not in there yet.
        params.hop.clears_itself = rules.clears_itself
        cleared.append(ClearedData.CACHE.value)
    params.findings.append(CLEAR_SITE_DATA.noted("8", value=value, cleared=tuple(cleared)))
