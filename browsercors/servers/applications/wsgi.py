"""
WSGI applications in process (PEP 3333): the environ, `start_response`, the iterable and its `close`.

Where servers differ, this does what gunicorn does. Most test suites spend their time here. So what is the same for many
requests is kept in tables of bounded size: a template of the environ, and translated names and header lines.

https://peps.python.org/pep-3333/
"""

from __future__ import annotations

import io
import re
import sys
import threading
from typing import TYPE_CHECKING, Any, ClassVar, Final, TypeVar

from browsercors.servers.server import (
    DEFAULT_MAX_BODY_BYTES,
    MAX_BODY_PARTS,
    ProtocolViolation,
    format_fault,
    internal_server_error,
    keep_headers,
    response_header,
    timed_out,
    to_answer,
    too_large,
)
from browsercors.servers.time_limits import (
    DEFAULT_SECONDS,
    Hangs,
    Limit,
    checked_seconds,
    is_main_thread,
    within_limit,
)
from browsercors.values.headers import HeaderList

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import TracebackType

    from browsercors.servers.applications.worker_thread import WorkerThread
    from browsercors.servers.open_streams import OpenStream, StreamKind
    from browsercors.values.urls import URL
    from browsercors.values.wire import HTTPRequest, HTTPResponse, TransportFailure

    WSGIApplication = Callable[[dict[str, Any], Any], Iterable[bytes]]
    ExcInfo = tuple[type[BaseException], BaseException, TracebackType]

__all__ = ["BodyLimitExceeded", "Exchange", "WSGIServer"]

K = TypeVar("K")
V = TypeVar("V")

STATUS_LINE = re.compile(r"([1-9][0-9]{2})(?: ([^\0-\x08\x0a-\x1f\x7f]*))?\Z")

# NB: they say how one hop frames its messages, which is the server's business; gunicorn drops them without a word.
HOP_BY_HOP: Final = frozenset(
    {
        b"connection",
        b"keep-alive",
        b"proxy-authenticate",
        b"proxy-authorization",
        b"te",
        b"trailer",
        b"trailers",
        b"transfer-encoding",
        b"upgrade",
    }
)

CACHE_ENTRIES: Final = 1024
CACHED_CHARACTERS: Final = 256

# NB: pure functions of their keys, so that sharing them between all servers and threads changes no result.
_statuses: dict[str, tuple[int, bytes]] = {}
_header_lines: dict[tuple[str, str], tuple[bytes, bytes] | None] = {}
_header_lists: dict[tuple[tuple[str, str], ...], HeaderList] = {}


_making_workers: Final = threading.Lock()


