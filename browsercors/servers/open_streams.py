"""
Responses whose body is read as it comes, because it may never end: event streams.

Every other response is read to its end, as `Server.send` does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, NamedTuple, Protocol, TypeAlias

from browsercors.values.wire import BODY_TIMED_OUT, FailureKind

if TYPE_CHECKING:
    from browsercors.values.headers import HeaderList
    from browsercors.values.transport import Fault
    from browsercors.values.wire import HTTPResponse, TransportFailure

__all__ = ["HIGH_WATER_BYTES", "OpenStream", "Opened", "StreamEnd", "StreamKind", "has_event_stream", "no_more"]

HIGH_WATER_BYTES: Final = 65536
"""How much of a stream waits to be read before its application has to wait, as in uvicorn."""


class StreamEnd(NamedTuple):
    """
    The end of a stream.

    Attributes:
        failure: Why it broke off; None for an end as it should be.
        fault: What was wrong with the bytes, or None.
        kind: `TIMED_OUT` or `TOO_LARGE` where this side has had enough of it; else None.
        traceback: None, or the formatted traceback of the application that raised.
        instead: What the server has sent in place of the head that seemed to be there: an application may raise before
            it sends anything of its body, and with that its head.
    """

    failure: str | None = None
    fault: Fault | None = None
    kind: FailureKind | None = None
    traceback: str | None = None
    instead: HTTPResponse | TransportFailure | None = None


def no_more(traceback: str | None = None) -> StreamEnd:
    """
    Return the end of a stream of which nothing came within its time.
    """
    return StreamEnd(BODY_TIMED_OUT, kind=FailureKind.TIMED_OUT, traceback=traceback)


class OpenStream(Protocol):
    """
    The body of a response whose head has come.

    Attributes:
        seconds: How long the server has for the next part; None for any time.
    """

    seconds: float | None

    def pull(self, seconds: float | None) -> bytes | StreamEnd | None:
        """
        Return the next part, which is not empty, or how the stream has ended.

        Args:
            seconds: How long to wait; None for as long as it takes.

        Returns:
            None if nothing has come by then, and more may come later.
        """
        ...

    async def pull_async(self, seconds: float | None) -> bytes | StreamEnd | None:
        """
        Do the same without blocking the running event loop.
        """
        ...

    def close(self) -> None:
        """
        Close the connection: the server stops what it does for it. Nothing is raised, however often it is called.
        """
        ...

    async def aclose(self) -> None:
        """
        Do what `close` does, in the running event loop.
        """
        ...


Opened: TypeAlias = "tuple[HTTPResponse | TransportFailure, OpenStream | None]"
"""What came for a request, and what is still to come of it; None where that is all."""


StreamKind: TypeAlias = Literal["wsgi", "asgi", "live"]
"""How a server is asked for a stream: the `stream_kind` of its class."""


def has_event_stream(method: bytes, status: int, headers: HeaderList) -> bool:
    """
    Whether the body of a response is read as it comes.

    NB: whatever is left out here is only read to its end before anybody looks at it. So is what states its length, and
    what has a content coding.
    """
    return (
        status == 200
        and method != b"HEAD"
        and b"event-stream" in (headers.get(b"content-type") or b"").lower()
        and b"content-encoding" not in headers
        and b"content-length" not in headers
    )
