"""
Tasks that start at once and not in the loop's next round.
"""

from __future__ import annotations

import asyncio
import contextvars
import sys
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

__all__ = ["start_task"]


def start_task(coroutine: Coroutine[Any, Any, None], loop: asyncio.AbstractEventLoop) -> asyncio.Task[None]:
    """
    Make a task of *coroutine* in a copy of the context, and run it at once until it first waits.

    The caller is another task. It goes on when the new task waits or is done.
    """
    own_context = contextvars.copy_context()
    if sys.version_info >= (3, 12):
        return asyncio.Task(coroutine, loop=loop, context=own_context, eager_start=True)

    # NB: Python 3.11 has no eager tasks, but all that they need: a task's constructor hands its first step to the
    # loop's `call_soon`, and the functions for third-party tasks say which task is the current one
    # (https://docs.python.org/3/library/asyncio-extending.html).
    steps: list[Callable[[], object]] = []

    call_soon = loop.call_soon
    is_patched = "call_soon" in getattr(loop, "__dict__", ())

    def keep(step: Callable[..., object], *args: Any, context: contextvars.Context | None = None) -> object:
        if context is not own_context:
            # NB: a garbage collection may run finalizers at any moment, and they may need the loop.
            return call_soon(step, *args, context=context)
        steps.append(step)
        return None

    try:
        loop.call_soon = keep  # type: ignore[assignment, method-assign]  # put back before anything else can run
    except AttributeError:
        return loop.create_task(coroutine, context=own_context)
    try:
        task = asyncio.Task(coroutine, loop=loop, context=own_context)
    finally:
        if is_patched:
            loop.call_soon = call_soon  # type: ignore[method-assign]
        else:
            del loop.call_soon
    caller = cast("asyncio.Task[object]", asyncio.current_task(loop))
    asyncio.tasks._leave_task(loop, caller)  # noqa: SLF001 - documented for third-party tasks
    try:
        own_context.run(steps[0])
    finally:
        asyncio.tasks._enter_task(loop, caller)  # noqa: SLF001
    return task
