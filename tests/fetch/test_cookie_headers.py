"""
Which cookies go along, and which are stored.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from browsercors.engines.chromium.profile import CHROMIUM
from browsercors.engines.firefox.profile import FIREFOX
from browsercors.engines.standard.profile import STANDARD
from browsercors.engines.webkit.profile import WEBKIT
from tests.fetch.engine import (
    ALLOW_ANY,
    API,
    APP,
    PROFILES,
    SUB,
    Simulation,
    allowing,
    answer,
    parsed,
    redirect,
)

if TYPE_CHECKING:
    from browsercors.rules.profile import BrowserProfile

every_profile = pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.name)


COOKIE_CASES = [
    # URL    credentials     mode        cookies sent, and stored
    (APP, "omit", "cors", False),
    (APP, "same-origin", "cors", True),
    (APP, "include", "cors", True),
    (SUB, "omit", "cors", False),
    (SUB, "same-origin", "cors", False),
    (SUB, "include", "cors", True),
    (API, "omit", "cors", False),
    (API, "same-origin", "cors", False),
    (API, "include", "cors", True),
    (API, "include", "no-cors", True),
    (API, "same-origin", "no-cors", False),
]


@pytest.mark.parametrize(("url", "credentials", "mode", "expected"), COOKIE_CASES)
def test_the_credentials_mode_decides_whether_cookies_are_sent_and_stored(
    url: str, credentials: str, mode: str, expected: bool
) -> None:
    page = Simulation()
    page.user_agent.cookie_store.store(b"old=1; Secure; SameSite=None", parsed(url), now=0, same_site_allowed=True)
    fetched = page.fetch(url, allowing("Set-Cookie: new=1; Secure; SameSite=None"), credentials=credentials, mode=mode)

    assert ("old=1" if expected else None) == fetched.header("Cookie")
    assert ([b"old", b"new"] if expected else [b"old"]) == [cookie.name for cookie in page.user_agent.cookie_store]


def test_same_origin_credentials_stop_where_the_chain_leaves_the_origin_for_good() -> None:
    page = Simulation()
    page.fetch(APP, answer("Set-Cookie: own=1"))
    fetched = page.fetch(APP, [redirect(API), redirect(APP, ALLOW_ANY), answer(ALLOW_ANY)])

    assert [fetched.header("Cookie", index) for index in range(3)] == ["own=1", None, None]


SAME_SITE_CASES = [
    # the page, its environment                          URL    SameSite of the cookies that are sent
    ({}, APP, "strict lax none unset"),
    ({}, SUB, "strict lax none unset"),
    ({}, API, "none unset"),
    ({"has_cross_site_ancestor": True}, APP, "none unset"),
    ({"opaque": True}, APP, "none unset"),
]


@pytest.mark.parametrize(("environment", "url", "expected"), SAME_SITE_CASES)
def test_same_site_cookies_stay_on_their_site(environment: dict[str, Any], url: str, expected: str) -> None:
    page = Simulation(**environment)
    for flag in ("Strict", "Lax", "None"):
        page.user_agent.cookie_store.store(
            f"{flag.lower()}=1; Secure; SameSite={flag}".encode(), parsed(url), now=0, same_site_allowed=True
        )
    page.user_agent.cookie_store.store(b"unset=1", parsed(url), now=0, same_site_allowed=True)
    cookie = page.fetch(url, allowing(), credentials="include").header("Cookie")

    assert expected == (cookie or "").replace("=1;", "").replace("=1", "")


def test_after_a_cross_site_redirect_the_page_s_own_cookies_of_the_site_stay_behind() -> None:
    page = Simulation()
    page.user_agent.cookie_store.store(b"lax=1; SameSite=Lax", parsed(APP), now=0, same_site_allowed=True)
    null = answer("Access-Control-Allow-Origin: null", "Access-Control-Allow-Credentials: true")
    fetched = page.fetch(
        API,
        [
            redirect(APP, "Access-Control-Allow-Origin: https://app.example", "Access-Control-Allow-Credentials: true"),
            null,
        ],
        credentials="include",
    )

    assert (fetched.verdict, fetched.header("Cookie")) == ("cors", None)


def test_what_became_of_cookies_is_found() -> None:
    page = Simulation()
    first = page.fetch(APP, answer("Set-Cookie: a=1", "Set-Cookie: b=2; Domain=other.test"))
    second = page.fetch(APP, answer())
    stored = first.found("parse and store response `Set-Cookie` headers")
    sent = second.found("append a request `Cookie` header")

    assert [finding.evidence["set_cookie"] for finding in stored] == [b"a=1", b"b=2; Domain=other.test"]
    assert [finding.evidence for finding in sent] == [{"same_site": "strict-or-less", "sent": (b"a",)}]


def test_cookies_expire_on_the_simulated_clock() -> None:
    page = Simulation()
    page.fetch(APP, answer("Set-Cookie: a=1; Max-Age=10"))
    page.now = 9.0
    assert page.fetch(APP, answer()).header("Cookie") == "a=1"
    page.now = 10.0

    assert page.fetch(APP, answer()).header("Cookie") is None


PARTITION_CASES = [
    # profile    a cookie set by another site comes back on the same page, on the page of a third site
    (STANDARD, True, True),
    (CHROMIUM, True, True),
    (FIREFOX, True, False),
    (WEBKIT, False, False),
]


@pytest.mark.parametrize(("profile", "same_page", "other_page"), PARTITION_CASES)
def test_firefox_keeps_the_cookies_of_other_sites_with_the_page_s_site_and_webkit_takes_none(
    profile: BrowserProfile, same_page: bool, other_page: bool
) -> None:
    page = Simulation(profile)
    page.fetch(API, allowing("Set-Cookie: a=1; Secure; SameSite=None"), credentials="include")
    third = Simulation(profile, page="https://third.test/")
    third.user_agent = page.user_agent

    both = [each.fetch(API, answer(ALLOW_ANY), credentials="include").header("Cookie") for each in (page, third)]
    assert ["a=1" if same_page else None, "a=1" if other_page else None] == both
