"""
Read HAR files of any size, entry by entry. What cannot be read is reported with its place.
"""

from __future__ import annotations

import codecs
import contextlib
import gzip
import os
import zlib
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

import attrs
import ijson

from browsercors.har.entries import EntryError, HarEntry, OtherScheme, read_entry
from browsercors.har.recorders import engine_of_name
from browsercors.har.shortening import Shortener, TooDeep
from browsercors.values.arguments import ArgumentTypeError

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable, Iterator

__all__ = ["GZIP", "LARGEST_ENTRY", "LARGEST_UNPACKED", "HarFile", "HarProblem", "check_source", "opened"]

BLOCK: Final = 64 * 1024

LARGEST_ENTRY: Final = 32 * 1024 * 1024
"""How many bytes an entry may have, without long strings; real entries have far fewer."""
LARGEST_UNPACKED: Final = 4 * 1024 * 1024 * 1024
"""How many bytes of a compressed file are read."""
MOST_VALUES: Final = 500_000
"""How many arrays and objects an entry may have; that of a WebSocket has one for each message."""
MOST_PAGES: Final = 10_000
LONGEST_PAGE: Final = 8192
MOST_SCHEMES: Final = 100

# Browsers name WebSockets by their URLs, proxies by the request that becomes one.
WEBSOCKETS: Final = {"ws": "websocket", "wss": "websocket"}

GZIP: Final = b"\x1f\x8b"
# Encodings by the first bytes of a JSON text, the longest first.
ENCODINGS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"{\0", "utf-16-le"),
    (b"\0{", "utf-16-be"),
)


@attrs.frozen
class HarProblem:
    """
    Something in the file that cannot be read.

    Attributes:
        place: Where it is: "entry 17 (https://api.example.com/)", or "the file".
        message: What is wrong.
        ends_reading: Whether reading ended there.
    """

    place: str
    message: str
    ends_reading: bool = False

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


class HarFile:
    """
    The entries of a HAR file, in the order of the file.

    Args:
        file: A binary file: JSON in UTF-8 or UTF-16, perhaps compressed with gzip.
        on_problem: Called with each problem.
        skipped: Counts the entries that are not about HTTP, by their scheme.

    Attributes:
        creator: The name of the recorder, as the file has it.
        browser: The browser that was recorded; empty if the file does not say.
        entries: How many entries were seen so far.
    """

    def __init__(self, file: IO[bytes], *, on_problem: Callable[[HarProblem], None], skipped: Counter[str]) -> None:
        self._file = file
        self._on_problem = on_problem
        self._skipped = skipped
        self._pages: dict[str, str] = {}
        self._head: _Head | None = _Head(self)
        self.creator: str = ""
        self.browser: str = ""
        self.entries: int = 0

    def __iter__(self) -> Iterator[HarEntry]:
        events: list[Any] = ijson.sendable_list()
        parser = ijson.items_coro(events, "log.entries.item", use_float=True)
        shortener = Shortener()
        since_last = opened_before = 0
        blocks = _blocks(self._file)
        is_open = True
        while is_open:
            try:
                block = next(blocks, None)
                is_open = block is not None
                data = shortener.finish() if block is None else shortener.feed(block)
                since_last += len(data)
                self._parse(parser, data, is_open=is_open)
            except (OSError, EOFError, zlib.error, TooDeep, ijson.JSONError, ValueError, ArithmeticError) as error:
                yield from self._read(events)
                self._break(error, is_at_end=not is_open)
                return
            if events:
                since_last, opened_before = 0, shortener.opened
            yield from self._read(events)
            if since_last > LARGEST_ENTRY or shortener.opened - opened_before > MOST_VALUES:
                message = f"it has more than {LARGEST_ENTRY:,} bytes, or more than {MOST_VALUES:,} arrays and objects"
                self._problem(f"entry {self.entries}", f"{message}; nothing after it was read", ends_reading=True)
                return
        if self._head is not None:
            self._problem("the file", f"it is JSON, but not a HAR file: {self._head.complaint}", ends_reading=True)

    def _parse(self, parser: Any, data: bytes, *, is_open: bool) -> None:
        """
        Parse the next part of the file; pages and the recorder come before the entries.
        """
        if data:
            if self._head is not None and self._head.feed(data):
                self._head = None
            parser.send(data)
        if not is_open:
            parser.close()

    def _read(self, events: list[Any]) -> Iterator[HarEntry]:
        for data in events:
            number = self.entries
            self.entries += 1
            try:
                entry = read_entry(number, data, self._page_url)
            except EntryError as error:
                self._problem(_entry_name(number, data), str(error))
            except OtherScheme as other:
                kind = WEBSOCKETS.get(other.scheme, f"{other.scheme}:")
                is_new = kind not in self._skipped
                self._skipped["other schemes" if is_new and len(self._skipped) >= MOST_SCHEMES else kind] += 1
            else:
                for oddity in entry.oddities:
                    self._problem(_entry_name(number, data), oddity)
                yield entry
        events.clear()

    def _page_url(self, page: str) -> str:
        return self._pages.get(page, "")

    def _break(self, error: Exception, *, is_at_end: bool) -> None:
        """
        Report why reading ended.
        """
        place = f"after entry {self.entries - 1}" if self.entries else "the file"
        if isinstance(error, OSError) and not isinstance(error, gzip.BadGzipFile):
            message = f"it cannot be read: {error.strerror or error}"
        elif isinstance(error, ijson.JSONError | ValueError | ArithmeticError):
            # NB: the parser's message is bytes, followed by a picture of the place.
            cause = error.args[0] if error.args else ""
            text = cause.decode("utf-8", "replace") if isinstance(cause, bytes) else str(cause)
            reason = text.partition("\n")[0].strip()
            message = "it ends in the middle" if is_at_end else f"it is not JSON there: {reason}"
            if reason.endswith("overflow"):
                # NB: JSON allows numbers of any size; the parser has only 64 bits.
                message = "it has a number that is too large to be read"
            elif not self.entries:
                message = (
                    "it is empty, or ends before the end of the first entry"
                    if is_at_end
                    else f"it is not JSON: {reason}"
                )
        else:
            message = f"it cannot be read: {error}"
        self._problem(place, f"{message}; nothing after it was read" if self.entries else message, ends_reading=True)

    def _problem(self, place: str, message: str, *, ends_reading: bool = False) -> None:
        self._on_problem(HarProblem(place, message, ends_reading))

    def see_page(self, page: str, url: str) -> None:
        """
        Remember the URL of a page.
        """
        if len(self._pages) < MOST_PAGES and len(page) + len(url) < LONGEST_PAGE:
            self._pages[page] = url

    def see_recorder(self, name: str, *, is_browser: bool) -> None:
        """
        Remember the recorder, and the recorded browser, which a file may name separately.
        """
        if not is_browser or not self.creator:
            self.creator = name
        if is_browser or not self.browser:
            self.browser = engine_of_name(name) or self.browser


