"""
The stages of an audit in which pages ask that are meant: what keeps them out, and what is open to them without need.
"""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING, Final

from browsercors.audits.prober import Probe, Reading, last_answer, passed_preflight

if TYPE_CHECKING:
    from browsercors.audits.run import Run
    from browsercors.browser.result import FetchResult

__all__ = ["errors", "limits", "own_pages", "redirects", "wanted_preflights"]

LARGEST_CAP: Final = 86400
"""Firefox's; no browser remembers a preflight for longer."""

DIGITS: Final = re.compile(r"[0-9]{1,18}")


def own_pages(run: Run) -> None:
    """
    Let the pages read that are meant to.
    """
    for path in run.paths:
        for origin in run.promised:
            reading = run.prober.read(origin, path)
            if reading.level == 0:
                _tell_blocked(run, reading)
            elif reading.level == 1 and run.has_cookies:
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
    if answer.status >= 400:
        run.hit("error-without-headers", origin, path, reading.proof)
    elif answer.status >= 300:
        run.hit("redirect-without-headers", origin, path, reading.proof)
    else:
        asked = run.prober.ask(Probe(origin, path, "PUT"))
        only_preflight = passed_preflight(asked)
        proof = (reading.proof, asked) if only_preflight else (reading.proof,)
        run.hit("answer-without-headers" if only_preflight else "allowed-origin-blocked", origin, path, *proof)


def errors(run: Run) -> None:
    """
    See whether error answers can be read by those who read others: of a path, or a method, that is not there.
    """
    for path in run.paths[:1]:
        for reading in run.readers(path)[:1]:
            missing = f"{path.partition('?')[0].rstrip('/')}/not-there-{secrets.token_hex(4)}"
            result = run.prober.ask(reading.probe._replace(path=missing))
            _tell_error(run, reading.probe._replace(path=missing), result)
            if run.sends_unsafe_methods:
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
    for path in run.paths:
        for reading in run.readers(path)[:1]:
            bare, mark, query = path.partition("?")
            other = f"{bare[:-1] if bare.endswith('/') else f'{bare}/'}{mark}{query}"
            if not other.startswith("/"):
                continue
            for headers in ((), (("X-Requested-With", "audit"),)):
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
    wanted: list[tuple[str, tuple[tuple[str, str], ...]]] = [(method, ()) for method in run.methods]
    wanted += [("GET", (header,)) for header in run.headers]
    for path in run.paths:
        for reading in run.readers(path):
            for method, headers in wanted:
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
    name = f"x-{secrets.token_hex(4)}"
    method = f"X{secrets.token_hex(3).upper()}"
    for path in run.paths:
        for reading in run.readers(path)[:1]:
            origin = reading.probe.origin
            with_header = run.prober.ask(reading.probe._replace(headers=((name, "1"),)))
            if passed_preflight(with_header):
                run.hit("headers-unlimited", origin, path, with_header)
                if with_header.block is not None and with_header.block.is_cors:
                    run.hit("answer-without-headers", origin, path, with_header)
            with_method = run.prober.ask(reading.probe._replace(method=method))
            if passed_preflight(with_method):
                run.hit("methods-unlimited", origin, path, with_method)
            _tell_max_age(run, origin, path, with_header, with_method)


def _tell_max_age(run: Run, origin: str, path: str, *results: FetchResult) -> None:
    for result in results:
        value = result.exchanges[0].response_headers.get("access-control-max-age", "") if result.exchanges else ""
        if DIGITS.fullmatch(value) and int(value) > LARGEST_CAP:
            run.hit("max-age", origin, path, result)
            return
