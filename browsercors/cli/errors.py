"""
What ends a command before there is a verdict: one message on stderr, exit status 2, no traceback.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["CommandError", "bad_value", "naming"]


class CommandError(click.ClickException):
    """
    The command could not be carried out, through no fault in how it was written.
    """

    exit_code = 2


def bad_value(option: str, message: str) -> click.BadParameter:
    """
    Return the error for an option with a wrong value; *message* says what it was and what would be right.
    """
    from browsercors.explain.sanitise import printable

    return click.BadParameter(printable(message), param_hint=option)


@contextlib.contextmanager
def naming(option: str) -> Iterator[None]:
    """
    Blame *option* for what the library says of its value.
    """
    try:
        yield
    except (TypeError, ValueError) as error:
        raise bad_value(option, str(error)) from None
