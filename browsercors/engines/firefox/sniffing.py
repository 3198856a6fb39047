"""
By which first bytes Firefox knows images, audio and video when it decides what to keep from a page.

Read in `nsMediaSniffer.cpp` and `imgLoader.cpp`.
"""

from __future__ import annotations

from typing import Final

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

__all__ = ["image_type", "media_type"]

MEDIA_PATTERNS: Final[tuple[BytePattern, ...]] = (
    byte_pattern("application/ogg", b"OggS\x00"),
    byte_pattern("audio/x-wav", b"RIFF", 4, b"WAVE"),
    byte_pattern("audio/mpeg", b"ID3"),
    byte_pattern("audio/flac", b"fLaC"),
    byte_pattern("application/vnd.apple.mpegurl", b"#EXTM3U"),
)
BRANDS: Final = (b"mp4", b"avc", b"3gp", b"M4V", b"M4A", b"M4P", b"qt", b"crx", b"iso", b"mmp4")
"""How the brands of an ISO media file begin that are those of audio or video."""


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
