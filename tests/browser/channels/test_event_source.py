"""
What a page sees of an EventSource: its events, its states, when it connects again, and when it does not.
"""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from browsercors import Answer, AsyncBrowser, Browser, FetchTypeError, ScriptedServer
from browsercors.browser.channels.event_source import EventSource

API, PAGE = "https://api.example.com", "https://app.example.com"
STREAM = {"Content-Type": "text/event-stream", "Access-Control-Allow-Origin": "*"}


def stream(body: str, **headers: str) -> Answer:
    return Answer(200, STREAM | headers, body)


def opened(*answers: Answer, browser: Any = "chromium", **options: Any) -> tuple[Browser, EventSource]:
    simulated = Browser(browser)
    left = [*answers]
    simulated.mount(API, ScriptedServer(default=lambda _: left.pop(0) if len(left) > 1 else left[0]))
    return simulated, simulated.open(f"{PAGE}/").event_source(f"{API}/events", **options)


def data_of(source: EventSource) -> list[str]:
    return [event.data for event in source]


def test_a_source_gives_the_events_of_a_response_that_ends() -> None:
    _, source = opened(stream("data: 1\n\nevent: add\ndata: 2\n\n"))

    assert source.OPEN == source.ready_state
    assert [("message", "1", API), ("add", "2", API)] == [(each.type, each.data, each.origin) for each in source]
    assert source.CONNECTING == source.ready_state


def test_a_source_connects_again_as_often_as_it_is_told_to() -> None:
    _, source = opened(stream("id: 1\ndata: a\n\n"), stream("data: b\n\n"), stream("data: c\n\n"), reconnections=2)

    assert ["a", "b", "c"] == data_of(source)
    assert [None, "1", "1"] == [each.exchanges[0].request_headers.get("Last-Event-ID") for each in source.connections]
    assert [] == data_of(source)


WAITS: list[tuple[str, str, str, float]] = [
    ("as long as the browser does", "chromium", "data: x\n\n", 3.0),
    ("five seconds in Firefox", "firefox", "data: x\n\n", 5.0),
    ("as long as the stream says", "chromium", "retry: 250\n\n", 0.25),
    ("half a second at least in Firefox", "firefox", "retry: 250\n\n", 0.5),
    ("even if that is very long", "webkit", "retry: 9999999999\n\n", 9_999_999.999),
]


@pytest.mark.parametrize(("browser", "body", "seconds"), [row[1:] for row in WAITS], ids=[row[0] for row in WAITS])
def test_a_source_waits_before_it_connects_again(browser: str, body: str, seconds: float) -> None:
    simulated, source = opened(stream(body), browser=browser)
    before = simulated.clock.now

    assert source.reconnect()
    assert pytest.approx(seconds) == simulated.clock.now - before


ENDS: list[tuple[str, Answer, str]] = [
    ("another status", Answer(500, STREAM, "data: x\n\n"), "status-not-ok"),
    ("no content", Answer(204, STREAM), "status-not-ok"),
    ("another success", Answer(201, STREAM, "data: x\n\n"), "status-not-ok"),
    ("another type", Answer(200, STREAM | {"Content-Type": "text/html"}, "<p>"), "content-not-usable"),
    ("no type", Answer(200, {"Access-Control-Allow-Origin": "*"}, "data: x\n\n"), "content-not-usable"),
    ("no leave", Answer(200, {"Content-Type": "text/event-stream"}, "data: x\n\n"), "allow-origin-missing"),
]


@pytest.mark.parametrize(("answer", "reason"), [row[1:] for row in ENDS], ids=[row[0] for row in ENDS])
@pytest.mark.parametrize("browser", ["standard", "chromium", "firefox", "webkit"])
def test_a_source_ends_for_good_with(answer: Answer, reason: str, browser: str) -> None:
    _, source = opened(answer, browser=browser, reconnections=3)

    assert source.block is not None
    assert (source.CLOSED, reason, []) == (source.ready_state, source.block.reason, data_of(source))
    assert not source.reconnect()
    assert 1 == len(source.connections)


def test_a_source_that_ends_later_has_given_its_events() -> None:
    _, source = opened(stream("data: a\n\n"), Answer(204, STREAM), reconnections=5)

    assert (["a"], source.CLOSED, 2) == (data_of(source), source.ready_state, len(source.connections))


