"""
The table of facts: it has every departure of the profiles and no other, and real browsers were seen to do each.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

import attrs
import pytest

from browsercors import STANDARD, BrowserProfile
from browsercors.engines.facts import Fact, facts, value_of
from browsercors.engines.registry import departures_of
from browsercors.rules.cookies import CookieRules
from tests.evidence.agreement.comparison import RECORDINGS
from tests.evidence.facts.evidence import BROWSERS, fields_that_differ, recording, shows, without
from tests.evidence.facts.page import PAGE, with_tables

if TYPE_CHECKING:
    from browsercors.rules.facts import Departure

# NB: what it covers is covered by quicker tests, and under the tracer it takes five times as long.
pytestmark = pytest.mark.untraced

EVIDENCE: Final = PAGE.with_name("evidence.md")

ALL = [fact for group in facts().values() for fact in group]

DEPARTURES = [
    pytest.param(fact, browser, departure, id=f"{browser}: {fact.fields[0]}")
    for fact in ALL
    for browser, departure in fact.departures.items()
]


@pytest.mark.parametrize("profile", BROWSERS.values(), ids=BROWSERS)
def test_the_departures_of_a_profile_are_the_facts_of_its_browser(profile: BrowserProfile) -> None:
    told = {field for fact in ALL for field in fact.fields if profile.name in fact.departures}

    assert fields_that_differ(profile) == told


@pytest.mark.parametrize("browser", BROWSERS)
def test_each_departure_is_about_a_subject_of_its_own(browser: str) -> None:
    shown = [fact.departures[browser].field for fact in ALL if browser in fact.departures]

    assert sorted(shown) == sorted(departure.field for departure in departures_of(browser))


def test_no_field_has_two_facts() -> None:
    fields = [field for fact in ALL for field in fact.fields]

    assert sorted(set(fields)) == sorted(fields)


def test_every_fact_says_something() -> None:
    said = [text for fact in ALL for text in (fact.what, fact.subject.standard, *map(fact.statement, BROWSERS))]

    assert all(said)
    assert all(fact.departures for fact in ALL)


@pytest.mark.parametrize(("fact", "browser", "departure"), DEPARTURES)
def test_the_named_scenarios_show_the_departure(fact: Fact, browser: str, departure: Departure) -> None:
    observations = {
        observation.id: observation
        for observation in recording(browser, departure.transport).observations
        if observation.id in departure.scenarios
    }
    shown = {
        (name, field)
        for name, observation in observations.items()
        for field in fact.fields
        if shows(observation, browser, field, departure.transport)
    }

    assert set(departure.scenarios) == {name for name, _ in shown}
    assert departure.besides or set(fact.fields) == {field for _, field in shown}


@pytest.mark.parametrize("browser", BROWSERS)
def test_the_profile_names_the_newest_version_that_was_recorded(browser: str) -> None:
    newest = max(versions_of(browser), key=lambda version: [int(number) for number in re.findall(r"\d+", version)])

    assert BROWSERS[browser].version.split()[-1] == newest


@pytest.mark.parametrize("browser", BROWSERS)
def test_the_page_on_evidence_names_each_version_that_was_recorded(browser: str) -> None:
    row = next(line for line in EVIDENCE.read_text("utf-8").splitlines() if line.startswith(f"| `{browser}` |"))

    assert [] == [version for version in versions_of(browser) if not re.search(rf"\b{re.escape(version)}\b", row)]


def versions_of(browser: str) -> set[str]:
    return {
        json.loads(path.read_text("utf-8").partition("\n")[0])["version"]
        for path in RECORDINGS.glob(f"{browser}-*.jsonl")
    }


def test_the_page_has_the_tables() -> None:
    page = PAGE.read_text("utf-8")

    assert [f"## {heading}" for heading in facts()] == [line for line in page.splitlines() if line.startswith("## ")]
    assert with_tables(page) == page, "python -m tests.evidence.facts writes them"


def test_a_statement_has_the_value_of_the_profile() -> None:
    fact = next(fact for fact in ALL if fact.fields == ("preflight_cache.max_age_cap",))

    assert ["no limit", "7200 s", "86400 s", "600 s"] == [fact.statement(name) for name in ("standard", *BROWSERS)]


def no_rule(value: bytes) -> None:
    return None


MINE = STANDARD.evolve(
    name="mine",
    cookies=CookieRules(limit=1),
    safelist=attrs.evolve(STANDARD.safelist, names={**STANDARD.safelist.names, b"x": no_rule}, sum_bytes=1),
)


def test_these_tests_find_what_differs() -> None:
    assert fields_that_differ(MINE) == {"cookies.limit", "safelist.names[x]", "safelist.sum_bytes"}


@pytest.mark.parametrize("field", ["cookies.limit", "safelist.names[x]", "safelist.sum_bytes"])
def test_a_field_can_be_set_back(field: str) -> None:
    assert value_of(MINE, field) != value_of(STANDARD, field)
    assert fields_that_differ(without(MINE, field)) == fields_that_differ(MINE) - {field}


SHOWN_CASES = [
    # scenario                      field                    shown?
    ("redirects-location/two-same", "redirects.location", True),
    ("redirects-location/two-same", "preflight.stages", False),
    ("methods/PUT", "redirects.location", False),
    ("network-error/put-break", "wire.fetch_extra", False),  # where browser and simulator disagree anyway
]


@pytest.mark.parametrize(("name", "field", "expected"), SHOWN_CASES)
def test_a_scenario_shows_only_what_it_depends_on(name: str, field: str, expected: bool) -> None:
    observation = next((o for o in recording("firefox", "localhost").observations if o.id == name), None)
    assert observation is not None

    assert expected is shows(observation, "firefox", field, "localhost")
