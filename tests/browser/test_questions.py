"""
Pure questions, without a browser.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from browsercors import (
    CHROMIUM,
    FetchTypeError,
    check_response,
    classify,
    preflight_request,
    same_origin,
    same_site,
)
from tests.browser.helpers import API, APP

if TYPE_CHECKING:
    from collections.abc import Callable

    from browsercors.values.literals import RequestCredentials

CLASSIFY_CASES = [
    # method   headers                                    url     preflighted  method    headers that are a reason
    ("GET", {}, API, False, None, []),
    ("POST", {"Content-Type": "text/plain"}, API, False, None, []),
    ("PUT", {}, API, True, "PUT", []),
    ("put", {}, API, True, "PUT", []),
    ("GET", {"X-A": "1", "Accept": "*/*"}, API, True, None, [(b"X-A", "name-not-safelisted")]),
    ("POST", {"Content-Type": "application/json"}, API, True, None, [(b"Content-Type", "content-type-not-safelisted")]),
    ("DELETE", {"Accept": '"'}, API, True, "DELETE", [(b"Accept", "value-with-unsafe-byte")]),
    ("PUT", {"X-A": "1"}, APP, False, None, []),
]


@pytest.mark.parametrize(("method", "headers", "url", "preflighted", "unsafe_method", "unsafe"), CLASSIFY_CASES)
def test_a_request_is_classified_with_every_reason(
    method: str,
    headers: dict[str, str],
    url: str,
    preflighted: bool,
    unsafe_method: str | None,
    unsafe: list[tuple[bytes, str]],
) -> None:
    answer = classify(method, headers, url=url, origin=APP)

    assert (preflighted, unsafe_method) == (answer.preflighted, answer.unsafe_method)
    assert unsafe == [(name, rule.value) for name, rule in answer.unsafe_headers]
    assert (url != APP) == answer.cross_origin


def test_dropped_headers_and_modes_count() -> None:
    answer = classify("GET", {"Cookie": "a", "Sec-X": "b", "X-A": "1"}, url=API, origin="null")
    assert (answer.dropped_headers, answer.preflighted, answer.cross_origin) == (("Cookie", "Sec-X"), True, True)

    answer = classify("GET", {"X-A": "1"}, url=API, origin=APP, mode="no-cors")
    assert (answer.dropped_headers, answer.preflighted) == (("X-A",), False)


def test_browsers_classify_differently() -> None:
    answers = [classify("GET", {"DPR": "2"}, url=API, origin=APP, browser=name) for name in ("chromium", "firefox")]

    assert [answer.preflighted for answer in answers] == [False, True]


def test_a_preflight_is_shown_to_the_last_header() -> None:
    preflight = preflight_request("PUT", {"X-B": "1", "x-a": "2"}, url=f"{API}/x", origin=APP, browser="standard")

    assert preflight is not None
    assert (preflight.method, preflight.url) == ("OPTIONS", f"{API}/x")
    assert preflight.headers["Access-Control-Request-Method"] == "PUT"
    assert preflight.headers["Access-Control-Request-Headers"] == "x-a,x-b"
    assert preflight.headers["Origin"] == APP


NO_PREFLIGHT_CASES = [
    # method    url        a preflight is sent
    ("GET", API, False),
    ("PUT", APP, False),
    ("OPTIONS", APP, False),
    ("OPTIONS", API, True),
    ("PUT", "data:,", False),
]


@pytest.mark.parametrize(("method", "url", "expected"), NO_PREFLIGHT_CASES)
def test_where_none_is_sent_there_is_none(method: str, url: str, expected: bool) -> None:
    assert expected == (preflight_request(method, url=url, origin=APP) is not None)


CHECK_CASES: list[tuple[Any, str, str | None, tuple[str, ...]]] = [
    # headers                                                  credentials     reason, headers that the page sees
    ({}, "omit", "allow-origin-missing", ()),
    ({"Access-Control-Allow-Origin": "*", "Content-Type": "x", "X-A": "1"}, "omit", None, ("content-type",)),
    ({"Access-Control-Allow-Origin": "*"}, "include", "allow-origin-wildcard-with-credentials", ()),
    ([("Access-Control-Allow-Origin", APP)] * 2, "same-origin", "allow-origin-repeated", ()),
    (
        {"Access-Control-Allow-Origin": APP, "X-A": "1", "Access-Control-Expose-Headers": "x-a"},
        "same-origin",
        None,
        ("x-a",),
    ),
]


@pytest.mark.parametrize(("headers", "credentials", "reason", "visible"), CHECK_CASES)
def test_a_response_is_checked_by_its_headers(
    headers: Any, credentials: RequestCredentials, reason: str | None, visible: tuple[str, ...]
) -> None:
    answer = check_response(origin=APP, headers=headers, credentials=credentials)

    assert (reason is None, reason) == (answer.readable, answer.reason and answer.reason.value)
    assert visible == answer.visible_headers
    assert answer.finding.algorithm.name == "CORS check"


MISTAKES: list[tuple[Callable[[], object], type[Exception], list[str]]] = [
    (lambda: classify(url=API, origin="app.example.com"), ValueError, ["origin", "'app.example.com'", "https://"]),
    (lambda: classify(url=API, origin=f"{APP}/path"), ValueError, ["origin", "/path"]),
    (lambda: classify(url=API, origin=APP, browser="netscape"), ValueError, ["browser", "'netscape'"]),  # type: ignore[arg-type]
    (lambda: classify("TRACE", url=API, origin=APP), FetchTypeError, ["'TRACE'", "forbidden"]),
    (lambda: check_response(origin=APP, headers={}, credentials="yes"), ValueError, ["credentials", "'yes'", "'omit'"]),  # type: ignore[arg-type]
]


@pytest.mark.parametrize(("mistake", "error", "words"), MISTAKES)
def test_mistakes_name_argument_and_value(
    mistake: Callable[[], object], error: type[Exception], words: list[str]
) -> None:
    with pytest.raises(error) as caught:
        mistake()

    assert [word for word in words if word not in str(caught.value)] == []


SAME_CASES = [
    # a                                b                                   same origin  same site
    ("https://app.example.com", "https://app.example.com/x", True, True),
    ("https://app.example.com:443", "https://app.example.com", True, True),
    ("https://app.example.com", "https://api.example.com", False, True),
    ("https://app.example.com", "http://app.example.com", False, False),
    ("https://app.example.com", "https://app.example.com:8443", False, True),
    ("https://a.co.uk", "https://b.co.uk", False, False),
    ("null", "null", False, False),
    ("null", "https://app.example.com", False, False),
]


@pytest.mark.parametrize(("a", "b", "is_same_origin", "is_same_site"), SAME_CASES)
def test_what_is_same_origin_and_same_site(a: str, b: str, is_same_origin: bool, is_same_site: bool) -> None:
    assert (is_same_origin, is_same_site) == (same_origin(a, b), same_site(a, b))
    assert (is_same_origin, is_same_site) == (same_origin(b, a), same_site(b, a))


def test_a_browser_that_does_not_look_at_the_scheme_takes_more_for_one_site() -> None:
    mine = CHROMIUM.evolve(sites_ignore_schemes=True)

    assert same_site("https://app.example.com", "http://api.example.com", browser=mine)


@pytest.mark.parametrize("function", [same_origin, same_site])
def test_what_is_no_url_is_in_no_origin(function: Callable[[str, str], bool]) -> None:
    with pytest.raises(ValueError, match="b has to be a URL such as"):
        function("https://app.example.com", "app.example.com")
    with pytest.raises(TypeError, match="a has to be a str"):
        function(None, "https://app.example.com")  # type: ignore[arg-type]
