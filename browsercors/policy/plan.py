"""
What is to be asked, in which order: the cases of a check, by gravity, and the cells of a table that they fill.

What can be asked is a table: who asks, where, with what, how, and after what. A plan goes through it in a fixed order
and is made up while it is followed, so that a check that stops early has tried what matters most and can name the rest.
"""

from __future__ import annotations

import enum
from itertools import product
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypeAlias

import attrs

from browsercors.policy.names import named
from browsercors.policy.redirector import leads_to, led_to
from browsercors.policy.routes.path_variations import RequestVariationKind, path_variations, request_variations
from browsercors.policy.search_space import UNGUESSABLE_METHOD, header_for, path_of
from browsercors.policy.sessions import Advance, Clear, Fetch, Load, Memory, Session, Visit, asked_by

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from browsercors.policy.policy import Policy
    from browsercors.policy.search_space import SearchSpace
    from browsercors.policy.sessions import Step

__all__ = ["MODES", "Case", "Cell", "Plan", "Stage", "case_of", "cell_of", "orders"]

Mode: TypeAlias = Literal["same-origin", "include"]
MODES: Final[tuple[Mode, ...]] = ("same-origin", "include")
MOST_ORIGINS: Final = 6
"""How many allowed origins ask everything, each in the first browser; the others ask each kind of thing once."""

MOMENT: Final = 0.5
"""Seconds after the time for which a preflight may be remembered."""

LATER: Final = (3600.5, 86400.5)
"""After how many seconds a server may have another allow-list, and a browser may have forgotten."""

RANGES: Final = ("bytes=0-0", "bytes=999999999-")
"""A part that most responses have, and one that none has; `Range` in this form needs no preflight."""

AJAX: Final = ("X-Requested-With", "XMLHttpRequest")
METHODS_WITH_BODY: Final = ("POST", "PUT", "PATCH")


class Case(NamedTuple):
    """
    A session, and the browser that it takes place in.
    """

    browser: str
    session: Session


class Stage(enum.Enum):
    """
    The parts of a plan, in the order in which they are tried; the value is the name in reports.
    """

    EXAMPLES = "examples"
    """The sessions that the check was given."""

    FIRST_LOOK = "first look"
    """Strangers and allowed pages ask for the first path, in every browser."""

    CLOSE_ORIGINS = "close origins"
    """Every near miss of an allowed origin, and every origin that people leave behind, asks for one path."""

    STRANGERS = "strangers"
    """Strangers ask for every path, with every method and every kind of header."""

    ROUTES = "routes as they are meant"
    """Strangers and allowed pages send what each route is made for: its methods, with its body and headers."""

    ELEMENTS = "elements"
    """Strangers and allowed pages load what came as an element does: images, scripts, style sheets, fonts and media."""

    REFERRERS = "referrers"
    """Pages that name an allowed origin in `Referer`, and pages that send none."""

    ALLOWED = "allowed origins"
    """Allowed pages ask for what they are promised, and for more."""

    VARIATIONS = "variations"
    """Other spellings of each path, media types that routers look at, and bodies that parsers stumble over."""

    PARTS = "ranges and revalidations"
    """Parts of a response, and responses that the browser has already: 206, 304 and 416 in place of 200."""

    SLOW_ORIGINS = "slow origins"
    """Origins that cost a regular expression its time."""

    REPETITION = "repetition"
    """Requests again, others after a preflight, and the same when it may no longer be remembered."""

    LATER = "later"
    """Requests again when an hour and a day have passed."""

    CLOSE_ORIGINS_ELSEWHERE = "close origins, other paths"
    """Near misses and left-behind origins ask for the other paths."""

    BROWSER_CACHE = "orders through the browser's cache"
    """One page asks after another, in one browser."""

    SHARED_CACHE = "orders through a shared cache"
    """One page asks after another, through a cache that all share."""


@attrs.frozen
class Cell:
    """
    One cell of the table of what can be asked.

    Attributes:
        stage: The part of the plan that has it.
        origin: Who asks: "allowed", "stranger", "null", or in what the origin is close to an allowed one.
        path: Where the last request goes.
        method: Its method.
        headers: The names of the headers that the page gives it.
        credentials: Whether it is made with credentials.
        order: What comes before: "alone", "again", "later" or "after others"; "redirected" if another server leads
            there.
        browser: In which browser.
        initiator: What loads it, such as "image"; empty for a fetch.
    """

    stage: Stage
    origin: str
    path: str
    method: str
    headers: tuple[str, ...]
    credentials: bool
    order: str
    browser: str
    initiator: str = ""


