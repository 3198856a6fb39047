"""
The HTTP cache of WebKit: what it keeps, under what, and what it uses that for.

Everything here was observed on WebKitGTK 2.50 (family `http-cache` of the recordings).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import attrs

from browsercors.engines.standard.http_cache import STANDARD_HTTP_CACHE, TIMES
from browsercors.rules.http_cache import RefusedResponse
from browsercors.values.expressions import compiled_late
from browsercors.values.formats.cache_control import GREATEST_DELTA, cache_directives
from browsercors.values.responses import REDIRECT_STATUSES

if TYPE_CHECKING:
    from collections.abc import Hashable

    from browsercors.values.requests import Request
    from browsercors.values.sites import Sites
    from browsercors.values.wire import HTTPRequest, HTTPResponse

__all__ = ["WEBKIT_HTTP_CACHE"]


def url_and_range(request: Request, method: bytes, include_credentials: bool, sites: Sites) -> Hashable | None:
    """
    Keep responses apart by the range that was asked for as well.
    """
    url = request.current_url.href_without_fragment
    return request.client.network_partition_key, url, request.header_list.get(b"range")


def looks_up_get_until_redirected(request: Request, cached_redirect: int | None) -> bool:
    """
    Ask the cache for GET only, and no more once a redirect came over the network.
    """
    return request.method == b"GET" and (request.redirect_count == 0 or cached_redirect is not None)


DECIMAL: Final = compiled_late(r"[+-]?([0-9]+(?:\.[0-9]*)?|\.[0-9]+)(e[+-]?[0-9]+)?", re.IGNORECASE)


def decimal_directives(value: bytes) -> dict[str, str | None]:
    """
    Parse `Cache-Control` with any decimal number for a time; what is none does not count.
    """
    directives = cache_directives(value)
    for name in TIMES & directives.keys():
        time = directives.pop(name)
        # NB: a semicolon ends it.
        time = None if time is None else time.partition(";")[0].rstrip("\t ")
        if time is not None and DECIMAL.fullmatch(time):
            directives[name] = f"{min(max(float(time), 0.0), GREATEST_DELTA):.0f}"
    return directives


def invalidated_by_all_but_get(request: Request, status: int, sites: Sites) -> bool:
    """
    Forget a URL after every request that is no GET, HEAD included, whatever the answer, but for redirects.
    """
    return request.method != b"GET" and status not in REDIRECT_STATUSES


def never_store_refused(request: Request, status: int) -> RefusedResponse:
    """
    Store what the page may have, and redirects.
    """
    return RefusedResponse.KEPT if status in REDIRECT_STATUSES else RefusedResponse.NOT_STORED


STORED_STATUSES: Final = frozenset(
    {200, 201, 202, 203, 204, 205, 300, 301, 302, 303, 307, 403, 404, 405, 406, 410, 414, 415, 501}
)


def is_about_stored_response(http_request: HTTPRequest, stored: HTTPResponse) -> bool:
    """
    Take every request with conditional headers of the page's own for one about the stored response.
    """
    return True


WEBKIT_HTTP_CACHE: Final = attrs.evolve(
    STANDARD_HTTP_CACHE,
    caching=attrs.evolve(
        STANDARD_HTTP_CACHE.caching,
        statuses=STORED_STATUSES,
        directives=decimal_directives,
        default_lifetimes=dict.fromkeys((301, 410), 31536000.0),
        no_cache_has_arguments=False,
        public_is_heuristic=False,
        reads_pragma=True,
        request_directives=frozenset({"max-age=0", "max-stale", "no-cache", "no-store"}),
        stores_ranges=True,
        stores_stale="validatable",
        stores_aged=True,
        kept_headers=compiled_late(
            rb"allow|content-(?!security-policy).*|etag|last-modified|www-authenticate|x-(content|webkit)-.*"
            rb"|x-(frame-options|xss-protection)"
        ),
    ),
    key=url_and_range,
    looks_up=looks_up_get_until_redirected,
    invalidated_by=invalidated_by_all_but_get,
    invalidating_headers=(),
    refused=never_store_refused,
    non_replacing_statuses=REDIRECT_STATUSES,
    page_validates=is_about_stored_response,
    validated_statuses=STORED_STATUSES - REDIRECT_STATUSES,
    unmatched_304_removes=False,
    redirects_with_fragments=False,
)
