"""
A server that answers from what was recorded, and says so where nothing was.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, TypeAlias

import attrs

from browsercors.values.wire import FailureKind, HTTPResponse, TransportFailure

if TYPE_CHECKING:
    from collections.abc import Callable

    from browsercors.servers.messages import ResponseMessage
    from browsercors.values.urls import URL
    from browsercors.values.wire import HTTPRequest

__all__ = ["RecordedServer", "is_preflight", "not_recorded"]

RecordedAnswer: TypeAlias = "ResponseMessage | TransportFailure"
Key: TypeAlias = tuple[bool, bytes, str]


class RecordedServer:
    """
    Answers each request with what was recorded for it: for the same method and URL, and whether it is a preflight.

    Several answers to one such request come in the order in which they were recorded, and the last one repeats. What
    was recorded without its request answers, in order and once each, what nothing else answers.

    Args:
        missing: Says what to make of a request that nothing was recorded for; `not_recorded` by default.
    """

    def __init__(self, *, missing: Callable[[HTTPRequest], TransportFailure] | None = None) -> None:
        self._answers: dict[Key, deque[RecordedAnswer]] = {}
        self._any: dict[bool | None, deque[RecordedAnswer]] = {}
        self._missing = missing or not_recorded

    def __repr__(self) -> str:
        count = sum(len(answers) for answers in (*self._answers.values(), *self._any.values()))
        return f"<RecordedServer of {count} answers>"

    def record(self, method: str, url: URL, answer: RecordedAnswer, *, is_preflight: bool = False) -> None:
        """
        Answer the next such request with *answer*.
        """
        key = (is_preflight, method.encode("latin-1", "replace"), url.href_without_fragment)
        self._answers.setdefault(key, deque()).append(answer)

    def record_next(self, answer: RecordedAnswer, *, is_preflight: bool | None = None) -> None:
        """
        Answer the next request with *answer*: a preflight, a request that is none, or, with None, whichever comes.
        """
        self._any.setdefault(is_preflight, deque()).append(answer)

    def send(self, request: HTTPRequest) -> HTTPResponse | TransportFailure:
        """
        Answer the request.
        """
        asked = is_preflight(request)
        answers = self._answers.get((asked, request.method, request.url.href_without_fragment))
        if answers:
            return _answer(answers[0] if len(answers) == 1 else answers.popleft(), request)
        for waiting in (self._any.get(asked), self._any.get(None)):
            if waiting:
                return _answer(waiting.popleft(), request)
        return self._missing(request)

    async def send_async(self, request: HTTPRequest) -> HTTPResponse | TransportFailure:
        """
        Do the same.
        """
        return self.send(request)

    def close(self) -> None:
        """
        Do nothing: a recording holds nothing that has to be released.
        """

    async def aclose(self) -> None:
        """
        Do nothing.
        """


def is_preflight(request: HTTPRequest) -> bool:
    """
    Whether *request* is a CORS-preflight request.
    """
    return request.method == b"OPTIONS" and b"access-control-request-method" in request.headers


def not_recorded(request: HTTPRequest) -> TransportFailure:
    """
    Return what a browser gets for a request that nothing was recorded for.
    """
    kind = "the preflight" if is_preflight(request) else "the request"
    method = request.method.decode("latin-1")
    detail = f"no answer to {kind} {method} {request.url.href_without_fragment} was recorded"
    return TransportFailure(FailureKind.NOT_RECORDED, detail)


def _answer(answer: RecordedAnswer, request: HTTPRequest) -> HTTPResponse | TransportFailure:
    # NB: a copy each time, since whoever gets it may change it.
    return attrs.evolve(answer) if isinstance(answer, TransportFailure) else answer.answer(request.method)
