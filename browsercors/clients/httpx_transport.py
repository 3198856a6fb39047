"""
httpx clients that ask as a page: a transport, and the errors for what the page may not read.

NB: loaded when somebody asks for a transport, so that httpx is needed then and not before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import httpx

from browsercors.browser.result import CORSBlocked, FetchBlocked, OpaqueResponse, UnreadableResponse
from browsercors.clients.asking import Asking, AsksAsync, AsksNow, Options, visible_lines

if TYPE_CHECKING:
    from collections.abc import Callable

    from browsercors.browser.result import FetchResult, PageResult

__all__ = ["AsyncPageTransport", "HTTPXCORSBlocked", "HTTPXFetchBlocked", "HTTPXOpaqueResponse", "PageTransport"]


class _HTTPXError(httpx.TransportError):
    """
    What httpx adds to an error: the request.
    """

    def __init__(self, result: FetchResult) -> None:
        Exception.__init__(self, result)
        self.result: PageResult = result
        self._request: httpx.Request | None = None

    def __str__(self) -> str:
        return self.result.explain()

    def __reduce__(self) -> tuple[Any, ...]:
        # NB: without the request, whose stream cannot be pickled; what was sent is in the result.
        return type(self), (self.result,)


class HTTPXCORSBlocked(_HTTPXError, CORSBlocked):  # noqa: N818 - named as what it is
    """
    `CORSBlocked`, as an error of httpx.
    """


class HTTPXFetchBlocked(_HTTPXError, FetchBlocked):  # noqa: N818 - as above
    """
    `FetchBlocked`, as an error of httpx.
    """


class HTTPXOpaqueResponse(_HTTPXError, OpaqueResponse):  # noqa: N818 - as above
    """
    `OpaqueResponse`, as an error of httpx.
    """


ERRORS: Final[dict[type[UnreadableResponse], Callable[[FetchResult], _HTTPXError]]] = {
    CORSBlocked: HTTPXCORSBlocked,
    FetchBlocked: HTTPXFetchBlocked,
    OpaqueResponse: HTTPXOpaqueResponse,
}


class PageTransport(httpx.BaseTransport):
    """
    A transport for `httpx.Client` by which each request is a fetch of a page; `Page.httpx_transport` makes it.
    """

    def __init__(self, page: AsksNow, options: Options) -> None:
        self._page = page
        self._options = options

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """
        Fetch.

        Raises:
            httpx.TransportError: The page may not read the response; an `UnreadableResponse` too.
            FetchTypeError: What `fetch()` would throw for this request.
        """
        __tracebackhide__ = True
        asking = Asking.of(request.method, str(request.url), request.headers.raw, request.read())
        return _response(asking.now(self._page, self._options))

    def __repr__(self) -> str:
        return f"<PageTransport of {self._page!r}>"


class AsyncPageTransport(httpx.AsyncBaseTransport):
    """
    A transport for `httpx.AsyncClient` by which each request is a fetch of a page; made by `AsyncPage.httpx_transport`.
    """

    def __init__(self, page: AsksAsync, options: Options) -> None:
        self._page = page
        self._options = options

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """
        Fetch, with the errors of `PageTransport`.
        """
        __tracebackhide__ = True
        asking = Asking.of(request.method, str(request.url), request.headers.raw, await request.aread())
        return _response(await asking.later(self._page, self._options))

    def __repr__(self) -> str:
        return f"<AsyncPageTransport of {self._page!r}>"


def _response(result: FetchResult) -> httpx.Response:
    """
    Return what the page sees, as a response of httpx; the result itself is `extensions["browsercors"]`.
    """
    __tracebackhide__ = True
    try:
        result.raise_for_unreadable()
    except UnreadableResponse as error:
        raise ERRORS[type(error)](result) from None
    return httpx.Response(
        result.status,
        headers=visible_lines(result),
        content=result.body,
        extensions={"reason_phrase": result.status_text.encode("latin-1"), "browsercors": result},
    )
