"""
The one place where text from a server, a page or a file is made safe to show.

It enters sentences through `shown`, and leaves for a terminal through `printable`, for HTML through `escaped` as well.
"""

from __future__ import annotations

import html
from typing import Final

from browsercors.cookies.cookie import SetCookieResult

__all__ = ["LONGEST_VALUE", "MOST_ITEMS", "NOTHING", "escaped", "printable", "shown"]

LONGEST_VALUE: Final = 300
"""How many characters of a value are shown; what is longer is cut, and its length said."""
MOST_ITEMS: Final = 60
"""How many items of a list are looked at, and how many header lines of a message are shown."""
NOTHING: Final = "nothing"


def printable(text: str) -> str:
    r"""
    Return *text* in one line that does nothing to a terminal but show itself.

    Control characters (line breaks, escape sequences, C1), bidirectional controls and all that is invisible are
    written as Python writes them, `\x1b`; the rest stays as it is.
    """
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)


def escaped(text: str) -> str:
    """
    Return *text* as HTML that shows it, in an element as well as in a quoted attribute.
    """
    return html.escape(printable(text), quote=True)


def shown(value: object) -> str:
    """
    Return a value of the evidence as text that can be printed: bytes as ISO 8859-1, lists joined, long ones cut.
    """
    if isinstance(value, SetCookieResult):
        return value.outcome.value if value.refusal is None else f"refused: {value.refusal.value}"
    if isinstance(value, tuple):
        return _cut(", ".join(shown(item) for item in value[:LONGEST_VALUE])) or NOTHING
    if value is None:
        return NOTHING
    text = value.decode("latin-1") if isinstance(value, bytes) else str(value)
    return printable(_cut(text)) or "(empty)"


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}... ({len(text)} characters in all)"
