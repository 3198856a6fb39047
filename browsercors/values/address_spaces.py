"""
Address spaces: whether a server stands on this machine, in a private network, or anywhere.

https://wicg.github.io/local-network-access/#ip-address-space-section
"""

from __future__ import annotations

import enum
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from browsercors.values.arguments import ArgumentValueError
from browsercors.values.records import quick
from browsercors.values.sites import is_ip_address

if TYPE_CHECKING:
    from collections.abc import Callable

    from browsercors.values.origins import Origin

__all__ = ["AddressSpace", "AddressSpaces", "address_space_named", "address_space_of_host"]


@quick
class AddressSpace(enum.Enum):
    """
    https://wicg.github.io/local-network-access/#ip-address-space.
    """

    LOOPBACK = "loopback"
    """This machine."""

    LOCAL = "local"
    """A network of its own: 192.168.0.0/16 and the like."""

    PUBLIC = "public"
    """Everything else."""

    def is_less_public_than(self, other: AddressSpace) -> bool:
        """
        Whether fewer can reach what stands here (https://wicg.github.io/local-network-access/#ip-address-space-less-public).
        """
        return PUBLICITY[self] < PUBLICITY[other]


PUBLICITY: Final = {AddressSpace.LOOPBACK: 0, AddressSpace.LOCAL: 1, AddressSpace.PUBLIC: 2}
SPACES: Final = {space.value: space for space in AddressSpace}

# https://wicg.github.io/local-network-access/#non-public-ip-address-blocks, but for 198.18.0.0/15, which is loopback
# there and public in Chromium and Firefox.
# NB: to Firefox the last three are public as well; no server of today has such an address.
BLOCKS: Final = (
    ("127.0.0.0/8", AddressSpace.LOOPBACK),
    ("0.0.0.0/32", AddressSpace.LOOPBACK),
    ("0.0.0.0/8", AddressSpace.LOCAL),
    ("10.0.0.0/8", AddressSpace.LOCAL),
    ("100.64.0.0/10", AddressSpace.LOCAL),
    ("169.254.0.0/16", AddressSpace.LOCAL),
    ("172.16.0.0/12", AddressSpace.LOCAL),
    ("192.168.0.0/16", AddressSpace.LOCAL),
    ("::1/128", AddressSpace.LOOPBACK),
    ("::/128", AddressSpace.LOOPBACK),
    ("fc00::/7", AddressSpace.LOCAL),
    ("fe80::/10", AddressSpace.LOCAL),
    ("fec0::/10", AddressSpace.LOCAL),
    ("2001:db8::/32", AddressSpace.LOCAL),
    ("3fff::/20", AddressSpace.LOCAL),
)
"""The first block that an address is in decides; an address in none of them is public."""


def address_space_named(argument: str, name: object) -> AddressSpace:
    """
    Return the space called *name*, which is the value of *argument*.

    Raises:
        ArgumentValueError: There is no such space.
    """
    space = SPACES.get(name) if isinstance(name, str) else None
    if space is None:
        names = ", ".join(map(repr, SPACES))
        raise ArgumentValueError(f"{argument} has to be one of {names}, not {name!r}")
    return space


@lru_cache(maxsize=1024)
def address_space_of_host(host: str) -> AddressSpace:
    """
    Return the space that *host* (as the URL Standard serialises it) names; nobody is asked for the address of a name.

    A name is public, but for `localhost` and names that end in it, and for those of `.local`.

    https://wicg.github.io/local-network-access/#determine-the-ip-address-space
    """
    if not is_ip_address(host):
        name = host.removesuffix(".")
        if name == "localhost" or name.endswith(".localhost"):
            return AddressSpace.LOOPBACK
        return AddressSpace.LOCAL if name.endswith(".local") else AddressSpace.PUBLIC
    # NB: few pages ever ask an address.
    import ipaddress

    try:
        address = ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return AddressSpace.PUBLIC
    mapped = getattr(address, "ipv4_mapped", None)
    return next(
        (space for block, space in BLOCKS if (mapped or address) in ipaddress.ip_network(block)), AddressSpace.PUBLIC
    )


class AddressSpaces:
    """
    The spaces of servers: as somebody has stated, or as their host names them.

    Attributes:
        stated: Returns the space that was stated for an origin, or None; None itself as long as none was stated.
    """

    # NB: no `__init__`, since hardly a browser is told anything.
    stated: Callable[[Origin], AddressSpace | None] | None = None

    def of(self, origin: Origin) -> AddressSpace:
        """
        Return the space of the server of *origin*.
        """
        stated = None if self.stated is None else self.stated(origin)
        return address_space_of_host(origin.host) if stated is None else stated
