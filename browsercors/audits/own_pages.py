"""
The stages of an audit in which pages ask that are meant: what keeps them out, and what is open to them without need.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from browsercors.audits.prober import Probe, Reading, last_answer, passed_preflight
from browsercors.policy.search_space import UNGUESSABLE_HEADER, UNGUESSABLE_METHOD, UNKNOWN_SEGMENT, header_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from browsercors.audits.run import Run
    from browsercors.audits.scope import Scope
    from browsercors.browser.result import FetchResult
    from browsercors.fetch.timeline import Exchange

__all__ = [
    "errors",
    "limits",
    "own_pages",
    "planned_errors",
    "planned_limits",
    "planned_own_pages",
    "planned_redirects",
    "planned_wanted_preflights",
    "redirects",
    "wanted_preflights",
]

LARGEST_CAP: Final = 86400
"""Firefox's; no browser remembers a preflight for longer."""

PREFLIGHTED: Final = (("X-Requested-With", "audit"),)
DIGITS: Final = re.compile(r"[0-9]{1,18}")


def own_pages(run: Run) -> None:
    """
    Let the pages read that are meant to.
    """
    for path in run.scope.paths:
        for origin in run.scope.promised:
            reading = run.prober.read(origin, path)
            if reading.level == 0:
                _tell_blocked(run, reading)
            elif reading.level == 1 and run.scope.knows_visitor:
                blocked = run.prober.ask(reading.probe._replace(credentials=True))
                run.hit("credentials-blocked", origin, path, blocked)


def _tell_blocked(run: Run, reading: Reading) -> None:
    origin, path = reading.probe.origin, reading.probe.path
    run.tell_redirect_away(path, reading.proof)
    answer = last_answer(reading.proof)
    if reading.proof.block is None or answer is None or answer.status is None:
        return
    if not reading.proof.block.is_cors:
        return
    if 400 <= answer.status < 500 and _is_of_the_cors_layer(answer):
        # NB: Spring itself responds with 403 to origins that are not listed.
        run.hit("allowed-origin-blocked", origin, path, reading.proof)
    elif answer.status >= 400:
        run.hit("error-without-headers", origin, path, reading.proof)
    elif answer.status >= 300:
        run.hit("redirect-without-headers", origin, path, reading.proof)
    else:
        asked = run.prober.ask(Probe(origin, path, "PUT"))
        only_preflight = passed_preflight(asked)
        proof = (reading.proof, asked) if only_preflight else (reading.proof,)
        run.hit("answer-without-headers" if only_preflight else "allowed-origin-blocked", origin, path, *proof)


def _is_of_the_cors_layer(exchange: Exchange) -> bool:
    """
    Whether something in a response shows that the layer which writes CORS headers has seen it.
    """
    headers = exchange.response_headers
    varied = {name.strip().lower() for name in headers.get("vary", "").split(",")}
    return "origin" in varied or any(name.lower().startswith("access-control-") for name, _ in headers.lines)


def errors(run: Run) -> None:
    """
    See whether error answers can be read by those who read others: of a path, or a method, that is not there.
    """
    for path in run.scope.paths[:1]:
        for reading in run.readers(path)[:1]:
            missing = reading.probe._replace(path=_missing(path))
            _tell_error(run, missing, run.prober.ask(missing))
            if run.scope.sends_unsafe_methods:
                # NB: a POST that browsers send without asking, to see what becomes of a method that is not there.
                _tell_error(run, reading.probe, run.prober.ask(reading.probe._replace(method="POST")))


def _tell_error(run: Run, probe: Probe, result: FetchResult) -> None:
    answer = last_answer(result)
    is_error = answer is not None and answer.status is not None and answer.status >= 400
    if is_error and result.block is not None and result.block.is_cors:
        run.hit("error-without-headers", probe.origin, probe.path, result)


def redirects(run: Run) -> None:
    """
    See whether a missing slash, or one too many, keeps pages from reading, and with a preflight as well.
    """
    for path in run.scope.paths:
        for reading in run.readers(path)[:1]:
            other = _with_or_without_slash(path)
            if not other.startswith("/"):
                continue
            for headers in ((), PREFLIGHTED):
                result = run.prober.ask(reading.probe._replace(path=other, headers=headers))
                statuses = [exchange.status or 0 for exchange in result.exchanges]
                if (
                    result.block is not None
                    and result.block.is_cors
                    and any(300 <= status < 400 for status in statuses)
                ):
                    run.hit("redirect-without-headers", reading.probe.origin, other, result)
                    break


