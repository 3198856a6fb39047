"""
Asking for an audit: one request at a time, and what came of it.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, Self

from browsercors.audits.suspects import page_scheme
from browsercors.servers.scripted import Answer, ScriptedServer
from browsercors.values.findings import Reason

if TYPE_CHECKING:
    from browsercors.browser.browser import Browser
    from browsercors.browser.result import FetchResult
    from browsercors.fetch.timeline import Exchange
    from browsercors.policy.gate import Gate
    from browsercors.rules.profile import BrowserProfile
    from browsercors.values.urls import URL

__all__ = ["Probe", "Prober", "Reading", "last_answer", "passed_preflight", "signature"]

REDIRECTOR: Final = "https://redirector.example"
"""Another server of whoever attacks; it answers from here, and nothing is sent to it."""

NEEDS_OTHER_CREDENTIALS: Final = frozenset(
    {Reason.ALLOW_ORIGIN_WILDCARD_WITH_CREDENTIALS, Reason.ALLOW_CREDENTIALS_NOT_TRUE}
)
"""What keeps a request with credentials from being read, and one without not."""


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
        # NB: what visitors are asked is no question to the server.
        browser.mount(url.origin.serialized, gate, address_space="public")
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
