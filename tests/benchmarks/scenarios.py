"""
What is measured: each scenario is a function that does one thing once.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any, Final

import werkzeug.test

from browsercors import AsyncBrowser, Browser
from tests.benchmarks.apps import API, PAGE, asgi_app, wsgi_app

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from browsercors import FetchResult

__all__ = ["FETCHES", "UNIT", "UPDATE", "URL", "Loop", "fetches", "fresh_browser", "werkzeug_get"]

URL: Final = f"{API}/items/7"
UPDATE: Final[dict[str, Any]] = {"method": "PUT", "json": {"name": "Widget"}, "credentials": "include"}

UNIT: Final = "werkzeug.test.Client.get"
FETCHES: Final = ("simple GET with credentials", "JSON PUT, preflight sent", "JSON PUT, preflight remembered")


def werkzeug_get() -> Callable[[], object]:
    """
    Return the unit: one GET of the minimal WSGI application through Werkzeug's test client, which checks nothing.
    """
    client = werkzeug.test.Client(wsgi_app)
    return lambda: client.get("/items/7")


def fetches(app: object) -> tuple[Browser, dict[str, Callable[[], FetchResult]]]:
    """
    Return the three fetches of a page of the sync browser.
    """
    browser = Browser()
    browser.mount(API, app)
    page = browser.open(PAGE)

    def simple() -> FetchResult:
        return page.fetch(URL, credentials="include")

    def cold() -> FetchResult:
        browser.preflight_cache.clear()
        return page.fetch(URL, **UPDATE)

    def warm() -> FetchResult:
        return page.fetch(URL, **UPDATE)

    return browser, dict(zip(FETCHES, (simple, cold, warm), strict=True))


def fresh_browser() -> FetchResult:
    """
    Do what each test of a test suite does: a browser of its own, a mounted application, a page, and a simple GET.
    """
    browser = Browser()
    browser.mount(API, wsgi_app)
    return browser.open(PAGE).fetch(URL, credentials="include")


class Loop:
    """
    An event loop of our own, in which async scenarios are run so many times in a row.
    """

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()

    def times(self, fetch: Callable[[], Awaitable[object]], count: int) -> None:
        """
        Await *fetch* that many times.
        """

        async def again() -> None:
            for _ in range(count):
                await fetch()

        self._loop.run_until_complete(again())

    @contextlib.contextmanager
    def async_fetches(self) -> Iterator[dict[str, Callable[[], Awaitable[object]]]]:
        """
        Give the three fetches of a page of the async browser.
        """
        browser = AsyncBrowser()
        browser.mount(API, asgi_app)
        page = browser.open(PAGE)

        async def simple() -> object:
            return await page.fetch(URL, credentials="include")

        async def cold() -> object:
            browser.preflight_cache.clear()
            return await page.fetch(URL, **UPDATE)

        async def warm() -> object:
            return await page.fetch(URL, **UPDATE)

        try:
            yield dict(zip(FETCHES, (simple, cold, warm), strict=True))
        finally:
            self._loop.run_until_complete(browser.aclose())

    def close(self) -> None:
        """
        Close the loop.
        """
        self._loop.close()
