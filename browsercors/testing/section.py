"""
What a failed test shows of its fetches.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.explain.formats.text import Line, as_text, brief, describe_entry, verdict_line
from browsercors.testing.explaining import EXPLANATION, explanation_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from browsercors.explain.report import Report
    from browsercors.testing.recording import NumberedResult, Recorder

__all__ = ["compose_section"]

MOST_ENTRIES: Final = 12
"""How many exchanges of a fetch are shown; a chain of redirects may have more."""


def compose_section(recorder: Recorder, raised: BaseException | None) -> str:
    """
    Return the explanations and the exchanges of the results that were kept; nothing if there are none.

    Args:
        recorder: The results.
        raised: What the test raised. An explanation that is its message is not repeated.
    """
    shown = getattr(raised, "result", None)
    parts = [
        as_text(_lines(numbered, recorder.count, is_explained=numbered.result is shown)) for numbered in recorder.kept()
    ]
    left = recorder.count - len(parts)
    if left:
        parts.append(f"Fetches of this test that are not shown: {left}")
    return "\n\n".join(parts)


def _lines(numbered: NumberedResult, count: int, *, is_explained: bool) -> Iterable[Line]:
    which = f"Fetch {numbered.number} of {count} in {numbered.result.browser_name}: "
    try:
        # NB: only now, so that only failed tests pay for it.
        report = numbered.result.report()
    except Exception as error:  # noqa: BLE001 - a defect of ours must not end the user's test run
        yield Line(f"{which}{numbered.result!r}, which cannot be explained: {error!r}")
        return
    yield Line(f"{which}{verdict_line(report).text}")
    if is_explained:
        yield Line("(explained above)")
    elif EXPLANATION.get() == "short":
        yield from map(Line, explanation_of(numbered.result))
        return
    else:
        yield from brief(report)
    yield from _wire(report)


def _wire(report: Report) -> Iterable[Line]:
    if not report.timeline:
        return
    yield Line()
    yield Line("On the wire")
    left = len(report.timeline) - MOST_ENTRIES
    if left > 0:
        yield Line(f"  ... {left} before these")
    for entry in report.timeline[-MOST_ENTRIES:]:
        yield from (Line(f"  {line}") for line in describe_entry(entry))
