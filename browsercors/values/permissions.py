"""
Permissions: what a visitor may allow the pages of an origin.
"""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

from browsercors.values.arguments import ArgumentTypeError, ArgumentValueError
from browsercors.values.urls import parse_url

__all__ = ["LOCAL_NETWORK", "LOOPBACK_NETWORK", "PERMISSIONS", "PermissionState", "Permissions", "named_permissions"]

# https://wicg.github.io/local-network-access/#integration-with-permissions
LOCAL_NETWORK: Final = "local-network"
LOOPBACK_NETWORK: Final = "loopback-network"
PERMISSIONS: Final = frozenset({LOCAL_NETWORK, LOOPBACK_NETWORK})
"""The permissions that there are."""

ALIASES: Final = {"local-network-access": PERMISSIONS}
"""Other names, and what each stands for."""

ANY_ORIGIN: Final = "*"


PermissionState: TypeAlias = Literal["granted", "denied", "prompt"]
"""
https://www.w3.org/TR/permissions/#permission-states; "prompt" is that the visitor has not answered yet.
"""


class Permissions:
    """
    What the visitor has allowed and forbidden, by permission and origin; everything else is still to be asked.
    """

    __slots__ = ("_asked", "_states")

    def __init__(self) -> None:
        self._states: dict[tuple[str, str], PermissionState] = {}
        self._asked: dict[tuple[str, str], float] = {}

    def __repr__(self) -> str:
        states = ", ".join(f"{name} for {origin} {state}" for (name, origin), state in self._states.items())
        return f"<Permissions {states or 'none'}>"

    def set_state(self, permission: str, origin: str | None, state: PermissionState) -> None:
        """
        Let the pages of *origin* have that state; None for the pages of every origin.

        Raises:
            TypeError: *origin* is neither a str nor None.
            ValueError: There is no such permission, or *origin* is no http(s) origin.
        """
        place = ANY_ORIGIN if origin is None else _origin(origin)
        for name in _checked(permission):
            # NB: what is said of all origins replaces what was said of each, and any answer ends the question.
            for entries in (self._states, self._asked):
                for key in [key for key in entries if key[0] == name and place in (ANY_ORIGIN, key[1])]:
                    del entries[key]
            self._states[name, place] = state

    def state(self, permission: str, origin: str) -> PermissionState:
        """
        Return what the pages of *origin* (serialised) may.
        """
        states = self._states
        of_all: PermissionState = states.get((permission, ANY_ORIGIN), "prompt")
        return states.get((permission, origin), of_all)

    def ask(self, permission: str, origin: str, now: float) -> float:
        """
        Ask the visitor, unless that was done before.

        Returns:
            How many seconds ago the visitor was asked first.
        """
        return now - self._asked.setdefault((permission, origin), now)


def named_permissions(name: str) -> frozenset[str]:
    """
    Return the permissions that *name* stands for; none if it is no permission's.
    """
    return frozenset({name}) if name in PERMISSIONS else ALIASES.get(name, frozenset())


def _checked(permission: str) -> frozenset[str]:
    named = named_permissions(permission) if isinstance(permission, str) else ()
    if not named:
        names = ", ".join(map(repr, (*sorted(PERMISSIONS), *ALIASES)))
        raise ArgumentValueError(f"permission has to be one of {names}, not {permission!r}")
    return frozenset(named)


def _origin(origin: str) -> str:
    right = "an origin such as 'https://app.example.com', or None for every page"
    if not isinstance(origin, str):
        raise ArgumentTypeError(f"origin has to be {right}, not {origin!r}")
    url = parse_url(origin)
    if url is None or not url.is_http or url.target != "/" or url.includes_credentials or url.fragment is not None:
        raise ArgumentValueError(f"origin has to be {right}, not {origin!r}")
    # NB: a URL may have a star in its host, but who writes one here means a pattern, which would match no page.
    if "*" in url.host:
        raise ArgumentValueError(f"origin has to be {right}; {origin!r} is a pattern, which no page has as its origin")
    return url.origin.serialized
