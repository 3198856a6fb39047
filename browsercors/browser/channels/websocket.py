"""
`WebSocket` as a page sees it: whether it opened, its messages, and how it ended.

https://websockets.spec.whatwg.org/#the-websocket-interface
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final

from browsercors.browser.loads import LoadResult
from browsercors.initiators.elements.websocket import WEBSOCKET_PROTOCOL
from browsercors.values.arguments import ArgumentTypeError, ArgumentValueError
from browsercors.values.findings import Reason
from browsercors.values.responses import FilteredResponse, network_error
from browsercors.values.sockets import SocketEnd, SocketFault, Upgraded, is_page_code

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from types import TracebackType
    from typing import Self

    from browsercors.initiators.elements.load import Load
    from browsercors.rules.profile import BrowserProfile
    from browsercors.values.element_literals import ElementEvent
    from browsercors.values.sockets import Connection, Message

__all__ = ["AsyncWebSocket", "WebSocket", "WebSocketBase", "WebSocketClosed", "take_refused"]

LONGEST_REASON: Final = 123
"""How many bytes of UTF-8 the reason of a close may have."""


class WebSocketClosed(Exception):  # noqa: N818 - it says what happened
    """
    There is no further message: the WebSocket is closed.

    Attributes:
        socket: The WebSocket.
        code: The code of its close event.
        reason: The reason of its close event.
        was_clean: Whether both sides closed.
    """

    __module__ = "browsercors"  # where its users find it

    def __init__(self, socket: WebSocketBase, end: SocketEnd) -> None:
        super().__init__(socket)
        self.socket: WebSocketBase = socket
        self.code: int = end.page_code
        self.reason: str = end.reason if end.was_clean else ""
        self.was_clean: bool = end.was_clean
        self._detail = end.detail

    def __str__(self) -> str:
        said = [f"the WebSocket {self.socket.url} is closed: code {self.code}"]
        said += [repr(self.reason)] if self.reason else []
        said += [] if self.was_clean else [self._detail or "not cleanly"]
        return ", ".join(said)


class WebSocketBase(LoadResult):
    """
    What sync and async WebSockets have in common: everything except waiting for servers.

    Attributes:
        CONNECTING: A `ready_state`: not open yet.
        OPEN: A `ready_state`: open.
        CLOSING: A `ready_state`: the page has closed it, and the server has not yet.
        CLOSED: A `ready_state`: closed, or never opened.
        loaded: Whether it opened.
        readable: The same.
        opened: The same: whether the page was told `open`.
        buffered: How many bytes the page has sent that will never go out, since it was closed.
    """

    CONNECTING: ClassVar[int] = 0
    OPEN: ClassVar[int] = 1
    CLOSING: ClassVar[int] = 2
    CLOSED: ClassVar[int] = 3

    _shown_in_data: ClassVar[tuple[str, ...]] = (
        "opened",
        "state",
        "protocol",
        "extensions",
        "close_code",
        "close_reason",
        "was_clean",
    )

    def __init__(self, load: Load, profiles: tuple[BrowserProfile, ...]) -> None:
        super().__init__(load, profiles)
        self.opened: bool = isinstance(load.response, FilteredResponse)
        self.buffered: int = 0
        self.ready_state: int = self.OPEN if self.opened else self.CLOSED
        self._end: SocketEnd | None = None
        # PROFILE: Chromium fires no close event where a policy of the page forbids to connect.
        rules = self._params.user_agent.profile.initiators.sockets
        if self.block is not None and self.block.reason not in rules.without_close:
            self._end = SocketEnd(was_clean=False)
        self._headers = load.response.header_list
        self._connection: Connection | None = None
        answers = [exchange.http_response for exchange in self.exchanges]
        answer = answers[-1] if answers else None
        if isinstance(answer, Upgraded):
            self._connection = answer.take()
        if self.opened and self._connection is not None:
            self._connection.begin(self._params.user_agent.profile.initiators.sockets.frames)
        elif self.opened:
            self._ended(SocketEnd(was_clean=False, fault=SocketFault.LOST, detail="nobody serves the connection"))

    @property
    def state(self) -> str:
        """
        The `ready_state` in words: "connecting", "open", "closing" or "closed".
        """
        return ("connecting", "open", "closing", "closed")[self.ready_state]

    @property
    def url(self) -> str:
        """
        The URL, with the scheme ws or wss.
        """
        return self._params.request.url_list[0].as_socket_url().href

    @property
    def protocol(self) -> str:
        """
        The subprotocol that the server chose; empty if it chose none.
        """
        # NB: one that the page did not ask for is none.
        rules = self._params.user_agent.profile.initiators.sockets
        chosen = rules.value_of(self._headers, b"sec-websocket-protocol") or b""
        offered = [name.encode() for name in self._params.element_call.options["protocols"]]
        return chosen.strip(b" \t").decode("latin-1") if rules.is_offered(chosen, offered) else ""

    @property
    def extensions(self) -> str:
        """
        The extensions that the server chose; empty if it chose none.
        """
        value = self._headers.get(b"sec-websocket-extensions") or b""
        return self._params.user_agent.profile.initiators.sockets.shown_extensions(value.decode("latin-1"))

    @property
    def exception(self) -> str:
        """
        What the constructor throws in this browser, "SecurityError"; empty if it throws nothing.
        """
        # PROFILE: where the page's own rules forbid to connect, not all browsers make a socket that fails.
        rules = self._params.user_agent.profile.initiators.sockets
        is_thrown = self.block is not None and self.block.reason in rules.throws
        return "SecurityError" if is_thrown and not self.exchanges else ""

    @property
    def event(self) -> ElementEvent | None:
        """
        "error" if the page was told `error`; None if it was not.
        """
        return "error" if self.block is not None else None

    @property
    def close_code(self) -> int | None:
        """
        The code of the close event; None as long as it has not fired. Of every failure the page is told 1006.
        """
        return None if self._end is None else self._end.page_code

    @property
    def close_reason(self) -> str:
        """
        The reason of the close event; empty if there is none.
        """
        return self._end.reason if self._end is not None and self._end.was_clean else ""

    @property
    def was_clean(self) -> bool | None:
        """
        The `wasClean` of the close event; None as long as it has not fired.
        """
        return None if self._end is None else self._end.was_clean

    def _check_opened(self) -> None:
        """
        Refuse to wait for messages of what was never open.

        Raises:
            FetchBlocked: It was not.
        """
        __tracebackhide__ = True
        if not self.opened:
            self.raise_for_error()

    def _take(self, got: Message | SocketEnd) -> Message:
        """
        Return a message that came.

        Raises:
            WebSocketClosed: It is the end.
        """
        __tracebackhide__ = True
        if not isinstance(got, SocketEnd):
            return got
        self._ended(got)
        raise WebSocketClosed(self, got)

    def _ended(self, end: SocketEnd) -> None:
        """
        Record the end of the connection.
        """
        self.ready_state = self.CLOSED
        if self._end is not None:
            return
        self._end = end
        evidence: dict[str, Any] = {"code": end.page_code, "detail": end.detail}
        if end.violation is not None:
            evidence["violation"] = end.violation.value
        if end.fault is SocketFault.PROTOCOL:
            self._params.findings.append(WEBSOCKET_PROTOCOL.failed("7.1.7", Reason.WEBSOCKET_FRAME_INVALID, **evidence))
            self._response = network_error()
            self.loaded = self.readable = False
            vars(self).pop("block", None)
        else:
            self._params.findings.append(WEBSOCKET_PROTOCOL.noted("7.1.5", clean=end.was_clean, **evidence))

    def _may_send(self, message: Message) -> bool:
        """
        Whether a message goes out. One that does not is thrown away, and counts as buffered for ever.

        Raises:
            TypeError: The message is neither text nor bytes.
        """
        if not isinstance(message, (str, bytes, bytearray, memoryview)):
            raise ArgumentTypeError(f"message has to be str or bytes, not {message!r:.80}")
        if self.ready_state == self.OPEN:
            return True
        self.buffered += len(_scalar_values(message).encode() if isinstance(message, str) else bytes(message))
        return False

    def _check_close(self, code: int | None, reason: str) -> None:
        """
        Check what a page closes with.

        Raises:
            TypeError: An argument has the wrong type.
            ValueError: JavaScript throws for the code or the reason.
        """
        if code is not None and (not isinstance(code, int) or isinstance(code, bool)):
            raise ArgumentTypeError(f"code has to be an int such as 1000, or None, not {code!r:.80}")
        if not isinstance(reason, str):
            raise ArgumentTypeError(f"reason has to be a str, not {reason!r:.80}")
        if code is not None and not is_page_code(code):
            raise ArgumentValueError(f"code has to be 1000, or one from 3000 to 4999, for a page to use it, not {code}")
        if reason and code is None:
            raise ArgumentValueError("a reason needs a code, such as 1000")
        size = len(_scalar_values(reason).encode())
        if size > LONGEST_REASON:
            raise ArgumentValueError(f"reason has to be at most {LONGEST_REASON} bytes of UTF-8, not {size}")

    def _shown(self) -> str:
        return self.state

    def __repr__(self) -> str:
        if self.block is not None:
            return f"<{type(self).__name__} blocked: {self.block.reason.value}>"
        end = "" if self._end is None else f" {self._end.page_code}"
        return f"<{type(self).__name__} {self.state}{end} {self.url}>"


def take_refused(socket: WebSocketBase) -> Connection | None:
    """
    Take the connection that a server has opened and the browser refuses; None if there is none.
    """
    if socket.opened:
        return None
    connection, socket._connection = socket._connection, None  # noqa: SLF001 - it is of this module
    return connection


def _data(message: Message) -> Message:
    return _scalar_values(message) if isinstance(message, str) else bytes(message)


def _scalar_values(text: str) -> str:
    """
    Put a replacement character in the place of each lone surrogate, as JavaScript's strings are converted.
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


