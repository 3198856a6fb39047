"""
Trying to refute a policy: pages in simulated browsers look for what an application does otherwise than it says.

A sweep over the usual faults comes first, then a search with hypothesis. Both are the same at every run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import attrs

from browsercors.engines.profiles import REAL_BROWSERS, profile_named
from browsercors.policy.ground import ground_of
from browsercors.policy.judging import Judge
from browsercors.policy.ordering import in_order_of_asking
from browsercors.policy.patterns import AnyOrigin
from browsercors.policy.policy import Policy
from browsercors.policy.searching import Search
from browsercors.policy.snippets import Setting
from browsercors.policy.steps import Fetch, Session, Visit
from browsercors.policy.sweep import Case, orders, sweep
from browsercors.policy.time_limits import checked_timeout
from browsercors.policy.trying import Runner
from browsercors.policy.violations import PolicyViolation, Violation, in_order
from browsercors.servers.cache_settings import settings_named
from browsercors.values.urls import URL, parse_url

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence


__all__ = ["DEFAULT_COOKIES", "REAL_BROWSER_NAMES", "check_policy", "checked_arguments", "find_violations"]

REAL_BROWSER_NAMES: Final = tuple(profile.name for profile in REAL_BROWSERS)
DEFAULT_COOKIES: Final[Mapping[str, str]] = {"session": "x8k2q"}

DEFAULT_BUDGET: Final = 8000
LIVE_BUDGET: Final = 300
"""How many page requests are made: of an application, and of a server that others may use too."""

LIVE_METHODS: Final = ("GET", "HEAD")
"""The methods without side effects."""


def check_policy(app: Any, policy: Policy, **options: Any) -> None:
    """
    Try to find a page that may do what *policy* denies, or that is refused what it promises.

    Args:
        app: As for `find_violations`.
        policy: The policy.
        options: As for `find_violations`.

    Raises:
        PolicyViolation: There is one; it is an `AssertionError`, and has all that were found.
        ValueError: As `find_violations`.
        TypeError: As `find_violations`.
    """
    __tracebackhide__ = True
    violations = find_violations(app, policy, **options)
    if violations:
        raise PolicyViolation(violations)


def find_violations(
    app: Any,
    policy: Policy,
    *,
    url: str = "https://api.example.com",
    browsers: Sequence[str] = REAL_BROWSER_NAMES,
    paths: Iterable[str] = ("/",),
    unknown_path: bool = True,
    methods: Iterable[str] | None = None,
    cookies: Mapping[str, str] = DEFAULT_COOKIES,
    max_examples: int = 50,
    derandomize: bool = True,
    budget: int | None = None,
    timeout: float = 10.0,
    caches: Iterable[str] = (),
) -> tuple[Violation, ...]:
    """
    Find the ways in which an application breaks a policy, each with the smallest session of pages that shows it.

    Args:
        app: A WSGI or ASGI application, a server such as `ScriptedServer`, or the URL of a live server.
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
            few that make a violation small, and as many again for each of *caches*.
        timeout: How many seconds the server has for an answer. One that takes longer a second time is tried no further,
            and reported after what was found before. An application is interrupted by SIGALRM; where there is none
            (outside the main thread, on Windows) it has any time.
        caches: Names for `SharedCache.like`, such as "varnish": with each of them before the server, pages ask one
            after the other, and what one gets must not depend on the others.

    Returns:
        The violations, the gravest first: one for each kind and code. None at all if nothing was found.

    Raises:
        ValueError: *url* is no origin, a path, method or browser is none, or a number is too small.
        TypeError: *app* is no application, or *policy* no `Policy`.
    """
    if not isinstance(policy, Policy):
        raise TypeError(
            f"policy has to be a Policy, such as Policy(origins=['https://app.example.com']), not {policy!r}"
        )
    paths = _listed("paths", paths, "['/items/']")
    methods = None if methods is None else _listed("methods", methods, "['GET', 'PUT']")
    names_of_caches = [settings_named(name).name for name in caches]
    target, live = checked_arguments(app, url, browsers, paths)
    if max_examples < 0:
        raise ValueError(f"max_examples has to be 0 or more, not {max_examples!r}")
    if budget is not None and budget < 1:
        raise ValueError(f"budget has to be 1 or more, not {budget!r}")
    checked_timeout(timeout)
    if methods is None and live is not None:
        methods = LIVE_METHODS
    ground = ground_of(policy, target, paths=paths, methods=methods, unknown_path=unknown_path)
    is_any = any(isinstance(pattern, AnyOrigin) for pattern in policy.origins)
    setting = Setting(target, live, dict(cookies), None if is_any else ground.allowed)
    judge = Judge(policy, target, ground.codes)
    limit = budget or (DEFAULT_BUDGET if live is None else LIVE_BUDGET)
    with Runner(app, setting, timeout=timeout) as runner:
        search = Search(runner, judge.breaches, browsers[0], limit)
        search.twice(_requested_twice(ground.allowed[0], ground.paths, target, browsers[0]))
        search.through(sweep(policy, ground, target, browsers))
        if max_examples and not search.is_over:
            # NB: hypothesis takes longer to import than many a check.
            from browsercors.policy.drawing import search_drawn

            search_drawn(search, ground, target, browsers, max_examples=max_examples, derandomize=derandomize)
    found = list(search.found.values())
    for cache in () if search.hangs else names_of_caches:
        with Runner(app, attrs.evolve(setting, cache=cache), timeout=timeout) as runner:
            asked = in_order_of_asking(judge.breaches, known=search.found)
            cached = Search(runner, asked, browsers[0], limit)
            cached.through(orders(ground, target, browsers))
            found += cached.found.values()
    return in_order(found)


def checked_arguments(
    app: Any,
    url: str,
    browsers: Sequence[str],
    paths: Iterable[str],
) -> tuple[str, str | None]:
    """
    Return the origin that *app* answers for, and its URL if it is a live server.

    Raises:
        ValueError: One of the arguments is not right.
        TypeError: One of them is of no right type.
    """
    parsed = parse_url(url) if isinstance(url, str) else None
    if parsed is None or not parsed.is_http or parsed.origin.serialized != url.removesuffix("/"):
        raise ValueError(f"url has to be an origin such as 'https://api.example.com', not {url!r}")
    if isinstance(app, (str, URL)):
        at = parse_url(str(app))
        if at is None or not at.is_http:
            raise ValueError(
                "app has to be an application, or the URL of a live server such as 'http://127.0.0.1:8000', "
                f"not {app!r}"
            )
    if isinstance(browsers, str) or not browsers:
        raise ValueError(f"browsers has to be a list with at least one browser, such as ['chromium'], not {browsers!r}")
    for browser in browsers:
        profile_named(browser)
    for path in paths:
        if not isinstance(path, str) or not path.startswith("/"):
            raise ValueError(f"paths has to have paths such as '/items/7', not {path!r}")
    return parsed.origin.serialized, str(app) if isinstance(app, (str, URL)) else None


def _listed(name: str, values: Iterable[str], example: str) -> list[str]:
    if isinstance(values, str) or not (items := list(values)):
        raise ValueError(f"{name} has to be a list with at least one item, such as {example}, not {values!r}")
    return items


def _requested_twice(origin: str, paths: Iterable[str], target: str, browser: str) -> Iterator[Case]:
    for path in paths:
        fetch = Fetch(f"{target}{path}")
        yield Case(browser, Session((Visit(origin), fetch, fetch)))
