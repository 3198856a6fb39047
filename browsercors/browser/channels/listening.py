"""
Running a load whose response may never end: the last server is asked for a stream.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from browsercors.fetch.effects import drive, drive_async
from browsercors.initiators.elements.load import load
from browsercors.servers.opening import open_stream, open_stream_async
from browsercors.values.responses import FilteredResponse

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from browsercors.fetch.effects import Effect, Fetching, Reply
    from browsercors.initiators.elements.load import Load, Loading
    from browsercors.servers.open_streams import OpenStream
    from browsercors.servers.server import Server
    from browsercors.values.responses import Response
    from browsercors.values.wire import HTTPRequest, HTTPResponse, TransportFailure

    Answer = HTTPResponse | TransportFailure
    Send = Callable[[Server, HTTPRequest], Answer]
    SendAsync = Callable[[Server, HTTPRequest], Awaitable[Answer]]

__all__ = ["listen", "listen_async"]


def listen(loading: Loading, perform: Callable[[Effect, Send], Reply]) -> tuple[Load, OpenStream | None]:
    """
    Run a load, and return with it what the server still sends.

    Args:
        loading: The load.
        perform: Carries out an effect, and sends requests by the function that it is given.
    """
    opened: list[OpenStream] = []

    def send(server: Server, request: HTTPRequest) -> Answer:
        answer, stream = open_stream(server, request)
        opened.extend([] if stream is None else [stream])
        return answer

    ended = drive(loading, lambda params: drive(load(params), lambda effect: perform(effect, send)))
    while opened and not isinstance(ended.response, FilteredResponse):
        opened.pop().close()
    return ended, opened[-1] if opened else None


async def listen_async(
    loading: Loading,
    run: Callable[[Fetching[FilteredResponse | Response], SendAsync], Awaitable[FilteredResponse | Response]],
) -> tuple[Load, OpenStream | None]:
    """
    Do the same for an async browser.

    Args:
        loading: The load.
        run: Runs a fetch, and sends its requests by the function that it is given.
    """
    opened: list[OpenStream] = []

    async def send(server: Server, request: HTTPRequest) -> Answer:
        answer, stream = await open_stream_async(server, request)
        opened.extend([] if stream is None else [stream])
        return answer

    ended = await drive_async(loading, lambda params: run(load(params), send))
    while opened and not isinstance(ended.response, FilteredResponse):
        await opened.pop().aclose()
    return ended, opened[-1] if opened else None
