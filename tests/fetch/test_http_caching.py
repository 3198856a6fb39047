"""
What a cache may store, and for what it may use it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
import pytest

from browsercors.fetch.http_caching import (
    StorageRefusal,
    StoredResponse,
    Use,
    matches,
    storage_refusal,
    to_stored,
    use_of,
    vary_names,
)
from browsercors.rules.caching import PRIVATE_CACHE, SHARED_CACHE, CachingRules
from browsercors.values.headers import HeaderList
from browsercors.values.urls import parse_url
from browsercors.values.wire import HTTPRequest, HTTPResponse

if TYPE_CHECKING:
    from browsercors.fetch.http_caching import StoredResponse

# Some time in 2026, as Date headers below have it.
NOW = 1_780_000_000.0
DATE = "Date: Thu, 28 May 2026 20:26:40 GMT"
HOUR_AGO = "Date: Thu, 28 May 2026 19:26:40 GMT"
IN_AN_HOUR = "Expires: Thu, 28 May 2026 21:26:40 GMT"
CHANGED_HOUR_AGO = "Last-Modified: Thu, 28 May 2026 19:26:40 GMT"


def header_list(*lines: str) -> HeaderList:
    return HeaderList((name.encode(), value.encode()) for name, _, value in (line.partition(": ") for line in lines))


def request(*lines: str, method: str = "GET", time: float = NOW) -> HTTPRequest:
    url = parse_url("https://api.example.com/")
    assert url is not None
    return HTTPRequest(method.encode(), url, header_list(*lines), time=time)


def response(*lines: str, status: int = 200, **fields: Any) -> HTTPResponse:
    return HTTPResponse(status, b"", header_list(*lines), **{"body": b"body", **fields})


def stored(*lines: str, made_for: HTTPRequest | None = None, rules: CachingRules = SHARED_CACHE) -> StoredResponse:
    return to_stored(made_for or request(), response(*lines), NOW, rules)


def rules(**changes: Any) -> CachingRules:
    return attrs.evolve(SHARED_CACHE, **changes)


LASTS = "Cache-Control: max-age=60"
PRIVATE = "Cache-Control: private, max-age=60"

REFUSAL_CASES = [
    # request                                  response                          shared           private
    (request(), response(LASTS), None, None),
    (request(), response(), None, None),
    (request(), response(CHANGED_HOUR_AGO), None, None),
    (request(method="HEAD"), response(LASTS), None, None),
    (request(method="POST"), response(LASTS), "method", "method"),
    (request(method="OPTIONS"), response(LASTS), "method", "method"),
    (request("Range: bytes=0-"), response(LASTS), "range", "range"),
    (request(), response(LASTS, status=206), "status", "status"),
    (request(), response(LASTS, status=304), "status", "status"),
    (request(), response(LASTS, status=500), None, None),
    (request(), response(status=404), None, None),
    (request(), response(status=500), "not-fresh", "not-fresh"),
    (request(), response("Cache-Control: public", status=500), None, None),
    (request(), response("Cache-Control: max-age=0", 'ETag: "a"', status=302), "not-fresh", "not-fresh"),
    (request(), response(LASTS, status=302), None, None),
    (request(), response(LASTS, body_failure="broke off"), "incomplete", "incomplete"),
    (request("Cache-Control: no-store"), response(LASTS), "no-store", "no-store"),
    (request(), response("Cache-Control: no-store, max-age=60"), "no-store", "no-store"),
    (request(), response(PRIVATE), "private", None),
    (request(), response('Cache-Control: private="x-a", max-age=60'), "private", None),
    (request(), response("Cache-Control: no-cache"), None, None),
    (request("Authorization: x"), response(LASTS), "authorization", None),
    (request("Authorization: x"), response("Cache-Control: public, max-age=60"), None, None),
    (request("Authorization: x"), response("Cache-Control: s-maxage=60"), None, None),
    (request("Authorization: x"), response("Cache-Control: max-age=60, must-revalidate"), None, None),
    (request("Cookie: a=1"), response(LASTS), None, None),
    (request(), response(LASTS, "Set-Cookie: a=1"), None, None),
    (request(), response(LASTS, "Vary: Origin"), None, None),
    (request(), response(LASTS, "Vary: *"), "vary", "vary"),
    (request(), response(LASTS, "Vary: Origin, *"), "vary", "vary"),
]


@pytest.mark.parametrize(("asked", "answer", "shared", "private"), REFUSAL_CASES)
def test_a_response_is_stored_or_there_is_a_reason(
    asked: HTTPRequest, answer: HTTPResponse, shared: str | None, private: str | None
) -> None:
    def refusal(value: str | None) -> StorageRefusal | None:
        return None if value is None else StorageRefusal(value)

    assert refusal(shared) is storage_refusal(asked, answer, NOW, SHARED_CACHE)
    assert refusal(private) is storage_refusal(asked, answer, NOW, PRIVATE_CACHE)


@pytest.mark.parametrize(
    ("changes", "asked", "answer", "expected"),
    [
        ({"methods": frozenset({b"OPTIONS"})}, request(method="OPTIONS"), response(LASTS), None),
        ({"statuses": frozenset({200})}, request(), response(LASTS, status=404), StorageRefusal.STATUS),
        ({"vary": "not-stored"}, request(), response(LASTS, "Vary: Origin"), StorageRefusal.VARY),
        ({"vary": "ignored"}, request(), response(LASTS, "Vary: *"), None),
        ({"stores_cookies": False}, request(), response(LASTS, "Set-Cookie: a=1"), StorageRefusal.SET_COOKIE),
        ({"stores_no_cache": False}, request(), response("Cache-Control: no-cache"), StorageRefusal.NO_CACHE),
        ({"stores_authorized": True}, request("Authorization: x"), response(LASTS), None),
        ({"request_directives": frozenset()}, request("Cache-Control: no-store"), response(LASTS), None),
        ({"stores_stale": "none"}, request(), response(), StorageRefusal.NOT_FRESH),
        ({"stores_stale": "none"}, request(), response(LASTS, "Age: 60"), StorageRefusal.NOT_FRESH),
        ({"stores_stale": "none"}, request(), response(LASTS, "Age: 59"), None),
        ({"minimum_lifetimes": {200: 1.0}}, request(), response("Cache-Control: no-store, private"), None),
        ({"minimum_lifetimes": {200: 1.0}}, request(), response("Vary: *"), StorageRefusal.VARY),
    ],
)
def test_rules_say_what_is_stored(
    changes: dict[str, Any], asked: HTTPRequest, answer: HTTPResponse, expected: StorageRefusal | None
) -> None:
    assert expected is storage_refusal(asked, answer, NOW, rules(**changes))


def test_what_belongs_to_the_connection_is_not_stored() -> None:
    kept = stored(
        "Connection: close, X-Hop", "X-Hop: 1", "Keep-Alive: 5", "Transfer-Encoding: chunked", "X-A: 1", LASTS
    )

    assert [b"X-A", b"Cache-Control"] == [name for name, _ in kept.response.headers]


@pytest.mark.parametrize(
    ("changes", "lines", "expected"),
    [
        ({"minimum_lifetimes": {200: 1.0}}, ("Cache-Control: max-age=0",), 1.0),
        ({"minimum_lifetimes": {200: 1.0}}, ("Cache-Control: max-age=5",), 5.0),
        ({"maximum_lifetime": 10.0}, (LASTS,), 10.0),
    ],
)
def test_a_lifetime_has_its_bounds(changes: dict[str, Any], lines: tuple[str, ...], expected: float) -> None:
    assert expected == stored(*lines, rules=rules(**changes)).lifetime


A = "Origin: https://a.example"
B = "Origin: https://b.example"

MATCH_CASES = [
    # stored for                               Vary                    asked                         matches
    (request(A), (), request(B), True),
    (request(A), ("Vary: Origin",), request(A), True),
    (request(A), ("Vary: Origin",), request(B), False),
    (request(A), ("Vary: origin",), request(), False),
    (request(), ("Vary: Origin",), request(), True),
    (request(), ("Vary: Origin",), request("Origin: "), False),
    (request(A, "X-A: 1"), ("Vary: Origin, X-A",), request(A), False),
    (request(A, "X-A: 1"), ("Vary: Origin", "Vary: X-A"), request(A), False),
    (request(A, "X-A: 1"), ("Vary: Origin, X-A",), request("X-A: 1", A), True),
    (request("X-A: 1", "X-A: 2"), ("Vary: X-A",), request("X-A: 1, 2"), True),
    (request("X-A: 1,2"), ("Vary: X-A",), request("X-A: 1, 2"), False),
    (request(A), ("Vary: *",), request(A), False),
    (request(), (), request(method="HEAD"), True),
    (request(method="HEAD"), (), request(), False),
    (request(method="HEAD"), (), request(method="HEAD"), True),
    (request(), (), request(method="OPTIONS"), False),
]


@pytest.mark.parametrize(("made_for", "vary", "asked", "expected"), MATCH_CASES)
def test_a_stored_response_is_for_requests_that_vary_does_not_tell_apart(
    made_for: HTTPRequest, vary: tuple[str, ...], asked: HTTPRequest, expected: bool
) -> None:
    assert expected is matches(stored(*vary, made_for=made_for), asked, SHARED_CACHE)


def test_a_cache_that_ignores_vary_gives_anybody_anything() -> None:
    assert matches(stored("Vary: Origin, *", made_for=request(A)), request(B), rules(vary="ignored"))


def test_vary_names_have_no_case_and_no_order_of_importance() -> None:
    assert vary_names(header_list("Vary: Origin,, x-A", "vary: ORIGIN, *")) == (b"origin", b"x-a", b"*")
    assert vary_names(header_list()) == ()


USE_CASES = [
    # stored                                     asked                                       after   use
    ((LASTS,), (), 59.0, Use.FRESH),
    ((LASTS,), (), 60.0, Use.VALIDATE),
    ((LASTS, "Age: 10"), (), 50.0, Use.VALIDATE),
    ((), (), 0.0, Use.VALIDATE),
    (("Cache-Control: no-cache, max-age=60",), (), 0.0, Use.VALIDATE),
    ((LASTS,), ("Cache-Control: no-cache",), 0.0, Use.RELOAD),
    ((LASTS,), ("Pragma: no-cache",), 0.0, Use.RELOAD),
    ((LASTS,), ("Pragma: no-cache", "Cache-Control: max-age=5"), 0.0, Use.FRESH),
    ((LASTS,), ("Cache-Control: max-age=0",), 0.0, Use.VALIDATE),
    ((LASTS,), ("Cache-Control: max-age=5",), 4.0, Use.FRESH),
    ((LASTS,), ("Cache-Control: max-age=5",), 5.0, Use.VALIDATE),
    ((LASTS,), ("Cache-Control: min-fresh=10",), 50.0, Use.FRESH),
    ((LASTS,), ("Cache-Control: min-fresh=10",), 51.0, Use.VALIDATE),
    ((LASTS,), ("Cache-Control: max-stale=10",), 69.0, Use.FRESH),
    ((LASTS,), ("Cache-Control: max-stale=10",), 70.0, Use.VALIDATE),
    ((LASTS,), ("Cache-Control: max-stale",), 1e6, Use.FRESH),
    (("Cache-Control: max-age=60, must-revalidate",), ("Cache-Control: max-stale",), 60.0, Use.VALIDATE),
    (("Cache-Control: max-age=60, proxy-revalidate",), ("Cache-Control: max-stale",), 60.0, Use.VALIDATE),
    (("Cache-Control: s-maxage=60",), ("Cache-Control: max-stale",), 60.0, Use.VALIDATE),
    (("Cache-Control: max-age=60, stale-while-revalidate=60",), (), 60.0, Use.VALIDATE),
]


@pytest.mark.parametrize(("lines", "asked", "after", "expected"), USE_CASES)
def test_a_stored_response_is_fresh_or_has_to_be_asked_about(
    lines: tuple[str, ...], asked: tuple[str, ...], after: float, expected: Use
) -> None:
    assert expected is use_of(stored(*lines), request(*asked), NOW + after, SHARED_CACHE)


GRACE_CASES = [
    # stored                                                  after   use
    ((LASTS,), 59.0, Use.FRESH),
    ((LASTS,), 69.0, Use.STALE_WHILE_REVALIDATE),
    ((LASTS,), 70.0, Use.VALIDATE),
    (("Cache-Control: max-age=60, stale-while-revalidate=100",), 159.0, Use.STALE_WHILE_REVALIDATE),
    (("Cache-Control: max-age=60, stale-while-revalidate=0",), 60.0, Use.VALIDATE),
    (("Cache-Control: max-age=60, must-revalidate",), 60.0, Use.VALIDATE),
]


@pytest.mark.parametrize(("lines", "after", "expected"), GRACE_CASES)
def test_with_grace_the_stale_is_used_while_it_is_fetched_anew(
    lines: tuple[str, ...], after: float, expected: Use
) -> None:
    assert expected is use_of(stored(*lines), request(), NOW + after, rules(grace=10.0))


def test_grace_may_not_care_for_must_revalidate() -> None:
    careless = rules(grace=10.0, obeys_must_revalidate=False)
    kept = stored("Cache-Control: max-age=60, must-revalidate")

    assert use_of(kept, request(), NOW + 60, careless) is Use.STALE_WHILE_REVALIDATE


def test_a_private_cache_does_not_care_for_what_is_said_to_proxies() -> None:
    kept = stored("Cache-Control: max-age=60, proxy-revalidate, s-maxage=5", rules=PRIVATE_CACHE)

    assert use_of(kept, request(), NOW + 59, PRIVATE_CACHE) is Use.FRESH
    assert use_of(kept, request("Cache-Control: max-stale"), NOW + 60, PRIVATE_CACHE) is Use.FRESH


def test_requests_need_not_be_obeyed() -> None:
    assert (
        use_of(stored(LASTS), request("Cache-Control: no-cache"), NOW, rules(request_directives=frozenset()))
        is Use.FRESH
    )


RELOAD_CASES = [
    # the cache                                     asked                        use
    ({"reloads": False}, "Cache-Control: no-cache", Use.VALIDATE),
    ({"reloads": False}, "Pragma: no-cache", Use.VALIDATE),
    ({"reads_request_pragma": False}, "Cache-Control: no-cache", Use.RELOAD),
    ({"reads_request_pragma": False}, "Pragma: no-cache", Use.FRESH),
]


@pytest.mark.parametrize(("options", "asked", "expected"), RELOAD_CASES)
def test_what_no_cache_in_a_request_is_good_for(options: dict[str, Any], asked: str, expected: Use) -> None:
    assert use_of(stored(LASTS), request(asked), NOW, rules(**options)) is expected


def test_a_cache_may_keep_everything_for_a_while() -> None:
    greedy = rules(minimum_lifetimes={200: 1.0})

    kept = stored("Cache-Control: no-cache, no-store", rules=greedy)

    assert use_of(kept, request(), NOW + 0.5, greedy) is Use.FRESH
    assert use_of(kept, request(), NOW + 1, greedy) is Use.VALIDATE
