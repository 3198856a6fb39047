"""
Where an application has WebSockets, as its framework keeps them, and how each framework is told to look at `Origin`.

No framework is imported: an application brings its own.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from browsercors.servers.applications.interfaces import detect_interface
from browsercors.servers.scripted import ScriptedServer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["MAYBE_A_SOCKET", "has_no_sockets", "remedy_for", "socket_paths"]

MAYBE_A_SOCKET: Final = frozenset({400, 403, 404, 405, 426, 501})
"""How servers answer a plain GET where only a WebSocket is."""

PARAMETER: Final = re.compile(r"\{[^{}]*\}|<[^<>]*>|\(\?P<\w+>[^()]*\)")
EXAMPLE: Final = "7"
MOST_LAYERS: Final = 20

REMEDIES: Final[Mapping[str, str]] = {
    "fastapi": (
        "In FastAPI, compare websocket.headers.get('origin') with a list before websocket.accept(), in a dependency "
        "that raises WebSocketException(1008). CORSMiddleware does not look at WebSockets."
    ),
    "starlette": (
        "In Starlette, compare websocket.headers.get('origin') with a list before websocket.accept(), and "
        "websocket.close(1008) otherwise. CORSMiddleware does not look at WebSockets."
    ),
    "channels": (
        "In Django Channels, put AllowedHostsOriginValidator around the WebSocket application of the "
        "ProtocolTypeRouter, or OriginValidator(application, ['https://app.example.com'])."
    ),
    "quart": (
        "In Quart, compare websocket.headers.get('Origin') with a list before websocket.accept(), in a "
        "before_websocket function that returns a response with status 403."
    ),
    "litestar": (
        "In Litestar, give WebSocket routes a guard that compares connection.headers.get('origin') with a list and "
        "raises PermissionDeniedException."
    ),
    "aiohttp": (
        "In aiohttp, compare request.headers.get('Origin') with a list before WebSocketResponse.prepare(request), and "
        "raise web.HTTPForbidden otherwise."
    ),
    "tornado": (
        "In Tornado, leave WebSocketHandler.check_origin as it is, or compare the origin with a list in it; do not "
        "return True."
    ),
}
"""What to change, by the package of the framework."""


def remedy_for(application: Any) -> str:
    """
    Return what to change so that the server looks at `Origin`: in the framework of *application* if it is known.
    """
    packages = {package for layer in _layers(application) for package in _packages(layer)}
    own = [text for package, text in REMEDIES.items() if package in packages]
    if "fastapi" in packages:
        own = [REMEDIES["fastapi"]]
    return " ".join(own or REMEDIES.values())


def has_no_sockets(application: Any) -> bool:
    """
    Whether *application* is known to have no WebSockets: WSGI has none, and scripted answers say what they are.
    """
    if isinstance(application, ScriptedServer):
        return not application.may_open_sockets
    try:
        return detect_interface(application) == "wsgi"
    except TypeError:
        return False


def socket_paths(application: Any) -> tuple[str, ...]:
    """
    Return where WebSockets of *application* are, with example values for what varies; none if that is not known.
    """
    return tuple(dict.fromkeys(path for layer in _layers(application) for path in _paths_of(layer)))


def _packages(layer: Any) -> set[str]:
    return {base.__module__.partition(".")[0] for base in type(layer).__mro__}


def _layers(application: Any) -> Iterator[Any]:
    """
    Yield *application* and what its middleware is put around, as far as that is known.
    """
    layer = application
    for _ in range(MOST_LAYERS):
        yield layer
        # NB: channels' router has one application for each protocol.
        mapping = getattr(layer, "application_mapping", None)
        inner = mapping.get("websocket") if isinstance(mapping, dict) else None
        for name in ("app", "application", "inner"):
            inner = inner or getattr(layer, name, None)
        if inner is None or inner is layer or isinstance(inner, str):
            return
        layer = inner


def _paths_of(layer: Any, prefix: str = "") -> Iterator[str]:
    url_map = getattr(layer, "url_map", None)
    if url_map is not None and hasattr(url_map, "iter_rules"):
        yield from (_filled(rule.rule) for rule in url_map.iter_rules() if getattr(rule, "websocket", False))
        return
    routes = getattr(layer, "routes", None)
    for route in routes if isinstance(routes, (list, tuple)) else ():
        kind = type(route).__name__
        path = getattr(route, "path", None)
        if isinstance(path, str) and "WebSocket" in kind:
            yield prefix + _filled(path)
        elif isinstance(path, str) and getattr(route, "app", None) is not None and hasattr(route, "routes"):
            yield from _paths_of(route, prefix + _filled(path).rstrip("/"))
        elif hasattr(route, "pattern") and "channels" in _packages(layer):
            yield f"/{_filled(str(route.pattern)).lstrip('^').rstrip('$').replace(chr(92) + 'Z', '')}"


def _filled(path: str) -> str:
    return PARAMETER.sub(EXAMPLE, path)
