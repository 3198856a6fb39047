"""
Work that grows with what pages, servers and files send, and no faster.

Counted are the calls of functions, Python's own included, at one size and at four times that size; no clock is asked.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Final

import pytest

from browsercors import Answer, Browser, ScriptedServer

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

    from browsercors.values.literals import BrowserName

# NB: what it covers is covered by quicker tests, and the tracer would be counted as well.
pytestmark = pytest.mark.untraced

APP: Final = "https://app.example.com"
API: Final = "https://api.example.com"
SMALL: Final = 100
ALLOW: Final = (("Access-Control-Allow-Origin", APP), ("Access-Control-Allow-Credentials", "true"))


def calls_of(work: Callable[[], object]) -> int:
    """
    Return how many calls *work* makes.
    """
    calls = 0

    def count(frame: FrameType, event: str, argument: Any) -> None:
        nonlocal calls
        calls += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(before)
    return calls


def asks(
    browser: BrowserName, headers: list[tuple[str, str]], answer: list[tuple[str, str]], api: str = "fetch"
) -> Callable[[], object]:
    """
    Return what asks with these headers, is answered with those, and has it explained and compared.
    """
    opened = Browser(browser)
    opened.mount("*", ScriptedServer({"*": Answer(200, answer)}))
    page = opened.open(f"{APP}/")

    def ask() -> None:
        if api == "fetch":
            result = page.fetch(f"{API}/", headers=headers, credentials="include")
        else:
            result = page.xhr("POST", f"{API}/", headers=headers, with_credentials=True)
        result.report(compare=True)
        result.to_dict()

    return ask


def numbered(count: int, value: str = "v") -> list[tuple[str, str]]:
    return [(f"X-{number:06}", value) for number in range(count)]


def listed(count: int) -> str:
    return ",".join(f"x-{number:06}" for number in range(count))


# By name: the page's headers and the answer's, given how many of something there are.
HEADERS: Final[dict[str, Callable[[int], tuple[list[tuple[str, str]], list[tuple[str, str]]]]]] = {
    "request headers": lambda n: (numbered(n), [*ALLOW, ("Access-Control-Allow-Headers", listed(n))]),
    "request headers, refused": lambda n: (numbered(n), [*ALLOW]),
    "request headers, all but one allowed": lambda n: (
        numbered(n),
        [*ALLOW, ("Access-Control-Allow-Headers", listed(n - 1))],
    ),
    "one request header again and again": lambda n: ([("X-A", "v")] * n, [*ALLOW]),
    "each request header twice": lambda n: (numbered(n // 2) * 2, [*ALLOW]),
    "one request header again and again behind others": lambda n: (numbered(n) + [("X-A", "v")] * n, [*ALLOW]),
    "request headers that are dropped": lambda n: ([("Cookie", "v")] * n, [*ALLOW]),
    "response headers": lambda n: ([], [*ALLOW, *numbered(n)]),
    "response headers, exposed": lambda n: ([], [*ALLOW, *numbered(n), ("Access-Control-Expose-Headers", listed(n))]),
    "one response header again and again": lambda n: ([], [*ALLOW, *[("X-A", "v")] * n]),
    "allowed origins": lambda n: ([], [ALLOW[0]] * n),
    "names that an answer varies by": lambda n: ([], [*ALLOW, ("Cache-Control", "max-age=60"), ("Vary", listed(n))]),
    "lines of Vary": lambda n: ([], [*ALLOW, ("Cache-Control", "max-age=60"), *[("Vary", "x")] * n]),
    "directives of Cache-Control": lambda n: ([], [*ALLOW, ("Cache-Control", f"{listed(n)},max-age=60")]),
}


@pytest.mark.parametrize("browser", ["chromium", "firefox"])
@pytest.mark.parametrize("name", HEADERS)
def test_a_fetch_and_its_report_take_work_in_proportion_to_the_headers(name: str, browser: BrowserName) -> None:
    asks(browser, *HEADERS[name](4))()
    few, many = (calls_of(asks(browser, *HEADERS[name](size))) for size in (SMALL, 4 * SMALL))

    # NB: what is short is remembered from fetch to fetch, and what is long is not; that is more work once.
    assert many < 4.8 * few


@pytest.mark.parametrize("name", ["request headers", "each request header twice", "one request header again and again"])
def test_an_xmlhttprequest_takes_work_in_proportion_to_the_headers(name: str) -> None:
    asks("webkit", *HEADERS[name](4), api="xhr")()
    few, many = (calls_of(asks("webkit", *HEADERS[name](size), api="xhr")) for size in (SMALL, 4 * SMALL))

    # NB: what is short is remembered from fetch to fetch, and what is long is not; that is more work once.
    assert many < 4.8 * few


def mounts_and_asks(pattern: str, count: int) -> None:
    browser = Browser()
    page = browser.open(f"{APP}/")
    for number in range(count):
        browser.mount(pattern.format(number), ScriptedServer({"*": Answer(200, ALLOW)}))
        if number % 10 == 0:
            assert page.fetch(pattern.format(number).replace("*", "x").replace(":x", ":8443")).readable


@pytest.mark.parametrize("pattern", ["https://h{}.example", "https://*.h{}.example", "https://h{}.example:*"])
def test_mounts_take_work_in_proportion_to_their_number(pattern: str) -> None:
    mounts_and_asks(pattern, 20)
    few, many = (calls_of(lambda size=size: mounts_and_asks(pattern, size)) for size in (100, 400))  # type: ignore[misc]

    assert many < 4.4 * few


def fills_the_cookie_store(count: int) -> None:
    """
    Let http servers set cookies for as many paths, beside secure ones, of a few names and of many domains.
    """
    host = "a." * 20 + "example.com"
    set_cookies = [("Set-Cookie", f"a{k}=b; Path=/{k}; Domain={'a.' * (k % 20)}example.com") for k in range(count)]
    browser = Browser("standard")
    browser.mount("*", ScriptedServer({"*": Answer(200, set_cookies)}))
    browser.open(f"http://{host}/").fetch("/")


def test_cookies_beyond_the_limit_take_work_in_proportion_to_their_number() -> None:
    fills_the_cookie_store(10)
    few, many = (calls_of(lambda size=size: fills_the_cookie_store(size)) for size in (4000, 8000))  # type: ignore[misc]

    assert many < 2.2 * few
