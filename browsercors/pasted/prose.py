"""
What people say in their own words: the status of a preflight, that it fails, or headers that came twice.

This is looked at only where nothing else is known of a paste.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from browsercors.pasted.results import Meaning, PastedMessage
from browsercors.pasted.told import told_by
from browsercors.pasted.told_case import Case
from browsercors.values.urls import parse_url

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["read_prose"]

MOST: Final = 100_000
"""How much of a text is looked at."""

# NB: options are a word of everybody; the method is written in capitals.
_OF_A_PREFLIGHT: Final = r"(?:\bOPTIONS?\b|(?i:\bpre-?flight\b))"
_ERROR: Final = r"\b(40[0-9]|41[0-9]|50[0-4])\b"
_STATUS: Final = re.compile(rf"{_OF_A_PREFLIGHT}[^\n]{{0,200}}?{_ERROR}|{_ERROR}[^\n]{{0,200}}?{_OF_A_PREFLIGHT}")
_ASKED: Final = re.compile(r"Access-Control-Request-Method\s*:", re.IGNORECASE)
_ANY_STATUS: Final = re.compile(
    r"['\"]?(40[135]|500)['\"]? (?:HTTP )?(?:error|status|Unauthorized|Forbidden)", re.IGNORECASE
)
_FAILS: Final = re.compile(
    r"\b(?:(?i:pre-?flight)|OPTIONS)\b[^\n.]{0,40}\bfail|\bfail\w*[^\n.]{0,40}\b(?i:pre-?flight)"
)
_LINE: Final = re.compile(
    r"^[\s>*<`-]*(access-control-allow-(?:origin|credentials))\s*[:\u2192]\s*(\S[^\n`]{0,300})",
    re.IGNORECASE | re.MULTILINE,
)
_ORIGIN: Final = re.compile(r"^[\s>*<`-]*origin\s*:\s*(https?://[^\s'\"`]{1,300})", re.IGNORECASE | re.MULTILINE)


def read_prose(text: str) -> PastedMessage | None:
    """
    Read what *text* says in words of its own; None if it is about nothing of this kind.
    """
    text = text[:MOST]
    found = _repeated(text) or _status(text)
    if found is None:
        return None
    meaning, line, status = found
    match = _ORIGIN.search(text)
    url = parse_url(match[1]) if match is not None else None
    origin = None if url is None else url.origin.serialized
    case = Case(line, (meaning,), None, origin, status, is_preflight=True, text=text)
    return PastedMessage(
        line=line,
        said_by="the text",
        meanings=(Meaning(meaning, is_topic=False),),
        source="the words of the text",
        origin=origin,
        status=status,
        told=told_by(case),
    )


def _repeated(text: str) -> tuple[str, str, None] | None:
    lines = [(match[1].lower(), match[2].strip()) for match in _LINE.finditer(text)]
    for name, code in (
        ("access-control-allow-origin", "allow-origin-repeated"),
        ("access-control-allow-credentials", "allow-credentials-not-true"),
    ):
        values = [value for said, value in lines if said == name]
        # NB: more than two are of several responses, and of those nobody knows which is meant.
        if len(values) == 2 and _stand_together(text, name):
            joined = ", ".join(values)
            return code, f"The response has {name} twice: the header contains multiple values '{joined}'", None
    return None


def _stand_together(text: str, name: str) -> bool:
    """
    Whether the lines of *name* are of one response: nothing but header lines stands between them.
    """
    lines: Sequence[str] = [line.strip(" \t>*<`-").lower() for line in text.split("\n")]
    places = [number for number, line in enumerate(lines) if line.startswith(name)]
    between = lines[places[0] + 1 : places[-1]]
    return all(re.match(r"[\w-]{1,100}\s*[:\u2192]", line) is not None for line in between)


def _status(text: str) -> tuple[str, str, int | None] | None:
    match = _STATUS.search(text)
    if match is not None:
        return "preflight-status-not-ok", match[0], int(match[1] or match[2])
    told = _ANY_STATUS.search(text)
    if told is not None and _ASKED.search(text) is not None:
        return "preflight-status-not-ok", f"{told[0]} to the preflight", int(told[1])
    fails = _FAILS.search(text)
    if fails is not None:
        return "preflight-status-not-ok", "preflight request: it fails", None
    return None
