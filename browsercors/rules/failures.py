"""
Failures: what a browser calls one, and what it goes by.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import attrs

from browsercors.values.records import Rules
from browsercors.values.requests import RedirectMode, ResponseTainting
from browsercors.values.responses import REDIRECT_STATUSES

if TYPE_CHECKING:
    from browsercors.values.headers import HeaderList
    from browsercors.values.urls import URL

__all__ = ["FailedFetch", "Identifier"]


class Identifier(NamedTuple):
    """
    What a browser calls a failure.

    Attributes:
        name: Its own name for the kind of failure.
        parameter: What it names with it: Chromium's `failedParameter`, or an empty string.
    """

    name: str
    parameter: str = ""


@attrs.frozen(eq=False, repr=False)
class FailedFetch(Rules):
    """
    Where a fetch stood when it failed.

    Attributes:
        during_preflight: Whether the preflight failed, not the request itself.
        tainting: The request's response tainting.
        is_xml_http_request: Whether an XMLHttpRequest asked.
        redirect_mode: The request's.
        url: The URL that was asked last; None if none was.
        status: The status of the last answer; 0 without one.
        headers: The header lines of the last answer as the server wrote them; None without one.
        is_under_cors: Whether the request's mode is "cors".
    """

    during_preflight: bool = False
    tainting: ResponseTainting = ResponseTainting.CORS
    is_xml_http_request: bool = False
    redirect_mode: RedirectMode = RedirectMode.FOLLOW
    url: URL | None = None
    status: int = 0
    headers: HeaderList | None = None
    is_under_cors: bool = True

    @property
    def is_cross_origin(self) -> bool:
        """
        Whether the fetch had left the page's origin.
        """
        return self.tainting is not ResponseTainting.BASIC

    @property
    def is_at_redirect(self) -> bool:
        """
        Whether the last answer was a redirect of the request itself.
        """
        return self.status in REDIRECT_STATUSES and not self.during_preflight
