"""
Browsers: what pages share, and the two drivers that carry out what the engine asks for.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, Generic, Self, TypedDict, TypeVar

from browsercors.browser.clock import START, Clock
from browsercors.browser.environment import DEFAULT_REFERRER_POLICY, create_environment
from browsercors.browser.page import AsyncPage, Page, PageBase
from browsercors.browser.result import FetchResult
from browsercors.engines.registry import DEFAULT_BROWSER, profile_named, real_browsers
from browsercors.fetch.effects import Effect, Reply
from browsercors.fetch.main_fetch import fetch
from browsercors.fetch.params import FetchParams, UserAgent, create_user_agent
from browsercors.servers.mounts import Mounts
from browsercors.values.sites import Sites
from browsercors.values.wire import FailureKind, HTTPResponse, TransportFailure

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import TracebackType

    from publicsuffixlist import PublicSuffixList

    from browsercors.cookies.cookie import Cookie
    from browsercors.cookies.store import CookieStore
    from browsercors.http_cache.browser_store import BrowserCache
    from browsercors.rules.preflight import PreflightCache
    from browsercors.rules.profile import BrowserProfile
    from browsercors.servers.server import Server
    from browsercors.values.literals import BrowserName, Forwarded, Interface, ReferrerPolicy, SameSite
    from browsercors.values.origins import Origin

__all__ = ["AsyncBrowser", "Browser", "BrowserOptions"]

PageT = TypeVar("PageT", bound=PageBase[Any])


class BrowserOptions(TypedDict, total=False):
    """
    What a browser can be told beside its name, for those who pass it on.
    """

    public_suffix_list: PublicSuffixList | Iterable[str] | None
    raise_app_exceptions: bool
    start_time: float


class _BrowserBase(ABC, Generic[PageT]):
    """
    What sync and async browsers have in common: everything but waiting.
    """

    _page_type: type[PageT]

    def __init__(
        self,
        browser: BrowserName | BrowserProfile = DEFAULT_BROWSER,
        *,
        public_suffix_list: PublicSuffixList | Iterable[str] | None = None,
        raise_app_exceptions: bool = False,
        start_time: float = START,
    ) -> None:
        profile = profile_named(browser)
        self.clock: Clock = Clock(start_time)
        self.user_agent: UserAgent = create_user_agent(profile, Sites(public_suffix_list))
        self._mounts = Mounts()
        self._raise_app_exceptions = raise_app_exceptions
        known = real_browsers()
        self._identified_by = known if profile in known else (*known, profile)

    @property
    def profile(self) -> BrowserProfile:
        """
        The browser's rules.
        """
        return self.user_agent.profile

    def open(
        self,
        url: str,
        *,
        sandboxed: bool = False,
        parent: PageT | None = None,
        top_level: str | None = None,
        referrer_policy: ReferrerPolicy = DEFAULT_REFERRER_POLICY,
        secure_context: bool | None = None,
    ) -> PageT:
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
        environment = create_environment(
            url,
            self.user_agent.sites,
            sandboxed=sandboxed,
            parent=None if parent is None else parent.environment,
            top_level=top_level,
            referrer_policy=referrer_policy,
            secure_context=secure_context,
        )
        return self._page_type(environment, self.user_agent, self.clock, self._run)

    @abstractmethod
    def _run(self, params: FetchParams) -> Any:
        """
        Drive a fetch: carry out each effect, and send the reply.
        """

    @property
    def cookies(self) -> CookieStore:
        """
        The browser's cookies: iterate over them, or `clear` them.
        """
        return self.user_agent.cookie_store

    def set_cookie(
        self,
        name: str,
        value: str,
        *,
        domain: str,
        path: str = "/",
        secure: bool = False,
        http_only: bool = False,
        same_site: SameSite | None = None,
        expires: float | None = None,
        max_age: float | None = None,
    ) -> Cookie:
        """
        Put a cookie into the browser, as if a visit to *domain* had set it.

        Args:
            name: The name.
            value: The value.
            domain: `api.example.com` for this host only, `.example.com` for its subdomains as well.
            path: Which paths get it.
            secure: Whether only https gets it.
            http_only: Whether scripts do not see it.
            same_site: "strict", "lax" or "none"; None for a cookie without the attribute.
            expires: When it expires, in seconds since 1 January 1970, UTC, on the browser's clock.
            max_age: In place of *expires*: in how many seconds it expires.

        Raises:
            ValueError: No browser would keep such a cookie.
        """
        return self.cookies.set_cookie(
            name,
            value,
            domain=domain,
            now=self.clock.now,
            path=path,
            secure=secure,
            http_only=http_only,
            same_site=same_site,
            expires=expires,
            max_age=max_age,
        )

    @property
    def preflight_cache(self) -> PreflightCache:
        """
        What the browser remembers of preflights; `clear` forgets it.
        """
        return self.user_agent.preflight_cache

    @property
    def http_cache(self) -> BrowserCache:
        """
        The browser's own HTTP cache: iterate over what is stored, or `clear` it.
        """
        return self.user_agent.http_cache

    def mount(
        self,
        origin: str,
        target: Any,
        *,
        interface: Interface | None = None,
        timeout: float | None = 10.0,
        verify: bool | str = True,
        forwarded: Forwarded = True,
    ) -> Server:
        """
        Let *target* answer for *origin*; what was mounted there before is replaced.

        Args:
            origin: An http(s) origin (`https://api.example.com`), a pattern of origins (`https://*.example.com`,
                `http://localhost:*`), or `*` for all that nothing else is mounted for.
            target: A WSGI or ASGI application (told apart by itself), the URL of a live server
                (`http://127.0.0.1:8000`) or an object that has one as its `url`, or a server: `ScriptedServer`,
                `SharedCache`.
            interface: "wsgi" or "asgi", for an application that cannot be told apart.
            timeout: How many seconds a server or an application has for an answer, and an application for its start-up
                and its shutdown; None for any time, which leaves it to you to look around in a debugger.
            verify: Whether a live server's certificate is checked, or the path of a CA bundle.
            forwarded: Whether a live server whose URL is http is told that it answers for an https origin, as a proxy
                that ends TLS tells it: True for `X-Forwarded-Proto`, `X-Forwarded-Host` and `X-Forwarded-For`,
                "rfc7239" for `Forwarded`. These lines are the mount's: `exchanges`, reports and HAR leave them out.

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
            forwarded=forwarded,
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


