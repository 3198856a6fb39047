"""
What a browser writes to its console when it blocks something, and the reasons that each message can have.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import attrs

from browsercors.values.records import Rules

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["ALWAYS_SAID", "ConsoleMessage", "ConsoleRules"]

ALWAYS_SAID: Final = (
    "JavaScript gets the same message for every reason. Another line of the console says why: paste that one."
)


class ConsoleMessage(NamedTuple):
    """
    What a browser writes to its console.

    Attributes:
        words: The words that identify it, in order; `...` stands for any text.
        codes: The reasons that it can have.
        hint: Further help; for a message that can have any reason, the only help.
        rank: The order in which the messages of all browsers are tried; the most specific have the lowest.
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
        messages: The messages; the first one that matches a line counts.
        hints: Further help, by the name of an identifier.
    """

    messages: tuple[ConsoleMessage, ...] = ()
    hints: Mapping[str, str] = attrs.field(factory=dict)