def cell_of(stage: Stage, case: Case, space: SearchSpace) -> Cell:
    """
    Return the cell that *case* fills.
    """
    steps = case.session.steps
    origins = [step.origin for step in steps if isinstance(step, Visit)]
    asked = asked_by(case.session)
    last = asked[-1]
    url = led_to(last.url)
    if url is not None:
        order = "redirected"
    elif len(asked) == 1:
        order = "alone"
    elif len(origins) > 1:
        order = "after others"
    else:
        order = "later" if any(isinstance(step, Advance) for step in steps) else "again"
    return Cell(
        stage,
        space.class_of(origins[-1]),
        path_of(url or last.url),
        last.method,
        tuple(name for name, _ in last.headers),
        last.credentials == "include",
        order,
        case.browser,
        last.initiator if isinstance(last, Load) else "",
    )


@attrs.frozen
class Plan:
    """
    The cases of a check, by gravity.

    Args:
        policy: What the server is to follow.
        space: What to range over.
        origin: The server's origin.
        browsers: The names of the browsers.
        examples: Sessions that are tried before all others, in each browser.
    """

    policy: Policy
    space: SearchSpace
    origin: str
    browsers: tuple[str, ...]
    examples: tuple[Session, ...] = ()

    def cases(self, elements: Iterable[Case] = ()) -> Iterator[tuple[Stage, Case]]:
        """
        Yield every case with the stage that it belongs to, the gravest first.

        Args:
            elements: Those of loads; which there are depends on what came of the cases before them.
        """
        stages = (
            (Stage.EXAMPLES, (Case(browser, session) for session, browser in product(self.examples, self.browsers))),
            (Stage.FIRST_LOOK, self._first_look()),
            (Stage.CLOSE_ORIGINS, self._close_origins()),
            (Stage.STRANGERS, self._strangers()),
            (Stage.ROUTES, self._routes()),
            (Stage.ELEMENTS, elements),
            (Stage.REFERRERS, self._referrers()),
            (Stage.ALLOWED, self._allowed()),
            (Stage.VARIATIONS, self._variations()),
            (Stage.PARTS, self._parts()),
            (Stage.SLOW_ORIGINS, self._slow_origins()),
            (Stage.REPETITION, self._repetition()),
            (Stage.LATER, self._later()),
            (Stage.CLOSE_ORIGINS_ELSEWHERE, self._close_origins_elsewhere()),
        )
        for stage, cases in stages:
            for case in cases:
                yield stage, case

    @property
    def _urls(self) -> list[str]:
        return [f"{self.origin}{path}" for path in self.space.paths]

    @property
    def main_url(self) -> str:
        """
        The first URL that the policy opens to anyone, where a close origin shows.
        """
        opened = (path for path in self.space.paths if self.policy.rule_for(path) is not None)
        return f"{self.origin}{next(opened, self.space.paths[0])}"

    def _first_look(self) -> Iterator[Case]:
        url = self.main_url
        for browser in self.browsers:
            for origin in (*self.space.strangers, *self.space.allowed[:MOST_ORIGINS]):
                for mode in MODES:
                    yield case_of(browser, origin, Fetch(url, credentials=mode))
                if origin in self.space.strangers:
                    for mode in MODES:
                        yield case_of(browser, origin, self._asking(url, mode))
        # NB: the server of a stranger leads its requests here, so that their origin becomes `null`.
        for browser, mode in product(self.browsers, MODES):
            yield case_of(browser, self.space.strangers[0], Fetch(leads_to(url), credentials=mode))

    def _close_origins(self) -> Iterator[Case]:
        # NB: an origin is the same text in every browser.
        browser, url = self.browsers[0], self.main_url
        rule = self.policy.rule_for(path_of(url))
        modes = MODES[::-1] if rule is not None and rule.credentials else MODES
        for mode in modes:
            for origin in (*self.space.near, *self.space.left_behind):
                yield case_of(browser, origin, Fetch(url, credentials=mode))
        for origin in (*self.space.near, *self.space.left_behind):
            yield case_of(browser, origin, self._asking(url, modes[0]))

    def _close_origins_elsewhere(self) -> Iterator[Case]:
        for url in self._urls:
            if url == self.main_url:
                continue
            for origin in self.space.near:
                for mode in MODES:
                    yield case_of(self.browsers[0], origin, Fetch(url, credentials=mode))
                yield case_of(self.browsers[0], origin, self._asking(url, "same-origin"))

    def _strangers(self) -> Iterator[Case]:
        browser, *others = self.browsers
        first = self.space.strangers[0]
        for url, mode in product(self._urls, MODES):
            for origin in self.space.strangers:
                yield case_of(browser, origin, Fetch(url, credentials=mode))
                yield case_of(browser, origin, self._asking(url, mode))
            yield case_of(browser, first, Fetch(leads_to(url), credentials=mode))
        for url, mode in product(self._urls, MODES):
            for method in self.space.methods:
                if method != "GET":
                    yield case_of(browser, first, Fetch(url, method=method, credentials=mode))
            for header in (*map(header_for, self.space.headers), AJAX):
                yield case_of(browser, first, Fetch(url, headers=(header,), credentials=mode))
        for other, url, mode in product(others, self._urls, MODES):
            for origin in (first, "null"):
                yield case_of(other, origin, Fetch(url, credentials=mode))
                yield case_of(other, origin, self._asking(url, mode))
            yield case_of(other, first, Fetch(leads_to(url), credentials=mode))
        for url, method in product(self._urls, self.space.methods):
            if method != "GET":
                yield case_of(browser, "null", Fetch(url, method=method, credentials="include"))

    def _routes(self) -> Iterator[Case]:
        browser, stranger = self.browsers[0], self.space.strangers[0]
        for route in self.space.routes:
            mode, allowed = self._asker_for(route.example_path)
            headers = [(given.name, given.example) for given in route.parameters if given.place == "header"]
            for method in route.methods:
                if method not in self.space.methods:
                    continue
                body = route.body if method in METHODS_WITH_BODY else None
                typed = [] if body is None else [("Content-Type", body.content_type)]
                fetch = Fetch(
                    f"{self.origin}{route.example_path}",
                    method=method,
                    headers=(*typed, *headers),
                    body=None if body is None else body.content,
                    credentials=mode,
                )
                for origin in (stranger, allowed):
                    yield case_of(browser, origin, fetch)

    def _asker_for(self, path: str) -> tuple[Mode, str]:
        """
        Return the credentials mode with which most is allowed at *path*, and an origin that is allowed there if any is.
        """
        rule = self.policy.rule_for(path)
        listed = (origin for origin in self.space.allowed if rule is not None and rule.lists_origin(origin))
        mode: Mode = "include" if rule is not None and rule.credentials else "same-origin"
        return mode, next(listed, self.space.allowed[0])

    def _referrers(self) -> Iterator[Case]:
        # NB: a page writes its URL, and so its referrer, as it likes; not every browser sends all of it elsewhere.
        stranger = self.space.strangers[0]
        for browser, url in product(self.browsers, self._urls):
            mode, allowed = self._asker_for(path_of(url))
            for each in self.space.allowed[: MOST_ORIGINS if url == self.main_url else 1]:
                told = f"{stranger}/?{each}/"
                fetch = Fetch(url, credentials=mode, referrer=told, referrer_policy="unsafe-url")
                yield case_of(browser, stranger, fetch)
            for origin in (stranger, allowed):
                yield case_of(browser, origin, Fetch(url, credentials=mode, referrer_policy="no-referrer"))

    def _parts(self) -> Iterator[Case]:
        browser, stranger = self.browsers[0], self.space.strangers[0]
        for url in self._urls:
            mode, allowed = self._asker_for(path_of(url))
            for origin, part in product((stranger, allowed), RANGES):
                yield case_of(browser, origin, Fetch(url, headers=(("Range", part),), credentials=mode))
            first, again = Fetch(url, credentials=mode), Fetch(url, credentials=mode, cache="no-cache")
            # NB: what the browser has kept for the one page, it asks about for the other.
            for origin, other in ((allowed, allowed), (allowed, stranger), (stranger, allowed)):
                steps = (first, again) if origin == other else (first, Visit(other), again)
                yield case_of(browser, origin, *steps)

    def _later(self) -> Iterator[Case]:
        for url, seconds in product(self._urls, LATER):
            mode, allowed = self._asker_for(path_of(url))
            chosen = self.space.allowed[:MOST_ORIGINS] if url == self.main_url else (allowed,)
            for origin in (*chosen, self.space.strangers[0]):
                permitted = self._asking(url, mode) if origin not in chosen else next(self._asked_for(url))
                for asked in (Fetch(url, credentials=mode), permitted):
                    yield case_of(self.browsers[0], origin, asked, Advance(seconds), asked)

    def _allowed(self) -> Iterator[Case]:
        browser, *others = self.browsers
        chosen = self.space.allowed[:MOST_ORIGINS]
        for origin in self.space.allowed:
            yield from self._each_kind_once(browser, origin)
        for origin, url, mode in product(self.space.allowed, self._urls, MODES):
            yield case_of(browser, origin, Fetch(url, credentials=mode))
        for origin in chosen:
            yield from self._everything(browser, origin, MODES)
        for other in others:
            # NB: browsers differ in what needs a preflight, and not in what credentials do to that.
            yield from self._everything(other, chosen[0], ("include",) if self.policy.credentials else ("same-origin",))

    def _each_kind_once(self, browser: str, origin: str) -> Iterator[Case]:
        """
        Let a page ask for one path with each method and header that it is promised there.
        """
        url = self.main_url
        rule = self.policy.rule_for(path_of(url))
        if rule is None or not rule.lists_origin(origin):
            rules = ((path, self.policy.rule_for(path)) for path in self.space.paths)
            found = next(((path, each) for path, each in rules if each is not None and each.lists_origin(origin)), None)
            if found is None:
                return
            url, rule = f"{self.origin}{found[0]}", found[1]
        mode: Mode = "include" if rule.credentials else "same-origin"
        for method in self.space.methods:
            if method != "GET" and rule.lists_method(method):
                yield case_of(browser, origin, Fetch(url, method=method, credentials=mode))
        for name in self.space.headers:
            if rule.lists_header(name):
                yield case_of(browser, origin, Fetch(url, headers=(header_for(name),), credentials=mode))

    def _everything(self, browser: str, origin: str, modes: tuple[Mode, ...]) -> Iterator[Case]:
        for url, mode in product(self._urls, modes):
            yield case_of(browser, origin, Fetch(url, credentials=mode))
            for method in self.space.methods:
                if method != "GET":
                    yield case_of(browser, origin, Fetch(url, method=method, credentials=mode))
            for name in self.space.headers:
                yield case_of(browser, origin, Fetch(url, headers=(header_for(name),), credentials=mode))
            rule = self.policy.rule_for(path_of(url))
            listed = [name for name in self.space.headers if rule is not None and rule.lists_header(name)]
            together = tuple(map(header_for, listed))
            if len(listed) > 1:
                yield case_of(browser, origin, Fetch(url, headers=together, credentials=mode))
            for method in () if rule is None or not listed else named(rule.methods):
                if method != "GET" and method in self.space.methods:
                    yield case_of(browser, origin, Fetch(url, method=method, headers=together, credentials=mode))

    def _variations(self) -> Iterator[Case]:
        browser, stranger, allowed = self.browsers[0], self.space.strangers[0], self.space.allowed[0]
        paths = self.space.paths
        for path in paths:
            others = [other for other in paths if other != path]
            for variation in path_variations(path, others=others):
                # NB: whether an allowed page gets anything at a path of another spelling is promised by nobody.
                yield case_of(browser, stranger, Fetch(f"{self.origin}{variation.path}", credentials="include"))
        is_large_sent = False
        for path in paths:
            url = f"{self.origin}{path}"
            rule, mode = self.policy.rule_for(path), self._asker_for(path)[0]
            taken = {method for route in self.space.routes if route.example_path == path for method in route.methods}
            for request in request_variations("GET"):
                for origin in (stranger, allowed):
                    yield case_of(browser, origin, Fetch(url, headers=request.headers, credentials=mode))
            method = next(
                (
                    each
                    for each in sorted(METHODS_WITH_BODY, key=lambda name: name not in taken)
                    if rule is not None and rule.lists_method(each) and each in self.space.methods
                ),
                None,
            )
            for request in request_variations(method) if method is not None else ():
                if request.body is None or (request.is_costly and is_large_sent):
                    continue
                is_large_sent |= request.kind is RequestVariationKind.LARGE_BODY
                fetch = Fetch(url, method=method or "", headers=request.headers, body=request.body, credentials=mode)
                for origin in (stranger, allowed):
                    yield case_of(browser, origin, fetch)

    def _slow_origins(self) -> Iterator[Case]:
        for origin in self.space.slow:
            yield case_of(self.browsers[0], origin, Fetch(self.main_url, credentials="include"))

    def _repetition(self) -> Iterator[Case]:
        chosen = self.space.allowed[:MOST_ORIGINS]
        for browser in self.browsers:
            # NB: that a browser remembers is no matter of who asks; the other origins need one browser.
            for origin, url in product(chosen if browser == self.browsers[0] else chosen[:1], self._urls):
                for first in self._asked_for(url):
                    for steps in self._again(url, first):
                        yield case_of(browser, origin, *steps)
        # NB: a server may remember by now that allowed pages have asked.
        for stranger, url, mode in product(self.space.strangers, self._urls, MODES):
            yield case_of(self.browsers[0], stranger, Fetch(url, credentials=mode))

    def _again(self, url: str, first: Fetch) -> Iterator[tuple[Fetch | Advance, ...]]:
        again = attrs.evolve(first, credentials="include")
        remembered = self.policy.remembered_at_most(path=path_of(url))
        yield first, first
        yield first, again
        yield again, again
        # NB: a policy without `max_age` says nothing about how long a permission holds.
        if remembered is not None:
            after = Advance(remembered + MOMENT)
            yield first, after, first
            yield again, after, again
        yield first, Fetch(url, method=UNGUESSABLE_METHOD, headers=first.headers)
        yield first, Fetch(url, method=first.method, headers=(header_for("X-X8k2q"),))

    def _asked_for(self, url: str) -> Iterator[Fetch]:
        """
        Yield requests that the policy allows with a preflight, or else one that it does not allow.
        """
        rule = self.policy.rule_for(path_of(url))
        methods = [method for method in self.space.unsafe_methods if rule is not None and rule.lists_method(method)]
        headers = [name for name in self.space.headers if rule is not None and rule.lists_header(name)]
        if methods:
            yield Fetch(url, method=methods[0])
        if headers:
            yield Fetch(url, headers=(header_for(headers[0]),))
        if not methods and not headers:
            yield self._asking(url, "same-origin")

    def _asking(self, url: str, mode: Mode) -> Fetch:
        """
        Return a request that needs permission, and that an allowed page has if any request has.
        """
        rules = self.policy.rules
        unsafe = self.space.unsafe_methods
        method = next((method for rule in rules for method in unsafe if rule.lists_method(method)), None)
        if method is not None:
            return Fetch(url, method=method, credentials=mode)
        name = next((name for rule in rules for name in self.space.headers if rule.lists_header(name)), None)
        if name is not None:
            return Fetch(url, headers=(header_for(name),), credentials=mode)
        if unsafe:
            return Fetch(url, method=unsafe[0], credentials=mode)
        return Fetch(url, headers=(header_for(self.space.headers[0]),), credentials=mode)


