"""
Seeded faults: what a browser can notice of them is found, and a server without one is let be.

A sample is tried here; `python -m tests.policy_check --all` tries all of them, and prints what is missed.
"""

from __future__ import annotations

import pytest

from browsercors import find_violations
from browsercors.policy.reference_server import ReferenceServer
from tests.policy_check.grid import first_notice
from tests.policy_check.mutants import FAULTS, MUTANTS, PATHS, POLICIES, ROUTES, Mutant

# NB: what it covers is covered by quicker tests, and under the tracer it takes five times as long.
pytestmark = pytest.mark.untraced

SAMPLE = MUTANTS[::131]

UNNOTICEABLE = [
    # a fault that no page can notice                                 because
    ("origin: case ignored", "one origin"),  # browsers write origins in lower case
    ("dropped: Vary", "any"),  # the answers are the same for all
    ("headers: upper case", "credentials"),  # header names are compared without case
    ("forgotten on: nothing that matters", "paths"),  # no page can use TRACE
]


def test_there_are_enough_of_them() -> None:
    assert len(MUTANTS) >= 200
    assert len(FAULTS) >= 20


@pytest.mark.parametrize("name", POLICIES)
def test_in_a_server_without_fault_nothing_is_found(name: str) -> None:
    policy = POLICIES[name]

    assert () == find_violations(ReferenceServer(policy, ROUTES), policy, paths=PATHS, max_examples=0)


@pytest.mark.parametrize("mutant", SAMPLE, ids=lambda mutant: f"{mutant.fault}, {mutant.policy_name}")
def test_what_the_grid_notices_is_found(mutant: Mutant) -> None:
    found = find_violations(mutant.server(), mutant.policy, paths=PATHS, max_examples=0)

    # NB: the grid is asked only where nothing is found, as it takes seconds to notice nothing.
    assert found or first_notice(mutant.server(), mutant.policy) is None


@pytest.mark.parametrize(("fault", "policy_name"), UNNOTICEABLE)
def test_what_no_page_can_notice_is_not_found(fault: str, policy_name: str) -> None:
    mutant = Mutant(fault, policy_name)

    assert () == find_violations(mutant.server(), mutant.policy, paths=PATHS, browsers=["chromium"], max_examples=0)


def test_the_grid_notices_nothing_in_a_server_without_fault() -> None:
    policy = POLICIES["one origin"]

    assert first_notice(ReferenceServer(policy, ROUTES), policy) is None
