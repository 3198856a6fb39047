"""
The HTTP cache as the standard has it, which browsers evolve.

https://www.rfc-editor.org/rfc/rfc9111
https://fetch.spec.whatwg.org/#http-cache-partitions
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from browsercors.rules.caching import PRIVATE_CACHE
from browsercors.rules.http_cache import HTTPCacheRules, RefusedResponse

if TYPE_CHECKING:
    from collections.abc import Hashable

    from browsercors.values.requests import Request
    from browsercors.values.sites import Sites

__all__ = ["FLAGS", "SAFE_METHODS", "STANDARD_HTTP_CACHE", "TIMES", "is_success"]

SAFE_METHODS: Final = frozenset({b"GET", b"HEAD", b"OPTIONS", b"TRACE"})


# The directives of responses that matter to browsers.
TIMES: Final = frozenset({"max-age", "stale-while-revalidate"})
FLAGS: Final = frozenset({"immutable", "must-revalidate", "no-cache", "no-store", "private", "public"})


def is_success(status: int) -> bool:
    """
    Whether *status* is from 200 to 399, after which an unsafe request spoils what is stored.
    """
    return 200 <= status < 400


def partitioned_url(request: Request, method: bytes, include_credentials: bool, sites: Sites) -> Hashable | None:
    """
    Keep responses apart by the site of the top-level page, and by URL without fragment.
    """
    return request.client.network_partition_key, request.current_url.href_without_fragment


def looks_up_everything(request: Request, cached_redirect: int | None) -> bool:
    """
    Ask the cache for every request.
    """
    return True


def invalidated_by_unsafe_methods(request: Request, status: int, sites: Sites) -> bool:
    """
    Forget a URL after a successful request with an unsafe method (RFC 9111, section 4.4).
    """
    return request.method not in SAFE_METHODS and is_success(status)


def keep_refused(request: Request, status: int) -> RefusedResponse:
    """
    Keep what the page may not have: the standard says nothing else.
    """
    return RefusedResponse.KEPT


# NB: under each key is one response, and one to HEAD would be in the way of one to GET, which answers both.
STANDARD_HTTP_CACHE: Final = HTTPCacheRules(
    caching=attrs.evolve(PRIVATE_CACHE, methods=frozenset({b"GET"}), reloads=False, renews_age=False, grace=0.0),
    key=partitioned_url,
    looks_up=looks_up_everything,
    invalidated_by=invalidated_by_unsafe_methods,
    invalidating_headers=(b"location", b"content-location"),
    refused=keep_refused,
)
