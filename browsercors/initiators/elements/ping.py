"""
Pings: what `<a ping>` and `<area ping>` send when somebody follows the link.

https://html.spec.whatwg.org/#hyperlink-auditing
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from browsercors.initiators.elements.potential_cors import element_request
from browsercors.initiators.header_guard import FetchTypeError
from browsercors.initiators.request_init import parse_page_url
from browsercors.values.requests import CredentialsMode, RequestMode

if TYPE_CHECKING:
    from browsercors.initiators.page_call import PageFetchParams
    from browsercors.rules.profile import BrowserProfile
    from browsercors.values.requests import Environment, Request
    from browsercors.values.responses import Response

__all__ = ["create_ping_request", "process_ping"]


def create_ping_request(environment: Environment, profile: BrowserProfile, url: str, *, to: str = "") -> Request:
    """
    Make the request of a ping.

    Args:
        environment: The page with the link.
        profile: The browser.
        url: One URL of the `ping` attribute.
        to: The `href` of the link; empty for the page itself.

    Raises:
        FetchTypeError: A URL is no str, or *to* cannot be parsed: such a link cannot be followed.

    https://html.spec.whatwg.org/#hyperlink-auditing
    """
    rules = profile.initiators.channels
    if not isinstance(to, str):
        raise FetchTypeError(f"to has to be a str, not {type(to).__name__}")
    target = parse_page_url(to, environment.base_url)
    # 4.1. A POST that tells nobody which page it is from, but in its headers.
    request = element_request(environment, url, "", RequestMode.NO_CORS, CredentialsMode.INCLUDE, initiator_type="ping")
    request.referrer = None
    request.method = b"POST"
    request.initiator = "ping"
    request.keepalive = True
    request.body = b"PING"
    # PROFILE: browsers tell caches on the way.
    request.cache_mode = rules.ping_cache_mode
    request.header_list.append(b"Content-Type", b"text/ping")
    # 4.2.-4.4. Say where the link is, unless that would tell another origin of a page with TLS.
    page = environment.url
    # PROFILE: WebKit has followed a link within the page by then.
    if rules.pings_after_following and target.href_without_fragment == page.href_without_fragment:
        page = target
    if request.url_list[0].origin.same_origin(page.origin) or page.scheme != "https":
        request.header_list.append(b"Ping-From", page.href.encode())
    request.header_list.append(b"Ping-To", target.href.encode())
    return request


def process_ping(params: PageFetchParams, response: Response) -> None:
    """
    Take any response: nobody looks at it.
    """
