"""
The choices that RFC 9111 leaves to a cache, and where caches depart from it, as one record.

The functions of `browsercors.http_cache` read it. They serve both a browser's own cache and the caches that stand
between browser and server.

https://www.rfc-editor.org/rfc/rfc9111
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import attrs

from browsercors.values.expressions import compiled_late
from browsercors.values.formats.cache_control import cache_directives
from browsercors.values.records import Rules

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Mapping


__all__ = ["BODY_HEADERS", "PRIVATE_CACHE", "REQUEST_DIRECTIVES", "SHARED_CACHE", "CachingRules"]

VaryRule: TypeAlias = Literal["honoured", "validated", "ignored", "not-stored"]
StaleRule: TypeAlias = Literal["all", "final", "cacheable", "validatable", "none"]

REQUEST_DIRECTIVES: Final = frozenset({"max-age", "max-stale", "min-fresh", "no-cache", "no-store", "only-if-cached"})
"""The directives that requests may have (section 5.2.1). In place of one, `max-age=0` stands for just that."""

# https://www.rfc-editor.org/rfc/rfc9110#section-15.1, without 206, since parts are not stored here.
HEURISTICALLY_CACHEABLE: Final = frozenset({200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501})


BODY_HEADERS: Final = compiled_late(rb"content-(encoding|length|range|type)")
"""Section 3.2: what describes the stored body stays with it."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class CachingRules(Rules):
    """
    The choices of a cache, and its departures from RFC 9111. The defaults are those of the standard.

    Attributes:
        is_shared: Whether the cache serves many users. A shared cache obeys `private`, `Authorization` and `s-maxage`.
        methods: The methods whose responses are stored and reused.
        vary: "honoured"; "validated": a response that was stored for other headers may be revalidated; "ignored"; or
            "not-stored": responses with `Vary` are not stored.
        statuses: The statuses that are stored; None for all except `unstored_statuses`.
        unstored_statuses: The statuses that are never stored.
        fresh_statuses: The statuses that are used without asking the server; None for all.
        heuristic_statuses: The statuses that are stored without an explicit lifetime.
        public_is_heuristic: Whether responses of other statuses are stored without one too if they say `public`.
        heuristic_fraction: The lifetime of a response without an explicit one, as a fraction of the time since its
            `Last-Modified`.
        default_lifetimes: By status, the lifetime of a response that says nothing about it.
        minimum_lifetimes: By status, the shortest lifetime of a response, even of one that says `no-store`, `no-cache`
            or `private`.
        maximum_lifetime: The longest lifetime of any response.
        must_revalidate_forbids_heuristics: Whether a response with `must-revalidate` has no heuristic lifetime.
        directives: Parses `Cache-Control` into lower-case names, each with its argument or None.
        no_cache_has_arguments: Whether `no-cache="..."` counts as `no-cache`.
        reads_pragma: Whether `Pragma: no-cache` in a response counts as `Cache-Control: no-cache`.
        stores_no_cache: Whether a response with `no-cache` is stored and revalidated each time, or not stored.
        stores_stale: Which responses are stored although they are stale from the start: "all"; "cacheable", those of a
            heuristically cacheable status; "final", those and all that are no redirects; "validatable", cacheable ones
            with a validator; or "none".
        stores_aged: Whether a response with a lifetime is stored although it has arrived too old.
        stores_ranges: Whether the response to a range request is stored. The cache key has to tell ranges apart.
        stores_empty_headers: Whether a header without a value is stored with its response.
        stores_cookies: Whether a response with `Set-Cookie` is stored.
        stores_authorized: Whether responses to requests with `Authorization` are stored like all others.
        request_directives: The request directives that the cache obeys.
        reads_request_pragma: Whether `Pragma: no-cache` in a request counts as `Cache-Control: no-cache`.
        reloads: Whether a request with `no-cache` always gets a new response. The standard also allows to revalidate
            the stored one; but then nobody could replace what a shared cache has stored by mistake.
        invalid_expires_means_expired: Whether an `Expires` that is not a date means "expired", as the standard says.
        reads_age: Whether `Age` counts.
        reads_date: Whether an old `Date` adds to the age of a response.
        kept_headers: Matches the lower-case names of the headers that a 304 does not update (section 3.2).
        renews_age: Whether a 304 replaces the `Age` and `Date` of the stored response.
        validates: Whether a stale response is revalidated, or fetched again.
        invalidates: Whether an unsafe request invalidates the stored responses of its URL.
        obeys_must_revalidate: Whether `must-revalidate`, and what means the same, forbids stale responses.
        grace: For how many seconds a stale response without `stale-while-revalidate` is used while the cache fetches
            it again; None for never, even with `stale-while-revalidate`.
    """

    is_shared: bool
    methods: frozenset[bytes] = frozenset({b"GET", b"HEAD"})
    vary: VaryRule = "honoured"
    statuses: frozenset[int] | None = None
    unstored_statuses: frozenset[int] = frozenset({206, 304})
    fresh_statuses: frozenset[int] | None = None
    heuristic_statuses: frozenset[int] = HEURISTICALLY_CACHEABLE
    public_is_heuristic: bool = True
    heuristic_fraction: float = 0.1
    default_lifetimes: Mapping[int, float] = attrs.field(factory=dict)
    minimum_lifetimes: Mapping[int, float] = attrs.field(factory=dict)
    maximum_lifetime: float = math.inf
    must_revalidate_forbids_heuristics: bool = False
    directives: Callable[[bytes], Mapping[str, str | None]] = cache_directives
    no_cache_has_arguments: bool = True
    reads_pragma: bool = False
    stores_no_cache: bool = True
    stores_stale: StaleRule = "cacheable"
    stores_aged: bool = False
    stores_ranges: bool = False
    stores_cookies: bool = True
    stores_empty_headers: bool = True
    stores_authorized: bool = False
    request_directives: frozenset[str] = REQUEST_DIRECTIVES
    reads_request_pragma: bool = True
    reloads: bool = True
    invalid_expires_means_expired: bool = True
    reads_age: bool = True
    reads_date: bool = True
    kept_headers: re.Pattern[bytes] = BODY_HEADERS
    renews_age: bool = True
    validates: bool = True
    invalidates: bool = True
    obeys_must_revalidate: bool = True
    grace: float | None = None


PRIVATE_CACHE: Final = CachingRules(is_shared=False)
"""A browser's own cache, as the standard has it."""

SHARED_CACHE: Final = CachingRules(is_shared=True)
"""A cache that many users share, as the standard has it."""
