"""
In what browsers depart from the standards of WebSockets, and what these say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.rules.facts import Subject

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["SOCKET_SUBJECTS"]

SOCKET_SUBJECTS: Final[Mapping[str, tuple[Subject, ...]]] = {
    "WebSockets": (
        Subject(
            ("content_security_policy.compares_socket_urls",),
            "`connect-src http:` and the like, of a `ws:` URL",
            "match: the URL of the handshake is compared",
        ),
        Subject(("initiators.sockets.order",), "the order of the headers of a handshake", "any"),
        Subject(("initiators.sockets.extensions",), "the extensions that a handshake offers", "`{}`"),
        Subject(("initiators.sockets.destination",), "`Sec-Fetch-Dest` of a handshake", "`{}`"),
        Subject(("initiators.sockets.takes_empty_url",), '`new WebSocket("")`', "connects to the URL of the page"),
        Subject(("initiators.sockets.redirect_mode",), "a redirect of a handshake", "fails"),
        Subject(
            ("initiators.sockets.interim",),
            "100, 102 and 103 as the answer to a handshake",
            "another answer is awaited",
        ),
        Subject(
            ("initiators.sockets.checks",),
            "in which order an answer is looked at",
            "`Upgrade`, `Connection`, `Sec-WebSocket-Accept`, the extensions, the subprotocol",
        ),
        Subject(("initiators.sockets.is_upgrade",), "`Upgrade: websocket, h2c`", "fails"),
        Subject(
            ("initiators.sockets.takes_repeated_headers",),
            "`Sec-WebSocket-Protocol` twice",
            "connects, if it makes sense",
        ),
        Subject(
            ("initiators.sockets.reads_last_line",),
            "a header of the answer that has several lines",
            "they are one list",
        ),
        Subject(("initiators.sockets.protocols_have_no_case",), "the subprotocol in another case", "fails"),
        Subject(
            ("initiators.sockets.ignores_unasked_protocol",), "a subprotocol, though the page offers none", "fails"
        ),
        Subject(("initiators.sockets.needs_chosen_protocol",), "no subprotocol, though the page offers some", "fails"),
        Subject(
            ("initiators.sockets.takes_extensions",),
            "which extensions a server may choose",
            "permessage-deflate, well-formed, or none",
        ),
        Subject(("initiators.sockets.shown_extensions",), "`extensions`", "as the server wrote it"),
        Subject(("initiators.sockets.throws",), "a socket that the page's own rules refuse", "`error` and `close`"),
        Subject(("initiators.sockets.without_close",), "the events of a socket that is refused", "`error` and `close`"),
        Subject(
            ("initiators.sockets.frames.takes_code",),
            "which codes the close of a server may have",
            "those that are registered, and 3000 to 4999",
        ),
        Subject(
            ("initiators.sockets.frames.codes_not_repeated",),
            "with which code a close is answered",
            "with the same one",
        ),
        Subject(
            ("initiators.sockets.frames.close_for",),
            "what the server is told if it breaks the protocol",
            "1002, or 1007 for what is no UTF-8",
        ),
        Subject(("initiators.sockets.frames.takes_half_code",), "a close of one byte", "fails"),
        Subject(("initiators.sockets.frames.takes_data_after_close",), "data behind the close of a server", "fails"),
        Subject(("initiators.sockets.heeds_hsts",), "a `ws:` URL whose host wants TLS", "upgraded"),
        Subject(
            ("initiators.sockets.needs_leave_for_local_network",),
            "a WebSocket to the local network",
            "needs the permission of the visitor",
        ),
    ),
}
