"""
How sessions are drawn: as hypothesis is told by its profile, and the same at every run where nobody tells it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import Phase, core, settings
from hypothesis.database import InMemoryExampleDatabase

from browsercors import Fetch, Session, Visit, find_violations, policy_report
from browsercors.policy.reference_server import ReferenceServer
from browsercors.policy_check.random_search import DEFAULT_EXAMPLES, drawing_of
from tests.policy_check.faults import POLICY

if TYPE_CHECKING:
    from collections.abc import Iterator

NOTHING_SAID: dict[str, Any] = {"max_examples": None, "derandomize": None, "seed": None, "name": "test"}


@pytest.fixture
def profile() -> Iterator[Any]:
    """
    Return what loads a profile for this test.
    """
    before = settings.get_current_profile_name()

    def load(**said: Any) -> None:
        settings.register_profile("of this test", settings.get_profile("default"), **said)
        settings.load_profile("of this test")

    settings.load_profile("default")
    yield load
    settings.load_profile(before)


def test_without_a_profile_every_run_draws_the_same(profile: Any) -> None:
    drawn = drawing_of(**NOTHING_SAID).settings

    assert (DEFAULT_EXAMPLES, True, None) == (drawn.max_examples, drawn.derandomize, drawn.database)


def test_a_profile_says_how_many_are_drawn_and_where_they_are_kept(profile: Any) -> None:
    database = InMemoryExampleDatabase()
    profile(max_examples=7, database=database, phases=[Phase.generate])
    drawn = drawing_of(**NOTHING_SAID).settings

    assert (7, False, (Phase.generate,)) == (drawn.max_examples, drawn.derandomize, drawn.phases)
    assert drawn.database is not None
    drawn.database.save(b"key", b"value")
    assert [b"value"] == [*drawn.database.fetch(b"key")]
    assert [] == [*database.fetch(b"key")]
    other = drawing_of(**{**NOTHING_SAID, "name": "another check"}).settings.database
    assert other is not None
    assert [] == [*other.fetch(b"key")]


def test_the_caller_has_the_last_word(profile: Any) -> None:
    profile(max_examples=7)
    drawn = drawing_of(max_examples=3, derandomize=True, seed=None, name="test").settings

    assert (3, True) == (drawn.max_examples, drawn.derandomize)


SEEDED = [
    pytest.param(5, None, id="the caller's"),
    pytest.param(None, 5, id="pytest's --hypothesis-seed"),
]


@pytest.mark.parametrize(("seed", "forced"), SEEDED)
def test_a_seed_is_where_chance_begins(
    seed: int | None, forced: int | None, profile: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(core, "global_force_seed", forced)

    assert not drawing_of(**{**NOTHING_SAID, "seed": seed}).settings.derandomize


def asked_with(**options: Any) -> list[tuple[str, str]]:
    """
    Return what a server is asked in drawn sessions: the method and the origin of each request.
    """
    asked = []
    server = ReferenceServer(POLICY)

    def app(environ: Any, start_response: Any) -> Any:
        asked.append((environ["REQUEST_METHOD"], environ.get("HTTP_ORIGIN", "")))
        return server(environ, start_response)

    planned = len(asked_in_plan(policy_report(app, POLICY, max_examples=0, **QUICK).requests, asked))
    asked.clear()
    policy_report(app, POLICY, max_examples=10, **QUICK, **options)
    return asked[planned:]


def asked_in_plan(count: int, asked: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """
    Return what was asked without drawing anything, which the report has counted.
    """
    assert count == len(asked)
    return asked


QUICK: dict[str, Any] = {"browsers": ["chromium"], "unknown_path": False, "caches": []}


def test_equal_seeds_draw_equal_sessions_and_others_do_not(profile: Any) -> None:
    first, second, other = (asked_with(seed=seed) for seed in (1, 1, 2))

    assert first == second
    assert first != other


def test_an_example_is_tried_first_and_in_each_browser() -> None:
    asked = []

    def app(environ: Any, start_response: Any) -> list[bytes]:
        asked.append(environ["PATH_INFO"])
        allowed = [("Access-Control-Allow-Origin", "*")] if environ["PATH_INFO"] == "/hidden" else []
        start_response("200 OK", allowed)
        return [b""]

    example = Session([Visit("https://x8k2q.test"), Fetch("https://api.example.com/hidden")])
    found = find_violations(
        app, POLICY, examples=[example], kinds=["opens"], max_examples=0, budget=8, untried="ignore", unknown_path=False
    )

    assert ["read any"] == [f"{each.kind.value} {each.code}" for each in found]
    # NB: before the plan, each path is asked for twice.
    assert ["/hidden"] * 3 == [path for path in asked[2:] if path == "/hidden"][:3]
    with pytest.raises(AssertionError):
        exec(found[0].snippet, {"app": app})  # noqa: S102
