"""
Browsers: what pages share, and how the requests of their fetches reach servers.
"""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, Generic, NoReturn, Self, TypedDict, TypeVar

from browsercors.browser.clock import START, Clock
from browsercors.browser.environment import DEFAULT_REFERRER_POLICY, create_environment, header_list_of
from browsercors.browser.page import AsyncPage, Page, PageBase
from browsercors.browser.result import FetchResult
from browsercors.engines.registry import DEFAULT_BROWSER, profile_named, real_browsers
from browsercors.fetch.effects import CallServiceWorker, OpenSocket, Reply, drive, drive_async
from browsercors.fetch.main_fetch import fetch
from browsercors.fetch.params import UserAgent, create_user_agent
from browsercors.servers.mounts import Mounts
from browsercors.values.address_spaces import address_space_named
from browsercors.values.arguments import ArgumentTypeError, ArgumentValueError, NamedOtherwise
from browsercors.values.sites import Sites
from browsercors.values.wire import FailureKind, HTTPResponse, TransportFailure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from types import TracebackType

    from publicsuffixlist import PublicSuffixList

    from browsercors.browser.channels.listening import Send, SendAsync
    from browsercors.browser.loads_page import LoadedAs, OpenedAs
    from browsercors.cookies.cookie import Cookie
    from browsercors.cookies.store import CookieStore
    from browsercors.fetch.effects import Effect, Fetching
    from browsercors.http_cache.browser_store import BrowserCache
    from browsercors.initiators.elements.load import Loading
    from browsercors.initiators.header_guard import HeadersInit
    from browsercors.initiators.page_call import PageFetchParams
    from browsercors.protections.hsts import HSTSStore
    from browsercors.rules.preflight import PreflightCache
    from browsercors.rules.profile import BrowserProfile
    from browsercors.servers.server import Server
    from browsercors.values.literals import (
        AddressSpaceName,
        BrowserName,
        Forwarded,
        Interface,
        OnChallenge,
        PermissionName,
        ReferrerPolicy,
        SameSite,
    )
    from browsercors.values.origins import Origin

__all__ = ["AsyncBrowser", "Browser", "BrowserOptions"]

PageT = TypeVar("PageT", bound=PageBase[Any])
LoadT = TypeVar("LoadT")
ResponseT = TypeVar("ResponseT")


class BrowserOptions(TypedDict, total=False):
    """
    The options of a browser beside its name, for callers that pass them on.
    """

    public_suffix_list: PublicSuffixList | Iterable[str] | None
    raise_app_exceptions: bool
    start_time: float
    hsts_preload: Mapping[str, bool] | str | None
    on_challenge: OnChallenge


