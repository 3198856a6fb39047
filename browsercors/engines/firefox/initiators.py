"""
What elements ask for in Firefox.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from browsercors.engines.firefox.referrers import trims_referrer
from browsercors.engines.firefox.sockets import FIREFOX_SOCKETS
from browsercors.engines.standard.initiators import (
    STANDARD_INITIATORS,
    preload_key,
    safelisted_headers_alone,
    type_up_to_blank,
)
from browsercors.fetch.referrer import DEFAULT_REFERRER_POLICY
from browsercors.rules.elements.channels import ChannelRules
from browsercors.rules.elements.request_setup import CORS_WITHOUT_COOKIES
from browsercors.rules.elements.service_workers import SECURITY_ERRORS, ServiceWorkerRules
from browsercors.rules.elements.workers import WorkerRules
from browsercors.values.findings import Reason
from browsercors.values.formats.event_stream import LoneId
from browsercors.values.requests import CacheMode, CredentialsMode, RequestMode, ResponseTainting
from browsercors.values.transport import Fault
from browsercors.values.urls import parse_url

if TYPE_CHECKING:
    from browsercors.rules.elements.preloads import PreloadKey
    from browsercors.values.headers import HeaderList
    from browsercors.values.requests import Request
    from browsercors.values.sites import Sites
    from browsercors.values.urls import URL

__all__ = ["FIREFOX_INITIATORS"]

IMAGE_ACCEPT: Final = b"image/avif,image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5"
AUDIO_ACCEPT: Final = b"audio/webm,audio/ogg,audio/wav,audio/*;q=0.9,application/ogg;q=0.7,video/*;q=0.6,*/*;q=0.5"
VIDEO_ACCEPT: Final = b"video/webm,video/ogg,video/*;q=0.9,application/ogg;q=0.7,audio/*;q=0.6,*/*;q=0.5"
FONT_ACCEPT: Final = b"application/font-woff2;q=1.0,application/font-woff;q=0.9,*/*;q=0.8"


def _is_muted(request: Request, response_type: str) -> bool:
    """
    Mute the errors of scripts that came without CORS and whose last URL is of another origin, or a `data:` URL.

    Evidence: a script that another origin redirects to the page's own tells all (observed on 153).
    """
    url = request.current_url
    return url.scheme == "data" or (response_type == "opaque" and not url.origin.same_origin(request.origin))


def _preload_key(request: Request) -> PreloadKey:
    """
    Create a preload key of what the `crossorigin` attribute can say, and no more: CORS or not, with cookies or not.

    Evidence: `fetch()` with credentials "omit" uses what was preloaded for "same-origin" (observed on 153).
    """
    is_plain = request.mode is RequestMode.NO_CORS
    with_cookies = request.credentials_mode is CredentialsMode.INCLUDE or is_plain
    return preload_key(request)._replace(
        # NB: modules are not served from scripts.
        destination="module" if request.initiator in {"import", "module", "worker-import"} else request.destination,
        credentials_mode="include" if with_cookies else "same-origin",
    )


REFUSED_BY_THE_PAGE: Final = frozenset(
    {
        Reason.BAD_PORT,
        Reason.CONTENT_SECURITY_POLICY,
        Reason.INTEGRITY_MISMATCH,
        Reason.INTEGRITY_POLICY,
        Reason.MIXED_CONTENT,
        Reason.SCHEME_NOT_SUPPORTED,
        Reason.URL_INVALID,
    }
)
HIDDEN_AFTER_REDIRECTS: Final = frozenset({Reason.CONTENT_SECURITY_POLICY, Reason.MIXED_CONTENT})
TOLD_UNDER_CORS: Final = frozenset({Reason.CONTENT_NOT_USABLE, Reason.STATUS_NOT_OK})


def _hides_from_the_page(request: Request, reason: Reason) -> bool:
    """
    Fire `load` where `error` would tell a page of another origin: without CORS, or if CORS or the network refused.

    Evidence: refused by CORS, `load`; refused by the page's policy or by its integrity, `error`; status 404, `load`
    without CORS and `error` with it, and of the page's own origin; where a redirect leads to what the page must not
    ask for, `load` (observed on 153).
    """
    is_refused = reason in REFUSED_BY_THE_PAGE and not (reason in HIDDEN_AFTER_REDIRECTS and request.redirect_count)
    if is_refused or request.response_tainting is ResponseTainting.BASIC:
        return False
    is_style = request.destination == "style" and reason is Reason.MIME_TYPE_BLOCKED
    return request.response_tainting is ResponseTainting.OPAQUE or (reason not in TOLD_UNDER_CORS and not is_style)


def _remembers_but_scripts_and_styles(request: Request, reason: Reason) -> bool:
    """
    Ask for scripts and styles once more, and let everything else fail with its preload (observed on 153).
    """
    return request.destination not in {"script", "style"}


def _is_event_stream(headers: HeaderList) -> bool:
    """
    Read the last type up to a blank (observed on 153).
    """
    return type_up_to_blank(headers) == "text/event-stream"


def _show_policy_as_taken(request: Request, sites: Sites) -> None:
    """
    Show service workers the default policy in the place of one that would tell another site the page's path.

    Evidence: `event.request.referrerPolicy` is not "unsafe-url" (observed on 153).
    """
    if trims_referrer(request, sites):
        request.referrer_policy = DEFAULT_REFERRER_POLICY


def _repeated_priority(request: Request) -> tuple[tuple[bytes, bytes], ...] | None:
    """
    State another priority than `fetch()` does for images that are not of another origin alone, and none for fonts.

    Evidence: observed on 153.
    """
    if request.destination == "font":
        return ()
    is_foreign = request.mode is RequestMode.NO_CORS and not request.current_url.origin.same_origin(request.origin)
    return ((b"Priority", b"u=5"),) if request.destination == "image" and not is_foreign else None


def _allowed_path(stated: bytes | None, script: URL) -> str | None:
    """
    Look at the path of `Service-Worker-Allowed` alone, and take an empty one for none (observed on 153).
    """
    longest = parse_url("./" if not stated else stated.decode("latin-1"), script)
    return None if longest is None else longest.path


STORAGE_ACCESS: Final = frozenset({b"sec-fetch-storage-access"})
"""What no request of a service worker has."""


def _retry_of(value: str) -> int | None:
    """
    Read a number modulo 32 bits; no digits at all are 0 (dom/base/EventSource.cpp).
    """
    if not value:
        return 0
    if not (value.isascii() and value.isdigit()):
        return None
    # NB: digit by digit, since Python reads no number of thousands of digits at once.
    stated = 0
    for digit in value:
        stated = (stated * 10 + int(digit)) & 0xFFFFFFFF
    return stated


FIREFOX_INITIATORS: Final = attrs.evolve(
    STANDARD_INITIATORS,
    accept={
        **STANDARD_INITIATORS.accept,
        "image": IMAGE_ACCEPT,
        "audio": AUDIO_ACCEPT,
        "video": VIDEO_ACCEPT,
        "font": FONT_ACCEPT,
        "svg-resource": b"*/*",
    },
    headers={
        "image": ((b"Priority", b"u=4, i"),),
        "style": ((b"Priority", b"u=2"),),
        "import": (),
        "worker-import": ((b"Priority", b"u=4"),),
        "audio": ((b"Priority", b"u=4"),),
        "video": ((b"Priority", b"u=4"),),
        "track": ((b"Priority", b"u=4"),),
        "preload script": ((b"Priority", b"u=1"),),
        "preload style": ((b"Priority", b"u=0"),),
        "modulepreload script": ((b"Priority", b"u=1"),),
        "preload font": ((b"Priority", b"u=2"),),
        "prefetch": ((b"Priority", b"u=6"),),
        "svg-resource": ((b"Priority", b"u=4"),),
        "eventsource": ((b"Priority", b"u=4"),),
        "beacon": ((b"Priority", b"u=6"),),
        "service-worker": ((b"Priority", b"u=4"),),
        "worker": ((b"Priority", b"u=4"),),
        "importscripts": ((b"Priority", b"u=4"),),
    },
    is_muted=_is_muted,
    mutes_thrown_errors=False,
    preloads=attrs.evolve(
        STANDARD_INITIATORS.preloads,
        destinations={
            name: value for name, value in STANDARD_INITIATORS.preloads.destinations.items() if name != "track"
        },
        # NB: what is no destination at all is as no attribute.
        module_kinds={
            **STANDARD_INITIATORS.preloads.module_kinds,
            **dict.fromkeys(
                (
                    "audio",
                    "document",
                    "embed",
                    "fetch",
                    "font",
                    "image",
                    "json",
                    "object",
                    "style",
                    "text",
                    "track",
                    "video",
                )
            ),
        },
        other_module_kind="script",
        events={"audio": "load", "json": "load", "track": "error", "video": "load"},
        font=CORS_WITHOUT_COOKIES,
        key=_preload_key,
        may_serve=safelisted_headers_alone,
        remembers_failure=_remembers_but_scripts_and_styles,
        fires_load_for=_hides_from_the_page,
        needs_ok_status=frozenset({"", "font", "prefetch", "script", "style"}),
        looked_at=frozenset({"image", "style"}),
        module_again_needs_attribute=True,
    ),
    service_workers=ServiceWorkerRules(
        shows_own_responses=True,
        names_seen=frozenset({b"accept-language"}),
        own_requests_without=STORAGE_ACCESS,
        repeats_without=STORAGE_ACCESS,
        repeated_priority=_repeated_priority,
        change_seen=_show_policy_as_taken,
        bypassed_by=frozenset({CacheMode.RELOAD}),
        remembers_redirects=True,
        taints_other_urls=True,
        takes_credentials=False,
        allowed_path=_allowed_path,
        sees_hidden_vary=True,
        script_cache_mode=CacheMode.RELOAD,
        script_cache_mode_of_all=CacheMode.RELOAD,
        security_errors=SECURITY_ERRORS | {Reason.CONTENT_SECURITY_POLICY, Reason.REDIRECT_MODE_ERROR},
    ),
    sockets=FIREFOX_SOCKETS,
    channels=ChannelRules(
        reconnection_time=5.0,
        least_reconnection_time=0.5,
        # NB: as its `EventSource.cpp` has them; the first is recorded.
        final_faults=frozenset({Fault.EMPTY, Fault.NAME_NOT_RESOLVED}),
        retry_of=_retry_of,
        lone_id=LoneId.IS_LOST,
        drops_nul=True,
        moving_statuses=frozenset({301, 308}),
        is_event_stream=_is_event_stream,
        event_source_reads_data_urls=False,
        beacon_limit=None,
        beacon_refusals=frozenset({Reason.BAD_PORT, Reason.CONTENT_SECURITY_POLICY, Reason.MIXED_CONTENT}),
    ),
    workers=WorkerRules(
        shared_throws_for_opaque_origins=True,
        classic_credentials={"worker": CredentialsMode.INCLUDE},
        keeps_failed_shared_workers=True,
        import_credentials=CredentialsMode.INCLUDE,
        import_referrer_policy={"sharedworker": "default", "worker": "default"},
        imports_together=True,
        imports_by_page=False,
        import_destinations={"sharedworker": "worker"},
        json_has_own_destination=False,
        upgrades_by_policy=False,
        inherits_referrer_policy=True,
        event_source_referrer=False,
    ),
    never_mixed_content=frozenset({"track"}),
    without_referrer=frozenset({"serviceworker", "track"}),
    # NB: `browser.send_pings` is off.
    not_loaded=frozenset({"manifest", "ping"}),
    remembers_refused_modules=False,
    keeps_sheets=True,
)
