"""
What elements ask for in HTML and Fetch: the base case that the browsers depart from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.rules.elements.initiators import CORS_WITHOUT_COOKIES, NO_CORS, SAME_ORIGIN, InitiatorRules

if TYPE_CHECKING:
    from browsercors.values.requests import Request

__all__ = ["DOCUMENT_ACCEPT", "STANDARD_INITIATORS"]

DOCUMENT_ACCEPT: Final = b"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


def _is_opaque(request: Request, response_type: str) -> bool:
    """
    Mute the errors of scripts that came without CORS from another origin.

    https://html.spec.whatwg.org/#muted-errors
    """
    return response_type == "opaque"


STANDARD_INITIATORS: Final = InitiatorRules(
    # https://fetch.spec.whatwg.org/#concept-fetch, step 12
    accept={
        "prefetch": DOCUMENT_ACCEPT,
        "document": DOCUMENT_ACCEPT,
        "frame": DOCUMENT_ACCEPT,
        "iframe": DOCUMENT_ACCEPT,
        "image": b"image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5",
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
    # https://html.spec.whatwg.org/#link-type-modulepreload
    modulepreloadable={
        "": "script",
        "json": "json",
        "style": "style",
        **dict.fromkeys(
            ("audioworklet", "paintworklet", "script", "serviceworker", "sharedworker", "worker"), "script"
        ),
    },
    # https://html.spec.whatwg.org/#translate-a-preload-destination
    preloadable={name: name for name in ("font", "image", "script", "style", "track")} | {"fetch": ""},
)
