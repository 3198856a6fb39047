"""
Proving fixes, by trial.

The recorded exchanges are replayed with a change, and what fails then is changed too, until nothing fails, or nothing
can be changed. What fails on the way is what else is wrong behind the first failure. The replay itself is given by who
has a browser; nothing here touches a network.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, Protocol, cast

from browsercors.explain.words.reasons import NO_VERDICT
from browsercors.fetch.preflight_response import CORS_PREFLIGHT_FETCH
from browsercors.fetch.timeline import CachedResponse, Exchange, ExchangeKind, exchanges_in
from browsercors.values.findings import failure_among

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from browsercors.explain.report import Verdict
    from browsercors.initiators.page_call import PageCall, PageFetchParams
    from browsercors.rules.profile import BrowserProfile
    from browsercors.values.findings import Algorithm, Finding, Reason
    from browsercors.values.responses import FilteredResponse, Response

__all__ = ["Failure", "Proof", "Repair", "Replay", "Slot", "Trial", "mend", "slot_of"]

MOST_REPAIRS: Final = 24
"""How often a replay is changed and tried again before it is given up; there are fewer rules that could fail."""


class Slot(NamedTuple):
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


class Repair(NamedTuple):
    """
    A change to an answer.

    Attributes:
        headers: The one value that each of these headers has from now on; None for a header that goes.
        status: The status that it has from now on; None if that stays.
    """

    headers: Mapping[str, str | None] = {}
    status: int | None = None

    def and_then(self, other: Repair) -> Repair:
        """
        Return both changes as one; the other one comes later, and wins.
        """
        return Repair({**self.headers, **other.headers}, self.status if other.status is None else other.status)


NO_REPAIRS: Final[Mapping[Slot, Repair]] = {}
REMEMBERED: Final = (CORS_PREFLIGHT_FETCH, "7.15")


class Trial(NamedTuple):
    """
    What came of a replay.

    Attributes:
        params: The fetch.
        response: What the page got.
        assumed: The answers that no recording holds.
    """

    params: PageFetchParams
    response: FilteredResponse | Response
    assumed: frozenset[Slot]

    @property
    def failure(self) -> Failure | None:
        """
        What failed it; None for a fetch that succeeded.
        """
        if not self.response.is_network_error and self.response.body_failure is None:
            return None
        return Failure(*failure_among(self.params.findings), self)

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

    def found(self, algorithm: Algorithm, step: str) -> Iterator[Finding]:
        """
        Yield what a step of an algorithm found, in order.
        """
        return (each for each in self.params.findings if each.step == step and each.algorithm is algorithm)


class Failure(NamedTuple):
    """
    What failed a replay.

    Attributes:
        finding: The finding that decided.
        reason: Its cause.
        trial: The replay.
    """

    finding: Finding
    reason: Reason
    trial: Trial

    @property
    def exchange(self) -> Exchange | None:
        """
        The exchange that it is about; None if the request was refused before it was sent.
        """
        params = self.trial.params
        last = params.timeline[-1] if params.timeline else None
        if not isinstance(last, Exchange):
            return None
        if last.kind is ExchangeKind.REDIRECT:
            return last if params.hop.redirect_refusal is self.finding else None
        return last if last.is_preflight is params.in_preflight else None

    @property
    def slot(self) -> Slot | None:
        """
        The answer that decided; None if the request was refused before it was sent.
        """
        return None if self.exchange is None else slot_of(self.exchange)


class Replay(Protocol):
    """
    Fetches once more, from recorded answers.
    """

    def __call__(
        self, call: PageCall, repairs: Mapping[Slot, Repair], browser: BrowserProfile | None = None
    ) -> Trial | None:
        """
        Replay *call*, with changed answers, in *browser*, or in the one that was simulated.

        Returns:
            What came of it; None if the page could not make this call in that browser.
        """


class Proof(NamedTuple):
    """
    Changes after which the replay succeeded.

    Attributes:
        repairs: The changes to the answers.
        trial: The replay that succeeded, in the browser of the report.
        behind: What failed on the way after the first failure, in the browser of the report.
        proven_in: The browsers in which it succeeded.
        failed_in: The browsers in which no change to answers helps, with what fails there; None for a call that the
            page could not make there.
    """

    repairs: Mapping[Slot, Repair]
    trial: Trial
    behind: tuple[Failure, ...]
    proven_in: tuple[str, ...]
    failed_in: Mapping[str, Failure | None]


def slot_of(exchange: Exchange) -> Slot:
    """
    Return which answer an exchange holds.
    """
    if not exchange.is_preflight:
        return Slot(False, exchange.method, exchange.url)
    asked = exchange.request_headers.get("Access-Control-Request-Method", "")
    return Slot(True, asked, exchange.url)


def mend(
    replay: Replay,
    call: PageCall,
    browsers: Sequence[BrowserProfile],
    repair_of: Callable[[Failure], Repair | None],
    repairs: Mapping[Slot, Repair] = NO_REPAIRS,
) -> Proof | Failure | None:
    """
    Change answers until *call* succeeds in all of *browsers*.

    Args:
        replay: Fetches from the recorded answers.
        call: What the page says.
        browsers: Where it has to succeed; the first one is the browser of the report.
        repair_of: From what failed to the change that mends it, None if no change does.
        repairs: The changes to begin with.

    Returns:
        The proof; or, if the browser of the report still fails, with what; None if the page could not make this call.
    """
    repairs = dict(repairs)
    behind: list[Failure] = []
    trials: dict[str, Trial] = {}
    failed_in: dict[str, Failure | None] = {}
    waiting = list(browsers)
    left = MOST_REPAIRS
    while waiting:
        browser = waiting.pop(0)
        is_own = browser is browsers[0]
        trial = replay(call, repairs, browser)
        failure = None if trial is None else trial.failure
        if trial is not None and failure is None:
            trials[browser.name] = trial
            continue
        slot = None if failure is None else failure.slot
        repair = None if failure is None or slot is None or left == 0 else repair_of(failure)
        if failure is None or slot is None or repair is None:
            if is_own:
                return failure
            failed_in[browser.name] = failure
            continue
        left -= 1
        if is_own and not trials:
            behind.append(failure)
        repairs[slot] = repairs.get(slot, Repair()).and_then(repair)
        # NB: what succeeded before has to succeed with the new change as well.
        waiting = [browser, *(other for other in browsers if other.name in trials), *waiting]
        trials.clear()
    proven_in = tuple(browser.name for browser in browsers if browser.name in trials)
    return Proof(repairs, trials[browsers[0].name], tuple(behind[1:]), proven_in, failed_in)
