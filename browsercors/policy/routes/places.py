"""
Where a check asks: at the paths that it is given, or else at the routes that the application tells.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import attrs

from browsercors.policy.factory import Factory
from browsercors.policy.routes.discover import discover_routes
from browsercors.policy.routes.socket_routes import has_no_sockets, socket_paths

if TYPE_CHECKING:
    from collections.abc import Iterator

    from browsercors.policy.policy import Policy
    from browsercors.policy.routes.route import DiscoveredRoutes, Route

__all__ = ["Paths", "Places", "places_of", "unserved_patterns"]

Paths: TypeAlias = "Iterable[str] | Mapping[str, Any] | Path | None"
"""Paths, an OpenAPI document or the file that holds one as JSON, or None for the routes of the application."""

ROOT: Final = "/"
EXAMPLE: Final = "['/items/7']"


@attrs.frozen
class Places:
    """
    Where a check asks.

    Attributes:
        paths: As URLs have them, the plainest first.
        routes: What the application is known to take there; empty if paths were given.
        assumed: What was assumed, each in one sentence.
        unreadable: What could not be read, each with the reason, in one sentence.
        served: An example of each path that the application is known to have; empty if that is not known.
        sockets: Where the application is known to have WebSockets.
        knows_sockets: Whether these are all that it has.
    """

    paths: tuple[str, ...]
    routes: tuple[Route, ...] = ()
    assumed: tuple[str, ...] = ()
    unreadable: tuple[str, ...] = ()
    served: tuple[str, ...] = ()
    sockets: tuple[str, ...] = ()
    knows_sockets: bool = False


def places_of(paths: Paths, application: Any) -> Places:
    """
    Return where a check asks.

    Args:
        paths: What the check was given.
        application: What the routes are read from if it was given None: an application, a factory of which the first
            application is looked at, or the URL of a live server.

    Raises:
        ValueError: *paths* is neither a list of paths nor an OpenAPI document that has any.
    """
    looked_at = application.sample if isinstance(application, Factory) else application
    knows_sockets = has_no_sockets(looked_at)
    if paths is None:
        discovered = discover_routes(looked_at)
        places = _discovered(discovered)
        knows_sockets = knows_sockets or bool(discovered.routes)
        return attrs.evolve(places, sockets=socket_paths(looked_at), knows_sockets=knows_sockets)
    if isinstance(paths, (Mapping, Path)):
        found = discover_routes(paths)
        if not found.routes:
            raise ValueError(f"paths has to be a list such as {EXAMPLE}, or an OpenAPI document; {found.unreadable[0]}")
        return attrs.evolve(_discovered(found), knows_sockets=knows_sockets)
    is_list = isinstance(paths, Iterable) and not isinstance(paths, (str, bytes))
    given = tuple(paths) if is_list else ()
    if not given:
        raise ValueError(f"paths has to be a list with at least one item, such as ['/items/'], not {paths!r}")
    for path in given:
        if not isinstance(path, str) or not path.startswith("/"):
            raise ValueError(f"paths has to have paths such as '/items/7', not {path!r}")
    return Places(given, knows_sockets=knows_sockets)


def unserved_patterns(policy: Policy, places: Places) -> Iterator[str]:
    """
    Say which paths *policy* names though no route of the application is there, as far as routes are known.
    """
    for pattern in policy.path_patterns if places.served else ():
        if not any(pattern.matches(path) for path in places.served):
            yield f"The policy names {pattern.text}, and no route of the application is there."


def _discovered(found: DiscoveredRoutes) -> Places:
    own = [route for route in found.routes if not route.is_framework_s]
    others = [route for route in found.routes if route.is_framework_s]
    # NB: what can be read without knowing anything comes first, as it shows most of what a server does for any page.
    routes = sorted(own, key=lambda route: ("GET" not in route.methods, bool(route.parameters)))
    assumed = [_in_route(route, sentence) for route in routes for sentence in route.assumed]
    if not routes:
        reasons = found.unreadable or (f"{found.source} has no routes.",)
        assumed.append(f"Only / is asked for, as no routes are known; name others in paths. {reasons[0]}")
    elif others:
        named = ", ".join(dict.fromkeys(route.path_template for route in others))
        assumed.append(f"What the framework itself adds is not asked for ({named}); name it in paths to have it asked.")
    return Places(
        tuple(dict.fromkeys(route.example_path for route in routes)) or (ROOT,),
        tuple(routes),
        tuple(dict.fromkeys(assumed)),
        found.unreadable if routes else found.unreadable[1:],
        tuple(route.example_path for route in found.routes),
    )


def _in_route(route: Route, sentence: str) -> str:
    """
    Say in which route something was assumed; a sentence that names a parameter begins with it.
    """
    names = {parameter.name for parameter in route.parameters}
    within = sentence if sentence.partition(" ")[0] in names else f"{sentence[0].lower()}{sentence[1:]}"
    return f"In {route.path_template}, {within}"
