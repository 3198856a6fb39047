"""
The state machine: it lets a sound server pass, and stops at what breaks the policy.
"""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import rule, run_state_machine_as_test

from browsercors import Policy, PolicyMachine, PolicyViolation
from browsercors.policy.reference_server import ReferenceServer
from browsercors.policy_check.violations import ViolationKind
from tests.policy_check.mutants import FAULTS

POLICY = Policy(origins=["https://app.example.com"], methods=["GET", "PUT"], credentials=True, max_age=600)
SETTINGS = settings(
    max_examples=12,
    stateful_step_count=12,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)


class SoundMachine(PolicyMachine):
    """
    A server that follows its policy, and a rule of one's own.
    """

    policy = POLICY

    def make_app(self) -> Any:
        return ReferenceServer(POLICY)

    @rule()
    def replace_routes(self) -> None:
        assert self.app.policy is POLICY


class ReflectingMachine(PolicyMachine):
    """
    A server that reflects every origin.
    """

    policy = POLICY

    def make_app(self) -> Any:
        return FAULTS["origin: all reflected"](POLICY)


def test_a_sound_server_passes() -> None:
    run_state_machine_as_test(SoundMachine, settings=SETTINGS)


def test_a_broken_one_is_stopped_at_the_smallest_session() -> None:
    with pytest.raises(PolicyViolation) as caught:
        run_state_machine_as_test(
            ReflectingMachine, settings=settings(SETTINGS, max_examples=100, phases=[Phase.generate])
        )

    violation = caught.value.violations[0]
    assert 2 == len(violation.session.steps)
    with pytest.raises(AssertionError):
        exec(violation.snippet, {"app": FAULTS["origin: all reflected"](POLICY)})  # noqa: S102


def test_a_machine_without_application_says_what_is_missing() -> None:
    class Empty(PolicyMachine):
        policy = POLICY

    with pytest.raises(NotImplementedError, match=r"make_app"):
        Empty()


def test_a_machine_without_policy_says_what_is_missing() -> None:
    class Empty(PolicyMachine):
        def make_app(self) -> Any:
            return ReferenceServer(POLICY)

    with pytest.raises(TypeError, match=r"policy has to be a Policy, such as .*, not None"):
        Empty()


class HangingMachine(PolicyMachine):
    """
    A server that lets every page read, and hangs after some requests.
    """

    policy = POLICY
    timeout = 0.05
    calls = 0

    def make_app(self) -> Any:
        server = FAULTS["origin: all reflected"](POLICY)

        def app(environ: Any, start_response: Any) -> Any:
            HangingMachine.calls += 1
            if HangingMachine.calls > 60:
                time.sleep(60)
            return server(environ, start_response)

        return app


def test_a_server_that_hangs_ends_the_search_and_what_was_found_before_is_not_lost() -> None:
    with pytest.raises(PolicyViolation) as caught:
        run_state_machine_as_test(HangingMachine, settings=settings(SETTINGS, max_examples=100))

    *others, last = caught.value.violations
    assert ViolationKind.NO_ANSWER is last.kind
    assert "nothing was tried after that" in last.sentence
    assert others
    assert HangingMachine.calls <= 60 + 3
