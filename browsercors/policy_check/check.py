"""
Trying to refute a policy: pages in simulated browsers look for what an application does otherwise than it says.

A plan of what can be asked comes first, by gravity, then a search with hypothesis. Both are the same at every run, and
the report says what was tried and what was not.
"""

from __future__ import annotations

import time
import warnings
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, get_args

import attrs

from browsercors.engines.registry import real_browser_names
from browsercors.explain.words.permission_notice import permission_notice
from browsercors.policy.arguments import checked_arguments, checked_caches, checked_number
from browsercors.policy.factory import factory_of
from browsercors.policy.origins.patterns import AnyOrigin
from browsercors.policy.plan import Case, Plan, Stage, cell_of, orders
from browsercors.policy.policy import Policy
from browsercors.policy.runner import Runner
from browsercors.policy.search_space import search_space_of
from browsercors.policy.sessions import Fetch, Session, Visit
from browsercors.policy.snippets import Setting
from browsercors.policy_check.cache_order import in_order_of_asking
from browsercors.policy_check.failures import PolicyViolation, UntriedCells, UntriedCellsWarning, untried_sentence
from browsercors.policy_check.judge import Judge
from browsercors.policy_check.report import CheckReport, unique
from browsercors.policy_check.search import Search
from browsercors.policy_check.violations import Violation, in_order
from browsercors.values.urls import parse_url

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from browsercors.policy.search_space import SearchSpace
    from browsercors.values.literals import BrowserName, SharedCacheName

__all__ = [
    "DEFAULT_COOKIES",
    "REAL_BROWSER_NAMES",
    "Untried",
    "check_policy",
    "checked_policy",
    "find_violations",
    "policy_report",
]

REAL_BROWSER_NAMES: Final = real_browser_names()
DEFAULT_COOKIES: Final[Mapping[str, str]] = {"session": "x8k2q"}

Untried: TypeAlias = Literal["fail", "warn", "ignore"]
"""What happens where nothing is found and cells were not tried."""

DEFAULT_BUDGET: Final = 8000
"""How many page requests an application gets."""

LIVE_BUDGET: Final = 600
"""How many requests a server gets that others may use too: enough for all close origins of a policy with one path."""

LIVE_METHODS: Final = ("GET", "HEAD")
PRODUCTION: Final = "url='https://api.example.com'."
"""The methods without side effects."""


def check_policy(
    app: Any,
    policy: Policy,
    *,
    url: str = "https://api.example.com",
    browsers: Sequence[BrowserName] = REAL_BROWSER_NAMES,
    paths: Iterable[str] = ("/",),
    unknown_path: bool = True,
    methods: Iterable[str] | None = None,
    cookies: Mapping[str, str] = DEFAULT_COOKIES,
    max_examples: int = 50,
    derandomize: bool = True,
    budget: int | None = None,
    timeout: float = 10.0,
    caches: Iterable[SharedCacheName] = (),
    untried: Untried = "warn",
) -> CheckReport:
    """
    Try to find a page that may do what *policy* denies, or that is refused what it promises.

    Args:
        app: As for `find_violations`.
        policy: The policy.
        url: As for `find_violations`.
        browsers: As for `find_violations`.
        paths: As for `find_violations`.
        unknown_path: As for `find_violations`.
        methods: As for `find_violations`.
        cookies: As for `find_violations`.
        max_examples: As for `find_violations`.
        derandomize: As for `find_violations`.
        budget: As for `find_violations`.
        timeout: As for `find_violations`.
        caches: As for `find_violations`.
        untried: As for `find_violations`.

    Returns:
        What was tried, and what was not.

    Raises:
        PolicyViolation: There is one; it is an `AssertionError`, has all that were found, and the report.
        UntriedCells: As `find_violations`.
        ValueError: As `find_violations`.
        TypeError: As `find_violations`.
    """
    __tracebackhide__ = True
    if untried not in get_args(Untried):
        raise ValueError(f"untried has to be 'fail', 'warn' or 'ignore', not {untried!r}")
    report = policy_report(
        app,
        policy,
        url=url,
        browsers=browsers,
        paths=paths,
        unknown_path=unknown_path,
        methods=methods,
        cookies=cookies,
        max_examples=max_examples,
        derandomize=derandomize,
        budget=budget,
        timeout=timeout,
        caches=caches,
    )
    if report.violations:
        raise PolicyViolation(report.violations, report)
    _tell_what_was_not_tried(report, untried)
    return report