BREAKS: list[tuple[str, Answer, str, list[str]]] = [
    ("nothing comes", Answer.broken(), "connection-failed", ["b"]),
    ("the server is silent", Answer.stalled(), "timed-out", ["b"]),
    ("the stream breaks off", Answer.broken(200, STREAM, "data: a\n\ndata: x"), "body-interrupted", ["a", "b"]),
]


@pytest.mark.parametrize(("answer", "reason", "events"), [row[1:] for row in BREAKS], ids=[row[0] for row in BREAKS])
def test_a_connection_that_breaks_is_made_again(answer: Answer, reason: str, events: list[str]) -> None:
    _, source = opened(answer, stream("data: b\n\n"), reconnections=1)

    assert source.block is not None
    assert reason == source.block.reason
    assert source.CLOSED != source.ready_state
    assert events == data_of(source)
    assert source.block is None


def test_a_source_that_is_closed_gives_nothing_more() -> None:
    _, source = opened(stream("data: a\n\ndata: b\n\n"), reconnections=5)
    events = iter(source)

    assert "a" == next(events).data
    source.close()
    assert [] == [*events]
    assert (source.CLOSED, False, 1) == (source.ready_state, source.reconnect(), len(source.connections))


CREDENTIALS: list[tuple[bool, dict[str, str], str]] = [
    (False, {}, ""),
    (True, {}, "allow-origin-wildcard-with-credentials"),
    (True, {"Access-Control-Allow-Origin": PAGE}, "allow-credentials-not-true"),
    (True, {"Access-Control-Allow-Origin": PAGE, "Access-Control-Allow-Credentials": "true"}, ""),
]


@pytest.mark.parametrize(("with_credentials", "headers", "reason"), CREDENTIALS)
def test_with_credentials_the_server_has_to_allow_them(
    with_credentials: bool, headers: dict[str, str], reason: str
) -> None:
    _, source = opened(stream("data: a\n\n", **headers), with_credentials=with_credentials)

    assert reason == ("" if source.block is None else source.block.reason)
    assert with_credentials is source.with_credentials


def test_a_source_never_needs_a_preflight() -> None:
    _, source = opened(stream("id: \u00fc \u4e16\ndata: a\n\n"), reconnections=1)

    assert ["a", "a"] == data_of(source)
    sent = [exchange for connection in source.connections for exchange in connection.exchanges]
    assert ["GET", "GET"] == [exchange.method for exchange in sent]
    assert "\u00fc \u4e16".encode().decode("latin-1") == sent[1].request_headers["Last-Event-ID"]
    assert ("text/event-stream", "no-cache") == (
        sent[0].request_headers["Accept"],
        sent[0].request_headers["Cache-Control"],
    )


def test_a_policy_of_the_page_forbids_it_and_webkit_throws() -> None:
    thrown = {}
    for name in ("chromium", "firefox", "webkit"):
        with Browser(name) as browser:
            page = browser.open(f"{PAGE}/", headers={"Content-Security-Policy": "connect-src 'none'"})
            source = page.event_source(f"{API}/events")
            assert source.block is not None
            assert ("content-security-policy", source.CLOSED) == (source.block.reason, source.ready_state)
            thrown[name] = source.exception

    assert {"chromium": "", "firefox": "", "webkit": "SecurityError"} == thrown


DIFFERENCES: list[tuple[str, str, dict[str, str], dict[str, int]]] = [
    (
        "a forbidden port is tried again and again",
        "https://api.example.com:25/events",
        STREAM,
        {"standard": 2, "chromium": 0, "firefox": 2, "webkit": 0},
    ),
    (
        "a data: URL",
        "data:text/event-stream,data:hi%0A%0A",
        STREAM,
        {"standard": 1, "chromium": 1, "firefox": 2, "webkit": 2},
    ),
    (
        "another charset",
        f"{API}/events",
        STREAM | {"Content-Type": "text/event-stream;charset=latin1"},
        {"standard": 1, "chromium": 2, "firefox": 1, "webkit": 1},
    ),
    (
        "more behind a blank",
        f"{API}/events",
        STREAM | {"Content-Type": "text/event-stream text/plain"},
        {"standard": 2, "chromium": 1, "firefox": 1, "webkit": 1},
    ),
    (
        "another type behind a comma",
        f"{API}/events",
        STREAM | {"Content-Type": "text/event-stream, text/plain"},
        {"standard": 2, "chromium": 2, "firefox": 2, "webkit": 1},
    ),
]


