"""
Options that are misspelt or of a wrong type; each marked line is an error.
"""

from __future__ import annotations

from browsercors import (
    Answer,
    AsyncBrowser,
    Browser,
    BrowserFactory,
    Page,
    Policy,
    PolicyMachine,
    SharedCache,
    audit,
    check_laws,
    check_policy,
    find_broken_laws,
)
from browsercors.strategies import policies
from tests.typing.accepted.policies import POLICY

Browser(start="now")  # error
Browser(start_time="now")  # error
AsyncBrowser(raise_app_exception=True)  # error
AsyncBrowser(start_time="now")  # error
Browser().open("https://app.example.com/", sandbox=True)  # error


def fetch(page: Page, make_cors_browser: BrowserFactory) -> None:
    page.fetch("/", with_credentials=True)  # error
    page.fetch("/", keepalive="yes")  # error
    page.xhr("GET", "/", credentials="include")  # error
    page.xhr("GET", "/", with_credentials="include")  # error
    page.fetch("/").report(allowed_origins=5)  # error
    make_cors_browser("chromium", start="now")  # error
    make_cors_browser("chromium", start_time="now")  # error


Policy(origin="https://app.example.com")  # error
Policy(origins=5)  # error
Policy(origins="*", methods=7)  # error
POLICY.evolve(origin="*")  # error
POLICY.evolve(credentials="include")  # error
check_policy(object(), POLICY, path="/")  # error
check_policy(object(), POLICY, budget="many")  # error
check_policy(object(), "*")  # error
check_laws(object(), origins=["https://app.example.com"])  # error
find_broken_laws(object(), allowed_origins=5)  # error
audit(object(), origins=["https://app.example.com"])  # error
audit(object(), delay="long")  # error
audit(object(), untried="loud")  # error
check_laws(object(), caches=["apache"])  # error
SharedCache.like("nginx", object(), setting=None)  # error
SharedCache.like("nginx", object(), keep="all")  # error
Answer("200")  # error
policies(credentials="include")  # error


class Machine(PolicyMachine):
    policy = "*"  # error
