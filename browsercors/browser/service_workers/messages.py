"""
The requests that a service worker sees, and the responses that it makes or is given: `Request` and `Response`.

https://fetch.spec.whatwg.org/#response-class
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Self

from browsercors.fetch.service_workers.handle_fetch import copy_of_response, internal_of
from browsercors.initiators.bodies.extract import extract_body
from browsercors.initiators.bodies.readable_stream import ReadableStream
from browsercors.initiators.header_guard import FetchTypeError, HeadersInit, check_header, header_pairs
from browsercors.values.arguments import ArgumentTypeError, ArgumentValueError, NamedOtherwise
from browsercors.values.headers import HeaderList, Headers, normalize_header_value
from browsercors.values.responses import (
    NULL_BODY_STATUSES,
    REDIRECT_STATUSES,
    FilteredResponse,
    Response,
    is_ok_status,
    network_error,
)
from browsercors.values.urls import parse_url

if TYPE_CHECKING:
    from browsercors.initiators.bodies.extract import BodyInit
    from browsercors.values.literals import ReferrerPolicy
    from browsercors.values.requests import Request
    from browsercors.values.responses import ResponseType
    from browsercors.values.urls import URL

__all__ = [
    "ServiceWorkerRequest",
    "ServiceWorkerResponse",
    "handed_over",
    "headers_behind",
    "headers_seen",
    "is_of_page",
    "request_behind",
    "response_of",
    "take",
]

FORBIDDEN_RESPONSE_HEADER_NAMES: Final = frozenset({b"set-cookie", b"set-cookie2"})
BOUNDARY: Final = "----browsercors"


class _WithBody(NamedOtherwise):
    """
    A message whose body can be read once, as JavaScript has it.

    Attributes:
        body_used: Whether the body was read, or is kept by a cache.
    """

    _habits = "SERVICE_WORKER_HABITS"

    def __init__(self, body: bytes | None) -> None:
        self._body = body
        self.body_used: bool = False

    def read(self) -> bytes:
        """
        Read the body. It is used then, and cannot be read or handed on again; `clone()` beforehand makes another one.

        Raises:
            FetchTypeError: It was read before.
        """
        if self._body is None:
            return b""
        if self.body_used:
            raise FetchTypeError(
                f"the body of this {type(self).__name__} was read before; read a clone() that is made beforehand"
            )
        self.body_used = True
        return self._body

    def text(self) -> str:
        """
        Read the body as UTF-8; see `read`.

        Raises:
            FetchTypeError: It was read before.
        """
        from browsercors.values.formats.mime_types import utf8_decode

        return utf8_decode(self.read())

    def json(self) -> Any:
        """
        Read the body as JSON; see `read`.

        Raises:
            FetchTypeError: It was read before.
            JSONDecodeError: It is not JSON; a ValueError.
        """
        from browsercors.values.formats.json_text import parse_json

        return parse_json(self.text())

    def _check_unused(self) -> None:
        if self.body_used:
            raise FetchTypeError(f"clone() comes too late: the body of this {type(self).__name__} was read before")


class ServiceWorkerRequest(_WithBody):
    """
    A request as a service worker sees it: `event.request`.

    Attributes:
        headers: The headers that it sees: those of the page and `Accept`, and what its browser adds. `Cookie`, `Origin`
            and `Sec-Fetch-*` are never among them.
    """

    def __init__(self, request: Request, seen: HeaderList, *, is_of_page: bool = False) -> None:
        super().__init__(request.body)
        self._request = request
        self._seen = seen
        self._is_of_page = is_of_page

    @property
    def method(self) -> str:
        """
        The method.
        """
        return self._request.method.decode("ascii")

    @property
    def url(self) -> str:
        """
        The URL, with its fragment.
        """
        return self._request.current_url.href

    @property
    def headers(self) -> Headers:
        """
        The headers that it sees, in lower case, sorted.
        """
        return Headers(self._seen.sort_and_combine())

    @property
    def mode(self) -> str:
        """
        "cors", "no-cors" or "same-origin".
        """
        return self._request.mode.value

    @property
    def credentials(self) -> str:
        """
        "omit", "same-origin" or "include".
        """
        return self._request.credentials_mode.value

    @property
    def cache(self) -> str:
        """
        The cache mode, such as "default" or "no-store".
        """
        return self._request.cache_mode.value

    @property
    def redirect(self) -> str:
        """
        "follow", "error" or "manual".
        """
        return self._request.redirect_mode.value

    @property
    def destination(self) -> str:
        """
        What it is for, such as "image" or "script"; empty for `fetch()` and XMLHttpRequest.
        """
        return self._request.destination

    @property
    def referrer(self) -> str:
        """
        The page, as far as the server of the URL may know it; empty for nothing.
        """
        return "" if self._request.referrer is None else str(self._request.referrer)

    @property
    def referrer_policy(self) -> ReferrerPolicy:
        """
        The referrer policy.
        """
        return self._request.referrer_policy  # type: ignore[return-value]  # it came from one

    @property
    def integrity(self) -> str:
        """
        The integrity metadata; empty for none.
        """
        return self._request.integrity_metadata

    @property
    def keepalive(self) -> bool:
        """
        Whether it may outlive its page.
        """
        return self._request.keepalive

    def clone(self) -> ServiceWorkerRequest:
        """
        Return another request with the same body.

        Raises:
            FetchTypeError: The body was read before.
        """
        self._check_unused()
        return ServiceWorkerRequest(self._request, self._seen, is_of_page=self._is_of_page)

    def __repr__(self) -> str:
        return f"<ServiceWorkerRequest {self.method} {self.url}>"


class ServiceWorkerResponse(_WithBody):
    """
    A response that a service worker makes, or is given by a fetch or a cache.

    Args:
        body: As a body of `fetch()`; None for a null body. A str has the type `text/plain;charset=UTF-8`.
        status: 200 to 599.
        status_text: The reason phrase.
        headers: A mapping or pairs.
        json: A value for the body, with the type `application/json`.

    Raises:
        TypeError: An argument has the wrong type.
        ValueError: The status is out of range, a status that allows no body has one, body and json are both given, or
            HTTP forbids one of the headers.

    https://fetch.spec.whatwg.org/#dom-response
    """

    def __init__(
        self,
        body: BodyInit | None = None,
        status: int = 200,
        *,
        status_text: str = "",
        headers: HeadersInit | None = None,
        json: object = None,
    ) -> None:
        if not isinstance(status, int) or isinstance(status, bool):
            raise ArgumentTypeError(f"status has to be an int, such as 200, not {status!r:.80}")
        if not 200 <= status <= 599:
            raise ArgumentValueError(f"status has to be from 200 to 599, not {status}; error() makes a network error")
        if not isinstance(status_text, str):
            raise ArgumentTypeError(f"status_text has to be a str, such as 'Not Found', not {status_text!r:.80}")
        header_list = _header_list(headers)
        type_, failure = b"", None
        if json is not None:
            if body is not None:
                raise ArgumentTypeError("give body= or json=, not both")
            from browsercors.values.formats.json_text import stringify_json

            body, type_ = stringify_json(json).encode(), b"application/json"
        elif body is not None:
            body, type_, failure = _read_body(body)
        if body is not None and status in NULL_BODY_STATUSES:
            raise ArgumentValueError(f"a response of status {status} has no body: give None")
        if body is not None and type_ and b"content-type" not in header_list:
            header_list.append(b"Content-Type", type_)
        assert body is None or isinstance(body, bytes), "it was extracted"
        super().__init__(body)
        self._response: FilteredResponse | Response = Response(
            status=status,
            status_message=status_text.encode("latin-1", "replace"),
            header_list=header_list,
            body=body,
        )
        self._response.body_failure = failure
        self._leads_to: str | None = None

    @classmethod
    def error(cls) -> Self:
        """
        Return a network error: the page's fetch fails (https://fetch.spec.whatwg.org/#dom-response-error).
        """
        return cls._of(network_error())

    @classmethod
    def redirect(cls, url: str, status: int = 302) -> Self:
        """
        Return a redirect (https://fetch.spec.whatwg.org/#dom-response-redirect).

        Args:
            url: Where it leads: absolute, or relative to the request.
            status: 301, 302, 303, 307 or 308.

        Raises:
            TypeError: *url* is no str.
            ValueError: *status* is none of these.
        """
        if not isinstance(url, str):
            raise ArgumentTypeError(f"url has to be a str, such as '/login', not {url!r:.80}")
        if status not in REDIRECT_STATUSES:
            raise ArgumentValueError(f"status has to be one of 301, 302, 303, 307 and 308, not {status!r}")
        location = HeaderList([(b"Location", url.encode("utf-8"))])
        return cls._of(Response(status=status, header_list=location), url)

    @classmethod
    def _of(cls, response: FilteredResponse | Response, leads_to: str | None = None) -> Self:
        """
        Make one of what a fetch or a cache has given.
        """
        made = cls.__new__(cls)
        _WithBody.__init__(made, response.body)
        made._response, made._leads_to = response, leads_to  # noqa: SLF001 - of the same class
        return made

    @property
    def type(self) -> ResponseType:
        """
        "basic", "cors", "opaque" or "opaqueredirect" for what was fetched, "default" for what was made, or "error".
        """
        return self._response.type

    @property
    def status(self) -> int:
        """
        The status; 0 for an error and for what is opaque.
        """
        return self._response.status

    @property
    def status_text(self) -> str:
        """
        The reason phrase.
        """
        return self._response.status_message.decode("latin-1")

    @property
    def ok(self) -> bool:
        """
        Whether the status is 200 to 299.
        """
        return is_ok_status(self.status)

    @property
    def url(self) -> str:
        """
        Where it was fetched, without a fragment; empty for what was made, and for what is opaque.
        """
        url_list = self._response.url_list
        return url_list[-1].href_without_fragment if url_list else ""

    @property
    def redirected(self) -> bool:
        """
        Whether there was a redirect on the way.
        """
        return len(self._response.url_list) > 1

    @property
    def headers(self) -> Headers:
        """
        The headers that the worker sees, in lower case, sorted.
        """
        return Headers(self._response.header_list.sort_and_combine())

    def clone(self) -> Self:
        """
        Return another response with the same body: one to keep in a cache, one to respond with.

        Raises:
            FetchTypeError: The body was read before.
        """
        self._check_unused()
        return self._of(self._response, self._leads_to)

    def __repr__(self) -> str:
        return f"<ServiceWorkerResponse {self.type} {self.status} {self.url}>".replace(" >", ">")


# NB: what only this package may know of messages, and no user.


def request_behind(request: ServiceWorkerRequest) -> Request:
    """
    Return the request of the page.
    """
    return request._request  # noqa: SLF001 - of the same module


def is_of_page(request: ServiceWorkerRequest) -> bool:
    """
    Whether a page has made the request, and not the worker.
    """
    return request._is_of_page  # noqa: SLF001 - of the same module


def headers_seen(request: ServiceWorkerRequest) -> HeaderList:
    """
    Return the headers that the worker sees.
    """
    return request._seen  # noqa: SLF001 - of the same module


def response_of(response: FilteredResponse | Response) -> ServiceWorkerResponse:
    """
    Return what a worker is given by a fetch.
    """
    return ServiceWorkerResponse._of(response)  # noqa: SLF001 - of the same module


def headers_behind(response: ServiceWorkerResponse) -> HeaderList:
    """
    Return all headers of a response, even those that the worker does not see.
    """
    return internal_of(response._response).header_list  # noqa: SLF001 - of the same module


def take(response: ServiceWorkerResponse) -> ServiceWorkerResponse:
    """
    Return another response with the same body; that of *response* is used then.
    """
    taken = response.clone()
    response.body_used = response._body is not None  # noqa: SLF001 - of the same module
    return taken


def handed_over(response: ServiceWorkerResponse, base_url: URL) -> FilteredResponse | Response:
    """
    Return a response as it is given to a page, and mark its body as used.

    Args:
        response: The response.
        base_url: What the URL of `ServiceWorkerResponse.redirect()` is relative to.
    """
    taken = take(response)
    copied = copy_of_response(taken._response)  # noqa: SLF001 - of the same module
    if taken._leads_to is not None and isinstance(copied, Response):  # noqa: SLF001 - of the same module
        # NB: what cannot be parsed stays as it is, and leads nowhere.
        url = parse_url(taken._leads_to, base_url)  # noqa: SLF001 - of the same module
        if url is not None:
            copied.header_list.set(b"Location", url.href.encode("ascii"))
    return copied


def _read_body(body: BodyInit) -> tuple[bytes, bytes, str | None]:
    """
    Return the bytes of a body, its type, and what broke it off: a stream may raise in the middle.

    Raises:
        TypeError: It is no body.
    """
    if isinstance(body, ReadableStream):
        read = bytearray()
        try:
            for chunk in body.chunks:
                read += chunk
        except Exception as error:  # noqa: BLE001 - whatever a handler's stream raises
            return bytes(read), b"", f"the stream of the service worker raised {type(error).__name__}: {error}"
        return bytes(read), b"", None
    try:
        extracted, type_ = extract_body(body, BOUNDARY)
    except TypeError as error:
        raise ArgumentTypeError(str(error)) from None
    return extracted.data, type_ or b"", None


def _header_list(headers: HeadersInit | None) -> HeaderList:
    """
    Return headers under the guard "response", which drops those that set cookies.
    """
    header_list = HeaderList()
    if headers is None:
        return header_list
    try:
        for name, raw_value in header_pairs(headers):
            value = normalize_header_value(raw_value)
            check_header(name, value)
            if name.lower() not in FORBIDDEN_RESPONSE_HEADER_NAMES:
                header_list.append(name, value)
    except FetchTypeError as error:
        raise ArgumentValueError(f"headers: {error}") from None
    return header_list
