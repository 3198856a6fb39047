"""
What Firefox's elements load, and which responses its parent process keeps from them.

Read in `OpaqueResponseUtils.cpp`, `HttpBaseChannel.cpp`, `JSValidatorChild.cpp`, `nsMediaSniffer.cpp` and
`imgLoader.cpp`.
"""

from __future__ import annotations

from typing import Final

from browsercors.engines.firefox.sniffing import image_type, media_type
from browsercors.rules.elements.elements import ElementRules
from browsercors.rules.elements.opaque_response_blocking import (
    SAFELISTED,
    BlockingStep,
    OpaqueResponseBlockingRules,
)
from browsercors.values.formats.mime_groups import TypeGroup

__all__ = ["FIREFOX_ELEMENTS", "FIREFOX_OPAQUE_RESPONSE_BLOCKING"]

# NB: `audio/mpegurl` is a playlist as well.
STREAMING: Final = frozenset({"application/dash+xml", "application/vnd.apple.mpegurl", "audio/mpegurl", "text/vtt"})

FIREFOX_OPAQUE_RESPONSE_BLOCKING: Final = OpaqueResponseBlockingRules(
    steps=(
        BlockingStep.SAFELISTED,
        BlockingStep.NOSNIFF_TEXT,
        BlockingStep.NEVER_SNIFFED,
        BlockingStep.PARTIAL_DATA,
        BlockingStep.NOSNIFF_DATA,
        BlockingStep.SUBSEQUENT_PART,
        BlockingStep.NOT_FIRST_PART,
        BlockingStep.MEDIA,
        BlockingStep.IMAGE,
        BlockingStep.MEDIA_EXPECTED,
        BlockingStep.NOSNIFF,
        BlockingStep.STATUS,
        BlockingStep.NO_TYPE,
        BlockingStep.DECLARED_MEDIA,
        BlockingStep.SCRIPT,
    ),
    safelisted=SAFELISTED.and_also(TypeGroup(STREAMING)),
    media_type=media_type,
    image_type=image_type,
    # NB: of what is read for MP3; other formats need less.
    sniffed_bytes=1445,
    asked_after_types=True,
    empties_fetches=True,
)

FIREFOX_ELEMENTS: Final = ElementRules(
    svg_type_outranks_bytes=False,
    svg_needs_ok_status=True,
    module_types_come_first=True,
    integrity_policy=frozenset({"script"}),
)
