"""
`upgrade-insecure-requests`: pages whose http requests go over TLS.

https://w3c.github.io/webappsec-upgrade-insecure-requests/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from browsercors.values.content_security_policy import Disposition
from browsercors.values.findings import Algorithm

if TYPE_CHECKING:
    from collections.abc import Iterable

    from browsercors.values.content_security_policy import Policy

__all__ = ["UPGRADE_REQUEST", "asks_for_upgrades"]

UPGRADE_REQUEST = Algorithm(
    "upgrade request to a potentially trustworthy URL, if appropriate",
    "https://w3c.github.io/webappsec-upgrade-insecure-requests/#upgrade-request",
)


def asks_for_upgrades(policies: Iterable[Policy]) -> bool:
    """
    Whether policies have the directive `upgrade-insecure-requests`; a policy that only reports does not count.

    https://w3c.github.io/webappsec-upgrade-insecure-requests/#delivery
    """
    return any(
        policy.disposition is Disposition.ENFORCE and "upgrade-insecure-requests" in policy.directives
        for policy in policies
    )
