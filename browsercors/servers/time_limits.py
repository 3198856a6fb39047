"""
How long an application has: what takes longer is interrupted where that is possible, and given up where it is not.

| where the application runs | what ends it |
| --- | --- |
| the main thread (WSGI), an event loop of the main thread (ASGI) | SIGALRM, whatever it waits for |
| another thread (WSGI) | a worker thread answers for it, and is abandoned |
| the loop thread of a sync browser (ASGI) | its task is cancelled; a thread that is stuck is abandoned |
| the main thread, on Windows | nothing but the end of a part of the body; there is no SIGALRM |
| an event loop of another thread (ASGI) | its task is cancelled; a call that blocks the loop is not interrupted |

Nothing interrupts code that lets no signal through, such as an extension in C that is busy.
"""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # typeshed leaves it out
import contextlib
import signal
import threading
import time
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "DEFAULT_SECONDS",
    "RETURN_SECONDS",
    "WAIT_LONGER",
    "WATCH",
    "Hangs",
    "Limited",
    "answering",
    "can_be_interrupted",
    "checked_seconds",
    "interrupt_thread",
    "within",
]

T = TypeVar("T")

DEFAULT_SECONDS: Final = 10.0

WAIT_LONGER: Final = "mount(..., timeout=None) waits for as long as it takes"
"""The way out for who debugs an application; part of each message about one that was too slow."""

RETURN_SECONDS: Final = 0.1
"""How long an application may take to clean up after it was cancelled, or to return after its last word."""

REPEAT_SECONDS: Final = 1.0
"""After how long an application that catches an interruption is interrupted again."""

GRACE_SECONDS: Final = 0.5
"""How much longer an event loop has to end what is over by its own means, before it counts as stuck."""

SHORTEST_SECONDS: Final = 0.001
"""A timer that is due; one of 0 seconds would be none."""

HAS_ALARM: Final = hasattr(signal, "setitimer")


class Hangs(BaseException):
    """
    What was called takes too long; no `Exception`, so that an application does not take it for one of its own.
    """


def checked_seconds(name: str, seconds: Any, *, may_be_zero: bool = False) -> float:
    """
    Return *seconds*, the argument *name*, if they are a time that can pass.

    Raises:
        ValueError: They are no number, or too few.
    """
    is_number = isinstance(seconds, (int, float)) and not isinstance(seconds, bool)
    if not is_number or not 0 <= seconds <= threading.TIMEOUT_MAX or (seconds == 0 and not may_be_zero):
        least = "of 0 or more" if may_be_zero else "above 0"
        raise ValueError(f"{name} has to be a number of seconds {least}, such as 10, not {seconds!r}")
    return float(seconds)


def can_be_interrupted() -> bool:
    """
    Whether SIGALRM interrupts the current thread: Python takes signals in the main thread alone.
    """
    return HAS_ALARM and threading.get_ident() == threading.main_thread().ident


def within(seconds: float, function: Callable[..., T], /, *arguments: Any) -> T:
    """
    Call *function*, and interrupt it if it takes longer than *seconds* and the thread can be interrupted.

    One that catches the interruption is interrupted again.

    Raises:
        Hangs: It took longer, whatever came of it.
    """
    if not can_be_interrupted():
        return function(*arguments)
    alarm = _Alarm(seconds, min(seconds, REPEAT_SECONDS))
    try:
        try:
            answer = function(*arguments)
        finally:
            # NB: first of all, as the signal may come between any two calls.
            alarm.is_over = True
        if alarm.has_rung:
            raise Hangs
        return answer
    finally:
        alarm.stop()


