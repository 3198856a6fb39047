"""
The command that asks a server again what a page's request asked it, to find out which of its layers answers.
"""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Final

from browsercors.explain.causes.hosts import platform_of
from browsercors.explain.words.sanitise import printable
from browsercors.values.findings import Reason

if TYPE_CHECKING:
    from browsercors.explain.fixes.proof import FetchFailure

__all__ = ["curl_of", "where_to_look"]

ASKED_BY: Final = ("Origin", "Access-Control-Request-Method", "Access-Control-Request-Headers")
LONGEST: Final = 2000
"""How long a command is that somebody copies."""

REFUSED: Final = frozenset({Reason.ALLOW_ORIGIN_MISSING, Reason.PREFLIGHT_STATUS_NOT_OK, Reason.PREFLIGHT_REDIRECTED})
"""What the layer that has to change may have had no part in; all else a header says that some layer did send."""


def curl_of(failure: FetchFailure) -> str:
    """
    Return the command; empty where no server's response decided, or where nobody should copy it.
    """
    exchange = failure.exchange
    if exchange is None or exchange.http_response is None or failure.reason not in REFUSED:
        return ""
    # NB: what a redirect turned into null, no server should allow, so there is no layer to look for.
    if exchange.request_headers.get("Origin") == "null":
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


def where_to_look(failure: FetchFailure) -> str:
    """
    Return what the host that was asked tells where no response shows who answered: whose platform it is.
    """
    exchange = failure.exchange
    if exchange is None or exchange.http_response is None or failure.reason not in REFUSED:
        return ""
    url = exchange.http_request.url
    product = platform_of(url.host, url.path, url.port)
    if not product:
        return ""
    return f"the host is on {product}: browsercors reason {shlex.quote(product)} lists what its responses show."
