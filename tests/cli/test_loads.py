"""
`browsercors explain --as image`: what elements load, and every option that they do not have.
"""

from __future__ import annotations

import inspect
import json
from typing import TYPE_CHECKING, Final, get_args

import pytest
from click.testing import CliRunner, Result

from browsercors.browser.page_loads import PageLoads
from browsercors.browser.workers.page_workers import PageWorkers
from browsercors.cli.loads import ELEMENTS, HINTS, OTHER_NAMES, WITH_REFERRER_POLICY
from browsercors.cli.main import cli
from browsercors.engines.registry import real_browsers
from browsercors.values.element_literals import ImageProperty, MediaElement

if TYPE_CHECKING:
    from pathlib import Path

CDN = "https://cdn.example.com"
PAGE = "https://app.example.com"

SERVER = """
BODIES = {
    "/image": ("image/gif", b"GIF89a, small"),
    "/script": ("text/javascript", b""),
    "/style": ("text/css", b""),
    "/font": ("font/woff2", b"ttcf"),
    "/audio": ("audio/mpeg", b"ID3"),
    "/track": ("text/vtt", b"WEBVTT"),
    "/allowed": ("image/gif", b"GIF89a, small"),
    "/events": ("text/event-stream", b""),
    "/log": ("text/plain", b""),
}


def events():
    while True:
        yield b"data: 1\\n\\n"


def app(environ, start_response):
    content_type, body = BODIES[environ["PATH_INFO"]]
    headers = [("Content-Type", content_type)]
    if environ["PATH_INFO"] == "/allowed":
        headers.append(("Access-Control-Allow-Origin", "*"))
    if environ["PATH_INFO"] == "/events":
        headers.append(("Access-Control-Allow-Origin", "*"))
    start_response("200 OK", headers)
    return events() if environ["PATH_INFO"] == "/events" else [body]
"""


@pytest.fixture(autouse=True)
def cdn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "cdn_of_loads.py").write_text(SERVER, "utf-8")
    monkeypatch.syspath_prepend(tmp_path)


def run(path: str, *arguments: str) -> Result:
    command = ["explain", f"{CDN}{path}", "--origin", PAGE, "--mount", f"{CDN}=cdn_of_loads:app", *arguments]
    return CliRunner().invoke(cli, command)


# the path, the arguments: the exit status, the first line
LOADS: Final = [
    ("/image", ("--as", "image"), 0, "RESTRICTED  tainted-canvas  (chromium)"),
    ("/image", ("--as", "<IMG>"), 0, "RESTRICTED  tainted-canvas  (chromium)"),
    (
        "/image",
        ("--destination", "image", "--crossorigin", "anonymous"),
        1,
        "BLOCKED  allow-origin-missing  (chromium)",
    ),
    ("/allowed", ("--as", "image", "--crossorigin", "anonymous"), 0, "LOADED  200 OK  (chromium)"),
    (
        "/allowed",
        ("--as", "image", "--crossorigin", "use-credentials"),
        1,
        "BLOCKED  allow-origin-wildcard-with-credentials  (chromium)",
    ),
    ("/image", ("--as", "css-image"), 0, "LOADED  200 OK  (chromium)"),
    ("/script", ("--as", "js"), 0, "RESTRICTED  muted-errors  (chromium)"),
    ("/script", ("--as", "module"), 1, "BLOCKED  allow-origin-missing  (chromium)"),
    ("/style", ("--as", "css"), 0, "RESTRICTED  rules-not-readable  (chromium)"),
    ("/script", ("--as", "script", "--integrity", "sha256-x"), 1, "BLOCKED  integrity-mismatch  (chromium)"),
    ("/font", ("--as", "font"), 1, "BLOCKED  allow-origin-missing  (chromium)"),
    ("/font", ("--as", "font", "--browser", "webkit"), 0, "LOADED  200 OK  (webkit)"),
    ("/audio", ("--as", "audio"), 0, "RESTRICTED  tainted-canvas  (chromium)"),
    ("/track", ("--as", "track"), 1, "BLOCKED  same-origin-mode  (chromium)"),
    ("/font", ("--as", "preload-font"), 0, "LOADED  200 OK  (chromium)"),
    ("/events", ("--as", "event-source"), 0, "LOADED  200 OK  (chromium)"),
    (
        "/events",
        ("--as", "EventSource", "--credentials", "include"),
        1,
        "BLOCKED  allow-origin-wildcard-with-credentials  (chromium)",
    ),
    ("/image", ("--as", "sse"), 1, "BLOCKED  allow-origin-missing  (chromium)"),
    ("/log", ("--as", "beacon", "-d", "left"), 0, "LOADED  200 OK  (chromium)"),
    ("/log", ("--as", "beacon", "--data-json", "{}"), 1, "BLOCKED  allow-origin-missing  (chromium)"),
    ("/log", ("--as", "ping"), 0, "LOADED  200 OK  (chromium)"),
    ("/log", ("--as", "ping", "--browser", "firefox"), 1, "BLOCKED  load-not-supported  (firefox)"),
    ("/script", ("--as", "worker"), 1, "BLOCKED  same-origin-mode  (chromium)"),
    ("/script", ("--as", "module-worker"), 1, "BLOCKED  same-origin-mode  (chromium)"),
    ("/script", ("--as", "SharedWorker"), 1, "BLOCKED  same-origin-mode  (chromium)"),
    ("/script", ("--as", "worker", "--origin", CDN), 0, "LOADED  200 OK  (chromium)"),
    ("/image", ("--as", "image", "-b", "a=1"), 0, "RESTRICTED  tainted-canvas  (chromium)"),
    ("/image", ("--as", "image", "--referrer-policy", "origin"), 0, "RESTRICTED  tainted-canvas  (chromium)"),
]


