"""
Routes of real frameworks and OpenAPI documents: what is read, what stands in for what is not known, what is said.
"""

from __future__ import annotations

import functools
import json
from typing import TYPE_CHECKING, Any

import fastapi
import flask
import pydantic
import pytest
import starlette.middleware.cors
import starlette.routing
from hypothesis import given, strategies as st
from starlette.applications import Starlette
from starlette.endpoints import HTTPEndpoint
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import BaseConverter

from browsercors import Browser
from browsercors.policy.routes.discover import discover_routes
from browsercors.policy.routes.path_patterns import path_pattern
from browsercors.policy.routes.route import Route, RouteParameter
from browsercors.values.urls import parse_url
from tests.servers.applications.test_frameworks import configure_django

if TYPE_CHECKING:
    from pathlib import Path

UUID = "00000000-0000-4000-8000-000000000007"


def by_template(target: Any) -> dict[str, Route]:
    """
    Return the routes by template; of several with one template, the last.
    """
    return {route.path_template: route for route in discover_routes(target).routes}


def answer(**values: Any) -> Any:
    return ""


class Plate(BaseConverter):
    regex = r"[A-Z]{2}[0-9]{3}"


class Wild(BaseConverter):
    regex = r"(?=x)x"


def flask_app() -> flask.Flask:
    app = flask.Flask("it", static_folder=None)
    app.url_map.converters["plate"] = Plate
    blueprint = flask.Blueprint("admin", "it", url_prefix="/admin")
    blueprint.add_url_rule("/users", view_func=answer, endpoint="users")
    for place, (rule, methods) in enumerate(FLASK_RULES):
        app.add_url_rule(rule, endpoint=str(place), view_func=answer, methods=methods)
    app.register_blueprint(blueprint)
    return app


FLASK_RULES = [
    ("/items", ["GET", "POST"]),
    ("/items/<int:id>", ["PUT", "DELETE"]),
    ("/items/<int(min=10):id>/parts", ["GET"]),
    ("/years/<int(fixed_digits=4):year>", ["GET"]),
    ("/things/<uuid:id>", ["GET"]),
    ("/prices/<float:price>", ["GET"]),
    ("/colours/<any(red,green):colour>", ["GET"]),
    ("/languages/<string(length=2):code>", ["GET"]),
    ("/files/<path:rest>", ["GET"]),
    ("/plates/<plate:number>", ["GET"]),
]

FLASK = [
    # rule                               example                methods
    ("/items", "/items", ("GET", "HEAD", "POST")),
    ("/items/<int:id>", "/items/7", ("PUT", "DELETE")),
    ("/items/<int(min=10):id>/parts", "/items/10/parts", ("GET", "HEAD")),
    ("/years/<int(fixed_digits=4):year>", "/years/0007", ("GET", "HEAD")),
    ("/things/<uuid:id>", f"/things/{UUID}", ("GET", "HEAD")),
    ("/prices/<float:price>", "/prices/1.5", ("GET", "HEAD")),
    ("/colours/<any(red,green):colour>", "/colours/green", ("GET", "HEAD")),
    ("/languages/<string(length=2):code>", "/languages/77", ("GET", "HEAD")),
    ("/files/<path:rest>", "/files/a/b", ("GET", "HEAD")),
    ("/plates/<plate:number>", "/plates/AA777", ("GET", "HEAD")),
    ("/admin/users", "/admin/users", ("GET", "HEAD")),
]


@pytest.mark.parametrize(("rule", "example", "methods"), FLASK)
def test_a_rule_of_flask(rule: str, example: str, methods: tuple[str, ...]) -> None:
    route = by_template(flask_app())[rule]

    assert (example, methods) == (route.example_path, route.methods)


def test_each_example_of_flask_is_answered() -> None:
    app = flask_app()
    with Browser() as browser:
        browser.mount("https://api.example.com", app)
        page = browser.open("https://api.example.com/")
        for route in discover_routes(app).routes:
            assert 200 == page.fetch(route.example_path, method=route.methods[0]).status, route


