"""
What the caches of a service worker keep, and find again.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from browsercors import (
    Answer,
    AsyncBrowser,
    CORSBlocked,
    FetchTypeError,
    ScriptedServer,
    ServiceWorkerResponse,
)
from tests.browser.service_workers.helpers import API, PAGE, SCRIPT, scene

if TYPE_CHECKING:
    from browsercors import AsyncFetchEvent, FetchEvent, ServiceWorkerRequest
    from browsercors.browser.service_workers.caches import Cache


def cache_of(profile: str = "firefox") -> Cache:
    """
    Return an empty cache.
    """
    return scene(lambda _: None, profile).registration.caches.open("v1")


def request(url: str, **options: Any) -> ServiceWorkerRequest:
    """
    Return a request of the handler's own.
    """
    events: list[FetchEvent] = []
    scene(lambda event: events.append(event)).page.fetch("/own")
    return events[0].new_request(url, **options)


def kept(cache: Cache, **vary: str) -> Cache:
    """
    Keep something in *cache*.
    """
    cache.put(f"{PAGE}/a?b#c", ServiceWorkerResponse("kept", headers=dict(vary)))
    return cache


@pytest.mark.parametrize(
    ("asked", "options", "is_found"),
    [
        ("/a?b", {}, True),
        ("/a?b#other", {}, True),
        ("/a", {}, False),
        ("/a?other", {}, False),
        ("/a?other", {"ignore_search": True}, True),
        ("/A?b", {}, False),
        (f"{API}/a?b", {}, False),
    ],
)
def test_urls_have_to_be_the_same(asked: str, options: dict[str, bool], is_found: bool) -> None:
    cache = kept(cache_of())

    found = cache.match(asked, **options)

    assert is_found is (found is not None)
    assert is_found is bool(cache.match_all(asked, **options))
    assert (1, 1) == (len(cache.match_all()), len(cache.keys()))


@pytest.mark.parametrize(
    ("method", "options", "is_found"), [("POST", {}, False), ("POST", {"ignore_method": True}, True), ("GET", {}, True)]
)
def test_only_get_finds_something(method: str, options: dict[str, bool], is_found: bool) -> None:
    asked = request("/a?b", method=method)

    assert is_found is (kept(cache_of()).match(asked, **options) is not None)


@pytest.mark.parametrize(
    ("asked", "options", "is_found"),
    [
        ({"X-A": "1"}, {}, True),
        ({"X-A": "2"}, {}, False),
        ({}, {}, False),
        ({"X-A": "2"}, {"ignore_vary": True}, True),
        ({"X-A": "1", "X-B": "2"}, {}, True),
    ],
)
def test_headers_that_vary_names_have_to_be_the_same(
    asked: dict[str, str], options: dict[str, bool], is_found: bool
) -> None:
    cache = cache_of()
    cache.put(request("/a", headers={"X-A": "1"}), ServiceWorkerResponse("kept", headers={"Vary": "x-a, x-c"}))

    assert is_found is (cache.match(request("/a", headers=asked), **options) is not None)


@pytest.mark.parametrize(("profile", "count"), [("firefox", 2), ("webkit", 2), ("chromium", 1)])
def test_one_url_may_have_several_responses_where_the_browser_keeps_them(profile: str, count: int) -> None:
    cache = cache_of(profile)
    for value in ("1", "2"):
        varies = ServiceWorkerResponse(value, headers={"Vary": "X-A"})
        cache.put(request("/a", headers={"X-A": value}), varies)
        cache.put(request("/a", headers={"X-A": value}), varies.__class__(value, headers={"Vary": "X-A"}))

    assert count == len(cache.keys())


@pytest.mark.parametrize(
    ("response", "says"),
    [
        (ServiceWorkerResponse("x", status=206), "206"),
        (ServiceWorkerResponse("x", headers={"Vary": "*"}), "Vary"),
        (ServiceWorkerResponse("x", headers={"Vary": "a, *"}), "Vary"),
    ],
)
def test_some_responses_are_not_kept(response: ServiceWorkerResponse, says: str) -> None:
    cache = cache_of()

    with pytest.raises(FetchTypeError, match=says):
        cache.put("/a", response)
    assert [] == cache.keys()


def test_what_is_put_is_used_and_what_is_no_get_of_http_is_not_kept() -> None:
    cache, response = cache_of(), ServiceWorkerResponse("x")
    cache.put("/a", response)

    assert response.body_used
    with pytest.raises(FetchTypeError, match="read before"):
        cache.put("/a", response)
    for asked in (request("/a", method="PUT"), "data:text/plain,"):
        with pytest.raises(FetchTypeError):
            cache.put(asked, ServiceWorkerResponse("x"))
    with pytest.raises(TypeError, match="ServiceWorkerResponse"):
        cache.put("/a", "text")  # type: ignore[arg-type]


def test_what_is_kept_replaces_what_was_and_is_deleted() -> None:
    cache = cache_of()
    for text in ("old", "new"):
        cache.put("/a", ServiceWorkerResponse(text))
    found = [cache.match("/a"), cache.match("/a")]

    assert ["new", "new"] == [response.text() for response in found if response is not None]
    assert [True, False] == [cache.delete("/a"), cache.delete("/a")]
    assert cache.match("/a") is None


def test_add_fetches_and_keeps_only_what_is_ok() -> None:
    stage = scene(lambda _: None)
    cache = stage.registration.caches.open("v1")
    cache.add("/own")
    cache.add_all([f"{API}/open"])

    assert [f"{PAGE}/own", f"{API}/open"] == [kept.url for kept in [*cache.keys()]]
    with pytest.raises(FetchTypeError, match="404"):
        cache.add_all(["/own", "/missing"])
    with pytest.raises(CORSBlocked):
        cache.add(f"{API}/closed")
    with pytest.raises(TypeError, match="list"):
        cache.add_all("/own")
    assert 2 == len(cache.keys())


def test_the_clock_of_the_browser_is_that_of_the_caches() -> None:
    stage = scene(lambda _: None)
    cache = stage.registration.caches.open("v1")
    cache.put("/a", ServiceWorkerResponse("x", headers={"Cache-Control": "max-age=1"}))
    stage.browser.clock.advance(3600)

    assert 3600 == pytest.approx(cache.age("/a"))
    assert cache.match("/a") is not None
    assert cache.age("/b") is None


def test_the_caches_of_an_origin_are_shared_by_name() -> None:
    caches = scene(lambda _: None).registration.caches
    caches.open("b").put("/a", ServiceWorkerResponse("b"))
    caches.open("a").put("/a", ServiceWorkerResponse("a"))

    found = caches.match("/a")
    assert found is not None
    assert "b" == found.text()
    assert caches.match("/b") is None
    assert (["b", "a"], True, False) == (caches.keys(), caches.has("a"), caches.has("c"))
    assert [True, False] == [caches.delete("b"), caches.delete("b")]
    assert ("<Cache 1 responses>", "<CacheStorage ['a']>") == (repr(caches.open("a")), repr(caches))
    with pytest.raises(TypeError, match="name"):
        caches.open(1)  # type: ignore[arg-type]


def test_a_handler_answers_from_its_cache_without_the_network() -> None:
    def cache_first(event: FetchEvent) -> ServiceWorkerResponse:
        cache = event.caches.open("v1")
        found = cache.match(event.request)
        if found is None:
            found = event.fetch(event.request)
            cache.put(event.request, found.clone())
        return found

    stage = scene(cache_first)
    texts = [stage.page.fetch(f"{API}/open").text() for _ in range(3)]

    assert ["open"] * 3 == texts
    assert 1 == len(stage.api.received)
    stage.browser.clock.advance(60)
    types = [stage.page.fetch(f"{API}/closed", mode="no-cors").type for _ in range(2)]
    assert (["opaque", "opaque"], 2) == (types, len(stage.api.received))


def test_async_handlers_await_their_caches() -> None:
    async def cache_first(event: AsyncFetchEvent) -> ServiceWorkerResponse:
        cache = await event.caches.open("v1")
        found = await cache.match(event.request)
        if found is None:
            await cache.add(event.request)
            await cache.add_all([event.request.url])
            found = await event.caches.match(event.request)
            assert found is not None
            assert 1 == len(await cache.keys()) == len(await cache.match_all())
            assert (0, ["v1"]) == (await cache.age(event.request), await event.caches.keys())
            assert "AsyncCache" in repr(cache) + repr(event.caches)
            assert await event.caches.has("v1")
            await cache.put("/b", ServiceWorkerResponse("b"))
            assert await cache.delete("/b")
            await event.caches.open("v2")
            assert await event.caches.delete("v2")
        return found

    async def act() -> list[str]:
        async with AsyncBrowser() as browser:
            server = ScriptedServer({"/sw.js": SCRIPT, "/own": Answer(200, {}, "own")})
            browser.mount(PAGE, server)
            page = browser.open(f"{PAGE}/")
            await page.service_worker("/sw.js", cache_first)
            return [(await page.fetch("/own")).text() for _ in range(2)]

    assert ["own", "own"] == asyncio.run(act())
