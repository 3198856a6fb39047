"""
A plan in words, and who gets to read it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from browsercors import check_policy
from browsercors.policy.reference_server import ReferenceServer
from browsercors.policy_check.plan_text import PLAN_READER
from tests.policy_check.faults import POLICY

if TYPE_CHECKING:
    import pytest

pytest_plugins = ["pytester"]

QUICK: dict[str, Any] = {"browsers": ["chromium"], "max_examples": 0, "budget": 100, "untried": "ignore"}


def test_a_plan_is_told_before_anything_is_asked() -> None:
    asked: list[str] = []
    server = ReferenceServer(POLICY)

    def app(environ: Any, start_response: Any) -> Any:
        asked.append(environ["PATH_INFO"])
        return server(environ, start_response)

    told: list[tuple[int, str]] = []
    report = check_policy(app, POLICY, explain_plan=lambda text: told.append((len(asked), text)), **QUICK)

    ((count, text),) = told
    assert 0 == count
    assert text.startswith("The plan asks for 2 paths, for pages of 2 allowed origins, ")
    assert "100 requests at most." in text
    stages = {cell.stage.value for cell in (*report.tried, *report.not_tried)}
    assert stages <= {line.partition("  ")[0] for line in text.splitlines()}
    assert 1 == text.count("here the budget ends")


def test_where_a_check_is_not_told_the_reader_of_the_context_is() -> None:
    told: list[str] = []
    token = PLAN_READER.set(told.append)
    try:
        check_policy(ReferenceServer(POLICY), POLICY, **QUICK)
    finally:
        PLAN_READER.reset(token)

    assert 1 == len(told)


def test_the_option_of_pytest_shows_the_plans_after_the_tests(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_shop="""
        from browsercors import Policy, check_policy

        def app(environ, start_response):
            start_response("200 OK", [("Access-Control-Allow-Origin", "https://app.example.com"), ("Vary", "Origin")])
            return [b""]

        def test_nobody_else_reads():
            policy = Policy(origins=["https://app.example.com"])
            check_policy(app, policy, browsers=["chromium"], max_examples=0, budget=20, untried="ignore")
        """
    )

    shown = pytester.runpytest_inprocess("--cors-explain-plan")
    shown.stdout.fnmatch_lines(["*plans of policy checks*", "*::test_nobody_else_reads", "The plan asks for *"])
    assert 1 == shown.stdout.str().count("The plan asks for")
    assert "The plan asks for" not in pytester.runpytest_inprocess().stdout.str()
