"""
How patterns of origins are written: `https://app.example.com`, `https://*.example.com`, `http://localhost:*` and `*`.
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple, Protocol

from browsercors.values.sites import Sites, is_ip_address
from browsercors.values.urls import parse_url

__all__ = [
    "PROBLEM_WITH_NULL",
    "OriginMatcher",
    "WrittenPattern",
    "is_below",
    "is_but_for_port",
    "is_origin_among",
    "problem_above_subdomains",
    "problem_with_origin",
    "problem_with_port",
    "problem_with_written_pattern",
    "read_pattern",
]

SITES: Final = Sites()

PROBLEM_WITH_NULL: Final = "is the origin of every sandboxed frame in every site; it is not a page that can be trusted"


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
    Read a pattern, without checking its origin.
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
    Whether *origin* is *base*, which has no port, or differs from it only in the port.
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


def problem_with_written_pattern(text: str) -> str | None:
    """
    Return what is wrong with a pattern written as text, in words that follow it; None if nothing is.
    """
    kind, base = read_pattern(text)
    match kind:
        case "any":
            return None
        case "subdomains":
            return problem_with_origin(base) or problem_above_subdomains(base)
        case "ports":
            return problem_with_origin(base) or problem_with_port(base)
    return PROBLEM_WITH_NULL if text == "null" else problem_with_origin(text)


def problem_with_origin(text: str) -> str | None:
    """
    Return why *text* is not an http(s) origin as browsers write it, in words that follow it; None if it is one.
    """
    if "*" in text:
        return "has a '*' where none can be; wildcards are 'https://*.example.com', 'http://localhost:*' and '*' alone"
    url = parse_url(text)
    if url is None:
        return "is not a URL; an origin is scheme, host and port, such as 'https://app.example.com'"
    if not url.is_http:
        return "is not an http(s) origin, such as 'https://app.example.com'"
    right = url.origin.serialized
    if text == right:
        return None
    if url.path != "/" or url.query is not None or url.fragment is not None:
        return f"has a path; an origin ends after host and port: {right!r}"
    if text == f"{right}/":
        return f"has a trailing slash; an origin ends after host and port: {right!r}"
    return f"is not how browsers write it; write {right!r}"


def problem_above_subdomains(text: str) -> str | None:
    """
    Return why nobody can own all subdomains of the origin *text*, in words that follow it; None if somebody can.
    """
    url = parse_url(text)
    assert url is not None, "looked at already"
    if is_ip_address(url.host):
        return "is an IP address, which has no subdomains"
    # NB: what is not on the list is judged as a name, so that `localhost` and `test` can have subdomains.
    listed = SITES.is_public_suffix(url.host) and ("." in url.host or SITES.listed_registrable_domain(f"a.{url.host}"))
    return "is a public suffix: everyone can have a subdomain of it" if listed else None


def problem_with_port(text: str) -> str | None:
    """
    Return why there is no pattern of all ports of the origin *text*, in words that follow it; None if there is one.
    """
    url = parse_url(text)
    assert url is not None, "looked at already"
    return None if url.port is None else f"has a port already; ports_of({text.rpartition(':')[0]!r}) means all ports"
