"""
The search with hypothesis: sessions are drawn from what the sweep ranges over and beyond, and shrunk.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, Final

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Flaky

from browsercors.policy.plan import Case
from browsercors.strategies.sessions import sessions_on

if TYPE_CHECKING:
    from collections.abc import Sequence

    from browsercors.browser.result import FetchResult
    from browsercors.policy.search_space import SearchSpace
    from browsercors.policy.sessions import Session
    from browsercors.policy_check.judge import Breach
    from browsercors.policy_check.search import Search

__all__ = ["search_drawn"]

MOST_ROUNDS: Final = 8
"""How often the search begins again after it has found something."""


class _FoundError(Exception):
    """
    A drawn session shows something new: makes hypothesis look for a smaller one.
    """


def search_drawn(
    search: Search, space: SearchSpace, origin: str, browsers: Sequence[str], *, max_examples: int, derandomize: bool
) -> int:
    """
    Try drawn sessions, keep what they show that is new, and return how many there were.
    """
    count = 0
    last: list[tuple[Case, Breach, Sequence[FetchResult]]] = []

    @settings(
        max_examples=max_examples,
        derandomize=derandomize,
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
        print_blob=False,
    )
    @given(sessions_on(space, origin))
    def try_one(session: Session) -> None:
        nonlocal count
        count += 1
        # NB: drawing takes longer than fetching, so that each session is tried in every browser.
        for case in (Case(browser, session) for browser in browsers):
            if search.is_over:
                return
            for breach, results in search.new_in(case):
                last[:] = [(case, breach, results)]
                raise _FoundError

    run: Any = try_one
    for _ in range(MOST_ROUNDS):
        last.clear()
        # NB: a server that is not deterministic makes the drawing flaky; `keep` says so.
        with contextlib.suppress(_FoundError, Flaky):
            run()
        if not last or search.is_over:
            break
        search.keep(*last[0])
    if last:
        search.keep(*last[0])
    return count