class _BrowserBase(NamedOtherwise, ABC, Generic[PageT]):
    """
    What sync and async browsers have in common: everything except waiting.
    """

    _page_type: type[PageT]
    _habits = "BROWSER_HABITS"

    def __init__(
        self,
        browser: BrowserName | BrowserProfile = DEFAULT_BROWSER,
        *,
        public_suffix_list: PublicSuffixList | Iterable[str] | None = None,
        raise_app_exceptions: bool = False,
        start_time: float = START,
        hsts_preload: Mapping[str, bool] | str | None = None,
        on_challenge: OnChallenge = "cancel",
    ) -> None:
        if on_challenge not in ("cancel", "wait"):
            raise ArgumentValueError(f"on_challenge has to be 'cancel' or 'wait', not {on_challenge!r}")
        profile = profile_named(browser)
        self.clock: Clock = Clock(start_time)
        self.user_agent: UserAgent = create_user_agent(
            profile, Sites(public_suffix_list, ignores_schemes=profile.sites_ignore_schemes)
        )
        if on_challenge == "wait":
            self.user_agent.waits_for_passwords = True
        # NB: imported late, since few browsers are given a list.
        if hsts_preload is not None:
            from browsercors.protections.hsts import HSTSStore
            from browsercors.protections.hsts_preload import parse_preload_list

            self.user_agent.hsts = HSTSStore(parse_preload_list(hsts_preload))
        self._mounts = Mounts()
        self._is_closed = False
        self._raise_app_exceptions = raise_app_exceptions
        known = real_browsers()
        # NB: most profiles are one of those, and comparing two takes as long as a fetch.
        self._identified_by = known if any(profile is each for each in known) or profile in known else (*known, profile)

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
        headers: HeadersInit | None = None,
        address_space: AddressSpaceName | None = None,
        allow: str = "",
    ) -> PageT:
        """
        Make a page. Nothing is fetched: arguments stand for what the page's own response headers would say.

        Args:
            url: The page's URL; a `data:` page has an opaque origin.
            sandboxed: Whether it is sandboxed without `allow-same-origin`: its origin is opaque.
            parent: The page that contains it as a frame.
            top_level: In place of *parent*: the URL of the top-level page that contains it as a frame.
            referrer_policy: As in a `Referrer-Policy` header.
            secure_context: Whether it is a secure context; by default determined from its URL and the pages above it.
            headers: The headers of the page's response, as a mapping or pairs: `Content-Security-Policy`,
                `Content-Security-Policy-Report-Only` and `Integrity-Policy` count, and over https
                `Strict-Transport-Security`; others are ignored. A page without a response of its own, such as
                `about:srcdoc`, has the policies of *parent*.
            address_space: Where it comes from: "loopback" (this machine), "local" (a private network) or "public"; by
                default as its origin was mounted, else as its host says.
            allow: For a frame, the `allow` attribute, such as "local-network-access": which permissions the page above
                lets it use.

        Raises:
            TypeError: *url*, *top_level* or *allow* is no str, *sandboxed* or *secure_context* is no bool, *parent* is
                no page, or *headers* are no headers.
            ValueError: A URL cannot be parsed, the referrer policy or the address space is none, *parent* is a page of
                another browser, *parent* and *top_level* are both given, *allow* is given without either, or HTTP
                forbids one of the *headers*.
        """
        if parent is not None and not isinstance(parent, PageBase):
            raise ArgumentTypeError(f"parent has to be a page of this browser (a URL is top_level=), not {parent!r}")
        if parent is not None and not parent.belongs_to(self.user_agent):
            raise ArgumentValueError(f"parent has to be a page of this browser, not of another one: {parent!r}")
        page_headers = None if headers is None else header_list_of(headers)
        environment = create_environment(
            url,
            self.user_agent.sites,
            sandboxed=sandboxed,
            parent=None if parent is None else parent.environment,
            top_level=top_level,
            referrer_policy=referrer_policy,
            secure_context=secure_context,
            headers=page_headers,
            address_space=address_space,
            allow=allow,
            address_spaces=self.user_agent.address_spaces,
        )
        if page_headers is not None and b"strict-transport-security" in page_headers:
            self.hsts.store(environment.url, page_headers.get_all(b"strict-transport-security")[0], self.clock.now)
        if self.user_agent.service_workers is not None:
            self.user_agent.service_workers.open(environment)
        return self._page_type(environment, self.user_agent, self.clock, self._run, self._load, self._listen)

    @abstractmethod
    def _run(self, params: PageFetchParams) -> Any:
        """
        Run a fetch, and return its result, or for an async browser what is awaited for it.
        """

    @abstractmethod
    def _load(self, loading: Loading, result: LoadedAs[Any]) -> Any:
        """
        Run all fetches of a load, and return its result, or for an async browser what is awaited for it.
        """

    @abstractmethod
    def _listen(self, loading: Loading, result: OpenedAs[Any]) -> Any:
        """
        Do the same for a load whose response may never end.
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
        Put a cookie into the browser, as if *domain* had set it.

        Args:
            name: The name.
            value: The value.
            domain: `api.example.com` for this host only, `.example.com` also for its subdomains.
            path: The path that it is for.
            secure: Whether it is only sent over https.
            http_only: Whether it is hidden from scripts.
            same_site: "strict", "lax" or "none"; None for a cookie without the attribute.
            expires: When it expires, in seconds since 1 January 1970, UTC, on the browser's clock.
            max_age: In place of *expires*: the seconds until it expires.

        Raises:
            TypeError: A text is no str, or a time is no number.
            ValueError: No browser would store such a cookie.
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
        The cached preflights; `clear` removes them.
        """
        return self.user_agent.preflight_cache

    @property
    def hsts(self) -> HSTSStore:
        """
        The hosts that have promised to be reached over TLS only: iterate over them, or `clear` them.
        """
        if self.user_agent.hsts is None:
            from browsercors.protections.hsts import HSTSStore

            self.user_agent.hsts = HSTSStore()
        return self.user_agent.hsts

    @property
    def http_cache(self) -> BrowserCache:
        """
        The browser's own HTTP cache: iterate over its responses, or `clear` it.
        """
        return self.user_agent.http_cache

    def grant(self, permission: PermissionName, origin: str | None = None) -> None:
        """
        Let the visitor allow pages something: what a browser would ask for is granted.

        Args:
            permission: "local-network" (servers in private networks), "loopback-network" (servers on the visitor's own
                machine), or "local-network-access" for both.
            origin: The origin of the top-level pages, such as "https://app.example.com"; None for all.

        Raises:
            TypeError: *origin* is neither a str nor None.
            ValueError: There is no such permission, or *origin* is no http(s) origin.
        """
        self.user_agent.permissions.set_state(permission, origin, "granted")

    def deny(self, permission: PermissionName, origin: str | None = None) -> None:
        """
        Let the visitor forbid pages something; the arguments and the errors are those of `grant`.
        """
        self.user_agent.permissions.set_state(permission, origin, "denied")

    def authenticate(self, origin: str, user: str, password: str) -> None:
        """
        Let the visitor be logged in to *origin* with HTTP authentication, as after a password prompt.

        From now on requests with credentials to any path of *origin* carry `Authorization: Basic ...`, and a challenge
        of Basic or Digest is answered with this user and password. Preflights never carry any.

        Args:
            origin: The origin that has asked for a password, such as "https://staging.example.com".
            user: The user name; without a colon, which Basic cannot carry.
            password: The password.

        Raises:
            TypeError: An argument is no str.
            ValueError: *origin* is no http(s) origin, or *user* has a colon.

        https://fetch.spec.whatwg.org/#authentication-entries
        """
        # NB: imported late, since few visitors log in that way.
        from browsercors.fetch.authentication.entries import AuthenticationStore, entry_of_visitor

        store = self.user_agent.authentication
        if store is None:
            store = self.user_agent.authentication = AuthenticationStore()
        store.add(None, *entry_of_visitor(origin, user, password))

    def mount(
        self,
        origin: str,
        target: Any = None,
        *,
        factory: Callable[[], Any] | None = None,
        interface: Interface | None = None,
        timeout: float | None = 10.0,
        verify: bool | str = True,
        forwarded: Forwarded = True,
        address_space: AddressSpaceName | None = None,
    ) -> Server:
        """
        Let *target* answer for *origin*. It replaces what was mounted there before.

        Args:
            origin: An http(s) origin (`https://api.example.com`), a pattern of origins (`https://*.example.com`,
                `http://localhost:*`), or `*` for every origin without another mount.
            target: A WSGI or ASGI application (which of the two is detected) or its name (`"shop:app"`,
                `"shop:create_app()"`), the URL of a live server (`http://127.0.0.1:8000`, also of yarl and httpx) or an
                object that has one as its `url` or is a `TestServer` of aiohttp, or a server: `ScriptedServer`,
                `SharedCache`.
            factory: In place of *target*: a function that makes an application, called once here. For applications that
                can be started only once, as those of Sanic, so that each browser has its own.
            interface: "wsgi" or "asgi", for an application whose interface cannot be detected.
            timeout: How many seconds a server or an application has for a response, and an application for its start-up
                and its shutdown. None sets no limit, which helps in a debugger.
            verify: Whether a live server's certificate is checked, or the path of a CA bundle.
            forwarded: Whether a live server whose URL is http is told that it answers for an https origin, as a proxy
                that ends TLS tells it: True for `X-Forwarded-Proto`, `X-Forwarded-Host` and `X-Forwarded-For`,
                "rfc7239" for `Forwarded`. These lines are the mount's: `exchanges`, reports and HAR leave them out.
            address_space: Where pages find it: "loopback" (this machine), "local" (a private network) or "public". By
                default the host of *origin* says: an IP address, `localhost` and `.local` tell, every other name is
                public. Where *target* really listens never counts.

        Returns:
            The server that answers.

        Raises:
            ValueError: *origin* is not an http(s) origin or pattern, or an option is wrong.
            TypeError: *target* is none of these, or its interface cannot be detected; both or neither of *target* and
                *factory* are given.
        """
        if (target is None) is (factory is None):
            given = "neither" if target is None else "both"
            raise ArgumentTypeError(f"give target, an application, or factory, a function that makes one, not {given}")
        if factory is not None:
            if not callable(factory):
                raise ArgumentTypeError(
                    f"factory has to be a function that returns an application, not {factory!r:.80}"
                )
            target = factory()
        space = None if address_space is None else address_space_named("address_space", address_space)
        if space is not None:
            self.user_agent.address_spaces.stated = self._mounts.stated_address_space
        return self._mounts.mount(
            origin,
            target,
            interface=interface,
            raise_app_exceptions=self._raise_app_exceptions,
            timeout=timeout,
            verify=verify,
            forwarded=forwarded,
            address_space=space,
        )

    def _refuse_fetch(self) -> NoReturn:
        """
        Refuse a fetch of a closed browser: its applications are shut down, and would be started again.
        """
        raise RuntimeError(f"{self!r} is closed, so its pages cannot fetch; make another one, or close it later")

    def __del__(self) -> None:
        mounts = vars(self).get("_mounts")
        # NB: when the interpreter ends, nobody reads a warning, and nothing can be imported.
        if mounts is not None and not self._is_closed and mounts.has_started and not sys.is_finalizing():
            self._warn_unclosed()

    def _warn_unclosed(self) -> None:
        import warnings

        close = "await browser.aclose()" if hasattr(type(self), "aclose") else "browser.close()"
        warnings.warn(
            f"unclosed {self!r}: an application that it has started was not shut down; call {close}, or use `with`",
            ResourceWarning,
            stacklevel=3,
            source=self,
        )

    def _result(self, params: PageFetchParams, response: Any) -> FetchResult:
        return FetchResult(params, response, self._identified_by)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.profile.name} {self.profile.version}>"


