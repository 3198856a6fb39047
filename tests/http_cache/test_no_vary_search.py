"""
`No-Vary-Search`: which URLs are the same to a cache.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, strategies as st

from browsercors import Answer, Browser, ScriptedServer
from browsercors.http_cache.no_vary_search import search_variance
from browsercors.values.headers import HeaderList

if TYPE_CHECKING:
    from browsercors import BrowserName

CASES = [
    # header                          one query    another        the same?
    pytest.param("params", "a=1", "b=2", True, id="no name counts"),
    pytest.param('params=("a")', "a=1&b=1", "a=2&b=1", True, id="a listed name does not count"),
    pytest.param('params=("a")', "a=1&b=1", "a=1&b=2", False, id="another name counts"),
    pytest.param('params=("a+b")', "a%20b=1", "a+b=2", True, id="a name is written as in a query"),
    pytest.param('params, except=("a")', "a=1&b=1", "a=1&b=2", True, id="all but one do not count"),
    pytest.param('params, except=("a")', "a=1&b=1", "a=2&b=1", False, id="an excepted name counts"),
    pytest.param("key-order", "a=1&b=1", "b=1&a=1", True, id="the order does not count"),
    pytest.param("key-order", "a=1&a=2", "a=2&a=1", False, id="the order of one name's values counts"),
    pytest.param('params=("x")', "a=1&b=1", "b=1&a=1", False, id="the order counts unless it is said not to"),
    pytest.param('params=("a"), key-order', "a=1&c=1&b=1", "b=1&c=1", True, id="both"),
]


@pytest.mark.parametrize(("value", "one", "other", "expected"), CASES)
def test_which_queries_are_the_same(value: str, one: str, other: str, expected: bool) -> None:
    variance = search_variance(HeaderList([(b"No-Vary-Search", value.encode())]))

    assert variance is not None
    assert (variance.significant(one) == variance.significant(other)) is expected


@pytest.mark.parametrize(
    "value",
    [
        "",
        "x",
        "params=?0",
        "params=a",
        'params="a"',
        'except=("a")',
        'params=("a" 1)',
        "key-order=1",
        "params=(",
        "=",
        "\xff",
    ],
)
def test_what_says_nothing_or_cannot_be_read_leaves_the_whole_query(value: str) -> None:
    assert search_variance(HeaderList([(b"No-Vary-Search", value.encode("latin-1"))])) is None


@given(st.binary(max_size=40), st.text(max_size=20))
def test_no_header_breaks_it(value: bytes, query: str) -> None:
    variance = search_variance(HeaderList([(b"No-Vary-Search", value)]))

    assert variance is None or isinstance(variance.significant(query), tuple)


@pytest.mark.parametrize(
    ("name", "requests"),
    [("standard", 3), ("chromium", 2), ("firefox", 3), ("webkit", 3)],
    ids=lambda value: str(value),
)
def test_chromium_answers_from_its_cache_what_the_header_says_is_the_same(name: BrowserName, requests: int) -> None:
    headers = {"Cache-Control": "max-age=600", "No-Vary-Search": 'params=("a")', "Access-Control-Allow-Origin": "*"}
    browser, server = Browser(name), ScriptedServer({"*": Answer(200, headers)})
    browser.mount("https://api.example.com", server)
    page = browser.open("https://app.example.com/")

    urls = [page.fetch(f"https://api.example.com/x?{query}").url for query in ("a=1&b=1", "a=2&b=1", "a=1&b=2")]

    assert urls == [f"https://api.example.com/x?{query}" for query in ("a=1&b=1", "a=2&b=1", "a=1&b=2")]
    assert len(server.received) == requests
