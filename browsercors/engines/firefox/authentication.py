"""
HTTP authentication in Firefox.
"""

from __future__ import annotations

from typing import Final

from browsercors.engines.standard.authentication import STANDARD_AUTHENTICATION

__all__ = ["FIREFOX_AUTHENTICATION"]

FIREFOX_AUTHENTICATION: Final = STANDARD_AUTHENTICATION
