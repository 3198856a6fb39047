"""
What a shared cache did with each request, for people who want to know.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

import attrs

from browsercors.values.enums import quick

if TYPE_CHECKING:
    from browsercors.http_cache.storing import StorageRefusal
    from browsercors.values.wire import HTTPRequest

__all__ = ["CacheEvent", "CacheOutcome"]


@quick
class CacheOutcome(enum.Enum):
    """
    What a cache did with a request.
    """

    HIT = "hit"
    """Answered it alone."""

    STALE = "stale"
    """Answered it alone with what is stale, and fetched that anew for the next one."""

    VALIDATED = "validated"
    """Answered it after the server had confirmed what was stored."""

    MISS = "miss"
    """Asked the server, and would have stored the answer, unless `refusal` says why not."""

    PASS = "pass"  # noqa: S105 - no password
    """Sent it on as it was, as if there were no cache."""


@attrs.frozen(eq=False)
class CacheEvent:
    """
    What a cache did with one request.

    Attributes:
        request: The request.
        outcome: What it did.
        made_for: The request that the answer was made for, where it came from the cache: whose `Origin` is in it.
        refusal: Why the server's answer was not stored; None where it was, or where there was none.
    """

    request: HTTPRequest
    outcome: CacheOutcome
    made_for: HTTPRequest | None = None
    refusal: StorageRefusal | None = None
