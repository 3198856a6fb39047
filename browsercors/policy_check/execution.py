"""
Following a plan: its cases are tried in order, what they show is kept, and so is what was not tried.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

import attrs

from browsercors.engines.registry import real_browser_names
from browsercors.policy.account import Ledger
from browsercors.policy.plan import Case, Stage, cell_of, orders
from browsercors.policy.runner import Runner, is_withheld
from browsercors.policy.sessions import Fetch, Session, Visit
from browsercors.policy_check.cache_order import in_order_of_asking, orders_through
from browsercors.policy_check.elements.cases import element_cases
from browsercors.policy_check.plan_text import plan_as_text, planned_stages
from browsercors.policy_check.reached import Reached
from browsercors.policy_check.report import CheckReport
from browsercors.policy_check.search import Search
from browsercors.policy_check.shrink import Plain
from browsercors.policy_check.violations import Violation, in_order

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from browsercors.policy.plan import Cell, Plan
    from browsercors.policy.routes.places import Places
    from browsercors.policy_check.left_out import Breaches, LeftOut
    from browsercors.policy_check.random_search import Drawing
    from browsercors.values.literals import SharedCacheName

__all__ = ["Execution"]


class Execution:
    """
    Follows a plan, and keeps account of it.

    Args:
        plan: The plan.
        runner: What runs its cases.
        judge: Tells what the results of a session say against the policy.
        left_out: What is not to be reported of that.
        budget: How many page requests may be made.
        withholds: Whether requests with unsafe methods are not sent, but only their preflights.
    """

    def __init__(
        self, plan: Plan, runner: Runner, judge: Breaches, left_out: LeftOut, budget: int, *, withholds: bool
    ) -> None:
        self._plan = plan
        self._space = plan.space
        self._runner = runner
        self._judge = left_out.without(judge)
        self._left_out = left_out
        self._budget = budget
        self._withholds = withholds
        self._plain = Plain((plan.space.strangers[0], plan.space.allowed[0]), plan.main_url)
        self._reached = Reached(plan.origin, plan.space.paths)
        self._search = self._new_search(runner, self._judge, budget)
        self._found: list[Violation] = []
        self._ledger = Ledger(plan.space)
        self._broken: dict[Cell, None] = {}
        self._ended = ""
        self._hangs = False
        self._drawn = 0

    def explanation(self, caches: Sequence[SharedCacheName], assumed: Iterable[str]) -> str:
        """
        Return in words what is going to be asked; nothing is asked for it.
        """
        own = ((Stage.BROWSER_CACHE, case) for case in self._orders())
        shared = ((Stage.SHARED_CACHE, case) for cache in caches for case in self._orders_through(cache))
        planned = planned_stages(chain(self._cases(), own, shared), self._space)
        return plan_as_text(
            planned, self._space, browsers=len(self._plan.browsers), budget=self._budget, assumed=assumed
        )

    def follow(self) -> None:
        """
        Try the cases of the plan, and count those that are left.
        """
        search, space = self._search, self._space
        search.twice(_requested_twice(space.allowed[0], space.paths, self._plan.origin, self._plan.browsers[0]))

        def attempt(stage: Stage, case: Case) -> None:
            if stage is Stage.SLOW_ORIGINS:
                search.slow(case, space.strangers[0])
            else:
                self._try(search, stage, case)

        self._ledger.follow(self._cases(), attempt, lambda: search.is_over)

    def draw(self, drawing: Drawing) -> None:
        """
        Try sessions that hypothesis draws.
        """
        if self._search.is_over:
            return
        # NB: hypothesis takes longer to import than many a check.
        from browsercors.policy_check.random_search import search_drawn

        self._drawn = search_drawn(self._search, self._space, self._plan.origin, self._plan.browsers, drawing)

    def ask_in_order(self, caches: Sequence[SharedCacheName]) -> None:
        """
        Let pages ask one after the other, through the browser's own cache and through each of *caches*.
        """
        self._hangs = self._search.hangs
        known = self._search.found
        self._found += self._with_origins(self._search)
        asked = in_order_of_asking(self._judge, known=known, is_browser_s=True)
        self._through(self._runner, asked, Stage.BROWSER_CACHE, self._orders(), self._runner.made + self._budget)
        for cache in caches:
            behind = self._runner.behind(attrs.evolve(self._runner.setting, cache=cache))
            asked = in_order_of_asking(self._judge, known=known)
            self._through(behind, asked, Stage.SHARED_CACHE, self._orders_through(cache), self._budget)

    def report(self, places: Places, seconds: float, *, unserved: Iterable[str] = ()) -> CheckReport:
        """
        Return what it came to.

        Args:
            places: Where it asked.
            seconds: How long it took.
            unserved: What the policy names though nothing is there, each in one sentence.
        """
        found = in_order(self._found)
        ended = "the server hangs" if self._hangs else self._search.ended or self._ended
        shown = (cell_of(Stage.FIRST_LOOK, Case(each.browser, each.session), self._space) for each in found)
        not_tried = self._ledger.not_tried
        return CheckReport(
            found,
            self._ledger.tried,
            not_tried,
            self._drawn,
            self._runner.requests,
            seconds,
            ended if not_tried else "",
            places.assumed,
            tuple({**self._broken, **dict.fromkeys(shown)}),
            (*self._reached.unreachable(places), *unserved),
            dict(self._left_out.counts),
        )

    def _cases(self) -> Iterator[tuple[Stage, Case]]:
        for stage, case in self._plan.cases(element_cases(self._plan, self._reached)):
            if not (self._withholds and is_withheld(case)):
                yield stage, case

    def _orders(self) -> Iterator[Case]:
        return orders(self._space, self._plan.origin, self._plan.browsers)

    def _orders_through(self, cache: SharedCacheName) -> Iterator[Case]:
        return orders_through(cache, self._space, self._plan.origin, self._plan.browsers)

    def _new_search(self, runner: Runner, judge: Breaches, budget: int) -> Search:
        return Search(runner, judge, _commonest(self._plan.browsers), budget, plain=self._plain, reached=self._reached)

    def _try(self, search: Search, stage: Stage, case: Case) -> None:
        if search.breaks(case):
            self._broken[cell_of(stage, case, self._space)] = None

    def _with_origins(self, search: Search) -> Iterator[Violation]:
        for key, violation in search.found.items():
            yield attrs.evolve(violation, origins=tuple(search.origins.get(key, ())))

    def _through(self, runner: Runner, judge: Breaches, stage: Stage, cases: Iterable[Case], budget: int) -> None:
        search = self._new_search(runner, judge, budget)
        self._ledger.follow(
            ((stage, case) for case in cases),
            lambda stage, case: self._try(search, stage, case),
            lambda: self._hangs or search.is_over,
        )
        self._hangs |= search.hangs
        self._ended = self._ended or search.ended
        self._found += self._with_origins(search)


def _commonest(browsers: Sequence[str]) -> str:
    """
    Return the browser that most people know, as far as it is among *browsers*; the registry has the commonest first.
    """
    return next((name for name in real_browser_names() if name in browsers), browsers[0])


def _requested_twice(origin: str, paths: Iterable[str], target: str, browser: str) -> Iterator[Case]:
    for path in paths:
        # NB: what the browser's own cache answers says nothing of the server.
        fetch = Fetch(f"{target}{path}", cache="no-store")
        yield Case(browser, Session((Visit(origin), fetch, fetch)))
