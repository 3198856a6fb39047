"""
Undoing content codings as browsers do: gzip, deflate, br and zstd, never further than a limit.

https://www.rfc-editor.org/rfc/rfc9110#section-8.4

A coding that is not known leaves the body as it is, as browsers do.

However a body is made, undoing a coding takes time in proportion to its bytes and to the bytes that come out. All
decoders are fed in small steps for that: each of them copies what it leaves of a step.
"""

from __future__ import annotations

import struct
import sys
from typing import TYPE_CHECKING, Final

from browsercors.values.wire import BODY_TIMED_OUT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from browsercors.servers.deadline import Deadline

__all__ = ["decode_body"]

ZSTD_MAX_WINDOW_LOG: Final = 23
"""8 MiB, https://www.rfc-editor.org/rfc/rfc9659: a browser refuses a larger window."""

ZSTD_FRAME_START: Final = struct.Struct("<II")
"""The magic number of a frame and, where it is one to skip, how many bytes follow."""

ZSTD_SKIPPABLE_MAGIC: Final = 0x184D2A50
"""https://www.rfc-editor.org/rfc/rfc8878#section-3.1.2: the last four bits may be any."""

MAX_SKIPPABLE_ZSTD_FRAMES: Final = 1024 * 1024
MAX_ZSTD_FRAMES: Final = 32 * 1024
"""Both are for half a second: a frame may hold nothing, but making a decoder takes as long as decoding a kilobyte."""

MAX_CODINGS: Final = 5
"""More than anyone applies; without a bound a list of codings of 1 MB would be a bomb of another kind."""

INPUT_STEP_BYTES: Final = 4096
OUTPUT_STEP_BYTES: Final = 65536


class _Malformed(Exception):  # noqa: N818 - control flow of this module
    """
    The body is not what its coding says.
    """


class _LimitExceeded(Exception):  # noqa: N818 - control flow of this module
    """
    The decoded body is larger than the limit.
    """


class _Output:
    """
    What a decoder has made of a body so far.

    Args:
        max_bytes: How much it may become.
        deadline: When it has to be done, if ever.
    """

    def __init__(self, max_bytes: int, deadline: Deadline | None) -> None:
        self.decoded = bytearray()
        self._max_bytes = max_bytes
        self._deadline = deadline

    def add(self, step: bytes) -> None:
        """
        Add what came out of one step.

        Raises:
            _LimitExceeded: It has become too much.
            TimeoutError: It takes too long.
        """
        self.decoded += step
        if len(self.decoded) > self._max_bytes:
            raise _LimitExceeded
        # NB: after a step and not before it, so that a little is decoded of a body that took all the time to arrive.
        if self._deadline is not None:
            self._deadline.remaining()


def decode_body(
    codings: bytes, body: bytes, *, max_bytes: int, deadline: Deadline | None = None
) -> tuple[bytes, str | None] | None:
    """
    Undo the codings that a `Content-Encoding` value lists, the last one first.

    Args:
        codings: The value of the header.
        body: The body as it was received.
        max_bytes: How large the body may become by undoing any of them.
        deadline: When all has to be done; without one there are the other limits.

    Returns:
        The body and None; or what could be decoded and what is wrong with the rest; or None alone when the body would
        be larger than *max_bytes*.
    """
    names = [name.strip(b"\t ").lower().decode("latin-1") for name in codings.split(b",", MAX_CODINGS)]
    if len(names) > MAX_CODINGS:
        return b"", f"more than {MAX_CODINGS} content codings"
    # NB: one that is not known hides those applied before it.
    decoders: list[tuple[str, Callable[[bytes, _Output], None] | None]] = []
    for name in reversed(names):
        if name not in DECODERS:
            break
        decoders.append((name, DECODERS[name]))
    for number, (name, decode) in enumerate(decoders, 1):
        if decode is None:
            continue
        output = _Output(max_bytes, deadline)
        failure = None
        try:
            decode(body, output)
        except _LimitExceeded:
            return None
        except _Malformed as malformed:
            failure = f"malformed {name} coding: {malformed}"
        except TimeoutError:
            failure = BODY_TIMED_OUT
        if failure is not None:
            return bytes(output.decoded) if number == len(decoders) else b"", failure
        body = bytes(output.decoded)
    return body, None


