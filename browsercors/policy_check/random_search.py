"""
The search with hypothesis: sessions are drawn from what the plan ranges over and beyond, and shrunk.

It keeps to the settings of the profile that is loaded. Where none is, it draws the same sessions at every run.
"""

from __future__ import annotations

import contextlib
import hashlib
from typing import TYPE_CHECKING, Any, Final

import attrs
from hypothesis import HealthCheck, Phase, core, event, given, seed as seeded, settings, target
from hypothesis.database import ExampleDatabase
from hypothesis.errors import Flaky

from browsercors.policy.elements.revealed import reads
from browsercors.policy.plan import Case
from browsercors.policy_check.judge import paired
from browsercors.strategies.sessions import sessions_on

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from browsercors.policy.search_space import SearchSpace
    from browsercors.policy.sessions import Session, StepResult
    from browsercors.policy_check.judge import Breach
    from browsercors.policy_check.search import Search

__all__ = ["DEFAULT_EXAMPLES", "Drawing", "drawing_of", "search_drawn"]

DEFAULT_EXAMPLES: Final = 50
"""How many sessions are drawn where nobody says so: the plan comes before them."""

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


def search_drawn(search: Search, space: SearchSpace, origin: str, browsers: Sequence[str], drawing: Drawing) -> int:
    """
    Try drawn sessions, keep what they show that is new, and return how many there were.
    """
    count = 0
    last: list[tuple[Case, Breach, Sequence[StepResult]]] = []

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


def _tell_hypothesis(space: SearchSpace, session: Session, results: Sequence[StepResult]) -> None:
    """
    Say what a session came to, for hypothesis's statistics, and lead it to sessions in which more pages get through.
    """
    if not results:
        return
    got = 0
    for asker, asked, result in paired(session, results):
        is_read = reads(asked, result)
        event(f"{space.class_of(asker)}: {'readable' if is_read else 'not readable'}")
        got += is_read
    target(float(got), label="responses that pages could read")
