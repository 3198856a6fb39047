"""
httpx clients, and the `TestClient` of Starlette and FastAPI, as pages.

What a client reaches is reached as before, but a page asks it.

NB: loaded when somebody has such a client, so that httpx is there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx

from browsercors.clients.httpx_transport import AsyncPageTransport, PageTransport
from browsercors.servers.server import format_fault, to_answer
from browsercors.values.headers import HeaderList
from browsercors.values.wire import FailureKind, HTTPRequest, HTTPResponse, TransportFailure

if TYPE_CHECKING:
    from browsercors.clients.asking import AsksAsync, AsksNow, Options

__all__ = ["TransportServer", "ask_as_page", "transport_of"]


class TransportServer:
    """
    A server that answers as the transport of an httpx client does.

    What the transport raises is raised in the test, as the client would have raised it.

    Args:
        transport: The transport.
    """

    def __init__(self, transport: Any) -> None:
        self._transport = transport

    def send(self, request: HTTPRequest) -> HTTPResponse | TransportFailure:
        """
        Answer one request.
        """
        try:
            response = self._transport.handle_request(_request(request))
            body = response.read()
        except httpx.TransportError as error:
            return _failure(error)
        return _answer(request, response, body)

    async def send_async(self, request: HTTPRequest) -> HTTPResponse | TransportFailure:
        """
        Answer one request in the running event loop.
        """
        try:
            response = await self._transport.handle_async_request(_request(request))
            body = await response.aread()
        except httpx.TransportError as error:
            return _failure(error)
        return _answer(request, response, body)

    def close(self) -> None:
        """
        Do nothing: the client closes its transport.
        """

    async def aclose(self) -> None:
        """
        Do nothing.
        """

    def __repr__(self) -> str:
        return f"<TransportServer of {self._transport!r}>"


def ask_as_page(client: Any, page: AsksNow | AsksAsync, options: Options, url: str) -> None:
    """
    Let each request of *client* be a fetch of *page*, to the server at *url*.
    """
    # NB: httpx has no other way to change the transport of a client that is there.
    is_async = isinstance(client, httpx.AsyncClient)
    client._transport = AsyncPageTransport(page, options) if is_async else PageTransport(page, options)  # noqa: SLF001
    client._mounts = {}  # noqa: SLF001
    client.base_url = url


def transport_of(client: Any) -> TransportServer:
    """
    Return what answers the requests of *client*.
    """
    return TransportServer(client._transport)  # noqa: SLF001 - httpx has no other way to it


def _request(request: HTTPRequest) -> httpx.Request:
    headers = [*request.headers]
    return httpx.Request(request.method.decode("latin-1"), request.url.href, headers=headers, content=request.body)


def _answer(request: HTTPRequest, response: httpx.Response, body: bytes) -> HTTPResponse | TransportFailure:
    reason = response.extensions.get("reason_phrase", b"")
    # NB: httpx has decoded the body.
    headers = HeaderList(
        [line for line in response.headers.raw if line[0].lower() not in {b"content-encoding", b"content-length"}]
    )
    return to_answer(request, response.status_code, reason, headers, body)


def _failure(error: httpx.TransportError) -> TransportFailure:
    kind = FailureKind.TIMED_OUT if isinstance(error, httpx.TimeoutException) else FailureKind.CONNECTION_FAILED
    return TransportFailure(kind, f"the client's transport raised {error!r}", format_fault(error))
