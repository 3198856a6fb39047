"""
What WebSockets do in Chromium, and what it calls their failures.

Evidence: the families `websocket-*` of its recordings (156), which a test compares.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.rules.elements.websockets import WebSocketRules
from browsercors.rules.failures import Identifier
from browsercors.values.findings import Reason
from browsercors.values.sockets import FrameReading, Violation
from browsercors.values.transport import Fault

if TYPE_CHECKING:
    from collections.abc import Mapping

    from browsercors.values.findings import Finding

__all__ = ["CHROMIUM_SOCKETS", "chromium_socket_identifier", "close_for", "takes_code"]

CODES_FOR_PAGES_ONLY: Final = frozenset({1005, 1006, 1015})

CLOSE_REASONS: Final[Mapping[Violation, str]] = {
    Violation.MASKED: "Masked frame from server",
    Violation.RESERVED_BITS: "Invalid reserved bit",
    Violation.OPCODE: "Unknown opcode",
    Violation.CONTINUATION: "Unexpected continuation",
    Violation.UNFINISHED: "Previous data frame unfinished",
    Violation.TEXT: "Invalid UTF-8 in text frame",
    Violation.CLOSE_REASON: "Invalid UTF-8 in Close frame",
    Violation.CLOSE_SIZE: "",
    Violation.CLOSE_CODE: "",
}
"""What it tells the server; of everything else it says that it is a protocol error."""

ERRORS: Final[Mapping[Violation, str]] = {
    Violation.MASKED: "A server must not mask any frames that it sends to the client.",
    Violation.RESERVED_BITS: "One or more reserved bits are on",
    Violation.OPCODE: "Unrecognized frame opcode",
    Violation.CONTINUATION: "Received unexpected continuation frame.",
    Violation.UNFINISHED: "Received start of new message but previous message is unfinished.",
    Violation.TEXT: "Could not decode a text frame as UTF-8.",
    Violation.CLOSE_SIZE: "Received a broken close frame with an invalid size of 1 byte.",
    Violation.CLOSE_CODE: "Received a broken close frame containing a reserved status code.",
    Violation.CLOSE_REASON: "Received a broken close frame containing invalid UTF-8.",
    Violation.AFTER_CLOSE: "Data frame received after close",
}
"""What DevTools says of a frame; of everything else, that its header is invalid."""


LOCAL_NETWORK: Final = frozenset(
    {
        *(Reason.LOCAL_NETWORK_ACCESS_DENIED, Reason.LOCAL_NETWORK_ACCESS_INSECURE),
        *(Reason.LOCAL_NETWORK_ACCESS_NOT_DELEGATED, Reason.LOCAL_NETWORK_ACCESS_PROMPT),
    }
)


def takes_code(code: int) -> bool:
    """
    Take every code but those that only pages are told.
    """
    return code not in CODES_FOR_PAGES_ONLY


def close_for(violation: Violation) -> tuple[int, str] | None:
    """
    Close with 1002, and words of its own.
    """
    return 1002, CLOSE_REASONS.get(violation, "WebSocket Protocol Error")


CHROMIUM_SOCKETS: Final = WebSocketRules(
    order=(
        b"host",
        b"connection",
        b"pragma",
        b"cache-control",
        b"user-agent",
        b"upgrade",
        b"origin",
        b"sec-websocket-version",
        b"accept-encoding",
        b"accept-language",
        b"*",
        b"cookie",
        b"sec-websocket-key",
        b"sec-websocket-extensions",
        b"sec-websocket-protocol",
    ),
    throws=frozenset({Reason.MIXED_CONTENT}),
    without_close=frozenset({Reason.CONTENT_SECURITY_POLICY}),
    checks=("upgrade", "accept", "connection", "protocol", "extensions"),
    interim=frozenset(),
    frames=FrameReading(takes_code, close_for),
    takes_repeated_headers=False,
)


def chromium_socket_identifier(finding: Finding) -> Identifier | None:
    """
    Name a failure of a WebSocket as DevTools' `Network.webSocketFrameError` does, without the words before it.
    """
    reason, evidence = finding.reason, finding.evidence
    if reason in LOCAL_NETWORK:
        return Identifier("net::ERR_BLOCKED_BY_LOCAL_NETWORK_ACCESS_CHECKS")
    if reason in (Reason.WEBSOCKET_STATUS, Reason.REDIRECT_MODE_ERROR):
        if evidence["status"] == 401:
            return Identifier("HTTP Authentication failed; no valid credentials available")
        return Identifier("Unexpected response code", str(evidence["status"]))
    if reason is Reason.WEBSOCKET_HANDSHAKE_INVALID:
        return Identifier(_of_header(str(evidence["name"]), evidence["value"], repeated=bool(evidence["repeated"])))
    if reason is Reason.WEBSOCKET_PROTOCOL_MISMATCH:
        if evidence["repeated"]:
            return Identifier("'Sec-WebSocket-Protocol' header must not appear more than once in a response")
        if not evidence["offered"]:
            return Identifier("Response must not include 'Sec-WebSocket-Protocol' header if not present in request")
        if evidence["chosen"] is None:
            return Identifier("Sent non-empty 'Sec-WebSocket-Protocol' header but no response was received")
        return Identifier("'Sec-WebSocket-Protocol' header value in response does not match any of sent values")
    if reason is Reason.WEBSOCKET_EXTENSION_MISMATCH:
        return Identifier("'Sec-WebSocket-Extensions' header")
    if reason is Reason.WEBSOCKET_FRAME_INVALID:
        return Identifier(ERRORS.get(Violation(evidence["violation"]), "Invalid frame header"))
    if evidence.get("fault") is Fault.EMPTY:
        return Identifier("Connection closed before receiving a handshake response")
    return None


def _of_header(name: str, value: object, *, repeated: bool) -> str:
    if repeated:
        return f"'{name}' header must not appear more than once in a response"
    if value is None:
        return f"'{name}' header is missing"
    if name == "Connection":
        return "'Connection' header value must contain 'Upgrade'"
    if name == "Upgrade":
        return "'Upgrade' header value is not 'WebSocket'"
    return f"Incorrect '{name}' header value"
