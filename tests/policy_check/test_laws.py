"""
Laws without a policy: each is broken by a server of its own, and kept by the reference server.
"""

from __future__ import annotations

import http.server
import itertools
import threading
import time
from typing import TYPE_CHECKING, Any

import flask
import pytest

from browsercors import (
    ANY_ORIGIN,
    Answer,
    Fetch,
    Policy,
    PolicyViolation,
    ScriptedServer,
    UntriedCells,
    UntriedCellsWarning,
    ViolationKind,
    check_laws,
    find_broken_laws,
    find_violations,
)
from browsercors.policy.reference_server import ReferenceServer
from browsercors.policy_check.matrix import Mark
from tests.policy_check.mutants import FAULTS, POLICIES, ROUTES

if TYPE_CHECKING:
    from browsercors.values.wire import HTTPRequest

APP = "https://app.example.com"

BROKEN_CASES = [
    # fault                                         policy        caches        what is found
    ("origin: reflected for those with a cookie", "one origin", (), "credentials-widen"),
    ("answer: without origin", "credentials", (), "preflight-disagrees"),
    ("answer: without credentials", "credentials", (), "preflight-disagrees"),
    ("origin: who asked first, for ever", "any", (), None),
    ("dropped: Vary", "credentials", ("varnish",), "order-matters"),
    # NB: nobody said that there is a shared cache.
    ("dropped: Vary", "credentials", (), None),
]


@pytest.mark.parametrize("name", POLICIES)
def test_the_reference_server_keeps_the_laws(name: str) -> None:
    assert () == find_broken_laws(
        ReferenceServer(POLICIES[name], ROUTES), allowed_origins=[APP, "https://shop.example.org:8443"]
    )


@pytest.mark.parametrize(
    ("fault", "policy_name", "caches", "kind"),
    BROKEN_CASES,
    ids=[f"{case[0]}, {case[2] or 'no cache'}" for case in BROKEN_CASES],
)
def test_a_broken_law_is_found(fault: str, policy_name: str, caches: Any, kind: str | None) -> None:
    server = FAULTS[fault](POLICIES[policy_name], ROUTES)
    found = find_broken_laws(server, allowed_origins=[APP, "https://shop.example.org:8443"], caches=caches)

    assert ({kind} if kind else set()) == {each.kind.value for each in found}
    for violation in found:
        with pytest.raises(AssertionError):
            exec(violation.snippet, {"app": FAULTS[fault](POLICIES[policy_name], ROUTES)})  # noqa: S102


def cacheable(lines: dict[str, str], *, vary: bool = True, bare_304: bool = False) -> ScriptedServer:
    """
    Make a server that allows one origin, with answers that browsers keep and ask about.
    """

    def answer(request: HTTPRequest) -> Answer:
        origin = request.headers.get(b"origin")
        granted = {"Access-Control-Allow-Origin": APP} if origin == APP.encode() else {}
        headers = {**lines, **granted, **({"Vary": "Origin"} if vary else {})}
        if request.headers.get(b"if-none-match") == b'"1"':
            return Answer(304, {} if bare_304 else headers)
        return Answer(200, headers, b"body")

    return ScriptedServer({"OPTIONS *": Answer(204, {"Access-Control-Allow-Origin": APP}), "*": answer})


KEPT_CASES = [
    {"Cache-Control": "max-age=600"},
    {"Cache-Control": "private, max-age=0, must-revalidate", "ETag": '"1"'},
    {"ETag": '"1"'},
    {"Last-Modified": "Thu, 01 Jan 2015 00:00:00 GMT"},
]


@pytest.mark.parametrize("lines", KEPT_CASES)
def test_answers_that_browsers_keep_break_no_law_if_they_vary(lines: dict[str, str]) -> None:
    policy = Policy(origins=[APP])
    found = find_violations(cacheable(lines), policy, methods=["GET", "HEAD"], max_examples=10)

    assert () == found
    assert () == find_broken_laws(cacheable(lines), allowed_origins=[APP])
    # NB: what has to be confirmed each time comes right by that.
    if lines.get("ETag") is None or "max-age=600" in lines.values():
        assert find_violations(cacheable(lines, vary=False), policy, methods=["GET", "HEAD"], max_examples=10)


