"""
Asking for an audit: one request at a time, within a budget, to one server, and nothing with side effects unless wanted.
"""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, Self

from browsercors.explain.sanitise import shown
from browsercors.policy.audit_findings import AuditProblem
from browsercors.policy.audit_origins import page_scheme
from browsercors.servers.recorded import is_preflight
from browsercors.servers.scripted import Answer, ScriptedServer
from browsercors.values.findings import Reason
from browsercors.values.headers import HeaderList
from browsercors.values.wire import BODY_TIMED_OUT, FailureKind, HTTPResponse, TransportFailure

if TYPE_CHECKING:
    from browsercors.browser.browser import Browser
    from browsercors.browser.result import FetchResult
    from browsercors.fetch.timeline import Exchange
    from browsercors.rules.profile import BrowserProfile
    from browsercors.servers.server import Server
    from browsercors.values.urls import URL
    from browsercors.values.wire import HTTPRequest

__all__ = [
    "MOST_FAILURES_IN_ALL",
    "Exhausted",
    "Gate",
    "Probe",
    "Prober",
    "Reading",
    "last_answer",
    "passed_preflight",
    "signature",
]

HARMLESS: Final = frozenset({b"GET", b"HEAD", b"OPTIONS"})
SILENT: Final = frozenset({FailureKind.TIMED_OUT, FailureKind.CONNECTION_FAILED})
MOST_FAILURES: Final = 3
"""After how many requests in a row without an answer an audit gives up."""
MOST_FAILURES_IN_ALL: Final = 12
SERVER_ERROR: Final = 500

REDIRECTOR: Final = "https://redirector.example"
"""Another server of whoever attacks; it answers from here, and nothing is sent to it."""

PRIVATE_NETWORK: Final = (b"Access-Control-Request-Private-Network", b"true")

NEEDS_OTHER_CREDENTIALS: Final = frozenset(
    {Reason.ALLOW_ORIGIN_WILDCARD_WITH_CREDENTIALS, Reason.ALLOW_CREDENTIALS_NOT_TRUE}
)
"""What keeps a request with credentials from being read, and one without not."""


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
        answered: Whether it answered any.
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
        self.answered: bool = False
        self.problems: dict[tuple[str, str], AuditProblem] = {}
        self.asks_for_private_network = False

    def send(self, request: HTTPRequest) -> HTTPResponse | TransportFailure:
        """
        Pass the request on.

        Raises:
            Exhausted: The budget is spent, or the server does not answer any more.
        """
        if request.method not in HARMLESS and not self._unsafe_methods:
            method = request.method.decode("latin-1")
            return TransportFailure(
                FailureKind.NOT_MOUNTED,
                f"{method} itself is not sent, as the audit sends no unsafe methods unless told",
            )
        if self._in_a_row >= MOST_FAILURES:
            raise Exhausted("gave-up", f"{MOST_FAILURES} requests in a row got no answer; no more were sent")
        if self._unanswered >= MOST_FAILURES_IN_ALL:
            raise Exhausted("gave-up", f"{MOST_FAILURES_IN_ALL} requests got no answer; no more were sent")
        if self._budget is not None and self.requests >= self._budget:
            raise Exhausted("budget", f"the budget of {self._budget} requests is spent")
        if self.requests and self._delay:
            time.sleep(self._delay)
        self.requests += 1
        if self.asks_for_private_network and is_preflight(request):
            # NB: Chromium sent this until it began to ask the user; servers still answer it.
            request.headers = HeaderList([*request.headers, PRIVATE_NETWORK])
        answer = self._server.send(request)
        if isinstance(answer, TransportFailure):
            is_silent = answer.kind in SILENT
            self._tell("no-answer", f"got no usable answer ({answer.kind.value})", request, answer.detail)
        else:
            is_silent = answer.body_failure == BODY_TIMED_OUT
            self.answered = True
            if answer.body_failure is not None:
                self._tell("no-answer", "got no whole answer", request, answer.body_failure)
            if answer.status >= SERVER_ERROR:
                raised = (answer.traceback or "").strip().rpartition("\n")[2]
                self._tell("server-error", f"is answered with {answer.status}", request, raised)
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


class Probe(NamedTuple):
    """
    What a page is to try.

    Attributes:
        origin: The page's origin; "null" for a sandboxed one.
        path: What it asks the server for.
        method: The method.
        headers: The (name, value) pairs that it sets.
        credentials: Whether credentials go along.
        mode: "no-cors" is how an image or a script is loaded: without `Origin`.
        is_redirected: Whether it asks another server first, which redirects to this one; `Origin` becomes "null".
        private_network: Whether the preflight asks to be let into a private network.
    """

    origin: str
    path: str
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()
    credentials: bool = False
    mode: Literal["cors", "no-cors"] = "cors"
    is_redirected: bool = False
    private_network: bool = False


