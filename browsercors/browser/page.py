"""
Pages: their `fetch()` and their XMLHttpRequest.
"""

from __future__ import annotations

import inspect
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, Final, Generic, TypeAlias, TypeVar, Unpack, cast

from browsercors.fetch.params import PageMemory
from browsercors.initiators.begin import prepare
from browsercors.initiators.bodies.blob import Blob
from browsercors.initiators.fetch_method import create_fetch_request
from browsercors.initiators.header_guard import header_pairs
from browsercors.initiators.page_call import PageCall, RequestInit, XMLHttpRequestInit
from browsercors.initiators.xhr import create_xhr_request
from browsercors.values.arguments import NamedOtherwise
from browsercors.values.urls import text_of_url

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Hashable
    from typing import Self

    from browsercors.browser.clock import Clock
    from browsercors.browser.loads_page import LoadedAs, OpenedAs
    from browsercors.browser.page_loads import AsyncPageLoads as _AsyncPageLoads, PageLoads as _PageLoads
    from browsercors.browser.performance import Performance
    from browsercors.browser.result import FetchResult
    from browsercors.clients.httpx_transport import AsyncPageTransport, PageTransport
    from browsercors.clients.requests_adapter import PageAdapter
    from browsercors.fetch.params import UserAgent
    from browsercors.initiators.bodies.extract import BodyInit
    from browsercors.initiators.elements.load import Load, Loading
    from browsercors.initiators.elements.trees import Modules
    from browsercors.initiators.header_guard import HeadersInit
    from browsercors.initiators.page_call import PageFetchParams
    from browsercors.values.literals import (
        RequestCredentials,
        RequestMode,
        RequestRedirect,
    )
    from browsercors.values.requests import Environment, Request

__all__ = ["AsyncPage", "Page", "PageBase"]

ResultT = TypeVar("ResultT")
LoadT = TypeVar("LoadT")
MethodT = TypeVar("MethodT", bound="Callable[..., Any]")
ResultNow: TypeAlias = "FetchResult"
ResultLater: TypeAlias = "Awaitable[FetchResult]"


FETCH_OPTIONS: Final = frozenset(RequestInit.__annotations__)
XHR_OPTIONS: Final = frozenset(XMLHttpRequestInit.__annotations__)


def _showing(options: type, create: Callable[..., Request]) -> Callable[[MethodT], MethodT]:
    """
    Show the options of a TypedDict one by one in the signature of a method, and so in `help()`.

    NB: options are passed on as given; *create* has the defaults of the others.

    Args:
        options: The options.
        create: The function with their defaults.
    """

    def decorate(method: MethodT) -> MethodT:
        signature = inspect.signature(method)
        # NB: `inspect.signature` of it would look at all its parameters as well.
        defaults = create.__kwdefaults__ or {}
        *others, _ = signature.parameters.values()
        others += [
            inspect.Parameter(
                name, inspect.Parameter.KEYWORD_ONLY, default=defaults[name], annotation=annotation.__forward_arg__
            )
            for name, annotation in options.__annotations__.items()
        ]
        vars(method)["__signature__"] = signature.replace(parameters=others)
        return method

    return decorate


def _showing_as(other: Callable[..., Any]) -> Callable[[MethodT], MethodT]:
    """
    Show the signature of *other*, which takes the same arguments.
    """

    def decorate(method: MethodT) -> MethodT:
        # NB: not asked of `inspect` again, which takes its time.
        vars(method)["__signature__"] = vars(other)["__signature__"]
        return method

    return decorate


def _unknown_option(method: str, unknown: set[str], known: frozenset[str]) -> TypeError:
    # NB: imported late, since it is for mistakes.
    from browsercors.values.habits import unknown_option

    return unknown_option(
        method, unknown, {*known, "method", "headers", "body", *(["json"] if method == "fetch" else [])}
    )


class _LateMethod:
    """
    A method of `PageLoads` that puts itself in the place of this descriptor.
    """

    def __set_name__(self, owner: type[object], name: str) -> None:
        self._owner, self._name = owner, name

    def __get__(self, page: object | None, owner: type[object]) -> Any:
        from browsercors.browser.page_loads import PageLoads

        method = getattr(PageLoads, self._name)
        setattr(self._owner, self._name, method)
        return method if page is None else method.__get__(page, owner)


