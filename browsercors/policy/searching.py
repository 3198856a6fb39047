"""
The search: cases are tried, what is new in them is made small and kept, and a server that cannot be judged is named.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.policy.judging import Breach, asker_of, last_response
from browsercors.policy.trying import Unresponsive, has_timed_out, simplest
from browsercors.policy.violations import Violation, ViolationKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from browsercors.browser.result import FetchResult
    from browsercors.policy.steps import Session
    from browsercors.policy.sweep import Case
    from browsercors.policy.trying import Runner

__all__ = ["Search", "are_answered_differently"]

ANY: Final = "any"
MOST_OF_A_KIND: Final = 8
"""How many violations of one kind are kept: a server that exposes everything need not be told header by header."""


class Search:
    """
    Tries cases, and keeps the violations that they show.

    Args:
        runner: What runs them.
        judge: Tells what the results of a session say.
        first_browser: The browser that a violation is shown in if it can be.
        budget: How many page requests may be made, beside those that make a violation small.

    Attributes:
        found: The violations, by kind and code.
        hangs: Whether the server hangs; nothing more is tried then.
    """

    def __init__(
        self,
        runner: Runner,
        judge: Callable[[Session, Sequence[FetchResult]], Iterable[Breach]],
        first_browser: str,
        budget: int,
    ) -> None:
        self.found: dict[tuple[ViolationKind, str], Violation] = {}
        self._runner = runner
        self._judge = judge
        self._first_browser = first_browser
        self._budget = budget
        self.hangs: bool = False

    @property
    def is_over(self) -> bool:
        """
        Whether nothing more is tried: the budget is used up, or the server hangs.
        """
        return self.hangs or self._runner.made >= self._budget

    def through(self, cases: Iterable[Case]) -> None:
        """
        Try *cases* until the search is over.
        """
        for case in cases:
            if self.is_over:
                return
            for breach, results in self.new_in(case):
                self.keep(case, breach, results)

    def twice(self, cases: Iterable[Case]) -> None:
        """
        Try cases whose last two fetches are equal, and have to come to the same.
        """
        for case in cases:
            if self.is_over:
                return
            try:
                results = self._runner.run(case)
            except Unresponsive as hanging:
                self.end(hanging)
                return
            if are_answered_differently(results[-1], results[-2]):
                self._keep_undetermined(case, len(results) - 1, results[-1], results[-2])
            for breach in self._judge(case.session, results):
                self.keep(case, breach, results)

    def new_in(self, case: Case) -> list[tuple[Breach, Sequence[FetchResult]]]:
        """
        Run *case*, and return what it shows that was not found before.
        """
        try:
            results = self._runner.run(case)
            return [(breach, results) for breach in self._judge(case.session, results) if self._is_new(breach)]
        except Unresponsive as hanging:
            # NB: a judge may ask the server as well.
            self.end(hanging)
            return []

    def keep(self, case: Case, breach: Breach, results: Sequence[FetchResult]) -> None:
        """
        Keep what *case* shows as a violation, made small; if it does not show it again, as what nobody can be sure of.
        """
        if not self._is_new(breach):
            return
        if self.hangs:
            self._keep_once_seen(case, breach, results)
            return
        try:
            again = self._runner.run_afresh(case)
            if not self._shown(breach, case, again, breach.place):
                if has_timed_out(again[breach.place]):
                    self._keep_once_seen(case, breach, results)
                    return
                self._keep_undetermined(case, breach.place, results[breach.place], again[breach.place])
                return
            small, last, shown = self.smallest(case, breach) or (case, again, breach)
        except Unresponsive as hanging:
            self._keep_once_seen(case, breach, results)
            self.end(hanging)
            return
        self._add(shown, small, last[shown.place], None)

    def smallest(self, case: Case, breach: Breach) -> tuple[Case, Sequence[FetchResult], Breach] | None:
        """
        Return the smallest case found that shows the same, its results, and what they say; None if none does again.
        """
        small = simplest(case, breach.place, lambda each: self._shows(breach, each), first_browser=self._first_browser)
        results = self._runner.run_afresh(small)
        shown = self._shown(breach, small, results, len(results) - 1)
        return None if shown is None else (small, results, shown)

    def end(self, hanging: Unresponsive) -> None:
        """
        Try nothing more, and keep which request the server left waiting.
        """
        self.hangs = True
        origin, fetch = asker_of(hanging.case.session, hanging.place)
        sentence = (
            f"The server leaves {fetch.method} {fetch.url} of a page of {origin} waiting; nothing was tried after that."
        )
        breach = Breach(ViolationKind.NO_ANSWER, "timed-out", hanging.place, sentence)
        self._add(breach, hanging.case, hanging.results[hanging.place], None)

    def _keep_once_seen(self, case: Case, breach: Breach, results: Sequence[FetchResult]) -> None:
        sentence = f"{breach.sentence} It was seen once, and could not be tried again, as the server hangs."
        self._add(breach._replace(sentence=sentence), case, results[breach.place], None)

    def _is_new(self, breach: Breach) -> bool:
        if (breach.kind, breach.code) in self.found or (breach.kind, ANY) in self.found:
            return False
        return sum(kind is breach.kind for kind, _ in self.found) < MOST_OF_A_KIND

    def _shows(self, breach: Breach, case: Case) -> bool:
        results = self._runner.run(case)
        return self._shown(breach, case, results, len(results) - 1) is not None

    def _shown(self, breach: Breach, case: Case, results: Sequence[FetchResult], place: int) -> Breach | None:
        """
        Return the breach of the same kind and code that *results* show in the result number *place*.
        """
        same: Iterator[Breach] = (
            each
            for each in self._judge(case.session, results)
            if (each.kind, each.code, each.place) == (breach.kind, breach.code, place)
        )
        return next(same, None)

    def _keep_undetermined(self, case: Case, place: int, result: FetchResult, other: FetchResult) -> None:
        origin, fetch = asker_of(case.session, place)
        sentence = f"Two equal requests, {fetch.method} {fetch.url} of a page of {origin}, are answered differently."
        breach = Breach(ViolationKind.NOT_DETERMINISTIC, "", place, sentence)
        if self._is_new(breach):
            self._add(breach, case, result, other)

    def _add(self, breach: Breach, case: Case, result: FetchResult, other: FetchResult | None) -> None:
        self.found[breach.kind, breach.code] = Violation(
            breach.kind,
            breach.code,
            breach.sentence,
            case.browser,
            case.session,
            result,
            other,
            self._runner.setting,
        )


def are_answered_differently(first: FetchResult, second: FetchResult) -> bool:
    """
    Whether two equal requests got different answers; one that got none in time says nothing about that.
    """
    return not (has_timed_out(first) or has_timed_out(second)) and _fingerprint(first) != _fingerprint(second)


def _fingerprint(result: FetchResult) -> tuple[object, ...]:
    """
    Return what two equal requests have to agree in: the verdict, and the headers that CORS is about.
    """
    last = last_response(result)
    headers = () if last is None else last.headers
    told = sorted((name.lower(), value) for name, value in headers if name.lower().startswith(b"access-control-"))
    return result.readable, result.type, tuple(told)
