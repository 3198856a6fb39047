"""
The case of a console line: what is known of it from the line and from those beside it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from browsercors.values.urls import parse_url

if TYPE_CHECKING:
    from collections.abc import Iterable

    from browsercors.values.urls import URL

__all__ = ["Case", "status_beside"]

_STATUS_BESIDE: Final = re.compile(
    r"(?:^|\s)(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)\s+(https?://\S+)(?:\s+net::\S+)?\s+([45][0-9]{2})\b"
)
_STATUS_OF_THE_LINE: Final = re.compile(
    r"(?:The response had HTTP status code|\AStatus code:|\breturn(?:s|ing) (?:the )?status) [`'\"]?([45][0-9]{2})\b"
)


class Case(NamedTuple):
    """
    What is known of the case beside the line.

    Attributes:
        line: The line.
        meanings: The codes it may stand for.
        url: What was asked for; None if the line does not say.
        origin: The page's origin; None if the line does not say.
        status: The status; None if no line says.
        is_known: Whether the host that was asked already tells what is the matter.
        is_preflight: Whether a line says that the status is that of the preflight.
        text: All that was pasted.
    """

    line: str
    meanings: tuple[str, ...]
    url: URL | None
    origin: str | None
    status: int | None
    is_known: bool = False
    is_preflight: bool = False
    text: str = ""


def status_beside(lines: Iterable[str], url: URL | None) -> tuple[int | None, bool]:
    """
    Return the error status that another line of the console names for the same URL, and whether of a preflight.
    """
    for line in lines:
        match = _STATUS_BESIDE.search(line)
        asked = None if match is None else parse_url(match[2])
        if match is not None and (url is None or (asked is not None and asked.href == url.href)):
            return int(match[3]), match[1] == "OPTIONS"
        of_the_line = _STATUS_OF_THE_LINE.search(line)
        if of_the_line is not None:
            return int(of_the_line[1]), False
    return None, False
