"""
What CORS middlewares do where they are told nothing else.

Each figure is that of the middleware's source, in the release that is named.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

import attrs

from browsercors.policy.names import ANY, ANY_NAME, is_any

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "AIOHTTP_CORS",
    "DJANGO_CORS_HEADERS",
    "EXPRESS_CORS",
    "FALCON",
    "FLASK_CORS",
    "LITESTAR",
    "QUART_CORS",
    "SANIC_EXT",
    "STARLETTE",
    "FrameworkDefaults",
    "installed_starlette",
    "with_defaults",
]


@attrs.frozen(kw_only=True)
class FrameworkDefaults:
    """
    The defaults of one middleware.

    Attributes:
        origins: Whom it allows.
        methods: Which methods it allows; `("*",)` for all that it knows.
        known_methods: What it takes `*` for.
        headers: Which request headers it allows; `ANY` where it allows those that are asked for.
        further_headers: Those that it allows beside any that are given.
        max_age: For how long it allows a preflight to be remembered.
        allows_route_methods: Whether it allows each route's own methods, so that `methods` are only what is promised.
    """

    origins: tuple[str, ...]
    methods: tuple[str, ...]
    known_methods: tuple[str, ...]
    headers: tuple[Any, ...]
    further_headers: tuple[str, ...] = ()
    max_age: int | None = None
    allows_route_methods: bool = False


SAFELISTED: Final = ("Accept", "Accept-Language", "Content-Language", "Content-Type")

# Starlette 1.10.0, starlette/middleware/cors.py; FastAPI has no middleware of its own.
STARLETTE: Final = FrameworkDefaults(
    origins=(),
    methods=("GET",),
    known_methods=("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "QUERY"),
    headers=SAFELISTED,
    further_headers=SAFELISTED,
    max_age=600,
)

# Flask-CORS 6.0.5, flask_cors/core.py
FLASK_CORS: Final = FrameworkDefaults(
    origins=("*",),
    methods=("*",),
    known_methods=("GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"),
    headers=(ANY,),
)

# django-cors-headers 4.9.0, corsheaders/defaults.py and corsheaders/conf.py; it knows no `*`.
DJANGO_CORS_HEADERS: Final = FrameworkDefaults(
    origins=(),
    methods=("DELETE", "GET", "OPTIONS", "PATCH", "POST", "PUT"),
    known_methods=("DELETE", "GET", "OPTIONS", "PATCH", "POST", "PUT"),
    headers=("accept", "authorization", "content-type", "user-agent", "x-csrftoken", "x-requested-with"),
    max_age=86400,
)

# Litestar 2.25.0, litestar/config/cors.py
LITESTAR: Final = FrameworkDefaults(
    origins=("*",),
    methods=("*",),
    known_methods=("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"),
    headers=(ANY,),
    further_headers=SAFELISTED,
    max_age=600,
)

# https://github.com/expressjs/cors#configuration-options; it repeats the headers that are asked for.
EXPRESS_CORS: Final = FrameworkDefaults(
    origins=("*",),
    methods=("GET", "HEAD", "PUT", "PATCH", "POST", "DELETE"),
    known_methods=("GET", "HEAD", "PUT", "PATCH", "POST", "DELETE"),
    headers=(ANY,),
)

# quart-cors 0.8.0, quart_cors/__init__.py; it repeats the headers that are asked for.
QUART_CORS: Final = FrameworkDefaults(
    origins=("*",),
    methods=("GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"),
    known_methods=("GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"),
    headers=(ANY,),
)

# aiohttp-cors 0.8.1, aiohttp_cors/preflight_handler.py and resource_options.py
AIOHTTP_CORS: Final = FrameworkDefaults(
    origins=(),
    methods=("GET",),
    known_methods=("GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"),
    headers=(),
    allows_route_methods=True,
)

# Falcon 4.4.0, falcon/middleware.py; it repeats the `Allow` of the route and the headers that are asked for.
FALCON: Final = FrameworkDefaults(
    origins=("*",),
    methods=("GET",),
    known_methods=("GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"),
    headers=(ANY,),
    max_age=86400,
    allows_route_methods=True,
)

# Sanic Extensions 25.12.0, sanic_ext/config.py and extensions/http/cors.py; it answers any header with `*`.
SANIC_EXT: Final = FrameworkDefaults(
    origins=(),
    methods=("GET",),
    known_methods=("GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"),
    headers=(ANY_NAME,),
    max_age=5,
    allows_route_methods=True,
)


def installed_starlette() -> FrameworkDefaults:
    """
    Return Starlette's defaults, with what the installed release takes `*` for: older ones do not know QUERY.
    """
    try:
        known = import_module("starlette.middleware.cors").ALL_METHODS
    except (ImportError, AttributeError):
        return STARLETTE
    return attrs.evolve(STARLETTE, known_methods=tuple(known))


def with_defaults(defaults: FrameworkDefaults, settings: Mapping[str, Any]) -> dict[str, Any]:
    """
    Return the settings of the policy that a middleware follows when it is given *settings*, named as `Policy` has them.

    `*` and `ANY` become what the middleware makes of a `*`, with credentials too: all methods that it knows, and any
    header.
    """
    known = ("origins", "methods", "headers", "max_age")
    complete = {**{name: getattr(defaults, name) for name in known}, **settings}
    if _has_wildcard(complete["methods"]):
        complete["methods"] = defaults.known_methods
    if _has_wildcard(complete["headers"]):
        complete["headers"] = (ANY,)
    elif isinstance(complete["headers"], (list, tuple, set, frozenset)):
        given = [*complete["headers"]]
        lower = {str(name).lower() for name in given}
        complete["headers"] = (*given, *(name for name in defaults.further_headers if name.lower() not in lower))
    return complete


def _has_wildcard(names: Any) -> bool:
    return is_any(names) or (isinstance(names, (list, tuple, set, frozenset)) and any(map(is_any, names)))
