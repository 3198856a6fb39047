"""
The command that tries versions: its table, and that no server is left out. What is installed runs in the other tests.
"""

from __future__ import annotations

import pytest

from tests.explain.configurations.real_servers import START
from tests.explain.configurations.versions import PAGE, STACKS, Outcome, Stack, outcomes_in, with_table


def test_every_server_that_is_run_has_a_stack() -> None:
    assert {*START} == {server for stack in STACKS for server in stack.servers}


def test_the_page_has_each_stack_with_tests_that_passed() -> None:
    outcomes = outcomes_in(PAGE.read_text("utf-8"))

    assert [stack.name for stack in STACKS] == [outcome.name for outcome in outcomes]
    assert [] == [outcome.name for outcome in outcomes if outcome.failed or not outcome.passed]


@pytest.mark.parametrize("stack", STACKS, ids=[stack.name for stack in STACKS])
def test_what_a_stack_pins_is_what_ran(stack: Stack) -> None:
    (row,) = [outcome for outcome in outcomes_in(PAGE.read_text("utf-8")) if outcome.name == stack.name]
    pinned = [name.split("==") for name in stack.python if "==" in name]

    assert all(f"{name} {version}" in row.versions for name, version in pinned)


def test_a_table_is_read_as_it_was_written() -> None:
    outcomes = (Outcome(STACKS[1].name, "a 1, b 2", 7, 2), Outcome(STACKS[0].name, "c 3", 5, 0))

    text = with_table(PAGE.read_text("utf-8"), outcomes)

    assert outcomes[::-1] == outcomes_in(text)
    assert text == with_table(text, outcomes)
    assert "| 7 passed, 2 failed |" in text
