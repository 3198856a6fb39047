"""
Draws what is usual more often than what is not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

T = TypeVar("T")


def usually(usual: T, others: Iterable[T]) -> st.SearchStrategy[T]:
    """
    Draw *usual* in four of five cases, and else one of *others*.
    """
    rest = st.sampled_from(tuple(others))
    return st.integers(0, 4).flatmap(lambda number: rest if number == 4 else st.just(usual))


def mostly(common: Sequence[T], rare: Sequence[T]) -> st.SearchStrategy[T]:
    """
    Draw one of *common* in four of five cases, and else one of *rare*.
    """
    return st.integers(0, 4).flatmap(lambda number: st.sampled_from(rare if number == 4 else common))
