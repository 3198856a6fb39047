"""
Results: what a page sees, what went over the wire, and which rule decided.
"""

from __future__ import annotations

import asyncio
import copy
import json
import os
import pickle
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from browsercors import (
    WEBKIT,
    Answer,
    CORSBlocked,
    FetchBlocked,
    HiddenHeader,
    OpaqueResponse,
    ScriptedServer,
    UnreadableResponse,
    report_as_text,
    subdomains_of,
)
from tests.browser.helpers import ALLOW, API, APP, make_async_browser, make_browser, make_server, wsgi_app

if TYPE_CHECKING:
    from collections.abc import Callable

    from browsercors import FetchResult, Page

ROOT: Final = Path(__file__).parents[2]
BROWSERS: Final = ("standard", "chromium", "firefox", "webkit")


def make_page(browser: str = "standard") -> Page:
    made = make_browser(browser)
    made.mount(API, make_server())
    return made.open(f"{APP}/page")


def test_a_readable_result_is_what_a_javascript_response_is() -> None:
    result = make_page().fetch(f"{API}/item#part", credentials="include")

    assert (result.readable, result.type, result.status, result.ok) == (True, "cors", 200, True)
    assert (result.status_text, result.url, result.redirected) == ("OK", f"{API}/item", False)
    assert (result.body, result.text(), result.json()) == (
        b'{"name":"Widget"}',
        '{"name":"Widget"}',
        {"name": "Widget"},
    )
    assert dict(result.headers) == {"content-type": "application/json"}
    assert result.headers["Content-Type"] == "application/json"
    assert (result.block, result.preflighted) == (None, False)
    assert (result.browser_name, result.page_origin) == ("standard", APP)
    assert result.raise_for_unreadable() is result
    assert repr(result) == f"<FetchResult cors 200 {API}/item>"
    assert all(finding.ok for finding in result.findings)


def test_a_blocked_result_shows_nothing_and_says_why() -> None:
    result = make_page("chromium").fetch(f"{API}/closed")

    assert (result.readable, result.type, result.status, result.ok) == (False, "error", 0, False)
    assert (result.status_text, result.url, result.redirected) == ("", "", False)
    assert dict(result.headers) == {}
    block = result.block
    assert block is not None
    assert (block.reason.value, block.is_cors, block.during_preflight) == ("allow-origin-missing", True, False)
    assert block.finding is result.findings[-1]
    assert dict(block.identifiers) == {
        "chromium": "MissingAllowOriginHeader",
        "firefox": "CORSMissingAllowOrigin2",
        "webkit": "origin-not-allowed",
    }
    assert repr(result) == "<FetchResult blocked: allow-origin-missing>"
    assert result.exchanges[0].response_body == b"secret"


RAISES_CASES = [
    # options                                       error             reason
    ({"url": f"{API}/closed"}, CORSBlocked, "allow-origin-missing"),
    ({"url": f"{API}/closed", "method": "PUT"}, CORSBlocked, "allow-origin-missing"),
    ({"url": f"{API}/item", "method": "PATCH"}, CORSBlocked, "method-not-allowed"),
    ({"url": f"{API}/broken"}, FetchBlocked, "connection-failed"),
    ({"url": f"{API}/stalled"}, FetchBlocked, "timed-out"),
    ({"url": f"{API}/half"}, FetchBlocked, "body-interrupted"),
    ({"url": f"{API}/item", "mode": "same-origin"}, FetchBlocked, "same-origin-mode"),
    ({"url": "https://nowhere.test"}, FetchBlocked, "not-mounted"),
    ({"url": "about:blank"}, FetchBlocked, "scheme-not-supported"),
    ({"url": f"{API}/item", "mode": "no-cors"}, OpaqueResponse, None),
    ({"url": f"{API}/moved", "redirect": "manual"}, OpaqueResponse, None),
]


@pytest.mark.parametrize(("options", "error", "reason"), RAISES_CASES)
def test_what_cannot_be_read_is_raised_by_what_decided(
    options: dict[str, Any], error: type[UnreadableResponse], reason: str | None
) -> None:
    result = make_page().fetch(**options)
    assert not result.readable
    with pytest.raises(UnreadableResponse) as caught:
        result.raise_for_unreadable()

    assert type(caught.value) is error
    assert caught.value.result is result
    assert caught.value.block is result.block
    assert reason == (result.block and result.block.reason.value)
    assert str(caught.value)


