"""
ASGI applications: what they are given, the task they run in, and what becomes of their faults.
"""

from __future__ import annotations

import asyncio
import contextvars
import http
import sys
from typing import TYPE_CHECKING, Any

import anyio
import anyio.to_thread
import pytest

from browsercors.servers.applications import asgi
from browsercors.servers.applications.asgi import ASGIServer
from browsercors.servers.applications.eager_tasks import start_task
from browsercors.servers.server import ProtocolViolation, Server
from browsercors.values.headers import HeaderList
from browsercors.values.wire import FailureKind, HTTPRequest, HTTPResponse, TransportFailure
from tests.servers.helpers import failure_of, make_request, response_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    App = Callable[[dict[str, Any], Any, Any], Awaitable[None]]

START = {"type": "http.response.start", "status": 200, "headers": [(b"access-control-allow-origin", b"*")]}
BODY = {"type": "http.response.body", "body": b"ok"}


def http_only(app: App) -> App:
    """
    Let the application do without a lifespan.
    """

    async def wrapped(scope: dict[str, Any], receive: Any, send: Any) -> None:
        assert scope["type"] == "http"
        await app(scope, receive, send)

    return wrapped


def sending(*messages: Any, error: BaseException | None = None) -> App:
    @http_only
    async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
        for message in messages:
            await send(message)
        if error is not None:
            raise error

    return app


def answer(app: App, request: HTTPRequest | None = None, **options: Any) -> HTTPResponse | TransportFailure:
    return asyncio.run(ASGIServer(app, **options).send_async(request or make_request()))


def scope_of(**request: Any) -> dict[str, Any]:
    seen: dict[str, Any] = {}

    @http_only
    async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
        seen.update(scope)
        seen["received"] = await receive()
        await send(START)
        await send(BODY)

    answer(app, make_request(**request))
    return seen


SCOPE_CASES: list[tuple[dict[str, Any], str, Any]] = [
    ({}, "type", "http"),
    ({}, "asgi", {"version": "3.0", "spec_version": "2.3"}),
    ({}, "http_version", "1.1"),
    ({"method": "PATCH"}, "method", "PATCH"),
    ({}, "scheme", "https"),
    ({}, "server", ("api.example.com", 443)),
    ({"url": "http://localhost:8000/"}, "server", ("localhost", 8000)),
    ({"url": "http://localhost/"}, "server", ("localhost", 80)),
    ({"url": "/%C3%A9/a%2Fb"}, "path", "/\xe9/a/b"),
    ({"url": "/%C3%A9/a%2Fb"}, "raw_path", b"/%C3%A9/a%2Fb"),
    ({"url": "/a?b=%C3%A9"}, "query_string", b"b=%C3%A9"),
    ({"url": "/a"}, "query_string", b""),
    ({}, "root_path", ""),
    ({}, "state", {}),
    (
        {"headers": [(b"X-B", b"1"), (b"x-b", b"2")]},
        "headers",
        [(b"host", b"api.example.com"), (b"x-b", b"1"), (b"x-b", b"2")],
    ),
    ({"body": b"abc"}, "received", {"type": "http.request", "body": b"abc", "more_body": False}),
    ({}, "received", {"type": "http.request", "body": b"", "more_body": False}),
]


@pytest.mark.parametrize(("request_", "key", "expected"), SCOPE_CASES)
def test_the_scope_is_what_the_specification_says(request_: dict[str, Any], key: str, expected: Any) -> None:
    assert expected == scope_of(**request_)[key]


def test_the_response_is_what_was_sent_in_order() -> None:
    headers = [(b"b", b"1"), (b"A", b" 2 "), (b"set-cookie", b"x"), (b"set-cookie", b"y"), (b"long", b"x" * 300)]
    start = {"type": "http.response.start", "status": http.HTTPStatus.CREATED, "headers": headers}
    parts = [{"type": "http.response.body", "body": part, "more_body": True} for part in (b"a", bytearray(b"b"))]
    response = response_of(answer(sending(start, *parts, {"type": "http.response.body"})))

    assert (response.status, response.reason, response.body, response.traceback) == (201, b"Created", b"ab", None)
    assert [headers[0], (b"A", b"2"), *headers[2:]] == list(response.headers)


