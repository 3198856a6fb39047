"""
Finding the simplest example, by the same random numbers in every run.
"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, TypeVar

from hypothesis import Phase, find, settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from hypothesis import strategies as st

T = TypeVar("T")


def found(
    strategy: st.SearchStrategy[T], condition: Callable[[T], bool], *, max_examples: int = 1000, simplest: bool = True
) -> T:
    """
    Return the simplest example that fulfils *condition*, or, in a tenth of the time, the first one.
    """
    phases = [Phase.generate, Phase.shrink] if simplest else [Phase.generate]
    options = settings(database=None, max_examples=max_examples, phases=phases)
    return find(strategy, condition, settings=options, random=Random(1))  # noqa: S311 - chance that repeats is the point
