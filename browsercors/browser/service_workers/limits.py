"""
Calling handlers within their time, wherever they are called from.

In the main thread a handler that takes too long is interrupted, whatever it waits for; in another thread it runs in a
thread of its own, which is abandoned. What is awaited is cancelled.
"""

from __future__ import annotations

import asyncio
import inspect
from typing import TYPE_CHECKING, Any

from browsercors.servers.time_limits import GRACE_SECONDS, Hangs, is_main_thread, within

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

__all__ = ["run_limited", "run_limited_later"]


def run_limited(seconds: float | None, function: Callable[[Any], Any], argument: Any) -> Any:
    """
    Call *function*, and wait for what it returns if that is awaitable, without a running event loop.

    Raises:
        Hangs: It takes longer than *seconds*; None for any number.
    """
    value = _called(seconds, function, argument)
    if not inspect.isawaitable(value):
        return value
    if _has_running_loop():
        from browsercors.servers.applications.event_loop import EventLoopThread

        loop = EventLoopThread()
        try:
            return loop.run(_limited, value, seconds, seconds=None if seconds is None else seconds + GRACE_SECONDS)
        finally:
            loop.close()
    limit = None if seconds is None else seconds + GRACE_SECONDS
    return _called(limit, asyncio.run, _limited(value, seconds))


async def run_limited_later(seconds: float | None, function: Callable[[Any], Any], argument: Any) -> Any:
    """
    Call *function* in a running event loop, and await what it returns if that is awaitable.

    Raises:
        Hangs: It takes longer than *seconds*; None for any number.
    """
    value = _called(seconds, function, argument)
    return await _limited(value, seconds) if inspect.isawaitable(value) else value


async def _limited(value: Awaitable[Any], seconds: float | None) -> Any:
    # NB: not `wait_for`, since what is awaited may raise a TimeoutError of its own.
    task = asyncio.ensure_future(value)
    try:
        await asyncio.wait((task,), timeout=seconds)
        if not task.done():
            raise Hangs
        return task.result()
    finally:
        task.cancel()


def _called(seconds: float | None, function: Callable[[Any], Any], argument: Any) -> Any:
    if seconds is None:
        return function(argument)
    if is_main_thread():
        return within(seconds, function, argument)
    from browsercors.servers.applications.worker_thread import WorkerThread

    thread = WorkerThread()
    try:
        return thread.run(seconds, function, argument)
    finally:
        thread.close()


def _has_running_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
