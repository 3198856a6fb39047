"""
Applications that never end: wherever they run, a page gets what a live server in their place would have sent so far.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import faulthandler
import gc
import itertools
import os
import signal
import sys
import threading
import time
from typing import TYPE_CHECKING, Any, Final

import pytest

from browsercors import Browser, LifespanError
from browsercors.servers.applications import event_loop
from browsercors.servers.applications.asgi import ASGIServer
from browsercors.servers.applications.wsgi import WSGIServer
from browsercors.values.wire import BODY_TIMED_OUT, FailureKind, HTTPResponse, TransportFailure
from tests.servers.helpers import make_request

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    Answered = HTTPResponse | TransportFailure

SECONDS: Final = 0.3
TEXT: Final = [("Content-Type", "text/plain")]
START: Final = {"type": "http.response.start", "status": 200}

needs_signal = pytest.mark.skipif(not hasattr(signal, "SIGURG"), reason="there is no signal to interrupt with")


@pytest.fixture(autouse=True)
def _watchdog(capfd: pytest.CaptureFixture[str]) -> Iterator[None]:
    """
    End the whole run where a test hangs, and say where: nothing less would.
    """
    with capfd.disabled():
        errors = os.dup(2)
    faulthandler.dump_traceback_later(20, exit=True, file=errors)
    yield
    faulthandler.cancel_dump_traceback_later()
    os.close(errors)


def sleep() -> None:
    time.sleep(20)


def wait_for_a_lock() -> None:
    lock = threading.Lock()
    lock.acquire()
    lock.acquire(timeout=20)


def spin() -> None:
    ends = time.monotonic() + 20
    while time.monotonic() < ends:
        pass


def catch_everything_twice() -> None:
    for _ in range(2):
        with contextlib.suppress(BaseException):
            time.sleep(1)
    time.sleep(20)


def in_this_thread(function: Callable[[], Any]) -> Any:
    return function()


def in_another_thread(function: Callable[[], Any]) -> Any:
    with concurrent.futures.ThreadPoolExecutor(1) as executor:
        return executor.submit(function).result()


THREADS: Final = [in_this_thread, in_another_thread]


class Late:
    """
    A WSGI application that answers `/ok` and otherwise does what it was made to do.
    """

    def __init__(self, answer: Callable[[Any], Any]) -> None:
        self.answer = answer

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        if environ["PATH_INFO"] == "/ok":
            start_response("200 OK", TEXT)
            return [b"ok"]
        return self.answer(start_response)


def blocking(block: Callable[[], None]) -> Late:
    def answer(start_response: Any) -> list[bytes]:
        block()
        return []

    return Late(answer)


def started(start_response: Any) -> Iterator[bytes]:
    start_response("200 OK", TEXT)
    sleep()
    yield b"never"


def interrupted_in_the_body(start_response: Any) -> Iterator[bytes]:
    start_response("200 OK", TEXT)
    yield b"a"
    sleep()


def slow_to_clean_up(start_response: Any) -> Iterator[bytes]:
    start_response("200 OK", TEXT)
    try:
        yield b"a"
        sleep()
    finally:
        sleep()


def endless(start_response: Any, part: bytes = b"a", pause: float = 0.01) -> Iterator[bytes]:
    start_response("200 OK", TEXT)
    for _ in itertools.count():
        yield part
        time.sleep(pause)


def endless_empty(start_response: Any) -> Iterator[bytes]:
    start_response("200 OK", TEXT)
    # NB: slow enough that the number of parts is not what ends it.
    while True:
        time.sleep(0.0005)
        yield b""


def answers_after_all(start_response: Any) -> list[bytes]:
    with contextlib.suppress(BaseException):
        time.sleep(2)
    start_response("200 OK", TEXT)
    return [b"after all"]


class HangsInClose:
    def __init__(self, parts: list[bytes]) -> None:
        self.parts = parts

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.parts)

    def close(self) -> None:
        sleep()


def hanging_in_close(start_response: Any) -> HangsInClose:
    start_response("200 OK", TEXT)
    return HangsInClose([b"whole"])


def written_and_hanging(start_response: Any) -> list[bytes]:
    start_response("200 OK", TEXT)(b"a")
    sleep()
    return []


# what it does                         application                        body, None for no head; whether it is broken
WSGI_CASES: list[tuple[str, Late, bytes | None, bool]] = [
    ("sleeps", blocking(sleep), None, True),
    ("waits for a lock", blocking(wait_for_a_lock), None, True),
    ("is busy", blocking(spin), None, True),
    ("catches every interruption", blocking(catch_everything_twice), None, True),
    ("answers after all", Late(answers_after_all), None, True),
    ("starts the response, whose head waits for the body", Late(started), None, True),
    ("hangs in the body", Late(interrupted_in_the_body), b"a", True),
    ("hangs after write()", Late(written_and_hanging), b"a", True),
    ("hangs in the body, and in its clean-up", Late(slow_to_clean_up), b"a", True),
    ("goes on for ever", Late(endless), b"a", True),
    ("goes on for ever with nothing", Late(endless_empty), None, True),
    ("hangs in close(), which is after the end", Late(hanging_in_close), b"whole", False),
]

SYNC_AND_ASYNC: Final = ["sync", "async"]


def answers_of(server: Any, kind: str) -> tuple[Answered, Answered, float]:
    """
    Ask for `/` and then for `/ok`, and return both answers and how long the first one took.
    """

    async def ask() -> tuple[Answered, Answered, float]:
        began = time.monotonic()
        first = await server.send_async(make_request())
        took = time.monotonic() - began
        second = await server.send_async(make_request(url="/ok"))
        await server.aclose()
        return first, second, took

    if kind == "async":
        return asyncio.run(ask())
    began = time.monotonic()
    first = server.send(make_request())
    took = time.monotonic() - began
    second = server.send(make_request(url="/ok"))
    server.close()
    return first, second, took


def check(answers: tuple[Answered, Answered, float], body: bytes | None, *, is_broken: bool) -> None:
    first, second, took = answers

    if body is None:
        assert isinstance(first, TransportFailure), first
        assert first.kind is FailureKind.TIMED_OUT
        waits = "mount(..., timeout=None) waits for as long as it takes"
        assert first.detail == f"the application did not answer in {SECONDS:g} s; {waits}"
    else:
        assert isinstance(first, HTTPResponse), first
        assert first.body[: len(body)] == body
        assert first.body_failure == (BODY_TIMED_OUT if is_broken else None)
    assert isinstance(second, HTTPResponse), second
    assert (second.status, second.body, second.body_failure) == (200, b"ok", None)
    assert took < 3


@needs_signal
@pytest.mark.parametrize("thread", THREADS)
@pytest.mark.parametrize("kind", SYNC_AND_ASYNC)
@pytest.mark.parametrize(
    ("app", "body", "is_broken"), [row[1:] for row in WSGI_CASES], ids=[row[0] for row in WSGI_CASES]
)
def test_a_wsgi_application_has_a_deadline(
    app: Late, body: bytes | None, is_broken: bool, kind: str, thread: Callable[..., Any]
) -> None:
    server = WSGIServer(app, timeout=SECONDS)

    check(thread(lambda: answers_of(server, kind)), body, is_broken=is_broken)


def asgi(answer: Callable[[Any, Any], Awaitable[None]]) -> Any:
    """
    Return an ASGI application without lifespan that answers `/ok`, and otherwise as *answer* does.
    """

    async def app(scope: Any, receive: Any, send: Any) -> None:
        assert scope["type"] == "http"
        if scope["path"] == "/ok":
            await send(START)
            await send({"type": "http.response.body", "body": b"ok"})
        else:
            await answer(receive, send)

    return app


def part(body: bytes, *, is_last: bool = False) -> dict[str, Any]:
    return {"type": "http.response.body", "body": body, "more_body": not is_last}


async def waits(receive: Any, send: Any) -> None:
    await asyncio.sleep(20)


async def waits_for_a_disconnect_that_does_not_come(receive: Any, send: Any) -> None:
    await receive()
    await receive()


async def starts(receive: Any, send: Any) -> None:
    await send(START)
    await asyncio.sleep(20)


async def streams(receive: Any, send: Any) -> None:
    await send(START)
    while True:
        await send(part(b"a"))
        await asyncio.sleep(0.01)


async def streams_without_a_pause(receive: Any, send: Any) -> None:
    await send(START)
    while True:
        await send(part(b"a"))


async def streams_nothing(receive: Any, send: Any) -> None:
    await send(START)
    while True:
        await send(part(b""))


async def streams_to_nobody(receive: Any, send: Any) -> None:
    await send(START)
    while True:
        with contextlib.suppress(OSError):
            await send(part(b"a"))


async def takes_no_notice(receive: Any, send: Any) -> None:
    await send(START)
    await send(part(b"a"))
    for _ in range(2):
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.sleep(20)


async def goes_on_after_the_end(receive: Any, send: Any) -> None:
    await send(START)
    await send(part(b"whole", is_last=True))
    await asyncio.sleep(20)


async def blocks(receive: Any, send: Any) -> None:
    sleep()


async def blocks_later(receive: Any, send: Any) -> None:
    await send(START)
    await send(part(b"a"))
    await asyncio.sleep(0.01)
    spin()


async def blocks_in_another_task(receive: Any, send: Any) -> None:
    async def block() -> None:
        await asyncio.sleep(0)
        spin()

    await asyncio.create_task(block())


ASGI_CASES: list[tuple[str, Any, bytes | None, bool]] = [
    ("waits", waits, None, True),
    ("waits for a disconnect", waits_for_a_disconnect_that_does_not_come, None, True),
    ("sends its head", starts, b"", True),
    ("streams for ever", streams, b"a", True),
    ("streams for ever without a pause", streams_without_a_pause, b"a", True),
    ("streams nothing for ever", streams_nothing, b"", True),
    ("streams on when the connection is closed", streams_to_nobody, b"a", True),
    ("catches its cancellation", takes_no_notice, b"a", True),
    ("goes on after the end", goes_on_after_the_end, b"whole", False),
]
ASGI_BLOCKING_CASES: list[tuple[str, Any, bytes | None, bool]] = [
    ("blocks the loop", blocks, None, True),
    ("blocks the loop in the body", blocks_later, b"a", True),
    ("blocks the loop in a task of its own", blocks_in_another_task, None, True),
]


@pytest.mark.parametrize("thread", THREADS)
@pytest.mark.parametrize("kind", SYNC_AND_ASYNC)
@pytest.mark.parametrize(
    ("answer", "body", "is_broken"), [row[1:] for row in ASGI_CASES], ids=[row[0] for row in ASGI_CASES]
)
def test_an_asgi_application_has_a_deadline(
    answer: Any, body: bytes | None, is_broken: bool, kind: str, thread: Callable[..., Any]
) -> None:
    server = ASGIServer(asgi(answer), timeout=SECONDS)

    check(thread(lambda: answers_of(server, kind)), body, is_broken=is_broken)


@pytest.mark.parametrize("thread", THREADS)
@pytest.mark.parametrize(
    ("answer", "body", "is_broken"),
    [row[1:] for row in ASGI_BLOCKING_CASES],
    ids=[row[0] for row in ASGI_BLOCKING_CASES],
)
def test_an_asgi_application_that_blocks_the_loop_of_a_sync_browser_loses_it(
    answer: Any, body: bytes | None, is_broken: bool, thread: Callable[..., Any]
) -> None:
    server = ASGIServer(asgi(answer), timeout=SECONDS)

    check(thread(lambda: answers_of(server, "sync")), body, is_broken=is_broken)


@needs_signal
@pytest.mark.parametrize(
    ("answer", "body", "is_broken"),
    [row[1:] for row in ASGI_BLOCKING_CASES],
    ids=[row[0] for row in ASGI_BLOCKING_CASES],
)
def test_an_asgi_application_that_blocks_the_callers_own_loop_is_interrupted(
    answer: Any, body: bytes | None, is_broken: bool
) -> None:
    server = ASGIServer(asgi(answer), timeout=SECONDS)

    check(answers_of(server, "async"), body, is_broken=is_broken)


@needs_signal
def test_an_interruption_hits_what_is_late_and_nobody_else() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        assert scope["type"] == "http"
        if scope["path"] == "/late":
            # NB: it waits as it should, so that the loop can end it while the other one is busy.
            await asyncio.sleep(20)
        # NB: the time of the first request is over in here.
        for _ in range(12):
            time.sleep(0.1)
            await asyncio.sleep(0)
        await send(START)
        await send(part(b"busy, and in time", is_last=True))

    async def main() -> list[Answered]:
        late, busy = ASGIServer(app, timeout=SECONDS), ASGIServer(app, timeout=20)
        requests = late.send_async(make_request(url="/late")), busy.send_async(make_request())
        return list(await asyncio.gather(*requests))

    first, second = asyncio.run(main())

    assert isinstance(first, TransportFailure)
    assert isinstance(second, HTTPResponse)
    assert second.body == b"busy, and in time"


@needs_signal
@pytest.mark.parametrize("kind", SYNC_AND_ASYNC)
@pytest.mark.parametrize(
    ("server", "where"),
    [
        (lambda: WSGIServer(Late(interrupted_in_the_body), timeout=SECONDS), "in interrupted_in_the_body\n    sleep()"),
        (lambda: ASGIServer(asgi(starts), timeout=SECONDS), "in starts\n    await asyncio.sleep(20)"),
        (lambda: ASGIServer(asgi(blocks_later), timeout=SECONDS), "in blocks_later\n    spin()"),
    ],
    ids=["WSGI", "ASGI", "ASGI, the loop is blocked"],
)
def test_the_traceback_shows_where_the_application_was(server: Callable[[], Any], where: str, kind: str) -> None:
    first, _, _ = answers_of(server(), kind)

    assert where in (first.traceback or "")
    assert (
        (first.traceback or "")
        .rstrip()
        .endswith(f"after {SECONDS:g} s; mount(..., timeout=None) waits for as long as it takes")
    )


@pytest.mark.parametrize("kind", SYNC_AND_ASYNC)
@pytest.mark.parametrize("thread", THREADS)
def test_without_a_deadline_an_application_has_any_time_and_stays_where_it_is_asked(
    kind: str, thread: Callable[..., Any]
) -> None:
    threads = []

    def patient(start_response: Any) -> list[bytes]:
        time.sleep(2 * SECONDS)
        threads.append(threading.current_thread())
        start_response("200 OK", TEXT)
        return [b"in the end"]

    async def patient_asgi(receive: Any, send: Any) -> None:
        await asyncio.sleep(2 * SECONDS)
        await send(START)
        await send(part(b"in the end", is_last=True))

    for server in (WSGIServer(Late(patient), timeout=None), ASGIServer(asgi(patient_asgi), timeout=None)):
        first, _, _ = thread(lambda server=server: answers_of(server, kind))
        assert isinstance(first, HTTPResponse)
        assert first.body == b"in the end"
    if kind == "sync":
        assert (thread is in_this_thread) == (threads == [threading.main_thread()])
        assert not any(each.name.startswith("browsercors") for each in threads)


def test_outside_the_main_thread_callers_do_not_wait_for_each_other_and_have_a_thread_each() -> None:
    released = threading.Event()
    seen: dict[str, set[str]] = {}

    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        seen.setdefault(environ["PATH_INFO"], set()).add(str(threading.get_ident()))
        if environ["PATH_INFO"] == "/wait":
            released.wait(10)
        else:
            released.set()
        start_response("200 OK", TEXT)
        return [b"ok"]

    server = WSGIServer(app, timeout=20)

    def ask(path: str) -> bool:
        return all(isinstance(server.send(make_request(url=path)), HTTPResponse) for _ in range(3))

    with concurrent.futures.ThreadPoolExecutor(2) as executor:
        assert [each.result(20) for each in (executor.submit(ask, "/wait"), executor.submit(ask, "/go"))] == [True] * 2
    server.close()
    assert {path: len(threads) for path, threads in seen.items()} == {"/wait": 1, "/go": 1}
    assert seen["/wait"] != seen["/go"]


def test_in_a_worker_thread_the_time_of_a_request_begins_when_it_is_its_turn() -> None:
    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        time.sleep(0.3)
        start_response("200 OK", TEXT)
        return [b"ok"]

    async def main() -> list[Answered]:
        server = WSGIServer(app, timeout=0.7)
        return await asyncio.gather(*(server.send_async(make_request()) for _ in range(4)))

    assert [type(answer) for answer in asyncio.run(main())] == [HTTPResponse] * 4


def test_in_a_worker_thread_one_that_hangs_does_not_take_the_others_along() -> None:
    async def main() -> list[Answered]:
        server = WSGIServer(blocking(sleep), timeout=SECONDS)
        requests = [make_request(url=path) for path in ("/", "/ok", "/", "/ok")]
        answers = await asyncio.gather(*(server.send_async(request) for request in requests))
        await server.aclose()
        return list(answers)

    expected = [TransportFailure, HTTPResponse, TransportFailure, HTTPResponse]
    assert expected == [type(answer) for answer in asyncio.run(main())]


@pytest.mark.parametrize("app", ["wsgi", "asgi"])
def test_a_body_of_too_many_parts_is_too_large(app: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"browsercors.servers.applications.{app}.MAX_BODY_PARTS", 1000)
    server: Any = WSGIServer(Late(endless_empty)) if app == "wsgi" else ASGIServer(asgi(streams_nothing))
    answer = server.send(make_request())
    server.close()

    assert isinstance(answer, TransportFailure)
    assert (answer.kind, answer.detail) == (FailureKind.TOO_LARGE, "body of more than 1000 parts")


def lifespan(startup: Callable[[], Awaitable[None]] | None, shutdown: Callable[[], Awaitable[None]] | None) -> Any:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            await send(START)
            await send(part(b"ok", is_last=True))
            return
        for step in (startup, shutdown):
            message = await receive()
            if step is not None:
                await step()
            await send({"type": f"{message['type']}.complete"})

    return app


async def wait() -> None:
    await asyncio.sleep(20)


async def block() -> None:
    sleep()


async def wait_stubbornly() -> None:
    for _ in range(2):
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.sleep(20)


STEPS: Final = [wait, wait_stubbornly, block]


@needs_signal
@pytest.mark.parametrize("kind", SYNC_AND_ASYNC)
@pytest.mark.parametrize("step", STEPS)
def test_a_start_up_has_a_deadline_and_is_not_tried_again(step: Any, kind: str) -> None:
    server = ASGIServer(lifespan(step, None), timeout=SECONDS)
    right = f"the application's start-up did not end in {SECONDS:g} s; mount"

    async def ask() -> float:
        with pytest.raises(LifespanError, match=right):
            await server.send_async(make_request())
        began = time.monotonic()
        with pytest.raises(LifespanError, match=right):
            await server.send_async(make_request())
        await server.aclose()
        return time.monotonic() - began

    if kind == "async":
        assert asyncio.run(ask()) < 1
        return
    with pytest.raises(LifespanError, match=right):
        server.send(make_request())
    began = time.monotonic()
    with pytest.raises(LifespanError, match=right):
        server.send(make_request())
    assert time.monotonic() - began < SECONDS
    server.close()


@needs_signal
@pytest.mark.parametrize("kind", SYNC_AND_ASYNC)
@pytest.mark.parametrize("step", STEPS)
def test_a_shutdown_has_a_deadline(step: Any, kind: str) -> None:
    server = ASGIServer(lifespan(None, step), timeout=SECONDS)
    late = f"the application's shutdown did not end in {SECONDS:g} s; mount"
    right = f"{late}|the application has blocked its event loop; mount"

    async def ask() -> None:
        await server.send_async(make_request())
        with pytest.raises(LifespanError, match=right):
            await server.aclose()

    began = time.monotonic()
    if kind == "async":
        asyncio.run(ask())
    else:
        server.send(make_request())
        with pytest.raises(LifespanError, match=right):
            server.close()
    assert time.monotonic() - began < 4


ENDINGS: list[tuple[str, Callable[[], Any]]] = [
    ("stops the loop", lambda: asyncio.get_running_loop().stop()),
    ("closes the loop", lambda: asyncio.get_running_loop().close()),
    ("cancels all tasks", lambda: [task.cancel() for task in asyncio.all_tasks()]),
    ("exits in a callback", lambda: asyncio.get_running_loop().call_soon(sys.exit)),
    ("interrupts in a task", lambda: asyncio.create_task(raising(KeyboardInterrupt()))),
    ("exits in a task", lambda: asyncio.create_task(raising(SystemExit(3)))),
]


async def raising(error: BaseException) -> None:
    raise error


@pytest.mark.parametrize("end", [row[1] for row in ENDINGS], ids=[row[0] for row in ENDINGS])
def test_an_application_cannot_end_the_loop_of_a_sync_browser(end: Callable[[], Any]) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await lifespan(None, None)(scope, receive, send)
            return
        if scope["path"] == "/end":
            end()
            await asyncio.sleep(0.01)
        await send(START)
        await send(part(b"ok", is_last=True))

    with Browser() as browser:
        browser.mount("https://api.example.com", app, timeout=5)
        page = browser.open("https://api.example.com")
        began = time.monotonic()
        page.fetch("/end")
        assert [page.fetch("/ok").text() for _ in range(2)] == ["ok", "ok"]
    assert time.monotonic() - began < 2
    # NB: asyncio logs a task that is collected with its exception, and Python 3.11 parses code for the log. That fails
    # ("AST constructor recursion depth mismatch") if it happens while another test is being parsed.
    gc.collect()


async def one() -> int:
    return 1


def test_a_loop_that_ends_takes_its_calls_along_and_is_followed_by_another() -> None:
    thread = event_loop.EventLoopThread()

    async def end() -> None:
        thread._start().is_stopping = True
        asyncio.get_running_loop().stop()
        await asyncio.sleep(20)

    with pytest.raises(asyncio.CancelledError):
        thread.run(end)
    thread._start().thread.join(1)
    assert thread.run(one) == 1
    thread.close()


def test_a_loop_that_ends_before_a_call_has_begun_takes_that_along_too() -> None:
    thread = event_loop.EventLoopThread()
    serving = thread._start()
    serving.stop()
    # NB: as it is for a moment, between the end of the loop and the end of its thread.
    serving.has_ended = False

    with pytest.raises(event_loop.LoopEnded):
        thread.run(one)
    serving.has_ended = True
    assert thread.run(one) == 1
    thread.close()
