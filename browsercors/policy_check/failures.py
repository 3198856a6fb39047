"""
How a check fails: by what it found.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from browsercors.policy_check.causes import by_cause
from browsercors.policy_check.formats.text import cause_lines, names_of
from browsercors.policy_check.violations import Violation, in_order

if TYPE_CHECKING:
    from collections.abc import Iterable

    from browsercors.policy_check.report import CheckReport

__all__ = ["PolicyViolation"]


class PolicyViolation(AssertionError):  # noqa: N818 - what the application did, and what users catch
    """
    An application breaks its policy, or a law that holds for every server.

    Attributes:
        violations: All that were found, the gravest first.
        report: What was tried, and what was not; None where a state machine was tried.
    """

    __module__ = "browsercors"  # where its users find it

    def __init__(self, violations: Iterable[Violation], report: CheckReport | None = None) -> None:
        self.report = report
        self.violations: tuple[Violation, ...] = in_order(violations)
        super().__init__(self.violations)

    def __str__(self) -> str:
        first, *others = by_cause(self.violations)
        lines = [first.violation.explain()]
        if first.consequences:
            lines.append(f"\nIt follows: {names_of(first.consequences)}")
        if others:
            lines.append("\nAlso found:")
        for cause in others:
            lines += [f"  {line}" for line in cause_lines(cause)]
        return "\n".join(lines)
