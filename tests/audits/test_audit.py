"""
Audits: each fault is found, with the severity of what a page gains by it, and nothing is found where nothing is.
"""

from __future__ import annotations

import concurrent.futures
import contextlib
import itertools
import re
import signal
import socket
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings

from browsercors import ANY_ORIGIN, Answer, FetchResult, Policy, ScriptedServer, ports_of, subdomains_of
from browsercors.audits.audit import audit
from browsercors.audits.checks import CHECKS
from browsercors.audits.findings import AuditReport, Severity
from browsercors.audits.plan import PARTS
from browsercors.policy.arguments import LIVE_BUDGET
from browsercors.policy.factory import FactoryError
from browsercors.policy.names import named
from browsercors.policy.reference_server import ReferenceServer
from browsercors.strategies import policies
from tests.audits.test_elements import CODES as OF_ELEMENTS
from tests.audits.vulnerable import APP, App, matching, server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from browsercors.values.wire import HTTPRequest

API = "https://api.example.com"


def found(report: AuditReport) -> dict[str, str]:
    return {finding.code: finding.severity.value for finding in report.findings}


def everybody(_: str) -> bool:
    return True


def nobody(_: str) -> bool:
    return False


def wildcard(*, credentials: bool = False, more: Iterable[tuple[str, str]] = ()) -> App:
    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        lines = [("Access-Control-Allow-Origin", "*"), *more]
        start_response("200 OK", [*lines, ("Access-Control-Allow-Credentials", "true")] if credentials else lines)
        return [b"public"]

    return app


MEANT: dict[str, Any] = {"allowed_origins": [APP]}
UNSAID: dict[str, Any] = {}
OTHER = "https://admin.example.com"
HOST = APP.partition("://")[2]

