"""
The state machine: it lets a sound server pass, and stops at what breaks the policy.
"""

from __future__ import annotations

import time
import traceback
from typing import Any

import flask
import pytest
from hypothesis import HealthCheck, Phase, seed, settings, strategies as st
from hypothesis.database import InMemoryExampleDatabase
from hypothesis.stateful import rule, run_state_machine_as_test

from browsercors import Policy, PolicyMachine, PolicyViolation, ScriptedServer
from browsercors.policy.reference_server import ReferenceServer
from browsercors.policy_check.violations import ViolationKind
from tests.policy_check.elements.test_laws import server
from tests.policy_check.mutants import FAULTS

POLICY = Policy(origins=["https://app.example.com"], methods=["GET", "PUT"], credentials=True, max_age=600)
STRICTER = Policy(origins=["https://other.example.com"])
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


class FactoryMachine(PolicyMachine):
    """
    A function as the factory.
    """

    policy = POLICY
    made = 0

    @staticmethod
    def factory() -> Any:
        FactoryMachine.made += 1
        return ReferenceServer(POLICY)


def test_every_run_has_a_fresh_application() -> None:
    run_state_machine_as_test(FactoryMachine, settings=SETTINGS)

    assert SETTINGS.max_examples <= FactoryMachine.made


class NamedMachine(PolicyMachine):
    """
    The name of a factory.
    """

    policy = POLICY
    factory = "tests.policy_check.test_machine:FactoryMachine.factory()"


def test_a_factory_can_be_named() -> None:
    machine = NamedMachine()
    machine.teardown()

    assert isinstance(machine.app, ReferenceServer)
    assert machine.app is not NamedMachine().app


@pytest.fixture
def create_app() -> Any:
    return FactoryMachine.factory


class FixtureMachine(PolicyMachine):
    """
    The name of a fixture.
    """

    policy = POLICY
    factory = "create_app"


@settings(SETTINGS, max_examples=3)
class RunByPytest(FixtureMachine):
    """
    The same machine, with few examples.
    """


TestFixture = RunByPytest.TestCase


def test_a_fixture_that_there_is_not_is_named() -> None:
    class Missing(PolicyMachine):
        policy = POLICY
        factory = "no_such_app"

    with pytest.raises(ValueError, match="there is no fixture 'no_such_app' for this test; write the name"):
        Missing()


def drawn_and_discarded(machine: type[PolicyMachine]) -> tuple[int, int]:
    """
    Count the runs of a machine that began and those that did not end.
    """
    counts = {"begun": 0, "ended": 0}

    class Counted(machine):  # type: ignore[misc, valid-type]
        def __init__(self) -> None:
            super().__init__()
            counts["begun"] += 1

        def teardown(self) -> None:
            super().teardown()
            counts["ended"] += 1

    run_state_machine_as_test(Counted, settings=SETTINGS)
    return counts["begun"], counts["begun"] - counts["ended"]


def test_no_run_is_discarded() -> None:
    begun, discarded = drawn_and_discarded(SoundMachine)

    assert 0 == discarded
    assert begun <= SETTINGS.max_examples + 2


def test_strategies_are_made_once() -> None:
    first, second = SoundMachine(), SoundMachine()

    assert first.search_space is second.search_space


class ChangingMachine(PolicyMachine):
    """
    A server whose policy changes, along with what it does.
    """

    policy = POLICY
    changed = 0

    def make_app(self) -> Any:
        return ReferenceServer(POLICY)

    @rule(policy=st.sampled_from((POLICY, STRICTER)))
    def change(self, policy: Policy) -> None:
        self.policy = self.app.policy = policy
        ChangingMachine.changed += policy is STRICTER


def test_a_policy_that_changes_in_a_rule_is_the_policy_from_then_on() -> None:
    run_state_machine_as_test(ChangingMachine, settings=settings(SETTINGS, max_examples=30))

    assert ChangingMachine.changed


class ForgetfulMachine(ChangingMachine):
    """
    A server that never hears of the change.
    """

    @rule()
    def change(self) -> None:
        self.policy = STRICTER


def test_a_server_that_does_not_follow_the_change_is_found() -> None:
    with pytest.raises(PolicyViolation) as caught:
        run_state_machine_as_test(ForgetfulMachine, settings=settings(SETTINGS, max_examples=100))

    violation = caught.value.violations[0]
    assert not violation.is_repeatable
    assert "it takes what other rules of the state machine did" in str(caught.value)


def test_a_sound_server_passes() -> None:
    run_state_machine_as_test(SoundMachine, settings=SETTINGS)


