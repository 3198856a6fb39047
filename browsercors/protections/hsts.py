"""
HTTP Strict Transport Security: hosts that have promised to be reached over TLS only.

https://www.rfc-editor.org/rfc/rfc6797
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, NamedTuple

from browsercors.values.expressions import compiled_late
from browsercors.values.findings import Algorithm
from browsercors.values.sites import is_ip_address

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from browsercors.values.urls import URL

__all__ = [
    "HSTS",
    "HSTSHost",
    "HSTSStore",
    "StrictTransportSecurity",
    "parse_strict_transport_security",
]

HSTS = Algorithm("HTTP Strict Transport Security", "https://www.rfc-editor.org/rfc/rfc6797#section-8")

MAX_HOSTS: Final = 4096
"""What is beyond this is not remembered, so that a hostile server cannot fill the memory."""

MAX_HOST: Final = 254
"""The characters of the longest name in DNS, with the dot at its end. No host of a longer name can have promised."""

# https://www.rfc-editor.org/rfc/rfc6797#section-6.1
DIRECTIVE = compiled_late(
    rb"[\t ]*(?:([!#$%&'*+.^_`|~0-9A-Za-z-]+)"  # a name,
    rb'[\t ]*(?:=[\t ]*("(?:[^"\\]|\\.)*"|[^\t ;"]*))?)?'  # perhaps with a value,
    rb"[\t ]*(?:;|\Z)"
)
DIGITS = compiled_late(rb"[0-9]+\Z")


class StrictTransportSecurity(NamedTuple):
    """
    What a `Strict-Transport-Security` header says.

    Attributes:
        max_age: For how many seconds.
        include_subdomains: Whether it is for hosts below as well.
    """

    max_age: int
    include_subdomains: bool


def parse_strict_transport_security(value: bytes) -> StrictTransportSecurity | None:
    """
    Parse the value of a `Strict-Transport-Security` header; None if it is malformed, so that it is ignored.

    https://www.rfc-editor.org/rfc/rfc6797#section-6.1
    """
    directives: dict[bytes, bytes | None] = {}
    position = 0
    while position < len(value):
        match = DIRECTIVE.match(value, position)
        if match is None:
            return None
        position = match.end()
        name, argument = match.groups()
        if name is None:
            continue
        # 2. No directive may be there twice.
        if name.lower() in directives:
            return None
        directives[name.lower()] = argument
    # 6.1.1. `max-age` has to be there, with a number.
    max_age = directives.get(b"max-age")
    digits = b"" if max_age is None else max_age.strip(b'"')
    if DIGITS.match(digits) is None:
        return None
    # NB: Python makes no int of more than a few thousand digits, and nothing lasts as long as ten of them.
    seconds = int(digits) if len(digits.lstrip(b"0")) <= 10 else 10**10
    # 6.1.2. `includeSubDomains` has no value.
    if directives.get(b"includesubdomains") is not None:
        return None
    return StrictTransportSecurity(seconds, b"includesubdomains" in directives)


class HSTSHost(NamedTuple):
    """
    A host that has promised.

    Attributes:
        host: The host.
        include_subdomains: Whether hosts below it have promised as well.
        expiry: When the promise ends, in seconds since 1 January 1970; infinite for one of a preload list.
    """

    host: str
    include_subdomains: bool
    expiry: float

    @property
    def is_preloaded(self) -> bool:
        """
        Whether a preload list says so, and no response.
        """
        return self.expiry == math.inf


class HSTSStore:
    """
    The hosts that have promised to be reached over TLS only; iterate over them, or `clear` it.

    Args:
        preloaded: Hosts that are known beforehand, with whether hosts below them are as well: a preload list.
    """

    __slots__ = ("_hosts", "_preloaded")

    def __init__(self, preloaded: Mapping[str, bool] | None = None) -> None:
        self._preloaded: dict[str, bool] = dict(preloaded or {})
        self._hosts: dict[str, HSTSHost] = {}

    def __bool__(self) -> bool:
        """
        Whether any host is known.
        """
        return bool(self._hosts or self._preloaded)

    def __iter__(self) -> Iterator[HSTSHost]:
        yield from (HSTSHost(host, below, math.inf) for host, below in self._preloaded.items())
        yield from self._hosts.values()

    def __repr__(self) -> str:
        return f"<HSTSStore {len(self._hosts)} hosts, {len(self._preloaded)} preloaded>"

    def clear(self) -> None:
        """
        Forget what responses have said; a preload list stays.
        """
        self._hosts.clear()

    def store(self, url: URL, value: bytes, now: float) -> StrictTransportSecurity | None:
        """
        Remember what a response says in its first `Strict-Transport-Security` header.

        Args:
            url: The response's URL. Only https counts, and only hosts that are no IP addresses.
            value: The value of the header.
            now: The time.

        Returns:
            What it says; None if it is ignored.

        https://www.rfc-editor.org/rfc/rfc6797#section-8.1
        """
        if url.scheme != "https" or len(url.host) > MAX_HOST or is_ip_address(url.host):
            return None
        stated = parse_strict_transport_security(value)
        if stated is None:
            return None
        # NB: 0 takes the promise back.
        if stated.max_age == 0:
            self._hosts.pop(url.host, None)
        elif url.host in self._hosts or len(self._hosts) < MAX_HOSTS:
            self._hosts[url.host] = HSTSHost(url.host, stated.include_subdomains, now + stated.max_age)
        return stated

    def host_for(self, url: URL, now: float) -> HSTSHost | None:
        """
        Return the host whose promise sends *url* over TLS: its own, or one above it; None if there is none.

        https://www.rfc-editor.org/rfc/rfc6797#section-8.2
        """
        host = url.host
        # NB: the walk up takes the square of the length, and servers redirect to what they like.
        if len(host) > MAX_HOST or is_ip_address(host) or host == "localhost" or host.endswith(".localhost"):
            return None
        above = host
        while above:
            found = self._known(above, now)
            if found is not None and (above == host or found.include_subdomains):
                return found
            above = above.partition(".")[2]
        return None

    def _known(self, host: str, now: float) -> HSTSHost | None:
        found = self._hosts.get(host)
        if found is not None and found.expiry > now:
            return found
        below = self._preloaded.get(host)
        return None if below is None else HSTSHost(host, below, math.inf)
