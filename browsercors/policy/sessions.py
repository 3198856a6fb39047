"""
What pages do, as values: a fetch, a load, and steps over time that end up in a list of results.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeAlias, cast

import attrs

from browsercors.browser.load_arguments import check_load
from browsercors.browser.result import FetchResult
from browsercors.engines.standard.initiators import STANDARD_INITIATORS
from browsercors.fetch.safelists import content_type_rule
from browsercors.initiators.bodies.extract import extract_body
from browsercors.policy.as_python import WrittenAsPython
from browsercors.policy.origins.patterns import serialized_origin
from browsercors.values.arguments import ArgumentTypeError, checked_number_of_seconds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from browsercors.browser.browser import Browser
    from browsercors.browser.loads import LoadResult
    from browsercors.browser.page import Page
    from browsercors.initiators.bodies.extract import BodyInit
    from browsercors.policy.policy import Policy
    from browsercors.values.element_literals import ImageProperty, ImportType, MediaElement, ScriptType
    from browsercors.values.literals import (
        LoadName,
        ReferrerPolicy,
        RequestCache,
        RequestCredentials,
        RequestMode,
        RequestRedirect,
    )

__all__ = [
    "Advance",
    "Asked",
    "ChangePolicy",
    "Clear",
    "Fetch",
    "HasPolicy",
    "Load",
    "Memory",
    "Session",
    "Step",
    "StepResult",
    "Visit",
    "asked_by",
    "asked_by_pages",
]

SANDBOX: Final = "https://sandbox.example/"
INSECURE_SANDBOX: Final = "http://sandbox.example/"

ALWAYS_CORS: Final = frozenset({"font", "import_module", "manifest", "modulepreload", "event_source"})
HANDED_ON: Final = frozenset({"beacon", "ping"})
OWN_ORIGIN: Final = frozenset({"shared_worker", "track", "worker"})
"""What has to be of the page's own origin, without CORS."""
"""The loads that use CORS whatever their attributes say."""


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
class Load(WrittenAsPython):
    """
    Something that a page loads otherwise than by a script: an image, a script, a style sheet and so on.

    Args:
        initiator: What loads it, by the method of a page: "image", "script", "import_module", "stylesheet", "font",
            "media", "track", "preload", "modulepreload", "prefetch", "manifest", "event_source", "beacon", "ping",
            "websocket", "worker" or "shared_worker".
        url: Absolute, or relative to the page.
        crossorigin: The attribute; None for none, as for all that follow. Each is what the method has under that name.
        type: For a script, an import or a worker.
        as_: For a preload.
        css_property: For an image of a style sheet.
        element: For media.
        srcset: For an image.
        integrity: For scripts, style sheets and preloads.
        nonce: For scripts, style sheets and preloads.
        referrer_policy: For whatever has the attribute.
        with_credentials: For an event source, which is closed after its first event.
        data: For a beacon.
        to: For a ping.

    Raises:
        ValueError: There is no such initiator.
        TypeError: It takes no such attribute, or needs one.
    """

    initiator: LoadName
    url: str
    crossorigin: str | None = attrs.field(default=None, kw_only=True)
    type: ScriptType | ImportType | None = attrs.field(default=None, kw_only=True)
    as_: str | None = attrs.field(default=None, kw_only=True, alias="as_")
    css_property: ImageProperty | None = attrs.field(default=None, kw_only=True)
    element: MediaElement | None = attrs.field(default=None, kw_only=True)
    srcset: str | None = attrs.field(default=None, kw_only=True)
    integrity: str | None = attrs.field(default=None, kw_only=True)
    nonce: str | None = attrs.field(default=None, kw_only=True)
    referrer_policy: ReferrerPolicy | None = attrs.field(default=None, kw_only=True)
    with_credentials: bool | None = attrs.field(default=None, kw_only=True)
    data: BodyInit | None = attrs.field(default=None, kw_only=True)
    to: str | None = attrs.field(default=None, kw_only=True)

    def __attrs_post_init__(self) -> None:
        check_load(self.initiator, self.attributes)

    @property
    def attributes(self) -> dict[str, Any]:
        """
        The attributes that it has, by the names that the method of the page has for them.
        """
        names = (field.name for field in attrs.fields(Load)[2:])
        return {name: value for name in names if (value := getattr(self, name)) is not None}

    @property
    def method(self) -> str:
        """
        The method of its request.
        """
        return "POST" if self.initiator in HANDED_ON else "GET"

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """
        The headers that the page sets: none.
        """
        return ()

    @property
    def mode(self) -> RequestMode:
        """
        The request mode, as the standard has it.
        """
        # NB: a mode of its own, which `fetch()` does not take.
        if self.initiator == "websocket":
            return cast("RequestMode", "websocket")
        if self.data is not None:
            _, type_ = extract_body(self.data, "")
            return "no-cors" if type_ is None or content_type_rule(type_) is None else "cors"
        if self.css_property is not None:
            return cast("RequestMode", STANDARD_INITIATORS.css_images[self.css_property].mode.value)
        is_cors = (
            self.crossorigin is not None
            or self.initiator in ALWAYS_CORS
            or (self.initiator, self.type) == ("script", "module")
        )
        return "cors" if is_cors else "same-origin" if self.initiator in OWN_ORIGIN else "no-cors"

    @property
    def credentials(self) -> RequestCredentials:
        """
        The credentials mode, as the standard has it.
        """
        if self.with_credentials or self.initiator in HANDED_ON or self.initiator == "websocket":
            return "include"
        if self.crossorigin is not None and self.crossorigin.lower() == "use-credentials":
            return "include"
        return "include" if self.mode == "no-cors" else "same-origin"

    @property
    def told(self) -> str:
        """
        What is loaded and how, in words.
        """
        with_attributes = ", ".join(f'{name.rstrip("_")}="{value}"' for name, value in self.attributes.items())
        return f"{self.initiator.replace('_', ' ')} {self.url}{f' with {with_attributes}' if with_attributes else ''}"

    def run(self, page: Page) -> LoadResult:
        """
        Let *page* load it.

        Raises:
            FetchTypeError: The URL is no str.
            TypeError: An attribute has the wrong type.
            ValueError: An attribute has a value that it cannot have.
        """
        if self.initiator == "event_source":
            with page.event_source(self.url, with_credentials=bool(self.with_credentials)) as source:
                source.next()
                return source.connections[-1]
        result: LoadResult = getattr(page, self.initiator)(self.url, **self.attributes)
        if self.initiator == "websocket":
            # NB: whether it opens is all that is asked.
            result.close()  # type: ignore[attr-defined]
        return result


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


