"""
What Firefox lets pages load.
"""

from __future__ import annotations

from typing import Final

from browsercors.engines.firefox.elements import FIREFOX_ELEMENTS, FIREFOX_OPAQUE_RESPONSE_BLOCKING
from browsercors.engines.firefox.initiators import FIREFOX_INITIATORS
from browsercors.engines.firefox.timing import FIREFOX_TIMING
from browsercors.rules.elements.loads import LoadRules

__all__ = ["FIREFOX_LOADS"]

FIREFOX_LOADS: Final = LoadRules(
    initiators=FIREFOX_INITIATORS,
    opaque_response_blocking=FIREFOX_OPAQUE_RESPONSE_BLOCKING,
    elements=FIREFOX_ELEMENTS,
    timing=FIREFOX_TIMING,
)
