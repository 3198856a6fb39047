"""
Tests of `unittest`, and of Django, that run in several browsers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from browsercors.engines.registry import DEFAULT_BROWSER, profile_named
from browsercors.testing.explaining import EXPLANATION, asked_browsers
from browsercors.testing.recording import RecordedBrowser, Recorder
from browsercors.testing.section import compose_section

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from browsercors.values.literals import BrowserName

__all__ = ["CORSTestMixin"]


class CORSTestMixin:
    """
    Runs each test of a TestCase once in each browser, as a subtest: `class TestShop(CORSTestMixin, unittest.TestCase)`.

    `self.cors_browser` is a fresh browser for each of them, also in Django's `TestCase` and its parallel runner. A test
    that fails shows what it fetched. `setUp` runs once, before the first browser.

    Attributes:
        cors_browsers: The names of the browsers; None for those that pytest was told (`--cors-browsers`), or Chromium.
        cors_mount: What answers for which origin, as for `Browser.mount`; functions of a class body are methods, so
            override `make_cors_mount` for what has to be made anew for each test.
        cors_browser: The browser, while a test runs.
    """

    cors_browsers: ClassVar[Sequence[BrowserName] | None] = None
    cors_mount: ClassVar[Mapping[str, Any]] = {}

    cors_browser: RecordedBrowser

    def make_cors_mount(self) -> Mapping[str, Any]:
        """
        Return what answers for which origin; `cors_mount`, unless it is overridden.
        """
        return self.cors_mount

    def _callTestMethod(self, method: Callable[[], object]) -> None:  # noqa: N802 - as unittest has it
        names = self.cors_browsers or asked_browsers() or (DEFAULT_BROWSER,)
        if isinstance(names, str):
            raise TypeError(f"cors_browsers has to be a list of names, such as [{names!r}], not {names!r}")
        for name in names:
            profile_named(name)
        call: Any = getattr(super(), "_callTestMethod")  # noqa: B009 - of the test case that comes after this mixin
        for name in names:
            with self.subTest(browser=name):  # type: ignore[attr-defined]  # as above
                self._call_in(name, lambda: call(method))

    def _call_in(self, name: str, call: Callable[[], object]) -> None:
        recorder = Recorder()
        with RecordedBrowser(recorder, profile_named(name)) as browser:
            self.cors_browser = browser
            for origin, target in self.make_cors_mount().items():
                browser.mount(origin, target)
            try:
                call()
            except Exception as error:
                if recorder.count and EXPLANATION.get() != "off":
                    error.add_note(f"\n{compose_section(recorder, error)}")
                raise
            finally:
                del self.cors_browser
