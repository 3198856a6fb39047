"""
Where the page stands: what follows for a request from the page's ancestors, up to the top-level page.

The environment of a page states its ancestors once, when the page is opened. Cookies, fetch metadata and storage access
ask here how the URL of a request stands to them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Hashable

    from browsercors.values.requests import Request
    from browsercors.values.sites import Sites

__all__ = ["foreign_partition", "is_third_party"]


def is_third_party(request: Request, sites: Sites) -> bool:
    """
    Whether the current URL is a third party to the page: of another site than the top-level page, or with one between.

    A page of opaque origin belongs to no site, and so everything is a third party to it.
    """
    client = request.client
    return (
        client.has_cross_site_ancestor
        or request.origin.scheme is None
        or sites.distance(client.top_level_origin, request.url_list[-1].origin) == "cross-site"
    )


def foreign_partition(request: Request, sites: Sites) -> Hashable:
    """
    Return the part of a store that belongs to the top-level site.

    What that site has itself is kept apart where a page of another site stands between the two (A-B-A).
    """
    client = request.client
    comes_back = client.has_cross_site_ancestor and sites.same_site(client.top_level_origin, request.current_url.origin)
    return client.network_partition_key, comes_back
