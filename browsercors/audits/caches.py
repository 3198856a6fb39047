"""
The stage of an audit that gives what a cache would have kept from one request to the page of another.

A difference in headers alone is no finding: it is one if the page then reads otherwise than before.
"""

from __future__ import annotations

import re
from itertools import permutations
from typing import TYPE_CHECKING, Final

import attrs

from browsercors.audits.findings import Severity
from browsercors.audits.prober import Probe, last_answer, passed_preflight
from browsercors.browser.result import FetchResult
from browsercors.policy.runner import Runner
from browsercors.policy.snippets import Setting
from browsercors.values.headers import get_decode_and_split
from browsercors.values.methods import is_cors_safelisted_method

if TYPE_CHECKING:
    from collections.abc import Iterator

    from browsercors.audits.prober import Reading
    from browsercors.audits.run import Run
    from browsercors.audits.scope import Scope
    from browsercors.fetch.timeline import Exchange
    from browsercors.values.wire import HTTPRequest, HTTPResponse

__all__ = ["cacheability", "caches", "planned_caches", "planned_preflight_caches", "preflight_caches"]

CACHEABLE_STATUSES: Final = frozenset({200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501})
"""What may be kept without being told so, https://www.rfc-editor.org/rfc/rfc9110#section-15.1."""

KEEPS_OUT: Final = frozenset({"no-store", "private", "no-cache"})
FRESH: Final = re.compile(r"(?:s-maxage|max-age)=\"?0*[1-9][0-9]*\"?|public")

MOST_READERS: Final = 2
ON_PURPOSE: Final = "The responses say that they may be stored."
A_PAGE: Final = "a page of another origin"
NO_ORIGIN: Final = "a request without Origin"
BY_DEFAULT: Final = "The responses do not say whether they may be stored; many caches store them then."


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
    directives = _names(exchange, "cache-control")
    if heeds_vary and _names(exchange, "vary") & {"origin", "*"}:
        return None
    if {directive.partition("=")[0] for directive in directives} & KEEPS_OUT:
        return None
    if any(FRESH.fullmatch(directive) for directive in directives):
        return Severity.LOW
    if "max-age=0" in directives:
        return None
    return Severity.LOW if "expires" in headers or "last-modified" in headers else Severity.INFO


def _names(exchange: Exchange, name: str) -> set[str]:
    """
    Return what the response header *name* lists, in lower case.
    """
    value = exchange.response_headers.get(name, "")
    return {item.strip().lower() for item in get_decode_and_split(value.encode("latin-1"))}


def caches(run: Run) -> None:
    """
    Give what is kept from each request to the pages of the others.
    """
    for path in run.scope.paths:
        readers = run.readers(path)
        if not readers:
            continue
        foreign, second = (run.prober.read(origin, path) for origin in run.scope.strangers)
        # NB: as an image is loaded, or a link followed: without `Origin`.
        without_origin = run.prober.ask(_without_origin(run.scope, path))
        kept = {reading.probe.origin: reading.proof for reading in (*readers, foreign, second)}
        sources = [*((origin, A_PAGE, proof) for origin, proof in kept.items()), ("", NO_ORIGIN, without_origin)]
        # NB: who reads nothing may read what is kept without credentials.
        plain = foreign._replace(probe=foreign.probe._replace(credentials=False))
        victims = [*readers, *([] if foreign.level else [foreign, plain])]
        for victim in victims:
            told: set[str] = set()
            for origin, who, proof in sources:
                if origin != victim.probe.origin and who not in told and _tell(run, victim, who, proof):
                    told.add(who)
        for victim in readers:
            _tell_fixed_origin(run, victim, without_origin)


def _tell_fixed_origin(run: Run, victim: Reading, stored: FetchResult) -> None:
    """
    Keep that a request without `Origin` gets an answer that names a page, which is not that of *victim*.
    """
    answer = last_answer(stored)
    if answer is None or answer.http_response is None or cacheability(answer, heeds_vary=False) is None:
        return
    named = answer.response_headers.get("access-control-allow-origin", "*")
    if named == "*" or cacheability(answer) is not None:
        return
    given = _from_cache(run, victim.probe, answer.http_response)
    if not given.readable:
        run.hit("fixed-origin", victim.probe.origin, victim.probe.path, given, stored)


