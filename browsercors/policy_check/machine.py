"""
A state machine for hypothesis: pages come and go in one browser, and a server has to keep to its policy all along.
"""

from __future__ import annotations

import inspect
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar, Final, NamedTuple, TypeAlias

from hypothesis import strategies as st
from hypothesis.errors import FailedHealthCheck
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from browsercors.policy.arguments import checked_arguments
from browsercors.policy.factory import Factory
from browsercors.policy.plan import Case
from browsercors.policy.routes.places import places_of
from browsercors.policy.runner import Runner, Unresponsive, has_timed_out
from browsercors.policy.search_space import SearchSpace, search_space_of
from browsercors.policy.sessions import Advance, Clear, Fetch, Load, Memory, Session, Step, Visit
from browsercors.policy.snippets import Setting
from browsercors.policy_check.check import DEFAULT_COOKIES, REAL_BROWSER_NAMES, checked_policy
from browsercors.policy_check.failures import PolicyViolation
from browsercors.policy_check.headlines import headline_of
from browsercors.policy_check.judge import Judge
from browsercors.policy_check.search import Search
from browsercors.policy_check.violations import Violation, ViolationKind
from browsercors.strategies.sessions import SECONDS, fetches_on, loads_on, origins_on

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from browsercors.policy.policy import Policy
    from browsercors.policy.routes.places import Paths
    from browsercors.policy.sessions import Asked, StepResult
    from browsercors.policy_check.judge import Breach
    from browsercors.values.literals import BrowserName

__all__ = ["PolicyMachine"]

Smaller: TypeAlias = "tuple[Case, Sequence[StepResult], Breach]"

MOST_REPEATED: Final = 3
"""How many of the last requests are made again."""

MOST_POLICIES: Final = 64
"""For how many policies it is remembered what a search ranges over."""

NO_APPLICATION: Final = (
    "there is no application: write factory = create_app, or the name of a factory or a fixture, or override make_app()"
)


class _Ended(PolicyViolation, FailedHealthCheck):
    """
    What was found, where nothing more is to be tried: the server hangs, or the smallest session is found already.

    To hypothesis the machine is unfit then, and it looks for no smaller run: each would wait as well, or be in vain.
    """

    __module__ = PolicyViolation.__module__


# NB: tracebacks call it what its users catch.
_Ended.__name__ = _Ended.__qualname__ = PolicyViolation.__name__


class _Prepared(NamedTuple):
    """
    What follows from a policy and the settings of a machine.

    Attributes:
        space: What a search ranges over.
        judge: Tells what results say against the policy.
        allowed: Draws origins of allowed pages.
        origins: Draws origins of any pages.
        fetches: Draws requests.
        loads: Draws what pages load.
    """

    space: SearchSpace
    judge: Judge
    allowed: st.SearchStrategy[str]
    origins: st.SearchStrategy[str]
    fetches: st.SearchStrategy[Fetch]
    loads: st.SearchStrategy[Load]


@lru_cache(maxsize=MOST_POLICIES)
def _prepared(
    policy: Policy, origin: str, paths: tuple[str, ...], methods: tuple[str, ...] | None, *, unknown_path: bool
) -> _Prepared:
    # NB: made once, as it takes longer than many a run, and hypothesis looks at each new strategy anew.
    space = search_space_of(policy, origin, paths=paths, methods=methods, unknown_path=unknown_path)
    return _Prepared(
        space,
        Judge(policy, origin, space.codes),
        st.sampled_from(space.allowed),
        origins_on(space),
        fetches_on(space, origin, policy),
        loads_on(space, origin),
    )


def _drawn_by_machine(part: Callable[[_Prepared], st.SearchStrategy[Any]]) -> st.SearchStrategy[Any]:
    """
    Draw from a strategy of the machine that runs, by the policy that is in force.
    """
    return st.runner().flatmap(lambda machine: part(machine._now()))  # noqa: SLF001 - the machine below