def find_violations(
    app: Any,
    policy: Policy,
    *,
    url: str = "https://api.example.com",
    browsers: Sequence[BrowserName] = REAL_BROWSER_NAMES,
    paths: Iterable[str] = ("/",),
    unknown_path: bool = True,
    methods: Iterable[str] | None = None,
    cookies: Mapping[str, str] = DEFAULT_COOKIES,
    max_examples: int = 50,
    derandomize: bool = True,
    budget: int | None = None,
    timeout: float = 10.0,
    caches: Iterable[SharedCacheName] = (),
    untried: Untried = "warn",
) -> tuple[Violation, ...]:
    """
    Find the ways in which an application breaks a policy, each with the smallest session of pages that shows it.

    Args:
        app: A WSGI or ASGI application; a factory, which is a function or a class that returns one without arguments;
            the name of either, such as "shop:create_app()"; a server such as `ScriptedServer`; or the URL of a live
            server. With a factory, what is found is confirmed and made small on fresh applications, so that nothing is
            shown that only a server shows which remembers what it was asked before.
        policy: What pages of other origins may do.
        url: The origin that *app* answers for.
        browsers: The browsers that pages are opened in.
        paths: Where requests go. The paths that the policy names, and those of *paths* that end with a slash without
            it, are tried as well.
        unknown_path: Whether a path is tried that nobody has: the policy holds for errors too.
        methods: The methods to ask with; by default the usual ones, those that the policy names, and one that nobody
            knows. A live server gets only GET, HEAD and preflights then, as other requests may change something; name
            the methods here, and they are sent.
        cookies: The cookies that the browsers have for the server.
        max_examples: How many sessions are drawn with hypothesis, after the plan of what can be asked, each for every
            browser; 0 for none.
        derandomize: Whether they are the same at every run.
        budget: How much may be asked. Of an application, how many page requests; by default 8000. Beside these come
            those that make a violation small, and as many again for the order of requests, for each of *caches* and
            for the browser's own HTTP cache. Of a live server, how many requests reach it, all in all; by default 600.
        timeout: How many seconds the server has for an answer. One that takes longer a second time is tried no further,
            and reported after what was found before. An application is interrupted by SIGALRM; where there is none
            (outside the main thread, on Windows) it has any time.
        caches: Names for `SharedCache.like`, such as "varnish": with each of them before the server, pages ask one
            after the other, and what one gets must not depend on the others. So it is tried with nothing but the
            browser's own HTTP cache, always.
        untried: What to do where nothing is found and cells of the plan were not tried: "warn" with an
            `UntriedCellsWarning`, "fail" with `UntriedCells`, or "ignore" it.

    Returns:
        The violations, the gravest first: one for each kind and code. None at all if nothing was found.

    Raises:
        ValueError: *url* is no origin, a path, method, browser, cookie or cache is none, or a number is too small.
        TypeError: *app* is no application, or *policy* no `Policy`.
        FactoryError: A factory raised, or did not return in time.
        UntriedCells: Nothing was found, cells were not tried, and *untried* is "fail".
        LifespanError: The application said that its start-up failed.
    """
    if untried not in get_args(Untried):
        raise ValueError(f"untried has to be 'fail', 'warn' or 'ignore', not {untried!r}")
    report = policy_report(
        app,
        policy,
        url=url,
        browsers=browsers,
        paths=paths,
        unknown_path=unknown_path,
        methods=methods,
        cookies=cookies,
        max_examples=max_examples,
        derandomize=derandomize,
        budget=budget,
        timeout=timeout,
        caches=caches,
    )
    if not report.violations:
        _tell_what_was_not_tried(report, untried)
    return report.violations


