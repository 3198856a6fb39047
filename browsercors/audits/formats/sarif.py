"""
An audit as SARIF 2.1.0, which code-scanning services read.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

import attrs

from browsercors.audits.checks import CHECKS
from browsercors.audits.findings import Severity, checked_audit
from browsercors.explain.words.causes import said_by
from browsercors.explain.words.sanitise import printable, shown

if TYPE_CHECKING:
    from browsercors.audits.findings import AuditFinding, AuditReport
    from browsercors.browser.result import PageResult
    from browsercors.fetch.timeline import Exchange

__all__ = ["SARIF_SCHEMA", "SARIF_VERSION", "audit_as_sarif"]

SARIF_VERSION: Final = "2.1.0"
SARIF_SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

LEVELS: Final = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
    Severity.INFO: "note",
}
# NB: the numbers by which GitHub sorts; what is no matter of security has none.
SCORES: Final = {Severity.CRITICAL: "9.5", Severity.HIGH: "8.0", Severity.MEDIUM: "5.0", Severity.LOW: "3.0"}

MOST_ORIGINS: Final = 5

AS_THEY_ARE: Final = "%:/?#@!$&'()*+,;=-._~"
"""What may stand in a URL beside letters and digits; brackets only around addresses."""


def audit_as_sarif(report: AuditReport, *, version: str) -> dict[str, Any]:
    """
    Return *report* as a SARIF log.

    Args:
        report: The audit.
        version: The version of this package.
    """
    checked_audit(report)
    codes = list(dict.fromkeys(finding.code for finding in report.findings))
    driver = {"name": "browsercors", "semanticVersion": version, "rules": [_rule(code, report) for code in codes]}
    invocation = {
        "executionSuccessful": report.is_complete,
        "toolExecutionNotifications": [
            {
                "level": "warning",
                "descriptor": {"id": problem.code},
                "message": {"text": _sentence(problem.path, problem.sentence)},
            }
            for problem in report.problems
        ],
        "properties": {"cellsTried": len(report.tried), "cellsNotTried": len(report.not_tried)},
    }
    run = {
        "tool": {"driver": driver},
        "invocations": [invocation],
        "results": [_result(finding, codes, report) for finding in report.findings],
    }
    return {"$schema": SARIF_SCHEMA, "version": SARIF_VERSION, "runs": [run]}


def _sentence(path: str, sentence: str) -> str:
    return _message(shown(f"{path}: {sentence}" if path else sentence))


def _message(text: str) -> str:
    """
    Return *text* as a message of SARIF: a brace is written twice (3.11.5), and what would be a link is none (3.11.6).
    """
    return printable(text).replace("{", "{{").replace("}", "}}").replace("](", "] (")


def _uri(origin: str, path: str) -> str:
    """
    Return a URL as RFC 3986 has it: browsers leave more characters as they are, in names of hosts as well.
    """
    return f"{quote(origin, safe=AS_THEY_ARE + '[]')}{quote(path, safe=AS_THEY_ARE)}"


def _rule(code: str, report: AuditReport) -> dict[str, Any]:
    check = CHECKS[code]
    severity = next(finding.severity for finding in report.findings if finding.code == code)
    score = {"security-severity": SCORES[severity]} if severity in SCORES else {}
    return {
        "id": code,
        "name": "".join(part.title() for part in code.split("-")),
        "shortDescription": {"text": check.title},
        "fullDescription": {"text": check.gain},
        "help": {"text": check.fix},
        "defaultConfiguration": {"level": LEVELS[severity]},
        "properties": {"tags": ["security", "cors"], **score},
    }


def _result(finding: AuditFinding, codes: list[str], report: AuditReport) -> dict[str, Any]:
    more = len(finding.origins) - MOST_ORIGINS
    origins = ", ".join(finding.origins[:MOST_ORIGINS]) + (f" and {more} more" if more > 0 else "")
    text = f"{finding.title}. {finding.gain} Pages: {origins}. {' '.join([*map(said_by, finding.causes), finding.fix])}"
    # NB: without the origins, as those of strangers are others each time.
    key = f"{finding.code} {report.url} {' '.join(finding.paths)}"
    exchange = finding.proof[0].exchanges[-1] if finding.proof[0].exchanges else None
    return {
        "ruleId": finding.code,
        "ruleIndex": codes.index(finding.code),
        "level": LEVELS[finding.severity],
        "message": {"text": _message(text)},
        "locations": [
            {"physicalLocation": {"artifactLocation": {"uri": _uri(report.url, path)}}} for path in finding.paths
        ],
        "partialFingerprints": {"browsercors/v1": hashlib.sha256(key.encode()).hexdigest()},
        **({} if exchange is None else _web(exchange)),
        "properties": {
            "severity": finding.severity.value,
            "origins": list(finding.origins),
            "browsers": list(finding.browsers),
            "causes": [attrs.asdict(cause) for cause in finding.causes],
            "proof": [_told(result) for result in finding.proof],
        },
    }


def _web(exchange: Exchange) -> dict[str, Any]:
    request = {
        "protocol": "HTTP",
        "version": "1.1",
        "target": exchange.url,
        "method": exchange.method,
        "headers": {name: shown(value) for name, value in exchange.request_headers.lines},
    }
    if exchange.status is None:
        return {"webRequest": request}
    response = {
        "protocol": "HTTP",
        "version": "1.1",
        "statusCode": exchange.status,
        "headers": {shown(name): shown(value) for name, value in exchange.response_headers.lines[:60]},
    }
    return {"webRequest": request, "webResponse": response}


def _told(result: PageResult) -> str:
    return result.report(allowed_origins=()).headline
