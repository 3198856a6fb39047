"""
The HTTP cache of Firefox: what it keeps, under what, and what it uses that for.

Everything here was observed on Firefox 153 (family `http-cache` of the recordings).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from browsercors.engines.standard.http_cache import FLAGS, SAFE_METHODS, STANDARD_HTTP_CACHE, TIMES
from browsercors.fetch.topology import foreign_partition, is_third_party
from browsercors.rules.http_cache import RefusedResponse
from browsercors.values.expressions import compiled_late
from browsercors.values.formats.cache_control import MAX_DIGITS, directives_of
from browsercors.values.headers import get_decode_and_split
from browsercors.values.requests import SCRIPT_INITIATORS, ResponseTainting
from browsercors.values.responses import REDIRECT_STATUSES

if TYPE_CHECKING:
    from collections.abc import Hashable

    from browsercors.values.requests import Request
    from browsercors.values.sites import Sites

__all__ = ["FIREFOX_HTTP_CACHE"]


def url_by_method_and_credentials(
    request: Request, method: bytes, include_credentials: bool, sites: Sites
) -> Hashable | None:
    """
    Keep responses apart by credentials and method, and what elements load of other sites from everything else.

    What is the page's own is kept apart for its frames. Nothing is kept where the page asks for a range, or for no
    storing.
    """
    headers = request.header_list
    if b"range" in headers or "no-store" in directives_of(headers):
        return None
    # NB: what is the top-level site's own is another thing to frames of other sites.
    partition = foreign_partition(request, sites)
    is_loaded_from_elsewhere = request.initiator_type not in SCRIPT_INITIATORS and is_third_party(request, sites)
    return partition, request.current_url.href_without_fragment, method, include_credentials, is_loaded_from_elsewhere


def looks_up_unless_permanently_redirected(request: Request, cached_redirect: int | None) -> bool:
    """
    Ask the cache for every request but that of a permanent redirect out of the cache.
    """
    return cached_redirect not in (301, 308)


def last_directives(value: bytes) -> dict[str, str | None]:
    """
    Parse `Cache-Control`: of repeated directives the last counts, of an argument the digits that it begins with.

    What is no number of 32 bits does not count, and an argument where none belongs is the end.
    """
    directives: dict[str, str | None] = {}
    for part in get_decode_and_split(value):
        name, equals, argument = part.partition("=")
        if not part.strip("\t "):
            break
        found = DIGITS.match(argument.strip("\t "))
        assert found is not None, "it may be empty"
        name = name.strip("\t ").lower()
        if name in FLAGS:
            directives[name] = None
            if equals:
                break
        elif name not in TIMES or (0 < len(found[0]) <= MAX_DIGITS and int(found[0]) < 2**32):
            directives[name] = found[0] if equals else None
    return directives


DIGITS: Final = compiled_late(r"[0-9]*")


def invalidated_within_the_site(request: Request, status: int, sites: Sites) -> bool:
    """
    Forget a URL after an unsafe request to the site of the top-level page, whatever the answer; third parties keep it.
    """
    return request.method not in SAFE_METHODS and not is_third_party(request, sites)


def keep_refused_by_cors(request: Request, status: int) -> RefusedResponse:
    """
    Keep what the CORS check refused, but for redirects; not what may not be embedded.
    """
    is_lost = status in REDIRECT_STATUSES or request.response_tainting is ResponseTainting.OPAQUE
    return RefusedResponse.FORGOTTEN if is_lost else RefusedResponse.KEPT


SUCCESSES: Final = frozenset(range(200, 300)) - {205, 206}


FRESH_STATUSES: Final = frozenset({200, 203, 204, 301, 302, 303, 307, 308, 410})


FIREFOX_HTTP_CACHE: Final = attrs.evolve(
    STANDARD_HTTP_CACHE,
    caching=attrs.evolve(
        STANDARD_HTTP_CACHE.caching,
        stores_empty_headers=False,
        methods=frozenset({b"GET", b"HEAD"}),
        vary="validated",
        stores_stale="final",
        directives=last_directives,
        fresh_statuses=FRESH_STATUSES,
        reads_pragma=True,
        reads_request_pragma=False,
        default_lifetimes={410: float("inf")},
        kept_headers=compiled_late(rb"content-(encoding|length|location|md5|range|type)|etag"),
    ),
    key=url_by_method_and_credentials,
    looks_up=looks_up_unless_permanently_redirected,
    invalidated_by=invalidated_within_the_site,
    refused=keep_refused_by_cors,
    validated_statuses=SUCCESSES | {302, 303, 307},
    validates_authorized=True,
    unconditional_304_confirms=True,
    revalidation_headers=((b"Cache-Control", b"max-age=0"), (b"Priority", b"u=6")),
)
