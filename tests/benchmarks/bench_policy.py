"""
A policy checked on a small Flask application: how many page requests are made in a second, and how long a check takes.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import flask
import pytest

from browsercors import Policy, find_violations
from browsercors.policy.factory import Factory
from browsercors.policy.plan import Plan
from browsercors.policy.runner import Runner
from browsercors.policy.search_space import search_space_of
from browsercors.policy.snippets import Setting
from browsercors.policy_check.judge import Judge
from browsercors.policy_check.search import Search

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture

APP = "https://app.example.com"
API = "https://api.example.com"
BROWSERS = ("chromium", "firefox", "webkit")
POLICY = Policy(
    origins=[APP], methods=["GET", "HEAD", "POST", "PUT"], headers=["Content-Type"], credentials=True, max_age=600
)
ALLOWED = {
    "Access-Control-Allow-Origin": APP,
    "Access-Control-Allow-Credentials": "true",
    "Access-Control-Allow-Methods": "PUT",
    "Access-Control-Allow-Headers": "content-type",
    "Access-Control-Max-Age": "600",
}


def small_app() -> flask.Flask:
    """
    Return an application with one route, which follows the policy.
    """
    app = flask.Flask("small")
    app.add_url_rule("/", view_func=lambda: {"id": 1}, methods=["GET", "PUT", "OPTIONS"])

    @app.after_request
    def allow(response: Any) -> Any:
        if flask.request.headers.get("Origin") == APP:
            response.headers.update(ALLOWED)
        response.headers["Vary"] = "Origin"
        return response

    return app


def requests_per_second(app: Any) -> float:
    """
    Return how many page requests of the plan are made and judged in a second of processor time.
    """
    space = search_space_of(POLICY, API, paths=["/"], methods=None, unknown_path=True, is_live=False)
    cases = [case for _, case in Plan(POLICY, space, API, BROWSERS).cases()]
    with Runner(Factory(app), Setting(API, cookies={"session": "1"}), timeout=10) as runner:
        search = Search(runner, Judge(POLICY, API, space.codes).breaches, BROWSERS[0], budget=10_000)
        start = time.process_time()
        search.through(cases)
        assert {} == search.found
        return runner.made / (time.process_time() - start)


@pytest.mark.benchmark(group="policy")
def test_check_of_a_small_flask_application(benchmark: BenchmarkFixture) -> None:
    app = small_app()

    assert () == benchmark(find_violations, app, POLICY)


if __name__ == "__main__":
    application = small_app()
    find_violations(application, POLICY)
    rates = sorted(requests_per_second(application) for _ in range(7))
    print(f"page requests a second: {rates[3]:.0f} (least {rates[0]:.0f}, most {rates[-1]:.0f})")
    begin = time.perf_counter()
    find_violations(application, POLICY)
    print(f"a check with default settings: {time.perf_counter() - begin:.1f} s")
