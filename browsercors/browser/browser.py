"""
Browsers: what pages share, and the two drivers that carry out what the engine asks for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar

from browsercors.browser.clock import START, Clock
from browsercors.browser.page import AsyncPage, Page
from browsercors.browser.result import FetchResult
from browsercors.engines.chromium import CHROMIUM
from browsercors.engines.firefox import FIREFOX
from browsercors.engines.profile import BrowserProfile
from browsercors.engines.standard import STANDARD
from browsercors.engines.webkit import WEBKIT
from browsercors.fetch.cookies import CookieStore
from browsercors.fetch.fetch_params import Effect, FetchParams, Reply, UserAgent
from browsercors.fetch.main_fetch import fetch
from browsercors.fetch.referrer import REFERRER_POLICIES
from browsercors.servers.mounts import Mounts
from browsercors.values.origins import Origin
from browsercors.values.requests import Environment
from browsercors.values.sites import Sites
from browsercors.values.trustworthiness import is_potentially_trustworthy_url
from browsercors.values.urls import URL, parse_url
from browsercors.values.wire import FailureKind, HTTPResponse, TransportFailure

if TYPE_CHECKING:
    from types import TracebackType

    from browsercors.browser.page import _PageBase
    from browsercors.fetch.preflight_cache import PreflightCache
    from browsercors.servers.server import Server

__all__ = ["PROFILES", "AsyncBrowser", "Browser", "profile_named"]

PROFILES: Final = {profile.name: profile for profile in (CHROMIUM, FIREFOX, WEBKIT, STANDARD)}
REAL_BROWSERS: Final = (CHROMIUM, FIREFOX, WEBKIT)

DEFAULT_REFERRER_POLICY: Final = "strict-origin-when-cross-origin"

Self = TypeVar("Self", bound="_BrowserBase")


def profile_named(browser: str | BrowserProfile) -> BrowserProfile:
    """
    Return the profile of that name, or the profile itself.

    Raises:
        ValueError: There is no browser of that name.
    """
    if isinstance(browser, BrowserProfile):
        return browser
    try:
        return PROFILES[browser]
    except (KeyError, TypeError):
        names = ", ".join(repr(name) for name in PROFILES)
        raise ValueError(f"browser has to be one of {names}, or a BrowserProfile, not {browser!r}") from None


class _BrowserBase:
    """
    What sync and async browsers have in common: everything but waiting.
    """

    def __init__(
        self,
        browser: str | BrowserProfile = "chromium",
        *,
        public_suffix_list: Any = None,
        raise_app_exceptions: bool = False,
        start_time: float = START,
    ) -> None:
        profile = profile_named(browser)
        sites = Sites(public_suffix_list)
        self.clock = Clock(start_time)
        self.user_agent = UserAgent(
            profile, sites, profile.preflight_cache.create(), CookieStore(rules=profile.cookies, sites=sites)
        )
        self._mounts = Mounts()
        self._raise_app_exceptions = raise_app_exceptions
        self._identified_by = (*REAL_BROWSERS, profile) if profile not in REAL_BROWSERS else REAL_BROWSERS

    @property
    def profile(self) -> BrowserProfile:
        """
        The browser's rules.
        """
        return self.user_agent.profile

    @property
    def cookies(self) -> CookieStore:
        """
        The browser's cookies; `set_cookie` puts one in.
        """
        return self.user_agent.cookie_store

    @property
    def preflight_cache(self) -> PreflightCache:
        """
        What the browser remembers of preflights; `clear` forgets it.
        """
        return self.user_agent.preflight_cache

    def mount(
        self,
        origin: str,
        target: Any,
        *,
        interface: Literal["wsgi", "asgi"] | None = None,
        timeout: float = 10.0,
        verify: bool | str = True,
    ) -> Server:
        """
        Let *target* answer for *origin*; what was mounted there before is replaced.

        Args:
            origin: An http(s) origin (`https://api.example.com`), a pattern of origins (`https://*.example.com`,
                `http://localhost:*`), or `*` for all that nothing else is mounted for.
            target: A WSGI or ASGI application (told apart by itself), the URL of a live server
                (`http://127.0.0.1:8000`), or a server such as `ScriptedServer`.
            interface: "wsgi" or "asgi", for an application that cannot be told apart.
            timeout: How many seconds a live server has for an answer.
            verify: Whether a live server's certificate is checked, or the path of a CA bundle.

        Returns:
            The server that answers.

        Raises:
            ValueError: *origin* is no http(s) origin or pattern, or an option is not right.
            TypeError: *target* is none of these, or cannot be told apart.
        """
        return self._mounts.mount(
            origin,
            target,
            interface=interface,
            raise_app_exceptions=self._raise_app_exceptions,
            timeout=timeout,
            verify=verify,
        )

    def _environment(
        self,
        url: str,
        *,
        sandboxed: bool,
        parent: _PageBase | None,
        top_level: str | None,
        referrer_policy: str,
        secure_context: bool | None,
    ) -> Environment:
        page_url = _page_url("url", url)
        if referrer_policy not in REFERRER_POLICIES:
            raise ValueError(
                f"referrer_policy has to be one of {', '.join(sorted(filter(None, REFERRER_POLICIES)))}, "
                f"not {referrer_policy!r}"
            )
        if parent is not None and top_level is not None:
            raise ValueError("give parent= or top_level=, not both")
        origin = Origin() if sandboxed else page_url.origin
        above = None if parent is None else parent.environment
        if top_level is not None:
            above = self._environment(
                top_level,
                sandboxed=False,
                parent=None,
                top_level=None,
                referrer_policy=DEFAULT_REFERRER_POLICY,
                secure_context=None,
            )
        if page_url.scheme == "about" and above is not None and not sandboxed:
            # NB: `about:blank` and `about:srcdoc` frames have their creator's origin.
            origin = above.origin
        inherits_base_url = above is not None and not page_url.is_http
        is_secure = is_potentially_trustworthy_url(page_url) and (above is None or above.is_secure_context)
        top_level_origin = origin if above is None else above.top_level_origin
        sites = self.user_agent.sites
        return Environment(
            url=page_url,
            base_url=above.base_url if above is not None and inherits_base_url else page_url,
            origin=origin,
            top_level_origin=top_level_origin,
            network_partition_key=sites.obtain_a_site(top_level_origin),
            has_cross_site_ancestor=above is not None
            and (above.has_cross_site_ancestor or not sites.same_site(origin, above.origin)),
            is_secure_context=is_secure if secure_context is None else secure_context,
            prohibits_mixed_content=page_url.scheme == "https" or (above is not None and above.prohibits_mixed_content),
            referrer_policy=referrer_policy or DEFAULT_REFERRER_POLICY,
        )

    def _server_for(self, origin: Origin) -> Server | TransportFailure:
        server = self._mounts.find(origin)
        if server is not None:
            return server
        return TransportFailure(
            FailureKind.NOT_MOUNTED,
            f"nothing is mounted for {origin.serialized}; browser.mount({origin.serialized!r}, app) mounts a server",
        )

    def _result(self, params: FetchParams, response: Any) -> FetchResult:
        return FetchResult(params, response, self._identified_by)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.profile.name}>"


def _page_url(argument: str, url: str) -> URL:
    if not isinstance(url, str):
        raise TypeError(f"{argument} has to be a str, not {type(url).__name__}")
    parsed = parse_url(url)
    if parsed is None:
        raise ValueError(f"{argument} has to be an absolute URL, such as 'https://app.example.com/', not {url!r}")
    return parsed


class Browser(_BrowserBase):
    """
    A simulated browser.

    Args:
        browser: "chromium", "firefox", "webkit", "standard", or a `BrowserProfile`.
        public_suffix_list: None for the list of the installed `publicsuffixlist` package, a `PublicSuffixList`, or the
            lines of a list: what a site is, independent of the package's release.
        raise_app_exceptions: Whether an exception of a mounted application is raised here, and not answered with 500.
        start_time: Where the clock starts, in seconds since 1 January 1970, UTC.

    Attributes:
        clock: Simulated time: `browser.clock.advance(601)`.
    """

    def open(
        self,
        url: str,
        *,
        sandboxed: bool = False,
        parent: Page | None = None,
        top_level: str | None = None,
        referrer_policy: str = DEFAULT_REFERRER_POLICY,
        secure_context: bool | None = None,
    ) -> Page:
        """
        Make a page. Nothing is fetched: what the page's own headers would say is given here.

        Args:
            url: The page's URL; a `data:` page has an opaque origin.
            sandboxed: Whether it is sandboxed without `allow-same-origin`: its origin is opaque.
            parent: The page whose frame it is.
            top_level: In place of *parent*: the URL of the top-level page whose frame it is.
            referrer_policy: As a `Referrer-Policy` header says it.
            secure_context: Whether it is a secure context; found out by URL and pages above if not given.

        Raises:
            ValueError: The URL cannot be parsed, or the referrer policy is none.
        """
        return Page(
            self._environment(
                url,
                sandboxed=sandboxed,
                parent=parent,
                top_level=top_level,
                referrer_policy=referrer_policy,
                secure_context=secure_context,
            ),
            self,
        )

    def close(self) -> None:
        """
        Shut down mounted applications and connections. A browser can be used as a context manager instead.
        """
        self._mounts.close()

    def __enter__(self: Self) -> Self:
        return self

    def __exit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def _run(self, params: FetchParams) -> FetchResult:
        """
        Drive a fetch: carry out each effect, and send the reply.
        """
        fetching = fetch(params)
        try:
            effect: Effect = fetching.send(None)  # type: ignore[arg-type]  # a generator starts with None
            while True:
                http_request = effect.http_request
                server = self._server_for(http_request.url.origin)
                answer = server if isinstance(server, TransportFailure) else server.send(http_request)
                self.clock.now += answer.elapsed
                effect = fetching.send(Reply(answer, self.clock.now))
        except StopIteration as stop:
            return self._result(params, stop.value)


class AsyncBrowser(_BrowserBase):
    """
    A simulated browser whose fetches are awaited; otherwise as `Browser`.

    ASGI applications run in the running loop, WSGI applications in a worker thread. Of fetches that run at the same
    time each waits for its turn at every exchange, in the order of the calls, so that results do not depend on timing.
    """

    def __init__(self, browser: str | BrowserProfile = "chromium", **options: Any) -> None:
        import asyncio

        super().__init__(browser, **options)
        self._turn = asyncio.Lock()

    def open(
        self,
        url: str,
        *,
        sandboxed: bool = False,
        parent: AsyncPage | None = None,
        top_level: str | None = None,
        referrer_policy: str = DEFAULT_REFERRER_POLICY,
        secure_context: bool | None = None,
    ) -> AsyncPage:
        """
        Do what `Browser.open` does; nothing is awaited, since nothing is fetched.
        """
        return AsyncPage(
            self._environment(
                url,
                sandboxed=sandboxed,
                parent=parent,
                top_level=top_level,
                referrer_policy=referrer_policy,
                secure_context=secure_context,
            ),
            self,
        )

    async def aclose(self) -> None:
        """
        Shut down mounted applications and connections. A browser can be used as a context manager instead.
        """
        await self._mounts.aclose()

    async def __aenter__(self: Self) -> Self:
        return self

    async def __aexit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()

    async def _run(self, params: FetchParams) -> FetchResult:
        """
        Drive a fetch: carry out each effect in its turn, and send the reply.
        """
        fetching = fetch(params)
        reply: Any = None
        while True:
            try:
                effect: Effect = fetching.send(reply)
            except StopIteration as stop:
                return self._result(params, stop.value)
            http_request = effect.http_request
            server = self._server_for(http_request.url.origin)
            answer: HTTPResponse | TransportFailure
            if isinstance(server, TransportFailure):
                answer = server
            else:
                async with self._turn:
                    answer = await server.send_async(http_request)
            self.clock.now += answer.elapsed
            reply = Reply(answer, self.clock.now)