def test_an_opaque_result_was_not_blocked() -> None:
    result = make_page().fetch(f"{API}/item", mode="no-cors")

    assert (result.readable, result.block, result.type, result.status) == (False, None, "opaque", 0)
    assert (result.url, dict(result.headers)) == ("", {})
    assert repr(result) == "<FetchResult opaque 0>"


def test_an_opaque_redirect_says_where_it_was() -> None:
    result = make_page().fetch(f"{API}/moved", redirect="manual")

    assert (result.type, result.status, result.url, result.redirected) == ("opaqueredirect", 0, f"{API}/moved", False)


def test_a_body_that_broke_off_fails_when_it_is_read() -> None:
    result = make_page().fetch(f"{API}/half")

    assert (result.type, result.status, result.readable) == ("cors", 200, False)
    for read in (lambda: result.body, result.text, result.json, result.raise_for_unreadable):
        with pytest.raises(FetchBlocked):
            read()
    assert result.block is not None
    assert result.block.finding.reason is result.block.reason


def test_a_body_that_is_no_json_raises_what_json_does() -> None:
    result = make_page().fetch(f"{API}/bare")

    assert result.text() == "\ufffd\x00"
    with pytest.raises(ValueError, match="Expecting value"):
        result.json()


JSON_BODIES = [
    # body                            what the page reads
    (b"\xef\xbb\xbf[1]", [1]),
    (b'"\\ud800"', "\ud800"),
    (b'{"id":9007199254740993}', {"id": 9007199254740992.0}),
    (b"9" * 5000, float("inf")),
    (b"[NaN]", None),
    (b"\xef\xbb\xbf\xef\xbb\xbf[1]", None),
    (b"[" * 100_000, None),
]


@pytest.mark.parametrize(("body", "expected"), JSON_BODIES, ids=[ascii(body[:24]) for body, _ in JSON_BODIES])
def test_a_page_reads_json_as_javascript_does(body: bytes, expected: object) -> None:
    browser = make_browser()
    browser.mount(API, ScriptedServer({"*": Answer(headers={"Access-Control-Allow-Origin": "*"}, body=body)}))
    result = browser.open(APP).fetch(f"{API}/")

    if expected is None:
        with pytest.raises(json.JSONDecodeError):
            result.json()
    else:
        assert result.json() == expected


def test_a_page_reads_json_of_any_depth() -> None:
    browser = make_browser()
    depth = 100_000
    answer = Answer(headers={"Access-Control-Allow-Origin": "*"}, body=b"[" * depth + b"]" * depth)
    browser.mount(API, ScriptedServer({"*": answer}))
    value = browser.open(APP).fetch(f"{API}/").json()
    for _ in range(depth - 1):
        (value,) = value

    assert value == []


def test_a_redirected_result_shows_its_exchanges() -> None:
    page = make_page()
    result = page.fetch(f"{API}/moved", method="PUT", json={"a": 1})
    kinds = [(exchange.kind.value, exchange.method, exchange.status) for exchange in result.exchanges]

    assert (result.redirected, result.url, result.preflighted) == (True, f"{API}/item", True)
    assert kinds == [
        ("preflight", "OPTIONS", 204),
        ("redirect", "PUT", 307),
        ("preflight", "OPTIONS", 204),
        ("actual", "PUT", 200),
    ]
    again = page.fetch(f"{API}/moved", method="PUT", json={"a": 1})
    assert [exchange.kind.value for exchange in again.exchanges] == ["redirect", "actual"]
    assert len(again.timeline) == 4
    assert not again.preflighted


def test_an_exchange_shows_both_sides_of_the_wire() -> None:
    exchange = make_page().fetch(f"{API}/item", method="PUT", json={"a": 1}).exchanges[1]

    assert (exchange.url, exchange.is_preflight, exchange.request_body) == (f"{API}/item", False, b'{"a":1}')
    assert exchange.request_headers["origin"] == APP
    assert exchange.response_headers.get_list("set-cookie") == ["seen=1"]
    assert (exchange.response_body, exchange.traceback) == (b'{"name":"Widget"}', None)
    assert repr(exchange) == f"<Exchange actual PUT {API}/item -> 200>"