def test_what_was_assumed_is_said() -> None:
    route = by_template(flask_app())["/items/<int:id>"]

    assert ("id is '7'.",) == route.assumed
    assert (RouteParameter("id", "int", "7"),) == route.parameters


def test_a_converter_that_takes_no_value_is_named_and_the_rest_is_read() -> None:
    app = flask_app()
    app.url_map.converters["wild"] = Wild
    app.add_url_rule("/wild/<wild:x>", endpoint="wild", view_func=answer)
    found = discover_routes(app)

    assert len(FLASK_RULES) + 1 == len(found.routes)
    assert ("/wild/<wild:x> was not read: no value can be told for x of /wild/<wild:x>, which Wild converts.",) == (
        found.unreadable
    )


def test_a_rule_of_another_host_says_so() -> None:
    app = flask.Flask("it", host_matching=True, static_host="a.example", static_folder=None)
    app.add_url_rule("/x", endpoint="x", view_func=answer, host="b.example")

    assert ("The request goes to the host b.example.",) == by_template(app)["/x"].assumed


async def endpoint(request: Any) -> Any: ...


class View(HTTPEndpoint):
    async def get(self, request: Any) -> Any: ...
    async def delete(self, request: Any) -> Any: ...


def starlette_app() -> Starlette:
    inner = [starlette.routing.Route("/{name}", endpoint, methods=["POST"])]
    return Starlette(
        routes=[
            starlette.routing.Route("/me", endpoint),
            starlette.routing.Route("/view", View),
            starlette.routing.Route("/items/{id:int}", endpoint, methods=["PATCH"]),
            starlette.routing.Route("/files/{rest:path}", endpoint),
            starlette.routing.Mount("/teams/{team:int}", routes=inner),
            starlette.routing.Mount("/old", app=WsgiToAsgi(flask_app())),
            starlette.routing.Mount("/static", app=files),
            starlette.routing.WebSocketRoute("/socket", endpoint),
            starlette.routing.Host("api.example.com", app=starlette.routing.Router(inner)),
        ]
    )


class WsgiToAsgi:
    """
    Serve a WSGI application through ASGI, as asgiref's class of this name does.
    """

    def __init__(self, wsgi_application: Any) -> None:
        self.wsgi_application = wsgi_application

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None: ...


async def files(scope: Any, receive: Any, send: Any) -> None: ...


STARLETTE = [
    ("/me", "/me", ("GET", "HEAD"), ()),
    ("/view", "/view", ("GET", "DELETE"), ()),
    ("/items/{id:int}", "/items/7", ("PATCH",), ("id is '7'.",)),
    ("/files/{rest:path}", "/files/a/b", ("GET", "HEAD"), ("rest is 'a/b'.",)),
    ("/teams/{team:int}/{name}", "/teams/7/7", ("POST",), ("team is '7'.", "name is '7'.")),
    ("/old/items/<int:id>", "/old/items/7", ("PUT", "DELETE"), ("id is '7'.",)),
    ("/{name}", "/7", ("POST",), ("The request goes to the host api.example.com.", "name is '7'.")),
]


@pytest.mark.parametrize(("template", "example", "methods", "assumed"), STARLETTE)
def test_a_route_of_starlette(template: str, example: str, methods: tuple[str, ...], assumed: tuple[str, ...]) -> None:
    route = by_template(starlette_app())[template]

    assert (example, methods, assumed) == (route.example_path, route.methods, route.assumed)


def test_what_is_mounted_without_a_map_is_said_and_websockets_are_left_out() -> None:
    found = discover_routes(starlette_app())

    (reason,) = found.unreadable
    assert reason.startswith(
        "/static/ was not read: tests.policy.routes.test_discover.files has no map of routes that is known"
    )
    assert not any("socket" in route.path_template for route in found.routes)


def test_an_application_that_holds_itself_ends() -> None:
    app = Starlette()
    app.mount("/again", app)

    found = discover_routes(app)
    assert () == found.routes
    assert 1 == len(found.unreadable)
    assert "holds itself" in found.unreadable[0]