def test_headers_may_be_any_iterable_of_pairs_as_under_uvicorn() -> None:
    for _ in range(2):
        pairs = ([name, b"1"] for name in (b"a", b"b"))
        response = response_of(answer(sending({**START, "headers": pairs}, BODY)))

        assert list(response.headers) == [(b"a", b"1"), (b"b", b"1")]


def test_a_status_without_a_name_has_no_reason() -> None:
    response = response_of(answer(sending({"type": "http.response.start", "status": 599}, BODY)))

    assert (599, b"", HeaderList()) == (response.status, response.reason, response.headers)


def test_trailers_and_what_a_head_response_has_for_a_body_are_dropped() -> None:
    app = sending({**START, "trailers": True}, BODY, {"type": "http.response.trailers", "headers": []})

    assert response_of(answer(app)).body == b"ok"
    assert response_of(answer(app, make_request(method="HEAD"))).body == b""


def test_an_informational_status_alone_is_no_response() -> None:
    failure = failure_of(answer(sending({"type": "http.response.start", "status": 103}, BODY)))

    assert FailureKind.INVALID_RESPONSE is failure.kind


FAULTS_BEFORE_AN_ANSWER: list[tuple[str, App, str]] = [
    ("raises at once", sending(error=ValueError("oh")), "ValueError: oh"),
    ("exits", sending(error=SystemExit(2)), "SystemExit: 2"),
    ("cancels itself", sending(error=asyncio.CancelledError("oh")), "CancelledError: oh"),
    ("sends nothing", sending(), "the application returned without starting a response"),
    ("sends a body first", sending(BODY), "expected the ASGI message 'http.response.start', got 'http.response.body'"),
    ("sends no type", sending({}), "KeyError: 'type'"),
    ("sends None", sending(None), "TypeError: 'NoneType' object is not subscriptable"),
    ("sends no status", sending({"type": "http.response.start"}), "KeyError: 'status'"),
    ("has a status of str", sending({**START, "status": "200"}), "the status is of type str, not int: '200'"),
    ("has a status of bool", sending({**START, "status": True}), "the status is of type bool, not int: True"),
    ("has a status of four digits", sending({**START, "status": 1000}), "the status is no three-digit number: 1000"),
    ("has a status of zero", sending({**START, "status": 0}), "the status is no three-digit number: 0"),
    ("has headers of None", sending({**START, "headers": None}), "not an iterable of (name, value) pairs: None"),
    ("has a header of str", sending({**START, "headers": [("a", "b")]}), "a header is not a pair of bytes: ('a', 'b')"),
    ("has a header of lists", sending({**START, "headers": [[b"a", "b"]]}), "is not a pair of bytes: (b'a', 'b')"),
    ("has a header name with a colon", sending({**START, "headers": [(b"a:", b"b")]}), "b'a:' is not a token"),
    ("has a header value with LF", sending({**START, "headers": [(b"a", b"b\nc")]}), "holds NUL, CR or LF: b'b\\nc'"),
    ("has a length that is none", sending({**START, "headers": [(b"content-length", b"-1")]}), "not a number of bytes"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("app", "violation"), [row[1:] for row in FAULTS_BEFORE_AN_ANSWER], ids=[row[0] for row in FAULTS_BEFORE_AN_ANSWER]
)
def test_a_fault_before_an_answer_is_a_500_without_the_applications_headers(app: App, violation: str) -> None:
    response = response_of(answer(app))

    assert (response.status, response.body, response.body_failure) == (500, b"Internal Server Error", None)
    assert b"access-control-allow-origin" not in response.headers
    assert violation in (response.traceback or "")


PART = {**BODY, "more_body": True}
LENGTH_3 = {**START, "headers": [(b"content-length", b"3")]}
RAISED = "the application raised ValueError in the middle of the response"

FAULTS_AFTER_THE_HEAD: list[tuple[str, App, bytes, str | None, str]] = [
    ("raises before the body", sending(START, error=ValueError("oh")), b"", RAISED, "ValueError: oh"),
    ("raises in the body", sending(START, PART, error=ValueError("oh")), b"ok", RAISED, "ValueError: oh"),
    ("raises after it", sending(START, BODY, error=ValueError("oh")), b"ok", None, "ValueError: oh"),
    ("raises after the declared end",
     sending(LENGTH_3, PART, {**PART, "body": b"!"}, error=ValueError("oh")), b"ok!", None, "ValueError: oh"),
    ("returns in the body", sending(START, PART), b"ok", "the application returned in the middle of the response", ""),
    ("sends a body too short", sending(LENGTH_3, BODY), b"ok", "Content-Length is 3, but only 2 bytes were sent", ""),
    ("sends a body too long", sending(LENGTH_3, PART, BODY), b"ok",
     "the application raised ProtocolViolation in the middle of the response", "longer than Content-Length"),
    ("sends a body of str", sending(START, {**BODY, "body": "ok"}), b"",
     "the application raised ProtocolViolation in the middle of the response", "is of type str, not bytes: 'ok'"),
    ("starts twice", sending(START, START), b"",
     "the application raised ProtocolViolation in the middle of the response", "got 'http.response.start'"),
    ("goes on after the end", sending(START, BODY, BODY), b"ok", None, "was sent after the response was complete"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("app", "body", "failure", "traceback"),
    [row[1:] for row in FAULTS_AFTER_THE_HEAD],
    ids=[row[0] for row in FAULTS_AFTER_THE_HEAD],
)
def test_a_fault_after_the_head_breaks_the_body_unless_it_is_complete(
    app: App, body: bytes, failure: str | None, traceback: str
) -> None:
    response = response_of(answer(app))

    assert (200, body, failure) == (response.status, response.body, response.body_failure)
    assert traceback in (response.traceback or "")


def test_a_head_response_may_declare_any_length() -> None:
    response = response_of(answer(sending(LENGTH_3, {**BODY, "body": b"four"}), make_request(method="HEAD")))

    assert (response.body, response.body_failure, response.traceback) == (b"", None, None)


def test_two_different_lengths_are_no_response() -> None:
    headers = [(b"content-length", b"2"), (b"content-length", b"3")]

    assert FailureKind.INVALID_RESPONSE is failure_of(answer(sending({**START, "headers": headers}, BODY))).kind


def test_a_body_without_end_stops_at_the_limit_even_if_the_application_does_not_listen() -> None:
    @http_only
    async def endless(scope: dict[str, Any], receive: Any, send: Any) -> None:
        await send(START)
        for _ in range(20):
            try:
                await send({**PART, "body": b"a" * 1000})
            except OSError:
                continue

    failure = failure_of(answer(endless, max_body_bytes=10_000))

    assert (failure.kind, failure.detail) == (FailureKind.TOO_LARGE, "body of more than 10000 bytes")


@pytest.mark.parametrize("error", [ValueError("oh"), SystemExit(1)])
def test_on_request_what_the_application_raises_is_raised_in_the_caller(error: BaseException) -> None:
    server = ASGIServer(sending(START, BODY, error=error), raise_app_exceptions=True)
    with pytest.raises(type(error)):
        server.send(make_request())
    server.close()


def test_on_request_a_violation_is_raised_in_the_caller() -> None:
    with pytest.raises(ProtocolViolation, match="expected the ASGI message"):
        answer(sending(BODY), raise_app_exceptions=True)


def test_a_keyboard_interrupt_is_never_swallowed_and_does_not_end_the_loop() -> None:
    server = ASGIServer(sending(error=KeyboardInterrupt()))
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            server.send(make_request())
    server.close()


def test_the_disconnect_comes_when_the_response_is_complete() -> None:
    seen = []

    @http_only
    async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
        async def listen() -> None:
            seen.append(await receive())

        await receive()
        listener = asyncio.create_task(listen())
        await asyncio.sleep(0)
        await send(START)
        seen.append("started")
        await asyncio.sleep(0)
        await send(BODY)
        seen.append("complete")
        await listener
        seen.append(await receive())

    answer(app)

    assert seen == ["started", "complete", {"type": "http.disconnect"}, {"type": "http.disconnect"}]


variable: contextvars.ContextVar[str] = contextvars.ContextVar("variable", default="unset")


@pytest.mark.parametrize("waits", [False, True])
def test_context_variables_reach_the_application_and_do_not_leak_back(waits: bool) -> None:
    seen = []

    @http_only
    async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
        seen.append(variable.get())
        variable.set("by the application")
        if waits:
            await asyncio.sleep(0)
        seen.append(variable.get())
        await send(START)
        await send(BODY)

    async def main(server: ASGIServer) -> str:
        variable.set("by the caller")
        await server.send_async(make_request())
        return variable.get()

    server = ASGIServer(app)

    assert asyncio.run(main(server)) == "by the caller"
    token = variable.set("by the sync caller")
    server.send(make_request())
    assert variable.get() == "by the sync caller"
    variable.reset(token)
    server.close()
    expected = ["by the caller", "by the application", "by the sync caller", "by the application"]
    assert expected == seen


@pytest.mark.parametrize("waits", [False, True])
def test_each_request_has_a_task_of_its_own_which_is_the_current_one(waits: bool) -> None:
    tasks: list[Any] = []

    @http_only
    async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
        tasks.append(asyncio.current_task())
        if waits:
            await asyncio.sleep(0)
        tasks.append(asyncio.current_task())
        assert asyncio.current_task() in asyncio.all_tasks()
        await send(START)
        await send(BODY)

    async def main() -> None:
        server = ASGIServer(app)
        tasks.append(asyncio.current_task())
        for _ in range(2):
            assert response_of(await server.send_async(make_request())).status == 200
        assert tasks[0] is asyncio.current_task()
        assert {asyncio.current_task()} == asyncio.all_tasks()

    asyncio.run(main())

    caller, first, first_again, second, second_again = tasks
    assert (first, second) == (first_again, second_again)
    assert len({caller, first, second}) == 3


def test_an_application_that_waits_for_nothing_is_answered_without_a_round_of_the_loop() -> None:
    async def main() -> list[str]:
        order: list[str] = []
        server = ASGIServer(sending(START, BODY))
        await server.send_async(make_request())
        asyncio.get_running_loop().call_soon(order.append, "round")
        await server.send_async(make_request())
        return [*order, "answered"]

    assert asyncio.run(main()) == ["answered"]


def test_a_loop_that_someone_has_patched_stays_patched() -> None:
    async def main() -> list[bool]:
        loop = asyncio.get_running_loop()
        before = loop.call_soon
        await ASGIServer(sending(START, BODY)).send_async(make_request())
        unpatched = "call_soon" not in vars(loop) and loop.call_soon == before
        loop.call_soon = before  # type: ignore[method-assign]
        await ASGIServer(sending(START, BODY)).send_async(make_request())
        return [unpatched, vars(loop)["call_soon"] is before]

    assert asyncio.run(main()) == [True, True]


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="Python 3.12 starts tasks at once by itself")
def test_what_a_finalizer_asks_of_the_loop_while_a_task_is_made_is_done() -> None:
    called: list[str] = []

    async def coroutine() -> None:
        called.append("task")

    class Loop(asyncio.SelectorEventLoop):
        def __setattr__(self, name: str, value: Any) -> None:
            super().__setattr__(name, value)
            if name == "call_soon":
                self.call_soon(called.append, "finalizer")

    async def main() -> None:
        await start_task(coroutine(), asyncio.get_running_loop())

    with asyncio.Runner(loop_factory=Loop) as runner:
        runner.run(main())

    assert called == ["task", "finalizer"]


def test_where_the_loop_cannot_be_borrowed_the_task_starts_in_its_next_round() -> None:
    class SealedLoop(asyncio.SelectorEventLoop):
        def __setattr__(self, name: str, value: object) -> None:
            if name == "call_soon":
                raise AttributeError(name)
            super().__setattr__(name, value)

    with asyncio.Runner(loop_factory=SealedLoop) as runner:
        response = runner.run(ASGIServer(sending(START, BODY)).send_async(make_request()))

    assert response_of(response).status == 200


async def times_out(send: Any) -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await asyncio.sleep(10)


async def times_out_at_once(send: Any) -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0):
            await asyncio.sleep(10)


