"""
How patterns of origins are written: `https://app.example.com`, `https://*.example.com`, `http://localhost:*` and `*`.
"""

from __future__ import annotations

from typing import Literal, NamedTuple, Protocol

__all__ = ["OriginMatcher", "WrittenPattern", "is_below", "is_but_for_port", "is_origin_among", "read_pattern"]


class OriginMatcher(Protocol):
    """
    A pattern as a value, such as `subdomains_of` makes.
    """

    def matches(self, origin: str) -> bool:
        """
        Whether the serialised *origin* is one of these.
        """


class WrittenPattern(NamedTuple):
    """
    What a text says.

    Attributes:
        kind: Which origins it means, seen from `origin`: this one, those below its host, those that differ from it in
            the port only, or any at all.
        origin: The text without its wildcard; empty for any.
    """

    kind: Literal["exact", "subdomains", "ports", "any"]
    origin: str


def read_pattern(text: str) -> WrittenPattern:
    """
    Read a pattern. Whether its origin is one is not looked at.
    """
    scheme, mark, authority = text.partition("://")
    if text == "*":
        return WrittenPattern("any", "")
    if mark and authority.startswith("*."):
        return WrittenPattern("subdomains", f"{scheme}://{authority[2:]}")
    if mark and authority.endswith(":*"):
        return WrittenPattern("ports", text[:-2])
    return WrittenPattern("exact", text)


def is_below(origin: str, base: str) -> bool:
    """
    Whether the host of *origin* lies below that of *base*, with the same scheme and port.
    """
    scheme, _, authority = base.partition("://")
    start, end = f"{scheme}://", f".{authority}"
    # NB: a browser can hold `https://.example.com`, which is below nothing.
    return origin.startswith(start) and origin.endswith(end) and len(origin) > len(start) + len(end)


def is_but_for_port(origin: str, base: str) -> bool:
    """
    Whether *origin* is *base*, which has no port, or differs from it in nothing but the port.
    """
    return origin == base or origin.startswith(f"{base}:")


def is_origin_among(pattern: str | OriginMatcher, origin: str) -> bool:
    """
    Whether the serialised *origin* is one of those that *pattern* means.
    """
    if not isinstance(pattern, str):
        return pattern.matches(origin)
    kind, base = read_pattern(pattern)
    match kind:
        case "any":
            return True
        case "subdomains":
            return is_below(origin, base)
        case "ports":
            return is_but_for_port(origin, base)
    return origin == base
