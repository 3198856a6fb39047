"""
What Chromium lets pages load.
"""

from __future__ import annotations

from typing import Final

from browsercors.engines.chromium.elements import CHROMIUM_ELEMENTS, CHROMIUM_OPAQUE_RESPONSE_BLOCKING
from browsercors.engines.chromium.initiators import CHROMIUM_INITIATORS
from browsercors.engines.chromium.timing import CHROMIUM_TIMING
from browsercors.rules.elements.loads import LoadRules

__all__ = ["CHROMIUM_LOADS"]

CHROMIUM_LOADS: Final = LoadRules(
    initiators=CHROMIUM_INITIATORS,
    opaque_response_blocking=CHROMIUM_OPAQUE_RESPONSE_BLOCKING,
    elements=CHROMIUM_ELEMENTS,
    timing=CHROMIUM_TIMING,
)
