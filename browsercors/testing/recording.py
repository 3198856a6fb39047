"""
Browsers whose results are kept while the test runs, so that a failed test can show its fetches.
"""

from __future__ import annotations

import weakref
from collections import deque
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Unpack

from browsercors.browser.browser import AsyncBrowser, Browser, BrowserOptions
from browsercors.browser.clock import START

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Mapping
    from types import TracebackType

    from publicsuffixlist import PublicSuffixList

    from browsercors.browser.result import FetchResult
    from browsercors.initiators.page_call import PageFetchParams
    from browsercors.rules.profile import BrowserProfile
    from browsercors.values.literals import BrowserName, OnChallenge

__all__ = ["BrowserFactory", "NumberedResult", "RecordedAsyncBrowser", "RecordedBrowser", "Recorder"]

KEPT_UNREADABLE: Final = 3
KEPT_READABLE: Final = 2
"""How many results of each sort are kept: a test usually fails because of one of its last ones."""


class NumberedResult(NamedTuple):
    """
    A result of a test.

    Attributes:
        number: Its place among the results of the test, counted from 1.
        result: The result.
    """

    number: int
    result: FetchResult


class Recorder:
    """
    The last results of a test.

    Attributes:
        count: How many results there were, kept or not.
    """

    def __init__(self) -> None:
        self.count: int = 0
        self._unreadable: deque[NumberedResult] = deque(maxlen=KEPT_UNREADABLE)
        self._readable: deque[NumberedResult] = deque(maxlen=KEPT_READABLE)

    def add(self, result: FetchResult) -> None:
        """
        Keep *result*.
        """
        self.count += 1
        (self._readable if result.readable else self._unreadable).append(NumberedResult(self.count, result))

    def clear(self) -> None:
        """
        Forget the results: another test begins.
        """
        self.count = 0
        self._unreadable.clear()
        self._readable.clear()

    def kept(self) -> list[NumberedResult]:
        """
        Return what was kept, unreadable results first, and of each sort the latest first.
        """
        return [*reversed(self._unreadable), *reversed(self._readable)]


class RecordedBrowser(Browser):
    """
    A browser that gives its results to a `Recorder`, and is closed when nothing refers to it any more.
    """

    def __init__(
        self, recorder: Recorder, browser: BrowserName | BrowserProfile, **options: Unpack[BrowserOptions]
    ) -> None:
        super().__init__(browser, **options)
        self._recorder = recorder
        # NB: a test under `@given` makes hundreds of browsers, and closes none.
        weakref.finalize(self, self._mounts.close).atexit = False

    def _warn_unclosed(self) -> None:
        """
        Do nothing: the plugin closes it.
        """

    def __repr__(self) -> str:
        return f"<Browser {self.profile.name} {self.profile.version}>"

    def _result(self, params: PageFetchParams, response: Any) -> FetchResult:
        result = super()._result(params, response)
        self._recorder.add(result)
        return result


class RecordedAsyncBrowser(AsyncBrowser):
    """
    An async browser that gives its results to a `Recorder`.
    """

    def __init__(
        self, recorder: Recorder, browser: BrowserName | BrowserProfile, **options: Unpack[BrowserOptions]
    ) -> None:
        super().__init__(browser, **options)
        self._recorder = recorder

    def _warn_unclosed(self) -> None:
        """
        Do nothing: the plugin closes it.
        """

    def __repr__(self) -> str:
        return f"<AsyncBrowser {self.profile.name} {self.profile.version}>"

    def _result(self, params: PageFetchParams, response: Any) -> FetchResult:
        result = super()._result(params, response)
        self._recorder.add(result)
        return result

    def release(self) -> None:
        """
        Close what can be closed outside the event loop; nothing is left to close after `aclose`.
        """
        self._mounts.close()


class BrowserFactory:
    """
    Makes browsers for tests, and at the end closes those that still exist.

    Args:
        recorder: Gets the results.
        browser_name: The browser that is made if none is named.
        mount_configured: Mounts in a browser what `cors_mount` says, except for some origins.

    Attributes:
        browser_name: The browser that is made if none is named.
    """

    def __init__(
        self, recorder: Recorder, browser_name: BrowserName, mount_configured: Callable[[Browser, Container[str]], None]
    ) -> None:
        self.browser_name: BrowserName = browser_name
        self._recorder = recorder
        self._mount_configured = mount_configured
        self._made: weakref.WeakSet[Browser] = weakref.WeakSet()

    def __call__(
        self,
        browser: BrowserName | BrowserProfile | None = None,
        *,
        mount: Mapping[str, Any] | None = None,
        cors_mount: bool = True,
        public_suffix_list: PublicSuffixList | Iterable[str] | None = None,
        raise_app_exceptions: bool = False,
        start_time: float = START,
        hsts_preload: Mapping[str, bool] | str | None = None,
        on_challenge: OnChallenge = "cancel",
    ) -> Browser:
        """
        Make a browser.

        Args:
            browser: As for `Browser`; by default the one that the test runs in.
            mount: What answers for which origin, as for `Browser.mount`.
            cors_mount: Whether what `cors_mount` says, in the configuration and by markers, answers for the other
                origins.
            public_suffix_list: As for `Browser`.
            raise_app_exceptions: As for `Browser`.
            start_time: As for `Browser`.
            hsts_preload: As for `Browser`.
            on_challenge: As for `Browser`.

        Raises:
            ValueError: An argument or an origin is wrong.
            TypeError: Something to be mounted is not an application, a URL or a server.
        """
        made = RecordedBrowser(
            self._recorder,
            self.browser_name if browser is None else browser,
            public_suffix_list=public_suffix_list,
            raise_app_exceptions=raise_app_exceptions,
            start_time=start_time,
            hsts_preload=hsts_preload,
            on_challenge=on_challenge,
        )
        self._made.add(made)
        if cors_mount:
            self._mount_configured(made, mount or {})
        for origin, target in (mount or {}).items():
            made.mount(origin, target)
        return made

    def __repr__(self) -> str:
        return f"<BrowserFactory {self.browser_name}>"

    def __enter__(self) -> BrowserFactory:
        return self

    def __exit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """
        Close every browser that still exists; then raise the first error, if there was one.
        """
        errors: list[Exception] = []
        for browser in list(self._made):
            try:
                browser.close()
            except Exception as error:  # noqa: BLE001 - the others have to be closed too
                errors.append(error)
        if errors:
            raise errors[0]
