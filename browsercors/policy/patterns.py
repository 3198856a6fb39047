"""
Origin patterns: exact text, all subdomains of, all ports of, or any origin.

As text they are `https://app.example.com`, `https://*.example.com`, `http://localhost:*` and `*`. There is no regular
expression and no other wildcard: nothing that also means something else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final, TypeAlias, final

import attrs

from browsercors.values.origin_patterns import is_below, is_but_for_port, read_pattern
from browsercors.values.sites import Sites, is_ip_address
from browsercors.values.urls import parse_url

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

SITES: Final = Sites()


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
    return text == "null" or _problem_with_text(text) is None


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
    problem = None if text == "null" else _problem_with_text(text)
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
            return "is the origin of every sandboxed frame in every site; it is not a page that can be trusted"
        case str():
            return _problem_with_text(pattern)
        case SubdomainsOf():
            return _problem_with_text(pattern.origin) or _problem_above_subdomains(pattern.origin)
        case PortsOf():
            return _problem_with_text(pattern.origin) or _problem_with_a_port(pattern.origin)
    return "is no origin; give a str such as 'https://app.example.com' or 'https://*.example.com', or ANY_ORIGIN"


def _text(origin: str) -> str:
    if not isinstance(origin, str):
        raise TypeError(f"origin has to be a str such as 'https://example.com', not {origin!r}")
    return origin


def _problem_with_text(text: str) -> str | None:
    if "*" in text:
        return "has a '*' where none can be; wildcards are 'https://*.example.com', 'http://localhost:*' and '*' alone"
    url = parse_url(text)
    if url is None:
        return "is no URL; an origin is scheme, host and port, such as 'https://app.example.com'"
    if not url.is_http:
        return "is no http(s) origin, such as 'https://app.example.com'"
    right = url.origin.serialized
    if text == right:
        return None
    if url.path != "/" or url.query is not None or url.fragment is not None:
        return f"has a path; an origin ends after host and port: {right!r}"
    if text == f"{right}/":
        return f"has a trailing slash; an origin ends after host and port: {right!r}"
    return f"is not how browsers write it: {right!r}"


def _problem_above_subdomains(text: str) -> str | None:
    url = parse_url(text)
    assert url is not None, "looked at already"
    if is_ip_address(url.host):
        return "is an address, which has no subdomains"
    # NB: what is not on the list is judged as a name, so that `localhost` and `test` can have subdomains.
    listed = SITES.is_public_suffix(url.host) and ("." in url.host or SITES.listed_registrable_domain(f"a.{url.host}"))
    return "is a public suffix: everyone can have a subdomain of it" if listed else None


def _problem_with_a_port(text: str) -> str | None:
    url = parse_url(text)
    assert url is not None, "looked at already"
    return None if url.port is None else f"has a port already; ports_of({text.rpartition(':')[0]!r}) are all of them"
