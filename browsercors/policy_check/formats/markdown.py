"""
A check's report as Markdown, as pull requests and wikis show it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from browsercors.explain.words.sanitise import printable
from browsercors.policy_check.formats.text import (
    SIGNS,
    answered_by,
    cells_were,
    counted,
    names_of,
    notes_of,
    summary_of,
    told,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from browsercors.policy_check.matrix import Mark, Matrix
    from browsercors.policy_check.outcome import CheckOutcome

__all__ = ["matrix_as_markdown", "report_as_markdown"]

# NB: what means something in GitHub Flavored Markdown, wherever it stands: https://github.github.com/gfm/.
SPECIAL: Final = re.compile(r"[\\`*_{}\[\]()<>#+!|~@:&.-]")


def report_as_markdown(report: CheckOutcome) -> str:
    """
    Return a report as Markdown; the code that repeats each violation is folded.
    """
    return "\n\n".join(_blocks(report)) + "\n"


def _blocks(report: CheckOutcome) -> Iterator[str]:
    yield f"## {_plain(summary_of(report))}"
    for number, cause in enumerate(report.causes, 1):
        violation = cause.violation
        yield f"### {number}\\. {_plain(violation.headline)}"
        yield f"{_plain(told(violation.kind.value, violation.code))}: {_plain(violation.sentence)}"
        yield from map(_plain, answered_by(violation))
        if cause.consequences:
            yield f"It follows: {_plain(names_of(cause.consequences))}"
        yield _fenced(violation.snippet)
    yield _plain(counted(report))
    if report.not_tried:
        why = f", as {report.ended_early}" if report.ended_early else ""
        yield _plain(f"{cells_were(len(report.not_tried))} not fully tried{why}.")
    if report.tried or report.not_tried:
        yield matrix_as_markdown(report.matrix)
    notes = [f"- **{label}:** {_plain(sentence)}" for label, sentence in notes_of(report)]
    if notes:
        yield "\n".join(notes)


def matrix_as_markdown(matrix: Matrix) -> str:
    """
    Return a matrix as a table: a row for each kind of origin, a column for each path.
    """
    head = ["Origin", *map(_plain, matrix.paths)]
    rows = [[_plain(origin), *(_mark(matrix.mark(origin, path)) for path in matrix.paths)] for origin in matrix.origins]
    return "\n".join(_line(row) for row in (head, ["---"] * len(head), *rows))


def _mark(mark: Mark) -> str:
    return f"{_plain(SIGNS[mark])} {mark.value}"


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _plain(text: str) -> str:
    """
    Return text of whatever origin so that it means nothing in Markdown.
    """
    return SPECIAL.sub(r"\\\g<0>", printable(text))


def _fenced(code: str) -> str:
    longest = max((len(run) for run in re.findall(r"`+", code)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"<details><summary>Python that repeats it</summary>\n\n{fence}python\n{code}\n{fence}\n\n</details>"
