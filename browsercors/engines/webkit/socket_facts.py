"""
Where WebKit departs from the standards of WebSockets, with the evidence.
"""

from __future__ import annotations

from typing import Final

from browsercors.rules.facts import Departure

__all__ = ["SOCKET_DEPARTURES"]

SOCKET_DEPARTURES: Final = (
    Departure("content_security_policy.compares_socket_urls", "do not match", ("websocket-policies/source-04",)),
    Departure("initiators.sockets.order", "an order of its own", ("websocket-urls/00-%7bapi%7d%2fx",)),
    Departure("initiators.sockets.destination", "`{}`", ("websocket-urls/00-%7bapi%7d%2fx",)),
    Departure(
        "initiators.sockets.redirect_mode",
        "is followed",
        ("websocket-answers/redirect-301-api", "websocket-answers/redirect-302-api"),
    ),
    Departure(
        "initiators.sockets.reads_last_line",
        "the last line counts",
        ("websocket-protocols/chosen-10", "websocket-answers/accept-twice"),
    ),
    Departure("initiators.sockets.protocols_have_no_case", "connects", ("websocket-protocols/chosen-04",)),
    Departure("initiators.sockets.needs_chosen_protocol", "connects", ("websocket-protocols/chosen-02",)),
    Departure(
        "initiators.sockets.takes_extensions",
        "taken: several, a parameter that is empty, numbers in any spelling",
        ("websocket-extensions/01", "websocket-extensions/06", "websocket-extensions/18"),
    ),
    Departure(
        "initiators.sockets.shown_extensions",
        "what was understood, in an order of its own",
        ("websocket-extensions/01",),
    ),
    Departure("initiators.sockets.throws", "the constructor throws a SecurityError", ("websocket-policies/source-00",)),
    Departure(
        "initiators.sockets.without_close",
        "`error`, and never `close`, for forbidden ports and mixed content",
        (),
        besides="websocket-urls/33, whose socket is still connecting; Source/WebCore/Modules/websockets/WebSocket.cpp",
    ),
    Departure(
        "initiators.sockets.frames.takes_code", "the same without 1012, 1013 and 1014", ("websocket-closing/code-1012",)
    ),
    Departure(
        "initiators.sockets.frames.close_for",
        "1007 for what is no UTF-8, 1002 for everything else",
        (),
        besides="libsoup/websocket/soup-websocket-connection.c",
    ),
)
