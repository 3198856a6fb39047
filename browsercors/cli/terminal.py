"""
The one place where text leaves for the terminal.
"""

from __future__ import annotations

import contextlib
import os
import sys
from typing import TYPE_CHECKING, Final, TextIO

if TYPE_CHECKING:
    from collections.abc import Iterable

    from browsercors.explain.as_text import Line

__all__ = ["say", "write"]

STYLES: Final = {
    "readable": "bold green",
    "blocked": "bold red",
    "opaque": "bold yellow",
    "heading": "bold",
    "quiet": "dim",
    "pointer": "yellow",
    "code": "cyan",
    "plain": "",
}


def write(lines: Iterable[Line]) -> None:
    """
    Write *lines* to stdout, in colours where the terminal and `NO_COLOR` want them. Lines are never broken.
    """
    from rich.console import Console
    from rich.text import Text

    from browsercors.explain.sanitise import printable

    console = Console(file=sys.stdout, markup=False, highlight=False, emoji=False)
    with console.capture() as capture:
        for line in lines:
            console.print(Text(printable(line.text), style=STYLES[line.style]), soft_wrap=True)
    say(capture.get())


def say(text: str) -> None:
    """
    Write *text* to stdout as it is, also where that cannot show every character, or nobody reads any more.
    """
    stream: TextIO | None = sys.stdout
    if stream is None:
        # NB: so it is where a shell has closed it, as by >&-.
        return
    encoding = stream.encoding or "ascii"
    try:
        stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
        stream.flush()
    except BrokenPipeError:
        # NB: the verdict stands, whoever reads it; Python would complain when it flushes stdout at its end.
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
