"""
Event streams of live servers, read from their connection as they come.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from browsercors.servers.live.http1 import BrokenBody, Unreadable
from browsercors.servers.open_streams import StreamEnd, no_more

if TYPE_CHECKING:
    from collections.abc import Iterator

    from browsercors.servers.deadline import Deadline
    from browsercors.servers.live.http1 import ResponseReader
    from browsercors.servers.live.live import Connection, LiveServer
    from browsercors.servers.open_streams import Opened
    from browsercors.values.wire import HTTPRequest

__all__ = ["LiveStream", "open_live_stream"]

LOOK_SECONDS: Final = 0.25
"""How often a thread that waits for a stream looks whether the stream was closed."""


def open_live_stream(server: LiveServer, request: HTTPRequest) -> Opened:
    """
    Send a request, and leave an event stream open.
    """
    stream = LiveStream(server)
    answer = server.answer(request, stream)
    return answer, stream if stream.is_open else None


class LiveStream:
    """
    A connection over which an event stream comes.

    Args:
        server: The server.

    Attributes:
        seconds: How long the server has for the next part.
        is_open: Whether there is a connection.
    """

    def __init__(self, server: LiveServer) -> None:
        self.seconds: float | None = server.seconds_of_silence
        self.is_open: bool = False
        self._server = server
        self._end: StreamEnd | None = None
        self._connection: Connection
        self._reader: ResponseReader
        self._parts: Iterator[bytes]
        self._deadline: Deadline

    def take(self, connection: Connection, reader: ResponseReader, parts: Iterator[bytes], deadline: Deadline) -> None:
        """
        Take what is left open.
        """
        self._connection, self._reader, self._parts, self._deadline = connection, reader, parts, deadline
        self.is_open = True
        self._server.streams.add(self)

    def pull(self, seconds: float | None) -> bytes | StreamEnd | None:
        """
        Wait until something has come, and read it.
        """
        until = None if seconds is None else time.monotonic() + seconds
        while self._end is None and not self._reader.has_more:
            left = LOOK_SECONDS if until is None else min(LOOK_SECONDS, until - time.monotonic())
            # NB: another thread may close it.
            try:
                if self._connection.is_readable(max(0.0, left)):
                    break
            except (OSError, ValueError) as error:
                return self._ended(StreamEnd(f"the connection broke in the middle of the body: {error}"))
            if until is not None and time.monotonic() >= until:
                return None
        if self._end is not None:
            return self._end
        # NB: what has begun to come, comes within the time of every exchange.
        self._deadline.renew(self._server.seconds_of_silence)
        return self._read()

    async def pull_async(self, seconds: float | None) -> bytes | StreamEnd | None:
        """
        Do the same without blocking the running event loop; cancelling it loses nothing.
        """
        import asyncio

        until = None if seconds is None else time.monotonic() + seconds
        while True:
            left = LOOK_SECONDS if until is None else max(0.0, min(LOOK_SECONDS, until - time.monotonic()))
            if await asyncio.to_thread(self._has_come, left):
                # NB: what is there is read at once.
                return self.pull(0)
            if until is not None and time.monotonic() >= until:
                return None

    def close(self) -> None:
        """
        Close the connection, which is all that a server hears of it.
        """
        if self.is_open:
            self._ended(self._end or StreamEnd())

    async def aclose(self) -> None:
        """
        Do the same.
        """
        self.close()

    def _has_come(self, seconds: float) -> bool:
        try:
            return self._end is not None or self._reader.has_more or self._connection.is_readable(seconds)
        except (OSError, ValueError):
            return True

    def _read(self) -> bytes | StreamEnd:
        try:
            part = next(self._parts, None)
        except (BrokenBody, Unreadable) as broken:
            return self._ended(StreamEnd(str(broken), broken.fault))
        except TimeoutError:
            return self._ended(no_more())
        except OSError as error:
            return self._ended(StreamEnd(f"the connection broke in the middle of the body: {error}"))
        return self._ended(StreamEnd()) if part is None else part

    def _ended(self, end: StreamEnd) -> StreamEnd:
        self._end = end
        self.is_open = False
        self._connection.close()
        self._server.streams.discard(self)
        return end
