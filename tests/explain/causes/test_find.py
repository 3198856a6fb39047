"""
Which causes a report names: those that a response shows, the best proven ones, and none of ordinary responses.
"""

from __future__ import annotations

from typing import Any

import pytest

from browsercors import Answer, ScriptedServer
from browsercors.explain.formats.text import report_as_text
from tests.explain.pages import ALLOW, API, PAGE, fetched
from tests.traps.pages import ask

ORDINARY = [
    ("an empty 401", Answer(401)),
    ("a 401 with a challenge", Answer(401, {"WWW-Authenticate": 'Bearer realm="api"'}, json={"error": "unauthorized"})),
    ("an empty 403", Answer(403)),
    ("a 403 in JSON", Answer(403, json={"error": "forbidden", "message": "You may not do this"})),
    ("a 403 in HTML", Answer(403, {"Content-Type": "text/html"}, "<h1>Forbidden</h1>")),
    ("a 404 in JSON", Answer(404, json={"message": "Not Found"})),
    ("a 404 in text", Answer(404, {"Content-Type": "text/plain"}, "404 Not Found")),
    ("a 404 in HTML", Answer(404, {"Content-Type": "text/html"}, "<title>404</title><h1>Not found</h1>")),
    ("a 400 in JSON", Answer(400, json={"error": "bad request"})),
    ("a 405 with a list", Answer(405, {"Allow": "GET"})),
    ("a 500 in JSON", Answer(500, json={"error": "internal"})),
    ("a 502", Answer(502)),
    ("a 503 in text", Answer(503, {"Content-Type": "text/plain"}, "try again later")),
    ("an empty 200", Answer(200)),
    ("an empty 204", Answer(204)),
    ("a server alone", Answer(403, {"Server": "cloudflare"})),
    ("a relay alone", Answer(403, {"X-Cache": "Error from cloudfront", "Via": "1.1 x (CloudFront)"})),
    ("nginx in front of an application", Answer(403, {"Server": "nginx/1.25"}, json={"error": "forbidden"})),
]


@pytest.mark.parametrize(("_story", "answer"), ORDINARY, ids=[row[0] for row in ORDINARY])
@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_ordinary_responses_name_nobody(_story: str, answer: Answer, method: str) -> None:
    report = fetched({"*": answer}, method=method).report()

    assert "blocked" == report.verdict
    assert () == report.causes


def test_what_proves_less_is_not_named_beside_what_proves_more() -> None:
    answer = Answer(
        403,
        {"x-amzn-ErrorType": "ForbiddenException", "cf-mitigated": "challenge"},
        "<Error><Message>CORSResponse: CORS is not enabled for this bucket.</Message></Error>",
    )

    causes = fetched({"*": answer}, method="PUT").report().causes

    assert ["s3-no-rules"] == [cause.code for cause in causes]


def test_what_proves_as_much_is_named_side_by_side() -> None:
    answer = Answer(400, {}, "Disallowed CORS origin, method, headers")

    causes = fetched({"*": answer}, method="PUT").report().causes

    assert ["starlette-origin", "starlette-method", "starlette-headers"] == [cause.code for cause in causes]


def test_an_error_that_the_page_can_read_has_a_cause_too() -> None:
    report = fetched({"*": Answer(403, ALLOW, json={"reason": "API_KEY_HTTP_REFERRER_BLOCKED"})}).report()

    assert "readable" == report.verdict
    assert ["google-key-referrer"] == [cause.code for cause in report.causes]


def test_a_success_has_no_cause() -> None:
    assert () == fetched({"*": Answer(200, {**ALLOW, "x-vercel-error": "NOT_FOUND"})}).report().causes


def test_the_cause_is_looked_for_in_every_redirect() -> None:
    servers: dict[str, Any] = {
        API: {"*": Answer(302, {**ALLOW, "Location": "https://accounts.google.com/o/oauth2/auth?x=1"})}
    }

    report = ask(servers).report()

    assert ["google-login"] == [cause.code for cause in report.causes]
    assert 0 == report.causes[0].entry


@pytest.mark.parametrize(
    ("answer", "options", "quote"),
    [
        (Answer(403, {}, "  Not\nyou  "), {}, "The server says: Not you"),
        (Answer(403, {}, "Not you"), {"method": "PUT"}, "The server says: Not you"),
        (
            Answer(200, {}, json={"message": "CORS is disabled for this route"}),
            {"method": "PUT"},
            'The server says: {"message":"CORS is disabled for this route"}',
        ),
        (Answer(500, {}, "\x1b[31mred"), {}, "The server says: \\x1b[31mred"),
    ],
    ids=["of a request", "of a preflight", "of a preflight with status 200", "what a terminal would obey"],
)
def test_a_refusal_is_quoted(answer: Answer, options: dict[str, Any], quote: str) -> None:
    report = fetched({"*": answer}, **options).report()

    assert quote in [excerpt.line for excerpt in report.evidence]


def test_what_a_page_asked_for_is_not_quoted() -> None:
    report = fetched({"*": Answer(200, {}, "a secret")}).report()

    assert "a secret" not in report_as_text(report)


@pytest.mark.parametrize(
    ("options", "command"),
    [
        ({}, f"curl -i -H 'Origin: {PAGE}' {API}/"),
        (
            {"method": "PUT", "headers": {"X-A": "1"}},
            (
                f"curl -i -X OPTIONS -H 'Origin: {PAGE}' -H 'Access-Control-Request-Method: PUT' "
                f"-H 'Access-Control-Request-Headers: x-a' {API}/"
            ),
        ),
        ({"method": "POST", "body": "x"}, ""),
    ],
    ids=["a request", "a preflight", "nothing that may change anything"],
)
def test_where_nothing_shows_the_cause_a_command_asks_each_layer(options: dict[str, Any], command: str) -> None:
    report = fetched({"*": Answer(403)}, **options).report()

    assert command == report.curl
    assert " ".join(command.split()) in " ".join(report_as_text(report).replace("\\\n", " ").split())


def test_a_url_cannot_break_out_of_the_command() -> None:
    report = fetched({"*": Answer(403)}, "/'$(id)'").report()

    assert f"""'{API}/'"'"'$(id)'"'"''""" in report.curl


def test_a_known_cause_needs_no_command() -> None:
    assert "" == fetched({"*": Answer(403, {}, "Invalid CORS request")}).report().curl


def test_a_scripted_server_without_a_body_is_not_quoted() -> None:
    servers = {API: ScriptedServer({"*": Answer(403)})}

    assert not any("says" in excerpt.line for excerpt in ask(servers).report().evidence)
