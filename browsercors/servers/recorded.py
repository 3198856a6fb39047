"""
A server that responds from a recording, and says where nothing was recorded.
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
    A server that gives each request the response recorded for the same method and URL. Preflights have their own.

    Several responses to the same request come in the order recorded, and the last one repeats. Responses recorded
    without a request are given to requests without a response, in order and once each.

    Args:
        missing: Returns the failure for a request without a recorded response; `not_recorded` by default.
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
        Add the answer to the next request of this kind.
        """
        key = (is_preflight, method.encode("latin-1", "replace"), url.href_without_fragment)
        self._answers.setdefault(key, deque()).append(answer)

    def record_next(self, answer: RecordedAnswer, *, is_preflight: bool | None = None) -> None:
        """
        Add the answer to the next request: a preflight, any other request, or with None whichever comes first.
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
        Do nothing: there is nothing to release.
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
    Return what a browser gets for a request without a recorded response.
    """
    kind = "the preflight" if is_preflight(request) else "the request"
    method = request.method.decode("latin-1")
    detail = f"no answer to {kind} {method} {request.url.href_without_fragment} was recorded"
    return TransportFailure(FailureKind.NOT_RECORDED, detail)


def _answer(answer: RecordedAnswer, request: HTTPRequest) -> HTTPResponse | TransportFailure:
    # NB: a copy each time, since the caller may change it.
    return attrs.evolve(answer) if isinstance(answer, TransportFailure) else answer.answer(request.method)
