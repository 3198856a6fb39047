"""
What is said first where a server in development is judged as if visitors had let pages reach it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.engines.registry import real_browsers
from browsercors.explain.words.sanitise import shown
from browsercors.explain.words.templates import Template
from browsercors.protections.local_network_access import permission_for
from browsercors.values.address_spaces import AddressSpace, address_space_of_host

if TYPE_CHECKING:
    from browsercors.values.origins import Origin

__all__ = ["permission_notice"]

NOTICE: Final = Template(
    "{origin} is judged as if the visitor had given the permission {permission}. Before a page of a public site may "
    "reach this address, {browsers} ask for it. To judge as in production: {production}"
)


def permission_notice(origin: Origin, production: str) -> str:
    """
    Say that the visitor's permission was taken for granted.

    Args:
        origin: The origin of the server.
        production: How to say that it will have a public name.

    Returns:
        The notice; empty for a public server, which needs no permission.
    """
    space = address_space_of_host(origin.host)
    if space is AddressSpace.PUBLIC:
        return ""
    asking = [profile.label for profile in real_browsers() if profile.local_network_access.checked]
    return NOTICE.fill(
        {
            "origin": shown(origin.serialized),
            "permission": permission_for(space),
            "browsers": " and ".join(asking),
            "production": production,
        }
    )
