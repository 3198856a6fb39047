"""
How browsers differ in what a page keeps open or hands on: EventSource and beacons.
"""

from __future__ import annotations

import attrs

from browsercors.values.findings import Reason
from browsercors.values.records import Rules

__all__ = ["ChannelRules"]


@attrs.frozen(eq=False, repr=False)
class ChannelRules(Rules):
    """
    What EventSource and beacons do.

    Attributes:
        reconnection_time: How many seconds an EventSource waits before it connects again, until a stream says otherwise.
        least_reconnection_time: How many seconds it waits at least, whatever the stream says.
        stream_charset_has_to_be_utf8: Whether a `charset` other than UTF-8 in the type of an event stream ends it. The
            standard reads every stream as UTF-8, whatever its type says.
        event_source_throws: For which refusals of the page's own rules the constructor of EventSource throws a
            SecurityError, and there is no source that could fire `error`.
        beacon_limit: How many bytes a beacon may have; None for any number.
        beacon_refusals: For which reasons `sendBeacon()` returns false, if nothing has been sent by then. For all others
            it has returned true before anything fails.
    """

    reconnection_time: float = 3.0
    least_reconnection_time: float = 0.0
    stream_charset_has_to_be_utf8: bool = False
    event_source_throws: frozenset[Reason] = frozenset()
    beacon_limit: int | None = 64 * 1024
    beacon_refusals: frozenset[Reason] = frozenset({Reason.KEEPALIVE_BODY_TOO_LARGE})