class _Alarm:
    """
    The process's only timer, for some time; who had it before has it again afterwards, and is not late meanwhile.

    Attributes:
        is_over: Whether nothing is to be interrupted any more.
        has_rung: Whether something was interrupted.
    """

    __slots__ = ("_before", "_deadline", "_interval", "_repeat", "_theirs", "has_rung", "is_over")

    def __init__(self, seconds: float, repeat: float) -> None:
        self.is_over = self.has_rung = False
        self._repeat = repeat
        self._theirs: float | None = None
        # NB: `signal.signal` makes enumerations of what it takes and returns, which takes as long as a small
        # application.
        self._before = _signal.signal(_signal.SIGALRM, self._ring)
        left, self._interval = _signal.setitimer(_signal.ITIMER_REAL, seconds, repeat)
        if left:
            now = time.monotonic()
            self._theirs = now + left
            self._deadline = now + seconds
            self._set(now)

    def move(self, seconds: float) -> None:
        """
        Ring in *seconds*.
        """
        if self._theirs is None:
            _signal.setitimer(_signal.ITIMER_REAL, seconds, self._repeat)
            return
        now = time.monotonic()
        self._deadline = now + seconds
        self._set(now)

    def stop(self) -> None:
        """
        Give the timer back.
        """
        self.is_over = True
        _signal.setitimer(_signal.ITIMER_REAL, 0)
        _signal.signal(_signal.SIGALRM, self._before)
        if self._theirs is not None:
            left = self._theirs - time.monotonic()
            _signal.setitimer(_signal.ITIMER_REAL, max(SHORTEST_SECONDS, left), self._interval)

    def is_due(self) -> bool:
        """
        Whether the code that runs now is what is to be interrupted.
        """
        return True

    def _set(self, now: float) -> None:
        first = self._deadline if self._theirs is None else min(self._deadline, self._theirs)
        _signal.setitimer(_signal.ITIMER_REAL, max(SHORTEST_SECONDS, first - now), self._repeat)

    def _ring(self, signal_number: int, frame: object) -> None:
        if self._theirs is not None and self._theirs <= time.monotonic() + SHORTEST_SECONDS:
            self._pass_on(signal_number, frame)
            if time.monotonic() < self._deadline:
                return
        if not self.is_over and self.is_due():
            self.has_rung = True
            raise Hangs

    def _pass_on(self, signal_number: int, frame: object) -> None:
        """
        Let somebody else's timer, such as a test runner's, ring in its time.
        """
        self._theirs = None
        _signal.setitimer(_signal.ITIMER_REAL, 0)
        if callable(self._before):
            self._before(signal_number, frame)
        elif self._before == signal.SIG_DFL:
            _signal.signal(_signal.SIGALRM, signal.SIG_DFL)
            signal.raise_signal(signal.SIGALRM)
        left, interval = _signal.getitimer(_signal.ITIMER_REAL)
        now = time.monotonic()
        if left or self._interval:
            self._interval = interval if left else self._interval
            self._theirs = now + (left or self._interval)
        self._set(now)


class Limited(Protocol):
    """
    What has a deadline, on the clock of `time.monotonic`.
    """

    deadline: float


answering: ContextVar[Limited | None] = ContextVar("browsercors_answering", default=None)
"""For what the running code was called, and all tasks that it has started."""


class _LoopAlarm(_Alarm):
    """
    The alarm for the event loop of the main thread, where many things are under way: only what is late is interrupted.
    """

    __slots__ = ()

    def is_due(self) -> bool:
        """
        Whether the code that runs now belongs to something whose time is over.

        NB: a signal handler has the context of the code that it interrupts. A loop that waits has none of ours.
        """
        limited = answering.get()
        return limited is not None and limited.deadline <= time.monotonic()


class _Watch:
    """
    What runs in the event loop of the main thread and has a deadline; where it blocks the loop, it is interrupted.
    """

    def __init__(self) -> None:
        self._under_way: set[Limited] = set()
        self._alarm: _LoopAlarm | None = None
        self._next = 0.0

    def enter(self, limited: Limited, seconds: float) -> None:
        """
        Watch *limited*, which has *seconds* left; only where `can_be_interrupted`.
        """
        if self._alarm is None:
            self._alarm = _LoopAlarm(seconds + GRACE_SECONDS, GRACE_SECONDS)
            self._next = limited.deadline
        elif limited.deadline < self._next:
            self._alarm.move(seconds + GRACE_SECONDS)
            self._next = limited.deadline
        self._under_way.add(limited)

    def leave(self, limited: Limited) -> None:
        """
        Watch *limited* no longer.
        """
        self._under_way.discard(limited)
        if not self._under_way and self._alarm is not None:
            alarm, self._alarm = self._alarm, None
            alarm.stop()


WATCH: Final = _Watch()


def interrupt_thread(thread: threading.Thread) -> None:
    """
    Raise `Hangs` in another thread, once it runs Python code again; it may catch that, and what it waits for goes on.
    """
    if thread.ident is None or not thread.is_alive():
        return
    with contextlib.suppress(ImportError, AttributeError):  # NB: not every Python has it
        import ctypes

        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident), ctypes.py_object(Hangs))
