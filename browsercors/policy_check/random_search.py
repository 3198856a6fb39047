"""
The search with hypothesis: sessions are drawn from what the sweep ranges over and beyond, and shrunk.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, Final

from hypothesis import HealthCheck, Phase, given, settings, strategies as st
from hypothesis.errors import Flaky

from browsercors.policy.plan import Case
from browsercors.policy.search_space import header_for
from browsercors.policy.sessions import Advance, Clear, Memory, Session, Visit
from browsercors.strategies.origins import origins
from browsercors.strategies.requests import fetches, request_headers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from browsercors.browser.result import FetchResult
    from browsercors.policy.search_space import SearchSpace
    from browsercors.policy.sessions import Fetch, Step
    from browsercors.policy_check.judge import Breach
    from browsercors.policy_check.search import Search

__all__ = ["fetches_on", "origins_on", "search_drawn", "sessions_on"]

MOST_MOVES: Final = 6
SECONDS: Final = (0.5, 5.5, 60.5, 600.5, 7200.5, 86400.5)
"""Around what policies say, and what the browsers' caps and defaults are."""

MOST_ROUNDS: Final = 8
"""How often the search begins again after it has found something."""


class _FoundError(Exception):
    """
    A drawn session shows something new: makes hypothesis look for a smaller one.
    """


def origins_on(space: SearchSpace) -> st.SearchStrategy[str]:
    """
    Draw origins of pages: an allowed one, one that is close to it, a stranger's, and sometimes any at all.
    """
    known = st.sampled_from((*space.allowed, *space.strangers, *space.near, *space.left_behind))
    return st.sampled_from(space.allowed) | known | origins(allow_null=True)


def fetches_on(space: SearchSpace, origin: str) -> st.SearchStrategy[Fetch]:
    """
    Draw requests to the server of *origin*.
    """
    named = st.lists(st.sampled_from(space.headers).map(header_for), unique=True, max_size=2).map(tuple)
    return fetches(
        st.sampled_from([f"{origin}{path}" for path in space.paths]),
        methods=st.sampled_from(space.methods),
        headers=named | request_headers(names=st.sampled_from(space.headers), max_size=2),
    )


def sessions_on(space: SearchSpace, origin: str) -> st.SearchStrategy[Session]:
    """
    Draw sessions of such pages and requests: something may happen before each request.
    """
    visits = origins_on(space).map(Visit)
    # NB: a pair, not two steps, so that no session is drawn in which nothing is asked.
    happening: st.SearchStrategy[tuple[Step, ...]] = st.one_of(
        st.just(()),
        st.tuples(st.sampled_from(SECONDS).map(Advance)),
        st.tuples(visits),
        st.tuples(st.sampled_from(Memory).map(Clear)),
    )
    moves = st.lists(st.tuples(happening, fetches_on(space, origin)), min_size=1, max_size=MOST_MOVES)
    return st.tuples(visits, moves).map(_session)


def _session(drawn: tuple[Visit, list[tuple[tuple[Step, ...], Fetch]]]) -> Session:
    first, moves = drawn
    return Session((first, *(step for before, fetch in moves for step in (*before, fetch))))


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
