"""
The one place where sentences with blanks are filled in.

A `Template` is made of a literal of our own, and of nothing else. What a page, a server or a file wrote is a value that
is put into one: it is never read for braces, and what comes out is a plain string that has no blanks any more.
"""

from __future__ import annotations

import string
from typing import TYPE_CHECKING, LiteralString

import attrs

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Template"]


@attrs.frozen
class Template:
    """
    A text with blanks, each of which is a name in braces: `"{method} is not allowed"`. A brace itself is written twice.

    Args:
        text: A literal. A test of this package sees to it that no template is made of anything else.

    Raises:
        ValueError: A brace is left open, or what it holds is more than a name, as `{url.host}` or `{url!r}` is.
    """

    text: LiteralString
    _pieces: tuple[tuple[str, str], ...] = attrs.field(init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "_pieces", tuple(_pieces(self.text)))

    @property
    def names(self) -> frozenset[str]:
        """
        The names of the blanks.
        """
        return frozenset(name for _, name in self._pieces if name)

    def fill(self, values: Mapping[str, object]) -> str:
        """
        Return the text with *values* in its blanks, each as `str` writes it.

        Raises:
            KeyError: There is no value for a blank.
        """
        return "".join([literal + str(values[name]) if name else literal for literal, name in self._pieces])


def _pieces(text: str) -> list[tuple[str, str]]:
    """
    Return the literal pieces, each with the name of the blank behind it; the empty name where there is none.
    """
    pieces = []
    for literal, name, specification, conversion in string.Formatter().parse(text):
        if name is None:
            pieces.append((literal, ""))
            continue
        if not name.isidentifier() or specification or conversion is not None:
            raise ValueError(f"text has to hold names in braces and nothing else in them, not {text!r}")
        pieces.append((literal, name))
    return pieces
