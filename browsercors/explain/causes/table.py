"""
The whole table of signs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.explain.causes.signs import (
    alike,
    aws,
    azure,
    edge_and_hosting,
    gateways,
    go_rust,
    google,
    hosting,
    identity_and_software,
    jvm_dotnet_ruby_php,
    logins,
    node,
    python,
    routers,
    servers_and_proxies,
    storage,
)

if TYPE_CHECKING:
    from browsercors.explain.causes.sign import Sign

__all__ = ["SIGNS"]

SIGNS: Final[tuple[Sign, ...]] = (
    *python.SIGNS,
    *node.SIGNS,
    *jvm_dotnet_ruby_php.SIGNS,
    *go_rust.SIGNS,
    *routers.SIGNS,
    *servers_and_proxies.SIGNS,
    *gateways.SIGNS,
    *storage.SIGNS,
    *aws.SIGNS,
    *azure.SIGNS,
    *google.SIGNS,
    *edge_and_hosting.SIGNS,
    *hosting.SIGNS,
    *logins.SIGNS,
    *identity_and_software.SIGNS,
    *alike.SIGNS,
)
"""Every row, by area; of rows that prove as much, the earlier one is named first."""