CASES = [
    # what it is                                application, arguments, findings
    ("any origin, credentials", server(everybody), MEANT, {"any-origin-credentials": "critical"}),
    ("any origin, credentials", server(everybody), UNSAID, {"any-origin-credentials": "critical"}),
    ("any origin, plain", server(everybody, credentials=False), MEANT, {"any-origin": "medium"}),
    ("any origin, plain", server(everybody, credentials=False), UNSAID, {"any-origin": "info"}),
    ("wildcard", wildcard(), MEANT, {"wildcard": "medium"}),
    ("wildcard", wildcard(), UNSAID, {"wildcard": "info"}),
    ("wildcard", wildcard(), {"allowed_origins": ANY_ORIGIN}, {}),
    (
        "wildcard and credentials",
        wildcard(credentials=True),
        {"allowed_origins": ANY_ORIGIN},
        {"wildcard-with-credentials": "info"},
    ),
    ("null", server(lambda origin: origin in {APP, "null"}), MEANT, {"null-credentials": "critical"}),
    ("null, plain", server(lambda origin: origin in {APP, "null"}, credentials=False), MEANT, {"null": "medium"}),
    ("prefix", server(lambda origin: origin.startswith(APP)), MEANT, {"prefix": "high"}),
    ("prefix, plain", server(lambda origin: origin.startswith(APP), credentials=False), MEANT, {"prefix": "medium"}),
    (
        "suffix",
        server(lambda origin: origin.endswith("example.com")),
        MEANT,
        {"suffix": "high", "scheme": "medium", "superdomain": "medium"},
    ),
    ("suffix", server(matching("https://.*example\\.com", whole=True)), UNSAID, {"suffix": "high"}),
    (
        "substring",
        server(lambda origin: HOST in origin),
        MEANT,
        {"substring": "high", "subdomain": "medium", "scheme": "medium"},
    ),
    ("substring of it", server(lambda origin: origin in APP), MEANT, {"substring": "high"}),
    ("dot, free end", server(matching("https://app.example.com$")), MEANT, {"unescaped-dot": "high"}),
    ("dot, no such top-level domain", server(matching(r"https://app\.example.com$")), MEANT, {"unescaped-dot": "low"}),
    ("subdomain", server(matching(r"https://[\w.-]*\.example\.com", whole=True)), MEANT, {"subdomain": "medium"}),
    ("subdomain", server(matching(r"https://[\w.-]*\.example\.com", whole=True)), UNSAID, {"subdomain": "info"}),
    (
        "subdomain, meant",
        server(matching(r"https://[\w-]+(\.[\w-]+)*\.example\.com", whole=True)),
        {"allowed_origins": [subdomains_of("https://example.com")]},
        {},
    ),
    ("superdomain", server(lambda origin: origin in {APP, "https://example.com"}), MEANT, {"superdomain": "medium"}),
    ("public suffix", server(matching(r"https://(app\.example|\w+)\.com$")), MEANT, {"public-suffix-sibling": "high"}),
    ("scheme", server(lambda origin: origin in {APP, f"http://{HOST}"}), MEANT, {"scheme": "medium"}),
    ("port", server(matching(rf"{re.escape(APP)}(:\d+)?$")), MEANT, {"port": "medium"}),
    ("port, meant", server(matching(rf"{re.escape(APP)}(:\d+)?$")), {"allowed_origins": [ports_of(APP)]}, {}),
    ("trailing dot", server(lambda origin: origin.removesuffix(".") == APP), MEANT, {"trailing-dot": "low"}),
    (
        "special character",
        server(lambda origin: origin == APP or origin.startswith((f"{APP}_", f"{APP}{{"))),
        MEANT,
        {"special-character": "high"},
    ),
    (
        "third party",
        server(lambda origin: origin == APP or origin.endswith(".github.io")),
        MEANT,
        {"shared-hosting": "high"},
    ),
    (
        "development",
        server(lambda origin: origin in {APP, "http://localhost:3000"}),
        MEANT,
        {"development-server": "low"},
    ),
    ("loopback", server(lambda origin: origin in {APP, "http://[::1]"}), MEANT, {"loopback": "low"}),
    ("local network", server(lambda origin: origin in {APP, "http://10.0.0.20:3000"}), MEANT, {"local-network": "low"}),
    ("staging", server(lambda origin: origin in {APP, "https://staging.example.com"}), MEANT, {"staging": "medium"}),
    ("tunnel", server(lambda origin: origin == APP or origin.endswith(".ngrok-free.app")), MEANT, {"tunnel": "high"}),
    ("app", server(lambda origin: origin in {APP, "https://tauri.localhost"}), MEANT, {"app": "low"}),
    (
        "preflights that caches store",
        server(methods="", more_on_preflight=[("Cache-Control", "public, max-age=600")]),
        MEANT,
        {"preflight-cache": "low", "methods-unlimited": "info"},
    ),
    (
        "preflights that caches keep apart",
        server(
            methods="",
            more_on_preflight=[
                ("Cache-Control", "public, max-age=600"),
                ("Vary", "Access-Control-Request-Method, Access-Control-Request-Headers"),
            ],
        ),
        MEANT,
        {"methods-unlimited": "info"},
    ),
    ("preflight for all", server(preflight_allows=everybody), MEANT, {"unsafe-request": "high"}),
    (
        "preflight for all, plain",
        server(preflight_allows=everybody, credentials=False),
        MEANT,
        {"unsafe-request": "medium"},
    ),
    (
        "private network",
        server(
            preflight_allows=everybody,
            more_on_preflight=[("Access-Control-Allow-Private-Network", "true")],
        ),
        MEANT,
        {"unsafe-request": "high", "private-network": "low"},
    ),
    (
        "private network, for its own pages",
        server(more_on_preflight=[("Access-Control-Allow-Private-Network", "true")]),
        MEANT,
        {},
    ),
    ("methods", server(methods=""), MEANT, {"methods-unlimited": "info"}),
    ("headers", server(headers=""), MEANT, {"headers-unlimited": "info"}),
    ("headers on preflights only", server(answers=False), MEANT, {"answer-without-headers": "info"}),
    ("max-age", server(max_age="604800"), MEANT, {"max-age": "info"}),
    ("max-age that is no number", server(max_age="a week"), MEANT, {}),
    ("max-age of one day", server(max_age="86400"), MEANT, {}),
    (
        "preflight of 404",
        server(preflight_status="404 Not Found"),
        {**MEANT, "methods": ["PUT"]},
        {"preflight-blocked": "info"},
    ),
    ("preflight of 404, and no wish", server(preflight_status="404 Not Found"), MEANT, {}),
    ("method that is not there", server(), {**MEANT, "methods": ["DELETE"]}, {"preflight-blocked": "info"}),
    ("header that is not there", server(), {**MEANT, "headers": [("X-A", "1")]}, {"preflight-blocked": "info"}),
    (
        "slash in the configuration",
        server(lambda origin: origin == f"{APP}/"),
        MEANT,
        {"allowed-origin-blocked": "info"},
    ),
    (
        "no credentials",
        server(credentials=False),
        {**MEANT, "cookies": ["id=1; SameSite=None; Secure"]},
        {"credentials-blocked": "info"},
    ),
    ("404 without headers", server(errors_have_headers=False), MEANT, {"error-without-headers": "info"}),
    ("500 without headers", server(nobody, status="500 Oh"), MEANT, {"error-without-headers": "info"}),
    ("redirect of a page's own path", server(), {**MEANT, "paths": ["/items"]}, {"redirect-without-headers": "info"}),
    ("redirect", server(), {**MEANT, "paths": ["/items/"]}, {"redirect-without-headers": "info"}),
    ("no Vary, kept on purpose", server(vary="", cache="max-age=60"), MEANT, {"missing-vary": "low"}),
    ("no Vary, kept by default", server(vary="", cache=""), MEANT, {"missing-vary": "info"}),
    ("no Vary, not kept", server(vary="", cache="no-store"), MEANT, {}),
    ("no Vary, not shared", server(vary="", cache="private, max-age=60"), MEANT, {}),
    ("other Vary", server(vary="Accept-Encoding", cache="public"), MEANT, {"missing-vary": "low"}),
    ("Vary: *", server(vary="*", cache="public"), MEANT, {}),
    ("Vary among others", server(vary="Accept-Encoding, origin", cache="public"), MEANT, {}),
    (
        "wildcard for those without Origin",
        server(vary="", cache="public", without_origin="*", credentials=False),
        MEANT,
        {"cache-opens": "medium", "missing-vary": "low"},
    ),
    (
        "fixed origin",
        server(lambda origin: origin in {APP, OTHER}, cache="max-age=60", without_origin=OTHER),
        {"allowed_origins": [APP, OTHER]},
        {"fixed-origin": "info"},
    ),
    ("fixed origin of all", server(cache="max-age=60", without_origin=APP), MEANT, {}),
    ("sound", server(cache="max-age=60"), MEANT, {}),
    ("sound", server(cache="max-age=60"), UNSAID, {}),
    ("no CORS at all", server(nobody, methods="", headers=""), UNSAID, {}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "app", "arguments", "expected"), CASES, ids=[f"{case[0]}-{n}" for n, case in enumerate(CASES)]
)
def test_a_fault_is_found_with_what_a_page_gains_by_it(
    name: str, app: App, arguments: dict[str, Any], expected: dict[str, str]
) -> None:
    assert expected == found(audit(app, **arguments)), name


