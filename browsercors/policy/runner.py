"""
Running sessions one after the other, in browsers that are kept.

The plan runs against one application. What it finds is confirmed and made small against fresh ones, if there is a
factory: an application that remembers what it was asked would show a violation that nobody else can repeat.
"""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING, Any, Final

from browsercors.browser.browser import Browser
from browsercors.browser.clock import Clock
from browsercors.engines.registry import profile_named
from browsercors.policy.factory import Factory
from browsercors.policy.gate import Gate
from browsercors.policy.redirector import REDIRECTOR, redirector
from browsercors.policy.sessions import Fetch, Memory
from browsercors.policy.snippets import Setting, cookie_arguments
from browsercors.policy.time_limits import TimeLimitedServer
from browsercors.servers.shared_cache.cache import SharedCache
from browsercors.servers.time_limits import Hangs, within
from browsercors.values.urls import parse_url
from browsercors.values.wire import BODY_TIMED_OUT, FailureKind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import TracebackType

    from browsercors.browser.result import PageResult
    from browsercors.policy.plan import Case
    from browsercors.policy.sessions import StepResult
    from browsercors.servers.server import Server

__all__ = ["Runner", "Unresponsive", "has_timed_out", "is_withheld", "was_authenticated"]

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

    def __init__(self, case: Case, results: Sequence[StepResult], place: int) -> None:
        super().__init__(case)
        self.case = case
        self.results = results
        self.place = place


class _FollowedClock(Clock):
    """
    A browser's clock that the application's own clock follows.
    """

    __slots__ = ("_follow",)

    def __init__(self, now: float, follow: Callable[[float], object]) -> None:
        super().__init__(now)
        self._follow = follow

    def advance(self, seconds: float) -> None:
        """
        Let *seconds* pass, in the application as well.
        """
        super().advance(seconds)
        self._follow(seconds)


