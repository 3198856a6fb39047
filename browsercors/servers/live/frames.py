"""
The frames of a WebSocket on a stream of bytes, as a browser writes and reads them.

wsproto cuts and joins frames, and knows what the protocol forbids. What a browser does beyond that is here: it answers
pings, closes, fails what is forbidden, and waits for the server's end of the connection.

https://www.rfc-editor.org/rfc/rfc6455
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from browsercors.values.sockets import SocketEnd, SocketFault, Violation

if TYPE_CHECKING:
    from wsproto.frame_protocol import Frame, FrameProtocol, ParseFailed

    from browsercors.values.sockets import FrameReading, Message

__all__ = ["FramedConnection", "Stream", "frame_protocol"]

ENCODING_CODE: Final = 1007


class Stream(Protocol):
    """
    Bytes in both directions, every wait bounded.
    """

    def send(self, data: bytes) -> None:
        """
        Send all of it.

        Raises:
            OSError: The connection is broken, or it takes too long.
        """

    def receive(self) -> bytes:
        """
        Return some bytes; none at the end.

        Raises:
            OSError: The connection is broken, or it takes too long (a TimeoutError).
        """

    def close(self) -> None:
        """
        Close the connection.
        """


def frame_protocol(extensions: str) -> FrameProtocol:
    """
    Return what cuts and joins the frames of a browser.

    Args:
        extensions: What the server chose, and the browser has taken; empty for none.

    Raises:
        ImportError: wsproto is not installed.
    """
    try:
        from wsproto.extensions import PerMessageDeflate
        from wsproto.frame_protocol import FrameProtocol
    except ImportError as error:
        what = "page.websocket() on a live server needs wsproto, which is not installed"
        raise ImportError(f"{what}; pip install 'browsercors[websocket]'", name="wsproto") from error

    class AnyClose(FrameProtocol):
        """
        Leaves it to the browser which codes it takes.
        """

        def _process_close(self, frame: Frame) -> Frame:
            return frame

    if not extensions:
        return AnyClose(client=True, extensions=[])
    said = {part.partition("=")[0].strip(" \t"): part.partition("=")[2].strip(' \t"') for part in extensions.split(";")}
    bits = said.get("client_max_window_bits", "")
    deflate = PerMessageDeflate(
        client_no_context_takeover="client_no_context_takeover" in said,
        server_no_context_takeover="server_no_context_takeover" in said,
        # NB: zlib has no smaller window than this, which keeps to the smallest one nevertheless.
        client_max_window_bits=max(9, int(bits)) if bits.isdigit() else 15,
    )
    deflate.finalize("permessage-deflate")
    return AnyClose(client=True, extensions=[deflate])


VIOLATIONS: Final = (
    ("unexpected masked", Violation.MASKED),
    ("Reserved bit", Violation.RESERVED_BITS),
    ("Invalid opcode", Violation.OPCODE),
    ("unexpected CONTINUATION", Violation.CONTINUATION),
    ("expected CONTINUATION", Violation.UNFINISHED),
)
"""How wsproto says what was broken; what it says otherwise is about the header of a frame."""


class FramedConnection:
    """
    A connection of a browser whose handshake was taken.

    Args:
        stream: The bytes.
        extensions: What the server chose.
        first: What came with the answer to the handshake.
        max_message_bytes: The largest message that is taken.
    """

    _protocol: FrameProtocol
    _reading: FrameReading

    def __init__(self, stream: Stream, *, extensions: str = "", first: bytes = b"", max_message_bytes: int) -> None:
        self._stream = stream
        self._extensions = extensions
        self._first = first
        self._max_bytes = max_message_bytes
        self._parts: list[str | bytes] = []
        self._size = 0
        self._has_closed = False
        self._closed: tuple[int | None, str] | None = None
        self._end: SocketEnd | None = None

    def begin(self, reading: FrameReading) -> None:
        """
        Go on as the browser that has found nothing wrong with the handshake.

        Raises:
            ImportError: wsproto is not installed.
        """
        self._reading = reading
        self._protocol = frame_protocol(self._extensions)
        if self._first:
            self._protocol.receive_bytes(self._first)

    def send(self, message: Message) -> None:
        """
        Send a message; it is lost if the connection is.
        """
        if self._end is None:
            self._write(bytes(self._protocol.send_data(message)))

    def receive(self) -> Message | SocketEnd:
        """
        Wait for the next message.

        Raises:
            TimeoutError: None came in the time that the server has.
        """
        while self._end is None:
            try:
                got = self._next()
            except TimeoutError:
                raise
            except OSError as error:
                self._finish(_lost(f"the connection broke: {error}"))
                break
            if got is not None:
                return got
        assert self._end is not None
        return self._end

    def close(self, code: int | None, reason: str) -> SocketEnd:
        """
        Close the connection, and wait for the server's close.
        """
        if self._end is None and not self._has_closed:
            self._write(bytes(self._protocol.close(code, reason if code is not None else None)))
            self._has_closed = True
        while self._end is None:
            try:
                self._next()
            except TimeoutError:
                self._finish(_lost("the server did not close in time"))
            except OSError as error:
                self._finish(_lost(f"the connection broke: {error}"))
        return self._end

    def abort(self) -> None:
        """
        Break the connection.
        """
        if self._end is None:
            self._finish(_lost("the browser broke the connection"))

    async def send_async(self, message: Message) -> None:
        """
        Do what `send` does, in a worker thread.
        """
        import asyncio

        await asyncio.to_thread(self.send, message)

    async def receive_async(self) -> Message | SocketEnd:
        """
        Do what `receive` does, in a worker thread.
        """
        import asyncio

        return await asyncio.to_thread(self.receive)

    async def close_async(self, code: int | None, reason: str) -> SocketEnd:
        """
        Do what `close` does, in a worker thread.
        """
        import asyncio

        return await asyncio.to_thread(self.close, code, reason)

    async def abort_async(self) -> None:
        """
        Do what `abort` does.
        """
        self.abort()

    def _write(self, data: bytes) -> None:
        try:
            self._stream.send(data)
        except OSError:
            # NB: the next read says what became of the connection; what came before it broke is read first.
            self._has_closed = True

    def _next(self) -> Message | None:
        """
        Take what has come, or wait for some bytes; return a message if there is one.
        """
        from wsproto.frame_protocol import ParseFailed

        try:
            for frame in self._protocol.received_frames():
                got = self._take(frame)
                if got is not None or self._end is not None:
                    return got
        except ParseFailed as failed:
            self._fail(_violation_of(failed), str(failed))
            return None
        data = self._stream.receive()
        if not data:
            self._finish(_lost("the server ended the connection without closing it"))
        else:
            self._protocol.receive_bytes(data)
        return None

    def _take(self, frame: Frame) -> Message | None:
        from wsproto.frame_protocol import Opcode

        if frame.opcode is Opcode.PING:
            if not self._has_closed:
                self._write(bytes(self._protocol.pong(_bytes_of(frame))))
        elif frame.opcode is Opcode.CLOSE:
            self._take_close(_bytes_of(frame))
        elif frame.opcode is not Opcode.PONG:
            return self._joined(frame)
        return None

    def _joined(self, frame: Frame) -> Message | None:
        """
        Return a message once it is whole.
        """
        self._size += len(frame.payload)
        if self._size > self._max_bytes:
            self._fail(Violation.TOO_LARGE, f"a message of more than {self._max_bytes} bytes")
            return None
        self._parts.append(frame.payload if isinstance(frame.payload, str) else _bytes_of(frame))
        if not (frame.message_finished and frame.frame_finished):
            return None
        parts, self._parts, self._size = self._parts, [], 0
        return "".join(parts) if isinstance(parts[0], str) else b"".join(parts)  # type: ignore[arg-type]

    def _take_close(self, payload: bytes) -> None:
        """
        Answer the server's close, unless it was the answer, and wait until it ends the connection.
        """
        # PROFILE: to Firefox half a code is none.
        if len(payload) == 1 and self._reading.takes_half_code:
            payload = b""
        if len(payload) == 1:
            self._fail(Violation.CLOSE_SIZE, "a close of one byte")
            return
        code = int.from_bytes(payload[:2], "big") if payload else None
        # PROFILE: browsers do not agree on which codes there are.
        if code is not None and not self._reading.takes_code(code):
            self._fail(Violation.CLOSE_CODE, f"a close with the code {code}")
            return
        try:
            reason = payload[2:].decode()
        except UnicodeDecodeError:
            self._fail(Violation.CLOSE_REASON, "the reason of a close is not in UTF-8")
            return
        if not self._has_closed:
            self._has_closed = True
            is_repeated = code is not None and code not in self._reading.codes_not_repeated
            self._write(self._own_close(code, reason) if is_repeated else bytes(self._protocol.close()))
        self._wait_for_the_end(SocketEnd(code, reason))

    def _own_close(self, code: int | None, reason: str) -> bytes:
        from wsproto.frame_protocol import Opcode

        # NB: wsproto knows better which codes there are.
        payload = b"" if code is None else code.to_bytes(2, "big") + reason.encode()
        return bytes(self._protocol._serialize_frame(Opcode.CLOSE, payload))  # noqa: SLF001

    def _wait_for_the_end(self, end: SocketEnd) -> None:
        """
        Wait until the server ends the connection.
        """
        from wsproto.frame_protocol import ParseFailed

        # PROFILE: to Chromium a server that goes on after its close has broken the protocol.
        rest = None if self._reading.takes_data_after_close else frame_protocol(self._extensions)
        data = bytes(self._protocol._frame_decoder.buffer.consume_at_most(1 << 30))  # noqa: SLF001 - what is left
        try:
            while True:
                if rest is not None and data:
                    rest.receive_bytes(data)
                    if next(rest.received_frames(), None) is not None:
                        self._fail(Violation.AFTER_CLOSE, "something came after the close")
                        return
                data = self._stream.receive()
                if not data:
                    break
        except (OSError, ParseFailed):
            pass
        self._finish(end)

    def _fail(self, violation: Violation, detail: str) -> None:
        """
        Fail the connection (https://www.rfc-editor.org/rfc/rfc6455#section-7.1.7).
        """
        # PROFILE: browsers say different things, or nothing.
        stated = self._reading.close_for(violation)
        if stated is not None and not self._has_closed:
            self._write(self._own_close(*stated))
        self._finish(
            SocketEnd(was_clean=False, fault=SocketFault.PROTOCOL, violation=violation, detail=detail),
        )

    def _finish(self, end: SocketEnd) -> None:
        self._end = end
        self._stream.close()


def _lost(detail: str) -> SocketEnd:
    return SocketEnd(was_clean=False, fault=SocketFault.LOST, detail=detail)


def _bytes_of(frame: Frame) -> bytes:
    assert not isinstance(frame.payload, (str, tuple)), "this frame has bytes"
    return bytes(frame.payload)


def _violation_of(failed: ParseFailed) -> Violation:
    if failed.code == ENCODING_CODE:
        return Violation.DEFLATE if "extension" in str(failed) else Violation.TEXT
    return next((found for words, found in VIOLATIONS if words in str(failed)), Violation.HEADER)
