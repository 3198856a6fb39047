"""
What bodies are, by their first bytes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, strategies as st

from browsercors.values.formats.mime_sniffing import (
    audio_or_video_type,
    avif_type,
    byte_pattern,
    file_type_brands,
    font_type,
    image_format,
    image_type,
    is_binary,
    looks_like_svg,
    matches_mp3_without_id3,
    matches_mp4,
    matches_webm,
)

if TYPE_CHECKING:
    from collections.abc import Callable


def box(*brands: bytes, size: int | None = None) -> bytes:
    """
    Return a file type box: its size, its name, the major brand, a version, the compatible brands.
    """
    major, *compatible = brands
    content = b"ftyp" + major + bytes(4) + b"".join(compatible)
    return (len(content) + 4 if size is None else size).to_bytes(4, "big") + content


AVIF, AVIF_SEQUENCE = box(b"avif", b"mif1"), box(b"msf1", b"avis")
JPEG_XL = (b"\xff\x0a", b"\x00\x00\x00\x0cJXL \r\n\x87\n")

IMAGE_CASES = [
    # body                                   the standard    what browsers recognise
    (b"\x89PNG\r\n\x1a\n",                   "image/png",    "image/png"),
    (b"\x89PNG\n\x1a\n",                     None,           None),
    (b"GIF87a",                              "image/gif",    "image/gif"),
    (b"GIF89a;",                             "image/gif",    "image/gif"),
    (b"GIF88a",                              None,           None),
    (b"\xff\xd8\xff\xe0",                    "image/jpeg",   "image/jpeg"),
    (b"RIFF\x01\x02\x03\x04WEBPVP8 ",        "image/webp",   "image/webp"),
    (b"RIFF\x01\x02\x03\x04WEBPXX",          None,           None),
    (b"RIFF\x01\x02\x03\x04WEBPV",           None,           None),
    (b"BM",                                  "image/bmp",    "image/bmp"),
    (b"\x00\x00\x01\x00",                    "image/x-icon", "image/x-icon"),
    (b"\x00\x00\x02\x00",                    "image/x-icon", "image/x-icon"),
    (AVIF,                                   None,           "image/avif"),
    (AVIF_SEQUENCE,                          None,           "image/avif"),
    (box(b"heic", b"mif1"),                  None,           None),
    (JPEG_XL[0],                             None,           "image/jxl"),
    (JPEG_XL[1],                             None,           "image/jxl"),
    (b"<svg/>",                              None,           None),
    (b" GIF89a",                             None,           None),
    (b"",                                    None,           None),
]  # fmt: skip


@pytest.mark.parametrize(("body", "of_the_standard", "recognised"), IMAGE_CASES)
def test_an_image_is_known_by_its_first_bytes(body: bytes, of_the_standard: str | None, recognised: str | None) -> None:
    assert (of_the_standard, recognised) == (image_type(body), image_format(body))


def mp3(first: int = 0xFB, rate: int = 0x90, padding: int = 0, *, gap: int = 0) -> bytes:
    """
    Return two frames of MPEG 1 layer III with 128 kbit/s and 44.1 kHz, 417 bytes long.
    """
    frame = bytes([0xFF, first, rate | padding << 1, 0])
    return frame.ljust(417 + padding + gap, b"\0") + frame


WEBM = b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm\x42\x87\x81\x04"

MEDIA_CASES = [
    # what                           body                                              type
    ("AIFF",                         b"FORM\x00\x00\x00\x00AIFF",                      "audio/aiff"),
    ("MP3 with ID3",                 b"ID3\x04",                                       "audio/mpeg"),
    ("Ogg",                          b"OggS\x00",                                      "application/ogg"),
    ("MIDI",                         b"MThd\x00\x00\x00\x06",                          "audio/midi"),
    ("AVI",                          b"RIFF\x00\x00\x00\x00AVI LIST",                  "video/avi"),
    ("WAVE",                         b"RIFF\x00\x00\x00\x00WAVEfmt ",                  "audio/wave"),
    ("WebP",                         b"RIFF\x00\x00\x00\x00WEBPVP8 ",                  None),
    ("MP4 by its major brand",       box(b"mp42", b"isom"),                            "video/mp4"),
    ("MP4 by another brand",         box(b"isom", b"iso2", b"mp41"),                   "video/mp4"),
    ("a file of other brands",       box(b"isom", b"iso2"),                            None),
    ("the version is no brand",      (20).to_bytes(4, "big") + b"ftypisommp41isom",    None),
    ("a box that is cut",            box(b"mp42", size=64),                            None),
    ("a box of no multiple of 4",    box(b"mp42", size=15),                            None),
    ("another box",                  box(b"mp42").replace(b"ftyp", b"moov"),           None),
    ("less than 12 bytes",           box(b"mp42")[:11],                                None),
    ("a box that ends early",        box(b"mp42", size=0),                             None),
    ("WebM",                         WEBM,                                             "video/webm"),
    ("WebM, padded with zeros",      WEBM.replace(b"\x84webm", b"\x86\0\0webm"),       "video/webm"),
    ("WebM, with a longer number",   WEBM.replace(b"\x84webm", b"\x40\x04webm"),       "video/webm"),
    ("Matroska",                     WEBM.replace(b"\x84webm", b"\x88matroska"),       None),
    ("EBML alone",                   WEBM[:4],                                         None),
    ("EBML, cut behind the mark",    WEBM[:11],                                        None),
    ("EBML, cut within the name",    WEBM[:14],                                        None),
    ("a mark that comes too late",   WEBM[:4] + bytes(34) + WEBM[9:],                  None),
    ("a mark that comes just early", WEBM[:4] + bytes(33) + WEBM[9:],                  "video/webm"),
    ("MP3",                          mp3(),                                            "audio/mpeg"),
    ("MP3 with padding",             mp3(padding=1),                                   "audio/mpeg"),
    ("one frame of MP3",             mp3()[:417],                                      None),
    ("a gap between two frames",     mp3(gap=1),                                       None),
    ("layer II",                     mp3(first=0xFD),                                  None),
    ("a bad rate",                   mp3(rate=0xF0),                                   None),
    ("a free rate",                  mp3(rate=0x00),                                   None),
    ("a bad sampling rate",          mp3(rate=0x9C),                                   None),
    ("no sync",                      mp3().replace(b"\xff", b"\xfe"),                  None),
    ("MPEG 2",                       b"\xff\xf3\x80\0".ljust(104, b"\0") + b"\xff\xf3\x80\0", "audio/mpeg"),
    ("text",                         b"hello",                                         None),
    ("nothing",                      b"",                                              None),
]  # fmt: skip


@pytest.mark.parametrize(("body", "expected"), [pytest.param(*row[1:], id=row[0]) for row in MEDIA_CASES])
def test_audio_and_video_are_known_by_their_first_bytes(body: bytes, expected: str | None) -> None:
    assert expected == audio_or_video_type(body)


FONT_CASES = [
    (bytes(34) + b"LP", "application/vnd.ms-fontobject"),
    (bytes(33) + b"LP", None),
    (b"\x00\x01\x00\x00", "font/ttf"),
    (b"OTTO", "font/otf"),
    (b"ttcf", "font/collection"),
    (b"wOFF", "font/woff"),
    (b"wOF2", "font/woff2"),
    (b"true", None),
]


@pytest.mark.parametrize(("body", "expected"), FONT_CASES)
def test_a_font_is_known_by_its_first_bytes(body: bytes, expected: str | None) -> None:
    assert expected == font_type(body)


def test_a_pattern_is_written_in_pieces() -> None:
    assert (b"a\0\0b", b"\xff\0\0\xff") == byte_pattern("x/y", b"a", 2, b"b")[1:]
    assert (b"ab", b"") == byte_pattern("x/y", b"ab")[1:]


def test_brands_are_those_of_the_box() -> None:
    assert [b"isom", b"mp41"] == file_type_brands(box(b"isom", b"mp41") + b"mp42")
    assert [] == file_type_brands(b"nothing like that")


SVG_CASES = [
    (b"<svg", True),
    (b" \n<svg xmlns='http://www.w3.org/2000/svg'>", True),
    (b"\xef\xbb\xbf<?xml version='1.0'?><svg/>", True),
    (b"<!-- a --><svg/>", True),
    (b"<!DOCTYPE svg PUBLIC", True),
    (b" <?xml version='1.0'?><svg/>", False),
    (b"<html>", False),
    (b"\x89PNG\r\n\x1a\n", False),
    (b"", False),
]


@pytest.mark.parametrize(("body", "expected"), SVG_CASES)
def test_svg_is_known_by_how_it_begins(body: bytes, expected: bool) -> None:
    assert expected == looks_like_svg(body)


BINARY_CASES = [
    (b"", False),
    (b"hello\t\r\n\x0c\x1b", False),
    ("\u00e9".encode(), False),
    (b"hello\x00", True),
    (b"\x0b", True),
    (b"\x1a", True),
    (b"\xef\xbb\xbf\x00", False),
    (b"\xfe\xff\x00a", False),
    (b"\xff\xfea\x00", False),
    (b"a" * 1445 + b"\x00", False),
]


@pytest.mark.parametrize(("body", "expected"), BINARY_CASES)
def test_text_has_no_control_characters_unless_a_byte_order_mark_says_so(body: bytes, expected: bool) -> None:
    assert expected == is_binary(body)


@pytest.mark.parametrize(
    "sniff",
    [image_format, audio_or_video_type, font_type, avif_type, matches_mp3_without_id3, matches_mp4, matches_webm],
)
@given(
    start=st.sampled_from([b"", WEBM[:4], WEBM[:11], mp3(), box(b"isom"), box(b"mp42")[:8], b"RIFF"]),
    rest=st.binary(max_size=64),
)
def test_no_body_is_too_odd(sniff: Callable[[bytes], object], start: bytes, rest: bytes) -> None:
    assert sniff(start + rest) == sniff(start + rest)
