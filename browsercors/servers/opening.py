"""
Asking a server for a response of which more may come than anybody waits for.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final, cast

from browsercors.servers.open_streams import HIGH_WATER_BYTES
from browsercors.values.expressions import compiled_late
from browsercors.values.wire import HTTPResponse

if TYPE_CHECKING:
    from browsercors.servers.applications.asgi import ASGIServer
    from browsercors.servers.applications.wsgi import WSGIServer
    from browsercors.servers.live.live import LiveServer
    from browsercors.servers.open_streams import Opened, StreamEnd, StreamKind
    from browsercors.servers.server import Server
    from browsercors.values.wire import HTTPRequest, TransportFailure

__all__ = ["open_stream", "open_stream_async", "send_first_events"]

FIRST_SECONDS: Final = 0.5
"""How long somebody who wants a look at a stream waits for what comes first."""

FIRST_PARTS: Final = 50
"""How many parts of it are looked at; what is longer counts as endless."""

END_OF_EVENT = compiled_late(rb"\n\n|\r\r|\r\n\r\n")


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


def send_first_events(server: Server, request: HTTPRequest) -> HTTPResponse | TransportFailure:
    """
    Answer one request, and leave an event stream after a look at it.

    Returns:
        Of a stream that does not end at once no more than the first event, so that it is the same every time.
    """
    answer, stream = open_stream(server, request)
    if stream is None or not isinstance(answer, HTTPResponse):
        return answer
    until = time.monotonic() + FIRST_SECONDS
    body = b""
    part: bytes | StreamEnd | None = b""
    for _ in range(FIRST_PARTS):
        part = stream.pull(max(0.0, until - time.monotonic()))
        if not isinstance(part, bytes) or len(body) > HIGH_WATER_BYTES:
            break
        body += part
    stream.close()
    if part is None or isinstance(part, bytes) or part.kind is not None:
        first = END_OF_EVENT.search(body)
        answer.body = body if first is None else body[: first.end()]
        return answer
    if part.instead is not None:
        return part.instead
    answer.body, answer.body_failure, answer.traceback = body, part.failure, part.traceback
    return answer
