"""
An audit in the forms that CI services read: JUnit, annotations of GitHub, and code quality of GitLab.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape, quoteattr

from browsercors.audits.findings import Severity, checked_audit
from browsercors.explain.words.sanitise import printable

if TYPE_CHECKING:
    from browsercors.audits.findings import AuditFinding, AuditReport

__all__ = ["audit_as_github", "audit_as_gitlab", "audit_as_junit"]

# https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
GITLAB: Final = {
    Severity.CRITICAL: "blocker",
    Severity.HIGH: "critical",
    Severity.MEDIUM: "major",
    Severity.LOW: "minor",
    Severity.INFO: "info",
}
# https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions
GITHUB: Final = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "notice",
    Severity.INFO: "notice",
}


def audit_as_junit(report: AuditReport, *, fail_on: Severity | str = Severity.LOW) -> str:
    """
    Return *report* as JUnit XML: one test for each finding at each path, failed from the severity *fail_on* on.

    Args:
        report: The audit.
        fail_on: The lowest severity that is a failure.

    Raises:
        ValueError: There is no such severity.
    """
    failing = checked_audit(report).at_least(fail_on)
    cases = []
    failures = 0
    for finding in report.findings:
        is_failing = finding in failing
        for path in finding.paths:
            inner = ""
            if is_failing:
                failures += 1
                message = quoteattr(printable(f"{finding.severity.value}: {finding.title}"))
                kind, told = quoteattr(finding.code), escape(printable(_sentences(finding)))
                inner = f"<failure type={kind} message={message}>{told}</failure>"
            name = quoteattr(printable(f"{finding.code} {path}"))
            cases.append(f'    <testcase classname="browsercors.audit" name={name}>{inner}</testcase>')
    if not cases:
        cases.append('    <testcase classname="browsercors.audit" name="nothing was found"></testcase>')
    name = quoteattr(f"browsercors audit {report.url}")
    counts = f'tests="{len(cases)}" failures="{failures}" time="{report.seconds:.3f}"'
    head = f"<testsuite name={name} {counts}>"
    return "\n".join(
        [
            '<?xml version="1.0" encoding="utf-8"?>',
            "<testsuites>",
            f"  {head}",
            *cases,
            "  </testsuite>",
            "</testsuites>",
            "",
        ]
    )


def audit_as_github(report: AuditReport) -> str:
    """
    Return *report* as workflow commands, by which GitHub annotates a run: one line for each finding.
    """
    lines = []
    for finding in checked_audit(report).findings:
        title = _escaped(f"{finding.code} ({finding.severity.value})").replace(":", "%3A").replace(",", "%2C")
        where = ", ".join(finding.paths)
        lines.append(
            f"::{GITHUB[finding.severity]} title={title}::{_escaped(f'{report.url} {where}: {_sentences(finding)}')}\n"
        )
    return "".join(lines)


def audit_as_gitlab(report: AuditReport) -> str:
    """
    Return *report* as JSON of GitLab's code quality.
    """
    issues = [
        {
            "description": printable(_sentences(finding)),
            "check_name": finding.code,
            # NB: without the origins, as those of strangers are others each time.
            "fingerprint": hashlib.sha256(f"{finding.code} {report.url} {path}".encode()).hexdigest(),
            "severity": GITLAB[finding.severity],
            # NB: a path of the API stands where GitLab expects that of a file.
            "location": {"path": path.lstrip("/") or "/", "lines": {"begin": 1}},
        }
        for finding in checked_audit(report).findings
        for path in finding.paths
    ]
    return json.dumps(issues, indent=2) + "\n"


def _sentences(finding: AuditFinding) -> str:
    return f"{finding.title}. {finding.gain} {finding.fix}"


def _escaped(text: str) -> str:
    # https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts
    return printable(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
