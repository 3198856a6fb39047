"""
The stage of an audit in which foreign pages open WebSockets: cross-site WebSocket hijacking.

No CORS check stands before a WebSocket, and cookies go along. So a server that does not look at `Origin` itself is
open to every site.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.audits.prober import Probe, last_answer
from browsercors.browser.channels.websocket import WebSocket
from browsercors.policy.routes.socket_routes import MAYBE_A_SOCKET

if TYPE_CHECKING:
    from collections.abc import Iterator

    from browsercors.audits.run import Run
    from browsercors.audits.scope import Scope

__all__ = ["HIJACKING", "SOCKETS_NOTE", "planned_sockets", "sockets"]

HIJACKING: Final = "websocket-hijacking"
SOCKETS_NOTE: Final = "where the application has WebSockets, and where a path that was named answers like one"


def sockets(run: Run) -> None:
    """
    Let two pages that no server can know open each WebSocket.
    """
    if run.scope.everybody_is_meant:
        return
    for path in dict.fromkeys((*run.scope.sockets, *_suspected(run))):
        first, second = (Probe(origin, path, mode="no-cors", initiator="websocket") for origin in run.scope.strangers)
        result, other = run.prober.load(first), run.prober.load(second)
        assert isinstance(result, WebSocket), "the probe opens one"
        if result.opened and other.loaded and run.prober.load(first, again=True).loaded:
            credentials = run.goes_with_credentials(result)
            notes = () if credentials else (WITHOUT_COOKIES,)
            run.hit(HIJACKING, first.origin, path, result, other, credentials=credentials, notes=notes)


WITHOUT_COOKIES: Final = "The browser does not send the cookies that were given along: their SameSite keeps them back."


def _suspected(run: Run) -> Iterator[str]:
    """
    Yield the paths where a GET is answered as where only a WebSocket is.
    """
    # NB: where the application's WebSockets are known, there are no others.
    for path, reading in run.first.items() if not run.scope.knows_sockets else ():
        answer = last_answer(reading.proof)
        if answer is not None and answer.status in MAYBE_A_SOCKET:
            yield path


def planned_sockets(scope: Scope) -> Iterator[Probe]:
    """
    Yield the handshakes where the application is known to have WebSockets.
    """
    for path in () if scope.everybody_is_meant else scope.sockets:
        for origin in scope.strangers:
            yield Probe(origin, path, mode="no-cors", initiator="websocket")
