"""
What an HTTP cache holds: keys and variants.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from browsercors.fetch.http_cache import MAX_KEYS, MAX_VARIANTS, HTTPCache
from browsercors.fetch.http_caching import StorageRefusal, Use, use_of
from browsercors.rules.caching import SHARED_CACHE
from tests.fetch.test_http_caching import LASTS, NOW, A, B, request, response

if TYPE_CHECKING:
    from browsercors.values.wire import HTTPRequest


def test_variants_stand_side_by_side_and_the_newest_wins() -> None:
    cache = HTTPCache(SHARED_CACHE)
    for number, asked in enumerate((request(A), request(B), request(A))):
        assert cache.store("key", asked, response(LASTS, "Vary: Origin", f"X-Number: {number}"), NOW) is None

    def number_for(asked: HTTPRequest) -> bytes | None:
        found = cache.select("key", asked)
        return None if found is None else found.response.headers.get(b"x-number")

    assert (len(cache), repr(cache)) == (2, "<HTTPCache 2 responses>")
    assert [b"2", b"1", None] == [number_for(asked) for asked in (request(A), request(B), request())]
    assert cache.select("other", request(A)) is None

    # What does not vary is for all, and what it takes the place of is gone.
    cache.store("key", request(A), response(LASTS, "X-Number: 3"), NOW)
    assert [b"3", b"3", b"3"] == [number_for(asked) for asked in (request(A), request(B), request())]

    cache.invalidate("key")
    cache.invalidate("key")
    assert (len(cache), number_for(request(A))) == (0, None)


def test_what_is_refused_is_not_stored() -> None:
    cache = HTTPCache(SHARED_CACHE)

    assert cache.store("key", request(), response("Cache-Control: no-store"), NOW) is StorageRefusal.NO_STORE
    assert len(cache) == 0


def test_an_answer_to_head_does_not_take_the_place_of_one_to_get() -> None:
    cache = HTTPCache(SHARED_CACHE)
    cache.store("key", request(), response(LASTS), NOW)
    cache.store("key", request(method="HEAD"), response(LASTS, body=b""), NOW)

    found = cache.select("key", request())

    assert found is not None
    assert found.response.body == b"body"


def test_a_confirmed_response_takes_its_own_place() -> None:
    cache = HTTPCache(SHARED_CACHE)
    cache.store("key", request(A), response(LASTS, "Vary: Origin"), NOW)
    kept = cache.select("key", request(A))
    assert kept is not None

    confirmed = cache.confirm("key", kept, request(A, time=NOW + 60), response(status=304), NOW + 60)

    assert [confirmed] == list(cache)
    assert use_of(confirmed, request(A), NOW + 100, SHARED_CACHE) is Use.FRESH


def test_a_hostile_server_cannot_fill_the_memory() -> None:
    cache = HTTPCache(SHARED_CACHE)
    for number in range(MAX_VARIANTS + 1):
        cache.store("key", request(f"Origin: https://{number}.example"), response(LASTS, "Vary: Origin"), NOW)
    assert len(cache) == MAX_VARIANTS
    assert cache.select("key", request("Origin: https://0.example")) is None

    for number in range(MAX_KEYS):
        cache.store(number, request(), response(LASTS), NOW)
    assert len(cache) == MAX_KEYS
    assert cache.select("key", request("Origin: https://1.example")) is None

    cache.clear()
    assert len(cache) == 0
