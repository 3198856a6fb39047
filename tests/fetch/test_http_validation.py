"""
Asking whether a stored response still holds.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from browsercors.fetch.http_validation import freshen, is_not_modified, not_modified_response, validation_headers
from browsercors.rules.caching import SHARED_CACHE
from tests.fetch.test_http_caching import (
    CHANGED_HOUR_AGO,
    HOUR_AGO,
    LASTS,
    NOW,
    A,
    B,
    header_list,
    request,
    response,
    rules,
    stored,
)

if TYPE_CHECKING:
    from browsercors.values.wire import HTTPRequest, HTTPResponse


def test_validators_are_asked_about() -> None:
    assert validation_headers(stored(LASTS)) == []
    assert validation_headers(stored('ETag: W/"a"', CHANGED_HOUR_AGO)) == [
        (b"If-None-Match", b'W/"a"'),
        (b"If-Modified-Since", b"Thu, 28 May 2026 19:26:40 GMT"),
    ]
    assert validation_headers(stored('ETag: "a"', CHANGED_HOUR_AGO), by_tag_alone=True) == [(b"If-None-Match", b'"a"')]


def test_a_304_makes_a_stored_response_young_and_gives_it_its_headers() -> None:
    kept = stored(LASTS, "Age: 30", HOUR_AGO, "Content-Type: text/plain", "X-A: 1", A.replace("Origin", "X-For"))
    validation = response(
        "Cache-Control: max-age=5", "X-For: b", "Content-Type: text/html", "Content-Length: 0", status=304, body=b""
    )

    confirmed = freshen(kept, request(B, time=NOW + 100), validation, NOW + 101, SHARED_CACHE)

    assert header_list("Content-Type: text/plain", "X-A: 1", "Cache-Control: max-age=5", "X-For: b") == (
        confirmed.response.headers
    )
    assert (confirmed.response.status, confirmed.response.body) == (200, b"body")
    assert (confirmed.lifetime, confirmed.age(NOW + 101)) == (5.0, 1.0)
    assert confirmed.request is kept.request


def test_a_cache_may_leave_more_of_what_was_stored_as_it_was() -> None:
    particular = rules(kept_headers=re.compile(rb"etag|x-frame-.*"), renews_age=False)
    kept = stored(LASTS, "Age: 30", 'ETag: "a"', "X-Frame-Options: a", "X-A: a")
    validation = response('ETag: "b"', "X-Frame-Options: b", "X-A: b", status=304, body=b"")

    confirmed = freshen(kept, request(time=NOW), validation, NOW, particular)

    assert header_list(LASTS, "Age: 30", 'ETag: "a"', "X-Frame-Options: a", "X-A: b") == confirmed.response.headers
    assert confirmed.age(NOW) == 30.0


CONDITION_CASES = [
    # response                                       asked                                                 304
    (response('ETag: "a"'), request(), False),
    (response('ETag: "a"'), request('If-None-Match: "a"'), True),
    (response('ETag: "a"'), request('If-None-Match: W/"a"'), True),
    (response('ETag: W/"a"'), request('If-None-Match: "b", "a"'), True),
    (response('ETag: "a"'), request('If-None-Match: "b"'), False),
    (response('ETag: "a"'), request("If-None-Match: *"), True),
    (response(), request('If-None-Match: "a"'), False),
    (response(CHANGED_HOUR_AGO), request("If-Modified-Since: Thu, 28 May 2026 19:26:40 GMT"), True),
    (response(CHANGED_HOUR_AGO), request("If-Modified-Since: Thu, 28 May 2026 19:26:39 GMT"), False),
    (response(CHANGED_HOUR_AGO), request("If-Modified-Since: yesterday"), False),
    (response(HOUR_AGO), request("If-Modified-Since: Thu, 28 May 2026 19:26:40 GMT"), True),
    (response(), request("If-Modified-Since: Thu, 28 May 2026 19:26:40 GMT"), False),
    (
        response('ETag: "a"', CHANGED_HOUR_AGO),
        request('If-None-Match: "b"', "If-Modified-Since: Thu, 28 May 2026 19:26:40 GMT"),
        False,
    ),
    (response('ETag: "a"', status=404), request('If-None-Match: "a"'), False),
    (response('ETag: "a"'), request('If-None-Match: "a"', method="POST"), False),
]


@pytest.mark.parametrize(("answer", "asked", "expected"), CONDITION_CASES)
def test_a_client_that_has_it_already_is_told_so(answer: HTTPResponse, asked: HTTPRequest, expected: bool) -> None:
    assert expected is is_not_modified(answer, asked)


def test_a_304_has_the_headers_but_not_those_of_a_body() -> None:
    answer = not_modified_response(response('ETag: "a"', "Content-Type: text/plain", "Access-Control-Allow-Origin: *"))

    assert (answer.status, answer.body) == (304, b"")
    assert header_list('ETag: "a"', "Access-Control-Allow-Origin: *") == answer.headers
