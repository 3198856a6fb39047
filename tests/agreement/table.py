"""
The table of agreement, as it stands in `spec_notes/agreement.md`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.agreement.comparison import ASPECTS, Comparison

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["table"]


def table(comparisons: Iterable[Comparison]) -> str:
    """
    Return a line for each recording: how many scenarios were compared, and in how many both agree on each aspect.
    """
    lines = [
        "| recording | scored | verdict | what JavaScript sees | requests | headers and bodies | not scored |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for comparison in comparisons:
        agreeing = [str(comparison.agreeing(aspect)) for aspect in ASPECTS]
        lines.append(
            f"| {comparison.engine} {comparison.version}, {comparison.transport} | {comparison.scored} | "
            f"{' | '.join(agreeing)} | {comparison.unscored.total()} |"
        )
    return "\n".join(lines)
