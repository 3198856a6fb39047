"""
Servers as their frameworks' documentation writes them keep the policy that the framework's preset says.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import flask
import flask_cors
import pytest
from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from litestar import Litestar, get
from litestar.config.cors import CORSConfig
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware as StarletteMiddleware
from starlette.responses import JSONResponse
from starlette.routing import Route

from browsercors import (
    ANY,
    ANY_ORIGIN,
    Policy,
    django_cors_headers_defaults,
    express_cors_defaults,
    fastapi_defaults,
    find_violations,
    flask_cors_defaults,
    litestar_defaults,
    starlette_defaults,
)
from tests.servers.applications.test_frameworks import django_application

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

APP = "https://app.example.com"
METHODS = ["GET", "POST", "PUT", "DELETE"]
HEADERS = ["Content-Type", "Authorization"]
LISTED: dict[str, Any] = {"origins": [APP], "credentials": True, "methods": METHODS, "headers": HEADERS}


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def flask_app(**options: Any) -> flask.Flask:
    application = flask.Flask("example")
    application.add_url_rule("/me", "me", lambda: {"name": "Ada"})
    application.add_url_rule("/items/<int:id>", "item", lambda id: {"id": id}, methods=["GET", "PUT", "DELETE"])  # noqa: A006 - as routes have it
    flask_cors.CORS(application, **options)
    return application


def fastapi_app(**options: Any) -> FastAPI:
    application = FastAPI()
    application.add_middleware(CORSMiddleware, **options)
    application.add_api_route("/me", lambda: {"name": "Ada"})
    application.add_api_route("/items/{item}", lambda item: {"id": item}, methods=["GET", "PUT", "DELETE"])
    return application


def starlette_app(**options: Any) -> Starlette:
    async def answer(request: Any) -> JSONResponse:
        return JSONResponse({"path": request.url.path})

    routes = [Route("/me", answer), Route("/items/{item:int}", answer, methods=["GET", "PUT", "DELETE"])]
    return Starlette(routes=routes, middleware=[Middleware(StarletteMiddleware, **options)])


def litestar_app(**options: Any) -> Litestar:
    @get("/me")
    async def me() -> dict[str, str]:
        return {"name": "Ada"}

    return Litestar([me], cors_config=CORSConfig(**options), openapi_config=None)


def django_app() -> Any:
    settings = {
        "INSTALLED_APPS": ["corsheaders"],
        "MIDDLEWARE": ["corsheaders.middleware.CorsMiddleware", "django.middleware.common.CommonMiddleware"],
        "CORS_ALLOWED_ORIGINS": [APP],
        "CORS_ALLOW_CREDENTIALS": True,
    }
    return django_application(settings)


STARLETTE_LISTED: dict[str, Any] = {
    "allow_origins": [APP],
    "allow_credentials": True,
    "allow_methods": METHODS,
    "allow_headers": HEADERS,
}
EVERYTHING: dict[str, Any] = {
    "allow_origins": [APP],
    "allow_credentials": True,
    "allow_methods": ["*"],
    "allow_headers": ["*"],
}
FLASK_LISTED: dict[str, Any] = {
    "origins": [APP],
    "supports_credentials": True,
    "methods": METHODS,
    "allow_headers": HEADERS,
}
FLASK_OPEN = flask_cors_defaults(origins=[APP])
NEWCOMER = Policy(origins=[APP], credentials=True, methods=METHODS, headers=["Content-Type"])

RIGHT: list[tuple[str, Callable[[], Any], Policy]] = [
    ("flask, listed", lambda: flask_app(**FLASK_LISTED, max_age=600), flask_cors_defaults(**LISTED, max_age=600)),
    (
        "flask, all else by default",
        lambda: flask_app(origins=[APP], supports_credentials=True),
        flask_cors_defaults(origins=[APP], credentials=True),
    ),
    ("flask, public", flask_app, flask_cors_defaults()),
    (
        "flask, below a path",
        lambda: flask_app(resources={"/items/.*": {"origins": [APP]}}),
        Policy(paths={"/items/*": flask_cors_defaults(origins=[APP])}),
    ),
    (
        "flask, what a newcomer needs",
        lambda: flask_app(origins=[APP], supports_credentials=True),
        NEWCOMER.evolve(at_most=flask_cors_defaults(origins=[APP], credentials=True)),
    ),
    ("fastapi, listed", lambda: fastapi_app(**STARLETTE_LISTED), fastapi_defaults(**LISTED)),
    (
        "fastapi, as its tutorial",
        lambda: fastapi_app(**EVERYTHING),
        fastapi_defaults(origins=[APP], credentials=True, methods=ANY, headers=["*"]),
    ),
    ("fastapi, origins only", lambda: fastapi_app(allow_origins=[APP]), fastapi_defaults(origins=[APP])),
    (
        "fastapi, without max_age",
        lambda: fastapi_app(**STARLETTE_LISTED),
        Policy(**LISTED, at_most=fastapi_defaults(**LISTED, max_age=None)),
    ),
    ("starlette, listed", lambda: starlette_app(**STARLETTE_LISTED), starlette_defaults(**LISTED)),
    ("django, by default", django_app, django_cors_headers_defaults(origins=[APP], credentials=True)),
    (
        "django, what a newcomer needs",
        django_app,
        NEWCOMER.evolve(at_most=django_cors_headers_defaults(origins=[APP], credentials=True)),
    ),
    ("litestar, listed", lambda: litestar_app(**STARLETTE_LISTED), litestar_defaults(**LISTED)),
    ("litestar, public", litestar_app, litestar_defaults()),
]


@pytest.mark.parametrize(("make_application", "policy"), [row[1:] for row in RIGHT], ids=[row[0] for row in RIGHT])
def test_a_right_server_keeps_its_preset(make_application: Callable[[], Any], policy: Policy) -> None:
    # NB: what Django routes are those of other tests: every path is one that nobody serves.
    paths = ["/items/7"] if set(policy.paths) else ["/me", "/items/7"]

    assert () == find_violations(make_application(), policy, paths=paths, browsers=["chromium"], max_examples=0)


WRONG: list[tuple[str, Callable[[], Any], Policy, str]] = [
    ("a header more", lambda: starlette_app(**EVERYTHING), starlette_defaults(**LISTED), "header"),
    (
        "a method more",
        lambda: starlette_app(**EVERYTHING),
        starlette_defaults(**{**LISTED, "methods": ["GET"]}),
        "method",
    ),
    (
        "more than at most",
        lambda: flask_app(origins=[APP], supports_credentials=True),
        NEWCOMER.evolve(at_most=django_cors_headers_defaults(origins=[APP], credentials=True)),
        "header",
    ),
    (
        "remembered longer than at most",
        lambda: starlette_app(**STARLETTE_LISTED),
        Policy(**LISTED, at_most=starlette_defaults(**LISTED, max_age=5)),
        "",
    ),
    ("open elsewhere", lambda: flask_app(origins=[APP]), Policy(paths={"/items/*": FLASK_OPEN}), "path"),
]


@pytest.mark.parametrize(
    ("make_application", "policy", "code"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG]
)
def test_what_exceeds_a_preset_is_found(make_application: Callable[[], Any], policy: Policy, code: str) -> None:
    found = find_violations(
        make_application(), policy, paths=["/me", "/items/7"], browsers=["chromium"], max_examples=0
    )

    assert code in {violation.code for violation in found}


def test_a_preset_is_a_policy_with_settings_in_place_of_defaults() -> None:
    assert starlette_defaults(origins=[APP]) == fastapi_defaults(origins=[APP])
    assert ("PUT",) == starlette_defaults(origins=[APP], methods=["PUT"]).methods
    assert ("x-a", "Accept", "Accept-Language", "Content-Language", "Content-Type") == starlette_defaults(
        origins=[APP], headers=["x-a"]
    ).headers
    assert ("GET", "HEAD", "PUT", "PATCH", "POST", "DELETE") == express_cors_defaults().methods
    assert (ANY,) == express_cors_defaults(headers=["*"]).headers
    assert (ANY_ORIGIN,) == flask_cors_defaults().origins
    assert 86400 == django_cors_headers_defaults(origins=[APP]).max_age
