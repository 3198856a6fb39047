"""
Where Chromium departs from the standards of WebSockets, with the evidence.
"""

from __future__ import annotations

from typing import Final

from browsercors.rules.facts import Departure

__all__ = ["SOCKET_DEPARTURES"]

SOCKET_DEPARTURES: Final = (
    Departure(
        "initiators.dropped_headers",
        "`Accept`, `Sec-Fetch-*` and client hints, for WebSockets; client hints, for the script of a service worker",
        ("websocket-cookies/tls-app", "service-workers/register-default"),
        transport="tls",
    ),
    Departure("content_security_policy.compares_socket_urls", "do not match", ("websocket-policies/source-04",)),
    Departure("initiators.sockets.order", "an order of its own", ("websocket-urls/00-%7bapi%7d%2fx",)),
    Departure(
        "initiators.sockets.checks",
        "`Accept` before `Connection`, and the extensions last",
        (),
        besides="net/websockets/websocket_basic_handshake_stream.cc",
    ),
    Departure(
        "initiators.sockets.interim",
        "fail",
        ("websocket-answers/status-100-plain", "websocket-answers/status-102-plain"),
    ),
    Departure("initiators.sockets.takes_repeated_headers", "fails", ("websocket-protocols/chosen-08",)),
    Departure(
        "initiators.sockets.throws",
        "the constructor throws a SecurityError for mixed content",
        ("websocket-places/tls-apiplain",),
        transport="tls",
    ),
    Departure("initiators.sockets.without_close", "`error`, and never `close`", ("websocket-policies/source-00",)),
    Departure(
        "initiators.sockets.frames.takes_code",
        "all but 1005, 1006 and 1015",
        ("websocket-closing/code-0", "websocket-closing/code-999"),
    ),
    Departure(
        "initiators.sockets.frames.close_for",
        "1002, and words of its own",
        (),
        besides="net/websockets/websocket_channel.cc",
    ),
)
