"""
Laws that hold for every server, whatever its policy: tried without one.
"""

from __future__ import annotations

import functools
import time
from itertools import chain, product
from typing import TYPE_CHECKING, Any, Final

import attrs

from browsercors.policy.account import Ledger, Untried, checked_untried, tell_untried
from browsercors.policy.arguments import checked_arguments, checked_caches, checked_patterns, renamed
from browsercors.policy.elements.revealed import reads
from browsercors.policy.factory import factory_of
from browsercors.policy.plan import MODES, Case, Stage, cell_of
from browsercors.policy.routes.places import places_of
from browsercors.policy.runner import Runner, has_timed_out, is_withheld
from browsercors.policy.search_space import ATTACKERS, USUAL_METHODS, SearchSpace, examples_of, header_for
from browsercors.policy.sessions import Fetch, Load, Session, Visit
from browsercors.policy.snippets import Setting
from browsercors.policy_check.cache_order import in_order_of_asking, orders_through
from browsercors.policy_check.check import DEFAULT_COOKIES, REAL_BROWSER_NAMES
from browsercors.policy_check.elements.cases import element_law_cases
from browsercors.policy_check.elements.laws import breaches_of_load
from browsercors.policy_check.failures import PolicyViolation
from browsercors.policy_check.judge import NO_RESPONSES, Breach, asker_of, paired, requested
from browsercors.policy_check.reached import Reached
from browsercors.policy_check.report import CheckReport
from browsercors.policy_check.search import Search, are_answered_differently
from browsercors.policy_check.violations import Violation, ViolationKind, in_order

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from browsercors.policy.arguments import Arguments
    from browsercors.policy.origins.patterns import OriginPattern
    from browsercors.policy.plan import Cell
    from browsercors.policy.routes.places import Paths, Places
    from browsercors.policy.sessions import Asked, StepResult
    from browsercors.values.literals import BrowserName, SharedCacheName

__all__ = ["check_laws", "find_broken_laws"]

HEADERS: Final = ("X-X8k2q", "Content-Type", "Authorization")

PRELOADS: Final = frozenset({"modulepreload", "prefetch", "preload"})
"""The loads that are for later, and may change nothing."""


@renamed(origins="allowed_origins")
def check_laws(
    app: Any,
    *,
    allowed_origins: OriginPattern | Iterable[OriginPattern] = (),
    url: str = "https://api.example.com",
    browsers: Sequence[BrowserName] = REAL_BROWSER_NAMES,
    paths: Paths = None,
    methods: Iterable[str] | None = None,
    cookies: Mapping[str, str] = DEFAULT_COOKIES,
    budget: int | None = None,
    timeout: float = 10.0,
    caches: Iterable[SharedCacheName] = (),
    untried: Untried = "warn",
) -> CheckReport:
    """
    Try to find pages that show *app* to break a law that holds for every server.

    The laws:

    * Credentials never widen access: a page that cannot read without them cannot read with them.
    * The preflight agrees with the response: a page can read the response to a request that its preflight allowed.
    * The response does not depend on who asked before. This holds for the server itself, behind each browser's own HTTP
      cache, and behind each of *caches*.
    * An element reveals no more than a fetch of the same page could read: no pixels, no rules of a style sheet, no
      messages of a script's errors.
    * `crossorigin` reveals nothing without the consent of the server, in the headers of what it shows.
    * A preload changes nothing of what the page reads later.

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
        caches: As for `find_broken_laws`.
        untried: As for `find_broken_laws`.

    Returns:
        What was tried, and what was not.

    Raises:
        PolicyViolation: A law is broken; it is an `AssertionError`, has all that were found, and the report.
        UntriedCells: As `find_broken_laws`.
        ValueError: As `find_broken_laws`.
        TypeError: As `find_broken_laws`.
    """
    __tracebackhide__ = True
    checked_untried(untried)
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
    report = _report(source, places, given, checked_patterns(allowed_origins), checked_caches(caches))
    if report.violations:
        raise PolicyViolation(report.violations, report)
    tell_untried(report, untried, stacklevel=4)
    return report


