"""
The errors for wrong arguments of the caller. Any other TypeError or ValueError is a bug of this package.
"""

from __future__ import annotations

__all__ = ["ArgumentError", "ArgumentTypeError", "ArgumentValueError"]


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