class _Head:
    """
    Reads what comes before the entries: pages, creator, browser.
    """

    def __init__(self, har: HarFile) -> None:
        self._har = har
        self._events: list[tuple[str, str, Any]] = ijson.sendable_list()
        self._parser: Any = ijson.parse_coro(self._events, use_float=True)
        self._page: dict[str, str] = {}
        self.complaint = "it has no object `log` with an array `entries` in it"

    def feed(self, data: bytes) -> bool:
        """
        Read the next part; return whether the entries have begun.
        """
        # NB: the parser of the entries reports what is not JSON.
        with contextlib.suppress(ijson.JSONError, ValueError, ArithmeticError):
            self._parser.send(data)
        for prefix, event, value in self._events:
            if prefix == "log.entries":
                if event == "start_array":
                    return True
                if event != "map_key":
                    self.complaint = "its `log.entries` is not an array"
            elif prefix in {"log.pages.item.id", "log.pages.item.title"} and event == "string":
                self._page[prefix.rpartition(".")[2]] = value
            elif prefix == "log.pages.item" and event == "end_map":
                if len(self._page) == 2:
                    self._har.see_page(self._page["id"], self._page["title"])
                self._page = {}
            elif prefix in {"log.creator.name", "log.browser.name"} and event == "string":
                self._har.see_recorder(value, is_browser=prefix == "log.browser.name")
        self._events.clear()
        return False


def _entry_name(number: int, data: object) -> str:
    """
    Name an entry.
    """
    request = data.get("request") if isinstance(data, dict) else None
    url = request.get("url") if isinstance(request, dict) else None
    return f"entry {number} ({url})" if isinstance(url, str) and url else f"entry {number}"


def _blocks(file: IO[bytes]) -> Iterator[bytes]:
    """
    Yield the file in blocks, decompressed, as UTF-8.
    """
    head = file.read(BLOCK)
    source = _chained(head, file)
    if head.startswith(GZIP):
        source = _unpacked(source)
        head = next(source, b"")
        source = _chained_iterator(head, source)
    encoding = next((name for mark, name in ENCODINGS if head.startswith(mark)), None)
    if encoding is None:
        yield from source
        return
    decoder = codecs.getincrementaldecoder(encoding)()
    for block in source:
        yield decoder.decode(block).encode("utf-8", "replace")
    yield decoder.decode(b"", final=True).encode("utf-8", "replace")


def _chained(head: bytes, file: IO[bytes]) -> Iterator[bytes]:
    while head:
        yield head
        head = file.read(BLOCK)


def _chained_iterator(head: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield head
    yield from rest


def _unpacked(source: Iterator[bytes]) -> Iterator[bytes]:
    """
    Decompress gzip, a block at a time, whatever the ratio.
    """
    unpacking = zlib.decompressobj(wbits=31)
    size = 0
    for packed in source:
        rest = packed
        while rest and not unpacking.eof:
            block = unpacking.decompress(rest, BLOCK)
            rest = unpacking.unconsumed_tail
            size += len(block)
            if size > LARGEST_UNPACKED:
                raise EOFError(f"it has more than {LARGEST_UNPACKED:,} bytes when decompressed")
            if block:
                yield block
    if not unpacking.eof:
        raise EOFError("its compressed data ends early")


def check_source(source: object) -> None:
    """
    Refuse what no HAR file can be read from.

    Raises:
        TypeError: It is neither a path nor an open file.
    """
    if not isinstance(source, (str, os.PathLike)) and not callable(getattr(source, "read", None)):
        raise ArgumentTypeError(f"source has to be a path, or a file opened for reading bytes, not {source!r:.80}")


@contextlib.contextmanager
def opened(source: str | os.PathLike[str] | IO[bytes]) -> Iterator[IO[bytes]]:
    """
    Open a path for reading bytes; an open file stays open.

    Raises:
        OSError: It cannot be opened.
    """
    if not isinstance(source, (str, os.PathLike)):
        yield source
        return
    with Path(source).open("rb") as file:
        yield file