class WebSocket(WebSocketBase):
    """
    A WebSocket of a page; made by `Page.websocket`.

    Iterating gives the messages until it is closed. As a context manager it closes itself.
    """

    def send(self, message: Message) -> None:
        """
        Send text or bytes. What is sent after the close is thrown away, as in browsers; `buffered` counts it.

        Raises:
            TypeError: The message is neither text nor bytes.
        """
        if self._may_send(message):
            assert self._connection is not None, "it is open"
            self._connection.send(_data(message))

    def receive(self) -> Message:
        """
        Return the next message; wait for it as long as the server has time.

        Raises:
            WebSocketClosed: It is closed, and all messages have been received.
            TimeoutError: None came in the time that the server has, the `timeout=` of its mount.
            FetchBlocked: It was never open.
        """
        __tracebackhide__ = True
        self._check_opened()
        if self._end is not None or self._connection is None:
            return self._take(self._end or SocketEnd(was_clean=False))
        return self._take(self._connection.receive())

    def close(self, code: int | None = None, reason: str = "") -> None:
        """
        Close it, and wait until the server has; messages that come meanwhile are lost, as in browsers.

        Args:
            code: 1000, or one from 3000 to 4999; None for none.
            reason: Up to 123 bytes of UTF-8.

        Raises:
            TypeError: An argument has the wrong type.
            ValueError: JavaScript throws for the code or the reason.
        """
        self._check_close(code, reason)
        if self.ready_state == self.OPEN:
            assert self._connection is not None, "it is open"
            self.ready_state: int = self.CLOSING
            self._ended(self._connection.close(code, _scalar_values(reason)))

    def __iter__(self) -> Iterator[Message]:
        while True:
            try:
                message = self.receive()
            except WebSocketClosed:
                return
            yield message

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


