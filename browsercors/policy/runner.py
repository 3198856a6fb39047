"""
Running sessions one after the other, in browsers that are kept.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, Final

from browsercors.browser.browser import Browser
from browsercors.engines.registry import profile_named
from browsercors.policy.redirector import REDIRECTOR, redirector
from browsercors.policy.sessions import Memory
from browsercors.policy.snippets import Setting, cookie_arguments
from browsercors.policy.time_limits import TimeLimitedServer
from browsercors.servers.shared_cache.cache import SharedCache
from browsercors.servers.time_limits import Hangs, within
from browsercors.values.wire import BODY_TIMED_OUT, FailureKind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

    from browsercors.browser.result import FetchResult
    from browsercors.policy.plan import Case
    from browsercors.servers.server import Server

__all__ = ["Runner", "Unresponsive", "has_timed_out"]

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
