"""
Beacons: `navigator.sendBeacon()`, which sends something and hears nothing.

https://w3c.github.io/beacon/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.fetch.safelists import content_type_rule, cors_safelisted_request_header
from browsercors.initiators.bodies.extract import extract_body
from browsercors.initiators.bodies.readable_stream import ReadableStream
from browsercors.initiators.elements.potential_cors import element_request
from browsercors.initiators.header_guard import FetchTypeError
from browsercors.initiators.request_init import STREAM_AS_TEXT, parse_page_url
from browsercors.rules.requests import StreamBody
from browsercors.rules.safelist import HeaderRule
from browsercors.values.findings import Algorithm, Reason
from browsercors.values.formats.mime_types import parse_mime_type
from browsercors.values.requests import CredentialsMode, RequestMode

if TYPE_CHECKING:
    from browsercors.initiators.bodies.extract import BodyInit
    from browsercors.initiators.page_call import PageFetchParams
    from browsercors.rules.profile import BrowserProfile
    from browsercors.values.findings import Finding
    from browsercors.values.requests import Environment, Request
    from browsercors.values.responses import Response

__all__ = ["create_beacon_request", "process_beacon", "refuse_beacon"]

SEND_BEACON: Final[Algorithm] = Algorithm("sendBeacon", "https://w3c.github.io/beacon/#sendbeacon-method")


def create_beacon_request(
    environment: Environment, profile: BrowserProfile, url: str, *, data: BodyInit | None = None
) -> Request:
    """
    Make the request of a beacon.

    Args:
        environment: The page.
        profile: The browser.
        url: As the page gives it.
        data: What is sent, as a body of `fetch()`; None for nothing.

    Raises:
        FetchTypeError: Where `sendBeacon()` throws: the URL cannot be parsed or is not http or https, or the data are
            nothing that can be sent, such as a stream.

    https://w3c.github.io/beacon/#sendbeacon-method
    """
    rules = profile.initiators.channels
    # 1.-3. Parse the URL.
    if not parse_page_url(url, environment.base_url).is_http:
        raise FetchTypeError(f"a beacon goes to http and https URLs only, not to {url!r}")
    # 4. Without CORS, unless the type of the data needs it.
    # 7. Always with credentials, and even if the page is gone by then.
    request = element_request(
        environment, url, "", RequestMode.NO_CORS, CredentialsMode.INCLUDE, initiator_type="beacon"
    )
    request.method = b"POST"
    request.initiator = "beacon"
    request.keepalive = True
    # PROFILE: WebKit tells caches on the way.
    request.cache_mode = rules.beacon_cache_mode
    # 6. Read the data.
    if data is not None:
        # PROFILE: Firefox does not know streams as bodies.
        if isinstance(data, ReadableStream) and profile.requests.stream_body is StreamBody.STRINGIFIED:
            data = STREAM_AS_TEXT
        # 6.1. NB: a stream cannot outlive the page.
        try:
            body, type_ = extract_body(data, profile.requests.multipart_boundary_prefix, keepalive=True)
        except TypeError as error:
            raise FetchTypeError(str(error)) from None
        request.body = body.data
        # 6.3. A type that no form has needs a preflight.
        # NB: the text sets no unsafe-request flag, but all three browsers send one (`elements/beacon-blob-json-*`).
        # PROFILE: Chromium leaves out what is no MIME type.
        if type_ is not None and not (rules.beacon_drops_invalid_types and _is_invalid(type_)):
            request.header_list.append(b"Content-Type", type_)
            if _needs_cors(type_, profile):
                request.mode = RequestMode.CORS
                request.unsafe_request = True
    return request


def _needs_cors(type_: bytes, profile: BrowserProfile) -> bool:
    rule = cors_safelisted_request_header(b"content-type", type_, profile.safelist)
    # PROFILE: Chromium does not look at the length.
    if rule is HeaderRule.VALUE_TOO_LONG and profile.initiators.channels.beacon_type_may_be_long:
        rule = content_type_rule(type_)
    return rule is not None


def _is_invalid(type_: bytes) -> bool:
    return parse_mime_type(type_.decode("latin-1")) is None


def refuse_beacon(params: PageFetchParams) -> Finding | None:
    """
    Return why a beacon is too large to be sent, with all that is still under way; None if it is not.
    """
    limit, body = params.user_agent.profile.initiators.channels.beacon_limit, params.request.body
    in_flight = 0 if params.memory is None else params.memory.keepalive_bytes
    # PROFILE: Firefox has no limit.
    if limit is None or body is None or len(body) + in_flight <= limit:
        return None
    # 6.2. What is under way together must not be larger.
    more = {"in_flight": in_flight} if in_flight else {}
    return SEND_BEACON.failed("6.2", Reason.KEEPALIVE_BODY_TOO_LARGE, length=len(body), **more)


def process_beacon(params: PageFetchParams, response: Response) -> None:
    """
    Take any response: nobody looks at it.
    """
