"""
What WebSockets do in WebKit, and what it calls their failures.

Evidence: the families `websocket-*` of its recordings (WebKitGTK 2.50, which leaves handshakes and frames to libsoup),
which a test compares.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.rules.elements.websockets import FLAGS, WINDOW_BITS, WebSocketRules, takes_code
from browsercors.values.findings import Reason
from browsercors.values.requests import RedirectMode
from browsercors.values.sockets import FrameReading, Violation

if TYPE_CHECKING:
    from browsercors.values.findings import Finding

__all__ = [
    "WEBKIT_SOCKETS",
    "close_for",
    "shown_extensions",
    "takes_extensions",
    "takes_old_code",
    "webkit_socket_kind",
]

KINDS: Final = {
    Reason.WEBSOCKET_STATUS: "websocket-status",
    Reason.WEBSOCKET_PROTOCOL_MISMATCH: "websocket-protocol",
    Reason.WEBSOCKET_EXTENSION_MISMATCH: "websocket-extension",
    Reason.WEBSOCKET_FRAME_INVALID: "websocket-frame",
    Reason.CONNECTION_FAILED: "connection-terminated",
    Reason.INVALID_RESPONSE: "connection-terminated",
}


OF_CONTENT: Final = frozenset({Violation.TEXT.value, Violation.DEFLATE.value})
"""What is told in the words of a broken connection: `websocket-frames/bad-utf-8`, `websocket-frames/deflate-broken`."""

LATER_CODES: Final = frozenset({1012, 1013, 1014})

MISDIRECTED: Final = 421


def takes_extensions(value: str) -> bool:
    """
    Take extensions more than once, none, and parameters in any spelling of their numbers, or without one.
    """
    for extension in value.split(","):
        name, *parameters = [part.strip(" \t") for part in extension.split(";")]
        if name and name != "permessage-deflate":
            return False
        seen = set()
        for parameter in parameters:
            key, has_value, number = parameter.partition("=")
            number = number.strip('"')
            is_number = number.isdigit() and 8 <= int(number) <= 15
            is_bare = key == "client_max_window_bits" and not has_value
            fits = is_number or is_bare if key in WINDOW_BITS else key in FLAGS and not has_value
            if parameter and (key in seen or not fits):
                return False
            seen.add(key)
    return True


def shown_extensions(value: str) -> str:
    """
    Show the page what was understood, in an order of its own.
    """
    return ", ".join(filter(None, (_shown(extension) for extension in value.split(","))))


def _shown(extension: str) -> str:
    name, *parameters = [part.strip(" \t") for part in extension.split(";")]
    said = {part.partition("=")[0]: part.partition("=")[2].strip('"') for part in parameters}
    flags = [flag for flag in ("server_no_context_takeover", "client_no_context_takeover") if flag in said]
    bits = [
        f"{key}={int(said[key] or 15)}" for key in ("server_max_window_bits", "client_max_window_bits") if key in said
    ]
    return "; ".join([name, *flags, *bits])


def close_for(violation: Violation) -> tuple[int, str] | None:
    """
    Close with the code for what went wrong, and no reason.
    """
    is_encoding = violation in {Violation.TEXT, Violation.CLOSE_REASON}
    return (1007 if is_encoding else 1002), ""


def takes_old_code(code: int) -> bool:
    """
    Take the codes of the protocol, and none that was registered later.
    """
    return takes_code(code) and code not in LATER_CODES


WEBKIT_SOCKETS: Final = WebSocketRules(
    order=(
        b"user-agent",
        b"origin",
        b"pragma",
        b"cache-control",
        b"upgrade",
        b"connection",
        b"sec-websocket-key",
        b"sec-websocket-version",
        b"sec-websocket-protocol",
        b"sec-websocket-extensions",
        b"accept-encoding",
        b"accept-language",
        b"*",
        b"host",
        b"cookie",
        b"sec-fetch-dest",
        b"sec-fetch-mode",
        b"sec-fetch-site",
    ),
    destination=b"websocket",
    redirect_mode=RedirectMode.FOLLOW,
    reads_last_line=True,
    protocols_have_no_case=True,
    needs_chosen_protocol=False,
    takes_extensions=takes_extensions,
    shown_extensions=shown_extensions,
    throws=frozenset({Reason.CONTENT_SECURITY_POLICY}),
    without_close=frozenset({Reason.BAD_PORT, Reason.MIXED_CONTENT}),
    frames=FrameReading(takes_old_code, close_for),
)


def webkit_socket_kind(finding: Finding) -> str | None:
    """
    Return the kind of what the console says of a WebSocket that failed.
    """
    if finding.reason is Reason.WEBSOCKET_HANDSHAKE_INVALID:
        is_of_key = finding.evidence["name"] == "Sec-WebSocket-Accept"
        return "websocket-accept" if is_of_key else "websocket-handshake"
    if finding.evidence.get("status") == MISDIRECTED or finding.evidence.get("violation") in OF_CONTENT:
        return "connection-terminated"
    return KINDS.get(finding.reason) if finding.reason is not None else None
