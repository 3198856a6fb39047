"""
The browser's own HTTP cache: in what browsers differ, beside what RFC 9111 leaves to every cache.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

import attrs

from browsercors.values.enums import quick
from browsercors.values.records import Rules

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from browsercors.rules.caching import CachingRules
    from browsercors.values.requests import Request

__all__ = ["HTTPCacheRules", "RefusedResponse"]


@quick
class RefusedResponse(enum.Enum):
    """
    What becomes of a response in the HTTP cache when the page may not have it.
    """

    KEPT = "kept"
    """It stays, and may answer the next request."""

    FORGOTTEN = "forgotten"
    """It goes, and what it replaced is gone already."""

    NOT_STORED = "not stored"
    """It never came in: what was stored before stays."""


@attrs.frozen(eq=False, repr=False)
class HTTPCacheRules(Rules):
    """
    The browser's own HTTP cache.

    Attributes:
        caching: What it stores, and what it uses that for.
        key: Under what the response to a request belongs, by the request, a method (the request's, or GET to find what
            it spoils), and whether it goes with credentials; None for "not at all".
        is_asked: Whether it is asked for a request, by the request, and by the status of the redirect that led there
            if the cache gave that, and None otherwise.
        invalidated_by: Whether that request, answered with that status, makes it forget the URL.
        invalidating_headers: Lower-case names of the headers of its answer that name other URLs to forget.
        refused: What becomes of a response with that status that the page may not have.
        leaving_statuses: Which statuses, where they are not stored, leave what is.
        validated_statuses: Of which statuses the server is asked whether they still hold; None for all.
        validates_authorized: Whether the server is asked again when `Authorization` goes along, and did not when what
            is stored was fetched.
        confirms_unasked: Whether a 304 confirms what is stored, but for redirects, also when it answers no question.
        forgets_unasked: Whether a 304 that confirms nothing takes what is stored along.
        revalidation_headers: What a request that fetches anew what was given out stale has in addition, or instead.
    """

    caching: CachingRules
    key: Callable[[Request, bytes, bool], Hashable | None]
    is_asked: Callable[[Request, int | None], bool]
    invalidated_by: Callable[[Request, int], bool]
    refused: Callable[[Request, int], RefusedResponse]
    invalidating_headers: tuple[bytes, ...] = ()
    leaving_statuses: frozenset[int] = frozenset()
    validated_statuses: frozenset[int] | None = None
    validates_authorized: bool = False
    confirms_unasked: bool = False
    forgets_unasked: bool = True
    revalidation_headers: tuple[tuple[bytes, bytes], ...] = ()
