"""
Console lines that belong to a recording: which request each is about, and what it says about the verdict.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import attrs

from browsercors.cli.exit_status import bad_value
from browsercors.values.urls import parse_url

if TYPE_CHECKING:
    from browsercors.har.verdicts import HarVerdict
    from browsercors.pasted.results import PastedMessage

__all__ = ["Conclusion", "ConsoleLines", "read_console_file"]

MOST_CHARACTERS: Final = 4_000_000
MOST_LINES: Final = 2000
"""How many lines are read; a longer console repeats itself."""


@attrs.frozen
class Conclusion:
    """
    The conclusion from a verdict and the console's lines about its request.

    Attributes:
        outcome: What became of the request; see `HarVerdict.outcome`.
        code: Why the page cannot read the response; empty if it can.
        lines: The console's lines about it.
        disagreement: How the console contradicts the verdict; empty if it does not.
        is_by_console: Whether only the console decided: the recording alone leaves it open.
    """

    outcome: str
    code: str
    lines: tuple[PastedMessage, ...] = ()
    disagreement: str = ""
    is_by_console: bool = False

    def lines_as_data(self) -> list[dict[str, Any]]:
        """
        Return the lines as JSON-serialisable data.
        """
        return [
            {"line": line.line, "said_by": line.said_by, "meanings": [meaning.name for meaning in line.meanings]}
            for line in self.lines
        ]


class ConsoleLines:
    """
    The console lines that are about a request.

    Args:
        messages: The messages that were recognized.

    Attributes:
        unused: How many of them are about none of the requests that were looked up.
    """

    def __init__(self, messages: list[PastedMessage]) -> None:
        self._by_url: dict[str, list[PastedMessage]] = {}
        self._used: set[int] = set()
        self._count = len(messages)
        for message in messages:
            for url in dict.fromkeys(map(_key, message.urls)):
                self._by_url.setdefault(url, []).append(message)

    @property
    def unused(self) -> int:
        """
        How many lines are about none of the requests that were looked up.
        """
        return self._count - len(self._used)

    def conclude(self, verdict: HarVerdict) -> Conclusion:
        """
        Return what follows from *verdict* and the lines about its request.
        """
        page = verdict.page_origin
        lines = tuple(
            line
            for line in self._by_url.get(_key(verdict.url), ())
            if line.origin in (None, page) and _key(verdict.url) != _key(page)
        )
        self._used.update(map(id, lines))
        specific = [line for line in lines if line.meanings[0].name != "network-error"]
        if not specific:
            return Conclusion(verdict.outcome, verdict.code, lines)
        names = [meaning.name for meaning in specific[0].meanings]
        if verdict.is_undecided:
            return Conclusion("blocked", names[0], lines, is_by_console=True)
        if verdict.outcome == "blocked" and verdict.code in names:
            return Conclusion(verdict.outcome, verdict.code, lines)
        return Conclusion(verdict.outcome, verdict.code, lines, f"the console says otherwise: {' or '.join(names)}")


def read_console_file(path: str) -> ConsoleLines:
    """
    Read the lines of a console, as they were copied or saved.
    """
    from browsercors.pasted.console import read_console
    from browsercors.pasted.reader import text_of

    try:
        with Path(path).open("rb") as file:
            text = text_of(file.read(MOST_CHARACTERS))
    except OSError as error:
        raise bad_value("--console", f"{path!r} cannot be read: {error.strerror}") from None
    lines = dict.fromkeys(line.strip() for line in text.splitlines()[:MOST_LINES])
    messages = [message for line in lines if line and (message := read_console(line)) is not None]
    if not messages:
        # NB: a terminal or an email may have broken the lines.
        whole = read_console(text)
        messages = [] if whole is None else [whole, *whole.further]
    return ConsoleLines(messages)


def _key(url: str) -> str:
    parsed = parse_url(url)
    return url if parsed is None else parsed.href_without_fragment
