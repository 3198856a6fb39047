"""
The stages of an audit in which pages ask that are not meant: any site, the origin null, and near misses.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from browsercors.audits.findings import Severity
from browsercors.audits.prober import NEEDS_OTHER_CREDENTIALS, Probe, last_answer, passed_preflight
from browsercors.audits.suspects import suspects
from browsercors.explain.words.sanitise import shown
from browsercors.policy.origins.patterns import ANY_ORIGIN

if TYPE_CHECKING:
    from browsercors.audits.run import Run
    from browsercors.browser.result import FetchResult

__all__ = ["any_origin", "near_misses", "null_origin", "once_more", "private_network", "unsafe_requests"]

SENSITIVE: Final = re.compile(r"token|secret|session|api-?key|csrf|xsrf|passw|authorization|credential", re.IGNORECASE)

NOT_FOUND: Final = 404

WITH_CREDENTIALS: Final = (
    "Such a page reads what the server shows to the visitor: answers to requests with credentials."
)
WITHOUT_CREDENTIALS: Final = "Such a page reads answers to requests without credentials only."

UNSAFE: Final = (
    ("PUT", ()),
    ("POST", (("Content-Type", "application/json"),)),
)
"""Requests that browsers ask about first."""


def any_origin(run: Run) -> None:
    """
    Let two pages read that no server can know: what both read is open to every site, and no static value.
    """
    first, second = run.strangers
    for path in run.paths:
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
        if not run.everybody_is_meant:
            code = "wildcard" if is_wildcard else "any-origin"
            run.hit_by_reading(code, reading, other.proof, notes=_sensitive(reading.proof))


def null_origin(run: Run) -> None:
    """
    Let a sandboxed frame read, and a page whose request comes by way of a redirect.
    """
    for path in run.paths:
        sandboxed = run.prober.read("null", path)
        redirected = run.prober.read(run.strangers[0], path, is_redirected=True)
        best = max(sandboxed, redirected, key=lambda reading: reading.level)
        meant = max(run.levels.get(path, 0), 1 if run.everybody_is_meant else 0)
        if best.level > meant:
            others = [redirected.proof] if best is sandboxed and redirected.level == best.level else []
            best = best._replace(probe=best.probe._replace(origin="null")) if best is redirected else best
            run.hit_by_reading("null-credentials" if best.level == 2 else "null", best, *others)


def unsafe_requests(run: Run) -> None:
    """
    See whether preflights pass for any site where the answer would not be readable.
    """
    for path in run.paths:
        for method, headers in (*((method, ()) for method in run.methods), *UNSAFE):
            probe = Probe(run.strangers[0], path, method, headers, credentials=True)
            result = run.prober.ask(probe)
            if result.block is not None and result.block.reason in NEEDS_OTHER_CREDENTIALS:
                probe = probe._replace(credentials=False)
                result = run.prober.ask(probe)
            level = 2 if probe.credentials else 1
            if passed_preflight(result) and run.levels.get(path, 0) < level:
                other = run.prober.ask(probe._replace(origin=run.strangers[1]))
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
        note = f"GET has {told} at this path, so that it was not seen what answers allow; name paths that answer."
        run.hit("unsafe-request", probe.origin, probe.path, *proof, notes=(note,), severity=Severity.LOW)
        return
    notes = ("Credentials go along." if probe.credentials else "Credentials cannot go along.",)
    run.hit("unsafe-request", probe.origin, probe.path, *proof, credentials=probe.credentials, notes=notes)


def near_misses(run: Run) -> None:
    """
    Let pages read whose origins a careless comparison takes for one that is meant.
    """
    if ANY_ORIGIN in run.patterns:
        return
    tried = suspects(run.url, run.patterns)
    for path in run.paths:
        level = run.levels.get(path, 0)
        if level == 2:
            continue
        for suspect in tried:
            reading = run.prober.read(suspect.origin, path, only_with_credentials=level == 1)
            if reading.level <= level:
                continue
            notes = (WITH_CREDENTIALS if reading.level == 2 else WITHOUT_CREDENTIALS,)
            run.hit_by_reading(suspect.code, reading, notes=notes, is_available=suspect.is_available)


def private_network(run: Run) -> None:
    """
    See whether preflights of any site are let into a private network.
    """
    for path in run.paths[:1]:
        probe = Probe(run.strangers[0], path, "PUT", private_network=True)
        result = run.prober.ask(probe)
        told = [each.response_headers.get("access-control-allow-private-network") for each in result.exchanges]
        if passed_preflight(result) and told[0] == "true":
            run.hit("private-network", probe.origin, path, result)


def once_more(run: Run) -> None:
    """
    Make the first requests once more: much has been asked since.
    """
    for reading in run.first.values():
        run.is_confirmed(reading)


def _sensitive(result: FetchResult) -> tuple[str, ...]:
    names = [shown(name) for name in result.headers if SENSITIVE.search(name)]
    return (f"Among what it sees are the headers {', '.join(names)}.",) if names else ()
