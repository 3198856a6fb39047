"""
What WebKit tells pages of how long their loads took.
"""

from __future__ import annotations

from typing import Final

from browsercors.rules.elements.timing import EntryOfFailure, SizesShown, TimingRules

__all__ = ["WEBKIT_TIMING"]

WEBKIT_TIMING: Final = TimingRules(
    attributes=frozenset(),
    sizes=SizesShown.OWN,
    failed=EntryOfFailure.NONE,
    never_sent=EntryOfFailure.NONE,
    lists_repeated=False,
)
