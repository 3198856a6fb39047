"""
From the responses of a fetch to its causes: who answered, and why it is not what the page needs.

A cause is named only where a response shows its sign. Words of the body prove more than a header, and a header more
than `Server`; what proves less is not named beside what proves more.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from browsercors.explain.causes.added_headers import added_header
from browsercors.explain.causes.sign import MOST_BODY, Evidence
from browsercors.explain.causes.signs import alike
from browsercors.explain.causes.stories import redirect_of, stories_of
from browsercors.explain.causes.table import SIGNS
from browsercors.explain.report import ServerCause
from browsercors.explain.words.sanitise import shown
from browsercors.fetch.timeline import Exchange, ExchangeKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from browsercors.explain.causes.sign import Match, Sign
    from browsercors.explain.fixes.proof import FinishedFetch

__all__ = ["causes_of", "evidence_of", "find_causes", "is_known", "matching"]

MOST_CAUSES: Final = 4
MOST_REDIRECTS: Final = 3
FIRST_ERROR: Final = 400
ALIKE: Final = frozenset(sign.code for sign in alike.SIGNS)


def find_causes(fetch: FinishedFetch) -> tuple[ServerCause, ...]:
    """
    Return what the responses of a fetch show of who answered and why, the best proven first.

    A fetch that succeeded has causes only if its last response is an error.
    """
    failure = fetch.failure
    told = _telling(fetch)
    if not told:
        return ()
    last = told[-1][1]
    if failure is None and (last.status or 0) < FIRST_ERROR:
        return ()
    page_origin = fetch.params.request.origin.serialized
    causes: list[ServerCause] = []
    for entry, exchange in reversed(told):
        failed = "" if failure is None or exchange is not last else failure.reason.value
        causes += _shown_by(exchange, entry, failed)
        if failure is not None:
            causes += stories_of(exchange, entry, page_origin, is_last=exchange is last)
    if failure is not None:
        causes += added_header(failure, told[-1][0])
    return _each_once(causes)


def causes_of(exchange: Exchange, page_origin: str, entry: int = 0, *, failed: str = "") -> tuple[ServerCause, ...]:
    """
    Return what one response shows, for a caller that has exchanges and no finished fetch, such as an audit.

    Args:
        exchange: A request and its response, which the page may not read.
        page_origin: The serialised origin of the page that asked.
        entry: The number of the exchange among those that the caller shows.
        failed: The code of the reason for which the browser blocked it; some rows are about one reason only.
    """
    if exchange.http_response is None:
        return ()
    causes = [*_shown_by(exchange, entry, failed), *stories_of(exchange, entry, page_origin, is_last=True)]
    return _each_once(causes)


def _each_once(causes: Iterable[ServerCause]) -> tuple[ServerCause, ...]:
    """
    Return the first cause of each row that says the same; two redirects of a chain can show one row.
    """
    first: dict[tuple[str, str], ServerCause] = {}
    for cause in causes:
        first.setdefault((cause.code, cause.meaning), cause)
    return tuple(first.values())[:MOST_CAUSES]


def is_known(causes: Iterable[ServerCause]) -> bool:
    """
    Whether a cause says whose layer answered, and not only which kind of layer.
    """
    return any(cause.code not in ALIKE for cause in causes)


def matching(evidence: Evidence) -> list[Match]:
    """
    Return the signs that a response shows, without those that prove less than another one.
    """
    found = [match_ for sign in _signs_of(evidence.status) if (match_ := sign.match(evidence)) is not None]
    if len(found) < 2:
        return found
    most = max(match_.rank for match_ in found)
    return [match_ for match_ in found if match_.rank == most]


# NB: most signs are of a few statuses, and a report looks at the responses of one page's fetch.
@lru_cache(maxsize=64)
def _signs_of(status: int) -> tuple[Sign, ...]:
    """
    Return the signs that a response of this status may show, in their order.
    """
    return tuple([sign for sign in SIGNS if not sign.status or status in sign.status])


def evidence_of(exchange: Exchange, failed: str = "") -> Evidence:
    """
    Return a response as signs are looked for in it.
    """
    headers: dict[str, str] = {}
    for name, value in exchange.response_headers.lines:
        key = name.strip().lower()
        headers[key] = f"{headers[key]}, {value}" if key in headers else value
    redirect = redirect_of(exchange)
    location = "" if redirect is None else redirect.target.href.partition("#")[0].partition("?")[0]
    body = (exchange.response_body or b"")[:MOST_BODY]
    response, url = exchange.http_response, exchange.http_request.url
    reason = "" if response is None else response.reason.decode("latin-1")
    return Evidence(
        exchange.is_preflight, exchange.status or 0, headers, body, location, reason, url.host, url.path, failed
    )


def _shown_by(exchange: Exchange, entry: int, failed: str) -> Iterable[ServerCause]:
    return (_cause(match_, entry) for match_ in matching(evidence_of(exchange, failed)))


def _telling(fetch: FinishedFetch) -> list[tuple[int, Exchange]]:
    """
    Return the responses that have a say, with their numbers in the timeline: redirects, and the last one.
    """
    failure = fetch.failure
    last = next(reversed(fetch.answers), None) if failure is None else failure.exchange
    answered = [
        (number, entry)
        for number, entry in enumerate(fetch.params.timeline)
        if isinstance(entry, Exchange) and entry.http_response is not None
    ]
    redirects = [each for each in answered if each[1].kind is ExchangeKind.REDIRECT and each[1] is not last]
    return [*redirects[-MOST_REDIRECTS:], *(each for each in answered if each[1] is last)]


def _cause(match_: Match, entry: int) -> ServerCause:
    sign = match_.sign
    return ServerCause(
        sign.code, sign.who, sign.meaning, sign.remedy, shown(match_.quote), sign.sure, sign.source, entry
    )
