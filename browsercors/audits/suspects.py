"""
Who asks in an audit: origins that nobody can mean, and those that a careless comparison takes for meant ones.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Final, NamedTuple

from browsercors.audits.checks import CODE_OF_KIND
from browsercors.policy.origins.near_misses import ATTACKER, NearMissKind, near_misses_of
from browsercors.policy.origins.patterns import PortsOf, SubdomainsOf
from browsercors.values.sites import Sites
from browsercors.values.trustworthiness import is_potentially_trustworthy_url
from browsercors.values.urls import URL, parse_url

if TYPE_CHECKING:
    from collections.abc import Iterator

    from browsercors.policy.origins.patterns import OriginPattern

__all__ = ["Suspect", "is_meant", "meant_examples", "page_scheme", "strangers", "suspects"]

SITES: Final = Sites()

THIRD_PARTIES: Final = (
    "https://attacker.github.io",
    "https://attacker.gitlab.io",
    "https://attacker.vercel.app",
    "https://attacker.netlify.app",
    "https://attacker.pages.dev",
    "https://attacker.web.app",
    "https://attacker.herokuapp.com",
    "https://codepen.io",
    "https://cdpn.io",
    "https://jsfiddle.net",
    "https://fiddle.jshell.net",
    "https://jsbin.com",
    "https://null.jsbin.com",
    "https://stackblitz.io",
    "https://repl.it",
)
"""Where everybody can put a page."""

LOCAL_ORIGINS: Final = (
    "http://localhost",
    "http://localhost:3000",
    "http://localhost:8080",
    "http://127.0.0.1",
    "https://localhost",
)

ORDER: Final = (
    "prefix",
    "suffix",
    "substring",
    "unescaped-dot",
    "public-suffix-sibling",
    "subdomain",
    "scheme",
    "special-character",
    "third-party",
    "superdomain",
    "port",
    "idna",
    "local-origin",
    "trailing-dot",
    "address",
)
"""What matters more comes first, as a budget may end the audit."""


class Suspect(NamedTuple):
    """
    An origin to try.

    Attributes:
        code: The code of the finding that it is if it reads.
        origin: The origin.
        is_available: Whether somebody can have a page there today; `https://app.examplexcom` has no top-level domain.
    """

    code: str
    origin: str
    is_available: bool = True


def page_scheme(server: URL) -> str:
    """
    Return the scheme of pages that may ask *server*: https pages may not ask http, but on their own machine.
    """
    return "https" if is_potentially_trustworthy_url(server) else "http"


def strangers(scheme: str) -> tuple[str, str]:
    """
    Return two origins that no server can know, of different sites.
    """
    return f"{scheme}://{secrets.token_hex(6)}.example", f"{scheme}://{secrets.token_hex(6)}.test"


def is_meant(origin: str, patterns: tuple[OriginPattern, ...]) -> bool:
    """
    Whether one of *patterns* is about *origin*.
    """
    return any(origin == pattern if isinstance(pattern, str) else pattern.matches(origin) for pattern in patterns)


def meant_examples(patterns: tuple[OriginPattern, ...]) -> tuple[str, ...]:
    """
    Return an origin for each pattern but `ANY_ORIGIN`.
    """
    examples: list[str] = []
    for pattern in patterns:
        if isinstance(pattern, str):
            examples.append(pattern)
        elif isinstance(pattern, SubdomainsOf):
            scheme, _, authority = pattern.origin.partition("://")
            examples.append(f"{scheme}://app.{authority}")
        elif isinstance(pattern, PortsOf):
            examples.append(pattern.origin)
    return tuple(dict.fromkeys(examples))


def suspects(server: URL, patterns: tuple[OriginPattern, ...]) -> tuple[Suspect, ...]:
    """
    Return whom to try, the most important first: near misses of what is meant, and services and machines of others.

    Args:
        server: The server; its own origin is none of them, and stands for what is meant where that is not said.
        patterns: What is meant.
    """
    own = server.origin.serialized
    bases = [*meant_examples(patterns)] if patterns else [own, *_site_of(server)]
    found: dict[str, Suspect] = {}
    for suspect in (each for base in bases for each in _near(base)):
        found.setdefault(suspect.origin, suspect)
    for code, origins in (("third-party", THIRD_PARTIES), ("local-origin", LOCAL_ORIGINS)):
        for origin in origins:
            found.setdefault(origin, Suspect(code, origin))
    wanted = (
        suspect
        for suspect in found.values()
        if suspect.origin not in {own, *bases} and not is_meant(suspect.origin, patterns)
    )
    return tuple(sorted(wanted, key=lambda suspect: ORDER.index(suspect.code)))


def _site_of(server: URL) -> Iterator[str]:
    domain = SITES.registrable_domain(server.host)
    if domain is not None and domain != server.host:
        yield f"{server.scheme}://{domain}"


def _near(base: str) -> Iterator[Suspect]:
    meant = parse_url(base)
    assert meant is not None, "patterns are looked at before"
    for miss in near_misses_of(base):
        if miss.kind is NearMissKind.NULL:
            continue
        url = parse_url(miss.origin)
        assert url is not None, "a browser can hold it"
        code = CODE_OF_KIND[miss.kind]
        # NB: `https://pp.example.com` is a subdomain of the site, in whatever way it was made.
        if code in {"suffix", "substring", "unescaped-dot", "idna"} and SITES.same_site(url.origin, meant.origin):
            code = "subdomain"
        yield Suspect(code, miss.origin, _is_available(url, meant))


def _is_available(url: URL, meant: URL) -> bool:
    return (
        url.host.endswith(f".{ATTACKER}")
        or url.host.rpartition(".")[2] == meant.host.rpartition(".")[2]
        or SITES.listed_registrable_domain(url.host) is not None
        or url.host == meant.host
        or SITES.registrable_domain(url.host) is None
    )
