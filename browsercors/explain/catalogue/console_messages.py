"""
Lines of a browser's console: which message one holds, of whatever browser.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.engines.registry import real_browsers

if TYPE_CHECKING:
    from browsercors.rules.console import ConsoleMessage

__all__ = ["console_messages", "folded", "hint_of", "message_in", "said_by", "says"]

# NB: Firefox quotes by U+2018 to U+201D, and its translations by others; what is pasted may have lost them.
_PLAIN: Final = str.maketrans(
    dict.fromkeys("\u2018\u2019\u201a\u201b`", "'")
    | dict.fromkeys("\u201c\u201d\u201e", '"')
    | dict.fromkeys("\u00a0\u202f", " ")
    | {"\uff1a": ":", "\uff08": "(", "\uff09": ")"}
)
_GUILLEMETS: Final = str.maketrans("\u00ab\u00bb", "\x27\x27")


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
    text = folded(line)
    return next((message for message in console_messages() if says(text, message.words)), None)


def said_by(words: str) -> str:
    """
    Return which browsers write these words, as people call them.
    """
    browsers = (browser for browser in real_browsers() if any(words == each.words for each in browser.console.messages))
    return " or ".join(browser.label for browser in browsers)


def folded(line: str) -> str:
    """
    Return *line* as lines are compared: in small letters, with straight quotes, plain spaces and plain punctuation.
    """
    plain = line.translate(_PLAIN)
    # NB: French sets its quotes apart by a space that does not break.
    return plain.replace("\u00ab ", "'").replace(" \u00bb", "'").translate(_GUILLEMETS).casefold()


def says(text: str, words: str) -> bool:
    """
    Whether the parts of *words* stand in *text*, which is folded, one after the other; `...` stands between them.

    NB: no regular expression, so that no text takes long.
    """
    at = 0
    for part in words.casefold().split("..."):
        at = text.find(part.strip(), at)
        if at < 0:
            return False
        at += len(part.strip())
    return True
