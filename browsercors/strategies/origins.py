"""
Strategies for origins that a browser can hold, and for near misses of one.
"""

from __future__ import annotations

from string import digits
from typing import TYPE_CHECKING, Final

from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from browsercors.policy.origins.near_misses import ATTACKER, NearMiss, NearMissKind, near_misses_of
from browsercors.protections.bad_port import BAD_PORTS
from browsercors.strategies.arguments import chosen_from, strategy_or, when_drawn
from browsercors.values.origins import Origin
from browsercors.values.urls import parse_url

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = [
    "GOOD_PORTS",
    "USUAL_PORTS",
    "any_near_misses",
    "domains",
    "labels",
    "near_misses",
    "origin_values",
    "origins",
]

SCHEMES: Final = ("https", "http")

# NB: the first ones are reserved for tests, so that a label before them is never on the Public Suffix List.
RESERVED_SUFFIXES: Final = ("example", "test")
SUFFIXES: Final = (*RESERVED_SUFFIXES, "com", "co.uk", "github.io", "localhost")
FOREIGN_DOMAINS: Final = ("münchen.example", "faß.example", "例え.example", "пример.example", "한국.example")
# NB: browsers load pages from these too; whoever puts an origin into a template, a pattern or a shell finds out here.
PUNCTUATED_DOMAINS: Final = ("a}b.example", "{0}.example", "a$1.example", "a'b.example", 'a"b.example', "a`b.example")
SIMPLEST: Final = "a.example"
LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"

# Ports of development servers before all others; None is the scheme's default.
USUAL_PORTS: Final = (None, 3000, 5173, 8000, 8080, 8443)
GOOD_PORTS: Final = tuple(port for port in range(1, 65536) if port not in BAD_PORTS)


def origins(
    *,
    schemes: Collection[str] = SCHEMES,
    hosts: st.SearchStrategy[str] | None = None,
    ports: st.SearchStrategy[int | None] | None = None,
    allow_null: bool = False,
) -> st.SearchStrategy[str]:
    """
    Draw origins as a browser writes them in the `Origin` header; they shrink to `https://a.example`.

    Args:
        schemes: "https" and "http", or one of them.
        hosts: Domains and addresses; by default domains of up to three labels and a public suffix, international ones,
            IPv4 and IPv6 addresses, `localhost`, and names with punctuation that browsers take, such as `a}b.example`.
        ports: None for the default port; by default any port that browsers load pages from.
        allow_null: Whether `null` is drawn too.
    """

    def make() -> st.SearchStrategy[str]:
        if not isinstance(allow_null, bool):
            raise InvalidArgument(f"allow_null has to be True or False, not {allow_null!r}")
        parts = st.tuples(
            st.sampled_from(chosen_from("schemes", schemes, SCHEMES)),
            strategy_or(_hosts, "hosts", hosts),
            strategy_or(_ports, "ports", ports),
        )
        written = parts.map(_written)
        return _or_null(written) if allow_null else written

    return when_drawn(make)


def near_misses(
    origin: str, *, kinds: Collection[NearMissKind] | None = None, attacker: str = ATTACKER
) -> st.SearchStrategy[NearMiss]:
    """
    Draw near misses of *origin*: other origins that a browser can hold and that a careless comparison takes for it.

    Args:
        origin: Such as `https://app.example.com`.
        kinds: The kinds to draw; all by default.
        attacker: The domain under which some of them are.
    """

    def make() -> st.SearchStrategy[NearMiss]:
        chosen = chosen_from("kinds", tuple(NearMissKind) if kinds is None else kinds, tuple(NearMissKind))
        try:
            found = near_misses_of(origin, attacker=attacker)
        except ValueError as error:
            raise InvalidArgument(str(error)) from None
        by_kind = [[near for near in found if near.kind is kind] for kind in chosen]
        nears = [near for near in by_kind if near]
        if not nears:
            raise InvalidArgument(f"{origin!r} has no near miss of the kinds {[kind.value for kind in chosen]!r}")
        # NB: the kind first, since some have one origin and some a dozen; and a number whatever the kind, since
        # hypothesis takes what needs fewer choices for simpler.
        place = st.integers(0, max(map(len, nears)) - 1)
        return st.tuples(st.sampled_from(nears), place).map(lambda drawn: drawn[0][drawn[1] % len(drawn[0])])

    return when_drawn(make)


def any_near_misses() -> st.SearchStrategy[NearMiss]:
    """
    Draw near misses of any origin.
    """
    return origins().flatmap(near_misses)


def origin_values() -> st.SearchStrategy[Origin]:
    """
    Draw `Origin` values; opaque ones are each an origin of its own.
    """
    return origins(allow_null=True).map(_value)


def domains(*, max_labels: int = 3, suffixes: Collection[str] = SUFFIXES) -> st.SearchStrategy[str]:
    """
    Draw domains: up to *max_labels* labels and a suffix.
    """
    return st.tuples(labels(max_labels=max_labels), st.sampled_from(tuple(suffixes))).map(".".join)


def labels(*, max_labels: int) -> st.SearchStrategy[str]:
    """
    Draw labels of a domain: up to *max_labels*, with dots between them.
    """
    # NB: a letter first, and no hyphen but between two parts, so that no label looks like a number or like punycode.
    rest = st.text(LETTERS + digits, max_size=7)
    label = st.tuples(st.sampled_from(LETTERS), rest, st.sampled_from(("", "-1", "-a"))).map("".join)
    return st.lists(label, min_size=1, max_size=max_labels).map(".".join)


def _value(text: str) -> Origin:
    if text == "null":
        return Origin()
    url = parse_url(text)
    assert url is not None, "an origin is a URL"
    return url.origin


def _or_null(written: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """
    Draw `null` as well.

    NB: an origin is drawn in any case, so that it takes as many choices and `null` is not the simplest.
    """
    return st.tuples(st.booleans(), written).map(lambda drawn: "null" if drawn[0] else drawn[1])


def _hosts() -> st.SearchStrategy[str]:
    return st.one_of(
        # NB: the simplest, which takes no further choice.
        st.just(SIMPLEST),
        domains(),
        st.just("localhost"),
        st.ip_addresses(v=4).map(str),
        st.ip_addresses(v=6).map(lambda address: f"[{address}]"),
        st.sampled_from(FOREIGN_DOMAINS + PUNCTUATED_DOMAINS),
        domains().map(lambda domain: f"{domain}."),
    )


def _ports() -> st.SearchStrategy[int | None]:
    return st.sampled_from(USUAL_PORTS) | st.sampled_from(GOOD_PORTS)


def _written(parts: tuple[str, str, int | None]) -> str:
    """
    Write an origin as browsers do: addresses in one of their spellings, names in punycode, no default port.
    """
    scheme, host, port = parts
    if port is not None and (not isinstance(port, int) or port not in range(1, 65536) or port in BAD_PORTS):
        raise InvalidArgument(f"ports has to draw None or ports that browsers load pages from, not {port!r}")
    url = parse_url(f"{scheme}://{host}" if port is None else f"{scheme}://{host}:{port}")
    if url is None or url.target != "/" or url.includes_credentials or url.fragment is not None:
        raise InvalidArgument(f"hosts has to draw hosts such as 'app.example.com' or '[::1]', not {host!r}")
    return url.origin.serialized
