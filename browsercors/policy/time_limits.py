"""
Servers that take too long: each has so many seconds for an answer, and so many answers that it may fail to give.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from browsercors.servers.opening import send_first_events
from browsercors.servers.sockets import connect
from browsercors.servers.time_limits import Hangs, within
from browsercors.values.wire import BODY_TIMED_OUT, FailureKind, TransportFailure

if TYPE_CHECKING:
    from collections.abc import Callable

    from browsercors.servers.server import Server
    from browsercors.values.wire import HTTPRequest, HTTPResponse

__all__ = ["TimeLimitedServer"]


class TimeLimitedServer:
    """
    A server that is interrupted where it takes too long, and so times out as a live one does.

    Args:
        server: The server; an application that has a deadline of its own is left to it.
        seconds: How many seconds it has for an answer, and for being closed.
        most_hangs: After how many requests without an answer no further one reaches it: each would cost as much.
    """

    def __init__(self, server: Server, seconds: float, *, most_hangs: int) -> None:
        self._server = server
        self._seconds = seconds
        self._left = most_hangs
        own_seconds = getattr(server, "deadline_seconds", None)
        self._limits_itself = own_seconds is not None and own_seconds <= seconds

    def __repr__(self) -> str:
        return f"<TimeLimitedServer {self._seconds:g} s, {self._server!r}>"

    def send(self, request: HTTPRequest) -> HTTPResponse | TransportFailure:
        """
        Pass the request on.
        """
        return self._pass(send_first_events, self._server, request)

    def connect(self, request: HTTPRequest, interim: frozenset[int]) -> HTTPResponse | TransportFailure:
        """
        Pass the handshake of a WebSocket on.
        """
        return self._pass(connect, self._server, request, interim)

    def _pass(
        self, ask: Callable[..., HTTPResponse | TransportFailure], *arguments: object
    ) -> HTTPResponse | TransportFailure:
        if self._left > 0:
            try:
                answer = ask(*arguments) if self._limits_itself else within(self._seconds, ask, *arguments)
            except Hangs:
                self._left -= 1
            else:
                self._left -= _has_timed_out(answer)
                return answer
        return TransportFailure(FailureKind.TIMED_OUT, f"the application did not answer in {self._seconds:g} s")

    async def send_async(self, request: HTTPRequest) -> HTTPResponse | TransportFailure:
        """
        Do the same.
        """
        return self.send(request)

    def close(self) -> None:
        """
        Release what the server holds.
        """
        with contextlib.suppress(Hangs):
            within(self._seconds, self._server.close)

    async def aclose(self) -> None:
        """
        Do what `close` does.
        """
        self.close()


def _has_timed_out(answer: HTTPResponse | TransportFailure) -> bool:
    if isinstance(answer, TransportFailure):
        return answer.kind is FailureKind.TIMED_OUT
    return answer.body_failure == BODY_TIMED_OUT
