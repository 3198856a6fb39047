"""
HAR files of every encoding and size, and what is wrong with those that are none.
"""

from __future__ import annotations

import gzip
import io
import json
import tracemalloc
from collections import Counter
from typing import IO, TYPE_CHECKING, Any

import pytest

from browsercors.har import reading
from browsercors.har.reading import HarFile, HarProblem
from tests.har.build import API, PAGE, chromium_entry, har, har_bytes

if TYPE_CHECKING:
    from browsercors.har.entries import HarEntry

ENTRY = chromium_entry("GET", f"{API}/me")
TEXT = json.dumps(har(ENTRY, ENTRY))


def read(data: bytes | IO[bytes]) -> tuple[HarFile, list[HarEntry], list[HarProblem], Counter[str]]:
    problems: list[HarProblem] = []
    skipped: Counter[str] = Counter()
    file = HarFile(io.BytesIO(data) if isinstance(data, bytes) else data, on_problem=problems.append, skipped=skipped)
    return file, list(file), problems, skipped


ENCODED = {
    "UTF-8": TEXT.encode(),
    "UTF-8 with a byte order mark": b"\xef\xbb\xbf" + TEXT.encode(),
    "UTF-16, little": b"\xff\xfe" + TEXT.encode("utf-16-le"),
    "UTF-16, big": b"\xfe\xff" + TEXT.encode("utf-16-be"),
    "UTF-16 without a mark": TEXT.encode("utf-16-le"),
    "gzip": gzip.compress(TEXT.encode()),
    "gzip of UTF-16": gzip.compress(TEXT.encode("utf-16")),
}


@pytest.mark.parametrize("name", ENCODED)
def test_a_file_is_read_in_whatever_encoding(name: str) -> None:
    file, entries, problems, _ = read(ENCODED[name])

    assert (2, []) == (len(entries), problems)
    assert ("WebInspector", "chromium", 2) == (file.creator, file.browser, file.entries)
    assert [f"{PAGE}/cart"] * 2 == [entry.page_url for entry in entries]


BROKEN = [
    # file                                    place             problem
    (b"", "the file", "it is empty, or ends before the end of the first entry"),
    (b"  \n", "the file", "it is empty, or ends before the end of the first entry"),
    (b"PUT / HTTP/1.1", "the file", "it is not JSON: lexical error"),
    (b"[1, 2]", "the file", "it is JSON, but not a HAR file: it has no object `log` with an array `entries`"),
    (b"7", "the file", "it is JSON, but not a HAR file"),
    (b'{"log": {"version": "1.2"}}', "the file", "it is JSON, but not a HAR file"),
    (b'{"log": {"entries": {}}}', "the file", "its `log.entries` is not an array"),
    (b'{"log": {"entries": 7}}', "the file", "its `log.entries` is not an array"),
    (TEXT[:-900].encode(), "after entry 0", "it ends in the middle; nothing after it was read"),
    (TEXT.encode() + b"}", "after entry 1", "it is not JSON there"),
    (TEXT.replace("12.5", "NaN").encode(), "the file", "it is not JSON: lexical error"),
    (TEXT.encode().replace(b"12.5", b'"\xff"'), "the file", "it is not JSON: lexical error: invalid bytes in UTF8"),
    (TEXT.replace("12.5", "9" * 5000).encode(), "the file", "it has a number that is too large to be read"),
    (TEXT.replace("12.5", "1e400").encode(), "the file", "it has a number that is too large to be read"),
    (gzip.compress(TEXT.encode())[:-30], "", "its compressed data ends early"),
    (b'{"log": {"entries": [' + b"[" * 300, "the file", "nested more than 200 deep"),
]


@pytest.mark.parametrize(("data", "place", "message"), BROKEN)
def test_what_ends_the_reading_is_told_with_its_place(data: bytes, place: str, message: str) -> None:
    *_, problems, _ = read(data)

    assert problems[-1].ends_reading
    assert problems[-1].place.startswith(place)
    assert message in problems[-1].message


