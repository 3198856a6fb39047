"""
What people copy from the "Headers" tab of a network panel: general lines, then the headers of both sides.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from browsercors.pasted.raw_http import joined, read_raw
from browsercors.pasted.results import PasteError, PasteForm
from browsercors.servers.messages import RequestMessage, ResponseMessage
from browsercors.values.headers import is_header_name
from browsercors.values.urls import parse_url

if TYPE_CHECKING:
    from collections.abc import Iterable

    from browsercors.pasted.raw_http import Recorded

__all__ = ["INSPECTOR", "PANEL", "read_headers_alone", "read_inspector", "read_panel"]

PANEL: Final = re.compile(r"^[^\w\n]{0,8}Request[ -]URL[*\s]*:?", re.MULTILINE | re.IGNORECASE)
"""How the lines about one request begin."""
INSPECTOR: Final = re.compile(
    r"\A(?:Summary\s+)?URL: (https?://\S+)\n.{0,1000}?^Request\n([A-Z]{3,10}) \S+( HTTP/[0-9.]+)?\n(.*)\Z",
    re.DOTALL | re.MULTILINE,
)
"""What Safari's inspector copies: a summary, and both sides as they went over the wire."""

SECTION: Final = re.compile(
    r"[^\w\n]{0,8}(general|response headers|request headers|response body|response|preview|query string parameters|"
    r"form data|request payload|timings?|cookies)\b[^\w\n]{0,8}(?:\([\w. ]{1,20}\)|view source|view parsed|raw)?\W*\Z",
    re.IGNORECASE,
)
GENERAL: Final = re.compile(
    r"(request url|request method|status code|status|remote address|referrer policy|method|url)\Z", re.IGNORECASE
)
LINE: Final = re.compile(r"[^\w:\n]{0,8}(:?[A-Za-z][\w \-]{0,80}?)[*`]{0,2}:[*`]{0,2}[ \t]*(.*)\Z")
STATUS: Final = re.compile(r"\D{0,6}([1-9][0-9]{2})\b[ \t]*(.{0,80})\Z")
SAID_BY_THE_PANEL: Final = re.compile(
    r"(?:view (?:source|parsed|decoded)|raw|provisional headers are shown.*|learn more|copy|\(\d+\)|toggle .*)\Z",
    re.IGNORECASE,
)


def read_panel(text: str) -> Recorded:
    """
    Read one request with its response, or a preflight and the request behind it.

    Raises:
        PasteError: It has no URL.
    """
    places = [match.start() for match in PANEL.finditer(text)]
    pieces = [text[begin:end] for begin, end in zip(places, [*places[1:], len(text)], strict=True)]
    return joined([_exchange(piece) for piece in pieces], PasteForm.PANEL)


def read_headers_alone(text: str) -> tuple[ResponseMessage, ...]:
    """
    Read the headers of a response whose first line was left out; nothing if they are not all of a response.
    """
    lines = [line.strip().removeprefix("< ") for line in text.split("\n") if line.strip(" <\t\r")]
    names = [line.partition(":")[0].lower() for line in lines if HEADER.match(line)]
    if len(names) < len(lines) or not OF_REQUESTS.isdisjoint(names):
        return ()
    if "vary" not in names and not any(name.startswith(OF_RESPONSES) for name in names):
        return ()
    return tuple(read_raw("\n".join(["HTTP/1.1 200", *lines])).responses)


HEADER: Final = re.compile(r"[A-Za-z][\w-]{0,80}: ?[^\n]*\Z")
OF_REQUESTS: Final = frozenset(("origin", "host", "referer", "access-control-request-method", "user-agent", "accept"))
OF_RESPONSES: Final = ("access-control-allow-", "access-control-expose-", "access-control-max-")


def read_inspector(match: re.Match[str]) -> Recorded:
    """
    Read what the inspector of Safari copies.

    Raises:
        PasteError: It cannot be read; the text names the line.
    """
    rest = re.sub(r"^Response\n", "\n", match[4], flags=re.MULTILINE)
    return read_raw(f"{match[2]} {match[1]} HTTP/1.1\n{rest}")


def _exchange(piece: str) -> tuple[RequestMessage, list[ResponseMessage]]:
    general: dict[str, str] = {}
    sides: dict[str, list[tuple[str, str]]] = {"request headers": [], "response headers": []}
    section = "general"
    body: list[str] = []
    for name, value in _named(piece):
        if not name:
            section = value.lower()
        elif section == "response body":
            body.append(value)
        elif GENERAL.match(name) and section == "general":
            general.setdefault(name.lower().removeprefix("request "), value)
        elif section in sides and is_header_name(name.encode("utf-8", "replace")):
            sides[section].append((name, value))
    url = parse_url(general.get("url", "").strip("`*<>' \""))
    if url is None or not url.is_http:
        raise PasteError(f"the line Request URL has no http(s) URL: {general.get('url', '')[:60]!r}")
    request = RequestMessage(
        method=general.get("method", "GET").strip("`* ").upper() or "GET",
        url=url,
        headers=tuple(sides["request headers"]),
    )
    status = STATUS.match(general.get("status code", general.get("status", "")).strip("`* "))
    if status is None:
        return request, []
    response = ResponseMessage(
        status=int(status[1]),
        reason=status[2].strip("` *()"),
        headers=tuple(sides["response headers"]),
        body="\n".join(body).strip().encode(),
    )
    return request, [response]


def _named(piece: str) -> Iterable[tuple[str, str]]:
    """
    Yield names and values; the name of a section stands in the place of a value, and its own name is empty.
    """
    lines = [line.strip() for line in piece.split("\n")]
    # NB: newer panels copy a name and its value as two lines.
    is_in_two = _is_in_two(lines)
    section = ""
    place = 0
    while place < len(lines):
        line = lines[place]
        place += 1
        heading = SECTION.match(line)
        if heading is not None and section != "response body":
            section = "response body" if heading[1].lower() in {"response", "preview"} else heading[1].lower()
            yield "", section
        elif section == "response body":
            yield "body", line
        elif line and not SAID_BY_THE_PANEL.match(line):
            if is_in_two and (line.endswith(":") or GENERAL.match(line) or ":" not in line[1:]):
                value = lines[place] if place < len(lines) else ""
                place += 1
                # NB: ":authority" and its like are no headers.
                if not line.startswith(":"):
                    yield line.rstrip(":"), value
            else:
                match = LINE.match(line)
                if match is not None and not match[1].startswith(":"):
                    yield match[1].strip(), match[2].removeprefix("** ").strip()


def _is_in_two(lines: list[str]) -> bool:
    first = LINE.match(next((line for line in lines if line), ""))
    return first is None or not first[2].strip()