def test_every_code_is_found_in_some_application() -> None:
    seen = {code for _, _, _, expected in CASES for code in expected}

    # NB: the first two need another server than that of the table, see below; the others are found in `test_elements`
    # and in `test_sockets`.
    assert set(CHECKS) - {"idna", "address", "websocket-hijacking", *OF_ELEMENTS} == seen


LOCAL = "http://localhost:3000"

HEADER_CASES = [
    # what a GET with a header is answered with       finding
    ("200 OK", {"answer-without-headers": "info"}),
    ("400 Bad Request", {"error-without-headers": "info"}),
]


@pytest.mark.parametrize(("status", "expected"), HEADER_CASES)
def test_a_request_whose_answer_alone_lacks_the_headers_is_found(status: str, expected: dict[str, str]) -> None:
    sound = server(headers="x-a")

    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if "HTTP_X_A" in environ:
            start_response(status, [])
            return []
        return sound(environ, start_response)

    assert {} == found(audit(app, allowed_origins=[APP]))
    assert expected == found(audit(app, allowed_origins=[APP], headers={"X-A": "1"}))


ELSEWHERE_CASES = [
    # what it is        who is meant, who is allowed, finding
    ("look-alike", APP, "https://app.xn--xample-2of.com", {"idna": "high"}),
    ("the same machine", LOCAL, "http://127.0.0.1:3000", {"address": "low"}),
]


@pytest.mark.parametrize(("name", "meant", "allowed", "expected"), ELSEWHERE_CASES)
def test_another_name_for_the_same_is_found(name: str, meant: str, allowed: str, expected: dict[str, str]) -> None:
    report = audit(server(lambda origin: origin in {meant, allowed}), allowed_origins=[meant])

    assert expected == found(report), name
    assert (allowed,) == report.findings[0].origins


POLICIES = [
    Policy(origins=[APP]),
    Policy(origins=[APP], credentials=True, methods=["GET", "PUT"], headers=["Content-Type"], max_age=600),
    Policy(origins=[APP, "https://admin.example.com"], credentials=True, expose=["ETag"]),
    Policy(origins=[subdomains_of("https://example.com")], credentials=True),
    Policy(origins=[ports_of("http://localhost")]),
    Policy(origins=[APP], paths={"/public/*": Policy(origins=ANY_ORIGIN), "/internal": None}),
    Policy(origins=ANY_ORIGIN),
]
ROUTES = {
    path: Answer(200, {"Cache-Control": "public, max-age=60"}, "hello") for path in ("/", "/public/", "/internal")
}


@pytest.mark.parametrize("policy", POLICIES, ids=repr)
@pytest.mark.parametrize("is_said", [True, False])
def test_nothing_is_found_where_a_server_does_what_its_policy_says(policy: Policy, is_said: bool) -> None:
    report = audit(ReferenceServer(policy, ROUTES), allowed_origins=policy.origins if is_said else ())

    assert () == report.at_least("low")
    assert () == report.problems
    assert report.is_complete


@given(policy=policies())
@settings(max_examples=40, deadline=None)
def test_nothing_is_found_for_any_policy_that_is_kept(policy: Policy) -> None:
    wanted = [method for method in named(policy.methods) if method not in {"GET", "HEAD", "POST"}]
    headers = [(name, "1") for name in named(policy.headers)]
    app = ReferenceServer(policy, ROUTES)
    report = audit(app, allowed_origins=policy.origins, methods=wanted, headers=headers)

    # NB: whoever allows everything is told so.
    assert found(report).keys() <= {"methods-unlimited", "headers-unlimited"}
    assert () == report.problems


def test_where_nothing_was_said_a_subdomain_that_reads_is_a_remark() -> None:
    policy = Policy(origins=[subdomains_of("https://example.com")], credentials=True)

    assert {"subdomain": "info"} == found(audit(ReferenceServer(policy)))


