"""
How browsers differ in forgetting what a response asks them to forget.
"""

from __future__ import annotations

import enum

import attrs

from browsercors.values.records import Rules, quick

__all__ = ["ClearSiteDataRules", "ClearingResponses"]


@quick
class ClearingResponses(enum.Enum):
    """
    Whose `Clear-Site-Data` header counts.
    """

    EVERY = "every"
    """That of every response, also of a preflight, of a redirect, and of what the page may not read."""

    WITH_CREDENTIALS = "with credentials"
    """That of every response to a request that included credentials."""

    LAST = "last"
    """That of the response that the page is given."""


@attrs.frozen(eq=False, repr=False)
class ClearSiteDataRules(Rules):
    """
    What `Clear-Site-Data` clears.

    Attributes:
        counts: Whose header counts.
        clears_cookies_of_site: Whether "cookies" clears those of the whole site; otherwise those of the host.
        clears_cache: Whether "cache" clears responses in the HTTP cache.
        clears_itself: Whether a response that clears the cache is not stored, either.
    """

    counts: ClearingResponses = ClearingResponses.EVERY
    clears_cookies_of_site: bool = True
    clears_cache: bool = True
    clears_itself: bool = False
