"""
What Chromium's elements load, and which responses its network service keeps from them.

Read in `services/network/orb`, `net/base/mime_sniffer.cc` and `allowed_by_nosniff.cc`.
"""

from __future__ import annotations

from typing import Final

from browsercors.engines.chromium.sniffing import image_type, media_type
from browsercors.rules.elements.elements import BUILT_IN_IMAGE_FORMATS, ElementRules, StylesheetOutcome
from browsercors.rules.elements.opaque_response_blocking import (
    BLOCKLISTED,
    NEVER_SNIFFED,
    BlockingStep,
    OpaqueResponseBlockingRules,
)
from browsercors.values.formats.mime_groups import AUDIO_OR_VIDEO, CSS, SVG, TypeGroup

__all__ = ["CHROMIUM_ELEMENTS", "CHROMIUM_OPAQUE_RESPONSE_BLOCKING"]

STREAMING: Final = frozenset({"application/dash+xml", "application/vnd.apple.mpegurl", "text/vtt"})

CHROMIUM_OPAQUE_RESPONSE_BLOCKING: Final = OpaqueResponseBlockingRules(
    steps=(
        BlockingStep.SAFELISTED,
        BlockingStep.NEVER_SNIFFED,
        BlockingStep.NOSNIFF_DATA,
        BlockingStep.MIDDLE_PART,
        BlockingStep.ANY_MEDIA,
        BlockingStep.IMAGE,
        BlockingStep.NO_TYPE,
        BlockingStep.HTML_XML_OR_JSON,
    ),
    safelisted=CSS.and_also(SVG).and_also(AUDIO_OR_VIDEO).and_also(TypeGroup(STREAMING)),
    never_sniffed=NEVER_SNIFFED.without("application/x-protobuffer", "audio/mpegurl", *STREAMING).and_also(
        TypeGroup(frozenset({"text/pdf"}))
    ),
    blocklisted=BLOCKLISTED.and_also(TypeGroup(frozenset({"application/json+protobuf"}))),
    media_type=media_type,
    image_type=image_type,
    empties_fetches=True,
    leaves_unread=True,
)

CHROMIUM_ELEMENTS: Final = ElementRules(
    media_takes_codings=False,
    sheets_fail_with_nested_imports=False,
    wrong_stylesheet_type=StylesheetOutcome.IGNORED,
    workers_need_javascript_type=False,
    image_formats=BUILT_IN_IMAGE_FORMATS | {"image/jxl"},
    ignores_unknown_integrity=True,
    integrity_policy=frozenset({"script"}),
)
