"""
Trying to refute a policy: pages in simulated browsers look for what an application does otherwise than it says.

A plan of what can be asked comes first, by gravity, then a search with hypothesis. Both are the same at every run, and
the report says what was tried and what was not.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

import attrs

from browsercors.engines.registry import real_browser_names
from browsercors.explain.words.permission_notice import permission_notice
from browsercors.policy.account import checked_untried, tell_untried
from browsercors.policy.arguments import checked_arguments, checked_caches, checked_callable, checked_number, listed
from browsercors.policy.factory import factory_of
from browsercors.policy.origins.patterns import AnyOrigin
from browsercors.policy.plan import Plan
from browsercors.policy.policy import Policy
from browsercors.policy.routes.places import places_of, unserved_patterns
from browsercors.policy.runner import Runner
from browsercors.policy.search_space import search_space_of
from browsercors.policy.sessions import Session, asked_by
from browsercors.policy.snippets import Setting
from browsercors.policy_check.execution import Execution
from browsercors.policy_check.failures import PolicyViolation
from browsercors.policy_check.judge import Judge
from browsercors.policy_check.left_out import LeftOut
from browsercors.policy_check.plan_text import PLAN_READER
from browsercors.values.urls import parse_url

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from browsercors.policy.account import Untried
    from browsercors.policy.ignored import Ignored
    from browsercors.policy.routes.places import Paths
    from browsercors.policy_check.left_out import EffectName
    from browsercors.policy_check.random_search import Drawing
    from browsercors.policy_check.report import CheckReport
    from browsercors.policy_check.violations import Violation
    from browsercors.values.literals import BrowserName, SharedCacheName

__all__ = [
    "DEFAULT_COOKIES",
    "REAL_BROWSER_NAMES",
    "check_policy",
    "checked_policy",
    "find_violations",
    "policy_report",
]

REAL_BROWSER_NAMES: Final = real_browser_names()
DEFAULT_COOKIES: Final[Mapping[str, str]] = {"session": "x8k2q"}

PRODUCTION: Final = "url='https://api.example.com'."


def check_policy(
    app: Any,
    policy: Policy,
    *,
    url: str = "https://api.example.com",
    browsers: Sequence[BrowserName] = REAL_BROWSER_NAMES,
    paths: Paths = None,
    unknown_path: bool = True,
    methods: Iterable[str] | None = None,
    cookies: Mapping[str, str] = DEFAULT_COOKIES,
    examples: Iterable[Session] = (),
    max_examples: int | None = None,
    derandomize: bool | None = None,
    seed: int | None = None,
    budget: int | None = None,
    timeout: float = 10.0,
    advance: Callable[[float], object] | None = None,
    caches: Iterable[SharedCacheName] = (),
    ignore: Iterable[Ignored] = (),
    kinds: Iterable[EffectName] = ("opens", "breaks"),
    explain_plan: Callable[[str], object] | None = None,
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
        examples: As for `find_violations`.
        max_examples: As for `find_violations`.
        derandomize: As for `find_violations`.
        seed: As for `find_violations`.
        budget: As for `find_violations`.
        timeout: As for `find_violations`.
        advance: As for `find_violations`.
        caches: As for `find_violations`.
        ignore: As for `find_violations`.
        kinds: As for `find_violations`.
        explain_plan: As for `find_violations`.
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
    checked_untried(untried)
    report = policy_report(
        app,
        policy,
        url=url,
        browsers=browsers,
        paths=paths,
        unknown_path=unknown_path,
        methods=methods,
        cookies=cookies,
        examples=examples,
        max_examples=max_examples,
        derandomize=derandomize,
        seed=seed,
        budget=budget,
        timeout=timeout,
        advance=advance,
        caches=caches,
        ignore=ignore,
        kinds=kinds,
        explain_plan=explain_plan,
    )
    if report.violations:
        raise PolicyViolation(report.violations, report)
    tell_untried(report, untried)
    return report


def find_violations(
    app: Any,
    policy: Policy,
    *,
    url: str = "https://api.example.com",
    browsers: Sequence[BrowserName] = REAL_BROWSER_NAMES,
    paths: Paths = None,
    unknown_path: bool = True,
    methods: Iterable[str] | None = None,
    cookies: Mapping[str, str] = DEFAULT_COOKIES,
    examples: Iterable[Session] = (),
    max_examples: int | None = None,
    derandomize: bool | None = None,
    seed: int | None = None,
    budget: int | None = None,
    timeout: float = 10.0,
    advance: Callable[[float], object] | None = None,
    caches: Iterable[SharedCacheName] = (),
    ignore: Iterable[Ignored] = (),
    kinds: Iterable[EffectName] = ("opens", "breaks"),
    explain_plan: Callable[[str], object] | None = None,
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
        paths: Where requests go: paths, an OpenAPI document as a mapping, or the `Path` of a file that holds one as
            JSON. By default, the routes of the application, as Flask, Quart, Starlette, FastAPI, Django and Litestar
            keep them; where none can be read, "/". The report says what was assumed, such as values of parameters.
            The paths that the policy names, and those that end with a slash without it, are tried as well. An
            application gets all kinds of requests on every path, so let it be one for tests.
        unknown_path: Whether a path is tried that nobody has: the policy holds for errors too.
        methods: The methods to ask with; by default the usual ones, those that the policy names, and one that nobody
            knows. A live server gets only GET, HEAD and preflights then, as other requests may change something; name
            the methods here, and they are sent.
        cookies: The cookies that the browsers have for the server.
        examples: Sessions of your own, which are tried before all others, in each browser.
        max_examples: How many sessions are drawn with hypothesis, after the plan of what can be asked, each for every
            browser; 0 for none. By default, what the profile says that hypothesis has loaded, or 50.
        derandomize: Whether they are the same at every run. By default, what the profile says; they are the same where
            no profile and no seed was chosen.
        seed: Where chance begins. By default, what pytest's `--hypothesis-seed` says.
        budget: How much may be asked. Of an application, how many page requests; by default 8000. Beside these come
            those that make a violation small, and as many again for the order of requests, for each of *caches* and
            for the browser's own HTTP cache. Of a live server, how many requests reach it, all in all; by default 600.
        timeout: How many seconds the server has for an answer. One that takes longer a second time is tried no further,
            and reported after what was found before. An application is stopped then, or abandoned if it runs
            in another thread than the main one; in the main thread of Windows nothing can stop it.
        advance: Called with the seconds that pages let pass, so that the application's own clock can follow: the `tick`
            of freezegun, or the `shift` of time-machine. Without it, time passes in the browsers alone, and in
            `request.time` of a `ScriptedServer`.
        caches: Names for `SharedCache.like`, such as "varnish": with each of them before the server, pages ask one
            after the other, and what one gets must not depend on the others. So it is tried with nothing but the
            browser's own HTTP cache, always.
        ignore: Violations that are known, each with its reason, such as
            `Ignored("null", path="/embed/*", reason="...")`. The report repeats the reasons, and names those that were
            not seen.
        kinds: What is reported: "opens" for what a page can do beyond the policy, "breaks" for what it cannot do though
            it is promised. What keeps a check from judging is always reported.
        explain_plan: Called with the plan in words, before anything is asked; such as `print`.
        untried: What to do where nothing is found and cells of the plan were not tried: "warn" with an
            `UntriedCellsWarning`, "fail" with `UntriedCells`, or "ignore" it.

    Returns:
        The violations, the gravest first: one for each kind and code. None at all if nothing was found.

    Raises:
        ValueError: *url* is no origin, a path, method, browser, cookie, cache or kind is none, *paths* is a document
            without any, or a number is too small.
        TypeError: *app* is no application, *policy* no `Policy`, an example no `Session`, or what is ignored no
            `Ignored`.
        FactoryError: A factory raised, or did not return in time.
        UntriedCells: Nothing was found, cells were not tried, and *untried* is "fail".
        LifespanError: The application said that its start-up failed.
    """
    checked_untried(untried)
    report = policy_report(
        app,
        policy,
        url=url,
        browsers=browsers,
        paths=paths,
        unknown_path=unknown_path,
        methods=methods,
        cookies=cookies,
        examples=examples,
        max_examples=max_examples,
        derandomize=derandomize,
        seed=seed,
        budget=budget,
        timeout=timeout,
        advance=advance,
        caches=caches,
        ignore=ignore,
        kinds=kinds,
        explain_plan=explain_plan,
    )
    if not report.violations:
        tell_untried(report, untried)
    return report.violations


