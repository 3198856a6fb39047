"""
Sessions of requests that ask as a page: an adapter, and the errors for what the page may not read.

NB: loaded when somebody asks for an adapter, so that requests is needed then and not before.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

import requests
import requests.adapters
import requests.utils
from urllib3 import HTTPHeaderDict, HTTPResponse

from browsercors.browser.result import CORSBlocked, FetchBlocked, OpaqueResponse, UnreadableResponse
from browsercors.clients.asking import Asking, AsksNow, Options, visible_lines

if TYPE_CHECKING:
    from collections.abc import Callable

    from browsercors.browser.result import FetchResult, PageResult

__all__ = ["PageAdapter", "RequestsCORSBlocked", "RequestsFetchBlocked", "RequestsOpaqueResponse"]


class _RequestsError(requests.ConnectionError):
    """
    What requests adds to an error: the request; and no response, as there is none to see.
    """

    def __init__(self, result: FetchResult, request: requests.PreparedRequest | None = None) -> None:
        Exception.__init__(self, result)
        self.result: PageResult = result
        self.request: requests.PreparedRequest | None = request
        self.response: requests.Response | None = None

    def __str__(self) -> str:
        return self.result.explain()

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.result,)


class RequestsCORSBlocked(_RequestsError, CORSBlocked):  # noqa: N818 - named as what it is
    """
    `CORSBlocked`, as an error of requests.
    """


class RequestsFetchBlocked(_RequestsError, FetchBlocked):  # noqa: N818 - as above
    """
    `FetchBlocked`, as an error of requests.
    """


class RequestsOpaqueResponse(_RequestsError, OpaqueResponse):  # noqa: N818 - as above
    """
    `OpaqueResponse`, as an error of requests.
    """


ERRORS: Final[dict[type[UnreadableResponse], Callable[[FetchResult, requests.PreparedRequest], _RequestsError]]] = {
    CORSBlocked: RequestsCORSBlocked,
    FetchBlocked: RequestsFetchBlocked,
    OpaqueResponse: RequestsOpaqueResponse,
}


class PageAdapter(requests.adapters.BaseAdapter):
    """
    An adapter for `requests.Session.mount`: each request is a fetch of a page; `Page.requests_adapter` makes it.
    """

    def __init__(self, page: AsksNow, options: Options) -> None:
        super().__init__()
        self._page = page
        self._options = options

    def send(self, request: requests.PreparedRequest, *args: object, **kwargs: object) -> requests.Response:  # noqa: ARG002 - not for pages
        """
        Fetch.

        Raises:
            requests.ConnectionError: The page may not read the response; an `UnreadableResponse` too.
            FetchTypeError: What `fetch()` would throw for this request.
        """
        __tracebackhide__ = True
        headers = [(_bytes(name), _bytes(value)) for name, value in request.headers.items()]
        asking = Asking.of(request.method or "GET", request.url or "", headers, _body(request.body))
        result = asking.now(self._page, self._options)
        try:
            result.raise_for_unreadable()
        except UnreadableResponse as error:
            raise ERRORS[type(error)](result, request) from None
        return self._response(request, result)

    def _response(self, request: requests.PreparedRequest, result: FetchResult) -> requests.Response:
        """
        Return what the page sees, as a response of requests; the result itself is `response.raw.browsercors`.
        """
        raw = HTTPResponse(
            io.BytesIO(result.body),
            headers=HTTPHeaderDict(visible_lines(result)),
            status=result.status,
            reason=result.status_text,
            preload_content=False,
        )
        vars(raw)["browsercors"] = result
        response = requests.Response()
        response.status_code = result.status
        response.headers.update(raw.headers)
        response.encoding = requests.utils.get_encoding_from_headers(response.headers)
        response.raw = raw
        response.reason = result.status_text
        response.url = result.url
        response.request = request
        vars(response)["connection"] = self
        return response

    def close(self) -> None:
        """
        Do nothing: the browser holds what there is to close.
        """

    def __repr__(self) -> str:
        return f"<PageAdapter of {self._page!r}>"


def _bytes(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode("latin-1", "replace")


def _body(body: Any) -> bytes:
    """
    Return the whole body: bytes, text, a file, or pieces.
    """
    if body is None:
        return b""
    if isinstance(body, str):
        return body.encode("utf-8")
    if hasattr(body, "read"):
        return _body(body.read())
    if isinstance(body, Iterable) and not isinstance(body, (bytes, bytearray)):
        return b"".join(_body(part) for part in body)
    return bytes(body)