Asked: TypeAlias = Fetch | Load
"""What a page asks for."""

StepResult: TypeAlias = "FetchResult | LoadResult"
"""What that comes to."""

Step: TypeAlias = Visit | Fetch | Load | Advance | Clear | ChangePolicy


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
            The result of each `Fetch`, in order; `results` has those of loads as well.

        Raises:
            ValueError: There is a `ChangePolicy`, and no server for it.
        """
        return tuple(result for result in self.results(browser, server=server) if isinstance(result, FetchResult))

    def results(self, browser: Browser, *, server: HasPolicy | None = None) -> tuple[StepResult, ...]:
        """
        Take the steps; the arguments are those of `run`.

        Returns:
            The result of each `Fetch` and each `Load`, in order.

        Raises:
            ValueError: As `run`.
        """
        results: list[StepResult] = []
        _check_opens_pages(browser)
        if server is None and any(isinstance(step, ChangePolicy) for step in self.steps):
            raise ValueError("server has to be given, as there are steps that change its policy")
        for step in self.steps:
            match step:
                case Visit():
                    page = step.open(browser)
                case Fetch() | Load():
                    results.append(step.run(page))
                case Advance():
                    browser.clock.advance(step.seconds)
                case Clear():
                    step.memory.clear(browser)
                case ChangePolicy():
                    assert server is not None, "looked at above"
                    server.policy = step.policy
        return tuple(results)


def asked_by(session: Session) -> tuple[Asked, ...]:
    """
    Return what the pages of *session* ask for, in order.
    """
    return tuple(asked for _, asked in asked_by_pages(session))


def asked_by_pages(session: Session) -> Iterator[tuple[str, Asked]]:
    """
    Yield what the pages of *session* ask for, in order, each with the origin of its page.
    """
    origin = ""
    for step in session.steps:
        if isinstance(step, Visit):
            origin = step.origin
        elif isinstance(step, (Fetch, Load)):
            yield origin, step
