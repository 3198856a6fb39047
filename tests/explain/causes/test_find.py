"""
Which causes a report names: those that a response shows, the best proven ones, and none of ordinary responses.
"""

from __future__ import annotations

from typing import Any

import pytest

from browsercors import Answer, ScriptedServer
from browsercors.explain.causes.find import causes_of
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
    ("details of a problem", Answer(404, json={"type": "about:blank", "title": "Not Found", "status": 404})),
    (
        "an error with its path",
        Answer(404, json={"timestamp": "2026", "status": 404, "error": "Not Found", "path": "/"}),
    ),
    ("no token", Answer(401, json={"message": "No token provided"})),
    ("a token that expired", Answer(401, json={"error": "invalid_token", "error_description": "The token expired"})),
    ("not logged in", Answer(401, json={"message": "Unauthenticated."})),
    ("not permitted", Answer(403, json={"detail": "You do not have permission to perform this action."})),
    ("nothing there", Answer(404, json={"detail": "Not found."})),
    ("what is wrong with the input", Answer(422, json={"detail": [{"loc": ["body", "name"], "msg": "missing"}]})),
    ("a limit of the application", Answer(429, {"Retry-After": "9"}, json={"error": "too many requests"})),
    ("down for repairs", Answer(503, json={"status": "maintenance"})),
    ("a 403 in text", Answer(403, {"Content-Type": "text/plain"}, "Access denied")),
    ("a 404 in XML", Answer(404, {"Content-Type": "application/xml"}, "<error>not found</error>")),
    ("a form to log in", Answer(401, {"Content-Type": "text/html"}, "<form action=/login><input name=user></form>")),
    ("a 500 with a trace number", Answer(500, {"X-Request-Id": "a"}, json={"error": "unexpected", "trace": "00-ab"})),
    ("a relay with a cookie", Answer(403, {"Server": "openresty", "Set-Cookie": "a=1"}, json={"ok": False})),
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


@pytest.mark.parametrize(
    ("answer", "options", "code"),
    [
        (Answer(200, {"Vary": "Accept, Origin"}), {}, "cors-layer-refused"),
        (Answer(204, {"Vary": "Origin"}), {"method": "PUT"}, "cors-layer-refused"),
        (Answer(204, {"Allow": "GET, PUT"}), {"method": "PUT"}, "automatic-options"),
    ],
    ids=["a response that varies by Origin", "a preflight response that does", "a list of methods"],
)
def test_what_many_send_alike_names_the_kind_of_layer_and_asks_on(
    answer: Answer, options: dict[str, Any], code: str
) -> None:
    report = fetched({"*": answer}, **options).report()

    assert [code] == [cause.code for cause in report.causes]
    assert report.curl


