"""
Answers from the browser's HTTP cache: that they are told as such, how old they are, and for whom they were stored.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest

from browsercors import Answer
from browsercors.explain.fixes.proof import FinishedFetch, RequestKey
from browsercors.explain.report import Cached
from browsercors.explain.words.cached_answers import cached_of, describe_cached, last_cached, stored_keys
from tests.explain.pages import ALLOW, API, IMAGE, PAGE, fetched, fetched_again

if TYPE_CHECKING:
    from browsercors import FetchResult

LASTS: Final = {"Cache-Control": "max-age=600"}
ANY: Final = {"Access-Control-Allow-Origin": "*"}
STALE: Final = {**ANY, "Cache-Control": "max-age=60, stale-while-revalidate=600"}
CONFIRMED: Final = [Answer(200, {"ETag": '"1"', "Cache-Control": "no-cache"}), Answer(304, {"ETag": '"1"'})]
MOVED: Final = {"/": Answer(301, {**ANY, **LASTS, "Location": "/there"}), "/there": Answer(200, ANY)}
CORS: Final[dict[str, Any]] = {}
OTHER: Final = {"Access-Control-Allow-Origin": "https://other.example"}


def trial_of(result: FetchResult) -> FinishedFetch:
    return FinishedFetch(result._params, result._response, frozenset())


SENTENCES: list[tuple[Cached, str]] = [
    (Cached(5.0, None, is_confirmed=False, is_redirect=False), "5 s old, stored for a request without Origin"),
    (Cached(0.25, PAGE, is_confirmed=False, is_redirect=True), f"0.25 s old, stored for a request with Origin {PAGE}"),
    (
        Cached(86400.0, "null", is_confirmed=False, is_redirect=False),
        "86,400 s old, stored for a request with Origin null",
    ),
    (
        Cached(0.0, None, is_confirmed=True, is_redirect=False),
        "confirmed by a 304, stored for a request without Origin",
    ),
]


@pytest.mark.parametrize(("cached", "words"), SENTENCES)
def test_it_is_said_how_old_an_answer_is_and_for_whom_it_was_stored(cached: Cached, words: str) -> None:
    assert words == describe_cached(cached)


KNOWN: list[tuple[str, FetchResult, Cached | None]] = [
    ("the network's", fetched({"/": Answer(200, ANY)}), None),
    (
        "stored for nobody",
        fetched_again({"/": Answer(200, LASTS)}),
        Cached(5.0, None, is_confirmed=False, is_redirect=False),
    ),
    (
        "stored for the page",
        fetched_again({"/": Answer(200, {**LASTS, **ANY})}, CORS),
        Cached(5.0, PAGE, is_confirmed=False, is_redirect=False),
    ),
    (
        "older than the cache",
        fetched_again({"/": Answer(200, {**LASTS, "Age": "9"})}),
        Cached(14.0, None, is_confirmed=False, is_redirect=False),
    ),
    ("confirmed", fetched_again({"/": CONFIRMED}), Cached(0.0, None, is_confirmed=True, is_redirect=False)),
    (
        "stale",
        fetched_again({"/": Answer(200, STALE)}, seconds=70),
        Cached(70.0, None, is_confirmed=False, is_redirect=False),
    ),
]


@pytest.mark.parametrize(("_story", "result", "known"), KNOWN, ids=[row[0] for row in KNOWN])
def test_it_is_known_where_an_answer_comes_from(_story: str, result: FetchResult, known: Cached | None) -> None:
    last = last_cached(trial_of(result))

    assert known == (None if last is None else cached_of(last))
    assert known == result.report().timeline[-1].cached
    assert (frozenset() if last is None else {RequestKey(False, "GET", f"{API}/")}) == stored_keys(trial_of(result))


def test_a_redirect_out_of_the_cache_is_none_of_the_answer_that_it_leads_to() -> None:
    result = fetched_again(MOVED)
    redirect, answer = result.report().timeline

    assert last_cached(trial_of(result)) is None
    assert (Cached(5.0, None, is_confirmed=False, is_redirect=True), None) == (redirect.cached, answer.cached)
    assert {RequestKey(False, "GET", f"{API}/")} == stored_keys(trial_of(result))


TIMELINES: list[tuple[str, FetchResult, list[tuple[str, int | None]], list[int | None]]] = [
    ("fresh", fetched_again({"/": Answer(200, LASTS)}), [("cached-response", 200)], [200]),
    ("confirmed", fetched_again({"/": CONFIRMED}), [("actual", 304), ("cached-response", 200)], [200]),
    (
        "stale",
        fetched_again({"/": [Answer(200, STALE), Answer(503)]}, seconds=70),
        [("revalidation", 503), ("cached-response", 200)],
        [200],
    ),
    ("redirect", fetched_again(MOVED), [("cached-response", 301), ("actual", 200)], [301, 200]),
]


@pytest.mark.parametrize(("_story", "result", "entries", "answers"), TIMELINES, ids=[row[0] for row in TIMELINES])
def test_the_fetch_went_by_what_the_cache_gave_and_not_by_what_was_asked_beside_it(
    _story: str, result: FetchResult, entries: list[tuple[str, int | None]], answers: list[int | None]
) -> None:
    assert entries == [(entry.kind, entry.status) for entry in result.report().timeline]
    assert answers == [answer.status for answer in trial_of(result).answers]


HEADLINES: list[tuple[str, FetchResult, str]] = [
    (
        "blocked",
        fetched_again({"/": Answer(200, LASTS)}),
        (
            f"{PAGE} may not read {API}/: the response came from the browser's HTTP cache (5 s old, stored for a "
            "request without Origin); that response has no Access-Control-Allow-Origin header."
        ),
    ),
    (
        "blocked for another origin's sake",
        fetched_again({"/": Answer(200, {**LASTS, **OTHER})}),
        (
            f"{PAGE} may not read {API}/: the response came from the browser's HTTP cache (5 s old, stored for a "
            f"request without Origin); that response allows https://other.example and not {PAGE}."
        ),
    ),
    (
        "a redirect that is not to be followed",
        fetched_again({"/": Answer(301, {**LASTS, **ANY, "Location": "data:,x"})}, redirect="follow"),
        (
            f"{PAGE} may not follow the redirect of {API}/: the response came from the browser's HTTP cache (5 s old, "
            "stored for a request without Origin); it does not lead to an http or https URL."
        ),
    ),
    (
        "readable",
        fetched_again({"/": Answer(200, {**LASTS, **ANY})}),
        f"{PAGE} may read {API}/: 200 OK, from the browser's HTTP cache.",
    ),
]


@pytest.mark.parametrize(("_story", "result", "headline"), HEADLINES, ids=[row[0] for row in HEADLINES])
def test_the_headline_names_the_cache_first(_story: str, result: FetchResult, headline: str) -> None:
    assert headline == result.report().headline


def test_of_an_opaque_response_it_is_said_as_well() -> None:
    report = fetched_again({"/": Answer(200, LASTS)}, **IMAGE).report()

    assert report.headline.endswith("The response came from the browser's HTTP cache.")
    assert ("the response is 5 s old, stored for a request without Origin.",) == report.notes


NOT_ASKED: Final = "the server was not asked, and may respond differently by now."


@pytest.mark.parametrize(
    ("result", "notes"),
    [
        (fetched_again({"/": Answer(200, LASTS)}), (NOT_ASKED,)),
        (fetched_again({"/": CONFIRMED}), ()),
        (fetched({"/": Answer()}), ()),
        (fetched({"/": Answer(200, ALLOW)}), ()),
    ],
    ids=["cached", "confirmed", "not cached", "readable"],
)
def test_whether_the_server_was_asked_is_noted(result: FetchResult, notes: tuple[str, ...]) -> None:
    assert notes == result.report().notes


def test_the_evidence_says_where_it_is_from() -> None:
    evidence = fetched_again({"/": Answer(200, LASTS)}).report().evidence

    assert (f"GET {API}/ -> 200 OK, from the HTTP cache", 0) == (evidence[0].line, evidence[0].entry)


def test_the_headers_of_an_entry_are_those_of_the_exchange_that_was_stored() -> None:
    (entry,) = fetched_again({"/": Answer(200, LASTS)}).report().timeline
    sent = dict(entry.request_headers)

    assert ("no-cors", None) == (sent["Sec-Fetch-Mode"], sent.get("Origin"))
    assert (("Cache-Control", "max-age=600"),) == entry.response_headers


def test_the_server_is_recognised_by_what_was_stored() -> None:
    assert "nginx" == fetched_again({"/": Answer(200, {**LASTS, "Server": "nginx/1.27"})}).report().server
