"""
Browsers, pages and clocks.
"""

from __future__ import annotations

import asyncio
import math
from typing import TYPE_CHECKING, Any

import pytest

import browsercors
from browsercors import (
    CHROMIUM,
    FIREFOX,
    STANDARD,
    Answer,
    AsyncBrowser,
    Blob,
    Browser,
    Clock,
    FetchBlocked,
    FetchTypeError,
    ScriptedServer,
)
from browsercors.rules.failures import Identifier
from browsercors.values.arguments import ArgumentTypeError, ArgumentValueError
from tests.browser.helpers import (
    ALLOW,
    API,
    APP,
    OTHER,
    PREFLIGHT,
    asgi_app,
    make_async_browser,
    make_browser,
    make_server,
    wsgi_app,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from browsercors.values.literals import ReferrerPolicy

BROWSERS = ["chromium", "firefox", "webkit", "standard"]


@pytest.mark.parametrize("name", BROWSERS)
def test_a_browser_is_made_by_name(name: str) -> None:
    with make_browser(name) as browser:
        assert (browser.profile.name, repr(browser)) == (name, f"<Browser {name} {browser.profile.version}>")


def test_a_browser_is_chromium_unless_told_otherwise_or_a_profile_of_one_s_own() -> None:
    assert Browser().profile is CHROMIUM
    assert AsyncBrowser().profile is CHROMIUM
    assert Browser(FIREFOX).profile is FIREFOX
    own = STANDARD.evolve(name="own")
    assert repr(make_browser(own)) == f"<Browser own {own.version}>"


def test_a_page_of_an_own_profile_is_identified_by_its_name_too() -> None:
    own = STANDARD.evolve(name="own", identifier=lambda *_: Identifier("blocked!", "by whom"))
    browser = make_browser(own)
    block = browser.open(APP).fetch(API).block

    assert block is not None
    assert dict(block.identifiers) == {"own": "blocked!"}
    assert dict(block.parameters) == {"own": "by whom"}


OPEN_CASES = [
    # open()                                                       origin          base of "x"
    ({"url": f"{APP}/dir/page"}, APP, f"{APP}/dir/x"),
    ({"url": "https://APP.example.com:443/"}, APP, f"{APP}/x"),
    ({"url": "http://localhost:8000/"}, "http://localhost:8000", "http://localhost:8000/x"),
    ({"url": f"{APP}/dir/page", "sandboxed": True}, "null", f"{APP}/dir/x"),
    ({"url": f"{APP}/dir/page", "top_level": OTHER}, APP, f"{APP}/dir/x"),
    ({"url": "data:text/html,x"}, "null", None),
    ({"url": "about:blank"}, "null", None),
    ({"url": "about:blank", "top_level": f"{APP}/dir/page"}, APP, f"{APP}/dir/x"),
    ({"url": "about:srcdoc", "top_level": f"{APP}/dir/page", "sandboxed": True}, "null", f"{APP}/dir/x"),
    ({"url": "data:text/html,x", "top_level": f"{APP}/dir/page"}, "null", None),
]


@pytest.mark.parametrize(("arguments", "origin", "url"), OPEN_CASES)
def test_a_page_has_an_origin_and_a_base_url(arguments: dict[str, Any], origin: str, url: str | None) -> None:
    browser = make_browser()
    browser.mount("*", open_server())
    page = browser.open(**arguments)

    assert origin == page.origin
    if url is None:
        with pytest.raises(FetchTypeError, match="cannot be parsed"):
            page.fetch("x")
    else:
        assert url == page.fetch("x").exchanges[0].url


def open_server() -> ScriptedServer:
    return ScriptedServer(default=Answer(200, {"Access-Control-Allow-Origin": "*"}))


def test_a_page_says_what_it_is() -> None:
    page = make_browser().open(f"{APP}/page?q#f")

    assert (page.url, page.origin) == (f"{APP}/page?q#f", APP)
    assert repr(page) == f"<Page {APP}/page?q#f of origin {APP}>"
    assert page.environment.is_secure_context
    assert repr(make_async_browser().open(APP)) == f"<AsyncPage {APP}/ of origin {APP}>"


SECURE_CASES = [
    # open()                                                    secure context
    ({"url": APP}, True),
    ({"url": "http://app.example.com"}, False),
    ({"url": "http://localhost"}, True),
    ({"url": APP, "top_level": "http://app.example.com"}, False),
    ({"url": APP, "top_level": OTHER}, True),
    ({"url": APP, "secure_context": False}, False),
    ({"url": "http://app.example.com", "secure_context": True}, True),
    ({"url": "about:srcdoc", "top_level": APP}, True),
]


@pytest.mark.parametrize(("arguments", "expected"), SECURE_CASES)
def test_a_page_is_a_secure_context_if_all_above_it_are(arguments: dict[str, Any], expected: bool) -> None:
    assert expected == make_browser().open(**arguments).environment.is_secure_context


def test_a_frame_belongs_to_the_site_of_the_top_level_page() -> None:
    browser = make_browser()
    top = browser.open(OTHER)
    middle = browser.open(APP, parent=top)
    frame = browser.open(OTHER, parent=middle)

    assert [page.environment.top_level_origin.serialized for page in (top, middle, frame)] == [OTHER] * 3
    assert [page.environment.network_partition_key for page in (top, middle, frame)] == [OTHER] * 3
    assert [page.environment.has_cross_site_ancestor for page in (top, middle, frame)] == [False, True, True]
    assert not browser.open("https://a.other.test", parent=top).environment.has_cross_site_ancestor


def test_a_frame_in_a_secure_page_fetches_nothing_insecure() -> None:
    browser = make_browser()
    browser.mount("*", open_server())
    frame = browser.open("about:srcdoc", parent=browser.open(APP))

    assert frame.origin == APP
    blocked = frame.fetch("http://other.test").block
    assert blocked is not None
    assert blocked.reason.value == "mixed-content"


CSP = "Content-Security-Policy"
FRAME_CASES: list[tuple[str, dict[str, Any], dict[str, Any], str | None]] = [
    # id, the page's headers, the frame, what blocks the frame's request to another origin
    ("srcdoc inherits", {CSP: "connect-src 'self'"}, {"url": "about:srcdoc"}, "content-security-policy"),
    ("data: inherits", {CSP: "connect-src 'self'"}, {"url": "data:text/html,x"}, "content-security-policy"),
    ("what a server sends does not", {CSP: "connect-src 'self'"}, {"url": OTHER}, None),
    ("it has its own", {}, {"url": OTHER, "headers": {CSP: "connect-src 'self'"}}, "content-security-policy"),
    ("its own beside what it inherits", {CSP: "connect-src *"},
     {"url": "about:srcdoc", "headers": [(CSP, "connect-src 'none'")]}, "content-security-policy"),
    ("other headers do not matter", {"X-Frame-Options": "DENY"}, {"url": "about:srcdoc"}, None),
]  # fmt: skip


@pytest.mark.parametrize(("headers", "frame", "expected"), [pytest.param(*row[1:], id=row[0]) for row in FRAME_CASES])
def test_a_frame_has_the_policies_of_its_response_or_of_the_page_that_made_it(
    headers: dict[str, str], frame: dict[str, Any], expected: str | None
) -> None:
    browser = make_browser()
    browser.mount("*", open_server())
    block = browser.open(parent=browser.open(APP, headers=headers), **frame).fetch(f"{API}/open").block

    assert expected == (None if block is None else block.reason.value)


def test_frames_of_other_sites_upgrade_as_the_page_above_does() -> None:
    browser = make_browser("standard")
    browser.mount("*", open_server())
    top = browser.open("http://app.example.com", headers={CSP: "upgrade-insecure-requests"})
    frame = browser.open("http://other.test", parent=top)

    assert "https://api.example.com/x" == frame.fetch("http://api.example.com/x").exchanges[0].url


def test_the_page_and_a_preload_list_say_which_hosts_are_reached_over_tls() -> None:
    browser = Browser("standard", public_suffix_list=["com"], hsts_preload={"api.example.com": False})
    browser.mount("*", open_server())
    browser.open(APP, headers={"strict-transport-security": "max-age=60"})
    browser.open("http://other.example.com", headers={"strict-transport-security": "max-age=60"})
    page = browser.open("http://page.example.com")

    assert ["api.example.com", "app.example.com"] == [each.host for each in browser.hsts]
    assert ["https", "https", "http"] == [
        page.fetch(f"http://{name}.example.com/").exchanges[0].url.partition(":")[0] for name in ("api", "app", "other")
    ]
    browser.clock.advance(60)
    assert "http://app.example.com/" == page.fetch("http://app.example.com/").exchanges[0].url


@pytest.mark.parametrize("headers", ["Content-Security-Policy: x", ["a"], [("a",)], [("a", 1)], 7])
def test_headers_of_a_page_have_to_be_headers(headers: Any) -> None:
    with pytest.raises(ArgumentTypeError, match="header"):
        make_browser().open(APP, headers=headers)


@pytest.mark.parametrize(
    ("header", "message"),
    [
        pytest.param(("", "x"), "names such as 'Content-Security-Policy', not ''", id="no name"),
        pytest.param(("a b", "x"), "not 'a b'", id="a name with a space"),
        pytest.param(("Content-Security-Policy", "a\0"), "Content-Security-Policy has 'a\\x00'", id="NUL in a value"),
        pytest.param(("Content-Security-Policy", "a\r\nb: c"), "without NUL and line ends", id="two lines in a value"),
    ],
)
def test_a_page_does_not_arrive_with_headers_that_http_forbids(header: tuple[str, str], message: str) -> None:
    with pytest.raises(ArgumentValueError) as raised:
        make_browser().open(APP, headers=[header])

    assert message in str(raised.value)


def test_spaces_around_a_header_of_a_page_do_not_count() -> None:
    page = make_browser().open(APP, headers={"Content-Security-Policy": " \tconnect-src 'none' "})

    assert "content-security-policy" == page.fetch(API).block.reason.value  # type: ignore[union-attr]


def test_preflights_are_remembered_by_top_level_site() -> None:
    browser = make_browser()
    browser.mount(API, make_server())
    inside_other = browser.open(APP, top_level=OTHER)

    assert [browser.open(APP).fetch(f"{API}/item", method="PUT").preflighted for _ in range(2)] == [True, False]
    assert [inside_other.fetch(f"{API}/item", method="PUT").preflighted for _ in range(2)] == [True, False]
    assert len(browser.preflight_cache) == 2
    browser.preflight_cache.clear()
    assert browser.open(APP).fetch(f"{API}/item", method="PUT").preflighted


POLICY_CASES = [
    ("strict-origin-when-cross-origin", f"{APP}/"),
    ("no-referrer", None),
    ("unsafe-url", f"{APP}/page"),
    ("", f"{APP}/"),
]


@pytest.mark.parametrize(("policy", "expected"), POLICY_CASES)
def test_a_page_has_a_referrer_policy(policy: ReferrerPolicy, expected: str | None) -> None:
    browser = make_browser()
    browser.mount(API, make_server())
    result = browser.open(f"{APP}/page", referrer_policy=policy).fetch(f"{API}/item")

    assert expected == result.exchanges[0].request_headers.get("Referer")


def test_the_clock_moves_only_when_told_to() -> None:
    browser = make_browser()
    browser.mount(API, make_server())
    page = browser.open(APP)
    start = browser.clock.now

    assert page.fetch(f"{API}/item", method="PUT").preflighted
    assert not page.fetch(f"{API}/item", method="PUT").preflighted
    assert browser.clock.now == start
    browser.clock.advance(600)
    assert page.fetch(f"{API}/item", method="PUT").preflighted
    assert browser.clock.now == start + 600


def test_a_latency_that_a_server_states_moves_the_clock() -> None:
    browser = make_browser(start_time=1000)
    browser.mount(API, make_server())
    page = browser.open(APP)
    first, second = page.fetch(f"{API}/slow"), page.fetch(f"{API}/item")

    assert [result.exchanges[0].time for result in (first, second)] == [1000, 1002.5]
    stalled = page.fetch(f"{API}/stalled")
    assert stalled.block is not None
    assert (stalled.block.reason.value, browser.clock.now) == ("timed-out", 1302.5)


CLOCK_CASES: list[Any] = [-1, -0.001, math.nan, math.inf, "1", None]


def test_a_request_says_when_it_is_sent() -> None:
    server = ScriptedServer({"*": Answer(200, {"Access-Control-Allow-Origin": "*"}, latency=5)})
    with make_browser("chromium", start_time=1000.0) as browser:
        browser.mount(API, server)
        for _ in range(2):
            browser.open(f"{APP}/").fetch(API, method="POST", headers={"X-A": "1"})
            browser.clock.advance(60)

    assert [1000.0, 1065.0] == [request.time for request in server.received]


@pytest.mark.parametrize("seconds", CLOCK_CASES)
def test_a_clock_does_not_go_back(seconds: Any) -> None:
    clock = Clock(7)
    with pytest.raises(ValueError, match="seconds has to be a finite number of at least 0, not"):
        clock.advance(seconds)

    assert (clock.now, repr(clock)) == (7, "<Clock 7>")
    clock.advance(0.5)
    assert clock.now == 7.5


def test_an_unmounted_origin_is_a_network_error_that_says_so() -> None:
    browser = make_browser()
    result = browser.open(APP).fetch(f"{API}/x")

    assert (result.type, result.url, result.exchanges) == ("error", "", [])
    assert result.block is not None
    assert result.block.reason.value == "not-mounted"
    with pytest.raises(FetchBlocked, match="mount"):
        result.raise_for_unreadable()


PATTERN_CASES = [
    # mounted                         asked                          answered
    (API, f"{API}/", True),
    ("https://api.example.com:443", f"{API}/", True),
    (API, "https://api.example.com:8443/", False),
    (API, "http://api.example.com/", False),
    ("https://*.example.com", f"{API}/", True),
    ("https://*.example.com", "https://a.b.example.com/", True),
    ("https://*.example.com", "https://example.com/", False),
    ("http://localhost:*", "http://localhost:8123/", True),
    ("*", "https://anything.test/", True),
]


@pytest.mark.parametrize(("mounted", "url", "expected"), PATTERN_CASES)
def test_origins_patterns_and_a_fallback_can_be_mounted(mounted: str, url: str, expected: bool) -> None:
    browser = make_browser()
    browser.mount(mounted, open_server())

    assert expected == browser.open("http://page.test").fetch(url).readable


def test_a_second_mount_takes_the_place_of_the_first() -> None:
    browser = make_browser()
    browser.mount(API, ScriptedServer(default=Answer(500, ALLOW)))
    server = browser.mount(API, ScriptedServer(default=Answer(201, ALLOW)))

    assert browser.open(APP).fetch(API).status == 201
    assert isinstance(server, ScriptedServer)


@pytest.mark.parametrize("app", [wsgi_app, asgi_app], ids=["wsgi", "asgi"])
def test_applications_answer_and_cookies_are_kept(app: Callable[..., Any]) -> None:
    name = "wsgi" if app is wsgi_app else "asgi"
    with make_browser("chromium") as browser:
        browser.mount(API, app)
        page = browser.open(APP)
        first = page.fetch(f"{API}/x", credentials="include")
        second = page.fetch(f"{API}/x", credentials="include")
        bare = page.fetch(f"{API}/x")

    assert [result.text() for result in (first, second, bare)] == ["GET /x -", f"GET /x from={name}", "GET /x -"]
    assert [cookie.name for cookie in browser.cookies] == [b"from"]


@pytest.mark.parametrize("app", [wsgi_app, asgi_app], ids=["wsgi", "asgi"])
def test_an_application_that_raises_answers_500_without_cors_headers(app: Callable[..., Any]) -> None:
    with make_browser() as browser:
        browser.mount(API, app)
        result = browser.open(APP).fetch(f"{API}/raise")

    assert result.block is not None
    assert result.block.reason.value == "allow-origin-missing"
    assert result.exchanges[0].status == 500
    assert "LookupError: no such thing" in (result.exchanges[0].traceback or "")


@pytest.mark.parametrize("app", [wsgi_app, asgi_app], ids=["wsgi", "asgi"])
def test_an_application_s_exception_can_be_raised_here(app: Callable[..., Any]) -> None:
    with make_browser(raise_app_exceptions=True) as browser:
        browser.mount(API, app)
        with pytest.raises(LookupError, match="no such thing"):
            browser.open(APP).fetch(f"{API}/raise")


def exhausted(*_: object) -> Any:
    raise StopIteration


def test_an_application_that_raises_stop_iteration_is_no_end_of_the_fetch() -> None:
    with make_browser(raise_app_exceptions=True) as browser:
        browser.mount(API, exhausted, interface="wsgi")
        with pytest.raises(RuntimeError, match="raised StopIteration"):
            browser.open(APP).fetch(API)


def test_an_awaited_application_that_raises_stop_iteration_is_waited_for_no_longer() -> None:
    async def fetch() -> None:
        async with AsyncBrowser(raise_app_exceptions=True) as browser:
            browser.mount(API, exhausted, interface="wsgi")
            await asyncio.wait_for(browser.open(APP).fetch(API), timeout=10)

    with pytest.raises(RuntimeError, match="raised StopIteration"):
        asyncio.run(fetch())


def test_a_scripted_function_that_raises_stop_iteration_is_no_end_of_the_fetch() -> None:
    browser = make_browser()
    browser.mount(API, ScriptedServer({"/": exhausted}))
    with pytest.raises(StopIteration):
        browser.open(APP).fetch(API)


MISTAKES: list[tuple[Callable[[Browser], object], type[Exception], list[str]]] = [
    # the mistake                                            error        what the message names
    (lambda _: make_browser("netscape"), ValueError, ["browser", "'netscape'", "'chromium'", "'standard'"]),
    (lambda _: make_browser(7), ValueError, ["browser", "7", "BrowserProfile"]),
    (lambda _: make_browser(["chromium"]), ValueError, ["browser", "['chromium']"]),
    (lambda _: Browser(public_suffix_list=7), TypeError, ["public_suffix_list", "int"]),  # type: ignore[arg-type]
    (lambda b: b.open("app.example.com"), ValueError, ["url", "'app.example.com'", "absolute URL", "https://"]),
    (lambda b: b.open("http://"), ValueError, ["url", "'http://'"]),
    (lambda b: b.open(7), TypeError, ["url", "str", "int"]),  # type: ignore[arg-type]
    (lambda b: b.open(APP, referrer_policy="never"), ValueError, ["referrer_policy", "'never'", "no-referrer"]),  # type: ignore[arg-type]
    (lambda b: b.open(APP, top_level="other"), ValueError, ["absolute URL", "'other'"]),
    (lambda b: b.open(APP, parent=b.open(APP), top_level=APP), ValueError, ["parent=", "top_level="]),
    (lambda b: b.open(APP, parent=APP), TypeError, ["parent has to be a page", "top_level=", APP]),  # type: ignore[arg-type]
    (lambda b: b.clock.advance(2**2000), ValueError, ["seconds has to be a finite number"]),
    (
        lambda b: b.mount("api.example.com", wsgi_app),
        ValueError,
        ["origin", "'api.example.com'", "https://api.example.com"],
    ),
    (lambda b: b.mount(f"{API}/path", wsgi_app), ValueError, ["origin", "without a path"]),
    (lambda b: b.mount(API, 7), TypeError, ["7"]),
    (lambda b: b.open(APP).fetch(API, body="x", json={}, method="PUT"), TypeError, ["body=", "json="]),
    (lambda b: b.open(APP).fetch(API, json=object(), method="PUT"), TypeError, ["json", "object"]),
    (lambda b: b.open(APP).fetch(API, json=[10**5000], method="PUT"), ValueError, ["json", "digits"]),
    (lambda b: b.open(APP).fetch(API, colour="red"), TypeError, ["colour"]),  # type: ignore[call-arg]
    (lambda b: b.open(APP).xhr("GET", API, mode="cors"), TypeError, ["mode"]),  # type: ignore[call-arg]
    (lambda b: b.open(APP).fetch(API, method="TRACE"), FetchTypeError, ["method", "'TRACE'", "forbidden"]),
    (lambda b: b.open(APP).fetch(API, headers={"X A": "1"}), FetchTypeError, ["header name", "'X A'", "token"]),
    (lambda b: b.clock.advance(-1), ValueError, ["seconds", "-1"]),
    (lambda _: Browser(start_time="now"), ArgumentValueError, ["start_time", "finite number", "'now'"]),  # type: ignore[arg-type]
    (lambda _: Browser(start_time=math.nan), ArgumentValueError, ["start_time", "finite number", "nan"]),
    (lambda _: Browser(start_time=10**400), ArgumentValueError, ["start_time", "finite number", "10000"]),
    (lambda b: b.open(APP, parent=make_browser().open(APP)), ArgumentValueError, ["parent", "of this browser", APP]),
    (lambda b: b.open(APP, allow=["x"], parent=b.open(APP)), ArgumentTypeError, ["allow", "'local-", "['x']"]),  # type: ignore[arg-type]
    (lambda b: b.open(APP, top_level="frame.html"), ArgumentValueError, ["top_level", "absolute", "'frame.html'"]),
    (lambda b: b.open(APP, top_level=7), ArgumentTypeError, ["top_level", "str", "int"]),  # type: ignore[arg-type]
    (lambda b: b.open(APP, referrer_policy=[]), ArgumentValueError, ["referrer_policy", "no-referrer", "[]"]),  # type: ignore[arg-type]
    (lambda b: b.open(APP, allow="local-network"), ArgumentValueError, ["allow", "parent=", "'local-network'"]),
    (lambda b: b.open(APP, sandboxed="allow-scripts"), ArgumentTypeError, ["sandboxed", "True", "'allow-scripts'"]),  # type: ignore[arg-type]
    (lambda b: b.open(APP, secure_context="yes"), ArgumentTypeError, ["secure_context", "None", "'yes'"]),  # type: ignore[arg-type]
]


@pytest.mark.parametrize(("mistake", "error", "words"), MISTAKES)
def test_a_caller_s_mistake_is_raised_with_argument_value_and_what_is_right(
    mistake: Callable[[Browser], object], error: type[Exception], words: list[str]
) -> None:
    browser = make_browser()
    with pytest.raises(error) as caught:
        mistake(browser)

    assert [word for word in words if word not in str(caught.value)] == []


def test_what_javascript_would_throw_is_a_type_error_and_sends_nothing() -> None:
    browser = make_browser()
    server = make_server()
    browser.mount(API, server)
    with pytest.raises(TypeError):
        browser.open(APP).fetch(API, mode="no-cors", method="PUT")

    assert server.received == []


def test_no_json_is_no_body() -> None:
    """
    As users of httpx and requests expect it.
    """
    browser = make_browser()
    browser.mount(API, make_server())
    result = browser.open(APP).fetch(f"{API}/item", method="PUT", json=None)

    assert result.exchanges[-1].request_body is None
    assert "content-type" not in result.exchanges[-1].request_headers


def test_json_null_is_said_as_a_page_says_it() -> None:
    browser = make_browser()
    browser.mount(API, make_server())
    result = browser.open(APP).fetch(f"{API}/item", method="PUT", body=Blob("null", "application/json"))

    assert result.exchanges[-1].request_body == b"null"
    assert result.exchanges[-1].request_headers["content-type"] == "application/json"


def test_json_is_written_as_javascript_writes_it() -> None:
    browser = make_browser()
    browser.mount(API, make_server())
    values = [1.0, math.nan, "\ud800", 2**64]
    result = browser.open(APP).fetch(f"{API}/item", method="PUT", json=values)

    assert result.exchanges[-1].request_body == b'[1,null,"\\ud800",18446744073709551616]'


def test_closing_twice_is_no_mistake() -> None:
    browser = make_browser()
    browser.mount(API, asgi_app)
    browser.open(APP).fetch(API)
    browser.close()
    browser.close()


def test_what_gathered_pages_do_comes_in_the_order_of_the_calls() -> None:
    order: list[str] = []

    async def slow_first(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            order.append(scope["path"])
            await asyncio.sleep(0.02 if scope["path"] == "/0" else 0)
            await asgi_app(scope, receive, send)

    async def main() -> list[str]:
        async with make_async_browser() as browser:
            browser.mount(API, slow_first)
            page = browser.open(APP)
            results = await asyncio.gather(*(page.fetch(f"{API}/{number}") for number in range(5)))
            return [result.text() for result in results]

    assert [f"GET /{number} -" for number in range(5)] == asyncio.run(main())
    assert [f"/{number}" for number in range(5)] == order


def test_an_async_browser_runs_wsgi_asgi_and_scripted_servers() -> None:
    async def main() -> list[object]:
        async with make_async_browser("chromium") as browser:
            browser.mount("https://wsgi.example.com", wsgi_app)
            browser.mount("https://asgi.example.com", asgi_app)
            browser.mount(API, make_server())
            page = browser.open(APP)
            frame = browser.open(OTHER, parent=page)
            texts = [(await page.fetch(f"https://{kind}.example.com/x")).text() for kind in ("wsgi", "asgi")]
            xhr = await page.xhr("PUT", f"{API}/item", headers=[("X-A", "1")])
            unmounted = await frame.fetch("https://nowhere.test")
            slow = await page.fetch(f"{API}/slow")
            return [*texts, xhr.status, repr(unmounted), slow.exchanges[0].time < browser.clock.now, repr(browser)]

    assert asyncio.run(main()) == [
        "GET /x -",
        "GET /x -",
        200,
        "<FetchResult blocked: not-mounted>",
        True,
        f"<AsyncBrowser chromium {CHROMIUM.version}>",
    ]


def test_a_preflight_needs_the_preflight_s_answer() -> None:
    browser = make_browser()
    browser.mount(API, ScriptedServer({"OPTIONS *": PREFLIGHT, "*": Answer(200, ALLOW)}))

    assert browser.open(APP).fetch(API, method="DELETE").readable
    assert not browser.open(APP).fetch(API, method="PATCH").readable


def test_public_names_are_found_where_they_are_said_to_be() -> None:
    assert [name for name in browsercors.__all__ if not hasattr(browsercors, name)] == []
    with pytest.raises(AttributeError):
        _ = browsercors.no_such_name


def test_a_closed_browser_does_not_fetch() -> None:
    with make_browser() as browser:
        browser.mount(API, make_server())
        page = browser.open(APP)
        page.fetch(f"{API}/item")

    with pytest.raises(RuntimeError, match="is closed, so its pages cannot fetch"):
        page.fetch(f"{API}/item")


def test_an_application_that_was_started_and_never_shut_down_is_warned_of() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        while scope["type"] == "lifespan":
            await send({"type": f"{(await receive())['type']}.complete"})
        await send({"type": "http.response.start", "status": 204})
        await send({"type": "http.response.body"})

    browser = make_browser()
    browser.mount(API, app)
    browser.open(APP).fetch(API)

    with pytest.warns(ResourceWarning, match="unclosed <Browser standard .*call browser.close"):
        browser.__del__()
    browser.close()
    browser.__del__()
