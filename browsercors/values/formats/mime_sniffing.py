"""
What a body is, by its first bytes.

Nothing is decoded: a body that begins like an image is taken for one.

https://mimesniff.spec.whatwg.org/#matching-a-mime-type-pattern
"""

from __future__ import annotations

from typing import Final, NamedTuple

__all__ = [
    "AVIF",
    "IMAGE_PATTERNS",
    "JPEG_XL",
    "RESOURCE_HEADER_BYTES",
    "BytePattern",
    "audio_or_video_type",
    "avif_type",
    "byte_pattern",
    "file_type_brands",
    "font_type",
    "image_format",
    "image_type",
    "is_binary",
    "is_font",
    "looks_like_svg",
    "matches_mp3_without_id3",
    "matches_mp4",
    "matches_webm",
    "type_by_pattern",
]

RESOURCE_HEADER_BYTES: Final = 1445
"""How many bytes are read at most (https://mimesniff.spec.whatwg.org/#resource-header)."""

AVIF: Final = "image/avif"
JPEG_XL: Final = "image/jxl"


class BytePattern(NamedTuple):
    """
    What the first bytes of a kind of body are.

    Attributes:
        essence: The MIME type.
        pattern: The bytes.
        mask: Which bits of them count; empty if all do.
    """

    essence: str
    pattern: bytes
    mask: bytes = b""

    def matches(self, body: bytes) -> bool:
        """
        Whether *body* begins like this (https://mimesniff.spec.whatwg.org/#pattern-matching-algorithm).

        NB: no pattern for images, audio, video and fonts ignores leading bytes.
        """
        if not self.mask:
            return body.startswith(self.pattern)
        return len(body) >= len(self.pattern) and all(
            byte & mask == wanted for byte, mask, wanted in zip(body, self.mask, self.pattern, strict=False)
        )


def byte_pattern(essence: str, *pieces: bytes | int) -> BytePattern:
    """
    Write a pattern as its pieces: bytes, and numbers of bytes that may be anything.
    """
    pattern = b"".join(piece if isinstance(piece, bytes) else bytes(piece) for piece in pieces)
    mask = b"".join(b"\xff" * len(piece) if isinstance(piece, bytes) else bytes(piece) for piece in pieces)
    return BytePattern(essence, pattern, mask if 0 in mask else b"")


# https://mimesniff.spec.whatwg.org/#matching-an-image-type-pattern
IMAGE_PATTERNS: Final[tuple[BytePattern, ...]] = (
    byte_pattern("image/x-icon", b"\x00\x00\x01\x00"),
    byte_pattern("image/x-icon", b"\x00\x00\x02\x00"),
    byte_pattern("image/bmp", b"BM"),
    byte_pattern("image/gif", b"GIF87a"),
    byte_pattern("image/gif", b"GIF89a"),
    byte_pattern("image/webp", b"RIFF", 4, b"WEBPVP"),
    byte_pattern("image/png", b"\x89PNG\r\n\x1a\n"),
    byte_pattern("image/jpeg", b"\xff\xd8\xff"),
)

# https://mimesniff.spec.whatwg.org/#matching-an-audio-or-video-type-pattern
AUDIO_OR_VIDEO_PATTERNS: Final[tuple[BytePattern, ...]] = (
    byte_pattern("audio/aiff", b"FORM", 4, b"AIFF"),
    byte_pattern("audio/mpeg", b"ID3"),
    byte_pattern("application/ogg", b"OggS\x00"),
    byte_pattern("audio/midi", b"MThd\x00\x00\x00\x06"),
    byte_pattern("video/avi", b"RIFF", 4, b"AVI "),
    byte_pattern("audio/wave", b"RIFF", 4, b"WAVE"),
)

# https://mimesniff.spec.whatwg.org/#matching-a-font-type-pattern
FONT_PATTERNS: Final[tuple[BytePattern, ...]] = (
    byte_pattern("application/vnd.ms-fontobject", 34, b"LP"),
    byte_pattern("font/ttf", b"\x00\x01\x00\x00"),
    byte_pattern("font/otf", b"OTTO"),
    byte_pattern("font/collection", b"ttcf"),
    byte_pattern("font/woff", b"wOFF"),
    byte_pattern("font/woff2", b"wOF2"),
)

# ISO/IEC 18181-2: a bare codestream, and a container.
JPEG_XL_PATTERNS: Final[tuple[BytePattern, ...]] = (
    byte_pattern(JPEG_XL, b"\xff\x0a"),
    byte_pattern(JPEG_XL, b"\x00\x00\x00\x0cJXL \r\n\x87\n"),
)

BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
BYTE_ORDER_MARKS: Final = (b"\xfe\xff", b"\xff\xfe", BYTE_ORDER_MARK)
# https://mimesniff.spec.whatwg.org/#binary-data-byte
BINARY_DATA_BYTES: Final = bytes({*range(0x20)} - {*b"\t\n\x0c\r\x1b"})


def type_by_pattern(body: bytes, patterns: tuple[BytePattern, ...]) -> str | None:
    """
    Return the type of the first pattern that *body* matches; None if it matches none.
    """
    return next((pattern.essence for pattern in patterns if pattern.matches(body)), None)


def image_type(body: bytes) -> str | None:
    """
    Run the image type pattern matching algorithm.

    Returns:
        The essence, such as `image/png`; None where the standard says undefined.

    https://mimesniff.spec.whatwg.org/#image-type-pattern-matching-algorithm
    """
    return type_by_pattern(body, IMAGE_PATTERNS)


def audio_or_video_type(body: bytes) -> str | None:
    """
    Run the audio or video type pattern matching algorithm.

    Returns:
        The essence, such as `video/webm`; None where the standard says undefined.

    https://mimesniff.spec.whatwg.org/#audio-or-video-type-pattern-matching-algorithm
    """
    # 1. Go through the table.
    essence = type_by_pattern(body, AUDIO_OR_VIDEO_PATTERNS)
    if essence is not None:
        return essence
    # 2.-4. Three more formats have signatures that are no patterns.
    for matches, of_signature in SIGNATURES:
        if matches(body):
            return of_signature
    # 5. It is neither.
    return None


def font_type(body: bytes) -> str | None:
    """
    Run the font type pattern matching algorithm.

    https://mimesniff.spec.whatwg.org/#font-type-pattern-matching-algorithm
    """
    return type_by_pattern(body, FONT_PATTERNS)


def is_font(body: bytes) -> bool:
    """
    Whether *body* is a font as far as its head says: a table of contents that is there, or a length that is right.

    https://learn.microsoft.com/typography/opentype/spec/otff#table-directory
    """
    kind = font_type(body)
    if kind in {"font/ttf", "font/otf"}:
        tables = range(12, 12 + 16 * int.from_bytes(body[4:6], "big"), 16)
        places = (
            (int.from_bytes(body[at + 8 : at + 12], "big"), int.from_bytes(body[at + 12 : at + 16], "big"))
            for at in tables
        )
        return len(tables) > 0 and len(body) >= tables.stop and all(sum(place) <= len(body) for place in places)
    if kind in {"font/woff", "font/woff2"}:
        return int.from_bytes(body[8:12], "big") == len(body)
    return kind is not None


def image_format(body: bytes) -> str | None:
    """
    Return which of the image formats that some browser decodes *body* begins like, by its MIME type.

    NB: the standard's table has no AVIF and no JPEG XL, which browsers recognise all the same. SVG has no first bytes
    of its own; see `looks_like_svg`.
    """
    return image_type(body) or avif_type(body) or type_by_pattern(body, JPEG_XL_PATTERNS)


def avif_type(body: bytes) -> str | None:
    """
    Return `image/avif` if a brand of the file type box says so (https://aomediacodec.github.io/av1-avif/#brands).
    """
    return None if {b"avif", b"avis"}.isdisjoint(file_type_brands(body)) else AVIF


def file_type_brands(body: bytes) -> list[bytes]:
    """
    Return the brands of an ISO media file, the major one first; none if *body* does not begin like one.

    NB: no more than the resource header is read.
    """
    size = _file_type_box_size(body)
    compatible = (body[place : place + 4] for place in range(16, min(size, RESOURCE_HEADER_BYTES), 4))
    return [body[8:12], *compatible] if size else []


def _file_type_box_size(body: bytes) -> int:
    """
    Return the size of the file type box that an ISO media file begins with; 0 if *body* is none.
    """
    size = int.from_bytes(body[:4], "big")
    return size if len(body) >= 12 and body[4:8] == b"ftyp" and size % 4 == 0 and len(body) >= size else 0


def matches_mp4(body: bytes) -> bool:
    """
    Whether *body* matches the signature for MP4 (https://mimesniff.spec.whatwg.org/#signature-for-mp4).
    """
    # 3.-6. It has to begin with a whole file type box.
    # 7.-10. Its major brand, or one of the compatible brands, has to be one of MP4.
    return any(brand.startswith(b"mp4") for brand in file_type_brands(body))


