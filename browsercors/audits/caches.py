"""
The stage of an audit that gives what a cache would have kept from one request to the page of another.

A difference in headers alone is no finding: it is one if the page then reads otherwise than before.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import attrs

from browsercors.audits.findings import Severity
from browsercors.audits.prober import Probe, Prober, last_answer
from browsercors.browser.browser import Browser
from browsercors.values.headers import get_decode_and_split

if TYPE_CHECKING:
    from browsercors.audits.prober import Reading
    from browsercors.audits.run import Run
    from browsercors.browser.result import FetchResult
    from browsercors.fetch.timeline import Exchange
    from browsercors.values.wire import HTTPRequest, HTTPResponse

__all__ = ["cacheability", "caches"]

CACHEABLE_STATUSES: Final = frozenset({200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501})
"""What may be kept without being told so, https://www.rfc-editor.org/rfc/rfc9110#section-15.1."""

KEEPS_OUT: Final = frozenset({"no-store", "private", "no-cache"})
FRESH: Final = re.compile(r"(?:s-maxage|max-age)=\"?0*[1-9][0-9]*\"?|public")

ON_PURPOSE: Final = "The answers say that they may be kept."
A_PAGE: Final = "a page of another origin"
NO_ORIGIN: Final = "a request without Origin"
BY_DEFAULT: Final = "The answers do not say whether they may be kept; many caches keep them then."


def cacheability(exchange: Exchange, *, heeds_vary: bool = True) -> Severity | None:
    """
    Return how bad it is if a shared cache keeps an answer that does not fit.

    Args:
        exchange: Who asked, and the answer.
        heeds_vary: Whether the cache looks at `Vary`.

    Returns:
        LOW where it is told that it may, INFO where it may by default; None if it may not, or if it keeps the answers
        for each origin apart.
    """
    headers = exchange.response_headers
    if exchange.method != "GET" or exchange.status not in CACHEABLE_STATUSES:
        return None
    varied = {name.strip().lower() for name in _listed(headers.get("vary", ""))}
    directives = {directive.strip().lower() for directive in _listed(headers.get("cache-control", ""))}
    if heeds_vary and varied & {"origin", "*"}:
        return None
    if {directive.partition("=")[0] for directive in directives} & KEEPS_OUT:
        return None
    if any(FRESH.fullmatch(directive) for directive in directives):
        return Severity.LOW
    if "max-age=0" in directives:
        return None
    return Severity.LOW if "expires" in headers or "last-modified" in headers else Severity.INFO


def _listed(value: str) -> list[str]:
    return get_decode_and_split(value.encode("latin-1"))


def caches(run: Run) -> None:
    """
    Give what is kept from each request to the pages of the others.
    """
    browser = Browser(run.prober.profile)
    for path in run.paths:
        readers = run.readers(path)
        if not readers:
            continue
        foreign, second = (run.prober.read(origin, path) for origin in run.strangers)
        # NB: as an image is loaded, or a link followed: without `Origin`.
        without_origin = run.prober.ask(Probe(run.strangers[0], path, mode="no-cors"))
        kept = {reading.probe.origin: reading.proof for reading in (*readers, foreign, second)}
        sources = [*((origin, A_PAGE, proof) for origin, proof in kept.items()), ("", NO_ORIGIN, without_origin)]
        # NB: who reads nothing may read what is kept without credentials.
        plain = foreign._replace(probe=foreign.probe._replace(credentials=False))
        victims = [*readers, *([] if foreign.level else [foreign, plain])]
        for victim in victims:
            told: set[str] = set()
            for origin, who, proof in sources:
                if origin != victim.probe.origin and who not in told and _tell(run, browser, victim, who, proof):
                    told.add(who)
        for victim in readers:
            _tell_fixed_origin(run, browser, victim, without_origin)


def _tell_fixed_origin(run: Run, browser: Browser, victim: Reading, stored: FetchResult) -> None:
    """
    Keep that a request without `Origin` gets an answer that names a page, which is not that of *victim*.
    """
    answer = last_answer(stored)
    if answer is None or answer.http_response is None or cacheability(answer, heeds_vary=False) is None:
        return
    named = answer.response_headers.get("access-control-allow-origin", "*")
    if named == "*" or cacheability(answer) is not None:
        return
    given = _from_cache(run, browser, victim, answer.http_response)
    if not given.readable:
        run.hit("fixed-origin", victim.probe.origin, victim.probe.path, given, stored)


def _from_cache(run: Run, browser: Browser, victim: Reading, response: HTTPResponse) -> FetchResult:
    # NB: anything that answers will do for a gate here.
    server: Any = _Cache(response)
    return Prober(browser, server, run.url, ()).ask(victim.probe)


def _tell(run: Run, browser: Browser, victim: Reading, who: str, stored: FetchResult) -> bool:
    """
    Keep what comes of giving the answer in *stored* to the page of *victim*; return whether it makes a difference.
    """
    answer = last_answer(stored)
    severity = None if answer is None or stored.redirected else cacheability(answer)
    if answer is None or answer.http_response is None or severity is None:
        return False
    given = _from_cache(run, browser, victim, answer.http_response)
    was_readable = victim.level > 0
    if given.readable == was_readable:
        return False
    origin, path = victim.probe.origin, victim.probe.path
    notes = (ON_PURPOSE if severity is Severity.LOW else BY_DEFAULT, f"So it is with what is kept from {who}.")
    if was_readable:
        run.hit("missing-vary", origin, path, given, stored, notes=notes, severity=severity)
    else:
        run.hit("cache-opens", origin, path, given, stored, notes=notes)
    return True


class _Cache:
    """
    Answers everything with what was kept.
    """

    def __init__(self, response: HTTPResponse) -> None:
        self._response = response

    def send(self, request: HTTPRequest) -> HTTPResponse:  # noqa: ARG002 - as every server has it
        # NB: a copy, since whoever gets it may change it.
        return attrs.evolve(self._response)

    async def send_async(self, request: HTTPRequest) -> HTTPResponse:
        return self.send(request)

    def close(self) -> None:
        """
        Hold nothing.
        """

    async def aclose(self) -> None:
        """
        Hold nothing.
        """