class Item(pydantic.BaseModel):
    name: str = pydantic.Field(min_length=2)
    price: float = pydantic.Field(gt=2)


def fastapi_app() -> fastapi.FastAPI:
    app = fastapi.FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    router = fastapi.APIRouter(prefix="/v1")
    outer = fastapi.APIRouter()

    @router.put("/items/{id}")
    def put_item(id: int, item: Item, dry: bool) -> None: ...  # noqa: A002 - as applications have it

    @router.get("/items/{id}", include_in_schema=False)
    def get_item(id: str) -> None: ...  # noqa: A002

    @app.get("/least/{number}")
    def least(number: int = fastapi.Path(ge=100)) -> None: ...

    outer.include_router(router, prefix="/deep")
    app.include_router(outer, prefix="/api")
    return app


def test_a_route_of_a_nested_router_of_fastapi_has_its_query_and_body() -> None:
    routes = {route.methods: route for route in discover_routes(fastapi_app()).routes if "items" in route.path_template}
    put = routes["PUT",]

    assert "/api/deep/v1/items/{id}" == put.path_template
    assert "/api/deep/v1/items/7?dry=true" == put.example_path
    assert put.body is not None
    assert "application/json" == put.body.content_type
    assert {"name": "example", "price": 3} == json.loads(put.body.content)
    assert "The body was made from its schema." in put.assumed
    assert "/api/deep/v1/items/7" == routes["GET",].example_path
    assert routes["GET",].body is None


def test_each_example_of_fastapi_is_accepted() -> None:
    app = fastapi_app()
    with Browser() as browser:
        browser.mount("https://api.example.com", app)
        page = browser.open("https://api.example.com/")
        for route in discover_routes(app).routes:
            body = route.body
            result = page.fetch(
                route.example_path,
                method=route.methods[0],
                body=body.content if body else None,
                headers={"Content-Type": body.content_type} if body else {},
            )
            assert 200 == result.status, (route, result.text())


def test_a_minimum_of_the_schema_is_kept_and_the_application_is_left_as_it_was() -> None:
    app = fastapi_app()

    assert "/least/100" == by_template(app)["/least/{number}"].example_path
    assert app.openapi_schema is None


def test_a_document_that_fastapi_cannot_make_is_said_and_the_routes_are_read() -> None:
    app = fastapi_app()

    def broken() -> Any:
        raise LookupError("no schema")

    app.openapi = broken  # type: ignore[method-assign]
    found = discover_routes(app)

    assert ("The OpenAPI document was not read: no schema.",) == found.unreadable
    assert "/least/{number}" in {route.path_template for route in found.routes}


DJANGO = [
    # template                    example                methods                   assumed
    ("/items/", "/items/", ("GET", "HEAD", "POST"), True),
    ("/items/<int:id>/", "/items/7/", ("GET", "HEAD", "PUT"), False),
    ("/api/posts/<slug:slug>", "/api/posts/example", ("GET", "HEAD", "POST"), True),
    ("/api/years/<yyyy:year>", "/api/years/7777", ("GET", "HEAD", "POST"), True),
    ("/api/archive/<year>/<month>/", "/api/archive/7777/77/", ("GET", "HEAD", "POST"), True),
]


@pytest.fixture
def django_app() -> Any:
    """
    Give an application of Django with patterns of all kinds, and a resolver of its own.
    """
    from types import ModuleType

    from django.test.utils import override_settings
    from django.urls import clear_url_caches, include, path, re_path, register_converter
    from django.urls.converters import get_converters

    configure_django()
    from django.core.wsgi import get_wsgi_application
    from django.views import View as DjangoView

    class Year:
        regex = "[0-9]{4}"

        def to_python(self, value: str) -> int:
            return int(value)

        def to_url(self, value: int) -> str:
            return str(value)

    class ItemView(DjangoView):  # type: ignore[misc]  # Django has no types here
        def get(self, request: Any, **values: Any) -> Any: ...
        def put(self, request: Any, **values: Any) -> Any: ...

    def view(request: Any, **values: Any) -> Any: ...

    if "yyyy" not in get_converters():
        register_converter(Year, "yyyy")
    urls = ModuleType("urls_of_this_test")
    urls.urlpatterns = [  # type: ignore[attr-defined]
        path("items/", view),
        path("items/<int:id>/", ItemView.as_view()),
        path(
            "api/",
            include(
                [
                    path("posts/<slug:slug>", view),
                    path("years/<yyyy:year>", view),
                    re_path(r"^archive/(?P<year>[0-9]{4})/(?P<month>\d\d)/$", view),
                    re_path(r"^(?=x)x$", view),
                ]
            ),
        ),
    ]
    with override_settings(ROOT_URLCONF=urls):
        clear_url_caches()
        yield get_wsgi_application()
    clear_url_caches()


