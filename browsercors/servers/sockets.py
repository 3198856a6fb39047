"""
Handshakes of WebSockets, on their way to whatever server answers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from browsercors.servers.server import Server
    from browsercors.values.wire import HTTPRequest, HTTPResponse, TransportFailure

__all__ = ["connect", "connect_async"]


def connect(server: Server, request: HTTPRequest, interim: frozenset[int]) -> HTTPResponse | TransportFailure:
    """
    Send a handshake. A server that knows nothing of WebSockets answers as it answers any request.

    Args:
        server: Who answers.
        request: The handshake.
        interim: The statuses after which the browser awaits another response.

    Returns:
        The response, with the connection if the server has taken it (`browsercors.values.sockets.Upgraded`).
    """
    open_socket = getattr(server, "connect", None)
    answer: HTTPResponse | TransportFailure = (
        server.send(request) if open_socket is None else open_socket(request, interim)
    )
    return answer


async def connect_async(
    server: Server, request: HTTPRequest, interim: frozenset[int]
) -> HTTPResponse | TransportFailure:
    """
    Do the same without blocking the running event loop.
    """
    open_socket = getattr(server, "connect_async", None)
    answer: HTTPResponse | TransportFailure = await (
        server.send_async(request) if open_socket is None else open_socket(request, interim)
    )
    return answer
