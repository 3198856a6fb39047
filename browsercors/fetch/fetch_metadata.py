"""
What the Sec-Fetch headers tell a server: from how far away a request comes.

https://w3c.github.io/webappsec-fetch-metadata/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from browsercors.values.origins import Origin
    from browsercors.values.sites import Sites
    from browsercors.values.urls import URL

__all__ = ["sec_fetch_site"]


def sec_fetch_site(origin: Origin, urls: Iterable[URL], sites: Sites) -> bytes:
    """
    Return the value of `Sec-Fetch-Site`: the furthest that any of the URLs (a redirect chain) is from the page.

    https://w3c.github.io/webappsec-fetch-metadata/#sec-fetch-site-header
    """
    # 1.-3. Same origin, unless a URL of the chain says otherwise.
    value = b"same-origin"
    for url in urls:
        if origin.same_origin(url.origin):
            continue
        # 5.4 Another site is the furthest.
        if not sites.same_site(origin, url.origin):
            return b"cross-site"
        value = b"same-site"
    return value
