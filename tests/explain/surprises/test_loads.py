"""
Surprises about what elements load: it is there, but not as the page's author thinks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest

from browsercors import Answer, Browser, ScriptedServer
from browsercors.explain.surprises.loads import preload_for
from tests.explain.pages import ALLOW, API, PAGE, SUFFIXES, loaded
from tests.traps.pages import ALL, changes

if TYPE_CHECKING:
    from browsercors import Page
    from browsercors.explain.report import Surprise
    from browsercors.values.literals import BrowserName

GIF = Answer(200, {}, "GIF89a, small")
FONT = Answer(200, ALLOW, "ttcf")
EMPTY = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
"""The hash of nothing."""
JS = {"Content-Type": "text/javascript"}
CSS = {"Content-Type": "text/css"}

# what is loaded, the answer, the attributes: the code, what the sentence says, what the element has to be
RESTRICTED: Final[list[tuple[str, Answer, dict[str, Any], str, str, str]]] = [
    ("image", GIF, {}, "tainted-canvas", "SecurityError", '<img crossorigin="anonymous">'),
    ("script", Answer(200, JS), {}, "muted-errors", "Script error.", '<script crossorigin="anonymous">'),
    (
        "stylesheet",
        Answer(200, CSS),
        {},
        "rules-not-readable",
        "cssRules",
        '<link rel="stylesheet" crossorigin="anonymous">',
    ),
    (
        "media",
        Answer(200, {}, "OggS\0"),
        {},
        "tainted-canvas",
        "SecurityError",
        '<video crossorigin="anonymous">',
    ),
    (
        "media",
        Answer(200, {}, "ID3"),
        {"element": "audio"},
        "tainted-canvas",
        "Web Audio hears silence",
        '<audio crossorigin="anonymous">',
    ),
]


@pytest.mark.parametrize(
    ("load", "answer", "attributes", "code", "part", "element"), RESTRICTED, ids=[row[5] for row in RESTRICTED]
)
def test_what_came_without_cors_may_not_be_looked_into(
    load: str, answer: Answer, attributes: dict[str, Any], code: str, part: str, element: str
) -> None:
    (surprise,) = loaded({"/": answer}, load, **attributes).report().surprises

    assert code == surprise.code
    assert part in surprise.sentence
    assert surprise.fix is not None
    assert [element] == [change.after for change in surprise.fix.requests]
    assert PAGE == changes(surprise.fix)["GET", "/"]["Access-Control-Allow-Origin"]
    assert set(ALL) == set(surprise.fix.proven_in)


@pytest.mark.parametrize(
    ("load", "answer", "attributes"), [row[:3] for row in RESTRICTED], ids=[row[5] for row in RESTRICTED]
)
def test_once_it_is_fixed_nothing_surprises(load: str, answer: Answer, attributes: dict[str, Any]) -> None:
    allowed = Answer(200, [*answer.headers, ("Access-Control-Allow-Origin", "*")], answer.body)
    report = loaded({"/": allowed}, load, **attributes, crossorigin="anonymous").report()

    assert ("loaded", ()) == (report.verdict, report.surprises)


def test_if_the_server_allows_the_page_already_only_the_element_has_to_change() -> None:
    (surprise,) = loaded({"/": Answer(200, ALLOW | {"Vary": "Origin"}, "GIF89a, small")}, "image").report().surprises

    assert surprise.fix is not None
    assert ("page", ()) == (surprise.fix.where, surprise.fix.answers)


def test_an_import_in_a_style_sheet_cannot_ask_with_cors() -> None:
    sheet = Answer(200, CSS, f"@import '{API}/more.css';")
    result = loaded({"/": sheet, "/more.css": Answer(200, CSS)}, "stylesheet")
    (surprise,) = result.imports[0].report().surprises  # type: ignore[attr-defined]

    assert ("rules-not-readable", None) == (surprise.code, surprise.fix)
    assert "@import" in surprise.advice


OPEN = [
    ("image", GIF, {"css_property": "background-image"}),
    ("preload", GIF, {"as_": "image"}),
    ("prefetch", Answer(), {}),
]


@pytest.mark.parametrize(("load", "answer", "attributes"), OPEN, ids=[row[0] for row in OPEN])
def test_what_no_script_could_look_into_anyway_is_no_surprise(
    load: str, answer: Answer, attributes: dict[str, Any]
) -> None:
    report = loaded({"/": answer}, load, **attributes).report()

    assert ("loaded", ()) == (report.verdict, report.surprises)


def test_a_font_that_only_this_browser_loads_is_a_surprise() -> None:
    (surprise,) = loaded({"/": Answer(200, {}, "ttcf")}, "font", browser="webkit").report().surprises

    assert "font-needs-cors" == surprise.code
    assert surprise.fix is not None
    assert {"chromium", "firefox", "standard"} <= set(surprise.fix.proven_in)
    assert PAGE == changes(surprise.fix)["GET", "/"]["Access-Control-Allow-Origin"]


def test_a_font_that_all_browsers_load_is_none() -> None:
    assert () == loaded({"/": FONT}, "font", browser="webkit").report().surprises


# the preload's attributes, the load, its attributes or options: the attribute that does not fit, the right preload
UNUSED: Final[list[tuple[dict[str, Any], str, dict[str, Any], str, str]]] = [
    ({"as_": "font"}, "font", {}, "crossorigin", '<link rel="preload" as="font" crossorigin="anonymous">'),
    ({"as_": "image"}, "font", {}, "as and crossorigin", '<link rel="preload" as="font" crossorigin="anonymous">'),
    ({"as_": "image", "crossorigin": ""}, "image", {}, "crossorigin", '<link rel="preload" as="image">'),
    (
        {"as_": "image", "crossorigin": ""},
        "image",
        {"crossorigin": "use-credentials"},
        "crossorigin",
        '<link rel="preload" as="image" crossorigin="use-credentials">',
    ),
    ({"as_": "fetch"}, "fetch", {}, "crossorigin", '<link rel="preload" as="fetch" crossorigin="anonymous">'),
    (
        {"as_": "script"},
        "fetch",
        {"mode": "no-cors", "credentials": "include"},
        "as",
        '<link rel="preload" as="fetch">',
    ),
    (
        {"as_": "script", "crossorigin": ""},
        "script",
        {"crossorigin": "", "integrity": EMPTY},
        "integrity",
        f'<link rel="preload" as="script" crossorigin="anonymous" integrity="{EMPTY}">',
    ),
]


def _second(preload: dict[str, Any], load: str, options: dict[str, Any]) -> tuple[Any, Any]:
    answers = {"*": Answer(200, {"Access-Control-Allow-Origin": PAGE, "Access-Control-Allow-Credentials": "true"})}
    with Browser("chromium", public_suffix_list=SUFFIXES) as browser:
        browser.mount(API, ScriptedServer(answers))
        page: Page = browser.open(PAGE)
        before = page.preload(f"{API}/x", **preload)
        return before, getattr(page, load)(f"{API}/x", **options)


def _unused(result: Any) -> list[Surprise]:
    return [each for each in result.report().surprises if each.code == "preload-not-used"]


@pytest.mark.parametrize(
    ("preload", "load", "options", "attribute", "wanted"), UNUSED, ids=[f"{row[1]}: {row[3]}" for row in UNUSED]
)
def test_a_preload_that_asks_for_something_else_is_told_of(
    preload: dict[str, Any], load: str, options: dict[str, Any], attribute: str, wanted: str
) -> None:
    before, result = _second(preload, load, options)
    (surprise,) = _unused(result)

    assert not before.used
    assert f"because its {attribute} does not fit" in surprise.sentence
    assert f"Write {wanted} for it." == surprise.advice


@pytest.mark.parametrize(("load", "options", "wanted"), [(*row[1:3], row[4]) for row in UNUSED], ids=lambda _: "")
def test_a_preload_as_it_is_advised_is_used(load: str, options: dict[str, Any], wanted: str) -> None:
    pairs = [part.split("=", 1) for part in wanted.removesuffix(">").split()[2:]]
    named = {{"as": "as_"}.get(name, name): value.strip('"') for name, value in pairs}
    before, result = _second(named, load, options)

    assert before.used
    assert [] == _unused(result)


def test_no_preload_serves_a_request_in_mode_same_origin() -> None:
    with Browser("chromium") as browser:
        browser.mount(PAGE, ScriptedServer({"*": Answer()}))
        page = browser.open(PAGE)
        page.preload("/x", as_="fetch")
        result = page.fetch("/x", mode="same-origin")
        (surprise,) = _unused(result)

    assert "" == preload_for(result._params.request)
    assert surprise.advice.startswith("Leave the preload out")


HTML: Final = "<!DOCTYPE html><title>App</title>"
OWN: Final = "https://api.example.com/"

# what is loaded, the answer, the attributes: what the sentence says
WRONG: Final[list[tuple[str, Answer, dict[str, Any], str]]] = [
    (
        "script",
        Answer(200, JS, HTML),
        {},
        "What came is an HTML page, and not a script. Running it is a syntax error.",
    ),
    ("script", Answer(204), {}, "What came is an empty body, and not a script. There is nothing in it."),
    ("stylesheet", Answer(200, CSS, HTML), {}, "and not a style sheet. No rule in it applies."),
    ("preload", Answer(200, JS, HTML), {"as_": "script"}, "What uses the preload cannot use this."),
    ("preload", Answer(404, {}, HTML), {"as_": "track"}, "The server answered 404 Not Found, and what came is"),
    ("manifest", Answer(200, {}, HTML), {}, "and not a manifest, which is JSON. The page is not told."),
]


@pytest.mark.parametrize(
    ("load", "answer", "attributes", "part"), WRONG, ids=[f"{row[0]} {row[1].status}" for row in WRONG]
)
def test_what_is_taken_and_is_of_no_use_is_told_of(
    load: str, answer: Answer, attributes: dict[str, Any], part: str
) -> None:
    report = loaded({"/": answer}, load, page=OWN, **attributes).report()
    (surprise,) = report.surprises

    assert "wrong-content" == surprise.code
    assert part in surprise.sentence
    assert ", but " in report.headline


def test_nobody_is_told_how_to_look_into_what_is_of_no_use() -> None:
    (surprise,) = loaded({"/": Answer(200, JS, HTML)}, "script", browser="webkit").report().surprises

    assert "wrong-content" == surprise.code


@pytest.mark.parametrize(("browser", "codes"), [("chromium", 1), ("firefox", 1), ("webkit", 0)])
def test_a_font_is_preloaded_as_fonts_are_loaded(browser: BrowserName, codes: int) -> None:
    without = loaded({"/": FONT}, "preload", as_="font", browser=browser)
    with_cors = loaded({"/": FONT}, "preload", as_="font", crossorigin="", browser=browser)

    assert codes == len(_unused(without))
    assert [] == _unused(with_cors)
