"""
Where the recordings are.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

__all__ = ["RECORDED"]

RECORDED: Final = Path(__file__).parent.parent / "samples" / "recorded"