def _not_mounted(origin: Origin) -> TransportFailure:
    return TransportFailure(
        FailureKind.NOT_MOUNTED,
        f"nothing is mounted for {origin.serialized}; browser.mount({origin.serialized!r}, app) mounts a server",
    )


class Browser(_BrowserBase[Page]):
    """
    A simulated browser.

    Args:
        browser: "chromium", "firefox", "webkit", "standard", or a `BrowserProfile`.
        public_suffix_list: Decides what a site is. None for the list of the installed `publicsuffixlist` package; or a
            `PublicSuffixList`, or the lines of a list, to be independent of that package's release.
        raise_app_exceptions: Whether an exception of a mounted application is raised here, instead of becoming a 500.
        start_time: Where the clock starts, in seconds since 1 January 1970, UTC.
        hsts_preload: Hosts that are known to be reached over TLS only, with whether hosts below them are as well
            (`{"example.com": True}`), or the text of Chromium's `transport_security_state_static.json`.
        on_challenge: What happens where the browser asks the visitor for a password: "cancel" lets the page see the
            401, as after "Cancel"; "wait" ends the fetch without a verdict, since nobody answers. `authenticate` says
            the password beforehand.

    Raises:
        TypeError: *hsts_preload* is neither.
        ValueError: *on_challenge* is neither. *hsts_preload* is damaged; the message names the entry. Or *start_time*
            is no finite number.

    Attributes:
        clock: Simulated time: `browser.clock.advance(601)`.
    """

    _page_type = Page

    def close(self) -> None:
        """
        Shut down mounted applications and close connections. The browser is also a context manager that does this.
        """
        self._is_closed = True
        self._mounts.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def _run(self, params: PageFetchParams) -> FetchResult:
        """
        Run a fetch, and return its result.
        """
        if self._is_closed:
            self._refuse_fetch()
        return self._result(params, drive(fetch(params), self._perform))

    def _load(self, loading: Loading, result: LoadedAs[LoadT]) -> LoadT:
        """
        Run all fetches of a load, one after another, and return its result.
        """
        from browsercors.initiators.elements.load import load

        ended = drive(loading, lambda params: drive(load(params), self._perform_of_load))
        return result(ended, self._identified_by)

    def _listen(self, loading: Loading, result: OpenedAs[LoadT]) -> LoadT:
        """
        Run a load whose response may never end, and return its result.
        """
        from browsercors.browser.channels.listening import listen

        if self._is_closed:
            self._refuse_fetch()
        ended, stream = listen(loading, self._perform)
        return result(ended, self._identified_by, stream)

    def _perform_of_load(self, effect: Effect) -> Reply:
        """
        Do the same as `_perform`, and open WebSockets.
        """
        if not isinstance(effect, OpenSocket):
            return self._perform(effect)
        from browsercors.servers.sockets import connect

        http_request = effect.http_request
        origin = http_request.url.origin
        server = self._mounts.find(origin)
        answer = _not_mounted(origin) if server is None else connect(server, http_request, effect.interim)
        self.clock.now = max(self.clock.now, http_request.time + answer.elapsed)
        return Reply(answer, self.clock.now)

    def _perform(self, effect: Effect, send: Send | None = None) -> Reply:
        """
        Send a request to its server, and let the time pass that the server takes.
        """
        http_request = effect.http_request
        if http_request is None:
            assert isinstance(effect, CallServiceWorker), "nothing goes over the wire"
            return Reply(effect.service_worker.answer(effect.params), self.clock.now)
        origin = http_request.url.origin
        server = self._mounts.find(origin)
        answer: HTTPResponse | TransportFailure
        if server is None:
            answer = _not_mounted(origin)
        else:
            answer = server.send(http_request) if send is None else send(server, http_request)
        # NB: fetches share their time: what others took meanwhile is not added to the time of this one.
        clock = self.clock
        now = http_request.time + answer.elapsed
        if now > clock.now:
            clock.now = now
        return Reply(answer, clock.now)