def policy_report(
    app: Any,
    policy: Policy,
    *,
    url: str = "https://api.example.com",
    browsers: Sequence[BrowserName] = REAL_BROWSER_NAMES,
    paths: Iterable[str] = ("/",),
    unknown_path: bool = True,
    methods: Iterable[str] | None = None,
    cookies: Mapping[str, str] = DEFAULT_COOKIES,
    max_examples: int = 50,
    derandomize: bool = True,
    budget: int | None = None,
    timeout: float = 10.0,
    caches: Iterable[SharedCacheName] = (),
) -> CheckReport:
    """
    Check a policy, and return the account of it, whatever is found.

    Args:
        app: As for `find_violations`.
        policy: As for `find_violations`.
        url: As for `find_violations`.
        browsers: As for `find_violations`.
        paths: As for `find_violations`.
        unknown_path: As for `find_violations`.
        methods: As for `find_violations`.
        cookies: As for `find_violations`.
        max_examples: As for `find_violations`.
        derandomize: As for `find_violations`.
        budget: As for `find_violations`.
        timeout: As for `find_violations`.
        caches: As for `find_violations`.

    Returns:
        What was found, what was tried, and what was not.

    Raises:
        ValueError: As `find_violations`.
        TypeError: As `find_violations`.
        FactoryError: As `find_violations`.
        LifespanError: As `find_violations`.
    """
    started = time.perf_counter()
    checked_policy(policy)
    source = factory_of(app)
    given = checked_arguments(
        source, url=url, browsers=browsers, paths=paths, methods=methods, cookies=cookies, timeout=timeout
    )
    names_of_caches = checked_caches(caches)
    checked_number("max_examples", max_examples, 0)
    is_live = given.live is not None
    limit = (LIVE_BUDGET if is_live else DEFAULT_BUDGET) if budget is None else checked_number("budget", budget, 1)
    withholds = is_live and given.methods is None
    space = search_space_of(
        policy,
        given.origin,
        paths=given.paths,
        methods=given.methods,
        unknown_path=unknown_path,
        is_live=is_live,
    )
    is_any = any(isinstance(pattern, AnyOrigin) for pattern in policy.origins)
    setting = Setting(given.origin, given.live, given.cookies, None if is_any else space.allowed)
    judge = Judge(policy, given.origin, space.codes, withholds=withholds)
    with Runner(
        source, setting, timeout=timeout, budget=limit if is_live else None, unsafe_methods=not withholds
    ) as runner:
        check = _Check(runner, judge, space, given.origin, given.browsers, limit, withholds=withholds)
        check.follow(Plan(policy, space, given.origin, given.browsers))
        if max_examples:
            check.draw(max_examples, derandomize=derandomize)
        check.orders(names_of_caches)
        return check.report(time.perf_counter() - started)


