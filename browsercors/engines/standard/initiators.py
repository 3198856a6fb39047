"""
What elements ask for in HTML and Fetch: the base case that the browsers depart from.
"""

from __future__ import annotations

from typing import Final

from browsercors.rules.elements.initiators import InitiatorRules

__all__ = ["DOCUMENT_ACCEPT", "STANDARD_INITIATORS"]

DOCUMENT_ACCEPT: Final = b"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"

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
    # https://html.spec.whatwg.org/#translate-a-preload-destination
    preloadable={name: name for name in ("font", "image", "script", "style", "track")} | {"fetch": ""},
)
