"""
Clear-Site-Data: what is forgotten, and by which responses.

The columns are the profiles: the standard, Chromium, Firefox, WebKit. What they do was recorded in `clear-site-data`.
"""

from __future__ import annotations

from typing import Any, Final

import pytest

from tests.fetch.engine import ALLOW, ALLOW_CREDENTIALS, API, APP, PROFILES, SUB, Simulation, answer, redirect

STORED: Final = "Cache-Control: max-age=600"
BOTH: Final = 'Clear-Site-Data: "cache", "cookies"'
READABLE: Final = (ALLOW, ALLOW_CREDENTIALS)
INCLUDE: Final = {"credentials": "include"}
PREFLIGHT: Final = (*READABLE, "Access-Control-Allow-Methods: PUT", "Access-Control-Max-Age: 600")


def visited(profile: Any) -> Simulation:
    """
    Return a page whose browser has a cookie, a response and a preflight of the API.
    """
    page = Simulation(profile)
    page.fetch(f"{API}/x", answer(*READABLE, STORED, "Set-Cookie: a=1; SameSite=None; Secure; Path=/"), **INCLUDE)
    page.fetch(
        f"{API}/p",
        answer(*PREFLIGHT),
        method="PUT",
        **INCLUDE,
    )
    return page


def kept(page: Simulation) -> tuple[int, int, int]:
    """
    Return how many cookies, responses and preflights are left.
    """
    agent = page.user_agent
    stored = sum(f"{API}/x" == each.request.url.href for each in agent.http_cache)
    return len(agent.cookie_store), stored, len(agent.preflight_cache)


# NB: WebKit takes no cookies of third parties.
def test_everything_is_there_before() -> None:
    assert [(1, 1, 1), (1, 1, 1), (1, 1, 1), (0, 1, 1)] == [kept(visited(profile)) for profile in PROFILES]


ALL_GONE = (0, 0, 1)
ALL_KEPT = (1, 1, 1)
IN_WEBKIT = (0, 1, 1)

CLEARING_CASES: list[tuple[str, Any, dict[str, Any], list[tuple[int, int, int]]]] = [
    # id, answer, options, what is left
    ("both", answer(*READABLE, BOTH), INCLUDE, [ALL_GONE, ALL_GONE, ALL_GONE, IN_WEBKIT]),
    ("unreadable", answer(BOTH), INCLUDE, [ALL_GONE, ALL_GONE, ALL_GONE, IN_WEBKIT]),
    ("an error", answer(*READABLE, BOTH, status=500), INCLUDE, [ALL_GONE, ALL_GONE, ALL_GONE, IN_WEBKIT]),
    ("no credentials", answer(*READABLE, BOTH), {}, [ALL_GONE, ALL_KEPT, ALL_GONE, IN_WEBKIT]),
    (
        "storage only",
        answer(*READABLE, 'Clear-Site-Data: "storage"'),
        INCLUDE,
        [ALL_KEPT, ALL_KEPT, ALL_KEPT, IN_WEBKIT],
    ),
    (
        "what it sets, too",
        answer(*READABLE, BOTH, "Set-Cookie: b=2; SameSite=None; Secure"),
        INCLUDE,
        [ALL_GONE, ALL_GONE, ALL_GONE, IN_WEBKIT],
    ),
]


@pytest.mark.parametrize(
    ("reply", "options", "expected"), [pytest.param(*row[1:], id=row[0]) for row in CLEARING_CASES]
)
def test_a_response_clears_of_its_own(
    reply: Any, options: dict[str, Any], expected: list[tuple[int, int, int]]
) -> None:
    left = []
    for profile in PROFILES:
        page = visited(profile)
        page.fetch(f"{API}/clear", reply, **options)
        left.append(kept(page))

    assert expected == left


WEBKIT_CASES: list[tuple[str, Any, dict[str, Any], bool]] = [
    # id, answers, options, whether cookies are cleared
    ("readable", answer(ALLOW, ALLOW_CREDENTIALS, BOTH), INCLUDE, True),
    ("unreadable", answer(BOTH), INCLUDE, False),
    ("a redirect", [redirect("/y", ALLOW, ALLOW_CREDENTIALS, BOTH), answer(ALLOW, ALLOW_CREDENTIALS)], INCLUDE, False),
    ("a preflight", [answer(*PREFLIGHT, BOTH), answer(*READABLE)], {"method": "PUT", **INCLUDE}, False),
]


