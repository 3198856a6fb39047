"""
What elements ask for in WebKit.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import attrs

from browsercors.engines.standard.initiators import STANDARD_INITIATORS, safelisted_headers_alone
from browsercors.engines.webkit.sockets import WEBKIT_SOCKETS
from browsercors.rules.elements.channels import OF_THE_TRANSPORT, ChannelRules
from browsercors.rules.elements.preloads import PreloadKey
from browsercors.rules.elements.request_setup import NO_CORS, RequestSetup
from browsercors.rules.elements.service_workers import SECURITY_ERRORS, ServiceWorkerRules
from browsercors.rules.elements.workers import WorkerRules
from browsercors.values.findings import Reason
from browsercors.values.formats.event_stream import TAKEN_BACK, LoneId, reconnection_time_of_64_bits
from browsercors.values.formats.mime_groups import JAVASCRIPT
from browsercors.values.formats.mime_types import parse_mime_type
from browsercors.values.requests import CacheMode, CredentialsMode, RequestMode

if TYPE_CHECKING:
    from browsercors.values.headers import HeaderList
    from browsercors.values.requests import Request

__all__ = ["WEBKIT_INITIATORS"]

IMAGE_ACCEPT: Final = b"image/webp,image/avif,video/*;q=0.8,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5"


def _preload_key(request: Request) -> PreloadKey:
    """
    Create a preload key of the URL and the kind of resource; only for `fetch()` does the mode matter.

    Evidence: an image with `crossorigin` uses what was preloaded without (observed on 2.50).
    """
    url = request.url_list[0].href_without_fragment
    if request.destination:
        return PreloadKey(url, request.destination, "", "")
    with_cookies = request.credentials_mode is CredentialsMode.INCLUDE
    # NB: of the page's own origin `fetch()` uses nothing that was preloaded.
    is_own = request.initiator == "preload" and request.url_list[0].origin.same_origin(request.origin)
    credentials = "preloaded" if is_own else "include" if with_cookies else "same-origin"
    return PreloadKey(url, "", request.mode.value, credentials)


def _remembers_what_came(request: Request, reason: Reason) -> bool:
    """
    Let what uses a preload fail with it, unless something came that was no image (observed on 2.50).
    """
    return reason is not Reason.CONTENT_NOT_USABLE


def _go_on_after_redirect(request: Request) -> None:
    """
    Lose the body at a redirect of a service worker, and begin anew where it leads to another origin under CORS.

    Evidence: observed on 2.50.
    """
    request.body = None
    before, now = request.url_list[-2:]
    if request.mode is RequestMode.CORS and not before.origin.same_origin(now.origin):
        del request.url_list[:-1]
        request.redirect_taint, request.tainted_origin = "same-origin", None


def _is_worker_script(headers: HeaderList) -> bool:
    """
    Take what states no type, and look at the first of several (observed on 2.50).
    """
    stated = headers.get_all(b"content-type")
    if not stated:
        return True
    mime_type = parse_mime_type(stated[0].partition(b",")[0].decode("latin-1"))
    return mime_type is not None and JAVASCRIPT.has(mime_type)


END_OF_TYPE: Final = re.compile(rb"[;,\s]")


def _is_event_stream(headers: HeaderList) -> bool:
    """
    Read the last header up to a comma or a blank (observed on 2.50).
    """
    lines = headers.get_all(b"content-type") or [b""]
    return END_OF_TYPE.split(lines[-1].strip())[0].lower() == b"text/event-stream"


def _retry_of(value: str) -> int | None:
    """
    Read a number of 64 bits, with blanks around it and a plus sign; none at all takes back what was said.
    """
    return reconnection_time_of_64_bits(value.strip(" \t\f\v").removeprefix("+")) if value else TAKEN_BACK


WEBKIT_INITIATORS: Final = attrs.evolve(
    STANDARD_INITIATORS,
    accept={
        **{name: value for name, value in STANDARD_INITIATORS.accept.items() if name != "json"},
        "image": IMAGE_ACCEPT,
    },
    css_images={
        **{
            name: setup for name, setup in STANDARD_INITIATORS.css_images.items() if name not in {"clip-path", "filter"}
        },
        "shape-outside": RequestSetup(RequestMode.CORS, CredentialsMode.OMIT),
    },
    font=NO_CORS,
    preloads=attrs.evolve(
        STANDARD_INITIATORS.preloads,
        destinations={**STANDARD_INITIATORS.preloads.destinations, "worker": "script"},
        module_kinds={
            **STANDARD_INITIATORS.preloads.module_kinds,
            **dict.fromkeys(
                ("audio", "document", "embed", "fetch", "font", "image", "object", "style", "track", "video")
            ),
        },
        other_module_kind="script",
        key=_preload_key,
        may_serve=safelisted_headers_alone,
        remembers_failure=_remembers_what_came,
        checks_integrity_late=frozenset({"", "font", "image", "script", "style", "track"}),
        ignores_integrity=True,
        ignores_types=True,
        keeps_failed_modules=True,
        asks_again_for_modules=True,
        judges_users=True,
        folds_case=False,
        needs_ok_status=frozenset({"font", "script", "style", "track"}),
        looked_at=frozenset({"image"}),
    ),
    sends_origin_to_own_origin=True,
    service_workers=ServiceWorkerRules(
        shows_own_responses=True,
        shows_body_of_head=True,
        shows_conditional_as_no_store=True,
        go_on_after_redirect=_go_on_after_redirect,
        checks_redirects=True,
        own_responses_forget_redirects=True,
        preflights_what_falls_through=False,
        is_script=_is_worker_script,
        empty_scope_is_none=True,
        security_errors=SECURITY_ERRORS | {Reason.CONTENT_SECURITY_POLICY, Reason.REDIRECT_MODE_ERROR},
    ),
    sends_no_origin_to_own_origin=frozenset({"worker-import"}),
    sockets=WEBKIT_SOCKETS,
    channels=ChannelRules(
        is_event_stream=_is_event_stream,
        retry_of=_retry_of,
        ping_cache_mode=CacheMode.NO_CACHE,
        pings_after_following=True,
        lone_id=LoneId.WAITS,
        moving_statuses=frozenset(),
        goes_on_after_break=True,
        reconnects_after=OF_THE_TRANSPORT | {Reason.BAD_PORT},
        event_source_headers=((b"Cache-Control", b"no-cache"),),
        event_source_reads_data_urls=False,
        beacon_cache_mode=CacheMode.NO_CACHE,
        event_source_throws=frozenset({Reason.CONTENT_SECURITY_POLICY}),
        beacon_refusals=frozenset({Reason.BAD_PORT, Reason.KEEPALIVE_BODY_TOO_LARGE, Reason.MIXED_CONTENT}),
    ),
    workers=WorkerRules(
        throws=frozenset({Reason.SAME_ORIGIN_MODE, Reason.CONTENT_SECURITY_POLICY}),
        module_needs_javascript_type=False,
        import_credentials=CredentialsMode.INCLUDE,
        import_referrer_policy={"worker": "page"},
        imports_by_page=False,
        json_has_own_destination=False,
        inherits_referrer_policy=True,
    ),
    media_headers=((b"Icy-Metadata", b"1"),),
    headers={"media": ((b"Connection", b"close"),)},
    dropped_headers={
        "media": frozenset({b"accept-encoding", b"connection"}),
        "websocket": frozenset({b"accept"}),
    },
    media_looks_again=True,
    track_without_cors=True,
    not_loaded=frozenset({"manifest", "prefetch"}),
    nested_referrer_is_page=True,
    asks_again_for_failed_modules=True,
    remembered_module_failures=frozenset({Reason.STATUS_NOT_OK}),
    json_module_destination="script",
)
