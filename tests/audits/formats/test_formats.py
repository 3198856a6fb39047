"""
Audits as data, as SARIF, as text and as a page.
"""

from __future__ import annotations

import itertools
import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from browsercors import Answer, ScriptedServer
from browsercors.audits.audit import audit
from browsercors.audits.formats.html import audit_as_html
from browsercors.audits.formats.json import AUDIT_VERSION, audit_as_data
from browsercors.audits.formats.sarif import audit_as_sarif
from browsercors.audits.formats.text import audit_as_text, audit_lines, summary_of
from tests.audits.vulnerable import APP, server

if TYPE_CHECKING:
    from browsercors.audits.findings import AuditReport
    from browsercors.values.wire import HTTPRequest

HOSTILE = "\x1b[31m<script>alert(1)</script>\u202e"


@pytest.fixture(scope="module")
def report() -> AuditReport:
    app = server(lambda origin: origin.startswith(APP), vary="", cache="public")
    return audit(app, allowed_origins=[APP], methods=["DELETE"])


@pytest.fixture(scope="module")
def nothing() -> AuditReport:
    return audit(server(), allowed_origins=[APP])


@pytest.fixture(scope="module")
def hostile() -> AuditReport:
    """
    Return the audit of a server that answers with markup, and changes its mind.
    """
    calls = itertools.count()

    def answer(request: HTTPRequest) -> Answer:
        origin = dict(request.headers).get(b"Origin", b"")
        lines = [(b"Access-Control-Allow-Origin", origin), (b"Access-Control-Allow-Credentials", b"true")]
        lines += [(b"Access-Control-Expose-Headers", b"*"), (b"Access-Control-Allow-Methods", HOSTILE.encode())]
        return Answer(200 if next(calls) else 201, [*lines, (b"X-Token", HOSTILE.encode())], HOSTILE)

    return audit(ScriptedServer(default=answer), paths=["/<script>", "/?a=</script>"])


def test_data_is_json_and_names_everything(report: AuditReport) -> None:
    data = json.loads(json.dumps(audit_as_data(report)))

    assert AUDIT_VERSION == data["version"]
    assert ["prefix", "missing-vary", "preflight-blocked"] == [finding["code"] for finding in data["findings"]]
    finding = data["findings"][0]
    assert {"code", "severity", "title", "gain", "origins", "paths", "fix", "browsers", "causes", "proof"} == set(
        finding
    )
    assert ("high", ["/"], ["chromium", "firefox", "webkit"]) == (
        finding["severity"],
        finding["paths"],
        finding["browsers"],
    )
    assert "readable" == finding["proof"][0]["verdict"]
    assert f"{APP}.attacker.example" == finding["proof"][0]["tried"]["page_origin"]
    assert (True, [], []) == (data["is_complete"], data["untried"], data["problems"])


# The properties that SARIF 2.1.0 requires, by where they stand in the log (sections 3.13 to 3.52 of the standard).
REQUIRED = {
    "": {"version", "runs"},
    "runs": {"tool"},
    "runs.tool": {"driver"},
    "runs.tool.driver": {"name"},
    "runs.tool.driver.rules": {"id"},
    "runs.invocations": {"executionSuccessful"},
    "runs.invocations.toolExecutionNotifications": {"message"},
    "runs.results": {"message"},
}
LEVELS = {"none", "note", "warning", "error"}


def objects_at(value: Any, place: str) -> list[dict[str, Any]]:
    for name in filter(None, place.split(".")):
        values = [each[name] for each in (value if isinstance(value, list) else [value])]
        value = [item for each in values for item in (each if isinstance(each, list) else [each])]
    return value if isinstance(value, list) else [value]


@pytest.mark.parametrize("place", REQUIRED)
def test_a_sarif_log_has_what_the_standard_requires(place: str, report: AuditReport, hostile: AuditReport) -> None:
    found = [
        (REQUIRED[place] <= set(each)) for which in (report, hostile) for each in objects_at(sarif_of(which), place)
    ]

    assert found
    assert all(found)


def sarif_of(report: AuditReport) -> dict[str, Any]:
    log = json.loads(json.dumps(audit_as_sarif(report, version="1.2.3")))
    assert isinstance(log, dict)
    return log