def test_a_304_that_names_no_origin_spoils_what_varies() -> None:
    server = cacheable({"ETag": '"1"'}, bare_304=True)
    found = find_violations(server, Policy(origins=[APP]), methods=["GET", "HEAD"], max_examples=0)

    assert ["refused after a request without Origin"] == [violation.code for violation in found]
    assert {"chromium"} == {violation.browser for violation in found}
    assert () == find_violations(
        server, Policy(origins=[APP]), methods=["GET", "HEAD"], max_examples=0, browsers=["webkit"]
    )


def test_a_server_that_remembers_who_asked_breaks_the_law_by_itself() -> None:
    class LastAsker(ReferenceServer):
        """
        Allows whoever asked before.
        """

        before = ""

        def origin_lines(self, rule: Policy, environ: Any) -> Any:
            lines = [("Access-Control-Allow-Origin", self.before)] if self.before else []
            self.before = environ.get("HTTP_ORIGIN", "")
            return lines

    with pytest.raises(PolicyViolation, match="depends on who asked before"):
        check_laws(LastAsker(Policy(origins=[APP])), allowed_origins=[APP])


def test_an_origin_that_is_none_is_named() -> None:
    with pytest.raises(ValueError, match=r"app\.example\.com"):
        find_broken_laws(ReferenceServer(Policy(origins=[APP])), allowed_origins=["app.example.com"])


def preflight_server(vary: str) -> ScriptedServer:
    """
    Make a server that returns what a preflight asks for to two origins, and says that shared caches may store it.
    """

    def answer(request: HTTPRequest) -> Answer:
        headers = {"Vary": vary}
        origin = request.headers.get(b"origin") or b""
        if origin.decode() in {APP, SHOP}:
            headers |= {"Access-Control-Allow-Origin": origin.decode()}
        if request.method == b"OPTIONS":
            headers |= {"Cache-Control": "public, max-age=600"}
            for asked, allowed in (("method", "methods"), ("headers", "headers")):
                value = request.headers.get(f"access-control-request-{asked}".encode())
                if value is not None:
                    headers[f"Access-Control-Allow-{allowed}"] = value.decode()
        return Answer(200, headers)

    return ScriptedServer(default=answer)


WHOLE_VARY = "Origin, Access-Control-Request-Method, Access-Control-Request-Headers"
SHOP = "https://shop.example.org"

STORED_PREFLIGHT_CASES = [
    # what it is              Vary                                     which preflight came before
    ("all three named", WHOLE_VARY, set()),
    ("everything varies", "*", set()),
    ("no origin", WHOLE_VARY.removeprefix("Origin, "), {"a preflight of another origin"}),
    ("no method", "Origin, Access-Control-Request-Headers", {"a preflight for another method"}),
    ("no headers", "Origin, Access-Control-Request-Method", {"a preflight for other headers"}),
    (
        "as most middlewares",
        "Origin",
        {"a preflight for another method", "a preflight for other headers"},
    ),
]


@pytest.mark.parametrize(
    ("vary", "expected"),
    [case[1:] for case in STORED_PREFLIGHT_CASES],
    ids=[case[0] for case in STORED_PREFLIGHT_CASES],
)
def test_a_cache_that_stores_preflights_needs_all_that_they_depend_on(vary: str, expected: set[str]) -> None:
    server = preflight_server(vary)
    laws = find_broken_laws(server, allowed_origins=[APP, SHOP], browsers=["chromium"], caches=["cdn-with-options"])
    policy = Policy(origins=[APP, SHOP], methods=["GET", "PUT", "DELETE"], headers=["Content-Type", "X-A"])
    checked = [
        each
        for each in find_violations(
            server,
            policy,
            browsers=["chromium"],
            methods=["GET", "PUT", "DELETE"],
            unknown_path=False,
            caches=["cdn-with-options"],
            max_examples=0,
        )
        if each.kind is ViolationKind.ORDER_MATTERS
    ]

    for found in (laws, checked):
        assert expected == {each.code.partition(" after ")[2] for each in found}
        for violation in found:
            assert f"Vary: {WHOLE_VARY}" in violation.sentence
            assert 2 == len(violation.session.steps) - len(
                [step for step in violation.session.steps if not isinstance(step, Fetch)]
            )
            with pytest.raises(AssertionError):
                exec(violation.snippet, {"app": preflight_server(vary)})  # noqa: S102
    assert () == find_broken_laws(server, allowed_origins=[APP, SHOP], browsers=["chromium"], caches=["standard"])