def _from_cache(run: Run, victim: Probe, response: HTTPResponse) -> FetchResult:
    """
    Let the page of *victim* ask again, with *response* as the only answer that there is.
    """
    origin = run.scope.url.origin.serialized
    case = victim.case(origin, run.prober.profile.name)
    with Runner(_Cache(response), Setting(origin), timeout=1) as runner:
        (result,) = runner.run(case)
    assert isinstance(result, FetchResult), "victims fetch"
    return result


def _tell(run: Run, victim: Reading, who: str, stored: FetchResult) -> bool:
    """
    Keep what comes of giving the answer in *stored* to the page of *victim*; return whether it makes a difference.
    """
    answer = last_answer(stored)
    severity = None if answer is None or stored.redirected else cacheability(answer)
    if answer is None or answer.http_response is None or severity is None:
        return False
    given = _from_cache(run, victim.probe, answer.http_response)
    was_readable = victim.level > 0
    if given.readable == was_readable:
        return False
    origin, path = victim.probe.origin, victim.probe.path
    notes = (
        ON_PURPOSE if severity is Severity.LOW else BY_DEFAULT,
        f"This happens with a response that is stored for {who}.",
    )
    if was_readable:
        run.hit("missing-vary", origin, path, given, stored, notes=notes, severity=severity)
    else:
        run.hit("cache-opens", origin, path, given, stored, notes=notes)
    return True


def preflight_caches(run: Run) -> None:
    """
    Give what a cache that stores preflights would have kept from each preflight to the others for the same path.

    Responses to OPTIONS are not cacheable, https://www.rfc-editor.org/rfc/rfc9110#section-9.3.7; some CDNs store them
    where they are told to. So only those count that say themselves that caches may store them.
    """
    for path in run.scope.paths:
        readers = [reading.probe for reading in run.readers(path)[:MOST_READERS]]
        asked = [_preflighted(run.scope, probe) for probe in readers]
        made = [(probe, run.prober.ask(probe)) for probes in asked for probe in probes]
        if readers:
            stranger = readers[0]._replace(origin=run.scope.strangers[0])
            made += [(probe, run.prober.ask(probe)) for probe in _preflighted(run.scope, stranger)]
        _tell_preflights(run, made)


def _tell_preflights(run: Run, made: list[tuple[Probe, FetchResult]]) -> None:
    preflights = [
        (probe, result, exchange)
        for probe, result in made
        for exchange in result.exchanges[:1]
        if exchange.is_preflight and exchange.http_response is not None
    ]
    for (_, stored, first), (victim, alone, second) in permutations(preflights, 2):
        if first.http_response is None or _is_kept_apart(first, second):
            continue
        given = _from_cache(run, victim, first.http_response)
        if passed_preflight(given) != passed_preflight(alone):
            run.hit("preflight-cache", victim.origin, victim.path, given, stored)


def _is_kept_apart(stored: Exchange, asked: Exchange) -> bool:
    """
    Whether caches may not store the response to the preflight *stored*, or tell the two apart by what `Vary` names.
    """
    directives = _names(stored, "cache-control")
    if {directive.partition("=")[0] for directive in directives} & KEEPS_OUT:
        return True
    if not any(FRESH.fullmatch(directive) for directive in directives):
        return True
    varied = _names(stored, "vary")
    return "*" in varied or any(stored.request_headers.get(name) != asked.request_headers.get(name) for name in varied)


def planned_caches(scope: Scope) -> Iterator[Probe]:
    """
    Yield what `caches` asks for, beside what was asked before.
    """
    for path in scope.paths if scope.promised else ():
        yield _without_origin(scope, path)


def planned_preflight_caches(scope: Scope) -> Iterator[Probe]:
    """
    Yield what `preflight_caches` asks for.
    """
    for path in scope.paths:
        for origin in (*scope.promised[:MOST_READERS], scope.strangers[0]) if scope.promised else ():
            yield from _preflighted(scope, Probe(origin, path, credentials=True))


def _without_origin(scope: Scope, path: str) -> Probe:
    return Probe(scope.strangers[0], path, mode="no-cors")


def _preflighted(scope: Scope, probe: Probe) -> tuple[Probe, ...]:
    """
    Return requests that differ from one another in the method and in the headers that their preflights ask for.
    """
    methods = ([method for method in scope.methods if not is_cors_safelisted_method(method.encode())] + ["PUT"])[:2]
    headers = [*scope.headers, ("X-Requested-With", "audit")][:2]
    return tuple(
        dict.fromkeys(
            [
                *(probe._replace(method=method) for method in methods),
                *(probe._replace(headers=(header,)) for header in headers),
            ]
        )
    )


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
