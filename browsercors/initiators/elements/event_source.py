"""
`EventSource`: one connection of it, and whether what came is an event stream.

https://html.spec.whatwg.org/#the-eventsource-interface
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.initiators.elements.potential_cors import element_request
from browsercors.initiators.elements.usable import not_usable
from browsercors.initiators.request_init import parse_page_url
from browsercors.rules.elements.channels import says_event_stream
from browsercors.values.findings import Algorithm, Reason
from browsercors.values.requests import CacheMode, CredentialsMode, RequestMode

if TYPE_CHECKING:
    from browsercors.initiators.page_call import PageFetchParams
    from browsercors.rules.profile import BrowserProfile
    from browsercors.values.findings import Finding
    from browsercors.values.requests import Environment, Request
    from browsercors.values.responses import Response

__all__ = ["EVENT_SOURCE", "create_event_source_request", "process_event_stream"]

EVENT_SOURCE: Final[Algorithm] = Algorithm("EventSource", "https://html.spec.whatwg.org/#dom-eventsource")

OK: Final = 200


def create_event_source_request(
    environment: Environment,
    profile: BrowserProfile,
    url: str,
    *,
    with_credentials: bool = False,
    last_event_id: str = "",
) -> Request:
    """
    Make the request of a connection.

    Args:
        environment: The page.
        profile: The browser.
        url: As the page gives it.
        with_credentials: The `withCredentials` of the source.
        last_event_id: What earlier connections have left; empty for nothing.

    Raises:
        FetchTypeError: The URL is no str, or cannot be parsed; JavaScript throws a SyntaxError.

    https://html.spec.whatwg.org/#dom-eventsource
    """
    # 3.-4. Parse the URL.
    parse_page_url(url, environment.base_url)
    # 6.-8. Ask with CORS.
    credentials_mode = CredentialsMode.INCLUDE if with_credentials else CredentialsMode.SAME_ORIGIN
    request = element_request(environment, url, "", RequestMode.CORS, credentials_mode, initiator_type="other")
    # 10. NB: `Accept` comes by the name of the initiator (fetch, step 12).
    request.initiator = "eventsource"
    # PROFILE: those of Firefox's workers show no referrer.
    if environment.is_worker and not profile.initiators.workers.event_source_referrer:
        request.referrer = None
    # 11. Store nothing.
    request.cache_mode = CacheMode.NO_STORE
    # "Reestablish the connection", step 5.3: say what came last.
    # NB: no preflight asks for that header, since the request has no unsafe-request flag.
    # PROFILE: WebKit sets more headers, which stay when a redirect is followed.
    for header in profile.initiators.channels.event_source_headers:
        request.header_list.append(*header)
    if last_event_id:
        request.header_list.append(b"Last-Event-ID", last_event_id.encode("utf-8"))
    return request


def process_event_stream(params: PageFetchParams, response: Response) -> Finding | None:
    """
    Look whether what came is an event stream.

    Returns:
        Why the connection has failed for good; None if the source is open.
    """
    # 15.3. Status and type have to be just these.
    if response.status != OK:
        return EVENT_SOURCE.failed("15.3", Reason.STATUS_NOT_OK, status=response.status)
    # PROFILE: Chromium looks at the charset as well, and browsers do not agree on what is no MIME type.
    if params.user_agent.profile.initiators.channels.is_event_stream(response.header_list):
        return None
    wanted = "an event stream in UTF-8" if says_event_stream(response.header_list) else "an event stream"
    return not_usable(EVENT_SOURCE, "15.3", wanted, response)