def test_paths_of_one_cause_are_one_finding() -> None:
    finding = audit(server(everybody), paths=["/", "/items/"]).findings[0]

    assert ("/", "/items/") == finding.paths


def test_a_proof_is_a_page_that_reads() -> None:
    (finding,) = audit(server(everybody)).findings

    assert [b"secret", b"secret"] == [result.body for result in finding.proof if isinstance(result, FetchResult)]
    assert list(finding.origins) == [result.page_origin for result in finding.proof]
    assert finding.origin == finding.proof[0].exchanges[0].request_headers["origin"]


def test_null_is_tried_by_a_sandboxed_frame_and_by_a_redirect() -> None:
    app = Recorder(server(lambda origin: origin == "null"))
    (finding,) = audit(app).findings
    sandboxed, redirected = finding.proof

    assert ("null", ("null",)) == (sandboxed.page_origin, finding.origins)
    assert ["https://redirects.example/?https%3A%2F%2Fapi.example.com%2F", f"{API}/"] == [
        exchange.url for exchange in redirected.exchanges
    ]
    assert "null" == redirected.exchanges[-1].request_headers["origin"]
    assert redirected.readable
    assert {"api.example.com"} == {host for _, host, _ in app.requests}


def test_pages_over_http_ask_a_server_that_is_http() -> None:
    report = audit(server(lambda origin: origin == "null"), url="http://intranet.example.com")

    assert {"null-credentials": "critical"} == found(report)


def test_a_preflight_for_all_is_worth_less_where_nothing_answers() -> None:
    app = server(preflight_allows=everybody, errors_have_headers=False)
    (finding,) = audit(app, paths=["/nothing"]).findings

    assert ("unsafe-request", "low") == (finding.code, finding.severity.value)
    assert "GET has status 404 at this path" in finding.gain


def test_an_error_that_is_read_is_said_to_be_one() -> None:
    (finding,) = audit(server(everybody), paths=["/nothing"]).findings

    assert "low" == finding.severity.value
    assert "What was read here is an error (404)" in finding.gain


