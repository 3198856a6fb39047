"""
What a browser needs of a server, and what the faults of an application look like on the wire.

Applications are not trusted: whatever they do, a browser gets what a real server in front of them would have sent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol, TypeVar, runtime_checkable

from browsercors.servers.time_limits import WAIT_LONGER
from browsercors.values.headers import HeaderList, is_header_name
from browsercors.values.wire import BODY_TIMED_OUT, FailureKind, HTTPResponse, TransportFailure

if TYPE_CHECKING:
    from browsercors.values.transport import Framing
    from browsercors.values.wire import HTTPRequest

T = TypeVar("T", str, bytes)

__all__ = [
    "DEFAULT_MAX_BODY_BYTES",
    "MAX_BODY_PARTS",
    "MAX_LENGTH_DIGITS",
    "STATUSES_WITHOUT_BODY",
    "ProtocolViolation",
    "Server",
    "format_fault",
    "internal_server_error",
    "is_server",
    "keep_headers",
    "response_header",
    "timed_out",
    "to_answer",
    "too_large",
]

DEFAULT_MAX_BODY_BYTES: Final = 64 * 1024 * 1024

MAX_BODY_PARTS: Final = 1_000_000
"""More parts than any real body has; an application that sends empty parts for ever reaches it in a second."""

STATUSES_WITHOUT_BODY: Final = frozenset({204, 304})
"""https://www.rfc-editor.org/rfc/rfc9112#section-6.3; a response to HEAD has no body either."""

MAX_LENGTH_DIGITS: Final = 18
"""How many digits a Content-Length may have: browsers count bytes in 64 bits."""


HEADER_LISTS_KEPT: Final = 1024
LARGEST_LIST_KEPT: Final = 2048
"""How many header lists of answers are kept in a table, and of how many bytes."""

SERVER_METHODS: Final = ("send", "send_async", "close", "aclose")


@runtime_checkable
class Server(Protocol):
    """
    Anything that answers requests. A sync browser calls `send` and `close`, an async one `send_async` and `aclose`.

    What goes wrong on the server's side is returned (as a `TransportFailure`, or as a response that says what broke),
    never raised.
    """

    def send(self, request: HTTPRequest) -> HTTPResponse | TransportFailure:
        """
        Answer one request.
        """
        ...

    async def send_async(self, request: HTTPRequest) -> HTTPResponse | TransportFailure:
        """
        Answer one request without blocking the running event loop.
        """
        ...

    def close(self) -> None:
        """
        Release what the server holds: connections, threads, the application's lifespan.
        """
        ...

    async def aclose(self) -> None:
        """
        Do what `close` does, in the running event loop.
        """
        ...


def is_server(target: object) -> bool:
    """
    Whether *target* has the methods of a `Server`.

    NB: `isinstance` with a protocol says the same, at the price of a fetch.
    """
    return not isinstance(target, type) and all(hasattr(target, name) for name in SERVER_METHODS)


class ProtocolViolation(Exception):  # noqa: N818 - names what the application did
    """
    An application broke WSGI or ASGI; a server in front of it answers with a 500 or breaks the connection.
    """


def response_header(name: bytes, value: bytes) -> tuple[bytes, bytes]:
    """
    Return the header as it goes over the wire; spaces around a value are not part of it.

    Raises:
        ProtocolViolation: No server sends this name or value.
    """
    if not is_header_name(name):
        raise ProtocolViolation(f"the header name {name!r} is not a token")
    # NB: every server refuses these three. Some servers send other control characters, so those pass.
    if b"\0" in value or b"\r" in value or b"\n" in value:
        raise ProtocolViolation(f"the value of the header {name!r} holds NUL, CR or LF: {value!r}")
    value = value.strip(b"\t ")
    if name.lower() == b"content-length" and not (value.isdigit() and len(value) <= MAX_LENGTH_DIGITS):
        raise ProtocolViolation(f"Content-Length is not a number of bytes: {value!r}")
    return name, value


def keep_headers(
    table: dict[tuple[tuple[T, T], ...], HeaderList], said: list[tuple[T, T]], headers: HeaderList
) -> HeaderList:
    """
    Keep what the headers of an application were translated to, and return a copy: many answers have the same ones.

    Args:
        table: The translated headers, by what an application said. It is emptied when it is full.
        said: What this one said. Nothing is kept of pairs that could change, or of many bytes.
        headers: The same on the wire.
    """
    if (
        not all(type(pair) is tuple for pair in said)
        or sum([len(name) + len(value) for name, value in headers]) > LARGEST_LIST_KEPT
    ):
        return headers
    if len(table) >= HEADER_LISTS_KEPT:
        table.clear()
    table[tuple(said)] = headers
    return headers.copy()


