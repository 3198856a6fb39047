"""
What elements ask for in Chromium.
"""

from __future__ import annotations

from typing import Final

import attrs

from browsercors.engines.standard.initiators import STANDARD_INITIATORS
from browsercors.rules.elements.initiators import CORS_WITHOUT_COOKIES, NO_CORS
from browsercors.values.requests import CredentialsMode

__all__ = ["CHROMIUM_INITIATORS"]

IMAGE_ACCEPT: Final = b"image/jxl,image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8"
DOCUMENT_ACCEPT: Final = (
    b"text/html,application/xhtml+xml,application/xml;q=0.9,image/jxl,image/avif,image/webp,image/apng,*/*;q=0.8,"
    b"application/signed-exchange;v=b3;q=0.7"
)

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
    preloaded_font=NO_CORS,
    asks_again_for_failed_modules=True,
    accept_with_cors={"prefetch": b"application/signed-exchange;v=b3;q=0.7,*/*;q=0.8"},
    modulepreloadable={"": "script", "script": "script", "json": "json", "style": "style"},
    preload_serves_any_fetch=True,
    remembers_failed_preloads=True,
    preload_needs_image=True,
    preload_key_has_fragment=False,
    preload_needs_ok_status=frozenset({"script"}),
    sends_origin_to_own_origin=True,
    sends_no_origin_to_own_origin=frozenset({"audio", "manifest", "video"}),
    manifest_credentials=CredentialsMode.OMIT,
    refuses_credentials_in_urls_of=frozenset({"image", "css-image"}),
)
