"""
The sweep: the sessions in which the usual faults of servers show, the simplest and most telling first.

It is complete over what it ranges over, in the same order every time, and much the same for every policy; what needs
more steps or other values is left to the search that follows.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from browsercors.policy.plan import Case
from browsercors.policy.redirector import leads_to
from browsercors.policy.search_space import UNGUESSABLE_METHOD, header_for
from browsercors.policy.sessions import Advance, Fetch, Session, Visit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from browsercors.policy.policy import Policy
    from browsercors.policy.search_space import SearchSpace

__all__ = ["orders", "sweep"]

Modes: TypeAlias = "tuple[Literal['same-origin', 'include'], ...]"
MODES: Final[Modes] = ("same-origin", "include")
MOST_ORIGINS: Final = 6
"""How many allowed origins are tried with everything; the others with a plain request."""

MOMENT: Final = 0.5
"""Seconds after the time for which a preflight may be remembered."""


def sweep(policy: Policy, space: SearchSpace, origin: str, browsers: Sequence[str]) -> Iterator[Case]:
    """
    Yield the cases of the sweep.

    Args:
        policy: What the server is to follow.
        space: What to range over.
        origin: The server's origin.
        browsers: The names of the browsers.
    """
    sweeper = _Sweep(policy, space, origin)
    for sessions in (sweeper.visitors, sweeper.methods, sweeper.headers, sweeper.repeated, sweeper.redirected):
        for browser in browsers:
            yield from (Case(browser, session) for session in sessions())
    # NB: an origin is the same text in every browser.
    yield from (Case(browsers[0], session) for session in sweeper.neighbours())


def orders(space: SearchSpace, origin: str, browsers: Sequence[str]) -> Iterator[Case]:
    """
    Yield the cases in which one page asks after another, so that what a cache has kept for the one meets the other.
    """
    for browser, path in product(browsers, space.paths):
        url = f"{origin}{path}"
        # NB: as an `<img>` asks: without `Origin`. It has cookies, if there are any; caches keep what is asked without.
        plain = [Fetch(url, mode="no-cors", credentials=credentials) for credentials in MODES]
        for last in space.allowed[:MOST_ORIGINS]:
            befores = [
                *((Visit(last), fetch) for fetch in plain),
                *((Visit(first), Fetch(url)) for first in (*space.strangers, *space.allowed[:MOST_ORIGINS])),
            ]
            for before in befores:
                for credentials in MODES if before[0] != Visit(last) or before[1] in plain else ():
                    yield Case(browser, Session((*before, Visit(last), Fetch(url, credentials=credentials))))
        for last in space.strangers:
            yield Case(browser, Session((Visit(space.allowed[0]), Fetch(url), Visit(last), Fetch(url))))


class _Sweep:
    def __init__(self, policy: Policy, space: SearchSpace, origin: str) -> None:
        self._policy = policy
        self._space = space
        self._urls = [f"{origin}{path}" for path in space.paths]
        self._chosen = space.allowed[:MOST_ORIGINS]

    def visitors(self) -> Iterator[Session]:
        """
        Let strangers and friends ask, one request each.
        """
        for origin, url in product((*self._space.strangers, *self._space.allowed), self._urls):
            for credentials in MODES:
                yield _session(origin, Fetch(url, credentials=credentials))
            if origin in self._space.strangers:
                for credentials in MODES:
                    yield _session(origin, self._asking(url, credentials))

    def methods(self) -> Iterator[Session]:
        """
        Ask with every method, on every path.
        """
        for origin, url, method, credentials in product(self._chosen, self._urls, self._space.methods, MODES):
            if method != "GET":
                yield _session(origin, Fetch(url, method=method, credentials=credentials))

    def headers(self) -> Iterator[Session]:
        """
        Ask with every request header, and with all that are allowed at once.
        """
        for origin, url, credentials in product(self._chosen, self._urls, MODES):
            for name in self._space.headers:
                yield _session(origin, Fetch(url, headers=(header_for(name),), credentials=credentials))
            rule = self._policy.rule_for(_path(url))
            listed = [name for name in self._space.headers if rule is not None and rule.lists_header(name)]
            together = tuple(map(header_for, listed))
            if len(listed) > 1:
                yield _session(origin, Fetch(url, headers=together, credentials=credentials))
            promised = () if rule is None or not listed else rule.methods
            for method in self._space.methods:
                if method != "GET" and method in promised:
                    yield _session(origin, Fetch(url, method=method, headers=together, credentials=credentials))

    def repeated(self) -> Iterator[Session]:
        """
        Repeat what a preflight allowed: the same request, others, and after the time for which it may be remembered.
        """
        for origin, url in product(self._chosen, self._urls):
            for first in self._asked_for(url):
                again = Fetch(url, method=first.method, headers=first.headers, credentials="include")
                yield _session(origin, first, first)
                yield _session(origin, first, again)
                yield _session(origin, again, again)
                after = Advance(self._policy.remembered_at_most(path=_path(url)) + MOMENT)
                yield _session(origin, first, after, first)
                yield _session(origin, again, after, again)
                yield _session(origin, first, Fetch(url, method=UNGUESSABLE_METHOD, headers=first.headers))
                yield _session(origin, first, Fetch(url, method=first.method, headers=(header_for("X-X8k2q"),)))

    def redirected(self) -> Iterator[Session]:
        """
        Let the server of a stranger lead its requests here, so that their origin becomes `null`.
        """
        for url, credentials in product(self._urls, MODES):
            yield _session(self._space.strangers[0], Fetch(leads_to(url), credentials=credentials))

    def neighbours(self) -> Iterator[Session]:
        """
        Let pages ask whose origin is close to an allowed one.
        """
        for origin, url in product(self._space.near, self._urls):
            yield _session(origin, Fetch(url, credentials="include"))
            yield _session(origin, Fetch(url))
            yield _session(origin, self._asking(url, "same-origin"))

    def _asked_for(self, url: str) -> Iterator[Fetch]:
        """
        Yield requests that the policy allows with a preflight, or else one that it does not allow.
        """
        rule = self._policy.rule_for(_path(url))
        methods = [method for method in self._space.unsafe_methods if rule is not None and rule.lists_method(method)]
        headers = [name for name in self._space.headers if rule is not None and rule.lists_header(name)]
        if methods:
            yield Fetch(url, method=methods[0])
        if headers:
            yield Fetch(url, headers=(header_for(headers[0]),))
        if not methods and not headers:
            yield self._asking(url, "same-origin")

    def _asking(self, url: str, credentials: Literal["same-origin", "include"]) -> Fetch:
        """
        Return a request that needs permission, and that an allowed page has if any request has.
        """
        rules = [self._policy, *filter(None, self._policy.paths.values())]
        method = next(
            (method for rule in rules for method in self._space.unsafe_methods if method in rule.methods), None
        )
        if method is not None:
            return Fetch(url, method=method, credentials=credentials)
        name = next((name for rule in rules for name in self._space.headers if rule.lists_header(name)), None)
        if name is not None:
            return Fetch(url, headers=(header_for(name),), credentials=credentials)
        unsafe = [*self._space.unsafe_methods]
        if unsafe:
            return Fetch(url, method=unsafe[0], credentials=credentials)
        return Fetch(url, headers=(header_for(self._space.headers[0]),), credentials=credentials)


def _path(url: str) -> str:
    return f"/{url.split('/', 3)[3]}"


def _session(origin: str, *steps: Fetch | Advance) -> Session:
    return Session((Visit(origin), *steps))