RS_CORS = "Origin, Access-Control-Request-Method, Access-Control-Request-Headers"
DJANGO = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Content-Type": "text/html; charset=utf-8",
    "Content-Length": "0",
}
SPRING = {
    "X-Content-Type-Options": "nosniff",
    "X-XSS-Protection": "0",
    "Cache-Control": "no-cache, no-store, max-age=0, must-revalidate",
    "Pragma": "no-cache",
    "Expires": "0",
    "X-Frame-Options": "DENY",
}
MEASURED = [
    (
        "Express 5 without cors()",
        200,
        {"X-Powered-By": "Express", "Allow": "GET, HEAD"},
        "GET, HEAD",
        "express-no-cors",
    ),
    ("a view of Django", 200, {"Allow": "GET, HEAD, OPTIONS", **DJANGO}, "", "django-options"),
    ("a decorated view of Django", 405, {"Allow": "GET", **DJANGO}, "", "django-options"),
    (
        "Flask",
        200,
        {"Content-Type": "text/html; charset=utf-8", "Allow": "GET, OPTIONS, HEAD"},
        "",
        "flask-automatic-options",
    ),
    ("Echo 4.16 without CORS", 204, {"Allow": "OPTIONS, POST"}, "", "litestar-no-cors"),
    ("Litestar 2.25 without CORS", 204, {"Allow": "GET, OPTIONS"}, "", "litestar-no-cors"),
    ("Echo 4.16 with another origin", 204, {"Allow": "OPTIONS, GET", "Vary": "Origin"}, "", "echo-origin"),
    ("rs/cors 1.11 with another origin", 204, {"Vary": RS_CORS}, "", "three-vary-names"),
    ("gin 1.12 without CORS", 404, {"Content-Type": "text/plain"}, "404 page not found", "go-no-route"),
    (
        "Falcon 4.4",
        200,
        {"Allow": "GET, PUT", "Content-Length": "0", "Content-Type": "application/json"},
        "",
        "falcon-options",
    ),
    (
        "Hono 4 without cors()",
        404,
        {"Content-Type": "text/plain; charset=UTF-8"},
        "404 Not Found",
        "hono-no-cors",
    ),
    ("Spring Boot 3.5 without CORS", 403, {"Vary": RS_CORS, **SPRING}, "Invalid CORS request", "spring-cors"),
    (
        "Spring Security 6.5 without cors()",
        403,
        {"WWW-Authenticate": 'Basic realm="Realm"', **SPRING, "Vary": RS_CORS},
        "Invalid CORS request",
        "spring-security-preflight",
    ),
    (
        "a log-in form of Spring Security 6.5",
        302,
        {**SPRING, "Location": "/login", "Content-Length": "0"},
        "",
        "spring-security-login",
    ),
    ("Vert.x 4.5", 403, {"Content-Length": "30"}, "CORS Rejected - Invalid origin", "vertx-origin-body"),
    ("Koa with @koa/cors and another origin", 200, {"Vary": "Origin"}, "{}", "cors-layer-refused"),
]
"""What running software answered to a preflight for PUT by a page that it does not know."""


@pytest.mark.parametrize(
    ("status", "headers", "body", "code"), [row[1:] for row in MEASURED], ids=[row[0] for row in MEASURED]
)
def test_a_measured_response_names_its_product_alone(
    status: int, headers: dict[str, str], body: str, code: str
) -> None:
    report = fetched({"*": Answer(status, headers, body)}, method="PUT").report()

    assert [code] == [cause.code for cause in report.causes]


@pytest.mark.parametrize(
    ("answer", "codes"),
    [
        (Answer(403, {}, "Invalid CORS request"), ["spring-cors"]),
        (Answer(200, {"Access-Control-Allow-Origin": f"{PAGE}/"}), ["allow-origin-near-miss"]),
        (Answer(403), []),
        (Answer.broken(), []),
    ],
    ids=["a sign", "a near miss", "nothing", "no response"],
)
def test_one_exchange_shows_what_the_report_on_its_fetch_names(answer: Answer, codes: list[str]) -> None:
    result = fetched({"*": answer})

    causes = causes_of(result.exchanges[-1], PAGE)

    assert codes == [cause.code for cause in causes]
    assert causes == result.report().causes


OF_ONE_REASON = [
    (
        "Laravel, where a header is not allowed",
        {"Access-Control-Allow-Origin": PAGE, "Cache-Control": "no-cache, private"},
        "header-not-allowed",
    ),
    (
        "Fastify, where a header is not allowed",
        {"Access-Control-Allow-Origin": PAGE, "Access-Control-Allow-Methods": "GET,HEAD,POST"},
        "header-not-allowed",
    ),
]


@pytest.mark.parametrize(("headers", "code"), [row[1:] for row in OF_ONE_REASON], ids=[row[0] for row in OF_ONE_REASON])
def test_a_row_about_one_reason_keeps_silent_for_another(headers: dict[str, str], code: str) -> None:
    report = fetched({"*": Answer(204, headers)}, headers={"X-Own": "1"}).report()

    assert (code, ()) == (report.code, report.causes)
