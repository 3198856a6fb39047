"""
`EventSource` as a page sees it: its connections, their events, and the waiting between them.

https://html.spec.whatwg.org/#the-eventsource-interface
"""

# ruff: noqa: SLF001  # a source and its connections are of one package, and only the connections are shown to users

from __future__ import annotations

from collections import deque
from time import monotonic
from typing import TYPE_CHECKING, ClassVar, NamedTuple, TypeAlias

from browsercors.browser.channels.connection import EventSourceConnection
from browsercors.fetch.effects import Reply, drive, drive_async
from browsercors.initiators.elements.load import Load, load
from browsercors.servers.open_streams import StreamEnd, no_more
from browsercors.servers.time_limits import checked_seconds

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator
    from types import TracebackType
    from typing import Self, Unpack

    from browsercors.browser.clock import Clock
    from browsercors.browser.loads import ReportOptions
    from browsercors.explain.report import Report
    from browsercors.fetch.timeline import Exchange, RememberedPreflight
    from browsercors.initiators.page_call import PageCall, PageFetchParams
    from browsercors.servers.open_streams import OpenStream
    from browsercors.values.findings import Block, Finding
    from browsercors.values.formats.event_stream import MessageEvent
    from browsercors.values.wire import HTTPResponse, TransportFailure

    Connect = Callable[[PageCall, EventSourceConnection], EventSourceConnection | Awaitable[EventSourceConnection]]

__all__ = ["AsyncEventSource", "EventSource"]


class _Pull(NamedTuple):
    """
    What waiting for an event asks for: the next part of a stream, for so many seconds.
    """

    stream: OpenStream
    seconds: float | None


class _Close(NamedTuple):
    """
    What it asks for as well: that a stream is closed.
    """

    stream: OpenStream


class _Reconnect(NamedTuple):
    """
    And another connection.
    """


