"""
What goes over the connection of a WebSocket once the scripted server has taken it.

A script is a list of words, each with what it needs behind a colon:

* `text:hi`, `bytes:...`, `ping:...`, `pong:...`, `close`, `close:1000:bye` write a frame as a server should;
* `raw:...` writes bytes as they are;
* `read` waits for a frame; `echo` sends text and bytes back until the browser closes; `drain` waits for the browser's
  close, and answers it if the server has not closed itself; `silent` waits without ever answering;
* `wait:100` lets milliseconds pass; `end` ends the connection, and `abort` breaks it.

At its end a script drains. All frames that the browser sends are told, unmasked and inflated.
"""

import asyncio
import base64
import contextlib
import hashlib
import struct
import zlib
from collections.abc import Callable, Sequence
from typing import Final

import attrs

from tests.evidence.recorder.scenario import Answer

__all__ = ["accept_for", "frame", "parse_frame", "shortened", "talk", "told", "with_accept"]

_GUID: Final = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
"""https://www.rfc-editor.org/rfc/rfc6455#section-1.3"""

_OPCODES: Final = {"text": 1, "bytes": 2, "close": 8, "ping": 9, "pong": 10}
_KINDS: Final = {0: "more", **{number: kind for kind, number in _OPCODES.items()}}
_PATIENCE: Final = 10.0
_LONGEST: Final = 200


def shortened(text: str) -> str:
    """
    Return a long text as its beginning and its length.
    """
    return text if len(text) <= _LONGEST else f"{text[:20]}...{len(text)}"


def accept_for(key: str) -> str:
    """
    Return the `Sec-WebSocket-Accept` for a key.
    """
    return base64.b64encode(hashlib.sha1((key + _GUID).encode("latin-1"), usedforsecurity=False).digest()).decode()


def with_accept(answer: Answer, key: str) -> Answer:
    """
    Put what *key* asks for into the headers of an answer.
    """
    if answer.frames is None:
        return answer
    wanted = accept_for(key)
    headers = [line.replace("{accept}", wanted) for line in answer.headers]
    raw = None if answer.raw is None else answer.raw.replace("{accept}", wanted)
    return attrs.evolve(answer, headers=headers, raw=raw)


def frame(word: str) -> bytes:
    """
    Return the bytes of a frame as a server writes it, not masked and in one piece.
    """
    kind, _, rest = word.partition(":")
    if kind == "raw":
        return rest.encode("latin-1")
    payload = rest.encode("latin-1")
    if kind == "close" and rest:
        code, _, reason = rest.partition(":")
        payload = struct.pack("!H", int(code)) + reason.encode("latin-1")
    first = 0x80 | _OPCODES[kind]
    if len(payload) < 126:
        return struct.pack("!BB", first, len(payload)) + payload
    if len(payload) < 1 << 16:
        return struct.pack("!BBH", first, 126, len(payload)) + payload
    return struct.pack("!BBQ", first, 127, len(payload)) + payload


class _Ended(Exception):  # noqa: N818 - it says that there is nothing more to say
    """
    The browser has closed the connection.
    """


def parse_frame(data: bytes) -> tuple[str, bytes, bool, int] | None:
    """
    Read a frame of a browser: its kind, its payload, whether it is compressed, and its size; None if it is not whole.
    """
    if len(data) < 2:
        return None
    length, start = data[1] & 0x7F, 2
    if length >= 126:
        start = 4 if length == 126 else 10
        length = int.from_bytes(data[2:start], "big")
    end = start + 4 + length
    if len(data) < end:
        return None
    return _kind(data[0], data[1]), _unmasked(data[start + 4 : end], data[start : start + 4]), bool(data[0] & 0x40), end


def told(kind: str, payload: bytes, inflater: "zlib._Decompress | None") -> tuple[bytes, str]:
    """
    Return the payload of a frame, inflated, and the line that tells of it.
    """
    if inflater is not None:
        payload = inflater.decompress(payload + b"\0\0\xff\xff")
    shown = payload
    if kind == "close" and len(payload) >= 2:
        shown = b"%d:" % int.from_bytes(payload[:2], "big") + payload[2:]
    text = shown.decode("latin-1")
    text = shortened(text)
    return payload, f"{kind}{' deflated' if inflater is not None else ''} {text}".rstrip(" ")


def _kind(first: int, second: int) -> str:
    kind = _KINDS.get(first & 0x0F, str(first & 0x0F)) + ("" if first & 0x80 else "+")
    return kind + ("" if second & 0x80 else " (not masked)")


def _unmasked(masked: bytes, mask: bytes) -> bytes:
    return bytes(byte ^ mask[place % 4] for place, byte in enumerate(masked))


async def _read(reader: asyncio.StreamReader) -> tuple[str, bytes, bool]:
    """
    Read a frame of the browser: its kind, its payload, and whether it is compressed.
    """
    try:
        first, second = await reader.readexactly(2)
        length = second & 0x7F
        if length >= 126:
            size = 2 if length == 126 else 8
            length = int.from_bytes(await reader.readexactly(size), "big")
        mask = await reader.readexactly(4) if second & 0x80 else b"\0\0\0\0"
        masked = await reader.readexactly(length)
    except (asyncio.IncompleteReadError, OSError):
        raise _Ended from None
    return _kind(first, second), _unmasked(masked, mask), bool(first & 0x40)


async def talk(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    script: Sequence[str],
    tell: Callable[[str], None],
    *,
    is_deflated: bool,
) -> None:
    """
    Carry out a script.

    Args:
        reader: From the browser.
        writer: To the browser.
        script: What to do.
        tell: Takes a line for each frame of the browser.
        is_deflated: Whether messages may be compressed.
    """
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    has_closed = False

    async def heard() -> tuple[str, bytes]:
        try:
            kind, payload, is_compressed = await asyncio.wait_for(_read(reader), _PATIENCE)
        except TimeoutError:
            raise _Ended from None
        payload, line = told(kind, payload, inflater if is_compressed and is_deflated else None)
        tell(line)
        return kind, payload

    async def write(data: bytes) -> None:
        writer.write(data)
        with contextlib.suppress(OSError):
            await writer.drain()

    async def drain(*, echoes: bool = False, answers: bool = True) -> None:
        while True:
            kind, payload = await heard()
            if kind == "close":
                if answers and not has_closed:
                    await write(frame("close") if not payload else b"\x88" + bytes([len(payload)]) + payload)
                if answers:
                    return
            elif echoes and kind in ("text", "bytes"):
                await write(frame(f"{kind}:{payload.decode('latin-1')}"))

    try:
        for word in script:
            kind, _, rest = word.partition(":")
            if kind == "read":
                await heard()
            elif kind in ("echo", "drain", "silent"):
                await drain(echoes=kind == "echo", answers=kind != "silent")
                return
            elif kind == "wait":
                await asyncio.sleep(int(rest) / 1000)
            elif kind == "end":
                return
            elif kind == "abort":
                writer.transport.abort()
                return
            else:
                has_closed = has_closed or kind == "close"
                await write(frame(word))
        await drain()
    except _Ended:
        return
