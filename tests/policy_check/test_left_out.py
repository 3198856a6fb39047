"""
What a check leaves out: violations that are known, with their reasons, and effects that nobody asked about.
"""

from __future__ import annotations

from typing import Any

import pytest

from browsercors import Ignored, Policy, find_violations, policy_report
from browsercors.policy_check.violations import ViolationKind, effect_of
from tests.policy_check.faults import FAULTS, POLICY

QUICK: dict[str, Any] = {"paths": ["/me"], "unknown_path": False, "browsers": ["chromium"], "max_examples": 0}
NULL = FAULTS["null"].create_app


def test_a_violation_that_is_ignored_is_counted_and_not_reported() -> None:
    known = Ignored("null", reason="embedded in a sandbox", path="/me")
    report = policy_report(NULL, POLICY, ignore=[known], **QUICK)

    assert () == report.violations
    assert report.ignored[known] > 0
    assert "Ignored: null at /me, because: embedded in a sandbox" in str(report)


def test_what_is_ignored_at_one_path_is_found_at_another() -> None:
    known = Ignored("null", reason="embedded in a sandbox", path="/embed/*")
    report = policy_report(NULL, POLICY, ignore=[known], **QUICK)

    assert {"null"} == {violation.code for violation in report.violations}
    assert {known: 0} == report.ignored
    assert "Ignored for nothing: null at /embed/* was not seen; take it out of ignore." in str(report)


def test_a_violation_without_a_code_is_ignored_by_its_kind() -> None:
    policy = POLICY.evolve(max_age=5)

    def kinds(**options: Any) -> set[str]:
        return {each.kind.value for each in find_violations(FAULTS["null"].create_app, policy, **options, **QUICK)}

    assert "remembered-longer" in kinds()
    assert "remembered-longer" not in kinds(ignore=[Ignored("remembered-longer", reason="the server is right")])


KINDS = [
    # the fault          only what               is anything reported
    pytest.param("null", ["opens"], True, id="what opens, of a server that opens"),
    pytest.param("null", ["breaks"], False, id="what breaks, of a server that opens"),
    pytest.param("refused: XML", ["breaks"], True, id="what breaks, of a server that breaks"),
    pytest.param("refused: XML", ["opens"], False, id="what opens, of a server that breaks"),
]


@pytest.mark.parametrize(("fault", "kinds", "is_reported"), KINDS)
def test_only_the_kinds_that_were_asked_for_are_reported(fault: str, kinds: Any, is_reported: bool) -> None:
    assert is_reported == bool(find_violations(FAULTS[fault].create_app, POLICY, kinds=kinds, **QUICK))


def test_each_kind_has_an_effect_but_those_that_keep_a_check_from_judging() -> None:
    without = {kind for kind in ViolationKind if effect_of(kind, "") is None}

    assert {ViolationKind.NOT_DETERMINISTIC, ViolationKind.NO_ANSWER, ViolationKind.ORDER_MATTERS} == without
    assert effect_of(ViolationKind.ORDER_MATTERS, "refused after a request without Origin") is effect_of(
        ViolationKind.REFUSED, ""
    )


WRONG: list[tuple[dict[str, Any], type[Exception], str]] = [
    ({"kinds": ["open"]}, ValueError, "kinds has to hold 'opens' or 'breaks', not 'open'"),
    ({"kinds": []}, ValueError, "kinds has to be a list with at least one item"),
    ({"ignore": ["null"]}, TypeError, "ignore has to hold Ignored, such as Ignored('null', reason='...'), not 'null'"),
    ({"ignore": Ignored("null", reason="known")}, ValueError, "ignore has to be a list"),
    ({"examples": ["null"]}, TypeError, "examples has to hold sessions, such as Session([Visit("),
    ({"seed": "x"}, ValueError, "seed has to be 0 or more, a whole number, not 'x'"),
]


@pytest.mark.parametrize(("arguments", "error", "message"), WRONG)
def test_a_wrong_argument_is_named(arguments: dict[str, Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error) as caught:
        find_violations(NULL, Policy(origins=["https://app.example.com"]), **arguments)
    assert message in str(caught.value)
