"""
Whether the page may ask where a redirect leads, in browsers that look at this before the redirect itself is checked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from browsercors.fetch.http_redirect_fetch import location_url
from browsercors.fetch.mixed_content import is_mixed_content, upgrade_what_would_be_mixed
from browsercors.fetch.page_policies import policies_forbid
from browsercors.values.urls import URL

if TYPE_CHECKING:
    from browsercors.fetch.params import FetchParams
    from browsercors.values.responses import Response

__all__ = ["target_is_refused"]


def target_is_refused(params: FetchParams, response: Response) -> bool:
    """
    Whether the page's policy, or mixed content, forbids to go where the redirect *response* leads.

    If so, the failure is among the findings, and the URL that was refused is the current URL of the request; if not,
    nothing has changed.
    """
    location = location_url(params, response)
    if not isinstance(location, URL) or not location.is_http:
        return False
    request, csp_list = params.request, params.request.client.csp_list
    count = len(params.findings)
    request.url_list.append(location)
    request.redirect_count += 1
    if csp_list is not None and policies_forbid(params, csp_list):
        return True
    upgrade_what_would_be_mixed(params)
    if is_mixed_content(params):
        return True
    request.redirect_count -= 1
    request.url_list.pop()
    del params.findings[count:]
    return False
