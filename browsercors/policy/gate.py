"""
What stands between the simulated browsers and a server: a budget, a pace, and no side effects.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from browsercors.explain.words.sanitise import shown
from browsercors.policy.problems import AuditProblem
from browsercors.servers.recorded import is_preflight
from browsercors.servers.sockets import connect
from browsercors.values.headers import HeaderList
from browsercors.values.wire import BODY_TIMED_OUT, FailureKind, HTTPResponse, TransportFailure

if TYPE_CHECKING:
    from collections.abc import Callable

    from browsercors.servers.server import Server
    from browsercors.values.wire import HTTPRequest

__all__ = ["MOST_FAILURES_IN_ALL", "Exhausted", "Gate"]

HARMLESS: Final = frozenset({b"GET", b"HEAD", b"OPTIONS"})
SILENT: Final = frozenset({FailureKind.TIMED_OUT, FailureKind.CONNECTION_FAILED})
MOST_FAILURES: Final = 3
"""After how many requests in a row without an answer an audit gives up."""

MOST_FAILURES_IN_ALL: Final = 12
SERVER_ERROR: Final = 500
PRIVATE_NETWORK: Final = (b"Access-Control-Request-Private-Network", b"true")


class Exhausted(Exception):  # noqa: N818 - no error: the audit ends early, with what it has
    """
    No further request is to be made.

    Attributes:
        code: "budget" or "gave-up".
    """

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


class Gate:
    """
    What stands between the simulated browser and the server.

    Args:
        server: The server.
        budget: How many requests it may get; None for any number.
        delay: How many seconds pass between two of them.
        unsafe_methods: Whether requests with other methods than GET, HEAD and OPTIONS are sent, and not only their
            preflights.

    Attributes:
        requests: How many it got.
        authenticated: How many of them had cookies or `Authorization`.
        answered: Whether it answered any.
        timeouts: How many requests it left without an answer, or without the end of one, until the time was over.
        problems: What came in place of answers, each once for a path.
        asks_for_private_network: Whether preflights ask to be let into a private network.
    """

    def __init__(self, server: Server, *, budget: int | None, delay: float, unsafe_methods: bool) -> None:
        self._server = server
        self._budget = budget
        self._delay = delay
        self._unsafe_methods = unsafe_methods
        self._in_a_row = 0
        self._unanswered = 0
        self.requests: int = 0
        self.authenticated: int = 0
        self.timeouts: int = 0
        self.answered: bool = False
        self.problems: dict[tuple[str, str], AuditProblem] = {}
        self.asks_for_private_network = False

    def send(self, request: HTTPRequest) -> HTTPResponse | TransportFailure:
        """
        Pass the request on.

        Raises:
            Exhausted: The budget is spent, or the server does not answer any more.
        """
        return self._pass(request, self._server.send)

    def connect(self, request: HTTPRequest, interim: frozenset[int]) -> HTTPResponse | TransportFailure:
        """
        Pass the handshake of a WebSocket on.

        Raises:
            Exhausted: As `send`.
        """
        return self._pass(request, lambda passed: connect(self._server, passed, interim))

    def _pass(
        self, request: HTTPRequest, ask: Callable[[HTTPRequest], HTTPResponse | TransportFailure]
    ) -> HTTPResponse | TransportFailure:
        if request.method not in HARMLESS and not self._unsafe_methods:
            method = request.method.decode("latin-1")
            return TransportFailure(
                FailureKind.NOT_MOUNTED,
                f"{method} itself is not sent: unsafe methods are sent only if you say so",
            )
        if self._in_a_row >= MOST_FAILURES:
            raise Exhausted("gave-up", f"{MOST_FAILURES} requests in a row got no response; no more were sent")
        if self._unanswered >= MOST_FAILURES_IN_ALL:
            raise Exhausted("gave-up", f"{MOST_FAILURES_IN_ALL} requests got no response; no more were sent")
        if self._budget is not None and self.requests >= self._budget:
            raise Exhausted("budget", f"the budget of {self._budget} requests is spent")
        if self.requests and self._delay:
            time.sleep(self._delay)
        self.requests += 1
        self.authenticated += b"cookie" in request.headers or b"authorization" in request.headers
        if self.asks_for_private_network and is_preflight(request):
            # NB: Chromium sent this until it began to ask the user; servers still answer it.
            request.headers = HeaderList([*request.headers, PRIVATE_NETWORK])
        answer = ask(request)
        if isinstance(answer, TransportFailure):
            is_silent = answer.kind in SILENT
            self.timeouts += answer.kind is FailureKind.TIMED_OUT
            self._tell("no-answer", f"got no usable response ({answer.kind.value})", request, answer.detail)
        else:
            is_silent = answer.body_failure == BODY_TIMED_OUT
            self.timeouts += is_silent
            self.answered = True
            if answer.body_failure is not None:
                self._tell("no-answer", "got only part of a response", request, answer.body_failure)
            if answer.status >= SERVER_ERROR:
                raised = (answer.traceback or "").strip().rpartition("\n")[2]
                self._tell("server-error", f"got status {answer.status}", request, raised)
        self._in_a_row = self._in_a_row + 1 if is_silent else 0
        self._unanswered += is_silent
        return answer

    def _tell(self, code: str, what: str, request: HTTPRequest, detail: str) -> None:
        path = request.url.path
        sentence = f"{request.method.decode('latin-1')} {what}{detail and ': '}{shown(detail)}"
        self.problems.setdefault((what, path), AuditProblem(code=code, sentence=sentence, path=path))

    async def send_async(self, request: HTTPRequest) -> HTTPResponse | TransportFailure:
        """
        Do the same.
        """
        return self.send(request)

    def close(self) -> None:
        """
        Release what the server holds.
        """
        self._server.close()

    async def aclose(self) -> None:
        """
        Do what `close` does.
        """
        self.close()