def to_answer(
    request: HTTPRequest,
    status: int,
    reason: bytes,
    headers: HeaderList,
    body: bytes,
    *,
    failure: str | None = None,
    traceback: str | None = None,
) -> HTTPResponse | TransportFailure:
    """
    Return what a browser gets when an application has sent this and then ended, or broke off because of *failure*.

    A response that is complete by its own framing counts, whatever the application did afterwards.
    """
    if status < 200:
        detail = f"the application sent the informational status {status} and no response after it"
        return TransportFailure(FailureKind.INVALID_RESPONSE, detail, traceback)
    transport = request.transport
    if request.method == b"HEAD" or status in STATUSES_WITHOUT_BODY:
        return HTTPResponse(status, reason, headers, b"", None, traceback)

    declared = headers.get(b"content-length")
    if declared is not None:
        length: Framing
        if declared.isdigit():
            length = int(declared)
        else:
            # NB: imported late, since most servers state one length.
            from browsercors.values.transport import Fault, StatusLine

            length = transport.framing(StatusLine(is_old=False, status=200, reason=b"OK"), [*headers])
            if isinstance(length, Fault):
                detail = f"different values of Content-Length: {declared.decode('latin-1')}"
                return TransportFailure(FailureKind.INVALID_RESPONSE, detail, traceback, fault=length)
        if not isinstance(length, int):
            failure = None
        elif len(body) >= length:
            body = body[:length]
            failure = None
        elif failure is None:
            failure = f"Content-Length is {length}, but only {len(body)} bytes were sent"

    answer = HTTPResponse(status, reason, headers, body, failure, traceback)
    if b"content-encoding" in headers.names():
        # NB: few responses have one.
        from browsercors.servers.live.content_codings import decoded

        return decoded(answer, transport, max_bytes=DEFAULT_MAX_BODY_BYTES)
    return answer


def timed_out(
    request: HTTPRequest,
    status: int,
    reason: bytes,
    headers: HeaderList | None,
    body: bytes,
    seconds: float | None,
    error: BaseException | None,
) -> HTTPResponse | TransportFailure:
    """
    Return what a browser gets when an application has sent this and then nothing more within *seconds*.

    Args:
        request: What it was asked.
        status: Below 200 if it has sent no head.
        reason: As sent.
        headers: As sent; None if it has sent no head.
        body: The part that was sent.
        seconds: How long it had.
        error: What interrupted it; its traceback shows where the application was.
    """
    limit = "the time given" if seconds is None else f"{seconds:g} s"
    traceback = None
    if error is not None:
        timeout = TimeoutError(f"the application was interrupted after {limit}; {WAIT_LONGER}")
        traceback = format_fault(timeout.with_traceback(getattr(error, "where", None) or error.__traceback__))
    if status < 200 or headers is None:
        detail = f"the application did not answer in {limit}; {WAIT_LONGER}"
        return TransportFailure(FailureKind.TIMED_OUT, detail, traceback)
    return to_answer(request, status, reason, headers, body, failure=BODY_TIMED_OUT, traceback=traceback)


def internal_server_error(request: HTTPRequest, error: BaseException) -> HTTPResponse:
    """
    Return what a server sends for an application that failed before it answered: none of the application's headers.
    """
    body = b"Internal Server Error"
    headers = HeaderList(
        [
            (b"content-type", b"text/plain; charset=utf-8"),
            (b"content-length", b"%d" % len(body)),
            (b"connection", b"close"),
        ]
    )
    if request.method == b"HEAD":
        body = b""
    return HTTPResponse(500, b"Internal Server Error", headers, body, None, format_fault(error))


def too_large(what: str, limit: int, unit: str = "bytes") -> TransportFailure:
    """
    Return the failure for a response that does not fit in its limit.
    """
    return TransportFailure(FailureKind.TOO_LARGE, f"{what} of more than {limit} {unit}")


def format_fault(error: BaseException) -> str:
    """
    Return the traceback of an application's error, from the application's first frame on.
    """
    import traceback

    frames = error.__traceback__
    while frames is not None and frames.tb_frame.f_globals.get("__name__", "").startswith("browsercors.servers."):
        frames = frames.tb_next
    return "".join(traceback.format_exception(type(error), error, frames))
