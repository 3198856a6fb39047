"""
WSGI applications: what they are given, what is taken from them, and what becomes of their faults.
"""

from __future__ import annotations

import asyncio
import contextvars
import sys
import threading
from typing import TYPE_CHECKING, Any

import pytest

from browsercors.servers.applications import wsgi
from browsercors.servers.applications.wsgi import WSGIServer
from browsercors.servers.server import ProtocolViolation, Server
from browsercors.values.headers import HeaderList
from browsercors.values.wire import FailureKind
from tests.servers.helpers import failure_of, make_request, response_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    App = Callable[[dict[str, Any], Any], Iterable[bytes]]

TEXT = [("Content-Type", "text/plain"), ("Access-Control-Allow-Origin", "*")]
WIRE_TEXT = [(b"Content-Type", b"text/plain"), (b"Access-Control-Allow-Origin", b"*")]


def answering(status: Any = "200 OK", headers: Any = TEXT, body: Any = (b"ok",)) -> App:
    def app(environ: dict[str, Any], start_response: Any) -> Any:
        start_response(status, headers)
        return body

    return app


def environ_of(**request: Any) -> dict[str, Any]:
    seen: dict[str, Any] = {}

    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        seen.update(environ)
        seen["body"] = environ["wsgi.input"].read()
        start_response("204 No Content", [])
        return []

    WSGIServer(app).send(make_request(**request))
    return seen


ENVIRON_CASES: list[tuple[dict[str, Any], str, Any]] = [
    ({}, "REQUEST_METHOD", "GET"),
    ({"method": "chicken"}, "REQUEST_METHOD", "chicken"),
    ({}, "wsgi.url_scheme", "https"),
    ({}, "SERVER_NAME", "api.example.com"),
    ({}, "SERVER_PORT", "443"),
    ({"url": "http://api.example.com/"}, "SERVER_PORT", "80"),
    ({"url": "http://[::1]:8000/"}, "SERVER_NAME", "[::1]"),
    ({"url": "http://[::1]:8000/"}, "SERVER_PORT", "8000"),
    ({"url": "http://[::1]:8000/"}, "HTTP_HOST", "[::1]:8000"),
    ({}, "SERVER_PROTOCOL", "HTTP/1.1"),
    ({}, "SCRIPT_NAME", ""),
    ({}, "REMOTE_ADDR", "127.0.0.1"),
    ({}, "wsgi.version", (1, 0)),
    ({"url": "/a/b"}, "PATH_INFO", "/a/b"),
    ({"url": "/%C3%A9/a%2Fb%20c"}, "PATH_INFO", "/\xc3\xa9/a/b c"),
    ({"url": "/a"}, "QUERY_STRING", ""),
    ({"url": "/a?b=%C3%A9&c"}, "QUERY_STRING", "b=%C3%A9&c"),
    ({"headers": [(b"X-Two", b"1"), (b"x-two", b"2")]}, "HTTP_X_TWO", "1,2"),
    ({"headers": [(b"X-Latin", b"\xe9")]}, "HTTP_X_LATIN", "\xe9"),
    ({"headers": [(b"Content-Type", b"text/css")]}, "CONTENT_TYPE", "text/css"),
    ({"headers": [(b"Content-Length", b"3")], "body": b"abc"}, "CONTENT_LENGTH", "3"),
    ({"body": b"abc"}, "CONTENT_LENGTH", "3"),
    ({"body": b"abc"}, "body", b"abc"),
    ({}, "body", b""),
]


@pytest.mark.parametrize(("request_", "key", "expected"), ENVIRON_CASES)
def test_the_environ_is_what_pep_3333_says(request_: dict[str, Any], key: str, expected: Any) -> None:
    assert expected == environ_of(**request_)[key]


def test_nothing_is_in_the_environ_of_a_request_without_body_about_a_body() -> None:
    environ = environ_of()

    assert set() == {"CONTENT_TYPE", "CONTENT_LENGTH", "HTTP_CONTENT_TYPE"} & set(environ)
    assert sys.stderr is environ["wsgi.errors"]