def shop() -> flask.Flask:
    """
    Return an application that lets pages ask for an item and then gives them nothing.
    """
    app = flask.Flask("shop")

    @app.route("/items/<int:number>", methods=["GET", "PUT"])
    def item(number: int) -> dict[str, int]:
        return {"number": number}

    @app.after_request
    def allow_preflights(response: Any) -> Any:
        if flask.request.method == "OPTIONS" and flask.request.url_rule is not None:
            response.headers.update({"Access-Control-Allow-Origin": APP, "Access-Control-Allow-Methods": "PUT"})
        return response

    return app


@pytest.mark.parametrize("app", [shop, shop()], ids=["a factory", "an application"])
def test_laws_are_tried_at_the_routes_of_the_application(app: Any) -> None:
    with pytest.raises(PolicyViolation) as caught:
        check_laws(app, allowed_origins=[APP])

    assert caught.value.report is not None
    (violation,) = caught.value.violations
    assert ViolationKind.PREFLIGHT_DISAGREES == violation.kind
    assert Fetch("https://api.example.com/items/7", method="PUT") == violation.session.steps[-1]
    assert any("/items/<int:number>" in sentence for sentence in caught.value.report.assumed)


def test_laws_are_tried_at_the_root_where_no_routes_are_known() -> None:
    report = check_laws(ReferenceServer(POLICIES["one origin"], ROUTES), allowed_origins=[APP])

    assert {"/"} == {cell.path for cell in report.tried}
    assert any("Only / is asked for" in sentence for sentence in report.assumed)


def test_the_account_says_what_was_tried_and_what_reached_the_server() -> None:
    calls: list[str] = []
    server = ReferenceServer(Policy(origins=[APP]))

    def counting(environ: Any, start_response: Any) -> Any:
        calls.append(environ["REQUEST_METHOD"])
        return server(environ, start_response)

    report = check_laws(counting, allowed_origins=[APP], caches=["varnish"])

    assert len(calls) == report.requests
    assert ((), "") == (report.not_tried, report.ended_early)
    assert {"strangers", "allowed origins", "repetition", "orders through a shared cache"} == {
        cell.stage.value for cell in report.tried
    }
    assert report.seconds > 0


def test_laws_that_were_not_tried_are_told_loudly() -> None:
    server = ReferenceServer(Policy(origins=[APP]))
    arguments: Any = {"allowed_origins": [APP], "budget": 20}

    with pytest.warns(UntriedCellsWarning, match="as the budget of 20 page requests is spent") as caught:
        report = check_laws(server, **arguments)
    with pytest.warns(UntriedCellsWarning):
        find_broken_laws(server, **arguments)
    with pytest.raises(UntriedCells, match="cells were not fully tried"):
        check_laws(server, **arguments, untried="fail")

    assert [__file__] == [each.filename for each in caught]
    assert report.not_tried
    assert () == find_broken_laws(server, **arguments, untried="ignore")


def test_a_violation_comes_with_the_account() -> None:
    server = FAULTS["origin: reflected for those with a cookie"](POLICIES["one origin"], ROUTES)
    with pytest.raises(PolicyViolation) as caught:
        check_laws(server, allowed_origins=[APP])

    report = caught.value.report
    assert report is not None
    assert report.tried
    assert str(report).startswith("The laws are broken in ")
    assert Mark.VIOLATED in report.matrix.marks.values()


def test_the_matrix_shows_where_an_order_through_a_cache_breaks_a_law() -> None:
    server = FAULTS["dropped: Vary"](POLICIES["credentials"], ROUTES)
    with pytest.raises(PolicyViolation) as caught:
        check_laws(server, allowed_origins=[APP], caches=["varnish"])

    report = caught.value.report
    assert report is not None
    assert Mark.VIOLATED in report.matrix.marks.values()
    assert "orders through a shared cache" in {cell.stage.value for cell in report.violated}


