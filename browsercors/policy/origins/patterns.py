"""
Origin patterns: exact text, all subdomains of, all ports of, those that a function accepts, or any origin.

As text they are `https://app.example.com`, `https://*.example.com`, `http://localhost:*` and `*`. There is no regular
expression and no other wildcard: nothing that also means something else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
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
    "OriginsWhere",
    "PortsOf",
    "SubdomainsOf",
    "is_serialized_origin",
    "listed_patterns",
    "origins_where",
    "pattern_of",
    "ports_of",
    "problem_with_pattern",
    "serialized_origin",
    "subdomains_of",
]

DEFAULT_PORTS: Final = {"http": 80, "https": 443}
LAST_PORT: Final = 65535


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

    def examples(self) -> Iterator[str]:
        """
        Yield nothing: any origin will do.
        """
        yield from ()

    def counterexamples(self) -> Iterator[str]:
        """
        Yield nothing: no origin is outside.
        """
        yield from ()


ANY_ORIGIN: Final = AnyOrigin()
"""Every origin there is, `null` among them: `Policy(origins=ANY_ORIGIN)`."""


@final
@attrs.frozen(repr=False)
class SubdomainsOf:
    """
    The origins whose host lies below that of an origin; made by `subdomains_of`.

    Attributes:
        origin: The origin, which is not one of them itself.
        depth: How many labels they have more, at most; None for any number.
    """

    origin: str
    depth: int | None = None

    def __repr__(self) -> str:
        return f"subdomains_of({self.origin!r}{'' if self.depth is None else f', depth={self.depth!r}'})"

    def matches(self, origin: str) -> bool:
        """
        Whether the serialised *origin* is one of these.
        """
        if not is_below(origin, self.origin):
            return False
        return self.depth is None or origin.count(".") - self.origin.count(".") <= self.depth

    def examples(self) -> Iterator[str]:
        """
        Yield origins of these that show how a server understood the pattern.
        """
        scheme, _, authority = self.origin.partition("://")
        yield f"{scheme}://app.{authority}"
        if self.depth is None or self.depth > 1:
            yield f"{scheme}://a.b.{authority}"

    def counterexamples(self) -> Iterator[str]:
        """
        Yield origins that are close to these, and not among them.
        """
        yield self.origin
        if self.depth is not None:
            scheme, _, authority = self.origin.partition("://")
            yield f"{scheme}://{'.'.join('abcdefgh'[: self.depth + 1])}.{authority}"


@final
@attrs.frozen(repr=False)
class PortsOf:
    """
    The origins that differ from an origin in nothing but the port; made by `ports_of`.

    Attributes:
        origin: The origin, without a port.
        ports: Which ports; None for all.
    """

    origin: str
    ports: range | None = None

    def __repr__(self) -> str:
        return f"ports_of({self.origin!r}{'' if self.ports is None else f', ports={self.ports!r}'})"

    def matches(self, origin: str) -> bool:
        """
        Whether the serialised *origin* is one of these.
        """
        if not is_but_for_port(origin, self.origin):
            return False
        return self.ports is None or _port(origin, self.origin) in self.ports

    def examples(self) -> Iterator[str]:
        """
        Yield origins of these that show how a server understood the pattern.
        """
        if self.ports is None:
            yield self.origin
            yield f"{self.origin}:8443"
            return
        for port in dict.fromkeys((self.ports[0], self.ports[-1])):
            yield _with_port(self.origin, port)

    def counterexamples(self) -> Iterator[str]:
        """
        Yield origins that are close to these, and not among them.
        """
        if self.ports is not None:
            for port in (min(self.ports) - 1, max(self.ports) + 1):
                if 0 <= port <= LAST_PORT:
                    yield _with_port(self.origin, port)


@final
@attrs.frozen(repr=False)
class OriginsWhere:
    """
    The origins that a function accepts; made by `origins_where`.

    Attributes:
        accepts: The function.
        accepted: Origins that it accepts, as whose pages requests are made.
        refused: Origins that it refuses, and whose pages have to be refused.
    """

    accepts: Callable[[str], bool]
    accepted: tuple[str, ...]
    refused: tuple[str, ...] = ()

    def __repr__(self) -> str:
        name = getattr(self.accepts, "__qualname__", None) or repr(self.accepts)
        refused = f", refused={self.refused!r}" if self.refused else ""
        return f"origins_where({name}, accepted={self.accepted!r}{refused})"

    def matches(self, origin: str) -> bool:
        """
        Whether the serialised *origin* is one of these. `null`, and what is not an origin, never is.
        """
        # NB: the function of an application need not be prepared for what no browser sends.
        return problem_with_origin(origin) is None and bool(self.accepts(origin))

    def examples(self) -> Iterator[str]:
        """
        Yield the origins that were given as accepted.
        """
        yield from self.accepted

    def counterexamples(self) -> Iterator[str]:
        """
        Yield the origins that were given as refused.
        """
        yield from self.refused


OriginPattern: TypeAlias = str | SubdomainsOf | PortsOf | OriginsWhere | AnyOrigin


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
    if isinstance(origins, (str, SubdomainsOf, PortsOf, OriginsWhere, AnyOrigin)):
        return (pattern_of(origins),)
    if isinstance(origins, Iterable) and not isinstance(origins, (bytes, Mapping)):
        return tuple(pattern_of(pattern) for pattern in origins)
    return origins


def subdomains_of(origin: str, *, depth: int | None = None) -> SubdomainsOf:
    """
    Return the pattern of all origins whose host lies below that of *origin*, with the same scheme and port.

    `subdomains_of("https://example.com")` are `https://app.example.com` and `https://a.b.example.com`, but neither
    `https://example.com` nor `http://app.example.com` nor `https://app.example.com:8443`.

    Args:
        origin: The origin above them.
        depth: How many labels they have more, at most: with 1, `https://a.b.example.com` is not one of them. None for
            any number.

    Raises:
        TypeError: *origin* is no str, or *depth* no int. What else is wrong with them, the `Policy` says.
    """
    if depth is not None and (not isinstance(depth, int) or isinstance(depth, bool)):
        raise TypeError(f"depth has to be an int or None, not {depth!r}")
    return SubdomainsOf(_text(origin), depth)


def ports_of(origin: str, *, ports: range | None = None) -> PortsOf:
    """
    Return the pattern of all origins that differ from *origin* in nothing but the port.

    `ports_of("http://localhost")` are `http://localhost` and `http://localhost:3000`, but not `https://localhost:3000`.

    Args:
        origin: The origin without a port, which is one of them.
        ports: Which ports: `range(3000, 3010)` are 3000 to 3009. The origin without a port is the scheme's default, 80
            or 443. None for all ports.

    Raises:
        TypeError: *origin* is no str, or *ports* no range. What else is wrong with them, the `Policy` says.
    """
    if ports is not None and not isinstance(ports, range):
        raise TypeError(f"ports has to be a range such as range(3000, 3010), or None, not {ports!r}")
    return PortsOf(_text(origin), ports)


def origins_where(
    accepts: Callable[[str], bool], *, accepted: Iterable[str], refused: Iterable[str] = ()
) -> OriginsWhere:
    """
    Return the pattern of the origins that a function accepts, such as those of an application's tenants.

    `origins_where(is_tenant, accepted=["https://acme.example.com"], refused=["https://gone.example.com"])`.

    Args:
        accepts: Is given an http(s) origin as browsers write it, and returns whether its pages are meant.
        accepted: Some origins that it accepts, as nobody can guess them: requests are made by their pages.
        refused: Some that it refuses and that a server may take for accepted ones.

    Raises:
        TypeError: *accepts* cannot be called, or what should be a list of str is none. What else is wrong with them,
            the `Policy` says.
    """
    if not callable(accepts):
        raise TypeError(f"accepts has to be a function of an origin, not {accepts!r}")
    for name, origins in (("accepted", accepted), ("refused", refused)):
        if isinstance(origins, (str, bytes)) or not isinstance(origins, Iterable):
            raise TypeError(f"{name} has to be a list of origins, not {origins!r}")
    return OriginsWhere(accepts, tuple(map(_text, accepted)), tuple(map(_text, refused)))


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
        ValueError: It is not an http(s) origin as a browser writes it, and not `null`.
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
            problem = problem_with_origin(pattern.origin) or problem_above_subdomains(pattern.origin)
            return problem or _problem_with_depth(pattern.depth)
        case PortsOf():
            problem = problem_with_origin(pattern.origin) or problem_with_port(pattern.origin)
            return problem or _problem_with_range(pattern.ports)
        case OriginsWhere():
            return _problem_with_function(pattern)
    return "is not an origin; give a str such as 'https://app.example.com' or 'https://*.example.com', or ANY_ORIGIN"


def _text(origin: str) -> str:
    if not isinstance(origin, str):
        raise TypeError(f"origin has to be a str such as 'https://example.com', not {origin!r}")
    return origin


def _port(origin: str, base: str) -> int:
    written = origin[len(base) + 1 :]
    return int(written) if written.isascii() and written.isdigit() else DEFAULT_PORTS[base.partition(":")[0]]


def _with_port(base: str, port: int) -> str:
    return base if port == DEFAULT_PORTS[base.partition(":")[0]] else f"{base}:{port}"


def _problem_with_depth(depth: int | None) -> str | None:
    return "has a depth below 1, so nothing lies below it" if depth is not None and depth < 1 else None


def _problem_with_range(ports: range | None) -> str | None:
    if ports is None:
        return None
    if not ports:
        return "has an empty range of ports"
    is_port = min(ports) >= 0 and max(ports) <= LAST_PORT
    return None if is_port else f"has ports that do not exist; they go from 0 to {LAST_PORT}"


def _problem_with_function(pattern: OriginsWhere) -> str | None:
    if not pattern.accepted:
        return "has no accepted origin; give at least one, as nobody can guess them"
    both = [origin for origin in pattern.accepted if origin in pattern.refused]
    if both:
        return f"has {both[0]!r} as both accepted and refused"
    for origin in (*pattern.accepted, *pattern.refused):
        problem = problem_with_origin(origin)
        if problem is not None:
            return f"has the origin {origin!r}, which {problem}"
        try:
            is_accepted = pattern.matches(origin)
        except Exception as error:  # noqa: BLE001 - a function of the application raises what it likes
            return f"raises {type(error).__name__} for {origin!r}: {error}"
        if is_accepted is not (origin in pattern.accepted):
            return f"{'accepts' if is_accepted else 'refuses'} {origin!r}, which is given as the contrary"
    return None