class PolicyMachine(RuleBasedStateMachine):
    """
    Tries a policy over long sessions; subclass it, and run its `TestCase`.

    ```python
    class ShopMachine(PolicyMachine):
        policy = Policy(origins=["https://app.example.com"])
        factory = create_app


    TestShop = ShopMachine.TestCase
    ```

    Rules of one's own can be added, such as one that changes what is in the application; `self.app` is the application
    of this run. A rule that sets `self.policy` changes the policy for the rest of the run; the browser then forgets the
    preflights and responses that it got under the one before.

    Attributes:
        policy: What the application has to follow.
        factory: Where the application of each run comes from, as for `check_policy`: a function or a class, such as
            `create_app`; "shop:create_app()"; in pytest the name of a fixture whose value is such a function; or the
            URL of a live server. Or override `make_app`.
        url: The origin that it answers for.
        browsers: The browsers, one of which is chosen for each run.
        paths: Where requests go, as for `check_policy`: by default to the routes of the application, as far as it tells
            them, and else to /.
        methods: The methods to ask with; None for the usual ones.
        unknown_path: Whether a path is tried that nobody has.
        cookies: The cookies that the browser has for the server.
        timeout: How many seconds the server has for an answer, as for `find_violations`; one that takes longer ends the
            search.
        app: The application of this run.

    Raises:
        NotImplementedError: Neither `factory` nor `make_app` gives an application.
        FactoryError: What gives it raised, or did not return in time.
        TypeError: What it gives is no application, or `policy` no `Policy`.
        ValueError: Another attribute is wrong.
    """

    policy: Policy
    factory: ClassVar[Any] = None
    url: ClassVar[str] = "https://api.example.com"
    browsers: ClassVar[tuple[BrowserName, ...]] = REAL_BROWSER_NAMES
    paths: ClassVar[Paths] = None
    methods: ClassVar[tuple[str, ...] | None] = None
    unknown_path: ClassVar[bool] = True
    cookies: ClassVar[dict[str, str]] = dict(DEFAULT_COOKIES)
    timeout: ClassVar[float] = 10.0
    _found: ClassVar[dict[tuple[ViolationKind, str], Violation]] = {}

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls._found = {}

    def __init__(self) -> None:
        super().__init__()
        self._policy = checked_policy(getattr(self, "policy", None))
        self._source = self._factory()
        self.app: Any = self._source.fresh()
        self._given = checked_arguments(
            self.app,
            url=self.url,
            browsers=self.browsers,
            paths=places_of(self.paths, self.app).paths,
            methods=self.methods,
            cookies=self.cookies,
            timeout=self.timeout,
        )
        self._setting = Setting(self._given.origin, self._given.live, self._given.cookies)
        self._prepared = self._prepare()
        self._runner = Runner(self.app, self._setting, timeout=self.timeout)
        self._has_changed = False
        self._ended: _Ended | None = None
        self._steps: list[Step] = []
        self._results: list[StepResult] = []
        self._granted: dict[tuple[str, str], float] = {}
        self._fetches = [Fetch(f"{self._given.origin}{self._given.paths[0]}")]

    def make_app(self) -> Any:
        """
        Return the application for one run, where `factory` does not give it.

        Raises:
            NotImplementedError: It is not overridden.
        """
        raise NotImplementedError(NO_APPLICATION)

    @property
    def search_space(self) -> SearchSpace:
        """
        What origins, paths, methods and headers are drawn from.
        """
        return self._now().space

    @initialize(
        name=st.runner().flatmap(lambda machine: st.sampled_from(machine.browsers)),
        origin=_drawn_by_machine(lambda prepared: prepared.allowed),
    )
    def start(self, name: str, origin: str) -> None:
        """
        Choose the browser, and open the first page, which is an allowed one.
        """
        self._browser = self._runner.new_browser(name)
        self._open(origin)

    @rule(origin=_drawn_by_machine(lambda prepared: prepared.origins))
    def visit(self, origin: str) -> None:
        """
        Open a page.
        """
        self._now()
        self._open(origin)

    @rule(fetch=_drawn_by_machine(lambda prepared: prepared.fetches))
    def fetch(self, fetch: Fetch) -> None:
        """
        Let the page fetch, and judge what it comes to.
        """
        __tracebackhide__ = True
        self._fetches = [fetch, *self._fetches][:MOST_REPEATED]
        self._ask(fetch)

    @rule(load=_drawn_by_machine(lambda prepared: prepared.loads))
    def load(self, load: Load) -> None:
        """
        Let the page load something otherwise than by a script, and judge what it comes to.
        """
        __tracebackhide__ = True
        self._ask(load)

    @rule(number=st.integers(0, MOST_REPEATED - 1), seconds=st.sampled_from((0.0, *SECONDS)))
    def fetch_again(self, number: int, seconds: float) -> None:
        """
        Let the page make one of the last requests again, at once or after a while.
        """
        __tracebackhide__ = True
        if seconds:
            self.advance(seconds)
        self._ask(self._fetches[number % len(self._fetches)])

    @rule(seconds=st.sampled_from(SECONDS))
    def advance(self, seconds: float) -> None:
        """
        Let time pass.
        """
        self._steps.append(Advance(seconds))
        self._browser.clock.advance(seconds)

    @rule(memory=st.sampled_from(Memory))
    def clear(self, memory: Memory) -> None:
        """
        Let the browser forget.
        """
        self._forget(memory)

    def teardown(self) -> None:
        """
        Shut the application down.
        """
        __tracebackhide__ = True
        self._runner.close()
        if self._ended is not None:
            raise self._ended

    def _factory(self) -> Factory:
        # NB: the function itself, not what it is as a method.
        given = inspect.getattr_static(type(self), "factory")
        if isinstance(given, (staticmethod, classmethod)):
            given = getattr(type(self), "factory")  # noqa: B009 - a class attribute of any kind
        if given is None and type(self).make_app is PolicyMachine.make_app:
            raise NotImplementedError(NO_APPLICATION)
        return Factory(self.make_app if given is None else given)

    def _prepare(self) -> _Prepared:
        given = self._given
        return _prepared(self._policy, given.origin, given.paths, given.methods, unknown_path=self.unknown_path)

    def _now(self) -> _Prepared:
        """
        Return what follows from the policy that is in force.
        """
        if self.policy is not self._policy:
            self._policy = checked_policy(self.policy)
            self._prepared = self._prepare()
            self._has_changed = True
            # NB: what was allowed then may still be used, and is nothing that the server could help.
            for memory in (Memory.PREFLIGHTS, Memory.RESPONSES):
                self._forget(memory)
        return self._prepared

    def _open(self, origin: str) -> None:
        step = Visit(origin)
        self._page, self._origin = step.open(self._browser), origin
        self._steps.append(step)

    def _forget(self, memory: Memory) -> None:
        self._steps.append(Clear(memory))
        memory.clear(self._browser)

    def _ask(self, asked: Asked) -> None:
        __tracebackhide__ = True
        if self._ended is not None:
            return
        judge = self._now().judge
        self._steps.append(asked)
        result = asked.run(self._page)
        place = len(self._results)
        self._results.append(result)
        breaches = list(judge.breaches_of(place, self._origin, asked, result, self._granted))
        hangs = has_timed_out(result)
        if not breaches and not hangs:
            return
        case = Case(self._browser.profile.name, Session(self._steps))
        search = self._search(self._runner)
        known = dict(self._found)
        violations = [self._violation(search, case, breach) for breach in breaches]
        self._found.update(((violation.kind, violation.code), violation) for violation in violations)
        if hangs:
            search.end(Unresponsive(case, self._results, place))
        if search.hangs:
            self._end(_Ended({**self._found, **search.found}.values()))
            return
        # NB: not at the first time, so that hypothesis keeps the run in its database and tries it first from then on.
        if all(each.is_repeatable and (each.kind, each.code) in known for each in violations):
            raise _Ended(self._found.values())
        raise PolicyViolation(violations)

    def _end(self, ended: _Ended) -> None:
        """
        Raise *ended*: at the end of the run, or at once if rules of one's own would have to wait for the server too.

        NB: to hypothesis, a run that stops where an equal one went on is a fault of the machine.
        """
        __tracebackhide__ = True
        if len(self.rules) > len(PolicyMachine.setup_state().rules):
            raise ended
        self._ended = ended

    def _search(self, runner: Runner) -> Search:
        return Search(runner, self._prepared.judge.breaches, self.browsers[0], 0)

    def _violation(self, search: Search, case: Case, breach: Breach) -> Violation:
        """
        Return the violation, made small if a fresh application shows it after the same steps.
        """
        known = self._found.get((breach.kind, breach.code))
        # NB: what a rule did to the application, along with the policy, a fresh one does not know.
        tries = not search.hangs and not self._has_changed and (known is None or known.is_repeatable)
        if tries:
            try:
                with self._fresh_runner() as runner:
                    repeated = None if known is None else self._repeated(runner, known, breach)
                    smaller = repeated or self._search(runner).smallest(case, breach)
                if smaller is not None:
                    return self._as_violation(*smaller, is_repeatable=True)
            except Unresponsive as hanging:
                search.end(hanging)
        return self._as_violation(case, self._results, breach, is_repeatable=False)

    def _repeated(self, runner: Runner, known: Violation, breach: Breach) -> Smaller | None:
        """
        Return what a run before has made small, if it is still shown.
        """
        case = Case(known.browser, known.session)
        results = runner.run_afresh(case)
        judged = self._prepared.judge.breaches(case.session, results)
        wanted = (breach.kind, breach.code, len(results) - 1)
        shown = next((each for each in judged if (each.kind, each.code, each.place) == wanted), None)
        return None if shown is None else (case, results, shown)

    def _as_violation(
        self, case: Case, results: Sequence[StepResult], breach: Breach, *, is_repeatable: bool
    ) -> Violation:
        return Violation(
            breach.kind,
            breach.code,
            breach.sentence,
            case.browser,
            case.session,
            results[-1],
            None,
            self._setting,
            is_repeatable=is_repeatable,
            headline=headline_of(breach.kind, breach.code, case.session),
        )

    def _fresh_runner(self) -> Runner:
        return Runner(self._source, self._setting, timeout=self.timeout)
