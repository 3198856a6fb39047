"""
Trying to refute a policy: pages in simulated browsers look for what an application does otherwise than it says.

A sweep over the usual faults comes first, then a search with hypothesis. Both are the same at every run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import attrs

from browsercors.engines.registry import real_browser_names
from browsercors.policy.arguments import checked_arguments, checked_caches, checked_number
from browsercors.policy.factory import factory_of
from browsercors.policy.patterns import AnyOrigin
from browsercors.policy.plan import Case
from browsercors.policy.policy import Policy
from browsercors.policy.runner import Runner
from browsercors.policy.search_space import search_space_of
from browsercors.policy.sessions import Fetch, Session, Visit
from browsercors.policy.snippets import Setting
from browsercors.policy_check.cache_order import in_order_of_asking
from browsercors.policy_check.judge import Judge
from browsercors.policy_check.search import Search
from browsercors.policy_check.systematic_search import orders, sweep
from browsercors.policy_check.violations import PolicyViolation, Violation, in_order

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from browsercors.values.literals import BrowserName, SharedCacheName

__all__ = ["DEFAULT_COOKIES", "REAL_BROWSER_NAMES", "check_policy", "checked_policy", "find_violations"]

REAL_BROWSER_NAMES: Final = real_browser_names()
DEFAULT_COOKIES: Final[Mapping[str, str]] = {"session": "x8k2q"}

DEFAULT_BUDGET: Final = 8000
LIVE_BUDGET: Final = 300
"""How many page requests are made: of an application, and of a server that others may use too."""

LIVE_METHODS: Final = ("GET", "HEAD")
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
) -> None:
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

    Raises:
        PolicyViolation: There is one; it is an `AssertionError`, and has all that were found.
        ValueError: As `find_violations`.
        TypeError: As `find_violations`.
    """
    __tracebackhide__ = True
    violations = find_violations(
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
    if violations:
        raise PolicyViolation(violations)


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
            knows. Of a live server only GET and HEAD, as others may change something.
        cookies: The cookies that the browsers have for the server.
        max_examples: How many sessions are drawn with hypothesis, after the sweep over the usual faults, each for every
            browser; 0 for none.
        derandomize: Whether they are the same at every run.
        budget: How many page requests may be made; by default 8000, and 300 of a live server. Beside these come the
            few that make a violation small, and as many again for the order of requests, for each of *caches* and
            for the browser's own HTTP cache.
        timeout: How many seconds the server has for an answer. One that takes longer a second time is tried no further,
            and reported after what was found before. An application is interrupted by SIGALRM; where there is none
            (outside the main thread, on Windows) it has any time.
        caches: Names for `SharedCache.like`, such as "varnish": with each of them before the server, pages ask one
            after the other, and what one gets must not depend on the others. So it is tried with nothing but the
            browser's own HTTP cache, always.

    Returns:
        The violations, the gravest first: one for each kind and code. None at all if nothing was found.

    Raises:
        ValueError: *url* is no origin, a path, method, browser, cookie or cache is none, or a number is too small.
        TypeError: *app* is no application, or *policy* no `Policy`.
        FactoryError: A factory raised, or did not return in time.
        LifespanError: The application said that its start-up failed.
    """
    checked_policy(policy)
    source = factory_of(app)
    given = checked_arguments(
        source, url=url, browsers=browsers, paths=paths, methods=methods, cookies=cookies, timeout=timeout
    )
    names_of_caches = checked_caches(caches)
    checked_number("max_examples", max_examples, 0)
    is_live = given.live is not None
    limit = (LIVE_BUDGET if is_live else DEFAULT_BUDGET) if budget is None else checked_number("budget", budget, 1)
    target, browsers = given.origin, given.browsers
    chosen = LIVE_METHODS if given.methods is None and is_live else given.methods
    space = search_space_of(policy, target, paths=given.paths, methods=chosen, unknown_path=unknown_path)
    is_any = any(isinstance(pattern, AnyOrigin) for pattern in policy.origins)
    setting = Setting(target, given.live, given.cookies, None if is_any else space.allowed)
    judge = Judge(policy, target, space.codes)
    with Runner(source, setting, timeout=timeout) as runner:
        search = Search(runner, judge.breaches, browsers[0], limit)
        search.twice(_requested_twice(space.allowed[0], space.paths, target, browsers[0]))
        search.through(sweep(policy, space, target, browsers))
        if max_examples and not search.is_over:
            # NB: hypothesis takes longer to import than many a check.
            from browsercors.policy_check.random_search import search_drawn

            search_drawn(search, space, target, browsers, max_examples=max_examples, derandomize=derandomize)
        asked = in_order_of_asking(judge.breaches, known=search.found, is_browser_s=True)
        kept = Search(runner, asked, browsers[0], runner.made + limit)
        if not search.hangs:
            kept.through(orders(space, target, browsers))
        found = [*search.found.values(), *kept.found.values()]
        for cache in () if search.hangs or kept.hangs else names_of_caches:
            behind = runner.behind(attrs.evolve(setting, cache=cache))
            asked = in_order_of_asking(judge.breaches, known=search.found)
            cached = Search(behind, asked, browsers[0], limit)
            cached.through(orders(space, target, browsers))
            found += cached.found.values()
            if cached.hangs:
                break
    return in_order(found)


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
