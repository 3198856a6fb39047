"""
The console: what a browser writes there when a page is refused something, and what each message may be about.
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
        words: Its telling words, in order; whatever stands for `...` may be anything.
        codes: What it may be about.
        hint: What else there is to know; for words that are written whatever the reason, all that there is.
        rank: How late it is looked for, among the messages of all browsers: what says more comes before what says less.
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
        messages: The messages; of those that fit a line the first one counts.
        hints: What else there is to know of an identifier, by its name.
    """

    messages: tuple[ConsoleMessage, ...] = ()
    hints: Mapping[str, str] = attrs.field(factory=dict)
