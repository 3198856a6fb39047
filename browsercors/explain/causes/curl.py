"""
The command that asks a server again what a page's request asked it, to find out which of its layers answers.
"""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Final

from browsercors.explain.fixes.server_changes import ORIGIN_REASONS
from browsercors.explain.words.sanitise import printable
from browsercors.values.findings import Reason

if TYPE_CHECKING:
    from browsercors.explain.fixes.proof import Failure

__all__ = ["curl_of"]

ASKED_BY: Final = ("Origin", "Access-Control-Request-Method", "Access-Control-Request-Headers")
LONGEST: Final = 2000
"""How long a command is that somebody copies."""

OF_THE_SERVER: Final = ORIGIN_REASONS | {
    Reason.ALLOW_CREDENTIALS_NOT_TRUE,
    Reason.PREFLIGHT_REDIRECTED,
    Reason.PREFLIGHT_STATUS_NOT_OK,
    Reason.METHOD_NOT_ALLOWED,
    Reason.HEADER_NOT_ALLOWED,
}


def curl_of(failure: Failure) -> str:
    """
    Return the command; empty where no server's response decided, or where nobody should copy it.
    """
    exchange = failure.exchange
    if exchange is None or exchange.http_response is None or failure.reason not in OF_THE_SERVER:
        return ""
    # NB: a command that somebody copies in order to look changes nothing on the server.
    if exchange.method not in {"GET", "OPTIONS"}:
        return ""
    words = ["curl", "-i"]
    if exchange.is_preflight:
        words += ["-X", "OPTIONS"]
    for name in ASKED_BY:
        value = exchange.request_headers.get(name)
        words += [] if value is None else ["-H", f"{name}: {value}"]
    command = shlex.join([*words, exchange.url])
    return command if len(command) <= LONGEST and command == printable(command) else ""
