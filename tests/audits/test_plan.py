"""
The plan of an audit: what it says is what is asked, in the order of importance, and nothing is sent to show it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from browsercors import UntriedCells, UntriedCellsWarning, audit, audit_plan
from browsercors.audits.audit import _scope
from browsercors.audits.plan import PARTS
from browsercors.policy.plan import cell_of
from browsercors.policy.routes.places import Places
from browsercors.policy.search_space import search_space_of
from browsercors.values.urls import parse_url
from tests.audits.vulnerable import APP, server

if TYPE_CHECKING:
    from browsercors.policy.plan import Cell

API = "https://api.example.com"


def planned_cells(*, paths: list[str], methods: list[str], headers: list[tuple[str, str]]) -> set[Cell]:
    url = parse_url(f"{API}/")
    assert url is not None
    scope = _scope(url, [APP], Places(tuple(paths)), methods, headers, unsafe_methods=False)
    return {
        cell_of(part.stage, probe.case(API, "chromium"), scope.space) for part in PARTS for probe in part.planned(scope)
    }


ARGUMENTS: list[tuple[str, dict[str, Any]]] = [
    ("one path", {"paths": ["/"], "methods": [], "headers": []}),
    ("several paths", {"paths": ["/", "/other"], "methods": [], "headers": []}),
    ("methods and headers", {"paths": ["/"], "methods": ["PUT", "DELETE"], "headers": [("X-A", "1")]}),
]


@pytest.mark.parametrize("arguments", [case[1] for case in ARGUMENTS], ids=[case[0] for case in ARGUMENTS])
def test_an_audit_asks_what_its_plan_says(arguments: dict[str, Any]) -> None:
    report = audit(server(headers="x-a"), allowed_origins=[APP], **arguments)

    assert planned_cells(**arguments) - {*report.tried} == set()
    assert ((), "") == (report.not_tried, report.ended_early)


def test_the_origins_are_those_of_policy_checks() -> None:
    from browsercors import Policy

    report = audit(server(), allowed_origins=[APP])
    space = search_space_of(Policy(origins=[APP]), API, paths=["/"], methods=None, unknown_path=False)
    asked = {cell.origin for cell in report.tried}

    # NB: `https://pp.example.com` and siblings are subdomains of the site for an audit.
    kinds = {space.codes[origin] for origin in (*space.near, *space.left_behind)} - {"sibling"}
    assert kinds | {"allowed", "stranger", "null"} == asked


def test_what_findings_make_needless_is_not_called_untried() -> None:
    report = audit(server(lambda _: True), allowed_origins=[APP])

    assert () == report.not_tried
    assert report.requests < 40


@pytest.mark.parametrize("budget", [1, 10, 100])
def test_a_budget_leaves_the_least_important_cells(budget: int) -> None:
    report = audit(server(), allowed_origins=[APP], budget=budget, untried="ignore")
    arguments: dict[str, Any] = {"paths": ["/"], "methods": [], "headers": []}

    assert planned_cells(**arguments) <= {*report.tried, *report.not_tried}
    assert f"the budget of {budget} requests is spent" == report.ended_early
    stages = [part.stage for part in PARTS]
    assert {cell.stage for cell in report.not_tried} <= set(stages)
    assert (budget == 100) == ("first look" not in {cell.stage.value for cell in report.not_tried} and budget > 10)


def test_an_audit_that_would_look_green_is_loud() -> None:
    arguments: Any = {"allowed_origins": [APP], "budget": 10}

    with pytest.warns(UntriedCellsWarning, match="as the budget of 10 requests is spent. Raise budget") as caught:
        audit(server(), **arguments)
    with pytest.raises(UntriedCells, match="close origins, prefix: 1"):
        audit(server(), **arguments, untried="fail")
    with pytest.raises(ValueError, match="untried has to be 'fail', 'warn' or 'ignore', not 'loud'"):
        audit(server(), **{**arguments, "untried": "loud"})

    assert [__file__] == [each.filename for each in caught]
    assert audit(server(lambda _: True), **arguments).findings


def test_a_plan_is_shown_without_a_request() -> None:
    calls: list[str] = []

    def app(environ: Any, start_response: Any) -> None:
        calls.append("asked")

    plan = audit_plan(app, allowed_origins=[APP], methods=["PUT"], paths=["/", "/me"])

    assert [] == calls
    assert [part.name for part in PARTS] == re.findall(r"^  (\S.*?) {2,}", plan, flags=re.MULTILINE)
    assert re.search(r"any origin  +4 requests, 2 origins, 2 paths\n", plan)
    assert "There is no limit." in plan
    assert "The server gets 600 requests at most." in audit_plan("https://api.example.com")
    assert re.search(r"own pages  +nothing to try\n", audit_plan(API))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"paths": ["me"]}, "paths has to hold paths such as '/me', not 'me'"),
        ({"budget": 0}, "budget has to be 1 or more, a whole number, not 0"),
        ({"allowed_origins": ["null"]}, "allowed_origins: 'null' is the origin of every sandboxed frame"),
    ],
    ids=["path", "budget", "origin"],
)
def test_a_wrong_argument_of_a_plan_is_named(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        audit_plan(server(), **arguments)


def test_what_could_not_be_reached_is_listed_with_the_reason() -> None:
    from browsercors import Answer, ScriptedServer

    away = Answer(302, {"Location": "https://login.example.net/", "Access-Control-Allow-Origin": "*"})
    report = audit(ScriptedServer({"/gone": away, "*": Answer(200)}), allowed_origins=[APP], paths=["/", "/gone"])

    assert [("redirects-away", "/gone")] == [(each.code, each.path) for each in report.unreachable]
