"""
The steps that open WebSockets, run in browsercors: scripts of frames without a network, and what a page observes.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any, Final

from browsercors import FetchTypeError, WebSocketClosed
from browsercors.servers.live.frames import FramedConnection
from browsercors.servers.live.http1 import ResponseReader, Unreadable
from browsercors.values.arguments import ArgumentValueError
from browsercors.values.sockets import Upgraded
from browsercors.values.urls import parse_url
from browsercors.values.wire import HTTPResponse, TransportFailure
from tests.evidence.recorder import names, sockets

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from browsercors import AsyncPage
    from browsercors.browser.channels.websocket import AsyncWebSocket
    from browsercors.values.wire import HTTPRequest
    from tests.evidence.recorder.scenario import Answer, Socket

MAX_MESSAGE_BYTES: Final = 64 * 1024 * 1024
REJECTED: Final = {"outcome": "rejected"}


class _Ended(Exception):  # noqa: N818 - it says that there is nothing more to say
    """
    The browser has closed the connection.
    """


class Script:
    """
    The bytes of a server that plays a script, in the place of a network.

    Args:
        head: The bytes of the answer to the handshake.
        words: The script.
        tell: Takes a line for each frame of the browser.
        is_deflated: Whether messages may be compressed.
    """

    def __init__(self, head: bytes, words: Sequence[str], tell: Callable[[str], None], *, is_deflated: bool) -> None:
        self._head = head
        self._words = words
        self._tell = tell
        self._inflater = zlib.decompressobj(-zlib.MAX_WBITS) if is_deflated else None
        self._from_browser = bytearray()
        self._is_closed = self._has_closed = self._is_broken = False
        self._playing = self._play()

    def send(self, data: bytes) -> None:
        self._from_browser += data

    def receive(self, _size: int = 0) -> bytes:
        if self._head:
            head, self._head = self._head, b""
            return head
        for data in self._playing:
            if data is None:
                raise TimeoutError("the script waits for the page")
            if data:
                return data
        if self._is_broken:
            raise ConnectionResetError("the script broke the connection")
        return b""

    def close(self) -> None:
        """
        End the connection; the server reads what was sent before.
        """
        self._is_closed = True
        for _ in self._playing:
            pass

    def _play(self) -> Iterator[bytes | None]:
        try:
            for word in self._words:
                kind = word.partition(":")[0]
                if kind == "read":
                    yield from self._heard([])
                elif kind in ("echo", "drain", "silent"):
                    yield from self._drain(echoes=kind == "echo", answers=kind != "silent")
                    return
                elif kind == "end":
                    return
                elif kind == "abort":
                    self._is_broken = True
                    return
                elif kind != "wait":
                    self._has_closed = self._has_closed or kind == "close"
                    yield sockets.frame(word)
            yield from self._drain()
        except _Ended:
            return

    def _drain(self, *, echoes: bool = False, answers: bool = True) -> Iterator[bytes | None]:
        while True:
            heard: list[tuple[str, bytes]] = []
            yield from self._heard(heard)
            kind, payload = heard[0]
            if kind == "close":
                if answers and not self._has_closed:
                    yield b"\x88" + bytes([len(payload)]) + payload
                if answers:
                    return
            elif echoes and kind in ("text", "bytes"):
                yield sockets.frame(f"{kind}:{payload.decode('latin-1')}")

    def _heard(self, heard: list[tuple[str, bytes]]) -> Iterator[None]:
        while (parsed := sockets.parse_frame(bytes(self._from_browser))) is None:
            if self._is_closed:
                raise _Ended
            yield None
        kind, payload, is_compressed, size = parsed
        del self._from_browser[:size]
        payload, line = sockets.told(kind, payload, self._inflater if is_compressed else None)
        self._tell(line)
        heard.append((kind, payload))


def answer_to(
    request: HTTPRequest, interim: frozenset[int], answer: Answer, tell: Callable[[str], None], transport: str
) -> HTTPResponse | TransportFailure:
    """
    Return what a browser gets for a handshake, read off the bytes of the scripted answer.
    """
    key = (request.headers.get(b"sec-websocket-key") or b"").decode()
    answer = sockets.with_accept(answer, key)
    written = answer.raw
    if written is None:
        written = "\r\n".join([f"HTTP/1.1 {answer.status} {answer.reason}", *answer.headers]) + "\r\n\r\n" + answer.body
    is_deflated = any("permessage-deflate" in line for line in answer.headers)
    head = names.fill(written, transport, "").encode("latin-1")
    script = Script(head, answer.frames or ("end",), tell, is_deflated=is_deflated)
    reader = ResponseReader(script.receive, max_header_bytes=1 << 20, max_body_bytes=1 << 20, rules=request.transport)
    try:
        response, first = reader.read_handshake(interim)
    except Unreadable as unreadable:
        return TransportFailure(unreadable.kind, unreadable.detail, fault=unreadable.fault)
    kind = Upgraded if response.status == 101 else HTTPResponse
    result = kind(response.status, response.reason, response.headers, response.body, raw_lines=True)
    result.elapsed = answer.delay / 1000
    if isinstance(result, Upgraded) and answer.frames is not None:
        extensions = response.headers.get(b"sec-websocket-extensions") or b""
        result.connection = FramedConnection(
            script, extensions=extensions.decode("latin-1"), first=first, max_message_bytes=MAX_MESSAGE_BYTES
        )
    return result


async def run_socket(step: Socket, page: AsyncPage, transport: str) -> tuple[dict[str, Any], AsyncWebSocket | None]:
    """
    Run a step, and return what the page observes, with the socket if there is one.
    """
    url = names.fill(step.url, transport, "")
    seen: dict[str, Any] = {"heard": [], "thrown": [], "buffered": []}
    try:
        socket = await page.websocket(url, () if step.protocols is None else step.protocols)
    except FetchTypeError:
        return dict(REJECTED), None
    if socket.exception:
        return dict(REJECTED), socket
    seen["thrown"] += ["InvalidStateError" for act in step.early if act[0] not in ("close", "type")]
    hear = seen["heard"]
    if socket.opened:
        hear.append(["open", socket.protocol, socket.extensions, "open"])
        await _act(socket, step.opened, seen)
        await _listen(socket, step, seen)
    if socket.event == "error":
        hear.append(["error", "closed"])
    if socket.close_code is not None:
        hear.append(["close", socket.close_code, socket.close_reason, socket.was_clean, "closed"])
        await _act(socket, step.late, seen)
    seen["heard"] = hear = [[sockets.shortened(w) if isinstance(w, str) else w for w in words] for words in hear]
    is_silent = socket.block is not None and socket.block.reason.value in ("timed-out", "local-network-access-prompt")
    state = "connecting" if is_silent else socket.state
    if is_silent:
        seen["heard"] = []
    protocol, extensions = (socket.protocol, socket.extensions) if socket.opened else ("", "")
    return {**seen, "outcome": state, "url": socket.url, "protocol": protocol, "extensions": extensions}, socket


async def _listen(socket: AsyncWebSocket, step: Socket, seen: dict[str, Any]) -> None:
    messages = 0
    url = parse_url(socket.url)
    assert url is not None
    origin = url.origin.serialized
    while True:
        try:
            message = await socket.receive()
        except (WebSocketClosed, TimeoutError):
            return
        if isinstance(message, str):
            seen["heard"].append(["text", message, origin, "open"])
        elif ("type", "blob") in step.early:
            seen["heard"].append(["blob", str(len(message)), origin, "open"])
        else:
            seen["heard"].append(["bytes", message.decode("latin-1"), origin, "open"])
        messages += 1
        if messages == 1:
            await _act(socket, step.answered, seen)


async def _act(socket: AsyncWebSocket, acts: Sequence[tuple[Any, ...]], seen: dict[str, Any]) -> None:
    """
    Do what the page does in one go.

    NB: what is sent counts as buffered until the script ends, which the simulation does not know of.
    """
    unsent = 0
    for act, *values in acts:
        try:
            if act == "close":
                await socket.close(*values)
            elif act != "type":
                message = values[0] if act == "text" else values[0].encode("latin-1")
                before = socket.buffered
                await socket.send(message)
                unsent += len(_bytes_of(message)) if socket.buffered == before else 0
                seen["buffered"].append(socket.buffered + unsent)
        except ArgumentValueError as error:
            seen["thrown"].append("SyntaxError" if "bytes of UTF-8" in str(error) else "InvalidAccessError")


def _bytes_of(message: str | bytes) -> bytes:
    return (
        message.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()
        if isinstance(message, str)
        else message
    )
