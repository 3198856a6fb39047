"""
Media: `<audio>`, `<video>`, and the tracks of them.

https://html.spec.whatwg.org/#concept-media-load-resource
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.initiators.elements.potential_cors import create_potential_cors_request
from browsercors.initiators.elements.usable import not_usable, status_not_ok
from browsercors.values.findings import Algorithm
from browsercors.values.formats.mime_sniffing import audio_or_video_type
from browsercors.values.requests import RequestMode
from browsercors.values.transport import Fault

if TYPE_CHECKING:
    from browsercors.initiators.page_call import PageFetchParams
    from browsercors.rules.profile import BrowserProfile
    from browsercors.values.element_literals import MediaElement
    from browsercors.values.findings import Finding
    from browsercors.values.requests import Environment, Request
    from browsercors.values.responses import Response

__all__ = ["create_media_request", "create_track_request", "process_media", "process_track"]

RESOURCE_FETCH: Final[Algorithm] = Algorithm(
    "resource fetch", "https://html.spec.whatwg.org/#concept-media-load-resource"
)
PROCESS_THE_TRACK: Final[Algorithm] = Algorithm(
    "start the track processing model", "https://html.spec.whatwg.org/#start-the-track-processing-model"
)


def create_media_request(
    environment: Environment,
    profile: BrowserProfile,
    url: str,
    *,
    element: MediaElement = "video",
    crossorigin: str | None = None,
    byte_range: str = "",
) -> Request:
    """
    Make a request of an `<audio>` or a `<video>`.

    Args:
        environment: The page.
        profile: The browser.
        url: The `src` attribute.
        element: "audio" or "video".
        crossorigin: The attribute; None for none.
        byte_range: For a later request, the bytes that it asks for, such as "100-"; empty for the first request.

    Raises:
        FetchTypeError: The URL is no str.
        TypeError: An attribute has the wrong type.
    """
    request = create_potential_cors_request(environment, url, element, crossorigin, initiator_type=element)
    # PROFILE: WebKitGTK asks for all of it at first, and for what radio stations say of themselves.
    if byte_range:
        request.header_list.append(b"Range", f"bytes={byte_range}".encode("ascii"))
    else:
        request.initiator = "media"
        for header in profile.initiators.media_headers:
            request.header_list.append(*header)
    return request


def create_track_request(
    environment: Environment,
    profile: BrowserProfile,
    url: str,
    *,
    crossorigin: str | None = None,
) -> Request:
    """
    Make the request of a `<track>`.

    Args:
        environment: The page.
        profile: The browser.
        url: The `src` attribute.
        crossorigin: The attribute of the media element; None for none. Without it, only the page's own origin is asked.

    Raises:
        FetchTypeError: The URL is no str.
        TypeError: The attribute has the wrong type.
    """
    request = create_potential_cors_request(
        environment, url, "track", crossorigin, initiator_type="track", same_origin_fallback=True
    )
    # PROFILE: WebKitGTK asks other origins as well.
    if request.mode is RequestMode.SAME_ORIGIN and profile.initiators.track_without_cors:
        request.mode = RequestMode.NO_CORS
    return request


def process_media(params: PageFetchParams, response: Response) -> Finding | None:
    """
    Look whether what came can be played, by its first bytes.

    Returns:
        Why the element fires `error`; None if it has its metadata.
    """
    finding = status_not_ok(params, RESOURCE_FETCH, "5.3", response)
    if finding is not None:
        return finding
    # PROFILE: browsers do not agree on coded media, and on parts that do not say which they are.
    rules, headers = params.user_agent.profile.elements, response.header_list
    # NB: codecs are not looked at.
    is_known = audio_or_video_type(response.body or b"") is not None
    if is_known and rules.media_is_whole(response.status, headers):
        return None
    if not rules.media_takes_codings and b"content-encoding" in headers:
        return not_usable(RESOURCE_FETCH, "5.3", "audio or video", response, fault=Fault.UNDECODABLE)
    return not_usable(RESOURCE_FETCH, "5.3", "audio or video", response)


def process_track(params: PageFetchParams, response: Response) -> Finding | None:
    """
    Look whether what came is WebVTT.

    Returns:
        Why the element fires `error`; None if it fires `load`.
    """
    finding = status_not_ok(params, PROCESS_THE_TRACK, "10", response)
    if finding is not None:
        return finding
    body = (response.body or b"").removeprefix(b"\xef\xbb\xbf")
    if body.startswith(b"WEBVTT") and body[6:7] in (b"", b" ", b"\t", b"\n", b"\r"):
        return None
    return not_usable(PROCESS_THE_TRACK, "10", "WebVTT", response)
