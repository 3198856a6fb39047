"""
Event streams: the text that servers push to an `EventSource`, read as browsers read it.

https://html.spec.whatwg.org/#event-stream-interpretation
"""

from __future__ import annotations

import codecs
import enum
import re
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "TAKEN_BACK",
    "EventStreamReader",
    "LoneId",
    "MessageEvent",
    "StreamReading",
    "read_event_stream",
    "reconnection_time_of",
    "reconnection_time_of_64_bits",
]

END_OF_LINE: Final = re.compile(r"\r\n|\n|\r")

MOST_DIGITS: Final = 15
LONGEST_RETRY: Final = 10**MOST_DIGITS
"""What stands for each reconnection time that has more digits: longer than anybody waits."""

TAKEN_BACK: Final = -1
"""In the place of a reconnection time: what was stated before counts no longer."""


def reconnection_time_of(value: str) -> int | None:
    """
    Return the milliseconds that a `retry` field states; None if it states none.
    """
    if not (value.isascii() and value.isdigit()):
        return None
    digits = value.lstrip("0")
    return int(digits or "0") if len(digits) <= MOST_DIGITS else LONGEST_RETRY


def reconnection_time_of_64_bits(value: str) -> int | None:
    """
    Do what `reconnection_time_of` does, but take no number that is larger.
    """
    stated = reconnection_time_of(value)
    digits = value.lstrip("0")
    return stated if stated != LONGEST_RETRY or (len(digits) <= 20 and int(digits) < 2**64) else None


class MessageEvent(NamedTuple):
    """
    An event of an `EventSource`.

    Attributes:
        type: "message", or what the `event` field says.
        data: The lines of the `data` fields, with a line feed between each two.
        last_event_id: The id of this event, or of the last one before it that had an id; empty if none had.
        origin: The serialised origin of the URL that the stream came from.
    """

    type: str
    data: str
    last_event_id: str = ""
    origin: str = ""


class StreamReading(NamedTuple):
    """
    What an event stream leads to.

    Attributes:
        events: The events, in order.
        last_event_id: What the next connection says in `Last-Event-ID`; empty for nothing.
        retry: How long to wait before the next connection, in milliseconds; None if the stream does not say.
    """

    events: tuple[MessageEvent, ...]
    last_event_id: str
    retry: int | None


class LoneId(enum.Enum):
    """
    What becomes of the id of an event without data.
    """

    COUNTS = "counts"
    WAITS = "waits"
    """It counts with the next event that has data."""

    IS_LOST = "is lost"


class EventStreamReader:
    """
    Reads a stream as it comes, cut into parts anywhere.

    Args:
        last_event_id: The id that earlier connections have left.
        origin: The origin that the events have.
        retry_of: Reads a `retry` field, as `reconnection_time_of` does; it may also return `TAKEN_BACK`.
        lone_id: What becomes of the id of an event without data.
        drops_nul: Whether NUL is left out of values, and an id with one is forgotten together with the name of the
            field after it.
        before: What has read a stream that broke off, if this one goes on where it did.

    Attributes:
        last_event_id: What the next connection says in `Last-Event-ID`; empty for nothing.
        retry: How long to wait before the next connection, in milliseconds; None if the stream has not said, and
            `TAKEN_BACK` if it has taken back what was said.
        pending: How many characters wait for the end of their line or of their event.

    https://html.spec.whatwg.org/#event-stream-interpretation
    """

    def __init__(
        self,
        *,
        last_event_id: str = "",
        origin: str = "",
        retry_of: Callable[[str], int | None] = reconnection_time_of,
        lone_id: LoneId = LoneId.COUNTS,
        drops_nul: bool = False,
        before: EventStreamReader | None = None,
    ) -> None:
        self.last_event_id: str = last_event_id
        self._id = last_event_id
        self._retry_of = retry_of
        self._lone_id = lone_id
        self._drops_nul = drops_nul
        self._name = ""
        self.retry: int | None = None
        self.pending: int = 0
        self._origin = origin
        self._type = ""
        self._data: list[str] = []
        # NB: decoding drops one byte order mark, and puts U+FFFD where the bytes are no UTF-8.
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")("replace")
        self._line: list[str] = []
        self._is_after_cr = False
        if before is not None:
            before.hand_over(self)

    def hand_over(self, reader: EventStreamReader) -> None:
        """
        Let *reader* go on where this one has ended.
        """
        reader._id, reader._type, reader.pending = self._id, self._type, self.pending
        reader._data, reader._line = [*self._data], [*self._line]

    def feed(self, data: bytes) -> list[MessageEvent]:
        """
        Read the next part, and return the events that it completes.
        """
        text = self._decoder.decode(data)
        if not text:
            return []
        # NB: a carriage return ends its line at once; a line feed that comes later belongs to it.
        start = 1 if self._is_after_cr and text[0] == "\n" else 0
        self._is_after_cr = text[-1] == "\r"
        events: list[MessageEvent] = []
        for end in END_OF_LINE.finditer(text, start):
            line = text[start : end.start()]
            if self._line:
                before = "".join(self._line)
                line = before + line
                self._line.clear()
                self.pending -= len(before)
            start = end.end()
            if line:
                self._field(line)
            else:
                self._dispatch(events)
        if start < len(text):
            self._line.append(text[start:])
            self.pending += len(text) - start
        return events

    def _dispatch(self, events: list[MessageEvent]) -> None:
        """
        End an event (https://html.spec.whatwg.org/#dispatchMessage).
        """
        if self._data or self._lone_id is LoneId.COUNTS:
            self.last_event_id = self._id
        elif self._lone_id is LoneId.IS_LOST:
            self._id = self.last_event_id
        if self._data:
            events.append(MessageEvent(self._type or "message", "\n".join(self._data), self._id, self._origin))
            self._data = []
        self._type = self._name = ""
        self.pending = 0

    def _field(self, line: str) -> None:
        name, _, value = line.partition(":")
        if self._drops_nul and ("\0" in line or self._name):
            name, value = self._without_nul(name, value) if line[0] != ":" else ("", "")
        value = value.removeprefix(" ")
        # NB: a line that begins with a colon is a comment, and has an empty name.
        if name == "event":
            self._type = value
        elif name == "data":
            self._data.append(value)
            self.pending += len(value)
        elif name == "id":
            if "\0" not in value:
                self._id = value
        elif name == "retry" and (stated := self._retry_of(value)) is not None:
            self.retry = stated

    def _without_nul(self, name: str, value: str) -> tuple[str, str]:
        """
        Return name and value as Firefox reads them, character by character.
        """
        name = name.lstrip("\0")
        name, self._name = self._name + name, ""
        # NB: the first character is looked at in another state, which keeps it.
        kept, rest = value[:1], value[1:]
        if name == "id" and "\0" in rest:
            # NB: what comes next goes on with this name.
            self._name = name
            return "", ""
        return name, kept + rest.replace("\0", "")


def read_event_stream(data: bytes, *, last_event_id: str = "", origin: str = "") -> StreamReading:
    """
    Read a stream to its end.

    Args:
        data: The bytes. What is no UTF-8 becomes U+FFFD.
        last_event_id: The id that earlier connections have left.
        origin: The origin that the events have.
    """
    reader = EventStreamReader(last_event_id=last_event_id, origin=origin)
    # NB: an event that no empty line ends is dropped.
    events = tuple(reader.feed(data))
    return StreamReading(events, reader.last_event_id, reader.retry)