@pytest.mark.parametrize(
    ("url", "headers", "states"), [row[1:] for row in DIFFERENCES], ids=[row[0] for row in DIFFERENCES]
)
def test_browsers_do_not_agree_on(url: str, headers: dict[str, str], states: dict[str, int]) -> None:
    told = {}
    for name in states:
        with Browser(name) as browser:  # type: ignore[arg-type]  # the four names
            browser.mount("*", ScriptedServer(default=Answer(200, headers, "data: hi\n\n")))
            told[name] = browser.open(f"{PAGE}/").event_source(url).ready_state

    assert states == told


WRONG: list[tuple[tuple[Any, ...], dict[str, Any], type[Exception], str]] = [
    (("https://",), {}, FetchTypeError, "url"),
    ((None,), {}, FetchTypeError, "url"),
    ((API,), {"with_credentials": "yes"}, TypeError, "with_credentials"),
    ((API,), {"reconnections": "2"}, TypeError, "reconnections"),
    ((API,), {"reconnections": -1}, ValueError, "reconnections"),
]


@pytest.mark.parametrize(("arguments", "options", "error", "message"), WRONG)
def test_what_the_caller_does_wrong_raises(
    arguments: tuple[Any, ...], options: dict[str, Any], error: type[Exception], message: str
) -> None:
    with Browser() as browser, pytest.raises(error, match=message):
        browser.open(f"{PAGE}/").event_source(*arguments, **options)


def test_an_async_page_listens_as_well() -> None:
    async def listen() -> tuple[list[str], int, bool]:
        async with AsyncBrowser() as browser:
            left = [stream("id: 1\ndata: a\n\n"), stream("data: b\n\n"), Answer(204, STREAM)]
            browser.mount(API, ScriptedServer(default=lambda _: left.pop(0)))
            source = await browser.open(f"{PAGE}/").event_source(f"{API}/events", reconnections=5)
            return [event.data async for event in source], source.ready_state, await source.reconnect()

    assert (["a", "b"], EventSource.CLOSED, False) == asyncio.run(listen())


def test_what_failed_is_explained() -> None:
    _, source = opened(Answer(200, {"Content-Type": "text/html", "Access-Control-Allow-Origin": "*"}, "<p>"))

    report = source.report()
    assert (
        f"The event stream {API}/events is not opened in {PAGE}: the server calls what came text/html, and not "
        "text/event-stream." == report.headline
    )
    assert "new EventSource(...)" == report.tried.api
    assert "text/event-stream" in source.explain()
    assert "closed" in repr(source)


def test_leaving_out_credentials_is_a_proven_fix() -> None:
    _, source = opened(stream("data: a\n\n"), with_credentials=True)

    assert "new EventSource(...)" in [change.after for fix in source.report().fixes for change in fix.requests]


def test_ten_thousand_events_come_in_order() -> None:
    _, source = opened(stream("".join(f"id: {number}\ndata: {number}\n\n" for number in range(10_000))))

    assert [str(number) for number in range(10_000)] == data_of(source)
    assert "9999" == source.connections[0].last_event_id


# what a stream says before it ends, the browser: how long the source waits then, in seconds
TIMES: list[tuple[str, str, float]] = [
    ("retry: 100\nretry:\n\n", "standard", 0.1),
    ("retry: 100\nretry:\n\n", "chromium", 3.0),
    ("retry: 100\nretry:\n\n", "firefox", 0.5),
    ("retry: 100\nretry:\n\n", "webkit", 3.0),
    ("retry: +100\n\n", "chromium", 3.0),
    ("retry: +100 \n\n", "webkit", 0.1),
    ("retry: 4294967396\n\n", "chromium", 4_294_967.396),
    ("retry: 4294967396\n\n", "firefox", 0.5),
    ("retry: 4294970396\n\n", "firefox", 3.1),
    (f"retry: {2**64 - 1}\n\n", "chromium", 1e12),
    (f"retry: {2**64}\n\n", "chromium", 3.0),
    (f"retry: {2**64}\n\n", "webkit", 3.0),
    (f"retry: {2**64}\n\n", "standard", 1e12),
    (f"retry: {'9' * 5000}\n\n", "webkit", 3.0),
]


