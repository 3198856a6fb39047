"""
The fixtures of the pytest plugin, as tests annotate them.
"""

from __future__ import annotations

from typing import assert_type

from browsercors import AsyncBrowser, Browser, BrowserFactory, BrowserName, FetchResult


def test_sync(cors_browser: Browser, cors_browser_name: BrowserName) -> None:
    assert_type(cors_browser.open("https://app.example.com/").fetch("/"), FetchResult)
    Browser(cors_browser_name)


async def test_async(async_cors_browser: AsyncBrowser) -> None:
    assert_type(await async_cors_browser.open("https://app.example.com/").xhr("GET", "/"), FetchResult)


def test_many(make_cors_browser: BrowserFactory) -> None:
    made = make_cors_browser("webkit", mount={"https://api.example.com": "app"}, cors_mount=False, start_time=5.0)
    assert_type(made, Browser)
