"""
Which responses a cache may store, and for which requests it may use them.

The rules are RFC 9111's, with the choices of `CachingRules`. Nothing here knows the time: it is given, in simulated
seconds.

Not done: parts of a response (206, `Range`), freshening of GET by HEAD (4.3.5), invalidation of what `Location` and
`Content-Location` name (4.4, optional), `must-understand` (5.2.2.3), `stale-if-error` (RFC 5861), and the arguments of
`no-cache="..."` and `private="..."`, which count as if there were none (allowed by 5.2.2.4 and 5.2.2.7).

https://www.rfc-editor.org/rfc/rfc9111
"""

from __future__ import annotations

import enum
import math
from typing import TYPE_CHECKING, Final

import attrs

from browsercors.fetch.http_freshness import freshness_lifetime, initial_age
from browsercors.values.cache_control import delta_seconds, directives_of
from browsercors.values.enums import quick
from browsercors.values.headers import HeaderList
from browsercors.values.records import Record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from browsercors.rules.caching import CachingRules
    from browsercors.values.wire import HTTPRequest, HTTPResponse

__all__ = [
    "StorageRefusal",
    "StoredResponse",
    "Use",
    "is_made_for",
    "matches",
    "requested",
    "storage_refusal",
    "to_stored",
    "use_of",
    "vary_names",
]

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
    """It would have to be validated each time."""

    AUTHORIZATION = "authorization"
    """It was made for somebody, and does not say that others may have it."""

    SET_COOKIE = "set-cookie"
    """It sets a cookie."""

    VARY = "vary"
    """It varies by everything, or by anything where that is too much."""

    NOT_FRESH = "not-fresh"
    """It is stale from the beginning, or nothing says how long it lasts."""


@quick
class Use(enum.Enum):
    """
    What a stored response is good for.
    """

    FRESH = "fresh"
    """It is the answer."""

    STALE_WHILE_REVALIDATE = "stale-while-revalidate"
    """It is the answer, but has to be fetched anew for the next one."""

    VALIDATE = "validate"
    """It may be used once the server has confirmed it."""

    RELOAD = "reload"
    """It may not be used: the client wants a new one."""


@attrs.frozen(eq=False, repr=False)
class StoredResponse(Record):
    """
    A response in a cache.

    Attributes:
        request: The request that it answered: whose `Origin`, cookies and so on it was made for.
        response: As it came, without what belonged to the connection.
        response_time: When it came, or was last confirmed.
        initial_age: How old it was then, in seconds.
        lifetime: For how many seconds from its making it stays fresh.
    """

    request: HTTPRequest
    response: HTTPResponse
    response_time: float
    initial_age: float
    lifetime: float

    def age(self, now: float) -> float:
        """
        Return how old it is (section 4.2.3).
        """
        # NB: requests that are under way together may be answered in another order than they were sent.
        return self.initial_age + max(0.0, now - self.response_time)


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
    is_stale = (lifetime or 0.0) <= initial_age(request.time, response, response_time, rules)
    return StorageRefusal.NOT_FRESH if is_stale and not _is_stored_stale(response, said, rules) else None


def _is_stored_stale(response: HTTPResponse, said: Mapping[str, str | None], rules: CachingRules) -> bool:
    # NB: the standard lets anything be stored that states a lifetime, over or not. Of a temporary redirect that would
    # be of no use.
    explicitly = rules.public_is_heuristic and "public" in said
    if rules.stores_stale == "none" or not (explicitly or response.status in rules.heuristic_statuses):
        return False
    return rules.stores_stale == "cacheable" or not response.headers.names().isdisjoint({b"etag", b"last-modified"})


def requested(request: HTTPRequest, rules: CachingRules) -> Mapping[str, str | None]:
    """
    Return the directives of a request that count.
    """
    if not rules.request_directives:
        return {}
    asked = directives_of(request.headers, rules.directives)
    return {
        name: argument
        for name, argument in asked.items()
        if name in rules.request_directives or f"{name}={argument}" in rules.request_directives
    }


