"""
Where Firefox departs from the standards of WebSockets, with the evidence.
"""

from __future__ import annotations

from typing import Final

from browsercors.rules.facts import Departure

__all__ = ["SOCKET_DEPARTURES"]

SOCKET_DEPARTURES: Final = (
    Departure("content_security_policy.compares_socket_urls", "do not match", ("websocket-policies/source-04",)),
    Departure("initiators.sockets.order", "an order of its own", ("websocket-urls/00-%7bapi%7d%2fx",)),
    Departure("initiators.sockets.extensions", "`{}`", ("websocket-urls/00-%7bapi%7d%2fx",)),
    Departure(
        "initiators.sockets.is_upgrade",
        "connects",
        ("websocket-answers/upgrade-several", "websocket-answers/upgrade-several-after"),
    ),
    Departure(
        "initiators.sockets.takes_empty_url", "the constructor throws a SyntaxError", ("websocket-urls/24-empty",)
    ),
    Departure(
        "initiators.sockets.ignores_unasked_protocol",
        "connects, and the page sees none",
        ("websocket-protocols/chosen-00",),
    ),
    Departure("initiators.sockets.needs_chosen_protocol", "connects", ("websocket-protocols/chosen-02",)),
    Departure(
        "initiators.sockets.takes_extensions",
        "taken: empty, numbers with leading zeros, a semicolon at the end",
        ("websocket-extensions/06", "websocket-extensions/18", "websocket-extensions/25"),
    ),
    Departure("initiators.sockets.shown_extensions", "the name alone", ("websocket-extensions/02",)),
    Departure("initiators.sockets.throws", "the constructor throws a SecurityError", ("websocket-policies/source-00",)),
    Departure(
        "initiators.sockets.frames.takes_code", "all", ("websocket-closing/code-1", "websocket-closing/code-999")
    ),
    Departure(
        "initiators.sockets.frames.codes_not_repeated",
        "with none, if it is 0, 1005, 1006 or 1015",
        ("websocket-closing/code-1005", "websocket-closing/code-1006"),
    ),
    Departure(
        "initiators.sockets.frames.close_for",
        "nothing: the connection breaks",
        (),
        besides="netwerk/protocol/websocket/WebSocketChannel.cpp",
    ),
    Departure(
        "initiators.sockets.frames.takes_half_code",
        "taken for a close without a code",
        (),
        besides="netwerk/protocol/websocket/WebSocketChannel.cpp",
    ),
    Departure(
        "initiators.sockets.frames.takes_data_after_close",
        "ignored",
        (),
        besides="netwerk/protocol/websocket/WebSocketChannel.cpp",
    ),
    Departure("initiators.sockets.heeds_hsts", "stays as it is", ("websocket-upgrades/hsts",), transport="plain"),
    Departure(
        "initiators.sockets.needs_leave_for_local_network",
        "needs none",
        ("websocket-spaces/app-local-prompt",),
        transport="spaces",
    ),
)
