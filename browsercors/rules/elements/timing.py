"""
How browsers differ in what Resource Timing shows of a load.
"""

from __future__ import annotations

import enum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import attrs

from browsercors.values.formats.mime_groups import NO_TYPES, TypeGroup
from browsercors.values.records import Rules, quick

if TYPE_CHECKING:
    from collections.abc import Mapping, Set

    from browsercors.values.findings import Reason

__all__ = ["EntryOfFailure", "SizesShown", "TimingRules"]

NOTHING: Final[Mapping[str, str]] = MappingProxyType({})
NO_EXCEPTIONS: Final[Mapping[Reason, EntryOfFailure]] = MappingProxyType({})


@quick
class SizesShown(enum.Enum):
    """
    Of which responses a page sees how large they were.
    """

    READABLE = "readable"
    """Of those that it may read. Without an allowance it does not see how much of that came over the wire."""

    ALLOWED = "allowed"
    """Of those whose details it may see."""

    OWN = "own"
    """Of those that it may read, and has asked its own origin for."""


@quick
class EntryOfFailure(enum.Enum):
    """
    The entry of a load that failed.
    """

    NONE = "none"
    BARE = "bare"
    """When it began and ended, whatever the server allowed."""

    UNSIZED = "unsized"
    """The details that the server allowed, without any size."""

    DETAILED = "detailed"
    """The details that the server allowed, with the size of a response without a body."""

    SIZED = "sized"
    """The details that the server allowed, with the size of the response that the page does not get."""

    HEAD = "head"
    """The details of the last response, as if the page had got it without its body."""

    OPEN = "open"
    """The details of the last response, whatever the server allowed, as if the page had got it without its body."""

    WHOLE = "whole"
    """The details of the last response, as if the page had got it."""


@attrs.frozen(eq=False, repr=False)
class TimingRules(Rules):
    """
    What Resource Timing shows.

    Attributes:
        attributes: Those of `response_status`, `content_type` and `content_encoding` that entries have.
        sizes: Of which responses sizes are shown.
        failed: The entry of a load that failed.
        failed_for: The exceptions, by the reason of the failure.
        never_sent: The entry of a load that failed before anything was sent.
        unlisted_fetches: Why a `fetch()` of which nothing was sent has none, by the reason of the failure.
        opaque_redirects: The entry of a redirect that `redirect: "manual"` stopped; None for one like any other's.
        keepalive_ends_at_redirect: Whether the entry of a keepalive request is about its first response, if that is a
            redirect.
        initiator_types: Other names for what asks, by destination.
        hidden_types: Types that entries do not name, since the browser has no use for them.
        lists_repeated: Whether an element that loads from the cache what an element of the page has loaded before has
            an entry of its own.
    """

    attributes: frozenset[str] = frozenset({"response_status", "content_type", "content_encoding"})
    sizes: SizesShown = SizesShown.READABLE
    failed: EntryOfFailure = EntryOfFailure.BARE
    failed_for: Mapping[Reason, EntryOfFailure] = NO_EXCEPTIONS
    never_sent: EntryOfFailure = EntryOfFailure.BARE
    unlisted_fetches: Set[Reason] = frozenset()
    opaque_redirects: EntryOfFailure | None = None
    keepalive_ends_at_redirect: bool = False
    initiator_types: Mapping[str, str] = NOTHING
    hidden_types: TypeGroup = NO_TYPES
    lists_repeated: bool = True
