"""
An audit as one HTML page: the findings, then the report on each fetch that proves one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.audits.findings import Severity, checked_audit
from browsercors.audits.formats.text import browsers_as_text, summary_of, untried_sentence_of
from browsercors.explain.formats.html.markup import Markup, element, joined
from browsercors.explain.formats.html.page import report_as_html
from browsercors.explain.formats.html.pieces import NOTHING, causes_as_markup, paragraph

if TYPE_CHECKING:
    from collections.abc import Sequence

    from browsercors.audits.findings import AuditFinding, AuditReport

__all__ = ["audit_as_html"]

TONES: Final = {
    Severity.CRITICAL: "blocked",
    Severity.HIGH: "blocked",
    Severity.MEDIUM: "opaque",
    Severity.LOW: "opaque",
    Severity.INFO: "readable",
}
"""The colours, by the verdicts that have them."""


def audit_as_html(report: AuditReport) -> str:
    """
    Return *report* as a document that holds no script and loads nothing, as `report_as_html` does.
    """
    checked_audit(report)
    proofs = [(finding, result) for finding in report.findings for result in finding.proof]
    are_several = len(proofs) > 1
    numbers = {id(result): number for number, (_, result) in enumerate(proofs, 1)}
    findings = [
        _finding(
            finding,
            number,
            [
                (proof, f"report-{proof}" if are_several else "reports")
                for proof in (numbers[id(result)] for result in finding.proof)
            ],
        )
        for number, finding in enumerate(report.findings, 1)
    ]
    lead = element(
        "section",
        element("h2", summary_of(report), id="findings"),
        *findings,
        _problems(report),
        *(paragraph(f"Assumed: {sentence}") for sentence in report.assumed),
        paragraph(untried_sentence_of(report) if report.untried else ""),
        aria_labelledby="findings",
    )
    reports = [result.report(allowed_origins=()) for _, result in proofs]
    return report_as_html(reports, title=f"CORS audit of {report.url}", lead=lead)


def _finding(finding: AuditFinding, number: int, proofs: Sequence[tuple[int, str]]) -> Markup:
    links = joined([element("a", str(shown), href=f"#{target}") for shown, target in proofs], ", ")
    inside = element(
        "div",
        element("h3", f"{finding.severity.value.capitalize()}: {finding.title}", id=f"finding-{number}"),
        paragraph(finding.gain),
        causes_as_markup(finding.causes),
        _labelled("What to change", finding.fix),
        _labelled(f"Pages ({len(finding.origins)})", _codes(finding.origins)),
        _labelled("Paths", _codes(finding.paths)),
        _labelled("In", browsers_as_text(finding.browsers)),
        _labelled("Proven by the requests", links),
        class_="inside",
    )
    return element("article", inside, class_=f"report {TONES[finding.severity]}", aria_labelledby=f"finding-{number}")


def _codes(texts: Sequence[str]) -> Markup:
    return joined([element("code", text) for text in texts], ", ")


def _labelled(label: str, content: str) -> Markup:
    return element("p", element("strong", f"{label}: "), content)


def _problems(report: AuditReport) -> Markup:
    if not report.problems:
        return NOTHING
    told = [f"{problem.path}: {problem.sentence}" if problem.path else problem.sentence for problem in report.problems]
    return joined((element("h3", "Not seen clearly"), element("ul", *(element("li", text) for text in told))))
