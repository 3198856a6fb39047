"""
Measuring on a noisy machine: everything in turns, the least of many.
"""

from __future__ import annotations

import gc
import subprocess
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["cpu_milliseconds", "least_seconds", "repeated"]


def repeated(once: Callable[[], object]) -> Callable[[int], None]:
    """
    Return what does *once* so many times.
    """

    def times(count: int) -> None:
        for _ in range(count):
            once()

    return times


def least_seconds(
    scenarios: Mapping[str, Callable[[int], None]],
    *,
    rounds: int,
    count: int,
    clock: Callable[[], float] = time.perf_counter,
) -> dict[str, float]:
    """
    Run all scenarios in turns, *rounds* times, and return for each the least time of one of its *count* repetitions.

    Args:
        scenarios: By name what does one thing so many times.
        rounds: How often each has its turn.
        count: How many repetitions a turn has.
        clock: `time.process_time` where everything happens in one thread; other programs count less then.
    """
    for times in scenarios.values():
        times(count)
    least = dict.fromkeys(scenarios, float("inf"))
    for _ in range(rounds):
        gc.collect()
        gc.disable()
        for name, times in scenarios.items():
            started = clock()
            times(count)
            least[name] = min(least[name], (clock() - started) / count)
        gc.enable()
    return least


def cpu_milliseconds(statement: str, *, runs: int = 7) -> float:
    """
    Return how much processor time *statement* takes in a new interpreter: the least of some runs.
    """
    program = f"import time; t = time.process_time(); {statement}; print(time.process_time() - t)"
    seconds = [
        float(subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True).stdout)
        for _ in range(runs)
    ]
    return min(seconds) * 1000
