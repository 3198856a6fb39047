"""
What elements ask for in Firefox.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from browsercors.engines.standard.initiators import STANDARD_INITIATORS
from browsercors.rules.elements.initiators import CORS_WITHOUT_COOKIES

if TYPE_CHECKING:
    from browsercors.values.requests import Request

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
        "svg-resource": ((b"Priority", b"u=4"),),
    },
    is_muted=_is_muted,
    mutes_thrown_errors=False,
    preloaded_font=CORS_WITHOUT_COOKIES,
    not_loaded=frozenset({"manifest"}),
)