class Reading(NamedTuple):
    """
    What a page reads with GET.

    Attributes:
        level: 0 for nothing, 1 for answers to requests without credentials, 2 also for those with.
        proof: The fetch that shows it; with credentials where it reads nothing.
        probe: What was tried.
    """

    level: int
    proof: FetchResult
    probe: Probe


class Prober:
    """
    Makes the fetches, each once.

    Args:
        browser: The browser, for this alone.
        gate: What answers for the server.
        url: The server's origin.
        cookies: The cookies that a visitor has, as `Set-Cookie` has them.
    """

    def __init__(self, browser: Browser, gate: Gate, url: URL, cookies: tuple[str, ...]) -> None:
        self._browser = browser
        self._gate = gate
        self._url = url
        self._cookies = cookies
        self._made: dict[Probe, FetchResult] = {}
        self._redirector = ScriptedServer()
        self._sandbox = f"{page_scheme(url)}://sandbox.example/"
        browser.mount(url.origin.serialized, gate)
        browser.mount(REDIRECTOR, self._redirector)

    @property
    def profile(self) -> BrowserProfile:
        """
        The rules of the browser that asks.
        """
        return self._browser.profile

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        # NB: an application that fails at its shutdown has been audited all the same.
        with contextlib.suppress(Exception):
            self._browser.close()

    def ask(self, probe: Probe, *, again: bool = False) -> FetchResult:
        """
        Let a page try it, in a browser that remembers nothing but the cookies that were given.

        Args:
            probe: What to try.
            again: Whether to try it once more if it was tried already.

        Raises:
            Exhausted: No further request is to be made.
        """
        made = self._made.get(probe)
        if made is not None and not again:
            return made
        browser = self._browser
        browser.preflight_cache.clear()
        browser.http_cache.clear()
        browser.cookies.clear()
        for cookie in self._cookies:
            browser.cookies.store(cookie.encode("utf-8", "surrogateescape"), self._url, now=browser.clock.now)
        is_sandboxed = probe.origin == "null"
        page = browser.open(self._sandbox if is_sandboxed else f"{probe.origin}/", sandboxed=is_sandboxed)
        target = f"{self._url.origin.serialized}{probe.path}"
        options: Any = {"mode": probe.mode, "credentials": "include" if probe.credentials else "omit"}
        url = target
        if probe.is_redirected:
            url = f"{REDIRECTOR}/"
            allow = {"Access-Control-Allow-Origin": page.origin, "Access-Control-Allow-Credentials": "true"}
            self._redirector.on("/", Answer(302, {"Location": target, **allow}))
        self._gate.asks_for_private_network = probe.private_network
        result = page.fetch(url, method=probe.method, headers=probe.headers, **options)
        self._made[probe] = result
        return result

    def read(
        self, origin: str, path: str, *, is_redirected: bool = False, only_with_credentials: bool = False
    ) -> Reading:
        """
        Let a page read with credentials, and without them where those alone kept it from reading.

        Args:
            origin: The page's origin.
            path: What it asks for.
            is_redirected: As for `Probe`.
            only_with_credentials: Whether what it reads without them is of no interest.
        """
        probe = Probe(origin, path, credentials=True, is_redirected=is_redirected)
        with_credentials = self.ask(probe)
        if with_credentials.readable:
            return Reading(2, with_credentials, probe)
        block = with_credentials.block
        if block is not None and block.reason in NEEDS_OTHER_CREDENTIALS and not only_with_credentials:
            plain = probe._replace(credentials=False)
            without = self.ask(plain)
            return Reading(1 if without.readable else 0, without, plain)
        return Reading(0, with_credentials, probe)


def last_answer(result: FetchResult) -> Exchange | None:
    """
    Return the last exchange that is no preflight; None if there was none, or it got no response.
    """
    exchange = next((exchange for exchange in reversed(result.exchanges) if not exchange.is_preflight), None)
    return None if exchange is None or exchange.http_response is None else exchange


def passed_preflight(result: FetchResult) -> bool:
    """
    Whether there was a preflight, and the request was let through to the server, or would have been.
    """
    was_asked = any(exchange.is_preflight for exchange in result.exchanges)
    return was_asked and (result.block is None or not result.block.during_preflight)


TELLING: Final = (
    "access-control-allow-origin",
    "access-control-allow-credentials",
    "access-control-allow-methods",
    "access-control-allow-headers",
)


def signature(result: FetchResult) -> tuple[object, ...]:
    """
    Return what two equal requests have to agree in: statuses and what the server allows.
    """
    return tuple(
        (exchange.status, *(tuple(exchange.response_headers.get_list(name)) for name in TELLING))
        for exchange in result.exchanges
    )
