"""
The kinds of violations, and what each does to the pages of other origins.
"""

from __future__ import annotations

import enum
from typing import Final

from browsercors.policy.ignored import Effect

__all__ = ["ORIGIN_KINDS", "ViolationKind", "effect_of"]


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

    REMEMBERED_LONGER = "remembered-longer"
    """A preflight is remembered for longer than allowed."""

    CREDENTIALS_WIDEN = "credentials-widen"
    """A law: a page reads with credentials what it cannot read without."""

    SLOW = "slow"
    """The server takes far longer for some origin: whoever has that origin makes it wait."""

    PREFLIGHT_DISAGREES = "preflight-disagrees"
    """A law: the preflight allows a request whose answer the page then cannot read."""

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


EFFECTS: Final = {
    ViolationKind.CREDENTIALED_READ: Effect.OPENS,
    ViolationKind.READ: Effect.OPENS,
    ViolationKind.SENT: Effect.OPENS,
    ViolationKind.HEADER_READ: Effect.OPENS,
    ViolationKind.REMEMBERED_LONGER: Effect.OPENS,
    ViolationKind.CREDENTIALS_WIDEN: Effect.OPENS,
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
