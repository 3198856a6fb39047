"""
Content codings, undone as browsers do.
"""

from __future__ import annotations

import gzip
import random
import sys
import zlib

import brotli
import pytest

from browsercors.servers.deadline import Deadline
from browsercors.servers.live import content_codings
from browsercors.servers.live.content_codings import OUTPUT_STEP_BYTES, _Output, decode_body
from browsercors.values.wire import BODY_TIMED_OUT

if sys.version_info >= (3, 14):
    from compression import zstd as zstandard
else:
    from backports import zstd as zstandard

NOISE = random.Random(0).randbytes(300_000)  # noqa: S311 - the same in each run
TEXT = b"browsers undo codings " * 20_000


def raw_deflate(data: bytes) -> bytes:
    encoder = zlib.compressobj(wbits=-15)
    return encoder.compress(data) + encoder.flush()


def zstd(data: bytes) -> bytes:
    return zstandard.compress(data)


def windowed(log: int) -> bytes:
    """
    Return a frame that wants a window of 2 to the power of *log* bytes, with one block: "a", a hundred times.
    """
    return b"\x28\xb5\x2f\xfd\0" + bytes([(log - 10) << 3]) + (100 << 3 | 0b011).to_bytes(3, "little") + b"a"


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
    (b"gzip,\tdeflate , zstd", zstd(zlib.compress(gzip.compress(TEXT, mtime=0)))),
    (b"gzip, unheard-of", TEXT),
    (b"unheard-of, gzip", TEXT),
    (b"identity, gzip", TEXT),
    (b"br", brotli.compress(TEXT) + b"what follows is ignored"),
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

    # NB: no browser minds: what could be decoded is the body.
    assert decoded is not None
    assert decoded[1] is None
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
    codings = b",".join([b"gzip"] * 100_000)

    assert decode_body(codings, b"x", max_bytes=10) == (b"", "more than 8 content codings")


SKIPPABLE = b"\x50\x2a\x4d\x18\3\0\0\0abc"
EMPTY = zstd(b"")

ZSTD_CASES: list[tuple[str, bytes, bytes, str | None]] = [
    ("frames to skip", SKIPPABLE + zstd(b"a") + SKIPPABLE * 2 + zstd(b"b") + SKIPPABLE, b"ab", None),
    ("nothing but a frame to skip", SKIPPABLE, b"", None),
    ("every kind of frame to skip",
     b"".join(bytes([0x50 + kind]) + b"\x2a\x4d\x18\0\0\0\0" for kind in range(16)) + zstd(b"a"), b"a", None),
    ("empty frames", EMPTY * 100 + zstd(b"a") + EMPTY, b"a", None),
    ("frames larger than a step", zstd(TEXT) * 3, TEXT * 3, None),
    ("a frame to skip, larger than a step", b"\x5f\x2a\x4d\x18\0\0\1\0" + bytes(65536) + zstd(b"a"), b"a", None),
    ("a frame to skip that is cut", zstd(b"a") + SKIPPABLE[:-1], b"a", None),
    ("a frame to skip that is cut in its size", zstd(b"a") + SKIPPABLE[:6], b"a", None),
    ("a frame that is cut in its magic number", zstd(b"a") + b"\x28\xb5", b"a", None),
    ("what is no frame", zstd(b"a") + b"JUNK", b"a", "Unknown frame descriptor"),
    ("a window of 8 MiB", windowed(23), b"a" * 100, None),
    ("a window of 16 MiB", windowed(24), b"", "too much memory"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("encoded", "expected", "failure"), [row[1:] for row in ZSTD_CASES], ids=[row[0] for row in ZSTD_CASES]
)
def test_zstd_is_a_sequence_of_frames(encoded: bytes, expected: bytes, failure: str | None) -> None:
    decoded = decode_body(b"zstd", encoded, max_bytes=10 * len(TEXT))

    assert decoded is not None
    assert expected == decoded[0]
    assert decoded[1] is None if failure is None else failure in (decoded[1] or "")


@pytest.mark.parametrize(
    ("frame", "limit"),
    [(SKIPPABLE, "MAX_SKIPPABLE_ZSTD_FRAMES"), (EMPTY, "MAX_ZSTD_FRAMES")],
    ids=["to skip", "empty"],
)
def test_the_number_of_zstd_frames_is_limited(frame: bytes, limit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(content_codings, limit, 100)

    assert decode_body(b"zstd", frame * 100, max_bytes=0) == (b"", None)
    assert decode_body(b"zstd", frame * 101, max_bytes=0) == (b"", "malformed zstd coding: more than 100 frames")


@pytest.mark.parametrize("coding", ENCODERS)
def test_no_step_of_a_decoder_is_larger_than_its_limit(coding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[int] = []
    add = _Output.add

    def recording(output: _Output, step: bytes) -> None:
        steps.append(len(step))
        add(output, step)

    monkeypatch.setattr(_Output, "add", recording)
    for data in (NOISE, bytes(3_000_000), TEXT):
        assert decode_body(coding.encode(), ENCODERS[coding](data), max_bytes=len(data)) == (data, None)

    # NB: brotli's limit is where it stops asking for more room, and it asks for twice as much each time.
    assert max(steps) <= 2 * OUTPUT_STEP_BYTES


@pytest.mark.parametrize("coding", ENCODERS)
def test_decoding_ends_at_a_deadline_with_what_is_decoded(coding: str) -> None:
    deadline = Deadline(1e-9)
    short, long = (
        decode_body(coding.encode(), ENCODERS[coding](b"ok"), max_bytes=9, deadline=deadline),
        decode_body(coding.encode(), ENCODERS[coding](bytes(3_000_000)), max_bytes=3_000_000, deadline=deadline),
    )

    assert short is not None
    assert b"ok" == short[0]
    assert long is not None
    assert 0 < len(long[0]) < 3_000_000
    assert BODY_TIMED_OUT == long[1]


def test_decoding_before_a_deadline_is_decoding() -> None:
    assert decode_body(
        b"gzip, br", brotli.compress(gzip.compress(TEXT)), max_bytes=len(TEXT), deadline=Deadline(60)
    ) == (
        TEXT,
        None,
    )


def test_a_deadline_below_another_coding_leaves_nothing() -> None:
    encoded = brotli.compress(gzip.compress(NOISE))

    assert decode_body(b"gzip, br", encoded, max_bytes=400_000, deadline=Deadline(1e-9)) == (b"", BODY_TIMED_OUT)
