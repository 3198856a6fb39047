"""
What a page sees of a WebSocket: whether it opens, its messages, how it ends, and of a refusal nothing.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from browsercors import (
    Answer,
    AsyncBrowser,
    Browser,
    FetchBlocked,
    FetchTypeError,
    RawFrames,
    ScriptedServer,
    WebSocket,
    WebSocketAnswer,
    WebSocketClose,
    WebSocketClosed,
)

if TYPE_CHECKING:
    from browsercors.values.literals import BrowserName

API, PAGE = "wss://api.example.com", "https://app.example.com"


def opened(answer: Answer, browser: Any = "chromium", protocols: Any = (), **page: Any) -> WebSocket:
    simulated = Browser(browser)
    simulated.mount("https://api.example.com", ScriptedServer(default=answer))
    return simulated.open(f"{PAGE}/", **page).websocket(f"{API}/chat", protocols)


def echo(message: Any) -> Any:
    return message


def test_messages_go_both_ways_until_the_server_closes() -> None:
    socket = opened(WebSocketAnswer(lambda message: [message, WebSocketClose(4000, "done")], messages="hello"))

    assert socket.opened
    assert socket.state == "open"
    assert socket.receive() == "hello"
    socket.send(b"\x00")
    assert [b"\x00"] == list(socket)
    assert ("closed", 4000, "done", True) == (socket.state, socket.close_code, socket.close_reason, socket.was_clean)
    with pytest.raises(WebSocketClosed, match="code 4000, 'done'"):
        socket.receive()


def test_a_page_that_closes_is_told_what_it_said() -> None:
    with opened(WebSocketAnswer(echo)) as socket:
        socket.close(3000, "bye")

    assert (3000, "bye", True) == (socket.close_code, socket.close_reason, socket.was_clean)
    socket.send("four")
    assert socket.buffered == len("four")
    assert socket.block is None


def test_without_a_code_the_page_is_told_1005() -> None:
    with opened(WebSocketAnswer(echo)) as socket:
        pass

    assert (1005, True) == (socket.close_code, socket.was_clean)


def test_the_handshake_has_an_origin_cookies_and_no_preflight() -> None:
    browser = Browser("chromium")
    browser.mount("https://api.example.com", ScriptedServer(default=WebSocketAnswer(echo, subprotocol="chat")))
    browser.set_cookie("session", "1", domain="api.example.com", secure=True, same_site="strict")
    socket = browser.open(f"{PAGE}/").websocket(f"{API}/chat", ["chat", "other"])

    assert ["GET"] == [exchange.method for exchange in socket.exchanges]
    headers = socket.exchanges[0].request_headers
    assert [PAGE, "session=1", "chat, other", "13"] == [
        headers.get(name) for name in ("Origin", "Cookie", "Sec-WebSocket-Protocol", "Sec-WebSocket-Version")
    ]
    assert socket.protocol == "chat"


def test_the_same_page_sends_the_same_key() -> None:
    keys = {opened(WebSocketAnswer()).exchanges[0].request_headers.get("Sec-WebSocket-Key") for _ in range(2)}

    assert len(keys) == 1


REFUSALS: list[tuple[str, Answer, str]] = [
    ("403", Answer(403), "websocket-status"),
    ("200", Answer(200, {}, "hello"), "websocket-status"),
    ("a redirect", Answer(302, {"Location": "/other"}), "redirect-mode-error"),
    ("a wrong accept", WebSocketAnswer(headers={"Sec-WebSocket-Accept": "x"}), "websocket-handshake-invalid"),
    ("no upgrade", WebSocketAnswer(headers={"Upgrade": "h2c"}), "websocket-handshake-invalid"),
    ("another subprotocol", WebSocketAnswer(subprotocol="x"), "websocket-protocol-mismatch"),
    ("an extension", WebSocketAnswer(headers={"Sec-WebSocket-Extensions": "x"}), "websocket-extension-mismatch"),
    ("a broken connection", Answer.broken(), "connection-failed"),
]


@pytest.mark.parametrize(("answer", "reason"), [row[1:] for row in REFUSALS], ids=[row[0] for row in REFUSALS])
def test_of_a_refusal_the_page_is_told_nothing_but_1006(answer: Answer, reason: str) -> None:
    socket = opened(answer)

    assert socket.block is not None
    assert reason == socket.block.reason
    assert (False, "error", 1006, "", False) == (
        socket.opened,
        socket.event,
        socket.close_code,
        socket.close_reason,
        socket.was_clean,
    )
    with pytest.raises(FetchBlocked):
        socket.receive()


def test_a_frame_that_breaks_the_protocol_fails_the_connection() -> None:
    socket = opened(WebSocketAnswer(messages=["one", RawFrames(b"\xc1\x00")]))

    assert ["one"] == list(socket)
    assert socket.block is not None
    assert socket.block.reason == "websocket-frame-invalid"
    assert (1006, False) == (socket.close_code, socket.was_clean)


def test_a_connection_that_is_lost_is_no_block() -> None:
    socket = opened(WebSocketAnswer(messages=["one", WebSocketClose(lost=True)]))

    assert ["one"] == list(socket)
    assert (None, 1006, False) == (socket.block, socket.close_code, socket.was_clean)


POLICIES: list[tuple[str, str, bool]] = [
    ("the URL of the socket", "connect-src wss://api.example.com", True),
    ("its scheme", "connect-src wss:", True),
    ("https: is another scheme", "connect-src https:", False),
    ("ws: stands for both", "connect-src ws:", True),
    ("nothing", "connect-src 'none'", False),
    ("images are none", "img-src 'none'", True),
]


@pytest.mark.parametrize(("policy", "opens"), [row[1:] for row in POLICIES], ids=[row[0] for row in POLICIES])
@pytest.mark.parametrize("browser", ["chromium", "firefox", "webkit"])
def test_connect_src_is_about_the_url_of_the_socket(policy: str, opens: bool, browser: str) -> None:
    socket = opened(WebSocketAnswer(), browser, headers={"Content-Security-Policy": policy})

    assert opens == socket.opened
    # PROFILE: in Chromium there is an error and never a close; in Firefox and WebKit the constructor throws.
    assert ("" if opens or browser == "chromium" else "SecurityError") == socket.exception


MIXED: list[tuple[str, str]] = [("chromium", "SecurityError"), ("firefox", "SecurityError"), ("webkit", "")]


@pytest.mark.parametrize(("browser", "exception"), MIXED)
def test_an_https_page_opens_no_ws(browser: BrowserName, exception: str) -> None:
    simulated = Browser(browser)
    simulated.mount("http://api.example.com", ScriptedServer(default=WebSocketAnswer()))
    socket = simulated.open(f"{PAGE}/").websocket("ws://api.example.com/")

    assert socket.block is not None
    assert socket.block.reason == "mixed-content"
    assert exception == socket.exception
    assert socket.exchanges == []


def test_a_policy_can_upgrade_it() -> None:
    simulated = Browser("chromium")
    simulated.mount("https://api.example.com", ScriptedServer(default=WebSocketAnswer()))
    page = simulated.open("http://app.example.com/", headers={"Content-Security-Policy": "upgrade-insecure-requests"})

    assert page.websocket("ws://api.example.com/").opened


def test_firefox_and_webkit_do_without_the_subprotocol_that_chromium_wants() -> None:
    assert [False, True, True] == [
        opened(WebSocketAnswer(), browser, ["chat"]).opened for browser in ("chromium", "firefox", "webkit")
    ]


WRONG_URLS = ["ftp://api.example.com/", "wss://api.example.com/#x", "wss://api.example.com/#", "wss://", "data:,x"]


@pytest.mark.parametrize("url", WRONG_URLS)
def test_javascript_throws_a_syntax_error_for_a_wrong_url(url: str) -> None:
    with pytest.raises(FetchTypeError):
        Browser("chromium").open(f"{PAGE}/").websocket(url)


@pytest.mark.parametrize("protocols", ["", "a b", ["a", "a"], ["\xfc"]])
def test_it_throws_for_wrong_subprotocols_as_well(protocols: Any) -> None:
    with pytest.raises(FetchTypeError):
        Browser("chromium").open(f"{PAGE}/").websocket(API, protocols)


@pytest.mark.parametrize(
    ("code", "reason", "message"),
    [(1001, "", "1000, or one from 3000"), (1000, "x" * 124, "at most 123"), (None, "x", "needs a code")],
)
def test_what_a_page_cannot_close_with_is_refused(code: int | None, reason: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        opened(WebSocketAnswer()).close(code, reason)


def test_other_things_than_text_and_bytes_cannot_be_sent() -> None:
    with pytest.raises(TypeError, match="message has to be str or bytes, not 1"):
        opened(WebSocketAnswer()).send(1)  # type: ignore[arg-type]


def test_it_explains_itself() -> None:
    socket = opened(Answer(403))

    assert "the server answered" in socket.explain()
    assert socket.to_dict()["close_code"] == 1006
    assert "No CORS header helps" in (socket.report().advice or "")


def test_an_async_page_does_the_same() -> None:
    async def talk() -> tuple[list[Any], int | None]:
        async with AsyncBrowser("firefox") as browser:
            browser.mount("https://api.example.com", ScriptedServer(default=WebSocketAnswer(echo, messages="hello")))
            async with await browser.open(f"{PAGE}/").websocket(f"{API}/chat") as socket:
                first = await socket.receive()
                await socket.send("again")
                second = await socket.receive()
                await socket.close(1000)
                return [first, second, *[message async for message in socket]], socket.close_code

    assert (["hello", "again"], 1000) == asyncio.run(talk())
