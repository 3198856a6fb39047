"""
Words that there are not; each marked line is an error.
"""

from __future__ import annotations

from browsercors import (
    AsyncBrowser,
    Browser,
    BrowserName,
    Fetch,
    Page,
    SharedCache,
    audit,
    check_policy,
    check_response,
    classify,
    read_har,
)
from tests.typing.accepted.policies import POLICY

named: BrowserName = "chrome"  # error

Browser("chrome")  # error
AsyncBrowser("safari")  # error

browser = Browser()
browser.mount("https://api.example.com", "http://127.0.0.1:8000", interface="fastcgi")  # error
browser.open("https://app.example.com/", referrer_policy="never")  # error
browser.set_cookie("id", "1", domain="api.example.com", same_site="Lax-ish")  # error


def fetch(page: Page, name: str) -> None:
    Browser(name)  # error
    page.fetch("/", mode="navigate")  # error
    page.fetch("/", credentials="always")  # error
    page.fetch("/", cache="never")  # error
    page.fetch("/", redirect="ignore")  # error
    page.fetch("/").report(browsers=["chrome"])  # error


Fetch("/", credentials="always")  # error
SharedCache.like("fastly", object())  # error
classify(url="https://api.example.com/", origin="null", browser="netscape")  # error
classify(url="https://api.example.com/", origin="null", mode="navigate")  # error
check_response(origin="null", headers={}, credentials="yes")  # error
read_har("shop.har", browser="opera")  # error
check_policy(object(), POLICY, browsers=["ie"])  # error
check_policy(object(), POLICY, caches=["akamai"])  # error
audit(object(), browsers=["ie"])  # error
