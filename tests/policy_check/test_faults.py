"""
What a check says of each fault: who got in, shown by the plainest page, in code that fails on a fresh server.
"""

from __future__ import annotations

import functools

import pytest

from browsercors import CheckReport, PolicyViolation, check_policy, policy_report
from browsercors.engines.registry import real_browser_names
from browsercors.policy.reference_server import ReferenceServer
from browsercors.policy_check.causes import by_cause
from tests.policy_check.faults import APP, FAULTS, POLICY, ROUTES, LetsIn

# NB: what it covers is covered by quicker tests, and under the tracer it takes five times as long.
pytestmark = pytest.mark.untraced


@functools.cache
def report_on(name: str) -> CheckReport:
    """
    Check the server with a fault.
    """
    return policy_report(
        FAULTS[name].create_app,
        POLICY,
        paths=["/me"],
        unknown_path=False,
        max_examples=0,
        browsers=["firefox", "chromium"],
    )


@pytest.mark.parametrize("name", FAULTS)
def test_the_headline_names_who_got_in(name: str) -> None:
    first = report_on(name).causes[0].violation

    assert FAULTS[name].told == f"{first.kind.value} {first.code}"
    assert first.headline.startswith(FAULTS[name].headline), first.headline


@pytest.mark.parametrize("name", FAULTS)
def test_one_fault_is_one_thing_to_mend(name: str) -> None:
    (cause,) = report_on(name).causes

    assert {*report_on(name).violations} == {cause.violation, *cause.consequences}


def test_two_faults_are_two_things_to_mend() -> None:
    def create_app() -> LetsIn:
        return LetsIn(lambda origin, _: origin == "null" or origin.startswith(f"{APP}:"))

    with pytest.raises(PolicyViolation) as caught:
        check_policy(create_app, POLICY, paths=["/me"], unknown_path=False, max_examples=0, browsers=["chromium"])

    assert {"null", "port"} == {cause.violation.code for cause in by_cause(caught.value.violations)}
    assert "\nIt follows: read, null; sent, null\n" in str(caught.value)
    _, _, others = str(caught.value).partition("\nAlso found:\n")
    assert others.startswith("  A page on another port of an allowed host can read the response to GET /me with cred")


@pytest.mark.parametrize("name", FAULTS)
def test_the_commonest_browser_shows_it(name: str) -> None:
    assert {real_browser_names()[0]} == {violation.browser for violation in report_on(name).violations}


def test_each_snippet_fails_on_a_fresh_server_and_passes_on_a_right_one() -> None:
    count = failed = passed = 0
    for name, fault in FAULTS.items():
        for violation in report_on(name).violations:
            count += 1
            failed += fails(violation.snippet, fault.create_app())
            passed += not fails(violation.snippet, ReferenceServer(POLICY, ROUTES))

    assert count > len(FAULTS)
    assert count == failed
    assert count == passed


def fails(snippet: str, app: object) -> bool:
    """
    Whether the assertion of a snippet fails.
    """
    try:
        exec(snippet, {"app": app})  # noqa: S102 - that it runs is the point
    except AssertionError:
        return True
    return False
