"""
`EventSource` as a page sees it: its connections, their events, and the waiting between them.

https://html.spec.whatwg.org/#the-eventsource-interface
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, ClassVar

from browsercors.browser.loads import LoadResult
from browsercors.values.formats.event_stream import read_event_stream
from browsercors.values.responses import FilteredResponse

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
    from typing import Unpack

    from browsercors.browser.clock import Clock
    from browsercors.browser.loads import ReportOptions
    from browsercors.explain.report import Report
    from browsercors.fetch.timeline import Exchange, RememberedPreflight
    from browsercors.initiators.elements.load import Load
    from browsercors.initiators.page_call import PageCall
    from browsercors.rules.profile import BrowserProfile
    from browsercors.values.findings import Block, Finding
    from browsercors.values.formats.event_stream import MessageEvent

__all__ = ["AsyncEventSource", "EventSource", "EventSourceConnection"]


class EventSourceConnection(LoadResult):
    """
    One connection of an `EventSource`, from its request to the end of its response.

    Attributes:
        loaded: Whether an event stream came, and ended as it should.
        readable: The same.
        opened: Whether the source fired `open`.
        events: The events that came, in order.
        last_event_id: What the next connection says in `Last-Event-ID`; empty for nothing.
        retry: The reconnection time that the stream stated, in milliseconds; None if it stated none.
    """

    def __init__(self, load: Load, profiles: tuple[BrowserProfile, ...]) -> None:
        super().__init__(load, profiles)
        assert load.params.page_call is not None, "a page asks"
        before = str(load.params.page_call.options.get("last_event_id", ""))
        self.opened: bool = isinstance(load.response, FilteredResponse)
        body = (load.response.body if self.opened else None) or b""
        origin = load.params.request.current_url.origin.serialized
        read = read_event_stream(body, last_event_id=before, origin=origin)
        self.events: tuple[MessageEvent, ...] = read.events
        self.last_event_id: str = read.last_event_id
        self.retry: int | None = read.retry

    @property
    def is_final(self) -> bool:
        """
        Whether the source does not connect again: status, type, CORS or a policy of the page have decided.
        """
        # PROFILE: Chromium and WebKit try forbidden ports again and again.
        rules = self._params.user_agent.profile.initiators.channels
        return self.block is not None and self.block.reason not in rules.reconnects_after

    def _shown(self) -> str:
        return f"{len(self.events)} event{'' if len(self.events) == 1 else 's'} from"


class _EventSourceBase:
    """
    What sync and async sources have in common: everything except waiting for servers.

    `block`, `findings`, `timeline`, `exchanges`, `explain()` and `report()` are those of the latest connection.

    Attributes:
        CONNECTING: A `ready_state`: not connected, and going to connect.
        OPEN: A `ready_state`: connected.
        CLOSED: A `ready_state`: not connected any more, for good.
        connections: All connections so far, in order; the first is made at once.
        reconnection_time: How many seconds it waits before it connects again.
    """

    CONNECTING: ClassVar[int] = 0
    OPEN: ClassVar[int] = 1
    CLOSED: ClassVar[int] = 2

    def __init__(
        self,
        first: EventSourceConnection,
        call: PageCall,
        clock: Clock,
        connect: Callable[[PageCall], EventSourceConnection | Awaitable[EventSourceConnection]],
        reconnections: int,
    ) -> None:
        self._call = call
        self._clock = clock
        self._connect = connect
        self._reconnections = reconnections
        self._not_given: deque[MessageEvent] = deque()
        self._rules = first._params.user_agent.profile.initiators.channels  # noqa: SLF001 - of the same package
        self.reconnection_time: float = self._rules.reconnection_time
        self.connections: list[EventSourceConnection] = []
        self.ready_state: int = self.CONNECTING
        self._add(first)

    @property
    def url(self) -> str:
        """
        The URL of the source.
        """
        return self.connections[0].url

    @property
    def with_credentials(self) -> bool:
        """
        Whether it asks with credentials.
        """
        return bool(self._call.options.get("with_credentials"))

    @property
    def events(self) -> list[MessageEvent]:
        """
        All events so far, of all connections, in order.
        """
        return [event for connection in self.connections for event in connection.events]

    @property
    def exception(self) -> str:
        """
        What the constructor throws in this browser, "SecurityError"; empty if it throws nothing.
        """
        # PROFILE: WebKit throws where the page's own policy forbids to connect.
        first = self.connections[0]
        is_thrown = first.block is not None and first.block.reason in self._rules.event_source_throws
        return "SecurityError" if is_thrown and not first.exchanges else ""

    @property
    def block(self) -> Block | None:
        """
        None, or the one rule that stood in the way of the latest connection.
        """
        return self.connections[-1].block

    @property
    def findings(self) -> list[Finding]:
        """
        Every rule that was applied to the latest connection, in order.
        """
        return self.connections[-1].findings

    @property
    def timeline(self) -> list[Exchange | RememberedPreflight]:
        """
        The exchanges of the latest connection, and the responses of the browser's caches, in order.
        """
        return self.connections[-1].timeline

    @property
    def exchanges(self) -> list[Exchange]:
        """
        Every exchange of the latest connection on the wire, in order.
        """
        return self.connections[-1].exchanges

    def report(self, **options: Unpack[ReportOptions]) -> Report:
        """
        Return the report on the latest connection, as other results do.
        """
        return self.connections[-1].report(**options)

    def explain(self) -> str:
        """
        Explain what became of the latest connection, why, and what to change.
        """
        return self.connections[-1].explain()

    def close(self) -> None:
        """
        Close the source, as the page does: it does not connect again.
        """
        self.ready_state = self.CLOSED
        self._not_given.clear()

    def __repr__(self) -> str:
        state = ("connecting", "open", "closed")[self.ready_state]
        return f"<{type(self).__name__} {state} {self.url}, {len(self.events)} events>"

    def _add(self, connection: EventSourceConnection) -> None:
        self.connections.append(connection)
        self._not_given += connection.events
        if connection.is_final:
            self.ready_state = self.CLOSED
        else:
            self.ready_state = self.OPEN if connection.opened else self.CONNECTING
        if connection.retry is not None:
            # PROFILE: Firefox does not connect more often than twice a second.
            self.reconnection_time = max(connection.retry / 1000, self._rules.least_reconnection_time)

    def _next_call(self) -> PageCall | None:
        """
        Wait until the next connection is due, and return its call; None if the source is closed.

        https://html.spec.whatwg.org/#reestablish-the-connection
        """
        # 1. Say that the connection is lost.
        if self.ready_state == self.CLOSED:
            return None
        self.ready_state = self.CONNECTING
        # 2. Wait.
        # 3. NB: browsers may wait longer; here nobody does.
        self._clock.advance(self.reconnection_time)
        # 5. Ask again, and say what came last.
        last_event_id = self.connections[-1].last_event_id
        return self._call._replace(options={**self._call.options, "last_event_id": last_event_id})

    def _may_reconnect(self) -> bool:
        """
        Whether iterating goes on with another connection; if not, the connection is lost nevertheless.
        """
        if self.ready_state != self.CLOSED:
            self.ready_state = self.CONNECTING
        return self.ready_state != self.CLOSED and len(self.connections) <= self._reconnections


class EventSource(_EventSourceBase):
    """
    An `EventSource` of a page; made by `Page.event_source`.

    Iterating gives the events of the connection, and then of as many further connections as `reconnections` says. It
    ends there, when the source is closed, and when it has failed for good.
    """

    def reconnect(self) -> bool:
        """
        Let the connection end, wait for the reconnection time on the browser's clock, and connect again.

        Returns:
            Whether an event stream came. False for a source that is closed, which does not connect again.
        """
        call = self._next_call()
        if call is None:
            return False
        connection = self._connect(call)
        assert isinstance(connection, EventSourceConnection), "a sync page"
        self._add(connection)
        return connection.opened

    def __iter__(self) -> Iterator[MessageEvent]:
        while self._not_given or self._may_reconnect():
            if self._not_given:
                yield self._not_given.popleft()
            else:
                self.reconnect()


class AsyncEventSource(_EventSourceBase):
    """
    An `EventSource` of a page; made by `AsyncPage.event_source`. What `EventSource` does, it does with `async for`.
    """

    async def reconnect(self) -> bool:
        """
        Let the connection end, wait for the reconnection time on the browser's clock, and connect again.

        Returns:
            Whether an event stream came. False for a source that is closed, which does not connect again.
        """
        call = self._next_call()
        if call is None:
            return False
        connection = self._connect(call)
        assert not isinstance(connection, EventSourceConnection), "an async page"
        self._add(await connection)
        return self.connections[-1].opened

    async def __aiter__(self) -> AsyncIterator[MessageEvent]:
        while self._not_given or self._may_reconnect():
            if self._not_given:
                yield self._not_given.popleft()
            else:
                await self.reconnect()
