"""
What the Sec-Fetch headers tell a server: from how far away a request comes.

https://w3c.github.io/webappsec-fetch-metadata/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from browsercors.values.origins import Origin
    from browsercors.values.requests import Request
    from browsercors.values.sites import Sites
    from browsercors.values.urls import URL

__all__ = ["distance_of", "sec_fetch_site", "sec_fetch_site_of_current_url"]

DISTANCES: Final = {name: name.encode("ascii") for name in ("same-origin", "same-site", "cross-site")}


def sec_fetch_site(request: Request, sites: Sites) -> bytes:
    """
    Return the value of `Sec-Fetch-Site`: the furthest that any URL of the redirect chain is from the page.

    https://w3c.github.io/webappsec-fetch-metadata/#sec-fetch-site-header
    """
    # 1.-3. Same origin, unless a URL of the chain says otherwise.
    urls = request.url_list
    if len(urls) == 1:
        return distance_of(request.origin, urls[0], sites)
    value = b"same-origin"
    for url in urls:
        distance = distance_of(request.origin, url, sites)
        # 5.4 Another site is the furthest.
        if distance == b"cross-site":
            return distance
        if distance == b"same-site":
            value = distance
    return value


def sec_fetch_site_of_current_url(request: Request, sites: Sites) -> bytes:
    """
    Return the value of `Sec-Fetch-Site` without regard to where the request came by.

    PROFILE: preflights in Chromium and Firefox (observed on 156 and 153).
    """
    return distance_of(request.origin, request.current_url, sites)


def distance_of(origin: Origin, url: URL, sites: Sites) -> bytes:
    """
    Return how far *url* is from a page of *origin*: "same-origin", "same-site" or "cross-site".
    """
    return DISTANCES[sites.distance(origin, url.origin)]
