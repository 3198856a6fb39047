"""
What there is to say of a request that was recorded.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Literal

import attrs

from browsercors.values.findings import Reason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from browsercors.browser.result import FetchResult

__all__ = ["HarReading", "HarVerdict", "Recorded"]


@attrs.frozen
class Recorded:
    """
    What the recording says of how a request ended.

    Attributes:
        outcome: "answered" if the page got the answer, "failed" if it did not, "unknown" if the recording does not say.
        status: The status; None if none was recorded.
        error: What the browser calls the failure; empty if it says nothing.
    """

    outcome: Literal["answered", "failed", "unknown"]
    status: int | None
    error: str = ""


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
    def is_undecided(self) -> bool:
        """
        Whether the recording does not hold what a verdict needs.
        """
        return self.result.block is not None and self.result.block.reason is Reason.NOT_RECORDED

    @property
    def is_problem(self) -> bool:
        """
        Whether the page could not read the answer, by the replay or, where that cannot tell, by the recording.
        """
        return self.recorded.outcome == "failed" if self.is_undecided else not self.result.readable

    def to_dict(self) -> dict[str, Any]:
        """
        Return everything as JSON-serialisable data.
        """
        return {
            "entry": self.entry,
            "entries": list(self.entries),
            "page_origin": self.page_origin,
            "method": self.method,
            "url": self.url,
            "credentials": self.credentials,
            "knows_credentials": self.knows_credentials,
            "grounds": list(self.grounds),
            "unknown": list(self.unknown),
            "recorded": attrs.asdict(self.recorded),
            "contradictions": list(self.contradictions),
            "result": self.result.to_dict(),
            "otherwise": None if self.otherwise is None else self.otherwise.to_dict(),
        }


class HarReading:
    """
    The verdicts on a HAR file, one after the other; made by `read_har`.

    Attributes:
        browser: The browser that is simulated; empty until the first verdict.
        creator: What the file says of who wrote it; empty until the first verdict.
        counts: The entries that have no verdict, by why: "same-origin", "no-cors", "navigate", "websocket", or a scheme
            such as "data:".
        entries: How many entries were read so far.
        problems: How many problems were told so far.
    """

    def __init__(self, verdicts: Callable[[HarReading], Iterator[HarVerdict]]) -> None:
        self.browser = ""
        self.creator = ""
        self.entries = 0
        self.problems = 0
        self.counts: Counter[str] = Counter()
        self._verdicts = verdicts(self)

    def __iter__(self) -> Iterator[HarVerdict]:
        return self

    def __next__(self) -> HarVerdict:
        return next(self._verdicts)
