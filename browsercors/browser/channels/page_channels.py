"""
What a page keeps open or hands on, by methods of the page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from browsercors.browser.channels.beacon import BeaconResult, PingResult
from browsercors.browser.channels.connection import EventSourceConnection
from browsercors.browser.channels.event_source import AsyncEventSource, EventSource
from browsercors.browser.channels.page_sockets import PageSockets
from browsercors.browser.workers.page_workers import PageWorkers
from browsercors.initiators.elements.load import load_one
from browsercors.initiators.page_call import PageCall
from browsercors.values.arguments import ArgumentTypeError, ArgumentValueError

if TYPE_CHECKING:
    from browsercors.initiators.bodies.extract import BodyInit
    from browsercors.initiators.elements.load import Load
    from browsercors.rules.profile import BrowserProfile
    from browsercors.servers.open_streams import OpenStream

__all__ = ["PageChannels"]


class PageChannels(PageWorkers, PageSockets):
    """
    The part of `PageLoads` that is not about elements and style sheets.
    """

    def event_source(self, url: str, *, with_credentials: bool = False, reconnections: int = 0) -> EventSource:
        """
        Listen to the events of a server, as `new EventSource(url)` does. The first connection is made at once.

        Nothing raises if it fails: `block` says why, and `ready_state` whether the browser would try again.

        Args:
            url: Absolute, or relative to the page.
            with_credentials: Whether cookies are sent to another origin.
            reconnections: How often iterating over the source connects again at most, when a response has ended or the
                connection broke. `reconnect()` does so at any time.

        Raises:
            FetchTypeError: The URL is no str, or cannot be parsed.
            TypeError: An argument has the wrong type.
            ValueError: *reconnections* is negative.

        https://html.spec.whatwg.org/#dom-eventsource
        """
        if not isinstance(with_credentials, bool):
            raise ArgumentTypeError(f"with_credentials has to be True or False, not {with_credentials!r:.80}")
        if not isinstance(reconnections, int):
            raise ArgumentTypeError(f"reconnections has to be an int such as 2, not {reconnections!r:.80}")
        if reconnections < 0:
            raise ArgumentValueError(f"reconnections has to be at least 0, not {reconnections}")
        options = {"with_credentials": True} if with_credentials else {}
        call = PageCall("event-source", url, "GET", None, None, options)

        def connect(again: PageCall, before: EventSourceConnection) -> EventSourceConnection:
            return self._listen(
                load_one(self._begin, again),
                lambda load, profiles, stream: EventSourceConnection(load, profiles, stream, before),
            )

        def source(load: Load, profiles: tuple[BrowserProfile, ...], stream: OpenStream | None) -> EventSource:
            first = EventSourceConnection(load, profiles, stream)
            # NB: an async page has this method as well, and says so of its result (`AsyncPageLoads`).
            make = cast("type[EventSource]", AsyncEventSource) if self._is_async else EventSource
            return make(first, call, self._clock, self._begin, connect, reconnections)

        return self._listen(load_one(self._begin, call), source)

    def beacon(self, url: str, data: BodyInit | None = None) -> BeaconResult:
        """
        Send something of which the page does not want to hear again, as `navigator.sendBeacon()` does.

        It is a POST with cookies. Data of a type that no HTML form has, such as a `Blob` of "application/json", need a
        preflight that allows credentials.

        Args:
            url: Absolute, or relative to the page.
            data: str, bytes, `Blob`, `FormData` or `URLSearchParams`; None for nothing.

        Raises:
            FetchTypeError: What `sendBeacon()` would throw for these arguments: the URL cannot be parsed or is neither
                http nor https, or *data* cannot be sent.

        https://w3c.github.io/beacon/#sendbeacon-method
        """
        return self._load(load_one(self._begin, PageCall("beacon", url, "POST", None, data, {})), BeaconResult)

    def ping(self, url: str, *, to: str = "") -> PingResult:
        """
        Send what a link with a `ping` attribute sends when somebody follows it: `<a href="..." ping="...">`.

        It is a POST with cookies and without CORS; its headers `Ping-From` and `Ping-To` say what was followed. Firefox
        sends none, unless its user has it do so.

        Args:
            url: One URL of the attribute, absolute or relative to the page.
            to: Where the link leads; by default to another place in the page. Nothing is loaded from there.

        Raises:
            FetchTypeError: A URL is no str, or *to* cannot be parsed.

        https://html.spec.whatwg.org/#hyperlink-auditing
        """
        return self._load(
            load_one(self._begin, PageCall("ping", url, "POST", None, None, {"to": to} if to else {})), PingResult
        )
