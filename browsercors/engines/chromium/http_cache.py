"""
The HTTP cache of Chromium: what it keeps, under what, and what it uses that for.

Everything here was observed on Chromium 156 (family `http-cache` of the recordings).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from browsercors.engines.standard.http_cache import FLAGS, STANDARD_HTTP_CACHE, TIMES, is_success
from browsercors.rules.http_cache import RefusedResponse
from browsercors.values.expressions import compiled_late
from browsercors.values.headers import get_decode_and_split
from browsercors.values.responses import REDIRECT_STATUSES

if TYPE_CHECKING:
    from collections.abc import Hashable

    from browsercors.values.requests import Request
    from browsercors.values.sites import Sites
    from browsercors.values.wire import HTTPRequest, HTTPResponse

__all__ = ["CHROMIUM_HTTP_CACHE"]


def isolated_url(request: Request, method: bytes, include_credentials: bool, sites: Sites) -> Hashable | None:
    """
    Keep responses apart by the sites of the top-level page and of the page itself; nothing for opaque origins.

    NB: what becomes of a `Range`, a part out of what is stored, is not simulated; it goes past the cache.
    """
    client = request.client
    if client.origin.scheme is None or b"range" in request.header_list.names():
        return None
    url = request.url_list[-1]
    if url.username or url.password:
        # NB: user and password are none of its business (`authentication/stored`).
        url = url.without_credentials()
    href = url.href if url.fragment is None else url.href_without_fragment
    return client.network_partition_key, client.site, href


def isolated_path(key: Hashable) -> Hashable:
    """
    Return a key without the query of its URL.
    """
    assert isinstance(key, tuple), "it is one of `isolated_url`"
    site, page, url = key
    return site, page, url.partition("?")[0]


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


def invalidated_by_changes(request: Request, status: int, sites: Sites) -> bool:
    """
    Forget a URL after any POST, PATCH or DELETE, and after a PUT with a body, that succeeded.
    """
    changes = request.method in {b"POST", b"PATCH", b"DELETE"} or (
        request.method == b"PUT" and request.body is not None
    )
    return changes and is_success(status)


def forget_refused(request: Request, status: int) -> RefusedResponse:
    """
    Stop reading what the page may not have, so that it is lost; XMLHttpRequest reads on, and redirects are short.
    """
    if status in REDIRECT_STATUSES or request.initiator_type == "xmlhttprequest":
        return RefusedResponse.KEPT
    return RefusedResponse.FORGOTTEN


VALIDATORS: Final = ((b"if-none-match", b"etag"), (b"if-modified-since", b"last-modified"))


def is_about_stored_response(http_request: HTTPRequest, stored: HTTPResponse) -> bool:
    """
    Tell whether the page's own validators could be those of a stored response; what has none contradicts nothing.

    `If-Match`, `If-Unmodified-Since` and `If-Range` validate nothing.
    """
    asked = [(http_request.headers.get(name), stored.headers.get(validator)) for name, validator in VALIDATORS]
    values = [pair for pair in asked if pair[0] is not None]
    return bool(values) and all(actual is None or actual == value for value, actual in values)


CHROMIUM_HTTP_CACHE: Final = attrs.evolve(
    STANDARD_HTTP_CACHE,
    caching=attrs.evolve(
        STANDARD_HTTP_CACHE.caching,
        vary="validated",
        unstored_statuses=frozenset({206}),
        stores_stale="all",
        directives=directives_as_they_stand,
        heuristic_statuses=frozenset({200, 203, 206}),
        default_lifetimes=dict.fromkeys((300, 301, 308, 410), float("inf")),
        must_revalidate_forbids_heuristics=True,
        public_is_heuristic=False,
        reads_pragma=True,
        request_directives=frozenset({"max-age=0", "no-cache"}),
        reloads=True,
        kept_headers=compiled_late(
            rb"content-(encoding|length|location|md5|range|type)|etag|x-(content|webkit)-.*|x-(frame-options|xss-protection)"
        ),
    ),
    key=isolated_url,
    key_without_query=isolated_path,
    invalidated_by=invalidated_by_changes,
    invalidating_headers=(),
    refused=forget_refused,
    page_validates=is_about_stored_response,
    validated_statuses=frozenset({200}),
)
