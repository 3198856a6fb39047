"""
Time limits of applications: what takes longer is interrupted where possible, and abandoned elsewhere.

| where the application runs | what ends it |
| --- | --- |
| the main thread (WSGI), an event loop of the main thread (ASGI) | a signal, whatever it waits for |
| another thread (WSGI) | it runs in a worker thread, which is abandoned |
| the loop thread of a sync browser (ASGI) | its task is cancelled; a thread that is stuck is abandoned |
| the main thread, on Windows | the next part of its response; Windows has no such signal |
| an event loop of another thread (ASGI) | its task is cancelled; a call that blocks the loop is not interrupted |

Nothing interrupts a C extension that handles no signals while it is busy.

One thread watches all deadlines, so a quick application pays only for setting its own. The thread sends SIGURG: nothing
else uses it, and it is ignored by default. SIGALRM stays free for others, such as pytest-timeout.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import types
from contextvars import ContextVar
from time import monotonic
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar

from browsercors.values.arguments import ArgumentValueError

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "DEFAULT_SECONDS",
    "NEVER",
    "RETURN_SECONDS",
    "WAIT_LONGER",
    "Hangs",
    "Limit",
    "answering",
    "begin",
    "checked_seconds",
    "end",
    "interrupt_thread",
    "is_main_thread",
    "stack_of",
    "within",
    "within_limit",
]

A = TypeVar("A")
L = TypeVar("L", bound="Limit")
T = TypeVar("T")

DEFAULT_SECONDS: Final = 10.0

WAIT_LONGER: Final = "mount(..., timeout=None) waits for as long as it takes"
"""What helps while an application is debugged. Every message about one that was too slow says it."""

RETURN_SECONDS: Final = 0.1
"""How long an application may take to clean up after it is cancelled, or to return after its last message."""

NEVER: Final = float("inf")

REPEAT_SECONDS: Final = 0.25
"""How long after an interruption that an application caught it is interrupted again."""

GRACE_SECONDS: Final = 0.5
"""How much longer an event loop has to cancel what is late before the loop counts as stuck."""

HAS_SIGNAL: Final = hasattr(signal, "pthread_kill") and hasattr(signal, "SIGURG")


class Hangs(BaseException):
    """
    The call takes too long. It is not an `Exception`, so that an application does not handle it as one of its own.

    Attributes:
        where: Where the application was, if it was abandoned and not interrupted.
    """

    where: types.TracebackType | None = None


def checked_seconds(name: str, seconds: Any, *, may_be_zero: bool = False) -> float:
    """
    Return *seconds*, the value of the argument *name*, as a float.

    Raises:
        ValueError: It is not a number of seconds, or it is out of range.
    """
    is_number = isinstance(seconds, (int, float)) and not isinstance(seconds, bool)
    if not is_number or not 0 <= seconds <= threading.TIMEOUT_MAX or (seconds == 0 and not may_be_zero):
        least = "of 0 or more" if may_be_zero else "above 0"
        raise ArgumentValueError(f"{name} has to be a number of seconds {least}, such as 10, not {seconds!r}")
    return float(seconds)


class Limit:
    """
    Something that has a deadline.

    Attributes:
        deadline: The deadline, on the clock of `time.monotonic`.
        is_over: Whether the deadline has passed.
        was_interrupted: Whether a signal interrupted it.
        interrupted: What a signal may interrupt: whatever the "thread" does, only code in the "loop" that belongs to
            this limit, or None for nothing.
    """

    __slots__ = ("__weakref__", "deadline", "interrupted", "is_over", "was_interrupted")

    deadline: float
    is_over: bool
    was_interrupted: bool
    interrupted: Literal["thread", "loop"] | None

    def __init__(self) -> None:
        self.deadline = NEVER
        self.is_over = self.was_interrupted = False
        self.interrupted = None


answering: ContextVar[Limit | None] = ContextVar("browsercors_answering", default=None)
"""The limit of the running code, and of all tasks that it has started."""


def is_main_thread() -> bool:
    """
    Whether this is the main thread, the only one that handles signals.
    """
    return threading.get_ident() == _watchdog.main_thread


def begin(limit: Limit, seconds: float, interrupted: Literal["thread", "loop"] | None) -> None:
    """
    Set the deadline of *limit* to *seconds* from now.

    Args:
        limit: The limit.
        seconds: The number of seconds.
        interrupted: As in `Limit`; None outside the main thread.
    """
    watchdog = _watchdog
    if interrupted is not None:
        limit.interrupted = interrupted
        if not watchdog.is_listening:
            watchdog.listen()
    limit.deadline = deadline = monotonic() + seconds
    watchdog.limits.add(limit)
    if deadline < watchdog.next_look:
        watchdog.wake()


def end(limit: Limit) -> None:
    """
    Remove the deadline of *limit*.
    """
    limit.interrupted = None
    limit.deadline = NEVER
    _watchdog.limits.discard(limit)


def within(seconds: float, function: Callable[..., T], /, *arguments: Any) -> T:
    """
    Call *function*. In the main thread, interrupt it if it takes longer than *seconds*.

    A function that catches the interruption is interrupted again.

    Raises:
        Hangs: The function was interrupted, even if it then returned or raised.
    """
    in_main_thread = is_main_thread()
    return within_limit(Limit(), seconds, lambda *_: function(*arguments), None, in_main_thread=in_main_thread)


def within_limit(limit: L, seconds: float, function: Callable[[A, L], T], argument: A, *, in_main_thread: bool) -> T:
    """
    Do what `within` does, and pass *argument* and *limit* to *function*, which can see when the time is over.

    NB: repeats what `begin` and `end` do, since every WSGI request comes this way.
    """
    watchdog = _watchdog
    if in_main_thread:
        limit.interrupted = "thread"
        if not watchdog.is_listening:
            watchdog.listen()
    limit.deadline = deadline = monotonic() + seconds
    limits = watchdog.limits
    try:
        limits.add(limit)
        if deadline < watchdog.next_look:
            watchdog.wake()
        try:
            answer = function(argument, limit)
        finally:
            # NB: first of all, as the signal may come between any two calls.
            limit.interrupted = None
    finally:
        limit.interrupted = None
        limits.discard(limit)
    if limit.was_interrupted:
        raise Hangs
    return answer


class _Watchdog:
    """
    The thread that watches the deadlines. It sleeps until the next one, or until it is woken.

    Attributes:
        limits: The limits that have a deadline.
        next_look: When it looks next. An earlier deadline has to wake it.
        main_thread: The identifier of the main thread, which handles signals.
        is_listening: Whether our signal handler is installed.
    """

    def __init__(self) -> None:
        self.limits: set[Limit] = set()
        self.next_look = NEVER
        self.main_thread = threading.main_thread().ident
        self.is_listening = not HAS_SIGNAL
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self._woken = threading.Event()
        self._before: Any = None

    def listen(self) -> None:
        """
        Install the signal handler; called in the main thread.
        """
        self._before = signal.signal(signal.SIGURG, self._interrupt)
        self.is_listening = True

    def wake(self) -> None:
        """
        Make the thread look at the clock now.
        """
        if self._thread is None:
            with self._lock:
                if self._thread is None:
                    self._thread = threading.Thread(target=self._watch, name="browsercors-deadlines", daemon=True)
                    self._thread.start()
        self._woken.set()

    def _watch(self) -> None:
        while True:
            self._woken.clear()
            # NB: whoever comes while the others are looked at wakes the thread once more.
            self.next_look = NEVER
            next_look = self._look(monotonic())
            self.next_look = next_look
            self._woken.wait(None if next_look == NEVER else max(0.0, next_look - monotonic()))

    def _look(self, now: float) -> float:
        """
        Mark the limits whose time is over, and return when to look again.
        """
        next_look, is_late = NEVER, False
        for limit in list(self.limits):
            if limit.deadline > now:
                next_look = min(next_look, limit.deadline)
            else:
                limit.is_over = True
                is_late = is_late or limit.interrupted is not None
        if is_late and HAS_SIGNAL and self.main_thread is not None:
            signal.pthread_kill(self.main_thread, signal.SIGURG)
            next_look = min(next_look, now + REPEAT_SECONDS)
        return next_look

    def _interrupt(self, signal_number: int, frame: Any) -> None:
        # NB: a signal handler has the context of the code that it interrupts. A loop that waits has none of ours.
        running = answering.get()
        for limit in list(self.limits):
            if limit.is_over and (limit.interrupted == "thread" or (limit.interrupted == "loop" and running is limit)):
                limit.was_interrupted = True
                raise Hangs
        if callable(self._before):
            self._before(signal_number, frame)


_watchdog = _Watchdog()


def _begin_anew() -> None:
    """
    Start anew in a child after `fork`, which has none of its parent's threads.
    """
    global _watchdog
    _watchdog = _Watchdog()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_begin_anew)


def stack_of(thread: threading.Thread) -> types.TracebackType | None:
    """
    Return where the application in *thread* is; None if no application runs there.
    """
    frame = sys._current_frames().get(thread.ident or 0)  # noqa: SLF001 - documented for this
    where = None
    while frame is not None and not frame.f_globals.get("__name__", "").startswith("browsercors.servers."):
        where = types.TracebackType(where, frame, frame.f_lasti, frame.f_lineno or 0)
        frame = frame.f_back
    return None if frame is None else where


def interrupt_thread(thread: threading.Thread) -> None:
    """
    Raise `Hangs` in another thread once it runs Python code again. What it waits for is not interrupted.

    Nothing is raised while code is traced.
    """
    if thread.ident is None or not thread.is_alive():
        return
    # NB: under coverage or a debugger, Python 3.11 runs in circles for as long as the exception waits for a thread that
    # sleeps. Then the thread is only abandoned.
    if sys.gettrace() is not None or threading.gettrace() is not None:
        return
    with contextlib.suppress(ImportError, AttributeError):  # NB: not every Python has it
        import ctypes

        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident), ctypes.py_object(Hangs))