def orders(space: SearchSpace, origin: str, browsers: Sequence[str]) -> Iterator[Case]:
    """
    Yield the cases in which one page asks after another, so that what a cache has kept for the one meets the other.
    """
    for browser, path in product(browsers, space.paths):
        url = f"{origin}{path}"
        # NB: an `<img>` asks without `Origin`. It has cookies, if there are any; caches keep what is asked without, and
        # then the fetch has none either.
        image = Load("image", url)
        for last in space.allowed[:MOST_ORIGINS]:
            without_cookies = (Visit(last), Clear(Memory.COOKIES), image)
            befores: list[tuple[Step, ...]] = [
                without_cookies,
                (Visit(last), image),
                *((Visit(first), Fetch(url)) for first in (*space.strangers, *space.allowed[:MOST_ORIGINS])),
            ]
            for before in befores:
                if before == (Visit(last), Fetch(url)):
                    continue
                for mode in MODES[:1] if before == without_cookies else MODES:
                    yield Case(browser, Session((*before, Visit(last), Fetch(url, credentials=mode))))
        for last in space.strangers:
            yield Case(browser, Session((Visit(space.allowed[0]), Fetch(url), Visit(last), Fetch(url))))


def case_of(browser: str, origin: str, *steps: Step) -> Case:
    """
    Return the case of one page of *origin* that takes *steps*.
    """
    return Case(browser, Session((Visit(origin), *steps)))
