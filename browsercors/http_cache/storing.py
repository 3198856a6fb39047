"""
Which responses a cache may store.

The rules are RFC 9111's, with the choices of `CachingRules`. Nothing here knows the time: it is given, in simulated
seconds.

Not done: parts of a response (206, `Range`), freshening of GET by HEAD (4.3.5), invalidation of what `Location` and
`Content-Location` name (4.4, optional), `must-understand` (5.2.2.3), `stale-if-error` (RFC 5861), and the arguments of
`no-cache="..."` and `private="..."`, which count as if there were none (allowed by 5.2.2.4 and 5.2.2.7).

https://www.rfc-editor.org/rfc/rfc9111
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Final

import attrs

from browsercors.http_cache.freshness import freshness_lifetime, initial_age
from browsercors.http_cache.reusing import requested, vary_names
from browsercors.http_cache.stored_response import StoredResponse
from browsercors.values.formats.cache_control import directives_of
from browsercors.values.headers import HeaderList
from browsercors.values.records import quick
from browsercors.values.responses import REDIRECT_STATUSES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from browsercors.rules.caching import CachingRules
    from browsercors.values.wire import HTTPRequest, HTTPResponse

__all__ = ["StorageRefusal", "storage_refusal", "to_stored"]

# Section 3.1: what belongs to one connection is not stored.
CONNECTION_HEADERS: Final = frozenset(
    {b"connection", b"keep-alive", b"proxy-authenticate", b"proxy-authentication-info", b"proxy-authorization",
     b"proxy-connection", b"te", b"trailer", b"transfer-encoding", b"upgrade"}
)  # fmt: skip


@quick
class StorageRefusal(enum.Enum):
    """
    Why a response is not stored.
    """

    METHOD = "method"
    """Responses to this method are not stored."""

    RANGE = "range"
    """Only a part was asked for."""

    STATUS = "status"
    """Responses of this status are not stored."""

    INCOMPLETE = "incomplete"
    """The body broke off."""

    NO_STORE = "no-store"
    """Request or response says so."""

    PRIVATE = "private"
    """It is for one user, and the cache for many."""

    NO_CACHE = "no-cache"
    """It would have to be revalidated each time."""

    AUTHORIZATION = "authorization"
    """It was made for one user, and does not say that others may get it."""

    SET_COOKIE = "set-cookie"
    """It sets a cookie."""

    VARY = "vary"
    """Its `Vary` lists `*`, or the cache stores no response with `Vary`."""

    NOT_FRESH = "not-fresh"
    """It is stale from the start, or has no lifetime."""


def storage_refusal(
    request: HTTPRequest, response: HTTPResponse, response_time: float, rules: CachingRules
) -> StorageRefusal | None:
    """
    Return why a response may not be stored, or None where it may (section 3).
    """
    asked = requested(request, rules)
    said = directives_of(response.headers, rules.directives)
    names = response.headers.names()

    if request.method not in rules.methods:
        return StorageRefusal.METHOD
    if b"range" in request.headers and not rules.stores_ranges:
        return StorageRefusal.RANGE
    if response.status in rules.unstored_statuses or (
        rules.statuses is not None and response.status not in rules.statuses
    ):
        return StorageRefusal.STATUS
    if response.body_failure is not None:
        return StorageRefusal.INCOMPLETE
    if not rules.stores_cookies and b"set-cookie" in names:
        return StorageRefusal.SET_COOKIE
    if (
        rules.vary in ("honoured", "not-stored")
        and b"vary" in names
        and (rules.vary == "not-stored" or b"*" in vary_names(response.headers))
    ):
        return StorageRefusal.VARY
    if response.status in rules.minimum_lifetimes:
        return None
    if "no-store" in asked or "no-store" in said:
        return StorageRefusal.NO_STORE
    if rules.is_shared and "private" in said:
        return StorageRefusal.PRIVATE
    if not rules.stores_no_cache and "no-cache" in said:
        return StorageRefusal.NO_CACHE
    # Section 3.5.
    if (
        rules.is_shared
        and not rules.stores_authorized
        and b"authorization" in request.headers
        and said.keys().isdisjoint({"must-revalidate", "public", "s-maxage"})
    ):
        return StorageRefusal.AUTHORIZATION
    lifetime = freshness_lifetime(response, response_time, rules)
    age = 0.0 if rules.stores_aged else initial_age(request.time, response, response_time, rules)
    is_stale = (lifetime or 0.0) <= age
    return StorageRefusal.NOT_FRESH if is_stale and not _is_stored_stale(response, said, rules) else None


def _is_stored_stale(response: HTTPResponse, said: Mapping[str, str | None], rules: CachingRules) -> bool:
    # NB: the standard allows to store any response with a lifetime, over or not. Of a temporary redirect that would
    # be of no use.
    if rules.stores_stale == "all" or (rules.stores_stale == "final" and response.status not in REDIRECT_STATUSES):
        return True
    explicitly = rules.public_is_heuristic and "public" in said
    if rules.stores_stale == "none" or not (explicitly or response.status in rules.heuristic_statuses):
        return False
    return rules.stores_stale != "validatable" or not response.headers.names().isdisjoint({b"etag", b"last-modified"})


def to_stored(
    request: HTTPRequest, response: HTTPResponse, response_time: float, rules: CachingRules
) -> StoredResponse:
    """
    Return the response in its stored form; `storage_refusal` says whether it may be stored.
    """
    # Section 3.1: the headers of the connection are not for others, nor are those that `Connection` names.
    connection = {name.strip(b"\t ").lower() for name in (response.headers.get(b"connection") or b"").split(b",")}
    headers = [line for line in response.headers if line[0].lower() not in CONNECTION_HEADERS | connection]
    # PROFILE: Firefox drops what is empty.
    if not rules.stores_empty_headers:
        headers = [line for line in headers if line[1]]
    lifetime = freshness_lifetime(response, response_time, rules) or 0.0
    at_least = rules.minimum_lifetimes.get(response.status)
    if at_least is not None:
        # NB: what should not be stored is stored no longer than anything is.
        unwanted = (
            not directives_of(response.headers, rules.directives).keys().isdisjoint({"no-cache", "no-store", "private"})
        )
        lifetime = max(0.0 if unwanted else lifetime, at_least)
    return StoredResponse(
        request,
        attrs.evolve(response, headers=HeaderList(headers), traceback=None, elapsed=0.0),
        response_time,
        initial_age(request.time, response, response_time, rules),
        min(lifetime, rules.maximum_lifetime),
    )