@pytest.mark.parametrize(("answers", "options", "cleared"), [pytest.param(*row[1:], id=row[0]) for row in WEBKIT_CASES])
def test_in_webkit_only_what_the_page_is_given_clears(answers: Any, options: dict[str, Any], cleared: bool) -> None:
    page = Simulation(PROFILES[3])
    page.fetch(f"{APP}/x", answer("Set-Cookie: a=1"))
    page.fetch(f"{SUB}/clear", answers, **options)

    assert (0 if cleared else 1) == len(page.user_agent.cookie_store)


def test_a_redirect_clears_as_well() -> None:
    page = visited(PROFILES[0])
    page.fetch(f"{API}/clear", [redirect(f"{API}/y", *READABLE, BOTH), answer(*READABLE)], **INCLUDE)

    assert (0, 0, 1) == kept(page)


def test_over_http_nothing_is_cleared() -> None:
    page = Simulation(page="http://app.example/")
    page.fetch("http://app.example/x", answer("Set-Cookie: a=1"))
    page.fetch("http://app.example/clear", answer(BOTH))

    assert 1 == len(page.user_agent.cookie_store)


def test_in_firefox_only_cookies_of_the_host_go() -> None:
    page = Simulation(PROFILES[2])
    for line in ("a=1", "b=1; Domain=app.example"):
        page.fetch(f"{APP}/x", answer(f"Set-Cookie: {line}"))
        page.fetch(f"{SUB}/x", answer(f"Set-Cookie: s{line}"), **INCLUDE)
    page.fetch(f"{SUB}/clear", answer(BOTH), **INCLUDE)

    assert [b"a", b"b", b"sb"] == sorted(cookie.name for cookie in page.user_agent.cookie_store)


def test_cookies_go_for_the_whole_site_and_responses_for_the_origin() -> None:
    page = Simulation()
    for host in ("app.example", "sub.app.example", "other.test"):
        page.fetch(
            f"https://{host}/x",
            answer(*READABLE, STORED, "Set-Cookie: a=1; SameSite=None; Secure"),
            **INCLUDE,
        )
    page.fetch("https://sub.app.example/clear", answer(*READABLE, BOTH), **INCLUDE)

    assert [b"other.test"] == [cookie.domain.encode() for cookie in page.user_agent.cookie_store]
    stored = [each.request.url.href for each in page.user_agent.http_cache if each.request.url.path == "/x"]
    assert [f"{APP}/x", "https://other.test/x"] == stored


def test_a_finding_says_what_was_cleared() -> None:
    page = visited(PROFILES[0])
    fetched = page.fetch(f"{API}/clear", answer(*READABLE, BOTH), **INCLUDE)
    ignored = page.fetch("http://app.example/", answer(BOTH), mode="no-cors")

    assert [("cookies", "cache")] == [finding.evidence["cleared"] for finding in fetched.found("clear site data")]
    assert ["2"] == [finding.step for finding in ignored.found("clear site data")]


# NB: recorded in `clear-site-data/itself-*`.
ITSELF_CASES: list[tuple[str, Any, dict[str, Any], list[bool]]] = [
    # id, answer, options, whether the next fetch asks again
    ("readable", answer(*READABLE, STORED, BOTH), INCLUDE, [False, True, False, False]),
    ("all", answer(*READABLE, STORED, 'Clear-Site-Data: "*"'), INCLUDE, [False, True, False, False]),
    ("cookies alone", answer(*READABLE, STORED, 'Clear-Site-Data: "cookies"'), INCLUDE, [False] * 4),
    ("no credentials", answer(*READABLE, STORED, BOTH), {}, [False] * 4),
]


@pytest.mark.parametrize(("reply", "options", "expected"), [pytest.param(*row[1:], id=row[0]) for row in ITSELF_CASES])
def test_in_chromium_what_clears_the_cache_is_not_kept(
    reply: Any, options: dict[str, Any], expected: list[bool]
) -> None:
    asked_again = []
    for profile in PROFILES:
        page = Simulation(profile)
        page.fetch(f"{API}/clear", reply, **options)
        asked_again.append(bool(page.fetch(f"{API}/clear", reply, **options).sent))

    assert expected == asked_again


def test_in_chromium_what_a_request_of_xml_http_request_clears_is_not_kept_though_refused() -> None:
    page = Simulation(PROFILES[1])
    asked = {"with_credentials": True}
    page.xhr("GET", f"{API}/clear", answer(STORED, BOTH), **asked)

    assert page.xhr("GET", f"{API}/clear", answer(STORED, BOTH), **asked).sent
