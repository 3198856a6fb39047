"""
An audit as JSON-serialisable data, field by field.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import attrs

from browsercors.audits.findings import checked_audit
from browsercors.explain.formats.json import report_as_data
from browsercors.explain.words.sanitise import shown

if TYPE_CHECKING:
    from browsercors.audits.findings import AuditFinding, AuditReport
    from browsercors.policy.plan import Cell
    from browsercors.policy.problems import AuditProblem

__all__ = ["AUDIT_VERSION", "audit_as_data"]

AUDIT_VERSION: Final = 1
"""Raised when a field changes its meaning or goes; new fields do not raise it."""


def audit_as_data(report: AuditReport) -> dict[str, Any]:
    """
    Return *report* as data; the proofs are reports, as `report_as_data` writes them.
    """
    checked_audit(report)
    return {
        "version": AUDIT_VERSION,
        "url": report.url,
        "paths": list(report.paths),
        "browsers": list(report.browsers),
        "requests": report.requests,
        "budget": report.budget,
        "is_complete": report.is_complete,
        "untried": list(report.untried),
        "assumed": [shown(sentence) for sentence in report.assumed],
        "ended_early": shown(report.ended_early),
        "cells_tried": len(report.tried),
        "cells_not_tried": [_cell(cell) for cell in report.not_tried],
        "findings": [_finding(finding) for finding in report.findings],
        "problems": [_problem(problem) for problem in report.problems],
    }


def _cell(cell: Cell) -> dict[str, Any]:
    return {
        "stage": cell.stage.value,
        "origin": cell.origin,
        "path": cell.path,
        "method": cell.method,
        "headers": list(cell.headers),
        "credentials": cell.credentials,
        "order": cell.order,
        "browser": cell.browser,
        "initiator": cell.initiator,
    }


def _finding(finding: AuditFinding) -> dict[str, Any]:
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "title": finding.title,
        "gain": finding.gain,
        "origins": list(finding.origins),
        "paths": list(finding.paths),
        "fix": finding.fix,
        "browsers": list(finding.browsers),
        "causes": [attrs.asdict(cause) for cause in finding.causes],
        "proof": [report_as_data(result.report(allowed_origins=())) for result in finding.proof],
    }


def _problem(problem: AuditProblem) -> dict[str, Any]:
    return {
        "code": problem.code,
        "sentence": shown(problem.sentence),
        "path": problem.path,
        "answers": [report_as_data(result.report(allowed_origins=())) for result in problem.answers],
    }