@renamed(origins="allowed_origins")
def find_broken_laws(
    app: Any,
    *,
    allowed_origins: OriginPattern | Iterable[OriginPattern] = (),
    url: str = "https://api.example.com",
    browsers: Sequence[BrowserName] = REAL_BROWSER_NAMES,
    paths: Paths = None,
    methods: Iterable[str] | None = None,
    cookies: Mapping[str, str] = DEFAULT_COOKIES,
    budget: int | None = None,
    timeout: float = 10.0,
    caches: Iterable[SharedCacheName] = (),
    untried: Untried = "warn",
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
        paths: Where requests go, as for `find_violations`: by default to the routes of the application, as far as it
            tells them, and else to /.
        methods: The methods to ask with; the usual ones by default. A live server gets only GET, HEAD and preflights
            then; name the methods here, and they are sent.
        cookies: The cookies that the browsers have for the server.
        budget: How much may be asked, with each of *caches* as much again. Of an application, how many page requests;
            by default 8000. Of a live server, how many requests reach it, all in all; by default 600.
        timeout: How many seconds the server has for an answer. One that takes longer a second time is tried no further,
            and reported after what was found before. An application is stopped then, or abandoned if it runs
            in another thread than the main one; in the main thread of Windows nothing can stop it.
        caches: Names for `SharedCache.like`, such as "varnish": the answer must not depend on who asked each of them
            before. No shared cache is assumed that is not named here.
        untried: What to do where nothing is found and cells of the plan were not tried: "warn" with an
            `UntriedCellsWarning`, "fail" with `UntriedCells`, or "ignore" it.

    Returns:
        The violations, the gravest first.

    Raises:
        ValueError: *url* is no origin, a path, method, browser, cookie, cache or origin is none, or a number is too
            small.
        TypeError: *app* is no application.
        UntriedCells: Nothing was found, cells were not tried, and *untried* is "fail".
        LifespanError: The application said that its start-up failed.
    """
    __tracebackhide__ = True
    checked_untried(untried)
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
    report = _report(source, places, given, checked_patterns(allowed_origins), checked_caches(caches))
    if not report.violations:
        tell_untried(report, untried, stacklevel=4)
    return report.violations


def _report(
    source: Any,
    places: Places,
    given: Arguments,
    patterns: Iterable[OriginPattern],
    caches: Iterable[SharedCacheName],
) -> CheckReport:
    """
    Try the laws, and return the account of it, whatever is found.
    """
    started = time.perf_counter()
    space = SearchSpace(
        allowed=tuple(dict.fromkeys(origin for pattern in patterns for origin in examples_of(pattern)))
        or ATTACKERS[:1],
        strangers=(*ATTACKERS, "null"),
        near=(),
        codes={},
        paths=given.paths,
        methods=given.methods or USUAL_METHODS,
        headers=HEADERS,
        sockets=places.sockets,
        knows_sockets=places.knows_sockets,
    )
    setting = Setting(given.origin, given.live, given.cookies)
    ledger = Ledger(space)
    with Runner(
        source,
        setting,
        timeout=given.timeout,
        budget=given.most_requests,
        unsafe_methods=not given.withholds,
    ) as direct:
        broken: dict[Cell, None] = {}

        def attempt(search: Search, stage: Stage, case: Case) -> None:
            if search.breaks(case):
                broken[cell_of(stage, case, space)] = None

        reached = Reached(given.origin, space.paths)
        search = Search(direct, _breaches, given.browsers[0], given.budget, reached=reached)
        searches = [search]
        cases = (
            (stage, case)
            for stage, case in chain(
                _cases(space, given.origin, given.browsers),
                element_law_cases(space, given.origin, given.browsers, reached),
            )
            if not (given.withholds and is_withheld(case))
        )
        ledger.follow(cases, functools.partial(attempt, search), lambda: search.is_over)
        for cache in caches:
            behind = direct.behind(attrs.evolve(setting, cache=cache))
            cached = Search(behind, in_order_of_asking(_Order(direct).breaches), given.browsers[0], given.budget)
            orders = ((Stage.SHARED_CACHE, case) for case in orders_through(cache, space, given.origin, given.browsers))
            ledger.follow(orders, functools.partial(attempt, cached), functools.partial(_is_over, cached, [*searches]))
            searches.append(cached)
        found = in_order([violation for each in searches for violation in each.found.values()])
        # NB: what the first of two requests shows is no last result of its case.
        shown = (cell_of(Stage.STRANGERS, Case(each.browser, each.session), space) for each in found)
        return CheckReport(
            found,
            ledger.tried,
            ledger.not_tried,
            0,
            direct.requests,
            time.perf_counter() - started,
            next((each.ended or "the server hangs" for each in searches if each.is_over), ""),
            places.assumed,
            tuple({**broken, **dict.fromkeys(shown)}),
            places.unreadable,
            subject="The laws are",
        )


def _is_over(search: Search, before: Sequence[Search]) -> bool:
    return search.is_over or any(each.hangs for each in before)


def _cases(space: SearchSpace, target: str, browsers: Sequence[str]) -> Iterator[tuple[Stage, Case]]:
    """
    Yield what shows the laws of a server by itself: strangers first, then allowed pages, then one after another.
    """
    origins = tuple(dict.fromkeys((*space.strangers, *space.allowed)))
    for browser, path, origin in product(browsers, space.paths, origins):
        stage = Stage.STRANGERS if origin in space.strangers else Stage.ALLOWED
        url = f"{target}{path}"
        fetches = [
            *(Fetch(url, method=method) for method in space.methods),
            *(Fetch(url, headers=(header_for(name),)) for name in space.headers),
        ]
        for fetch in fetches:
            plain, credentialed = (attrs.evolve(fetch, credentials=mode) for mode in MODES)
            yield stage, Case(browser, Session((Visit(origin), plain, credentialed)))
    for browser, path, origin, other in product(browsers, space.paths, origins, origins):
        if other != origin:
            asking = Fetch(f"{target}{path}")
            again = (Visit(origin), asking)
            yield Stage.REPETITION, Case(browser, Session((*again, Visit(other), asking, *again)))


def _breaches(session: Session, results: Sequence[StepResult]) -> Iterator[Breach]:
    """
    Yield the laws that the results of one session break.
    """
    before: dict[tuple[str, Asked], StepResult] = {}
    # NB: since the page was opened that asks, as others do not share what it has preloaded.
    since = session.steps[_last_page(session) :]
    preloads = dict.fromkeys(each.initiator for each in since if isinstance(each, Load) and each.initiator in PRELOADS)
    for place, (origin, asked, result) in enumerate(paired(session, results)):
        what = requested(asked)
        block = result.block
        if block is not None and block.is_cors and not block.during_preflight and result.preflighted:
            sentence = f"The preflight lets a page of {origin} send {what}, and then it cannot read the answer."
            yield Breach(ViolationKind.PREFLIGHT_DISAGREES, block.reason.value, place, sentence)
        if asked.credentials == "include" and reads(asked, result):
            without = before.get((origin, _without_credentials(asked)))
            if without is not None and _is_refused(without):
                sentence = f"A page of {origin} reads the answer to {what} with credentials, but cannot without."
                yield Breach(ViolationKind.CREDENTIALS_WIDEN, "", place, sentence)
        if isinstance(asked, Load):
            yield from breaches_of_load(place, origin, asked, result, before)
        # NB: where redirects lead is no matter of laws.
        if block is not None and block.reason in NO_RESPONSES:
            sentence = f"The server gave no answer to {what} that can be judged."
            yield Breach(ViolationKind.NO_ANSWER, block.reason.value, place, sentence)
        first = before.setdefault((origin, asked), result)
        if place > 1 and are_answered_differently(first, result):
            came = "refused" if reads(asked, first) else "read"
            if preloads:
                loaded = ", ".join(preloads)
                sentence = f"What a page of {origin} gets for {what} depends on its {loaded} of the same URL."
                yield Breach(ViolationKind.PRELOAD_CHANGES, f"{came} after {loaded}", place, sentence)
                continue
            sentence = f"What a page of {origin} gets for {what} depends on who asked before."
            yield Breach(ViolationKind.ORDER_MATTERS, came, place, sentence)


def _last_page(session: Session) -> int:
    return max(place for place, step in enumerate(session.steps) if isinstance(step, Visit))


def _without_credentials(asked: Asked) -> Asked:
    if isinstance(asked, Load):
        return asked if asked.crossorigin is None else attrs.evolve(asked, crossorigin="anonymous")
    return attrs.evolve(asked, credentials="same-origin")


def _is_refused(result: StepResult) -> bool:
    return result.block is not None and result.block.is_cors


class _Order:
    """
    Compares what a page gets from a cache with what it gets from the server itself.
    """

    def __init__(self, direct: Runner) -> None:
        self._direct = direct

    def breaches(self, session: Session, results: Sequence[StepResult]) -> Iterator[Breach]:
        """
        Yield a breach if the last fetch came to something else than it would have come to alone.
        """
        last = results[-1]
        origin, asked = asker_of(session, len(results) - 1)
        (alone,) = self._direct.run(Case(last.browser_name, Session((Visit(origin), asked))))
        was_readable = reads(asked, alone)
        if was_readable == reads(asked, last) or has_timed_out(alone) or has_timed_out(last):
            return
        told = "cannot read" if was_readable else "reads"
        sentence = f"A page of {origin} {told} the answer to {requested(asked)}, otherwise than if it asked alone."
        kind = ViolationKind.REFUSED if was_readable else ViolationKind.READ
        yield Breach(kind, "", len(results) - 1, sentence)
