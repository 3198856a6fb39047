"""
One connection of an `EventSource`: its answer, and the events that come over it.
"""
# ruff: noqa: SLF001  # it looks at the connection before it

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final

from browsercors.browser.loads import LoadResult
from browsercors.fetch.network_fetch import HTTP_NETWORK_FETCH
from browsercors.fetch.timeline import ExchangeKind
from browsercors.servers.open_streams import StreamEnd
from browsercors.servers.server import DEFAULT_MAX_BODY_BYTES
from browsercors.values.findings import Reason
from browsercors.values.formats.event_stream import TAKEN_BACK, EventStreamReader
from browsercors.values.responses import FilteredResponse
from browsercors.values.wire import FailureKind

if TYPE_CHECKING:
    from collections.abc import MutableSequence

    from browsercors.initiators.elements.load import Load
    from browsercors.rules.profile import BrowserProfile
    from browsercors.servers.open_streams import OpenStream
    from browsercors.values.formats.event_stream import MessageEvent

__all__ = ["EventSourceConnection"]

KEPT_EVENTS: Final = 1000
"""How many events of a stream without end are kept to be looked at."""

KEPT_BYTES: Final = 64 * 1024
"""How many bytes of it the exchange shows."""

OURS: Final = {FailureKind.TIMED_OUT: Reason.TIMED_OUT, FailureKind.TOO_LARGE: Reason.TOO_LARGE}


class EventSourceConnection(LoadResult):
    """
    One connection of an `EventSource`, from its request to the end of its response.

    Attributes:
        loaded: Whether an event stream came, and has not broken off.
        readable: The same.
        opened: Whether the source fired `open`.
        event_count: How many events have come.
    """

    def __init__(
        self,
        load: Load,
        profiles: tuple[BrowserProfile, ...],
        stream: OpenStream | None = None,
        before: EventSourceConnection | None = None,
    ) -> None:
        super().__init__(load, profiles)
        assert load.params.page_call is not None, "a page asks"
        rules = load.params.user_agent.profile.initiators.channels
        # PROFILE: WebKit goes on with the line at which a connection broke.
        has_rest = before is not None and before._has_broken and rules.goes_on_after_break
        self.opened: bool = isinstance(load.response, FilteredResponse)
        self.event_count: int = 0
        self._stream: OpenStream | None = stream
        self._reader: EventStreamReader = EventStreamReader(
            last_event_id=str(load.params.page_call.options.get("last_event_id", "")),
            origin=load.params.request.current_url.origin.serialized,
            # PROFILE: browsers read other times, ids without data, and NUL.
            retry_of=rules.retry_of,
            lone_id=rules.lone_id,
            drops_nul=rules.drops_nul,
            before=None if before is None or not has_rest else before._reader,
        )
        self._events: MutableSequence[MessageEvent] = [] if stream is None else deque(maxlen=KEPT_EVENTS)
        if self.opened and load.response.body:
            self._read(load.response.body)

    @property
    def events(self) -> tuple[MessageEvent, ...]:
        """
        The events that came, in order; of a stream that the server leaves open, the last thousand.
        """
        return tuple(self._events)

    @property
    def last_event_id(self) -> str:
        """
        What the next connection says in `Last-Event-ID`; empty for nothing.
        """
        return self._reader.last_event_id

    @property
    def retry(self) -> int | None:
        """
        The reconnection time that the stream stated, in milliseconds; None if it stated none.
        """
        return None if self._reader.retry == TAKEN_BACK else self._reader.retry

    @property
    def _has_taken_back_retry(self) -> bool:
        """
        Whether the stream has the browser wait as long as it does by itself again.
        """
        return self._reader.retry == TAKEN_BACK

    @property
    def _has_broken(self) -> bool:
        """
        Whether an event stream came and broke off.
        """
        return self.opened and self._response.body_failure is not None

    @property
    def _next_url(self) -> str:
        """
        Where the source connects next: its URL, or where that was redirected.
        """
        # PROFILE: WebKit begins with the URL of the source again, and Firefox follows what is permanent.
        moving = self._params.user_agent.profile.initiators.channels.moving_statuses
        urls = self._params.request.url_list
        url = urls[0].href
        redirects = [each for each in self.exchanges if each.kind is ExchangeKind.REDIRECT]
        for number, exchange in enumerate(redirects, 1):
            if exchange.status in moving and number < len(urls):
                url = urls[number].href
        return url

    @property
    def is_final(self) -> bool:
        """
        Whether the source does not connect again: status, type, CORS or a policy of the page have decided.
        """
        # PROFILE: Chromium and WebKit try forbidden ports again and again.
        rules = self._params.user_agent.profile.initiators.channels
        block = self.block
        if block is None:
            return False
        # PROFILE: Firefox knows which failures of a connection may pass.
        return block.reason not in rules.reconnects_after or block.finding.evidence.get("fault") in rules.final_faults

    def _take(self, part: bytes) -> list[MessageEvent]:
        """
        Read the next part of the stream, and return the events that it completes.
        """
        response = self.exchanges[-1].http_response
        if response is not None and len(response.body) < KEPT_BYTES:
            response.body += part[: KEPT_BYTES - len(response.body)]
        return self._read(part)

    def _end(self, end: StreamEnd) -> None:
        """
        Let the response end; if it broke off, that is a failure as of every body.
        """
        self._stream = None
        if end.failure is None:
            return
        exchange = self.exchanges[-1].http_response
        if exchange is not None:
            exchange.body_failure, exchange.traceback, exchange.body_fault = end.failure, end.traceback, end.fault
        self._response.body_failure = end.failure
        self.loaded = self.readable = False
        evidence = {} if end.fault is None else {"fault": end.fault}
        reason = Reason.BODY_INTERRUPTED if end.kind is None else OURS[end.kind]
        self._params.findings.append(HTTP_NETWORK_FETCH.failed("18.2.2", reason, detail=end.failure, **evidence))
        # NB: it may have been looked at before.
        vars(self).pop("block", None)

    @property
    def _excess(self) -> StreamEnd | None:
        """
        How a stream ends that sends without end and never completes an event; None if it does not.
        """
        if self._reader.pending <= DEFAULT_MAX_BODY_BYTES:
            return None
        return StreamEnd(f"an event of more than {DEFAULT_MAX_BODY_BYTES} bytes", kind=FailureKind.TOO_LARGE)

    def _read(self, data: bytes) -> list[MessageEvent]:
        events = self._reader.feed(data)
        self._events += events
        self.event_count += len(events)
        return events

    def _shown(self) -> str:
        return f"{self.event_count} event{'' if self.event_count == 1 else 's'} from"