class WSGIServer:
    """
    Serve a WSGI application.

    Args:
        app: The application.
        raise_app_exceptions: Whether an exception of the application is raised in the caller instead of becoming a 500.
        max_body_bytes: The largest response body taken from the application.
        timeout: How many seconds the application has for each response. None sets no limit.

    Attributes:
        streams: The event streams that somebody reads.
    """

    stream_kind: ClassVar[StreamKind] = "wsgi"

    def __init__(
        self,
        app: WSGIApplication,
        *,
        raise_app_exceptions: bool = False,
        max_body_bytes: int = DEFAULT_MAX_BODY_BYTES,
        timeout: float | None = DEFAULT_SECONDS,
    ) -> None:
        self.app = app
        self.raise_app_exceptions = raise_app_exceptions
        self.max_body_bytes = max_body_bytes
        self._templates: dict[str, dict[str, Any]] = {}
        self.deadline_seconds: float | None = None if timeout is None else checked_seconds("timeout", timeout)
        self._worker: WorkerThread | None = None
        # NB: a caller's own, so that callers in several threads do not wait for each other; made when one needs it.
        self._workers: threading.local | None = None
        self.streams: set[OpenStream] = set()

    def __repr__(self) -> str:
        return f"<WSGIServer {self.app!r}>"

    def send(self, request: HTTPRequest) -> HTTPResponse | TransportFailure:
        """
        Call the application and collect its response.

        The application runs in the caller's thread, since its connections may belong to that thread. Outside the main
        thread no signal can interrupt it, so there each calling thread gets one worker thread of its own.
        """
        exchange = Exchange(self.max_body_bytes)
        seconds = self.deadline_seconds
        try:
            if seconds is None:
                return self._respond(request, exchange)
            if is_main_thread():
                return within_limit(exchange, seconds, self._respond, request, in_main_thread=True)
            return self._own_worker().run(seconds, self._respond_in_time, request, exchange, seconds)
        except Hangs as error:
            return exchange.answer_late(request, seconds, error)

    async def send_async(self, request: HTTPRequest) -> HTTPResponse | TransportFailure:
        """
        Do the same in a worker thread, with the caller's context variables.

        It is always the same thread, so the application gets one request at a time, in the order sent.
        """
        exchange = Exchange(self.max_body_bytes)
        seconds = self.deadline_seconds
        try:
            self._worker = worker = self._worker or _new_worker()
            return await worker.run_async(seconds, self._respond_in_time, request, exchange, seconds)
        except Hangs as error:
            return exchange.answer_late(request, seconds, error)

    def _own_worker(self) -> WorkerThread:
        """
        Return the worker thread of the calling thread.
        """
        if self._workers is None:
            with _making_workers:
                if self._workers is None:
                    self._workers = threading.local()
        workers = self._workers
        worker: WorkerThread | None = getattr(workers, "worker", None)
        if worker is None:
            worker = workers.worker = _new_worker()
        return worker

    def _respond_in_time(
        self, request: HTTPRequest, exchange: Exchange, seconds: float | None
    ) -> HTTPResponse | TransportFailure:
        if seconds is None:
            return self._respond(request, exchange)
        return within_limit(exchange, seconds, self._respond, request, in_main_thread=False)

    def _respond(self, request: HTTPRequest, exchange: Exchange) -> HTTPResponse | TransportFailure:
        try:
            iterable = self.app(self.environ(request), exchange.start_response)
            try:
                exchange.collect(iterable)
            finally:
                close = getattr(iterable, "close", None)
                if close is not None:
                    close()
        except BodyLimitExceeded as error:
            return too_large("body", error.limit, error.unit)
        except (Exception, SystemExit) as error:
            if self.raise_app_exceptions:
                if isinstance(error, StopIteration):
                    # NB: as Python itself does in coroutines; a future would swallow it and never be done.
                    raise RuntimeError("the application raised StopIteration") from error
                raise
            return exchange.answer_after(request, error)
        chunks = exchange.chunks
        body = chunks[0] if len(chunks) == 1 else b"".join(chunks)
        return to_answer(request, exchange.status, exchange.reason, exchange.headers, body)

    def close(self) -> None:
        """
        End the worker thread, if there is one. A later request starts another. Streams that are open are closed.
        """
        for stream in list(self.streams):
            stream.close()
        if self._worker is not None:
            self._worker.close()
        self._workers = None

    async def aclose(self) -> None:
        """
        Do what `close` does.
        """
        for stream in list(self.streams):
            await stream.aclose()
        self.close()

    def environ(self, request: HTTPRequest) -> dict[str, Any]:
        """
        Return what the application is told of a request.
        """
        url = request.url
        template = self._templates.get(url.origin.serialized)
        environ = self._new_template(url) if template is None else template.copy()
        path = url.path
        environ["REQUEST_METHOD"] = request.method.decode("latin-1")
        environ["PATH_INFO"] = path if "%" not in path else _percent_decode(path)
        environ["QUERY_STRING"] = url.query or ""
        body = request.body
        environ["wsgi.input"] = io.BytesIO(body or b"")
        environ["wsgi.errors"] = sys.stderr
        environ.update(request.headers.derived(_environ_of))
        if body is not None:
            environ.setdefault("CONTENT_LENGTH", str(len(body)))
        return environ

    def _new_template(self, url: URL) -> dict[str, Any]:
        template: dict[str, Any] = {
            "SCRIPT_NAME": "",
            "SERVER_NAME": url.host,
            "SERVER_PORT": str(url.port or (443 if url.scheme == "https" else 80)),
            "SERVER_PROTOCOL": "HTTP/1.1",
            "SERVER_SOFTWARE": "browsercors",
            "REMOTE_ADDR": "127.0.0.1",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": url.scheme,
            "wsgi.multithread": False,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        _remember(self._templates, url.origin.serialized, template)
        return template.copy()


def _new_worker() -> WorkerThread:
    # NB: imported when needed, which is not in the main thread of a sync browser.
    from browsercors.servers.applications.worker_thread import WorkerThread

    return WorkerThread()


class BodyLimitExceeded(Exception):  # noqa: N818 - control flow of this module
    """
    The application sent a larger body than its server accepts.
    """

    def __init__(self, limit: int, unit: str) -> None:
        super().__init__(limit, unit)
        self.limit = limit
        self.unit = unit


class Exchange(Limit):
    """
    One call of an application, and what it has sent so far.

    Attributes:
        status: The status; -1 until `start_response` is called.
        head_sent: Whether the head is on the wire. The first byte of the body sends it.
        complete: Whether the iterable, and so the response, has come to its end.
    """

    __slots__ = (
        "chunks",
        "complete",
        "head_sent",
        "headers",
        "max_body_bytes",
        "parts",
        "reason",
        "size",
        "status",
    )

    headers: HeaderList
    reason: bytes

    def __init__(self, max_body_bytes: int) -> None:
        super().__init__()
        self.max_body_bytes: int = max_body_bytes
        self.status: int = -1
        self.head_sent: bool = False
        self.complete: bool = False
        self.chunks: list[bytes] = []
        self.size: int = 0
        self.parts: int = 0

    def start_response(
        self, status: str, headers: list[tuple[str, str]], exc_info: ExcInfo | None = None, /
    ) -> Callable[[bytes], None]:
        """
        Take the head of the response (https://peps.python.org/pep-3333/#the-start-response-callable).
        """
        if exc_info:
            try:
                if self.head_sent:
                    raise exc_info[1].with_traceback(exc_info[2])
            finally:
                exc_info = None  # NB: breaks the cycle through this frame, as the PEP asks
        elif self.status != -1:
            raise ProtocolViolation("start_response was called twice without exc_info")
        known = _statuses.get(status) if type(status) is str else None
        code, reason = known or _parse_status(status)
        if type(headers) is list:
            try:
                self.headers = _header_lists[tuple(headers)].copy()
            except (KeyError, TypeError):
                self.headers = _header_list(headers)
        else:
            self.headers = _sent(_translate(headers))
        self.status = code
        self.reason = reason
        return self.write

    def write(self, chunk: bytes) -> None:
        """
        Take a part of the body.
        """
        if not isinstance(chunk, bytes):
            raise ProtocolViolation(f"a part of the body is of type {type(chunk).__name__}, not bytes: {chunk!r:.80}")
        if self.status == -1:
            raise ProtocolViolation("the body began before start_response was called")
        if self.complete:
            raise ProtocolViolation("the body went on after its end")
        # NB: nothing may have interrupted it.
        if self.is_over:
            raise Hangs
        self.parts += 1
        if self.parts > MAX_BODY_PARTS:
            raise BodyLimitExceeded(MAX_BODY_PARTS, "parts")
        if chunk:
            self.head_sent = True
            self.chunks.append(chunk)
            self.size += len(chunk)
            if self.size > self.max_body_bytes:
                raise BodyLimitExceeded(self.max_body_bytes, "bytes")

    def collect(self, iterable: Iterable[bytes]) -> None:
        """
        Take the whole body from what the application returned.
        """
        try:
            parts = iter(iterable)
        except TypeError:
            raise ProtocolViolation(f"the application returned {iterable!r:.80}, not an iterable of bytes") from None
        for chunk in parts:
            self.write(chunk)
        if self.status == -1:
            raise ProtocolViolation("the application did not call start_response")
        if self.is_over:
            raise Hangs
        self.complete = self.head_sent = True

    def answer_late(
        self, request: HTTPRequest, seconds: float | None, error: BaseException
    ) -> HTTPResponse | TransportFailure:
        """
        Return what was on the wire when the *seconds* were over.
        """
        if self.complete:
            return self.answer_after(request, error)
        # NB: a head goes out with the first part of the body.
        if not self.head_sent:
            return timed_out(request, -1, b"", None, b"", seconds, error)
        return timed_out(request, self.status, self.reason, self.headers, b"".join(self.chunks), seconds, error)

    def answer_after(self, request: HTTPRequest, error: BaseException) -> HTTPResponse | TransportFailure:
        """
        Return what was on the wire when the application raised *error*.
        """
        if not self.head_sent:
            return internal_server_error(request, error)
        # NB: what it does in `close` comes after the end of the answer.
        broken = f"the application raised {type(error).__name__} in the middle of the body"
        return to_answer(
            request,
            self.status,
            self.reason,
            self.headers,
            b"".join(self.chunks),
            failure=None if self.complete else broken,
            traceback=format_fault(error),
        )


class _EnvironItems(dict[tuple[bytes, bytes], tuple[str, str]]):
    """
    The environ's item for each request header. The key is empty for a header that servers drop.
    """

    def __missing__(self, header: tuple[bytes, bytes]) -> tuple[str, str]:
        name, value = header
        # NB: `X_A` and `X-A` would get the same key; gunicorn, waitress, Werkzeug and nginx drop the former.
        key = "" if b"_" in name else name.decode("latin-1").upper().replace("-", "_")
        if key and key not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            key = f"HTTP_{key}"
        item = (key, value.decode("latin-1"))
        if len(name) + len(value) <= CACHED_CHARACTERS:
            _remember(self, header, item)
        return item


_environ_items = _EnvironItems()


def _environ_of(headers: HeaderList) -> dict[str, str]:
    """
    Return the environ's items for request headers; the values of repeated ones are joined.
    """
    items: dict[str, str] = {}
    for header in headers:
        key, value = _environ_items[header]
        items[key] = f"{items[key]},{value}" if key in items else value
    items.pop("", None)
    return items


def _percent_decode(path: str) -> str:
    from urllib.parse import unquote_to_bytes

    return unquote_to_bytes(path).decode("latin-1")


def _parse_status(status: str) -> tuple[int, bytes]:
    if not isinstance(status, str):
        raise ProtocolViolation(f"the status is of type {type(status).__name__}, not str: {status!r:.80}")
    match = STATUS_LINE.match(status)
    try:
        reason = b"" if match is None else (match[2] or "").encode("latin-1")
    except UnicodeEncodeError:
        match = None
    if match is None:
        raise ProtocolViolation(f"the status is not of the form '200 OK': {status!r:.80}")
    parsed = int(match[1]), reason
    if len(status) <= CACHED_CHARACTERS:
        _remember(_statuses, status, parsed)
    return parsed


def _header_list(headers: list[tuple[str, str]]) -> HeaderList:
    """
    Return the headers as they go over the wire, and remember them if they cannot change.
    """
    try:
        sent = _sent([_header_lines[pair] for pair in headers])
    except (KeyError, TypeError):
        sent = _sent(_translate(headers))
    return keep_headers(_header_lists, headers, sent)


def _sent(lines: list[tuple[bytes, bytes] | None]) -> HeaderList:
    return HeaderList([line for line in lines if line is not None])


def _translate(headers: Iterable[tuple[str, str]]) -> list[tuple[bytes, bytes] | None]:
    try:
        pairs = [(name, value) for name, value in headers]
    except (TypeError, ValueError):
        raise ProtocolViolation(f"the headers are not a list of (name, value) pairs: {headers!r:.80}") from None
    return [_header_line(name, value) for name, value in pairs]


def _header_line(name: object, value: object) -> tuple[bytes, bytes] | None:
    """
    Return the header as it goes over the wire; None if it is not sent.
    """
    if not isinstance(name, str) or not isinstance(value, str):
        raise ProtocolViolation(f"a header is not a pair of str: ({name!r:.80}, {value!r:.80})")
    try:
        line = response_header(name.encode("latin-1"), value.encode("latin-1"))
    except UnicodeEncodeError:
        raise ProtocolViolation(f"a header is not latin-1: ({name!r:.80}, {value!r:.80})") from None
    sent = None if line[0].lower() in HOP_BY_HOP else line
    if len(name) + len(value) <= CACHED_CHARACTERS:
        _remember(_header_lines, (name, value), sent)
    return sent


def _remember(cache: dict[K, V], key: K, value: V) -> None:
    if len(cache) >= CACHE_ENTRIES:
        cache.clear()
    cache[key] = value