def test_a_broken_one_is_stopped_at_the_smallest_session() -> None:
    with pytest.raises(PolicyViolation) as caught:
        run_state_machine_as_test(
            ReflectingMachine, settings=settings(SETTINGS, max_examples=100, phases=[Phase.generate])
        )

    assert traceback.format_exception_only(caught.value)[0].startswith("browsercors.PolicyViolation: ")
    violation = caught.value.violations[0]
    assert 2 == len(violation.session.steps)
    with pytest.raises(AssertionError):
        exec(violation.snippet, {"app": FAULTS["origin: all reflected"](POLICY)})  # noqa: S102


def test_a_machine_asks_at_the_routes_of_the_application() -> None:
    def create_app() -> flask.Flask:
        app = flask.Flask("shop")
        app.add_url_rule("/items/<int:number>", view_func=lambda number: {"number": number})

        @app.after_request
        def reflect(response: Any) -> Any:
            if flask.request.url_rule is not None:
                response.headers["Access-Control-Allow-Origin"] = flask.request.headers.get("Origin", "*")
            return response

        return app

    class Machine(PolicyMachine):
        policy = STRICTER
        factory = create_app
        unknown_path = False

    # NB: which of its faults comes first is a matter of chance.
    with pytest.raises(PolicyViolation, match="/items/7"):
        run_state_machine_as_test(Machine, settings=SETTINGS)


def test_failing_runs_make_no_more_requests_than_twice_as_many_passing_ones() -> None:
    requests = {"passing": 0, "failing": 0}
    found = 0

    def counted(kind: str, server: Any) -> Any:
        def app(environ: Any, start_response: Any) -> Any:
            requests[kind] += 1
            return server(environ, start_response)

        return app

    class Passing(PolicyMachine):
        policy = POLICY

        def make_app(self) -> Any:
            return counted("passing", ReferenceServer(POLICY))

    class Failing(PolicyMachine):
        policy = POLICY

        def make_app(self) -> Any:
            return counted("failing", FAULTS["methods: reflected"](POLICY))

    options = settings(SETTINGS, max_examples=50, derandomize=False)
    # NB: chance decides how many requests one run makes, and it depends on which modules are loaded.
    for number in range(8):
        run_state_machine_as_test(seed(number)(Passing), settings=options)
        try:
            run_state_machine_as_test(seed(number)(Failing), settings=options)
        except PolicyViolation:
            found += 1

    assert found >= 4
    assert requests["failing"] <= 2 * requests["passing"]


def test_a_run_that_failed_is_tried_first_the_next_time() -> None:
    database = InMemoryExampleDatabase()
    options = settings(SETTINGS, max_examples=100, database=database, derandomize=False)
    for _ in range(2):
        with pytest.raises(PolicyViolation):
            run_state_machine_as_test(ReflectingMachine, settings=options)

    assert any(database.data.values())


def test_a_machine_without_application_says_what_is_missing() -> None:
    class Empty(PolicyMachine):
        policy = POLICY

    with pytest.raises(NotImplementedError, match=r"write factory = create_app, .* or override make_app"):
        Empty()


def test_a_machine_without_policy_says_what_is_missing() -> None:
    class Empty(PolicyMachine):
        def make_app(self) -> Any:
            return ReferenceServer(POLICY)

    with pytest.raises(TypeError, match=r"policy has to be a Policy, such as .*, not None"):
        Empty()


class HangingMachine(PolicyMachine):
    """
    A server that lets every page read, and hangs as soon as that was found.
    """

    policy = POLICY
    timeout = 0.5
    left_waiting = 0

    def make_app(self) -> Any:
        server = FAULTS["origin: all reflected"](POLICY)

        def app(environ: Any, start_response: Any) -> Any:
            if HangingMachine._found:
                HangingMachine.left_waiting += 1
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
    assert HangingMachine.left_waiting <= 3


def test_a_machine_loads_things_between_requests() -> None:
    class Machine(PolicyMachine):
        policy = Policy(origins=["https://app.example.com"], credentials=True)
        methods = ("GET",)
        unknown_path = False

        def make_app(self) -> Any:
            return without_vary()

    with pytest.raises(PolicyViolation) as caught:
        run_state_machine_as_test(seed(1)(Machine), settings=settings(SETTINGS, derandomize=False, max_examples=100))

    # NB: what was loaded without CORS is what the browser then has for the fetch.
    (violation,) = caught.value.violations
    *_, load, fetch = violation.session.steps
    assert ("refused", "no-cors", "cors") == (violation.kind.value, load.mode, fetch.mode)  # type: ignore[union-attr]
    with pytest.raises(AssertionError):
        exec(violation.snippet, {"app": without_vary()})  # noqa: S102


def without_vary() -> ScriptedServer:
    """
    Make a server that lets browsers keep its responses, and forgets that they depend on the origin.
    """
    return server("application/json", vary=False, cache="max-age=600")