def test_a_sarif_log_names_schema_version_and_tool(report: AuditReport) -> None:
    log = sarif_of(report)
    driver = log["runs"][0]["tool"]["driver"]

    assert "2.1.0" == log["version"]
    assert log["$schema"].endswith("sarif-schema-2.1.0.json")
    assert ("browsercors", "1.2.3") == (driver["name"], driver["semanticVersion"])


def test_each_result_of_a_sarif_log_fits_its_rule(report: AuditReport) -> None:
    run = sarif_of(report)["runs"][0]
    rules = run["tool"]["driver"]["rules"]

    assert len({rule["id"] for rule in rules}) == len(rules) == len(run["results"])
    for result in run["results"]:
        rule = rules[result["ruleIndex"]]
        assert result["ruleId"] == rule["id"]
        assert result["level"] == rule["defaultConfiguration"]["level"]
        assert result["level"] in LEVELS
        assert result["message"]["text"]
        assert {"text"} == set(rule["shortDescription"]) == set(rule["fullDescription"]) == set(rule["help"])
        assert "https://api.example.com/" == result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert re.fullmatch(r"[0-9a-f]{64}", result["partialFingerprints"]["browsercors/v1"])
        assert {"protocol", "version", "target", "method", "headers"} == set(result["webRequest"])
        assert result["webResponse"]["statusCode"] in {200, 204}
    assert ["error", "note", "note"] == [result["level"] for result in run["results"]]
    assert ["8.0", "3.0", None] == [rule["properties"].get("security-severity") for rule in rules]


def test_fingerprints_stay_from_run_to_run() -> None:
    first, second = (sarif_of(audit(server(lambda _: True)))["runs"][0]["results"][0] for _ in range(2))

    assert first["partialFingerprints"] == second["partialFingerprints"]
    assert first["properties"]["origins"] != second["properties"]["origins"]


def test_a_log_of_nothing_is_a_successful_run_without_results(nothing: AuditReport) -> None:
    (run,) = sarif_of(nothing)["runs"]

    assert ([], [], True) == (
        run["results"],
        run["tool"]["driver"]["rules"],
        run["invocations"][0]["executionSuccessful"],
    )


def test_an_audit_that_broke_off_is_no_successful_run() -> None:
    (run,) = sarif_of(audit(server(), budget=3, untried="ignore"))["runs"]
    (invocation,) = run["invocations"]

    assert not invocation["executionSuccessful"]
    assert "the budget of 3 requests is spent" == invocation["toolExecutionNotifications"][0]["message"]["text"]


def test_text_says_who_gains_what_with_the_exchange_that_proves_it(report: AuditReport) -> None:
    text = audit_as_text(report)

    assert text.startswith("HIGH  prefix\nOrigins that only begin like an allowed one are allowed.\n\nGain:   Anyone ")
    assert f"    > Origin: {APP}.attacker.example\n" in text
    assert f"    < Access-Control-Allow-Origin: {APP}.attacker.example\n" in text
    assert "In:     Chromium, Firefox, WebKit\n" in text
    assert text.endswith(summary_of(report))
    assert "1 high, 1 low, 1 info" in summary_of(report)


def test_text_is_no_wider_than_a_terminal_but_for_what_is_copied(report: AuditReport) -> None:
    wide = [line.text for line in audit_lines(report) if len(line.text) > 80]

    assert all(line.lstrip().startswith(("<", ">", "actual", "preflight", "https://")) for line in wide)


def test_more_is_shown_on_demand(report: AuditReport) -> None:
    assert len(list(audit_lines(report, verbose=True))) > len(list(audit_lines(report)))


def test_nothing_found_is_said(nothing: AuditReport) -> None:
    *_, line = audit_lines(nothing)

    assert line.text.startswith("https://api.example.com: nothing found (")


def test_what_was_not_tried_is_said() -> None:
    text = audit_as_text(audit(server(), budget=3, untried="ignore"))

    assert "the budget of 3 requests is spent" in text
    assert "cells of the plan were not fully tried, as the budget of 3 requests is spent" in " ".join(text.split())
    assert "Parts with such cells: the origin null, preflights of any origin" in " ".join(text.split())
    assert "nothing found in what was tried (3 requests" in text


