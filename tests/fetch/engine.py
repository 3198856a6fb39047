"""
The engine without servers: a page in a user agent, and scripted answers in place of the network.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

import attrs

from browsercors.browser.environment import create_environment
from browsercors.engines.chromium.profile import CHROMIUM
from browsercors.engines.firefox.profile import FIREFOX
from browsercors.engines.standard.profile import STANDARD
from browsercors.engines.webkit.profile import WEBKIT
from browsercors.fetch.effects import Reply, SendRequest, drive
from browsercors.fetch.main_fetch import fetch
from browsercors.fetch.params import FetchParams, PageMemory, create_user_agent
from browsercors.fetch.timeline import Exchange
from browsercors.initiators.fetch_method import create_fetch_request
from browsercors.initiators.xhr import create_xhr_request
from browsercors.values.findings import Finding, Outcome
from browsercors.values.headers import HeaderList
from browsercors.values.responses import FilteredResponse, Response
from browsercors.values.sites import Sites
from browsercors.values.urls import URL, parse_url
from browsercors.values.wire import FailureKind, HTTPRequest, HTTPResponse, TransportFailure

if TYPE_CHECKING:
    from browsercors.fetch.effects import Effect
    from browsercors.rules.profile import BrowserProfile
    from browsercors.values.requests import Environment, Request

PROFILES: Final = (STANDARD, CHROMIUM, FIREFOX, WEBKIT)

# The page; a server that is cross-site to it, another one, and one that is same-site but cross-origin.
APP: Final = "https://app.example"
API: Final = "https://api.example"
OTHER: Final = "https://other.test"
SUB: Final = "https://sub.app.example"

PAGE: Final = f"{APP}/dir/page?q=1"

# NB: a short list of our own, so that what is a site does not move with the releases of a package.
SITES: Final = Sites("example\ntest\nlocalhost\n")

ALLOW: Final = f"Access-Control-Allow-Origin: {APP}"
ALLOW_ANY: Final = "Access-Control-Allow-Origin: *"
ALLOW_CREDENTIALS: Final = "Access-Control-Allow-Credentials: true"

Answer = HTTPResponse | TransportFailure
Answers = Answer | Sequence[Answer] | Callable[[HTTPRequest], Answer]

NOTHING: Final[Answers] = ()


def parsed(text: str) -> URL:
    """
    Parse a URL that parses.
    """
    url = parse_url(text)
    assert url is not None, text
    return url


def header_list(*lines: str) -> HeaderList:
    """
    Make a header list of `Name: value` lines.
    """
    pairs = []
    for line in lines:
        name, _, value = line.partition(":")
        pairs.append((name.encode("latin-1"), value.removeprefix(" ").encode("latin-1")))
    return HeaderList(pairs)


def answer(*lines: str, status: int = 200, body: bytes = b"", body_failure: str | None = None) -> HTTPResponse:
    """
    Make an answer of header lines.
    """
    return HTTPResponse(status, b"", header_list(*lines), body, body_failure, raw_lines=True)


def redirect(location: str, *lines: str, status: int = 302) -> HTTPResponse:
    """
    Make a redirect.
    """
    return answer(f"Location: {location}", *lines, status=status)


def failure(kind: FailureKind = FailureKind.CONNECTION_FAILED) -> TransportFailure:
    """
    Make an answer that never came.
    """
    return TransportFailure(kind, "the wire is cut")


def allowing(*lines: str, status: int = 200, body: bytes = b"") -> HTTPResponse:
    """
    Make an answer that the page may read, credentials included, with further lines.
    """
    return answer(ALLOW, ALLOW_CREDENTIALS, *lines, status=status, body=body)


@attrs.frozen
class Fetched:
    """
    What became of a fetch.
    """

    params: FetchParams
    response: FilteredResponse | Response
    sent: list[HTTPRequest]

    @property
    def type(self) -> str:
        return self.response.type

    @property
    def request(self) -> Request:
        return self.params.request

    @property
    def internal(self) -> Response:
        """
        The response as the network gave it.
        """
        response = self.response
        return response.internal_response if isinstance(response, FilteredResponse) else response

    @property
    def methods(self) -> list[str]:
        """
        The methods on the wire, in order.
        """
        return [request.method.decode() for request in self.sent]

    @property
    def lines(self) -> list[str]:
        """
        Method and URL of each request on the wire, in order.
        """
        return [f"{request.method.decode()} {request.url.href}" for request in self.sent]

    @property
    def failed(self) -> Finding | None:
        """
        The finding that decided against the fetch, the last one.
        """
        return next((finding for finding in reversed(self.params.findings) if finding.outcome is Outcome.FAILED), None)

    @property
    def reason(self) -> str | None:
        """
        The code of what failed; None for a fetch that did not fail.
        """
        failed = self.failed
        if failed is None:
            assert not self.response.is_network_error
            return None
        assert self.response.is_network_error
        assert failed.reason is not None
        return failed.reason.value

    @property
    def verdict(self) -> str:
        """
        The type of the response, or the code of what failed.
        """
        return self.reason or self.type

    @property
    def remembered(self) -> int:
        """
        How many preflights the cache answered.
        """
        return sum(not isinstance(entry, Exchange) for entry in self.params.timeline)

    def found(self, algorithm: str) -> list[Finding]:
        """
        Return the findings of one algorithm.
        """
        return [finding for finding in self.params.findings if finding.algorithm.name == algorithm]

    def header(self, name: str, index: int = -1) -> str | None:
        """
        Return a header of a request on the wire, by default of the last one.
        """
        value = self.sent[index].headers.get(name.encode())
        return None if value is None else value.decode("latin-1")


class Simulation:
    """
    A page in a user agent, with a clock, and without any server.

    Args:
        profile: The browser to play.
        page: The URL of the page.
        opaque: Whether its origin is opaque.
        granted: The permission that the visitor has given it; an empty text for none.
        environment: Further fields of the page's environment.
    """

    def __init__(
        self,
        profile: BrowserProfile = STANDARD,
        *,
        page: str = PAGE,
        opaque: bool = False,
        granted: str = "local-network-access",
        **environment: Any,
    ) -> None:
        self.user_agent = create_user_agent(profile, SITES)
        if granted:
            self.user_agent.permissions.set_state(granted, None, "granted")
        self.now = 0.0
        self.memory = PageMemory()
        self.environment = make_environment(page, opaque=opaque, **environment)

    def fetch(self, url: str, answers: Answers = NOTHING, **options: Any) -> Fetched:
        """
        Fetch as `fetch()` does; *answers* come one after the other, and the last one repeats.
        """
        findings: list[Finding] = []
        request = create_fetch_request(self.environment, self.user_agent.profile, url, findings, **options)
        return self.run(request, answers, findings)

    def xhr(self, method: str, url: str, answers: Answers = NOTHING, **options: Any) -> Fetched:
        """
        Fetch as XMLHttpRequest does.
        """
        findings: list[Finding] = []
        request = create_xhr_request(self.environment, self.user_agent.profile, url, findings, method=method, **options)
        return self.run(request, answers, findings)

    def run(self, request: Request, answers: Answers = NOTHING, findings: list[Finding] | None = None) -> Fetched:
        """
        Run a fetch to its end.
        """
        params = FetchParams(self.user_agent, request, self.now, [] if findings is None else findings)
        params.memory = self.memory
        sent: list[HTTPRequest] = []

        def perform(effect: Effect) -> Reply:
            assert isinstance(effect, SendRequest)
            sent.append(effect.http_request)
            return Reply(_next_answer(answers, effect.http_request, len(sent) - 1), self.now)

        return Fetched(params, drive(fetch(params), perform), sent)

    def preflighted(self, url: str, answers: Answers, **options: Any) -> bool:
        """
        Whether a fetch that the page may read sent a preflight.
        """
        fetched = self.fetch(url, answers, **options)
        assert fetched.reason is None
        return "OPTIONS" in fetched.methods


def _next_answer(answers: Answers, request: HTTPRequest, index: int) -> Answer:
    if callable(answers):
        return answers(request)
    if isinstance(answers, (HTTPResponse, TransportFailure)):
        return answers
    assert answers, f"nothing was to be sent, but {request.method!r} {request.url} was"
    return answers[min(index, len(answers) - 1)]


def make_environment(page: str = PAGE, *, opaque: bool = False, **changes: Any) -> Environment:
    """
    Make the environment of a top-level page; it may fetch insecurely unless told otherwise.
    """
    environment = create_environment(page, SITES, sandboxed=opaque)
    return attrs.evolve(environment, **{"prohibits_mixed_content": False, **changes})
