"""
What elements ask for in Chromium.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from browsercors.engines.chromium.sockets import CHROMIUM_SOCKETS
from browsercors.engines.standard.initiators import STANDARD_INITIATORS, preload_key, type_up_to_blank
from browsercors.rules.elements.channels import OF_THE_TRANSPORT, ChannelRules
from browsercors.rules.elements.request_setup import CORS_WITHOUT_COOKIES
from browsercors.rules.elements.service_workers import SECURITY_ERRORS, ServiceWorkerRules
from browsercors.rules.elements.workers import WorkerRules
from browsercors.values.findings import Reason
from browsercors.values.formats.event_stream import TAKEN_BACK, reconnection_time_of_64_bits
from browsercors.values.formats.mime_types import extract_a_mime_type
from browsercors.values.requests import CacheMode, CredentialsMode, ResponseTainting

if TYPE_CHECKING:
    from browsercors.rules.elements.preloads import PreloadKey
    from browsercors.values.headers import HeaderList
    from browsercors.values.requests import Request

__all__ = ["CHROMIUM_INITIATORS"]

IMAGE_ACCEPT: Final = b"image/jxl,image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8"
DOCUMENT_ACCEPT: Final = (
    b"text/html,application/xhtml+xml,application/xml;q=0.9,image/jxl,image/avif,image/webp,image/apng,*/*;q=0.8,"
    b"application/signed-exchange;v=b3;q=0.7"
)

CLIENT_HINTS: Final = frozenset({b"sec-ch-ua", b"sec-ch-ua-mobile", b"sec-ch-ua-platform"})


NOT_IN_HANDSHAKES: Final = frozenset(
    {
        *(b"accept", b"sec-fetch-site", b"sec-fetch-mode", b"sec-fetch-dest", b"sec-fetch-storage-access"),
        *(b"sec-ch-ua", b"sec-ch-ua-mobile", b"sec-ch-ua-platform"),
    }
)


def _preload_key(request: Request) -> PreloadKey:
    """
    Create a preload key, to which the fragment does not belong (observed on 156).
    """
    return preload_key(request)._replace(url=request.url_list[0].href_without_fragment)


def _any_request(request: Request) -> bool:
    """
    Serve all requests of a key, whatever their headers and their cache mode (observed on 156).
    """
    return True


def _remembers_all(request: Request, reason: Reason) -> bool:
    """
    Let what uses a preload fail with it, whatever the reason (observed on 156).
    """
    return True


def _begin_anew(request: Request) -> None:
    """
    Forget, after a redirect of a service worker, where the request has been; the page sees it (observed on 156).
    """
    request.shown_url_list = [*request.url_list]
    del request.url_list[:-1]
    request.redirect_taint, request.tainted_origin = "same-origin", None
    request.response_tainting = ResponseTainting.BASIC


def _is_event_stream(headers: HeaderList) -> bool:
    """
    Read the last type up to a blank, and want UTF-8 if it states a charset (observed on 156).
    """
    mime_type = extract_a_mime_type(headers)
    charset = "" if mime_type is None else mime_type.parameters.get("charset", "")
    return type_up_to_blank(headers) == "text/event-stream" and charset.lower() in {"", "utf-8"}


def _retry_of(value: str) -> int | None:
    """
    Read a number of 64 bits; none at all takes back what was said (observed on 156).
    """
    return reconnection_time_of_64_bits(value) if value else TAKEN_BACK


CHROMIUM_INITIATORS: Final = attrs.evolve(
    STANDARD_INITIATORS,
    accept={
        **STANDARD_INITIATORS.accept,
        "prefetch": DOCUMENT_ACCEPT,
        "document": DOCUMENT_ACCEPT,
        "frame": DOCUMENT_ACCEPT,
        "iframe": DOCUMENT_ACCEPT,
        "image": IMAGE_ACCEPT,
    },
    css_images={**STANDARD_INITIATORS.css_images, "clip-path": CORS_WITHOUT_COOKIES},
    asks_again_for_failed_modules=True,
    remembered_module_failures=frozenset({Reason.MIME_TYPE_BLOCKED}),
    accept_with_cors={"prefetch": b"application/signed-exchange;v=b3;q=0.7,*/*;q=0.8"},
    preloads=attrs.evolve(
        STANDARD_INITIATORS.preloads,
        module_kinds={"": "script", "script": "script", "json": "json", "style": "style"},
        key=_preload_key,
        may_serve=_any_request,
        checks_integrity_late=frozenset({""}),
        remembers_failure=_remembers_all,
        needs_ok_status=frozenset({"font", "prefetch", "script", "style"}),
        looked_at=frozenset({"image"}),
        keeps_images=False,
    ),
    sends_origin_to_own_origin=True,
    sends_no_origin_to_own_origin=frozenset({"audio", "manifest", "video"}),
    channels=ChannelRules(
        is_event_stream=_is_event_stream,
        retry_of=_retry_of,
        ping_cache_mode=CacheMode.NO_CACHE,
        reconnects_after=OF_THE_TRANSPORT | {Reason.BAD_PORT},
        beacon_type_may_be_long=True,
        beacon_drops_invalid_types=True,
        beacon_refusals=frozenset({Reason.KEEPALIVE_BODY_TOO_LARGE, Reason.MIXED_CONTENT}),
    ),
    dropped_headers={"service-worker": CLIENT_HINTS, "websocket": NOT_IN_HANDSHAKES},
    service_workers=ServiceWorkerRules(
        shows_own_responses=True,
        shows_body_of_head=True,
        names_seen=CLIENT_HINTS | {b"user-agent"},
        own_requests_without=CLIENT_HINTS,
        shows_origin_of_loads=True,
        repeats_upload_preflight=True,
        go_on_after_redirect=_begin_anew,
        checks_own_resource_policy=False,
        keeps_one_response_per_url=True,
        script_cache_mode_of_all=CacheMode.NO_CACHE,
        security_errors=SECURITY_ERRORS | {Reason.CONTENT_SECURITY_POLICY, Reason.REDIRECT_MODE_ERROR},
    ),
    workers=WorkerRules(
        throws=frozenset({Reason.SAME_ORIGIN_MODE}),
        keeps_failed_shared_workers=True,
        import_credentials=CredentialsMode.INCLUDE,
        import_type_of_data_urls=False,
        dropped_headers=CLIENT_HINTS,
    ),
    sockets=CHROMIUM_SOCKETS,
    manifest_credentials=CredentialsMode.OMIT,
    refuses_credentials_in_urls_of=frozenset({"image", "css-image"}),
)
