"""
Whether a request is mixed content, and sending over TLS what would be.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.fetch.upgrades import upgrade_mixed_content
from browsercors.protections.mixed_content import should_fetching_request_be_blocked_as_mixed_content, trust_of
from browsercors.values.findings import Algorithm, Reason

if TYPE_CHECKING:
    from browsercors.fetch.params import FetchParams

__all__ = ["is_mixed_content", "upgrade_what_would_be_mixed"]

MAIN_FETCH: Final = Algorithm("main fetch", "https://fetch.spec.whatwg.org/#concept-main-fetch")


def upgrade_what_would_be_mixed(params: FetchParams) -> None:
    """
    Ask for images, audio and video over TLS where anything else would be mixed content (main fetch, step 6).
    """
    request = params.request
    if request.current_url.scheme == "http" and request.client.prohibits_mixed_content and not _is_lifted(params):
        upgrade_mixed_content(params)


def is_mixed_content(params: FetchParams) -> bool:
    """
    Whether the current URL is refused as mixed content now.
    """
    request = params.request
    url = request.current_url
    # NB: what comes over TLS never is mixed content, and few pages ask for anything else.
    if url.scheme == "https" or not request.client.prohibits_mixed_content:
        return False
    # NB: a blob is the page's own, even if an opaque origin is not trustworthy.
    if url.scheme == "blob" and url.href_without_fragment in params.user_agent.object_urls:
        return False
    # PROFILE: to WebKit http is not trustworthy on this machine either; Chromium lets pass what it knows to be local.
    if (
        should_fetching_request_be_blocked_as_mixed_content(
            url,
            page_prohibits_mixed_content=request.client.prohibits_mixed_content,
            is_trustworthy=trust_of(params.user_agent.profile, request.destination),
        ).is_blocked
        and not _is_lifted(params)
        and not _may_be_mixed(params)
    ):
        finding = MAIN_FETCH.failed("7", Reason.MIXED_CONTENT, page=request.client.url.href, url=url.href)
        # PROFILE: where a redirect led, WebKit sends the preflight first.
        if len(request.url_list) > 1 and params.user_agent.profile.redirects.mixed_content_after_preflight:
            params.hop.redirect_refusal = params.hop.redirect_refusal or finding
            return False
        params.findings.append(finding)
        return True
    return False


def _may_be_mixed(params: FetchParams) -> bool:
    # PROFILE: Firefox takes tracks for something to look at only.
    destination = params.request.destination
    return destination != "" and destination in params.user_agent.profile.initiators.never_mixed_content


def _is_lifted(params: FetchParams) -> bool:
    if not params.user_agent.profile.local_network_access.lifts_mixed_content:
        return False
    # NB: imported late, since little is mixed content.
    from browsercors.protections.local_network_access import is_known_to_be_local

    return is_known_to_be_local(params.request.current_url, params.request.target_address_space)
