"""
Shared caches: what they answer themselves, and how they spoil what the server did right.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

import attrs
import flask
import pytest
import starlette.applications
import starlette.responses
import starlette.routing
from flask_cors import CORS
from hypothesis import given, strategies as st

from browsercors import Answer, AsyncBrowser, Browser, CacheOutcome, ScriptedServer, SharedCache
from browsercors.http_cache.storing import StorageRefusal
from browsercors.servers.shared_cache.settings import NAMED, NGINX, STANDARD, settings_named
from tests.servers.helpers import failure_of, make_request, response_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from browsercors import FetchResult
    from browsercors.values.literals import SharedCacheName
    from browsercors.values.wire import HTTPRequest

API: Final = "https://api.example.com"
ITEM: Final = f"{API}/items/7"
APP: Final = "https://app.example.com"
SHOP: Final = "https://shop.example.com"
FOREIGN: Final = "https://foreign.example"
BROWSERS: Final = ["chromium", "firefox", "webkit"]
LONG: Final = {"Cache-Control": "max-age=600"}

HIT, MISS, PASS = CacheOutcome.HIT, CacheOutcome.MISS, CacheOutcome.PASS


def flask_app(*, vary: bool) -> flask.Flask:
    """
    Make an application that allows two sites, and says so to caches, or forgets to.
    """
    app = flask.Flask("shop")

    @app.route("/items/<int:number>", methods=["GET", "PUT"])
    def item(number: int) -> Any:
        return {"id": number}

    @app.after_request
    def allow(response: flask.Response) -> flask.Response:
        origin = flask.request.headers.get("Origin")
        response.headers["Cache-Control"] = "public, max-age=600"
        if origin in {APP, SHOP}:
            response.headers["Access-Control-Allow-Origin"] = origin
            response.headers["Access-Control-Allow-Methods"] = "PUT"
        if vary:
            response.headers["Vary"] = "Origin"
        return response

    return app


def mirror(*, vary: str | None = "Origin", **headers: str) -> Callable[[HTTPRequest], Answer]:
    """
    Make what allows any origin, by its name.
    """

    def answer(request: HTTPRequest) -> Answer:
        origin = (request.headers.get(b"origin") or b"*").decode()
        also = {} if vary is None else {"Vary": vary}
        return Answer(200, {**LONG, **also, "Access-Control-Allow-Origin": origin, **headers}, "body")

    return answer


def fetch(browser: Browser, origin: str, url: str = ITEM, **options: Any) -> FetchResult:
    # NB: each time it is somebody else who asks.
    browser.http_cache.clear()
    return browser.open(f"{origin}/").fetch(url, **options)


def outcomes(cache: SharedCache) -> list[CacheOutcome]:
    return [event.outcome for event in cache.events]


# The classic failures: loads in order, from where and how, of which the last one fails because of the others.
IMAGE: Final[dict[str, Any]] = {"mode": "no-cors"}
POISONINGS: Final[dict[str, list[tuple[str, dict[str, Any]]]]] = {
    "an image is loaded first": [(APP, IMAGE), (APP, {})],
    "another site that is allowed comes first": [(SHOP, {}), (APP, {})],
    "a foreign site comes first": [(FOREIGN, {}), (APP, {})],
    "the site itself comes first": [(API, {}), (APP, {})],
}


def last_is_readable(browser: Browser, loads: Sequence[tuple[str, dict[str, Any]]]) -> bool:
    return [fetch(browser, origin, **options).readable for origin, options in loads][-1]


@pytest.mark.parametrize("story", POISONINGS)
@pytest.mark.parametrize("name", BROWSERS)
def test_a_cache_spoils_what_does_not_vary_and_spares_what_does(name: str, story: str) -> None:
    def readable(app: Any, **options: Any) -> bool:
        with Browser(name) as browser:  # type: ignore[arg-type]
            browser.mount(API, SharedCache(app, **options))
            return last_is_readable(browser, POISONINGS[story])

    with Browser(name) as browser:  # type: ignore[arg-type]
        browser.mount(API, flask_app(vary=False))
        assert last_is_readable(browser, POISONINGS[story]), "without a cache there is nothing wrong"
    assert not readable(flask_app(vary=False))
    assert readable(flask_app(vary=True))
    assert not readable(flask_app(vary=True), vary="ignored")
    # What helps where Vary does not.
    assert readable(flask_app(vary=True), vary="ignored", key_headers=["Origin"])
    assert readable(flask_app(vary=False), key_headers=["Origin"])
    assert readable(flask_app(vary=True), vary="not-stored")


@pytest.mark.parametrize("story", POISONINGS)
@pytest.mark.parametrize("like", ["nginx", "varnish", "squid", "cloudfront"])
def test_real_caches_spare_what_varies_but_for_one(like: str, story: str) -> None:
    def readable(app: Any) -> bool:
        with Browser() as browser:
            browser.mount(API, SharedCache.like(like, app))  # type: ignore[arg-type]
            return last_is_readable(browser, POISONINGS[story])

    assert not readable(flask_app(vary=False))
    assert readable(flask_app(vary=True)) is (like != "cloudfront")


def test_the_failure_is_one_that_the_cache_s_answer_shows() -> None:
    with Browser() as browser:
        cache = SharedCache(flask_app(vary=False))
        browser.mount(API, cache)
        fetch(browser, SHOP)
        browser.clock.advance(30)

        result = fetch(browser, APP)

    assert result.block is not None
    assert result.block.reason.value == "allow-origin-mismatch"
    shown = result.exchanges[0].response_headers
    assert (shown["X-Cache"], shown["Age"], shown["Access-Control-Allow-Origin"]) == ("HIT", "30", SHOP)
    made_for = cache.events[-1].made_for
    assert made_for is not None
    assert made_for.headers.get(b"origin") == SHOP.encode()


def test_flask_cors_forgets_to_vary_for_a_foreign_origin() -> None:
    app = flask.Flask("shop")
    app.add_url_rule("/items/<int:number>", view_func=lambda number: ({"id": number}, LONG))
    CORS(app, origins=[APP, SHOP])
    with Browser() as browser:
        browser.mount(API, SharedCache(app))

        assert fetch(browser, APP).readable
        fetch(browser, FOREIGN)
        assert not fetch(browser, APP).readable


def test_the_cache_forgets_when_the_time_has_come() -> None:
    with Browser() as browser:
        cache = SharedCache(flask_app(vary=False))
        browser.mount(API, cache)
        fetch(browser, APP, mode="no-cors")
        assert not fetch(browser, APP).readable

        browser.clock.advance(599)
        assert not fetch(browser, APP).readable
        browser.clock.advance(1)
        assert fetch(browser, APP).readable

    assert outcomes(cache) == [MISS, HIT, HIT, MISS]


def test_preflights_pass_and_so_does_what_is_unsafe() -> None:
    with Browser() as browser:
        cache = SharedCache(flask_app(vary=True))
        browser.mount(API, cache)
        fetch(browser, APP)

        assert fetch(browser, APP, method="PUT").readable
        assert outcomes(cache) == [MISS, PASS, PASS]
        # The PUT made it forget.
        assert fetch(browser, APP).readable
        assert outcomes(cache)[-1] is MISS


def test_a_cache_that_is_told_so_stores_preflights() -> None:
    def answer(request: HTTPRequest) -> Answer:
        origin = (request.headers.get(b"origin") or b"").decode()
        return Answer(204, {**LONG, "Access-Control-Allow-Origin": origin, "Access-Control-Allow-Methods": "PUT"})

    with Browser() as browser:
        cache = SharedCache.like("nginx", ScriptedServer({"*": answer}), methods=["GET", "HEAD", "OPTIONS"])
        browser.mount(API, cache)

        assert fetch(browser, SHOP, method="PUT").readable
        assert not fetch(browser, APP, method="PUT").readable
        assert outcomes(cache) == [MISS, PASS, HIT]


def test_two_browsers_can_share_one_cache() -> None:
    cache = SharedCache(flask_app(vary=False))
    with Browser() as one, Browser("firefox") as other:
        one.mount(API, cache)
        other.mount(API, cache)

        assert fetch(one, SHOP).readable
        assert not fetch(other, APP).readable


def test_an_async_browser_has_caches_as_well() -> None:
    async def greet(request: Any) -> Any:
        origin = request.headers.get("origin", "*")
        return starlette.responses.PlainTextResponse("hello", headers={**LONG, "Access-Control-Allow-Origin": origin})

    app = starlette.applications.Starlette(routes=[starlette.routing.Route("/items/7", greet)])

    async def load(page: Any) -> bool:
        return bool((await page.fetch(ITEM)).readable)

    async def main() -> list[bool]:
        async with AsyncBrowser() as browser:
            browser.mount(API, SharedCache(app))
            return [await load(browser.open(f"{origin}/")) for origin in (SHOP, APP, SHOP)]

    assert asyncio.run(main()) == [True, False, True]
    # The same application, in a sync browser.
    with Browser() as browser:
        browser.mount(API, SharedCache(app))
        assert [fetch(browser, origin).readable for origin in (SHOP, APP, SHOP)] == [True, False, True]


def cached(answer: Any, **options: Any) -> tuple[SharedCache, ScriptedServer]:
    server = ScriptedServer({"*": answer})
    return SharedCache(server, **options), server


def ask(
    cache: SharedCache, *headers: tuple[bytes, bytes], method: str = "GET", url: str = "/", time: float = 0.0
) -> Any:
    request = make_request(method, url, headers)
    request.time = time
    return cache.send(request)


def test_a_failure_is_passed_on_and_not_stored() -> None:
    cache, server = cached([Answer.broken(), Answer(200, LONG), Answer.broken()])

    failure_of(ask(cache))
    assert response_of(ask(cache)).status == 200
    failure_of(ask(cache, method="POST"))
    assert outcomes(cache) == [MISS, MISS, PASS]
    assert len(server.received) == 3


def test_a_failure_leaves_what_is_stale_where_it_is() -> None:
    stale = Answer(200, {"Cache-Control": "max-age=1", "ETag": '"a"'}, "old")
    cache, _ = cached([stale, Answer.broken(), Answer(304)])
    ask(cache)

    failure_of(ask(cache, time=2))
    answer = response_of(ask(cache, time=2))
    assert (answer.status, answer.body) == (200, b"old")
    assert outcomes(cache) == [MISS, MISS, CacheOutcome.VALIDATED]


def test_a_stale_answer_is_confirmed_and_gets_the_headers_of_who_asked() -> None:
    def answer(request: HTTPRequest) -> Answer:
        tag = {"ETag": '"a"'} if request.headers.get(b"if-none-match") is None else {}
        origin = (request.headers.get(b"origin") or b"*").decode()
        headers = {"Cache-Control": "max-age=1", "Access-Control-Allow-Origin": origin}
        return Answer(200, headers | tag, "body") if tag else Answer(304, headers, latency=0.5)

    cache, server = cached(answer)
    ask(cache, (b"Origin", APP.encode()))

    validated = response_of(ask(cache, (b"Origin", SHOP.encode()), time=2))

    assert (validated.status, validated.body, validated.elapsed) == (200, b"body", 0.5)
    assert validated.headers.get(b"access-control-allow-origin") == SHOP.encode()
    assert server.received[-1].headers.get(b"if-none-match") == b'"a"'
    assert response_of(ask(cache, time=2.6)).headers.get(b"access-control-allow-origin") == SHOP.encode()


def test_a_new_answer_takes_the_place_of_a_stale_one() -> None:
    old = Answer(200, {"Cache-Control": "max-age=1", "ETag": '"a"'}, "old")
    cache, _ = cached([old, Answer(200, LONG, "new")])
    ask(cache)

    assert [response_of(ask(cache, time=time)).body for time in (0.9, 1, 2)] == [b"old", b"new", b"new"]


def test_nginx_does_not_validate() -> None:
    cache, server = cached(Answer(200, {"Cache-Control": "max-age=1", "ETag": '"a"'}), settings=NGINX)
    ask(cache)
    ask(cache, time=2)

    assert [request.headers.get(b"if-none-match") for request in server.received] == [None, None]


def test_varnish_uses_what_is_stale_while_it_fetches() -> None:
    cache = SharedCache.like(
        "varnish",
        ScriptedServer(
            {
                "*": [
                    Answer(200, {"Cache-Control": "max-age=1"}, "1"),
                    Answer(200, {"Cache-Control": "max-age=1"}, "2", latency=0.5),
                    Answer.broken(),
                ]
            }
        ),
    )
    bodies = [response_of(ask(cache, time=time)).body for time in (0, 2, 2, 4, 4)]

    assert bodies == [b"1", b"1", b"2", b"2", b"2"]
    assert outcomes(cache) == [MISS, CacheOutcome.STALE, HIT, CacheOutcome.STALE, CacheOutcome.STALE]
    failure_of(ask(cache, time=100))


def test_cloudfront_sends_little_on_and_keys_by_less() -> None:
    cache = SharedCache.like("cloudfront", server := ScriptedServer({"*": mirror(**{"Set-Cookie": "a=1"})}))
    headers = [(b"Origin", APP.encode()), (b"Cookie", b"b=1"), (b"Accept-Encoding", b"gzip")]

    first = response_of(ask(cache, *headers, url="/items?page=1"))
    ask(cache, url="/items?page=2")

    assert [(request.url.target, set(request.headers.names())) for request in server.received] == [
        ("/items", {b"host", b"accept-encoding"})
    ]
    assert outcomes(cache) == [MISS, HIT]
    assert (b"set-cookie" in first.headers, first.headers.get(b"vary")) == (False, None)
    assert first.headers.get(b"x-cache") == b"Miss from cloudfront"


def test_what_belongs_to_the_key_is_sent_on_and_stays_in_vary() -> None:
    server = ScriptedServer({"*": mirror(vary="Accept-Encoding, Origin, X-A")})
    cache = SharedCache.like("cloudfront", server, key_headers=["Origin"])

    answers = [response_of(ask(cache, (b"Origin", origin.encode()))) for origin in (APP, SHOP, APP)]

    assert outcomes(cache) == [MISS, MISS, HIT]
    assert [answer.headers.get(b"access-control-allow-origin") for answer in answers] == [
        origin.encode() for origin in (APP, SHOP, APP)
    ]
    assert answers[0].headers.get(b"vary") == b"accept-encoding, origin"


def test_cloudfront_keeps_errors_for_ten_seconds_and_everything_for_one() -> None:
    answers = [Answer(503, {"Cache-Control": "max-age=1"}), Answer(403), Answer(200, {"Cache-Control": "no-store"})]
    cache = SharedCache.like("cloudfront", ScriptedServer({"*": answers}))

    statuses = [response_of(ask(cache, time=time)).status for time in (0, 9.9, 10, 10, 10.9, 11)]

    assert statuses == [503, 503, 403, 200, 200, 200]
    assert outcomes(cache) == [MISS, HIT, MISS, MISS, HIT, MISS]


def test_a_key_of_one_s_own_decides_who_shares() -> None:
    cache, _ = cached(Answer(200, LONG), key=lambda request: request.url.path)

    for url in ("/a?1", "/a?2", "/b?1"):
        ask(cache, url=url)

    assert outcomes(cache) == [MISS, HIT, MISS]


def test_a_key_has_to_be_one() -> None:
    cache, _ = cached(Answer(200, LONG), key=lambda request: [request.url.path])

    with pytest.raises(TypeError, match=r"key has to return something hashable, such as a str or a tuple, not \['/'\]"):
        ask(cache)


def test_a_client_that_wants_only_what_is_there_gets_that_or_a_504() -> None:
    cache, server = cached(Answer(200, LONG))
    only = (b"Cache-Control", b"only-if-cached")

    assert [response_of(ask(cache, only)).status, response_of(ask(cache)).status] == [504, 200]
    assert [response_of(ask(cache, only, time=time)).status for time in (0, 599, 600)] == [200, 200, 504]
    assert len(server.received) == 1


CONDITION_CASES = [
    # like       stored before   what reaches the server, and what the client gets, who has "a" already
    ("standard", False, [b'"a"'], 200),
    ("standard", True, [None], 304),
    ("nginx", False, [None], 304),
    ("nginx", True, [None], 304),
    ("squid", True, [None], 304),
]


@pytest.mark.parametrize(("like", "before", "reached", "status"), CONDITION_CASES)
def test_the_client_s_own_condition_is_for_the_cache_or_the_server(
    like: SharedCacheName, before: bool, reached: list[bytes | None], status: int
) -> None:
    server = ScriptedServer({"*": mirror(ETag='"a"')})
    cache = SharedCache.like(like, server)
    if before:
        ask(cache)

    answer = response_of(ask(cache, (b"If-None-Match", b'"a"')))

    assert reached == [request.headers.get(b"if-none-match") for request in server.received]
    assert (status, b"" if status == 304 else b"body") == (answer.status, answer.body)
    # Squid tells the client little.
    assert (b"access-control-allow-origin" in answer.headers) is (like != "squid")


def test_what_passes_is_between_client_and_server() -> None:
    cache = SharedCache.like("varnish", server := ScriptedServer({"*": mirror(ETag='"a"')}))

    answer = response_of(ask(cache, (b"Cookie", b"a=1"), (b"If-None-Match", b'"a"')))

    assert (answer.status, outcomes(cache)) == (200, [PASS])
    assert server.received[0].headers.get(b"if-none-match") == b'"a"'


def test_a_fragment_is_no_part_of_the_key() -> None:
    cache, _ = cached(Answer(200, LONG))

    for url in ("/a#x", "/a#y", "/a"):
        ask(cache, url=url)

    assert outcomes(cache) == [MISS, HIT, HIT]


def test_a_range_passes() -> None:
    cache, server = cached(Answer(206, LONG))
    ask(cache, (b"Range", b"bytes=0-1"))
    ask(cache, (b"Range", b"bytes=0-1"))

    assert outcomes(cache) == [PASS, PASS]
    assert server.received[0].headers.get(b"range") == b"bytes=0-1"


def test_events_say_why_something_was_not_stored() -> None:
    cache, _ = cached([Answer(200, {"Cache-Control": "private"}), Answer(200, {"Vary": "*"}), Answer(200, LONG)])
    for _ in range(3):
        ask(cache)

    assert [event.refusal for event in cache.events] == [StorageRefusal.PRIVATE, StorageRefusal.VARY, None]
    assert [event.made_for for event in cache.events] == [None, None, None]


def test_a_cache_is_cleared_and_keeps_as_many_events_as_it_should() -> None:
    cache, server = cached(Answer(200, LONG), keep=1)
    ask(cache)
    ask(cache)
    assert outcomes(cache) == [HIT]
    assert [kept.request.method for kept in cache.stored] == [b"GET"]
    assert repr(cache) == f"<SharedCache standard, Vary honoured, 1 responses, {server!r}>"

    cache.clear()
    assert (cache.events, cache.stored) == ([], [])
    ask(cache)
    assert len(server.received) == 2


def test_the_server_behind_is_closed_with_the_cache() -> None:
    closed: list[str] = []

    class Server(ScriptedServer):
        def close(self) -> None:
            closed.append("close")

        async def aclose(self) -> None:
            closed.append("aclose")

    with Browser() as browser:
        browser.mount(API, SharedCache(Server()))

    async def main() -> None:
        async with AsyncBrowser() as browser:
            browser.mount(API, SharedCache(Server()))

    asyncio.run(main())
    assert closed == ["close", "aclose"]


def test_an_application_s_exception_is_a_500_or_raised() -> None:
    def app(environ: Any, start_response: Any) -> Any:
        raise KeyError("no item")

    assert response_of(ask(SharedCache(app))).status == 500
    with pytest.raises(KeyError, match="no item"):
        ask(SharedCache(app, raise_app_exceptions=True))


def test_what_a_server_raises_is_not_taken_for_the_end() -> None:
    def stop(request: HTTPRequest) -> Answer:
        raise StopIteration("mine")

    cache, _ = cached(stop)
    with pytest.raises(StopIteration, match="mine"):
        ask(cache)


WRONG_CASES: list[tuple[dict[str, Any], type[Exception], str]] = [
    ({"vary": "maybe"}, ValueError, "vary has to be one of 'honoured', 'ignored', 'not-stored', not 'maybe'"),
    ({"key": "Origin"}, TypeError, "key has to be a function of the request, not 'Origin'; key_headers= takes names"),
    ({"key_headers": "Origin"}, TypeError, "key_headers has to be a list of names, such as ['Origin'], not 'Origin'"),
    ({"key_headers": ["a b"]}, ValueError, "key_headers has to hold names such as 'Origin', not 'a b'"),
    ({"key_headers": [1]}, ValueError, "key_headers has to hold names such as 'Origin', not 1"),
    ({"methods": ["GET", ""]}, ValueError, "methods has to hold names such as 'OPTIONS', not ''"),
    ({"settings": "nginx"}, TypeError, "settings has to be SharedCacheSettings, such as SharedCache.like(...) has"),
    ({"keep": -1}, ValueError, "keep has to be None or a number of events, not -1"),
    ({"keep": True}, ValueError, "keep has to be None or a number of events, not True"),
    ({"interface": "cgi"}, ValueError, "interface has to be 'wsgi', 'asgi' or None, not 'cgi'"),
]


@pytest.mark.parametrize(("options", "error", "message"), WRONG_CASES)
def test_a_wrong_argument_is_said_at_once(options: dict[str, Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error) as raised:
        SharedCache(flask_app(vary=True), **options)

    assert str(raised.value).startswith(message)


def test_a_wrong_name_or_target_is_said_at_once() -> None:
    with pytest.raises(
        ValueError,
        match="one of 'standard', 'cdn-with-options', 'nginx', 'varnish', 'squid', 'cloudfront', not 'x'",
    ):
        SharedCache.like("x", flask_app(vary=True))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="not 7"):
        settings_named(7)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="target has to be a WSGI or ASGI application"):
        SharedCache(7)


@pytest.mark.parametrize("name", NAMED)
def test_settings_have_a_name_and_their_documentation(name: str) -> None:
    settings = settings_named(name)

    assert settings.name == name
    assert settings.documentation
    assert all(page.startswith("https://") for page in settings.documentation)


def test_settings_can_be_changed() -> None:
    rules = attrs.evolve(NGINX.rules, default_lifetimes={200: 60.0})
    cache, _ = cached(Answer(200), settings=attrs.evolve(NGINX, rules=rules))
    for _ in range(2):
        ask(cache)

    assert outcomes(cache) == [MISS, HIT]
    assert STANDARD.rules.default_lifetimes == {}


ORIGINS: Final = [None, APP, SHOP, FOREIGN]
STEPS: Final = st.tuples(
    st.sampled_from(ORIGINS), st.sampled_from(["GET", "HEAD", "POST"]), st.sampled_from([0.0, 1.0, 700.0])
)


@given(st.lists(STEPS, max_size=12), st.sampled_from(sorted(set(NAMED) - {"cloudfront"})))
def test_what_varies_by_origin_is_never_given_to_another_one(
    steps: list[tuple[str | None, str, float]], name: SharedCacheName
) -> None:
    cache = SharedCache.like(name, ScriptedServer({"*": mirror()}))
    now = 0.0
    for origin, method, seconds in steps:
        now += seconds
        headers = [] if origin is None else [(b"Origin", origin.encode())]
        answer = response_of(ask(cache, *headers, method=method, time=now))

        assert answer.headers.get(b"access-control-allow-origin") == (b"*" if origin is None else origin.encode())


@given(st.lists(STEPS, max_size=12))
def test_a_cache_that_ignores_vary_gives_everybody_what_the_first_one_got(
    steps: list[tuple[str | None, str, float]],
) -> None:
    cache = SharedCache(ScriptedServer({"*": mirror()}), vary="ignored")
    for origin, method, _ in steps:
        headers = [] if origin is None else [(b"Origin", origin.encode())]
        answer = response_of(ask(cache, *headers, method=method))
        made_for = cache.events[-1].made_for

        expected = make_request(headers=headers) if made_for is None else made_for
        assert answer.headers.get(b"access-control-allow-origin") == (expected.headers.get(b"origin") or b"*")
