"""
What a check does not report: violations that are known and have a reason, and effects that nobody asked about.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from browsercors.policy.arguments import listed
from browsercors.policy.ignored import Effect, Ignored
from browsercors.policy.redirector import led_to
from browsercors.policy.search_space import path_of
from browsercors.policy_check.judge import asker_of
from browsercors.policy_check.violations import effect_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from browsercors.policy.sessions import Session, StepResult
    from browsercors.policy_check.judge import Breach

    Breaches = Callable[[Session, Sequence[StepResult]], Iterable[Breach]]

__all__ = ["EffectName", "LeftOut"]

EffectName: TypeAlias = Literal["opens", "breaks"]
"""What a violation does: a page can do more than is allowed, or less than is promised."""


class LeftOut:
    """
    Takes from what a judge says what is not to be reported, and counts it.

    Args:
        ignore: Violations that are known.
        kinds: The effects that are reported: "opens", "breaks".

    Raises:
        ValueError: An argument is no list, or names another effect.
        TypeError: *ignore* holds something else than `Ignored`.

    Attributes:
        counts: How often each of *ignore* was seen.
    """

    def __init__(self, ignore: Any, kinds: Any) -> None:
        known = listed("ignore", ignore, "[Ignored('null', reason='...')]", may_be_empty=True)
        for each in known:
            if not isinstance(each, Ignored):
                raise TypeError(f"ignore has to hold Ignored, such as Ignored('null', reason='...'), not {each!r}")
        names = listed("kinds", kinds, "['opens']")
        effects = {effect.value: effect for effect in Effect}
        for name in names:
            if name not in effects:
                raise ValueError(f"kinds has to hold 'opens' or 'breaks', not {name!r}")
        self.counts: dict[Ignored, int] = dict.fromkeys(known, 0)
        self._effects = {effects[name] for name in names}

    def without(self, judge: Breaches) -> Breaches:
        """
        Return a judge that says the rest of what *judge* says.
        """

        def breaches(session: Session, results: Sequence[StepResult]) -> Iterator[Breach]:
            for breach in judge(session, results):
                if self._is_reported(breach, session):
                    yield breach

        return breaches

    def _is_reported(self, breach: Breach, session: Session) -> bool:
        effect = effect_of(breach.kind, breach.code)
        # NB: what keeps a check from judging has no effect of its own, and is always said.
        if effect is not None and effect not in self._effects:
            return False
        _, asked = asker_of(session, breach.place)
        path = path_of(led_to(asked.url) or asked.url)
        for each in self.counts:
            if each.matches(breach.code or breach.kind.value, path):
                self.counts[each] += 1
                return False
        return True
