"""
By which first bytes Chromium knows images, audio and video when it decides what to keep from a page.

Read in `net/base/mime_sniffer.cc`.
"""

from __future__ import annotations

from typing import Final

from browsercors.values.formats.mime_sniffing import BytePattern, byte_pattern, type_by_pattern

__all__ = ["image_type", "media_type"]

# NB: the types of one kind are told apart no further than is needed here.
MEDIA_PATTERNS: Final[tuple[BytePattern, ...]] = (
    byte_pattern("audio/wav", b"RIFF", 4, b"WAVEfmt "),
    byte_pattern("video/avi", b"RIFF", 4, b"AVI LIST"),
    byte_pattern("audio/ogg", b"OggS\x00"),
    BytePattern("video/mpeg", b"\x00\x00\x01\xb0", b"\xff\xff\xff\xf0"),
    BytePattern("audio/mpeg", b"\xff\xe0", b"\xff\xe0"),
    byte_pattern("video/mp4", 4, b"ftyp"),
    byte_pattern("video/quicktime", 4, b"moov"),
    byte_pattern("video/x-flv", b"FLV"),
    byte_pattern("audio/x-flac", b"fLaC"),
    byte_pattern("audio/amr", b"#!AMR\n"),
    byte_pattern("audio/x-pn-realaudio", b".RMF"),
    byte_pattern("video/x-ms-asf", b"\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\x00\xaa\x00\x62\xce\x6c"),
    byte_pattern("audio/mpeg", b"ID3"),
    byte_pattern("video/webm", b"\x1a\x45\xdf\xa3"),
)
# NB: formats of cameras left out.
IMAGE_PATTERNS: Final[tuple[BytePattern, ...]] = (
    byte_pattern("image/x-xbitmap", b"#define"),
    byte_pattern("image/x-icon", b"\x00\x00\x01\x00"),
    byte_pattern("image/gif", b"GIF87a"),
    byte_pattern("image/gif", b"GIF89a"),
    byte_pattern("image/png", b"\x89PNG\r\n\x1a\n"),
    byte_pattern("image/jpeg", b"\xff\xd8\xff"),
    byte_pattern("image/bmp", b"BM"),
    byte_pattern("image/tiff", b"I I"),
    byte_pattern("image/tiff", b"II*"),
    byte_pattern("image/tiff", b"MM\x00*"),
    byte_pattern("image/webp", b"RIFF", 4, b"WEBPVP"),
)


def media_type(first_bytes: bytes) -> str | None:
    """
    Return the type of audio or video that a body begins like (`SniffMimeTypeFromLocalData`).
    """
    return type_by_pattern(first_bytes, MEDIA_PATTERNS)


def image_type(first_bytes: bytes) -> str | None:
    """
    Return the type of image that a body begins like (`SniffMimeTypeFromLocalData`).
    """
    return type_by_pattern(first_bytes, IMAGE_PATTERNS)
