"""
Noticing that a real browser would do something that is not simulated, so that no answer is silently wrong.

What is left out, and why, stands in `spec_notes/not_simulated.md`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.values.findings import Algorithm

if TYPE_CHECKING:
    from browsercors.values.findings import Finding
    from browsercors.values.requests import Request
    from browsercors.values.responses import Response

__all__ = ["Notices"]

HTTP_STRICT_TRANSPORT_SECURITY = Algorithm("HTTP Strict Transport Security", "https://www.rfc-editor.org/rfc/rfc6797")

ROOM: Final = 4096


class Notices:
    """
    What a browser would remember and this one does not; one for each browser.
    """

    __slots__ = ("_strict_hosts",)

    def __init__(self) -> None:
        self._strict_hosts: set[str] = set()

    def before(self, request: Request) -> Finding | None:
        """
        Return what a real browser might do in place of sending *request*, or None.
        """
        url = request.current_url
        if url.scheme == "http" and url.host in self._strict_hosts:
            return HTTP_STRICT_TRANSPORT_SECURITY.noted("10", host=url.host)
        return None

    def after(self, request: Request, response: Response) -> None:
        """
        Remember what *response* would let a real browser do later.
        """
        url = request.current_url
        if (
            url.scheme == "https"
            and b"strict-transport-security" in response.header_list.names()
            and len(self._strict_hosts) < ROOM
        ):
            self._strict_hosts.add(url.host)
