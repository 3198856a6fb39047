"""
Event streams: the text that servers push to an `EventSource`, read as browsers read it.

https://html.spec.whatwg.org/#event-stream-interpretation
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from browsercors.values.formats.mime_types import utf8_decode

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["MessageEvent", "StreamReading", "read_event_stream"]

END_OF_LINE: Final = re.compile(r"\r\n|\n|\r")

MOST_DIGITS: Final = 15
LONGEST_RETRY: Final = 10**MOST_DIGITS
"""What stands for each reconnection time that has more digits: longer than anybody waits."""


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


def read_event_stream(data: bytes, *, last_event_id: str = "", origin: str = "") -> StreamReading:
    """
    Read a stream to its end.

    Args:
        data: The bytes. What is no UTF-8 becomes U+FFFD.
        last_event_id: The id that earlier connections have left.
        origin: The origin that the events have.

    https://html.spec.whatwg.org/#event-stream-interpretation
    """
    events: list[MessageEvent] = []
    id_buffer = sent_id = last_event_id
    event_type, lines, retry = "", list[str](), None
    for line in _whole_lines(utf8_decode(data)):
        # An empty line ends an event.
        if not line:
            # https://html.spec.whatwg.org/#dispatchMessage
            sent_id = id_buffer
            if lines:
                events.append(MessageEvent(event_type or "message", "\n".join(lines), sent_id, origin))
            event_type, lines = "", []
            continue
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        # NB: a line that begins with a colon is a comment, and has an empty name.
        if name == "event":
            event_type = value
        elif name == "data":
            lines.append(value)
        elif name == "id":
            if "\0" not in value:
                id_buffer = value
        elif name == "retry" and value.isascii() and value.isdigit():
            digits = value.lstrip("0")
            retry = int(digits or "0") if len(digits) <= MOST_DIGITS else LONGEST_RETRY
    # NB: an event that no empty line ends is dropped.
    return StreamReading(tuple(events), sent_id, retry)


def _whole_lines(text: str) -> Iterator[str]:
    """
    Yield the lines of *text*, without what follows the last end of a line.
    """
    start = 0
    for end in END_OF_LINE.finditer(text):
        yield text[start : end.start()]
        start = end.end()
