"""
What a page is told of a beacon, and what happens behind it.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from browsercors import (
    Answer,
    AsyncBrowser,
    Blob,
    Browser,
    FetchTypeError,
    FormData,
    ReadableStream,
    ScriptedServer,
    URLSearchParams,
)

if TYPE_CHECKING:
    from browsercors.browser.channels.beacon import BeaconResult

API, PAGE = "https://api.example.com", "https://app.example.com"
BROWSERS = ["standard", "chromium", "firefox", "webkit"]
GRANT = {
    "Access-Control-Allow-Origin": PAGE,
    "Access-Control-Allow-Credentials": "true",
    "Access-Control-Allow-Headers": "content-type",
}


def sent(data: Any = None, answer: Answer | None = None, *, browser: Any = "chromium") -> BeaconResult:
    with Browser(browser) as simulated:
        simulated.mount(API, ScriptedServer(default=answer or Answer(204)))
        simulated.set_cookie("c", "1", domain="api.example.com", secure=True)
        return simulated.open(f"{PAGE}/").beacon(f"{API}/log", data)


BODIES: list[tuple[str, Any, str | None, bytes]] = [
    ("nothing", None, None, b""),
    ("text", "hi", "text/plain;charset=UTF-8", b"hi"),
    ("bytes", b"hi", None, b"hi"),
    ("a form", URLSearchParams({"a": "1"}), "application/x-www-form-urlencoded;charset=UTF-8", b"a=1"),
    ("a blob of text", Blob("x", "text/plain"), "text/plain", b"x"),
    ("a blob without type", Blob("x"), None, b"x"),
]


@pytest.mark.parametrize("browser", BROWSERS)
@pytest.mark.parametrize(("data", "type_", "body"), [row[1:] for row in BODIES], ids=[row[0] for row in BODIES])
def test_what_a_form_could_send_goes_out_with_cookies_and_without_a_preflight(
    data: Any, type_: str | None, body: bytes, browser: str
) -> None:
    result = sent(data, browser=browser)

    assert (True, True, None, False) == (result.queued, result.loaded, result.block, result.readable)
    (exchange,) = result.exchanges
    headers = exchange.request_headers
    assert ("POST", type_, body) == (exchange.method, headers.get("Content-Type"), exchange.request_body or b"")
    assert ("c=1", PAGE, "no-cors") == (headers["Cookie"], headers["Origin"], headers["Sec-Fetch-Mode"])


def test_a_multipart_form_goes_out_alike() -> None:
    form = FormData()
    form.append("a", "1")

    (exchange,) = sent(form).exchanges
    assert exchange.request_headers["Content-Type"].startswith("multipart/form-data; boundary=")


JSON = Blob("{}", "application/json")


@pytest.mark.parametrize("browser", BROWSERS)
def test_json_needs_a_preflight_that_allows_credentials(browser: str) -> None:
    allowed, refused = sent(JSON, Answer(204, GRANT), browser=browser), sent(JSON, browser=browser)

    assert (["OPTIONS", "POST"], None) == ([each.method for each in allowed.exchanges], allowed.block)
    assert refused.block is not None
    assert (["OPTIONS"], "allow-origin-missing") == ([each.method for each in refused.exchanges], refused.block.reason)
    # NB: the page is told the same either way.
    assert (True, True) == (allowed.queued, refused.queued)


def test_any_origin_is_not_enough_for_json() -> None:
    result = sent(JSON, Answer(204, GRANT | {"Access-Control-Allow-Origin": "*"}))

    assert (
        f"The beacon {API}/log is not delivered in {PAGE}: the preflight response allows any origin (*), but a beacon "
        "is always sent with credentials." == result.report().headline
    )
    assert "navigator.sendBeacon(...)" == result.report().tried.api


def test_what_was_sent_is_not_said_to_be_lost() -> None:
    with Browser() as browser:
        server = ScriptedServer({"OPTIONS /log": Answer(204, GRANT)}, default=Answer(204))
        browser.mount(API, server)
        result = browser.open(f"{PAGE}/").beacon(f"{API}/log", JSON)

    assert result.report().headline.startswith(f"The beacon {API}/log was sent, but its response is not accepted")


SIZES: list[tuple[str, int, bool]] = [
    *((name, 65_536, True) for name in BROWSERS),
    ("standard", 65_537, False),
    ("chromium", 65_537, False),
    ("firefox", 65_537, True),
    ("webkit", 65_537, False),
]


@pytest.mark.parametrize(("browser", "size", "queued"), SIZES)
@pytest.mark.parametrize("type_", ["text/plain", "application/json"])
def test_a_beacon_may_have_64_kib_outside_firefox(browser: str, size: int, queued: bool, type_: str) -> None:
    result = sent(Blob("x" * size, type_), Answer(204, GRANT), browser=browser)

    assert (queued, queued) == (result.queued, bool(result.exchanges))
    assert ("" if queued else "keepalive-body-too-large") == ("" if result.block is None else result.block.reason)


REFUSED: list[tuple[str, str, dict[str, str], dict[str, bool]]] = [
    (
        "a policy of the page",
        API,
        {"Content-Security-Policy": "connect-src 'none'"},
        {"standard": True, "chromium": True, "firefox": False, "webkit": True},
    ),
    (
        "mixed content",
        "http://api.example.com",
        {},
        {"standard": True, "chromium": False, "firefox": False, "webkit": False},
    ),
]


@pytest.mark.parametrize(("url", "headers", "queued"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_browsers_do_not_agree_on_what_returns_false(
    url: str, headers: dict[str, str], queued: dict[str, bool]
) -> None:
    told = {}
    for name in queued:
        with Browser(name) as browser:  # type: ignore[arg-type]  # the four names
            browser.mount("*", ScriptedServer(default=Answer(204)))
            result = browser.open(f"{PAGE}/", headers=headers).beacon(f"{url}/log", "hi")
            assert result.block is not None
            assert not result.exchanges
            told[name] = result.queued

    assert queued == told


WRONG: list[tuple[Any, Any, str]] = [
    ("https://", None, "url"),
    ("data:,x", None, "http"),
    ("ftp://api.example.com/", None, "http"),
    (None, None, "url"),
    (API, ReadableStream([b"x"]), "ReadableStream"),
    (API, {"a": 1}, "body"),
]


@pytest.mark.parametrize(("url", "data", "message"), WRONG)
def test_what_send_beacon_throws_for_raises(url: Any, data: Any, message: str) -> None:
    with Browser() as browser, pytest.raises(FetchTypeError, match=message):
        browser.open(f"{PAGE}/").beacon(url, data)


def test_an_async_page_sends_beacons_as_well() -> None:
    async def send() -> BeaconResult:
        async with AsyncBrowser() as browser:
            browser.mount(API, ScriptedServer(default=Answer(204)))
            return await browser.open(f"{PAGE}/").beacon(f"{API}/log", "hi")

    result = asyncio.run(send())
    assert (True, None) == (result.queued, result.event)
    assert "delivered" in repr(result)


HALF = "x" * (40 * 1024)
TOO_LARGE = "keepalive-body-too-large"

# the browser: what became of a beacon, another beacon and a keepalive fetch that are under way together
TOGETHER: list[tuple[str, list[str]]] = [
    ("standard", ["", TOO_LARGE, TOO_LARGE]),
    ("firefox", ["", "", ""]),
]


@pytest.mark.parametrize(("browser", "reasons"), TOGETHER)
def test_what_is_under_way_together_has_one_limit(browser: Any, reasons: list[str]) -> None:
    async def send() -> tuple[list[str], list[str]]:
        async with AsyncBrowser(browser) as simulated:
            simulated.mount(API, ScriptedServer(default=Answer(204, GRANT, latency=1)))
            page = simulated.open(f"{PAGE}/")

            def asked() -> Any:
                url = f"{API}/log"
                return (
                    page.beacon(url, HALF),
                    page.beacon(url, HALF),
                    page.fetch(url, method="POST", body=HALF, keepalive=True),
                )

            together: list[Any] = await asyncio.gather(*asked())
            after = [await each for each in asked()]
            return [code_of(each) for each in together], [code_of(each) for each in after]

    assert (reasons, ["", "", ""]) == asyncio.run(send())


def code_of(result: Any) -> str:
    return "" if result.block is None else result.block.reason.value
