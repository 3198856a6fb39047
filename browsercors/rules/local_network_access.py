"""
How browsers differ in letting pages reach what stands less public than they do.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import attrs

from browsercors.values.permissions import PERMISSIONS
from browsercors.values.records import Rules

if TYPE_CHECKING:
    from collections.abc import Mapping

    from browsercors.values.address_spaces import AddressSpace

__all__ = ["PRIVATE_NETWORK_PREFLIGHTS", "LocalNetworkAccessRules", "PrivateNetworkPreflight"]

UNCHECKED: Final[Mapping[AddressSpace, frozenset[AddressSpace]]] = MappingProxyType({})

DELEGATED_BY: Final[Mapping[str, frozenset[str]]] = MappingProxyType({name: frozenset({name}) for name in PERMISSIONS})
"""As the draft has it: each permission by its name."""

NOTHING_DECLARED: Final[Mapping[str, AddressSpace | None]] = MappingProxyType({})

PrivateNetworkPreflight: TypeAlias = Literal["none", "warned", "enforced"]
PRIVATE_NETWORK_PREFLIGHTS: Final = ("none", "warned", "enforced")
"""Whether requests to private networks are preflighted, and if so, what an answer without the opt-in leads to."""


@attrs.frozen(eq=False, repr=False)
class LocalNetworkAccessRules(Rules):
    """
    Local Network Access.

    Attributes:
        checked: Which spaces pages of a space may not reach without more ado; empty where nothing is checked.
        secure_contexts_only: From which spaces a page that is no secure context is refused for certain.
        asks_visitor: Whether a page that is a secure context needs a permission of the visitor.
        prompt_seconds: How long the question to the visitor stays open before it counts as denied; None for ever.
        target_address_spaces: The values of `targetAddressSpace`, with the space that each declares; None for a value
            that declares nothing. Empty where the member means nothing.
        delegated_by: The names in a frame's `allow` attribute, with the permissions that each passes on.
        own_frames_may: Whether a frame from the parent's origin may use what the parent may, whatever `allow` says and
            whether or not it is sandboxed.
        lifts_mixed_content: Whether what is known to stand in a private network is no mixed content.
    """

    checked: Mapping[AddressSpace, frozenset[AddressSpace]] = attrs.field(default=UNCHECKED, hash=False)
    secure_contexts_only: frozenset[AddressSpace] = frozenset()
    asks_visitor: bool = True
    prompt_seconds: float | None = None
    target_address_spaces: Mapping[str, AddressSpace | None] = attrs.field(default=NOTHING_DECLARED, hash=False)
    delegated_by: Mapping[str, frozenset[str]] = attrs.field(default=DELEGATED_BY, hash=False)
    own_frames_may: bool = False
    lifts_mixed_content: bool = False