_Listening: TypeAlias = "Generator[_Pull | _Close | _Reconnect, bytes | StreamEnd | None, MessageEvent | None]"
"""Waiting for an event: yields what it needs, and is sent what a stream gave."""


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
        begin: Callable[[PageCall], PageFetchParams],
        connect: Connect,
        reconnections: int,
    ) -> None:
        self._call = self._latest_call = call
        self._clock = clock
        self._begin = begin
        self._connect = connect
        self._reconnections = reconnections
        self._not_given: deque[MessageEvent] = deque()
        self._rules = first._params.user_agent.profile.initiators.channels
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
        All events so far, of all connections, in order; of a stream that the server leaves open, the last thousand.
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

    @property
    def event_count(self) -> int:
        """
        How many events have come, over all connections.
        """
        return sum(connection.event_count for connection in self.connections)

    def __repr__(self) -> str:
        # NB: to the page, a source that waits is one that connects.
        waits = f"waits {self.reconnection_time:g} s to connect again"
        state = (waits, "open", "closed")[self.ready_state]
        count = self.event_count
        return f"<{type(self).__name__} {state}: {self.url}, {count} event{'' if count == 1 else 's'}>"

    def _add(self, connection: EventSourceConnection) -> None:
        self.connections.append(connection)
        self._not_given += connection.events
        if connection.is_final:
            self.ready_state = self.CLOSED
        else:
            self.ready_state = self.OPEN if connection.opened else self.CONNECTING
        self._heed_retry(connection)

    def _heed_retry(self, connection: EventSourceConnection) -> None:
        if connection._has_taken_back_retry:
            self.reconnection_time = self._rules.reconnection_time
        elif connection.retry is not None:
            # PROFILE: Firefox does not connect more often than twice a second.
            self.reconnection_time = max(connection.retry / 1000, self._rules.least_reconnection_time)

    def _leave(self) -> OpenStream | None:
        """
        Close the source; return the stream that has to be closed, if there is one.
        """
        self.ready_state = self.CLOSED
        self._not_given.clear()
        connection = self.connections[-1]
        stream, connection._stream = connection._stream, None
        return stream

    def _next_event(self, timeout: float | None) -> _Listening:
        """
        Wait for the next event, of this connection or of those that may follow it.

        Args:
            timeout: How many seconds to wait; None for as long as the server has for an event.

        Returns:
            None if none comes: in that time, or at all.
        """
        seconds = None if timeout is None else checked_seconds("timeout", timeout, may_be_zero=True)
        until: float | None = None
        while not self._not_given:
            connection = self.connections[-1]
            stream = connection._stream
            if stream is None:
                if not self._may_reconnect():
                    return None
                until = None
                yield _Reconnect()
                continue
            limit = stream.seconds if seconds is None else seconds
            if until is None and limit is not None:
                until = monotonic() + limit
            part = yield _Pull(stream, None if until is None else max(0.0, until - monotonic()))
            excess = None
            if isinstance(part, bytes):
                self._not_given += connection._take(part)
                self._heed_retry(connection)
                excess = connection._excess
                # NB: a server that sends comments alone sends no event.
                if excess is None and (self._not_given or until is None or monotonic() < until):
                    continue
                part = None
            if self.ready_state == self.CLOSED:
                return None
            if part is None and seconds is not None and excess is None:
                return None
            if part is None:
                yield _Close(stream)
                part = excess or no_more()
            self._end_connection(connection, part)
        return self._not_given.popleft()

    def _end_connection(self, connection: EventSourceConnection, end: StreamEnd) -> None:
        if end.instead is not None:
            self.connections[-1] = connection = self._answered(connection, end.instead)
        connection._end(end)
        self.ready_state = self.CLOSED if connection.is_final else self.CONNECTING

    def _answered(
        self, connection: EventSourceConnection, answer: HTTPResponse | TransportFailure
    ) -> EventSourceConnection:
        """
        Return the connection as it is with another answer in the end: what the server has really sent.
        """
        answers = iter([each.http_response or each.transport_failure for each in connection.exchanges[:-1]] + [answer])
        params = self._begin(self._latest_call)

        def perform(_: object) -> Reply:
            again = next(answers)
            assert again is not None, "each exchange has an answer"
            return Reply(again, params.now)

        response = drive(load(params), perform)
        return EventSourceConnection(Load(params, response), connection._profiles)

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
        connection = self.connections[-1]
        last_event_id = connection.last_event_id
        # NB: in HTML it is the same request, and so its current URL; browsers make a new one for it.
        if connection.opened:
            self._call = self._call._replace(url=connection._next_url)
        self._latest_call = self._call._replace(options={**self._call.options, "last_event_id": last_event_id})
        return self._latest_call

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

    Iterating gives the events as they come, and then those of as many further connections as `reconnections` says. It
    ends there, when the source is closed, and when it has failed for good. The source is also a context manager that
    closes it.
    """

    def next(self, *, timeout: float | None = None) -> MessageEvent | None:
        """
        Wait for the next event, and return it.

        Args:
            timeout: How many seconds to wait for it, in real time. By default as long as the server has for a response
                (`mount(..., timeout=)`); without an event in that time, the connection has failed (`timed-out`). An
                application that runs in the caller's own thread, as those of WSGI do, ends when it is interrupted.

        Returns:
            None if none comes: within *timeout*, or at all.

        Raises:
            ValueError: *timeout* is no number of seconds.
        """
        return drive(self._next_event(timeout), self._carry_out)

    def reconnect(self) -> bool:
        """
        Let the connection end, wait for the reconnection time on the browser's clock, and connect again.

        Returns:
            Whether an event stream came. False for a source that is closed, which does not connect again.
        """
        connection = self.connections[-1]
        if connection._stream is not None:
            connection._stream.close()
            connection._end(StreamEnd())
        call = self._next_call()
        if call is None:
            return False
        connected = self._connect(call, connection)
        assert isinstance(connected, EventSourceConnection), "a sync page"
        self._add(connected)
        return connected.opened

    def close(self) -> None:
        """
        Close the source, as the page does: it does not connect again, and the server stops what it sends.
        """
        stream = self._leave()
        if stream is not None:
            stream.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def __iter__(self) -> Iterator[MessageEvent]:
        while (event := self.next()) is not None:
            yield event

    def _carry_out(self, wanted: _Pull | _Close | _Reconnect) -> bytes | StreamEnd | None:
        if isinstance(wanted, _Pull):
            return wanted.stream.pull(wanted.seconds)
        if isinstance(wanted, _Close):
            wanted.stream.close()
        else:
            self.reconnect()
        return None


class AsyncEventSource(_EventSourceBase):
    """
    An `EventSource` of a page; made by `AsyncPage.event_source`. What `EventSource` does, it does with `async for`.
    """

    async def next(self, *, timeout: float | None = None) -> MessageEvent | None:
        """
        Wait for the next event, and return it; see `EventSource.next`. Cancelling it loses no event.
        """
        return await drive_async(self._next_event(timeout), self._carry_out)

    async def reconnect(self) -> bool:
        """
        Let the connection end, wait for the reconnection time on the browser's clock, and connect again.

        Returns:
            Whether an event stream came. False for a source that is closed, which does not connect again.
        """
        connection = self.connections[-1]
        if connection._stream is not None:
            await connection._stream.aclose()
            connection._end(StreamEnd())
        call = self._next_call()
        if call is None:
            return False
        connected = self._connect(call, connection)
        assert not isinstance(connected, EventSourceConnection), "an async page"
        self._add(await connected)
        return self.connections[-1].opened

    async def close(self) -> None:
        """
        Close the source, as the page does: it does not connect again, and the server stops what it sends.
        """
        stream = self._leave()
        if stream is not None:
            await stream.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.close()

    async def __aiter__(self) -> AsyncIterator[MessageEvent]:
        while (event := await self.next()) is not None:
            yield event

    async def _carry_out(self, wanted: _Pull | _Close | _Reconnect) -> bytes | StreamEnd | None:
        if isinstance(wanted, _Pull):
            return await wanted.stream.pull_async(wanted.seconds)
        if isinstance(wanted, _Close):
            await wanted.stream.aclose()
        else:
            await self.reconnect()
        return None
