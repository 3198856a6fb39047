"""
What WebSockets do in Firefox.

Evidence: the families `websocket-*` of its recordings (153), which a test compares.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.rules.elements.websockets import FLAGS, WINDOW_BITS, WebSocketRules, has_token
from browsercors.values.findings import Reason
from browsercors.values.sockets import FrameReading, Violation

if TYPE_CHECKING:
    from browsercors.values.headers import HeaderList

__all__ = ["FIREFOX_SOCKETS", "is_upgrade", "never_closes", "shown_extensions", "takes_any_code", "takes_extensions"]

NEVER_SENT: Final = frozenset({0, 1005, 1006, 1015})


def takes_any_code(code: int) -> bool:
    """
    Take every code.
    """
    return code >= 0


def never_closes(violation: Violation) -> tuple[int, str] | None:
    """
    Break the connection without a word.
    """
    return None


def takes_extensions(value: str) -> bool:
    """
    Take nothing at all, numbers with leading zeros, and a list of parameters that ends with a semicolon.
    """
    if not value.strip():
        return True
    name, *parameters = [part.strip(" \t") for part in value.split(";")]
    seen = set()
    for parameter in parameters:
        key, has_value, number = parameter.partition("=")
        number = number.strip('"')
        is_number = number.isdigit() and 8 <= int(number) <= 15
        if key in seen or (parameter and not (is_number if key in WINDOW_BITS else key in FLAGS and not has_value)):
            return False
        seen.add(key)
    return name == "permessage-deflate"


def shown_extensions(value: str) -> str:
    """
    Show the page the name alone.
    """
    return value.partition(";")[0].strip(" \t")


def is_upgrade(headers: HeaderList) -> bool:
    """
    Take the protocol out of a list.
    """
    return has_token(headers, b"upgrade", b"websocket")


FIREFOX_SOCKETS: Final = WebSocketRules(
    order=(
        b"host",
        b"user-agent",
        b"accept",
        b"accept-language",
        b"accept-encoding",
        b"sec-websocket-version",
        b"origin",
        b"sec-websocket-protocol",
        b"sec-websocket-extensions",
        b"sec-websocket-key",
        b"sec-fetch-storage-access",
        b"*",
        b"connection",
        b"cookie",
        b"sec-fetch-dest",
        b"sec-fetch-mode",
        b"sec-fetch-site",
        b"pragma",
        b"cache-control",
        b"upgrade",
    ),
    extensions=b"permessage-deflate",
    is_upgrade=is_upgrade,
    takes_extensions=takes_extensions,
    shown_extensions=shown_extensions,
    ignores_unasked_protocol=True,
    needs_chosen_protocol=False,
    takes_empty_url=False,
    heeds_hsts=False,
    needs_leave_for_local_network=False,
    throws=frozenset({Reason.CONTENT_SECURITY_POLICY, Reason.MIXED_CONTENT}),
    frames=FrameReading(
        takes_any_code,
        never_closes,
        takes_data_after_close=True,
        takes_half_code=True,
        codes_not_repeated=NEVER_SENT,
    ),
)
