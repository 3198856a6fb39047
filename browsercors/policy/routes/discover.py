"""
Which routes an application has, found out without asking it anything.

Flask, Quart, Starlette, FastAPI, Django and Litestar keep a map of them; an OpenAPI document is one. An application may
be wrapped in middleware, which is looked through. What cannot be read is said, and nothing is raised for it.
"""

from __future__ import annotations

import functools
import inspect
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from browsercors.policy.routes.framework_routes import framework_reader, mounted_in
from browsercors.policy.routes.openapi_routes import openapi_routes
from browsercors.policy.routes.route import DiscoveredRoutes, reason_of
from browsercors.values.urls import URL

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["discover_routes", "routes_of_application"]

# What middleware calls the application that it wraps: Starlette's and Werkzeug's, `app.wsgi_app = ProxyFix(...)`,
# WhiteNoise, asgiref, Django Channels, and what decorators, partials and bound methods have.
WRAPPED: Final = (
    "app",
    "wsgi_app",
    "asgi_app",
    "application",
    "wsgi_application",
    "asgi_application",
    "_app",
    "wrapped_app",
    "inner",
    "__wrapped__",
    "__self__",
)
DEEPEST: Final = 32
"""How many layers of middleware are looked through."""

RIGHT: Final = "give the application itself, its OpenAPI document, or the paths"


def discover_routes(target: Any) -> DiscoveredRoutes:
    """
    Return the routes of *target*, or the reasons why there are none.

    Args:
        target: An application, however it is wrapped; or an OpenAPI document: a mapping, its JSON text, or the path of
            a file with that.
    """
    if isinstance(target, Mapping):
        return openapi_routes(target)
    if isinstance(target, (str, Path, URL)):
        return _of_text(target)
    return routes_of_application(target, frozenset())


def routes_of_application(application: Any, above: frozenset[int]) -> DiscoveredRoutes:
    """
    Return the routes of an application.

    Args:
        application: The application, however it is wrapped.
        above: The identities of the applications that it is mounted in.
    """
    for layer in _layers(application):
        if id(layer) in above:
            return DiscoveredRoutes((), "", (f"{_shown(application)} holds itself.",))
        mounts = _attribute(layer, "mounts")
        if isinstance(mounts, Mapping) and _attribute(layer, "app") is not None:
            return _of_dispatcher(layer, mounts, above | {id(layer)})
        reader = framework_reader(layer)
        if reader is not None:
            try:
                return reader(layer, functools.partial(routes_of_application, above=above | {id(layer)}))
            except Exception as error:  # noqa: BLE001 - a map that cannot be read is no reason to stop
                return DiscoveredRoutes((), "", (f"{_shown(layer)} was not read: {reason_of(error)}.",))
    return DiscoveredRoutes((), "", (f"{_shown(application)} has no map of routes that is known; {RIGHT}.",))


def _layers(application: Any) -> Iterator[Any]:
    """
    Yield the application and what it wraps, the outermost first.
    """
    seen: set[int] = set()
    waiting = [application]
    while waiting and len(seen) < DEEPEST:
        layer = waiting.pop(0)
        if id(layer) in seen:
            continue
        seen.add(id(layer))
        yield layer
        if isinstance(layer, functools.partial):
            waiting += [layer.func, *layer.args, *layer.keywords.values()]
        waiting += [inner for name in WRAPPED if _is_application(inner := _attribute(layer, name))]
        if inspect.isfunction(layer):
            # NB: a middleware that is a function has what it wraps in its closure.
            cells = layer.__closure__ or ()
            waiting += [inner for cell in cells if _is_application(inner := _content(cell))]


def _is_application(inner: Any) -> bool:
    return callable(inner) and not isinstance(inner, type)


def _attribute(layer: Any, name: str) -> Any:
    try:
        return inspect.getattr_static(layer, name) and getattr(layer, name)
    except Exception:  # noqa: BLE001 - a property of an application may raise anything
        return None


def _content(cell: Any) -> Any:
    try:
        return cell.cell_contents
    except ValueError:
        return None


def _of_dispatcher(layer: Any, mounts: Mapping[Any, Any], above: frozenset[int]) -> DiscoveredRoutes:
    """
    Read an application that passes requests on by their prefix, such as Werkzeug's `DispatcherMiddleware`.
    """
    parts = [routes_of_application(layer.app, above)]
    parts += [mounted_in(routes_of_application(inner, above), str(prefix)) for prefix, inner in mounts.items()]
    return DiscoveredRoutes(
        tuple(route for part in parts for route in part.routes),
        " and ".join(dict.fromkeys(part.source for part in parts if part.source)),
        tuple(reason for part in parts for reason in part.unreadable),
    )


def _of_text(target: str | Path | URL) -> DiscoveredRoutes:
    text = str(target)
    if isinstance(target, URL) or (isinstance(target, str) and "://" in text and not text.lstrip().startswith("{")):
        return DiscoveredRoutes((), "", (f"{_shown(text)} is a live server, which does not tell its routes; {RIGHT}.",))
    name = "The text"
    if isinstance(target, Path) or not text.lstrip().startswith("{"):
        name = _shown(text)
        try:
            text = Path(target).read_text("utf-8")
        except (OSError, ValueError) as error:
            return DiscoveredRoutes((), "", (f"{name} was not read: {error}.",))
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        reason = f"{name} is no JSON ({reason_of(error)}); a document in YAML has to be converted first."
        return DiscoveredRoutes((), "", (reason,))
    if not isinstance(document, dict):
        return DiscoveredRoutes((), "", (f"{name} is no OpenAPI document, which is a JSON object.",))
    return openapi_routes(document)


def _shown(value: Any) -> str:
    """
    Return a text in quotes, the name of a function, or the type of anything else.
    """
    if isinstance(value, str):
        return repr(value[:200])
    named = value if inspect.isroutine(value) or isinstance(value, type) else type(value)
    return f"{named.__module__}.{named.__qualname__}"
