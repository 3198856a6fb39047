"""
Where this package writes: to the terminal, and to the files that options name.
"""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TextIO

import click

from browsercors.cli.exit_status import bad_value

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from browsercors.explain.formats.text import Line

__all__ = ["write", "write_file", "write_text"]

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
    Write *lines* to stdout, in colours if the terminal supports them and `NO_COLOR` is not set. Lines are not wrapped.
    """
    from browsercors.explain.words.sanitise import printable

    is_coloured = _wants_colours(sys.stdout)
    written = []
    for line in lines:
        # NB: remove escape sequences of foreign text before adding ours.
        text, style = printable(line.text), STYLES[line.style]
        written.append(click.style(text, **style) if is_coloured and style and text else text)
    write_text("".join(f"{text}\n" for text in written))


def _wants_colours(stream: TextIO | None) -> bool:
    """
    Whether to write colours (https://no-color.org/).
    """
    # NB: there is no stream if the process was started with stdout closed.
    is_terminal = stream is not None and stream.isatty()
    return is_terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def write_text(text: str) -> None:
    """
    Write *text* to stdout, even if stdout cannot encode every character or its reader has gone.
    """
    stream: TextIO | None = sys.stdout
    if stream is None:
        # NB: the shell has closed it, as with >&-.
        return
    encoding = stream.encoding or "ascii"
    try:
        # NB: click shows colours on Windows too. Text that should have no colours has none.
        click.echo(text.encode(encoding, "backslashreplace").decode(encoding), file=stream, nl=False, color=True)
    except BrokenPipeError:
        # NB: the verdict stands. Python would complain when it flushes stdout at exit.
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def write_file(option: str, path: str, text: str) -> None:
    """
    Write *text* to the file that *option* names; "-" is stdout.

    Raises:
        click.BadParameter: The file cannot be written.
    """
    if path == "-":
        write_text(text)
        return
    try:
        Path(path).write_text(text, "utf-8")
    except OSError as error:
        raise bad_value(option, f"the file {path!r} cannot be written: {error.strerror}") from None