def _gzip(body: bytes, output: _Output) -> None:
    # NB: what follows the first member is ignored, as Chromium does.
    _inflate(body, output, window_bits=31)


def _deflate(body: bytes, output: _Output) -> None:
    # NB: the standard means the zlib format; browsers also take bare deflate, which old servers send.
    is_zlib = len(body) >= 2 and body[0] & 0x0F == 8 and (body[0] << 8 | body[1]) % 31 == 0
    _inflate(body, output, window_bits=15 if is_zlib else -15)


def _inflate(body: bytes, output: _Output, *, window_bits: int) -> None:
    import zlib

    decoder = zlib.decompressobj(wbits=window_bits)
    try:
        for step in _steps(body):
            rest = step
            while rest:
                output.add(decoder.decompress(rest, OUTPUT_STEP_BYTES))
                if decoder.eof:
                    return
                rest = decoder.unconsumed_tail
        # NB: output that was held back by the step is still in the decoder when all input is consumed.
        if rest := decoder.flush():
            output.add(rest)
    except zlib.error as error:
        raise _Malformed(str(error)) from error
    if not decoder.eof:
        raise _Malformed("it ends in the middle")


def _brotli(body: bytes, output: _Output) -> None:
    import brotli

    decoder = brotli.Decompressor()
    try:
        for step in _steps(body):
            decoded = decoder.process(step, output_buffer_limit=OUTPUT_STEP_BYTES)
            while decoded:
                output.add(decoded)
                decoded = b"" if decoder.is_finished() else decoder.process(b"", output_buffer_limit=OUTPUT_STEP_BYTES)
    except brotli.error as error:
        raise _Malformed("invalid data") from error
    if not decoder.is_finished():
        raise _Malformed("it ends in the middle")


def _zstd(body: bytes, output: _Output) -> None:
    start = frames = skipped = 0
    while start < len(body):
        if frames == MAX_ZSTD_FRAMES or skipped == MAX_SKIPPABLE_ZSTD_FRAMES:
            raise _Malformed(f"more than {frames + skipped} frames")
        end = _end_of_skippable_frame(body, start)
        if end is None:
            start = _zstd_frame(body, start, output)
            frames += 1
        else:
            start = end
            skipped += 1


def _end_of_skippable_frame(body: bytes, start: int) -> int | None:
    """
    Return where the skippable frame that begins at *start* ends; None if there is none, or it is cut off.

    https://www.rfc-editor.org/rfc/rfc8878#section-3.1.2
    """
    if start + ZSTD_FRAME_START.size > len(body):
        return None
    magic, size = ZSTD_FRAME_START.unpack_from(body, start)
    end: int = start + ZSTD_FRAME_START.size + size
    return end if magic & ~0xF == ZSTD_SKIPPABLE_MAGIC and end <= len(body) else None


def _zstd_frame(body: bytes, start: int, output: _Output) -> int:
    """
    Decode the frame that begins at *start*; return where it ends.
    """
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd

    decoder = zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: ZSTD_MAX_WINDOW_LOG})
    try:
        for step in _steps(body, start):
            output.add(decoder.decompress(step, OUTPUT_STEP_BYTES))
            while not decoder.eof and not decoder.needs_input:
                output.add(decoder.decompress(b"", OUTPUT_STEP_BYTES))
            start += len(step)
            if decoder.eof:
                return start - len(decoder.unused_data)
    except zstd.ZstdError as error:
        raise _Malformed(str(error)) from error
    raise _Malformed("it ends in the middle")


def _steps(body: bytes, start: int = 0) -> Iterable[bytes]:
    if len(body) - start <= INPUT_STEP_BYTES:
        return (body[start:],)
    return (body[position : position + INPUT_STEP_BYTES] for position in range(start, len(body), INPUT_STEP_BYTES))


DECODERS: Final[dict[str, Callable[[bytes, _Output], None] | None]] = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstd,
    "identity": None,
    "": None,
}