def test_no_entries_are_no_problem() -> None:
    file, entries, problems, _ = read(har_bytes())

    assert (0, [], []) == (file.entries, entries, problems)


def test_the_rest_is_read_whatever_an_entry_is() -> None:
    data = har_bytes(
        {"request": {"url": f"{API}/x"}}, "nonsense", ENTRY, {"request": {"url": "data:,", "method": "GET"}}
    )
    file, entries, problems, skipped = read(data)

    assert ([2], 4) == ([entry.number for entry in entries], file.entries)
    assert {"data:": 1} == skipped
    assert [
        "entry 0 (https://api.example.net/x): its request has no method",
        "entry 1: it is a string, not an object",
    ] == [str(problem) for problem in problems]


def test_an_entry_without_end_ends_the_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("browsercors.har.reading.LARGEST_ENTRY", 1_000_000)

    class Endless(io.RawIOBase):
        begun = False

        def read(self, size: int = -1) -> bytes:
            if self.begun:
                return b"1," * (size // 2)
            self.begun = True
            return b'{"log":{"entries":[{"a":['

    *_, problems, _ = read(Endless())  # type: ignore[arg-type]

    (problem,) = problems
    assert str(problem).startswith("entry 0: it has more than 1,000,000 bytes")


def test_a_disk_that_fails_is_told() -> None:
    class Failing(io.BytesIO):
        def read(self, _size: int | None = -1) -> bytes:
            raise OSError(5, "Input/output error")

    *_, problems, _ = read(Failing())

    assert ["the file: it cannot be read: Input/output error"] == [str(problem) for problem in problems]


def test_what_is_packed_too_well_is_not_unpacked_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "LARGEST_UNPACKED", 1_000_000)
    *_, problems, _ = read(gzip.compress(b" " * 2_000_000))

    assert ["the file: it cannot be read: it has more than 1,000,000 bytes when decompressed"] == [
        str(each) for each in problems
    ]


def test_many_pages_and_many_schemes_are_not_all_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_PAGES", 0)
    monkeypatch.setattr(reading, "MOST_SCHEMES", 2)
    entries = [{"request": {"method": "GET", "url": f"{scheme}:x"}} for scheme in ("a", "b", "c", "a", "d")]
    _, read_entries, _, skipped = read(har_bytes(ENTRY, *entries))

    assert ([""], {"a:": 2, "b:": 1, "other schemes": 2}) == ([entry.page_url for entry in read_entries], skipped)


RECORDERS = [
    # creator                   browser             what was recorded
    ("WebInspector", None, "chromium"),
    ("Firefox", "Firefox", "firefox"),
    ("WebKit Web Inspector", None, "webkit"),
    ("Playwright", "firefox", "firefox"),
    ("Playwright", "chromium", "chromium"),
    ("Browsertime", "Microsoft Edge", "chromium"),
    ("mitmproxy", None, ""),
]


@pytest.mark.parametrize(("creator", "browser", "recorded"), RECORDERS)
def test_the_browser_is_known_by_who_wrote_the_file(creator: str, browser: str | None, recorded: str) -> None:
    log: dict[str, Any] = {} if browser is None else {"browser": {"name": browser}}
    file, *_ = read(har_bytes(ENTRY, creator=creator, **log))

    assert recorded == file.browser


def test_memory_does_not_grow_with_the_file() -> None:
    def peak(count: int, length: int) -> int:
        entry = chromium_entry("GET", f"{API}/me")
        entry["response"]["content"]["text"] = "x" * length
        data = har_bytes(*[entry] * count)
        file = HarFile(io.BytesIO(data), on_problem=lambda problem: pytest.fail(str(problem)), skipped=Counter())
        tracemalloc.start()
        try:
            assert count == sum(1 for _ in file)
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    few = peak(100, 0)

    assert peak(1000, 0) < 2 * few
    assert peak(20, 1_000_000) < 2 * few + 2_000_000
