"""
Audits load what came as elements do, run it as a script, and look at its timing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest

from browsercors import (
    ANY_ORIGIN,
    Answer,
    ScriptedServer,
    audit,
    audit_as_data,
    audit_as_html,
    audit_as_sarif,
    audit_plan,
)
from tests.policy_check.elements.test_cases import JSONP, PIXELS, TIMED, answering
from tests.policy_check.elements.test_laws import APP, accepts, destination, server

if TYPE_CHECKING:
    from browsercors import AuditReport
    from browsercors.values.wire import HTTPRequest

COOKIE: Final = ["id=1; SameSite=None; Secure"]
LAX: Final = ["id=1; SameSite=Lax"]
MEANT: Final[dict[str, Any]] = {"allowed_origins": [APP]}
CODES: Final = frozenset({"element-opens", "script-inclusion", "timing-open"})


def json_or_jsonp(request: HTTPRequest) -> Answer:
    """
    Answer as frameworks do that know `callback`.
    """
    query = request.url.query or ""
    if query.startswith("callback="):
        body = f'/**/{query.removeprefix("callback=")}({{"name": "Ada"}});'
        return Answer(200, {"Content-Type": "application/javascript"}, body.encode())
    return Answer(200, {"Content-Type": "application/json"}, b'{"name": "Ada"}')


def wildcard(request: HTTPRequest) -> Answer:
    return Answer(200, {"Content-Type": "image/png", "Access-Control-Allow-Origin": "*"}, PIXELS)


FOUND: list[tuple[str, Any, dict[str, Any], dict[str, str]]] = [
    # what is wrong, the server, arguments; what is found, and how bad it is
    ("nothing, image", server("image/png"), MEANT, {}),
    ("nothing, JSON", server("application/json"), MEANT, {}),
    ("a wildcard", ScriptedServer(default=wildcard), MEANT, {}),
    ("images are let through", server("image/png", destination("image")), MEANT, {"element-opens": "critical"}),
    ("by Accept", server("image/png", accepts("image/")), {}, {"element-opens": "critical"}),
    ("styles are let through", server("text/css", destination("style")), MEANT, {"element-opens": "critical"}),
    ("everybody is meant", server("image/png", destination("image")), {"allowed_origins": ANY_ORIGIN}, {}),
    ("data in a script", JSONP, MEANT, {"script-inclusion": "high"}),
    ("data in a script", JSONP, {}, {"script-inclusion": "medium"}),
    ("data in a script, with a cookie", JSONP, {**MEANT, "cookies": COOKIE}, {"script-inclusion": "high"}),
    ("data in a script, without a cookie", JSONP, {**MEANT, "cookies": LAX}, {"script-inclusion": "medium"}),
    ("data in a script, on request", ScriptedServer(default=json_or_jsonp), MEANT, {"script-inclusion": "high"}),
    ("JSON alone", answering("application/json", b'{"name": "Ada"}'), MEANT, {}),
    ("timing of an image", answering("image/png", PIXELS, Timing_Allow_Origin="*"), MEANT, {"timing-open": "low"}),
    ("timing of an image", answering("image/png", PIXELS, Timing_Allow_Origin="*"), {}, {"timing-open": "low"}),
    ("timing for one origin", answering("image/png", PIXELS, Timing_Allow_Origin=APP), MEANT, {}),
    ("timing in Chromium, which blocks JSON", TIMED, MEANT, {}),
    ("timing in WebKit, which does not", TIMED, {**MEANT, "browsers": ["webkit"]}, {"timing-open": "low"}),
]


def report_on(target: Any, arguments: dict[str, Any]) -> AuditReport:
    return audit(target, untried="ignore", **arguments)


@pytest.mark.parametrize(
    ("target", "arguments", "expected"), [case[1:] for case in FOUND], ids=[case[0] for case in FOUND]
)
def test_what_is_found(target: Any, arguments: dict[str, Any], expected: dict[str, str]) -> None:
    report = report_on(target, arguments)

    assert expected == {each.code: each.severity.value for each in report.findings if each.code in CODES}
    for finding in report.findings:
        assert finding.proof[0].exchanges
        assert finding.proof[0].browser_name in finding.browsers


def test_a_finding_names_what_shows() -> None:
    (finding,) = report_on(server("image/png", destination("image")), MEANT).findings
    (included,) = (
        each for each in report_on(ScriptedServer(default=json_or_jsonp), MEANT).findings if each.code in CODES
    )

    assert finding.gain.endswith("It gets the pixels.")
    assert ("/?callback=x8k2q",) == included.paths


def test_every_form_of_a_report_has_them() -> None:
    report = report_on(server("image/png", destination("image")), MEANT)

    assert "element-opens" == audit_as_data(report)["findings"][0]["code"]
    assert "An element shows every site what a fetch may not read" in audit_as_html(report)
    assert "element-opens" == audit_as_sarif(report, version="1")["runs"][0]["results"][0]["ruleId"]


def test_json_costs_one_request_more_and_nothing_else_does() -> None:
    requests = {kind: report_on(server(kind), MEANT).requests for kind in ("application/json", "text/javascript")}

    assert report_on(ScriptedServer(default=Answer(404)), MEANT).requests > 0
    assert requests["text/javascript"] == requests["application/json"] + 2


def test_the_plan_says_that_it_depends() -> None:
    assert "elements of any origin" in audit_plan(server("image/png"), **MEANT)
    assert "depends on what came: an image, a script, a style sheet" in audit_plan(server("image/png"), **MEANT)
