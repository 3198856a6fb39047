"""
What Firefox's elements load, and which responses its parent process keeps from them.

Read in `OpaqueResponseUtils.cpp`, `HttpBaseChannel.cpp`, `JSValidatorChild.cpp`, `nsMediaSniffer.cpp` and
`imgLoader.cpp`.
"""

from __future__ import annotations

from typing import Final

from browsercors.rules.elements.elements import DOCUMENTS_AND_DATA, ElementRules
from browsercors.rules.elements.opaque_response_blocking import (
    SAFELISTED,
    BlockingStep,
    OpaqueResponseBlockingRules,
)
from browsercors.values.formats.mime_groups import TypeGroup
from browsercors.values.formats.mime_sniffing import (
    BytePattern,
    avif_type,
    byte_pattern,
    file_type_brands,
    image_type as image_type_of_the_standard,
    matches_mp3_without_id3,
    matches_webm,
    type_by_pattern,
)

__all__ = ["FIREFOX_ELEMENTS", "FIREFOX_OPAQUE_RESPONSE_BLOCKING"]

MEDIA_PATTERNS: Final[tuple[BytePattern, ...]] = (
    byte_pattern("application/ogg", b"OggS\x00"),
    byte_pattern("audio/x-wav", b"RIFF", 4, b"WAVE"),
    byte_pattern("audio/mpeg", b"ID3"),
    byte_pattern("audio/flac", b"fLaC"),
    byte_pattern("application/vnd.apple.mpegurl", b"#EXTM3U"),
)
BRANDS: Final = (b"mp4", b"avc", b"3gp", b"M4V", b"M4A", b"M4P", b"qt", b"crx", b"iso", b"mmp4")
"""How the brands of an ISO media file begin that are those of audio or video."""

# NB: `audio/mpegurl` is a playlist as well.
STREAMING: Final = frozenset({"application/dash+xml", "application/vnd.apple.mpegurl", "audio/mpegurl", "text/vtt"})


def media_type(first_bytes: bytes) -> str | None:
    """
    Return the type of audio or video that a body begins like; streams of AAC are left out.
    """
    essence = type_by_pattern(first_bytes, MEDIA_PATTERNS)
    if essence is not None:
        return essence
    if any(brand.startswith(BRANDS) for brand in file_type_brands(first_bytes)):
        return "video/mp4"
    if matches_webm(first_bytes):
        return "video/webm"
    return "audio/mpeg" if matches_mp3_without_id3(first_bytes) else None


def image_type(first_bytes: bytes) -> str | None:
    """
    Return the type of image that a body begins like: one of the standard's table, or AVIF.
    """
    return image_type_of_the_standard(first_bytes) or avif_type(first_bytes)


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
    empties_fetches=True,
)

FIREFOX_ELEMENTS: Final = ElementRules(
    svg_type_outranks_bytes=False,
    refused_media_types=DOCUMENTS_AND_DATA,
    opaque_needs_no_integrity=False,
    integrity_policy=frozenset({"script"}),
)
