r"""
Which origins cost a regular expression its time.

A regular expression that repeats a repetition, such as `([a-z]+)+` or `([\w-]+\.)*`, tries every way to cut a run
into pieces before it gives up: each further letter doubles the time. Any page can be at such an origin, since whoever
has a domain can have every name below it. So each origin here is one that a browser holds and that DNS can name: at
most 63 letters in a label and 253 in all (https://www.rfc-editor.org/rfc/rfc1035#section-2.3.4).

https://owasp.org/www-community/attacks/Regular_expression_Denial_of_Service_-_ReDoS
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Final

import attrs

from browsercors.policy.origins.near_misses import ATTACKER
from browsercors.values.urls import parse_url

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from browsercors.values.urls import URL

__all__ = ["LENGTHS", "SlowOrigin", "SlowOriginKind", "slow_origins"]

LENGTHS: Final = (24, 28, 34, 60)
"""
How long the runs are. An expression that doubles its time with each letter needs seconds for the first in Python, and
will not end for the last; one that squares it shows a difference only with the last.
"""

LONGEST_LABEL: Final = 63
LONGEST_HOST: Final = 253


class SlowOriginKind(enum.Enum):
    """
    What the run is made of, and where it stands; the value is the name in reports.
    """

    LETTERS = "letters"
    """One label of letters: against `([a-z]+)+`."""

    LETTERS_AND_DIGITS = "letters-and-digits"
    """One label in which both alternate: against `([a-z0-9]+[a-z]*)*`."""

    HYPHENS = "hyphens"
    r"""One label with many hyphens in a row: against `([\w-]*-)*`."""

    LABELS = "labels"
    r"""Many labels of one letter: against `([\w.-]+\.)*`."""

    SUBDOMAIN = "subdomain"
    r"""A run in front of the allowed host, which is not the end: against `([a-z]+)*\.example\.com$`."""

    SUBDOMAINS = "subdomains"
    r"""Many labels in front of the allowed host, which is not the end: against `([\w.-]+\.)*example\.com$`."""

    FULL_LENGTH = "full-length"
    r"""As long as a host can be: against `.*.*\.example\.com`, whose time grows with a power of the length."""


@attrs.frozen
class SlowOrigin:
    """
    An origin that a page can have and that costs a regular expression its time.

    Attributes:
        kind: What it is made of.
        origin: As the `Origin` header has it.
        length: How many characters the run has.
    """

    kind: SlowOriginKind
    origin: str
    length: int


def slow_origins(
    allowed: Iterable[str], *, attacker: str = ATTACKER, lengths: tuple[int, ...] = LENGTHS
) -> tuple[SlowOrigin, ...]:
    """
    Return origins that cost a regular expression its time: all with the shortest run first, then with the next.

    A server that takes ten times as long for one length as for the length before need not be asked for the next.

    Args:
        allowed: Origins that the expression is likely to match, such as `https://app.example.com`; each has runs of
            its own before its host.
        attacker: The domain of whoever tries it, which the origins end with.
        lengths: How many characters the runs have; more than 60 do not fit in a label.

    Raises:
        ValueError: One of *allowed* is no http(s) origin, or a length is not from 1 to 60.
    """
    urls = []
    for origin in allowed:
        url = parse_url(origin) if isinstance(origin, str) else None
        if url is None or not url.is_http or url.origin.serialized != origin:
            raise ValueError(f"allowed has to hold origins such as 'https://app.example.com', not {origin!r}")
        urls.append(url)
    for length in lengths:
        if not isinstance(length, int) or isinstance(length, bool) or not 1 <= length <= 60:
            raise ValueError(f"lengths has to hold numbers from 1 to 60, not {length!r}")
    found: dict[str, SlowOrigin] = {}
    for length in lengths:
        for kind, hosts in HOSTS.items():
            for url in urls:
                for host in hosts(url, length, attacker):
                    origin = f"{url.scheme}://{host}"
                    if _can_be_held(origin):
                        found.setdefault(origin, SlowOrigin(kind, origin, length))
    return tuple(found.values())


def _can_be_held(origin: str) -> bool:
    url = parse_url(origin)
    if url is None or url.origin.serialized != origin or len(url.host) > LONGEST_HOST:
        return False
    return all(0 < len(label) <= LONGEST_LABEL for label in url.host.split("."))


def _letters(url: URL, length: int, attacker: str) -> Iterator[str]:
    yield f"{'a' * length}.{attacker}"


def _letters_and_digits(url: URL, length: int, attacker: str) -> Iterator[str]:
    yield f"{('a1' * length)[:length]}.{attacker}"


def _hyphens(url: URL, length: int, attacker: str) -> Iterator[str]:
    yield f"{'a' + '-' * (length - 2) + 'a' if length > 2 else 'a' * length}.{attacker}"


def _labels(url: URL, length: int, attacker: str) -> Iterator[str]:
    yield f"{'a.' * length}{attacker}"


def _subdomain(url: URL, length: int, attacker: str) -> Iterator[str]:
    yield f"{'a' * length}.{url.host}.{attacker}"
    # NB: for an expression with no boundary before the host.
    yield f"{'a' * length}{url.host}.{attacker}"


def _subdomains(url: URL, length: int, attacker: str) -> Iterator[str]:
    yield f"{'a.' * length}{url.host}.{attacker}"


def _full_length(url: URL, length: int, attacker: str) -> Iterator[str]:
    label = f"{'a' * length}."
    yield f"{label * ((LONGEST_HOST - len(attacker)) // len(label))}{attacker}"


HOSTS: Final[dict[SlowOriginKind, Callable[[URL, int, str], Iterator[str]]]] = {
    SlowOriginKind.LETTERS: _letters,
    SlowOriginKind.LETTERS_AND_DIGITS: _letters_and_digits,
    SlowOriginKind.HYPHENS: _hyphens,
    SlowOriginKind.LABELS: _labels,
    SlowOriginKind.SUBDOMAIN: _subdomain,
    SlowOriginKind.SUBDOMAINS: _subdomains,
    SlowOriginKind.FULL_LENGTH: _full_length,
}
