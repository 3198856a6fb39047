"""
What WebKit tells pages of how long their loads took.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from browsercors.rules.elements.timing import EntryOfFailure, SizesShown, TimingRules
from browsercors.values.findings import Reason

__all__ = ["WEBKIT_TIMING"]

WEBKIT_TIMING: Final = TimingRules(
    attributes=frozenset(),
    sizes=SizesShown.OWN,
    failed=EntryOfFailure.NONE,
    failed_for=MappingProxyType({Reason.INTEGRITY_MISMATCH: EntryOfFailure.WHOLE}),
    never_sent=EntryOfFailure.NONE,
    opaque_redirects=EntryOfFailure.OPEN,
    lists_repeated=False,
)
