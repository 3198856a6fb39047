"""
Sending an http request over TLS instead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.protections.hsts import HSTS, HSTSStore
from browsercors.rules.upgrades import Upgrade
from browsercors.values.headers import HeaderList
from browsercors.values.requests import RequestMode
from browsercors.values.responses import Response

if TYPE_CHECKING:
    from browsercors.fetch.params import FetchParams
    from browsercors.protections.hsts import HSTSHost
    from browsercors.values.requests import Request
    from browsercors.values.urls import URL

__all__ = [
    "learn_hsts",
    "redirect_for_hsts",
    "upgrade_for_hsts",
    "upgrade_in_place",
    "upgrade_mixed_content",
    "url_that_is_judged",
]

IN_MAIN_FETCH: Final = frozenset({Upgrade.IN_PLACE, Upgrade.SHOWN})


def upgrade_in_place(request: Request, upgrade: Upgrade) -> None:
    """
    Put https in the place of http in the current URL of *request*, and let the page see of it what *upgrade* says.
    """
    url = request.current_url
    request.url_list[-1] = upgraded = url.over_tls()
    if upgrade is Upgrade.SHOWN:
        request.shown_url_list = [*request.url_list[:-1], url, upgraded]
    elif upgrade is Upgrade.HIDDEN and request.redirect_count == 0 and request.initiator_type == "fetch":
        request.shown_url_list = [url]


def upgrade_mixed_content(params: FetchParams) -> None:
    """
    Upgrade the request of an image, of audio or of video that would be mixed content (main fetch, step 6).
    """
    # NB: imported late, since few requests are mixed content.
    from browsercors.protections.mixed_content import (
        UPGRADE_MIXED_CONTENT,
        trust_of,
        upgrade_a_mixed_content_request,
    )

    request, profile = params.request, params.user_agent.profile
    url = request.current_url
    upgraded = upgrade_a_mixed_content_request(
        url,
        page_prohibits_mixed_content=request.client.prohibits_mixed_content,
        destination=request.destination,
        initiator=request.initiator,
        is_trustworthy=trust_of(profile, request.destination),
    )
    if upgraded is not url:
        params.findings.append(UPGRADE_MIXED_CONTENT.noted("2", url=url.href))
        request.url_list[-1] = upgraded


def url_that_is_judged(params: FetchParams, url: URL) -> URL:
    """
    Return the URL by which a redirect to *url*, which is of http, taints the origin.

    NB: main fetch (steps 5 and 10) may go on with https.
    """
    upgrades = params.user_agent.profile.upgrades
    # PROFILE: to Firefox the upgrade is a redirect of its own.
    csp_list = params.request.client.csp_list
    if csp_list is not None and csp_list.upgrades_insecure_requests and upgrades.by_policy is not Upgrade.SHOWN:
        return url.over_tls()
    if upgrades.by_hsts is Upgrade.IN_PLACE and _known_host(params, url) is not None:
        return url.over_tls()
    return url


def upgrade_for_hsts(params: FetchParams) -> bool:
    """
    Upgrade the request if its host has promised to be reached over TLS (main fetch, step 10).

    Returns:
        Whether that is a redirect, so that the referrer is determined once more.

    https://www.rfc-editor.org/rfc/rfc6797#section-8.3
    """
    upgrade = params.user_agent.profile.upgrades.by_hsts
    request = params.request
    is_socket = request.mode is RequestMode.WEBSOCKET
    # PROFILE: Firefox upgrades no WebSocket.
    if is_socket and not params.user_agent.profile.initiators.sockets.heeds_hsts:
        return False
    is_redirected_socket = is_socket and upgrade is Upgrade.REDIRECT
    if not (upgrade in IN_MAIN_FETCH or is_redirected_socket) or not _has_promised(params):
        return False
    # PROFILE: Chromium takes even the handshake of a WebSocket along a redirect, which taints its origin.
    if is_redirected_socket:
        # NB: imported late, since few requests are of WebSockets.
        from browsercors.fetch.redirect_taint import redirect_taint

        upgraded = request.current_url.over_tls()
        request.redirect_taint = redirect_taint(request, upgraded, params.user_agent.sites)
        request.url_list.append(upgraded)
        return False
    upgrade_in_place(request, upgrade)
    return upgrade is Upgrade.SHOWN


def redirect_for_hsts(params: FetchParams, request: Request) -> Response | None:
    """
    Return the redirect to https with which the browser itself answers *request*, where it upgrades requests that way.
    """
    user_agent = params.user_agent
    if (
        request.current_url.scheme != "http"
        or user_agent.profile.upgrades.by_hsts is not Upgrade.REDIRECT
        or not _has_promised(params)
    ):
        return None
    params.hop.is_answered_by_browser = True
    headers = [
        (b"Location", request.current_url.over_tls().href.encode("ascii")),
        (b"Non-Authoritative-Reason", b"HSTS"),
        (b"Cross-Origin-Resource-Policy", b"Cross-Origin"),
        (b"Access-Control-Allow-Origin", request.byte_serialized_origin()),
        (b"Access-Control-Allow-Credentials", b"true"),
    ]
    return Response(
        status=307,
        status_message=b"Internal Redirect",
        header_list=HeaderList(headers),
        url_list=list(request.url_list),
    )


def _known_host(params: FetchParams, url: URL) -> HSTSHost | None:
    hsts = params.user_agent.hsts
    return None if hsts is None else hsts.host_for(url, params.now)


def _has_promised(params: FetchParams) -> bool:
    url = params.request.current_url
    host = _known_host(params, url)
    if host is None:
        return False
    params.findings.append(HSTS.noted("8.3", host=host.host, url=url.href, preloaded=host.is_preloaded))
    return True


def learn_hsts(params: FetchParams, request: Request, response: Response) -> None:
    """
    Remember what a response says in `Strict-Transport-Security` (https://www.rfc-editor.org/rfc/rfc6797#section-8.1).
    """
    # NB: the first header counts.
    values = response.header_list.get_all(b"strict-transport-security")
    if values:
        user_agent = params.user_agent
        if user_agent.hsts is None:
            user_agent.hsts = HSTSStore()
        stated = user_agent.hsts.store(request.current_url, values[0], params.now)
        outcome = "ignored" if stated is None else "remembered"
        params.findings.append(HSTS.noted("8.1", value=values[0], outcome=outcome))
