"""
Audits name who answered where a page is kept out that is meant to read, as reports do; and nobody else.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from browsercors import ANY_ORIGIN, Answer, Policy, ScriptedServer, policy_report
from browsercors.audits.audit import audit
from browsercors.audits.formats.html import audit_as_html
from browsercors.audits.formats.json import audit_as_data
from browsercors.audits.formats.sarif import audit_as_sarif
from browsercors.audits.formats.text import audit_as_text
from browsercors.policy_check.formats.html import check_as_html
from browsercors.policy_check.formats.markdown import report_as_markdown
from tests.audits.vulnerable import APP

if TYPE_CHECKING:
    from collections.abc import Callable

    from browsercors.audits.findings import AuditFinding, AuditReport
    from browsercors.values.wire import HTTPRequest

ALLOW = {"Access-Control-Allow-Origin": APP, "Vary": "Origin", "Cache-Control": "no-store"}
PREFLIGHT = {**ALLOW, "Access-Control-Allow-Methods": "PUT"}
SPRING = Answer(403, {"Vary": "Origin"}, "Invalid CORS request")
STARLETTE = Answer(400, ALLOW, "Disallowed CORS headers")
NGINX = Answer(
    502, {"Server": "nginx/1.27.0"}, "<center><h1>502 Bad Gateway</h1></center>\n<hr><center>nginx/1.27.0</center>"
)
NOT_TLS = Answer(307, {"Location": "http://api.example.com/items/"})


def server(
    *, ours: Answer | None = None, preflight: Answer | None = None, others: Answer | None = None, path: str = "/items"
) -> ScriptedServer:
    """
    Return a server that answers our page so at one path, every preflight so, and pages of others so.
    """

    def answer(request: HTTPRequest) -> Answer:
        if request.method == b"OPTIONS":
            return preflight or Answer(204, PREFLIGHT)
        if dict(request.headers).get(b"Origin") != APP.encode():
            return others or Answer(200, {"Vary": "Origin", "Cache-Control": "no-store"})
        return ours if ours is not None and request.url.path == path else Answer(200, ALLOW)

    return ScriptedServer(default=answer)


def finding(report: AuditReport, code: str) -> AuditFinding:
    (found,) = [each for each in report.findings if each.code == code]
    return found


REFUSALS = [
    ("allowed-origin-blocked", server(ours=SPRING), {}, "spring-cors", "Invalid CORS request"),
    ("preflight-blocked", server(preflight=STARLETTE), {"headers": [("X-A", "1")]}, "starlette-headers", "Disallowed"),
    ("error-without-headers", server(ours=NGINX), {}, "nginx-bad-gateway", "nginx"),
    ("redirect-without-headers", server(ours=NOT_TLS), {}, "redirect-lost-https", "307, Location: http://api."),
    (
        "answer-without-headers",
        server(ours=Answer(200, {"x-amz-cf-pop": "FRA2", "x-cache": "Hit from cloudfront"})),
        {},
        "cloudfront-cached-copy",
        "Hit from cloudfront",
    ),
    (
        "credentials-blocked",
        server(
            ours=Answer(200, {**ALLOW, "Access-Control-Allow-Credentials": "true, true"}),
            preflight=Answer(204, PREFLIGHT),
        ),
        {"cookies": ["id=1; SameSite=None; Secure"]},
        "header-repeated",
        "true, true",
    ),
]


@pytest.mark.parametrize(("code", "target", "options", "cause", "sign"), REFUSALS, ids=[row[0] for row in REFUSALS])
def test_a_finding_that_keeps_our_page_out_says_who_answered(
    code: str, target: ScriptedServer, options: dict[str, Any], cause: str, sign: str
) -> None:
    found = finding(audit(target, allowed_origins=[APP], paths=["/items"], **options), code)

    assert cause in [each.code for each in found.causes]
    assert any(sign in each.sign for each in found.causes)


def test_what_shows_no_sign_has_no_cause() -> None:
    report = audit(server(ours=Answer(403, {}, "no")), allowed_origins=[APP], paths=["/items"])

    assert () == finding(report, "error-without-headers").causes


def test_nobody_is_told_how_to_let_strangers_in() -> None:
    # NB: the preflight passes for everybody; the response refuses the strangers, in Spring's words.
    everybody = Answer(204, {"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Methods": "*"})
    report = audit(
        server(preflight=everybody, others=SPRING), allowed_origins=[APP], paths=["/items"], unsafe_methods=True
    )

    assert "Invalid CORS request" in str(finding(report, "unsafe-request").proof[0].explain())
    assert () == finding(report, "unsafe-request").causes


def as_html(report: AuditReport) -> str:
    page = audit_as_html(report)
    return page[: page.index("Proven by the requests")]


FORMATS = [
    ("text", lambda report: " ".join(audit_as_text(report).partition("Proof:")[0].split())),
    ("JSON", lambda report: json.dumps(audit_as_data(report)["findings"][0]["causes"])),
    ("HTML", as_html),
    ("SARIF", lambda report: audit_as_sarif(report, version="1")["runs"][0]["results"][0]["message"]["text"]),
    (
        "SARIF data",
        lambda report: json.dumps(audit_as_sarif(report, version="1")["runs"][0]["results"][0]["properties"]),
    ),
]


@pytest.mark.parametrize("form", [row[1] for row in FORMATS], ids=[row[0] for row in FORMATS])
def test_every_format_has_who_answered_the_sign_and_the_remedy(form: Callable[[AuditReport], str]) -> None:
    written = form(audit(server(ours=SPRING), allowed_origins=[APP], paths=["/items"]))

    assert "he CORS layer of Spring" in written
    assert "Invalid CORS request" in written
    assert "allowedOrigins" in written


@pytest.mark.parametrize(
    "form",
    [
        lambda report: report.text(),
        lambda report: str(report.violations[0].explain()),
        lambda report: report_as_markdown(report).replace("\\", ""),
        check_as_html,
    ],
    ids=["text", "of one violation", "Markdown", "HTML"],
)
def test_a_policy_check_says_it_too(form: Callable[..., str]) -> None:
    report = policy_report(
        server(ours=SPRING, path="/"),
        Policy(origins=[APP]),
        browsers=("chromium",),
        max_examples=0,
    )
    written = " ".join(form(report).split())

    assert "he CORS layer of Spring" in written
    assert "Invalid CORS request" in written
    assert "allowedOrigins" in written


def test_a_policy_check_tells_nobody_how_to_let_strangers_in() -> None:
    opened = Answer(403, {"Access-Control-Allow-Origin": "*"}, "Invalid CORS request")
    report = policy_report(server(others=opened), Policy(origins=[APP]), browsers=("chromium",), max_examples=0)

    assert report.violations
    assert "Spring" not in report.text()


def test_an_audit_without_named_origins_names_who_answered_as_well() -> None:
    everybody = {"Access-Control-Allow-Origin": "*", "Cache-Control": "no-store"}

    def answer(request: HTTPRequest) -> Answer:
        return Answer(200, everybody) if request.url.path == "/" else NGINX

    found = finding(audit(ScriptedServer(default=answer), allowed_origins=ANY_ORIGIN), "error-without-headers")

    assert ["nginx-bad-gateway"] == [cause.code for cause in found.causes]
