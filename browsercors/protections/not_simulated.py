"""
Noticing that a real browser would do something that is not simulated, so that no answer is silently wrong.

What is left out, and why, stands in `spec_notes/not_simulated.md`.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from browsercors.values.findings import Algorithm
from browsercors.values.sites import is_ip_address

if TYPE_CHECKING:
    from browsercors.values.findings import Finding
    from browsercors.values.requests import Request

__all__ = ["Notices", "is_local"]

LOCAL_NETWORK_ACCESS = Algorithm(
    "Local Network Access check", "https://wicg.github.io/local-network-access/#integration-with-fetch"
)


class Notices:
    """
    What a browser would do and this one does not.
    """

    __slots__ = ()

    def before(self, request: Request) -> Finding | None:
        """
        Return what a real browser might do in place of sending *request*, or None.
        """
        url = request.current_url
        if is_local(url.host) and not is_local(request.client.url.host) and request.client.url.is_http:
            return LOCAL_NETWORK_ACCESS.noted("1", host=url.host, page=request.client.url.host)
        return None


@lru_cache(maxsize=1024)
def is_local(host: str) -> bool:
    """
    Whether *host* is written as an address, or a name, of this machine or of a private network.

    https://wicg.github.io/local-network-access/#ip-address-space-section
    """
    if host == "localhost" or host.endswith(".localhost"):
        return True
    if not is_ip_address(host):
        return False
    import ipaddress

    try:
        address = ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return address.is_loopback or address.is_private or address.is_link_local
