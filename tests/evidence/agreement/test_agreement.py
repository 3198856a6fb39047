"""
Browsercors does what real browsers were recorded to do.
"""

from __future__ import annotations

import functools
from collections import Counter

import pytest

from tests.evidence.agreement.comparison import Comparison, compare, recordings
from tests.evidence.agreement.exceptions import EXCEPTIONS
from tests.evidence.agreement.page import ENGINES, PAGE, exception_for, with_tables

# NB: what it covers is covered by quicker tests, and under the tracer it takes five times as long.
pytestmark = pytest.mark.untraced


@functools.cache
def comparisons() -> tuple[Comparison, ...]:
    # NB: no fixture, since those run under the tracer in any case.
    return tuple(compare(path) for path in recordings())


@pytest.mark.parametrize("engine", ENGINES)
def test_every_disagreement_is_a_known_exception(engine: str) -> None:
    unexplained = [
        str(disagreement)
        for comparison in comparisons()
        for disagreement in comparison.disagreements
        if comparison.engine == engine and exception_for(engine, disagreement.scenario) is None
    ]

    assert unexplained == []


@pytest.mark.parametrize("engine", ENGINES)
def test_every_known_exception_is_still_a_disagreement(engine: str) -> None:
    used = {
        exception_for(engine, disagreement.scenario)
        for comparison in comparisons()
        for disagreement in comparison.disagreements
        if comparison.engine == engine
    }

    assert set(EXCEPTIONS[engine]) == used


@pytest.mark.parametrize("engine", ENGINES)
def test_each_engine_was_asked_on_each_transport(engine: str) -> None:
    scored: Counter[str] = Counter()
    for each in comparisons():
        if each.engine == engine:
            scored[each.transport] += each.scored

    assert scored["localhost"] > 3500
    assert scored["tls"] > 500
    assert scored["plain"] > 500


@pytest.mark.parametrize("engine", ENGINES)
def test_at_most_one_scenario_in_a_hundred_is_an_exception(engine: str) -> None:
    own = [comparison for comparison in comparisons() if comparison.engine == engine]
    differing = sum(len({each.scenario for each in comparison.disagreements}) for comparison in own)

    assert differing <= sum(comparison.scored for comparison in own) / 100


def test_at_most_two_scenarios_in_a_hundred_are_unstable() -> None:
    for comparison in comparisons():
        unstable = comparison.unscored["unstable"]

        assert unstable <= 0.02 * (comparison.scored + comparison.unscored.total())


def test_the_tables_in_the_notes_are_those_of_this_code() -> None:
    page = PAGE.read_text("utf-8")

    assert with_tables(page, comparisons()) == page
