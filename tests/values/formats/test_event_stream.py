"""
Event streams are read as HTML has it, whatever is in them.
"""

from __future__ import annotations

import pytest

from browsercors.values.formats.event_stream import MessageEvent, read_event_stream

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
