"""
What happened during a fetch, in order: exchanges on the wire, and responses from the browser's caches.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, ClassVar

import attrs

from browsercors.values.headers import Headers
from browsercors.values.records import quick

if TYPE_CHECKING:
    from collections.abc import Iterable

    from browsercors.http_cache.stored_response import StoredResponse
    from browsercors.values.wire import HTTPRequest, HTTPResponse, TransportFailure

__all__ = ["CachedResponse", "Exchange", "ExchangeKind", "RememberedPreflight", "exchanges_in"]


@quick
class ExchangeKind(enum.Enum):
    """
    What an exchange was for.
    """

    PREFLIGHT = "preflight"
    REDIRECT = "redirect"
    """Answered with a redirect that was followed."""

    CHALLENGE = "challenge"
    """Answered with a 401, and sent again with what the browser knows of the visitor."""

    ACTUAL = "actual"

    REVALIDATION = "revalidation"
    """Sent in the background after a stale response from the HTTP cache (`stale-while-revalidate`)."""


@attrs.define(eq=False, repr=False)
class Exchange:
    """
    One request on the wire and what came back.

    Attributes:
        kind: Preflight, redirect hop, actual or revalidation.
        http_request: As it went out, in bytes.
        http_response: As it came in, in bytes; None when none came.
        transport_failure: Why none came; None when one came.
        time: When it was sent, in simulated seconds.
        was_sent: Whether it went over the wire; False for what the browser itself answered.
        cache_state: Of what a cache answered: "local", "validated" (a server confirmed it) or "preloaded"; else empty.
    """

    kind: ExchangeKind
    http_request: HTTPRequest
    http_response: HTTPResponse | None
    transport_failure: TransportFailure | None
    time: float
    was_sent: ClassVar[bool] = True
    cache_state: ClassVar[str] = ""

    @property
    def is_preflight(self) -> bool:
        """
        Whether this is a preflight.
        """
        return self.kind is ExchangeKind.PREFLIGHT

    @property
    def method(self) -> str:
        """
        The request's method.
        """
        return self.http_request.method.decode("ascii")

    @property
    def url(self) -> str:
        """
        The request's URL.
        """
        return self.http_request.url.href

    @property
    def request_headers(self) -> Headers:
        """
        The request's header lines as text (ISO 8859-1), in the order sent.
        """
        return Headers(self.http_request.headers)

    @property
    def request_body(self) -> bytes | None:
        """
        The request's body, or None where there is none.
        """
        return self.http_request.body

    @property
    def status(self) -> int | None:
        """
        The response's status, or None when no response came.
        """
        return None if self.http_response is None else self.http_response.status

    @property
    def response_headers(self) -> Headers:
        """
        The response's header lines as text (ISO 8859-1), in the order received; none when no response came.
        """
        return Headers(() if self.http_response is None else self.http_response.headers)

    @property
    def response_body(self) -> bytes | None:
        """
        The response's body as far as it came, or None when no response came.
        """
        return None if self.http_response is None else self.http_response.body

    @property
    def traceback(self) -> str | None:
        """
        The traceback of the application that raised while it answered, or None.
        """
        answer = self.http_response or self.transport_failure
        return None if answer is None else answer.traceback

    def __repr__(self) -> str:
        outcome = self.status if self.transport_failure is None else self.transport_failure.kind.value
        return f"<Exchange {self.kind.value} {self.method} {self.url} -> {outcome}>"


@attrs.define(eq=False, repr=False)
class CachedResponse(Exchange):
    """
    One request that the browser's HTTP cache answered, with at most a validation request on the wire.

    Attributes:
        stored: The stored response, with the request for which it was made and the time when it arrived.
        is_confirmed: Whether the server confirmed it with a 304; that exchange stands right before this one.
    """

    stored: StoredResponse
    is_confirmed: bool
    was_sent: ClassVar[bool] = False

    @property
    def cache_state(self) -> str:  # type: ignore[override]
        """
        "validated" for what a server confirmed, else "local".
        """
        return "validated" if self.is_confirmed else "local"

    @property
    def age(self) -> float:
        """
        How old the answer was, in seconds.
        """
        return self.stored.age(self.time)

    def __repr__(self) -> str:
        return f"<CachedResponse {self.kind.value} {self.method} {self.url} -> {self.status}>"


@attrs.frozen(eq=False, repr=False)
class RememberedPreflight:
    """
    A preflight that was not sent: the preflight cache still knew the answer.

    Attributes:
        method: The method that was asked for.
        url: The URL that was asked for.
        header_names: The CORS-unsafe request-header names that were asked for.
        time: When, in simulated seconds.
    """

    method: str
    url: str
    header_names: tuple[str, ...]
    time: float
    cache_state: ClassVar[str] = ""

    def __repr__(self) -> str:
        return f"<RememberedPreflight {self.method} {self.url}>"


def exchanges_in(timeline: Iterable[Exchange | RememberedPreflight]) -> list[Exchange]:
    """
    Return what went over the wire, in order.
    """
    return [entry for entry in timeline if isinstance(entry, Exchange) and entry.was_sent]
