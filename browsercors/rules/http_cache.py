"""
How the HTTP caches of browsers differ, apart from the choices that RFC 9111 leaves to every cache.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

import attrs

from browsercors.values.records import Rules, quick

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from browsercors.rules.caching import CachingRules
    from browsercors.values.requests import Request
    from browsercors.values.sites import Sites
    from browsercors.values.wire import HTTPRequest, HTTPResponse

__all__ = ["HTTPCacheRules", "RefusedResponse"]


@quick
class RefusedResponse(enum.Enum):
    """
    What the HTTP cache does with a response that the page may not read.
    """

    KEPT = "kept"
    """The cache keeps it, and may use it for the next request."""

    FORGOTTEN = "forgotten"
    """The cache drops it. What it replaced is lost as well."""

    NOT_STORED = "not stored"
    """The cache never stores it, and keeps what it had before."""


@attrs.frozen(eq=False, repr=False)
class HTTPCacheRules(Rules):
    """
    The browser's own HTTP cache.

    Attributes:
        caching: Which responses are stored, and when they are reused.
        key: Returns the cache key of a request. It takes the request, a method (the request's own, or GET to look up
            what the request invalidates), whether credentials are included, and which URLs are of one site. None
            means that the cache is not used.
        looks_up: Whether the browser looks in its cache for a request. It takes the request and, if a cached redirect
            led to it, the status of that redirect; otherwise None.
        invalidated_by: Whether a request that got this status invalidates the stored response of its URL. The third
            argument knows which URLs are of one site.
        invalidating_headers: The response headers, in lower case, that name further URLs to invalidate.
        refused: What the cache does with a response of this status that the page may not read.
        non_replacing_statuses: The statuses that do not replace a stored response if they are not stored themselves.
        validated_statuses: The statuses of stored responses that are revalidated; None for all.
        validates_authorized: Whether a request with `Authorization` revalidates a response that was stored for a
            request without it.
        page_validates: Whether a request with conditional headers of the page's own is about the stored response. It is
            sent whatever the cache mode; its response goes to the page, and freshens or replaces what is stored. None
            if the page's headers do not matter to the cache.
        unconditional_304_confirms: Whether a 304 also confirms a stored response if the request was not conditional.
            Redirects are never confirmed that way.
        unmatched_304_removes: Whether a 304 that confirms nothing removes the stored response.
        redirects_with_fragments: Whether redirects of URLs with a fragment are stored and reused, and what redirects
            to such URLs lead to (cache modes that take anything reuse it in any case).
        key_without_query: Returns the part of a key that responses with `No-Vary-Search` have in common; None if the
            browser does not know that header.
        revalidation_headers: The headers that a background revalidation adds or replaces.
    """

    caching: CachingRules
    key: Callable[[Request, bytes, bool, Sites], Hashable | None]
    looks_up: Callable[[Request, int | None], bool]
    invalidated_by: Callable[[Request, int, Sites], bool]
    refused: Callable[[Request, int], RefusedResponse]
    invalidating_headers: tuple[bytes, ...] = ()
    non_replacing_statuses: frozenset[int] = frozenset()
    validated_statuses: frozenset[int] | None = None
    validates_authorized: bool = False
    page_validates: Callable[[HTTPRequest, HTTPResponse], bool] | None = None
    unconditional_304_confirms: bool = False
    unmatched_304_removes: bool = True
    redirects_with_fragments: bool = True
    key_without_query: Callable[[Hashable], Hashable] | None = None
    revalidation_headers: tuple[tuple[bytes, bytes], ...] = ()