class _Check:
    """
    Follows a plan, and keeps account of it.
    """

    def __init__(
        self,
        runner: Runner,
        judge: Judge,
        space: SearchSpace,
        origin: str,
        browsers: Sequence[BrowserName],
        limit: int,
        *,
        withholds: bool,
    ) -> None:
        self._runner = runner
        self._judge = judge
        self._space = space
        self._origin = origin
        url = parse_url(origin)
        assumed = "" if url is None else permission_notice(url.origin, PRODUCTION)
        self._assumed = (assumed,) if assumed else ()
        self._browsers = browsers
        self._limit = limit
        self._withholds = withholds
        self._search = Search(runner, judge.breaches, browsers[0], limit)
        self._found: list[Violation] = []
        self._tried: list[tuple[Stage, Case]] = []
        self._not_tried: list[tuple[Stage, Case]] = []
        self._ended = ""
        self._hangs = False
        self._drawn = 0

    def follow(self, plan: Plan) -> None:
        """
        Try the cases of the plan, and count those that are left.
        """
        search, space = self._search, self._space
        search.twice(_requested_twice(space.allowed[0], space.paths, self._origin, self._browsers[0]))
        for stage, case in plan.cases():
            if self._withholds and _is_withheld(case):
                continue
            if search.is_over:
                self._not_tried.append((stage, case))
                continue
            self._tried.append((stage, case))
            if stage is Stage.SLOW_ORIGINS:
                search.slow(case, space.strangers[0])
            else:
                search.through((case,))

    def draw(self, max_examples: int, *, derandomize: bool) -> None:
        """
        Try sessions that hypothesis draws.
        """
        if self._search.is_over:
            return
        # NB: hypothesis takes longer to import than many a check.
        from browsercors.policy_check.random_search import search_drawn

        self._drawn = search_drawn(
            self._search, self._space, self._origin, self._browsers, max_examples=max_examples, derandomize=derandomize
        )

    def orders(self, caches: Sequence[SharedCacheName]) -> None:
        """
        Let pages ask one after the other, through the browser's own cache and through each of *caches*.
        """
        self._hangs = self._search.hangs
        known = self._search.found
        self._found += known.values()
        asked = in_order_of_asking(self._judge.breaches, known=known, is_browser_s=True)
        self._through(self._runner, asked, Stage.BROWSER_CACHE, self._runner.made + self._limit)
        for cache in caches:
            behind = self._runner.behind(attrs.evolve(self._runner.setting, cache=cache))
            asked = in_order_of_asking(self._judge.breaches, known=known)
            self._through(behind, asked, Stage.SHARED_CACHE, self._limit)

    def _through(self, runner: Runner, judge: Any, stage: Stage, limit: int) -> None:
        search = Search(runner, judge, self._browsers[0], limit)
        for case in orders(self._space, self._origin, self._browsers):
            if self._hangs or search.is_over:
                self._not_tried.append((stage, case))
                continue
            self._tried.append((stage, case))
            search.through((case,))
        self._hangs |= search.hangs
        self._ended = self._ended or search.ended
        self._found += search.found.values()

    def report(self, seconds: float) -> CheckReport:
        """
        Return what it came to.
        """
        found = in_order(self._found)
        ended = "the server hangs" if self._hangs else self._search.ended or self._ended
        tried, not_tried = (
            unique(cell_of(stage, case, self._space) for stage, case in cases)
            for cases in (self._tried, self._not_tried)
        )
        return CheckReport(
            found,
            tried,
            not_tried,
            self._drawn,
            self._runner.requests,
            seconds,
            ended if not_tried else "",
            self._assumed,
            tuple(cell_of(Stage.FIRST_LOOK, Case(each.browser, each.session), self._space) for each in found),
        )


def _is_withheld(case: Case) -> bool:
    """
    Whether the last request of *case* is not sent and needs no preflight, so that nothing reaches a live server.
    """
    fetch = case.session.steps[-1]
    return isinstance(fetch, Fetch) and (fetch.body is not None or (fetch.method == "POST" and not fetch.headers))


def _tell_what_was_not_tried(report: CheckReport, untried: Untried) -> None:
    __tracebackhide__ = True
    if not report.not_tried or untried == "ignore":
        return
    if untried == "fail":
        raise UntriedCells(report)
    warnings.warn(untried_sentence(report), UntriedCellsWarning, stacklevel=3)


def checked_policy(policy: Any) -> Policy:
    """
    Return *policy* if it is one.

    Raises:
        TypeError: It is none.
    """
    if not isinstance(policy, Policy):
        raise TypeError(
            f"policy has to be a Policy, such as Policy(origins=['https://app.example.com']), not {policy!r}"
        )
    return policy


def _requested_twice(origin: str, paths: Iterable[str], target: str, browser: str) -> Iterator[Case]:
    for path in paths:
        # NB: what the browser's own cache answers says nothing of the server.
        fetch = Fetch(f"{target}{path}", cache="no-store")
        yield Case(browser, Session((Visit(origin), fetch, fetch)))
