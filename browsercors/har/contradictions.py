"""
Where a recording and its replay disagree.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from browsercors.har.answers import is_redacted
from browsercors.har.error_codes import Ending
from browsercors.har.verdicts import is_let_through

if TYPE_CHECKING:
    from collections.abc import Iterator

    from browsercors.browser.loads import LoadResult
    from browsercors.browser.result import FetchResult
    from browsercors.har.pairing import Exchanges
    from browsercors.har.verdicts import Recorded

__all__ = ["contradictions"]


def contradictions(exchanges: Exchanges, result: FetchResult | LoadResult, recorded: Recorded) -> Iterator[str]:
    """
    Yield each disagreement, in a sentence.
    """
    yield from _about_preflights(exchanges, result)
    yield from _about_origins(exchanges, result)
    yield from _about_the_end(result, recorded)


def _about_preflights(exchanges: Exchanges, result: FetchResult | LoadResult) -> Iterator[str]:
    if exchanges.preflights and exchanges.requests and not result.preflighted:
        numbers = ", ".join(str(entry.number) for _, entry in exchanges.preflights)
        yield f"the recording has a preflight (entry {numbers}), the simulated browser needs none"


def _about_origins(exchanges: Exchanges, result: FetchResult | LoadResult) -> Iterator[str]:
    """
    Compare the Origin of each request with what the simulated browser sends.
    """
    sent = {exchange.url.partition("#")[0]: exchange for exchange in result.exchanges if not exchange.is_preflight}
    for entry in exchanges.requests:
        exchange = sent.get(entry.request.url.href_without_fragment)
        # NB: where the browser wrote down what it meant to send, and not what it sent, these are missing.
        if exchange is None or entry.request.value_of("Accept-Encoding") is None:
            continue
        recorded, simulated = entry.request.value_of("Origin"), exchange.request_headers.get("Origin")
        if recorded != simulated and not (recorded is not None and is_redacted(recorded)):
            yield (f"entry {entry.number} has {_named(recorded)}, the simulated browser sends {_named(simulated)}")


def _named(origin: str | None) -> str:
    return "no Origin" if origin is None else f"Origin: {origin}"


def _about_the_end(result: FetchResult | LoadResult, recorded: Recorded) -> Iterator[str]:
    if recorded.outcome == "failed" and is_let_through(result) and not recorded.is_settled:
        error = recorded.error or "without a word"
        is_general = recorded.code is not None and recorded.code.ending is Ending.CHECKED
        matter = "" if is_general else ", which CORS may have nothing to do with"
        yield f"the recording says that it failed ({error}{matter}); by its responses the page could read it"
    why = recorded.disproof_of(result)
    if why:
        assert result.block is not None, "only a block is disproved"
        yield f"{why}; by its responses it fails ({result.block.reason.value})"