async def has_a_task_group(send: Any) -> None:
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(asyncio.sleep(0, number)) for number in range(3)]
    assert [task.result() for task in tasks] == [0, 1, 2]


async def has_a_failing_task_group(send: Any) -> None:
    async def fail() -> None:
        raise ValueError("oh")

    with pytest.raises(ExceptionGroup):  # noqa: PT012 - the group raises at its end
        async with asyncio.TaskGroup() as group:
            group.create_task(fail())
            await asyncio.sleep(10)


async def has_an_anyio_scope(send: Any) -> None:
    with anyio.move_on_after(0.01) as scope:
        await anyio.sleep(10)
    assert scope.cancelled_caught


async def is_cancelled_by_an_anyio_scope_at_once(send: Any) -> None:
    with anyio.CancelScope() as scope:
        scope.cancel()
        await anyio.sleep(10)
    assert scope.cancelled_caught


async def has_an_anyio_task_group(send: Any) -> None:
    async with anyio.create_task_group() as group:
        group.start_soon(anyio.sleep, 10)
        await anyio.sleep(0)
        group.cancel_scope.cancel()


async def goes_to_a_thread(send: Any) -> None:
    assert await anyio.to_thread.run_sync(len, "abc") == 3
    assert await asyncio.to_thread(len, "abc") == 3


