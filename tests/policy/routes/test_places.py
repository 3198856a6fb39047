"""
Where a check asks: at the paths that it is given, or at the routes of the application.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import fastapi
import flask
import litestar
import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from browsercors import Policy, ScriptedServer
from browsercors.policy.routes.places import places_of, unserved_patterns

if TYPE_CHECKING:
    from pathlib import Path

DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "paths": {
        "/items/{id}": {
            "put": {"requestBody": {"content": {"application/json": {"schema": {"type": "object"}}}}},
            "get": {"parameters": [{"name": "id", "in": "path", "schema": {"type": "integer"}}]},
        },
        "/me": {"get": {}},
    },
}


def flask_app() -> flask.Flask:
    """
    Return an application with a login, a route with a parameter, and Flask's own route of static files.
    """
    app = flask.Flask("shop")
    app.add_url_rule("/login", "login", lambda: "in", methods=["POST"])
    app.add_url_rule("/items/<int:id>", "item", lambda id: str(id), methods=["GET", "PUT"])  # noqa: A006 - as it is called
    app.add_url_rule("/me", "me", lambda: "Ada")
    return app


def fastapi_app() -> fastapi.FastAPI:
    """
    Return an application with FastAPI's own pages of documentation.
    """
    app = fastapi.FastAPI()
    app.add_api_route("/items/{id}", lambda id: id, methods=["GET", "PUT"])  # noqa: A006
    app.add_api_route("/me", lambda: "Ada")
    return app


def litestar_app() -> litestar.Litestar:
    """
    Return an application with Litestar's own pages of documentation.
    """

    @litestar.get("/me")
    async def me() -> str:
        return "Ada"

    return litestar.Litestar([me])


def starlette_app() -> Starlette:
    """
    Return an application of Starlette's.
    """
    return Starlette(routes=[Route("/me", lambda _: PlainTextResponse("Ada"))])


FOUND = [
    # what is given                                       the paths, the plainest first
    pytest.param(None, flask_app(), ("/me", "/items/7", "/login"), id="Flask"),
    pytest.param(None, fastapi_app(), ("/me", "/items/7"), id="FastAPI"),
    pytest.param(None, litestar_app(), ("/me",), id="Litestar"),
    pytest.param(None, starlette_app(), ("/me",), id="Starlette"),
    pytest.param(DOCUMENT, None, ("/me", "/items/7"), id="an OpenAPI document"),
    pytest.param(["/b", "/a"], flask_app(), ("/b", "/a"), id="paths that are given"),
    pytest.param(None, ScriptedServer(), ("/",), id="a server without a map"),
    pytest.param(None, "http://127.0.0.1:8000", ("/",), id="a live server"),
]


@pytest.mark.parametrize(("paths", "application", "expected"), FOUND)
def test_paths_come_from_where_they_are_known(paths: Any, application: Any, expected: tuple[str, ...]) -> None:
    assert expected == places_of(paths, application).paths


def test_a_document_can_be_a_file(tmp_path: Path) -> None:
    file = tmp_path / "openapi.json"
    file.write_text(json.dumps(DOCUMENT), "utf-8")

    assert places_of(DOCUMENT, None) == places_of(file, None)


def test_what_was_assumed_is_said_with_its_route() -> None:
    assert (
        "In /items/<int:id>, id is '7'.",
        "What the framework itself adds is not asked for (/static/<path:filename>); name it in paths to have it asked.",
    ) == places_of(None, flask_app()).assumed


def test_where_no_routes_are_known_it_is_said_why() -> None:
    (said,) = places_of(None, "http://127.0.0.1:8000").assumed

    assert said.startswith("Only / is asked for, as no routes are known; name others in paths.")
    assert "'http://127.0.0.1:8000' is a live server, which does not tell its routes" in said


def test_a_pattern_of_the_policy_that_no_route_matches_is_named() -> None:
    policy = Policy(origins=["https://app.example.com"], paths={"/admin/*": None, "/items/{id}": None})

    assert ["The policy names /admin/*, and no route of the application is there."] == [
        *unserved_patterns(policy, places_of(None, flask_app()))
    ]
    assert [] == [*unserved_patterns(policy, places_of(["/me"], flask_app()))]


WRONG = [
    ("/items", "paths has to be a list with at least one item, such as ['/items/'], not '/items'"),
    ([], "not []"),
    (["items"], "paths has to have paths such as '/items/7', not 'items'"),
    ({"openapi": "3.1.0"}, "or an OpenAPI document; The document has no paths."),
]


@pytest.mark.parametrize(("paths", "message"), WRONG)
def test_what_is_no_list_of_paths_is_named(paths: Any, message: str) -> None:
    with pytest.raises(ValueError, match="paths has to") as caught:
        places_of(paths, None)
    assert message in str(caught.value)
