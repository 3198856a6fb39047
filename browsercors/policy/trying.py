"""
Trying: running sessions one after the other in browsers that are kept, and finding the smallest that shows the same.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, Final

import attrs

from browsercors.browser.browser import Browser
from browsercors.engines.registry import profile_named
from browsercors.policy.redirects import REDIRECTOR, led_to, redirector
from browsercors.policy.snippets import Setting, cookie_arguments
from browsercors.policy.steps import Fetch, Memory, Session, Visit
from browsercors.policy.time_limits import TimeLimitedServer
from browsercors.servers.shared_cache import SharedCache
from browsercors.servers.time_limits import Hangs, within
from browsercors.values.wire import BODY_TIMED_OUT, FailureKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from types import TracebackType

    from browsercors.browser.result import FetchResult
    from browsercors.policy.sweep import Case
    from browsercors.servers.server import Server

__all__ = ["Runner", "Unresponsive", "has_timed_out", "simplest"]

MOST_TIMEOUTS: Final = 2
"""How many requests may go without an answer until a server is taken to hang."""


class Unresponsive(Exception):  # noqa: N818 - what the server is, not a fault of the search
    """
    The server lets one request after the other wait; trying on would take hours.

    Attributes:
        case: What was tried last.
        results: What it came to.
        place: The number of the result that got no answer, counted from 0.
    """

    def __init__(self, case: Case, results: Sequence[FetchResult], place: int) -> None:
        super().__init__(case)
        self.case = case
        self.results = results
        self.place = place


class Runner:
    """
    Runs cases against one server; nothing that a browser remembers goes from one to the next.

    Args:
        target: An application, a server, or the URL of a live one.
        setting: Where the sessions take place.
        timeout: How many seconds the server has for an answer.

    Raises:
        TypeError: *target* is none of these.

    Attributes:
        setting: Where the sessions take place.
        made: How many page requests were made.
    """

    def __init__(self, target: Any, setting: Setting, *, timeout: float) -> None:
        self.setting = setting
        self.made: int = 0
        self._timeouts = 0
        self._browsers: dict[str, Browser] = {}
        self._owner = Browser()
        try:
            self._server = self._owner.mount(setting.origin, target, timeout=timeout)
        except TypeError as error:
            raise TypeError(
                "app has to be a WSGI or ASGI application, a server such as ScriptedServer, or the URL of a live one "
                f"such as 'http://127.0.0.1:8000', not {target!r}"
            ) from error
        if setting.live is None and not isinstance(self._server, TimeLimitedServer):
            self._server = TimeLimitedServer(self._server, timeout, most_hangs=MOST_TIMEOUTS)
        self._timeout = timeout
        self._cache = None if setting.cache is None else SharedCache.like(setting.cache, self._server, keep=0)

    def __enter__(self) -> Runner:
        return self

    def __exit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """
        Shut the application and connections down.
        """
        # NB: an application that fails at its shutdown, or hangs in it, has been tried all the same.
        with contextlib.suppress(Exception, Hangs):
            within(self._timeout, self._owner.close)

    def run(self, case: Case) -> tuple[FetchResult, ...]:
        """
        Take the steps of *case* in a browser that remembers nothing but the cookies of the setting.

        Raises:
            Unresponsive: The server hangs.
        """
        if self._cache is not None:
            self._cache.clear()
        browser = self._browsers.get(case.browser)
        if browser is None:
            browser = self._browsers[case.browser] = self.new_browser(case.browser)
        else:
            for memory in Memory:
                memory.clear(browser)
            self._fill(browser)
        results = case.session.run(browser)
        self.made += len(results)
        self._look_at_the_clock(case, results)
        return results

    @property
    def server(self) -> Server:
        """
        What answers, behind the cache if there is one.
        """
        return self._server

    def run_afresh(self, case: Case) -> tuple[FetchResult, ...]:
        """
        Do the same in a new browser.
        """
        self._browsers.pop(case.browser, None)
        return self.run(case)

    def new_browser(self, name: str) -> Browser:
        """
        Return a browser in which everything is mounted, with the cookies of the setting.
        """
        browser = Browser(profile_named(name))
        browser.mount(self.setting.origin, self._server if self._cache is None else self._cache)
        browser.mount(REDIRECTOR, redirector())
        self._fill(browser)
        return browser

    def _fill(self, browser: Browser) -> None:
        for name, value in self.setting.cookies.items():
            browser.set_cookie(name, value, **cookie_arguments(self.setting.origin))  # type: ignore[arg-type]

    def _look_at_the_clock(self, case: Case, results: Sequence[FetchResult]) -> None:
        for place, result in enumerate(results):
            if has_timed_out(result):
                self._timeouts += 1
                if self._timeouts >= MOST_TIMEOUTS:
                    raise Unresponsive(case, results, place)


def has_timed_out(result: FetchResult) -> bool:
    """
    Whether the server left a request of a fetch without an answer, or without the end of one.
    """
    for exchange in result.exchanges:
        failure, response = exchange.transport_failure, exchange.http_response
        if failure is not None and failure.kind is FailureKind.TIMED_OUT:
            return True
        if response is not None and response.body_failure == BODY_TIMED_OUT:
            return True
    return False


def simplest(case: Case, place: int, shows: Callable[[Case], bool], *, first_browser: str) -> Case:
    """
    Return the smallest case that *shows* the same as *case* does in the result number *place*.
    """
    case = case._replace(session=_cut(case.session, place))
    smaller: Case | None = case
    while smaller is not None:
        case = smaller
        smaller = next((each for each in _smaller(case, first_browser) if shows(each)), None)
    return case


def _cut(session: Session, place: int) -> Session:
    """
    Return *session* up to the fetch number *place*.
    """
    steps = []
    for step in session.steps:
        steps.append(step)
        if isinstance(step, Fetch):
            if place == 0:
                break
            place -= 1
    return Session(steps)


def _smaller(case: Case, first_browser: str) -> Iterator[Case]:
    steps = case.session.steps
    # NB: the last step is the fetch that shows it, and the first one a page.
    for place in range(len(steps) - 2, -1, -1):
        rest = (*steps[:place], *steps[place + 1 :])
        if isinstance(rest[0], Visit):
            yield case._replace(session=Session(rest))
    if case.browser != first_browser:
        yield case._replace(browser=first_browser)
    for place, step in enumerate(steps):
        if isinstance(step, Fetch):
            for fetch in _smaller_fetches(step):
                yield case._replace(session=Session((*steps[:place], fetch, *steps[place + 1 :])))


def _smaller_fetches(fetch: Fetch) -> Iterator[Fetch]:
    if fetch.body is not None:
        yield attrs.evolve(fetch, body=None)
    for place in range(len(fetch.headers)):
        yield attrs.evolve(fetch, headers=(*fetch.headers[:place], *fetch.headers[place + 1 :]))
    if fetch.method != "GET" and fetch.body is None:
        yield attrs.evolve(fetch, method="GET")
    if fetch.credentials != "same-origin":
        yield attrs.evolve(fetch, credentials="same-origin")
    if fetch.cache != "default":
        yield attrs.evolve(fetch, cache="default")
    destination = led_to(fetch.url)
    if destination is not None:
        yield attrs.evolve(fetch, url=destination)
