"""
How browsers differ in what a page keeps open or hands on: EventSource, beacons and pings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from browsercors.values.findings import Reason
from browsercors.values.formats.event_stream import LoneId, reconnection_time_of
from browsercors.values.formats.mime_types import extract_a_mime_type
from browsercors.values.records import Rules
from browsercors.values.requests import CacheMode

if TYPE_CHECKING:
    from collections.abc import Callable

    from browsercors.values.headers import HeaderList
    from browsercors.values.transport import Fault

__all__ = ["OF_THE_TRANSPORT", "ChannelRules", "says_event_stream"]

OF_THE_TRANSPORT: Final[frozenset[Reason]] = frozenset(
    {Reason.BODY_INTERRUPTED, Reason.CONNECTION_FAILED, Reason.INVALID_RESPONSE, Reason.TIMED_OUT}
)
"""What may go better the next time."""


REDIRECT_STATUSES: Final[frozenset[int]] = frozenset({301, 302, 303, 307, 308})


def says_event_stream(headers: HeaderList) -> bool:
    """
    Whether the type of a response is `text/event-stream`, whatever its parameters.
    """
    mime_type = extract_a_mime_type(headers)
    return mime_type is not None and mime_type.essence == "text/event-stream"


@attrs.frozen(eq=False, repr=False)
class ChannelRules(Rules):
    """
    What EventSource, beacons and pings do.

    Attributes:
        reconnection_time: How many seconds an EventSource waits before it connects again, until a stream says
            otherwise.
        least_reconnection_time: How many seconds it waits at least, whatever the stream says.
        retry_of: Reads a `retry` field: the milliseconds, None for nothing, or `TAKEN_BACK`.
        lone_id: What becomes of the id of an event without data.
        drops_nul: Whether NUL is left out of the fields of an event stream, and what an id with NUL does.
        moving_statuses: After which redirects an EventSource connects again to where they led, and not to its own URL.
        goes_on_after_break: Whether what has come of an event when a connection broke is the beginning of the first
            event of the next one.
        is_event_stream: Whether the headers of a response say that it is an event stream.
        reconnects_after: The failures after which an EventSource connects again; every other one is final.
        final_faults: With which faults of the connection such a failure is final all the same.
        event_source_throws: For which refusals of the page's own rules the constructor of EventSource throws a
            SecurityError, and there is no source that could fire `error`.
        event_source_headers: What a connection has beside the usual headers.
        event_source_reads_data_urls: Whether an EventSource can have a `data:` URL.
        beacon_limit: How many bytes a beacon may have; None for any number.
        beacon_cache_mode: The cache mode of beacons.
        ping_cache_mode: The cache mode of pings.
        pings_after_following: Whether a page that is moved to another place in it shows that place in `Ping-From`.
        beacon_type_may_be_long: Whether a safelisted type of a beacon needs no preflight however long it is.
        beacon_drops_invalid_types: Whether a type that is no MIME type is left out.
        beacon_refusals: For which reasons `sendBeacon()` returns false, if nothing has been sent by then. For all
            others it has returned true before anything fails.
    """

    reconnection_time: float = 3.0
    least_reconnection_time: float = 0.0
    retry_of: Callable[[str], int | None] = reconnection_time_of
    lone_id: LoneId = LoneId.COUNTS
    drops_nul: bool = False
    moving_statuses: frozenset[int] = REDIRECT_STATUSES
    goes_on_after_break: bool = False
    is_event_stream: Callable[[HeaderList], bool] = says_event_stream
    reconnects_after: frozenset[Reason] = OF_THE_TRANSPORT
    final_faults: frozenset[Fault] = frozenset()
    event_source_throws: frozenset[Reason] = frozenset()
    event_source_headers: tuple[tuple[bytes, bytes], ...] = ()
    event_source_reads_data_urls: bool = True
    beacon_limit: int | None = 64 * 1024
    beacon_cache_mode: CacheMode = CacheMode.DEFAULT
    ping_cache_mode: CacheMode = CacheMode.DEFAULT
    pings_after_following: bool = False
    beacon_type_may_be_long: bool = False
    beacon_drops_invalid_types: bool = False
    beacon_refusals: frozenset[Reason] = frozenset({Reason.KEEPALIVE_BODY_TOO_LARGE})
