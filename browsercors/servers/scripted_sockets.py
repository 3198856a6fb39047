"""
Scripted answers to the handshakes of WebSockets: what the server says, message by message.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any, ClassVar, Final

import attrs

from browsercors.servers.scripted import Answer
from browsercors.values.arguments import ArgumentTypeError, ArgumentValueError
from browsercors.values.headers import HeaderList
from browsercors.values.sockets import SocketEnd, SocketFault, Upgraded, accept_for
from browsercors.values.wire import HTTPResponse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import TypeAlias

    from browsercors.servers.scripted import HeaderPairs
    from browsercors.values.sockets import FrameReading, Message
    from browsercors.values.wire import HTTPRequest

    Said: TypeAlias = "Message | WebSocketClose | RawFrames"
    Handler: TypeAlias = Callable[[Message], "Said | Iterable[Said] | None"]

__all__ = ["RawFrames", "WebSocketAnswer", "WebSocketClose"]

MAX_MESSAGE_BYTES: Final = 64 * 1024 * 1024
OPCODES: Final[dict[type, int]] = {str: 1, bytes: 2}


@attrs.frozen
class WebSocketClose:
    """
    The close of a scripted server.

    Attributes:
        code: The code; None for none.
        reason: The reason.
        lost: Whether the connection breaks in place of a close.
    """

    code: int | None = 1000
    reason: str = ""
    lost: bool = attrs.field(default=False, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if self.code is not None and (not isinstance(self.code, int) or not 0 <= self.code <= 0xFFFF):
            raise ArgumentValueError(f"code has to be a number of 16 bits such as 1000, or None, not {self.code!r}")
        if not isinstance(self.reason, str):
            raise ArgumentTypeError(f"reason has to be a str, not {self.reason!r:.80}")


@attrs.frozen
class RawFrames:
    """
    Bytes that a scripted server writes as they are, whether or not they are frames. To read them needs wsproto.
    """

    data: bytes


class WebSocketAnswer(Answer):
    """
    A scripted server's answer that takes the handshake of a WebSocket.

    A request that is no such handshake gets a 426.

    Args:
        handler: A function that is given each message of the page. What it returns is sent back: a message, a
            `WebSocketClose`, `RawFrames`, a list of these, or None.
        messages: What is sent when the socket opens, each as the handler may return it.
        subprotocol: The subprotocol that the server chooses; None for none.
        headers: Further headers. One that every such answer has, such as `Sec-WebSocket-Accept`, comes in its place.
        latency: How many simulated seconds the answer takes.
    """

    takes_handshakes: ClassVar[bool] = True
    __slots__ = ("_handler", "_messages", "_subprotocol")

    def __init__(
        self,
        handler: Handler | None = None,
        *,
        messages: Said | Iterable[Said] = (),
        subprotocol: str | None = None,
        headers: HeaderPairs = (),
        latency: float = 0.0,
    ) -> None:
        super().__init__(101, headers, reason="Switching Protocols", latency=latency)
        if handler is not None and not callable(handler):
            raise ArgumentTypeError(f"handler has to be a function that takes a message, not {handler!r:.80}")
        if subprotocol is not None and not isinstance(subprotocol, str):
            raise ArgumentTypeError(f"subprotocol has to be a str such as 'chat', or None, not {subprotocol!r:.80}")
        self._handler = handler
        self._messages = _said("messages", messages)
        self._subprotocol = subprotocol

    def __repr__(self) -> str:
        return f"<WebSocketAnswer {self._subprotocol or ''}>".replace(" >", ">")

    def respond(self, request: HTTPRequest) -> HTTPResponse:
        """
        Take a handshake, and refuse any other request.
        """
        key = request.headers.get(b"sec-websocket-key")
        if key is None:
            headers = HeaderList([(b"Upgrade", b"websocket"), (b"Connection", b"Upgrade")])
            return HTTPResponse(426, b"Upgrade Required", headers, elapsed=self.latency, raw_lines=True)
        lines = [
            (b"Upgrade", b"websocket"),
            (b"Connection", b"Upgrade"),
            (b"Sec-WebSocket-Accept", accept_for(key)),
        ]
        if self._subprotocol is not None:
            lines.append((b"Sec-WebSocket-Protocol", self._subprotocol.encode("latin-1", "replace")))
        own = {name.lower() for name, _ in self.headers}
        lines = [line for line in lines if line[0].lower() not in own]
        connection = _ScriptedConnection(self._handler, self._messages)
        return Upgraded(
            self.status,
            self.reason,
            HeaderList([*lines, *self.headers]),
            elapsed=self.latency,
            raw_lines=True,
            connection=connection,
        )


def _said(name: str, said: Any) -> list[Said]:
    """
    Return what a server says, one by one.

    Raises:
        ArgumentTypeError: Something of it is nothing that a server can say.
    """
    if said is None:
        return []
    single = isinstance(said, (str, bytes, bytearray, WebSocketClose, RawFrames))
    try:
        listed = [said] if single else list(said)
    except TypeError:
        listed = [said]
    for each in listed:
        if not isinstance(each, (str, bytes, bytearray, WebSocketClose, RawFrames)):
            right = "a str, bytes, a WebSocketClose, RawFrames, or a list of these"
            raise ArgumentTypeError(f"{name} has to be {right}, not {each!r:.80}")
    return [bytes(each) if isinstance(each, bytearray) else each for each in listed]


class _ScriptedConnection:
    """
    The connection of a scripted answer: nothing is under way, and what a handler returns is there at once.
    """

    def __init__(self, handler: Handler | None, messages: Iterable[Said]) -> None:
        self._handler = handler
        self._waiting: deque[Said] = deque(messages)
        self._end: SocketEnd | None = None
        self._framed: Any = None

    def begin(self, reading: FrameReading) -> None:
        self._reading = reading

    def send(self, message: Message) -> None:
        if self._end is None and self._handler is not None:
            self._waiting += _said("what the handler returns", self._handler(message))

    def receive(self) -> Message | SocketEnd:
        if self._end is not None:
            return self._end
        if self._framed is None and self._waiting and isinstance(self._waiting[0], RawFrames):
            # NB: imported late, since few servers break the protocol. From here on all goes by frames.
            from browsercors.servers.live.frames import FramedConnection

            self._framed = FramedConnection(self._stream(), max_message_bytes=MAX_MESSAGE_BYTES)
            self._framed.begin(self._reading)
        if self._framed is not None:
            got: Message | SocketEnd = self._framed.receive()
            self._end = got if isinstance(got, SocketEnd) else None
            return got
        if not self._waiting:
            raise TimeoutError("the scripted server has nothing more to say, and waits for the page")
        said = self._waiting.popleft()
        if isinstance(said, WebSocketClose):
            self._end = _end_of(said)
            return self._end
        assert isinstance(said, (str, bytes)), "frames are read above"
        return said

    def close(self, code: int | None, reason: str) -> SocketEnd:
        if self._end is None:
            crossed = next((said for said in self._waiting if isinstance(said, WebSocketClose)), None)
            self._end = SocketEnd(code, reason) if crossed is None else _end_of(crossed)
            self._waiting.clear()
        return self._end

    def abort(self) -> None:
        self._end = self._end or SocketEnd(was_clean=False, fault=SocketFault.LOST)

    async def send_async(self, message: Message) -> None:
        self.send(message)

    async def receive_async(self) -> Message | SocketEnd:
        return self.receive()

    async def close_async(self, code: int | None, reason: str) -> SocketEnd:
        return self.close(code, reason)

    async def abort_async(self) -> None:
        self.abort()

    def _stream(self) -> _Bytes:
        return _Bytes(self._waiting)


class _Bytes:
    """
    What a scripted server says, as bytes.
    """

    def __init__(self, waiting: deque[Said]) -> None:
        self._waiting = waiting
        self._is_over = False

    def send(self, data: bytes) -> None:
        pass

    def receive(self) -> bytes:
        if self._is_over:
            return b""
        if not self._waiting:
            raise TimeoutError("the scripted server has nothing more to say, and waits for the page")
        said = self._waiting.popleft()
        if isinstance(said, RawFrames):
            return said.data
        if isinstance(said, WebSocketClose):
            self._is_over = True
            if said.lost:
                return b""
            payload = b"" if said.code is None else said.code.to_bytes(2, "big") + said.reason.encode()
            return _frame(8, payload)
        return _frame(OPCODES[type(said)], said.encode() if isinstance(said, str) else said)

    def close(self) -> None:
        self._is_over = True


def _frame(opcode: int, payload: bytes) -> bytes:
    """
    Return a frame as a server writes it (https://www.rfc-editor.org/rfc/rfc6455#section-5.2).
    """
    size = len(payload)
    if size < 126:
        return bytes([0x80 | opcode, size]) + payload
    if size < 1 << 16:
        return bytes([0x80 | opcode, 126]) + size.to_bytes(2, "big") + payload
    return bytes([0x80 | opcode, 127]) + size.to_bytes(8, "big") + payload


def _end_of(close: WebSocketClose) -> SocketEnd:
    if close.lost:
        detail = "the scripted server broke the connection"
        return SocketEnd(was_clean=False, fault=SocketFault.LOST, detail=detail)
    return SocketEnd(close.code, close.reason)
