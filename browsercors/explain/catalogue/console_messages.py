"""
Lines of a browser's console: which message one holds, of whatever browser.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.engines.registry import real_browsers

if TYPE_CHECKING:
    from browsercors.rules.console import ConsoleMessage

__all__ = ["console_messages", "hint_of", "message_in"]

# NB: Firefox quotes by U+2018 to U+201D; what is pasted may have lost them.
_QUOTES: Final = str.maketrans("\u2018\u2019\u201c\u201d`", "''\"\"'")


def console_messages() -> list[ConsoleMessage]:
    """
    Return the messages of all browsers, those that say more first.
    """
    messages = [message for browser in real_browsers() for message in browser.console.messages]
    return sorted(messages, key=lambda message: message.rank)


def hint_of(identifier: str) -> str:
    """
    Return what else there is to know of an identifier; an empty string for nothing.
    """
    hints = (browser.console.hints.get(identifier) for browser in real_browsers())
    return next(filter(None, hints), "")


def message_in(line: str) -> ConsoleMessage | None:
    """
    Return what message *line* holds; None if it is none that is known.
    """
    folded = line.translate(_QUOTES).casefold()
    return next((message for message in console_messages() if _says(folded, message.words)), None)


def _says(folded: str, words: str) -> bool:
    """
    Whether the parts of *words* stand in *folded*, one after the other.

    NB: no regular expression, so that no text takes long.
    """
    at = 0
    for part in words.casefold().split("..."):
        at = folded.find(part.strip(), at)
        if at < 0:
            return False
        at += len(part.strip())
    return True