@pytest.mark.parametrize(("body", "browser", "seconds"), TIMES)
def test_browsers_read_reconnection_times_in_their_own_ways(body: str, browser: str, seconds: float) -> None:
    _, source = opened(stream(body), browser=browser)

    assert pytest.approx(seconds) == source.reconnection_time


MOVED: list[tuple[str, int, str]] = [
    ("standard", 302, "there"),
    ("chromium", 307, "there"),
    ("firefox", 302, "events"),
    ("firefox", 308, "there"),
    ("webkit", 301, "events"),
]


@pytest.mark.parametrize(("browser", "status", "path"), MOVED)
def test_a_source_connects_again_to(browser: Any, status: int, path: str) -> None:
    with Browser(browser) as simulated:
        routes = {
            "/events": Answer(status, STREAM | {"Location": "/there"}),
            "/there": stream("id: 1\ndata: x\n\n"),
        }
        simulated.mount(API, ScriptedServer(routes))
        source = simulated.open(PAGE).event_source(f"{API}/events")
        source.reconnect()

        assert f"{API}/events" == source.url
        sent = source.exchanges[0]
        assert (f"{API}/{path}", "1") == (sent.url, sent.request_headers["Last-Event-ID"])


LONE_IDS: list[tuple[str, list[str], str | None]] = [
    ("standard", ["1", "1"], "1"),
    ("firefox", ["", ""], None),
    ("webkit", ["1", "1"], "1"),
]


@pytest.mark.parametrize(("browser", "ids", "sent"), LONE_IDS)
def test_the_id_of_an_event_without_data(browser: str, ids: list[str], sent: str | None) -> None:
    _, source = opened(stream("id: 1\n\ndata: a\n\ndata: b\n\n"), browser=browser)
    source.reconnect()

    assert ids == [event.last_event_id for event in source.connections[0].events]
    assert sent == source.exchanges[0].request_headers.get("Last-Event-ID")


def test_webkit_remembers_it_no_longer_than_the_connection() -> None:
    _, source = opened(stream("id: 1\n\n"), stream("data: a\n\n"), browser="webkit", reconnections=1)

    assert [""] == [event.last_event_id for event in source]


def test_webkit_goes_on_with_the_line_that_was_cut() -> None:
    for browser, data in (("chromium", ["b"]), ("webkit", ["abdata: b"])):
        answers = [Answer.broken(200, STREAM, "data: ab"), stream("data: b\n\n")]
        _, source = opened(*answers, browser=browser, reconnections=1)
        assert data == data_of(source)


NUL: list[tuple[str, list[str]]] = [
    ("data: a\0b\n\n", ["ab"]),
    ("data:\0b\n\n", ["\0b"]),
    ("id: a\0b\ndata: lost\n\ndata: c\n\n", ["c"]),
    ("id: a\0b\n:\ndata: lost\nevent: x\ndata: d\n\n", ["d"]),
    ("\0data: e\n\n", ["e"]),
]


@pytest.mark.parametrize(("body", "data"), NUL)
def test_nul_is_nothing_in_firefox(body: str, data: list[str]) -> None:
    _, source = opened(stream("\n" + body), browser="firefox")

    assert data == [event.data for event in source.events]


def test_firefox_gives_up_a_connection_that_is_closed_without_an_answer() -> None:
    from browsercors.values.transport import Fault
    from browsercors.values.wire import FailureKind, TransportFailure

    class Closing(ScriptedServer):
        def send(self, request: Any) -> Any:
            return TransportFailure(FailureKind.CONNECTION_FAILED, "closed", fault=Fault.EMPTY)

    states = {}
    for name in ("chromium", "firefox", "webkit"):
        with Browser(name) as browser:
            browser.mount(API, Closing())
            states[name] = browser.open(PAGE).event_source(f"{API}/events").ready_state

    assert {"chromium": 0, "firefox": 2, "webkit": 0} == states


def test_a_source_shows_what_it_does() -> None:
    _, source = opened(stream("data: a\n\n"))
    assert f"<EventSource open: {API}/events, 1 event>" == repr(source)
    list(source)
    assert f"<EventSource waits 3 s to connect again: {API}/events, 1 event>" == repr(source)
    source.close()
    assert f"<EventSource closed: {API}/events, 1 event>" == repr(source)
