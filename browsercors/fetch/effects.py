"""
What a fetch may ask of the outside world.

An algorithm that may touch the network is a generator: it yields an effect and is sent the reply.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, NamedTuple, TypeAlias, TypeVar

if TYPE_CHECKING:
    from browsercors.values.wire import HTTPRequest, HTTPResponse, TransportFailure

__all__ = ["Effect", "Fetching", "Reply", "SendRequest"]

T = TypeVar("T")


class SendRequest(NamedTuple):
    """
    The effect "send this request over the network"; the reply is what came back.
    """

    http_request: HTTPRequest


class Reply(NamedTuple):
    """
    The reply to an effect.

    Attributes:
        answer: What came back.
        now: The simulated time at which it did, in seconds.
    """

    answer: HTTPResponse | TransportFailure
    now: float


# NB: a closed union with one member so far.
Effect: TypeAlias = SendRequest

Fetching: TypeAlias = Generator[Effect, Reply, T]
