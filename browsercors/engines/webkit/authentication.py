"""
HTTP authentication in Webkit.
"""

from __future__ import annotations

from typing import Final

from browsercors.engines.standard.authentication import STANDARD_AUTHENTICATION

__all__ = ["WEBKIT_AUTHENTICATION"]

WEBKIT_AUTHENTICATION: Final = STANDARD_AUTHENTICATION
