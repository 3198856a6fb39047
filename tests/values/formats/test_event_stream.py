"""
Event streams are read as HTML has it, whatever is in them.
"""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given, strategies as st

from browsercors.values.formats.event_stream import EventStreamReader, MessageEvent, read_event_stream

STREAMS: list[tuple[str, bytes, list[tuple[str, str]]]] = [
    ("one message", b"data: hi\n\n", [("message", "hi")]),
    ("carriage returns", b"data: hi\r\r", [("message", "hi")]),
    ("both", b"data: hi\r\n\r\n", [("message", "hi")]),
    ("mixed ends of lines", b"data: a\rdata: b\r\n\ndata: c\n\r", [("message", "a\nb"), ("message", "c")]),
    ("a byte order mark", b"\xef\xbb\xbfdata: hi\n\n", [("message", "hi")]),
    ("only the first byte order mark", b"\xef\xbb\xbf\xef\xbb\xbfdata: a\n\ndata: b\n\n", [("message", "b")]),
    ("broken UTF-8", b"data: \xff\xe2\x82x\n\n", [("message", "\ufffd\ufffdx")]),
    (
        "a line separator is no end of a line",
        "data: a\u2028b\x85c\x0bd\n\n".encode(),
        [("message", "a\u2028b\x85c\x0bd")],
    ),
    ("no blank", b"data:hi\n\n", [("message", "hi")]),
    ("one blank is dropped", b"data:  hi\n\n", [("message", " hi")]),
    ("a field without a colon", b"data\n\n", [("message", "")]),
    ("two lines without data", b"data\ndata\n\n", [("message", "\n")]),
    ("colons in the data", b"data: a: b\n\n", [("message", "a: b")]),
    ("a comment", b": data\ndata: hi\n\n", [("message", "hi")]),
    ("a field nobody knows", b"Data: x\ndata : x\n data: x\n\ndata: hi\n\n", [("message", "hi")]),
    ("a named event", b"event: add\ndata: 1\n\ndata: 2\n\n", [("add", "1"), ("message", "2")]),
    ("a name without data", b"event: add\n\ndata: 2\n\n", [("message", "2")]),
    ("an empty name", b"event: add\nevent\ndata: 1\n\n", [("message", "1")]),
    ("the end comes too early", b"data: 1\n\ndata: 2\n", [("message", "1")]),
    ("nothing", b"", []),
    ("empty lines", b"\n\n\n", []),
    ("NUL in data", b"data: a\0b\n\n", [("message", "a\0b")]),
]


@pytest.mark.parametrize(("data", "events"), [row[1:] for row in STREAMS], ids=[row[0] for row in STREAMS])
def test_a_stream_has_these_events(data: bytes, events: list[tuple[str, str]]) -> None:
    assert events == [(event.type, event.data) for event in read_event_stream(data).events]


IDS: list[tuple[str, bytes, str, list[str]]] = [
    ("an event has its id", b"id: 1\ndata: x\n\n", "1", ["1"]),
    ("later events keep it", b"id: 1\ndata: x\n\ndata: y\n\n", "1", ["1", "1"]),
    ("an empty id takes it back", b"id: 1\ndata: x\n\nid\ndata: y\n\n", "", ["1", ""]),
    ("an id without data", b"id: 1\n\n", "1", []),
    ("an id with NUL is ignored", b"id: 1\ndata: x\n\nid: a\0b\ndata: y\n\n", "1", ["1", "1"]),
    ("an event that does not end", b"id: 1\ndata: x\n\nid: 2\ndata: y\n", "1", ["1"]),
    ("the id from before", b"data: x\n\n", "before", ["before"]),
]


@pytest.mark.parametrize(("data", "last", "ids"), [row[1:] for row in IDS], ids=[row[0] for row in IDS])
def test_a_stream_leaves_this_id(data: bytes, last: str, ids: list[str]) -> None:
    reading = read_event_stream(data, last_event_id="before" if last == "before" else "")

    assert (last, ids) == (reading.last_event_id, [event.last_event_id for event in reading.events])


