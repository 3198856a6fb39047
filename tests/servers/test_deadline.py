"""
The deadline of an exchange.
"""

from __future__ import annotations

import math
import time

import pytest

from browsercors.servers.deadline import LONGEST_SECONDS, Deadline


def at(monkeypatch: pytest.MonkeyPatch, now: float) -> None:
    monkeypatch.setattr(time, "monotonic", lambda: now)


def test_a_deadline_comes_nearer_and_is_then_over(monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, 100.0)
    deadline = Deadline(2.0)

    assert deadline.remaining() == 2.0
    at(monkeypatch, 101.5)
    assert deadline.remaining() == 0.5
    for now in (102.0, 103.0):
        at(monkeypatch, now)
        with pytest.raises(TimeoutError):
            deadline.remaining()


@pytest.mark.parametrize(("part", "expected"), [(0.5, 0.5), (1.0, 1.0), (5.0, 1.0), (math.inf, 1.0)])
def test_a_part_of_the_time_ends_no_later_than_all_of_it(
    part: float, expected: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, 100.0)
    deadline = Deadline(2.0)
    at(monkeypatch, 101.0)

    assert expected == deadline.within(part).remaining()
    assert deadline.remaining() == 1.0


@pytest.mark.parametrize("seconds", [1e12, 1e300, math.inf])
def test_no_wait_is_longer_than_a_system_can_wait(seconds: float) -> None:
    assert Deadline(seconds).remaining() <= LONGEST_SECONDS
