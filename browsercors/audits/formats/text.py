"""
An audit as text: lines with a style each, for a terminal of 80 columns.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from browsercors.audits.findings import Severity, checked_audit
from browsercors.explain.formats.text import Line, as_text, cause_lines, describe_entry, labelled, wrapped
from browsercors.explain.words.reasons import browser_label
from browsercors.explain.words.sanitise import shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from browsercors.audits.findings import AuditFinding, AuditReport
    from browsercors.policy.problems import AuditProblem

__all__ = ["audit_as_text", "audit_lines", "browsers_as_text", "origins_as_text", "summary_of", "untried_sentence_of"]

STYLES: Final = {
    Severity.CRITICAL: "blocked",
    Severity.HIGH: "blocked",
    Severity.MEDIUM: "opaque",
    Severity.LOW: "heading",
    Severity.INFO: "plain",
}
MOST_ORIGINS: Final = 6


def audit_as_text(report: AuditReport, *, verbose: bool = False) -> str:
    """
    Return the whole audit as text. The arguments are those of `audit_lines`.
    """
    return as_text(audit_lines(report, verbose=verbose))


def audit_lines(report: AuditReport, *, verbose: bool = False) -> Iterator[Line]:
    """
    Yield the whole audit: the findings with their proofs, the problems, what was assumed, and what was not tried.

    Args:
        report: The audit.
        verbose: Whether every proof is shown with every header line, and not the first alone with those of CORS.
    """
    checked_audit(report)
    for finding in report.findings:
        yield from _finding(finding, verbose=verbose)
        yield Line()
    if report.problems:
        yield Line("Not seen clearly", "heading")
        for problem in report.problems:
            first, *rest = wrapped(_sentence(problem), 76)
            yield Line(f"  {first}", "opaque")
            yield from (Line(f"    {line}") for line in rest)
        yield Line()
    for sentence in report.assumed:
        yield from (Line(line, "opaque") for line in wrapped(f"Assumed: {shown(sentence)}", 80))
        yield Line()
    if report.untried:
        yield from (Line(line, "opaque") for line in wrapped(untried_sentence_of(report), 80))
        yield Line()
    yield Line(summary_of(report), "heading")


def summary_of(report: AuditReport) -> str:
    """
    Return the outcome in one sentence.
    """
    counts = Counter(finding.severity for finding in report.findings)
    told = [f"{counts[severity]} {severity.value}" for severity in reversed(Severity) if counts[severity]]
    found = ", ".join(told) if told else "nothing found" if report.is_complete else "nothing found in what was tried"
    requests = "1 request" if report.requests == 1 else f"{report.requests} requests"
    return f"{report.url}: {found} ({requests}, as {browsers_as_text(report.browsers)})"


def untried_sentence_of(report: AuditReport) -> str:
    """
    Return what was not tried, or not wholly, and how much of the plan that is.
    """
    count = len({*report.tried, *report.not_tried})
    return (
        f"{len(report.not_tried)} of {count} cells of the plan were not fully tried, as {report.ended_early}. "
        f"Parts with such cells: {', '.join(report.untried)}."
    )


def browsers_as_text(names: Sequence[str]) -> str:
    """
    Return browsers as people call them.
    """
    return ", ".join(map(browser_label, names))


def origins_as_text(finding: AuditFinding) -> str:
    """
    Return the first origins of a finding, and how many more there are.
    """
    more = len(finding.origins) - MOST_ORIGINS
    return ", ".join(map(shown, finding.origins[:MOST_ORIGINS])) + (f" and {more} more" if more > 0 else "")


def _sentence(problem: AuditProblem) -> str:
    return shown(problem.sentence) if not problem.path else f"{shown(problem.path)}: {shown(problem.sentence)}"


def _finding(finding: AuditFinding, *, verbose: bool) -> Iterator[Line]:
    yield Line(f"{finding.severity.value.upper()}  {finding.code}", STYLES[finding.severity])
    yield from (Line(line) for line in wrapped(f"{finding.title}.", 80))
    yield Line()
    parts = (
        ("Gain:", finding.gain),
        ("Pages:", origins_as_text(finding)),
        ("Paths:", ", ".join(map(shown, finding.paths))),
        ("In:", browsers_as_text(finding.browsers)),
        ("Fix:", finding.fix),
    )
    for label, text in parts:
        yield from (Line(line) for line in labelled(label, wrapped(text)))
    yield from cause_lines(finding.causes)
    for result in finding.proof if verbose else finding.proof[:1]:
        report = result.report(allowed_origins=())
        yield Line()
        first, *rest = wrapped(report.headline)
        yield from (Line(line) for line in labelled("Proof:", [first, *rest]))
        for entry in report.timeline:
            first, *rest = describe_entry(entry, verbose=verbose)
            yield Line(f"  {first}")
            yield from (Line(f"  {line}", "quiet") for line in rest)
