"""
Asking a server for a response of which more may come than anybody waits for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from browsercors.servers.applications.asgi import ASGIServer
    from browsercors.servers.applications.wsgi import WSGIServer
    from browsercors.servers.live.live import LiveServer
    from browsercors.servers.open_streams import Opened, StreamKind
    from browsercors.servers.server import Server
    from browsercors.values.wire import HTTPRequest

__all__ = ["open_stream", "open_stream_async"]


def open_stream(server: Server, request: HTTPRequest) -> Opened:
    """
    Answer one request: of an event stream only with the head, if the server can do that.
    """
    kind: StreamKind | None = getattr(server, "stream_kind", None)
    if kind == "wsgi":
        from browsercors.servers.applications.wsgi_stream import WSGIStream

        return WSGIStream(cast("WSGIServer", server)).open(request)
    if kind == "asgi":
        from browsercors.servers.applications.asgi_stream import ASGIStream

        return ASGIStream(cast("ASGIServer", server)).open(request)
    if kind == "live":
        from browsercors.servers.live.live_stream import open_live_stream

        return open_live_stream(cast("LiveServer", server), request)
    return server.send(request), None


async def open_stream_async(server: Server, request: HTTPRequest) -> Opened:
    """
    Do the same without blocking the running event loop.
    """
    kind: StreamKind | None = getattr(server, "stream_kind", None)
    if kind == "wsgi":
        from browsercors.servers.applications.wsgi_stream import WSGIStream

        return await WSGIStream(cast("WSGIServer", server)).open_async(request)
    if kind == "asgi":
        from browsercors.servers.applications.asgi_stream import ASGIStream

        return await ASGIStream(cast("ASGIServer", server)).open_async(request)
    if kind == "live":
        import asyncio

        from browsercors.servers.live.live_stream import open_live_stream

        return await asyncio.to_thread(open_live_stream, cast("LiveServer", server), request)
    return await server.send_async(request), None
