"""
Near misses: origins that a careless comparison takes for another one.

Each is one that a browser can hold: it parses, and is serialised as it stands. That leaves out much that is tried in
vain elsewhere: upper case (browsers make hosts lower-case), a literal `%60` or `^` in a host, a port above 65535, and
ports that no browser loads a page from. `*` is left out too, as Chromium writes `%2A`, which the URL Standard refuses.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Final, TypeAlias

import attrs

from browsercors.protections.bad_port import is_bad_port
from browsercors.values.origins import DEFAULT_PORTS
from browsercors.values.sites import Sites, is_ip_address
from browsercors.values.urls import parse_url

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from browsercors.values.urls import URL

__all__ = ["ATTACKER", "NearMiss", "NearMissKind", "near_misses_of"]

ATTACKER: Final = "attacker.example"
"""The domain of the page that tries it, under a name that is reserved for examples."""

SITES: Final = Sites()


class NearMissKind(enum.Enum):
    """
    In what an origin is close to another; the value is the name in reports.
    """

    PREFIX = "prefix"
    """It begins with it: `https://example.com.attacker.example`."""

    SUFFIX = "suffix"
    """It ends with its host or domain: `https://attackerexample.com`."""

    SUBSTRING = "substring"
    """One is in the middle of the other: `https://xample.com`."""

    UNESCAPED_DOT = "unescaped-dot"
    """Another character stands for a dot: `https://apixexample.com`."""

    SUBDOMAIN = "subdomain"
    """It lies below it: `https://attacker.example.com`."""

    SUPERDOMAIN = "superdomain"
    """It lies above it: `https://example.com`, of `https://app.example.com`."""

    SIBLING = "sibling"
    """It has the same registrable domain: `https://attacker.example.com`, of `https://app.example.com`."""

    PUBLIC_SUFFIX_SIBLING = "public-suffix-sibling"
    """It has the same public suffix, under which everyone can have a name: `https://attacker.github.io`."""

    SCHEME = "scheme"
    """Only the scheme differs: `http://example.com`."""

    PORT = "port"
    """Only the port differs: `https://example.com:8443`."""

    TRAILING_DOT = "trailing-dot"
    """Only the dot at the end of the host differs: `https://example.com.`."""

    IDNA = "idna"
    """It looks the same, or is the same to a careless normalisation: `https://xn--exmple-4nf.com`."""

    ADDRESS = "address"
    """It is another way to write or name the same machine: `http://[::1]`, of `http://localhost`."""

    SPECIAL_CHARACTER = "special-character"
    """It begins with it, up to a character that ends no host in a browser: `https://example.com{.attacker.example`."""

    NULL = "null"
    """`null`, the origin of sandboxed frames in any site."""


@attrs.frozen
class NearMiss:
    """
    An origin that a browser can hold and that is not the one meant.

    Attributes:
        kind: In what it is close.
        origin: The origin, as the `Origin` header has it.
    """

    kind: NearMissKind
    origin: str


Candidates: TypeAlias = "Iterator[str]"

# NB: what Chromium keeps in a host; `-` and `.` are prefixes already.
SPECIAL_CHARACTERS: Final = "_!\"$&'()+,;=`{}~"

# Letters of other scripts that look the same, and what IDNA 2003 made the same.
TWINS: Final = {
    "a": "а",  # noqa: RUF001 - Cyrillic on purpose
    "c": "с",  # noqa: RUF001
    "e": "е",  # noqa: RUF001
    "i": "í",
    "o": "о",  # noqa: RUF001
    "p": "р",  # noqa: RUF001
    "ss": "ß",
    "u": "ü",
    "x": "х",  # noqa: RUF001
    "y": "у",  # noqa: RUF001
    "l": "ł",
    "n": "ñ",
    "t": "ť",
    "d": "ď",
    "m": "ṃ",
    "r": "ŕ",
    "s": "ś",
    "b": "ḅ",
    "g": "ğ",
    "h": "ḥ",
    "k": "ķ",
    "v": "ṽ",
    "w": "ŵ",
    "z": "ž",
    "f": "ḟ",
    "q": "ɋ",
    "j": "ĵ",
}
LOCAL_NAMES: Final = ("localhost", "127.0.0.1", "[::1]")


def near_misses_of(origin: str, *, attacker: str = ATTACKER, sites: Sites = SITES) -> tuple[NearMiss, ...]:
    """
    Return the near misses of *origin*, in the order of their kinds; none twice, and never itself.

    Args:
        origin: An http(s) origin as a browser writes it, such as `https://app.example.com`.
        attacker: The domain that a page can be put under by whoever tries it.
        sites: What the public suffixes are.

    Raises:
        ValueError: *origin* is no such origin, or *attacker* no domain.
    """
    url = parse_url(origin) if isinstance(origin, str) else None
    if url is None or not url.is_http or url.origin.serialized != origin:
        raise ValueError(f"origin has to be an origin such as 'https://app.example.com', not {origin!r}")
    attackers_url = parse_url(f"https://{attacker}")
    if attackers_url is None or attackers_url.host != attacker or is_ip_address(attacker):
        raise ValueError(f"attacker has to be a domain such as 'attacker.example', not {attacker!r}")
    found = {origin: NearMiss(NearMissKind.NULL, origin)}
    for kind, candidates in CANDIDATES.items():
        for candidate in candidates(url, attacker, sites):
            if candidate not in found and _can_be_held(candidate):
                found[candidate] = NearMiss(kind, candidate)
    del found[origin]
    return (*found.values(), NearMiss(NearMissKind.NULL, "null"))


def _can_be_held(origin: str) -> bool:
    url = parse_url(origin)
    return url is not None and url.origin.serialized == origin and not is_bad_port(url)


def _with_host(url: URL, host: str) -> str:
    return f"{url.scheme}://{host}" if url.port is None else f"{url.scheme}://{host}:{url.port}"


def _as_browsers_write(origin: str) -> Candidates:
    url = parse_url(origin)
    if url is not None:
        yield url.origin.serialized


def _name_of(attacker: str) -> str:
    return attacker.partition(".")[0]


def _domains(url: URL, sites: Sites) -> list[str]:
    """
    Return the host and, if it has one that is another, its registrable domain.
    """
    return list(dict.fromkeys([url.host, sites.registrable_domain(url.host) or url.host]))


def _prefixes(url: URL, attacker: str, sites: Sites) -> Candidates:
    host = url.host.removesuffix(".")
    # NB: a port after the attacker's domain would spoil "begins with" for an origin that has one.
    yield f"{url.scheme}://{host}.{attacker}"
    yield f"{url.scheme}://{host}{attacker}"
    yield f"{url.scheme}://{host}-{attacker}"
    yield f"{url.scheme}://{host}{_name_of(attacker)}"


def _suffixes(url: URL, attacker: str, sites: Sites) -> Candidates:
    for domain in _domains(url, sites):
        yield _with_host(url, f"{_name_of(attacker)}{domain}")
        yield _with_host(url, f"{_name_of(attacker)}-{domain}")
        yield _with_host(url, f"{attacker}{domain}")


def _substrings(url: URL, attacker: str, sites: Sites) -> Candidates:
    yield _with_host(url, url.host[1:])
    yield _with_host(url, url.host.removesuffix(".")[:-1])
    yield _with_host(url, f"{_name_of(attacker)}-{url.host}.{attacker}")


def _unescaped_dots(url: URL, attacker: str, sites: Sites) -> Candidates:
    for place, character in enumerate(url.host):
        if character == ".":
            yield _with_host(url, f"{url.host[:place]}x{url.host[place + 1 :]}")


def _subdomains(url: URL, attacker: str, sites: Sites) -> Candidates:
    yield _with_host(url, f"{_name_of(attacker)}.{url.host}")
    yield _with_host(url, f"{attacker}.{url.host}")
    # NB: browsers hold an empty label too.
    yield _with_host(url, f".{url.host}")


def _superdomains(url: URL, attacker: str, sites: Sites) -> Candidates:
    domain = sites.registrable_domain(url.host)
    host = url.host
    while domain is not None and host != domain:
        host = host.partition(".")[2]
        yield _with_host(url, host)


def _siblings(url: URL, attacker: str, sites: Sites) -> Candidates:
    for domain in _domains(url, sites)[1:]:
        yield _with_host(url, f"{_name_of(attacker)}.{domain}")


def _public_suffix_siblings(url: URL, attacker: str, sites: Sites) -> Candidates:
    domain = sites.registrable_domain(url.host)
    if domain is not None:
        yield _with_host(url, f"{_name_of(attacker)}.{domain.partition('.')[2]}")


def _schemes(url: URL, attacker: str, sites: Sites) -> Candidates:
    other = "http" if url.scheme == "https" else "https"
    port = DEFAULT_PORTS[url.scheme] if url.port is None else url.port
    yield f"{other}://{url.authority}"
    # NB: the port that is the default of the one scheme and not of the other.
    yield f"{other}://{url.host}:{port}"
    yield f"{other}://{url.host}"


def _ports(url: URL, attacker: str, sites: Sites) -> Candidates:
    start = f"{url.scheme}://{url.host}"
    if url.port is not None:
        yield start
        yield f"{start}:{url.port + 1}"
        # NB: it begins with the origin, port and all.
        yield f"{start}:{url.port}0"
    yield f"{start}:8443"
    yield f"{start}:8080"
    # NB: the other scheme's default port, which this one has to name.
    yield f"{start}:{DEFAULT_PORTS['http' if url.scheme == 'https' else 'https']}"


def _trailing_dots(url: URL, attacker: str, sites: Sites) -> Candidates:
    yield _with_host(url, url.host[:-1] if url.host.endswith(".") else f"{url.host}.")


def _twins(url: URL, attacker: str, sites: Sites) -> Candidates:
    host = url.host
    if host.startswith("["):
        return
    # NB: the letters of the host in their order, at most three of them; in a label that is punycode already none is.
    letters = [letters for letters in TWINS if letters in host and "xn--" not in host]
    for letter in sorted(letters, key=host.index)[:3]:
        yield from _as_browsers_write(_with_host(url, host.replace(letter, TWINS[letter], 1)))
    for label in host.split("."):
        if label.startswith("xn--"):
            # NB: what remains for those who throw away all that is not ASCII, and for those who do not know punycode.
            plain = "".join(character for character in _decoded(label) if character.isascii())
            yield _with_host(url, host.replace(label, plain or "x"))
            yield _with_host(url, host.replace(label, label.removeprefix("xn--")))


def _decoded(label: str) -> str:
    try:
        return label.removeprefix("xn--").encode("ascii").decode("punycode")
    except UnicodeError:
        return ""


def _addresses(url: URL, attacker: str, sites: Sites) -> Candidates:
    if url.host in LOCAL_NAMES:
        for name in LOCAL_NAMES:
            yield _with_host(url, name)
    if is_ip_address(url.host) and not url.host.startswith("["):
        # NB: an IPv6 socket shows an IPv4 client like this; browsers write it in hexadecimal.
        yield from _as_browsers_write(_with_host(url, f"[::ffff:{url.host}]"))
        start, _, last = url.host.rpartition(".")
        yield _with_host(url, f"{start}.{int(last) ^ 1}")
    if url.host.startswith("["):
        # NB: one that ends with the address, and one that begins with it.
        address = url.host[1:-1]
        yield from _as_browsers_write(_with_host(url, f"[1{address}]"))
        yield from _as_browsers_write(_with_host(url, f"[{address}1]"))


def _special_characters(url: URL, attacker: str, sites: Sites) -> Candidates:
    for character in SPECIAL_CHARACTERS:
        yield f"{url.scheme}://{url.host}{character}.{attacker}"


CANDIDATES: Final[dict[NearMissKind, Callable[[URL, str, Sites], Candidates]]] = {
    NearMissKind.PREFIX: _prefixes,
    NearMissKind.SUFFIX: _suffixes,
    NearMissKind.SUBSTRING: _substrings,
    NearMissKind.UNESCAPED_DOT: _unescaped_dots,
    NearMissKind.SUBDOMAIN: _subdomains,
    NearMissKind.SUPERDOMAIN: _superdomains,
    NearMissKind.SIBLING: _siblings,
    NearMissKind.PUBLIC_SUFFIX_SIBLING: _public_suffix_siblings,
    NearMissKind.SCHEME: _schemes,
    NearMissKind.PORT: _ports,
    NearMissKind.TRAILING_DOT: _trailing_dots,
    NearMissKind.IDNA: _twins,
    NearMissKind.ADDRESS: _addresses,
    NearMissKind.SPECIAL_CHARACTER: _special_characters,
}
