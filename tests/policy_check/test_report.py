"""
The account of a check: what it tried and left, and how it warns; and the faults that only a wide plan finds.
"""

from __future__ import annotations

import re
import warnings
from typing import TYPE_CHECKING, Any

import pytest

from browsercors import (
    Policy,
    PolicyViolation,
    UntriedCells,
    UntriedCellsWarning,
    check_policy,
    find_violations,
    policy_report,
)
from browsercors.policy.plan import Stage
from browsercors.policy.reference_server import ReferenceServer
from browsercors.policy_check.formats.text import cells_were
from browsercors.policy_check.matrix import Mark
from tests.policy_check.test_check import serving

if TYPE_CHECKING:
    from collections.abc import Callable

# NB: what it covers is covered by quicker tests, and under the tracer it takes five times as long.
pytestmark = pytest.mark.untraced

APP = "https://app.example.com"
POLICY = Policy(origins=[APP], methods=["GET", "PUT"], headers=["Content-Type"], credentials=True, max_age=600)
QUICK: dict[str, Any] = {"browsers": ("chromium",), "max_examples": 0}


def test_a_check_that_ends_its_plan_says_what_it_tried() -> None:
    report = check_policy(ReferenceServer(POLICY), POLICY, **QUICK)

    assert () == report.violations
    assert () == report.not_tried
    # NB: the server has one path, sends nothing that elements show, and no example is wanted.
    not_here = {Stage.SHARED_CACHE, Stage.EXAMPLES, Stage.ROUTES, Stage.ELEMENTS}
    assert {*Stage} - not_here == {cell.stage for cell in report.tried}
    assert {"allowed", "stranger", "null", "prefix", "development-server", "slow"} <= {*report.matrix.origins}
    assert {Mark.TRIED} == {*report.matrix.marks.values()}
    assert report.text().startswith("No violation was found.\n")


def test_a_check_counts_each_request_that_reached_the_server() -> None:
    count = 0
    server = ReferenceServer(POLICY)

    def app(environ: Any, start_response: Any) -> Any:
        nonlocal count
        count += 1
        return server(environ, start_response)

    assert policy_report(app, POLICY, **QUICK).requests == count


def test_a_check_that_leaves_cells_untried_is_never_green_in_silence() -> None:
    options = {**QUICK, "budget": 50}

    with pytest.warns(UntriedCellsWarning, match="not fully tried, as the budget of 50 page requests is spent"):
        find_violations(ReferenceServer(POLICY), POLICY, **options)
    with pytest.raises(UntriedCells, match="not fully tried") as caught:
        check_policy(ReferenceServer(POLICY), POLICY, untried="fail", **options)
    assert caught.value.report.not_tried
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        report = check_policy(ReferenceServer(POLICY), POLICY, untried="ignore", **options)
    assert "cells were not fully tried, as the budget of 50 page requests is spent:" in report.text()


@pytest.mark.parametrize(
    ("count", "words"), [(0, "0 cells were"), (1, "1 cell was"), (2, "2 cells were")], ids=["none", "one", "two"]
)
def test_cells_are_counted_in_plain_english(count: int, words: str) -> None:
    assert words == cells_were(count)


def test_a_violation_carries_the_report() -> None:
    with pytest.raises(PolicyViolation) as caught:
        check_policy(with_fault(lambda environ: environ["HTTP_ORIGIN"] == "null"), POLICY, **QUICK)

    report = caught.value.report
    assert report is not None
    assert report.violations == caught.value.violations
    assert Mark.VIOLATED is report.matrix.mark("null", "/")
    assert Mark.TRIED is report.matrix.mark("prefix", "/")


def with_fault(is_let_in: Callable[[dict[str, Any]], bool]) -> ReferenceServer:
    """
    Return a server that also lets in who is not allowed, where *is_let_in* says so.
    """

    class Faulty(ReferenceServer):
        def origin_lines(self, rule: Policy, environ: Any) -> Any:
            if "HTTP_ORIGIN" in environ and is_let_in(environ):
                return [
                    ("Access-Control-Allow-Origin", environ["HTTP_ORIGIN"]),
                    ("Access-Control-Allow-Credentials", "true"),
                ]
            return super().origin_lines(rule, environ)

    return Faulty(POLICY)


