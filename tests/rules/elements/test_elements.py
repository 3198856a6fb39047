"""
What elements make of responses, by type, status and first bytes; the standard, Chromium, Firefox and WebKit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from browsercors.rules.elements.elements import ScriptKind, StylesheetOutcome
from browsercors.values.formats.mime_types import parse_mime_type
from browsercors.values.headers import HeaderList
from tests.fetch.engine import PROFILES

if TYPE_CHECKING:
    from browsercors.values.formats.javascript_imports import ModuleKind

PNG = b"\x89PNG\r\n\x1a\n" + bytes(25)
SVG = b"<svg/>"
WAV = b"RIFF\x24\x00\x00\x00WAVEfmt "
JXL = b"\xff\x0a"
AVIF = b"\x00\x00\x00\x14ftypavif\x00\x00\x00\x00mif1"

ERROR, IGNORED, APPLIED = StylesheetOutcome.ERROR, StylesheetOutcome.IGNORED, StylesheetOutcome.APPLIED

STYLESHEET_CASES = [
    # type               standard  Chromium  Firefox  WebKit
    ("text/css",         [APPLIED, APPLIED, APPLIED, APPLIED]),
    ("",                 [APPLIED, APPLIED, APPLIED, APPLIED]),
    ("text/plain",       [ERROR,   IGNORED, ERROR,   ERROR]),
    ("text/html",        [ERROR,   IGNORED, ERROR,   ERROR]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), STYLESHEET_CASES)
def test_a_stylesheet_of_the_wrong_type_is_not_applied(text: str, expected: list[StylesheetOutcome]) -> None:
    assert expected == [each.elements.stylesheet_outcome(parse_mime_type(text)) for each in PROFILES]


SCRIPT_CASES = [
    # kind                        type                 module    standard, Chromium, Firefox, WebKit
    (ScriptKind.CLASSIC,          "text/html",         "script", [True, True, True, True]),
    (ScriptKind.CLASSIC,          "",                  "script", [True, True, True, True]),
    (ScriptKind.WORKER,           "text/javascript",   "script", [True, True, True, True]),
    (ScriptKind.WORKER,           "text/plain",        "script", [False, True, False, False]),
    (ScriptKind.IMPORTED,         "text/plain",        "script", [False, False, False, False]),
    (ScriptKind.IMPORTED,         "",                  "script", [False, False, False, False]),
    (ScriptKind.SERVICE_WORKER,   "text/plain",        "script", [False, False, False, False]),
    (ScriptKind.SERVICE_WORKER,   "text/javascript",   "script", [True, True, True, True]),
    (ScriptKind.MODULE,           "text/javascript",   "script", [True, True, True, True]),
    (ScriptKind.MODULE,           "text/plain",        "script", [False, False, False, False]),
    (ScriptKind.MODULE,           "",                  "script", [False, False, False, False]),
    (ScriptKind.MODULE,           "application/json",  "script", [False, False, False, False]),
    (ScriptKind.MODULE,           "application/json",  "json",   [True, True, True, True]),
    (ScriptKind.MODULE,           "application/a+json", "json",  [True, True, True, True]),
    (ScriptKind.MODULE,           "text/javascript",   "json",   [False, False, False, False]),
    (ScriptKind.MODULE,           "text/css",          "style",  [True, True, True, False]),
    (ScriptKind.MODULE,           "text/plain",        "style",  [False, False, False, False]),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "text", "module_kind", "expected"), SCRIPT_CASES)
def test_modules_and_workers_need_their_types(
    kind: ScriptKind, text: str, module_kind: ModuleKind, expected: list[bool]
) -> None:
    mime_type = parse_mime_type(text)

    assert expected == [each.elements.script_type_runs(kind, mime_type, module_kind) for each in PROFILES]


IMAGE_CASES = [
    # type                  body     standard, Chromium, Firefox, WebKit
    ("image/png",           PNG,     [True, True, True, True]),
    ("image/gif",           PNG,     [True, True, True, True]),
    ("text/html",           PNG,     [True, True, True, True]),
    ("",                    PNG,     [True, True, True, True]),
    ("image/png",           b"",     [False, False, False, False]),
    ("image/png",           b"x",    [False, False, False, False]),
    ("image/png",           PNG[:32], [False, False, False, False]),
    ("application/pdf",     PNG,     [True, True, True, False]),
    ("image/svg+xml",       SVG,     [True, True, True, True]),
    ("image/svg+xml",       b"x",    [False, False, False, False]),
    ("image/svg+xml",       PNG,     [False, False, True, False]),
    ("text/plain",          SVG,     [False, False, False, False]),
    ("application/xml",     SVG,     [False, False, False, False]),
    ("image/avif",          AVIF,    [True, True, True, True]),
    ("image/jxl",           JXL,     [False, True, False, False]),
    ("audio/wav",           WAV,     [False, False, False, False]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "body", "expected"), IMAGE_CASES)
def test_what_begins_like_an_image_is_one(text: str, body: bytes, expected: list[bool]) -> None:
    assert expected == [each.elements.image_decodes(parse_mime_type(text), body) for each in PROFILES]


HEAD_CASES = [
    # status  header                                    standard, Chromium, Firefox, WebKit
    (200,     (),                                       [True, True, True, True]),
    (206,     ((b"Content-Range", b"bytes 0-1/2"),),    [True, True, True, True]),
    (206,     (),                                       [False, False, False, True]),
    (200,     ((b"Content-Encoding", b"gzip"),),        [True, False, True, False]),
]  # fmt: skip


@pytest.mark.parametrize(("status", "headers", "expected"), HEAD_CASES)
def test_the_head_says_whether_media_is_whole(
    status: int, headers: tuple[tuple[bytes, bytes], ...], expected: list[bool]
) -> None:
    assert expected == [each.elements.media_is_whole(status, HeaderList(headers)) for each in PROFILES]
