"""
Differences: what the same request comes to in other browsers, and which fact is the cause.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from browsercors import Answer, ReadableStream
from browsercors.browser.replay import recording_of
from browsercors.engines.registry import profiles
from browsercors.explain.differences import LONGEST_SOUGHT, BrowserOutcome, _causes, _describe, _length
from browsercors.explain.fixes.proof import FinishedFetch
from browsercors.explain.report import Difference
from tests.explain.pages import ALLOW, API, fetched_again
from tests.traps.pages import ask

if TYPE_CHECKING:
    from browsercors.values.literals import BrowserName

ANY = {"Access-Control-Allow-Origin": "*"}
PUT = {**ALLOW, "Access-Control-Allow-Methods": "PUT"}

OUTCOME = BrowserOutcome(
    "readable", "", (("GET", f"{API}/", "Origin: https://app.example.com"),), frozenset({b"a"}), ()
)


def differences(answers: dict[str, Any], browser: BrowserName = "chromium", **options: Any) -> dict[str, Difference]:
    report = ask({API: answers}, browser=browser, **options).report(compare=True)
    return {each.browser: each for each in report.differences}


def test_where_nothing_differs_only_the_verdict_is_said() -> None:
    found = differences({"/": Answer(200, ALLOW)})

    assert [Difference(name, "readable", "", "") for name in ("firefox", "webkit", "standard")] == list(found.values())


def test_unless_it_was_asked_for_nothing_is_compared() -> None:
    assert () == ask({API: {"/": Answer()}}).report().differences


DIFFERENCES: list[tuple[str, dict[str, Any], dict[str, Any], str, tuple[str, str], list[str]]] = [
    (
        "another verdict, and its cause",
        {"OPTIONS /": Answer(204, {**ANY, "Access-Control-Allow-Headers": "*"}), "/": Answer(200, ANY)},
        {"headers": {"Authorization": "a"}},
        "standard",
        ("blocked", "header-not-allowed"),
        ["Authorization with Access-Control-Allow-Headers: *", "in Chromium", "in the standard"],
    ),
    (
        "for how long a preflight is remembered",
        {"OPTIONS /": Answer(204, {**PUT, "Access-Control-Max-Age": "86400"}), "/": Answer(200, ALLOW)},
        {"method": "PUT"},
        "firefox",
        ("readable", ""),
        ["this browser remembers the preflight response: 86400 s"],
    ),
    (
        "that it is not remembered",
        {"OPTIONS /": Answer(204, {**PUT, **ANY}), "/": Answer(200, ANY)},
        {"method": "PUT", "page": "data:text/html,x", "browser": "webkit"},
        "chromium",
        ("readable", ""),
        ["this browser remembers the preflight response: not at all"],
    ),
    (
        "that a preflight is sent again",
        {
            "OPTIONS /": Answer(204, {**ALLOW, "Access-Control-Allow-Methods": "*"}),
            "/": [Answer(307, {**ALLOW, "Location": "/"}), Answer(200, ALLOW)],
        },
        {"method": "PUT"},
        "firefox",
        ("readable", ""),
        ["this browser sends a preflight"],
    ),
    (
        "that none is",
        {"/": Answer(200, {**ANY, "Access-Control-Allow-Headers": "*"})},
        {"headers": {"DPR": "1"}, "browser": "firefox"},
        "chromium",
        ("readable", ""),
        ["this browser sends no preflight"],
    ),
]


@pytest.mark.parametrize(
    ("_story", "answers", "options", "browser", "outcome", "parts"), DIFFERENCES, ids=[row[0] for row in DIFFERENCES]
)
def test_it_is_said(
    _story: str,
    answers: dict[str, Any],
    options: dict[str, Any],
    browser: BrowserName,
    outcome: tuple[str, str],
    parts: list[str],
) -> None:
    found = differences(answers, **options)[browser]

    assert outcome == (found.verdict, found.code)
    assert [] == [part for part in parts if part not in found.sentence]


def test_a_call_that_a_browser_has_not_is_a_type_error_there() -> None:
    found = differences({"/": Answer(200, ALLOW)}, method="POST", body=ReadableStream([b"a"]), duplex="half")

    assert ("blocked", "the page cannot make this call in this browser: JavaScript throws a TypeError") == (
        found["webkit"].verdict,
        found["webkit"].sentence,
    )


def test_where_an_answer_was_never_recorded_there_is_no_verdict() -> None:
    found = differences({"/": Answer(200, ALLOW)}, headers={"DPR": "1"})

    assert ("undecided", f"this browser sends OPTIONS {API}/, and no response to that was recorded") == (
        found["firefox"].verdict,
        found["firefox"].sentence,
    )


GET = ("GET", f"{API}/")
SAID: list[tuple[str, BrowserOutcome, list[str]]] = [
    ("other lines", OUTCOME._replace(sent=((*GET, "Origin: null"),)), ["this browser sends: Origin: null"]),
    ("fewer requests", OUTCOME._replace(sent=()), ["this browser sends: fewer requests"]),
    ("more headers", OUTCOME._replace(seen=frozenset({b"a", b"b"})), ["the page sees more headers in this browser: b"]),
    ("other headers", OUTCOME._replace(seen=frozenset({b"b"})), ["the page sees other headers in this browser: a, b"]),
    ("nothing, where the verdict differs", OUTCOME._replace(verdict="opaque", sent=()), []),
]


@pytest.mark.parametrize(("_story", "other", "sentences"), SAID, ids=[row[0] for row in SAID])
def test_of_two_outcomes_it_is_said(_story: str, other: BrowserOutcome, sentences: list[str]) -> None:
    assert sentences == list(_describe(OUTCOME, other))


CALLS: list[dict[str, Any]] = [
    {"method": "PUT", "headers": {"X-A": "1", "Accept": "a", "Cache-Control": "b"}, "credentials": "include"},
    {"method": "POST", "body": "a", "keepalive": True, "referrer_policy": "no-referrer", "cache": "reload"},
    {"mode": "no-cors", "referrer_policy": "unsafe-url"},
    {"xhr": True, "method": "POST", "body": "a", "upload_listeners": True},
]


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("own", list(profiles()))
@pytest.mark.parametrize("status", [200, 307, 407])
def test_a_browser_without_one_of_its_departures_can_still_fetch(
    own: BrowserName, call: dict[str, Any], status: int
) -> None:
    answer = Answer(status, {**ANY, "Location": "https://cdn.example/"})
    result = ask({API: {"*": answer}, "https://cdn.example": {"*": Answer()}}, browser=own, **call)
    replay, page_call = recording_of(result._params), result._params.page_call
    assert page_call is not None

    for other in profiles().values():
        outcome = BrowserOutcome("readable", "nothing is like this", (), frozenset(), ())
        facts = list(_causes(replay, page_call, profiles()[own], other, outcome))

        assert bool(facts) is (other.name != own)


def test_no_cause_is_sought_in_megabytes() -> None:
    answer = Answer(204, {**ANY, "Access-Control-Allow-Headers": "*, " + "a, " * 50_000})
    result = ask({API: {"OPTIONS *": answer, "*": Answer(200, ANY)}}, headers={"Authorization": "a"})

    (of_the_standard,) = [each for each in result.report(compare=True).differences if each.browser == "standard"]

    assert ("blocked", "") == (of_the_standard.verdict, of_the_standard.sentence)


LASTS = {"/": Answer(200, {"Cache-Control": "max-age=600"})}


def test_that_others_might_not_have_had_an_answer_out_of_the_cache_is_noted() -> None:
    """
    Firefox would have asked: to its cache a request without credentials is another one.
    """
    report = fetched_again(LASTS).report(compare=True)

    assert "here the other browsers got the same response from the HTTP cache" in report.notes[-1]
    assert "Firefox keeps responses with and without credentials apart" in report.notes[-1]
    assert {"blocked"} == {each.verdict for each in report.differences}
    assert 1 == len(fetched_again(LASTS, browser="firefox").exchanges)


def test_where_nothing_is_compared_or_cached_it_is_not() -> None:
    reports = [fetched_again(LASTS).report(), ask({API: LASTS}).report(compare=True)]

    assert [] == [note for report in reports for note in report.notes if "other browsers" in note]


def test_no_cause_is_sought_in_megabytes_out_of_the_cache() -> None:
    headers = {**ANY, "Cache-Control": "max-age=600", "X-A": "a" * 200_000}
    result = fetched_again({"/": Answer(200, headers)})

    assert _length(FinishedFetch(result._params, result._response, frozenset())) > LONGEST_SOUGHT
