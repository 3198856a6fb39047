"""
What a check came to: what it found, what it tried, and what it left untried.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from browsercors.policy.account import untried_text
from browsercors.policy_check.causes import by_cause
from browsercors.policy_check.formats.html import check_as_html
from browsercors.policy_check.formats.markdown import report_as_markdown
from browsercors.policy_check.formats.svg import matrix_as_svg
from browsercors.policy_check.formats.text import report_as_text
from browsercors.policy_check.matrix import matrix_of

if TYPE_CHECKING:
    from browsercors.policy.ignored import Ignored
    from browsercors.policy.plan import Cell
    from browsercors.policy_check.causes import Cause
    from browsercors.policy_check.matrix import Matrix
    from browsercors.policy_check.violations import Violation

__all__ = ["CheckReport"]


@attrs.frozen(eq=False)
class CheckReport:
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

    def __repr__(self) -> str:
        return (
            f"<CheckReport {len(self.violations)} violations, {len(self.tried)} cells tried, "
            f"{len(self.not_tried)} not tried>"
        )

    def __str__(self) -> str:
        return self.text()

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

    def text(self) -> str:
        """
        Return the report in words, as `print` shows it: what is broken, what was tried, and what was not.
        """
        return report_as_text(self)

    def markdown(self) -> str:
        """
        Return the report as Markdown.
        """
        return report_as_markdown(self)

    def html(self) -> str:
        """
        Return the report as one HTML page that holds no script and loads nothing.
        """
        return check_as_html(self)

    def svg(self) -> str:
        """
        Return the picture of the matrix, as an SVG document.
        """
        return matrix_as_svg(self.matrix)

    def untried_text(self) -> str:
        """
        Return what was not tried, in one line for each stage and kind of origin.
        """
        return untried_text(self.not_tried)
