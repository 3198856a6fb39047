"""
What crosses the network: HTTP requests, and the response or the failure of each.

The engine yields `HTTPRequest`s; a server answers each with an `HTTPResponse` or a `TransportFailure`.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, ClassVar, Final

import attrs

from browsercors.values.records import Record, quick

if TYPE_CHECKING:
    from browsercors.values.headers import HeaderList
    from browsercors.values.transport import Fault, Transport
    from browsercors.values.urls import URL

__all__ = ["BODY_TIMED_OUT", "FailureKind", "HTTPRequest", "HTTPResponse", "TransportFailure"]

BODY_TIMED_OUT: Final = "timed out in the middle of the body"
"""The `HTTPResponse.body_failure` of a live server that stopped sending."""


def _strict() -> Transport:
    # NB: imported late, since the requests of a browser have its own.
    from browsercors.values.transport import STRICT

    return STRICT


@attrs.define(eq=False, repr=False)
class HTTPRequest(Record):
    """
    A request as it goes over the wire.

    Attributes:
        method: As sent.
        url: Where it goes; the request target is its path and query.
        headers: All header lines in the order sent, `Host` included.
        body: The whole body, or None where there is none (which is not the empty body).
        time: When it is sent, in simulated seconds. It is the only clock of a server with a cache.
        transport: How the browser that sends it takes a response off the wire.
    """

    method: bytes
    url: URL
    headers: HeaderList
    body: bytes | None = None
    time: float = 0.0
    transport: Transport = attrs.field(factory=_strict, repr=False)


@attrs.define(eq=False, repr=False)
class HTTPResponse(Record):
    """
    A response as it came over the wire, content codings already undone.

    Attributes:
        status: The status code, whatever the server wrote (a server may write 0 or 999).
        reason: The reason phrase, possibly empty.
        headers: All header lines in the order received, unmerged, names and values as sent.
        body: All bytes of the body that arrived.
        body_failure: Why the connection broke in the middle of the body; None if it did not.
        traceback: None, or the formatted traceback of the application that raised.
        elapsed: How many simulated seconds the response took. Scripted servers say so; others take none.
        raw_lines: Whether the header lines are exactly as the server wrote them, with spaces around values and invalid
            names; otherwise they have been parsed as HTTP requires.
        body_fault: What was wrong with the bytes of the body, if that is why it broke off.
        encoded_size: How many bytes the body had before its content codings were undone; None if it had none.
    """

    status: int
    reason: bytes
    headers: HeaderList
    body: bytes = b""
    body_failure: str | None = None
    traceback: str | None = None
    elapsed: float = 0.0
    raw_lines: bool = False
    body_fault: Fault | None = None
    encoded_size: ClassVar[int | None] = None


@quick
class FailureKind(enum.Enum):
    """
    Why no response arrived.
    """

    NOT_MOUNTED = "not-mounted"
    """Nothing is mounted for the origin; nothing was sent."""

    CONNECTION_FAILED = "connection-failed"
    """Refused, reset, broken TLS, name not found."""

    TIMED_OUT = "timed-out"
    """The server did not respond in time."""

    INVALID_RESPONSE = "invalid-response"
    """What the server sent is not an HTTP response that a browser accepts."""

    TOO_LARGE = "too-large"
    """The response exceeds the limit."""

    NOT_RECORDED = "not-recorded"
    """The responses come from a recording, which has none for this request."""


@attrs.define(eq=False, repr=False)
class TransportFailure(Record):
    """
    No response arrived.

    Attributes:
        kind: Why.
        detail: What happened, in words. It may contain text from the server, so it is not trusted.
        traceback: None, or the formatted traceback of the application that raised.
        elapsed: How many simulated seconds passed.
        fault: What went wrong with the connection or with the bytes that came, if it is known.
    """

    kind: FailureKind
    detail: str
    traceback: str | None = None
    elapsed: float = 0.0
    fault: Fault | None = None
