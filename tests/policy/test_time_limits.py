"""
Time limits: what takes too long is interrupted, whatever it waits for, and nothing is left behind.
"""

from __future__ import annotations

import concurrent.futures
import contextlib
import math
import signal
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from browsercors.policy.time_limits import TimeLimitedServer
from browsercors.servers.time_limits import Hangs, checked_seconds, within
from browsercors.values.headers import HeaderList
from browsercors.values.urls import parse_url
from browsercors.values.wire import FailureKind, HTTPRequest, TransportFailure

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="there is no SIGALRM")


def wait_for_a_lock() -> None:
    lock = threading.Lock()
    lock.acquire()
    lock.acquire()


def loop() -> None:
    while True:
        pass


def wait_for_a_result() -> None:
    concurrent.futures.Future[None]().result()


def catch_everything_twice() -> None:
    for _ in range(3):
        with contextlib.suppress(BaseException):
            time.sleep(60)


def give_up_waiting() -> str:
    try:
        time.sleep(60)
    except BaseException:  # noqa: BLE001 - as applications do
        return "an answer after all"
    return ""


HANGING = [lambda: time.sleep(60), wait_for_a_lock, loop, wait_for_a_result, catch_everything_twice, give_up_waiting]


@pytest.mark.parametrize("function", HANGING)
def test_what_takes_too_long_is_interrupted_and_leaves_nothing_behind(function: Callable[[], Any]) -> None:
    before = signal.getsignal(signal.SIGALRM)

    with pytest.raises(Hangs):
        within(0.02, function)
    assert (0.0, 0.0) == signal.getitimer(signal.ITIMER_REAL)
    assert before is signal.getsignal(signal.SIGALRM)


def test_what_is_quick_is_returned_or_raised() -> None:
    assert 3 == within(60, lambda first, second: first + second, 1, 2)
    with pytest.raises(KeyError):
        within(60, {}.__getitem__, "not there")
    assert (0.0, 0.0) == signal.getitimer(signal.ITIMER_REAL)


def test_one_limit_within_another_leaves_that_one_alone() -> None:
    def inner() -> None:
        with pytest.raises(Hangs):
            within(0.02, time.sleep, 60)
        time.sleep(60)

    with pytest.raises(Hangs):
        within(0.1, inner)


def test_in_another_thread_nothing_is_interrupted() -> None:
    with concurrent.futures.ThreadPoolExecutor(1) as executor:
        assert executor.submit(within, 0.001, time.sleep, 0.01).result() is None


class Sleeper:
    """
    A server that never answers and never closes; counts its requests.
    """

    requests = 0

    def send(self, request: HTTPRequest) -> Any:
        self.requests += 1
        time.sleep(60)

    async def send_async(self, request: HTTPRequest) -> Any:
        """
        Not be asked.
        """

    def close(self) -> None:
        time.sleep(60)

    async def aclose(self) -> None:
        """
        Not be asked.
        """


def test_a_server_that_hangs_is_asked_so_often_and_no_more() -> None:
    sleeper = Sleeper()
    server = TimeLimitedServer(sleeper, 0.02, most_hangs=2)
    url = parse_url("https://api.example.com/")
    assert url is not None
    answers = [server.send(HTTPRequest(b"GET", url, HeaderList([]))) for _ in range(4)]
    server.close()

    assert 2 == sleeper.requests
    for answer in answers:
        assert isinstance(answer, TransportFailure)
        assert FailureKind.TIMED_OUT is answer.kind
        assert "the application did not answer in 0.02 s" == answer.detail


@pytest.mark.parametrize("timeout", [0, -1, math.nan, math.inf, 1e300, None, "10", True])
def test_a_time_that_cannot_pass_is_named(timeout: Any) -> None:
    with pytest.raises(ValueError, match="timeout has to be a number of seconds above 0, such as 10, not "):
        checked_seconds("timeout", timeout)
    assert 0.5 == checked_seconds("timeout", 0.5)
