"""
How a check fails: by what it found.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from browsercors.explain.words.sanitise import shown
from browsercors.policy_check.violations import Violation, ViolationKind, in_order

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

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
