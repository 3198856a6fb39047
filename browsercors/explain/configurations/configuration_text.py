"""
What the server configurations share: how foreign text becomes a literal, and which methods and path are meant.

Origins, paths and header names come from traffic. They enter a configuration only as literals, never as comments or
code.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from browsercors.values.formats.data_urls import percent_decode

if TYPE_CHECKING:
    from collections.abc import Iterable

    from browsercors.explain.report import Needs

__all__ = ["ONE_PATH", "ConfigurationText", "asked_methods", "decoded", "python_pattern", "python_quoted", "quoted"]

ONE_PATH: Final = "It is for this one path: give a route with parameters its own pattern."

RAW: Final = re.compile(r"[ -!#-~]*")
"""What stands in a raw Python string as it is: printable ASCII without the quotation mark."""


class ConfigurationText(NamedTuple):
    """
    The text of a configuration, before it gets its label and source.

    Attributes:
        files: Name, language and text of each file, or part of a file; empty if the server cannot do it.
        notes: Sentences about where it goes, and about what it cannot do or cannot narrow.
    """

    files: tuple[tuple[str, str, str], ...]
    notes: tuple[str, ...] = ()


def asked_methods(needs: Needs) -> tuple[str, ...]:
    """
    Return the methods that preflights ask for; some servers refuse preflights for methods that they do not list.
    """
    return tuple(dict.fromkeys((needs.method, *needs.methods)))


def decoded(path: str) -> str:
    """
    Return *path* without percent-encoding, as frameworks hand it to their routes.
    """
    return percent_decode(path.encode("utf-8", "replace")).decode("utf-8", "replace")


def quoted(value: str | Iterable[str]) -> str:
    """
    Return a string literal of JSON, JavaScript, Java and C#; of several values their literals, joined by commas.

    All that is not ASCII is escaped. The escapes that Java would undo too early have short forms, which JSON prefers.
    """
    return json.dumps(value) if isinstance(value, str) else ", ".join(json.dumps(item) for item in value)


def python_quoted(value: str | Iterable[str]) -> str:
    """
    Return a string literal of Python; of several values a list of them.
    """
    if not isinstance(value, str):
        return f"[{', '.join(python_quoted(item) for item in value)}]"
    # NB: JSON writes a character beyond U+FFFF as two escapes, which Python reads as two characters.
    return json.dumps(value) if value.isascii() else ascii(value)


def python_pattern(text: str) -> str:
    """
    Return a string literal of Python for the regular expression of *text* to its end, and of nothing else.
    """
    pattern = rf"{re.escape(text)}\Z"
    return f'r"{pattern}"' if RAW.fullmatch(pattern) else python_quoted(pattern)
