"""
WebSockets of ASGI applications in process: what frameworks accept, refuse, send and forget.
"""

from __future__ import annotations

import asyncio
import tracemalloc
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi import FastAPI, WebSocket as ServerSide
from starlette.responses import PlainTextResponse

from browsercors import AsyncBrowser, Browser, WebSocket

API, PAGE = "wss://api.example.com", "https://app.example.com"

app = FastAPI()


@app.websocket("/echo")
async def echo(socket: ServerSide) -> None:
    await socket.accept()
    async for text in socket.iter_text():
        await socket.send_text(f"you said {text}")


@app.websocket("/chosen")
async def chosen(socket: ServerSide) -> None:
    await socket.accept(subprotocol=socket.scope["subprotocols"][0], headers=[(b"x-a", b"1")])
    await socket.send_text("text")
    await socket.send_bytes(b"bytes")
    await socket.close(4001, "done")


@app.websocket("/refused")
async def refused(socket: ServerSide) -> None:
    await socket.close(1008)


@app.websocket("/denied")
async def denied(socket: ServerSide) -> None:
    await socket.send_denial_response(PlainTextResponse("log in", 401))


@app.websocket("/raises")
async def raises(socket: ServerSide) -> None:
    await socket.accept()
    raise ZeroDivisionError("on purpose")


@app.websocket("/raises-before")
async def raises_before(_: ServerSide) -> None:
    raise ZeroDivisionError("on purpose")


@app.websocket("/hangs")
async def hangs(_: ServerSide) -> None:
    await asyncio.sleep(3600)


@app.websocket("/silent")
async def silent(socket: ServerSide) -> None:
    await socket.accept()
    await asyncio.sleep(3600)


Open = Callable[..., WebSocket]


@pytest.fixture
def opened() -> Iterator[Open]:
    with Browser("chromium") as browser:

        def opened_at(path: str, protocols: Any = (), **options: Any) -> WebSocket:
            browser.mount("https://api.example.com", app, **options)
            return browser.open(f"{PAGE}/").websocket(f"{API}{path}", protocols)

        yield opened_at


def test_an_application_and_a_page_talk(opened: Open) -> None:
    with opened("/echo") as socket:
        socket.send("hi")
        assert socket.receive() == "you said hi"
        socket.close(1000, "bye")

    assert (1000, "bye", True) == (socket.close_code, socket.close_reason, socket.was_clean)


def test_what_it_accepts_with_is_in_the_answer(opened: Open) -> None:
    socket = opened("/chosen", ["chat"])

    assert socket.protocol == "chat"
    assert socket.exchanges[0].response_headers.get("X-A") == "1"
    assert ["text", b"bytes"] == list(socket)
    assert (4001, "done") == (socket.close_code, socket.close_reason)


REFUSALS = [("/refused", 403), ("/nowhere", 403), ("/denied", 401), ("/raises-before", 500)]


@pytest.mark.parametrize(("path", "status"), REFUSALS)
def test_a_refusal_has_the_status_that_servers_send(opened: Open, path: str, status: int) -> None:
    socket = opened(path)

    assert socket.block is not None
    assert socket.block.reason == "websocket-status"
    assert [status] == [exchange.status for exchange in socket.exchanges]


def test_an_application_that_raises_breaks_the_connection(opened: Open) -> None:
    socket = opened("/raises")

    assert [] == list(socket)
    assert socket.was_clean is False
    assert socket.close_code in (1006, 1011)


def test_an_application_that_never_answers_has_its_time(opened: Open) -> None:
    socket = opened("/hangs", timeout=0.3)

    assert socket.block is not None
    assert socket.block.reason == "timed-out"


def test_a_message_that_never_comes_is_a_timeout(opened: Open) -> None:
    socket = opened("/silent", timeout=0.3)

    with pytest.raises(TimeoutError):
        socket.receive()
    assert socket.state == "open"


def test_pages_of_an_async_browser_talk_in_its_loop() -> None:
    async def talk() -> list[Any]:
        async with AsyncBrowser("chromium") as browser:
            browser.mount("https://api.example.com", app)
            page = browser.open(f"{PAGE}/")
            sockets = await asyncio.gather(*(page.websocket(f"{API}/echo") for _ in range(3)))
            for number, socket in enumerate(sockets):
                await socket.send(str(number))
            heard = [await socket.receive() for socket in sockets]
            for socket in sockets:
                await socket.close()
            return heard

    assert [f"you said {number}" for number in range(3)] == asyncio.run(talk())


def test_ten_thousand_messages_are_not_kept(opened: Open) -> None:
    with opened("/echo") as socket:
        socket.send("x")
        socket.receive()
        tracemalloc.start()
        try:
            for _ in range(10_000):
                socket.send("x")
                socket.receive()
            current, _ = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()

    assert current < 100_000
