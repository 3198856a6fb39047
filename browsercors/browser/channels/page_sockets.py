"""
WebSockets of a page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from browsercors.browser.channels.websocket import AsyncWebSocket, WebSocket, take_refused
from browsercors.browser.loads_page import LoadsPage
from browsercors.initiators.elements.load import load_one
from browsercors.initiators.page_call import PageCall
from browsercors.values.arguments import ArgumentTypeError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Iterable

    from browsercors.initiators.elements.load import Load
    from browsercors.rules.profile import BrowserProfile

__all__ = ["PageSockets"]


class PageSockets(LoadsPage):
    """
    The part of `PageChannels` that opens WebSockets.
    """

    def websocket(self, url: str, protocols: str | Iterable[str] = ()) -> WebSocket:
        """
        Open a WebSocket, as `new WebSocket(url, protocols)` does, and wait for the answer to its handshake.

        Nothing raises if it is not opened: `block` says why. CORS has no say: what the page is, the server has to ask
        of the `Origin` itself.

        Args:
            url: Absolute, or relative to the page; http and https stand for ws and wss.
            protocols: The subprotocols that the page offers, such as "chat" or ["chat-v2", "chat"].

        Raises:
            FetchTypeError: JavaScript throws for the URL or for one of the subprotocols.
            TypeError: *protocols* is neither a str nor an iterable of them.

        https://websockets.spec.whatwg.org/#dom-websocket-websocket
        """
        call = PageCall("websocket", url, "GET", None, None, {"protocols": _names_of(protocols)})
        loading = load_one(self._begin, call)
        # NB: an async page has this method as well, and says so of its result (`AsyncPageLoads`).
        if self._is_async:
            opened = cast("Awaitable[AsyncWebSocket]", self._load(loading, AsyncWebSocket))
            return cast("WebSocket", _settled(opened))
        return self._load(loading, _opened)


def _opened(load: Load, profiles: tuple[BrowserProfile, ...]) -> WebSocket:
    socket = WebSocket(load, profiles)
    refused = take_refused(socket)
    if refused is not None:
        refused.abort()
    return socket


async def _settled(opening: Awaitable[AsyncWebSocket]) -> AsyncWebSocket:
    socket = await opening
    refused = take_refused(socket)
    if refused is not None:
        await refused.abort_async()
    return socket


def _names_of(protocols: str | Iterable[str]) -> tuple[str, ...]:
    """
    Return the subprotocols one by one.

    Raises:
        ArgumentTypeError: They are no str, and no iterable of them.
    """
    if isinstance(protocols, str):
        return (protocols,)
    right = "a str such as 'chat', or a list of them"
    try:
        names = tuple(protocols)
    except TypeError:
        raise ArgumentTypeError(f"protocols has to be {right}, not {protocols!r:.80}") from None
    for name in names:
        if not isinstance(name, str):
            raise ArgumentTypeError(f"protocols has to be {right}, not {protocols!r:.80}")
    return names
