"""
Laws that hold for every server, whatever its policy: tried without one.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any, Final

import attrs

from browsercors.policy.arguments import checked_arguments, checked_number, checked_patterns, renamed
from browsercors.policy.factory import factory_of
from browsercors.policy.plan import MODES, Case, orders
from browsercors.policy.runner import Runner, has_timed_out
from browsercors.policy.search_space import ATTACKERS, USUAL_METHODS, SearchSpace, examples_of, header_for
from browsercors.policy.sessions import Fetch, Session, Visit
from browsercors.policy.snippets import Setting
from browsercors.policy_check.cache_order import in_order_of_asking
from browsercors.policy_check.check import (
    DEFAULT_BUDGET,
    DEFAULT_COOKIES,
    LIVE_BUDGET,
    LIVE_METHODS,
    REAL_BROWSER_NAMES,
)
from browsercors.policy_check.failures import PolicyViolation
from browsercors.policy_check.judge import NO_RESPONSES, Breach, asker_of, paired
from browsercors.policy_check.search import Search, are_answered_differently
from browsercors.policy_check.violations import Violation, ViolationKind, in_order

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from browsercors.browser.result import FetchResult
    from browsercors.policy.origins.patterns import OriginPattern
    from browsercors.values.literals import BrowserName

__all__ = ["check_laws", "find_broken_laws"]

HEADERS: Final = ("X-X8k2q", "Content-Type", "Authorization")
CACHE: Final = "varnish"
"""The cache that stands in between: it honours `Vary`, and keeps what does not say for how long."""


@renamed(origins="allowed_origins")
def check_laws(
    app: Any,
    *,
    allowed_origins: OriginPattern | Iterable[OriginPattern] = (),
    url: str = "https://api.example.com",
    browsers: Sequence[BrowserName] = REAL_BROWSER_NAMES,
    paths: Iterable[str] = ("/",),
    methods: Iterable[str] | None = None,
    cookies: Mapping[str, str] = DEFAULT_COOKIES,
    budget: int | None = None,
    timeout: float = 10.0,
) -> None:
    """
    Try to find pages that show *app* to break a law that holds for every server.

    The laws: credentials never widen access (who cannot read without them cannot read with them); the preflight agrees
    with the answer (what it allows can then be read); and the answer does not depend on who asked before, neither of
    the server itself nor of a cache that honours `Vary`.

    Args:
        app: As for `find_broken_laws`.
        allowed_origins: As for `find_broken_laws`.
        url: As for `find_broken_laws`.
        browsers: As for `find_broken_laws`.
        paths: As for `find_broken_laws`.
        methods: As for `find_broken_laws`.
        cookies: As for `find_broken_laws`.
        budget: As for `find_broken_laws`.
        timeout: As for `find_broken_laws`.

    Raises:
        PolicyViolation: One is broken; it is an `AssertionError`, and has all that were found.
        ValueError: As `find_broken_laws`.
        TypeError: As `find_broken_laws`.
    """
    __tracebackhide__ = True
    violations = find_broken_laws(
        app,
        allowed_origins=allowed_origins,
        url=url,
        browsers=browsers,
        paths=paths,
        methods=methods,
        cookies=cookies,
        budget=budget,
        timeout=timeout,
    )
    if violations:
        raise PolicyViolation(violations)


@renamed(origins="allowed_origins")
def find_broken_laws(
    app: Any,
    *,
    allowed_origins: OriginPattern | Iterable[OriginPattern] = (),
    url: str = "https://api.example.com",
    browsers: Sequence[BrowserName] = REAL_BROWSER_NAMES,
    paths: Iterable[str] = ("/",),
    methods: Iterable[str] | None = None,
    cookies: Mapping[str, str] = DEFAULT_COOKIES,
    budget: int | None = None,
    timeout: float = 10.0,
) -> tuple[Violation, ...]:
    """
    Find the laws that *app* breaks, each with the smallest session of pages that shows it.

    Args:
        app: As for `find_violations`: an application, a factory or the name of one, a server, or a URL.
        allowed_origins: Whose pages the server allows, as for `Policy`: an origin or a pattern, or a list of them. Two
            origins that nobody can guess, and `null`, are tried as well; a server that allows none of these keeps most
            laws without effort.
        url: The origin that *app* answers for.
        browsers: The browsers that pages are opened in.
        paths: Where requests go.
        methods: The methods to ask with; the usual ones by default, and of a live server only GET and HEAD.
        cookies: The cookies that the browsers have for the server.
        budget: How many page requests may be made; by default 8000, and 300 of a live server.
        timeout: How many seconds the server has for an answer. One that takes longer a second time is tried no further,
            and reported after what was found before. An application is interrupted by SIGALRM; where there is none
            (outside the main thread, on Windows) it has any time.

    Returns:
        The violations, the gravest first.

    Raises:
        ValueError: *url* is no origin, a path, method, browser, cookie or origin is none, or a number is too small.
        TypeError: *app* is no application.
        LifespanError: The application said that its start-up failed.
    """
    source = factory_of(app)
    given = checked_arguments(
        source, url=url, browsers=browsers, paths=paths, methods=methods, cookies=cookies, timeout=timeout
    )
    patterns = checked_patterns(allowed_origins)
    named = tuple(dict.fromkeys(origin for pattern in patterns for origin in examples_of(pattern)))
    is_live = given.live is not None
    limit = (LIVE_BUDGET if is_live else DEFAULT_BUDGET) if budget is None else checked_number("budget", budget, 1)
    target, browsers = given.origin, given.browsers
    chosen = given.methods or (LIVE_METHODS if is_live else USUAL_METHODS)
    space = SearchSpace(
        allowed=named or ATTACKERS[:1],
        strangers=(*ATTACKERS, "null"),
        near=(),
        codes={},
        paths=given.paths,
        methods=chosen,
        headers=HEADERS,
    )
    setting = Setting(target, given.live, given.cookies)
    with Runner(source, setting, timeout=timeout) as direct:
        search = Search(direct, _breaches, browsers[0], limit)
        search.through(_cases(space, target, browsers))
        behind = direct.behind(attrs.evolve(setting, cache=CACHE))
        cached = Search(behind, in_order_of_asking(_Order(direct).breaches), browsers[0], limit)
        if not search.is_over:
            cached.through(orders(space, target, browsers))
        return in_order([*search.found.values(), *cached.found.values()])


def _cases(space: SearchSpace, target: str, browsers: Sequence[str]) -> Iterator[Case]:
    origins = tuple(dict.fromkeys((*space.allowed, *space.strangers)))
    for browser, path, origin in product(browsers, space.paths, origins):
        url = f"{target}{path}"
        fetches = [
            *(Fetch(url, method=method) for method in space.methods),
            *(Fetch(url, headers=(header_for(name),)) for name in space.headers),
        ]
        for fetch in fetches:
            plain, credentialed = (attrs.evolve(fetch, credentials=mode) for mode in MODES)
            yield Case(browser, Session((Visit(origin), plain, credentialed)))
        for other in origins:
            if other != origin:
                again = (Visit(origin), Fetch(url))
                yield Case(browser, Session((*again, Visit(other), Fetch(url), *again)))


def _breaches(session: Session, results: Sequence[FetchResult]) -> Iterator[Breach]:
    """
    Yield the laws that the results of one session break.
    """
    before: dict[tuple[str, Fetch], FetchResult] = {}
    for place, (origin, fetch, result) in enumerate(paired(session, results)):
        what = f"{fetch.method} {fetch.url}"
        block = result.block
        if block is not None and block.is_cors and not block.during_preflight and result.preflighted:
            sentence = f"The preflight lets a page of {origin} send {what}, and then it cannot read the answer."
            yield Breach(ViolationKind.PREFLIGHT_DISAGREES, block.reason.value, place, sentence)
        without = before.get((origin, attrs.evolve(fetch, credentials="same-origin")))
        if fetch.credentials == "include" and result.readable and without is not None and _is_refused(without):
            sentence = f"A page of {origin} reads the answer to {what} with credentials, but cannot without."
            yield Breach(ViolationKind.CREDENTIALS_WIDEN, "", place, sentence)
        # NB: where redirects lead is no matter of laws.
        if block is not None and block.reason in NO_RESPONSES:
            sentence = f"The server gave no answer to {what} that can be judged."
            yield Breach(ViolationKind.NO_ANSWER, block.reason.value, place, sentence)
        first = before.setdefault((origin, fetch), result)
        if place > 1 and are_answered_differently(first, result):
            sentence = f"What a page of {origin} gets for {what} depends on who asked before."
            yield Breach(ViolationKind.ORDER_MATTERS, "refused" if first.readable else "read", place, sentence)


def _is_refused(result: FetchResult) -> bool:
    return result.block is not None and result.block.is_cors


class _Order:
    """
    Compares what a page gets from a cache with what it gets from the server itself.
    """

    def __init__(self, direct: Runner) -> None:
        self._direct = direct

    def breaches(self, session: Session, results: Sequence[FetchResult]) -> Iterator[Breach]:
        """
        Yield a breach if the last fetch came to something else than it would have come to alone.
        """
        last = results[-1]
        origin, fetch = asker_of(session, len(results) - 1)
        (alone,) = self._direct.run(Case(last.browser_name, Session((Visit(origin), fetch))))
        if alone.readable == last.readable or has_timed_out(alone) or has_timed_out(last):
            return
        told = "cannot read" if alone.readable else "reads"
        sentence = (
            f"A page of {origin} {told} the answer to {fetch.method} {fetch.url}, otherwise than if it asked alone."
        )
        kind = ViolationKind.REFUSED if alone.readable else ViolationKind.READ
        yield Breach(kind, "", len(results) - 1, sentence)
