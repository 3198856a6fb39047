"""
Requests of elements and style sheets in recordings: they are judged by what these load, and never blocked for nothing.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pytest

from browsercors.browser.loads import FontResult, ImageResult, LoadResult, ScriptResult, StylesheetResult
from browsercors.har.elements import ELEMENTS
from browsercors.har.inference import CREDENTIALS_BY_DESTINATION
from browsercors.har.replaying import read_har
from tests.har.build import API, PAGE, chromium_entry, firefox_entry, har_bytes

if TYPE_CHECKING:
    from browsercors.har.verdicts import HarReading, HarVerdict

ANYBODY = {"access-control-allow-origin": "*"}
ALLOWED = {"access-control-allow-origin": PAGE}
WITH_COOKIES = {**ALLOWED, "access-control-allow-credentials": "true"}
JS = {"content-type": "text/javascript"}


def sent(destination: str, mode: str = "cors", **headers: str) -> dict[str, str]:
    return {"sec-fetch-dest": destination, "sec-fetch-mode": mode, **headers}


def reading_of(*entries: Any, browser: Any = "auto") -> HarReading:
    return read_har(io.BytesIO(har_bytes(*entries)), browser=browser)


def one(*entries: Any, browser: Any = "auto") -> HarVerdict:
    (verdict,) = reading_of(*entries, browser=browser)
    return verdict


# story, the kind of entry, the destination, what is answered, the error: the outcome, the code, the credentials mode
JUDGED: list[tuple[str, str, str, dict[str, str], str | None, str, str, str]] = [
    ("a font for anybody", "font", "font", ANYBODY, None, "readable", "", "same-origin"),
    (
        "an event source for anybody",
        "eventsource",
        "empty",
        {**ANYBODY, "content-type": "text/event-stream"},
        None,
        "readable",
        "",
        "same-origin",
    ),
    (
        "an event source of another type",
        "eventsource",
        "empty",
        {**ANYBODY, "content-type": "text/html"},
        None,
        "readable",
        "",
        "same-origin",
    ),
    ("an event source for nobody", "eventsource", "empty", {"content-type": "text/event-stream"}, "net::ERR_FAILED",
     "blocked", "allow-origin-missing", "same-origin"),
    ("a font for nobody", "font", "font", {}, "net::ERR_FAILED", "blocked", "allow-origin-missing", "same-origin"),
    ("an image with crossorigin", "image", "image", ANYBODY, None, "readable", "", "same-origin"),
    (
        "an image with crossorigin for nobody",
        "image",
        "image",
        {},
        "net::ERR_FAILED",
        "blocked",
        "allow-origin-missing",
        "same-origin",
    ),
    ("a script without a type", "script", "script", ANYBODY, None, "readable", "", "same-origin"),
    ("a script of another type", "script", "script", {**ANYBODY, "content-type": "image/png"}, None, "readable", "",
     "same-origin"),
    ("a style sheet", "stylesheet", "style", ANYBODY, None, "readable", "", "same-origin"),
    ("a video", "media", "video", ANYBODY, None, "readable", "", "same-origin"),
    ("subtitles", "texttrack", "track", ANYBODY, None, "readable", "", "same-origin"),
    ("a manifest", "manifest", "manifest", ANYBODY, None, "readable", "", "same-origin"),
    ("a module of a worker", "script", "worker", {**ANYBODY, **JS}, None, "readable", "", "same-origin"),
    ("a module of a worker for nobody", "script", "worker", JS, "net::ERR_FAILED", "blocked", "allow-origin-missing",
     "same-origin"),
    ("a module of a shared worker", "other", "sharedworker", {**ANYBODY, **JS}, None, "readable", "", "same-origin"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("_story", "kind", "destination", "received", "error", "outcome", "code", "credentials"),
    JUDGED,
    ids=[row[0] for row in JUDGED],
)
def test_what_an_element_loads_with_cors_is_judged(
    _story: str,
    kind: str,
    destination: str,
    received: dict[str, str],
    error: str | None,
    outcome: str,
    code: str,
    credentials: str,
) -> None:
    verdict = one(chromium_entry("GET", API, 200, sent(destination), received, kind=kind, error=error))

    assert (outcome, code, credentials) == (verdict.outcome, verdict.code, verdict.credentials)
    assert isinstance(verdict.result, LoadResult)
    assert () == verdict.contradictions


RESULTS = [("font", FontResult), ("image", ImageResult), ("script", ScriptResult), ("style", StylesheetResult)]


@pytest.mark.parametrize(("destination", "kind"), RESULTS, ids=[row[0] for row in RESULTS])
def test_the_report_speaks_of_what_was_loaded(destination: str, kind: type[LoadResult]) -> None:
    result = one(chromium_entry("GET", API, 200, sent(destination), {}, error="net::ERR_FAILED")).result
    report = result.report()

    assert isinstance(result, kind)
    assert "is not" in report.headline
    assert "may not read" not in report.headline
    assert PAGE == dict(each for fix in report.fixes[:1] for each in _headers(fix))["Access-Control-Allow-Origin"]


def _headers(fix: Any) -> list[tuple[str, str]]:
    return [(header.name, header.value) for answer in fix.answers for header in answer.headers]


WITHOUT_CORS = ["image", "script", "style", "audio", "video"]


@pytest.mark.parametrize("destination", WITHOUT_CORS)
def test_what_an_element_loads_without_cors_is_counted_and_not_blocked(destination: str) -> None:
    reading = reading_of(chromium_entry("GET", API, 200, sent(destination, "no-cors"), {}, origin=None))

    assert [] == list(reading)
    assert {"no-cors": 1} == dict(reading.counts)


ANSWERED = [404, 500, 206, 304]


@pytest.mark.parametrize("status", ANSWERED)
@pytest.mark.parametrize("destination", ["font", "image", "script", "style", "video"])
def test_what_came_is_not_blocked_whatever_its_status(destination: str, status: int) -> None:
    verdict = one(chromium_entry("GET", API, status, sent(destination), {**ANYBODY, **JS}))

    assert ("readable", "") == (verdict.outcome, verdict.code)
    assert verdict.to_dict()["result"]["readable"]


def test_cookies_show_that_the_element_uses_credentials() -> None:
    entry = chromium_entry("GET", API, 200, sent("image", cookie="id=1"), WITH_COOKIES, kind="image")
    verdict = one(entry)

    assert ("include", "readable") == (verdict.credentials, verdict.outcome)
    assert '<img crossorigin="use-credentials">' == verdict.result.report().tried.api


def test_firefox_is_judged_by_its_destinations_alone() -> None:
    verdict = one(firefox_entry("GET", API, 200, {"Sec-Fetch-Dest": "font"}, {}))

    assert "allow-origin-missing" == verdict.result.block.reason.value  # type: ignore[union-attr]
    assert isinstance(verdict.result, FontResult)


def test_a_font_is_a_fetch_where_the_browser_that_judges_asks_for_fonts_without_cors() -> None:
    verdict = one(chromium_entry("GET", API, 200, sent("font"), {}, kind="font"), browser="webkit")

    assert not isinstance(verdict.result, LoadResult)
    assert "allow-origin-missing" == verdict.result.block.reason.value  # type: ignore[union-attr]


def test_a_manifest_is_a_fetch_where_the_browser_that_judges_loads_none() -> None:
    assert not isinstance(
        one(chromium_entry("GET", API, 200, sent("manifest"), ANYBODY), browser="webkit").result, LoadResult
    )


def test_the_script_of_a_worker_is_of_the_page_s_own_origin_and_not_judged() -> None:
    entry = chromium_entry("GET", f"{PAGE}/w.js", 200, sent("worker", "same-origin"), JS, kind="other", origin=None)

    assert [*reading_of(entry)] == []


def test_a_request_of_a_script_is_a_fetch() -> None:
    assert not isinstance(one(chromium_entry("GET", API, 200, {}, ANYBODY)).result, LoadResult)
    assert not isinstance(one(chromium_entry("POST", API, 200, sent("image"), ANYBODY)).result, LoadResult)


def test_every_destination_of_elements_has_a_load() -> None:
    assert set(CREDENTIALS_BY_DESTINATION) == set(ELEMENTS)
