"""
Origin patterns: exact text, all subdomains of, all ports of, or any origin.

As text they are `https://app.example.com`, `https://*.example.com`, `http://localhost:*` and `*`. There is no regular
expression and no other wildcard: nothing that also means something else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final, TypeAlias, final

import attrs

from browsercors.values.origin_patterns import (
    PROBLEM_WITH_NULL,
    is_below,
    is_but_for_port,
    problem_above_subdomains,
    problem_with_origin,
    problem_with_port,
    read_pattern,
)

if TYPE_CHECKING:
    from browsercors.values.origins import Origin

__all__ = [
    "ANY_ORIGIN",
    "AnyOrigin",
    "OriginPattern",
    "PortsOf",
    "SubdomainsOf",
    "is_serialized_origin",
    "listed_patterns",
    "pattern_of",
    "ports_of",
    "problem_with_pattern",
    "serialized_origin",
    "subdomains_of",
]


@final
@attrs.frozen(repr=False)
class AnyOrigin:
    """
    Every origin there is, `null` among them; its only value is `ANY_ORIGIN`.
    """

    def __repr__(self) -> str:
        return "ANY_ORIGIN"

    def matches(self, origin: str) -> bool:  # noqa: ARG002 - as every pattern has it
        """
        Whether the serialised *origin* is one of these: it always is.
        """
        return True


ANY_ORIGIN: Final = AnyOrigin()
"""Every origin there is, `null` among them: `Policy(origins=ANY_ORIGIN)`."""


@final
@attrs.frozen(repr=False)
class SubdomainsOf:
    """
    The origins whose host lies below that of an origin; made by `subdomains_of`.

    Attributes:
        origin: The origin, which is not one of them itself.
    """

    origin: str

    def __repr__(self) -> str:
        return f"subdomains_of({self.origin!r})"

    def matches(self, origin: str) -> bool:
        """
        Whether the serialised *origin* is one of these.
        """
        return is_below(origin, self.origin)


@final
@attrs.frozen(repr=False)
class PortsOf:
    """
    The origins that differ from an origin in nothing but the port; made by `ports_of`.

    Attributes:
        origin: The origin, without a port; it is one of them.
    """

    origin: str

    def __repr__(self) -> str:
        return f"ports_of({self.origin!r})"

    def matches(self, origin: str) -> bool:
        """
        Whether the serialised *origin* is one of these.
        """
        return is_but_for_port(origin, self.origin)


OriginPattern: TypeAlias = str | SubdomainsOf | PortsOf | AnyOrigin


def pattern_of(pattern: OriginPattern) -> OriginPattern:
    """
    Return what a text with a wildcard means, and anything else as it is.
    """
    if not isinstance(pattern, str):
        return pattern
    kind, origin = read_pattern(pattern)
    match kind:
        case "any":
            return ANY_ORIGIN
        case "subdomains":
            return SubdomainsOf(origin)
        case "ports":
            return PortsOf(origin)
    return pattern


def listed_patterns(origins: Any) -> Any:
    """
    Return one pattern or a list of them as a tuple; what is neither is returned as it is, to be named.
    """
    if isinstance(origins, (str, SubdomainsOf, PortsOf, AnyOrigin)):
        return (pattern_of(origins),)
    if isinstance(origins, Iterable) and not isinstance(origins, (bytes, Mapping)):
        return tuple(pattern_of(pattern) for pattern in origins)
    return origins


def subdomains_of(origin: str) -> SubdomainsOf:
    """
    Return the pattern of all origins whose host lies below that of *origin*, with the same scheme and port.

    `subdomains_of("https://example.com")` are `https://app.example.com` and `https://a.b.example.com`, but neither
    `https://example.com` nor `http://app.example.com` nor `https://app.example.com:8443`.

    Raises:
        TypeError: *origin* is no str. What else is wrong with it, the `Policy` says.
    """
    return SubdomainsOf(_text(origin))


def ports_of(origin: str) -> PortsOf:
    """
    Return the pattern of all origins that differ from *origin* in nothing but the port, *origin* among them.

    `ports_of("http://localhost")` are `http://localhost` and `http://localhost:3000`, but not `https://localhost:3000`.

    Raises:
        TypeError: *origin* is no str. What else is wrong with it, the `Policy` says.
    """
    return PortsOf(_text(origin))


def is_serialized_origin(text: str) -> bool:
    """
    Whether *text* is an http(s) origin as a browser writes it, or `null`.
    """
    return text == "null" or problem_with_origin(text) is None


def serialized_origin(origin: str | Origin) -> str:
    """
    Return *origin* as the `Origin` header has it.

    Raises:
        TypeError: It is neither a str nor an `Origin`.
        ValueError: It is no http(s) origin as a browser writes it, and not `null`.
    """
    text = origin if isinstance(origin, str) else getattr(origin, "serialized", None)
    if not isinstance(text, str):
        raise TypeError(f"origin has to be a str such as 'https://app.example.com', not {origin!r}")
    problem = None if text == "null" else problem_with_origin(text)
    if problem is not None:
        raise ValueError(f"origin {text!r} {problem}")
    return text


def problem_with_pattern(pattern: object) -> str | None:
    """
    Say what is wrong with *pattern*, in words that follow it; None if nothing is.
    """
    match pattern:
        case AnyOrigin():
            return None
        case "null":
            return PROBLEM_WITH_NULL
        case str():
            return problem_with_origin(pattern)
        case SubdomainsOf():
            return problem_with_origin(pattern.origin) or problem_above_subdomains(pattern.origin)
        case PortsOf():
            return problem_with_origin(pattern.origin) or problem_with_port(pattern.origin)
    return "is no origin; give a str such as 'https://app.example.com' or 'https://*.example.com', or ANY_ORIGIN"


def _text(origin: str) -> str:
    if not isinstance(origin, str):
        raise TypeError(f"origin has to be a str such as 'https://example.com', not {origin!r}")
    return origin