def matches_webm(body: bytes) -> bool:
    """
    Whether *body* matches the signature for WebM (https://mimesniff.spec.whatwg.org/#signature-for-webm).
    """
    # 3.-4. It is EBML,
    if not body.startswith(b"\x1a\x45\xdf\xa3"):
        return False
    # 5.-6. whose document type comes early,
    place = body.find(b"\x42\x82", 4, 39)
    while place >= 0:
        after = place + 2
        if after >= len(body):
            return False
        # 6.1. behind a length of as many bytes as its first bit set says; zeros may come before the name.
        after += _vint_size(body[after])
        if after >= len(body) - 4:
            return False
        if body[after : after + 64].lstrip(b"\x00").startswith(b"webm"):
            return True
        # 6.2. Go on behind it.
        place = body.find(b"\x42\x82", after + 1, 39)
    # 7. It is another kind of EBML.
    return False


def _vint_size(first: int) -> int:
    """
    Return of how many bytes a number is, by its first one (https://mimesniff.spec.whatwg.org/#parse-a-vint).
    """
    return 8 if first < 2 else 9 - first.bit_length()


# https://mimesniff.spec.whatwg.org/#mp3-rates-table, in thousands; MPEG 1.
MP3_RATES: Final = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
# https://mimesniff.spec.whatwg.org/#mp2.5-rates-table, in thousands; MPEG 2 and 2.5.
MP25_RATES: Final = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
# https://mimesniff.spec.whatwg.org/#sample-rate-table
SAMPLE_RATES: Final = (44100, 48000, 32000)


def matches_mp3_without_id3(body: bytes) -> bool:
    """
    Whether *body* matches the signature for MP3 without ID3: a frame, and another one where that ends.

    https://mimesniff.spec.whatwg.org/#signature-for-mp3-without-id3
    """
    # 4. A frame begins here.
    if not _matches_mp3_header(body, 0):
        return False
    # 5.-8. Skip it.
    size = _mp3_frame_size(body)
    # 9. Another one begins there.
    return size >= 4 and _matches_mp3_header(body, size)


def _matches_mp3_header(body: bytes, place: int) -> bool:
    """
    Match an mp3 header (https://mimesniff.spec.whatwg.org/#match-an-mp3-header).

    NB: the text's "and" in step 2 and its arithmetic on the layer let through what is no MP3. As in the code that it
    describes, all eleven bits are wanted, and the third layer.
    """
    header = body[place : place + 4]
    return (
        len(header) == 4
        and header[0] == 0xFF
        and header[1] & 0xE0 == 0xE0
        and header[1] & 0x06 == 0x02
        and header[2] & 0xF0 != 0xF0
        and header[2] & 0x0C != 0x0C
    )


def _mp3_frame_size(body: bytes) -> int:
    """
    Compute an mp3 frame size (https://mimesniff.spec.whatwg.org/#compute-an-mp3-frame-size).

    NB: the text has the rates and scales of MPEG 1 and 2 the wrong way round; no frame would end where it says.
    """
    is_mpeg_1 = bool(body[1] & 0x08)
    rate = (MP3_RATES if is_mpeg_1 else MP25_RATES)[body[2] >> 4] * 1000
    frequency = SAMPLE_RATES[(body[2] & 0x0C) >> 2]
    is_padded = (body[2] & 0x02) >> 1
    return rate * (144 if is_mpeg_1 else 72) // frequency + is_padded


SIGNATURES: Final = (
    (matches_mp4, "video/mp4"),
    (matches_webm, "video/webm"),
    (matches_mp3_without_id3, "audio/mpeg"),
)


def looks_like_svg(body: bytes) -> bool:
    """
    Whether *body* begins as an SVG document can: with the element, or with what may come before it in XML.

    NB: nothing is parsed beyond that.
    """
    start = body.removeprefix(BYTE_ORDER_MARK)
    text = start[:RESOURCE_HEADER_BYTES].lstrip(b"\t\n\r ")
    # NB: the declaration has to be at the very start.
    return text.startswith((b"<svg", b"<!--", b"<!DOCTYPE svg")) or start.startswith(b"<?xml")


def is_binary(body: bytes) -> bool:
    """
    Whether a body that is called text has binary data in its first bytes, and no byte order mark.

    https://mimesniff.spec.whatwg.org/#rules-for-text-or-binary
    """
    # 1.-3. A byte order mark says that it is text.
    header = body[:RESOURCE_HEADER_BYTES]
    if header.startswith(BYTE_ORDER_MARKS):
        return False
    # 4.-5. So does the absence of control characters.
    return len(header.translate(None, BINARY_DATA_BYTES)) < len(header)
