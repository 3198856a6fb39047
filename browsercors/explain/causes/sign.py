"""
What a sign is, and when a response shows it.

A status alone is never a sign: ordinary applications send every status there is.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

import attrs

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["ACAO", "MOST_BODY", "Evidence", "Match", "Rank", "Sample", "Sign", "Sure", "When"]

ACAO: Final = "access-control-allow-origin"
MOST_BODY: Final = 64 * 1024
"""How many bytes of a body are searched for literals."""

Sure = Literal["measured", "read in source", "documented", "reported"]
"""
How a row is known: seen on the running software, read in the code that writes it, in the vendor's documentation, or in
unrelated public reports.
"""

When = Literal["preflight", "request", "any"]


class Rank(enum.IntEnum):
    """
    How much a sign proves. What proves more silences what proves less.
    """

    SERVER = 1
    """The `Server` header: it says who relayed the response, and not always who made it."""
    HEADER = 2
    """A header, or the target of a redirect."""
    BODY = 3
    """Words of the body."""


class Sample(NamedTuple):
    """
    The smallest response that shows a sign.
    """

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: str = ""


class Evidence(NamedTuple):
    """
    A response as signs are looked for in it.

    Attributes:
        is_preflight: Whether it answers a preflight.
        status: Its status.
        headers: Its header lines by lower-case name; lines of one name are joined by commas.
        body: As much of its body as is searched.
        location: Where it redirects to, without query and fragment; empty if it does not.
    """

    is_preflight: bool
    status: int
    headers: dict[str, str]
    body: bytes
    location: str


class Match(NamedTuple):
    """
    A sign that a response shows.

    Attributes:
        sign: The row of the table.
        rank: How much it proves.
        quote: The words of the response that show it.
    """

    sign: Sign
    rank: Rank
    quote: str


@attrs.frozen
class Sign:
    """
    A row of the table of causes.

    All conditions that are given have to hold; at least one of *body*, *begins*, *headers*, *exactly* and *location*
    is given.

    Args:
        code: The name of the row.
        who: What answered.
        meaning: What that means for CORS there.
        remedy: What to change, in the product's own words and settings.
        sure: How the row is known.
        source: Where it can be checked.
        sample: The smallest response that shows it.
        when: Which requests it answers.
        status: The statuses that it comes with; empty for any.
        body: Literals, one of which is in the body.
        begins: What the body begins with.
        headers: Headers that are there, each with a literal that its value holds whatever the case; empty for
            any value.
        exactly: Headers, each with its whole value, whatever the case.
        without: Headers that are not there, in lower case.
        location: Literals, one of which is in the target of the redirect, before its query.
    """

    code: str = attrs.field(kw_only=True)
    who: str = attrs.field(kw_only=True)
    meaning: str = attrs.field(kw_only=True)
    remedy: str = attrs.field(kw_only=True)
    sure: Sure = attrs.field(kw_only=True)
    source: str = attrs.field(kw_only=True)
    sample: Sample = attrs.field(kw_only=True)
    when: When = attrs.field(kw_only=True, default="any")
    status: tuple[int, ...] = attrs.field(kw_only=True, default=())
    body: tuple[bytes, ...] = attrs.field(kw_only=True, default=())
    begins: bytes = attrs.field(kw_only=True, default=b"")
    headers: tuple[tuple[str, str], ...] = attrs.field(kw_only=True, default=())
    exactly: tuple[tuple[str, str], ...] = attrs.field(kw_only=True, default=())
    without: tuple[str, ...] = attrs.field(kw_only=True, default=())
    location: tuple[str, ...] = attrs.field(kw_only=True, default=())

    def __attrs_post_init__(self) -> None:
        if not (self.body or self.begins or self.headers or self.exactly or self.location):
            raise ValueError(f"a status is no sign, but {self.code} has nothing else")

    def match(self, evidence: Evidence) -> Match | None:
        """
        Return what of *evidence* shows this sign; None if it does not.
        """
        if self.status and evidence.status not in self.status:
            return None
        if self.when != "any" and (self.when == "preflight") is not evidence.is_preflight:
            return None
        return self._shown_by(evidence)

    def _shown_by(self, evidence: Evidence) -> Match | None:
        headers = evidence.headers
        for name, part in self.headers:
            if name not in headers or part.lower() not in headers[name].lower():
                return None
        for name, value in self.exactly:
            if headers.get(name, "").strip().lower() != value.lower() or name not in headers:
                return None
        if any(name in headers for name in self.without):
            return None
        if self.location and not any(part in evidence.location for part in self.location):
            return None
        if self.begins and not evidence.body.startswith(self.begins):
            return None
        literal = self.begins
        if self.body:
            literal = next((part for part in self.body if part in evidence.body), b"")
            if not literal:
                return None
        return self._quoted(evidence, literal)

    def _quoted(self, evidence: Evidence, literal: bytes) -> Match:
        if literal:
            begin = 0 if self.begins else evidence.body.index(literal)
            return Match(self, Rank.BODY, _sentence_at(evidence.body, begin, len(literal)))
        if self.location:
            return Match(self, Rank.HEADER, f"{evidence.status}, Location: {evidence.location}")
        names = list(dict.fromkeys(name for name, _ in (*self.headers, *self.exactly)))
        rank = Rank.SERVER if names == ["server"] else Rank.HEADER
        return Match(self, rank, _lines(evidence.headers, names))


def _lines(headers: dict[str, str], names: Sequence[str]) -> str:
    # NB: `Server` proves least, and is quoted last.
    return "; ".join(f"{name}: {headers[name]}" for name in sorted(names, key="server".__eq__))


MOST_QUOTED: Final = 120
ENDS: Final = b'\r\n<"}'


def _sentence_at(body: bytes, begin: int, length: int) -> str:
    """
    Return the literal at *begin* with what follows it, up to where its line, element or string ends.
    """
    tail = body[begin + length : begin + MOST_QUOTED]
    end = min((at for mark in ENDS if (at := tail.find(mark)) >= 0), default=len(tail))
    return (body[begin : begin + length] + tail[:end]).decode("utf-8", "replace").strip()
