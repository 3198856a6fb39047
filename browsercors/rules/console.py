"""
The console messages of a browser when it blocks something, and the reasons that each may have.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import attrs

from browsercors.values.records import Rules

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["ALWAYS_SAID", "ConsoleMessage", "ConsoleRules"]

ALWAYS_SAID: Final = (
    "JavaScript is told no more than this, whatever the reason. Another line of the console says why: paste that one."
)


class ConsoleMessage(NamedTuple):
    """
    What a browser writes to its console.

    Attributes:
        words: The words that identify it, in order; `...` stands for any text.
        codes: The reasons that it may have.
        hint: What else there is to know. For a message that may have any reason, this is all there is.
        rank: The place in the order in which messages of all browsers are tried: the most specific first.
    """

    words: str
    codes: tuple[str, ...]
    hint: str = ""
    rank: int = 0


@attrs.frozen(eq=False, repr=False)
class ConsoleRules(Rules):
    """
    What a browser's console says.

    Attributes:
        messages: The messages; the first one that fits a line counts.
        hints: By the name of an identifier, what else there is to know about it.
    """

    messages: tuple[ConsoleMessage, ...] = ()
    hints: Mapping[str, str] = attrs.field(factory=dict)
