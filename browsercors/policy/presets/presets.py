"""
Policies that say what a framework's middleware does: its defaults, and what else it is told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

from browsercors.policy.names import ANY
from browsercors.policy.policy import Policy
from browsercors.policy.presets.framework_defaults import (
    AIOHTTP_CORS,
    DJANGO_CORS_HEADERS,
    EXPRESS_CORS,
    FALCON,
    FLASK_CORS,
    LITESTAR,
    QUART_CORS,
    SANIC_EXT,
    FrameworkDefaults,
    installed_starlette,
    with_defaults,
)

if TYPE_CHECKING:
    from browsercors.policy.policy import PolicyChanges

__all__ = [
    "aiohttp_cors_defaults",
    "django_cors_headers_defaults",
    "express_cors_defaults",
    "falcon_defaults",
    "fastapi_defaults",
    "flask_cors_defaults",
    "litestar_defaults",
    "quart_cors_defaults",
    "sanic_ext_defaults",
    "starlette_defaults",
]


def starlette_defaults(**settings: Unpack[PolicyChanges]) -> Policy:
    """
    Return the policy of Starlette's `CORSMiddleware` with *settings*, named as `Policy` has them.

    It promises GET, always allows `Accept`, `Accept-Language`, `Content-Language` and `Content-Type`, and 600 seconds.
    Origins have to be given.
    """
    return _policy(installed_starlette(), settings)


def fastapi_defaults(**settings: Unpack[PolicyChanges]) -> Policy:
    """
    Return the policy of FastAPI's `CORSMiddleware`, which is Starlette's: see `starlette_defaults`.
    """
    return _policy(installed_starlette(), settings)


def flask_cors_defaults(**settings: Unpack[PolicyChanges]) -> Policy:
    """
    Return the policy of Flask-CORS' `CORS(app)` with *settings*, named as `Policy` has them.

    It allows any origin, the methods GET, HEAD, POST, OPTIONS, PUT, PATCH and DELETE, and any header.
    """
    return _policy(FLASK_CORS, settings)


def django_cors_headers_defaults(**settings: Unpack[PolicyChanges]) -> Policy:
    """
    Return the policy of django-cors-headers with *settings*, named as `Policy` has them.

    It allows DELETE, GET, OPTIONS, PATCH, POST and PUT, six request headers, and a day. Origins have to be given.
    """
    return _policy(DJANGO_CORS_HEADERS, settings)


def litestar_defaults(**settings: Unpack[PolicyChanges]) -> Policy:
    """
    Return the policy of Litestar's `CORSConfig` with *settings*, named as `Policy` has them.

    It allows any origin, all methods that it knows, any header, and 600 seconds.
    """
    return _policy(LITESTAR, settings)


def express_cors_defaults(**settings: Unpack[PolicyChanges]) -> Policy:
    """
    Return the policy of Express' `cors()` with *settings*, named as `Policy` has them.

    It allows any origin, the methods GET, HEAD, PUT, PATCH, POST and DELETE, and any header.
    """
    return _policy(EXPRESS_CORS, settings)


def quart_cors_defaults(**settings: Unpack[PolicyChanges]) -> Policy:
    """
    Return the policy of quart-cors' `cors(app)` with *settings*, named as `Policy` has them.

    It allows any origin, the methods GET, HEAD, POST, OPTIONS, PUT, PATCH and DELETE, and any header.
    """
    return _policy(QUART_CORS, settings)


def aiohttp_cors_defaults(**settings: Unpack[PolicyChanges]) -> Policy:
    """
    Return the policy of aiohttp-cors' `ResourceOptions` with *settings*, named as `Policy` has them.

    It promises GET, and allows the methods of each route at most. Origins have to be given. It adds nothing to the
    response where there is no route: check it with `unknown_path=False`.
    """
    return _policy(AIOHTTP_CORS, settings)


def falcon_defaults(**settings: Unpack[PolicyChanges]) -> Policy:
    """
    Return the policy of Falcon's `CORSMiddleware` with *settings*, named as `Policy` has them.

    It allows any origin, any header, and a day. It promises GET, and allows the methods of each route at most.
    """
    return _policy(FALCON, settings)


def sanic_ext_defaults(**settings: Unpack[PolicyChanges]) -> Policy:
    """
    Return the policy of Sanic Extensions with *settings*, named as `Policy` has them.

    It allows any header without credentials, and 5 seconds. It promises GET, and allows the methods of each route at
    most. Origins have to be given; with credentials, so have the headers.
    """
    return _policy(SANIC_EXT, settings)


def _policy(defaults: FrameworkDefaults, settings: PolicyChanges) -> Policy:
    promised = Policy(**with_defaults(defaults, settings))
    if not defaults.allows_route_methods or promised.at_most is not None:
        return promised
    return promised.evolve(at_most=promised.evolve(methods=ANY, paths={}, by_origin={}))
