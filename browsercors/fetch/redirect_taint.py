"""
What a redirect does to the origin of a request.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from browsercors.values.requests import Request
    from browsercors.values.sites import Sites
    from browsercors.values.urls import URL

__all__ = ["redirect_taint"]


def redirect_taint(request: Request, url: URL, sites: Sites) -> str:
    """
    Return the redirect-taint that *request* has once *url* is added to its URL list.

    https://fetch.spec.whatwg.org/#concept-request-tainted-origin
    """
    last = request.current_url.origin
    if request.redirect_taint == "cross-site":
        return "cross-site"
    if not url.origin.same_origin(last) and not request.origin.same_origin(last):
        if not sites.same_site(url.origin, last) and not sites.same_site(request.origin, last):
            return "cross-site"
        return "same-site"
    return request.redirect_taint