class AsyncWebSocket(WebSocketBase):
    """
    A WebSocket of a page; made by `AsyncPage.websocket`. What `WebSocket` does, it does with `await`.
    """

    async def send(self, message: Message) -> None:
        """
        Do what `WebSocket.send` does.

        Raises:
            TypeError: The message is neither text nor bytes.
        """
        if self._may_send(message):
            assert self._connection is not None, "it is open"
            await self._connection.send_async(_data(message))

    async def receive(self) -> Message:
        """
        Do what `WebSocket.receive` does.

        Raises:
            WebSocketClosed: It is closed, and all messages have been received.
            TimeoutError: None came in the time that the server has, the `timeout=` of its mount.
            FetchBlocked: It was never open.
        """
        __tracebackhide__ = True
        self._check_opened()
        if self._end is not None or self._connection is None:
            return self._take(self._end or SocketEnd(was_clean=False))
        return self._take(await self._connection.receive_async())

    async def close(self, code: int | None = None, reason: str = "") -> None:
        """
        Do what `WebSocket.close` does.

        Raises:
            TypeError: An argument has the wrong type.
            ValueError: JavaScript throws for the code or the reason.
        """
        self._check_close(code, reason)
        if self.ready_state == self.OPEN:
            assert self._connection is not None, "it is open"
            self.ready_state: int = self.CLOSING
            self._ended(await self._connection.close_async(code, _scalar_values(reason)))

    async def __aiter__(self) -> AsyncIterator[Message]:
        while True:
            try:
                message = await self.receive()
            except WebSocketClosed:
                return
            yield message

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.close()
