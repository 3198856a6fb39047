"""
Cookies as a test sets them up: on the browser, by its clock.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from browsercors import Answer, Browser, ScriptedServer

if TYPE_CHECKING:
    from browsercors.values.literals import SameSite

API = "https://api.example.com"
ALLOW = [("Access-Control-Allow-Origin", "https://app.example.com"), ("Access-Control-Allow-Credentials", "true")]


def sent(browser: Browser, server: ScriptedServer, page: str = "https://app.example.com/") -> str | None:
    browser.open(page).fetch(f"{API}/me", credentials="include")
    value = server.received[-1].headers.get(b"cookie")
    return None if value is None else value.decode("ascii")


@pytest.fixture
def server() -> ScriptedServer:
    return ScriptedServer({"*": Answer(200, headers=ALLOW)})


@pytest.fixture
def browser(server: ScriptedServer) -> Browser:
    browser = Browser()
    browser.mount(API, server)
    return browser


def test_a_cookie_that_was_set_goes_along(browser: Browser, server: ScriptedServer) -> None:
    browser.set_cookie("session", "1", domain="api.example.com")

    assert sent(browser, server) == "session=1"


def test_a_cookie_expires_by_the_clock_of_the_browser(browser: Browser, server: ScriptedServer) -> None:
    browser.set_cookie("session", "1", domain="api.example.com", max_age=60)
    browser.clock.advance(59)
    assert sent(browser, server) == "session=1"

    browser.clock.advance(1)
    assert sent(browser, server) is None


SAME_SITE_CASES = [
    # SameSite   from another site, in Chromium
    (None, None),
    ("lax", None),
    ("strict", None),
    ("none", "session=1"),
]


@pytest.mark.parametrize(("same_site", "expected"), SAME_SITE_CASES)
def test_from_another_site_only_same_site_none_goes_along(
    browser: Browser, server: ScriptedServer, same_site: SameSite | None, expected: str | None
) -> None:
    browser.set_cookie("session", "1", domain="api.example.com", secure=True, same_site=same_site)

    assert sent(browser, server, "https://elsewhere.test/") == expected


def test_a_cookie_that_no_browser_would_keep_is_a_mistake(browser: Browser) -> None:
    with pytest.raises(ValueError, match=r"no browser would keep the cookie '__Host-a'"):
        browser.set_cookie("__Host-a", "1", domain="api.example.com")


def test_cookies_can_be_looked_at_and_forgotten(browser: Browser, server: ScriptedServer) -> None:
    browser.set_cookie("session", "1", domain="api.example.com")
    assert [(cookie.name, cookie.domain) for cookie in browser.cookies] == [(b"session", "api.example.com")]

    browser.cookies.clear()
    assert sent(browser, server) is None
