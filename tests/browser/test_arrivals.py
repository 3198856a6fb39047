"""
Fetches of an async browser that are under way together: none waits for another, and time passes once for all.
"""

from __future__ import annotations

import asyncio
import gc
import time
from typing import TYPE_CHECKING, Any

import pytest

from browsercors import Answer, AsyncBrowser, ScriptedServer
from tests.browser.helpers import ALLOW, API, APP, PREFLIGHT, asgi_app, make_async_browser
from tests.servers.helpers import raw_server

if TYPE_CHECKING:
    import socket

    from browsercors import AsyncPage


def scripted(browser: AsyncBrowser, answers: dict[str, Any]) -> tuple[AsyncPage, ScriptedServer]:
    server = ScriptedServer(answers)
    browser.mount(API, server)
    return browser.open(APP), server


def later(seconds: float) -> Answer:
    return Answer(200, ALLOW, latency=seconds)


@pytest.mark.asyncio
async def test_one_fetch_may_release_another() -> None:
    released = asyncio.Event()

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            if scope["path"] == "/wait":
                await released.wait()
            released.set()
        await asgi_app(scope, receive, send)

    async with make_async_browser() as browser:
        browser.mount(API, app, timeout=5)
        page = browser.open(APP)
        results = await asyncio.gather(page.fetch(f"{API}/wait"), page.fetch(f"{API}/go"))

    assert [result.text() for result in results] == ["GET /wait -", "GET /go -"]


@pytest.mark.asyncio
async def test_slow_live_servers_are_slow_at_the_same_time() -> None:
    def slow(connection: socket.socket) -> None:
        time.sleep(0.3)
        connection.sendall(b"HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: *\r\nContent-Length: 2\r\n\r\nok")

    with raw_server(slow) as one, raw_server(slow) as two, raw_server(slow) as three:
        async with make_async_browser() as browser:
            for number, server in enumerate((one, two, three)):
                browser.mount(f"https://{number}.example.com", server.url)
            page = browser.open(APP)
            began = time.monotonic()
            results = await asyncio.gather(*(page.fetch(f"https://{number}.example.com/") for number in range(3)))
            took = time.monotonic() - began

    assert [result.text() for result in results] == ["ok"] * 3
    assert took < 0.8


TIMES = [
    # seconds that the answers take     in which order they are there, and when
    ((2.0, 3.0), [(0, 2.0), (1, 3.0)]),
    ((3.0, 2.0), [(1, 2.0), (0, 3.0)]),
    ((2.0, 2.0, 2.0), [(0, 2.0), (1, 2.0), (2, 2.0)]),
    ((5.0, 0.0, 1.0), [(1, 0.0), (2, 1.0), (0, 5.0)]),
    ((0.0, 0.0), [(0, 0.0), (1, 0.0)]),
    ((4.0, 3.0, 2.0, 1.0), [(3, 1.0), (2, 2.0), (1, 3.0), (0, 4.0)]),
]


@pytest.mark.asyncio
@pytest.mark.parametrize(("seconds", "expected"), TIMES)
async def test_the_time_of_answers_overlaps(seconds: tuple[float, ...], expected: list[tuple[int, float]]) -> None:
    browser = make_async_browser(start_time=0)
    page, server = scripted(browser, {f"/{number}": later(each) for number, each in enumerate(seconds)})
    there: list[tuple[int, float]] = []

    async def fetch(number: int) -> None:
        assert (await page.fetch(f"{API}/{number}")).readable
        there.append((number, browser.clock.now))

    await asyncio.gather(*(fetch(number) for number in range(len(seconds))))

    assert expected == there
    assert browser.clock.now == max(seconds)
    assert [request.url.path for request in server.received] == [f"/{number}" for number in range(len(seconds))]
    assert {request.time for request in server.received} == {0.0}


@pytest.mark.asyncio
async def test_what_follows_an_answer_goes_out_at_its_time_and_the_clock_never_goes_back() -> None:
    browser = make_async_browser(start_time=0)
    preflight = Answer(PREFLIGHT.status, PREFLIGHT.headers, latency=1)
    page, server = scripted(browser, {"OPTIONS /put": preflight, "/put": later(3), "/get": later(2), "/late": later(0)})

    async def get_twice() -> None:
        await page.fetch(f"{API}/get")
        await page.fetch(f"{API}/late")

    await asyncio.gather(get_twice(), page.fetch(f"{API}/put", method="PUT"))
    sent = [(request.method, request.url.path, request.time) for request in server.received]

    assert sent == [
        (b"GET", "/get", 0.0),
        (b"OPTIONS", "/put", 0.0),
        (b"PUT", "/put", 1.0),
        (b"GET", "/late", 2.0),
    ]
    assert browser.clock.now == 4.0


@pytest.mark.asyncio
async def test_a_page_that_polls_does_not_keep_time_from_going_on() -> None:
    browser = make_async_browser(start_time=0)
    page, _ = scripted(browser, {"/slow": later(2), "/poll": later(0)})

    async def poll() -> int:
        count = 0
        while browser.clock.now < 2:
            count += 1
            await page.fetch(f"{API}/poll")
        return count

    async with asyncio.timeout(5):
        _, count = await asyncio.gather(page.fetch(f"{API}/slow"), poll())
    assert count < 100


@pytest.mark.asyncio
async def test_a_fetch_that_is_cancelled_holds_nobody_up() -> None:
    browser = make_async_browser(start_time=0)
    page, _ = scripted(browser, {"/1": later(1), "/2": later(2), "/3": later(3)})
    for rounds in range(8):
        tasks = [asyncio.create_task(page.fetch(f"{API}/{number}")) for number in (1, 2, 3)]
        for _ in range(rounds):
            await asyncio.sleep(0)
        tasks[1].cancel()
        async with asyncio.timeout(5):
            await asyncio.gather(*tasks, return_exceptions=True)
        assert [task.cancelled() for task in tasks[::2]] == [False, False]
        assert repr(browser._arrivals) == "<Arrivals 0 waiting>"
        assert browser._arrivals.moving == 0


def test_a_browser_goes_on_in_another_loop_after_one_that_was_dropped() -> None:
    browser = make_async_browser(start_time=0)
    page, _ = scripted(browser, {"/1": later(1), "/2": later(2)})
    loop = asyncio.new_event_loop()

    async def begin() -> None:
        tasks = [asyncio.ensure_future(page.fetch(f"{API}/{number}")) for number in (1, 2)]
        for task in tasks:
            task._log_destroy_pending = False  # type: ignore[attr-defined]
        for _ in range(2):
            await asyncio.sleep(0)

    loop.run_until_complete(begin())
    loop.close()
    gc.collect()

    async def both() -> list[bool]:
        async with asyncio.timeout(5):
            return [result.readable for result in await asyncio.gather(page.fetch(f"{API}/1"), page.fetch(f"{API}/2"))]

    assert asyncio.run(both()) == [True, True]
