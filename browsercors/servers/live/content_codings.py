"""
Undoing content codings as browsers do: gzip, deflate, br and zstd, never further than a limit.

https://www.rfc-editor.org/rfc/rfc9110#section-8.4

Which codings are undone, and what becomes of a malformed body, is the browser's `CodingReading`. No browser minds a
body that ends too early, nor what follows the end of a gzip, deflate or br stream.

However a body is made, undoing a coding takes time in proportion to its bytes and to the bytes that come out. All
decoders are fed in small steps for that: each of them copies what it leaves of a step.
"""

from __future__ import annotations

import struct
import sys
from typing import TYPE_CHECKING, Final

import attrs

from browsercors.values.transport import STRICT, Fault
from browsercors.values.wire import BODY_TIMED_OUT, FailureKind, HTTPResponse, TransportFailure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    import brotli

    from browsercors.servers.deadline import Deadline
    from browsercors.values.transport import CodingReading, Transport

__all__ = ["DecodedResponse", "decode_body", "decoded", "undo"]

ZSTD_MAX_WINDOW_LOG: Final = 23
"""8 MiB, https://www.rfc-editor.org/rfc/rfc9659: a browser refuses a larger window."""

ZSTD_FRAME_START: Final = struct.Struct("<II")
"""The magic number of a frame and, where it is one to skip, how many bytes follow."""

ZSTD_SKIPPABLE_MAGIC: Final = 0x184D2A50
"""https://www.rfc-editor.org/rfc/rfc8878#section-3.1.2: the last four bits may be any."""

MAX_SKIPPABLE_ZSTD_FRAMES: Final = 1024 * 1024
MAX_ZSTD_FRAMES: Final = 32 * 1024
"""Both are for half a second: a frame may hold nothing, but making a decoder takes as long as decoding a kilobyte."""

FIRST_READ_BYTES: Final = 8192
"""What WebKitGTK decodes at once: a body is passed as it is only as long as nothing has come out of it."""

GZIP_NAMES: Final = frozenset({b"gzip", b"x-gzip"})

MAX_CODINGS: Final = 8
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
        self.max_bytes = max_bytes
        self.deadline = deadline

    def add(self, step: bytes) -> None:
        """
        Add what came out of one step.

        Raises:
            _LimitExceeded: It has become too much.
            TimeoutError: It takes too long.
        """
        self.decoded += step
        if len(self.decoded) > self.max_bytes:
            raise _LimitExceeded
        # NB: after a step and not before it, so that a little is decoded of a body that took all the time to arrive.
        if self.deadline is not None:
            self.deadline.remaining()


@attrs.define(eq=False, repr=False)
class DecodedResponse(HTTPResponse):
    """
    A response whose content codings have been undone.
    """

    encoded_size: int = attrs.field(kw_only=True)  # type: ignore[misc]


def decoded(
    answer: HTTPResponse, transport: Transport, *, max_bytes: int, deadline: Deadline | None = None
) -> HTTPResponse | TransportFailure:
    """
    Return *answer* with its content codings undone, as a browser with that transport does it.
    """
    values = answer.headers.get_all(b"content-encoding")
    if not values:
        return answer
    codings = transport.codings.codings(values)
    if isinstance(codings, Fault):
        detail = f"no content coding: {b', '.join(values).decode('latin-1')!r:.200}"
        return TransportFailure(FailureKind.INVALID_RESPONSE, detail, answer.traceback, answer.elapsed, codings)
    if not codings or not answer.body:
        return answer
    made = undo(codings, answer.body, transport.codings, max_bytes=max_bytes, deadline=deadline)
    if made is None:
        return TransportFailure(FailureKind.TOO_LARGE, f"decoded body of more than {max_bytes} bytes")
    body, failure = made
    given = {field.name: getattr(answer, field.name) for field in attrs.fields(HTTPResponse)}
    result = DecodedResponse(**{**given, "body": body, "encoded_size": len(answer.body)})
    if failure is not None and result.body_failure is None:
        result.body_failure = failure
        result.body_fault = None if failure == BODY_TIMED_OUT else Fault.UNDECODABLE
    return result


def decode_body(
    codings: bytes, body: bytes, *, max_bytes: int, deadline: Deadline | None = None
) -> tuple[bytes, str | None] | None:
    """
    Undo the codings that a `Content-Encoding` value lists, the last one first, as the standard says.

    Args:
        codings: The value of the header.
        body: The body as it was received.
        max_bytes: How large the body may become by undoing any of them.
        deadline: When all has to be done; without one there are the other limits.

    Returns:
        The body and None; or what could be decoded and what is wrong with the rest; or None alone when the body would
        be larger than *max_bytes*.
    """
    names = STRICT.codings.codings([codings])
    if isinstance(names, Fault):
        return b"", "no content coding"
    return undo(names, body, STRICT.codings, max_bytes=max_bytes, deadline=deadline)


