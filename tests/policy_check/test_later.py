"""
What changes with time: an allow-list that is another one after an hour.
"""

from __future__ import annotations

from typing import Any

import pytest

from browsercors import Answer, ScriptedServer, find_violations
from browsercors.policy.reference_server import ReferenceServer
from tests.policy_check.faults import APP, POLICY, ROUTES, SHOP

QUICK: dict[str, Any] = {"paths": ["/me"], "unknown_path": False, "browsers": ["chromium"], "max_examples": 0}


class Watch:
    """
    A clock of an application, as freezegun gives one.
    """

    def __init__(self) -> None:
        self.now = 0.0

    def tick(self, seconds: float) -> None:
        """
        Let time pass.
        """
        self.now += seconds


def serving_for_an_hour(watch: Watch) -> ReferenceServer:
    """
    Return a server whose allow-list is another one an hour after its start.
    """
    start = watch.now
    early, late = ReferenceServer(POLICY, ROUTES), ReferenceServer(POLICY.evolve(origins=[APP]), ROUTES)

    class Changing(ReferenceServer):
        def origin_lines(self, rule: Any, environ: Any) -> Any:
            server = early if watch.now - start < 3600 else late
            ruling = server.rule(environ)
            return [] if ruling is None else server.origin_lines(ruling, environ)

    return Changing(POLICY, ROUTES)


def test_an_allow_list_that_changes_after_an_hour_is_found_where_the_clock_follows() -> None:
    watch = Watch()
    found = find_violations(lambda: serving_for_an_hour(watch), POLICY, advance=watch.tick, **QUICK)

    assert "refused allow-origin-missing" in [f"{each.kind.value} {each.code}" for each in found]
    for violation in found:
        assert "advance(" in violation.snippet
        with pytest.raises(AssertionError):
            exec(violation.snippet, {"app": serving_for_an_hour(watch), "advance": watch.tick})  # noqa: S102


def test_nothing_is_found_where_the_clock_stands_still() -> None:
    watch = Watch()

    assert () == find_violations(lambda: serving_for_an_hour(watch), POLICY, **QUICK)


def test_a_scripted_server_sees_the_time_of_the_browser() -> None:
    starts: list[float] = []

    def answer(request: Any) -> Answer:
        starts.append(request.time)
        origin = request.headers.get(b"origin")
        is_allowed = origin == APP.encode() or (origin == SHOP.encode() and request.time - starts[0] < 3600)
        granted = {"Access-Control-Allow-Origin": origin} if is_allowed else {}
        return Answer(200, {"Vary": "Origin", **granted})

    policy = POLICY.evolve(methods=["GET"], headers=[], credentials=False, max_age=None)
    found = find_violations(ScriptedServer({"*": answer}), policy, methods=["GET"], **QUICK)

    assert "refused" in {each.kind.value for each in found}
