"""
What the standards let pages load.
"""

from __future__ import annotations

from typing import Final

from browsercors.engines.standard.initiators import STANDARD_INITIATORS
from browsercors.rules.elements.elements import ElementRules
from browsercors.rules.elements.loads import LoadRules
from browsercors.rules.elements.opaque_response_blocking import OpaqueResponseBlockingRules
from browsercors.rules.elements.timing import TimingRules

__all__ = ["STANDARD_LOADS"]

STANDARD_LOADS: Final = LoadRules(
    initiators=STANDARD_INITIATORS,
    opaque_response_blocking=OpaqueResponseBlockingRules(),
    elements=ElementRules(),
    timing=TimingRules(),
)
