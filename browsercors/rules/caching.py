"""
What RFC 9111 leaves to a cache, and where caches depart from it, as one record.

The functions of `http_caching`, `http_freshness` and `http_validation` read it, so that they serve a browser's own
cache as well as the caches that stand between browser and server.

https://www.rfc-editor.org/rfc/rfc9111
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import attrs

from browsercors.values.cache_control import cache_directives
from browsercors.values.expressions import compiled_late
from browsercors.values.records import Rules

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Mapping


__all__ = ["BODY_HEADERS", "PRIVATE_CACHE", "REQUEST_DIRECTIVES", "SHARED_CACHE", "CachingRules"]

VaryRule: TypeAlias = Literal["honoured", "validated", "ignored", "not-stored"]
StaleRule: TypeAlias = Literal["cacheable", "validatable", "none"]

REQUEST_DIRECTIVES: Final = frozenset({"max-age", "max-stale", "min-fresh", "no-cache", "no-store", "only-if-cached"})
"""The directives that requests may have (section 5.2.1). In place of one, `max-age=0` stands for just that."""

# https://www.rfc-editor.org/rfc/rfc9110#section-15.1, without 206, since parts are not stored here.
HEURISTICALLY_CACHEABLE: Final = frozenset({200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501})


BODY_HEADERS: Final = compiled_late(rb"content-(encoding|length|range|type)")
"""Section 3.2: what describes the stored body stays with it."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class CachingRules(Rules):
    """
    The choices of a cache, and where it departs from RFC 9111. The defaults are the standard's.

    Attributes:
        is_shared: Whether it serves many users: `private` and `Authorization` count, and `s-maxage` is read.
        methods: Whose responses are stored and reused.
        vary: "honoured"; "validated": what was made for other headers may still be confirmed; "ignored"; or
            "not-stored": a response with `Vary` is not stored.
        statuses: Which statuses are stored; None for all but the next.
        unstored_statuses: Which are never stored.
        fresh_statuses: Which statuses are used without asking the server; None for all.
        heuristic_statuses: Which are stored without an explicit lifetime.
        public_is_heuristic: Whether others are, too, with `public`.
        heuristic_fraction: Which part of its age since `Last-Modified` such a response stays fresh for.
        default_lifetimes: By status, for how long one stays fresh that says nothing at all.
        minimum_lifetimes: By status, for how long a response is stored at least, even if it says `no-store`, `no-cache`
            or `private`.
        maximum_lifetime: For how long anything stays fresh at most.
        guesses_strictly: Whether `must-revalidate` keeps it from guessing how long a response stays fresh.
        directives: Parses `Cache-Control`: lower-case names, with argument or None.
        no_cache_has_arguments: Whether `no-cache="..."` counts as much as `no-cache`.
        reads_pragma: Whether `Pragma: no-cache` in a response counts as `Cache-Control: no-cache`.
        stores_no_cache: Whether `no-cache` is stored, to be validated each time; otherwise it is not stored.
        stores_stale: What is stored of the responses that are stale at once: those of a heuristically cacheable
            status, of these those that can be validated, or none.
        stores_ranges: Whether the answer to a request for a range is stored; its key has to tell ranges apart.
        stores_cookies: Whether a response with `Set-Cookie` is stored.
        stores_authorized: Whether responses to requests with `Authorization` are stored like all others.
        request_directives: Which directives of requests count.
        reads_request_pragma: Whether `Pragma: no-cache` in a request counts where `Cache-Control: no-cache` does.
        reloads: Whether a request with `no-cache` is answered anew. The standard would have what is stored validated,
            too; but then nobody could get rid of what a shared cache has stored wrongly.
        expires_by_form: Whether an `Expires` that is no date means "expired", as it should.
        reads_age: Whether `Age` counts.
        reads_date: Whether a `Date` of long ago makes a response old.
        kept_headers: The lower-case names of the headers of which a 304 says nothing (section 3.2).
        renews_age: Whether a 304 makes a cache forget the `Age` and `Date` that the response had.
        validates: Whether a stale response is asked about with its validators, or fetched anew.
        invalidates: Whether an unsafe request makes a cache forget what it has for the URL.
        obeys_must_revalidate: Whether that, and what means the same, keeps it from using what is stale.
        grace: For how many seconds a stale response is used while it is fetched anew, unless `stale-while-revalidate`
            says so; None for never, whatever that says.
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
    guesses_strictly: bool = False
    directives: Callable[[bytes], Mapping[str, str | None]] = cache_directives
    no_cache_has_arguments: bool = True
    reads_pragma: bool = False
    stores_no_cache: bool = True
    stores_stale: StaleRule = "cacheable"
    stores_ranges: bool = False
    stores_cookies: bool = True
    stores_authorized: bool = False
    request_directives: frozenset[str] = REQUEST_DIRECTIVES
    reads_request_pragma: bool = True
    reloads: bool = True
    expires_by_form: bool = True
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