@pytest.mark.parametrize(("path", "arguments", "status", "line"), LOADS, ids=[" ".join(row[1]) for row in LOADS])
def test_an_element_loads_it(path: str, arguments: tuple[str, ...], status: int, line: str) -> None:
    result = run(path, *arguments)

    assert (status, line) == (result.exit_code, result.stdout.splitlines()[0])


def test_the_attribute_of_the_referrer_is_the_elements() -> None:
    without = run("/image", "--as", "image", "--referrer-policy", "no-referrer", "--verbose")

    assert f"> Referer: {PAGE}/\n" in run("/image", "--as", "image", "--verbose").stdout
    assert "Referer" not in without.stdout


def test_json_has_the_result_of_the_load_and_its_report() -> None:
    data = json.loads(run("/image", "--as", "image", "--json").stdout)
    blocked = json.loads(run("/font", "--as", "font", "--json").stdout)

    assert (True, "load", None) == (data["loaded"], data["event"], data["block"])
    assert ("restricted", "<img>") == (data["report"]["verdict"], data["report"]["tried"]["api"])
    assert (False, "error", "allow-origin-missing") == (blocked["loaded"], blocked["event"], blocked["block"]["reason"])
    assert (False, True, "image") == (data["readable"], data["tainted"], data["load"])


WRONG: Final = [
    (("--as", "iframe"), "frames are not simulated"),
    (("--as", "importScripts"), "give script, which is asked for in the same way"),
    (("--as", "preload"), "say what is preloaded: preload-font"),
    (("--as", "fetch"), "leave --as out for fetch()"),
    (("--as", "nonsense"), "give one of image, css-image, script"),
    (("--crossorigin", "anonymous"), "say which one, such as --as image"),
    (("--integrity", "sha256-x"), "say which one, such as --as image"),
    (("--as", "image", "--crossorigin", "yes"), "'yes' is not one of 'anonymous', 'use-credentials'"),
    (("--as", "image", "--integrity", "sha256-x"), "image has no such attribute"),
    (("--as", "font", "--crossorigin", "anonymous"), "font has no such attribute"),
    (("--as", "font", "--referrer-policy", "origin"), "font has no such attribute"),
    (("--as", "image", "--mode", "cors"), "--crossorigin anonymous"),
    (("--as", "image", "--credentials", "include"), "--crossorigin use-credentials"),
    (("--as", "image", "--cache", "reload"), "elements have no cache mode"),
    (("--as", "image", "--redirect", "error"), "elements follow redirects"),
    (("--as", "image", "--xhr"), "leave out one of them"),
    (("--as", "image", "-H", "A: 1"), "elements set no headers"),
    (("--as", "image", "-d", "x"), "elements send no body"),
    (("--as", "image", "--data-json", "{}"), "elements send no body"),
    (("--as", "image", "-X", "PUT"), "elements ask by GET, not by PUT"),
    (("--as", "beacon", "-X", "PUT"), "--as beacon asks by POST, not by PUT"),
    (("--as", "beacon", "--credentials", "omit"), "a beacon is always sent with credentials"),
    (("--as", "beacon", "--mode", "cors"), "the type of the data decides"),
    (("--as", "event-source", "-H", "A: 1"), "no headers but Last-Event-ID"),
    (("--as", "event-source", "-d", "x"), "an event source sends no body"),
    (("--as", "ping", "-d", "x"), "the body of a ping is PING"),
]


@pytest.mark.parametrize(("arguments", "message"), WRONG, ids=[" ".join(row[0]) for row in WRONG])
def test_what_elements_do_not_have_is_named(arguments: tuple[str, ...], message: str) -> None:
    result = run("/image", *arguments)

    assert 2 == result.exit_code
    assert message in " ".join(result.stderr.split())


def test_the_tables_name_what_pages_load() -> None:
    methods = {
        name
        for part in (PageLoads, PageWorkers)
        for name, method in vars(part).items()
        if callable(method) and not name.startswith("_")
    }
    preloadable = {
        f"preload-{kind}" for browser in real_browsers() for kind in browser.initiators.preloads.destinations
    }

    # NB: what import() asks for, `--as module` asks for as well.
    assert methods - {"import_module"} | {"event_source", "beacon", "ping"} == {
        element.method for element in ELEMENTS.values()
    }
    assert preloadable == {name for name in ELEMENTS if name.startswith("preload-")}
    assert set(OTHER_NAMES.values()) <= set(ELEMENTS)
    assert not set(HINTS) & (set(ELEMENTS) | set(OTHER_NAMES))


@pytest.mark.parametrize("name", ELEMENTS)
def test_an_element_takes_what_the_table_says(name: str) -> None:
    element = ELEMENTS[name]
    parameters = inspect.signature(getattr(PageLoads, element.method)).parameters
    # NB: an image of CSS has no attributes.
    is_css = "css_property" in element.attributes

    assert set(element.attributes) <= set(parameters)
    assert {"crossorigin", "integrity"} & set(parameters) == set(element.takes) or is_css
    assert is_css or ("referrer_policy" in parameters) is (name in WITH_REFERRER_POLICY)


def test_the_attributes_in_the_table_are_ones_that_pages_take() -> None:
    assert {"audio", "video"} == set(get_args(MediaElement))
    assert "background-image" in get_args(ImageProperty)