@pytest.mark.parametrize(("template", "example", "methods", "is_assumed"), DJANGO)
def test_a_pattern_of_django(
    django_app: Any, template: str, example: str, methods: tuple[str, ...], is_assumed: bool
) -> None:
    route = by_template(django_app)[template]

    assert (example, methods) == (route.example_path, route.methods)
    assert is_assumed == any("as a view that is a function does not tell" in note for note in route.assumed)


def test_a_regular_expression_of_django_that_looks_around_is_said(django_app: Any) -> None:
    found = discover_routes(django_app)

    assert len(DJANGO) == len(found.routes)
    assert ("/api/^(?=x)x$ was not read: no path can be told from its regular expression.",) == found.unreadable


def test_each_example_of_django_resolves(django_app: Any) -> None:
    from django.urls import resolve

    for route in discover_routes(django_app).routes:
        assert resolve(route.example_path), route


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_routes_of_litestar_with_their_bodies() -> None:
    litestar = pytest.importorskip("litestar", reason="litestar is not installed, so its routes are not read here")

    async def put_item(id: int, data: dict[str, int], dry: bool) -> None: ...  # noqa: A002 - as applications have it
    async def get_thing(id: Any) -> None: ...  # noqa: A002
    async def get_file(rest: str) -> None: ...

    handlers = [
        litestar.put("/items/{id:int}")(put_item),
        litestar.get("/things/{id:uuid}")(get_thing),
        litestar.get("/files/{rest:path}")(get_file),
    ]
    # NB: it would set up the logging of the whole process.
    found = by_template(litestar.Litestar(handlers, logging_config=None))

    put = found["/items/{id:int}"]
    assert ("/items/7?dry=true", ("PUT",)) == (put.example_path, put.methods)
    assert put.body is not None
    assert "application/json" == put.body.content_type
    assert f"/things/{UUID}" == found["/things/{id:uuid}"].example_path
    assert path_pattern("/files/{rest:path}").matches(found["/files/{rest:path}"].example_path)


def test_routes_of_quart_are_read_as_those_of_flask() -> None:
    quart = pytest.importorskip("quart", reason="quart is not installed, so its routes are not read here")
    app = quart.Quart("it", static_folder=None)
    app.add_url_rule("/items/<int:id>", endpoint="item", view_func=answer, methods=["PUT"])
    app.add_websocket("/socket", endpoint="socket", view_func=answer)

    found = discover_routes(app)
    assert [("/items/7", ("PUT",))] == [(route.example_path, route.methods) for route in found.routes]


class Middleware:
    def __init__(self, application: Any) -> None:
        self.application = application

    def __call__(self, environ: Any, start_response: Any) -> Any:
        return self.application(environ, start_response)


def in_a_closure(app: Any) -> Any:
    def middleware(environ: Any, start_response: Any) -> Any:
        return app(environ, start_response)

    return middleware


def with_proxy_fix() -> Any:
    app = flask_app()
    app.wsgi_app = ProxyFix(app.wsgi_app)  # type: ignore[method-assign]
    return app


