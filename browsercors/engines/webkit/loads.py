"""
What WebKit lets pages load.
"""

from __future__ import annotations

from typing import Final

from browsercors.engines.webkit.elements import WEBKIT_ELEMENTS
from browsercors.engines.webkit.initiators import WEBKIT_INITIATORS
from browsercors.engines.webkit.timing import WEBKIT_TIMING
from browsercors.rules.elements.loads import LoadRules
from browsercors.rules.elements.opaque_response_blocking import OpaqueResponseBlockingRules

__all__ = ["WEBKIT_LOADS"]

WEBKIT_LOADS: Final = LoadRules(
    initiators=WEBKIT_INITIATORS,
    opaque_response_blocking=OpaqueResponseBlockingRules(),
    elements=WEBKIT_ELEMENTS,
    timing=WEBKIT_TIMING,
)
