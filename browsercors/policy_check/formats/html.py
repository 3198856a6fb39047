"""
A check's report as one HTML page: what is broken, the matrix, and the report on each fetch that shows a violation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.explain.formats.html.markup import Markup, element, joined
from browsercors.explain.formats.html.page import report_as_html
from browsercors.explain.formats.html.pieces import NOTHING, paragraph
from browsercors.policy_check.formats.text import SIGNS, cells_were, counted, names_of, notes_of, summary_of, told
from browsercors.policy_check.matrix import Mark

if TYPE_CHECKING:
    from browsercors.policy_check.causes import Cause
    from browsercors.policy_check.matrix import Matrix
    from browsercors.policy_check.outcome import CheckOutcome

__all__ = ["check_as_html"]

TITLE: Final = "CORS policy check"
CAPTION: Final = "Who asked, where, and what became of that"

TONES: Final = {
    Mark.VIOLATED: "tone blocked",
    Mark.TRIED: "tone readable",
    Mark.PARTLY_TRIED: "tone opaque",
    Mark.NOT_TRIED: "tone opaque",
    Mark.NOT_PLANNED: "",
}
"""The colours, by the verdicts that have them; the words beside them say the same."""


def check_as_html(report: CheckOutcome) -> str:
    """
    Return *report* as a document that holds no script and loads nothing, as `report_as_html` does.
    """
    causes = report.causes
    lead = element(
        "section",
        element("h2", summary_of(report), id="violations"),
        *(_cause(cause, number) for number, cause in enumerate(causes, 1)),
        paragraph(counted(report)),
        _untried(report),
        _matrix(report.matrix) if report.tried or report.not_tried else NOTHING,
        _notes(report),
        aria_labelledby="violations",
    )
    shown = [cause.violation.result.report(allowed_origins=cause.violation.setting.allowed or ()) for cause in causes]
    return report_as_html(shown, title=TITLE, lead=lead)


def _cause(cause: Cause, number: int) -> Markup:
    violation = cause.violation
    follows = names_of(cause.consequences)
    inside = element(
        "div",
        element("h3", f"{number}. {violation.headline}", id=f"violation-{number}"),
        paragraph(f"{told(violation.kind.value, violation.code)}: {violation.sentence}"),
        paragraph(f"It follows: {follows}") if follows else NOTHING,
        element("pre", element("code", *_code(violation.snippet))),
        class_="inside",
    )
    return element("article", inside, class_="report blocked", aria_labelledby=f"violation-{number}")


def _code(text: str) -> list[str]:
    """
    Return lines of code; each is escaped by itself, as a line break in a text would be shown as an escape.
    """
    return [joined([line, Markup("\n")]) for line in text.splitlines()]


def _matrix(matrix: Matrix) -> Markup:
    """
    Return a table: a row for each kind of origin, a column for each path.
    """
    head = element("tr", *(element("th", title, scope="col") for title in ("Origin", *matrix.paths)))
    rows = [
        element(
            "tr",
            element("th", origin, scope="row"),
            *(
                element("td", f"{SIGNS[mark]} {mark.value}", class_=TONES[mark])
                for mark in (matrix.mark(origin, path) for path in matrix.paths)
            ),
        )
        for origin in matrix.origins
    ]
    caption = element("caption", CAPTION)
    table = element("table", caption, element("thead", head), element("tbody", *rows))
    # NB: what scrolls has to be reached with the keyboard too.
    return element("div", table, class_="figure", role="region", aria_label=CAPTION, tabindex=0)


def _untried(report: CheckOutcome) -> Markup:
    if not report.not_tried:
        return NOTHING
    why = f", as {report.ended_early}" if report.ended_early else ""
    return paragraph(f"{cells_were(len(report.not_tried))} not fully tried{why}.")


def _notes(report: CheckOutcome) -> Markup:
    notes = [element("li", element("strong", f"{label}: "), sentence) for label, sentence in notes_of(report)]
    return element("ul", *notes) if notes else NOTHING
