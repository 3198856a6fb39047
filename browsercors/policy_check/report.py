"""
What a check came to: what it found, what it tried, and what it left untried.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import attrs

from browsercors.explain.words.sanitise import shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from browsercors.policy.plan import Cell
    from browsercors.policy_check.violations import Violation

__all__ = ["CheckReport", "unique"]


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
        assumed: What was assumed, such as a permission of the visitor.
        violated: The cells in which the violations showed.
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

    def __repr__(self) -> str:
        return (
            f"<CheckReport {len(self.violations)} violations, {len(self.tried)} cells tried, "
            f"{len(self.not_tried)} not tried>"
        )

    def text(self) -> str:
        """
        Return the report in words: what was found, what was tried, and what was not.
        """
        return "\n".join(self._lines())

    def matrix(self) -> dict[str, dict[str, str]]:
        """
        Return, by kind of origin and path, "violated", "tried", "partly tried" or "not tried".
        """
        tried, untried = ({(cell.origin, cell.path) for cell in cells} for cells in (self.tried, self.not_tried))
        violated = {(cell.origin, cell.path) for cell in self.violated}
        rows: dict[str, dict[str, str]] = {}
        for cell in (*self.tried, *self.not_tried, *self.violated):
            place = cell.origin, cell.path
            if place in violated:
                word = "violated"
            elif place in untried:
                word = "partly tried" if place in tried else "not tried"
            else:
                word = "tried"
            rows.setdefault(cell.origin, {})[cell.path] = word
        return rows

    def untried_text(self) -> str:
        """
        Return what was not tried, in one line for each stage and kind of origin.
        """
        counts = Counter((cell.stage.value, cell.origin) for cell in self.not_tried)
        return "\n".join(f"  {stage}, {shown(origin)}: {count}" for (stage, origin), count in counts.items())

    def _lines(self) -> Iterator[str]:
        for sentence in self.assumed:
            yield f"Assumed: {sentence}"
        if not self.violations:
            yield "No violation was found."
        for violation in self.violations:
            code = f", {shown(violation.code)}" if violation.code else ""
            yield f"{violation.kind.value}{code}: {violation.sentence}"
        yield (
            f"{len(self.tried)} cells were tried with {self.requests} requests in {self.seconds:.1f} seconds; "
            f"{self.drawn} more sessions were drawn."
        )
        if self.not_tried:
            yield f"{len(self.not_tried)} cells were not tried{f', as {self.ended_early}' if self.ended_early else ''}:"
            yield self.untried_text()


def unique(cells: Iterable[Cell]) -> tuple[Cell, ...]:
    """
    Return each cell once, in order.
    """
    return tuple(dict.fromkeys(cells))
