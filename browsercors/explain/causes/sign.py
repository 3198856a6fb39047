"""
What a sign is, and when a response shows it.

A status alone is never a sign: ordinary applications send every status there is.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

import attrs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["ACAO", "MOST_BODY", "Evidence", "Match", "Rank", "Sample", "Sign", "Sure", "When"]

ACAO: Final = "access-control-allow-origin"
MOST_BODY: Final = 64 * 1024
"""How many bytes of a body are searched for literals."""

Sure = Literal["measured", "read in source", "documented", "reported", "unsure"]
"""
How a row is known: seen on the running software, read in the code that writes it, in the vendor's documentation, in
unrelated public reports, or not well enough to rely on it.
"""

When = Literal["preflight", "request", "any"]


class Rank(enum.IntEnum):
    """
    How much a sign proves. What proves more silences what proves less.
    """

    ALIKE = 1
    """Headers that many products send alike: they tell which kind of layer answered, and not whose."""
    SERVER = 2
    """The `Server` header, or the host that was asked: it says who relayed the response, and not always who made it."""
    HEADER = 3
    """A header, or the target of a redirect."""
    BODY = 4
    """Words of the body, or of the status line."""


class Sample(NamedTuple):
    """
    The smallest response that shows a sign.

    Attributes:
        status: Its status.
        headers: Its header lines.
        body: Its body.
        reason: Its reason phrase; empty for the usual one.
        url: The URL that was asked for; empty for any.
    """

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: str = ""
    reason: str = ""
    url: str = ""


class Evidence(NamedTuple):
    """
    A response as signs are looked for in it.

    Attributes:
        is_preflight: Whether it answers a preflight.
        status: Its status.
        headers: Its header lines by lower-case name; lines of one name are joined by commas.
        body: As much of its body as is searched.
        location: Where it redirects to, without query and fragment; empty if it does not.
        reason: Its reason phrase; empty over HTTP/2.
        host: The host that was asked.
        path: The path that was asked for.
        failed: The code of the reason for which the browser blocked this response; empty if it did not, or not known.
    """

    is_preflight: bool
    status: int
    headers: dict[str, str]
    body: bytes
    location: str
    reason: str = ""
    host: str = ""
    path: str = ""
    failed: str = ""


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

    All conditions that are given have to hold; at least one of *body*, *begins*, *reason*, *headers*, *exactly*,
    *location* and *host* is given.

    Args:
        code: The name of the row.
        products: The names by which people look the row up.
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
        exactly: Headers, each with its whole value as it is written.
        without: Headers that are not there, in lower case.
        location: Literals, one of which is in the target of the redirect, before its query.
        reason: Words of the reason phrase.
        host: Hosts, one of which was asked, or a subdomain of it.
        path: What the path that was asked for begins with.
        is_empty: Whether the body is empty.
        failed: Codes of reasons, for one of which the browser blocked the response; empty for any.
        is_alike: Whether many products send these headers alike.
    """

    code: str = attrs.field(kw_only=True)
    products: tuple[str, ...] = attrs.field(kw_only=True)
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
    reason: str = attrs.field(kw_only=True, default="")
    host: tuple[str, ...] = attrs.field(kw_only=True, default=())
    path: str = attrs.field(kw_only=True, default="")
    is_empty: bool = attrs.field(kw_only=True, default=False)
    failed: tuple[str, ...] = attrs.field(kw_only=True, default=())
    is_alike: bool = attrs.field(kw_only=True, default=False)

    def __attrs_post_init__(self) -> None:
        if not (self.body or self.begins or self.reason or self.headers or self.exactly or self.location or self.host):
            raise ValueError(f"a status is no sign, but {self.code} has nothing else")

    def match(self, evidence: Evidence) -> Match | None:
        """
        Return what of *evidence* shows this sign; None if it does not.
        """
        if self.status and evidence.status not in self.status:
            return None
        if self.failed and evidence.failed not in self.failed:
            return None
        if self.when != "any" and (self.when == "preflight") is not evidence.is_preflight:
            return None
        return self._shown_by(evidence)

    def _shown_by(self, evidence: Evidence) -> Match | None:
        if not self._has_headers(evidence.headers) or not self.is_at(evidence.host, evidence.path):
            return None
        if self.location and not any(part in evidence.location for part in self.location):
            return None
        if self.reason not in evidence.reason or (self.is_empty and evidence.body):
            return None
        if self.begins and not evidence.body.startswith(self.begins):
            return None
        literal = self.begins
        if self.body:
            literal = next((part for part in self.body if part in evidence.body), b"")
            if not literal:
                return None
        return self._quoted(evidence, literal)

    def is_at(self, host: str, path: str) -> bool:
        """
        Whether a request to *host* and *path* went where this sign is shown.
        """
        if self.path and not path.startswith(self.path):
            return False
        return not self.host or any(f".{host}".endswith(f".{each}") for each in self.host)

    def _has_headers(self, headers: Mapping[str, str]) -> bool:
        for name, part in self.headers:
            if name not in headers or part.lower() not in headers[name].lower():
                return False
        # NB: most signs have none of these, and an empty tuple is asked faster than gone through.
        if self.exactly and any(
            headers.get(name, "").strip() != value or name not in headers for name, value in self.exactly
        ):
            return False
        return not (self.without and any(name in headers for name in self.without))

    def _quoted(self, evidence: Evidence, literal: bytes) -> Match:
        if literal:
            begin = 0 if self.begins else evidence.body.index(literal)
            return Match(self, Rank.BODY, _sentence_at(evidence.body, begin, len(literal)))
        if self.reason:
            return Match(self, Rank.BODY, f"{evidence.status} {evidence.reason}")
        if self.location:
            return Match(self, Rank.HEADER, f"{evidence.status}, Location: {evidence.location}")
        names = list(dict.fromkeys(name for name, _ in (*self.headers, *self.exactly)))
        quote = "; ".join(
            part for part in (evidence.host if self.host else "", _lines(evidence.headers, names)) if part
        )
        is_weak = not set(names) - {"server", "content-type"}
        rank = Rank.ALIKE if self.is_alike else Rank.SERVER if is_weak else Rank.HEADER
        return Match(self, rank, quote)


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
