"""
WebSockets: how a connection ends, and what a server gives a browser once it has taken one.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias

import attrs

from browsercors.values.records import Record, quick
from browsercors.values.wire import HTTPResponse

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "ABNORMAL",
    "NO_CODE",
    "Connection",
    "FrameReading",
    "Message",
    "SocketEnd",
    "SocketFault",
    "Upgraded",
    "Violation",
    "accept_for",
    "is_page_code",
]

NORMAL: Final = 1000
NO_CODE: Final = 1005
"""What a page is told of a close without a code (https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1)."""

ABNORMAL: Final = 1006
"""What it is told of a connection that ended without one."""

GUID: Final = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
"""https://www.rfc-editor.org/rfc/rfc6455#section-1.3"""

Message: TypeAlias = str | bytes
"""What is sent over a WebSocket: text or bytes."""


def accept_for(key: bytes) -> bytes:
    """
    Return the `Sec-WebSocket-Accept` that takes a handshake with this `Sec-WebSocket-Key`.

    https://www.rfc-editor.org/rfc/rfc6455#section-4.2.2
    """
    import base64
    import hashlib

    return base64.b64encode(hashlib.sha1(key.strip() + GUID, usedforsecurity=False).digest())


def is_page_code(code: int) -> bool:
    """
    Whether a page may close with this code (https://websockets.spec.whatwg.org/#dom-websocket-close).
    """
    return code == NORMAL or 3000 <= code <= 4999


@quick
class SocketFault(enum.Enum):
    """
    Why a connection failed that was open.
    """

    LOST = "lost"
    """It ended without a closing handshake."""

    PROTOCOL = "protocol"
    """What came is not what the WebSocket protocol allows."""


@attrs.frozen(eq=False, repr=False)
class SocketEnd(Record):
    """
    The end of a connection.

    Attributes:
        code: The code of the server's close; None if it stated none, or there was no close.
        reason: The reason of the server's close.
        was_clean: Whether both sides closed.
        fault: What went wrong; None where both closed.
        violation: What of the protocol the server broke.
        detail: What happened, in words. It may contain text from the server, so it is not trusted.
        traceback: None, or the formatted traceback of the application that raised.
    """

    code: int | None = None
    reason: str = ""
    was_clean: bool = True
    fault: SocketFault | None = None
    violation: Violation | None = None
    detail: str = ""
    traceback: str | None = None

    @property
    def page_code(self) -> int:
        """
        The code that a page is told.
        """
        if not self.was_clean:
            return ABNORMAL
        return NO_CODE if self.code is None else self.code


@quick
class Violation(enum.Enum):
    """
    What of the WebSocket protocol a server broke.
    """

    MASKED = "a frame is masked"
    RESERVED_BITS = "a reserved bit is set"
    OPCODE = "a frame has an unknown opcode"
    HEADER = "the header of a frame is malformed"
    DEFLATE = "what is compressed cannot be read"
    CONTINUATION = "a continuation continues nothing"
    UNFINISHED = "a message begins before the last one has ended"
    TEXT = "a text is not in UTF-8"
    CLOSE_SIZE = "a close has half a code"
    CLOSE_CODE = "a close has a code that none may have"
    CLOSE_REASON = "the reason of a close is not in UTF-8"
    AFTER_CLOSE = "something came after the close"
    TOO_LARGE = "a message exceeds the limit"


@attrs.frozen(eq=False, repr=False)
class FrameReading(Record):
    """
    How a browser takes frames.

    Attributes:
        takes_code: Whether a server may close with a code.
        close_for: The code and the reason with which the browser closes for a violation; None for no close at all.
        takes_data_after_close: Whether what comes behind a close is skipped.
        takes_half_code: Whether a close of one byte is one without a code.
        codes_not_repeated: The codes that the browser's own close leaves out when it answers them.
    """

    takes_code: Callable[[int], bool]
    close_for: Callable[[Violation], tuple[int, str] | None]
    takes_data_after_close: bool = False
    takes_half_code: bool = False
    codes_not_repeated: frozenset[int] = frozenset()


class Connection(Protocol):
    """
    A connection that a server has taken, at the browser's end.
    """

    def begin(self, reading: FrameReading) -> None:
        """
        Go on as the browser that has found nothing wrong with the handshake.
        """

    # What a sync browser calls.

    def send(self, message: Message) -> None:
        """
        Send a message.
        """

    def receive(self) -> Message | SocketEnd:
        """
        Wait for the next message; the end of the connection comes again and again.

        Raises:
            TimeoutError: None came in the time that the server has.
        """

    def close(self, code: int | None, reason: str) -> SocketEnd:
        """
        Close the connection, and wait until the server has.
        """

    def abort(self) -> None:
        """
        Break the connection.
        """

    # What an async browser calls.

    async def send_async(self, message: Message) -> None:
        """
        Do what `send` does, in the running loop.
        """

    async def receive_async(self) -> Message | SocketEnd:
        """
        Do what `receive` does, in the running loop.
        """

    async def close_async(self, code: int | None, reason: str) -> SocketEnd:
        """
        Do what `close` does, in the running loop.
        """

    async def abort_async(self) -> None:
        """
        Do what `abort` does, in the running loop.
        """


@attrs.define(eq=False, repr=False)
class Upgraded(HTTPResponse):
    """
    The response of a server that has switched to the WebSocket protocol.

    Attributes:
        connection: What goes over the connection from here on; None once the page has it.
    """

    connection: Connection | None = None

    def take(self) -> Connection | None:
        """
        Take the connection out of the response, which others keep.
        """
        connection, self.connection = self.connection, None
        return connection
