"""
A plan in words, before anything is asked: what comes in which order, and how far the budget goes.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING, Final

import attrs

from browsercors.explain.words.sanitise import shown
from browsercors.policy.plan import Stage, cell_of
from browsercors.policy.sessions import asked_by
from browsercors.policy_check.elements.cases import ELEMENTS_NOTE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from browsercors.policy.plan import Case, Cell
    from browsercors.policy.search_space import SearchSpace

__all__ = ["PLAN_READER", "PlannedStage", "plan_as_text", "planned_stages"]

PLAN_READER: Final[ContextVar[Callable[[str], object] | None]] = ContextVar("PLAN_READER", default=None)
"""What is called with each plan in words, where a check is not told; the pytest option sets it."""

OWN_BUDGET: Final = frozenset({Stage.BROWSER_CACHE, Stage.SHARED_CACHE})
"""The stages that have a budget of their own."""

HEAD: Final = ("stage", "cells", "page requests", "")


@attrs.frozen
class PlannedStage:
    """
    What a stage of a plan comes to.

    Attributes:
        stage: The stage.
        cells: How many cells of the table it has.
        requests: How many page requests it makes, as far as no violation is found.
    """

    stage: Stage
    cells: int
    requests: int


def planned_stages(cases: Iterable[tuple[Stage, Case]], space: SearchSpace) -> tuple[PlannedStage, ...]:
    """
    Return what each stage comes to, in the order in which they are tried.
    """
    cells: dict[Stage, set[Cell]] = {}
    requests: dict[Stage, int] = {}
    for stage, case in cases:
        cells.setdefault(stage, set()).add(cell_of(stage, case, space))
        requests[stage] = requests.get(stage, 0) + len(asked_by(case.session))
    return tuple(PlannedStage(stage, len(each), requests[stage]) for stage, each in cells.items())


def plan_as_text(
    stages: Iterable[PlannedStage], space: SearchSpace, *, browsers: int, budget: int, assumed: Iterable[str] = ()
) -> str:
    """
    Return a plan in words.

    Args:
        stages: What its stages come to.
        space: What it ranges over.
        browsers: How many browsers there are.
        budget: How many page requests may be made.
        assumed: What was assumed, each in one sentence.
    """
    return "\n".join(_lines(tuple(stages), space, browsers, budget, assumed))


def _lines(
    stages: tuple[PlannedStage, ...], space: SearchSpace, browsers: int, budget: int, assumed: Iterable[str]
) -> Iterator[str]:
    paths, allowed = _counted(len(space.paths), "path"), _counted(len(space.allowed), "allowed origin")
    close, strangers = _counted(len(space.near), "close origin"), _counted(len(space.strangers), "stranger")
    yield (
        f"The plan asks for {paths}, for pages of {allowed}, {close} and {strangers}, "
        f"in {_counted(browsers, 'browser')}; {_counted(budget, 'request')} at most."
    )
    yield ""
    rows = [HEAD, *_rows(stages, budget)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(HEAD))]
    for name, cells, requests, note in rows:
        yield f"{name.ljust(widths[0])}  {cells.rjust(widths[1])}  {requests.rjust(widths[2])}  {note}".rstrip()
    yield ""
    yield f"Paths: {', '.join(map(shown, space.paths))}"
    yield ELEMENTS_NOTE
    for sentence in assumed:
        yield f"Assumed: {shown(sentence)}"


def _rows(stages: Iterable[PlannedStage], budget: int) -> Iterator[tuple[str, str, str, str]]:
    spent = 0
    for planned in stages:
        note = ""
        if planned.stage in OWN_BUDGET:
            note = "with a budget of its own"
        else:
            if spent < budget < spent + planned.requests:
                note = "here the budget ends"
            elif spent >= budget:
                note = "beyond the budget"
            spent += planned.requests
        yield planned.stage.value, str(planned.cells), str(planned.requests), note


def _counted(count: int, name: str) -> str:
    return f"{count} {name}{'' if count == 1 else 's'}"