def test_a_header_name_with_an_underscore_is_dropped_as_gunicorn_does() -> None:
    assert set() == {key for key in environ_of(headers=[(b"X_Api_Key", b"1")]) if "API" in key}


def test_one_requests_environ_is_not_the_next_ones() -> None:
    seen = []

    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        seen.append(environ.get("mark"))
        environ["mark"] = "set"
        start_response("200 OK", [])
        return []

    server = WSGIServer(app)
    server.send(make_request())
    server.send(make_request())

    assert seen == [None, None]


def test_the_environ_is_valid_and_the_protocol_kept_as_wsgirefs_validator_checks_them() -> None:
    from wsgiref.validate import validator

    server = WSGIServer(validator(answering(body=[b"ok"])))
    response = response_of(server.send(make_request(method="POST", url="/a?b", body=b"x")))

    assert (response.status, response.reason, response.body, response.traceback) == (200, b"OK", b"ok", None)


def test_the_response_has_the_headers_in_order_with_their_case_and_duplicates() -> None:
    pairs = [("b", "1"), ("A", "2"), ("b", "  3\t"), ("Set-Cookie", "x"), ("Set-Cookie", "y"), ("X", "\xe9\x01")]
    response = response_of(WSGIServer(answering(headers=pairs)).send(make_request()))

    expected = [
        (b"b", b"1"),
        (b"A", b"2"),
        (b"b", b"3"),
        (b"Set-Cookie", b"x"),
        (b"Set-Cookie", b"y"),
        (b"X", b"\xe9\x01"),
    ]
    assert expected == list(response.headers)


def test_headers_may_be_any_iterable_of_pairs_as_under_gunicorn() -> None:
    for _ in range(2):
        pairs = ([name, value] for name, value in [*TEXT, ("X", "1")])
        response = response_of(WSGIServer(answering(headers=pairs)).send(make_request()))

        assert list(response.headers) == [*WIRE_TEXT, (b"X", b"1")]


def test_hop_by_hop_headers_are_dropped_as_gunicorn_does() -> None:
    pairs = [*TEXT, ("Connection", "close"), ("Transfer-Encoding", "chunked")]
    server = WSGIServer(answering(headers=pairs))

    assert HeaderList(WIRE_TEXT) == response_of(server.send(make_request())).headers
    assert HeaderList(WIRE_TEXT) == response_of(server.send(make_request())).headers


STATUS_CASES = [
    ("200 OK", 200, b"OK"),
    ("404", 404, b""),
    ("599 ", 599, b""),
    ("999 Na\xefve", 999, b"Na\xefve"),
]


@pytest.mark.parametrize(("status", "code", "reason"), STATUS_CASES)
def test_a_status_that_a_server_puts_on_the_wire_is_taken(status: str, code: int, reason: bytes) -> None:
    response = response_of(WSGIServer(answering(status=status)).send(make_request()))

    assert (code, reason) == (response.status, response.reason)


BODYLESS_CASES = [("HEAD", "200 OK"), ("GET", "204 No Content"), ("GET", "304 Not Modified"), ("HEAD", "500 Oh")]


@pytest.mark.parametrize(("method", "status"), BODYLESS_CASES)
def test_a_response_that_has_no_body_on_the_wire_has_none(method: str, status: str) -> None:
    headers = [("Content-Length", "17")]
    response = response_of(WSGIServer(answering(status=status, headers=headers)).send(make_request(method=method)))

    assert (response.body, response.body_failure) == (b"", None)
    assert response.headers.get(b"Content-Length") == b"17"


LENGTH_CASES = [
    ("2", b"ok", None),
    ("1", b"o", None),
    ("3", b"ok", "Content-Length is 3, but only 2 bytes were sent"),
]


@pytest.mark.parametrize(("length", "body", "failure"), LENGTH_CASES)
def test_content_length_frames_the_body(length: str, body: bytes, failure: str | None) -> None:
    response = response_of(WSGIServer(answering(headers=[("Content-Length", length)])).send(make_request()))

    assert (body, failure) == (response.body, response.body_failure)