SCENARIOS: Final[list[dict[str, Any]]] = [
    {"url": f"{API}/item", "credentials": "include"},
    {"url": f"{API}/item", "credentials": "include"},
    {"url": f"{API}/item", "method": "PUT", "json": {"ä": [1, None]}, "headers": {"X-A": "1", "Cookie": "x"}},
    {"url": f"{API}/moved", "method": "PUT", "json": {}},
    {"url": f"{API}/moved", "redirect": "manual"},
    {"url": f"{API}/closed"},
    {"url": f"{API}/bare"},
    {"url": f"{API}/half"},
    {"url": f"{API}/slow"},
    {"url": f"{API}/broken"},
    {"url": f"{API}/item", "mode": "no-cors"},
    {"url": f"{API}/item", "method": "PATCH"},
    {"url": "data:,x"},
    {"url": "https://nowhere.test"},
]


def run_scenarios(browser: str) -> list[dict[str, Any]]:
    """
    Fetch everything, one after the other, and return the results as data.
    """
    page = make_page(browser)
    return [page.fetch(**options).to_dict() for options in SCENARIOS]


def dumped(results: list[dict[str, Any]]) -> str:
    return json.dumps(results, ensure_ascii=True)


@pytest.mark.parametrize("browser", BROWSERS)
def test_two_runs_are_alike_to_the_byte(browser: str) -> None:
    assert dumped(run_scenarios(browser)) == dumped(run_scenarios(browser))


@pytest.mark.parametrize("browser", BROWSERS)
def test_sync_and_async_are_alike_to_the_byte(browser: str) -> None:
    async def main() -> list[dict[str, Any]]:
        async with make_async_browser(browser) as made:
            made.mount(API, make_server())
            page = made.open(f"{APP}/page")
            return [(await page.fetch(**options)).to_dict() for options in SCENARIOS]

    assert dumped(run_scenarios(browser)) == dumped(asyncio.run(main()))