FAULTS = [
    # who is let in                                                                   code of the first violation
    pytest.param(lambda e: e["HTTP_ORIGIN"] == "http://localhost:5173", "development-server", id="Vite's server"),
    pytest.param(lambda e: e["HTTP_ORIGIN"].startswith("http://192.168."), "local-network", id="the local network"),
    pytest.param(lambda e: e["HTTP_ORIGIN"].endswith(".vercel.app"), "shared-hosting", id="preview deployments"),
    pytest.param(lambda e: ".ngrok" in e["HTTP_ORIGIN"], "tunnel", id="a tunnel"),
    pytest.param(lambda e: e["HTTP_ORIGIN"] == "https://staging.example.com", "staging", id="staging"),
    pytest.param(lambda e: "event-stream" in e.get("HTTP_ACCEPT", ""), "any", id="server-sent events"),
    pytest.param(lambda e: e["PATH_INFO"].endswith(".json"), "any", id="an old route with .json"),
    pytest.param(lambda e: "callback=" in e["QUERY_STRING"], "any", id="a query for JSONP"),
    pytest.param(lambda e: e["REQUEST_METHOD"] == "HEAD", "any", id="a handler of HEAD"),
    pytest.param(lambda e: e["HTTP_ORIGIN"].startswith(APP), "prefix", id="startswith"),
]


@pytest.mark.parametrize(("is_let_in", "code"), FAULTS)
def test_who_is_let_in_by_one_thing_alone_is_found(is_let_in: Callable[[dict[str, Any]], bool], code: str) -> None:
    found = find_violations(with_fault(is_let_in), POLICY, paths=["/items"], **QUICK)

    assert code == found[0].code


def test_close_origins_come_first_however_many_paths_there_are() -> None:
    paths = [f"/items/{number}" for number in range(40)]
    origins = [APP, *(f"https://shop{number}.example.org" for number in range(5))]
    policy = POLICY.evolve(origins=origins)

    class Faulty(ReferenceServer):
        def origin_lines(self, rule: Policy, environ: Any) -> Any:
            origin = environ.get("HTTP_ORIGIN", "")
            if any(origin.startswith(allowed) for allowed in origins):
                return [("Access-Control-Allow-Origin", origin), ("Access-Control-Allow-Credentials", "true")]
            return super().origin_lines(rule, environ)

    found = find_violations(Faulty(policy), policy, paths=paths, budget=600, **QUICK)

    assert "prefix" in [each.code for each in found]


def test_the_ninth_origin_gets_each_kind_once() -> None:
    origins = [f"https://tenant{number}.example.com" for number in range(10)]
    policy = POLICY.evolve(origins=origins)

    class Faulty(ReferenceServer):
        def origin_lines(self, rule: Policy, environ: Any) -> Any:
            if environ.get("HTTP_ORIGIN") == origins[9] and environ["REQUEST_METHOD"] == "OPTIONS":
                return []
            return super().origin_lines(rule, environ)

    found = find_violations(Faulty(policy), policy, **QUICK)

    assert ["refused allow-origin-missing"] == [f"{each.kind.value} {each.code}" for each in found]


def test_an_origin_that_costs_the_server_its_time_is_a_violation() -> None:
    doubling = re.compile(r"https://([a-z]+)+\.example\.com")
    server = with_fault(lambda environ: doubling.fullmatch(environ["HTTP_ORIGIN"]) is not None and False)
    (violation,) = find_violations(server, POLICY, unknown_path=False, **QUICK)

    assert "slow" == violation.kind.value
    with pytest.raises(AssertionError, match="slow"):
        exec(violation.snippet, {"app": server})  # noqa: S102


FAULTS_LIVE = [
    pytest.param(lambda e: e["HTTP_ORIGIN"].startswith(APP), "prefix", id="startswith"),
    pytest.param(lambda e: e["HTTP_ORIGIN"].endswith("app.example.com"), "suffix", id="endswith"),
    pytest.param(lambda e: e["HTTP_ORIGIN"].startswith(f"{APP}:"), "port", id="port-blind"),
    pytest.param(lambda e: e["HTTP_ORIGIN"] == "http://app.example.com", "scheme", id="scheme-blind"),
]


@pytest.mark.parametrize(("is_let_in", "code"), FAULTS_LIVE)
def test_close_origins_of_a_live_server_fit_the_default_budget(is_let_in: Any, code: str) -> None:
    server = with_fault(is_let_in)
    requests = 0

    def app(environ: Any, start_response: Any) -> Any:
        nonlocal requests
        requests += 1
        return server(environ, start_response)

    with serving(app) as url:
        report = policy_report(url, POLICY)

    assert code in [each.code for each in report.violations]
    assert report.requests == requests
    assert requests <= 600


def test_of_an_unsafe_method_a_live_server_gets_the_preflight_alone() -> None:
    server = with_fault(lambda environ: environ.get("HTTP_ACCESS_CONTROL_REQUEST_METHOD") == "PUT")
    methods = set()

    def app(environ: Any, start_response: Any) -> Any:
        methods.add(environ["REQUEST_METHOD"])
        return server(environ, start_response)

    with serving(app) as url:
        report = policy_report(url, POLICY, budget=60, browsers=["chromium"])

    assert ["sent any"] == [f"{each.kind.value} {each.code}" for each in report.violations]
    assert {"GET", "OPTIONS"} == methods
    assert 60 == report.requests
