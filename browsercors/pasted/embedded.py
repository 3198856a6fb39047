"""
Requests and responses that stand between sentences, in fences of Markdown or set in, as people write them in reports.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["ASSUMED_LINE", "exchange_in"]

MOST: Final = 200_000
"""How much of a text is looked at."""
FEWEST: Final = 3
"""So many header lines on end, without a line above them, are those of a response."""

ASSUMED_LINE: Final = "HTTP/1.1 200 OK"
"""What is put above header lines of a response that stand alone."""

_FENCE: Final = re.compile(r"^\s*(?:```|~~~)")
_PROMPT: Final = re.compile(r"^(?:[A-Za-z]:[^>\n]{0,200}>|[\w.@~:/-]{0,200}[$%#])[ \t]*(?=(?:curl|https?)\b)")
_COMMAND: Final = re.compile(r"^(?:curl(?:\.exe)?[ \t]+\S|https?[ \t]+(?:[A-Za-z]{3,7}[ \t]+)?\S+)")
_WITHOUT_VERSION: Final = re.compile(r"^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)[ \t]+((?:https?:/)?/\S*)$")
_REQUEST: Final = re.compile(r"^(?:>[ ])?(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)[ \t]+\S+[ \t]+HTTP/[\d.]+$")
_RESPONSE: Final = re.compile(r"^(?:<[ ])?HTTP/[\d.]+[ \t]+[1-5]\d\d\b")
# NB: curl writes > before what it sends alone, so this is a quotation.
_QUOTED_RESPONSE: Final = re.compile(r"^> HTTP/[\d.]+ [1-5]\d\d\b", re.MULTILINE)
_HEADER: Final = re.compile(r"^:?[A-Za-z][\w-]{1,80}:(?:[ \t]*\S.*)?$")
_ARROW: Final = re.compile(r"^([A-Za-z][\w-]{1,80})[ \t]*\u2192[ \t]*")
_OF_A_RESPONSE: Final = re.compile(
    r"^(?:server|date|content-type|content-length|etag|vary|access-control-allow-\w+|x-powered-by):", re.IGNORECASE
)
_CURL_NOTE: Final = re.compile(r"^[*<>{}](?:[ ]|$)")


def exchange_in(text: str) -> str:
    """
    Return the commands, requests and responses in *text* without what stands between them; empty if there are none.
    """
    found: list[list[str]] = []
    lines = list(_lines(text[:MOST]))
    number = 0
    while number < len(lines):
        line = lines[number]
        begin = "" if line is None else _start(line, lines[number : number + FEWEST])
        if not begin:
            number += 1
            continue
        # NB: what a second command printed is another story.
        if found and _COMMAND.match(begin):
            break
        end = _end(lines, number)
        kept = [part or "" for part in lines[number:end]]
        found.append([begin, *kept] if begin.startswith("HTTP/") and kept[0] != begin else [begin, *kept[1:]])
        number = end
    return "\n\n".join("\n".join(segment).strip() for segment in found)


def _lines(text: str) -> Iterator[str | None]:
    """
    Yield the lines as they were meant, and None at each border of a fence.
    """
    is_quoted = _QUOTED_RESPONSE.search(text) is not None
    for whole in text.split("\n"):
        line = whole.removeprefix("> ") if is_quoted else whole
        if _FENCE.match(line):
            yield None
            continue
        bare = line.strip().strip("`") if line.startswith(("    ", "\t", "`")) or line.endswith("`") else line.rstrip()
        yield _ARROW.sub(r"\1: ", bare)


def _start(line: str, following: list[str | None]) -> str:
    """
    Return the first line of what begins at *line*, as readers of HTTP know it; empty if nothing does.
    """
    bare = _PROMPT.sub("", line)
    if (bare != line or _COMMAND.match(bare)) and _COMMAND.match(bare) and "://" not in bare[:8]:
        return bare
    if _REQUEST.match(line) or _RESPONSE.match(line):
        return line
    match = _WITHOUT_VERSION.match(line)
    if match is not None:
        return f"{match[1]} {match[2]} HTTP/1.1"
    is_block = len(following) == FEWEST and all(each is not None and _HEADER.match(each) for each in following)
    return ASSUMED_LINE if is_block and any(_OF_A_RESPONSE.match(each or "") for each in following) else ""


def _end(lines: list[str | None], start: int) -> int:
    """
    Return where what begins at *start* ends: at the next one, at the border of a fence, or where sentences begin.
    """
    first = _PROMPT.sub("", lines[start] or "")
    is_command = _COMMAND.match(first) is not None
    number = start + 1
    while number < len(lines):
        line = lines[number]
        if line is None:
            return number
        if is_command:
            # NB: what a command printed stands below it, and a second command is another story.
            bare = _PROMPT.sub("", line)
            if bare != line and _COMMAND.match(bare):
                return number
        elif not line.strip():
            return _end_of_body(lines, number)
        elif not (_HEADER.match(line) or _CURL_NOTE.match(line)):
            return number
        number += 1
    return number


def _end_of_body(lines: list[str | None], blank: int) -> int:
    """
    Return where the body behind a blank line ends: what stands there is taken for one if the fence goes on.
    """
    number = blank + 1
    while number < len(lines) and lines[number] is not None:
        if _start(lines[number] or "", lines[number : number + FEWEST]):
            return blank
        number += 1
    # NB: without a border below it, it is not known whether this is a body or a sentence.
    return number if number < len(lines) and _opens_a_body(lines[blank + 1]) else blank


def _opens_a_body(line: str | None) -> bool:
    return line is not None and not line.endswith(":")
