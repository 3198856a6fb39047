"""
How browsers differ in the handshakes of WebSockets, and in what they take for an answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import attrs

from browsercors.values.records import Rules
from browsercors.values.requests import RedirectMode
from browsercors.values.sockets import FrameReading, Violation

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from browsercors.values.findings import Reason
    from browsercors.values.headers import HeaderList

__all__ = [
    "FLAGS",
    "WINDOW_BITS",
    "HandshakeCheck",
    "WebSocketRules",
    "are_parameters",
    "close_for",
    "has_token",
    "is_one_value",
    "is_upgrade",
    "items_of",
    "takes_code",
    "takes_extensions",
]

HandshakeCheck: TypeAlias = Literal["upgrade", "connection", "accept", "protocol", "extensions"]
"""What an answer to a handshake has to say."""

IN_STANDARD_ORDER: Final[tuple[HandshakeCheck, ...]] = ("upgrade", "connection", "accept", "extensions", "protocol")


def items_of(headers: HeaderList, name: bytes) -> list[bytes]:
    """
    Return the items of all lines of a header.
    """
    return [item.strip(b" \t") for line in headers.get_all(name) for item in line.split(b",")]


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


def is_upgrade(headers: HeaderList) -> bool:
    """
    Want the protocol and nothing else.
    """
    return is_one_value(headers, b"upgrade", b"websocket")


FLAGS: Final = frozenset({"client_no_context_takeover", "server_no_context_takeover"})
"""The parameters of permessage-deflate that have no value."""

WINDOW_BITS: Final = frozenset({"client_max_window_bits", "server_max_window_bits"})
"""Those whose value is a number of bits, 8 to 15, without a leading zero."""

BITS: Final = frozenset(str(bits) for bits in range(8, 16))


def takes_extensions(value: str) -> bool:
    """
    Whether a server may choose these extensions: permessage-deflate, with what may be said of it, or nothing.

    https://www.rfc-editor.org/rfc/rfc7692#section-7.1
    """
    extensions = [part.strip(" \t") for part in value.split(",")]
    if len(extensions) != 1:
        return False
    name, *parameters = [part.strip(" \t") for part in extensions[0].split(";")]
    return name == "permessage-deflate" and are_parameters(parameters)


def are_parameters(parameters: Sequence[str]) -> bool:
    """
    Whether permessage-deflate may have these parameters.
    """
    seen = set()
    for parameter in parameters:
        name, has_value, value = parameter.partition("=")
        value = value.strip('"')
        if name in seen or not (value in BITS if name in WINDOW_BITS else name in FLAGS and not has_value):
            return False
        seen.add(name)
    return True


CODES: Final = frozenset({1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014})
"""The codes that are registered for frames (https://www.iana.org/assignments/websocket)."""

CODE_OF: Final = {
    Violation.TEXT: 1007,
    Violation.CLOSE_REASON: 1007,
    Violation.DEFLATE: 1007,
    Violation.TOO_LARGE: 1009,
}
"""With which code a violation is answered that is not just a protocol error."""


def takes_code(code: int) -> bool:
    """
    Take the codes that are registered, and those for libraries and applications.

    https://www.rfc-editor.org/rfc/rfc6455#section-7.4
    """
    return code in CODES or 3000 <= code <= 4999


def close_for(violation: Violation) -> tuple[int, str] | None:
    """
    Close with the code for what went wrong (https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1).
    """
    return CODE_OF.get(violation, 1002), ""


STANDARD_FRAMES: Final = FrameReading(takes_code, close_for)

INTERIM: Final = frozenset(range(100, 200)) - {101}


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
        takes_extensions: Whether a server may choose such extensions.
        throws: For which refusals of the page's own rules the constructor throws a SecurityError.
        without_close: For which refusals the page hears `error`, and never `close`.
        interim: The statuses after which another answer is awaited.
        frames: How frames are taken.
        is_upgrade: Whether the `Upgrade` of an answer says that it is one.
        shown_extensions: What the page sees of the extensions that the server chose.
        destination: The `Sec-Fetch-Dest` of a handshake.
        redirect_mode: What becomes of a handshake that is answered with a redirect.
        reads_last_line: Whether the last line counts of a header that has several.
        protocols_have_no_case: Whether upper case does not matter in the subprotocol that the server chooses.
        ignores_unasked_protocol: Whether a subprotocol that the page did not ask for counts as none, if it asked for
            none.
        needs_chosen_protocol: Whether a server has to choose one of the subprotocols that the page offers.
        takes_empty_url: Whether an empty URL is that of the page.
        heeds_hsts: Whether a host that wants TLS gets it.
        needs_leave_for_local_network: Whether Local Network Access is about WebSockets as well.
        takes_repeated_headers: Whether a header of the answer may have several lines or items.
    """

    order: tuple[bytes, ...] = (b"host", b"connection", b"user-agent", b"*", b"cookie")
    connection: bytes = b"Upgrade"
    extensions: bytes = b"permessage-deflate; client_max_window_bits"
    checks: tuple[HandshakeCheck, ...] = IN_STANDARD_ORDER
    takes_extensions: Callable[[str], bool] = takes_extensions
    throws: frozenset[Reason] = frozenset()
    without_close: frozenset[Reason] = frozenset()
    interim: frozenset[int] = INTERIM
    frames: FrameReading = STANDARD_FRAMES
    takes_repeated_headers: bool = True
    is_upgrade: Callable[[HeaderList], bool] = is_upgrade
    shown_extensions: Callable[[str], str] = str.strip
    destination: bytes = b"empty"
    redirect_mode: RedirectMode = RedirectMode.ERROR
    reads_last_line: bool = False
    protocols_have_no_case: bool = False
    ignores_unasked_protocol: bool = False
    needs_chosen_protocol: bool = True
    takes_empty_url: bool = True

    heeds_hsts: bool = True
    needs_leave_for_local_network: bool = True

    def place_on_the_wire(self, header: tuple[bytes, bytes]) -> int:
        """
        Return the place of a header.
        """
        name = header[0].lower()
        return self.order.index(name if name in self.order else b"*")

    def value_of(self, headers: HeaderList, name: bytes) -> bytes | None:
        """
        Return what a header of an answer says; None if there is none.
        """
        if self.reads_last_line:
            lines = headers.get_all(name)
            return lines[-1] if lines else None
        return headers.get(name)

    def is_offered(self, chosen: bytes, names: Collection[bytes]) -> bool:
        """
        Whether the subprotocol that a server chose is among those that the page offers.
        """
        chosen = chosen.strip(b" \t")
        return chosen in names or (self.protocols_have_no_case and chosen.lower() in [name.lower() for name in names])
