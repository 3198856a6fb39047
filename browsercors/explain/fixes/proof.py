"""
Proves fixes: a change counts if a replay with it succeeds, and brings what the page wanted.

The recorded exchanges are replayed with a change. If something else fails then, that is changed too, until nothing
fails, or nothing can be changed. The failures on the way are what would fail next. The caller gives the replay; nothing
here touches a network.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, Protocol, cast

from browsercors.explain.words.loads import load_words
from browsercors.explain.words.reasons import NO_VERDICT
from browsercors.fetch.preflight_response import CORS_PREFLIGHT_FETCH
from browsercors.fetch.service_workers.calls import WorkerResponse
from browsercors.fetch.timeline import CachedResponse, Exchange, ExchangeKind, exchanges_in
from browsercors.initiators.elements.purpose import missed_purpose
from browsercors.values.findings import failure_among

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from browsercors.explain.report import Verdict
    from browsercors.initiators.page_call import PageCall, PageFetchParams
    from browsercors.rules.profile import BrowserProfile
    from browsercors.values.findings import Algorithm, Finding, Reason
    from browsercors.values.responses import FilteredResponse, Response

__all__ = ["FetchFailure", "FinishedFetch", "Proof", "Replay", "RequestKey", "ResponseChange", "prove", "request_key"]

MOST_CHANGES: Final = 24
"""How many changes are tried before giving up; fewer rules than that can fail."""


class RequestKey(NamedTuple):
    """
    Identifies one request of a fetch, and so its response.

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
    A change to a response.

    Attributes:
        headers: The new value of each of these headers; None for a header that is removed.
        status: The new status; None if it stays.
    """

    headers: Mapping[str, str | None] = {}
    status: int | None = None

    def and_then(self, other: ResponseChange) -> ResponseChange:
        """
        Return both changes as one. Where both set a header or the status, *other* wins.
        """
        return ResponseChange({**self.headers, **other.headers}, self.status if other.status is None else other.status)


NO_CHANGES: Final[Mapping[RequestKey, ResponseChange]] = {}
REMEMBERED: Final = (CORS_PREFLIGHT_FETCH, "7.15")


class FinishedFetch(NamedTuple):
    """
    A fetch or a replay that has ended.

    Attributes:
        params: The fetch.
        response: What the page got.
        assumed: The requests whose responses were not recorded.
    """

    params: PageFetchParams
    response: FilteredResponse | Response
    assumed: frozenset[RequestKey]

    @property
    def failure(self) -> FetchFailure | None:
        """
        What failed; None if the fetch succeeded.
        """
        if not self.response.is_network_error and self.response.body_failure is None:
            return None
        return FetchFailure(*failure_among(self.params.findings), self)

    @property
    def missed(self) -> FetchFailure | None:
        """
        Why what came is of no use to the element that has it; None if it is, or if it was not recorded.
        """
        finding = missed_purpose(self.params, self.response)
        if finding is None or finding.reason is None:
            return None
        missed = FetchFailure(finding, finding.reason, self)
        return None if missed.key in self.assumed else missed

    @property
    def verdict(self) -> Verdict:
        """
        What the page may do with the response, or what became of what an element loads.
        """
        failure = self.failure
        if failure is not None:
            return "undecided" if failure.reason in NO_VERDICT else "blocked"
        is_seen = self.response.type in {"basic", "cors"}
        words = load_words(self.params.page_call)
        if words is not None:
            return "loaded" if is_seen or words.code is None else "restricted"
        return "readable" if is_seen else "opaque"

    @property
    def exchanges(self) -> list[Exchange]:
        """
        What went over the wire, in order.
        """
        return exchanges_in(self.params.timeline)

    @property
    def answers(self) -> list[Exchange]:
        """
        The responses that the fetch used, in order: from exchanges, and from the HTTP cache.

        Background requests are left out, and so is a 304 that confirmed a cached response.
        """
        answers: list[Exchange] = []
        for entry in self.params.timeline:
            # NB: what a service worker responded with is no server's.
            if (
                not isinstance(entry, Exchange)
                or entry.kind is ExchangeKind.REVALIDATION
                or isinstance(entry, WorkerResponse)
            ):
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
        How many seconds the preflight responses are remembered, in order; those that are not remembered are left out.
        """
        return [cast("float", finding.evidence["remembered"]) for finding in self.found(*REMEMBERED)]

    def found(self, algorithm: Algorithm, step: str) -> Iterator[Finding]:
        """
        Yield the findings of a step of an algorithm, in order.
        """
        return (each for each in self.params.findings if each.step == step and each.algorithm is algorithm)


class FetchFailure(NamedTuple):
    """
    What failed a fetch.

    Attributes:
        finding: The finding that decided.
        reason: Its reason.
        fetch: The fetch.
    """

    finding: Finding
    reason: Reason
    fetch: FinishedFetch

    @property
    def exchange(self) -> Exchange | None:
        """
        The exchange that failed; None if the request was blocked before it was sent.
        """
        params = self.fetch.params
        last = params.timeline[-1] if params.timeline else None
        if not isinstance(last, Exchange):
            return None
        if last.kind is ExchangeKind.REDIRECT:
            return last if params.hop.redirect_refusal is self.finding else None
        return last if last.is_preflight is params.in_preflight else None

    @property
    def key(self) -> RequestKey | None:
        """
        The request whose response decided; None if it was blocked before it was sent.
        """
        return None if self.exchange is None else request_key(self.exchange)


class Replay(Protocol):
    """
    Repeats a fetch with recorded responses.
    """

    def __call__(
        self, call: PageCall, changes: Mapping[RequestKey, ResponseChange], browser: BrowserProfile | None = None
    ) -> FinishedFetch | None:
        """
        Replay *call* with changed responses, in *browser* or in the browser that was simulated.

        Returns:
            How it ended; None if the page cannot make this call in that browser.
        """


class Proof(NamedTuple):
    """
    Changes after which the replay succeeded.

    Attributes:
        changes: The changes to the responses.
        fetch: The replay that succeeded, in the browser of the report.
        behind: What failed after the first failure, in the browser of the report.
        proven_in: The browsers in which it succeeded.
        failed_in: The browsers in which no change to a response helps, with what fails there; None for a call that
            the page cannot make there.
    """

    changes: Mapping[RequestKey, ResponseChange]
    fetch: FinishedFetch
    behind: tuple[FetchFailure, ...]
    proven_in: tuple[str, ...]
    failed_in: Mapping[str, FetchFailure | None]


def request_key(exchange: Exchange) -> RequestKey:
    """
    Return which request an exchange is of.
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
    Change responses until *call* succeeds in all of *browsers*, and brings what the page wanted.

    Args:
        replay: Repeats the fetch with the recorded responses.
        call: The page's call.
        browsers: Where it has to succeed; the first one is the browser of the report.
        change_for: Gives the change that fixes a failure; None if no change does.
        changes: The changes to begin with.

    Returns:
        The proof; or the failure that remains in the browser of the report; None if the page cannot make this call.
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
        failure = None if fetch is None else fetch.failure or fetch.missed
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
        # NB: browsers that succeeded before have to succeed with the new change too.
        waiting = [browser, *(other for other in browsers if other.name in fetches), *waiting]
        fetches.clear()
    proven_in = tuple(browser.name for browser in browsers if browser.name in fetches)
    return Proof(changes, fetches[browsers[0].name], tuple(behind[1:]), proven_in, failed_in)
