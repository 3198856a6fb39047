"""
The one place where text leaves for the terminal.
"""

from __future__ import annotations

import contextlib
import os
import sys
from typing import TYPE_CHECKING, Any, Final, TextIO

import click

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from browsercors.explain.formats.text import Line

__all__ = ["say", "write"]

STYLES: Final[Mapping[str, Mapping[str, Any]]] = {
    "readable": {"fg": "green", "bold": True},
    "blocked": {"fg": "red", "bold": True},
    "opaque": {"fg": "yellow", "bold": True},
    "heading": {"bold": True},
    "quiet": {"dim": True},
    "pointer": {"fg": "yellow"},
    "code": {"fg": "cyan"},
    "plain": {},
}
"""As `click.style` takes them."""


def write(lines: Iterable[Line]) -> None:
    """
    Write *lines* to stdout, in colours where the terminal and `NO_COLOR` want them. Lines are never broken.
    """
    from browsercors.explain.words.sanitise import printable

    is_coloured = _wants_colours(sys.stdout)
    written = []
    for line in lines:
        # NB: what a stranger wrote has no escape sequence any more when ours are put around it.
        text, style = printable(line.text), STYLES[line.style]
        written.append(click.style(text, **style) if is_coloured and style and text else text)
    say("".join(f"{text}\n" for text in written))


def _wants_colours(stream: TextIO | None) -> bool:
    """
    Whether somebody sees colours there and wants them (https://no-color.org/).
    """
    # NB: there is no stream at all in a process that was started with it closed.
    is_terminal = stream is not None and stream.isatty()
    return is_terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


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
        # NB: Windows needs click's help to show colours; what is written has none where they are not wanted.
        click.echo(text.encode(encoding, "backslashreplace").decode(encoding), file=stream, nl=False, color=True)
    except BrokenPipeError:
        # NB: the verdict stands, whoever reads it; Python would complain when it flushes stdout at its end.
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
