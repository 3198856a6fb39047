"""
What a check came to, as data: what it found, what it tried, and what it left untried.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from browsercors.policy.account import untried_text
from browsercors.policy_check.causes import by_cause
from browsercors.policy_check.matrix import matrix_of

if TYPE_CHECKING:
    from browsercors.policy.ignored import Ignored
    from browsercors.policy.plan import Cell
    from browsercors.policy_check.causes import Cause
    from browsercors.policy_check.matrix import Matrix
    from browsercors.policy_check.violations import Violation

__all__ = ["CheckOutcome"]


@attrs.frozen(eq=False)
class CheckOutcome:
    """
    What a check came to.

    Attributes:
        violations: What was found, the gravest first.
        tried: The cells of which something was tried, in order.
        not_tried: The cells of the plan of which something was not tried; a cell can be in both.
        drawn: How many sessions hypothesis drew, beside the plan.
        requests: How many requests reached the server, preflights and all.
        seconds: How long the check took.
        ended_early: Why the plan was not followed to its end; empty if it was.
        assumed: What was assumed, such as the values of parameters in paths.
        violated: The cells in which the violations showed.
        unreachable: What could not be reached, and why, each in one sentence.
        ignored: What the check was told to ignore, each with how often it was seen.
        subject: What is broken where something was found, as a sentence begins: "The policy is" or "The laws are".
    """

    violations: tuple[Violation, ...]
    tried: tuple[Cell, ...]
    not_tried: tuple[Cell, ...]
    drawn: int
    requests: int
    seconds: float
    ended_early: str = ""
    assumed: tuple[str, ...] = ()
    violated: tuple[Cell, ...] = ()
    unreachable: tuple[str, ...] = ()
    ignored: dict[Ignored, int] = attrs.field(factory=dict)
    subject: str = "The policy is"

    def __repr__(self) -> str:
        return (
            f"<{type(self).__name__} {len(self.violations)} violations, {len(self.tried)} cells tried, "
            f"{len(self.not_tried)} not tried>"
        )

    @property
    def causes(self) -> tuple[Cause, ...]:
        """
        The violations, each with those that follow from it: one for each thing to mend.
        """
        return by_cause(self.violations)

    @property
    def matrix(self) -> Matrix:
        """
        Who asked, where, and what became of that.
        """
        return matrix_of(self.tried, self.not_tried, self.violated)

    def untried_text(self) -> str:
        """
        Return what was not tried, in one line for each stage and kind of origin.
        """
        return untried_text(self.not_tried)