def wanted_preflights(run: Run) -> None:
    """
    Let pages make the requests that they are said to make; those with unsafe methods end with the preflight.
    """
    for path in run.scope.paths:
        for reading in run.readers(path):
            for method, headers in _wanted(run.scope):
                probe = reading.probe._replace(method=method, headers=headers)
                result = run.prober.ask(probe)
                block = result.block
                if block is None or not block.is_cors:
                    continue
                answer = last_answer(result)
                if block.during_preflight:
                    run.hit("preflight-blocked", probe.origin, path, result)
                elif answer is not None and answer.status is not None and answer.status >= 400:
                    run.hit("error-without-headers", probe.origin, path, result)
                elif passed_preflight(result):
                    run.hit("answer-without-headers", probe.origin, path, result)


def limits(run: Run) -> None:
    """
    Let pages ask for what nobody needs: a made-up header, a made-up method; and see how long that is remembered.
    """
    for path in run.scope.paths:
        for reading in run.readers(path)[:1]:
            origin = reading.probe.origin
            with_header = run.prober.ask(reading.probe._replace(headers=(header_for(UNGUESSABLE_HEADER),)))
            if passed_preflight(with_header):
                run.hit("headers-unlimited", origin, path, with_header)
                if with_header.block is not None and with_header.block.is_cors:
                    run.hit("answer-without-headers", origin, path, with_header)
            with_method = run.prober.ask(reading.probe._replace(method=UNGUESSABLE_METHOD))
            if passed_preflight(with_method):
                run.hit("methods-unlimited", origin, path, with_method)
            _tell_max_age(run, origin, path, with_header, with_method)


def _tell_max_age(run: Run, origin: str, path: str, *results: FetchResult) -> None:
    for result in results:
        value = result.exchanges[0].response_headers.get("access-control-max-age", "") if result.exchanges else ""
        if DIGITS.fullmatch(value) and int(value) > LARGEST_CAP:
            run.hit("max-age", origin, path, result)
            return


def planned_own_pages(scope: Scope) -> Iterator[Probe]:
    """
    Yield what `own_pages` asks for.
    """
    for path in scope.paths:
        for origin in scope.promised:
            yield Probe(origin, path, credentials=True)


def planned_wanted_preflights(scope: Scope) -> Iterator[Probe]:
    """
    Yield what `wanted_preflights` asks for.
    """
    for path in scope.paths:
        for origin in scope.promised:
            for method, headers in _wanted(scope):
                yield Probe(origin, path, method, headers, credentials=True)


def planned_errors(scope: Scope) -> Iterator[Probe]:
    """
    Yield what `errors` asks for.
    """
    for origin in scope.promised[:1]:
        yield Probe(origin, _missing(scope.paths[0]), credentials=True)
        if scope.sends_unsafe_methods:
            yield Probe(origin, scope.paths[0], "POST", credentials=True)


def planned_redirects(scope: Scope) -> Iterator[Probe]:
    """
    Yield what `redirects` asks for.
    """
    others = [_with_or_without_slash(path) for path in scope.paths]
    for origin in scope.promised[:1]:
        for other in others:
            for headers in ((), PREFLIGHTED) if other.startswith("/") else ():
                yield Probe(origin, other, headers=headers, credentials=True)


def planned_limits(scope: Scope) -> Iterator[Probe]:
    """
    Yield what `limits` asks for.
    """
    for path in scope.paths:
        for origin in scope.promised[:1]:
            yield Probe(origin, path, headers=(header_for(UNGUESSABLE_HEADER),), credentials=True)
            yield Probe(origin, path, UNGUESSABLE_METHOD, credentials=True)


def _wanted(scope: Scope) -> list[tuple[str, tuple[tuple[str, str], ...]]]:
    return [*((method, ()) for method in scope.methods), *(("GET", (header,)) for header in scope.headers)]


def _missing(path: str) -> str:
    return f"{path.partition('?')[0].rstrip('/')}/{UNKNOWN_SEGMENT}"


def _with_or_without_slash(path: str) -> str:
    bare, mark, query = path.partition("?")
    return f"{bare[:-1] if bare.endswith('/') else f'{bare}/'}{mark}{query}"