def undo(
    codings: Sequence[bytes], body: bytes, reading: CodingReading, *, max_bytes: int, deadline: Deadline | None
) -> tuple[bytes, str | None] | None:
    """
    Undo *codings*, each of which is known, the last one first; what comes out is what `decode_body` returns.
    """
    if len(codings) > MAX_CODINGS:
        return b"", f"more than {MAX_CODINGS} content codings"
    for number, name in enumerate(reversed(codings), 1):
        output = _Output(max_bytes, deadline)
        failure = None
        try:
            DECODERS[name](body, output)
            if name in reading.passed_if_malformed and not _is_sound(name, body, output.decoded):
                continue
        except _LimitExceeded:
            return None
        except _Malformed as malformed:
            if name in reading.passed_if_malformed and len(output.decoded) < FIRST_READ_BYTES:
                continue
            failure = f"malformed {name.decode('ascii')} coding: {malformed}"
        except TimeoutError:
            failure = BODY_TIMED_OUT
        if failure is not None:
            return bytes(output.decoded) if number == len(codings) else b"", failure
        body = bytes(output.decoded)
    return body, None


def _is_sound(name: bytes, body: bytes, made: bytearray) -> bool:
    """
    Whether the checksum and the length at the end of a whole gzip stream fit what was made of it.
    """
    import zlib

    if name not in GZIP_NAMES or len(made) >= FIRST_READ_BYTES:
        return True
    decoder = zlib.decompressobj(wbits=31)
    try:
        decoder.decompress(body)
    except zlib.error:
        return False
    return True


def _gzip(body: bytes, output: _Output) -> None:
    # NB: browsers ignore what follows the first member, and neither the checksum nor the length has to be right.
    start = _end_of_gzip_header(body)
    if start is not None:
        _inflate(body[start:], output, window_bits=-15)


def _end_of_gzip_header(body: bytes) -> int | None:
    """
    Return where the header of a gzip stream ends (https://www.rfc-editor.org/rfc/rfc1952#section-2.3.1); None if cut.

    Raises:
        _Malformed: It is no gzip stream.
    """
    if not b"\x1f\x8b\x08".startswith(body[:3]) and body[:3] != b"\x1f\x8b\x08":
        raise _Malformed("it does not begin as one")
    if len(body) < 10:
        return None
    flags, end = body[3], 10
    if flags & 0xE0:
        raise _Malformed("unknown flags")
    if flags & 4:
        end += 2 + int.from_bytes(body[end : end + 2], "little")
    for flag in (8, 16):
        if flags & flag:
            end = body.find(b"\0", end) + 1
            if not end:
                return None
    end += 2 if flags & 2 else 0
    return end if end <= len(body) else None


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


def _brotli(body: bytes, output: _Output) -> None:
    import brotli

    decoder = brotli.Decompressor()
    fed = 0
    for step in _steps(body):
        before = len(output.decoded)
        try:
            if _brotli_step(decoder, step, output):
                return
        except brotli.error:
            # NB: a step with something behind the end of the stream fails as a whole.
            del output.decoded[before:]
            _brotli_end(body[:fed], step, output)
            return
        fed += len(step)


def _brotli_step(decoder: brotli.Decompressor, step: bytes, output: _Output) -> bool:
    """
    Decode one step; return whether the stream has ended.
    """
    decoded = decoder.process(step, output_buffer_limit=OUTPUT_STEP_BYTES)
    while decoded:
        output.add(decoded)
        decoded = b"" if decoder.is_finished() else decoder.process(b"", output_buffer_limit=OUTPUT_STEP_BYTES)
    return bool(decoder.is_finished())


def _brotli_end(fed: bytes, step: bytes, output: _Output) -> None:
    """
    Decode the bytes of a step one by one, after all that was *fed* before, up to the end of the stream.
    """
    import brotli

    decoder = brotli.Decompressor()
    try:
        for part in _steps(fed):
            _brotli_step(decoder, part, _Output(output.max_bytes, output.deadline))
        for position in range(len(step)):
            if _brotli_step(decoder, step[position : position + 1], output):
                return
    except brotli.error as error:
        raise _Malformed("invalid data") from error


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
    return len(body)


def _steps(body: bytes, start: int = 0) -> Iterable[bytes]:
    if len(body) - start <= INPUT_STEP_BYTES:
        return (body[start:],)
    return (body[position : position + INPUT_STEP_BYTES] for position in range(start, len(body), INPUT_STEP_BYTES))


DECODERS: Final[dict[bytes, Callable[[bytes, _Output], None]]] = {
    b"gzip": _gzip,
    b"x-gzip": _gzip,
    b"deflate": _deflate,
    b"br": _brotli,
    b"zstd": _zstd,
}
