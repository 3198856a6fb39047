"""
A state machine for hypothesis: pages come and go in one browser, and a server has to keep to its policy all along.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from hypothesis import strategies as st
from hypothesis.errors import FailedHealthCheck
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from browsercors.policy.arguments import checked_arguments
from browsercors.policy.factory import Factory
from browsercors.policy.plan import Case
from browsercors.policy.runner import Runner, Unresponsive, has_timed_out
from browsercors.policy.search_space import SearchSpace, search_space_of
from browsercors.policy.sessions import Advance, Clear, Fetch, Memory, Session, Step, Visit
from browsercors.policy.snippets import Setting
from browsercors.policy_check.check import DEFAULT_COOKIES, REAL_BROWSER_NAMES, checked_policy
from browsercors.policy_check.failures import PolicyViolation
from browsercors.policy_check.judge import Judge
from browsercors.policy_check.random_search import SECONDS, fetches_on, origins_on
from browsercors.policy_check.search import Search
from browsercors.policy_check.violations import Violation, ViolationKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from browsercors.browser.result import FetchResult
    from browsercors.policy.policy import Policy
    from browsercors.policy_check.judge import Breach
    from browsercors.values.literals import BrowserName

__all__ = ["PolicyMachine"]


class _ServerHangs(PolicyViolation, FailedHealthCheck):
    """
    The server hangs. To hypothesis it is unfit to be tried: it looks for no smaller session, which would wait as well.
    """


class PolicyMachine(RuleBasedStateMachine):
    """
    Tries a policy over long sessions; subclass it, and run its `TestCase`.

    ```python
    class ShopMachine(PolicyMachine):
        policy = Policy(origins=["https://app.example.com"])

        def make_app(self):
            return create_app()


    TestShop = ShopMachine.TestCase
    ```

    Rules of one's own can be added, such as one that changes what is in the application; `self.app` is the application
    of this run.

    Attributes:
        policy: What the application has to follow.
        url: The origin that it answers for.
        browsers: The browsers, one of which is chosen for each run.
        paths: Where requests go.
        methods: The methods to ask with; None for the usual ones.
        unknown_path: Whether a path is tried that nobody has.
        cookies: The cookies that the browser has for the server.
        timeout: How many seconds the server has for an answer, as for `find_violations`; one that takes longer ends the
            search.
    """

    policy: ClassVar[Policy]
    url: ClassVar[str] = "https://api.example.com"
    browsers: ClassVar[tuple[BrowserName, ...]] = REAL_BROWSER_NAMES
    paths: ClassVar[tuple[str, ...]] = ("/",)
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
        self.app: Any = self.make_app()
        policy = checked_policy(getattr(self, "policy", None))
        given = checked_arguments(
            self.app,
            url=self.url,
            browsers=self.browsers,
            paths=self.paths,
            methods=self.methods,
            cookies=self.cookies,
            timeout=self.timeout,
        )
        self._setting = Setting(given.origin, given.live, given.cookies)
        self._space = search_space_of(
            policy, given.origin, paths=given.paths, methods=given.methods, unknown_path=self.unknown_path
        )
        self._judge = Judge(policy, given.origin, self._space.codes)
        self._runner = Runner(self.app, self._setting, timeout=self.timeout)
        self._browser = self._runner.new_browser(self.browsers[0])
        self._steps: list[Step] = []
        self._results: list[FetchResult] = []

    def make_app(self) -> Any:
        """
        Return the application for one run: a WSGI or ASGI application, or the URL of a live server.
        """
        raise NotImplementedError("override make_app() so that it returns the application")

    @property
    def search_space(self) -> SearchSpace:
        """
        What origins, paths, methods and headers are drawn from.
        """
        return self._space

    @initialize(name=st.runner().flatmap(lambda machine: st.sampled_from(machine.browsers)))
    def start_browser(self, name: str) -> None:
        """
        Choose the browser.
        """
        self._browser = self._runner.new_browser(name)

    @rule(origin=st.runner().flatmap(lambda machine: origins_on(machine.search_space)))
    def visit(self, origin: str) -> None:
        """
        Open a page.
        """
        step = Visit(origin)
        self._page = step.open(self._browser)
        self._steps.append(step)

    @precondition(lambda self: self._steps)
    @rule(fetch=st.runner().flatmap(lambda machine: fetches_on(machine.search_space, machine.url)))
    def fetch(self, fetch: Fetch) -> None:
        """
        Let the page fetch, and judge what it comes to.
        """
        __tracebackhide__ = True
        self._steps.append(fetch)
        self._results.append(fetch.run(self._page))
        case = Case(self._browser.profile.name, Session(self._steps))
        last = len(self._results) - 1
        search = Search(self._runner, self._judge.breaches, self.browsers[0], 0)
        violations = [
            self._violation(search, case, breach)
            for breach in self._judge.breaches(case.session, self._results)
            if breach.place == last
        ]
        self._found.update(((violation.kind, violation.code), violation) for violation in violations)
        if has_timed_out(self._results[-1]):
            search.end(Unresponsive(case, self._results, last))
        if search.hangs:
            raise _ServerHangs({**self._found, **search.found}.values())
        if violations:
            raise PolicyViolation(violations)

    def _violation(self, search: Search, case: Case, breach: Breach) -> Violation:
        """
        Return the violation, made small if a fresh application shows it in a smaller session as well.
        """
        results: Sequence[FetchResult] = self._results
        small, shown = case, breach
        if not search.hangs:
            try:
                with self._fresh_runner() as runner:
                    smaller = Search(runner, self._judge.breaches, self.browsers[0], 0).smallest(case, breach)
                small, results, shown = smaller or (case, self._results, breach)
            except Unresponsive as hanging:
                search.end(hanging)
        return Violation(
            shown.kind, shown.code, shown.sentence, small.browser, small.session, results[-1], None, self._setting
        )

    def _fresh_runner(self) -> Runner:
        is_live = self._setting.live is not None
        return Runner(self.app if is_live else Factory(self.make_app), self._setting, timeout=self.timeout)

    @precondition(lambda self: self._steps)
    @rule(seconds=st.sampled_from(SECONDS))
    def advance(self, seconds: float) -> None:
        """
        Let time pass.
        """
        self._steps.append(Advance(seconds))
        self._browser.clock.advance(seconds)

    @precondition(lambda self: self._steps)
    @rule(memory=st.sampled_from(Memory))
    def clear(self, memory: Memory) -> None:
        """
        Let the browser forget.
        """
        self._steps.append(Clear(memory))
        memory.clear(self._browser)

    def teardown(self) -> None:
        """
        Shut the application down.
        """
        self._runner.close()
