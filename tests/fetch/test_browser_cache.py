"""
The browser's own HTTP cache, by the standard; what browsers do otherwise is in the recordings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import hypothesis.strategies as st
import pytest
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from browsercors import Answer, Browser, CachedResponse, ExchangeKind, ScriptedServer
from browsercors.engines.registry import profiles
from browsercors.engines.standard.http_cache import STANDARD_HTTP_CACHE
from browsercors.fetch import browser_cache
from browsercors.fetch.browser_cache import BrowserCache
from browsercors.fetch.http_caching import matches, storage_refusal
from browsercors.rules.http_cache import RefusedResponse
from tests.fetch.test_http_caching import LASTS, NOW, A, B, request, response

if TYPE_CHECKING:
    from collections.abc import Sequence

    from browsercors.browser.result import FetchResult
    from browsercors.values.literals import BrowserName
    from browsercors.values.wire import HTTPRequest, HTTPResponse

API: Final = "https://api.example.com"
APP: Final = "https://app.example.com"
OTHER: Final = "https://www.other.test"

OPEN: Final = {"Access-Control-Allow-Origin": "*"}
FRESH: Final = {**OPEN, "Cache-Control": "max-age=60"}
STALE: Final = {**OPEN, "Cache-Control": "no-cache", "ETag": '"1"'}


class Visit:
    """
    A page, and a server that gives one answer after the other, the last one again and again.
    """

    def __init__(self, *answers: Any, browser: BrowserName = "standard", path: str = "/x", origin: str = APP) -> None:
        self.server = ScriptedServer({path: list(answers)})
        self.browser = Browser(browser)
        self.browser.mount("*", self.server)
        self.page = self.browser.open(f"{origin}/")

    def fetch(self, path: str = "/x", **options: Any) -> FetchResult:
        return self.page.fetch(f"{API}{path}", **options)

    @property
    def asked(self) -> list[str]:
        return [f"{each.method.decode()} {each.url.path}" for each in self.server.received]


def bodies(results: Sequence[FetchResult]) -> list[str]:
    return [result.text() if result.readable else "refused" if result.block else "opaque" for result in results]


USE_CASES = [
    # the first answer                             cache mode of the second fetch   what it gets
    ({**OPEN}, "default", "new"),  # nothing says for how long
    ({**FRESH}, "default", "old"),
    ({**OPEN, "Expires": "Thu, 01 Jan 2099 00:00:00 GMT"}, "default", "old"),
    ({**FRESH, "Cache-Control": "max-age=0"}, "default", "new"),
    ({**FRESH, "Cache-Control": "no-store"}, "force-cache", "new"),
    ({**FRESH, "Vary": "*"}, "force-cache", "new"),
    ({**FRESH, "Vary": "Accept"}, "default", "old"),
    ({**FRESH}, "no-store", "new"),
    ({**FRESH}, "reload", "new"),
    ({**FRESH}, "no-cache", "new"),
    ({**OPEN}, "force-cache", "old"),
    ({**FRESH, "Cache-Control": "max-age=0"}, "force-cache", "old"),
]


@pytest.mark.parametrize(("headers", "mode", "expected"), USE_CASES)
def test_what_the_second_fetch_gets(headers: dict[str, str], mode: Any, expected: str) -> None:
    visit = Visit(Answer(200, headers, "old"), Answer(200, OPEN, "new"))

    assert ["old", expected] == bodies([visit.fetch(), visit.fetch(cache=mode)])
    assert len(visit.asked) == (2 if expected == "new" else 1)


def test_only_if_cached_fails_where_nothing_is() -> None:
    visit = Visit(Answer(200, {"Cache-Control": "max-age=0"}, "old"))
    own: Any = {"mode": "same-origin", "cache": "only-if-cached"}
    page = visit.browser.open(f"{API}/")

    before = page.fetch("/x", **own)
    page.fetch("/x")
    after = page.fetch("/x", **own)

    assert ["refused", "old"] == bodies([before, after])
    assert before.block is not None
    assert before.block.reason.value == "only-if-cached"
    assert visit.asked == ["GET /x"]


KEY_CASES = [
    # what the second fetch differs in                          whether it is answered by the first
    ({"credentials": "include"}, True),
    ({"method": "HEAD"}, True),
    ({"mode": "no-cors"}, True),
    ({"headers": {"Accept": "text/plain"}}, True),
    ({"headers": {"If-None-Match": '"2"'}}, False),  # the page looks after its own cache
    ({"headers": {"Cache-Control": "no-cache"}}, False),
    ({"headers": {"Cache-Control": "max-age=0"}}, False),
    ({"method": "POST"}, False),
    ({"path": "/x?"}, False),
    ({"path": "/x#part"}, True),
]


@pytest.mark.parametrize(("options", "expected"), KEY_CASES)
def test_what_responses_are_kept_for(options: dict[str, Any], expected: bool) -> None:
    headers = {**FRESH, "Access-Control-Allow-Headers": "*, if-none-match, cache-control"}
    visit = Visit(Answer(200, headers, "old"))
    visit.fetch()
    visit.fetch(**options)

    assert expected is (sum("OPTIONS" not in each for each in visit.asked) == 1)


SITE_CASES = [(APP, True), ("https://www.example.com", True), (OTHER, False), ("http://app.example.com", False)]


@pytest.mark.parametrize(("origin", "expected"), SITE_CASES)
def test_pages_of_one_site_share_it(origin: str, expected: bool) -> None:
    visit = Visit(Answer(200, FRESH, "old"))
    visit.fetch()
    visit.browser.open(f"{origin}/").fetch(f"{API}/x")

    assert expected is (visit.asked == ["GET /x"])


def test_an_answer_out_of_it_stands_in_the_timeline_and_not_among_the_exchanges() -> None:
    visit = Visit(Answer(200, {**FRESH, "Set-Cookie": "a=b"}, "old"))
    first = visit.fetch(credentials="include", mode="no-cors")
    visit.browser.cookies.clear()
    visit.browser.clock.advance(5)
    second = visit.fetch()

    (cached,) = second.timeline
    assert isinstance(cached, CachedResponse)
    assert ([], False, 200, b"old", 5.0) == (
        second.exchanges,
        second.preflighted,
        cached.status,
        cached.response_body,
        cached.age,
    )
    assert (cached.stored.request, cached.is_confirmed) == (first.exchanges[0].http_request, False)
    assert "Origin" in cached.request_headers
    assert b"origin" not in cached.stored.request.headers
    assert repr(cached) == "<CachedResponse actual GET https://api.example.com/x -> 200>"
    assert list(visit.browser.cookies) == []
    noted = [each for each in second.findings if each.algorithm.name == "HTTP-network-or-cache fetch"]
    assert [("8.26.2", 5.0)] == [(each.step, each.evidence["age"]) for each in noted]


def test_a_head_that_is_answered_by_a_get_has_no_body() -> None:
    visit = Visit(Answer(200, FRESH, "old"))
    visit.fetch()

    assert visit.fetch(method="HEAD").body == b""


# Validation.

VALIDATION_CASES = [
    # the server's second answer                                      what the page gets, then
    (Answer(304, {}), ["old", "old"]),
    (Answer(304, {"Access-Control-Allow-Origin": OTHER}), ["refused", "refused"]),
    (Answer(304, {"Cache-Control": "max-age=60"}), ["old", "old"]),
    (Answer(200, STALE, "new"), ["new", "new"]),
    (Answer(500, OPEN, "error"), ["error", "error"]),
]


@pytest.mark.parametrize(("second", "expected"), VALIDATION_CASES)
def test_what_is_stale_is_asked_about(second: Answer, expected: list[str]) -> None:
    visit = Visit(Answer(200, STALE, "old"), second)
    results = [visit.fetch() for _ in range(3)]

    assert ["old", *expected] == bodies(results)
    assert visit.server.received[1].headers.get(b"if-none-match") == b'"1"'


def test_a_304_stands_before_what_it_confirms() -> None:
    visit = Visit(Answer(200, STALE, "old"), Answer(304, {"X-New": "1", "Cache-Control": "max-age=60"}))
    visit.fetch()
    confirmed = visit.fetch()
    fresh = visit.fetch()

    wire, cached = confirmed.timeline
    assert (304, 200, True) == (wire.status, cached.status, cached.is_confirmed)  # type: ignore[union-attr]
    assert cached.response_headers["X-New"] == "1"  # type: ignore[union-attr]
    assert confirmed.exchanges == [wire]
    assert [CachedResponse] == [type(entry) for entry in fresh.timeline]


def test_a_304_that_confirms_nothing_is_the_answer() -> None:
    visit = Visit(Answer(200, FRESH, "old"), Answer(304, OPEN), Answer(200, OPEN, "new"))

    statuses = [visit.fetch(cache=mode).status for mode in ("default", "reload", "default")]

    assert [200, 304, 200] == statuses
    assert len(visit.asked) == 3


def test_a_stale_answer_is_fetched_anew_behind_the_page_s_back() -> None:
    lenient = {**STALE, "Cache-Control": "max-age=1, stale-while-revalidate=60"}
    answers = Answer(200, lenient, "old"), Answer(200, lenient, "new"), Answer(304, {})
    visit = Visit(*answers)
    results = []
    for _ in range(5):
        results.append(visit.fetch())
        visit.browser.clock.advance(2)

    assert ["old", "old", "new", "new", "new"] == bodies(results)
    assert [
        [ExchangeKind.ACTUAL],
        *([[ExchangeKind.REVALIDATION, ExchangeKind.ACTUAL]] * 4),
    ] == [[entry.kind for entry in result.timeline] for result in results]  # type: ignore[union-attr]


def test_if_nobody_answers_behind_the_page_s_back_what_is_stale_stays() -> None:
    visit = Visit(Answer(200, {**STALE, "Cache-Control": "max-age=1, stale-while-revalidate=60"}, "old"))
    visit.fetch()
    visit.browser.clock.advance(2)
    visit.browser.mount("*", "http://127.0.0.1:1")

    assert ["old", "old"] == bodies([visit.fetch(), visit.fetch()])
    assert visit.fetch().exchanges[0].transport_failure is not None


VARIANT_CASES = [
    # browser    validator                                                   what the second language asks, and gets
    ("standard", {"ETag": '"1"'}, None, ""),
    ("chromium", {"ETag": '"1"'}, b'"1"', "old"),
    ("chromium", {"Last-Modified": "Mon, 02 Jan 2006 15:04:05 GMT"}, None, ""),
    ("firefox", {"ETag": '"1"'}, b'"1"', "old"),
    ("firefox", {"Last-Modified": "Mon, 02 Jan 2006 15:04:05 GMT"}, None, "old"),  # a 304 confirms in any case
    ("webkit", {"ETag": '"1"'}, None, ""),
]


@pytest.mark.parametrize(("browser", "validator", "asked", "expected"), VARIANT_CASES)
def test_whether_what_is_stored_for_other_headers_is_asked_about(
    browser: BrowserName, validator: dict[str, str], asked: bytes | None, expected: str
) -> None:
    varies = {**FRESH, **validator, "Vary": "Accept-Language"}
    visit = Visit(Answer(200, varies, "old"), Answer(304, OPEN), browser=browser)
    results = [visit.fetch(headers={"Accept-Language": language}) for language in ("de", "en")]

    assert ["old", expected] == bodies(results)
    assert asked == visit.server.received[1].headers.get(b"if-none-match")
    assert visit.server.received[1].headers.get(b"if-modified-since") is None


@pytest.mark.parametrize("browser", ["chromium", "firefox"])
def test_what_is_confirmed_for_other_headers_is_theirs(browser: BrowserName) -> None:
    visit = Visit(
        Answer(200, {**FRESH, "ETag": '"1"', "Vary": "Accept-Language"}, "old"), Answer(304, OPEN), browser=browser
    )
    for language in ("de", "en", "en", "de"):
        visit.fetch(headers={"Accept-Language": language})

    assert len(visit.asked) == 3


UNASKED_CASES = [
    # browser    status  whether the server is asked about it
    ("standard", 203, True),
    ("standard", 410, True),
    ("chromium", 203, False),
    ("firefox", 203, True),
    ("firefox", 410, False),
    ("webkit", 410, True),
]


@pytest.mark.parametrize(("browser", "status", "expected"), UNASKED_CASES)
def test_of_which_statuses_the_server_is_asked_whether_they_hold(
    browser: BrowserName, status: int, expected: bool
) -> None:
    visit = Visit(Answer(status, STALE), browser=browser)
    visit.fetch()
    visit.fetch()

    assert expected == (visit.server.received[1].headers.get(b"if-none-match") is not None)


def test_a_head_that_is_confirmed_leaves_what_it_was_asked_about() -> None:
    visit = Visit(Answer(200, STALE, "old"), Answer(304, {}))
    visit.fetch()
    visit.fetch(method="HEAD")

    assert visit.fetch().text() == "old"
    assert visit.server.received[2].headers.get(b"if-none-match") == b'"1"'


def test_a_304_may_say_that_nothing_is_to_be_kept() -> None:
    visit = Visit(Answer(200, STALE, "old"), Answer(304, {"Cache-Control": "no-store"}), Answer(200, OPEN, "new"))

    assert ["old", "old", "new"] == bodies([visit.fetch() for _ in range(3)])
    assert visit.server.received[2].headers.get(b"if-none-match") is None


@pytest.mark.parametrize("browser", profiles())
def test_what_a_page_asks_for_under_conditions_of_its_own_is_not_stored(browser: BrowserName) -> None:
    allowed = {**FRESH, "ETag": '"1"', "Access-Control-Allow-Headers": "if-none-match"}
    server = ScriptedServer(
        {"GET /x": [Answer(200, allowed, "old"), Answer(200, allowed, "new")], "OPTIONS /x": Answer(204, allowed)}
    )
    with Browser(browser) as user_agent:
        user_agent.mount(API, server)
        page = user_agent.open(f"{APP}/")
        page.fetch(f"{API}/x")
        page.fetch(f"{API}/x", headers={"If-None-Match": '"0"'})

        assert page.fetch(f"{API}/x").text() == "old"


# What spoils it.

SPOILING_CASES = [
    # method, status                  whether what is stored is spoilt
    ("POST", 200, True),
    ("PUT", 204, True),
    ("DELETE", 404, False),
    ("PATCH", 500, False),
    ("HEAD", 200, False),
]


@pytest.mark.parametrize(("method", "status", "expected"), SPOILING_CASES)
def test_what_an_unsafe_request_may_have_changed_is_forgotten(method: str, status: int, expected: bool) -> None:
    allowed = {"Access-Control-Allow-Methods": "*"}
    server = ScriptedServer(
        {"GET /x": Answer(200, FRESH), "OPTIONS /x": Answer(204, {**OPEN, **allowed}), "*": Answer(status, OPEN)}
    )
    with Browser("standard") as browser:
        browser.mount(API, server)
        page = browser.open(f"{APP}/")
        page.fetch(f"{API}/x")
        page.fetch(f"{API}/x", method=method)
        page.fetch(f"{API}/x")

    assert (2 if expected else 1) == sum(each.method == b"GET" for each in server.received)


NAMED_CASES = [
    # browser    what the answer to a POST names                       whether that is spoilt
    ("standard", {"Location": "/y"}, True),
    ("chromium", {"Location": "/y"}, False),
    ("webkit", {"Location": "/y"}, False),
    ("firefox", {"Location": "/y"}, True),
    ("firefox", {"Content-Location": f"{APP}/y"}, True),
    ("firefox", {"Location": f"{OTHER}/y"}, False),
    ("firefox", {"Location": "http://:"}, False),
]


@pytest.mark.parametrize(("browser", "named", "expected"), NAMED_CASES)
def test_what_the_answer_to_a_change_names_is_forgotten(
    browser: BrowserName, named: dict[str, str], expected: bool
) -> None:
    server = ScriptedServer({"/y": Answer(200, FRESH), "/x": Answer(201, named)})
    with Browser(browser) as user_agent:
        user_agent.mount("*", server)
        page = user_agent.open(f"{APP}/")
        for path, method in (("/y", "GET"), ("/x", "POST"), ("/y", "GET")):
            page.fetch(path, method=method)

    assert (2 if expected else 1) == sum(each.method == b"GET" for each in server.received)


def test_webkit_leaves_what_it_has_for_a_redirect_and_for_a_change_that_the_page_may_not_see() -> None:
    server = ScriptedServer(
        {"GET /x": [Answer(200, FRESH, "old"), Answer(302, {**OPEN, "Location": "/y"})], "/y": Answer(200, OPEN),
         "POST /x": Answer(200)}
    )  # fmt: skip
    with Browser("webkit") as browser:
        browser.mount(API, server)
        page = browser.open(f"{APP}/")
        page.fetch(f"{API}/x")
        page.fetch(f"{API}/x", cache="reload")
        page.fetch(f"{API}/x", method="POST")

        assert page.fetch(f"{API}/x").text() == "old"


def test_a_preflight_has_nothing_to_do_with_it() -> None:
    visit = Visit(Answer(200, {**FRESH, "Access-Control-Allow-Headers": "x-a", "Access-Control-Max-Age": "0"}))
    for _ in range(2):
        visit.fetch(headers={"X-A": "1"})

    assert visit.asked == ["OPTIONS /x", "GET /x", "OPTIONS /x"]


REFUSAL_CASES = [
    # browser, how it asks      answers out of the cache afterwards, where the CORS check refused the first
    ("standard", "fetch", True),
    ("chromium", "fetch", False),
    ("chromium", "xhr", True),
    ("firefox", "fetch", True),
    ("webkit", "fetch", False),
    ("webkit", "xhr", False),
]


@pytest.mark.parametrize(("browser", "way", "expected"), REFUSAL_CASES)
def test_whether_what_the_page_may_not_have_is_kept(browser: BrowserName, way: str, expected: bool) -> None:
    visit = Visit(Answer(200, {"Cache-Control": "max-age=60"}), Answer(200, FRESH), browser=browser)
    ask = visit.page.fetch if way == "fetch" else lambda url: visit.page.xhr("GET", url)
    refused, again = ask(f"{API}/x"), visit.fetch()

    assert (False, not expected) == (refused.readable, again.readable)
    assert (1 if expected else 2) == len(visit.asked)


def test_webkit_goes_back_to_what_it_had() -> None:
    visit = Visit(Answer(200, STALE, "old"), Answer(200, {"ETag": '"2"'}, "new"), Answer(304, {}), browser="webkit")

    assert ["old", "refused", "old"] == bodies([visit.fetch() for _ in range(3)])
    assert visit.server.received[2].headers.get(b"if-none-match") == b'"1"'


# The store itself.


def cache() -> BrowserCache:
    return BrowserCache(STANDARD_HTTP_CACHE)


def test_there_is_one_response_for_a_key_the_latest() -> None:
    held = cache()
    held.store("key", request(A), response(LASTS, "Vary: Origin"), NOW)
    held.store("key", request(B), response(LASTS, "Vary: Origin"), NOW)
    held.store("other", request(A), response("Cache-Control: no-store"), NOW)

    assert (None, True, None) == (
        held.select("key", request(A)),
        held.select("key", request(B)) is not None,
        held.select("other", request(A)),
    )
    assert (1, "<BrowserCache 1 responses>") == (len(held), repr(held))
    held.clear()
    assert list(held) == []


def test_what_is_too_much_goes_the_oldest_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browser_cache, "MAX_KEYS", 3)
    monkeypatch.setattr(browser_cache, "MAX_BYTES", 20)
    held = cache()
    for number in range(5):
        held.store(number, request(), response(LASTS), NOW)
    assert [False, False, True, True, True] == [held.select(number, request()) is not None for number in range(5)]

    held.store("large", request(), response(LASTS, body=bytes(17)), NOW)
    assert [None, True] == [held.select(4, request()), held.select("large", request()) is not None]
    held.store("larger", request(), response(LASTS, body=bytes(21)), NOW)
    assert len(held) == 0


class Agreement(RuleBasedStateMachine):
    """
    The cache and a list of all that ever came in, which is read from its end.
    """

    keys = st.sampled_from("ab")
    requests = st.sampled_from([request(), request(A), request(B), request(method="HEAD")])
    responses = st.sampled_from(
        [response(LASTS), response(), response("Cache-Control: no-store"), response(LASTS, "Vary: Origin")]
    )

    def __init__(self) -> None:
        super().__init__()
        self.cache = cache()
        self.history: list[tuple[str, HTTPRequest, HTTPResponse | None]] = []

    @rule(key=keys, request=requests, response=responses)
    def store(self, key: str, request: HTTPRequest, response: HTTPResponse) -> None:
        self.cache.store(key, request, response, NOW)
        self.history.append((key, request, response))

    @rule(key=keys, response=responses, outcome=st.sampled_from(RefusedResponse))
    def refuse(self, key: str, response: HTTPResponse, outcome: RefusedResponse) -> None:
        self.cache.refuse(self.cache.store(key, request(), response, NOW), outcome)
        if outcome is RefusedResponse.KEPT:
            self.history.append((key, request(), response))
        elif outcome is RefusedResponse.FORGOTTEN:
            self.history.append((key, request(), None))

    @rule(key=keys)
    def forget(self, key: str) -> None:
        self.cache.forget(key)
        self.history.append((key, request(), None))

    @rule()
    def clear(self) -> None:
        self.cache.clear()
        self.history.clear()

    @invariant()
    def select_finds_the_latest_if_it_fits(self) -> None:
        for key in "ab":
            of_key = [(made_for, answer) for each, made_for, answer in self.history if each == key]
            made_for, answer = of_key[-1] if of_key else (request(), None)
            for asked in (request(), request(A), request(method="HEAD")):
                found = self.cache.select(key, asked)
                if answer is None or storage_refusal(made_for, answer, NOW, STANDARD_HTTP_CACHE.caching) is not None:
                    assert found is None
                elif found is not None:
                    assert found.response.headers == answer.headers
                    assert matches(found, asked, STANDARD_HTTP_CACHE.caching)


TestAgreement = Agreement.TestCase


@pytest.mark.parametrize("name", profiles())
def test_nothing_is_kept_of_an_answer_that_breaks_off(name: BrowserName) -> None:
    visit = Visit(Answer.broken(200, FRESH, b"ol"), browser=name)
    visit.fetch()

    assert len(visit.browser.http_cache) == 0