def policy_report(
    app: Any,
    policy: Policy,
    *,
    url: str = "https://api.example.com",
    browsers: Sequence[BrowserName] = REAL_BROWSER_NAMES,
    paths: Paths = None,
    unknown_path: bool = True,
    methods: Iterable[str] | None = None,
    cookies: Mapping[str, str] = DEFAULT_COOKIES,
    examples: Iterable[Session] = (),
    max_examples: int | None = None,
    derandomize: bool | None = None,
    seed: int | None = None,
    budget: int | None = None,
    timeout: float = 10.0,
    advance: Callable[[float], object] | None = None,
    caches: Iterable[SharedCacheName] = (),
    ignore: Iterable[Ignored] = (),
    kinds: Iterable[EffectName] = ("opens", "breaks"),
    explain_plan: Callable[[str], object] | None = None,
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
        examples: As for `find_violations`.
        max_examples: As for `find_violations`.
        derandomize: As for `find_violations`.
        seed: As for `find_violations`.
        budget: As for `find_violations`.
        timeout: As for `find_violations`.
        advance: As for `find_violations`.
        caches: As for `find_violations`.
        ignore: As for `find_violations`.
        kinds: As for `find_violations`.
        explain_plan: As for `find_violations`.

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
    checked_callable("advance", advance, "frozen.tick")
    checked_callable("explain_plan", explain_plan, "print")
    source = factory_of(app)
    places = places_of(paths, source)
    given = checked_arguments(
        source,
        url=url,
        browsers=browsers,
        paths=places.paths,
        methods=methods,
        cookies=cookies,
        timeout=timeout,
        budget=budget,
    )
    names_of_caches = checked_caches(caches)
    left_out = LeftOut(ignore, kinds)
    space = search_space_of(
        policy,
        given.origin,
        paths=given.paths,
        methods=given.methods,
        unknown_path=unknown_path,
        is_live=given.is_live,
        routes=places.routes,
    )
    space = attrs.evolve(space, sockets=places.sockets, knows_sockets=places.knows_sockets)
    plan = Plan(policy, space, given.origin, given.browsers, _checked_examples(examples))
    drawing = _drawing(max_examples, derandomize, seed, repr((policy, given.origin, space.paths)))
    is_any = any(isinstance(pattern, AnyOrigin) for pattern in policy.origins)
    setting = Setting(given.origin, given.live, given.cookies, None if is_any else space.allowed, advance=advance)
    judge = Judge(policy, given.origin, space.codes, withholds=given.withholds)
    with Runner(
        source, setting, timeout=timeout, budget=given.most_requests, unsafe_methods=not given.withholds
    ) as runner:
        execution = Execution(plan, runner, judge.breaches, left_out, given.budget, withholds=given.withholds)
        reader = explain_plan or PLAN_READER.get()
        if reader is not None:
            reader(execution.explanation(names_of_caches, places.assumed))
        execution.follow()
        if drawing is not None:
            execution.draw(drawing)
        execution.ask_in_order(names_of_caches)
        seconds = time.perf_counter() - started
        report = execution.report(places, seconds, unserved=unserved_patterns(policy, places))
    notice = _permission_notice(given.origin)
    return attrs.evolve(report, assumed=(notice, *report.assumed)) if notice else report


def _permission_notice(origin: str) -> str:
    url = parse_url(origin)
    return "" if url is None else permission_notice(url.origin, PRODUCTION)


def _checked_examples(examples: Any) -> tuple[Session, ...]:
    """
    Return *examples* as a tuple.

    Raises:
        ValueError: They are no list.
        TypeError: One is no session.
    """
    right = "[Session([Visit('https://app.example.com'), Fetch('https://api.example.com/')])]"
    sessions = listed("examples", examples, right, may_be_empty=True)
    for session in sessions:
        if not isinstance(session, Session):
            raise TypeError(f"examples has to hold sessions, such as {right[1:-1]}, not {session!r}")
        if not asked_by(session):
            raise ValueError(f"examples has to hold sessions in which a page asks, not {session!r}")
    return sessions


def _drawing(max_examples: Any, derandomize: Any, seed: Any, name: str) -> Drawing | None:
    """
    Return how sessions are drawn; None if they are not.

    Raises:
        ValueError: A number is none, or too small.
    """
    if seed is not None:
        checked_number("seed", seed, 0)
    if max_examples is not None and checked_number("max_examples", max_examples, 0) == 0:
        return None
    # NB: hypothesis takes longer to import than many a check.
    from browsercors.policy_check.random_search import drawing_of

    return drawing_of(max_examples=max_examples, derandomize=derandomize, seed=seed, name=name)


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
