"""
Which preflight and which redirects belong to a request, in whatever order they stand.
"""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from browsercors.har.entries import HarEntry, read_entry
from browsercors.har.pairing import PAIR_SECONDS, WINDOW, paired
from tests.har.build import API, chromium_entry


def ask(url: str = "/a", method: str = "PUT", headers: str = "x-a", **options: Any) -> dict[str, Any]:
    asked = {"access-control-request-method": method, "access-control-request-headers": headers}
    return chromium_entry("OPTIONS", f"{API}{url}", 204, asked, kind="preflight", **options)


def put(url: str = "/a", method: str = "PUT", header: str = "x-a", **options: Any) -> dict[str, Any]:
    return chromium_entry(method, f"{API}{url}", 200, {header: "1"}, **options)


def move(url: str, target: str, **options: Any) -> dict[str, Any]:
    return chromium_entry("GET", f"{API}{url}", 302, {}, {"location": target}, **options)


def get(url: str, **options: Any) -> dict[str, Any]:
    return chromium_entry("GET", f"{API}{url}", **options)


def entries(*data: dict[str, Any]) -> list[HarEntry]:
    return [read_entry(number, each, lambda page: page) for number, each in enumerate(data)]


def groups(*data: dict[str, Any]) -> list[tuple[int, ...]]:
    return [exchanges.numbers for exchanges in paired(entries(*data))]


CASES = [
    # story                                                entries                                             together
    ("as Chromium lists them", [put(), ask()], [(0, 1)]),
    ("as Firefox lists them", [ask(), put()], [(0, 1)]),
    ("a preflight alone", [ask()], [(0,)]),
    ("a request alone", [put()], [(0,)]),
    ("one preflight is for one request", [ask(), put(), put()], [(0, 1), (2,)]),
    ("the nearest in time", [ask(second=1), ask(second=9), put(second=10), put(second=2)], [(1, 2), (0, 3)]),
    ("the one that asks for these headers", [ask(headers="x-b"), ask(), put()], [(1, 2), (0,)]),
    ("another URL", [ask("/b"), put()], [(1,), (0,)]),
    ("another method", [ask(method="PATCH"), put()], [(1,), (0,)]),
    ("another page", [ask(origin="https://b.example"), put()], [(1,), (0,)]),
    ("a request of unknown origin", [ask(), put(whole=False)], [(0, 1)]),
    ("too long ago", [ask(second=0), put(second=PAIR_SECONDS + 1)], [(1,), (0,)]),
    ("a redirect", [move("/a", "/b"), get("/b")], [(0, 1)]),
    ("a chain of redirects", [move("/a", "/b"), move("/b", "/c"), get("/c")], [(0, 1, 2)]),
    ("redirects in a circle", [move("/a", "/b"), move("/b", "/a"), move("/a", "/b")], [(0, 1, 2)]),
    ("a redirect to itself", [move("/a", "/a"), get("/a")], [(0, 1)]),
    ("what came before a redirect does not follow it", [get("/b"), move("/a", "/b", second=1)], [(0,), (1,)]),
    ("a redirect whose end was not recorded", [move("/a", "/b"), get("/c")], [(0,), (1,)]),
    (
        "preflights of redirects",
        [ask("/a"), {**put("/a"), "response": move("/a", "/b")["response"]}, ask("/b"), put("/b")],
        [(0, 1, 2, 3)],
    ),
]


@pytest.mark.parametrize(("_story", "data", "together"), CASES, ids=[row[0] for row in CASES])
def test_what_belongs_together_is_found(
    _story: str, data: list[dict[str, Any]], together: list[tuple[int, ...]]
) -> None:
    assert together == groups(*data)


def test_the_order_of_a_request_its_preflight_and_others_does_not_matter() -> None:
    data = [ask("/a", second=1), put("/a", second=1.1), ask("/b", second=1), put("/b", second=1.1), get("/c")]
    found = set()
    for order in itertools.permutations(range(5)):
        together = groups(*(data[place] for place in order))
        found.add(frozenset(frozenset(order[number] for number in numbers) for numbers in together))

    assert {frozenset({frozenset({0, 1}), frozenset({2, 3}), frozenset({4})})} == found


@pytest.mark.parametrize("between", [0, 10, WINDOW - 1])
@pytest.mark.parametrize("is_before", [True, False])
def test_within_the_window_a_preflight_is_found(between: int, is_before: bool) -> None:
    others = [get(f"/{number}") for number in range(between)]
    pair = [ask(), put()] if is_before else [put(), ask()]

    assert (0, between + 1) in groups(pair[0], *others, pair[1])


def test_without_dates_the_order_of_the_file_counts() -> None:
    data = [move("/a", "/b"), get("/b"), ask("/c"), put("/c")]
    for entry in data:
        del entry["startedDateTime"]

    assert [(0, 1), (2, 3)] == groups(*data)


def test_beyond_the_window_nothing_is_kept() -> None:
    preflights = [ask(f"/{number}") for number in range(3 * WINDOW)]
    stream = paired(entries(*preflights))
    first = next(stream)

    assert (0,) == first.numbers
    assert 3 * WINDOW - 1 == sum(1 for _ in stream)
