"""
Validation: asking a server whether a stored response is still valid, and answering a client that asks.

https://www.rfc-editor.org/rfc/rfc9111#section-4.3
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from browsercors.http_cache.storing import to_stored
from browsercors.rules.caching import BODY_HEADERS
from browsercors.values.formats.http_dates import parse_http_date
from browsercors.values.headers import HeaderList

if TYPE_CHECKING:
    from browsercors.http_cache.stored_response import StoredResponse
    from browsercors.rules.caching import CachingRules
    from browsercors.values.wire import HTTPRequest, HTTPResponse

__all__ = ["CONDITIONS", "freshen", "is_conditional", "is_not_modified", "not_modified_response", "validation_headers"]

CONDITIONS: Final = frozenset(
    {b"if-match", b"if-modified-since", b"if-none-match", b"if-range", b"if-unmodified-since"}
)
"""The headers that make a request conditional, in lower case."""

BY_TAG: Final = (b"etag", b"If-None-Match")
BY_DATE: Final = (b"last-modified", b"If-Modified-Since")


def validation_headers(stored: StoredResponse, *, by_tag_alone: bool = False) -> list[tuple[bytes, bytes]]:
    """
    Return the headers of a validation request (section 4.3.1); none if the response has no validator.

    NB: a date does not tell which of several variants is meant, so that only an entity tag does.
    """
    validators = (BY_TAG,) if by_tag_alone else (BY_TAG, BY_DATE)
    values = [(header, stored.response.headers.get(validator)) for validator, header in validators]
    return [(header, value) for header, value in values if value is not None]


def freshen(
    stored: StoredResponse, request: HTTPRequest, validation: HTTPResponse, response_time: float, rules: CachingRules
) -> StoredResponse:
    """
    Return the stored response with the headers that the 304 updates (section 3.2).
    """
    lines = [line for line in validation.headers if not rules.kept_headers.fullmatch(line[0].lower())]
    replaced = {name.lower() for name, _ in lines} | ({b"age", b"date"} if rules.renews_age else set())
    kept = [line for line in stored.response.headers if line[0].lower() not in replaced]
    response = attrs.evolve(stored.response, headers=HeaderList([*kept, *lines]))
    confirmed = to_stored(request, response, response_time, rules)
    # NB: it stays a response to the method and the headers that it was made for.
    return attrs.evolve(confirmed, request=stored.request)


def is_conditional(headers: HeaderList) -> bool:
    """
    Whether a request with these headers is conditional.
    """
    return not CONDITIONS.isdisjoint(headers.names())


def is_not_modified(response: HTTPResponse, request: HTTPRequest) -> bool:
    """
    Whether a response is not modified for a conditional request, so that a 304 answers it (section 4.3.2).
    """
    if response.status != 200 or request.method not in {b"GET", b"HEAD"}:
        return False
    headers = response.headers
    wanted = request.headers.get(b"if-none-match")
    if wanted is not None:
        etag = headers.get(b"etag")
        tags = {_weak(tag.strip(b"\t ")) for tag in wanted.split(b",")}
        return b"*" in tags or (etag is not None and _weak(etag) in tags)
    since = parse_http_date(request.headers.get(b"if-modified-since") or b"")
    modified = parse_http_date(headers.get(b"last-modified") or headers.get(b"date") or b"")
    return since is not None and modified is not None and modified <= since


def _weak(tag: bytes) -> bytes:
    return tag.removeprefix(b"W/")


def not_modified_response(response: HTTPResponse) -> HTTPResponse:
    """
    Return the 304 for a client that already has *response*.
    """
    headers = HeaderList(line for line in response.headers if not BODY_HEADERS.fullmatch(line[0].lower()))
    return attrs.evolve(response, status=304, reason=b"Not Modified", headers=headers, body=b"")
