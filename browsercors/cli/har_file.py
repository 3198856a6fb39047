"""
The file that `browsercors har` reads, with a progress bar where somebody sees it.
"""

from __future__ import annotations

import contextlib
import io
import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from browsercors.cli.exit_status import bad_value, stdin

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from _typeshed import WriteableBuffer

__all__ = ["opened"]


def opened(path: str) -> contextlib.AbstractContextManager[IO[bytes]]:
    """
    Open the file, with a progress bar if stderr is a terminal.
    """
    if path == "-":
        return contextlib.nullcontext(stdin("FILE"))
    if Path(path).is_dir():
        raise bad_value("FILE", f"{path!r} is a directory; give a HAR file")
    try:
        # NB: on a terminal the verdicts show the progress; a bar would appear between them.
        if sys.stderr is None or not sys.stderr.isatty() or (sys.stdout is not None and sys.stdout.isatty()):
            return Path(path).open("rb")
        return _opened_with_bar(path)
    except OSError as error:
        raise bad_value("FILE", f"{path!r} cannot be read: {error.strerror}") from None


@contextlib.contextmanager
def _opened_with_bar(path: str) -> Iterator[IO[bytes]]:
    with (
        Path(path).open("rb") as file,
        click.progressbar(length=Path(path).stat().st_size, label="Reading", file=sys.stderr) as bar,
    ):
        yield io.BufferedReader(_FileWithProgress(file, bar.update))


class _FileWithProgress(io.RawIOBase):
    """
    A file that reports how much of it has been read.
    """

    def __init__(self, file: IO[bytes], on_progress: Callable[[int], None]) -> None:
        self._file = file
        self._on_progress = on_progress

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        view = memoryview(buffer).cast("B")
        data = self._file.read(len(view))
        view[: len(data)] = data
        self._on_progress(len(data))
        return len(data)
