"""
The search: cases are tried, what is new in them is made small and kept, and a server that cannot be judged is named.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.browser.result import FetchResult
from browsercors.policy.elements.revealed import last_response
from browsercors.policy.gate import Exhausted
from browsercors.policy.runner import Unresponsive, has_timed_out
from browsercors.policy.sessions import Session, Visit
from browsercors.policy_check.headlines import headline_of
from browsercors.policy_check.judge import Breach, asker_of
from browsercors.policy_check.shrink import in_one_session, simplest, without_needless
from browsercors.policy_check.violations import Violation, ViolationKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from browsercors.policy.plan import Case
    from browsercors.policy.runner import Runner
    from browsercors.policy.sessions import StepResult
    from browsercors.policy_check.reached import Reached
    from browsercors.policy_check.shrink import Plain

__all__ = ["Search", "are_answered_differently"]

ANY: Final = "any"
SLOW_SECONDS: Final = 0.5
SLOW_TIMES: Final = 20
"""From when on a request is slow: so many seconds, and so many times as long as a usual one."""

MOST_FOR_ONE: Final = 5000
"""How many page requests may be made to make one violation small."""

ASK_FOR_A_FACTORY: Final = (
    " Give a factory in place of the application, such as create_app, so that each run has a fresh one."
)

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
        plain: What a violation is shown with if it can be; None for what it was found with.
        reached: What keeps which answers came; None for nothing.

    Attributes:
        found: The violations, by kind and code.
        hangs: Whether the server hangs; nothing more is tried then.
        origins: Whose pages did what was found, by kind and code, in the order in which they were tried.
        broken: The cases whose last result showed something, new or not, in order.
        ended: Why nothing more could be tried, though there was more to try; empty if that was not so.
    """

    def __init__(
        self,
        runner: Runner,
        judge: Callable[[Session, Sequence[StepResult]], Iterable[Breach]],
        first_browser: str,
        budget: int,
        *,
        plain: Plain | None = None,
        reached: Reached | None = None,
    ) -> None:
        self.found: dict[tuple[ViolationKind, str], Violation] = {}
        self._runner = runner
        self._judge = judge
        self._first_browser = first_browser
        self._budget = budget
        self._plain = plain
        self._reached = reached
        self.hangs: bool = False
        self.broken: list[Case] = []
        self.origins: dict[tuple[ViolationKind, str], dict[str, None]] = {}
        self.ended: str = ""
        # NB: what a server remembers may come from any of them; without a factory it cannot be tried again anyway.
        self._history: list[Case] = []

    @property
    def is_over(self) -> bool:
        """
        Whether nothing more is tried: the budget is used up, or the server hangs.
        """
        if not self.ended and self._runner.made >= self._budget:
            self.ended = f"the budget of {self._budget} page requests is spent"
        return self.hangs or bool(self.ended)

    def through(self, cases: Iterable[Case]) -> None:
        """
        Try *cases* until the search is over.
        """
        for case in cases:
            if self.is_over:
                return
            results, breaches = self.told_by(case)
            for breach in breaches:
                self.keep(case, breach, results)

    def breaks(self, case: Case) -> bool:
        """
        Try *case* unless the search is over; return whether its last result showed something, new or not.
        """
        before = len(self.broken)
        self.through((case,))
        return len(self.broken) > before

    def twice(self, cases: Iterable[Case]) -> None:
        """
        Try cases whose last two fetches are equal, and have to come to the same.
        """
        for case in cases:
            if self.is_over:
                return
            results = self._run(case)
            if results is None:
                return
            if are_answered_differently(results[-1], results[-2]):
                self._keep_undetermined(case, len(results) - 1, results[-1], results[-2])
            for breach in self._judge(case.session, results):
                self.keep(case, breach, results)

    def slow(self, case: Case, stranger: str) -> None:
        """
        Try a case whose one request may take the server far longer than the same of a page of *stranger*.
        """
        if (ViolationKind.SLOW, "") in self.found:
            return
        try:
            seconds, results = self._runner.seconds_for(case)
            is_slow = has_timed_out(results[0])
            if not is_slow and seconds > SLOW_SECONDS:
                _, fetch = asker_of(case.session, 0)
                usual, _ = self._runner.seconds_for(case._replace(session=Session((Visit(stranger), fetch))))
                again, _ = self._runner.seconds_for(case)
                is_slow = min(seconds, again) > max(SLOW_SECONDS, SLOW_TIMES * usual)
        except Unresponsive as hanging:
            self.end(hanging)
            return
        except Exhausted as exhausted:
            self.ended = str(exhausted)
            return
        if is_slow:
            origin, fetch = asker_of(case.session, 0)
            taken = "does not answer in time" if has_timed_out(results[0]) else f"takes {seconds:.1f} seconds"
            sentence = (
                f"The server {taken} for {fetch.method} {fetch.url} of a page of {origin}; any page can have such an "
                "origin, and keep the server busy."
            )
            self._add(Breach(ViolationKind.SLOW, "", 0, sentence), case, results[0], None)
        for breach in self._judge(case.session, results) if not has_timed_out(results[0]) else ():
            self.keep(case, breach, results)

    def told_by(self, case: Case) -> tuple[Sequence[StepResult], list[Breach]]:
        """
        Run *case*, and return what it came to, with what it shows that was not found before.
        """
        results = self._run(case)
        if results is None:
            return (), []
        try:
            breaches = [*self._judge(case.session, results)]
        except Unresponsive as hanging:
            # NB: a judge may ask the server as well.
            self.end(hanging)
        except Exhausted as exhausted:
            self.ended = str(exhausted)
        else:
            for breach in breaches:
                asker, _ = asker_of(case.session, breach.place)
                self.origins.setdefault((breach.kind, breach.code), {})[asker] = None
            if any(breach.place == len(results) - 1 for breach in breaches):
                self.broken.append(case)
            return results, [breach for breach in breaches if self._is_new(breach)]
        return results, []

    def _run(self, case: Case) -> Sequence[StepResult] | None:
        """
        Run *case*; None if the search has ended with it.
        """
        if self._runner.is_fresh:
            self._history.append(case)
        try:
            results = self._runner.run(case)
        except Unresponsive as hanging:
            self.end(hanging)
        except Exhausted as exhausted:
            self.ended = str(exhausted)
        else:
            if self._reached is not None:
                self._reached.note(results)
            return results
        return None

    def keep(self, case: Case, breach: Breach, results: Sequence[StepResult]) -> None:
        """
        Keep what *case* shows as a violation, made small; if it does not show it again, as what nobody can be sure of.
        """
        if not self._is_new(breach):
            return
        if self.hangs or self.ended:
            self._keep_once_seen(case, breach, results)
            return
        before = self._runner.made
        try:
            again = self._runner.run_afresh(case)
            if self._shown(breach, case, again, breach.place) is None:
                if has_timed_out(again[breach.place]):
                    self._keep_once_seen(case, breach, results)
                    return
                whole = self._with_what_came_before(case, breach)
                if whole is None:
                    self._keep_undetermined(case, breach.place, results[breach.place], again[breach.place])
                    return
                case, breach = whole
                again = self._runner.run_afresh(case)
            small, last, shown = self.smallest(case, breach) or (case, again, breach)
        except Unresponsive as hanging:
            self._keep_once_seen(case, breach, results)
            self.end(hanging)
            return
        except Exhausted as exhausted:
            self._keep_once_seen(case, breach, results)
            self.ended = str(exhausted)
            return
        finally:
            # NB: these come beside the budget, so that what is found first does not cost what is found later.
            self._budget += self._runner.made - before
        self._add(shown, small, last[shown.place], None)

    def smallest(self, case: Case, breach: Breach) -> tuple[Case, Sequence[StepResult], Breach] | None:
        """
        Return the smallest case found that shows the same, its results, and what they say; None if none does again.

        Each is tried on a fresh application, if there is a factory.
        """
        most = self._runner.made + MOST_FOR_ONE

        def shows(each: Case) -> bool:
            return self._runner.made < most and self._shows(breach, each)

        small = simplest(case, breach.place, shows, first_browser=self._first_browser, plain=self._plain)
        results = self._runner.run_afresh(small)
        shown = self._shown(breach, small, results, len(results) - 1)
        return None if shown is None else (small, results, shown)

    def _with_what_came_before(self, case: Case, breach: Breach) -> tuple[Case, Breach] | None:
        """
        Return one session that shows the same with what the server was asked before; None if there is none.
        """
        if not self._runner.is_fresh:
            return None
        # NB: when a drawn case is kept, it need not be the last that was run.
        place = max(index for index, each in enumerate(self._history) if each == case)
        before, count = self._history[:place], 1
        most = self._runner.made + MOST_FOR_ONE

        def shows(cases: Sequence[Case]) -> bool:
            if self._runner.made >= most:
                return False
            whole, last = in_one_session((*cases, case), breach.place)
            return self._shown(breach, whole, self._runner.run_afresh(whole), last) is not None

        while before:
            chosen = before[-count:]
            if shows(chosen):
                whole, last = in_one_session((*without_needless(chosen, shows), case), breach.place)
                return whole, breach._replace(place=last)
            if count >= len(before):
                return None
            count *= 4
        return None

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

    def _keep_once_seen(self, case: Case, breach: Breach, results: Sequence[StepResult]) -> None:
        sentence = f"{breach.sentence} It was seen once, and could not be tried again, as the server hangs."
        self._add(breach._replace(sentence=sentence), case, results[breach.place], None)

    def _is_new(self, breach: Breach) -> bool:
        if (breach.kind, breach.code) in self.found or (breach.kind, ANY) in self.found:
            return False
        return sum(kind is breach.kind for kind, _ in self.found) < MOST_OF_A_KIND

    def _shows(self, breach: Breach, case: Case) -> bool:
        results = self._runner.run_afresh(case) if self._runner.is_fresh else self._runner.run(case)
        return self._shown(breach, case, results, len(results) - 1) is not None

    def _shown(self, breach: Breach, case: Case, results: Sequence[StepResult], place: int) -> Breach | None:
        """
        Return the breach of the same kind and code that *results* show in the result number *place*.
        """
        same: Iterator[Breach] = (
            each
            for each in self._judge(case.session, results)
            if (each.kind, each.code, each.place) == (breach.kind, breach.code, place)
        )
        return next(same, None)

    def _keep_undetermined(self, case: Case, place: int, result: StepResult, other: StepResult) -> None:
        origin, fetch = asker_of(case.session, place)
        sentence = f"Two equal requests, {fetch.method} {fetch.url} of a page of {origin}, are answered differently."
        if not self._runner.is_fresh and self._runner.setting.live is None:
            sentence += ASK_FOR_A_FACTORY
        breach = Breach(ViolationKind.NOT_DETERMINISTIC, "", place, sentence)
        if self._is_new(breach):
            self._add(breach, case, result, other)

    def _add(self, breach: Breach, case: Case, result: StepResult, other: StepResult | None) -> None:
        self.found[breach.kind, breach.code] = Violation(
            breach.kind,
            breach.code,
            breach.sentence,
            case.browser,
            case.session,
            result,
            other,
            self._runner.setting,
            headline=headline_of(breach.kind, breach.code, case.session),
        )


def are_answered_differently(first: StepResult, second: StepResult) -> bool:
    """
    Whether two equal requests got different answers; one that got none in time says nothing about that.
    """
    return not (has_timed_out(first) or has_timed_out(second)) and _fingerprint(first) != _fingerprint(second)


def _fingerprint(result: StepResult) -> tuple[object, ...]:
    """
    Return what two equal requests have to agree in: the verdict, and the headers that CORS is about.
    """
    if not isinstance(result, FetchResult):
        return result.event, None if result.block is None else result.block.reason
    last = last_response(result)
    headers = () if last is None else last.headers
    told = sorted((name.lower(), value) for name, value in headers if name.lower().startswith(b"access-control-"))
    return result.readable, result.type, tuple(told)
