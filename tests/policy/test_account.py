"""
Accounts: what was tried, what was not, and how loudly that is said.
"""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from browsercors import UntriedCells, UntriedCellsWarning
from browsercors.policy.account import Ledger, checked_untried, tell_untried, untried_sentence, untried_text
from browsercors.policy.plan import Case, Cell, Stage
from browsercors.policy.search_space import SearchSpace
from browsercors.policy.sessions import Fetch, Session, Visit

APP, EVIL = "https://app.example.com", "https://attacker.example"
SPACE = SearchSpace(allowed=(APP,), strangers=(EVIL,), near=(), codes={}, paths=("/",), methods=("GET",), headers=())


def case(origin: str, path: str = "/") -> Case:
    return Case("chromium", Session((Visit(origin), Fetch(f"https://api.example.com{path}"))))


@attrs.frozen
class Report:
    tried: tuple[Cell, ...]
    not_tried: tuple[Cell, ...]
    ended_early: str


def test_a_ledger_follows_a_plan_until_the_search_is_over() -> None:
    ledger = Ledger(SPACE)
    asked: list[Case] = []
    plan = [(Stage.STRANGERS, case(EVIL)), (Stage.ALLOWED, case(APP)), (Stage.ALLOWED, case(APP, "/me"))]
    ledger.follow(plan, lambda _, each: asked.append(each), lambda: len(asked) == 2)

    assert [case(EVIL), case(APP)] == asked
    assert [("stranger", "/"), ("allowed", "/")] == [(cell.origin, cell.path) for cell in ledger.tried]
    assert [("allowed", "/me")] == [(cell.origin, cell.path) for cell in ledger.not_tried]


def test_a_cell_can_be_on_both_sides_and_stands_once_on_each() -> None:
    ledger = Ledger(SPACE)
    for is_tried in (True, True, False, False):
        ledger.count(Stage.ALLOWED, case(APP), is_tried=is_tried)

    assert (1, 1) == (len(ledger.tried), len(ledger.not_tried))
    assert ledger.tried == ledger.not_tried


def report(ended_early: str) -> Report:
    ledger = Ledger(SPACE)
    ledger.count(Stage.STRANGERS, case(EVIL), is_tried=True)
    ledger.count(Stage.ALLOWED, case(APP), is_tried=False)
    return Report(ledger.tried, ledger.not_tried, ended_early)


SENTENCES = [
    ("the budget of 5 requests is spent", ", as the budget of 5 requests is spent. Raise budget, or give fewer paths"),
    # NB: more budget does not help a server that hangs.
    ("3 requests in a row got no response", ", as 3 requests in a row got no response.\n  allowed origins, allowed: 1"),
    ("", "1 of 2 cells were not fully tried.\n  allowed origins, allowed: 1"),
]


@pytest.mark.parametrize(("ended_early", "part"), SENTENCES, ids=["budget", "server", "no reason"])
def test_what_was_left_is_said_with_the_reason_and_what_to_do(ended_early: str, part: str) -> None:
    sentence = untried_sentence(report(ended_early))

    assert sentence.startswith("Nothing was found, but 1 of 2 cells were not fully tried")
    assert part in sentence


def test_what_was_left_is_told_as_one_chooses() -> None:
    left = report("the server hangs")

    with pytest.warns(UntriedCellsWarning, match="as the server hangs"):
        tell_untried(left, "warn")
    with pytest.raises(UntriedCells) as caught:
        tell_untried(left, "fail")
    tell_untried(left, "ignore")
    tell_untried(attrs.evolve(left, not_tried=()), "fail")

    assert left is caught.value.report
    assert str(caught.value) == untried_sentence(left)


def test_text_of_an_origin_class_does_nothing_to_a_terminal() -> None:
    cell = attrs.evolve(report("").not_tried[0], origin="\x1b[31m")

    assert "\x1b" not in untried_text([cell])


@pytest.mark.parametrize("wrong", ["loud", None, 1, ""])
def test_another_word_is_named(wrong: Any) -> None:
    with pytest.raises(ValueError, match="untried has to be 'fail', 'warn' or 'ignore', not"):
        checked_untried(wrong)
