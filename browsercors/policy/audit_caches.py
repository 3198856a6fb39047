"""
The stage of an audit that gives what a cache would have kept from one request to the page of another.

A difference in headers alone is no finding: it is one if the page then reads otherwise than before.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import attrs

from browsercors.browser.browser import Browser
from browsercors.policy.audit_findings import Severity
from browsercors.policy.audit_probes import Probe, Prober, last_answer
from browsercors.policy.audit_run import Hit
from browsercors.values.headers import get_decode_and_split

if TYPE_CHECKING:
    from browsercors.browser.result import FetchResult
    from browsercors.fetch.timeline import Exchange
    from browsercors.policy.audit_probes import Reading
    from browsercors.policy.audit_run import Run
    from browsercors.values.wire import HTTPRequest, HTTPResponse

__all__ = ["cacheability", "caches"]

CACHEABLE_STATUSES: Final = frozenset({200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501})
"""What may be kept without being told so, https://www.rfc-editor.org/rfc/rfc9110#section-15.1."""

KEEPS_OUT: Final = frozenset({"no-store", "private", "no-cache"})
FRESH: Final = re.compile(r"(?:s-maxage|max-age)=\"?0*[1-9][0-9]*\"?|public")

ON_PURPOSE: Final = "The answers say that they may be kept."
BY_DEFAULT: Final = "The answers do not say whether they may be kept; many caches keep them then."


def cacheability(exchange: Exchange) -> Severity | None:
    """
    Return how bad it is if a shared cache keeps an answer that does not fit.

    Returns:
        LOW where it is told that it may, INFO where it may by default; None if it may not, or if it keeps the answers
        for each origin apart.
    """
    headers = exchange.response_headers
    if exchange.method != "GET" or exchange.status not in CACHEABLE_STATUSES:
        return None
    varied = {name.strip().lower() for name in _listed(headers.get("vary", ""))}
    directives = {directive.strip().lower() for directive in _listed(headers.get("cache-control", ""))}
    if varied & {"origin", "*"} or {directive.partition("=")[0] for directive in directives} & KEEPS_OUT:
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
    browser = Browser()
    for path in run.paths:
        readers = run.readers(path)
        if not readers:
            continue
        foreign = run.prober.read(run.strangers[0], path)
        # NB: as an image is loaded, or a link followed: without `Origin`.
        without_origin = run.prober.ask(Probe(run.strangers[0], path, mode="no-cors"))
        second = run.prober.read(run.strangers[1], path)
        kept = {reading.probe.origin: reading.proof for reading in (*readers, foreign, second)}
        sources = [*kept.items(), ("", without_origin)]
        victims = {reading.probe.origin: reading for reading in (*readers, foreign)}
        for source, result in sources:
            stored = last_answer(result)
            severity = None if stored is None or result.redirected else cacheability(stored)
            if stored is None or stored.http_response is None or severity is None:
                continue
            for victim in victims.values():
                if victim.probe.origin != source:
                    _tell(
                        run,
                        source,
                        result,
                        victim,
                        _from_cache(run, browser, victim.probe, stored.http_response),
                        severity,
                    )


def _tell(run: Run, source: str, stored: FetchResult, victim: Reading, kept: FetchResult, severity: Severity) -> None:
    origin, path = victim.probe.origin, victim.probe.path
    was_readable = victim.level > 0
    if kept.readable == was_readable:
        return
    who = f"a page of {source}" if source else "a request without Origin"
    note = f"Kept from {who}, it is given to one of {origin}."
    told = ON_PURPOSE if severity is Severity.LOW else BY_DEFAULT
    if was_readable:
        run.hits.append(Hit("missing-vary", severity, (origin,), path, (kept, stored), f"{note} {told}"))
    else:
        run.hit("cache-opens", origin, path, kept, stored, note=f"{note} {told}")


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


def _from_cache(run: Run, browser: Browser, probe: Probe, response: HTTPResponse) -> FetchResult:
    server: Any = _Cache(response)
    return Prober(browser, server, run.url, ()).ask(probe)
