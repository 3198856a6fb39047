"""
Fixes of what elements load: each is proven by loading once more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest

from browsercors import Answer, Browser, ScriptedServer
from browsercors.explain.fixes.load_changes import LOAD_CHANGES
from browsercors.values.findings import Reason
from tests.explain.pages import API, PAGE, loaded
from tests.traps.pages import ALL, changes

if TYPE_CHECKING:
    from browsercors.explain.report import Fix

GIF = "GIF89a, small"
ANY = {"Access-Control-Allow-Origin": "*"}
JS = {"Content-Type": "text/javascript"}
NOSNIFF = {"X-Content-Type-Options": "nosniff"}
CORS: dict[str, Any] = {"crossorigin": "anonymous"}
COOKIES: dict[str, Any] = {"crossorigin": "use-credentials"}
ALLOWED: dict[str, str | None] = {"Access-Control-Allow-Origin": PAGE, "Vary": "Origin"}
EMPTY = "sha384-OLBgp1GsljhM2TJ+sbHjaiH9txEUvgdDTAzHv2P24donTt6/529l+9Ua0vFImLlb"
"""The hash of nothing."""

Told = tuple[str, dict[str, str | None], str]

# story, the load, its answer, its attributes: where to change, the headers to send, the element to write
FIXES: Final[list[tuple[str, str, Answer, dict[str, Any], list[Told]]]] = [
    (
        "an image without a header of CORS",
        "image",
        Answer(200, {}, GIF),
        CORS,
        [
            ("server", ALLOWED, ""),
            ("server", {"Access-Control-Allow-Origin": "*"}, ""),
            ("page", {}, "<img>"),
        ],
    ),
    (
        "an image with credentials under *",
        "image",
        Answer(200, ANY, GIF),
        COOKIES,
        [
            ("server", {**ALLOWED, "Access-Control-Allow-Credentials": "true"}, ""),
            ("page", {}, '<img crossorigin="anonymous">'),
            ("page", {}, "<img>"),
        ],
    ),
    (
        "a font",
        "font",
        Answer(200, {}, "ttcf"),
        {},
        [("server", ALLOWED, ""), ("server", {"Access-Control-Allow-Origin": "*"}, "")],
    ),
    (
        "an image that only its own origin may load",
        "image",
        Answer(200, {"Cross-Origin-Resource-Policy": "same-origin"}, GIF),
        {},
        [("server", {"Cross-Origin-Resource-Policy": "same-site"}, "")],
    ),
    (
        "a track of another origin",
        "track",
        Answer(200, {}, "WEBVTT"),
        {},
        [("page", ALLOWED, '<track> in <video crossorigin="anonymous">')],
    ),
    (
        "a style sheet with another type",
        "stylesheet",
        Answer(200, {"Content-Type": "text/plain", **ANY}),
        CORS,
        [("server", {"Content-Type": "text/css"}, "")],
    ),
    (
        "a script with another type under nosniff",
        "script",
        Answer(200, {"Content-Type": "text/plain", **NOSNIFF, **ANY}),
        CORS,
        [("server", {"Content-Type": "text/javascript"}, "")],
    ),
    (
        "a module with another type",
        "script",
        Answer(200, ANY),
        {"type": "module"},
        [("server", {"Content-Type": "text/javascript"}, "")],
    ),
    ("an HTML page in the place of a script", "script", Answer(200, {"Content-Type": "image/png"}, "<html>"), {}, []),
    (
        "SVG with another type",
        "image",
        Answer(200, {"Content-Type": "text/xml", **ANY}, "<svg xmlns='http://www.w3.org/2000/svg'/>"),
        CORS,
        [("server", {"Content-Type": "image/svg+xml"}, "")],
    ),
    (
        "an image that its type and nosniff call text",
        "image",
        Answer(200, {"Content-Type": "text/html", **NOSNIFF}, GIF),
        {},
        [("server", {"Content-Type": "image/gif"}, "")],
    ),
    ("a script that is missing", "script", Answer(404, JS), {}, []),
    ("something that is no image", "image", Answer(200, {}, "x"), {}, []),
    (
        "integrity without CORS",
        "script",
        Answer(200, {**JS, **ANY}),
        {"integrity": EMPTY},
        [("page", {}, f'<script crossorigin="anonymous" integrity="{EMPTY}">')],
    ),
    (
        "a hash that is not that of the file",
        "script",
        Answer(200, {**JS, **ANY}),
        {**CORS, "integrity": "sha256-x"},
        [("page", {}, f'<script crossorigin="anonymous" integrity="{EMPTY}">')],
    ),
    (
        "a password in a URL",
        "image",
        Answer(200, ANY, GIF),
        {"path": "https://user:secret@api.example.com/"},
        [("page", {}, '"https://api.example.com/"')],
    ),
    (
        "a preload whose as is no destination",
        "preload",
        Answer(200, {"Content-Type": "text/css"}),
        {"as_": "stylesheet"},
        [("page", {}, '<link rel="preload" as="style">')],
    ),
    ("a preload that browsers do not do", "preload", Answer(), {"as_": "document"}, []),
    (
        "a preload without a header of CORS",
        "preload",
        Answer(200, {}, GIF),
        {"as_": "image", **CORS},
        [
            ("server", ALLOWED, ""),
            ("server", {"Access-Control-Allow-Origin": "*"}, ""),
            ("page", {}, '<link rel="preload" as="image">'),
        ],
    ),
]


def _told(fix: Fix) -> Told:
    headers = changes(fix).get(("GET", "/"), {})
    return fix.where, headers, next((change.after for change in fix.requests), "")


@pytest.mark.parametrize(("_story", "load", "answer", "attributes", "fixes"), FIXES, ids=[row[0] for row in FIXES])
def test_the_fixes_are(_story: str, load: str, answer: Answer, attributes: dict[str, Any], fixes: list[Told]) -> None:
    report = loaded({"/": answer}, load, **attributes).report()

    assert fixes == [_told(fix) for fix in report.fixes]
    assert "blocked" == report.verdict


@pytest.mark.parametrize(("_story", "load", "answer", "attributes", "fixes"), FIXES, ids=[row[0] for row in FIXES])
def test_where_nothing_can_be_fixed_there_is_advice(
    _story: str, load: str, answer: Answer, attributes: dict[str, Any], fixes: list[Told]
) -> None:
    assert fixes or loaded({"/": answer}, load, **attributes).report().advice


def test_a_secure_page_that_loads_a_script_insecurely_uses_https() -> None:
    report = loaded({}, "script", "http://api.example.com/").report()
    (fix,) = report.fixes

    assert "mixed-content" == report.code
    assert [f'"{API}/"'] == [change.after for change in fix.requests]


def test_a_detour_over_another_origin_is_left_out() -> None:
    cdn = "https://cdn.example/logo"
    with Browser("chromium") as browser:
        browser.mount(API, ScriptedServer({"/": Answer(302, {"Location": cdn, **ANY})}))
        browser.mount(
            "https://cdn.example", ScriptedServer({"/logo": Answer(200, {"Access-Control-Allow-Origin": PAGE}, GIF)})
        )
        report = browser.open(PAGE).image(f"{API}/", crossorigin="anonymous").report()

    assert "allow-origin-mismatch" == report.code
    assert f'"{cdn}"' == report.fixes[0].requests[0].after
    assert "Do not allow null" in report.surprises[0].advice


def test_what_a_module_imports_as_a_script_by_mistake_is_imported_as_json() -> None:
    answers = {
        "/": Answer(200, {**JS, **ANY}, f"import data from '{API}/data.json';"),
        "/data.json": Answer(200, {**ANY, "Content-Type": "application/json"}, "{}"),
    }
    result: Any = loaded(answers, "script", type="module")
    report = result.imports[0].report()

    assert "mime-type-blocked" == report.code
    assert 'import ... with { type: "json" }' in [change.after for fix in report.fixes for change in fix.requests]
    assert "text/javascript" not in [value for fix in report.fixes for value in changes(fix).get(("GET", "/"), {})]


def test_a_fix_says_what_the_page_loses() -> None:
    *_, fix = loaded({"/": Answer(200, {}, GIF)}, "image", **CORS).report().fixes

    assert ("Then a canvas that it is drawn on cannot be read.",) == fix.warnings


def test_a_new_hash_is_for_changes_on_purpose_only() -> None:
    (fix,) = loaded({"/": Answer(200, {**JS, **ANY})}, "script", **CORS, integrity="sha256-x").report().fixes

    assert "only if the file was changed on purpose" in fix.warnings[0]
    assert set(ALL) == set(fix.proven_in)


def test_nosniff_is_never_taken_away() -> None:
    reports = [loaded({"/": row[2]}, row[1], **row[3]).report() for row in FIXES]

    assert [] == [
        fix.summary
        for report in reports
        for fix in report.fixes
        for answer in fix.answers
        for header in answer.headers
        if header.name == "X-Content-Type-Options"
    ]


def test_every_reason_in_the_table_can_befall_a_load() -> None:
    assert Reason.SAME_ORIGIN_MODE in LOAD_CHANGES
    assert not {Reason.METHOD_NOT_ALLOWED, Reason.HEADER_NOT_ALLOWED, Reason.PREFLIGHT_REDIRECTED} & LOAD_CHANGES.keys()
