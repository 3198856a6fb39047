"""
What hypothesis runs when it is imported: our types become known to `from_type`.

It costs nothing where nothing of this package is used: only types that are loaded already are registered, and the
strategies are loaded when one of them is drawn from. The package's front door comes back for types that it loads later,
and so does `browsercors.strategies`.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from hypothesis.strategies import SearchStrategy

__all__ = ["TYPES", "register"]

TYPES: Final = {
    ("browsercors.policy.origins.near_misses", "NearMiss"): ("browsercors.strategies.origins", "any_near_misses"),
    ("browsercors.policy.policy", "Policy"): ("browsercors.strategies.policies", "policies"),
    ("browsercors.policy.sessions", "Fetch"): ("browsercors.strategies.requests", "fetches"),
    ("browsercors.policy.sessions", "Load"): ("browsercors.strategies.loads", "loads"),
    ("browsercors.policy.sessions", "Session"): ("browsercors.strategies.sessions", "sessions"),
    ("browsercors.policy.sessions", "Visit"): ("browsercors.strategies.pages", "visits"),
    ("browsercors.servers.scripted", "Answer"): ("browsercors.strategies.responses", "responses"),
    ("browsercors.values.origins", "Origin"): ("browsercors.strategies.origins", "origin_values"),
}
"""The types, by module and name, and the strategies that draw them."""

_registered: Final[set[tuple[str, str]]] = set()


def register() -> None:
    """
    Register the types that are loaded and not registered yet.
    """
    loaded = [place for place in TYPES if place[0] in sys.modules and place not in _registered]
    if not loaded:
        return
    from hypothesis.strategies import register_type_strategy

    for place in loaded:
        # NB: a module that is still being imported has not made its type yet; somebody comes back for it.
        made = getattr(sys.modules[place[0]], place[1], None)
        if made is not None:
            register_type_strategy(made, _drawn_by(*TYPES[place]))
            _registered.add(place)


def _drawn_by(module: str, name: str) -> Callable[[Any], SearchStrategy[Any]]:
    def strategy(_: Any) -> SearchStrategy[Any]:
        found: SearchStrategy[Any] = getattr(import_module(module), name)()
        return found

    return strategy
