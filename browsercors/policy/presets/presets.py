"""
Policies that say what a framework's middleware does: its defaults, and what else it is told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

from browsercors.policy.policy import Policy
from browsercors.policy.presets.framework_defaults import (
    DJANGO_CORS_HEADERS,
    EXPRESS_CORS,
    FLASK_CORS,
    LITESTAR,
    installed_starlette,
    with_defaults,
)

if TYPE_CHECKING:
    from browsercors.policy.policy import PolicyChanges

__all__ = [
    "django_cors_headers_defaults",
    "express_cors_defaults",
    "fastapi_defaults",
    "flask_cors_defaults",
    "litestar_defaults",
    "starlette_defaults",
]


def starlette_defaults(**settings: Unpack[PolicyChanges]) -> Policy:
    """
    Return the policy of Starlette's `CORSMiddleware` with *settings*, named as `Policy` has them.

    It promises GET, always allows `Accept`, `Accept-Language`, `Content-Language` and `Content-Type`, and 600 seconds.
    Origins have to be given.
    """
    return Policy(**with_defaults(installed_starlette(), settings))


def fastapi_defaults(**settings: Unpack[PolicyChanges]) -> Policy:
    """
    Return the policy of FastAPI's `CORSMiddleware`, which is Starlette's: see `starlette_defaults`.
    """
    return Policy(**with_defaults(installed_starlette(), settings))


def flask_cors_defaults(**settings: Unpack[PolicyChanges]) -> Policy:
    """
    Return the policy of Flask-CORS' `CORS(app)` with *settings*, named as `Policy` has them.

    It allows any origin, the methods GET, HEAD, POST, OPTIONS, PUT, PATCH and DELETE, and any header.
    """
    return Policy(**with_defaults(FLASK_CORS, settings))


def django_cors_headers_defaults(**settings: Unpack[PolicyChanges]) -> Policy:
    """
    Return the policy of django-cors-headers with *settings*, named as `Policy` has them.

    It allows DELETE, GET, OPTIONS, PATCH, POST and PUT, six request headers, and a day. Origins have to be given.
    """
    return Policy(**with_defaults(DJANGO_CORS_HEADERS, settings))


def litestar_defaults(**settings: Unpack[PolicyChanges]) -> Policy:
    """
    Return the policy of Litestar's `CORSConfig` with *settings*, named as `Policy` has them.

    It allows any origin, all methods that it knows, any header, and 600 seconds.
    """
    return Policy(**with_defaults(LITESTAR, settings))


def express_cors_defaults(**settings: Unpack[PolicyChanges]) -> Policy:
    """
    Return the policy of Express' `cors()` with *settings*, named as `Policy` has them.

    It allows any origin, the methods GET, HEAD, PUT, PATCH, POST and DELETE, and any header.
    """
    return Policy(**with_defaults(EXPRESS_CORS, settings))