def test_two_different_lengths_are_no_response() -> None:
    headers = [("Content-Length", "2"), ("Content-Length", "3")]
    failure = failure_of(WSGIServer(answering(headers=headers)).send(make_request()))

    assert FailureKind.INVALID_RESPONSE is failure.kind
    assert failure.detail == "different values of Content-Length: 2, 3"


def test_an_informational_status_alone_is_no_response() -> None:
    failure = failure_of(WSGIServer(answering(status="103 Early Hints")).send(make_request()))

    assert FailureKind.INVALID_RESPONSE is failure.kind


def test_parts_of_a_body_are_joined_and_written_ones_come_first() -> None:
    def app(environ: dict[str, Any], start_response: Any) -> Iterator[bytes]:
        write = start_response("200 OK", TEXT)
        write(b"a")
        write(b"")
        return iter([b"b", b"", b"c"])

    assert response_of(WSGIServer(app).send(make_request())).body == b"abc"


def test_a_generator_may_start_the_response_when_first_iterated() -> None:
    def app(environ: dict[str, Any], start_response: Any) -> Iterator[bytes]:
        start_response("201 Created", TEXT)
        yield b"a"

    assert response_of(WSGIServer(app).send(make_request())).status == 201


class Closing:
    """
    An iterable that counts how often it is closed.
    """

    def __init__(self, parts: Iterable[Any], error: BaseException | None = None) -> None:
        self.parts = parts
        self.error = error
        self.closed = 0

    def __iter__(self) -> Iterator[Any]:
        yield from self.parts
        if self.error is not None:
            raise self.error

    def close(self) -> None:
        self.closed += 1


@pytest.mark.parametrize("body", [Closing([b"ok"]), Closing(["str"]), Closing([b"ok"], ValueError()), Closing([])])
def test_the_iterable_is_closed_once_whatever_happens(body: Closing) -> None:
    WSGIServer(answering(body=body)).send(make_request())

    assert body.closed == 1


def raising(error: BaseException, *, parts: Iterable[bytes] = (), headers: Any = TEXT, start: bool = True) -> App:
    def app(environ: dict[str, Any], start_response: Any) -> Iterator[bytes]:
        if start:
            start_response("200 OK", headers)
        yield from parts
        raise error

    return app


