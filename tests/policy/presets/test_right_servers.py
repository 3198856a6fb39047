"""
Sixteen sensible servers, and the policy that a newcomer writes for each: what is found is true to its letter.

With the preset of the framework, or bounds made of it, nothing is found: `test_presets` tries that.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Final

import flask
import pytest

from browsercors import ANY_ORIGIN, Policy, find_violations
from tests.policy.presets.test_presets import django_app, fastapi_app, flask_app, litestar_app, starlette_app
from tests.policy_check.test_misconfigured_middlewares import aiohttp_app, falcon_app, names, quart_app, served

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["served"]

APP: Final = "https://app.example.com"
METHODS: Final = ["GET", "POST", "PUT", "DELETE"]
HEADERS: Final = ["Content-Type", "Authorization"]
LISTED: Final = Policy(origins=[APP], methods=METHODS, headers=HEADERS, credentials=True, max_age=600)
FEW: Final = Policy(origins=[APP], methods=["GET", "PUT"], headers=["Content-Type"], credentials=True, max_age=600)
DJANGO_HEADERS: Final = ["accept", "authorization", "content-type", "user-agent", "x-csrftoken", "x-requested-with"]

STARLETTE_LISTED: Final[dict[str, Any]] = {
    "allow_origins": [APP],
    "allow_credentials": True,
    "allow_methods": METHODS,
    "allow_headers": HEADERS,
}
TUTORIAL: Final[dict[str, Any]] = {**STARLETTE_LISTED, "allow_methods": ["*"], "allow_headers": ["*"]}
FLASK_LISTED: Final[dict[str, Any]] = {
    "origins": [APP],
    "supports_credentials": True,
    "max_age": 600,
    "methods": METHODS,
    "allow_headers": HEADERS,
}


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def hand_written() -> flask.Flask:
    application = flask.Flask("example")
    application.add_url_rule("/me", "me", lambda: {"name": "Ada"}, methods=["GET", "PUT"])
    application.add_url_rule("/items/<int:id>", "item", lambda id: {"id": id}, methods=["GET", "PUT"])  # noqa: A006 - as routes have it

    @application.after_request
    def allow(response: flask.Response) -> flask.Response:
        response.vary.add("Origin")
        if flask.request.headers.get("Origin") == APP:
            response.headers["Access-Control-Allow-Origin"] = APP
            response.headers["Access-Control-Allow-Credentials"] = "true"
            response.headers["Access-Control-Allow-Methods"] = "GET, PUT"
            response.headers["Access-Control-Allow-Headers"] = "Content-Type"
            response.headers["Access-Control-Max-Age"] = "600"
        return response

    return application


def with_login() -> Any:
    from fastapi import Depends
    from fastapi.security import HTTPBearer

    application = fastapi_app(**STARLETTE_LISTED)
    application.add_api_route("/secret", lambda: {"name": "Ada"}, dependencies=[Depends(HTTPBearer())])
    return application


SERVERS: list[tuple[str, Callable[[], Any], Policy, set[str]]] = [
    # server                      as its documentation has it, the policy, and what the server does beyond it
    ("flask-cors, listed", lambda: flask_app(**FLASK_LISTED), LISTED, set()),
    (
        "flask-cors, origins only",
        lambda: flask_app(origins=[APP], supports_credentials=True),
        Policy(origins=[APP], credentials=True),
        {"sent method", "sent header"},
    ),
    ("flask-cors, public", flask_app, Policy(origins=ANY_ORIGIN), {"sent method", "sent header"}),
    (
        "flask-cors, below a path",
        lambda: flask_app(resources={r"/items/*": {**FLASK_LISTED}}),
        LISTED.evolve(paths={"/me": None}),
        {"refused allow-origin-missing on an error"},
    ),
    ("fastapi, listed", lambda: fastapi_app(**STARLETTE_LISTED), LISTED, set()),
    ("fastapi, as its tutorial", lambda: fastapi_app(**TUTORIAL), LISTED, {"sent method", "sent header"}),
    ("fastapi, origins only", lambda: fastapi_app(allow_origins=[APP]), Policy(origins=[APP]), {"sent header"}),
    ("fastapi, with a login", with_login, LISTED, set()),
    ("starlette, listed", lambda: starlette_app(**STARLETTE_LISTED), LISTED, set()),
    (
        "django, all that it allows",
        django_app,
        Policy(
            origins=[APP],
            methods=[*METHODS, "PATCH", "OPTIONS"],
            headers=DJANGO_HEADERS,
            credentials=True,
            max_age=86400,
        ),
        set(),
    ),
    (
        "django, what the client needs",
        django_app,
        Policy(origins=[APP], methods=METHODS, headers=["Content-Type"], credentials=True),
        {"sent method", "sent header"},
    ),
    ("litestar, listed", lambda: litestar_app(**STARLETTE_LISTED), LISTED, set()),
    (
        "quart-cors, listed",
        lambda: quart_app(
            allow_origin=[APP], allow_credentials=True, allow_methods=METHODS, allow_headers=HEADERS, max_age=600
        ),
        LISTED,
        set(),
    ),
    (
        "falcon",
        lambda: falcon_app(allow_origins=[APP], allow_credentials=[APP]),
        FEW.evolve(max_age=86400),
        {"sent header"},
    ),
    ("flask, written by hand", hand_written, FEW, set()),
]


@pytest.mark.parametrize(("make", "policy", "beyond"), [row[1:] for row in SERVERS], ids=[row[0] for row in SERVERS])
def test_what_is_found_is_true(make: Callable[[], Any], policy: Policy, beyond: set[str]) -> None:
    paths = ["/"] if make.__code__.co_names[0] in {"quart_app", "falcon_app"} else ["/me", "/items/7"]
    found = find_violations(make(), policy, paths=paths, browsers=["chromium"], max_examples=0, untried="ignore")

    assert beyond == names(found)
    for violation in found:
        names_of_snippet = {"app": make()}
        with pytest.raises(AssertionError):
            exec(violation.snippet, names_of_snippet)  # noqa: S102 - our own text
        names_of_snippet["browser"].close()


def test_aiohttp_cors_says_nothing_where_there_is_no_route(served: Callable[[Any], str]) -> None:
    options = {"allow_credentials": True, "allow_headers": ["Content-Type"], "max_age": 600}
    found = find_violations(
        served(aiohttp_app(**{APP: options})), FEW, browsers=["chromium"], max_examples=0, untried="ignore"
    )

    assert {"refused allow-origin-missing on an error"} == names(found)
