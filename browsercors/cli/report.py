"""
What the command line says of a result.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from browsercors.explain.narration import NO_VERDICT

if TYPE_CHECKING:
    from browsercors.browser.result import FetchResult

__all__ = ["has_no_verdict"]


def has_no_verdict(result: FetchResult) -> bool:
    """
    Whether the simulation ended where a browser would have gone on.
    """
    return result.block is not None and result.block.reason in NO_VERDICT