WRAPPED: list[tuple[str, Any]] = [
    ("itself", flask_app),
    ("its wsgi_app", lambda: flask_app().wsgi_app),
    ("wsgi_app is wrapped", with_proxy_fix),
    ("ProxyFix", lambda: ProxyFix(flask_app().wsgi_app)),
    ("two layers", lambda: Middleware(ProxyFix(flask_app()))),
    ("a closure", lambda: in_a_closure(Middleware(flask_app()))),
    ("a partial", lambda: functools.partial(lambda app, environ, start: app(environ, start), flask_app())),
]


@pytest.mark.parametrize(("name", "make"), WRAPPED, ids=[name for name, _ in WRAPPED])
def test_what_wraps_an_application_is_looked_through(name: str, make: Any) -> None:
    assert len(FLASK) == len(discover_routes(make()).routes)


def test_asgi_middleware_is_looked_through() -> None:
    app = starlette.middleware.cors.CORSMiddleware(app=fastapi_app(), allow_origins=["*"])

    assert "/least/{number}" in by_template(app)


def test_a_dispatcher_has_the_routes_of_all_that_it_passes_on_to() -> None:
    app = DispatcherMiddleware(flask_app(), {"/v2": Middleware(flask_app())})
    found = by_template(app)

    assert "/items/7" == found["/items/<int:id>"].example_path
    assert "/v2/items/7" == found["/v2/items/<int:id>"].example_path


DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "servers": [{"url": "https://api.example.com/v2/"}],
    "paths": {
        "/items/{id}": {
            "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer", "minimum": 3}}],
            "get": {
                "parameters": [
                    {"$ref": "#/components/parameters/Page"},
                    {"name": "sort", "in": "query", "schema": {"type": "string"}},
                    {"name": "X-Team", "in": "header", "required": True, "schema": {"enum": ["red", "green"]}},
                ]
            },
            "post": {"requestBody": {"content": {"application/x-www-form-urlencoded": {
                "schema": {"properties": {"a b": {"type": "string"}, "n": {"type": "integer"}}}}}}},
            "put": {"requestBody": {"content": {"application/vnd.api+json": {"example": {"a": 1}}}}},
            "patch": {"requestBody": {"content": {"image/png": {}}}},
        },
        "/people/{name}": {"get": {}},
        "/ids/{id}": {"get": {"parameters": [{"name": "id", "in": "path", "example": "a/b"}]}},
        "/broken": {"get": {"parameters": [{"$ref": "#/nowhere"}]}, "put": 3},
        "/lost": {"$ref": "other.json#/x"},
        "bad": {},
    },
    "components": {"parameters": {"Page": {"name": "page", "in": "query", "required": True, "schema": {"default": 2}}}},
}  # fmt: skip

PREFIX_NOTE = "Paths begin with /v2, as the document's first server has it."

OPENAPI = [
    # method   path                  example                      body
    ("GET", "/v2/items/{id}", "/v2/items/7?page=2", None),
    ("POST", "/v2/items/{id}", "/v2/items/7", b"a+b=example&n=7"),
    ("PUT", "/v2/items/{id}", "/v2/items/7", b'{"a":1}'),
    ("PATCH", "/v2/items/{id}", "/v2/items/7", None),
    ("GET", "/v2/people/{name}", "/v2/people/7", None),
    ("GET", "/v2/ids/{id}", "/v2/ids/a/b", None),
]


@pytest.mark.parametrize(("method", "path", "example", "body"), OPENAPI)
def test_an_operation_of_a_document(method: str, path: str, example: str, body: bytes | None) -> None:
    found = {(route.methods, route.path_template): route for route in discover_routes(DOCUMENT).routes}
    route = found[(method,), path]

    assert example == route.example_path
    assert body == (route.body and route.body.content)
    assert PREFIX_NOTE == route.assumed[0]


def test_what_is_malformed_in_a_document_is_named_and_the_rest_is_read() -> None:
    found = discover_routes(DOCUMENT)

    assert len(OPENAPI) == len(found.routes)
    assert (
        "GET /broken was not read: the reference '#/nowhere' leads nowhere.",
        "PUT /broken was not read: the operation is no object.",
        "/lost was not read: the reference 'other.json#/x' leads in a circle or out of the document.",
        "'bad' was not read: it is no path with operations.",
    ) == found.unreadable