def test_a_static_origin_is_not_taken_for_a_returned_one() -> None:
    def static(_: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        start_response("200 OK", [("Access-Control-Allow-Origin", APP), ("Access-Control-Allow-Credentials", "true")])
        return [b"hello"]

    assert {} == found(audit(static, allowed_origins=[APP]))


NOT_EXPLOITABLE = [
    # what stands in the answer beside the returned origin
    ("ACAC True", [("Access-Control-Allow-Credentials", "True")]),
    ("ACAC 1", [("Access-Control-Allow-Credentials", "1")]),
    ("ACAC twice", [("Access-Control-Allow-Credentials", "true"), ("Access-Control-Allow-Credentials", "true")]),
]


@pytest.mark.parametrize(("name", "more"), NOT_EXPLOITABLE)
def test_what_no_browser_takes_for_credentials_is_none(name: str, more: list[tuple[str, str]]) -> None:
    assert {"any-origin": "info"} == found(audit(server(everybody, credentials=False, more=more))), name


def test_a_wildcard_with_credentials_is_not_exploitable() -> None:
    codes = found(audit(wildcard(credentials=True)))

    assert {"wildcard": "info", "wildcard-with-credentials": "info"} == codes


def test_two_values_of_the_origin_are_not_exploitable() -> None:
    def twice(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        origin = environ.get("HTTP_ORIGIN", "")
        start_response("200 OK", [("Access-Control-Allow-Origin", origin), ("Access-Control-Allow-Origin", origin)])
        return [b"hello"]

    assert {} == found(audit(twice))


def test_a_preflight_that_is_not_ok_lets_no_request_through() -> None:
    refused = server(preflight_allows=everybody, preflight_status="403 Forbidden")

    assert {} == found(audit(refused, allowed_origins=[APP]))


def test_the_server_s_own_origin_reads_without_being_a_finding() -> None:
    report = audit(server(lambda origin: origin in {APP, API}), allowed_origins=[APP], url=API)

    assert {} == found(report)


COOKIES = [
    ("id=1; SameSite=None; Secure", "critical"),
    ("id=1; SameSite=Strict", "high"),
]


@pytest.mark.parametrize(("cookie", "expected"), COOKIES)
def test_a_cookie_that_does_not_go_along_makes_it_less_bad(cookie: str, expected: str) -> None:
    report = audit(server(everybody), cookies=[cookie])

    assert {"any-origin-credentials": expected} == found(report)
    assert ("SameSite" in report.findings[0].gain) == (expected == "high")


def test_a_header_that_looks_secret_is_named() -> None:
    app = wildcard(more=[("Access-Control-Expose-Headers", "*"), ("X-CSRF-Token", "1")])
    (finding,) = audit(app).findings

    assert "x-csrf-token" in finding.gain


def test_special_characters_are_told_of_the_browser_that_keeps_them() -> None:
    app = server(lambda origin: origin == APP or origin.startswith(f"{APP}{{"))

    assert ("chromium",) == audit(app, allowed_origins=[APP]).findings[0].browsers


def test_a_finding_names_the_browsers_in_which_it_is_so() -> None:
    (finding,) = audit(server(everybody), browsers=["firefox", "standard"]).findings

    assert ("firefox", "standard") == finding.browsers


def test_the_first_browser_asks_and_gets_what_caches_keep() -> None:
    report = audit(server(vary="", cache="public"), allowed_origins=[APP], browsers=["firefox", "chromium"])

    assert {"firefox"} == {result.browser_name for result in report.findings[0].proof}
    assert ("firefox", "chromium") == report.findings[0].browsers


# What an audit sends.


class Recorder:
    """
    A WSGI application that notes what it gets.
    """

    def __init__(self, app: App) -> None:
        self._app = app
        self.requests: list[tuple[str, str, str]] = []

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        self.requests.append((environ["REQUEST_METHOD"], environ["HTTP_HOST"], environ["PATH_INFO"]))
        return self._app(environ, start_response)


def test_only_harmless_methods_are_sent_and_only_to_the_server() -> None:
    app = Recorder(server(everybody))
    report = audit(app, allowed_origins=[APP], methods=["PUT", "DELETE", "POST"], headers={"X-A": "1"})

    assert {"GET", "OPTIONS"} == {method for method, _, _ in app.requests}
    assert {"api.example.com"} == {host for _, host, _ in app.requests}
    assert len(app.requests) == report.requests


def test_unsafe_methods_are_sent_where_that_is_asked_for() -> None:
    app = Recorder(server(methods="PUT"))
    audit(app, allowed_origins=[APP], methods=["PUT"], unsafe_methods=True)

    assert {"GET", "OPTIONS", "PUT", "POST"} == {method for method, _, _ in app.requests}


def test_an_unsafe_method_whose_answer_is_refused_is_found_where_it_is_sent() -> None:
    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] == "POST":
            start_response("405 Method Not Allowed", [])
            return []
        return sound(environ, start_response)

    sound = server()

    assert {} == found(audit(app, allowed_origins=[APP]))
    assert {"error-without-headers": "info"} == found(audit(app, allowed_origins=[APP], unsafe_methods=True))


@pytest.mark.parametrize("budget", [1, 2, 5, 20, 60])
def test_a_budget_is_kept_and_what_was_found_before_is_not_lost(budget: int) -> None:
    app = Recorder(server(lambda origin: origin.startswith(APP)))
    report = audit(app, allowed_origins=[APP], budget=budget, untried="ignore")

    assert budget == report.requests == len(app.requests)
    assert ["budget"] == [problem.code for problem in report.problems]
    assert report.untried == tuple(stage.name for stage in PARTS)[-len(report.untried) :]
    assert not report.is_complete
    assert ("prefix" in found(report)) == (budget >= 20)


def test_what_matters_most_needs_the_least_budget() -> None:
    report = audit(server(everybody), budget=4)

    assert {"any-origin-credentials": "critical"} == found(report)


def test_a_delay_is_kept() -> None:
    begun = time.monotonic()
    report = audit(server(everybody), delay=0.005)

    assert time.monotonic() - begun >= 0.005 * (report.requests - 1)


# What servers do wrong.


def test_an_application_that_hangs_is_told_and_ends_the_audit() -> None:
    calls = itertools.count()

    def hanging(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if next(calls) >= 10:
            time.sleep(60)
        return reflecting(environ, start_response)

    reflecting = server(everybody, credentials=False)
    report = audit(hanging, timeout=0.05, untried="ignore")

    assert {"any-origin": "info"} == found(report)
    assert {"gave-up", "no-answer"} == {problem.code for problem in report.problems}
    assert "the application did not answer in 0.05 s" in report.problems[-1].sentence
    assert PARTS[0].name not in report.untried
    assert not report.is_complete


def test_an_asgi_application_that_hangs_is_told() -> None:
    async def hanging(scope: dict[str, Any], receive: Any, send: Any) -> None:
        import asyncio

        await asyncio.sleep(60 if scope["type"] == "http" else 0)

    report = audit(hanging, timeout=0.05, untried="ignore")

    assert not report.answered
    assert () == report.findings
    assert {"gave-up", "no-answer"} == {problem.code for problem in report.problems}


def test_a_server_that_breaks_is_told() -> None:
    report = audit(ScriptedServer(default=Answer.broken()), untried="ignore")

    assert not report.answered
    assert 3 == report.requests
    assert "broke the connection" in report.problems[-1].sentence


def test_a_server_that_breaks_now_and_then_loses_nothing() -> None:
    calls = itertools.count()

    def answer(request: HTTPRequest) -> Answer:
        if next(calls) % 7 == 6:
            return Answer.broken()
        origin = dict(request.headers).get(b"Origin", b"")
        return Answer(200, [(b"Access-Control-Allow-Origin", origin), (b"Access-Control-Allow-Credentials", b"true")])

    report = audit(ScriptedServer(default=answer))

    assert "any-origin-credentials" in found(report)
    assert "no-answer" in {problem.code for problem in report.problems}


def test_a_redirect_to_another_host_is_told_and_not_followed() -> None:
    app = ScriptedServer(
        {"/": Answer(302, {"Location": "https://login.example.net/", "Access-Control-Allow-Origin": "*"})}
    )
    report = audit(app)

    assert {"https://api.example.com"} == {request.url.origin.serialized for request in app.received}
    assert ["redirects-away"] == [problem.code for problem in report.problems]
    assert "https://login.example.net/" in report.problems[0].sentence


def test_ten_megabytes_of_headers_are_no_trouble() -> None:
    many = [("X-Many", "a" * 1000)] * 10_000
    begun = time.process_time()
    report = audit(server(everybody, more=many), budget=60)

    assert {"any-origin-credentials": "critical"} == found(report)
    assert time.process_time() - begun < 20


def test_a_server_that_changes_its_mind_is_named_with_both_answers() -> None:
    calls = itertools.count()

    def answer(request: HTTPRequest) -> Answer:
        origin = dict(request.headers).get(b"Origin", b"")
        allowed = [(b"Access-Control-Allow-Origin", origin)] if next(calls) < 5 else []
        return Answer(200, allowed)

    report = audit(ScriptedServer(default=answer))
    problem = next(problem for problem in report.problems if problem.code == "not-deterministic")

    headers = [each.exchanges[-1].response_headers for each in problem.answers]

    assert {True, False} == {"access-control-allow-origin" in lines for lines in headers}
    assert "200 with access-control-allow-origin: " in problem.sentence.lower()
    assert "200 with no header of CORS" in problem.sentence


def test_what_is_not_so_a_second_time_is_no_finding() -> None:
    near = f"{APP}.attacker.example"
    seen: list[bytes] = []

    def answer(request: HTTPRequest) -> Answer:
        origin = dict(request.headers).get(b"Origin", b"")
        seen.append(origin)
        is_allowed = origin == APP.encode() or (origin == near.encode() and seen.count(origin) == 1)
        allowed = [(b"Access-Control-Allow-Origin", origin), (b"Access-Control-Allow-Credentials", b"true")]
        return Answer(200, [*(allowed if is_allowed else []), (b"Vary", b"Origin")])

    report = audit(ScriptedServer(default=answer), allowed_origins=[APP])

    assert {} == found(report)
    assert ["not-deterministic"] == [problem.code for problem in report.problems]


def test_an_application_that_raises_is_audited_like_any_other() -> None:
    def raising(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        raise RuntimeError("no database")

    report = audit(raising, allowed_origins=[APP])

    assert {"error-without-headers": "info"} == found(report)
    assert report.is_complete
    assert ["server-error"] == [problem.code for problem in report.problems if problem.path == "/"]
    assert "GET got status 500: RuntimeError: no database" == report.problems[0].sentence


def test_an_application_that_breaks_off_is_told_and_what_pages_see_of_it_is_no_finding() -> None:
    def breaking(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterator[bytes]:
        start_response("200 OK", [("Access-Control-Allow-Origin", environ.get("HTTP_ORIGIN", "*"))])
        yield b"half of it"
        raise RuntimeError("no database")

    report = audit(breaking)

    assert {} == found(report)
    (sentence,) = [problem.sentence for problem in report.problems]
    assert "GET got only part of a response: the application raised RuntimeError in the middle of the body" == sentence


@pytest.mark.parametrize("close", [RuntimeError("no database"), KeyError("no database")])
def test_what_was_found_in_a_server_that_fails_at_its_end_is_not_lost(close: Exception) -> None:
    class Failing(ScriptedServer):
        def close(self) -> None:
            raise close

    report = audit(Failing(default=Answer(200, {"Access-Control-Allow-Origin": "*"})))

    assert {"wildcard": "info"} == found(report)


@contextlib.contextmanager
def raw_server(answer: bytes) -> Iterator[str]:
    """
    Run a server on loopback that answers every connection with *answer*, and then waits.
    """
    ended = threading.Event()
    listening = socket.create_server(("127.0.0.1", 0))
    connections: list[socket.socket] = []

    def serve() -> None:
        while not ended.is_set():
            connection, _ = listening.accept()
            connections.append(connection)
            with contextlib.suppress(OSError):
                connection.recv(65536)
                connection.sendall(answer)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        ended.set()
        socket.create_connection(listening.getsockname()).close()
        thread.join()
        for each in (*connections, listening):
            each.close()


def test_a_live_server_that_hangs_is_told_and_asked_no_more() -> None:
    with raw_server(b"") as url:
        report = audit(url, timeout=0.2, untried="ignore")

    assert (False, 3) == (report.answered, report.requests)
    assert "no complete answer from http://127.0.0.1:" in report.problems[-1].sentence


def test_a_live_server_whose_answer_never_ends_is_told_and_asked_no_more() -> None:
    with raw_server(b"HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: *\r\nContent-Length: 9\r\n\r\nabc") as url:
        report = audit(url, timeout=0.2, untried="ignore")

    assert (True, 3, False) == (report.answered, report.requests, report.is_complete)
    assert {"gave-up", "no-answer"} == {problem.code for problem in report.problems}
    assert "GET got only part of a response: timed out in the middle of the body" == report.problems[-1].sentence


def test_a_live_server_that_redirects_to_another_one_is_told_and_that_one_is_not_asked() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        elsewhere = f"http://127.0.0.1:{other.getsockname()[1]}"
        head = f"HTTP/1.1 302 Found\r\nLocation: {elsewhere}/login\r\nAccess-Control-Allow-Origin: *\r\n"
        with raw_server(f"{head}Connection: close\r\nContent-Length: 0\r\n\r\n".encode()) as url:
            report = audit(url)
        other.setblocking(False)
        with pytest.raises(BlockingIOError):
            other.accept()

    assert [f"redirects to {elsewhere}/login, which is another origin; it was not asked"] == [
        problem.sentence for problem in report.problems if problem.code == "redirects-away"
    ]


def test_ten_megabytes_of_headers_of_a_live_server_are_told() -> None:
    with raw_server(b"HTTP/1.1 200 OK\r\n" + b"X-Many: a\r\n" * 1_000_000) as url:
        report = audit(url, budget=5, untried="ignore")

    assert not report.answered
    assert ["no-answer"] == sorted({problem.code for problem in report.problems} - {"budget"})
    assert "invalid-response" in " ".join(problem.sentence for problem in report.problems)


def test_in_another_thread_an_application_is_audited_too() -> None:
    with concurrent.futures.ThreadPoolExecutor(1) as executor:
        report = executor.submit(audit, server(everybody)).result()

    assert {"any-origin-credentials": "critical"} == found(report)


def test_somebody_else_s_timer_goes_on() -> None:
    rung: list[int] = []
    before = signal.signal(signal.SIGALRM, lambda number, _: rung.append(number))
    signal.setitimer(signal.ITIMER_REAL, 30)
    try:
        audit(server(), budget=3, untried="ignore")
        left, _ = signal.setitimer(signal.ITIMER_REAL, 0)
        handler = signal.getsignal(signal.SIGALRM)
        assert callable(handler)
        handler(signal.SIGALRM, None)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)

    assert 20 < left <= 30
    assert [signal.SIGALRM] == rung


# What is wrong with the call.


WRONG = [
    # arguments                                   what is said
    ({"url": "api.example.com"}, "url has to be an http\\(s\\) origin such as .*, not 'api.example.com'"),
    ({"url": "https://api.example.com/me"}, "what pages ask for there goes into paths"),
    ({"target": "https://api.example.com/me"}, "target has to be an http"),
    ({"target": "api.example.com"}, "target has to be an http"),
    ({"allowed_origins": ["https://app.example.com/"]}, "allowed_origins: 'https://app.example.com/' has a trailing"),
    ({"allowed_origins": ["null"]}, "allowed_origins: 'null' is the origin of every sandboxed frame"),
    ({"url": b"https://api.example.com"}, "url has to be an http"),
    ({"url": ""}, "url has to be an http\\(s\\) origin such as .*, not ''"),
    ({"target": ""}, "target has to be an http\\(s\\) origin such as .*, not ''"),
    ({"allowed_origins": None}, "allowed_origins has to be a list, such as .*, not None"),
    ({"allowed_origins": [b"https://a.example"]}, "allowed_origins: b'https://a.example' is not an origin"),
    ({"paths": []}, "paths has to be a list with at least one item, such as .*, not "),
    ({"paths": [b"/me"]}, "paths has to hold paths such as '/me', not b'/me'"),
    ({"paths": ["me"]}, "paths has to hold paths such as '/me', not 'me'"),
    ({"paths": ["//evil.example"]}, "paths has to hold paths"),
    ({"methods": ["TRACE"]}, "methods has to hold methods that pages can use, such as 'PUT', not 'TRACE'"),
    ({"methods": ["A B"]}, "methods has to hold"),
    ({"methods": "PUT"}, "methods has to be a list, such as .*, not 'PUT'"),
    ({"methods": [b"PUT"]}, "methods has to hold methods that pages can use, such as 'PUT', not b'PUT'"),
    ({"headers": "X-A: 1"}, "headers has to be a list, such as .*, not 'X-A: 1'"),
    ({"headers": ["X-A: 1"]}, "headers has to hold names and values such as .*, not 'X-A: 1'"),
    ({"headers": {"X-A": 1}}, "headers has to hold names and values such as .*, not \\('X-A', 1\\)"),
    ({"headers": {"a b": "1"}}, "headers has to hold names"),
    ({"headers": {"Cookie": "1"}}, "'Cookie' is the browser's own"),
    ({"cookies": ["__Secure-id=1"]}, "cookies: '__Secure-id=1' is refused by the browser"),
    ({"cookies": "id=1"}, "cookies has to be a list, such as .*, not 'id=1'"),
    ({"cookies": [b"id=1"]}, "cookies has to hold what Set-Cookie does, such as 'id=1', not "),
    ({"browsers": []}, "browsers has to be a list with at least one item"),
    ({"browsers": "chromium"}, "browsers has to be a list with at least one item, such as .*, not 'chromium'"),
    ({"browsers": ["netscape"]}, "netscape"),
    ({"budget": 0}, "budget has to be 1 or more, a whole number, not 0"),
    ({"budget": "9"}, "budget has to be 1 or more, a whole number, not '9'"),
    ({"delay": -1}, "delay has to be"),
    ({"delay": None}, "delay has to be a number of seconds of 0 or more, such as 10, not None"),
    ({"timeout": 0, "target": API}, "timeout has to be"),
    ({"timeout": 0}, "timeout has to be a number of seconds above 0, such as 10, not 0"),
]


@pytest.mark.parametrize(
    ("target", "message"),
    [
        (42, "target has to be a WSGI or ASGI application, a function or a class .*, not 42"),
        (lambda: None, "has to return a WSGI or ASGI application, not None; is there a 'return app' at its end"),
        (lambda _, *, name: name, "target has to be .*; .* needs the arguments _, name"),
    ],
    ids=["no application", "factory without return", "too many arguments"],
)
def test_a_target_that_is_no_application_is_named(target: Any, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        audit(target)


def test_a_factory_that_raises_is_named() -> None:
    def create_app() -> Any:
        raise LookupError("DATABASE_URL")

    with pytest.raises(FactoryError, match=r"create_app\(\) raised LookupError: DATABASE_URL"):
        audit(create_app)


def test_an_application_is_found_by_its_name() -> None:
    report = audit("tests.audits.vulnerable:server()", allowed_origins=[APP], paths=["/"], budget=1, untried="ignore")

    assert report.answered


def test_an_openapi_document_says_what_pages_ask_for() -> None:
    document = {"openapi": "3.1.0", "info": {}, "paths": {"/me": {"get": {"responses": {}}}}}
    report = audit(server(), allowed_origins=[APP], paths=document)

    assert ("/me",) == report.paths


def test_where_no_routes_are_known_the_report_says_what_was_assumed() -> None:
    report = audit(server(), allowed_origins=[APP])

    assert ("/",) == report.paths
    assert any("Only / is asked for" in sentence for sentence in report.assumed)


@pytest.mark.parametrize(("arguments", "message"), WRONG)
def test_a_wrong_argument_is_named_with_what_would_be_right(arguments: dict[str, Any], message: str) -> None:
    target = arguments.get("target", server())
    others = {name: value for name, value in arguments.items() if name != "target"}
    with pytest.raises(ValueError, match=message):
        audit(target, **others)


def test_a_live_server_has_a_budget_without_being_told() -> None:
    report = audit("http://127.0.0.1:1", timeout=0.2, untried="ignore")

    assert LIVE_BUDGET == report.budget
    assert ["not-asked"] == [problem.code for problem in report.problems]
    assert 0 == report.requests


def test_severities_are_ordered_by_what_a_page_gains() -> None:
    assert ["info", "low", "medium", "high", "critical"] == [
        severity.value for severity in sorted(Severity, key=lambda each: each.rank)
    ]
    assert [Severity.INFO, Severity.INFO, Severity.LOW] == [severity.lowered() for severity in list(Severity)[:3]]


def test_findings_come_worst_first() -> None:
    report = audit(
        server(lambda origin: origin.startswith((APP, f"http://{HOST}")), vary="", cache="public"),
        allowed_origins=[APP],
    )
    ranks = [finding.severity.rank for finding in report.findings]

    assert ranks == sorted(ranks, reverse=True)
    assert len(ranks) > 2


def test_what_stands_behind_a_password_is_found_by_a_login_of_the_browser() -> None:
    def answer(request: HTTPRequest) -> Answer:
        if request.headers.get(b"authorization") != b"Basic bWU6c2VjcmV0":
            return Answer(401, headers={"WWW-Authenticate": 'Basic realm="x"'})
        origin = (request.headers.get(b"origin") or b"").decode("latin-1")
        grant = {"Access-Control-Allow-Origin": origin, "Access-Control-Allow-Credentials": "true"} if origin else {}
        return Answer(200, headers=grant, body="the visitor's own")

    found = audit(ScriptedServer({"*": answer}), login=("me", "secret"))

    assert "any-origin-credentials" in {finding.code for finding in found.findings}
    assert found.authenticated > 0
    assert not audit(ScriptedServer({"*": answer}), untried="ignore").findings


@pytest.mark.parametrize("login", ["me:secret", ("me",), ("a:b", "secret"), ("me", None)])
def test_a_wrong_login_is_named_without_the_password(login: Any) -> None:
    with pytest.raises((TypeError, ValueError), match="login has to") as caught:
        audit(ScriptedServer({}), login=login)

    assert "secret" not in str(caught.value)
