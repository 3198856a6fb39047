"""
Private Network Access, the predecessor of Local Network Access: a preflight that asked for the server's consent.

Chromium sent it from version 104 to about version 138, and only warned where the consent was missing.

https://wicg.github.io/private-network-access/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.values.findings import Algorithm, Reason
from browsercors.values.trustworthiness import is_potentially_trustworthy_origin

if TYPE_CHECKING:
    from browsercors.rules.local_network_access import LocalNetworkAccessRules
    from browsercors.values.address_spaces import AddressSpace
    from browsercors.values.findings import Finding
    from browsercors.values.headers import HeaderList
    from browsercors.values.requests import Request

__all__ = [
    "ALLOW_PRIVATE_NETWORK",
    "PRIVATE_NETWORK_PREFLIGHT",
    "allow_private_network_check",
    "is_private_network_request",
]

PRIVATE_NETWORK_PREFLIGHT: Final = Algorithm(
    "CORS-preflight fetch in Private Network Access", "https://wicg.github.io/private-network-access/#cors-preflight"
)
ALLOW_PRIVATE_NETWORK: Final = b"access-control-allow-private-network"


def is_private_network_request(request: Request, space: AddressSpace, rules: LocalNetworkAccessRules) -> bool:
    """
    Whether *request*, to a server in *space*, needs the consent of a preflight.

    https://wicg.github.io/private-network-access/#private-network-request
    """
    client = request.client
    return (
        space in rules.checked.get(client.address_space, ())
        and client.is_secure_context
        and not (
            request.current_url.origin.same_origin(request.origin) and is_potentially_trustworthy_origin(request.origin)
        )
    )


def allow_private_network_check(headers: HeaderList, *, is_enforced: bool) -> Finding:
    """
    Check the response to a preflight that has asked for the consent.

    Returns:
        What passes, fails, or, where nothing is enforced, is noted.
    """
    allowed = headers.get(ALLOW_PRIVATE_NETWORK)
    if allowed == b"true":
        return PRIVATE_NETWORK_PREFLIGHT.passed("4.1", allowed=allowed)
    if is_enforced:
        return PRIVATE_NETWORK_PREFLIGHT.failed("4.1", Reason.PRIVATE_NETWORK_NOT_ALLOWED, allowed=allowed)
    return PRIVATE_NETWORK_PREFLIGHT.noted("4.2", allowed=allowed)
