"""
The search with hypothesis: sessions are drawn from what the plan ranges over and beyond, and shrunk.

It keeps to the settings of the profile that is loaded. Where none is, it draws the same sessions at every run.
"""

from __future__ import annotations

import contextlib
import hashlib
from typing import TYPE_CHECKING, Any, Final

import attrs
from hypothesis import HealthCheck, Phase, core, event, given, seed as seeded, settings, strategies as st, target
from hypothesis.database import ExampleDatabase
from hypothesis.errors import Flaky

from browsercors.policy.plan import Case
from browsercors.policy.search_space import header_for
from browsercors.policy.sessions import Advance, Clear, Memory, Session, Visit
from browsercors.policy_check.judge import paired
from browsercors.strategies.origins import origins
from browsercors.strategies.requests import fetches, request_headers

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from browsercors.browser.result import FetchResult
    from browsercors.policy.search_space import SearchSpace
    from browsercors.policy.sessions import Fetch, Step
    from browsercors.policy_check.judge import Breach
    from browsercors.policy_check.search import Search

__all__ = ["DEFAULT_EXAMPLES", "Drawing", "drawing_of", "fetches_on", "origins_on", "search_drawn", "sessions_on"]

DEFAULT_EXAMPLES: Final = 50
"""How many sessions are drawn where nobody says so: the plan comes before them."""

MOST_MOVES: Final = 6
SECONDS: Final = (0.5, 5.5, 60.5, 600.5, 7200.5, 86400.5)
"""Around what policies say, and what the browsers' caps and defaults are."""

MOST_ROUNDS: Final = 8
"""How often the search begins again after it has found something."""

SAID_BY_PROFILES: Final = ("max_examples", "derandomize", "database", "phases")
"""What makes a profile another one than that of hypothesis itself."""


class _FoundError(Exception):
    """
    A drawn session shows something new: makes hypothesis look for a smaller one.
    """


@attrs.frozen
class Drawing:
    """
    How sessions are drawn.

    Attributes:
        settings: What hypothesis is told.
        seed: Where chance begins; None for hypothesis's own choice.
    """

    settings: settings
    seed: int | None = None


def drawing_of(*, max_examples: int | None, derandomize: bool | None, seed: int | None, name: str) -> Drawing:
    """
    Return how sessions are drawn: as the caller says, else as the profile says that is loaded, else always the same.

    Args:
        max_examples: How many; None for what the profile says, or 50 if it says nothing of its own.
        derandomize: Whether they are the same at every run; None for what the profile says, or for True where it is
            hypothesis's own and there is no seed.
        seed: Where chance begins; None for that of `--hypothesis-seed`, or for hypothesis's own choice.
        name: What is checked: examples in the database are kept under it.
    """
    profile, usual = settings(), settings.get_profile("default")
    is_chosen = any(repr(getattr(profile, name)) != repr(getattr(usual, name)) for name in SAID_BY_PROFILES)
    if max_examples is None:
        is_said = profile.max_examples != usual.max_examples
        max_examples = profile.max_examples if is_said else DEFAULT_EXAMPLES
    if derandomize is None:
        # NB: hypothesis keeps what `--hypothesis-seed` says in this place, and takes no heed of it when derandomized.
        is_seeded = seed is not None or core.global_force_seed is not None
        derandomize = not is_seeded and (profile.derandomize or not is_chosen)
    # NB: a derandomized test has no database, as hypothesis wants it.
    database = None if derandomize or profile.database is None else _UnderName(profile.database, name)
    return Drawing(
        settings(
            profile,
            max_examples=max(max_examples, 1),
            derandomize=derandomize,
            database=database,
            deadline=None,
            phases=[phase for phase in profile.phases if phase is not Phase.explain],
            suppress_health_check=list(HealthCheck),
            print_blob=False,
        ),
        seed,
    )


class _UnderName(ExampleDatabase):
    """
    Keeps examples under a name of their own: hypothesis would keep those of all checks under that of one function.
    """

    def __init__(self, database: ExampleDatabase, name: str) -> None:
        super().__init__()
        self._database = database
        self._prefix = hashlib.sha256(name.encode("utf-8", "surrogatepass")).digest()

    def save(self, key: bytes, value: bytes) -> None:
        self._database.save(self._prefix + key, value)

    def fetch(self, key: bytes) -> Iterable[bytes]:
        return self._database.fetch(self._prefix + key)

    def delete(self, key: bytes, value: bytes) -> None:
        self._database.delete(self._prefix + key, value)


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


def search_drawn(search: Search, space: SearchSpace, origin: str, browsers: Sequence[str], drawing: Drawing) -> int:
    """
    Try drawn sessions, keep what they show that is new, and return how many there were.
    """
    count = 0
    last: list[tuple[Case, Breach, Sequence[FetchResult]]] = []

    @drawing.settings
    @given(sessions_on(space, origin))
    def try_one(session: Session) -> None:
        nonlocal count
        count += 1
        # NB: drawing takes longer than fetching, so that each session is tried in every browser.
        for number, browser in enumerate(browsers):
            if search.is_over:
                return
            case = Case(browser, session)
            results, breaches = search.told_by(case)
            if number == 0:
                _tell_hypothesis(space, session, results)
            if breaches:
                last[:] = [(case, breaches[0], results)]
                raise _FoundError

    run: Any = try_one if drawing.seed is None else seeded(drawing.seed)(try_one)
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


def _tell_hypothesis(space: SearchSpace, session: Session, results: Sequence[FetchResult]) -> None:
    """
    Say what a session came to, for hypothesis's statistics, and lead it to sessions in which more pages get through.
    """
    if not results:
        return
    got = 0
    for asker, _, result in paired(session, results):
        event(f"{space.class_of(asker)}: {'readable' if result.readable else 'not readable'}")
        got += result.readable
    target(float(got), label="responses that pages could read")