def test_data_names_each_cell_that_was_not_tried() -> None:
    data = json.loads(json.dumps(audit_as_data(audit(server(), allowed_origins=[APP], budget=9, untried="ignore"))))

    assert "the budget of 9 requests is spent" == data["ended_early"]
    assert data["cells_tried"] > 0
    assert {"stage", "origin", "path", "method", "headers", "credentials", "order", "browser", "initiator"} == set(
        data["cells_not_tried"][0]
    )
    assert {"prefix", "development-server", "tunnel"} <= {cell["origin"] for cell in data["cells_not_tried"]}


def test_a_page_shows_findings_and_leads_to_their_proofs(report: AuditReport) -> None:
    page = audit_as_html(report)
    targets = set(re.findall(r'href="#([^"]+)"', page))

    assert "<h1>CORS audit of https://api.example.com</h1>" in page
    assert {target for target in targets if f'id="{target}"' not in page} == set()
    assert sum(len(finding.proof) for finding in report.findings) == len(set(re.findall(r'id="report-\d+"', page)))


def test_a_page_of_one_proof_leads_to_it() -> None:
    report = audit(server(max_age="999999"), allowed_origins=[APP])
    page = audit_as_html(report)

    assert 1 == len(report.findings[0].proof)
    assert 'href="#reports"' in page
    assert 'id="reports"' in page


def test_a_page_of_nothing_says_so(nothing: AuditReport) -> None:
    page = audit_as_html(nothing)

    assert "nothing found" in page
    assert "There is nothing to report" not in page


def test_what_a_server_writes_does_nothing_to_a_terminal_or_a_page(hostile: AuditReport) -> None:
    page, text = audit_as_html(hostile), audit_as_text(hostile, verbose=True)
    log = json.dumps(audit_as_sarif(hostile, version="1"), ensure_ascii=False)

    assert {"not-deterministic"} == {problem.code for problem in hostile.problems}
    assert "<script" not in page
    for written in (page, text, log):
        assert "\x1b" not in written
        assert "\u202e" not in written


ODD_ORIGIN = "https://a{0}b.example"


def test_what_stands_in_a_message_of_sarif_is_neither_a_placeholder_nor_a_link() -> None:
    statuses = itertools.chain([200], itertools.repeat(201))

    def changing(request: HTTPRequest) -> Answer:
        return Answer(next(statuses), reflected(request).headers)

    allowed, paths = ["https://c}d.example"], ["/{1}?[x](https://evil.example/)|`"]
    runs = [
        sarif_of(audit(ScriptedServer(default=answer), url=ODD_ORIGIN, allowed_origins=allowed, paths=paths))["runs"][0]
        for answer in (reflected, changing)
    ]
    results = [result for run in runs for result in run["results"]]
    notifications = [each for run in runs for each in run["invocations"][0]["toolExecutionNotifications"]]
    texts = [each["message"]["text"] for each in (*results, *notifications)]

    assert any("Pages: https://c}}d.example. " in text for text in texts)
    assert any(text.startswith("/{{1}}?[x] (https://evil.example/)|`: ") for text in texts)
    assert [] == [text for text in texts if "](" in text or re.search(r"[{}]", re.sub(r"\{\{|\}\}", "", text))]
    assert {"https://a%7B0%7Db.example/%7B1%7D?%5Bx%5D(https://evil.example/)%7C%60"} == {
        place["physicalLocation"]["artifactLocation"]["uri"] for result in results for place in result["locations"]
    }


def test_an_audit_of_and_for_odd_names_has_every_form() -> None:
    odd = audit(ScriptedServer(default=reflected), url=ODD_ORIGIN, allowed_origins=["https://c}d.example"])
    proof = odd.findings[0].proof[0].report(allowed_origins=()).headline

    assert f"{ODD_ORIGIN}/" in proof
    assert f"{ODD_ORIGIN}: " in summary_of(odd)
    assert ODD_ORIGIN in audit_as_text(odd, verbose=True)
    assert proof in audit_as_html(odd)
    assert ODD_ORIGIN in json.dumps(audit_as_data(odd))


def reflected(request: HTTPRequest) -> Answer:
    """
    Allow whoever asks, with credentials.
    """
    origin = dict(request.headers).get(b"Origin", b"null")
    return Answer(200, [(b"Access-Control-Allow-Origin", origin), (b"Access-Control-Allow-Credentials", b"true")])
