"""
What browsers call a failure, and what the name depends on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import attrs

from browsercors.values.records import Rules
from browsercors.values.requests import RedirectMode, ResponseTainting
from browsercors.values.responses import REDIRECT_STATUSES

if TYPE_CHECKING:
    from browsercors.values.findings import Finding
    from browsercors.values.headers import HeaderList
    from browsercors.values.urls import URL

__all__ = ["FailedFetch", "Identifier"]


class Identifier(NamedTuple):
    """
    The name that a browser gives to a failure.

    Attributes:
        name: The browser's own name for this kind of failure.
        parameter: Chromium's `failedParameter`, such as the header that is not allowed; otherwise empty.
    """

    name: str
    parameter: str = ""


@attrs.frozen(eq=False, repr=False)
class FailedFetch(Rules):
    """
    A fetch that failed: what the browser's name for the failure depends on.

    Attributes:
        during_preflight: Whether the preflight failed, not the request itself.
        tainting: The request's response tainting.
        is_xml_http_request: Whether an XMLHttpRequest asked.
        redirect_mode: The request's redirect mode.
        url: The URL of the last exchange; None if there was none.
        status: The status of the last response; 0 if there was none.
        headers: The header lines of the last response as the server wrote them; None if there was none.
        is_under_cors: Whether the request's mode is "cors".
        is_load: Whether an element or a style sheet asked, and not a script for data.
        destination: The request's destination, such as "image"; empty for what a script asks for.
        initiator: The request's initiator, such as "beacon"; empty where the destination says enough.
        is_module: Whether it is a module, or something that is imported as one.
        is_in_worker: Whether a worker asked, and no page.
        was_told_before: Whether the page was told of this very failure when an earlier load had it.
        by_worker: Whether a service worker responded to it.
        within: The failure of a service worker's own fetch that this one follows from; None if it does not.
    """

    during_preflight: bool = False
    tainting: ResponseTainting = ResponseTainting.CORS
    is_xml_http_request: bool = False
    redirect_mode: RedirectMode = RedirectMode.FOLLOW
    url: URL | None = None
    status: int = 0
    headers: HeaderList | None = None
    is_under_cors: bool = True
    is_load: bool = False
    destination: str = ""
    initiator: str = ""
    is_module: bool = False
    is_in_worker: bool = False
    was_told_before: bool = False
    by_worker: bool = False
    within: tuple[Finding, FailedFetch] | None = None

    @property
    def is_preload(self) -> bool:
        """
        Whether a `<link>` asked for it, for something else to use.
        """
        return self.initiator in {"modulepreload", "preload"}

    @property
    def is_cross_origin(self) -> bool:
        """
        Whether the fetch had left the page's origin.
        """
        return self.tainting is not ResponseTainting.BASIC

    @property
    def is_at_redirect(self) -> bool:
        """
        Whether the last response was a redirect of the request itself, not of its preflight.
        """
        return self.status in REDIRECT_STATUSES and not self.during_preflight
