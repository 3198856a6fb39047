"""
What the Sec-Fetch headers tell a server: from how far away a request comes.

https://w3c.github.io/webappsec-fetch-metadata/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from browsercors.values.requests import Request
    from browsercors.values.sites import Sites

__all__ = ["sec_fetch_site"]


def sec_fetch_site(request: Request, sites: Sites) -> bytes:
    """
    Return the value of `Sec-Fetch-Site`: the furthest that any URL of the redirect chain is from the page.

    https://w3c.github.io/webappsec-fetch-metadata/#sec-fetch-site-header
    """
    # 1.-3. Same origin, unless a URL of the chain says otherwise.
    value = b"same-origin"
    for url in request.url_list:
        if request.origin.same_origin(url.origin):
            continue
        # 5.4 Another site is the furthest.
        if not sites.same_site(request.origin, url.origin):
            return b"cross-site"
        value = b"same-site"
    return value
