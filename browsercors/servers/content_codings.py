"""
Undoing content codings as browsers do: gzip, deflate, br and zstd, never further than a limit.

https://www.rfc-editor.org/rfc/rfc9110#section-8.4

A coding that is not known leaves the body as it is, as browsers do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    import zstandard

__all__ = ["decode_body"]

ZSTD_MAX_WINDOW_BYTES: Final = 8 * 1024 * 1024
"""https://www.rfc-editor.org/rfc/rfc9659: a browser refuses a larger window."""

MAX_CODINGS: Final = 5
"""More than anyone applies; without a bound a list of codings of 1 MB would be a bomb of another kind."""

OUTPUT_STEP_BYTES: Final = 65536

ZSTD_INPUT_STEP_BYTES: Final = 256
"""Its decoder bounds the input of a step only: four bytes can stand for a block of 128 KiB."""


class _Malformed(Exception):  # noqa: N818 - control flow of this module
    """
    The body is not what its coding says; holds the bytes that could be decoded.
    """

    def __init__(self, decoded: bytes, why: str) -> None:
        super().__init__(why)
        self.decoded = decoded


class _LimitExceeded(Exception):  # noqa: N818 - control flow of this module
    """
    The decoded body is larger than the limit.
    """


def decode_body(codings: bytes, body: bytes, *, max_bytes: int) -> tuple[bytes, str | None] | None:
    """
    Undo the codings that a `Content-Encoding` value lists, the last one first.

    Returns:
        The body and None; or what could be decoded and what is wrong with the rest; or None alone when the body would
        be larger than *max_bytes*.
    """
    names = [name.strip(b"\t ").lower().decode("latin-1") for name in codings.split(b",", MAX_CODINGS)]
    if len(names) > MAX_CODINGS:
        return b"", f"more than {MAX_CODINGS} content codings"
    # NB: one that is not known hides those applied before it.
    decoders: list[tuple[str, Callable[[bytes, int], bytes]]] = []
    for name in reversed(names):
        if name not in DECODERS:
            break
        decoders.append((name, DECODERS[name]))
    for name, decode in decoders:
        try:
            body = decode(body, max_bytes)
        except _LimitExceeded:
            return None
        except _Malformed as malformed:
            return malformed.decoded if name == decoders[-1][0] else b"", f"malformed {name} coding: {malformed}"
    return body, None


def _identity(body: bytes, max_bytes: int) -> bytes:  # noqa: ARG001 - the signature of a decoder
    return body


def _gzip(body: bytes, max_bytes: int) -> bytes:
    # NB: what follows the first member is ignored, as Chromium does.
    return _inflate(body, max_bytes, window_bits=31)


def _deflate(body: bytes, max_bytes: int) -> bytes:
    # NB: the standard means the zlib format; browsers also take bare deflate, which old servers send.
    is_zlib = len(body) >= 2 and body[0] & 0x0F == 8 and (body[0] << 8 | body[1]) % 31 == 0
    return _inflate(body, max_bytes, window_bits=15 if is_zlib else -15)


def _inflate(body: bytes, max_bytes: int, *, window_bits: int) -> bytes:
    import zlib

    decoder = zlib.decompressobj(wbits=window_bits)
    output = bytearray()
    try:
        while body and not decoder.eof:
            output += decoder.decompress(body, OUTPUT_STEP_BYTES)
            _check_limit(output, max_bytes)
            body = decoder.unconsumed_tail
        # NB: output that was held back by the step is still in the decoder when all input is consumed.
        output += decoder.flush()
    except zlib.error as error:
        raise _Malformed(bytes(output), str(error)) from error
    _check_limit(output, max_bytes)
    if not decoder.eof:
        raise _Malformed(bytes(output), "it ends in the middle")
    return bytes(output)


def _brotli(body: bytes, max_bytes: int) -> bytes:
    import brotli

    decoder = brotli.Decompressor()
    output = bytearray()
    try:
        step = decoder.process(body, output_buffer_limit=OUTPUT_STEP_BYTES)
        while step:
            output += step
            _check_limit(output, max_bytes)
            step = b"" if decoder.is_finished() else decoder.process(b"", output_buffer_limit=OUTPUT_STEP_BYTES)
    except brotli.error as error:
        raise _Malformed(bytes(output), "invalid data") from error
    if not decoder.is_finished():
        raise _Malformed(bytes(output), "it ends in the middle")
    return bytes(output)


def _zstd(body: bytes, max_bytes: int) -> bytes:
    import zstandard

    output = bytearray()
    frame = _zstd_frame()
    started = False
    try:
        for start in range(0, len(body), ZSTD_INPUT_STEP_BYTES):
            step = body[start : start + ZSTD_INPUT_STEP_BYTES]
            while step:
                output += frame.decompress(step)
                _check_limit(output, max_bytes)
                started = not frame.eof
                step = frame.unused_data if frame.eof else b""
                frame = _zstd_frame() if frame.eof else frame
    except zstandard.ZstdError as error:
        raise _Malformed(bytes(output), str(error)) from error
    if started:
        raise _Malformed(bytes(output), "it ends in the middle")
    return bytes(output)


def _zstd_frame() -> zstandard.ZstdDecompressionObj:
    import zstandard

    return zstandard.ZstdDecompressor(max_window_size=ZSTD_MAX_WINDOW_BYTES).decompressobj()


def _check_limit(output: bytearray, max_bytes: int) -> None:
    if len(output) > max_bytes:
        raise _LimitExceeded


DECODERS: Final[dict[str, Callable[[bytes, int], bytes]]] = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstd,
    "identity": _identity,
    "": _identity,
}
