"""
Proving fixes, by trial.

The recorded exchanges are replayed with a change, and what fails then is changed too, until nothing fails, or nothing
can be changed. What fails on the way is what else is wrong behind the first failure. The replay itself is given by who
has a browser; nothing here touches a network.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, Protocol, cast

from browsercors.explain.words.reasons import NO_VERDICT
from browsercors.fetch.timeline import CachedResponse, Exchange, ExchangeKind, exchanges_in
from browsercors.values.findings import failure_among

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from browsercors.explain.report import Verdict
    from browsercors.fetch.page_call import PageCall
    from browsercors.fetch.params import FetchParams
    from browsercors.rules.profile import BrowserProfile
    from browsercors.values.findings import Finding, Reason
    from browsercors.values.responses import FilteredResponse, Response

__all__ = ["FetchFailure", "FinishedFetch", "Proof", "Replay", "RequestKey", "ResponseChange", "prove", "request_key"]

MOST_CHANGES: Final = 24
"""How often a replay is changed and tried again before it is given up; there are fewer rules that could fail."""


class RequestKey(NamedTuple):
    """
    The answer to one request of a fetch.

    Attributes:
        is_preflight: Whether the request is a preflight.
        method: Its method; for a preflight the method that it asks for.
        url: Its URL.
    """

    is_preflight: bool
    method: str
    url: str


class ResponseChange(NamedTuple):
    """
    A change to an answer.

    Attributes:
        headers: The one value that each of these headers has from now on; None for a header that goes.
        status: The status that it has from now on; None if that stays.
    """

    headers: Mapping[str, str | None] = {}
    status: int | None = None

    def and_then(self, other: ResponseChange) -> ResponseChange:
        """
        Return both changes as one; the other one comes later, and wins.
        """
        return ResponseChange({**self.headers, **other.headers}, self.status if other.status is None else other.status)


NO_CHANGES: Final[Mapping[RequestKey, ResponseChange]] = {}
REMEMBERED: Final = ("CORS-preflight fetch", "7.15")


class FinishedFetch(NamedTuple):
    """
    What came of a replay.

    Attributes:
        params: The fetch.
        response: What the page got.
        assumed: The answers that no recording holds.
    """

    params: FetchParams
    response: FilteredResponse | Response
    assumed: frozenset[RequestKey]

    @property
    def failure(self) -> FetchFailure | None:
        """
        What failed it; None for a fetch that succeeded.
        """
        if not self.response.is_network_error and self.response.body_failure is None:
            return None
        return FetchFailure(*failure_among(self.params.findings), self)

    @property
    def verdict(self) -> Verdict:
        """
        What the page may do with the response.
        """
        failure = self.failure
        if failure is not None:
            return "undecided" if failure.reason in NO_VERDICT else "blocked"
        return "readable" if self.response.type in {"basic", "cors"} else "opaque"

    @property
    def exchanges(self) -> list[Exchange]:
        """
        What went over the wire, in order.
        """
        return exchanges_in(self.params.timeline)

    @property
    def answers(self) -> list[Exchange]:
        """
        What the fetch went by, in order: each exchange, or what the HTTP cache answered in place of one.

        Neither what was asked behind the page's back is there, nor a 304 that confirmed what is.
        """
        answers: list[Exchange] = []
        for entry in self.params.timeline:
            if not isinstance(entry, Exchange) or entry.kind is ExchangeKind.REVALIDATION:
                continue
            if isinstance(entry, CachedResponse) and entry.is_confirmed:
                answers.pop()
            answers.append(entry)
        return answers

    @property
    def preflight(self) -> Exchange | None:
        """
        The first preflight that went over the wire; None if none did.
        """
        return next((exchange for exchange in self.exchanges if exchange.is_preflight), None)

    @property
    def remembered(self) -> list[float]:
        """
        For how many seconds the answers of its preflights are remembered, in order; none for one that is not.
        """
        return [cast("float", finding.evidence["remembered"]) for finding in self.found(*REMEMBERED)]

    def found(self, algorithm: str, step: str) -> Iterator[Finding]:
        """
        Yield what a step of an algorithm found, in order.
        """
        return (each for each in self.params.findings if each.step == step and each.algorithm.name == algorithm)


class FetchFailure(NamedTuple):
    """
    What failed a replay.

    Attributes:
        finding: The finding that decided.
        reason: Its cause.
        fetch: The replay.
    """

    finding: Finding
    reason: Reason
    fetch: FinishedFetch

    @property
    def exchange(self) -> Exchange | None:
        """
        The exchange that it is about; None if the request was refused before it was sent.
        """
        params = self.fetch.params
        last = params.timeline[-1] if params.timeline else None
        if not isinstance(last, Exchange):
            return None
        if last.kind is ExchangeKind.REDIRECT:
            return last if params.redirect_refusal is self.finding else None
        return last if last.is_preflight is params.in_preflight else None

    @property
    def key(self) -> RequestKey | None:
        """
        The answer that decided; None if the request was refused before it was sent.
        """
        return None if self.exchange is None else request_key(self.exchange)


class Replay(Protocol):
    """
    Fetches once more, from recorded answers.
    """

    def __call__(
        self, call: PageCall, changes: Mapping[RequestKey, ResponseChange], browser: BrowserProfile | None = None
    ) -> FinishedFetch | None:
        """
        Replay *call*, with changed answers, in *browser*, or in the one that was simulated.

        Returns:
            What came of it; None if the page could not make this call in that browser.
        """


class Proof(NamedTuple):
    """
    Changes after which the replay succeeded.

    Attributes:
        changes: The changes to the answers.
        fetch: The replay that succeeded, in the browser of the report.
        behind: What failed on the way after the first failure, in the browser of the report.
        proven_in: The browsers in which it succeeded.
        failed_in: The browsers in which no change to answers helps, with what fails there; None for a call that the
            page could not make there.
    """

    changes: Mapping[RequestKey, ResponseChange]
    fetch: FinishedFetch
    behind: tuple[FetchFailure, ...]
    proven_in: tuple[str, ...]
    failed_in: Mapping[str, FetchFailure | None]


def request_key(exchange: Exchange) -> RequestKey:
    """
    Return which answer an exchange holds.
    """
    if not exchange.is_preflight:
        return RequestKey(False, exchange.method, exchange.url)
    asked = exchange.request_headers.get("Access-Control-Request-Method", "")
    return RequestKey(True, asked, exchange.url)


def prove(
    replay: Replay,
    call: PageCall,
    browsers: Sequence[BrowserProfile],
    change_for: Callable[[FetchFailure], ResponseChange | None],
    changes: Mapping[RequestKey, ResponseChange] = NO_CHANGES,
) -> Proof | FetchFailure | None:
    """
    Change answers until *call* succeeds in all of *browsers*.

    Args:
        replay: Fetches from the recorded answers.
        call: What the page says.
        browsers: Where it has to succeed; the first one is the browser of the report.
        change_for: From what failed to the change that mends it, None if no change does.
        changes: The changes to begin with.

    Returns:
        The proof; or, if the browser of the report still fails, with what; None if the page could not make this call.
    """
    changes = dict(changes)
    behind: list[FetchFailure] = []
    fetches: dict[str, FinishedFetch] = {}
    failed_in: dict[str, FetchFailure | None] = {}
    waiting = list(browsers)
    left = MOST_CHANGES
    while waiting:
        browser = waiting.pop(0)
        is_own = browser is browsers[0]
        fetch = replay(call, changes, browser)
        failure = None if fetch is None else fetch.failure
        if fetch is not None and failure is None:
            fetches[browser.name] = fetch
            continue
        key = None if failure is None else failure.key
        change = None if failure is None or key is None or left == 0 else change_for(failure)
        if failure is None or key is None or change is None:
            if is_own:
                return failure
            failed_in[browser.name] = failure
            continue
        left -= 1
        if is_own and not fetches:
            behind.append(failure)
        changes[key] = changes.get(key, ResponseChange()).and_then(change)
        # NB: what succeeded before has to succeed with the new change as well.
        waiting = [browser, *(other for other in browsers if other.name in fetches), *waiting]
        fetches.clear()
    proven_in = tuple(browser.name for browser in browsers if browser.name in fetches)
    return Proof(changes, fetches[browsers[0].name], tuple(behind[1:]), proven_in, failed_in)
