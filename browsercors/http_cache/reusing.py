"""
For which requests a stored response may be used, and how (RFC 9111, section 4).

`CachingRules` holds the choices. Callers pass the time, in simulated seconds.
"""

from __future__ import annotations

import enum
import math
from typing import TYPE_CHECKING

from browsercors.values.formats.cache_control import delta_seconds, directives_of
from browsercors.values.records import quick

if TYPE_CHECKING:
    from collections.abc import Mapping

    from browsercors.http_cache.stored_response import StoredResponse
    from browsercors.rules.caching import CachingRules
    from browsercors.values.headers import HeaderList
    from browsercors.values.wire import HTTPRequest, HTTPResponse

__all__ = ["Use", "is_made_for", "matches", "requested", "use_of", "vary_names"]


@quick
class Use(enum.Enum):
    """
    How a stored response may be used.
    """

    FRESH = "fresh"
    """Use it."""

    STALE_WHILE_REVALIDATE = "stale-while-revalidate"
    """Use it, and fetch it again in the background."""

    VALIDATE = "validate"
    """Use it after the server has confirmed it."""

    RELOAD = "reload"
    """Do not use it: the client wants a new response."""


def requested(request: HTTPRequest, rules: CachingRules) -> Mapping[str, str | None]:
    """
    Return the directives of a request that the cache obeys.
    """
    if not rules.request_directives:
        return {}
    asked = directives_of(request.headers, rules.directives)
    return {
        name: argument
        for name, argument in asked.items()
        if name in rules.request_directives or f"{name}={argument}" in rules.request_directives
    }


def vary_names(headers: HeaderList) -> tuple[bytes, ...]:
    """
    Return the lower-case names in the `Vary` of a response; `*` is one of them if it is listed.
    """
    value = headers.get(b"vary")
    if value is None:
        return ()
    return tuple(dict.fromkeys(name for part in value.lower().split(b",") if (name := part.strip(b"\t "))))


def matches(stored: StoredResponse, request: HTTPRequest, rules: CachingRules) -> bool:
    """
    Whether a response stored under the key of *request* fits its method and its `Vary` (section 4.1).
    """
    made_for = stored.request
    # NB: a stored GET answers a HEAD as well.
    if request.method not in (made_for.method, b"HEAD" if made_for.method == b"GET" else b""):
        return False
    return rules.vary in ("ignored", "validated") or is_made_for(stored, request)


def is_made_for(stored: StoredResponse, request: HTTPRequest) -> bool:
    """
    Whether *request* has the same values of the `Vary` headers as the request of a stored response (section 4.1).
    """
    names = vary_names(stored.response.headers)
    # NB: the standard allows to normalise the values; nginx, Varnish and Squid compare them as they are.
    return b"*" not in names and all(stored.request.headers.get(name) == request.headers.get(name) for name in names)


def use_of(stored: StoredResponse, request: HTTPRequest, now: float, rules: CachingRules) -> Use:
    """
    Decide how a stored response that matches may be used (section 4).
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