def test_a_live_server_gets_no_unsafe_method_and_no_more_than_its_budget() -> None:
    received: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            received.append(self.command)
            self.send_response(200)
            for name in ("Origin", "Methods", "Headers"):
                self.send_header(f"Access-Control-Allow-{name}", APP if name == "Origin" else "PUT, X-X8k2q")
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_HEAD = do_OPTIONS = do_PUT = do_POST = do_DELETE = do_PATCH = answer  # noqa: N815

        def log_message(self, *_: object) -> None:
            """
            Keep quiet.
            """

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            url = f"http://127.0.0.1:{server.server_port}"
            whole = check_laws(url, allowed_origins=[APP])
            count = len(received)
            cut = check_laws(url, allowed_origins=[APP], budget=30, untried="ignore")
        finally:
            server.shutdown()
            thread.join()

    assert (whole.requests, ()) == (count, whole.not_tried)
    assert (cut.requests, cut.ended_early) == (len(received) - count, "the budget of 30 page requests is spent")
    assert cut.requests <= 30
    assert {"GET", "HEAD", "OPTIONS"} == set(received)


HANGING = [
    # after how many requests, the laws that were broken before
    (0, set()),
    (60, {"credentials-widen"}),
    # NB: behind a cache, where pages are compared with what they get alone.
    (420, {"credentials-widen"}),
    (421, {"credentials-widen"}),
    (422, {"credentials-widen"}),
]


@pytest.mark.parametrize(("count", "broken"), HANGING)
def test_an_application_that_hangs_ends_the_search_and_what_was_found_is_not_lost(count: int, broken: set[str]) -> None:
    server = FAULTS["origin: reflected for those with a cookie"](POLICIES["one origin"], ROUTES)
    calls = itertools.count()

    def hanging(environ: Any, start_response: Any) -> Any:
        if next(calls) >= count:
            time.sleep(60)
        return server(environ, start_response)

    found = find_broken_laws(hanging, allowed_origins=[APP], timeout=0.3, caches=["varnish"])

    assert {*broken, "no-answer"} == {each.kind.value for each in found}
    assert "nothing was tried after that" in found[-1].sentence


@pytest.mark.parametrize(
    ("server", "code"),
    [(ScriptedServer(default=Answer.broken()), "connection-failed"), ("http://127.0.0.1:2", "connection-failed")],
)
def test_a_server_that_gives_no_answer_does_not_keep_the_laws(server: Any, code: str) -> None:
    found = find_broken_laws(server, allowed_origins=[APP], timeout=1, budget=8)

    assert [("no-answer", code)] == [(each.kind.value, each.code) for each in found]
    assert found[0].sentence.startswith("The server gave no answer to GET https://api.example.com/")


WRONG_CASES = [
    # arguments, what is said
    ({"allowed_origins": 5}, "allowed_origins has to be a list, such as ['https://app.example.com'], not 5"),
    ({"allowed_origins": f"{APP}/"}, "allowed_origins: 'https://app.example.com/' has a trailing slash"),
    ({"allowed_origins": [APP, "null"]}, "allowed_origins: 'null' is the origin of every sandboxed frame"),
    ({"paths": "/"}, "paths has to be a list with at least one item, such as ['/items/'], not '/'"),
    ({"methods": ["TRACE"]}, "methods has to hold methods that pages can use, such as 'PUT', not 'TRACE'"),
    ({"budget": 0}, "budget has to be 1 or more, a whole number, not 0"),
    ({"timeout": None}, "timeout has to be a number of seconds above 0, such as 10, not None"),
]


@pytest.mark.parametrize(("arguments", "message"), WRONG_CASES)
def test_a_wrong_argument_is_named_with_its_value(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the message is what is looked at
        find_broken_laws(ReferenceServer(Policy(origins=[APP])), **arguments)
    assert message in str(caught.value)


@pytest.mark.parametrize("function", [check_laws, find_broken_laws])
def test_the_old_name_of_an_argument_tells_the_new_one(function: Any) -> None:
    with pytest.raises(TypeError, match=rf"{function.__name__}\(\) has no argument 'origins'; it is 'allowed_origins'"):
        function(ReferenceServer(Policy(origins=[APP])), origins=[APP])


@pytest.mark.parametrize("allowed", [APP, [APP], "https://*.example.com", ["http://localhost:*"], "*", ANY_ORIGIN])
def test_origins_take_all_forms(allowed: Any) -> None:
    server = ReferenceServer(Policy(origins=allowed))

    assert () == find_broken_laws(server, allowed_origins=allowed, browsers=["chromium"])