class _LateLoads:
    """
    The methods of `PageLoads`, and of `AsyncPageLoads`: at run time they are the same.

    NB: imported when a page loads something for the first time. Many pages only fetch, and what images, scripts and
    styles need would make up a tenth of what importing a browser takes.
    """

    image = _LateMethod()
    script = _LateMethod()
    import_module = _LateMethod()
    stylesheet = _LateMethod()
    font = _LateMethod()
    media = _LateMethod()
    track = _LateMethod()
    preload = _LateMethod()
    modulepreload = _LateMethod()
    prefetch = _LateMethod()
    manifest = _LateMethod()
    event_source = _LateMethod()
    beacon = _LateMethod()
    ping = _LateMethod()
    worker = _LateMethod()
    shared_worker = _LateMethod()
    service_worker = _LateMethod()
    _load_script = _LateMethod()
    _address_of = _LateMethod()
    websocket = _LateMethod()


if not TYPE_CHECKING:
    _PageLoads = _AsyncPageLoads = _LateLoads


class PageBase(NamedOtherwise, Generic[ResultT]):
    """
    What sync and async pages have in common: everything except waiting.
    """

    _habits = "PAGE_HABITS"

    def __init__(
        self,
        environment: Environment,
        user_agent: UserAgent,
        clock: Clock,
        run: Callable[[PageFetchParams], ResultT],
        load: Callable[[Loading, LoadedAs[Any]], Any],
        listen: Callable[[Loading, OpenedAs[Any]], Any],
    ) -> None:
        self._environment = environment
        self._user_agent = user_agent
        self._clock = clock
        self._run = run
        self._run_load = load
        self._run_listen = listen
        self._memory = PageMemory()
        self._available: dict[Hashable, Load] = {}
        self._modules: Modules | None = None

    @property
    def url(self) -> str:
        """
        The page's URL.
        """
        return self._environment.url.href

    @property
    def origin(self) -> str:
        """
        The page's serialised origin; `null` for an opaque one.
        """
        return self._environment.origin.serialized

    @property
    def environment(self) -> Environment:
        """
        What the page brings to its requests.
        """
        return self._environment

    @property
    def performance(self) -> Performance:
        """
        What the page knows of how long its fetches and loads took: `page.performance.get_entries_by_name(url)`.
        """
        # NB: imported late, since few pages look at it.
        from browsercors.browser.performance import Performance

        return Performance(self._memory.timings, self._environment, self._user_agent.profile)

    def belongs_to(self, user_agent: UserAgent) -> bool:
        """
        Whether it is a page of the browser that has *user_agent*.
        """
        return self._user_agent is user_agent

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.url} of origin {self.origin}>"

    def _own_modules(self) -> Modules:
        """
        Return the modules of the page.
        """
        if self._modules is None:
            # NB: imported late, since few pages load modules.
            from browsercors.initiators.elements.trees import Modules

            self._modules = Modules()
        return self._modules

    def _another(self, environment: Environment) -> Self:
        """
        Return another world of the same browser, such as a worker's.
        """
        return type(self)(environment, self._user_agent, self._clock, self._run, self._run_load, self._run_listen)

    def _begin(self, call: PageCall) -> PageFetchParams:
        """
        Begin a fetch, now.
        """
        params = prepare(call, self._environment, self._user_agent, self._clock.now)
        params.memory = self._memory
        if self._user_agent.service_workers is not None:
            params.service_worker = self._user_agent.service_workers.controller_of(self._environment)
        return params

    def _load(self, loading: Loading, result: LoadedAs[LoadT]) -> LoadT:
        """
        Run all fetches of a load, and return its result; for an async page, what is awaited for it.
        """
        loaded: LoadT = self._run_load(loading, result)
        return loaded

    def _listen(self, loading: Loading, result: OpenedAs[LoadT]) -> LoadT:
        """
        Do the same for a load whose response may never end.
        """
        opened: LoadT = self._run_listen(loading, result)
        return opened

    def _prepare_fetch(
        self,
        url: str,
        method: str,
        headers: HeadersInit | None,
        body: BodyInit | None,
        json: object,
        options: RequestInit,
    ) -> PageFetchParams:
        if not options.keys() <= FETCH_OPTIONS:
            raise _unknown_option("fetch", options.keys() - FETCH_OPTIONS, FETCH_OPTIONS)
        if json is not None:
            body = json_body(body, json)
        if not isinstance(url, str):
            url = cast("str", text_of_url(url))
        call = PageCall("fetch", url, method, _snapshot(headers), body, options)
        return self._begin(call)

    def _prepare_xhr(
        self,
        method: str,
        url: str,
        headers: HeadersInit | None,
        body: BodyInit | None,
        options: XMLHttpRequestInit,
    ) -> PageFetchParams:
        if not options.keys() <= XHR_OPTIONS:
            raise _unknown_option("xhr", options.keys() - XHR_OPTIONS, XHR_OPTIONS)
        if not isinstance(url, str):
            url = cast("str", text_of_url(url))
        call = PageCall("XMLHttpRequest", url, method, _snapshot(headers), body, options)
        return self._begin(call)


