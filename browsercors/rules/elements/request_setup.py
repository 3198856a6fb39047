"""
Modes and credentials modes that no attribute of the page decides.
"""

from __future__ import annotations

from typing import Final

import attrs

from browsercors.values.records import Rules
from browsercors.values.requests import CredentialsMode, RequestMode

__all__ = ["CORS_WITHOUT_COOKIES", "NO_CORS", "SAME_ORIGIN", "RequestSetup"]


@attrs.frozen(eq=False, repr=False)
class RequestSetup(Rules):
    """
    The mode and the credentials mode of a request that no attribute of the page decides.
    """

    mode: RequestMode
    credentials_mode: CredentialsMode


NO_CORS: Final = RequestSetup(RequestMode.NO_CORS, CredentialsMode.INCLUDE)
CORS_WITHOUT_COOKIES: Final = RequestSetup(RequestMode.CORS, CredentialsMode.SAME_ORIGIN)
SAME_ORIGIN: Final = RequestSetup(RequestMode.SAME_ORIGIN, CredentialsMode.SAME_ORIGIN)
