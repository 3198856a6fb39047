"""
What pages do, as values: a fetch, and steps over time that end up in a list of results.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias

import attrs

from browsercors.policy.as_python import WrittenAsPython
from browsercors.policy.origins.patterns import serialized_origin
from browsercors.values.arguments import ArgumentTypeError, checked_number_of_seconds

if TYPE_CHECKING:
    from browsercors.browser.browser import Browser
    from browsercors.browser.page import Page
    from browsercors.browser.result import FetchResult
    from browsercors.policy.policy import Policy
    from browsercors.values.literals import (
        ReferrerPolicy,
        RequestCache,
        RequestCredentials,
        RequestMode,
        RequestRedirect,
    )

__all__ = ["Advance", "ChangePolicy", "Clear", "Fetch", "HasPolicy", "Memory", "Session", "Step", "Visit"]

SANDBOX: Final = "https://sandbox.example/"
INSECURE_SANDBOX: Final = "http://sandbox.example/"


@attrs.frozen(repr=False)
class Fetch(WrittenAsPython):
    """
    The arguments of a `page.fetch`.

    Attributes:
        url: Absolute, or relative to the page.
        method: As given to `fetch()`.
        headers: (name, value) pairs, in order.
        body: None for no body.
        credentials: The credentials mode.
        mode: The request mode.
        redirect: The redirect mode.
        cache: The cache mode.
        referrer: A URL of the page's origin, or the empty string for none.
        referrer_policy: The referrer policy; the empty string for the page's own.
    """

    url: str
    method: str = attrs.field(default="GET", kw_only=True)
    headers: tuple[tuple[str, str], ...] = attrs.field(default=(), kw_only=True)
    body: str | bytes | None = attrs.field(default=None, kw_only=True)
    credentials: RequestCredentials = attrs.field(default="same-origin", kw_only=True)
    mode: RequestMode = attrs.field(default="cors", kw_only=True)
    redirect: RequestRedirect = attrs.field(default="follow", kw_only=True)
    cache: RequestCache = attrs.field(default="default", kw_only=True)
    referrer: str = attrs.field(default="about:client", kw_only=True)
    referrer_policy: ReferrerPolicy = attrs.field(default="", kw_only=True)

    def run(self, page: Page) -> FetchResult:
        """
        Let *page* make it.

        Raises:
            FetchTypeError: What `fetch()` would throw for these arguments; nothing is sent.
        """
        if not callable(getattr(page, "fetch", None)):
            raise ArgumentTypeError(f"page has to be a page, which browser.open(url) makes, not {page!r:.80}")
        return page.fetch(
            self.url,
            method=self.method,
            headers=self.headers,
            body=self.body,
            credentials=self.credentials,
            mode=self.mode,
            redirect=self.redirect,
            cache=self.cache,
            referrer=self.referrer,
            referrer_policy=self.referrer_policy,
        )


@attrs.frozen(repr=False)
class Visit(WrittenAsPython):
    """
    Open a page of an origin; the fetches that follow are its own.

    Attributes:
        origin: As the `Origin` header has it; "null" opens a sandboxed page.
        is_secure: Whether that sandboxed page comes over https. Browsers keep https pages from asking an http server.
    """

    origin: str = attrs.field()
    is_secure: bool = attrs.field(default=True, kw_only=True)

    @origin.validator
    def _is_an_origin(self, _: object, origin: str) -> None:
        serialized_origin(origin)

    def open(self, browser: Browser) -> Page:
        """
        Return a new page of that origin in *browser*.
        """
        _check_opens_pages(browser)
        return browser.open(self.url, sandboxed=self.origin == "null")

    @property
    def url(self) -> str:
        """
        The URL of the page.
        """
        if self.origin == "null":
            return SANDBOX if self.is_secure else INSECURE_SANDBOX
        return f"{self.origin}/"


@attrs.frozen(repr=False)
class Advance(WrittenAsPython):
    """
    Let time pass.

    Attributes:
        seconds: How much.
    """

    seconds: float = attrs.field()

    @seconds.validator
    def _is_a_time(self, _: object, seconds: float) -> None:
        checked_number_of_seconds("seconds", seconds)


class Memory(enum.Enum):
    """
    Something that a browser remembers and that can be cleared, by its name at the browser.
    """

    PREFLIGHTS = "preflight_cache"
    RESPONSES = "http_cache"
    COOKIES = "cookies"

    def clear(self, browser: Browser) -> None:
        """
        Let *browser* forget it.
        """
        getattr(browser, self.value).clear()

    def __repr__(self) -> str:
        return f"{type(self).__name__}.{self.name}"


@attrs.frozen(repr=False)
class Clear(WrittenAsPython):
    """
    Let the browser forget.

    Attributes:
        memory: What.
    """

    memory: Memory


@attrs.frozen(repr=False)
class ChangePolicy(WrittenAsPython):
    """
    Let the server follow another policy from now on.

    Attributes:
        policy: Which.
    """

    policy: Policy


class HasPolicy(Protocol):
    """
    A server whose policy can be changed, as that of `ReferenceServer` can.
    """

    policy: Policy


Step: TypeAlias = Visit | Fetch | Advance | Clear | ChangePolicy


def _check_opens_pages(browser: object) -> None:
    """
    Check the argument *browser*: by its method, since servers of tests play browsers too.

    Raises:
        ArgumentTypeError: It opens no pages.
    """
    if not callable(getattr(browser, "open", None)):
        raise ArgumentTypeError(f"browser has to be a Browser, not {browser!r:.80}")


def _listed(steps: Iterable[Step]) -> tuple[Step, ...]:
    if not isinstance(steps, Iterable):
        raise ArgumentTypeError(f"steps has to be a list that begins with a Visit, not {steps!r:.80}")
    return tuple(steps)


@attrs.frozen(repr=False)
class Session(WrittenAsPython):
    """
    Steps that happen in one browser, one after the other.

    Args:
        steps: The first is a `Visit`.

    Raises:
        ValueError: It is not.
    """

    steps: tuple[Step, ...] = attrs.field(converter=_listed)

    @steps.validator
    def _begin_with_a_page(self, _: object, steps: tuple[Step, ...]) -> None:
        if not steps or not isinstance(steps[0], Visit):
            raise ValueError(
                f"steps has to begin with a Visit, such as Visit('https://app.example.com'), not {steps!r}"
            )

    def run(self, browser: Browser, *, server: HasPolicy | None = None) -> tuple[FetchResult, ...]:
        """
        Take the steps.

        Args:
            browser: With everything mounted that answers.
            server: Whose policy is changed.

        Returns:
            The result of each `Fetch`, in order.

        Raises:
            ValueError: There is a `ChangePolicy`, and no server for it.
        """
        results = []
        _check_opens_pages(browser)
        if server is None and any(isinstance(step, ChangePolicy) for step in self.steps):
            raise ValueError("server has to be given, as there are steps that change its policy")
        for step in self.steps:
            match step:
                case Visit():
                    page = step.open(browser)
                case Fetch():
                    results.append(step.run(page))
                case Advance():
                    browser.clock.advance(step.seconds)
                case Clear():
                    step.memory.clear(browser)
                case ChangePolicy():
                    assert server is not None, "looked at above"
                    server.policy = step.policy
        return tuple(results)
