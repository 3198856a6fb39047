"""
A check's report as text: what is broken, what was tried, and what was not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.explain.words.causes import said_by
from browsercors.explain.words.sanitise import shown
from browsercors.policy.ignored import Effect
from browsercors.policy_check.matrix import Mark

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from browsercors.policy_check.causes import Cause
    from browsercors.policy_check.matrix import Matrix
    from browsercors.policy_check.outcome import CheckOutcome
    from browsercors.policy_check.violations import Violation

__all__ = [
    "SIGNS",
    "answered_by",
    "cause_lines",
    "cells_were",
    "counted",
    "matrix_as_text",
    "names_of",
    "notes_of",
    "report_as_text",
    "summary_of",
    "told",
]

SIGNS: Final = {
    Mark.VIOLATED: "X",
    Mark.TRIED: "+",
    Mark.PARTLY_TRIED: "~",
    Mark.NOT_TRIED: "?",
    Mark.NOT_PLANNED: ".",
}
"""How a mark is drawn where there are no colours."""

WIDEST: Final = 100
"""How wide a matrix is before its columns have numbers in place of paths."""


def report_as_text(report: CheckOutcome) -> str:
    """
    Return a report in words.
    """
    return "\n".join(_lines(report))


def _lines(report: CheckOutcome) -> Iterator[str]:
    causes = report.causes
    yield summary_of(report)
    for number, cause in enumerate(causes, 1):
        yield from (f"{'   ' if place else f'{number}. '}{line}" for place, line in enumerate(cause_lines(cause)))
    yield counted(report)
    if report.not_tried:
        why = f", as {report.ended_early}" if report.ended_early else ""
        yield f"{cells_were(len(report.not_tried))} not fully tried{why}:"
        yield report.untried_text()
    if report.tried or report.not_tried:
        yield ""
        yield matrix_as_text(report.matrix)
    notes = [f"{label}: {sentence}" for label, sentence in notes_of(report)]
    yield from ["", *notes] if notes else []


def summary_of(report: CheckOutcome) -> str:
    """
    Return how much is broken, in one sentence.
    """
    count = len(report.causes)
    if not count:
        return "No violation was found."
    ways = "one way" if count == 1 else f"{count} ways, the gravest first"
    return f"{report.subject} broken in {ways}:"


def cause_lines(cause: Cause) -> Iterator[str]:
    """
    Return a violation in a few lines: its headline, what shows it, and what follows from it.
    """
    violation = cause.violation
    yield f"{violation.headline}"
    yield f"{told(violation.kind.value, violation.code)}: {violation.sentence}"
    yield from answered_by(violation)
    if cause.consequences:
        yield f"It follows: {names_of(cause.consequences)}"


def answered_by(violation: Violation) -> Iterator[str]:
    """
    Yield who answered where an allowed page was kept out, as the responses show it, and what to change there.
    """
    if violation.effect is Effect.BREAKS:
        report = violation.result.report(browsers=(), allowed_origins=violation.setting.allowed)
        yield from map(said_by, report.causes)


def names_of(violations: Iterable[Violation]) -> str:
    """
    Return the kinds and codes of violations, each once.
    """
    return "; ".join(dict.fromkeys(told(each.kind.value, each.code) for each in violations))


def told(kind: str, code: str) -> str:
    """
    Return the kind of a violation with its code.
    """
    return f"{kind}, {shown(code)}" if code else kind


def counted(report: CheckOutcome) -> str:
    """
    Return how much was tried, in one sentence.
    """
    return (
        f"{cells_were(len(report.tried))} tried with {report.requests} requests in {report.seconds:.1f} seconds; "
        f"{report.drawn} more sessions were drawn."
    )


def cells_were(count: int) -> str:
    """
    Return how many cells were something, as a sentence begins.
    """
    return "1 cell was" if count == 1 else f"{count} cells were"


def notes_of(report: CheckOutcome) -> Iterator[tuple[str, str]]:
    """
    Yield what else is to be known, each with what it is: assumptions, what was not reached, what was left out.
    """
    for sentence in report.assumed:
        yield "Assumed", shown(sentence)
    for sentence in report.unreachable:
        yield "Not reached", shown(sentence)
    for ignored, count in report.ignored.items():
        where = shown(f"{ignored.code} at {ignored.path}")
        if count:
            yield "Ignored", f"{where}, because: {shown(ignored.reason)}"
        else:
            yield "Ignored for nothing", f"{where} was not seen; take it out of ignore."


def matrix_as_text(matrix: Matrix) -> str:
    """
    Return a matrix as text: a row for each kind of origin, a column for each path.
    """
    paths = [shown(path) for path in matrix.paths]
    first = max((len(origin) for origin in matrix.origins), default=0)
    is_wide = first + sum(len(path) + 2 for path in paths) > WIDEST
    heads = [str(number) for number in range(1, len(paths) + 1)] if is_wide else paths
    rows = [_row("", heads, heads, first)]
    for origin in matrix.origins:
        signs = [SIGNS[matrix.mark(origin, path)] for path in matrix.paths]
        rows.append(_row(shown(origin), signs, heads, first))
    legend = ", ".join(f"{sign} {mark.value}" for mark, sign in SIGNS.items())
    numbered = [f"{number}: {path}" for number, path in enumerate(paths, 1)] if is_wide else []
    return "\n".join([*rows, "", legend, *numbered])


def _row(head: str, entries: Iterable[str], heads: Iterable[str], first: int) -> str:
    cells = [entry.center(len(column)) for entry, column in zip(entries, heads, strict=True)]
    return "  ".join([head.ljust(first), *cells]).rstrip()
