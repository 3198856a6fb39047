"""
Who asks in an audit: origins that nobody can mean, near misses of meant ones, and origins that people leave behind.

The origins are those of policy checks; here each gets the finding that it is if it reads.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Final, NamedTuple

from browsercors.audits.checks import CODE_OF_KIND, CODE_OF_LEFT_BEHIND
from browsercors.policy.origins.near_misses import ATTACKER, NearMissKind
from browsercors.policy.policy import Policy
from browsercors.policy.search_space import search_space_of
from browsercors.values.sites import Sites
from browsercors.values.trustworthiness import is_potentially_trustworthy_url
from browsercors.values.urls import URL, parse_url

if TYPE_CHECKING:
    from collections.abc import Iterator

    from browsercors.policy.origins.patterns import OriginPattern

__all__ = ["Suspect", "is_meant", "page_scheme", "strangers", "suspects"]

SITES: Final = Sites()

NEAR_KINDS: Final = {kind.value: code for kind, code in CODE_OF_KIND.items()}
LEFT_BEHIND_KINDS: Final = {kind.value: code for kind, code in CODE_OF_LEFT_BEHIND.items()}

SUBDOMAIN: Final = "subdomain"
NAMES_OF_THE_SITE: Final = frozenset({"suffix", "substring", "unescaped-dot", "idna"})
"""Careless comparisons that, where they let in a name of the same site, let in a subdomain."""


class Suspect(NamedTuple):
    """
    An origin to try.

    Attributes:
        code: The code of the finding that it is if it reads.
        origin: The origin.
        is_near: Whether it is a near miss of a meant origin; else people leave it in allow-lists.
        is_available: Whether somebody can have a page there today; `https://app.examplexcom` has no top-level domain.
    """

    code: str
    origin: str
    is_near: bool = True
    is_available: bool = True


def page_scheme(server: URL) -> str:
    """
    Return the scheme of pages that may ask *server*: https pages may not ask http, except on their own machine.
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


def suspects(server: URL, patterns: tuple[OriginPattern, ...]) -> tuple[Suspect, ...]:
    """
    Return whom to try: first one near miss of each kind, then the others, then the origins that people leave behind.

    Args:
        server: The server; its own origin is none of them, and stands for what is meant where that is not said.
        patterns: What is meant.
    """
    own = server.origin.serialized
    bases = patterns or (own, *_site_of(server))
    space = search_space_of(Policy(origins=list(bases)), own, paths=("/",), methods=("GET",), unknown_path=False)
    near = (_near(origin, space.codes.get(origin, NearMissKind.SUPERDOMAIN.value), bases) for origin in space.near)
    left_behind = (
        Suspect(LEFT_BEHIND_KINDS[space.codes[origin]], origin, is_near=False) for origin in space.left_behind
    )
    return tuple(
        suspect for suspect in (*near, *left_behind) if suspect.origin != own and not is_meant(suspect.origin, bases)
    )


def _site_of(server: URL) -> Iterator[str]:
    domain = SITES.registrable_domain(server.host)
    if domain is not None and domain != server.host:
        yield f"{server.scheme}://{domain}"


def _near(origin: str, kind: str, bases: tuple[OriginPattern, ...]) -> Suspect:
    url = parse_url(origin)
    assert url is not None, "a browser can hold it"
    meant = [base for base in (parse_url(_origin_of(pattern)) for pattern in bases) if base is not None]
    code = NEAR_KINDS[kind]
    # NB: `https://pp.example.com` is a subdomain of the site, in whatever way it was made.
    if code in NAMES_OF_THE_SITE and any(SITES.same_site(url.origin, base.origin) for base in meant):
        code = SUBDOMAIN
    return Suspect(code, origin, is_available=any(_is_available(url, base) for base in meant) or not meant)


def _origin_of(pattern: OriginPattern) -> str:
    return pattern if isinstance(pattern, str) else getattr(pattern, "origin", "")


def _is_available(url: URL, meant: URL) -> bool:
    return (
        url.host.endswith(f".{ATTACKER}")
        or url.host.rpartition(".")[2] == meant.host.rpartition(".")[2]
        or SITES.listed_registrable_domain(url.host) is not None
        or url.host == meant.host
        or SITES.registrable_domain(url.host) is None
    )
