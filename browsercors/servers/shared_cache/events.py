"""
What a shared cache did with each request.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

import attrs

from browsercors.values.records import quick

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
    """It answered from the cache."""

    STALE = "stale"
    """It answered with a stale response, and fetched a new one for the next request."""

    VALIDATED = "validated"
    """It answered from the cache after the server had confirmed the stored response."""

    MISS = "miss"
    """It asked the server, and stored the answer unless `refusal` says why not."""

    PASS = "pass"  # noqa: S105 - no password
    """It forwarded the request as if there were no cache."""


@attrs.frozen(eq=False)
class CacheEvent:
    """
    What a cache did with one request.

    Attributes:
        request: The request.
        outcome: What the cache did.
        made_for: For an answer from the cache, the request that it was made for. Its `Origin` may be another one.
        refusal: Why the server's answer was not stored; None if it was, or if there was none.
    """

    request: HTTPRequest
    outcome: CacheOutcome
    made_for: HTTPRequest | None = None
    refusal: StorageRefusal | None = None