def test_the_hash_seed_changes_nothing() -> None:
    script = (
        "from tests.browser.test_result import *\n"
        "print(dumped([result for browser in BROWSERS for result in run_scenarios(browser)]))"
    )
    outputs = [
        subprocess.run(
            [sys.executable, "-c", script],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]

    assert len(json.loads(outputs[0])) == len(SCENARIOS) * len(BROWSERS)
    assert outputs[0] == outputs[1]


def test_a_result_as_data_says_everything() -> None:
    page = make_page("chromium")
    blocked: FetchResult = page.fetch(f"{API}/closed")
    data = blocked.to_dict()

    assert (data["browser"], data["page_origin"], data["readable"], data["type"]) == ("chromium", APP, False, "error")
    assert (data["status"], data["ok"], data["url"], data["body"]) == (0, False, "", None)
    assert data["block"]["reason"] == "allow-origin-missing"
    assert data["block"]["identifiers"]["firefox"] == "CORSMissingAllowOrigin2"
    assert data["block"]["finding"] == data["findings"][-1]
    assert data["block"]["finding"]["step"] == "2"
    assert data["timeline"][0]["request"]["method"] == "GET"
    assert data["timeline"][0]["response"]["body"] == {"text": "secret"}
    assert page.fetch(f"{API}/bare").to_dict()["body"] == {"base64": "/wA="}
    assert page.fetch(f"{API}/item").to_dict()["block"] is None


def test_a_remembered_preflight_is_in_the_timeline_as_data() -> None:
    page = make_page()
    page.fetch(f"{API}/item", method="PUT")
    timeline = page.fetch(f"{API}/item", method="PUT").to_dict()["timeline"]

    assert [entry["kind"] for entry in timeline] == ["remembered-preflight", "actual"]
    assert (timeline[0]["method"], timeline[0]["url"], timeline[0]["header_names"]) == ("PUT", f"{API}/item", [])


def test_an_answer_out_of_the_http_cache_is_in_the_timeline_as_data() -> None:
    moved = Answer(301, {"Location": "/there", "Access-Control-Allow-Origin": "*", "Cache-Control": "max-age=600"})
    browser = make_browser("standard")
    browser.mount(API, ScriptedServer({"/": moved, "/there": Answer(200, {"Access-Control-Allow-Origin": "*"})}))
    page = browser.open(f"{APP}/page")
    page.fetch(f"{API}/", mode="no-cors")
    browser.clock.advance(5)
    result = page.fetch(f"{API}/")
    redirect, answer = result.to_dict()["timeline"]
    made_for = dict(redirect["made_for"]["headers"])

    assert (redirect["kind"], redirect["is_redirect"], redirect["age"]) == ("cached-response", True, 5.0)
    assert (redirect["is_confirmed"], redirect["made_for"]["method"]) == (False, "GET")
    assert (made_for["Sec-Fetch-Mode"], "Origin" in made_for) == ("no-cors", False)
    assert (answer["kind"], "made_for" in answer) == ("actual", False)
    assert ["Sec-Fetch-Mode", "no-cors"] in json.loads(json.dumps(redirect))["made_for"]["headers"]


@pytest.mark.parametrize(
    ("allowed", "error", "message"),
    [
        pytest.param("app.example.com", ValueError, "'app.example.com' is not a URL", id="no scheme"),
        pytest.param("https://app.example.com/", ValueError, "has a trailing slash", id="a trailing slash"),
        pytest.param(["https://a.example", "https://a*.example"], ValueError, "has a '*' where none can be", id="star"),
        pytest.param("https://*.co.uk", ValueError, "is a public suffix", id="everyone's subdomains"),
        pytest.param("http://localhost:3000:*", ValueError, "has a port already", id="two ports"),
        pytest.param("null", ValueError, "is the origin of every sandboxed frame", id="null"),
        pytest.param([7], TypeError, "not 7", id="a number"),
        pytest.param(None, None, "", id="nothing"),
        pytest.param("https://*.example.com", None, "", id="subdomains"),
        pytest.param(subdomains_of("https://example.com"), None, "", id="a pattern as a value"),
        pytest.param(["http://localhost:*", "*"], None, "", id="ports, and any origin"),
    ],
)
def test_a_report_refuses_what_is_neither_an_origin_nor_a_pattern(
    allowed: Any, error: type[Exception] | None, message: str
) -> None:
    with make_browser() as browser:
        browser.mount(API, ScriptedServer({"*": Answer(200)}))
        result = browser.open(f"{APP}/").fetch(API)

    if error is None:
        assert result.report(allowed_origins=allowed).headline
    else:
        with pytest.raises(error, match="allowed_origins") as raised:
            result.report(allowed_origins=allowed)
        assert message in str(raised.value)


UNREADABLE_CASES = [
    # options                                       error             reading which is not emptiness
    ({"url": f"{API}/closed"}, CORSBlocked),
    ({"url": f"{API}/broken"}, FetchBlocked),
    ({"url": f"{API}/half"}, FetchBlocked),
    ({"url": f"{API}/item", "mode": "no-cors"}, OpaqueResponse),
    ({"url": f"{API}/moved", "redirect": "manual"}, OpaqueResponse),
]

READS: Final = {
    "body": lambda result: result.body,
    "text()": lambda result: result.text(),
    "json()": lambda result: result.json(),
}


@pytest.mark.parametrize("read", READS)
@pytest.mark.parametrize(("options", "error"), UNREADABLE_CASES)
def test_what_the_page_may_not_read_is_no_emptiness(
    options: dict[str, Any], error: type[UnreadableResponse], read: str
) -> None:
    """
    `JSONDecodeError` would say that the server answered with nothing.
    """
    result = make_page().fetch(**options)

    with pytest.raises(UnreadableResponse) as caught:
        READS[read](result)

    assert type(caught.value) is error
    assert str(caught.value) == result.explain()
    assert result.to_dict()["readable"] is False
    assert repr(result)


def test_a_header_that_the_page_does_not_see_says_how_it_would() -> None:
    result = make_page("chromium").fetch(f"{API}/item")

    with pytest.raises(HiddenHeader) as caught:
        result.headers["X-A"]

    assert isinstance(caught.value, KeyError)
    assert str(caught.value) == (
        "the page does not see the header 'X-A': the response has to have Access-Control-Expose-Headers: X-A"
    )
    assert (result.headers.get("X-A"), "X-A" in result.headers) == (None, False)
    assert [*result.headers] == ["content-type"]


HIDDEN_CASES = [
    # url, what it answers with beside Access-Control-Allow-Origin        name          what is said
    ({}, {}, "X-A", None),
    ({}, {"Set-Cookie": "a=b", "Access-Control-Expose-Headers": "*"}, "Set-Cookie", "no page ever sees it"),
    ({}, {"X-A": "1", "Access-Control-Expose-Headers": "X-B"}, "X-A", "Access-Control-Expose-Headers: X-B, X-A"),
    (
        {"credentials": "include"},
        {"X-A": "1", "Access-Control-Expose-Headers": "*"},
        "X-A",
        "with credentials '*' is no wildcard",
    ),
    ({"mode": "no-cors"}, {"X-A": "1"}, "X-A", "it may not read the response at all"),
]


@pytest.mark.parametrize(("options", "headers", "name", "said"), HIDDEN_CASES)
def test_why_a_header_is_hidden(options: dict[str, Any], headers: dict[str, str], name: str, said: str | None) -> None:
    browser = make_browser("chromium")
    browser.mount(API, ScriptedServer({"*": Answer(200, [*ALLOW, *headers.items()])}))
    result = browser.open(APP).fetch(API, **options)

    with pytest.raises(KeyError) as caught:
        result.headers[name]

    assert isinstance(caught.value, HiddenHeader) is (said is not None)
    assert (said or name) in str(caught.value)


def test_a_reason_equals_its_code() -> None:
    block = make_page("chromium").fetch(f"{API}/closed").block

    assert block is not None
    assert block.reason == "allow-origin-missing"
    assert hash(block.reason) == hash("allow-origin-missing")
    assert f"{block.reason}" == "allow-origin-missing"
    assert block.reason != "allow-origin-mismatch"


def test_a_report_prints_as_text() -> None:
    report = make_page("chromium").fetch(f"{API}/closed").report()

    assert str(report) == report_as_text(report)


COPIES: Final[dict[str, Callable[[Any], Any]]] = {
    "pickled": lambda value: pickle.loads(pickle.dumps(value)),  # noqa: S301 - our own
    "deep copy": copy.deepcopy,
}


@pytest.mark.parametrize("copied", COPIES)
@pytest.mark.parametrize("browser", BROWSERS)
@pytest.mark.parametrize(
    "options",
    [
        {"url": f"{API}/item", "credentials": "include", "method": "PUT", "json": [1]},
        {"url": f"{API}/closed"},
        {"url": f"{API}/item", "mode": "no-cors"},
        {"url": f"{API}/half"},
    ],
    ids=["readable", "blocked", "opaque", "broken off"],
)
def test_a_result_and_its_report_can_be_copied(options: dict[str, Any], browser: str, copied: str) -> None:
    """
    As it is for failures that come from another process: Django's parallel test runner, pytest-xdist.
    """
    make = COPIES[copied]
    browser_of_page = make_browser(browser)
    # NB: an application, which no pickle takes along, and a stated address space, which the report needs.
    browser_of_page.mount(API, make_server(), address_space="public")
    browser_of_page.mount("https://more.test", wsgi_app)
    result = browser_of_page.open(f"{APP}/page").fetch(**options)

    other = make(result)

    assert other.to_dict() == result.to_dict()
    assert repr(other.findings) == repr(result.findings)
    assert other.explain() == result.explain()
    assert make(result.report()) == result.report()
    if result.block is not None:
        assert str(make(CORSBlocked(result))) == str(CORSBlocked(result))


def test_a_result_of_a_browser_of_your_own_can_be_copied() -> None:
    mine = WEBKIT.evolve(version="1", recorded_on="")
    browser = make_browser(mine)
    browser.mount(API, make_server())
    result = browser.open(APP).fetch(f"{API}/closed")

    other = pickle.loads(pickle.dumps(result))  # noqa: S301 - our own

    assert other.to_dict() == result.to_dict()
