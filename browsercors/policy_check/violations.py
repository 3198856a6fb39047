"""
Violations: what a page could do that the policy denies, or could not do that it promises, with the pages that show it.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Final

import attrs

from browsercors.explain.formats.text import as_text, brief
from browsercors.policy.ignored import Effect
from browsercors.policy.snippets import snippet_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from browsercors.policy.sessions import Session, StepResult
    from browsercors.policy.snippets import Setting

__all__ = ["ORIGIN_KINDS", "Violation", "ViolationKind", "effect_of", "in_order"]


class ViolationKind(enum.Enum):
    """
    What is broken, the gravest first; the value is the name in reports.
    """

    CREDENTIALED_READ = "credentialed-read"
    """A page reads the answer to a request with credentials that it may not read."""

    READ = "read"
    """A page reads an answer that it may not read."""

    SENT = "sent"
    """A page gets a request sent that it may not send: browsers asked for permission and got it."""

    HEADER_READ = "header-read"
    """A page sees a response header that is not exposed."""

    TIMING_READ = "timing-read"
    """A page learns how large an answer is that it may not read: `Timing-Allow-Origin` opens it."""

    REMEMBERED_LONGER = "remembered-longer"
    """A preflight is remembered for longer than allowed."""

    CREDENTIALS_WIDEN = "credentials-widen"
    """A law: a page reads with credentials what it cannot read without."""

    ELEMENT_READS_MORE = "element-reads-more"
    """A law: an element reveals what a fetch of the same page cannot read."""

    CROSSORIGIN_WIDENS = "crossorigin-widens"
    """A law: an element with `crossorigin` reveals a response that does not allow it."""

    SLOW = "slow"
    """The server takes far longer for some origin: whoever has that origin makes it wait."""

    PREFLIGHT_DISAGREES = "preflight-disagrees"
    """A law: the preflight allows a request whose answer the page then cannot read."""

    PRELOAD_CHANGES = "preload-changes"
    """A law: what a page reads depends on whether it has preloaded it."""

    ORDER_MATTERS = "order-matters"
    """A law: whether a page can read depends on who asked before."""

    REFUSED = "refused"
    """A page cannot make a request, or not read the answer, that it is promised."""

    HEADER_HIDDEN = "header-hidden"
    """A page does not see a response header that it is promised."""

    NOT_DETERMINISTIC = "not-deterministic"
    """Equal requests are answered differently, so that nothing can be said for certain."""

    NO_ANSWER = "no-answer"
    """The server hangs, breaks or leads away, so that the policy could not be tried."""


NOT_REPEATABLE: Final = (
    "These steps alone do not show it on a fresh application: it takes what other rules of the state machine did.\n"
    "Repeat the steps that hypothesis prints."
)

EFFECTS: Final = {
    ViolationKind.CREDENTIALED_READ: Effect.OPENS,
    ViolationKind.READ: Effect.OPENS,
    ViolationKind.SENT: Effect.OPENS,
    ViolationKind.HEADER_READ: Effect.OPENS,
    ViolationKind.TIMING_READ: Effect.OPENS,
    ViolationKind.REMEMBERED_LONGER: Effect.OPENS,
    ViolationKind.CREDENTIALS_WIDEN: Effect.OPENS,
    ViolationKind.ELEMENT_READS_MORE: Effect.OPENS,
    ViolationKind.CROSSORIGIN_WIDENS: Effect.OPENS,
    ViolationKind.PRELOAD_CHANGES: Effect.BREAKS,
    ViolationKind.SLOW: Effect.OPENS,
    ViolationKind.PREFLIGHT_DISAGREES: Effect.BREAKS,
    ViolationKind.REFUSED: Effect.BREAKS,
    ViolationKind.HEADER_HIDDEN: Effect.BREAKS,
}
"""What each kind does; an order that matters does what it came to, and the others keep a check from judging."""


ORIGIN_KINDS: Final = frozenset({ViolationKind.CREDENTIALED_READ, ViolationKind.READ, ViolationKind.SENT})
"""The kinds that say that a page got in; their codes say in what its origin is close to an allowed one."""


def effect_of(kind: ViolationKind, code: str) -> Effect | None:
    """
    Return what a violation of that kind and code does; None if it keeps the check from judging.
    """
    if kind is ViolationKind.ORDER_MATTERS:
        kind = next((each for each in ViolationKind if each.value == code.partition(" ")[0]), kind)
    return EFFECTS.get(kind)


GRAVITY: Final = {kind: place for place, kind in enumerate(ViolationKind)}


@attrs.frozen(eq=False)
class Violation:
    """
    One way in which a policy, or a law, is broken, and the smallest session found that shows it.

    Attributes:
        kind: What is broken.
        code: What sets it apart from others of its kind: in what the page's origin is close to an allowed one ("any"
            for none), the reason code of a refusal, or the name of a header.
        sentence: Which rule is broken, by whom, in plain words.
        browser: The browser that shows it.
        session: What the pages do; what the last fetch or load comes to is the violation.
        result: The result of that.
        other: What else the same came to, where a server is not deterministic or the order matters; or None.
        setting: Where the session takes place.
        is_repeatable: Whether the session alone shows it on a fresh application; False where it takes what a state
            machine's own rules did.
        headline: Who got in and what it can do, or what else is wrong, in one sentence.
        origins: All origins whose pages were seen to do the same, in the order in which they were tried.
    """

    kind: ViolationKind
    code: str
    sentence: str
    browser: str
    session: Session
    result: StepResult
    other: StepResult | None
    setting: Setting
    is_repeatable: bool = True
    headline: str = ""
    origins: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"<Violation {self.kind.value} {self.code}: {self.sentence}>"

    @property
    def effect(self) -> Effect | None:
        """
        Whether it opens or breaks something; None if it keeps the check from judging.
        """
        return effect_of(self.kind, self.code)

    @property
    def snippet(self) -> str:
        """
        Python that does the same and fails with an `AssertionError`; it takes the application from the name `app`.
        """
        return snippet_of(self.kind.value, self.code, self.browser, self.session, self.setting)

    def explain(self) -> str:
        """
        Return the violation in words: the rule, the verdict with its evidence, and the snippet.
        """
        verdict = as_text(brief(self.result.report(allowed_origins=self.setting.allowed)))
        parts = [*([self.headline] if self.headline else []), self.sentence, verdict]
        if self.other is not None:
            parts += ["The other answer to the same request:", as_text(brief(self.other.report(browsers=())))]
        parts.append(f"Try it:\n\n{_indented(self.snippet)}" if self.is_repeatable else NOT_REPEATABLE)
        return "\n\n".join(parts)


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" if line else "" for line in text.splitlines())


def in_order(violations: Iterable[Violation]) -> tuple[Violation, ...]:
    """
    Return violations with the gravest first; those of a kind stay in the order in which they were found.
    """
    return tuple(sorted(violations, key=lambda violation: GRAVITY[violation.kind]))
