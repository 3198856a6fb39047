"""
An audit as one HTML page: a table of the findings, then the report on each fetch that proves one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from browsercors.explain.as_html import report_as_html
from browsercors.explain.html_pieces import NOTHING, paragraph, table
from browsercors.explain.markup import Markup, element, joined
from browsercors.policy.audit_as_text import browsers_as_text, origins_as_text, summary_of

if TYPE_CHECKING:
    from browsercors.policy.audit_findings import AuditFinding, AuditReport

__all__ = ["audit_as_html"]


def audit_as_html(report: AuditReport) -> str:
    """
    Return *report* as a document that holds no script and loads nothing, as `report_as_html` does.
    """
    proofs = [(finding, result) for finding in report.findings for result in finding.proof]
    numbers = {id(result): number for number, (_, result) in enumerate(proofs, 1)}

    def links(finding: AuditFinding) -> Markup:
        found = [numbers[id(result)] for result in finding.proof]
        place = "report-{}" if len(proofs) > 1 else "reports"
        return joined([element("a", str(number), href=f"#{place.format(number)}") for number in found], ", ")

    rows = [
        (
            finding.title,
            finding.severity.value,
            joined(
                (
                    paragraph(finding.gain),
                    paragraph(f"Pages: {origins_as_text(finding)}"),
                    paragraph(f"Paths: {', '.join(finding.paths)}"),
                )
            ),
            finding.fix,
            browsers_as_text(finding.browsers),
            links(finding),
        )
        for finding in report.findings
    ]
    problems = [
        element("li", f"{problem.path}: {problem.sentence}" if problem.path else problem.sentence)
        for problem in report.problems
    ]
    lead = element(
        "section",
        element("h2", summary_of(report), id="findings"),
        table(("Finding", "Severity", "What a page gains", "Fix", "Browsers", "Proofs"), rows),
        joined((element("h3", "Not seen clearly"), element("ul", *problems))) if problems else NOTHING,
        paragraph(f"Not or not wholly tried: {', '.join(report.untried)}." if report.untried else ""),
        aria_labelledby="findings",
        class_="summary",
    )
    reports = [result.report(allowed_origins=()) for _, result in proofs]
    return report_as_html(reports, title=f"CORS audit of {report.url}", lead=lead)
