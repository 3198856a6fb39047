"""
The verdicts on a recording.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final, Literal

import attrs

from browsercors.har.error_codes import Ending, ErrorCode
from browsercors.values.findings import Reason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from browsercors.browser.loads import LoadResult
    from browsercors.browser.result import FetchResult
    from browsercors.rules.recordings import Recorder

__all__ = ["HarReading", "HarVerdict", "Recorded", "is_let_through"]

OF_ELEMENTS: Final = frozenset(
    {
        Reason.CONTENT_NOT_USABLE,
        Reason.INTEGRITY_MISMATCH,
        Reason.MIME_TYPE_BLOCKED,
        Reason.NOSNIFF,
        Reason.STATUS_NOT_OK,
    }
)
"""Why an element has no use for a response that it was given; to the network all of these are answers."""


@attrs.frozen
class Recorded:
    """
    How a request ended, according to the recording.

    Attributes:
        outcome: "answered" if the page got the response, "failed" if it did not; "unknown" if that is not recorded.
        status: The status; None if none was recorded.
        error: The browser's name for the failure; empty if there is none.
        code: What that name means; None if unknown.
        url: The URL of the last request, without its fragment; empty if only a preflight was recorded.
    """

    outcome: Literal["answered", "failed", "unknown"]
    status: int | None
    error: str = ""
    code: ErrorCode | None = None
    url: str = ""

    @property
    def is_blocked(self) -> bool:
        """
        Whether the recording names a rule other than CORS that blocked the request.
        """
        return self.code is not None and self.code.ending is Ending.BLOCKED

    @property
    def is_stopped(self) -> bool:
        """
        Whether something on the user's side stopped the request, such as an ad blocker.
        """
        return self.code is not None and self.code.ending is Ending.STOPPED

    @property
    def is_settled(self) -> bool:
        """
        Whether the recording says what stopped the request, so that CORS decides nothing.
        """
        return self.is_blocked or self.is_stopped

    @property
    def is_explained(self) -> bool:
        """
        Whether the recording has the console's message about it.
        """
        return self.code is not None and self.code.ending is Ending.EXPLAINED

    def disproof_of(self, result: FetchResult | LoadResult) -> str:
        """
        Return how the recording shows that what blocked the replay did not block the request; empty if it does not.
        """
        block = result.block
        if block is None or is_let_through(result) or block.reason is Reason.NOT_RECORDED or self.is_explained:
            return ""
        if self.outcome == "answered":
            return "the recording does not say that it failed"
        if self.status is not None and not self.is_sent_in(result):
            return f"the recording has a response to {self.url}, so that this was sent"
        return ""

    def is_sent_in(self, result: FetchResult | LoadResult) -> bool:
        """
        Whether the last recorded request is also sent in the replay.
        """
        return any(
            exchange.url.partition("#")[0] == self.url for exchange in result.exchanges if not exchange.is_preflight
        )

    def to_dict(self) -> dict[str, Any]:
        """
        Return everything as JSON-serializable data.
        """
        code = self.code
        return {
            "outcome": self.outcome,
            "status": self.status,
            "error": self.error,
            "name": "" if code is None else code.name,
            "meaning": "" if code is None else code.meaning,
            "advice": "" if code is None else code.advice,
        }


@attrs.frozen
class HarVerdict:
    """
    The verdict on a recorded cross-origin request.

    Attributes:
        entry: The place of the request in `log.entries`, counted from 0.
        entries: The places of all its entries, with preflights and redirects.
        page_origin: The serialized origin of the page that made it.
        method: The method.
        url: The URL.
        inferred_from: What page, mode and so on were inferred from, each in a sentence.
        unknown: What the recording does not say, and what was assumed instead.
        result: The result of the replay.
        otherwise: The result with the other credentials mode, if both are possible and the verdicts differ.
        credentials: The credentials mode of *result*.
        knows_credentials: Whether that mode is known; if not, it is a guess.
        recorded: How it ended, according to the recording.
        contradictions: Where recording and simulation disagree.
    """

    entry: int
    entries: tuple[int, ...]
    page_origin: str
    method: str
    url: str
    inferred_from: tuple[str, ...]
    unknown: tuple[str, ...]
    result: FetchResult | LoadResult
    otherwise: FetchResult | LoadResult | None
    credentials: str
    knows_credentials: bool
    recorded: Recorded
    contradictions: tuple[str, ...]

    @property
    def outcome(self) -> Literal["readable", "blocked", "stopped", "undecided"]:
        """
        How the request ended.

        "stopped" means that something on the user's side stopped it, such as an ad blocker; "undecided", that the
        recording lacks what a verdict needs.
        """
        if self.recorded.is_settled:
            return "stopped" if self.recorded.is_stopped else "blocked"
        if self._is_not_recorded:
            return "blocked" if self.recorded.is_explained else "undecided"
        if self.is_disproved:
            return "undecided"
        return "readable" if is_let_through(self.result) else "blocked"

    @property
    def is_disproved(self) -> bool:
        """
        Whether the recording shows that what blocked the replay did not block the request.
        """
        return bool(self.recorded.disproof_of(self.result))

    @property
    def _is_not_recorded(self) -> bool:
        return self.result.block is not None and self.result.block.reason is Reason.NOT_RECORDED

    @property
    def is_by_recording(self) -> bool:
        """
        Whether the recording itself says why the page cannot read the response.
        """
        return self.recorded.is_settled or (self._is_not_recorded and self.recorded.is_explained)

    @property
    def code(self) -> str:
        """
        The code or topic of why the page cannot read the response; empty if it can.
        """
        if self.is_by_recording and self.recorded.code is not None:
            return self.recorded.code.name
        block = self.result.block
        return "" if block is None or is_let_through(self.result) else block.reason.value

    @property
    def is_undecided(self) -> bool:
        """
        Whether the recording lacks what a verdict needs.
        """
        return self.outcome == "undecided"

    @property
    def is_problem(self) -> bool:
        """
        Whether the browser blocked the response, or there was none.
        """
        return self.outcome == "blocked"

    def to_dict(self) -> dict[str, Any]:
        """
        Return the verdict as JSON-serializable data, without what the entries contain.
        """
        return {
            "entry": self.entry,
            "entries": list(self.entries),
            "page_origin": self.page_origin,
            "method": self.method,
            "url": self.url,
            "outcome": self.outcome,
            "code": self.code,
            "credentials": self.credentials,
            "knows_credentials": self.knows_credentials,
            "inferred_from": list(self.inferred_from),
            "unknown": list(self.unknown),
            "recorded": self.recorded.to_dict(),
            "contradictions": list(self.contradictions),
            "result": _as_data(self.result),
            "otherwise": None if self.otherwise is None else _as_data(self.otherwise),
        }


def is_let_through(result: FetchResult | LoadResult) -> bool:
    """
    Whether nothing stood between the server and the page; for a load, whatever the element makes of what came.
    """
    # NB: by its block, since only loads end in these, and a recording has no bodies.
    block = result.block
    return block.reason in OF_ELEMENTS if block is not None else getattr(result, "readable", True)


def _as_data(result: FetchResult | LoadResult) -> dict[str, Any]:
    """
    Return the result of a replay, without a report and without the exchanges, which are in the file.
    """
    from browsercors.explain.formats.json import finding_as_data

    block = result.block
    return {
        "browser": result.browser_name,
        "readable": is_let_through(result),
        "type": getattr(result, "type", "error" if block is not None else "cors"),
        "status": getattr(result, "status", result.exchanges[-1].status if result.exchanges else 0) or 0,
        "block": None
        if block is None
        else {
            "reason": block.reason.value,
            "is_cors": block.is_cors,
            "during_preflight": block.during_preflight,
            "identifiers": dict(block.identifiers),
            "finding": finding_as_data(block.finding),
        },
    }


class HarReading:
    """
    The verdicts on a HAR file, one after another; made by `read_har`.

    Attributes:
        browser: The browser that is simulated; empty until the first verdict.
        creator: The name of the recorder, as the file has it; empty until the first verdict.
        recorder: The recorder and what it leaves out; None if unknown.
        counts: How many entries have no verdict, by reason: "same-origin", "no-cors", "navigate", "websocket", or a
            scheme such as "data:".
        entries: How many entries were read so far.
        problems: How many problems were reported so far.
        preflights: How many preflights were read so far.
        missing_preflights: How many requests so far needed a preflight that was not recorded.
    """

    def __init__(self, verdicts: Callable[[HarReading], Iterator[HarVerdict]]) -> None:
        self.browser = ""
        self.creator = ""
        self.entries = 0
        self.problems = 0
        self.recorder: Recorder | None = None
        self.preflights = 0
        self.missing_preflights = 0
        self.counts: Counter[str] = Counter()
        self._verdicts = verdicts(self)

    def __iter__(self) -> Iterator[HarVerdict]:
        return self

    def __next__(self) -> HarVerdict:
        return next(self._verdicts)