def _snapshot(headers: HeadersInit | None) -> HeadersInit | None:
    """
    Return a copy of the headers, which the caller may change later.
    """
    if headers is None:
        return None
    if type(headers) is dict:
        return headers.copy()
    return [(name.decode("latin-1"), value.decode("latin-1")) for name, value in header_pairs(headers)]


def json_body(body: BodyInit | None, json: object) -> Blob:
    """
    Return *json* as JavaScript would send it: `new Blob([JSON.stringify(json)], {type: "application/json"})`.

    Raises:
        TypeError: There is also a body, or something in *json* cannot be written as JSON.
        ValueError: *json* contains itself, or an integer with more digits than Python writes.
    """
    if body is not None:
        raise TypeError("give body= or json=, not both")
    return Blob(_json_writer()(json), "application/json")


@cache
def _json_writer() -> Callable[[object], str]:
    # NB: imported late, since many pages never use JSON; and once, since an import costs as much as the writing.
    from browsercors.values.formats.json_text import stringify_json

    return stringify_json


class Page(PageBase[ResultNow], _PageLoads):
    """
    A page in a simulated browser; made by `Browser.open`.
    """

    _is_async: ClassVar[bool] = False

    @_showing(RequestInit, create_fetch_request)
    def fetch(
        self,
        url: str,
        *,
        method: str = "GET",
        headers: HeadersInit | None = None,
        body: BodyInit | None = None,
        json: object = None,
        **options: Unpack[RequestInit],
    ) -> FetchResult:
        """
        Fetch as JavaScript's `fetch()` does.

        Args:
            url: Absolute, or relative to the page.
            method: The method; `fetch()` upper-cases six of them.
            headers: A mapping or pairs; repeated names are kept.
            body: str (`text/plain;charset=UTF-8`), bytes, `Blob`, `FormData`, `URLSearchParams` or `ReadableStream`.
            json: Sent as `application/json`, written as `JSON.stringify` does (NaN is null, 1.0 is 1; integers keep all
                their digits); the page could write the same with a `Blob`. None sends no body; the JSON value null is
                `body=Blob("null", "application/json")`.
            options: mode ("cors", "no-cors", "same-origin"), credentials ("same-origin", "include", "omit"), cache,
                redirect, referrer, referrer_policy, integrity, keepalive, duplex, priority, window: as in the Fetch
                API, in snake case.

        Raises:
            FetchTypeError: What `fetch()` would throw for these arguments; nothing is sent.
            TypeError: An option does not exist, body and json are both given, or json cannot be written as JSON.
            ValueError: json contains itself, or an integer with more digits than Python writes.

        https://fetch.spec.whatwg.org/#fetch-method
        """
        return self._run(self._prepare_fetch(url, method, headers, body, json, options))

    @_showing(XMLHttpRequestInit, create_xhr_request)
    def xhr(
        self,
        method: str,
        url: str,
        *,
        headers: HeadersInit | None = None,
        body: BodyInit | None = None,
        **options: Unpack[XMLHttpRequestInit],
    ) -> FetchResult:
        """
        Fetch as an XMLHttpRequest does.

        Args:
            method: As given to `open()`.
            url: As given to `open()`.
            headers: As given to `setRequestHeader()`, in order; repeated names are combined.
            body: As given to `send()`; ignored for GET and HEAD.
            options: with_credentials (bool), upload_listeners (bool: whether `xhr.upload` has event listeners), user
                and password (str, as given to `open()`: sent only if the server asks for them with a 401).

        Raises:
            FetchTypeError: What one of these methods would throw; nothing is sent.

        https://xhr.spec.whatwg.org/
        """
        return self._run(self._prepare_xhr(method, url, headers, body, options))

    def httpx_transport(
        self,
        *,
        mode: RequestMode = "cors",
        credentials: RequestCredentials = "same-origin",
        redirect: RequestRedirect = "follow",
    ) -> PageTransport:
        """
        Return a transport for `httpx.Client`, by which each of its requests is a fetch of this page.

        Headers that only browsers set (`Cookie`, `Host`, `User-Agent`, `Accept-Encoding`) are dropped, each with a
        finding. The browser's cookies count, not the client's. What the page may not read raises an
        `httpx.TransportError` that is an `UnreadableResponse` too; `response.extensions["browsercors"]` is the result.

        Args:
            mode: The request mode of each fetch.
            credentials: The credentials mode of each fetch; "include" where the page sends cookies to another origin.
            redirect: The redirect mode of each fetch; the client sees the final response only.

        Raises:
            ImportError: httpx is not installed.
            ValueError: An option is none of `fetch()`.
        """
        from browsercors.clients.asking import missing_client, options_of

        options = options_of(mode=mode, credentials=credentials, redirect=redirect)
        try:
            from browsercors.clients.httpx_transport import PageTransport
        except ModuleNotFoundError:
            raise missing_client("page.httpx_transport()", "httpx") from None
        return PageTransport(self, options)

    def requests_adapter(
        self,
        *,
        mode: RequestMode = "cors",
        credentials: RequestCredentials = "same-origin",
        redirect: RequestRedirect = "follow",
    ) -> PageAdapter:
        """
        Return an adapter for `requests.Session.mount`, by which each request is a fetch of this page.

        It does what `httpx_transport` does. Its errors are `requests.ConnectionError`; `response.raw.browsercors` is
        the result.

        Args:
            mode: As for `httpx_transport`.
            credentials: As for `httpx_transport`.
            redirect: As for `httpx_transport`.

        Raises:
            ImportError: requests is not installed.
            ValueError: An option is none of `fetch()`.
        """
        from browsercors.clients.asking import missing_client, options_of

        options = options_of(mode=mode, credentials=credentials, redirect=redirect)
        try:
            from browsercors.clients.requests_adapter import PageAdapter
        except ModuleNotFoundError:
            raise missing_client("page.requests_adapter()", "requests") from None
        return PageAdapter(self, options)


