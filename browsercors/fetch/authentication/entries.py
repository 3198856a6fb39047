"""
What the browser knows of users and passwords.

https://fetch.spec.whatwg.org/#authentication-entries
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import attrs

from browsercors.values.arguments import ArgumentTypeError, ArgumentValueError
from browsercors.values.formats.challenges import Challenge
from browsercors.values.records import Record
from browsercors.values.urls import parse_url

if TYPE_CHECKING:
    from collections.abc import Hashable

    from browsercors.values.urls import URL

__all__ = ["AuthenticationEntry", "AuthenticationStore", "Login", "entry_of_visitor"]

MOST_ENTRIES: Final = 20
MOST_PATHS: Final = 10
"""As many as Chromium keeps for one origin (`http_auth_cache.h`)."""


class Login(NamedTuple):
    """
    A user and a password, as text.
    """

    user: str
    password: str


@attrs.define(eq=False, repr=False)
class AuthenticationEntry(Record):
    """
    What the browser knows of one realm of an origin.

    https://fetch.spec.whatwg.org/#authentication-entry

    Attributes:
        realm: What the server calls it; None for whatever it says.
        login: The user and the password.
        paths: Below which paths they are sent without being asked for.
        challenge: What asked for them, as far as that is known.
        count: How often that challenge was answered.
    """

    realm: bytes | None
    login: Login
    paths: list[str] = attrs.field(factory=list)
    challenge: Challenge | None = None
    count: int = 0


class AuthenticationStore:
    """
    The authentication entries of a browser, by origin and, where the browser has them apart, by top-level site.
    """

    __slots__ = ("_entries",)

    def __init__(self) -> None:
        self._entries: dict[tuple[Hashable, str], list[AuthenticationEntry]] = {}

    def __repr__(self) -> str:
        places = ", ".join(sorted({origin for (_, origin), entries in self._entries.items() if entries}))
        return f"<AuthenticationStore {places or 'empty'}>"

    def clear(self) -> None:
        """
        Forget all users and passwords.
        """
        self._entries.clear()

    def add(self, partition: Hashable, url: URL, path: str, entry: AuthenticationEntry) -> None:
        """
        Remember *entry*, in place of what was known of its realm.

        Args:
            partition: The top-level site; None where that does not matter.
            url: For which it was used.
            path: How the paths begin for which it is sent unasked from now on.
            entry: Without that path.
        """
        entries = self._entries.setdefault((partition, url.origin.serialized), [])
        known = next((each for each in entries if each.realm == entry.realm), None)
        if known is not None:
            entries.remove(known)
            entry.paths = known.paths
        if not any(path.startswith(each) for each in entry.paths):
            # NB: what is below the new one is covered by it.
            entry.paths = [path, *(each for each in entry.paths if not each.startswith(path))][:MOST_PATHS]
        entries.insert(0, entry)
        del entries[MOST_ENTRIES:]

    def for_path(self, partition: Hashable, url: URL) -> AuthenticationEntry | None:
        """
        Return the entry whose longest path *url* is below.
        """
        found, length = None, 0
        for entry in self._all(partition, url):
            for path in entry.paths:
                if len(path) > length and url.path.startswith(path):
                    found, length = entry, len(path)
        return found

    def for_realm(self, partition: Hashable, url: URL, realm: bytes) -> AuthenticationEntry | None:
        """
        Return the entry of a realm.
        """
        return next((entry for entry in self._all(partition, url) if entry.realm in (realm, None)), None)

    def forget(self, partition: Hashable, url: URL, entry: AuthenticationEntry) -> None:
        """
        Forget an entry, since the server has refused it.
        """
        entries = self._entries.get((partition, url.origin.serialized), [])
        self._entries[partition, url.origin.serialized] = [each for each in entries if each is not entry]

    def _all(self, partition: Hashable, url: URL) -> list[AuthenticationEntry]:
        origin = url.origin.serialized
        everywhere = self._entries.get((None, origin), [])
        return everywhere if partition is None else [*self._entries.get((partition, origin), ()), *everywhere]


def entry_of_visitor(origin: str, user: str, password: str) -> tuple[URL, str, AuthenticationEntry]:
    """
    Return the URL of *origin*, how all of its paths begin, and an entry for all of its realms.

    Raises:
        TypeError: An argument is no str.
        ValueError: *origin* is no http(s) origin, or *user* has a colon.
    """
    for name, value in (("origin", origin), ("user", user), ("password", password)):
        if not isinstance(value, str):
            raise ArgumentTypeError(f"{name} has to be a str, not {value!r}")
    url = parse_url(origin)
    if url is None or not url.is_http or url.includes_credentials or url.target != "/" or url.fragment is not None:
        raise ArgumentValueError(f"origin has to be an origin such as 'https://staging.example.com', not {origin!r}")
    if ":" in user:
        raise ArgumentValueError(f"user must not have a colon, which ends it in Basic authentication: {user!r}")
    return url, "/", AuthenticationEntry(None, Login(user, password), challenge=Challenge(b"basic", {}))
