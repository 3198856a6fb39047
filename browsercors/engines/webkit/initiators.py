"""
What elements ask for in WebKit.
"""

from __future__ import annotations

from typing import Final

import attrs

from browsercors.engines.standard.initiators import STANDARD_INITIATORS
from browsercors.rules.elements.initiators import NO_CORS, RequestSetup
from browsercors.values.requests import CredentialsMode, RequestMode

__all__ = ["WEBKIT_INITIATORS"]

IMAGE_ACCEPT: Final = b"image/webp,image/avif,video/*;q=0.8,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5"

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
    sends_origin_to_own_origin=True,
    media_headers=((b"Icy-MetaData", b"1"),),
    track_without_cors=True,
    not_loaded=frozenset({"manifest", "prefetch"}),
    nested_referrer_is_page=True,
    asks_again_for_failed_modules=True,
    json_module_destination="script",
)
