"""
Content codings, undone as browsers do.
"""

from __future__ import annotations

import gzip
import sys
import zlib

import brotli
import pytest

from browsercors.servers.content_codings import decode_body

if sys.version_info >= (3, 14):
    from compression import zstd as zstandard
else:
    from backports import zstd as zstandard

TEXT = b"browsers undo codings " * 20_000


def raw_deflate(data: bytes) -> bytes:
    encoder = zlib.compressobj(wbits=-15)
    return encoder.compress(data) + encoder.flush()


def zstd(data: bytes) -> bytes:
    return zstandard.compress(data)


ENCODERS = {"gzip": gzip.compress, "deflate": zlib.compress, "br": brotli.compress, "zstd": zstd}

GOOD_CASES = [
    # codings        encoded
    (b"gzip", gzip.compress(TEXT, mtime=0)),
    (b"X-GZip", gzip.compress(TEXT, mtime=0)),
    (b"gzip", gzip.compress(TEXT, mtime=0) + b"what follows is ignored"),
    (b"deflate", zlib.compress(TEXT)),
    (b"deflate", raw_deflate(TEXT)),
    (b"br", brotli.compress(TEXT)),
    (b"zstd", zstd(TEXT)),
    (b"zstd", zstd(TEXT[:1000]) + zstd(TEXT[1000:])),
    (b"identity", TEXT),
    (b"", TEXT),
    (b"unheard-of", TEXT),
    (b"gzip, br", brotli.compress(gzip.compress(TEXT, mtime=0))),
    (b"gzip,\tidentity , zstd", zstd(gzip.compress(TEXT, mtime=0))),
    (b"gzip, unheard-of", TEXT),
]


@pytest.mark.parametrize(("codings", "encoded"), GOOD_CASES)
def test_codings_are_undone_the_last_one_first(codings: bytes, encoded: bytes) -> None:
    assert decode_body(codings, encoded, max_bytes=len(TEXT)) == (TEXT, None)


@pytest.mark.parametrize("coding", ENCODERS)
def test_a_body_that_is_not_in_its_coding_is_a_failure(coding: str) -> None:
    decoded = decode_body(coding.encode(), b"\xffthis is not it", max_bytes=1000)

    assert decoded is not None
    assert decoded[0] == b""
    assert f"malformed {coding} coding: " == (decoded[1] or "")[: len(f"malformed {coding} coding: ")]


@pytest.mark.parametrize("coding", ENCODERS)
def test_a_body_that_ends_in_the_middle_keeps_what_came_before(coding: str) -> None:
    encoded = ENCODERS[coding](TEXT)
    decoded = decode_body(coding.encode(), encoded[: len(encoded) - 3], max_bytes=len(TEXT))

    assert decoded is not None
    assert f"malformed {coding} coding: it ends in the middle" == decoded[1]
    assert TEXT.startswith(decoded[0])


@pytest.mark.parametrize("coding", ENCODERS)
@pytest.mark.parametrize("size", [1001, 10_000_000])
def test_a_bomb_is_put_out(coding: str, size: int) -> None:
    assert decode_body(coding.encode(), ENCODERS[coding](b"a" * size), max_bytes=1000) is None


def test_a_failure_below_another_coding_leaves_nothing() -> None:
    assert (lambda decoded: decoded and (decoded[0], (decoded[1] or "").startswith("malformed br coding")))(
        decode_body(b"gzip, br", b"\xff\xff\xff", max_bytes=10)
    ) == (b"", True)


def test_a_long_list_of_codings_is_refused() -> None:
    assert decode_body(b"gzip," * 100_000, b"x", max_bytes=10) == (b"", "more than 5 content codings")
