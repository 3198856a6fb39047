"""
Sessions always ask something, ask it again, and choose all that a page can choose.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import given, settings, strategies as st

from browsercors import Browser, Fetch, Policy, Session, Visit
from browsercors.policy.reference_server import ReferenceServer
from browsercors.strategies import fetches, sessions, sessions_for
from tests.strategies.finding import found

if TYPE_CHECKING:
    from collections.abc import Callable

APP: Final = "https://app.example.com"
API: Final = "https://api.example.com"
POLICY: Final = Policy(origins=[APP], methods=["GET", "PUT"], headers=["X-A"], credentials=True, max_age=600)


def fetches_of(session: Session) -> list[Fetch]:
    return [step for step in session.steps if isinstance(step, Fetch)]


@settings(deadline=None)
@given(sessions(), sessions(min_size=3, max_size=4), sessions_for(POLICY))
def test_something_is_asked_and_nothing_comes_after_the_last_request(
    any_session: Session, sized: Session, for_policy: Session
) -> None:
    for session in (any_session, sized, for_policy):
        assert isinstance(session.steps[-1], Fetch)
    assert len(fetches_of(sized)) in {3, 4}


@settings(deadline=None)
@given(sessions_for(POLICY, paths=["/me"], methods=["GET", "DELETE"]), st.sampled_from(("chromium", "webkit")))
def test_a_browser_can_run_every_session_for_a_policy(session: Session, name: Any) -> None:
    with Browser(name) as browser:
        browser.mount(API, ReferenceServer(POLICY))
        results = session.run(browser)

    assert len(fetches_of(session)) == len(results)
    assert {f"{API}/me"} == {fetch.url for fetch in fetches_of(session)}


def asks_twice(session: Session) -> bool:
    asked = fetches_of(session)
    return len(asked) > len(set(asked))


def test_many_sessions_ask_the_same_again() -> None:
    drawn: list[Session] = []

    @settings(max_examples=100, derandomize=True, database=None, deadline=None)
    @given(sessions_for(POLICY))
    def draw(session: Session) -> None:
        drawn.append(session)

    draw()

    assert sum(map(asks_twice, drawn)) > len(drawn) / 4


CHOICES: dict[str, Callable[[Fetch], bool]] = {
    "what is promised": lambda fetch: fetch.method == "PUT" and fetch.headers == (("X-A", "1"),),
    "a method that is not": lambda fetch: fetch.method == "DELETE",
    "a cache mode": lambda fetch: fetch.cache == "no-store",
    "a redirect mode": lambda fetch: fetch.redirect == "error",
    "a referrer": lambda fetch: fetch.referrer == "/elsewhere",
    "a referrer policy": lambda fetch: fetch.referrer_policy == "unsafe-url",
    "credentials": lambda fetch: fetch.credentials == "include",
}


@pytest.mark.parametrize("choice", CHOICES)
def test_pages_choose(choice: str) -> None:
    session = found(
        sessions_for(POLICY), lambda session: any(map(CHOICES[choice], fetches_of(session))), simplest=False
    )

    assert Visit is type(session.steps[0])


@pytest.mark.parametrize("cache", ["default", "no-store", "reload", "no-cache", "force-cache"])
def test_every_cache_mode_is_drawn_for_plain_fetches(cache: str) -> None:
    fetch = found(fetches(), lambda fetch: fetch.cache == cache, simplest=False)

    assert cache == fetch.cache
