"""
What a link sends when somebody follows it, and what the page learns of it.
"""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from browsercors import Answer, AsyncBrowser, Browser, FetchTypeError, ScriptedServer

API, PAGE = "https://api.example.com", "https://app.example.com"
SENDERS = ["standard", "chromium", "webkit"]

# the page, where the ping goes: whether it says where the link is
FROM: list[tuple[str, str, bool]] = [
    ("https://app.example.com/a?b#c", API, False),
    ("https://app.example.com/a?b#c", PAGE, True),
    ("http://app.example.com/a?b#c", "http://api.example.com", True),
]


@pytest.mark.parametrize("browser", SENDERS)
@pytest.mark.parametrize(("page", "target", "is_shown"), FROM)
def test_a_ping_says_what_was_followed(page: str, target: str, is_shown: bool, browser: Any) -> None:
    with Browser(browser) as simulated:
        simulated.mount("*", ScriptedServer(default=Answer(500)))
        simulated.set_cookie("c", "1", domain="api.example.com", same_site="none", secure=True)
        result = simulated.open(page).ping(f"{target}/log", to="/next")

    assert (None, True, False, None) == (result.block, result.loaded, result.readable, result.event)
    (exchange,) = result.exchanges
    headers = exchange.request_headers
    assert ("POST", b"PING", "text/ping") == (exchange.method, exchange.request_body, headers["Content-Type"])
    assert f"{page.rpartition('/')[0]}/next" == headers["Ping-To"]
    assert (page if is_shown else None) == headers.get("Ping-From")
    assert "Referer" not in headers
    assert ("c=1" if target == API else None) == headers.get("Cookie")


def test_firefox_sends_none() -> None:
    with Browser("firefox") as browser:
        browser.mount("*", ScriptedServer(default=Answer(204)))
        result = browser.open(PAGE).ping(f"{API}/log")

    assert result.block is not None
    assert ("load-not-supported", []) == (result.block.reason, result.exchanges)
    assert "sends no pings" in result.explain()


NOWHERE: list[tuple[str, str]] = [
    ("data:,x", "scheme-not-supported"),
    ("http://", "url-invalid"),
    ("http://api.example.com/", "mixed-content"),
]


@pytest.mark.parametrize(("url", "reason"), NOWHERE)
def test_a_ping_that_goes_nowhere_is_told_to_nobody(url: str, reason: str) -> None:
    with Browser() as browser:
        browser.mount("*", ScriptedServer(default=Answer(204)))
        result = browser.open(PAGE).ping(url)

    assert result.block is not None
    assert (reason, []) == (result.block.reason, result.exchanges)


@pytest.mark.parametrize(("arguments", "options"), [((None,), {}), ((API,), {"to": "http://"}), ((API,), {"to": 1})])
def test_what_the_caller_does_wrong_raises(arguments: tuple[Any, ...], options: dict[str, Any]) -> None:
    with Browser() as browser, pytest.raises(FetchTypeError):
        browser.open(PAGE).ping(*arguments, **options)


def test_an_async_page_sends_it_as_well() -> None:
    async def send() -> Any:
        async with AsyncBrowser() as browser:
            browser.mount("*", ScriptedServer(default=Answer(204)))
            return await browser.open(PAGE).ping(f"{API}/log")

    assert "sent" in repr(asyncio.run(send()))
