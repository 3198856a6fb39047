"""
Event sources of servers that never end their answer: events as they come, and applications that are told of the end.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import itertools
import socket
import threading
import time
import tracemalloc
from typing import TYPE_CHECKING, Any

import pytest

from browsercors import AsyncBrowser, Browser

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from browsercors.browser.channels.event_source import AsyncEventSource, EventSource

API, PAGE = "https://api.example.com", "https://app.example.com"
HEAD = [("Content-Type", "text/event-stream"), ("Access-Control-Allow-Origin", "*")]
RAW_HEAD = [(name.lower().encode(), value.encode()) for name, value in HEAD]


class WSGI:
    """
    Sends numbers for ever.
    """

    def __init__(self, parts: Callable[[], Iterator[bytes]] | None = None) -> None:
        self.ended: list[str] = []
        self.sent = 0
        self.parts = parts or self.numbers

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterator[bytes]:
        start_response("200 OK", HEAD)
        return self.parts()

    def numbers(self) -> Iterator[bytes]:
        try:
            for self.sent in itertools.count(1):
                yield b"id: %d\ndata: %d\n\n" % (self.sent, self.sent)
        except GeneratorExit:
            self.ended.append("GeneratorExit")
            raise


class ASGI:
    """
    The same; it waits for the disconnect as well.
    """

    def __init__(self, pause: float = 0) -> None:
        self.ended: list[str] = []
        self.sent = 0
        self.pause = pause

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        assert scope["type"] == "http"
        await receive()
        await send({"type": "http.response.start", "status": 200, "headers": RAW_HEAD})
        listening = asyncio.create_task(receive())
        try:
            for self.sent in itertools.count(1):
                if listening.done():
                    self.ended.append(listening.result()["type"])
                    return
                body = b"id: %d\ndata: %d\n\n" % (self.sent, self.sent)
                await send({"type": "http.response.body", "body": body, "more_body": True})
                await asyncio.sleep(self.pause)
        except OSError:
            self.ended.append("OSError")
        finally:
            listening.cancel()


@contextlib.contextmanager
def served(talk: Callable[[socket.socket], None]) -> Iterator[str]:
    """
    Serve on a socket, and answer each connection by *talk*.
    """
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            with connection, contextlib.suppress(OSError):
                connection.recv(65536)
                talk(connection)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join(5)


LIVE_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nAccess-Control-Allow-Origin: *\r\n"


def first(source: EventSource, count: int) -> list[str]:
    return [event.data for event in itertools.islice(source, count)]


async def first_of(source: AsyncEventSource, count: int) -> list[str]:
    events: list[str] = []
    async for event in source:
        events.append(event.data)
        if len(events) == count:
            break
    return events


def test_a_wsgi_application_is_asked_for_as_much_as_is_read() -> None:
    app = WSGI()
    with Browser() as browser:
        browser.mount(API, app)
        source = browser.open(PAGE).event_source(f"{API}/")
        assert (source.OPEN, 0) == (source.ready_state, app.sent)
        assert ["1", "2", "3"] == first(source, 3)
        assert (3, source.OPEN, "3") == (app.sent, source.ready_state, source.connections[0].last_event_id)
        source.close()
        assert (["GeneratorExit"], source.CLOSED, None) == (app.ended, source.ready_state, source.next())


def test_an_asgi_application_waits_until_its_events_are_read() -> None:
    app = ASGI()
    with Browser() as browser:
        browser.mount(API, app)
        source = browser.open(PAGE).event_source(f"{API}/")
        assert ["1", "2", "3"] == first(source, 3)
        time.sleep(0.2)
        # NB: what waits to be read is as much as in servers.
        assert 3 <= app.sent < 20_000
        assert [str(number) for number in range(4, 30_004)] == first(source, 30_000)
        source.close()
        assert 1 == len(app.ended)


@pytest.mark.parametrize("make", [WSGI, ASGI])
def test_an_async_page_reads_them_alike(make: Any) -> None:
    app = make()

    async def listen() -> list[str]:
        async with AsyncBrowser() as browser:
            browser.mount(API, app)
            source = await browser.open(PAGE).event_source(f"{API}/")
            assert source.OPEN == source.ready_state
            events = await first_of(source, 5)
            await source.close()
            assert source.CLOSED == source.ready_state
            return events

    assert ["1", "2", "3", "4", "5"] == asyncio.run(listen())
    assert app.ended in (["GeneratorExit"], ["http.disconnect"], ["OSError"])


@pytest.mark.parametrize("make", [WSGI, ASGI])
@pytest.mark.parametrize("is_async", [False, True])
def test_closing_the_browser_ends_the_application(make: Any, is_async: bool) -> None:
    app = make()

    async def listen() -> None:
        async with AsyncBrowser() as browser:
            browser.mount(API, app)
            await first_of(await browser.open(PAGE).event_source(f"{API}/"), 2)

    if is_async:
        asyncio.run(listen())
    else:
        with Browser() as browser:
            browser.mount(API, app)
            first(browser.open(PAGE).event_source(f"{API}/"), 2)
    assert 1 == len(app.ended)


@pytest.mark.parametrize("is_async", [False, True])
@pytest.mark.parametrize("framing", ["chunked", "until close"])
def test_a_live_server_is_read_as_it_sends(framing: str, is_async: bool) -> None:
    is_gone = threading.Event()

    def talk(connection: socket.socket) -> None:
        chunked = framing == "chunked"
        connection.sendall(LIVE_HEAD + (b"Transfer-Encoding: chunked\r\n\r\n" if chunked else b"\r\n"))
        try:
            for number in itertools.count(1):
                part = b"data: %d\n\n" % number
                connection.sendall(b"%x\r\n%s\r\n" % (len(part), part) if chunked else part)
                time.sleep(0.01)
        except OSError:
            is_gone.set()

    async def listen(url: str) -> list[str]:
        async with AsyncBrowser() as browser:
            browser.mount(API, url)
            async with await browser.open(PAGE).event_source(f"{API}/") as source:
                return await first_of(source, 3)

    with served(talk) as url:
        if is_async:
            events = asyncio.run(listen(url))
        else:
            with Browser() as browser:
                browser.mount(API, url)
                with browser.open(PAGE).event_source(f"{API}/") as source:
                    events = first(source, 3)
        assert ["1", "2", "3"] == events
        assert is_gone.wait(5)


def silent_wsgi() -> Iterator[bytes]:
    yield b"data: 1\n\n"
    time.sleep(60)


async def silent_asgi(scope: dict[str, Any], receive: Any, send: Any) -> None:
    assert scope["type"] == "http"
    await send({"type": "http.response.start", "status": 200, "headers": RAW_HEAD})
    await send({"type": "http.response.body", "body": b"data: 1\n\n", "more_body": True})
    await asyncio.sleep(60)


async def blocking_asgi(scope: dict[str, Any], receive: Any, send: Any) -> None:
    assert scope["type"] == "http"
    await send({"type": "http.response.start", "status": 200, "headers": RAW_HEAD})
    await send({"type": "http.response.body", "body": b"data: 1\n\n", "more_body": True})
    await asyncio.sleep(0)
    time.sleep(8)


def commenting_wsgi() -> Iterator[bytes]:
    yield b"data: 1\n\n"
    while True:
        time.sleep(0.01)
        yield b": still there\n\n"


SILENT: list[tuple[str, Any]] = [
    ("a WSGI application", WSGI(silent_wsgi)),
    ("a WSGI application with comments", WSGI(commenting_wsgi)),
    ("an ASGI application", silent_asgi),
    ("an ASGI application that blocks its loop", blocking_asgi),
]


@pytest.mark.parametrize("is_async", [False, True])
@pytest.mark.parametrize("app", [row[1] for row in SILENT], ids=[row[0] for row in SILENT])
def test_nothing_waits_for_ever(app: Any, is_async: bool) -> None:
    async def listen() -> tuple[list[str], Any, int]:
        async with AsyncBrowser() as browser:
            browser.mount(API, app, timeout=1.5)
            source = await browser.open(PAGE).event_source(f"{API}/")
            return [event.data async for event in source], source.block, source.ready_state

    begun = time.monotonic()
    if is_async:
        events, block, state = asyncio.run(listen())
    else:
        with Browser() as browser:
            browser.mount(API, app, timeout=1.5)
            source = browser.open(PAGE).event_source(f"{API}/")
            events, block, state = [event.data for event in source], source.block, source.ready_state

    assert (["1"], "timed-out", 0) == (events, block and block.reason, state)
    assert time.monotonic() - begun < 20


def test_a_short_wait_gives_nothing_and_loses_nothing() -> None:
    app = ASGI(pause=0.3)
    with Browser() as browser:
        browser.mount(API, app)
        source = browser.open(PAGE).event_source(f"{API}/")
        event = source.next()
        assert event is not None
        assert event.data == "1"
        assert source.next(timeout=0) is None
        assert (None, source.OPEN) == (source.block, source.ready_state)
        assert ["2", "3"] == first(source, 2)


def test_a_cancelled_wait_loses_nothing() -> None:
    async def listen() -> list[str]:
        async with AsyncBrowser() as browser:
            browser.mount(API, ASGI(pause=0.2))
            source = await browser.open(PAGE).event_source(f"{API}/")
            events = await first_of(source, 1)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(source.next(), 0.02)
            return events + await first_of(source, 2)

    assert ["1", "2", "3"] == asyncio.run(listen())


def endless_line() -> Iterator[bytes]:
    yield b"data: 1\n\ndata: "
    while True:
        yield b"x" * 4_000_000


def empty_parts() -> Iterator[bytes]:
    yield b"data: 1\n\n"
    while True:
        yield b""


@pytest.mark.parametrize("parts", [endless_line, empty_parts])
def test_what_never_becomes_an_event_is_too_large(parts: Any) -> None:
    with Browser() as browser:
        browser.mount(API, WSGI(parts))
        source = browser.open(PAGE).event_source(f"{API}/", reconnections=3)

        assert ["1"] == [event.data for event in source]
        assert source.block is not None
        assert ("too-large", source.CLOSED, 1) == (source.block.reason, source.ready_state, len(source.connections))


def raising_later() -> Iterator[bytes]:
    yield b"id: 1\ndata: 1\n\ndata: x"
    raise RuntimeError("boom")


def raising_at_once() -> Iterator[bytes]:
    raise RuntimeError("boom")
    yield b""


def test_an_application_that_raises_in_the_middle_breaks_the_stream_off() -> None:
    with Browser() as browser:
        browser.mount(API, WSGI(raising_later))
        source = browser.open(PAGE).event_source(f"{API}/", reconnections=1)

        assert ["1", "1"] == [event.data for event in source]
        assert source.block is not None
        assert ("body-interrupted", source.CONNECTING) == (source.block.reason, source.ready_state)
        assert "boom" in (source.exchanges[0].traceback or "")
        assert "1" == source.exchanges[0].request_headers["Last-Event-ID"]


def test_one_that_raises_before_its_first_part_has_sent_a_500() -> None:
    with Browser() as browser:
        browser.mount(API, WSGI(raising_at_once))
        source = browser.open(PAGE).event_source(f"{API}/", reconnections=1)

        assert [] == list(source)
        assert source.block is not None
        # NB: nor has a server's own page the header that allows the page to read it.
        assert ("allow-origin-missing", source.CLOSED) == (source.block.reason, source.ready_state)
        assert [500] == [exchange.status for exchange in source.exchanges]


@pytest.mark.parametrize("is_async", [False, True])
def test_an_error_of_the_application_can_be_raised(is_async: bool) -> None:
    async def listen() -> None:
        async with AsyncBrowser(raise_app_exceptions=True) as browser:
            browser.mount(API, WSGI(raising_later))
            await first_of(await browser.open(PAGE).event_source(f"{API}/"), 2)

    def listen_sync() -> None:
        with Browser(raise_app_exceptions=True) as browser:
            browser.mount(API, WSGI(raising_later))
            first(browser.open(PAGE).event_source(f"{API}/"), 2)

    with pytest.raises(RuntimeError, match="boom"):
        asyncio.run(listen()) if is_async else listen_sync()


def test_a_refused_stream_is_not_left_open() -> None:
    app = WSGI()
    with Browser() as browser:
        browser.mount(API, app)
        source = browser.open(PAGE).event_source(f"{API}/", with_credentials=True)

        assert source.block is not None
        assert ("allow-origin-wildcard-with-credentials", source.CLOSED) == (source.block.reason, source.ready_state)
        assert ([], None) == (app.ended, source.connections[0]._stream)
        assert source.next() is None


def test_a_page_may_fetch_while_it_listens() -> None:
    waiting: list[bytes] = []

    def app(environ: dict[str, Any], start_response: Any) -> Any:
        start_response("200 OK", HEAD)
        if environ["REQUEST_METHOD"] == "POST":
            waiting.append(environ["wsgi.input"].read())
            return [b"ok"]
        return (b"data: %s\n\n" % waiting.pop(0) for _ in itertools.count())

    with Browser() as browser:
        browser.mount(API, app)
        page = browser.open(PAGE)
        source = page.event_source(f"{API}/")
        for text in ("a", "b"):
            page.fetch(f"{API}/", method="POST", body=text)
            event = source.next()
            assert event is not None
            assert event.data == text


@pytest.mark.parametrize("make", [WSGI, ASGI])
def test_ten_thousand_events_come_in_flat_memory(make: Any) -> None:
    with Browser() as browser:
        browser.mount(API, make())
        source = browser.open(PAGE).event_source(f"{API}/")
        count = sum(1 for _ in itertools.islice(source, 10_000))
        gc.collect()
        tracemalloc.start()
        before, _ = tracemalloc.get_traced_memory()
        count += sum(1 for _ in itertools.islice(source, 10_000))
        after, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()

        assert 20_000 == count <= source.event_count
        assert peak - before < 3_000_000
        assert after - before < 500_000
        assert 1000 == len(source.events)


def test_a_worker_thread_reads_them_as_well() -> None:
    found: list[Any] = []
    app = WSGI()

    def listen() -> None:
        with Browser() as browser:
            browser.mount(API, app)
            with browser.open(PAGE).event_source(f"{API}/") as source:
                found.extend(first(source, 3))

    thread = threading.Thread(target=listen)
    thread.start()
    thread.join(20)
    assert (["1", "2", "3"], ["GeneratorExit"]) == (found, app.ended)


@pytest.mark.parametrize("timeout", [-1, "1", float("nan")])
def test_a_wrong_timeout_raises(timeout: Any) -> None:
    with Browser() as browser:
        browser.mount(API, WSGI())
        source = browser.open(PAGE).event_source(f"{API}/")
        with pytest.raises(ValueError, match="timeout"):
            source.next(timeout=timeout)
