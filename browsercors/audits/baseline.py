"""
What is known of an audit's findings: a baseline of an earlier audit, and findings that somebody accepts.

An audit in CI fails on what is new. What is known and gone is said, so that the baseline can shrink.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import attrs

from browsercors.audits.checks import CHECKS
from browsercors.audits.findings import AuditFinding, AuditReport, Severity, checked_audit
from browsercors.policy.routes.path_patterns import PathPattern, path_pattern
from browsercors.values.arguments import ArgumentValueError, checked_text

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Sequence

__all__ = ["Accepted", "Baseline", "Judged", "KnownFinding", "baseline_of", "judge_findings", "read_baseline"]

BASELINE_VERSION: Final = 1
EVERY_PATH: Final = "/*"


@attrs.frozen
class KnownFinding:
    """
    A finding of an earlier audit at one path.

    Attributes:
        code: Its code.
        path: Where.
        severity: How bad it was; if it is worse now, it is new.
    """

    code: str
    path: str
    severity: Severity


@attrs.frozen
class Baseline:
    """
    The findings of an earlier audit.
    """

    findings: tuple[KnownFinding, ...] = ()

    def as_text(self) -> str:
        """
        Return the text of a baseline file: JSON, sorted, one finding a line, so that changes are easily reviewed.
        """
        lines = [
            json.dumps({"code": known.code, "path": known.path, "severity": known.severity.value})
            for known in sorted(self.findings, key=lambda each: (each.code, each.path))
        ]
        body = ",\n".join(f"    {line}" for line in lines)
        shown = f"[\n{body}\n  ]" if lines else "[]"
        return f'{{\n  "version": {BASELINE_VERSION},\n  "findings": {shown}\n}}\n'


@attrs.frozen(kw_only=True)
class Accepted:
    """
    A finding that somebody has decided to live with.

    Args:
        code: The code of the finding.
        reason: Why it is left as it is; the audit repeats it.
        path: Where: a pattern as in the `paths` of a policy. Every path by default.
        until: The last day on which it is accepted; None for ever.

    Raises:
        TypeError: A text is no str.
        ValueError: There is no such code, no reason is given, or *path* is no pattern.
    """

    code: str
    reason: str
    path: str = EVERY_PATH
    until: datetime.date | None = None
    _pattern: PathPattern = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        if checked_text("code", self.code, "any-origin") not in CHECKS:
            from browsercors.values.habits import near

            raise ArgumentValueError(f"code has to be that of a finding, not {self.code!r}{near(self.code, CHECKS)}")
        if not checked_text("reason", self.reason, "public data").strip():
            raise ArgumentValueError("reason is empty; say why the finding is left as it is")
        object.__setattr__(self, "_pattern", path_pattern(checked_text("path", self.path, EVERY_PATH)))

    def holds(self, finding: AuditFinding, path: str) -> bool:
        """
        Whether *finding* at *path* is the one that is accepted, whatever day it is.
        """
        return self.code == finding.code and self._pattern.matches(path)


@attrs.frozen(kw_only=True)
class Judged:
    """
    The findings of an audit, sorted by what is known of them.

    Attributes:
        new: Those that nobody knows, with the paths at which that is so.
        known: Those of the baseline.
        accepted: Those that somebody accepts, each with the reasons.
        gone: What the baseline has, and the audit does not find any more.
        expired: What was accepted until a day that is over.
        unused: What is accepted, and found nowhere.
    """

    new: tuple[AuditFinding, ...]
    known: tuple[AuditFinding, ...]
    accepted: tuple[tuple[AuditFinding, Accepted], ...]
    gone: tuple[KnownFinding, ...]
    expired: tuple[Accepted, ...]
    unused: tuple[Accepted, ...]


def baseline_of(report: AuditReport) -> Baseline:
    """
    Return the findings of *report* as a baseline for later audits.
    """
    checked_audit(report)
    return Baseline(
        tuple(
            KnownFinding(finding.code, path, finding.severity) for finding in report.findings for path in finding.paths
        )
    )


def read_baseline(text: str) -> Baseline:
    """
    Return the baseline that *text*, the content of a baseline file, says.

    Raises:
        ValueError: It is no baseline, or one of a later version.
    """
    right = '{"version": 1, "findings": [{"code": ..., "path": ..., "severity": ...}]}'
    try:
        data: Any = json.loads(text)
        if data["version"] != BASELINE_VERSION:
            raise ArgumentValueError(
                f"the baseline has version {data['version']!r}, and this release reads {BASELINE_VERSION}"
            )
        findings = [
            KnownFinding(str(each["code"]), str(each["path"]), Severity(each["severity"])) for each in data["findings"]
        ]
    except (json.JSONDecodeError, KeyError, TypeError, ValueError) as error:
        if isinstance(error, ArgumentValueError):
            raise
        raise ArgumentValueError(f"the baseline has to be {right}: {type(error).__name__}: {error}") from None
    return Baseline(tuple(findings))


def judge_findings(
    report: AuditReport, baseline: Baseline, accepted: Sequence[Accepted] = (), *, today: datetime.date
) -> Judged:
    """
    Sort the findings of *report* by what is known of them.

    Args:
        report: The audit.
        baseline: What an earlier audit found.
        accepted: What somebody accepts; the first that holds counts.
        today: The day, which ends what is accepted until one.
    """
    checked_audit(report)
    worst = {(known.code, known.path): known.severity for known in baseline.findings}
    new, known, taken = [], [], []
    current = [each for each in accepted if each.until is None or today <= each.until]
    used: set[int] = set()
    for finding in report.findings:
        sorted_paths: dict[str, list[str]] = {"new": [], "known": []}
        by_acceptance: dict[int, list[str]] = {}
        for path in finding.paths:
            number = next((place for place, each in enumerate(current) if each.holds(finding, path)), None)
            before = worst.get((finding.code, path))
            if number is not None:
                by_acceptance.setdefault(number, []).append(path)
            else:
                sorted_paths["known" if before is not None and finding.severity.rank <= before.rank else "new"].append(
                    path
                )
        used |= by_acceptance.keys()
        new += _at(finding, sorted_paths["new"])
        known += _at(finding, sorted_paths["known"])
        taken += [(each, current[number]) for number, paths in by_acceptance.items() for each in _at(finding, paths)]
    there = {(finding.code, path) for finding in report.findings for path in finding.paths}
    return Judged(
        new=tuple(new),
        known=tuple(known),
        accepted=tuple(taken),
        gone=tuple(each for each in baseline.findings if (each.code, each.path) not in there),
        expired=tuple(each for each in accepted if each.until is not None and today > each.until),
        unused=tuple(each for number, each in enumerate(current) if number not in used),
    )


def _at(finding: AuditFinding, paths: Iterable[str]) -> list[AuditFinding]:
    found = tuple(paths)
    return [attrs.evolve(finding, paths=found)] if found else []
