"""
What there is to say of a request that was recorded.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Literal

import attrs

from browsercors.har.error_codes import Ending, ErrorCode
from browsercors.values.findings import Reason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from browsercors.browser.result import FetchResult
    from browsercors.rules.recordings import Recorder

__all__ = ["HarReading", "HarVerdict", "Recorded"]


@attrs.frozen
class Recorded:
    """
    What the recording says of how a request ended.

    Attributes:
        outcome: "answered" if the page got the answer, "failed" if it did not, "unknown" if the recording does not say.
        status: The status; None if none was recorded.
        error: What the browser calls the failure; empty if it says nothing.
        code: What is known of that error; None if nothing is.
    """

    outcome: Literal["answered", "failed", "unknown"]
    status: int | None
    error: str = ""
    code: ErrorCode | None = None

    @property
    def is_blocked(self) -> bool:
        """
        Whether the recording names a rule beside CORS that stopped the request.
        """
        return self.code is not None and self.code.ending is Ending.BLOCKED

    @property
    def is_stopped(self) -> bool:
        """
        Whether something stopped it that belongs to neither the page nor the server, such as an ad blocker.
        """
        return self.code is not None and self.code.ending is Ending.STOPPED

    @property
    def is_settled(self) -> bool:
        """
        Whether the recording says what stopped the request, so that the rules of CORS decide nothing about it.
        """
        return self.is_blocked or self.is_stopped

    @property
    def is_explained(self) -> bool:
        """
        Whether the recording has the console's sentence about it.
        """
        return self.code is not None and self.code.ending is Ending.EXPLAINED

    def to_dict(self) -> dict[str, Any]:
        """
        Return everything as JSON-serialisable data.
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
    The verdict on a request of the recording to another origin.

    Attributes:
        entry: The place of the request in `log.entries`, counted from 0.
        entries: The places of all entries that belong to it: preflights and redirects too.
        page_origin: The serialised origin of the page that asked.
        method: The method.
        url: The URL.
        grounds: What page, mode and so on were read off.
        unknown: What the recording does not tell, and what was taken for granted in place of it.
        result: What came of the replay.
        otherwise: What came of it with the other credentials mode, if both are possible and it comes out differently;
            otherwise None.
        credentials: The credentials mode of *result*.
        knows_credentials: Whether the recording tells that mode; if not, it is a guess.
        recorded: How it ended in the recording.
        contradictions: Where recording and simulation do not agree.
    """

    entry: int
    entries: tuple[int, ...]
    page_origin: str
    method: str
    url: str
    grounds: tuple[str, ...]
    unknown: tuple[str, ...]
    result: FetchResult
    otherwise: FetchResult | None
    credentials: str
    knows_credentials: bool
    recorded: Recorded
    contradictions: tuple[str, ...]

    @property
    def outcome(self) -> Literal["readable", "blocked", "stopped", "undecided"]:
        """
        What became of the request.

        It is "stopped" where neither page nor server kept the page from the response, but something like an ad blocker,
        and "undecided" where the recording does not hold what a verdict needs.
        """
        if self.recorded.is_settled:
            return "stopped" if self.recorded.is_stopped else "blocked"
        if self._is_not_recorded:
            return "blocked" if self.recorded.is_explained else "undecided"
        return "readable" if self.result.readable else "blocked"

    @property
    def _is_not_recorded(self) -> bool:
        return self.result.block is not None and self.result.block.reason is Reason.NOT_RECORDED

    @property
    def is_by_recording(self) -> bool:
        """
        Whether the recording itself names what kept the page from the response, and no replay had to find it.
        """
        return self.recorded.is_settled or (self._is_not_recorded and self.recorded.is_explained)

    @property
    def code(self) -> str:
        """
        The code of what kept the page from the response, or the topic; empty if nothing did.
        """
        if self.is_by_recording and self.recorded.code is not None:
            return self.recorded.code.name
        return "" if self.result.block is None else self.result.block.reason.value

    @property
    def is_undecided(self) -> bool:
        """
        Whether the recording does not hold what a verdict needs.
        """
        return self.outcome == "undecided"

    @property
    def is_problem(self) -> bool:
        """
        Whether a rule of the browser kept the page from the response, or there was none.
        """
        return self.outcome == "blocked"

    def to_dict(self) -> dict[str, Any]:
        """
        Return the verdict as JSON-serialisable data, without what stands in the entries themselves.
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
            "grounds": list(self.grounds),
            "unknown": list(self.unknown),
            "recorded": self.recorded.to_dict(),
            "contradictions": list(self.contradictions),
            "result": _as_data(self.result),
            "otherwise": None if self.otherwise is None else _as_data(self.otherwise),
        }


def _as_data(result: FetchResult) -> dict[str, Any]:
    """
    Return what came of a replay, without the exchanges, which are in the file, and without a report.
    """
    from browsercors.explain.formats.json import finding_as_data

    block = result.block
    return {
        "browser": result.browser_name,
        "readable": result.readable,
        "type": result.type,
        "status": result.status,
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
    The verdicts on a HAR file, one after the other; made by `read_har`.

    Attributes:
        browser: The browser that is simulated; empty until the first verdict.
        creator: What the file says of who wrote it; empty until the first verdict.
        recorder: What is known of who wrote it, and of what it leaves out; None if nothing is.
        counts: The entries that have no verdict, by why: "same-origin", "no-cors", "navigate", "websocket", or a scheme
            such as "data:".
        entries: How many entries were read so far.
        problems: How many problems were told so far.
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