def to_stored(
    request: HTTPRequest, response: HTTPResponse, response_time: float, rules: CachingRules
) -> StoredResponse:
    """
    Return the response as it is stored; whether it may be is for `storage_refusal` to say.
    """
    # Section 3.1: the headers of the connection are not for others, nor are those that `Connection` names.
    connection = {name.strip(b"\t ").lower() for name in (response.headers.get(b"connection") or b"").split(b",")}
    headers = [line for line in response.headers if line[0].lower() not in CONNECTION_HEADERS | connection]
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


def vary_names(headers: HeaderList) -> tuple[bytes, ...]:
    """
    Return the lower-case names of the request headers that a response varies by; `*` is among them if it is there.
    """
    value = headers.get(b"vary")
    if value is None:
        return ()
    return tuple(dict.fromkeys(name for part in value.lower().split(b",") if (name := part.strip(b"\t "))))


def matches(stored: StoredResponse, request: HTTPRequest, rules: CachingRules) -> bool:
    """
    Whether a response that is stored for the same key is one for *request*: by method, and by `Vary` (section 4.1).
    """
    made_for = stored.request
    # NB: a stored GET answers a HEAD as well.
    if request.method not in (made_for.method, b"HEAD" if made_for.method == b"GET" else b""):
        return False
    return rules.vary in ("ignored", "validated") or is_made_for(stored, request)


def is_made_for(stored: StoredResponse, request: HTTPRequest) -> bool:
    """
    Whether *request* has the headers by which a stored response varies as the one that it answered (section 4.1).
    """
    names = vary_names(stored.response.headers)
    # NB: values may be compared more cleverly; nginx, Varnish and Squid compare them as they stand.
    return b"*" not in names and all(stored.request.headers.get(name) == request.headers.get(name) for name in names)


def use_of(stored: StoredResponse, request: HTTPRequest, now: float, rules: CachingRules) -> Use:
    """
    Decide what a stored response that matches is good for (section 4).
    """
    said = directives_of(stored.response.headers, rules.directives)
    asked = requested(request, rules)
    age = stored.age(now)
    remaining = stored.lifetime - age
    heeds_pragma = rules.reads_request_pragma and not asked and "no-cache" in rules.request_directives
    if "no-cache" in asked or (heeds_pragma and _has_pragma(request.headers)):
        return Use.RELOAD if rules.reloads else Use.VALIDATE
    if "max-age" in asked and age >= delta_seconds(asked["max-age"]):
        return Use.VALIDATE
    if "min-fresh" in asked and remaining < delta_seconds(asked["min-fresh"]):
        return Use.VALIDATE
    allowed_staleness = 0.0
    if "max-stale" in asked:
        allowed_staleness = math.inf if asked["max-stale"] is None else delta_seconds(asked["max-stale"])
    if _is_always_validated(stored.response, said, rules):
        return Use.VALIDATE
    if remaining > 0:
        return Use.FRESH
    # Section 4.2.4: some responses are never used when they are stale.
    strict = {"must-revalidate", *(("proxy-revalidate", "s-maxage") if rules.is_shared else ())}
    if rules.obeys_must_revalidate and not said.keys().isdisjoint(strict):
        return Use.VALIDATE
    if -remaining < allowed_staleness:
        return Use.FRESH
    if rules.grace is not None:
        directive = "stale-while-revalidate"
        grace = delta_seconds(said[directive]) if directive in said else rules.grace
        if -remaining < grace:
            return Use.STALE_WHILE_REVALIDATE
    return Use.VALIDATE


def _is_always_validated(response: HTTPResponse, said: Mapping[str, str | None], rules: CachingRules) -> bool:
    if response.status in rules.minimum_lifetimes:
        return False
    if rules.fresh_statuses is not None and response.status not in rules.fresh_statuses:
        return True
    if "no-cache" in said and (rules.no_cache_has_arguments or said["no-cache"] is None):
        return True
    return rules.reads_pragma and _has_pragma(response.headers)


def _has_pragma(headers: HeaderList) -> bool:
    return b"no-cache" in (headers.get(b"pragma") or b"").lower()