@pytest.mark.parametrize(
    "behaviour",
    [
        times_out,
        times_out_at_once,
        has_a_task_group,
        has_a_failing_task_group,
        has_an_anyio_scope,
        is_cancelled_by_an_anyio_scope_at_once,
        has_an_anyio_task_group,
        goes_to_a_thread,
    ],
)
def test_what_asyncio_and_anyio_offer_works_as_under_a_real_server(behaviour: Callable[[Any], Awaitable[None]]) -> None:
    @http_only
    async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
        await behaviour(send)
        await send(START)
        await send(BODY)

    async def main() -> list[Any]:
        server = ASGIServer(app)
        async with asyncio.timeout(5):
            with anyio.fail_after(5):
                return await asyncio.gather(*(server.send_async(make_request()) for _ in range(2)))

    sync_server = ASGIServer(app)
    answers = [*asyncio.run(main()), sync_server.send(make_request())]
    sync_server.close()

    assert [(r.status, r.body, r.traceback) for r in map(response_of, answers)] == [(200, b"ok", None)] * 3


@pytest.mark.parametrize("waits", [False, True])
def test_an_application_that_cancels_its_own_task_harms_no_other(waits: bool) -> None:
    @http_only
    async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
        task = asyncio.current_task()
        assert task is not None
        task.cancel()
        if waits:
            await asyncio.sleep(10)

    response = response_of(answer(app))

    assert response.status == 500
    assert "the application cancelled its own task" in (response.traceback or "")