class Browser(_BrowserBase[Page]):
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

    _page_type = Page

    def close(self) -> None:
        """
        Shut down mounted applications and connections. A browser can be used as a context manager instead.
        """
        self._mounts.close()

    def __enter__(self) -> Self:
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
        reply: Any = None
        while True:
            # NB: nothing else in here, since what a server raises may be a StopIteration of its own.
            try:
                effect: Effect = fetching.send(reply)
            except StopIteration as stop:
                return self._result(params, stop.value)
            http_request = effect.http_request
            server = self._server_for(http_request.url.origin)
            answer = server if isinstance(server, TransportFailure) else server.send(http_request)
            # NB: time that others let pass meanwhile is none that this takes as well.
            now = http_request.time + answer.elapsed
            if now > self.clock.now:
                self.clock.now = now
            reply = Reply(answer, self.clock.now)


class AsyncBrowser(_BrowserBase[AsyncPage]):
    """
    A simulated browser whose fetches are awaited; otherwise as `Browser`.

    ASGI applications run in the running loop, WSGI applications in a worker thread. Of fetches that run at the same
    time each begins in the order of the calls, waits for nothing but its own answers, and gets them in the order of
    simulated time, so that results do not depend on timing where servers do not.
    """

    _page_type = AsyncPage

    def __init__(
        self,
        browser: BrowserName | BrowserProfile = DEFAULT_BROWSER,
        *,
        public_suffix_list: PublicSuffixList | Iterable[str] | None = None,
        raise_app_exceptions: bool = False,
        start_time: float = START,
    ) -> None:
        import asyncio

        from browsercors.browser.arrivals import Arrivals

        super().__init__(
            browser,
            public_suffix_list=public_suffix_list,
            raise_app_exceptions=raise_app_exceptions,
            start_time=start_time,
        )
        self._arrivals = Arrivals(self.clock)
        self._pause, self._running_loop = asyncio.sleep, asyncio.get_running_loop

    async def aclose(self) -> None:
        """
        Shut down mounted applications and connections. A browser can be used as a context manager instead.
        """
        await self._mounts.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()

    async def _run(self, params: FetchParams) -> FetchResult:
        """
        Drive a fetch: carry out each effect, and send the reply once it is its time.
        """
        fetching = fetch(params)
        self._arrivals = arrivals = self._arrivals.in_loop(self._running_loop())
        clock = self.clock
        weight = arrivals.enter()
        reply: Any = None
        try:
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
                    # NB: fetches that are started together are under way together: none is over before the next begins.
                    await self._pause(0)
                    arrivals.rest(weight)
                    try:
                        answer = await server.send_async(http_request)
                    finally:
                        arrivals.moving += weight
                now = http_request.time + answer.elapsed
                if now > clock.now:
                    await arrivals.until(now, weight)
                reply = Reply(answer, clock.now)
        finally:
            arrivals.rest(weight)
