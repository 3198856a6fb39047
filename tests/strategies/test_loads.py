"""
Loads are ones that a page can begin, and sessions have them beside fetches.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, get_args

import pytest
from hypothesis import given, strategies as st

from browsercors import Answer, Browser, Fetch, Load, Policy, ScriptedServer
from browsercors.policy.sessions import asked_by
from browsercors.strategies import loads, responses, sessions, sessions_for
from browsercors.values.literals import LoadName
from tests.strategies.finding import found

if TYPE_CHECKING:
    from browsercors import Session
    from browsercors.values.literals import BrowserName

APP: Final = "https://app.example.com"
API: Final = "https://api.example.com"
BROWSERS: Final = ("standard", "chromium", "firefox", "webkit")


@given(loads(), responses(), st.sampled_from(BROWSERS))
def test_a_page_can_begin_every_load(load: Load, answer: Answer, name: BrowserName) -> None:
    with Browser(name) as browser:
        browser.mount(API, ScriptedServer(default=answer))
        result = load.run(browser.open(APP))

    assert result.loaded or result.block is not None


@pytest.mark.parametrize("initiator", get_args(LoadName))
def test_everything_that_loads_is_drawn(initiator: LoadName) -> None:
    load = found(loads(), lambda load: load.initiator == initiator, simplest=False)

    assert load.url == f"{API}/"


@pytest.mark.parametrize(
    "attribute", ["crossorigin", "type", "as_", "css_property", "element", "srcset", "integrity", "nonce"]
)
def test_every_attribute_is_drawn(attribute: str) -> None:
    load = found(loads(), lambda load: attribute in load.attributes, simplest=False)

    assert load == Load(load.initiator, load.url, **load.attributes)
    assert eval(repr(load), {"Load": Load}) == load  # noqa: S307


def has_load(session: Session) -> bool:
    return any(isinstance(asked, Load) for asked in asked_by(session))


def test_sessions_without_loads_can_be_drawn() -> None:
    @given(sessions(loads=st.nothing()))
    def draw(session: Session) -> None:
        assert not has_load(session)

    draw()


def test_sessions_for_a_policy_load_from_its_server_with_cors() -> None:
    policy = Policy(origins=[APP])
    session = found(sessions_for(policy, paths=["/me"]), has_load, simplest=False)
    loaded = [asked for asked in asked_by(session) if isinstance(asked, Load)]

    assert {f"{API}/me"} == {load.url for load in loaded}
    assert {"cors"} == {load.mode for load in loaded}


def test_results_have_those_of_loads_too() -> None:
    session = found(sessions(), has_load, simplest=False)
    with Browser() as browser:
        browser.mount(API, ScriptedServer(default=Answer()))
        results = session.results(browser)
    with Browser() as browser:
        browser.mount(API, ScriptedServer(default=Answer()))
        fetched = session.run(browser)

    assert len(asked_by(session)) == len(results)
    assert sum(isinstance(asked, Fetch) for asked in asked_by(session)) == len(fetched)
