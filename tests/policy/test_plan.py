"""
The plan: which cells it has, and in which order they are tried.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from browsercors import Advance, Fetch, Policy, Session, Visit
from browsercors.policy.plan import Case, Plan, Stage, cell_of
from browsercors.policy.routes.route import Route, RouteBody, RouteParameter
from browsercors.policy.search_space import search_space_of

if TYPE_CHECKING:
    from collections.abc import Iterable

APP = "https://app.example.com"
API = "https://api.example.com"
STRANGER = "https://attacker.example"
POLICY = Policy(origins=[APP], methods=["GET", "PUT"], headers=["Content-Type"], credentials=True, max_age=600)
ROUTE = Route(
    "/items/{id}",
    "/items/7?full=1",
    ("PUT",),
    (RouteParameter("id", "int", "7"), RouteParameter("X-Token", "str", "t", "header")),
    RouteBody("application/json", b"{}"),
)


def plan_for(*paths: str, routes: Iterable[Route] = (), examples: Iterable[Session] = (), browsers: int = 1) -> Plan:
    """
    Return a plan for `/items/7?full=1` and *paths*.
    """
    space = search_space_of(
        POLICY, API, paths=["/items/7?full=1", *paths], methods=None, unknown_path=False, routes=tuple(routes)
    )
    return Plan(POLICY, space, API, ("chromium", "firefox")[:browsers], tuple(examples))


def sessions_of(plan: Plan, stage: Stage) -> list[Session]:
    """
    Return the sessions of one stage.
    """
    return [case.session for each, case in plan.cases() if each is stage]


def test_a_plan_tries_its_stages_in_order() -> None:
    order = [*dict.fromkeys(stage for stage, _ in plan_for("/me", routes=[ROUTE]).cases())]

    # NB: what is loaded as an element depends on what came.
    own = {Stage.EXAMPLES, Stage.ELEMENTS, Stage.BROWSER_CACHE, Stage.SHARED_CACHE}
    assert [stage for stage in Stage if stage not in own] == order


def test_a_route_gets_what_it_is_made_for_from_strangers_and_from_allowed_pages() -> None:
    fetch = Fetch(
        f"{API}/items/7?full=1",
        method="PUT",
        headers=(("Content-Type", "application/json"), ("X-Token", "t")),
        body=b"{}",
        credentials="include",
    )

    assert [Session((Visit(origin), fetch)) for origin in (STRANGER, APP)] == sessions_of(
        plan_for(routes=[ROUTE]), Stage.ROUTES
    )


def test_a_stranger_names_an_allowed_origin_in_its_referrer_in_each_browser() -> None:
    cases = [case for stage, case in plan_for(browsers=2).cases() if stage is Stage.REFERRERS]
    fetch = Fetch(
        f"{API}/items/7?full=1",
        credentials="include",
        referrer=f"{STRANGER}/?{APP}/",
        referrer_policy="unsafe-url",
    )

    assert {"chromium", "firefox"} == {
        case.browser for case in cases if case.session == Session((Visit(STRANGER), fetch))
    }


def test_parts_of_a_response_and_revalidations_are_asked_for() -> None:
    fetches = [
        step for session in sessions_of(plan_for(), Stage.PARTS) for step in session.steps if isinstance(step, Fetch)
    ]

    assert {"bytes=0-0", "bytes=999999999-"} == {dict(fetch.headers)["Range"] for fetch in fetches if fetch.headers}
    assert "no-cache" in {fetch.cache for fetch in fetches}


def test_pages_ask_again_after_an_hour_and_a_day() -> None:
    steps = [step for session in sessions_of(plan_for(), Stage.LATER) for step in session.steps]

    assert {3600.5, 86400.5} == {step.seconds for step in steps if isinstance(step, Advance)}


def test_examples_come_first_in_each_browser() -> None:
    example = Session((Visit(APP), Fetch(f"{API}/")))
    cases = plan_for(examples=[example], browsers=2).cases()

    assert [(Stage.EXAMPLES, Case(browser, example)) for browser in ("chromium", "firefox")] == [
        next(cases),
        next(cases),
    ]


ORDERS = [
    # steps                                                                        order
    pytest.param((Visit(APP), Fetch(API + "/")), "alone", id="once"),
    pytest.param((Visit(APP), Fetch(API + "/"), Fetch(API + "/")), "again", id="twice"),
    pytest.param((Visit(APP), Fetch(API + "/"), Advance(5), Fetch(API + "/")), "later", id="after a while"),
    pytest.param((Visit(APP), Fetch(API + "/"), Visit(STRANGER), Fetch(API + "/")), "after others", id="after another"),
]


@pytest.mark.parametrize(("steps", "order"), ORDERS)
def test_a_cell_says_what_comes_before(steps: tuple[Visit | Fetch | Advance, ...], order: str) -> None:
    plan = plan_for()

    assert order == cell_of(Stage.REPETITION, Case("chromium", Session(steps)), plan.space).order
