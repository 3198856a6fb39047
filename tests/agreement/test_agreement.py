"""
Browsercors does what real browsers were recorded to do.
"""

from __future__ import annotations

import re

import pytest

from tests.agreement.comparison import RECORDINGS, Comparison, compare
from tests.agreement.exceptions import EXCEPTIONS
from tests.agreement.table import table

ENGINES = sorted(EXCEPTIONS)


@pytest.fixture(scope="module", params=ENGINES)
def comparison(request: pytest.FixtureRequest) -> Comparison:
    return compare(RECORDINGS / f"{request.param}-localhost.jsonl")


def exceptions_of(scenario: str, engine: str) -> list[str]:
    return [pattern for pattern in EXCEPTIONS[engine] if re.fullmatch(pattern, scenario)]


def test_every_disagreement_is_a_known_exception(comparison: Comparison) -> None:
    unexplained = [
        str(disagreement)
        for disagreement in comparison.disagreements
        if not exceptions_of(disagreement.scenario, comparison.engine)
    ]

    assert unexplained == []


def test_every_known_exception_is_still_a_disagreement(comparison: Comparison) -> None:
    differing = {disagreement.scenario for disagreement in comparison.disagreements}
    used = {pattern for scenario in differing for pattern in exceptions_of(scenario, comparison.engine)}

    assert set(EXCEPTIONS[comparison.engine]) == used


def test_thousands_of_scenarios_are_scored(comparison: Comparison) -> None:
    assert comparison.scored > 3000


def test_the_exceptions_are_few(comparison: Comparison) -> None:
    differing = {disagreement.scenario for disagreement in comparison.disagreements}

    assert len(differing) / comparison.scored < 0.015


def test_the_table_in_the_notes_is_the_one_of_this_code(comparison: Comparison) -> None:
    lines = table([comparison]).splitlines()
    notes = (RECORDINGS.parent.parent / "spec_notes" / "agreement.md").read_text().splitlines()

    assert [line for line in lines if line not in notes] == []
