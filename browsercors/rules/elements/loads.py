"""
All rules of what elements load, made when a page loads something, or looks at timing, for the first time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from browsercors.values.records import Rules

if TYPE_CHECKING:
    from browsercors.rules.elements.elements import ElementRules
    from browsercors.rules.elements.initiators import InitiatorRules
    from browsercors.rules.elements.opaque_response_blocking import OpaqueResponseBlockingRules
    from browsercors.rules.elements.timing import TimingRules

__all__ = ["LoadRules"]


@attrs.frozen(eq=False, repr=False)
class LoadRules(Rules):
    """
    What elements ask for, and what becomes of the responses.

    Attributes:
        initiators: What elements and style sheets ask for.
        opaque_response_blocking: Which responses without CORS are kept from the page.
        elements: What elements make of the others.
        timing: What Resource Timing shows of all that.
    """

    initiators: InitiatorRules
    opaque_response_blocking: OpaqueResponseBlockingRules
    elements: ElementRules
    timing: TimingRules
