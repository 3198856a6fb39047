"""
A preflight cache with many URLs in it.
"""

from __future__ import annotations

import tracemalloc
from typing import TYPE_CHECKING, Final

from browsercors import STANDARD, Browser
from browsercors.rules.preflight import PreflightGrant, PreflightQuestion
from tests.benchmarks.apps import API, PAGE, wsgi_app

if TYPE_CHECKING:
    from collections.abc import Callable

    from browsercors import FetchResult
    from browsercors.rules.preflight import PreflightCache

__all__ = ["bytes_per_url", "fill", "filled_browser"]

MANY: Final = 1_000_000
FEW: Final = 1_000


def fill(cache: PreflightCache, count: int, *, now: float = 0.0, max_age: float = 600.0, first: int = 0) -> None:
    """
    Remember answers for *count* URLs, made of new objects each, as those of a real answer are.
    """
    for number in range(first, first + count):
        question = PreflightQuestion(
            key=("https://example.com", PAGE[:-1].encode()),
            url=f"{API}/items/{number}",
            method=b"PUT",
            header_names=(b"content-type",),
            with_credentials=True,
            forced=False,
        )
        allowed = b"PUT content-type".split()
        cache.remember(question, PreflightGrant((allowed[0],), (allowed[1],), max_age), now)


def filled_browser(count: int) -> tuple[Browser, Callable[[], FetchResult]]:
    """
    Return a browser of the standard that remembers *count* URLs, and a fetch of one of them that needs no preflight.
    """
    browser = Browser(STANDARD)
    browser.mount(API, wsgi_app)
    fill(browser.preflight_cache, count, now=browser.clock.now, max_age=1e9)
    page = browser.open(PAGE)
    url = f"{API}/items/{count // 2}"
    return browser, lambda: page.fetch(url, method="PUT", json={}, credentials="include")


def bytes_per_url(count: int) -> float:
    """
    Measure how much memory one remembered URL takes.
    """
    cache = STANDARD.preflight_cache.create()
    tracemalloc.start()
    try:
        fill(cache, count)
        return tracemalloc.get_traced_memory()[0] / count
    finally:
        tracemalloc.stop()