class AsyncBrowser(_BrowserBase[AsyncPage]):
    """
    A simulated browser whose fetches are awaited; otherwise like `Browser`.

    ASGI applications run in the running event loop. WSGI applications run in a worker thread, one request at a time.
    Fetches that run at the same time begin in the order of the calls, and get their responses in the order of simulated
    time, so results do not depend on real time unless servers do.
    """

    _page_type = AsyncPage

    def __init__(
        self,
        browser: BrowserName | BrowserProfile = DEFAULT_BROWSER,
        *,
        public_suffix_list: PublicSuffixList | Iterable[str] | None = None,
        raise_app_exceptions: bool = False,
        start_time: float = START,
        hsts_preload: Mapping[str, bool] | str | None = None,
        on_challenge: OnChallenge = "cancel",
    ) -> None:
        import asyncio

        from browsercors.browser.arrivals import Arrivals

        super().__init__(
            browser,
            public_suffix_list=public_suffix_list,
            raise_app_exceptions=raise_app_exceptions,
            start_time=start_time,
            hsts_preload=hsts_preload,
            on_challenge=on_challenge,
        )
        self._arrivals = Arrivals(self.clock)
        self._pause, self._running_loop = asyncio.sleep, asyncio.get_running_loop

    async def aclose(self) -> None:
        """
        Shut down mounted applications and close connections. The browser is also a context manager that does this.
        """
        self._is_closed = True
        await self._mounts.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()

    async def _run(self, params: PageFetchParams) -> FetchResult:
        """
        Run a fetch, and return its result.
        """
        return self._result(params, await self._drive(fetch(params)))

    async def _load(self, loading: Loading, result: LoadedAs[LoadT]) -> LoadT:
        """
        Run all fetches of a load, one after another, and return its result.
        """
        from browsercors.initiators.elements.load import load

        ended = await drive_async(loading, lambda params: self._drive(load(params)))
        return result(ended, self._identified_by)

    async def _listen(self, loading: Loading, result: OpenedAs[LoadT]) -> LoadT:
        """
        Run a load whose response may never end, and return its result.
        """
        from browsercors.browser.channels.listening import listen_async

        ended, stream = await listen_async(loading, self._drive)
        return result(ended, self._identified_by, stream)

    async def _drive(self, fetching: Fetching[ResponseT], send: SendAsync | None = None) -> ResponseT:
        """
        Run a fetch. Each response arrives when its simulated time has come.
        """
        if self._is_closed:
            self._refuse_fetch()
        self._arrivals = arrivals = self._arrivals.in_loop(self._running_loop())
        clock, mounts = self.clock, self._mounts
        weight = arrivals.enter()

        async def perform(effect: Effect) -> Reply:
            http_request = effect.http_request
            if http_request is None:
                arrivals.rest(weight)
                try:
                    assert isinstance(effect, CallServiceWorker), "nothing goes over the wire"
                    return Reply(await effect.service_worker.answer_later(effect.params), clock.now)
                finally:
                    arrivals.moving += weight
            origin = http_request.url.origin
            server = mounts.find(origin)
            answer: HTTPResponse | TransportFailure
            if server is None:
                answer = _not_mounted(origin)
            else:
                # NB: fetches that are started together run together: none ends before the next one begins.
                await self._pause(0)
                arrivals.rest(weight)
                try:
                    if isinstance(effect, OpenSocket):
                        from browsercors.servers.sockets import connect_async

                        answer = await connect_async(server, http_request, effect.interim)
                    else:
                        answer = await (server.send_async(http_request) if send is None else send(server, http_request))
                finally:
                    arrivals.moving += weight
            now = http_request.time + answer.elapsed
            if now > clock.now:
                await arrivals.until(now, weight)
            return Reply(answer, clock.now)

        try:
            return await drive_async(fetching, perform)
        finally:
            arrivals.rest(weight)
