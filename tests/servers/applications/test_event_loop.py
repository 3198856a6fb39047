"""
The event loop of a sync browser.
"""

from __future__ import annotations

import asyncio
import gc
import signal
import threading
import time
import weakref

import pytest

from browsercors.servers.applications import event_loop
from browsercors.servers.applications.event_loop import EventLoopThread


def browser_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "browsercors-asgi"]


async def identity(value: object) -> tuple[object, str]:
    await asyncio.sleep(0)
    return value, threading.current_thread().name


def test_the_thread_starts_when_first_needed_and_ends_when_closed() -> None:
    thread = EventLoopThread()
    assert (repr(thread), browser_threads()) == ("<EventLoopThread not running>", [])

    assert [thread.run(identity, 1), thread.run(identity, 2)] == [(1, "browsercors-asgi"), (2, "browsercors-asgi")]
    assert (repr(thread), len(browser_threads())) == ("<EventLoopThread running>", 1)

    thread.close()
    thread.close()
    assert browser_threads() == []
    assert thread.run(identity, 3) == (3, "browsercors-asgi")
    thread.close()


def test_what_the_coroutine_raises_is_raised_in_the_caller() -> None:
    async def fail(error: BaseException) -> None:
        raise error

    thread = EventLoopThread()
    for error in (ValueError("oh"), SystemExit(1), KeyboardInterrupt()):
        with pytest.raises(type(error)):
            thread.run(fail, error)
    assert thread.run(identity, 1) == (1, "browsercors-asgi")
    thread.close()


@pytest.mark.asyncio
async def test_a_loop_that_runs_in_the_callers_thread_is_no_obstacle() -> None:
    thread = EventLoopThread()

    assert thread.run(identity, 1) == (1, "browsercors-asgi")
    thread.close()


def test_an_application_that_calls_its_own_sync_browser_is_told_so() -> None:
    thread = EventLoopThread()

    async def nested() -> None:
        thread.run(identity, 1)

    with pytest.raises(RuntimeError, match="use AsyncBrowser inside it"):
        thread.run(nested)
    thread.close()


def test_an_interrupted_caller_cancels_the_coroutine_and_does_not_hang() -> None:
    thread = EventLoopThread()
    cancelled = threading.Event()

    async def wait() -> None:
        main_thread = threading.main_thread().ident
        assert main_thread is not None
        threading.Timer(0.05, signal.pthread_kill, [main_thread, signal.SIGINT]).start()
        try:
            await asyncio.sleep(30)
        finally:
            cancelled.set()

    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        thread.run(wait)

    assert cancelled.wait(2)
    assert time.monotonic() - began < 5
    assert thread.run(identity, 1) == (1, "browsercors-asgi")
    thread.close()


def test_a_call_that_is_cancelled_before_it_began_stays_silent() -> None:
    call: event_loop._Call[object] = event_loop._Call(identity, (1,))
    call.cancel()

    assert call.done.locked()


def test_closing_does_not_wait_for_ever_for_an_application_that_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_loop, "SHUTDOWN_SECONDS", 0.05)
    thread = EventLoopThread()
    release = threading.Event()

    async def leave_behind() -> None:
        asyncio.get_running_loop().call_soon(release.wait)

    thread.run(leave_behind)
    (running,) = browser_threads()
    thread.close()
    assert running.is_alive()
    release.set()
    running.join(2)

    assert not running.is_alive()


def test_a_browser_that_is_forgotten_ends_its_thread() -> None:
    thread = EventLoopThread()
    thread.run(identity, 1)
    reference = weakref.ref(thread)
    del thread
    gc.collect()

    assert reference() is None
    assert browser_threads() == []


def test_a_browser_that_is_forgotten_in_the_loops_own_thread_does_not_wait_for_itself() -> None:
    threads = [EventLoopThread()]

    async def forget() -> None:
        threads[0]._start().stop()

    (running,) = [threads[0]._start().thread]
    threads[0].run(forget)
    running.join(2)

    assert not running.is_alive()
    threads.pop().close()
