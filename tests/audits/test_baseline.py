"""
Baselines of audits, accepted findings, and the forms that CI services read.
"""

from __future__ import annotations

import datetime
import json
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING, Any, Final

import attrs
import pytest

from browsercors import Answer, AuditReport, ScriptedServer, audit, audit_as_text
from browsercors.audits.baseline import Accepted, Baseline, KnownFinding, baseline_of, judge_findings, read_baseline
from browsercors.audits.findings import Severity
from browsercors.audits.formats.ci import audit_as_github, audit_as_gitlab, audit_as_junit

if TYPE_CHECKING:
    from collections.abc import Callable

TODAY: Final = datetime.date(2030, 6, 15)


@pytest.fixture(scope="module")
def report() -> AuditReport:
    """
    Every site can read /a and /b.
    """

    def reflect(request: Any) -> Answer:
        origin = (request.headers.get(b"origin") or b"*").decode()
        return Answer(200, {"Access-Control-Allow-Origin": origin, "Access-Control-Allow-Credentials": "true"}, "s")

    return audit(ScriptedServer({"*": reflect}), paths=["/a", "/b"], allowed_origins="https://app.example.com")


CODE: Final = "any-origin-credentials"


def places(findings: Any) -> set[tuple[str, str]]:
    return {(finding.code, path) for finding in findings for path in finding.paths}


def test_what_is_in_the_baseline_is_known(report: AuditReport) -> None:
    judged = judge_findings(report, baseline_of(report), today=TODAY)

    assert judged.new == ()
    assert places(judged.known) == places(report.findings)
    assert (judged.gone, judged.expired, judged.unused) == ((), (), ())


def test_a_baseline_survives_its_file(report: AuditReport) -> None:
    baseline = baseline_of(report)
    text = baseline.as_text()

    assert set(read_baseline(text).findings) == set(baseline.findings)
    assert read_baseline(text).as_text() == text
    assert read_baseline(Baseline().as_text()) == Baseline()


def test_a_new_path_a_worse_finding_and_what_has_gone(report: AuditReport) -> None:
    known = (
        KnownFinding(CODE, "/a", Severity.LOW),
        KnownFinding(CODE, "/c", Severity.CRITICAL),
    )
    judged = judge_findings(report, Baseline(known), today=TODAY)

    assert {(CODE, "/a"), (CODE, "/b")} <= places(judged.new)
    assert judged.gone == (known[1],)


def test_a_finding_is_accepted_where_and_as_long_as_it_says(report: AuditReport) -> None:
    at_a = Accepted(code=CODE, path="/a", reason="public", until=TODAY)
    over = Accepted(code=CODE, path="/b", reason="until the relaunch", until=TODAY - datetime.timedelta(days=1))
    elsewhere = Accepted(code=CODE, path="/c/*", reason="gone long since")
    judged = judge_findings(report, Baseline(), [at_a, over, elsewhere], today=TODAY)

    assert (CODE, "/b") in places(judged.new)
    assert (CODE, "/a") not in places(judged.new)
    assert [(finding.paths, reason) for finding, reason in judged.accepted] == [(("/a",), at_a)]
    assert judged.expired == (over,)
    assert judged.unused == (elsewhere,)


WRONG: Final[list[tuple[Callable[[], object], str]]] = [
    (lambda: Accepted(code="any-orign", reason="x"), "code has to be that of a finding, not 'any-orign'; did"),
    (lambda: Accepted(code=CODE, reason=" "), "reason is empty"),
    (lambda: Accepted(code=CODE, reason=None), "reason has to be a str"),  # type: ignore[arg-type]
    (lambda: read_baseline("{"), "the baseline has to be"),
    (lambda: read_baseline('{"version": 1}'), "the baseline has to be .* KeyError: 'findings'"),
    (lambda: read_baseline('{"version": 2, "findings": []}'), "the baseline has version 2, and this release reads 1"),
    (
        lambda: read_baseline('{"version": 1, "findings": [{"code": "a", "path": "/", "severity": "bad"}]}'),
        "not a valid",
    ),
    (lambda: audit_as_junit(None), "report has to be an AuditReport"),  # type: ignore[arg-type]
]


@pytest.mark.parametrize(("call", "message"), WRONG, ids=[message for _, message in WRONG])
def test_a_mistake_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises((TypeError, ValueError), match=message):
        call()


def test_junit_has_a_test_for_each_finding_at_each_path(report: AuditReport) -> None:
    suite = ET.fromstring(audit_as_junit(report, fail_on="critical")).find("testsuite")  # noqa: S314 - our own

    assert suite is not None
    assert {case.get("name") for case in suite} == {f"{code} {path}" for code, path in places(report.findings)}
    failed = {case.get("name") for case in suite if case.find("failure") is not None}
    assert failed == {f"{code} {path}" for code, path in places(report.at_least("critical"))}
    assert suite.get("failures") == str(len(failed))


def test_junit_of_an_audit_that_found_nothing_has_one_test(report: AuditReport) -> None:
    suite = ET.fromstring(audit_as_junit(attrs.evolve(report, findings=()))).find("testsuite")  # noqa: S314 - our own

    assert suite is not None
    assert (suite.get("tests"), suite.get("failures")) == ("1", "0")


def test_github_has_a_line_for_each_finding(report: AuditReport) -> None:
    lines = audit_as_github(report).splitlines()

    assert len(lines) == len(report.findings)
    assert lines[0].startswith(f"::error title={CODE} (critical)::{report.url} /a, /b: ")


def test_gitlab_has_what_its_format_asks_for(report: AuditReport) -> None:
    issues = json.loads(audit_as_gitlab(report))

    assert len(issues) == len(places(report.findings))
    assert len({issue["fingerprint"] for issue in issues}) == len(issues)
    for issue in issues:
        assert set(issue) == {"description", "check_name", "fingerprint", "severity", "location"}
        assert issue["severity"] in {"info", "minor", "major", "critical", "blocker"}
        assert issue["location"]["lines"]["begin"] == 1
        assert not issue["location"]["path"].startswith("/") or issue["location"]["path"] == "/"


def test_an_audit_prints_as_text(report: AuditReport) -> None:
    assert str(report) == audit_as_text(report)
