"""
What a check is told to leave out: known violations, each with a reason, and whole kinds of effect.
"""

from __future__ import annotations

from enum import Enum
from typing import Final

import attrs

from browsercors.policy.as_python import WrittenAsPython
from browsercors.policy.routes.path_patterns import PathPattern, path_pattern

__all__ = ["Effect", "Ignored"]

EVERY_PATH: Final = "/*"


class Effect(Enum):
    """
    What a violation does to the pages of other origins.
    """

    OPENS = "opens"
    """A page can do more than the policy allows at most."""

    BREAKS = "breaks"
    """A page cannot do what the policy promises."""


@attrs.frozen(repr=False)
class Ignored(WrittenAsPython):
    """
    A violation that is known, and not reported.

    Args:
        code: What `Violation.code` says; where that is empty, the kind, such as "slow".
        reason: Why it is left as it is. A report repeats it.
        path: Where: a pattern as in the `paths` of a policy. Every path by default.

    Raises:
        TypeError: An argument is no str.
        ValueError: There is no reason, or *path* is no pattern of paths.
    """

    code: str
    reason: str = attrs.field(kw_only=True)
    path: str = attrs.field(kw_only=True, default=EVERY_PATH)
    _pattern: PathPattern = attrs.field(init=False, eq=False)

    def __attrs_post_init__(self) -> None:
        for name in ("code", "reason", "path"):
            if not isinstance(getattr(self, name), str):
                raise TypeError(f"{name} has to be a str, not {getattr(self, name)!r}")
        if not self.reason.strip():
            raise ValueError("reason is empty; say why the violation is left as it is")
        object.__setattr__(self, "_pattern", path_pattern(self.path))

    def matches(self, code: str, path: str) -> bool:
        """
        Whether a violation with that *code* at *path*, with or without query, is the one that is ignored.
        """
        return code == self.code and self._pattern.matches(path)
