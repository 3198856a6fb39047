"""
The account of a check or an audit: the cells that it tried, and those that it left untried.

Whatever stops early says so. A budget that is spent is no reason to look green.
"""

from __future__ import annotations

import warnings
from collections import Counter
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol, TypeAlias, get_args

from browsercors.explain.words.sanitise import shown
from browsercors.policy.plan import cell_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from browsercors.policy.plan import Case, Cell, Stage
    from browsercors.policy.search_space import SearchSpace

__all__ = [
    "Account",
    "Ledger",
    "Untried",
    "UntriedCells",
    "UntriedCellsWarning",
    "checked_untried",
    "tell_untried",
    "untried_sentence",
    "untried_text",
]

Untried: TypeAlias = Literal["fail", "warn", "ignore"]
"""What happens where nothing is found and cells were not tried."""

WORDS: Final = get_args(Untried)


class Account(Protocol):
    """
    What reports of checks and audits have in common.
    """

    @property
    def tried(self) -> tuple[Cell, ...]:
        """
        The cells of which something was tried, in order.
        """

    @property
    def not_tried(self) -> tuple[Cell, ...]:
        """
        The cells of the plan of which something was not tried; a cell can be in both.
        """

    @property
    def ended_early(self) -> str:
        """
        Why the plan was not followed to its end; empty if it was.
        """


class Ledger:
    """
    Counts cases as tried or not tried, by their cells.

    Args:
        space: What the search ranges over; it says what kind of origin each is.
    """

    def __init__(self, space: SearchSpace) -> None:
        self._space = space
        self._tried: dict[Cell, None] = {}
        self._not_tried: dict[Cell, None] = {}

    @property
    def tried(self) -> tuple[Cell, ...]:
        """
        The cells of which something was tried, each once, in order.
        """
        return tuple(self._tried)

    @property
    def not_tried(self) -> tuple[Cell, ...]:
        """
        The cells of which something was not tried, each once, in order.
        """
        return tuple(self._not_tried)

    def count(self, stage: Stage, case: Case, *, is_tried: bool) -> None:
        """
        Put the cell of *case* on its side.
        """
        (self._tried if is_tried else self._not_tried)[cell_of(stage, case, self._space)] = None

    def follow(
        self, cases: Iterable[tuple[Stage, Case]], attempt: Callable[[Stage, Case], None], is_over: Callable[[], bool]
    ) -> None:
        """
        Let *attempt* have each case until the search *is_over*, and count those that are left.
        """
        for stage, case in cases:
            is_tried = not is_over()
            self.count(stage, case, is_tried=is_tried)
            if is_tried:
                attempt(stage, case)


class UntriedCellsWarning(UserWarning):
    """
    A check or an audit found nothing, but left cells of its plan untried.
    """

    __module__ = "browsercors"  # where its users find it


class UntriedCells(AssertionError):  # noqa: N818 - what the check left, and what users catch
    """
    A check or an audit found nothing, but left cells of its plan untried, and was told to fail then.

    Attributes:
        report: What was tried, and what was not.
    """

    __module__ = "browsercors"  # where its users find it

    def __init__(self, report: Account) -> None:
        super().__init__(report)
        self.report = report

    def __str__(self) -> str:
        return untried_sentence(self.report)


def checked_untried(untried: Any) -> Untried:
    """
    Return *untried* if it is one of the three words.

    Raises:
        ValueError: It is not.
    """
    if untried not in WORDS:
        raise ValueError(f"untried has to be 'fail', 'warn' or 'ignore', not {untried!r}")
    word: Untried = untried
    return word


def tell_untried(report: Account, untried: Untried, *, stacklevel: int = 3) -> None:
    """
    Warn of cells that were not tried, or fail because of them.

    Args:
        report: What was tried, and what was not.
        untried: What to do.
        stacklevel: Whose line the warning names, as for `warnings.warn`.

    Raises:
        UntriedCells: There are some, and *untried* is "fail".
    """
    __tracebackhide__ = True
    if not report.not_tried or untried == "ignore":
        return
    if untried == "fail":
        raise UntriedCells(report)
    warnings.warn(untried_sentence(report), UntriedCellsWarning, stacklevel=stacklevel)


def untried_sentence(report: Account) -> str:
    """
    Say how much was left untried, why, and what to do about it.
    """
    why = f", as {report.ended_early}" if report.ended_early else ""
    count = len({*report.tried, *report.not_tried})
    is_spent = report.ended_early.startswith("the budget")
    advice = " Raise budget, or give fewer paths, methods or browsers." if is_spent else ""
    return (
        f"Nothing was found, but {len(report.not_tried)} of {count} cells were not fully tried{why}.{advice}\n"
        f"{untried_text(report.not_tried)}"
    )


def untried_text(cells: Iterable[Cell]) -> str:
    """
    Return how many cells were not tried, in one line for each stage and kind of origin.
    """
    counts = Counter((cell.stage.value, cell.origin) for cell in cells)
    return "\n".join(f"  {stage}, {shown(origin)}: {count}" for (stage, origin), count in counts.items())
