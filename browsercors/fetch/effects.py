"""
What a fetch may ask of the outside world, and the two drivers that run a fetch: one sync, one async.

An algorithm that may touch the network is a generator: it yields an effect and is sent the reply. A driver hands each
effect to a function of its caller, so the same algorithms serve every transport.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, TypeVar

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from browsercors.fetch.service_workers.calls import ControlledFetch, ServiceWorker
    from browsercors.values.wire import HTTPRequest

__all__ = ["CallServiceWorker", "Effect", "Fetching", "OpenSocket", "Reply", "SendRequest", "drive", "drive_async"]

T = TypeVar("T")
EffectT = TypeVar("EffectT")
ReplyT = TypeVar("ReplyT")


class SendRequest(NamedTuple):
    """
    The effect "send this request over the network"; the reply is what came back.
    """

    http_request: HTTPRequest


class CallServiceWorker(NamedTuple):
    """
    The effect "let the service worker of the page handle this fetch"; the reply is what it responds with.

    Attributes:
        service_worker: The worker.
        params: The fetch.
        http_request: Always None: nothing goes over the wire.
    """

    service_worker: ServiceWorker
    params: ControlledFetch
    http_request: None = None


class OpenSocket(NamedTuple):
    """
    The effect "send this handshake of a WebSocket"; the reply is what came back, with the connection if there is one.

    Attributes:
        http_request: The handshake.
        interim: The statuses after which another response is awaited.
    """

    http_request: HTTPRequest
    interim: frozenset[int]


class Reply(NamedTuple):
    """
    The reply to an effect.

    Attributes:
        answer: What came back: an `HTTPResponse` or a `TransportFailure`; from a service worker, a `WorkerAnswer`.
        now: The simulated time at which it did, in seconds.
    """

    answer: Any
    now: float


Effect: TypeAlias = "SendRequest | OpenSocket | CallServiceWorker"

Fetching: TypeAlias = Generator[Effect, Reply, T]


def drive(fetching: Generator[EffectT, ReplyT, T], perform: Callable[[EffectT], ReplyT]) -> T:
    """
    Run *fetching* to its end and return what it returns.

    Args:
        fetching: A fetch, or another generator that asks as a fetch does; it has not begun.
        perform: Carries out an effect and returns the reply. What it raises ends the fetch and is raised here.
    """
    reply: Any = None  # what starts a generator
    while True:
        # NB: nothing else stands in the `try`, since *perform* may raise a StopIteration of its own.
        try:
            effect = fetching.send(reply)
        except StopIteration as stop:
            result: T = stop.value
            return result
        reply = perform(effect)


async def drive_async(fetching: Generator[EffectT, ReplyT, T], perform: Callable[[EffectT], Awaitable[ReplyT]]) -> T:
    """
    Do what `drive` does, and await each reply.
    """
    reply: Any = None
    while True:
        try:
            effect = fetching.send(reply)
        except StopIteration as stop:
            result: T = stop.value
            return result
        reply = await perform(effect)
