"""
What crosses the network: one HTTP request, and what came back for it.

The engine yields `HTTPRequest`s; a server answers each with an `HTTPResponse` or a `TransportFailure`.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Final

import attrs

from browsercors.values.enums import quick
from browsercors.values.records import Record

if TYPE_CHECKING:
    from browsercors.values.headers import HeaderList
    from browsercors.values.urls import URL

__all__ = ["BODY_TIMED_OUT", "FailureKind", "HTTPRequest", "HTTPResponse", "TransportFailure"]

BODY_TIMED_OUT: Final = "timed out in the middle of the body"
"""What broke the connection, as `HTTPResponse.body_failure` has it, where a live server stopped sending."""


@attrs.define(eq=False, repr=False)
class HTTPRequest(Record):
    """
    A request as it goes over the wire.

    Attributes:
        method: As sent, case kept.
        url: Where it goes; the request target is its path and query.
        headers: All header lines in the order sent, `Host` included.
        body: The whole body, or None where there is none (which is not the empty body).
        time: When it is sent, in simulated seconds: what a server with a cache goes by, for it has no other clock.
    """

    method: bytes
    url: URL
    headers: HeaderList
    body: bytes | None = None
    time: float = 0.0


@attrs.define(eq=False, repr=False)
class HTTPResponse(Record):
    """
    A response as it came over the wire, content codings already undone.

    Attributes:
        status: The status code, whatever the server wrote (a server may write 0 or 999).
        reason: The reason phrase, possibly empty.
        headers: All header lines in the order received, unmerged, names and values as sent.
        body: All bytes of the body that arrived.
        body_failure: None, or what broke the connection in the middle of the body.
        traceback: None, or the formatted traceback of the application that raised.
        elapsed: How many simulated seconds the answer took (scripted servers state it; others take none).
        raw_lines: Whether the header lines are as a peer wrote them, blanks around values and impossible names
            included; otherwise the server has read them as HTTP wants, and there is nothing left to disagree about.
    """

    status: int
    reason: bytes
    headers: HeaderList
    body: bytes = b""
    body_failure: str | None = None
    traceback: str | None = None
    elapsed: float = 0.0
    raw_lines: bool = False


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
    """The server did not answer in the time given."""

    INVALID_RESPONSE = "invalid-response"
    """What came is not an HTTP response that a browser would take."""

    TOO_LARGE = "too-large"
    """The response is larger than the limit set for it."""

    NOT_RECORDED = "not-recorded"
    """The answers come from a recording, and it holds none to this request."""

    NOT_REPRESENTABLE = "not-representable"
    """A browser might take the answer, but the client library that fetched it would not: no verdict is possible."""


@attrs.define(eq=False, repr=False)
class TransportFailure(Record):
    """
    No response arrived.

    Attributes:
        kind: Why.
        detail: What happened, in words; may hold text of the server's, so it is not to be trusted.
        traceback: None, or the formatted traceback of the application that raised.
        elapsed: How many simulated seconds passed.
    """

    kind: FailureKind
    detail: str
    traceback: str | None = None
    elapsed: float = 0.0
