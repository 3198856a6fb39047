"""
Opaque Response Blocking: the steps of the proposal, and what the browsers make of it.

What real browsers were seen to do with elements is in `OBSERVED_CASES`: Chromium 156, Firefox 153, WebKitGTK 2.50.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import attrs
import pytest

from browsercors.engines.chromium.profile import CHROMIUM
from browsercors.engines.firefox.profile import FIREFOX
from browsercors.engines.standard.profile import STANDARD
from browsercors.engines.webkit.profile import WEBKIT
from browsercors.protections.opaque_response_blocking import (
    MediaRequest,
    begins_like_html_xml_or_json,
    opaque_response_blocking_check,
)
from browsercors.rules.elements.opaque_response_blocking import (
    STEPS_OF_THE_PROPOSAL,
    BlockingStep,
    OpaqueResponseBlockingRules,
)
from browsercors.values.findings import Reason
from browsercors.values.headers import HeaderList

if TYPE_CHECKING:
    from browsercors.values.findings import Finding

PROPOSAL: Final = OpaqueResponseBlockingRules(steps=STEPS_OF_THE_PROPOSAL)
PNG: Final = b"\x89PNG\r\n\x1a\n0000"
WAV: Final = b"RIFF\x24\x00\x00\x00WAVEfmt "
JS: Final = b"window.ran = 1;\n"
JSON: Final = b'{"a": 1}'
HTML: Final = b"<!DOCTYPE html><p>Hello"
SVG: Final = b'<svg xmlns="http://www.w3.org/2000/svg"/>'

INITIAL: Final[dict[str, Any]] = {"media_request": MediaRequest.INITIAL}
SUBSEQUENT: Final[dict[str, Any]] = {"media_request": MediaRequest.SUBSEQUENT}


def check(
    rules: OpaqueResponseBlockingRules, content_type: str, body: bytes, *lines: str, status: int = 200, **options: Any
) -> Finding | None:
    """
    Check a response; a type that ends in an exclamation mark comes with nosniff.
    """
    essence = content_type.removesuffix("!")
    headers = [(b"Content-Type", essence.encode())] if essence else []
    if essence != content_type:
        headers.append((b"X-Content-Type-Options", b"nosniff"))
    headers += [(name.encode(), value.encode()) for name, _, value in (line.partition(": ") for line in lines)]
    return opaque_response_blocking_check(status, HeaderList(headers), body, rules, **options)


FIRST_PART = ("Content-Range: bytes 0-3/9",)
LATER_PART = ("Content-Range: bytes 4-8/9",)

STEP_CASES = [
    # what, type, body, lines, status, options, step, allowed?
    ("JavaScript", "text/javascript", JSON, (), 200, {}, "3.1", True),
    ("CSS with nosniff", "text/css!", HTML, (), 404, {}, "3.1", True),
    ("SVG", "image/svg+xml", SVG, (), 200, {}, "3.1", True),
    ("PDF that is an image", "application/pdf", PNG, (), 200, {}, "3.2", False),
    ("CSV", "text/csv", PNG, (), 200, {}, "3.2", False),
    ("a part of HTML", "text/html", PNG, FIRST_PART, 206, {}, "3.3", False),
    ("JSON with nosniff", "application/a+json!", PNG, (), 200, {}, "3.4", False),
    ("XML with nosniff", "application/xhtml+xml!", PNG, (), 200, {}, "3.4", False),
    ("text with nosniff", "text/plain!", PNG, (), 200, {}, "3.4", False),
    ("a further part of media", "video/mp4", b"xx", LATER_PART, 206, SUBSEQUENT, "4", True),
    ("a later part at first", "video/mp4", WAV, LATER_PART, 206, INITIAL, "5", False),
    ("a part that says not which", "video/mp4", WAV, (), 206, INITIAL, "5", False),
    ("media", "text/html", WAV, (), 200, INITIAL, "7", True),
    ("the first part of media", "", WAV, FIRST_PART, 206, INITIAL, "7", True),
    ("media with 404", "audio/wav", WAV, (), 404, INITIAL, "7", False),
    ("media that nobody asked for", "audio/wav", WAV, (), 200, {}, "7", False),
    ("an image for media", "image/png", PNG, (), 200, INITIAL, "8", False),
    ("an image as HTML", "text/html", PNG, (), 200, {}, "9", True),
    ("an image with 404 and nosniff", "image/gif!", PNG, (), 404, {}, "9", True),
    ("a script of no such type, with nosniff", "application/octet-stream!", JS, (), 200, {}, "10", False),
    ("a script of no type, with nosniff", "!", JS, (), 200, {}, "10", False),
    ("a script as text with 500", "text/plain", JS, (), 500, {}, "11", False),
    ("anything of no type", "", HTML, (), 200, {}, "12", True),
    ("a type that does not parse", "nonsense", HTML, (), 200, {}, "12", True),
    ("an image that is none", "image/png", b"x", (), 200, {}, "13", False),
    ("a script as HTML", "text/html", JS, (), 200, {}, "15", True),
    ("nothing", "text/html", b"", (), 200, {}, "15", True),
    ("HTML", "text/html", HTML, (), 200, {}, "15", False),
    ("JSON that is a script", "application/json", b"[1]", (), 200, {}, "15", False),
    ("JSON that is none", "application/json", JSON, (), 200, {}, "15", False),
    ("an image behind the bytes that are read", "text/html", b" " * 1024 + PNG, (), 200, {}, "15", False),
]


@pytest.mark.parametrize(
    ("content_type", "body", "lines", "status", "options", "step", "allowed"),
    [pytest.param(*row[1:], id=str(row[0])) for row in STEP_CASES],
)
def test_each_step_decides(
    content_type: str, body: bytes, lines: tuple[str, ...], status: int, options: Any, step: str, allowed: bool
) -> None:
    finding = check(PROPOSAL, content_type, body, *lines, status=status, **options)

    assert finding is not None
    assert (step, allowed) == (finding.step, finding.ok)
    assert (None if allowed else Reason.OPAQUE_RESPONSE_BLOCKED) is finding.reason


def test_what_no_step_decides_on_is_allowed() -> None:
    finding = check(attrs.evolve(PROPOSAL, steps=STEPS_OF_THE_PROPOSAL[:-1]), "text/html", HTML)

    assert finding is not None
    assert ("16", True) == (finding.step, finding.ok)


@pytest.mark.parametrize("profile", [STANDARD, WEBKIT], ids=lambda profile: profile.name)
def test_not_all_browsers_have_it(profile: Any) -> None:
    assert check(profile.opaque_response_blocking, "application/pdf!", HTML) is None


@pytest.mark.parametrize("profile", [CHROMIUM, FIREFOX], ids=lambda profile: profile.name)
def test_to_fetch_a_blocked_response_is_an_empty_one(profile: Any) -> None:
    rules = profile.opaque_response_blocking

    assert [False, True, True] == [rules.is_network_error(destination) for destination in ("", "image", "script")]
    assert PROPOSAL.is_network_error("")


A, B = True, False

OBSERVED_CASES = [
    # what                        type                     body    Chromium  Firefox
    ("PNG as HTML",               "text/html",             PNG,    A,        A),
    ("PNG as JSON",               "application/json",      PNG,    A,        A),
    ("PNG as HTML, nosniff",      "text/html!",            PNG,    B,        B),
    ("PNG as text, nosniff",      "text/plain!",           PNG,    B,        A),
    ("PNG as bytes, nosniff",     "application/octet-stream!", PNG, A,       A),
    ("PNG without type",          "",                      PNG,    A,        A),
    ("PNG as CSV",                "text/csv",              PNG,    B,        B),
    ("PNG as PDF",                "application/pdf",       PNG,    B,        B),
    ("JS as HTML",                "text/html",             JS,     A,        A),
    ("JS as JSON",                "application/json",      JS,     A,        A),
    ("JS as text",                "text/plain",            JS,     A,        A),
    ("JS without type",           "",                      JS,     A,        A),
    ("JS as bytes",               "application/octet-stream", JS,  A,        A),
    ("JS as PDF",                 "application/pdf",       JS,     B,        B),
    ("JS as ZIP",                 "application/zip",       JS,     B,        B),
    ("JS as events",              "text/event-stream",     JS,     B,        B),
    ("JS as multipart/mixed",     "multipart/mixed",       JS,     A,        A),
    ("JSON as JSON",              "application/json",      JSON,   B,        B),
    ("HTML as HTML",              "text/html",             HTML,   B,        B),
    ("JSON as JavaScript",        "text/javascript",       JSON,   B,        A),
    ("HTML as JavaScript",        "text/javascript",       HTML,   B,        A),
]  # fmt: skip


@pytest.mark.parametrize(
    ("content_type", "body", "chromium", "firefox"), [pytest.param(*row[1:], id=str(row[0])) for row in OBSERVED_CASES]
)
def test_what_browsers_were_seen_to_block(content_type: str, body: bytes, chromium: bool, firefox: bool) -> None:
    findings = [check(each.opaque_response_blocking, content_type, body) for each in (CHROMIUM, FIREFOX)]

    assert [chromium, firefox] == [finding is not None and finding.ok for finding in findings]


READ_CASES = [
    # what, type, body, options, Chromium Firefox
    ("images with 404", "image/png", PNG, {"status": 404}, A, A),
    ("text with 404", "text/plain", JS, {"status": 404}, A, B),
    ("DASH", "application/dash+xml", HTML, {}, A, A),
    ("HLS", "application/vnd.apple.mpegurl!", b"#EXTM3U", {}, A, A),
    ("WebVTT", "text/vtt", b"WEBVTT", {}, A, A),
    ("any audio type", "audio/x-unheard-of", HTML, {}, A, B),
    ("Ogg", "application/ogg", b"OggS\0", {}, A, B),
    ("protobuf under its other name", "application/x-protobuffer", b"\x08\x01", {}, A, B),
    ("a playlist of audio", "audio/mpegurl", HTML, {}, A, A),
    ("PDF as text", "text/pdf", JS, {}, B, A),
    ("media for a media element", "text/html", WAV, INITIAL, A, A),
    ("media for an image", "text/html", WAV, {}, A, B),
    ("an image for media", "image/png", PNG, INITIAL, A, A),
    ("text for media", "text/plain", JS, INITIAL, A, B),
    ("FLAC", "text/html", b"fLaC", INITIAL, A, A),
    ("JSON of protobuf, nosniff", "application/json+protobuf!", PNG, {}, B, A),
    ("JSON behind its prefix", "text/plain", b")]}'\n[]", {}, B, B),
    ("an array of JSON", "application/json", b"[1, 2]", {}, A, B),
    ("prose", "text/plain", b"Hi there", {}, A, B),
    ("SVG as XML", "application/xml", b"<?xml?>" + SVG, {}, B, B),
    ("SVG as text", "text/plain", SVG, {}, A, B),
    ("a script behind a comment", "text/html", b"<!-- a\n--> b\nran = 1;", {}, A, A),
    ("HTML behind a comment", "text/html", b"<!-- a --> b\n<html>", {}, B, B),
    ("AVIF", "text/html", b"\0\0\0\x14ftypavif\0\0\0\0mif1", {}, A, A),
]


@pytest.mark.parametrize(
    ("content_type", "body", "options", "chromium", "firefox"),
    [pytest.param(*row[1:], id=str(row[0])) for row in READ_CASES],
)
def test_what_their_sources_say(content_type: str, body: bytes, options: Any, chromium: bool, firefox: bool) -> None:
    findings = [check(each.opaque_response_blocking, content_type, body, **options) for each in (CHROMIUM, FIREFOX)]

    assert [chromium, firefox] == [finding is not None and finding.ok for finding in findings]


PART_CASES = [
    # Content-Range            known?  Chromium: step and allowed
    ("bytes 4-8/9",            False,  ("5", False)),
    ("bytes 4-8/9",            True,   ("5", True)),
    ("bytes 4-8/*",            False,  ("5", False)),
    ("bytes 0-8/9",            False,  ("16", True)),
    ("bytes 8-4/9",            False,  ("16", True)),
    ("bytes 4-9/9",            False,  ("16", True)),
    (f"bytes 1-{'9' * 5000}/*", False, ("16", True)),
    ("nonsense",               False,  ("16", True)),
]  # fmt: skip


@pytest.mark.parametrize(("content_range", "is_known", "expected"), PART_CASES)
def test_chromium_allows_later_parts_of_what_it_knows_to_be_media(
    content_range: str, is_known: bool, expected: tuple[str, bool]
) -> None:
    finding = check(
        CHROMIUM.opaque_response_blocking,
        "application/octet-stream",
        b"\x01\x02",
        f"Content-Range: {content_range}",
        status=206,
        is_known_media=is_known,
    )

    assert finding is not None
    assert expected == (finding.step, finding.ok)


@pytest.mark.parametrize(
    ("value", "expected"), [("nosniff", B), ("NOSNIFF", B), ("nosniff, x", B), ("x, nosniff", A), ('"nosniff"', A)]
)
def test_the_first_value_of_nosniff_counts(value: str, expected: bool) -> None:
    line = f"X-Content-Type-Options: {value}"
    in_chromium = check(CHROMIUM.opaque_response_blocking, "text/html", PNG, line)
    in_firefox = check(FIREFOX.opaque_response_blocking, "text/html", PNG, line)

    assert in_chromium is not None
    assert in_firefox is not None
    assert (expected, expected) == (in_chromium.ok, in_firefox.ok)


SNIFFED_CASES = [
    # body                               HTML, XML or JSON?
    (b"",                                False),
    (b"<html>",                          True),
    (b" \t\r\n<HTML",                    True),
    (b"<!DOCTYPE HTML",                  True),
    (b"<body>",                          True),
    (b"<br>",                            True),
    (b"<svg>",                           False),
    (b"< html>",                         False),
    (b"<ht",                             False),
    (b"<!-- a -->\n<p>",                 True),
    (b"<!-- a --> b\r<!-- c -->\n<p>",   True),
    (b"<!-- a --> <p>",                  False),
    (b"<!-- a -->\xe2\x80\xa8<p>",       False),
    (b"<!-- a --",                       False),
    (b"<!-- a -->\nran = 1",             False),
    (b"\n<?xml version",                 True),
    (b"<?XML",                           False),
    (b'{"a":1}',                         True),
    (b' { "a\\"b" \n: 1}',               True),
    (b'{"a"',                            False),
    (b"{'a': 1}",                        False),
    (b"{}",                              False),
    (b'["a"]',                           False),
    (b")]}'\n",                          True),
    (b"{}&&{}",                          True),
    (b"for(;;);{}",                      True),
    (b"while (1);",                      True),
    (b" for(;;);",                       False),
    (b"while(true);",                    False),
]  # fmt: skip


@pytest.mark.parametrize(("body", "expected"), SNIFFED_CASES)
def test_chromium_knows_html_xml_and_json_by_how_they_begin(body: bytes, expected: bool) -> None:
    assert expected == begins_like_html_xml_or_json(body)


def test_every_step_has_a_number_and_a_subject() -> None:
    said = [(step.number, step.subject) for step in BlockingStep]

    assert len(said) == len(set(said)) == len(BlockingStep.__members__)
    assert all(number and subject for number, subject in said)


def test_chromiums_sniffers_read_hostile_bodies_in_time() -> None:
    rules = CHROMIUM.opaque_response_blocking
    for body in (b"<!--" * 10**6, b"<!---->\n" * 10**6, b'{"' + b"\\" * 10**6, b" " * 10**6):
        finding = check(rules, "text/html", body)
        assert finding is not None
        assert finding.ok
