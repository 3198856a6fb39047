"""
Looking at the arguments of strategies when they are first drawn from, as hypothesis does.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, TypeVar

from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from browsercors.policy.origins.patterns import is_serialized_origin

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

__all__ = ["check_size", "checked_origin", "chosen_from", "strategy_or", "three_valued", "when_drawn"]

T = TypeVar("T")


def when_drawn(make: Callable[[], st.SearchStrategy[T]]) -> st.SearchStrategy[T]:
    """
    Return the strategy that *make* makes when it is first drawn from.
    """
    return st.deferred(make)


def strategy_or(
    default: Callable[[], st.SearchStrategy[T]], name: str, value: st.SearchStrategy[T] | None
) -> st.SearchStrategy[T]:
    """
    Return *value*, or *default* if it is None.

    Raises:
        InvalidArgument: It is no strategy.
    """
    if value is None:
        return default()
    if not isinstance(value, st.SearchStrategy):
        raise InvalidArgument(f"{name} has to be a strategy, such as just({value!r}), not {value!r}")
    return value


def chosen_from(name: str, values: Collection[T], known: Collection[T]) -> tuple[T, ...]:
    """
    Return *values* as a tuple.

    Raises:
        InvalidArgument: It is no list, is empty, or has something that is not *known*.
    """
    items = None if isinstance(values, (str, bytes)) else _listed(values)
    if not items or any(item not in known for item in items):
        allowed = ", ".join(map(repr, known))
        raise InvalidArgument(f"{name} has to be a list with at least one of {allowed}, not {values!r}")
    return items


def three_valued(name: str, value: bool | None) -> bool | None:
    """
    Return *value*.

    Raises:
        InvalidArgument: It is neither True nor False nor None.
    """
    if value is not None and not isinstance(value, bool):
        raise InvalidArgument(f"{name} has to be True, False, or None for both, not {value!r}")
    return value


def check_size(min_size: int, max_size: int | None, *, least: int = 0) -> None:
    """
    Look at the bounds of a size.

    Raises:
        InvalidArgument: They are no numbers of at least *least*, or in the wrong order.
    """
    for name, value in (("min_size", min_size), ("max_size", max_size)):
        is_number = isinstance(value, int) and not isinstance(value, bool) and least <= value <= sys.maxsize
        if not is_number and not (value is None and name == "max_size"):
            raise InvalidArgument(f"{name} has to be a whole number of at least {least}, not {value!r}")
    if max_size is not None and min_size > max_size:
        raise InvalidArgument(f"min_size={min_size!r} is greater than max_size={max_size!r}")


def checked_origin(name: str, value: Any) -> str:
    """
    Return *value*, the origin of a server.

    Raises:
        InvalidArgument: It is no origin as a browser writes it.
    """
    if not isinstance(value, str) or value == "null" or not is_serialized_origin(value):
        raise InvalidArgument(f"{name} has to be an origin such as 'https://api.example.com', not {value!r}")
    return value


def _listed(values: Any) -> tuple[Any, ...]:
    try:
        return tuple(values)
    except TypeError:
        return ()