RETRIES: list[tuple[bytes, int | None]] = [
    (b"", None),
    (b"retry: 1500\n", 1500),
    (b"retry: 0\n", 0),
    (b"retry: 007\n", 7),
    (b"retry: 1\nretry: 2\n", 2),
    (b"retry: 1\nretry: x\n", 1),
    (b"retry: -1\n", None),
    (b"retry: 1.5\n", None),
    (b"retry:\n", None),
    ("retry: \u0661\n".encode(), None),
    (b"retry: 9999999999\n", 9_999_999_999),
    (b"retry: " + b"9" * 5000 + b"\n", 10**15),
]


@pytest.mark.parametrize(("data", "retry"), RETRIES)
def test_a_stream_says_how_long_to_wait(data: bytes, retry: int | None) -> None:
    assert retry == read_event_stream(data).retry


def test_an_event_tells_where_it_came_from() -> None:
    reading = read_event_stream(b"data: hi\n\n", origin="https://api.example.com")

    assert (MessageEvent("message", "hi", "", "https://api.example.com"),) == reading.events


STREAM_TEXT = st.lists(
    st.sampled_from(
        ["data", "id", "event", "retry", ":", " ", "\n", "\r", "\r\n", "x", "7", "\0", "\ufeff", "\u00fc", "\U0001f600"]
    ).map(str.encode)
    | st.sampled_from([b"\xff", b"\xe2\x82", b"\xf0\x9f", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"data: x\n\n"]),
    max_size=40,
).map(b"".join)


@given(STREAM_TEXT, st.lists(st.integers(min_value=0, max_value=80), max_size=10))
def test_a_stream_has_the_same_events_wherever_it_is_cut(data: bytes, cuts: list[int]) -> None:
    reader = EventStreamReader(last_event_id="before", origin="https://api.example.com")
    places = [0, *sorted(cut for cut in cuts if cut < len(data)), len(data)]
    events = [event for start, end in pairwise(places) for event in reader.feed(data[start:end])]

    whole = read_event_stream(data, last_event_id="before", origin="https://api.example.com")
    assert whole == (tuple(events), reader.last_event_id, reader.retry)


@given(STREAM_TEXT)
def test_a_stream_that_comes_byte_by_byte_is_read_alike(data: bytes) -> None:
    reader = EventStreamReader()
    events = [event for byte in data for event in reader.feed(bytes([byte]))]

    assert read_event_stream(data) == (tuple(events), reader.last_event_id, reader.retry)


@given(STREAM_TEXT)
def test_lines_are_those_of_the_whole_text(data: bytes) -> None:
    text = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")
    lines = re.split("\r\n|\r|\n", text)[:-1]
    wanted, block = [], list[str]()
    for line in lines:
        if line:
            block.append(line)
            continue
        values = [each.partition(":")[2].removeprefix(" ") for each in block if each.partition(":")[0] == "data"]
        if values:
            wanted.append("\n".join(values))
        block = []

    assert wanted == [event.data for event in read_event_stream(data).events]


def test_an_event_is_there_with_the_carriage_return_that_ends_it() -> None:
    reader = EventStreamReader()

    assert [] == reader.feed(b"data: x\r")
    assert ["x"] == [event.data for event in reader.feed(b"\r")]
    assert [] == reader.feed(b"\n")
    assert ["y"] == [event.data for event in reader.feed(b"data: y\n\n")]


def test_what_waits_is_counted() -> None:
    reader = EventStreamReader()
    for _ in range(10):
        reader.feed(b"data: " + b"x" * 100)
    assert reader.pending == 1060
    reader.feed(b"\n")
    assert reader.pending == 1054
    reader.feed(b"\n")
    assert reader.pending == 0