def test_a_header_that_is_wanted_is_a_parameter() -> None:
    parameters = discover_routes(DOCUMENT).routes[0].parameters

    assert RouteParameter("X-Team", "str", "red", "header") in parameters


def test_a_document_of_swagger_2_has_a_base_path_and_a_body_among_its_parameters() -> None:
    document = {
        "swagger": "2.0",
        "basePath": "/v1",
        "paths": {"/a": {"post": {"parameters": [{"in": "body", "name": "it", "schema": {"type": "array"}}]}}},
    }
    (route,) = discover_routes(document).routes

    assert "/v1/a" == route.example_path
    assert route.body is not None
    assert b'["example"]' == route.body.content


def test_a_document_is_read_from_text_and_from_a_file(tmp_path: Path) -> None:
    expected = discover_routes(DOCUMENT)
    text = json.dumps(DOCUMENT)
    file = tmp_path / "openapi.json"
    file.write_text(text)

    assert expected == discover_routes(text) == discover_routes(file) == discover_routes(str(file))


WORDS = st.sampled_from(
    ["paths", "/a/{b}", "get", "put", "parameters", "name", "in", "path", "query", "body", "required", "schema", "type",
     "integer", "string", "array", "object", "items", "properties", "enum", "allOf", "anyOf", "minimum", "maximum",
     "minItems", "minLength", "pattern", "(?=x)", "format", "example", "$ref", "#/paths", "requestBody", "content",
     "text/plain",
     "application/json", "application/x-www-form-urlencoded", "servers", "url", "basePath", "multipleOf", "default"]
)  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=20,
)


@given(item=st.dictionaries(WORDS, JSON, max_size=4), operation=st.dictionaries(WORDS, JSON, max_size=5), more=JSON)
def test_no_document_raises_whatever_it_holds(item: Any, operation: Any, more: Any) -> None:
    document = {
        "paths": {"/a/{b}": {**item, "put": {"parameters": [operation], "requestBody": operation}}},
        "servers": more,
    }
    found = discover_routes({**document, "basePath": more})

    for route in (*found.routes, *discover_routes(more if isinstance(more, dict) else {}).routes):
        assert route.example_path.startswith("/")


class Raising:
    @property
    def app(self) -> Any:
        raise LookupError("not yet")

    def __call__(self, environ: Any, start_response: Any) -> Any: ...


UNREADABLE: list[tuple[Any, str]] = [
    (answer, "tests.policy.routes.test_discover.answer has no map of routes that is known; give"),
    (Raising(), "tests.policy.routes.test_discover.Raising has no map of routes that is known"),
    (None, "builtins.NoneType has no map of routes that is known"),
    ("https://api.example.com", "'https://api.example.com' is a live server, which does not tell its routes"),
    (parse_url("https://api.example.com"), "'https://api.example.com/' is a live server"),
    ("not-there.json", "'not-there.json' was not read: [Errno 2]"),
    ("{", "The text is no JSON (Expecting"),
    ("{" + '"a":[' * 100_000, "The text is no JSON ("),
    ({}, "The document has no paths."),
    ({"paths": []}, "The document has no paths."),
]


@pytest.mark.parametrize(("target", "reason"), UNREADABLE, ids=[reason[:40] for _, reason in UNREADABLE])
def test_what_cannot_be_read_raises_nothing_and_says_why(target: Any, reason: str) -> None:
    found = discover_routes(target)

    assert () == found.routes
    assert found.unreadable[0].startswith(reason)


def test_yaml_has_to_be_converted(tmp_path: Path) -> None:
    file = tmp_path / "openapi.yaml"
    file.write_text("openapi: 3.1.0\npaths: {}\n")

    assert "a document in YAML has to be converted first." in discover_routes(file).unreadable[0]


def test_an_application_whose_map_raises_is_named() -> None:
    app = flask_app()
    app.url_map = None  # type: ignore[assignment]

    assert ("flask.app.Flask was not read: 'NoneType' object has no attribute 'iter_rules'.",) == (
        discover_routes(app).unreadable
    )