class Runner:
    """
    Runs cases against one server; nothing that a browser remembers goes from one to the next.

    Args:
        target: Where the server comes from: what a `Factory` takes, or one.
        setting: Where the sessions take place.
        timeout: How many seconds the server has for an answer.
        budget: How many requests may reach the server, preflights and all; None for any number.
        unsafe_methods: Whether requests with other methods than GET, HEAD and OPTIONS are sent, and not only their
            preflights.
        delay: How many seconds pass between two requests.
        most_timeouts: How many requests may go without an answer until the server is taken to hang.
        set_cookies: What the browsers have for the server beside the cookies of the setting, as `Set-Cookie` has it.
        login: The user and the password with which the visitor is logged in to the server, if so.
        beside: Another runner, whose application this one asks too.

    Raises:
        TypeError: *target* is none of these.
        FactoryError: A factory failed.

    Attributes:
        setting: Where the sessions take place.
        made: How many page requests were made.
        is_fresh: Whether `run_afresh` has a fresh application each time.
    """

    def __init__(
        self,
        target: Any,
        setting: Setting,
        *,
        timeout: float,
        budget: int | None = None,
        unsafe_methods: bool = True,
        delay: float = 0,
        most_timeouts: int = MOST_TIMEOUTS,
        set_cookies: Sequence[str] = (),
        login: tuple[str, str] | None = None,
        beside: Runner | None = None,
    ) -> None:
        self.setting = setting
        self._delay = delay
        self._most_timeouts = most_timeouts
        self._login = login
        self._set_cookies = tuple(cookie.encode("utf-8", "surrogateescape") for cookie in set_cookies)
        self._url = parse_url(setting.origin)
        self.made: int = 0
        self._browsers: dict[str, Browser] = {}
        self._factory = target if isinstance(target, Factory) else Factory(target)
        self._timeout = timeout
        self._budget = budget
        self._unsafe_methods = unsafe_methods
        self._gates: list[Gate] = [] if beside is None else [beside.gate]
        self._owner, self._gate = self._mounted() if beside is None else (Browser(), beside.gate)
        self._cache = self._cache_before(self._gate)

    def __enter__(self) -> Runner:
        return self

    def __exit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    @property
    def is_fresh(self) -> bool:
        """
        Whether `run_afresh` has a fresh application each time.
        """
        return self._factory.is_fresh

    @property
    def gate(self) -> Gate:
        """
        What stands before the application that all cases ask.
        """
        return self._gate

    @property
    def requests(self) -> int:
        """
        How many requests reached an application, preflights and all.
        """
        return sum(gate.requests for gate in self._gates)

    def close(self) -> None:
        """
        Shut the application and connections down.
        """
        self._shut_down(self._owner)

    def run(self, case: Case) -> tuple[StepResult, ...]:
        """
        Take the steps of *case* in a browser that remembers nothing but the cookies of the setting.

        Raises:
            Unresponsive: The server hangs.
            Exhausted: No further request may reach the server.
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
        return self._results(case, browser)

    def run_afresh(self, case: Case) -> tuple[StepResult, ...]:
        """
        Do the same in a new browser, and with a fresh application if there is a factory.

        Raises:
            Unresponsive: As `run`.
            Exhausted: As `run`.
            FactoryError: The factory failed this time.
        """
        if not self.is_fresh:
            self._browsers.pop(case.browser, None)
            return self.run(case)
        owner, gate = self._mounted()
        try:
            return self._results(case, self._browser_with(case.browser, self._cache_before(gate) or gate))
        finally:
            self._shut_down(owner)

    def seconds_for(self, case: Case) -> tuple[float, tuple[StepResult, ...]]:
        """
        Run *case*, and return how long that took as well: by the processor's clock, unless the server is a live one.
        """
        clock = time.process_time if self.setting.live is None else time.perf_counter
        start = clock()
        results = self.run(case)
        return clock() - start, results

    def behind(self, setting: Setting) -> Runner:
        """
        Return a runner for another setting, such as one with a cache, that asks the same application.
        """
        return Runner(self._factory, setting, timeout=self._timeout, beside=self)

    def new_browser(self, name: str) -> Browser:
        """
        Return a browser in which everything is mounted, with the cookies of the setting.
        """
        return self._browser_with(name, self._gate if self._cache is None else self._cache)

    def _results(self, case: Case, browser: Browser) -> tuple[StepResult, ...]:
        results = case.session.results(browser)
        self.made += len(results)
        self._look_at_the_clock(case, results)
        return results

    def _mounted(self) -> tuple[Browser, Gate]:
        """
        Return an application, and the browser that shuts it down.
        """
        owner = Browser()
        server: Server = owner.mount(self.setting.origin, self._factory.fresh(), timeout=self._timeout)
        if self.setting.live is None:
            server = TimeLimitedServer(server, self._timeout, most_hangs=self._most_timeouts)
        gate = Gate(server, budget=self._budget, delay=self._delay, unsafe_methods=self._unsafe_methods)
        self._gates.append(gate)
        return owner, gate

    def _shut_down(self, owner: Browser) -> None:
        # NB: an application that fails at its shutdown, or hangs in it, has been tried all the same.
        with contextlib.suppress(Exception, Hangs):
            within(self._timeout, owner.close)

    def _cache_before(self, server: Server) -> SharedCache | None:
        return None if self.setting.cache is None else SharedCache.like(self.setting.cache, server, keep=0)

    def _browser_with(self, name: str, server: Server) -> Browser:
        browser = Browser(profile_named(name))
        if self.setting.advance is not None:
            browser.clock = _FollowedClock(browser.clock.now, self.setting.advance)
        # NB: what visitors are asked is no question of the policy.
        browser.mount(self.setting.origin, server, address_space="public")
        browser.mount(REDIRECTOR, redirector())
        self._fill(browser)
        return browser

    def _fill(self, browser: Browser) -> None:
        for name, value in self.setting.cookies.items():
            browser.set_cookie(name, value, **cookie_arguments(self.setting.origin))  # type: ignore[arg-type]
        if self._login is not None:
            browser.authenticate(self.setting.origin, *self._login)
        for cookie in self._set_cookies:
            assert self._url is not None, "settings have origins"
            browser.cookies.store(cookie, self._url, now=browser.clock.now)

    def _look_at_the_clock(self, case: Case, results: Sequence[StepResult]) -> None:
        # NB: the gates count, as several runners may ask one application.
        if sum(gate.timeouts for gate in self._gates) < self._most_timeouts:
            return
        for place, result in enumerate(results):
            if has_timed_out(result):
                raise Unresponsive(case, results, place)


def was_authenticated(result: PageResult) -> bool:
    """
    Whether the browser told the server in some request who the visitor is, by cookies or by `Authorization`.
    """
    # NB: what the page itself has set tells of the page and not of the visitor.
    names = {"cookie", "authorization"} - set(result.page_header_names)
    return any(name in exchange.request_headers for exchange in result.exchanges for name in names)


def has_timed_out(result: StepResult) -> bool:
    """
    Whether the server left a request of a page without an answer, or without the end of one.
    """
    for exchange in result.exchanges:
        failure, response = exchange.transport_failure, exchange.http_response
        if failure is not None and failure.kind is FailureKind.TIMED_OUT:
            return True
        if response is not None and response.body_failure == BODY_TIMED_OUT:
            return True
    return False


def is_withheld(case: Case) -> bool:
    """
    Whether the last request of *case* is not sent and needs no preflight, so that nothing reaches a live server.
    """
    fetch = case.session.steps[-1]
    return isinstance(fetch, Fetch) and (fetch.body is not None or (fetch.method == "POST" and not fetch.headers))
