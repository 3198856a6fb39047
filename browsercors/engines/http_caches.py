"""
The HTTP caches of the browsers, side by side: what they keep, under what, and what they use it for.

Everything that departs from the standard was observed (family `http-cache` of the recordings; Chromium 156, Firefox
153, WebKitGTK 2.50).

https://www.rfc-editor.org/rfc/rfc9111
https://fetch.spec.whatwg.org/#http-cache-partitions
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import attrs

from browsercors.engines.profile import HTTPCacheRules
from browsercors.fetch.browser_cache import RefusedResponse
from browsercors.fetch.caching_rules import PRIVATE_CACHE
from browsercors.fetch.http_freshness import GREATEST_DELTA, MAX_DIGITS, cache_directives, directives_of
from browsercors.values.expressions import compiled_late
from browsercors.values.headers import get_decode_and_split
from browsercors.values.requests import ResponseTainting
from browsercors.values.responses import REDIRECT_STATUSES

if TYPE_CHECKING:
    from collections.abc import Hashable

    from browsercors.values.requests import Request

__all__ = ["CHROMIUM_HTTP_CACHE", "FIREFOX_HTTP_CACHE", "STANDARD_HTTP_CACHE", "WEBKIT_HTTP_CACHE"]

SAFE_METHODS: Final = frozenset({b"GET", b"HEAD", b"OPTIONS", b"TRACE"})

DIGITS: Final = compiled_late(r"[0-9]*")
DECIMAL: Final = compiled_late(r"[+-]?([0-9]+(?:\.[0-9]*)?|\.[0-9]+)(e[+-]?[0-9]+)?", re.IGNORECASE)

# The directives of responses that matter to browsers.
TIMES: Final = frozenset({"max-age", "stale-while-revalidate"})
FLAGS: Final = frozenset({"immutable", "must-revalidate", "no-cache", "no-store", "private", "public"})


def is_success(status: int) -> bool:
    """
    Whether *status* is from 200 to 399, after which an unsafe request spoils what is stored.
    """
    return 200 <= status < 400


# The standard.


def partitioned_url(request: Request, method: bytes, include_credentials: bool) -> Hashable | None:
    """
    Keep responses apart by the site of the top-level page, and by URL without fragment.
    """
    return request.client.network_partition_key, request.current_url.href_without_fragment


def asked_for_all(request: Request, cached_redirect: int | None) -> bool:
    """
    Ask the cache for every request.
    """
    return True


def invalidated_by_unsafe_methods(request: Request, status: int) -> bool:
    """
    Forget a URL after a successful request with an unsafe method (RFC 9111, section 4.4).
    """
    return request.method not in SAFE_METHODS and is_success(status)


def refused_are_kept(request: Request, status: int) -> RefusedResponse:
    """
    Keep what the page may not have: the standard says nothing else.
    """
    return RefusedResponse.KEPT


# NB: under each key is one response, and one to HEAD would be in the way of one to GET, which answers both.
STANDARD_HTTP_CACHE: Final = HTTPCacheRules(
    caching=attrs.evolve(PRIVATE_CACHE, methods=frozenset({b"GET"}), reloads=False, renews_age=False, grace=0.0),
    key=partitioned_url,
    is_asked=asked_for_all,
    invalidated_by=invalidated_by_unsafe_methods,
    invalidating_headers=(b"location", b"content-location"),
    refused=refused_are_kept,
)


# Chromium.


def isolated_url(request: Request, method: bytes, include_credentials: bool) -> Hashable | None:
    """
    Keep responses apart by the sites of the top-level page and of the page itself; nothing for opaque origins.

    NB: what becomes of a `Range`, a part out of what is stored, is not simulated; it goes past the cache.
    """
    if request.client.origin.is_opaque or b"range" in request.header_list:
        return None
    page = request.client.has_cross_site_ancestor and request.client.origin.serialized
    return request.client.network_partition_key, page, request.current_url.href_without_fragment


def directives_as_they_stand(value: bytes) -> dict[str, str | None]:
    """
    Parse `Cache-Control` without blanks around `=`, and with quotes as part of the argument.

    What is no number is no `max-age`, and what has an argument is neither `no-cache` nor `no-store`.
    """
    directives: dict[str, str | None] = {}
    for part in get_decode_and_split(value):
        name, equals, argument = part.strip("\t ").partition("=")
        name = name.lower()
        if (argument.isdecimal() and argument.isascii()) if name in TIMES else not (equals and name in FLAGS):
            directives.setdefault(name, argument if equals else None)
    return directives


def invalidated_by_changes(request: Request, status: int) -> bool:
    """
    Forget a URL after any POST, PATCH or DELETE, and after a PUT with a body, that succeeded.
    """
    changes = request.method in {b"POST", b"PATCH", b"DELETE"} or (
        request.method == b"PUT" and request.body is not None
    )
    return changes and is_success(status)


def refused_are_forgotten(request: Request, status: int) -> RefusedResponse:
    """
    Stop reading what the page may not have, so that it is lost; XMLHttpRequest reads on, and redirects are short.
    """
    if status in REDIRECT_STATUSES or request.initiator_type == "xmlhttprequest":
        return RefusedResponse.KEPT
    return RefusedResponse.FORGOTTEN


CHROMIUM_HTTP_CACHE: Final = attrs.evolve(
    STANDARD_HTTP_CACHE,
    caching=attrs.evolve(
        STANDARD_HTTP_CACHE.caching,
        vary="validated",
        unstored_statuses=frozenset({206}),
        directives=directives_as_they_stand,
        heuristic_statuses=frozenset({200, 203, 206}),
        default_lifetimes=dict.fromkeys((300, 301, 308, 410), float("inf")),
        guesses_strictly=True,
        public_is_heuristic=False,
        reads_pragma=True,
        request_directives=frozenset({"max-age=0", "no-cache"}),
        reloads=True,
        kept_headers=compiled_late(
            rb"content-(encoding|length|location|md5|range|type)|etag|x-(content|webkit)-.*|x-(frame-options|xss-protection)"
        ),
    ),
    key=isolated_url,
    invalidated_by=invalidated_by_changes,
    invalidating_headers=(),
    refused=refused_are_forgotten,
    validated_statuses=frozenset({200}),
)


# Firefox.


def url_by_method_and_credentials(request: Request, method: bytes, include_credentials: bool) -> Hashable | None:
    """
    Keep responses apart by credentials and method as well, and what is the page's own for its frames.

    Nothing is kept where the page asks for a range or for no storing.
    """
    headers = request.header_list
    if b"range" in headers or "no-store" in directives_of(headers):
        return None
    client = request.client
    url = request.current_url
    # NB: what is the top-level page's own is another thing to frames of other sites and of none.
    is_foreign = client.has_cross_site_ancestor and url.origin.same_origin(client.top_level_origin)
    return client.network_partition_key, is_foreign, url.href_without_fragment, method, include_credentials


def asked_unless_moved_for_good(request: Request, cached_redirect: int | None) -> bool:
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


def invalidated_by_own_pages(request: Request, status: int) -> bool:
    """
    Forget a URL after an unsafe request of its own origin, whatever the answer; those of others leave it.
    """
    return request.response_tainting is ResponseTainting.BASIC and request.method not in SAFE_METHODS


def refused_are_read(request: Request, status: int) -> RefusedResponse:
    """
    Keep what the CORS check refused, but for redirects; not what may not be embedded.
    """
    is_lost = status in REDIRECT_STATUSES or request.response_tainting is ResponseTainting.OPAQUE
    return RefusedResponse.FORGOTTEN if is_lost else RefusedResponse.KEPT


FIREFOX_SUCCESSES: Final = frozenset(range(200, 300)) - {205, 206}
FIREFOX_FRESH: Final = frozenset({200, 203, 204, 301, 302, 303, 307, 308, 410})

FIREFOX_HTTP_CACHE: Final = attrs.evolve(
    STANDARD_HTTP_CACHE,
    caching=attrs.evolve(
        STANDARD_HTTP_CACHE.caching,
        methods=frozenset({b"GET", b"HEAD"}),
        vary="validated",
        directives=last_directives,
        fresh_statuses=FIREFOX_FRESH,
        heuristic_statuses=FIREFOX_SUCCESSES | {301, 308, 410},
        reads_pragma=True,
        reads_request_pragma=False,
        default_lifetimes={410: float("inf")},
        kept_headers=compiled_late(rb"content-(encoding|length|location|md5|range|type)|etag"),
    ),
    key=url_by_method_and_credentials,
    is_asked=asked_unless_moved_for_good,
    invalidated_by=invalidated_by_own_pages,
    refused=refused_are_read,
    validated_statuses=FIREFOX_SUCCESSES | {302, 303, 307},
    validates_authorized=True,
    confirms_unasked=True,
    revalidation_headers=((b"Cache-Control", b"max-age=0"), (b"Priority", b"u=6")),
)


# WebKit.


def url_and_range(request: Request, method: bytes, include_credentials: bool) -> Hashable | None:
    """
    Keep responses apart by the range that was asked for as well.
    """
    url = request.current_url.href_without_fragment
    return request.client.network_partition_key, url, request.header_list.get(b"range")


def asked_for_get_until_redirected(request: Request, cached_redirect: int | None) -> bool:
    """
    Ask the cache for GET only, and no more once a redirect came over the network.
    """
    return request.method == b"GET" and (request.redirect_count == 0 or cached_redirect is not None)


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


def invalidated_by_all_but_get(request: Request, status: int) -> bool:
    """
    Forget a URL after every request that is no GET, HEAD included, whatever the answer, but for redirects.
    """
    return request.method != b"GET" and status not in REDIRECT_STATUSES


def refused_never_come_in(request: Request, status: int) -> RefusedResponse:
    """
    Store what the page may have, and redirects.
    """
    return RefusedResponse.KEPT if status in REDIRECT_STATUSES else RefusedResponse.NOT_STORED


WEBKIT_STATUSES: Final = frozenset(
    {200, 201, 202, 203, 204, 205, 300, 301, 302, 303, 307, 403, 404, 405, 406, 410, 414, 415, 501}
)

WEBKIT_HTTP_CACHE: Final = attrs.evolve(
    STANDARD_HTTP_CACHE,
    caching=attrs.evolve(
        STANDARD_HTTP_CACHE.caching,
        statuses=WEBKIT_STATUSES,
        directives=decimal_directives,
        default_lifetimes=dict.fromkeys((301, 410), 31536000.0),
        no_cache_has_arguments=False,
        public_is_heuristic=False,
        reads_pragma=True,
        request_directives=frozenset({"max-age=0", "max-stale", "no-cache", "no-store"}),
        stores_ranges=True,
        stores_stale="validatable",
        kept_headers=compiled_late(
            rb"allow|content-(?!security-policy).*|etag|last-modified|www-authenticate|x-(content|webkit)-.*"
            rb"|x-(frame-options|xss-protection)"
        ),
    ),
    key=url_and_range,
    is_asked=asked_for_get_until_redirected,
    invalidated_by=invalidated_by_all_but_get,
    invalidating_headers=(),
    refused=refused_never_come_in,
    leaving_statuses=REDIRECT_STATUSES,
    validated_statuses=WEBKIT_STATUSES - REDIRECT_STATUSES,
    forgets_unasked=False,
)