def test_a_caller_that_is_cancelled_cancels_the_application() -> None:
    seen = []

    @http_only
    async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
        try:
            await asyncio.sleep(10)
        except asyncio.CancelledError:
            seen.append("cancelled")
            raise

    async def main() -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await ASGIServer(app).send_async(make_request())
        with anyio.move_on_after(0.01) as scope:
            await ASGIServer(app).send_async(make_request())
        assert scope.cancelled_caught

    asyncio.run(main())

    assert seen == ["cancelled", "cancelled"]


def test_the_table_of_headers_does_not_grow_without_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asgi, "CACHE_ENTRIES", 8)
    monkeypatch.setattr("browsercors.servers.server.HEADER_LISTS_KEPT", 8)
    for table in ("_header_lines", "_header_lists"):
        monkeypatch.setattr(asgi, table, {})
    for number in range(50):
        answer(sending({**START, "headers": [(b"x-%d" % number, b"")]}, BODY))

    assert 0 < len(asgi._header_lines) <= 8
    assert 0 < len(asgi._header_lists) <= 8


def test_answers_with_the_same_headers_are_independent() -> None:
    app = sending({**START, "headers": [(b"x", b"1")]}, BODY)
    first, second = answer(app), answer(app)
    assert isinstance(first, HTTPResponse)
    assert isinstance(second, HTTPResponse)

    first.headers.append(b"y", b"2")

    assert list(second.headers) == [(b"x", b"1")]


def test_the_server_is_a_server_and_says_whose() -> None:
    app = sending()
    server = ASGIServer(app)

    assert isinstance(server, Server)
    assert f"<ASGIServer {app!r}>" == repr(server)
    server.close()
