"""
Violations: what a page could do that the policy denies, or could not do that it promises, with the pages that show it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from browsercors.explain.formats.text import as_text, brief
from browsercors.policy.snippets import snippet_of
from browsercors.policy_check.headlines import headline_of
from browsercors.policy_check.kinds import ViolationKind, effect_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from browsercors.browser.result import FetchResult
    from browsercors.policy.ignored import Effect
    from browsercors.policy.sessions import Session
    from browsercors.policy.snippets import Setting

__all__ = ["Violation", "ViolationKind", "in_order"]


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
        session: What the pages do; what the last fetch comes to is the violation.
        result: The result of the last fetch.
        other: What else the same fetch came to, where a server is not deterministic or the order matters; or None.
        setting: Where the session takes place.
    """

    kind: ViolationKind
    code: str
    sentence: str
    browser: str
    session: Session
    result: FetchResult
    other: FetchResult | None
    setting: Setting

    def __repr__(self) -> str:
        return f"<Violation {self.kind.value} {self.code}: {self.sentence}>"

    @property
    def headline(self) -> str:
        """
        Who got in and what it can do, or what else is wrong, in one sentence.
        """
        return headline_of(self.kind, self.code, self.session)

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
        parts = [self.headline, self.sentence, as_text(brief(self.result.report(allowed_origins=self.setting.allowed)))]
        if self.other is not None:
            parts += ["The other answer to the same request:", as_text(brief(self.other.report(browsers=())))]
        parts += [f"Try it:\n\n{_indented(self.snippet)}"]
        return "\n\n".join(parts)


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" if line else "" for line in text.splitlines())


def in_order(violations: Iterable[Violation]) -> tuple[Violation, ...]:
    """
    Return violations with the gravest first; those of a kind stay in the order in which they were found.
    """
    return tuple(sorted(violations, key=lambda violation: GRAVITY[violation.kind]))
