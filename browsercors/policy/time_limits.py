"""
How long an application has for an answer: what takes longer is interrupted, and is a server that does not answer.

An application stays in the thread that asks it, as its connections may belong to it. So only a signal can interrupt it,
SIGALRM, which Python takes in the main thread alone: in other threads, and on Windows, nothing is interrupted. Nor is
code that lets no signal through, such as an extension in C that is busy.
"""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # typeshed leaves it out
import contextlib
import signal
import threading
import time
from typing import TYPE_CHECKING, Any, TypeVar

from browsercors.values.wire import FailureKind, TransportFailure

if TYPE_CHECKING:
    from collections.abc import Callable

    from browsercors.servers.server import Server
    from browsercors.values.wire import HTTPRequest, HTTPResponse

__all__ = ["Hangs", "TimeLimitedServer", "checked_seconds", "within"]

T = TypeVar("T")


class Hangs(BaseException):
    """
    What was called takes too long; no `Exception`, so that an application does not take it for one of its own.
    """


def checked_seconds(name: str, seconds: float, *, may_be_zero: bool = False) -> float:
    """
    Return *seconds*, the argument *name*, if they are a time that can pass.

    Raises:
        ValueError: They are no number, or too few.
    """
    is_number = isinstance(seconds, (int, float)) and not isinstance(seconds, bool)
    if not is_number or not 0 <= seconds <= threading.TIMEOUT_MAX or (seconds == 0 and not may_be_zero):
        least = "of 0 or more" if may_be_zero else "above 0"
        raise ValueError(f"{name} has to be a number of seconds {least}, such as 10, not {seconds!r}")
    return seconds


def within(seconds: float, function: Callable[..., T], /, *arguments: Any) -> T:
    """
    Call *function*, and interrupt it if it takes longer than *seconds*.

    One that catches the interruption is interrupted again after as many seconds.

    Raises:
        Hangs: It took longer, whatever came of it.
    """
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        return function(*arguments)
    is_over = has_rung = False

    def interrupt(*_: object) -> None:
        nonlocal has_rung
        if not is_over:
            has_rung = True
            raise Hangs

    # NB: `signal.signal` makes enumerations of what it takes and returns, which takes as long as a small application.
    before = _signal.signal(signal.SIGALRM, interrupt)
    begun, (left, interval) = time.monotonic(), signal.setitimer(signal.ITIMER_REAL, seconds, seconds)
    try:
        try:
            answer = function(*arguments)
        finally:
            # NB: first of all, as the signal may come between any two calls.
            is_over = True
        if has_rung:
            raise Hangs
        return answer
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        _signal.signal(signal.SIGALRM, before)
        if left:
            # NB: somebody else's timer, such as a test runner's, goes on.
            signal.setitimer(signal.ITIMER_REAL, max(0.001, left - (time.monotonic() - begun)), interval)


class TimeLimitedServer:
    """
    A server that is interrupted where it takes too long, and so times out as a live one does.

    Args:
        server: The server.
        seconds: How many seconds it has for an answer, and for being closed.
        most_hangs: After how many requests without an answer no further one reaches it: each would cost as much.
    """

    def __init__(self, server: Server, seconds: float, *, most_hangs: int) -> None:
        self._server = server
        self._seconds = seconds
        self._left = most_hangs

    def __repr__(self) -> str:
        return f"<TimeLimitedServer {self._seconds:g} s, {self._server!r}>"

    def send(self, request: HTTPRequest) -> HTTPResponse | TransportFailure:
        """
        Pass the request on.
        """
        if self._left > 0:
            try:
                return within(self._seconds, self._server.send, request)
            except Hangs:
                self._left -= 1
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
