"""
The errors for wrong arguments of the caller. Any other TypeError or ValueError is a bug of this package.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar, Final, TypeVar

__all__ = [
    "ArgumentError",
    "ArgumentTypeError",
    "ArgumentValueError",
    "NamedOtherwise",
    "checked_instance",
    "checked_number_of_seconds",
    "checked_text",
    "checked_texts",
]

T = TypeVar("T")

LARGEST_FLOAT: Final = 1.7976931348623157e308
"""NB: compared with, since `isfinite` overflows for a larger integer."""


class ArgumentError(Exception):
    """
    An argument is wrong. The message names it, and says what it was and what would be right.

    It is raised only as one of the subclasses.
    """


class ArgumentTypeError(ArgumentError, TypeError):
    """
    An argument has a wrong type.
    """


class ArgumentValueError(ArgumentError, ValueError):
    """
    An argument has a wrong value.
    """


def checked_text(name: str, value: Any, example: str) -> str:
    """
    Return *value*, the argument *name*, which has to be a str.

    Raises:
        ArgumentTypeError: It is none.
    """
    if not isinstance(value, str):
        raise ArgumentTypeError(f"{name} has to be a str, such as {example!r}, not {value!r:.80}")
    return value


def checked_texts(name: str, values: Any, example: str) -> tuple[str, ...]:
    """
    Return *values*, the argument *name*, which has to be a list of str; a single str is none.

    Raises:
        ArgumentTypeError: It is no list, or holds something else.
    """
    items = tuple(values) if isinstance(values, Iterable) and not isinstance(values, (str, bytes)) else None
    if items is None or not all(isinstance(item, str) for item in items):
        raise ArgumentTypeError(f"{name} has to be a list of str, such as [{example!r}], not {values!r:.80}")
    return items


def checked_number_of_seconds(name: str, value: Any, *, least: float | None = 0) -> float:
    """
    Return *value*, the argument *name*, which has to be a number: finite, or if it may be any number also infinite.

    Args:
        name: The argument.
        value: Its value.
        least: The least that it may be; None for any number.

    Raises:
        ArgumentTypeError: It is no number.
        ArgumentValueError: It is not such a number, or too small.
    """
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if is_number:
        number: float = value
        is_infinite = least is None and number in (float("inf"), float("-inf"))
        if is_infinite or (abs(number) <= LARGEST_FLOAT and (least is None or number >= least)):
            return number
    bound = "" if least is None else f", {least:g} or more"
    right = f"{name} has to be a number of seconds{bound}, not {value!r:.80}"
    raise ArgumentValueError(right) if is_number else ArgumentTypeError(right)


def checked_instance(name: str, value: Any, kind: type[T], right: str) -> T:
    """
    Return *value*, the argument *name*, which has to be of *kind*.

    Args:
        name: The argument.
        value: Its value.
        kind: The class.
        right: What to give, in words: "a report, which result.report() makes".

    Raises:
        ArgumentTypeError: It is of another class.
    """
    if not isinstance(value, kind):
        raise ArgumentTypeError(f"{name} has to be {right}, not {value!r:.80}")
    return value


class NamedOtherwise:
    """
    Says what to write for a name of another tool. NB: type checkers do not see it, so that they still know all names.
    """

    _habits: ClassVar[str] = ""
    """The name of the table in `habits` that has the names."""

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> object:
            # NB: imported late, since nobody asks for what there is not but by mistake.
            # The interpreter does so as it ends, when nothing can be imported any more.
            try:
                from browsercors.values import habits
            except ImportError:
                raise AttributeError(name) from None

            hint = getattr(habits, self._habits, {}).get(name)
            shown = type(self).__name__
            if hint is not None:
                raise AttributeError(f"{shown} has no {name!r}: {hint}", name=name, obj=self)
            known = () if name.startswith("_") else [each for each in dir(type(self)) if not each.startswith("_")]
            raise AttributeError(f"{shown} has no attribute {name!r}{habits.near(name, known)}", name=name, obj=self)
