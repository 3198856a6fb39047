"""
The stages of an audit in which pages ask that are not meant: any site, the origin null, and near misses.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from browsercors.audits.findings import Severity
from browsercors.audits.prober import NEEDS_OTHER_CREDENTIALS, Probe, last_answer, passed_preflight
from browsercors.explain.words.sanitise import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from browsercors.audits.run import Run
    from browsercors.audits.scope import Scope
    from browsercors.audits.suspects import Suspect
    from browsercors.browser.result import FetchResult

__all__ = [
    "any_origin",
    "close_origins",
    "close_origins_elsewhere",
    "null_origin",
    "once_more",
    "planned_any_origin",
    "planned_close_origins",
    "planned_close_origins_elsewhere",
    "planned_null_origin",
    "planned_private_network",
    "planned_unsafe_requests",
    "private_network",
    "unsafe_requests",
]

SENSITIVE: Final = re.compile(r"token|secret|session|api-?key|csrf|xsrf|passw|authorization|credential", re.IGNORECASE)

NOT_FOUND: Final = 404

WITH_CREDENTIALS: Final = "It sees what the server shows to the visitor, as credentials go along."
WITHOUT_CREDENTIALS: Final = "It sees responses to requests without credentials only."

UNSAFE: Final = (
    ("PUT", ()),
    ("POST", (("Content-Type", "application/json"),)),
)
"""Requests that browsers ask about first."""


def any_origin(run: Run) -> None:
    """
    Let two pages read that no server can know: what both read is open to every site, and no static value.
    """
    first, second = run.scope.strangers
    for path in run.scope.paths:
        reading = run.prober.read(first, path)
        run.first[path] = reading
        run.is_confirmed(reading)
        run.tell_unasked(path, reading.proof)
        run.tell_redirect_away(path, reading.proof)
        other = run.prober.read(second, path)
        level = run.levels[path] = min(reading.level, other.level)
        if level == 0:
            continue
        if level == 2:
            run.hit_by_reading("any-origin-credentials", reading, other.proof, notes=_sensitive(reading.proof))
            continue
        answer = last_answer(reading.proof)
        assert answer is not None, "what is read was answered"
        headers = answer.response_headers
        is_wildcard = headers.get("access-control-allow-origin") == "*"
        if is_wildcard and "access-control-allow-credentials" in headers:
            run.hit("wildcard-with-credentials", first, path, run.prober.ask(reading.probe._replace(credentials=True)))
        if not run.scope.everybody_is_meant:
            code = "wildcard" if is_wildcard else "any-origin"
            run.hit_by_reading(code, reading, other.proof, notes=_sensitive(reading.proof))


def null_origin(run: Run) -> None:
    """
    Let a sandboxed frame read, and a page whose request comes by way of a redirect.
    """
    for path in run.scope.paths:
        sandboxed = run.prober.read("null", path)
        redirected = run.prober.read(run.scope.strangers[0], path, is_redirected=True)
        best = max(sandboxed, redirected, key=lambda reading: reading.level)
        meant = max(run.levels.get(path, 0), 1 if run.scope.everybody_is_meant else 0)
        if best.level > meant:
            others = [redirected.proof] if best is sandboxed and redirected.level == best.level else []
            best = best._replace(probe=best.probe._replace(origin="null")) if best is redirected else best
            run.hit_by_reading("null-credentials" if best.level == 2 else "null", best, *others)


def unsafe_requests(run: Run) -> None:
    """
    See whether preflights pass for any site where the answer would not be readable.
    """
    for planned in planned_unsafe_requests(run.scope):
        probe = planned
        result = run.prober.ask(probe)
        if result.block is not None and result.block.reason in NEEDS_OTHER_CREDENTIALS:
            probe = probe._replace(credentials=False)
            result = run.prober.ask(probe)
        level = 2 if probe.credentials else 1
        if passed_preflight(result) and run.levels.get(probe.path, 0) < level:
            other = run.prober.ask(probe._replace(origin=run.scope.strangers[1]))
            if passed_preflight(other):
                _tell_unsafe(run, probe, result, other)


def _tell_unsafe(run: Run, probe: Probe, *proof: FetchResult) -> None:
    """
    Keep that unsafe requests come through; that is worth less where there may be nothing that they reach.
    """
    answer = last_answer(run.prober.read(probe.origin, probe.path).proof)
    status = None if answer is None else answer.status
    if status is None or status == NOT_FOUND or status >= 500 or 300 <= status < 400:
        told = "no response" if status is None else f"status {status}"
        note = f"GET has {told} at this path, so nobody knows what a request does here. Name paths that respond."
        run.hit("unsafe-request", probe.origin, probe.path, *proof, notes=(note,), severity=Severity.LOW)
        return
    notes = ("Credentials go along." if probe.credentials else "Credentials do not go along.",)
    run.hit("unsafe-request", probe.origin, probe.path, *proof, credentials=probe.credentials, notes=notes)


def close_origins(run: Run) -> None:
    """
    Let pages read one path whose origins a careless comparison takes for a meant one, or that people leave behind.
    """
    for suspect in run.scope.suspects:
        _try_suspect(run, suspect, run.scope.paths[0])


def close_origins_elsewhere(run: Run) -> None:
    """
    Let near misses read the other paths too, and the origins that people leave behind if they read the first.
    """
    readers = {origin for hit in run.hits for origin in hit.origins}
    for path in run.scope.paths[1:]:
        for suspect in run.scope.suspects:
            if suspect.is_near or suspect.origin in readers:
                _try_suspect(run, suspect, path)


def _try_suspect(run: Run, suspect: Suspect, path: str) -> None:
    level = run.levels.get(path, 0)
    if level == 2:
        return
    reading = run.prober.read(suspect.origin, path, only_with_credentials=level == 1)
    if reading.level > level:
        notes = (WITH_CREDENTIALS if reading.level == 2 else WITHOUT_CREDENTIALS,)
        run.hit_by_reading(suspect.code, reading, notes=notes, is_available=suspect.is_available)


def private_network(run: Run) -> None:
    """
    See whether preflights of any site are let into a private network.
    """
    for probe in planned_private_network(run.scope):
        result = run.prober.ask(probe)
        told = [each.response_headers.get("access-control-allow-private-network") for each in result.exchanges]
        if passed_preflight(result) and told[0] == "true":
            run.hit("private-network", probe.origin, probe.path, result)


def once_more(run: Run) -> None:
    """
    Make the first requests once more: much has been asked since.
    """
    for reading in run.first.values():
        run.is_confirmed(reading)


def _sensitive(result: FetchResult) -> tuple[str, ...]:
    names = [shown(name) for name in result.headers if SENSITIVE.search(name)]
    return (f"It sees the headers {', '.join(names)}.",) if names else ()


def planned_any_origin(scope: Scope) -> Iterator[Probe]:
    """
    Yield what `any_origin` asks for.
    """
    for path in scope.paths:
        for origin in scope.strangers:
            yield Probe(origin, path, credentials=True)


def planned_null_origin(scope: Scope) -> Iterator[Probe]:
    """
    Yield what `null_origin` asks for.
    """
    for path in scope.paths:
        yield Probe("null", path, credentials=True)
        yield Probe(scope.strangers[0], path, credentials=True, is_redirected=True)


def planned_unsafe_requests(scope: Scope) -> Iterator[Probe]:
    """
    Yield what `unsafe_requests` asks for.
    """
    for path in scope.paths:
        for method, headers in _unsafe(scope):
            yield Probe(scope.strangers[0], path, method, headers, credentials=True)


def planned_close_origins(scope: Scope) -> Iterator[Probe]:
    """
    Yield what `close_origins` asks for.
    """
    for suspect in scope.suspects:
        yield Probe(suspect.origin, scope.paths[0], credentials=True)


def planned_close_origins_elsewhere(scope: Scope) -> Iterator[Probe]:
    """
    Yield what `close_origins_elsewhere` asks for.
    """
    for path in scope.paths[1:]:
        for suspect in scope.suspects:
            if suspect.is_near:
                yield Probe(suspect.origin, path, credentials=True)


def planned_private_network(scope: Scope) -> Iterator[Probe]:
    """
    Yield what `private_network` asks for.
    """
    yield Probe(scope.strangers[0], scope.paths[0], "PUT", private_network=True)


def _unsafe(scope: Scope) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    return (*((method, ()) for method in scope.methods), *UNSAFE)
