"""
Reports on what elements and style sheets load: they speak of what is loaded, and never of a script that reads.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from browsercors import Answer, Browser, ScriptedServer
from browsercors.explain.formats.html.page import report_as_html
from browsercors.explain.formats.json import report_as_data, timeline_as_data
from browsercors.explain.formats.markdown import report_as_markdown
from browsercors.explain.formats.mermaid import report_as_mermaid
from browsercors.explain.formats.text import report_as_text
from tests.explain.pages import ALLOW, API, PAGE, loaded

if TYPE_CHECKING:
    from browsercors.explain.report import Report

GIF = "GIF89a, small"
ANY = {"Access-Control-Allow-Origin": "*"}
JS = {"Content-Type": "text/javascript"}
CSS = {"Content-Type": "text/css"}
CORS: dict[str, Any] = {"crossorigin": "anonymous"}
FONT = "ttcf"

# what is loaded, the API's answer, the attributes; the verdict, the code, the headline
LOADS: list[tuple[str, Answer, dict[str, Any], str, str, str]] = [
    (
        "image",
        Answer(200, {}, GIF),
        {},
        "restricted",
        "tainted-canvas",
        "The image {url} is loaded in {page}, but a canvas that it is drawn on cannot be read.",
    ),
    ("image", Answer(404, ANY, GIF), CORS, "loaded", "loaded", "The image {url} is loaded in {page}."),
    (
        "image",
        Answer(200, {}, GIF),
        CORS,
        "blocked",
        "allow-origin-missing",
        "The image {url} is not loaded in {page}: the response has no Access-Control-Allow-Origin header.",
    ),
    (
        "image",
        Answer(200, {}, "<p>"),
        {},
        "blocked",
        "content-not-usable",
        "The image {url} is not loaded in {page}: what came is an HTML page, and not an image.",
    ),
    (
        "image",
        Answer(200, {}, GIF),
        {"css_property": "background-image"},
        "loaded",
        "loaded",
        "The image {url} is loaded in {page}.",
    ),
    (
        "script",
        Answer(200, JS),
        {},
        "restricted",
        "muted-errors",
        "The script {url} is run in {page}, but the page is told no details of its errors.",
    ),
    (
        "script",
        Answer(404, JS),
        {},
        "blocked",
        "status-not-ok",
        "The script {url} is not run in {page}: the server answered 404 Not Found.",
    ),
    (
        "script",
        Answer(200, ANY),
        {"type": "module"},
        "blocked",
        "mime-type-blocked",
        "The module {url} is not run in {page}: it has no Content-Type, and a module needs the type text/javascript.",
    ),
    (
        "stylesheet",
        Answer(200, CSS),
        {},
        "restricted",
        "rules-not-readable",
        "The style sheet {url} is applied in {page}, but scripts of the page cannot read its rules.",
    ),
    (
        "stylesheet",
        Answer(200, {**CSS, **ANY}),
        CORS,
        "loaded",
        "loaded",
        "The style sheet {url} is applied in {page}.",
    ),
    (
        "font",
        Answer(200, {}, FONT),
        {},
        "blocked",
        "allow-origin-missing",
        "The font {url} is not loaded in {page}: the response has no Access-Control-Allow-Origin header.",
    ),
    (
        "media",
        Answer(200, {}, "ID3"),
        {"element": "audio"},
        "restricted",
        "tainted-canvas",
        "The audio {url} is loaded in {page}, but Web Audio hears silence.",
    ),
    (
        "track",
        Answer(200, {}, "WEBVTT"),
        {},
        "blocked",
        "same-origin-mode",
        (
            "The track {url} is not loaded in {page}: it has another origin than the page, and the media element has "
            "no crossorigin attribute."
        ),
    ),
    ("preload", Answer(200, {}, GIF), {"as_": "image"}, "loaded", "loaded", "The image {url} is preloaded in {page}."),
    (
        "preload",
        Answer(),
        {"as_": "document"},
        "blocked",
        "load-not-supported",
        'The resource {url} is not preloaded in {page}: Chromium preloads nothing for as="document".',
    ),
    ("prefetch", Answer(), {}, "loaded", "loaded", "The resource {url} is prefetched in {page}."),
    (
        "manifest",
        Answer(),
        {},
        "blocked",
        "allow-origin-missing",
        "The manifest {url} is not loaded in {page}: the response has no Access-Control-Allow-Origin header.",
    ),
]


@pytest.mark.parametrize(
    ("load", "answer", "attributes", "verdict", "code", "headline"), LOADS, ids=[f"{row[0]}: {row[4]}" for row in LOADS]
)
def test_the_report_says(
    load: str, answer: Answer, attributes: dict[str, Any], verdict: str, code: str, headline: str
) -> None:
    report = loaded({"/": answer}, load, **attributes).report()

    assert (verdict, code, headline.format(url=f"{API}/", page=PAGE)) == (report.verdict, report.code, report.headline)


def every_format(report: Report) -> dict[str, str]:
    return {
        "text": report_as_text(report, verbose=True),
        "JSON": str(report_as_data(report)),
        "Markdown": report_as_markdown(report),
        "Mermaid": report_as_mermaid(report),
        "HTML": report_as_html([report], title="a load").partition("</style>")[2],
    }


OF_SCRIPTS = ("may not read", "may read", "XMLHttpRequest", "fetch()", "JavaScript")


@pytest.mark.parametrize(
    ("load", "answer", "attributes"), [row[:3] for row in LOADS], ids=[f"{row[0]}: {row[4]}" for row in LOADS]
)
def test_no_format_speaks_of_a_script_that_reads(load: str, answer: Answer, attributes: dict[str, Any]) -> None:
    formats = every_format(loaded({"/": answer}, load, **attributes).report())

    assert [] == [(name, words) for name, text in formats.items() for words in OF_SCRIPTS if words in text]


def test_the_element_is_written_as_the_page_has_it() -> None:
    report = loaded({"/": Answer(200, ANY, GIF)}, "image", **CORS).report()

    assert '<img crossorigin="anonymous">' == report.tried.api
    assert ("cors", "same-origin", "GET") == (report.tried.mode, report.tried.credentials, report.tried.method)


def test_no_script_sees_the_headers_of_what_is_loaded() -> None:
    report = loaded({"/": Answer(200, {**ANY, "X-A": "1"}, GIF)}, "image", **CORS).report()

    assert ((), ()) == (report.visible_headers, report.hidden_headers)
    assert () == report.surprises


def test_elements_never_cause_a_preflight() -> None:
    report = loaded({"/": Answer(200, ANY, GIF)}, "image", **CORS).report()

    assert ("not needed", ()) == (report.preflight.outcome, report.preflight.causes)
    assert "elements" in report.preflight.why_not


ALWAYS = [("font", {}, "fonts"), ("script", {"type": "module"}, "modules"), ("manifest", {}, "manifests")]


@pytest.mark.parametrize(("load", "attributes", "things"), ALWAYS, ids=[row[2] for row in ALWAYS])
def test_what_always_uses_cors_is_noted(load: str, attributes: dict[str, Any], things: str) -> None:
    report = loaded({"/": Answer()}, load, **attributes).report()

    assert f"browsers load {things} with CORS, whatever the page writes." in report.notes


def test_what_never_fails_a_cors_check_has_no_such_note() -> None:
    assert [] == [note for note in loaded({"/": Answer()}, "image", **CORS).report().notes if "with CORS" in note]


def test_a_policy_of_the_page_is_advised_by_the_directive_of_the_element() -> None:
    policies = {
        "default-src 'self'": f"Give the policy a img-src that lists {API}",
        "img-src 'self'": f"Add {API} to the img-src of the page's Content-Security-Policy.",
    }
    for policy, advice in policies.items():
        report = loaded({}, "image", page_headers={"Content-Security-Policy": policy}).report()

        assert advice in report.advice


def preloaded_font() -> Any:
    with Browser("chromium") as browser:
        browser.mount(API, ScriptedServer({"/": Answer(200, ALLOW, FONT)}))
        page = browser.open(PAGE)
        page.preload(f"{API}/", as_="font", crossorigin="anonymous")
        return page.font(f"{API}/")


def test_what_a_preload_had_brought_is_told_as_such() -> None:
    result = preloaded_font()
    report = result.report()
    formats = every_format(report)

    assert f"The font {API}/ is loaded in {PAGE}, from the preload." == report.headline
    assert ["preloaded-response"] == [entry.kind for entry in report.timeline]
    assert ["preloaded-response"] == [entry["kind"] for entry in timeline_as_data(result.timeline)]
    assert "nothing is sent" in formats["text"]
    assert "Preloads" in formats["Mermaid"]
    assert "Server" not in formats["Mermaid"]
    assert [] == [name for name in ("text", "Markdown", "Mermaid", "HTML") if "from the preload" not in formats[name]]


def test_a_fetch_is_still_told_as_one() -> None:
    report = reported_fetch()

    assert ("fetch", "readable", "readable") == (report.tried.api, report.verdict, report.code)


def reported_fetch() -> Report:
    with Browser("chromium") as browser:
        browser.mount(API, ScriptedServer({"/": Answer(200, ALLOW)}))
        return browser.open(PAGE).fetch(f"{API}/").report()
