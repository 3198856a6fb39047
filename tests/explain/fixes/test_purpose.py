"""
No fix is offered that only lets something else through: an error page is no script, whatever headers it has.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest

from browsercors import Answer
from tests.explain.pages import loaded

if TYPE_CHECKING:
    from collections.abc import Mapping

    from browsercors.values.literals import BrowserName

HTML = "<!DOCTYPE html><title>Not Found</title>"
JSON = '{"error": "none"}'
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
SOUND = b"OggS\0"

LOADS: Final[list[tuple[str, dict[str, Any]]]] = [
    ("image", {}),
    ("image", {"css_property": "mask-image"}),
    ("script", {}),
    ("script", {"crossorigin": "anonymous"}),
    ("script", {"type": "module"}),
    ("import_module", {"type": "css"}),
    ("stylesheet", {}),
    ("font", {}),
    ("media", {}),
    ("track", {"crossorigin": "anonymous"}),
    ("manifest", {}),
    ("modulepreload", {}),
    ("preload", {"as_": "font"}),
    ("preload", {"as_": "image", "crossorigin": "anonymous"}),
    ("preload", {"as_": "script"}),
    ("preload", {"as_": "style", "crossorigin": "anonymous"}),
]
NOSNIFF = {"X-Content-Type-Options": "nosniff"}
BLOCKS: Final[list[tuple[str, Mapping[str, str]]]] = [
    ("nothing", {}),
    ("its own origin alone", {"Cross-Origin-Resource-Policy": "same-origin"}),
    ("nosniff", NOSNIFF),
]
SOMETHING_ELSE: Final[list[tuple[str, int, str, str]]] = [
    ("a page", 200, "text/html", HTML),
    ("a page that is missing", 404, "text/html", HTML),
    ("a page that is called something else", 200, "text/css", HTML),
    ("data", 200, "application/json", JSON),
    ("nothing", 204, "", ""),
]


def _serves(load: str, attributes: dict[str, Any], body: str) -> bool:
    return load == "manifest" and body == JSON


@pytest.mark.parametrize("browser", ["chromium", "firefox", "webkit"])
@pytest.mark.parametrize(("load", "attributes"), LOADS, ids=[f"{name}-{given}" for name, given in LOADS])
def test_nothing_makes_something_else_of_what_came(load: str, attributes: dict[str, Any], browser: BrowserName) -> None:
    wrong = []
    for block, headers in BLOCKS:
        for story, status, kind, body in SOMETHING_ELSE:
            answer = Answer(status, {**headers, **({"Content-Type": kind} if kind else {})}, body)
            report = loaded({"/": answer}, load, browser=browser, **attributes).report()
            fixes = [*report.fixes, *(each.fix for each in report.surprises if each.fix is not None)]
            if fixes and not (status == 200 and _serves(load, attributes, body)):
                wrong.append((story, block, [fix.summary for fix in fixes]))

    assert [] == wrong


@pytest.mark.parametrize(
    ("load", "attributes", "body"),
    [
        ("script", {}, PNG),
        ("script", {}, SOUND),
        ("stylesheet", {}, PNG),
        ("font", {}, PNG),
        ("media", {}, PNG),
        ("image", {}, SOUND),
    ],
    ids=["script-png", "script-ogg", "stylesheet-png", "font-png", "media-png", "image-ogg"],
)
def test_nor_of_an_image_or_a_sound(load: str, attributes: dict[str, Any], body: bytes) -> None:
    answer = Answer(200, {"Content-Type": "text/plain", **NOSNIFF}, body)
    report = loaded({"/": answer}, load, **attributes).report()

    assert "blocked" == report.verdict
    assert () == report.fixes


def test_what_remains_is_named() -> None:
    answer = Answer(200, {"Content-Type": "text/html"}, HTML)
    report = loaded({"/": answer}, "script", browser="firefox").report()

    assert "opaque-response-blocked" == report.code
    assert () == report.fixes
    assert report.advice


def test_what_nobody_has_seen_is_not_held_against_a_fix() -> None:
    cdn = "https://cdn.example/logo.css"
    answer = Answer(302, {"Location": cdn, "Access-Control-Allow-Origin": "*"})
    report = loaded({"/": answer}, "preload", as_="style", crossorigin="anonymous").report()

    assert "not-mounted" == report.code


def test_a_log_in_answers_with_no_track() -> None:
    answer = Answer(302, {"Location": "https://idp.example/login"})
    report = loaded({"/": answer}, "track", browser="webkit", crossorigin="anonymous").report()

    assert () == report.fixes
    assert "log-in" in report.advice
