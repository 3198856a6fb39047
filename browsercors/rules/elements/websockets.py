"""
How browsers differ in the handshakes of WebSockets, and in what they take for an answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import attrs

from browsercors.values.findings import Reason
from browsercors.values.records import Rules

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from browsercors.values.headers import HeaderList

__all__ = ["HandshakeCheck", "WebSocketRules", "has_token", "is_one_value", "takes_extensions"]

HandshakeCheck: TypeAlias = Literal["upgrade", "connection", "accept", "protocol", "extensions"]
"""What an answer to a handshake has to say."""

IN_STANDARD_ORDER: Final[tuple[HandshakeCheck, ...]] = ("upgrade", "connection", "accept", "extensions", "protocol")


def is_one_value(headers: HeaderList, name: bytes, value: bytes) -> bool:
    """
    Whether a header says just *value*, whatever its case.
    """
    found = headers.get(name)
    return found is not None and found.strip(b" \t").lower() == value


def has_token(headers: HeaderList, name: bytes, value: bytes) -> bool:
    """
    Whether *value* is in the list of a header, whatever its case.
    """
    found = headers.get(name)
    return found is not None and value in [token.strip(b" \t").lower() for token in found.split(b",")]


def takes_extensions(value: bytes) -> bool:
    """
    Whether a server may choose these extensions.
    """
    return value.strip(b" \t").lower() == b"permessage-deflate"


@attrs.frozen(eq=False, repr=False)
class WebSocketRules(Rules):
    """
    What WebSockets do.

    Attributes:
        order: The order of the headers of a handshake on the wire, in lower case; those that are not named stand at
            `*`.
        connection: The `Connection` of a handshake.
        extensions: The `Sec-WebSocket-Extensions` of a handshake.
        checks: What of an answer is looked at, in order.
        throws: For which refusals of the page's own rules the constructor throws a SecurityError.
    """

    order: tuple[bytes, ...] = (b"host", b"connection", b"user-agent", b"*", b"cookie")
    connection: bytes = b"Upgrade"
    extensions: bytes = b"permessage-deflate; client_max_window_bits"
    checks: tuple[HandshakeCheck, ...] = IN_STANDARD_ORDER
    throws: frozenset[Reason] = frozenset()

    def place_on_the_wire(self, header: tuple[bytes, bytes]) -> int:
        """
        Return the place of a header.
        """
        name = header[0].lower()
        return self.order.index(name if name in self.order else b"*")