def starting_twice(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    start_response("200 OK", TEXT)
    start_response("200 OK", TEXT)
    return [b"ok"]


def writing_before_start(environ: dict[str, Any], start_response: Any) -> Iterator[bytes]:
    yield b"ok"
    start_response("200 OK", TEXT)


def never_starting(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    return []


def with_tail(error: Exception | None, headers: Any = (("Content-Length", "2"),)) -> App:
    """
    Answer, and then raise *error* in `close`, or else begin once more and write on.
    """

    class Tail:
        def __init__(self, start_response: Any) -> None:
            self.start_response = start_response
            self.write = start_response("200 OK", list(headers))

        def __len__(self) -> int:
            return 7

        def __iter__(self) -> Iterator[bytes]:
            return iter([b"ok"])

        def close(self) -> None:
            if error is not None:
                raise error
            with pytest.raises(ProtocolViolation):
                self.write(b"more")
            with pytest.raises(ProtocolViolation):
                self.start_response("500 Oh", [])
            try:
                raise ValueError("oh")  # noqa: TRY301 - as applications do
            except ValueError:
                self.start_response("500 Oh", [], sys.exc_info())

    return lambda _, start_response: Tail(start_response)


def cleaning_up(error: Exception) -> App:
    """
    Send what is no bytes, and raise *error* when closed for it.
    """

    def app(environ: dict[str, Any], start_response: Any) -> Iterator[Any]:
        start_response("200 OK", TEXT)
        try:
            yield b"o"
            yield "k"
        finally:
            raise error

    return app


FAULTS_BEFORE_AN_ANSWER: list[tuple[str, App, str]] = [
    ("raises at once", raising(ValueError("oh"), start=False), "ValueError: oh"),
    ("raises after start_response", raising(ValueError("oh")), "ValueError: oh"),
    ("raises after empty parts only", raising(ValueError("oh"), parts=[b"", b""]), "ValueError: oh"),
    ("exits", raising(SystemExit(3)), "SystemExit: 3"),
    ("starts twice", starting_twice, "start_response was called twice without exc_info"),
    ("never starts", never_starting, "the application did not call start_response"),
    ("sends a body before it starts", writing_before_start, "the body began before start_response was called"),
    ("returns None", answering(body=None), "the application returned None, not an iterable of bytes"),
    ("returns a str", answering(body="ok"), "a part of the body is of type str, not bytes: 'o'"),
    ("returns bytes", answering(body=b"ok"), "a part of the body is of type int, not bytes: 111"),
    ("has a status without number", answering(status="abc"), "the status is not of the form '200 OK': 'abc'"),
    ("has a status of four digits", answering(status="2000 OK"), "not of the form"),
    ("has a status of zeros", answering(status="000 OK"), "not of the form"),
    ("has a status with a line end", answering(status="200 OK\r\nX: 1"), "not of the form"),
    ("has a status beyond latin-1", answering(status="200 \u20ac"), "not of the form"),
    ("has a status of bytes", answering(status=b"200 OK"), "the status is of type bytes, not str: b'200 OK'"),
    ("has a status of int", answering(status=200), "the status is of type int, not str: 200"),
    ("has headers of None", answering(headers=None), "the headers are not a list of (name, value) pairs: None"),
    ("has headers of str", answering(headers=["abc"]), "the headers are not a list of (name, value) pairs"),
    ("has a header name of bytes", answering(headers=[(b"a", "b")]), "a header is not a pair of str: (b'a', 'b')"),
    ("has a header value of int", answering(headers=[("a", 1)]), "a header is not a pair of str: ('a', 1)"),
    ("has a header name with a blank", answering(headers=[("a ", "b")]), "the header name b'a ' is not a token"),
    ("has a header without name", answering(headers=[("", "b")]), "the header name b'' is not a token"),
    ("has a header value with CRLF", answering(headers=[("a", "b\r\nc: d")]), "holds NUL, CR or LF"),
    ("has a header value with NUL", answering(headers=[("a", "b\0")]), "holds NUL, CR or LF"),
    ("has a header value beyond latin-1", answering(headers=[("a", "\u20ac")]), "a header is not latin-1"),
    ("has a length beyond counting", answering(headers=[("Content-Length", "9" * 5000)]), "is not a number"),
    ("has a length that is none", answering(headers=[("Content-Length", "x")]), "Content-Length is not a number"),
]


@pytest.mark.parametrize(
    ("app", "violation"), [row[1:] for row in FAULTS_BEFORE_AN_ANSWER], ids=[row[0] for row in FAULTS_BEFORE_AN_ANSWER]
)
def test_a_fault_before_an_answer_is_a_500_without_the_applications_headers(app: App, violation: str) -> None:
    server = WSGIServer(app)
    response = response_of(server.send(make_request()))

    assert (
        response.status,
        response.reason,
        response.body,
        response.body_failure,
    ) == (500, b"Internal Server Error", b"Internal Server Error", None)
    assert [name for name, _ in response.headers] == [b"content-type", b"content-length", b"connection"]
    assert violation in (response.traceback or "")


def test_the_500_for_a_head_request_has_no_body() -> None:
    response = response_of(WSGIServer(raising(ValueError())).send(make_request(method="HEAD")))

    assert (response.status, response.body) == (500, b"")


def test_the_traceback_begins_in_the_application() -> None:
    response = response_of(WSGIServer(raising(ValueError("oh"))).send(make_request()))

    assert response.traceback is not None
    assert "browsercors" not in response.traceback.replace("tests/servers", "").split("File")[1].split("/")[-1]
    assert "in app\n    raise error\n" in response.traceback


FAULTS_IN_THE_BODY: list[tuple[str, App, bytes, str | None]] = [
    (
        "in the middle",
        raising(ValueError("oh"), parts=[b"a", b"b"]),
        b"ab",
        "the application raised ValueError in the middle of the body",
    ),
    (
        "before the declared end",
        raising(ValueError("oh"), parts=[b"ab"], headers=[("Content-Length", "3")]),
        b"ab",
        "the application raised ValueError in the middle of the body",
    ),
    (
        "after the declared end",
        raising(ValueError("oh"), parts=[b"ab"], headers=[("Content-Length", "2")]),
        b"ab",
        None,
    ),
    ("in close, after the declared end", with_tail(ValueError("oh")), b"ok", None),
    ("in close, after the end of the iterable", with_tail(ValueError("oh"), headers=TEXT), b"ok", None),
    (
        "in the clean-up of a generator",
        cleaning_up(ValueError("oh")),
        b"o",
        "the application raised ValueError in the middle of the body",
    ),
    ("in close, writing on", with_tail(None, headers=TEXT), b"ok", None),
]


@pytest.mark.parametrize(
    ("app", "body", "failure"), [row[1:] for row in FAULTS_IN_THE_BODY], ids=[row[0] for row in FAULTS_IN_THE_BODY]
)
def test_a_fault_after_the_head_breaks_the_body_unless_it_is_complete(
    app: App, body: bytes, failure: str | None
) -> None:
    response = response_of(WSGIServer(app).send(make_request()))

    assert (200, body, failure) == (response.status, response.body, response.body_failure)
    assert "ValueError: oh" in (response.traceback or "")


@pytest.mark.parametrize("error", [ValueError("oh"), SystemExit(1)])
def test_on_request_what_the_application_raises_is_raised_in_the_caller(error: BaseException) -> None:
    with pytest.raises(type(error)):
        WSGIServer(raising(error), raise_app_exceptions=True).send(make_request())


def test_on_request_a_violation_is_raised_in_the_caller() -> None:
    with pytest.raises(ProtocolViolation, match="did not call start_response"):
        WSGIServer(never_starting, raise_app_exceptions=True).send(make_request())


def test_a_keyboard_interrupt_is_never_swallowed() -> None:
    with pytest.raises(KeyboardInterrupt):
        WSGIServer(raising(KeyboardInterrupt())).send(make_request())


def restarting(parts: list[bytes]) -> App:
    def app(environ: dict[str, Any], start_response: Any) -> Iterator[bytes]:
        start_response("200 OK", TEXT)
        try:
            yield from parts
            raise ValueError("oh")  # noqa: TRY301 - as applications do
        except ValueError:
            start_response("503 Sorry", [("X", "1")], sys.exc_info())
            yield b"sorry"

    return app


def test_with_exc_info_an_unsent_head_is_replaced() -> None:
    response = response_of(WSGIServer(restarting([])).send(make_request()))

    assert (response.status, list(response.headers), response.body) == (503, [(b"X", b"1")], b"sorry")


def test_with_exc_info_after_the_head_the_error_is_raised_again() -> None:
    response = response_of(WSGIServer(restarting([b"a"])).send(make_request()))

    assert (response.status, response.body) == (200, b"a")
    assert response.body_failure == "the application raised ValueError in the middle of the body"


def test_a_body_without_end_stops_at_the_limit() -> None:
    def endless(environ: dict[str, Any], start_response: Any) -> Iterator[bytes]:
        start_response("200 OK", TEXT)
        while True:
            yield b"a" * 1000

    failure = failure_of(WSGIServer(endless, max_body_bytes=10_000).send(make_request()))

    assert (failure.kind, failure.detail) == (FailureKind.TOO_LARGE, "body of more than 10000 bytes")


def test_a_content_coding_is_undone_as_on_the_wire() -> None:
    import gzip

    headers = [*TEXT, ("Content-Encoding", "gzip")]
    good = response_of(WSGIServer(answering(headers=headers, body=[gzip.compress(b"hello")])).send(make_request()))
    bad = response_of(WSGIServer(answering(headers=headers, body=[b"hello"])).send(make_request()))

    assert (good.body, good.body_failure, good.headers.get(b"content-encoding")) == (b"hello", None, b"gzip")
    assert (bad.body, (bad.body_failure or "").startswith("malformed gzip coding")) == (b"", True)


def test_a_bomb_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    import gzip

    monkeypatch.setattr("browsercors.servers.server.DEFAULT_MAX_BODY_BYTES", 1000)
    app = answering(headers=[("Content-Encoding", "gzip")], body=[gzip.compress(b"a" * 1001)])

    assert FailureKind.TOO_LARGE is failure_of(WSGIServer(app).send(make_request())).kind


def test_the_tables_kept_between_requests_do_not_grow_without_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wsgi, "CACHE_ENTRIES", 8)
    monkeypatch.setattr("browsercors.servers.server.HEADER_LISTS_KEPT", 8)
    monkeypatch.setattr(wsgi, "_environ_items", wsgi._EnvironItems())
    for cache in ("_statuses", "_header_lines", "_header_lists"):
        monkeypatch.setattr(wsgi, cache, {})

    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        start_response(f"200 {environ['PATH_INFO']}", [("X", environ["PATH_INFO"])])
        return [b"ok"]

    server = WSGIServer(app)
    for number in range(50):
        server.send(make_request(url=f"http://host{number}.example/{number}", headers=[(b"X-%d" % number, b"")]))

    sizes = [
        len(table)
        for table in (
            server._templates,
            wsgi._environ_items,
            wsgi._statuses,
            wsgi._header_lines,
            wsgi._header_lists,
        )
    ]
    assert [size for size in sizes if not 0 < size <= 8] == []


def test_what_is_long_is_not_kept_between_requests() -> None:
    long = "x" * 300
    app = answering(status=f"200 {long}", headers=[("X", long)])
    response = response_of(WSGIServer(app).send(make_request(headers=[(long.encode(), b"")])))

    assert response.reason == long.encode()
    assert ("X", long) not in wsgi._header_lines
    assert f"200 {long}" not in wsgi._statuses
    assert (long.encode(), b"") not in wsgi._environ_items


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param([["X", "1"]], id="a pair that could change"),
        pytest.param([("X", "x" * 200)] * 11, id="many bytes"),
    ],
)
def test_what_could_change_and_what_is_large_is_translated_each_time(
    monkeypatch: pytest.MonkeyPatch, headers: list[Any]
) -> None:
    monkeypatch.setattr(wsgi, "_header_lists", {})
    server = WSGIServer(answering(headers=headers))

    answers = [list(response_of(server.send(make_request())).headers) for _ in range(2)]

    assert answers == [[(name.encode(), value.encode()) for name, value in headers]] * 2
    assert wsgi._header_lists == {}


def test_answers_with_the_same_headers_are_independent() -> None:
    server = WSGIServer(answering(headers=[("X", "1")]))
    first, second = (response_of(server.send(make_request())) for _ in range(2))

    first.headers.append(b"Y", b"2")

    assert list(second.headers) == list(response_of(server.send(make_request())).headers) == [(b"X", b"1")]


def test_an_async_browser_runs_the_application_in_one_worker_thread_with_its_context() -> None:
    variable: contextvars.ContextVar[str] = contextvars.ContextVar("variable", default="unset")
    seen = []

    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        seen.append((variable.get(), threading.current_thread().name))
        variable.set("by the application")
        start_response("200 OK", TEXT)
        return [b"ok"]

    async def main() -> str:
        variable.set("by the caller")
        await asyncio.gather(*(server.send_async(make_request()) for _ in range(5)))
        await server.aclose()
        await server.aclose()
        return variable.get()

    server = WSGIServer(app)

    assert asyncio.run(main()) == "by the caller"
    assert seen == [("by the caller", "browsercors-wsgi")] * 5


def test_the_server_is_a_server_and_says_whose() -> None:
    server = WSGIServer(never_starting)

    assert isinstance(server, Server)
    assert f"<WSGIServer {never_starting!r}>" == repr(server)
