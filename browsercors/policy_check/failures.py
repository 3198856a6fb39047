"""
How a check fails: by what it found, or by what it left untried.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from browsercors.explain.words.sanitise import shown
from browsercors.policy_check.violations import Violation, ViolationKind, in_order

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from browsercors.policy_check.report import CheckReport

__all__ = ["PolicyViolation", "UntriedCells", "UntriedCellsWarning", "untried_sentence"]


class PolicyViolation(AssertionError):  # noqa: N818 - what the application did, and what users catch
    """
    An application breaks its policy, or a law that holds for every server.

    Attributes:
        violations: All that were found, the gravest first.
        report: What was tried, and what was not; None where a law or a state machine was tried.
    """

    __module__ = "browsercors"  # where its users find it

    def __init__(self, violations: Iterable[Violation], report: CheckReport | None = None) -> None:
        self.report = report
        self.violations: tuple[Violation, ...] = in_order(violations)
        super().__init__(self.violations)

    def __str__(self) -> str:
        first, *others = self.violations
        lines = [first.explain()]
        if others:
            lines.append("\nAlso found:")
            lines += [f"  {line}" for line in _gathered(others)]
        return "\n".join(lines)


def _gathered(violations: Iterable[Violation]) -> Iterator[str]:
    """
    Yield one line for each kind: its first violation, and the codes of the others.
    """
    by_kind: dict[ViolationKind, list[Violation]] = {}
    for violation in violations:
        by_kind.setdefault(violation.kind, []).append(violation)
    for kind, (first, *others) in by_kind.items():
        also = f" (and: {', '.join(shown(each.code) for each in others)})" if others else ""
        told = f"{kind.value}, {shown(first.code)}" if first.code else kind.value
        yield f"{told}: {first.sentence}{also}"


class UntriedCellsWarning(UserWarning):
    """
    A check found nothing, but left cells of its plan untried.
    """

    __module__ = "browsercors"  # where its users find it


class UntriedCells(AssertionError):  # noqa: N818 - what the check left, and what users catch
    """
    A check found nothing, but left cells of its plan untried, and was told to fail then.

    Attributes:
        report: What was tried, and what was not.
    """

    __module__ = "browsercors"  # where its users find it

    def __init__(self, report: CheckReport) -> None:
        super().__init__(report)
        self.report = report

    def __str__(self) -> str:
        return untried_sentence(self.report)


def untried_sentence(report: CheckReport) -> str:
    """
    Say how much a check left untried, why, and what to do about it.
    """
    why = f", as {report.ended_early}" if report.ended_early else ""
    count = len({*report.tried, *report.not_tried})
    return (
        f"No violation was found, but {len(report.not_tried)} of {count} cells were not tried{why}. "
        f"Raise budget, or give fewer paths, methods or browsers.\n{report.untried_text()}"
    )