class AsyncPage(PageBase[ResultLater], _AsyncPageLoads):
    """
    A page in a simulated browser; made by `AsyncBrowser.open`.
    """

    _is_async: ClassVar[bool] = True

    @_showing_as(Page.fetch)
    async def fetch(
        self,
        url: str,
        *,
        method: str = "GET",
        headers: HeadersInit | None = None,
        body: BodyInit | None = None,
        json: object = None,
        **options: Unpack[RequestInit],
    ) -> FetchResult:
        """
        Do what `Page.fetch` does.
        """
        return await self._run(self._prepare_fetch(url, method, headers, body, json, options))

    @_showing_as(Page.xhr)
    async def xhr(
        self,
        method: str,
        url: str,
        *,
        headers: HeadersInit | None = None,
        body: BodyInit | None = None,
        **options: Unpack[XMLHttpRequestInit],
    ) -> FetchResult:
        """
        Do what `Page.xhr` does.
        """
        return await self._run(self._prepare_xhr(method, url, headers, body, options))

    def httpx_transport(
        self,
        *,
        mode: RequestMode = "cors",
        credentials: RequestCredentials = "same-origin",
        redirect: RequestRedirect = "follow",
    ) -> AsyncPageTransport:
        """
        Return a transport for `httpx.AsyncClient`; otherwise as `Page.httpx_transport`.
        """
        from browsercors.clients.asking import missing_client, options_of

        options = options_of(mode=mode, credentials=credentials, redirect=redirect)
        try:
            from browsercors.clients.httpx_transport import AsyncPageTransport
        except ModuleNotFoundError:
            raise missing_client("page.httpx_transport()", "httpx") from None
        return AsyncPageTransport(self, options)
