"""
What elements ask for in HTML and Fetch: the base case that the browsers depart from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.rules.elements.initiators import InitiatorRules
from browsercors.rules.elements.preloads import PreloadKey, PreloadRules
from browsercors.rules.elements.request_setup import CORS_WITHOUT_COOKIES, NO_CORS, SAME_ORIGIN
from browsercors.values.requests import CacheMode

if TYPE_CHECKING:
    from browsercors.values.findings import Reason
    from browsercors.values.headers import HeaderList
    from browsercors.values.requests import Request

__all__ = [
    "DOCUMENT_ACCEPT",
    "STANDARD_INITIATORS",
    "preload_key",
    "safelisted_headers_alone",
    "type_up_to_blank",
]

DOCUMENT_ACCEPT: Final = b"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


def _is_opaque(request: Request, response_type: str) -> bool:
    """
    Mute the errors of scripts that came without CORS from another origin.

    https://html.spec.whatwg.org/#muted-errors
    """
    return response_type == "opaque"


def preload_key(request: Request) -> PreloadKey:
    """
    Create a preload key (https://html.spec.whatwg.org/#create-a-preload-key).
    """
    return PreloadKey(request.url_list[0].href, request.destination, request.mode.value, request.credentials_mode.value)


def _sets_no_headers(request: Request) -> bool:
    """
    Serve requests whose headers no script has set (fetch, step 11).
    """
    return not request.unsafe_request or not request.page_header_list


def safelisted_headers_alone(request: Request) -> bool:
    """
    Serve requests of the default cache mode, without headers that would need a preflight.

    Evidence: both observed on Firefox 153 and WebKit 2.50.
    """
    names = {name.lower() for name, _ in request.page_header_list}
    return request.cache_mode is CacheMode.DEFAULT and names <= {b"accept", b"accept-language", b"content-language"}


def type_up_to_blank(headers: HeaderList) -> str:
    """
    Return the essence of the last type of a response, read up to a blank.

    Evidence: an event stream as `text/event-stream text/plain` (observed on Chromium 156 and Firefox 153).
    """
    values = headers.get_decode_and_split(b"content-type") or [""]
    return "".join(values[-1].replace(";", " ").split()[:1]).lower()


def _forgets_failures(request: Request, reason: Reason) -> bool:
    """
    Remember no preload that has failed.
    """
    return False


def _no_failure(request: Request, reason: Reason) -> bool:
    """
    Let every failure of a preload be an error.
    """
    return False


STANDARD_INITIATORS: Final = InitiatorRules(
    # https://fetch.spec.whatwg.org/#concept-fetch, step 12
    accept={
        "prefetch": DOCUMENT_ACCEPT,
        "document": DOCUMENT_ACCEPT,
        "frame": DOCUMENT_ACCEPT,
        "iframe": DOCUMENT_ACCEPT,
        "image": b"image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5",
        "eventsource": b"text/event-stream",
        "json": b"application/json,*/*;q=0.5",
        "style": b"text/css,*/*;q=0.1",
    },
    # https://drafts.csswg.org/css-values-4/#fetch-a-style-resource
    css_images={
        "background-image": NO_CORS,
        "border-image-source": NO_CORS,
        "list-style-image": NO_CORS,
        "content": NO_CORS,
        "cursor": NO_CORS,
        "mask-image": CORS_WITHOUT_COOKIES,
        "shape-outside": CORS_WITHOUT_COOKIES,
        "clip-path": SAME_ORIGIN,
        "filter": SAME_ORIGIN,
    },
    is_muted=_is_opaque,
    preloads=PreloadRules(
        # https://html.spec.whatwg.org/#translate-a-preload-destination
        destinations={name: name for name in ("font", "image", "script", "style", "track")} | {"fetch": ""},
        # https://html.spec.whatwg.org/#link-type-modulepreload
        module_kinds={
            "": "script",
            "json": "json",
            "style": "style",
            **dict.fromkeys(
                ("audioworklet", "paintworklet", "script", "serviceworker", "sharedworker", "worker"), "script"
            ),
        },
        key=preload_key,
        may_serve=_sets_no_headers,
        remembers_failure=_forgets_failures,
        fires_load_for=_no_failure,
    ),
)
