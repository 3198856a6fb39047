"""
Which violations follow from which: whoever lets a page in with credentials lets it in without them as well.

What follows from another one is told beneath it, so that a list of violations is a list of things to mend.
"""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING, Final

import attrs

from browsercors.policy.redirector import led_to
from browsercors.policy.search_space import path_of
from browsercors.policy_check.judge import last_asker_of
from browsercors.policy_check.violations import ORIGIN_KINDS, ViolationKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from browsercors.policy_check.violations import Violation

__all__ = ["Cause", "by_cause"]

ALIKE: Final = frozenset({ViolationKind.HEADER_READ, ViolationKind.HEADER_HIDDEN, ViolationKind.ORDER_MATTERS})
"""Kinds of which several come from one place in the server, and differ in a name."""

ON_AN_ERROR: Final = " on an error"
BEYOND: Final = frozenset({"credentials", "method", "header"})
"""The codes of what allowed pages do beyond what they may: each is a fault of its own."""

COMPARED: Final = {"prefix": 1, "suffix": -1, "subdomain": -1, "sibling": -1}
"""From which end a comparison reads that lets in origins with that code: from the beginning or from the end."""

LEAST_SHARED: Final = {1: len("https://") + 4, -1: 4}
"""How many characters two origins have in common at that end if it is no accident."""


@attrs.frozen
class Cause:
    """
    A violation, and what follows from it.

    Attributes:
        violation: The gravest.
        consequences: The others, which go when this one is mended.
    """

    violation: Violation
    consequences: tuple[Violation, ...]


def by_cause(violations: Iterable[Violation]) -> tuple[Cause, ...]:
    """
    Return violations, the gravest first as they are, each with those after it that follow from it.
    """
    remaining, causes = [*violations], []
    while remaining:
        # NB: of those that are equally grave, the one that explains most; the first of several.
        grave = [each for each in remaining if each.kind is remaining[0].kind]
        first = max(grave, key=lambda each: sum(_follows(other, each) for other in remaining))
        followers = [each for each in remaining if each is not first and _follows(each, first)]
        causes.append(Cause(first, tuple(followers)))
        remaining = [each for each in remaining if each is not first and each not in followers]
    return tuple(causes)


def _follows(violation: Violation, cause: Violation) -> bool:
    if violation.kind is cause.kind and violation.kind in ALIKE:
        return True
    if violation.kind is ViolationKind.REFUSED and cause.kind is ViolationKind.REFUSED:
        return violation.code.removesuffix(ON_AN_ERROR) == cause.code.removesuffix(ON_AN_ERROR)
    if cause.code == "path" and cause.kind in ORIGIN_KINDS:
        is_about_access = violation.kind in ORIGIN_KINDS or violation.kind is ViolationKind.REMEMBERED_LONGER
        return is_about_access and _asked(violation)[1] == _asked(cause)[1]
    if violation.kind not in ORIGIN_KINDS or cause.kind not in ORIGIN_KINDS or violation.code in BEYOND:
        return False
    return violation.code == cause.code or _is_let_in_alike(violation, cause)


def _is_let_in_alike(violation: Violation, cause: Violation) -> bool:
    """
    Whether the comparison that let in the origins of *cause* lets in those of *violation*: all begin or end alike.
    """
    if cause.code not in COMPARED or not violation.origins:
        return False
    step = COMPARED[cause.code]
    for allowed in cause.setting.allowed or ():
        # NB: the shortest piece of the allowed origin that let somebody in is what is compared.
        pieces = [_shared(allowed[::step], origin[::step]) for origin in cause.origins]
        piece = min((each for each in pieces if len(each) >= LEAST_SHARED[step]), key=len, default="")
        if piece and all(origin[::step].startswith(piece) for origin in violation.origins):
            return True
    return False


def _shared(one: str, other: str) -> str:
    """
    Return what two texts begin with alike.
    """
    alike = takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))
    return "".join(character for character, _ in alike)


def _asked(violation: Violation) -> tuple[str, str]:
    """
    Return the origin and the path of the request that a violation is about.
    """
    origin, fetch = last_asker_of(violation.session)
    return origin, path_of(led_to(fetch.url) or fetch.url)
