"""
One application of each framework: what a page reads of it, and that another origin is kept out.

Frameworks that are not installed are skipped; the usual ones come with what developers install.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

import pytest

from browsercors import AsyncBrowser, Browser

if TYPE_CHECKING:
    from collections.abc import Callable

API: Final = "https://api.example.com"
PAGE: Final = "https://app.example.com"
ALLOW: Final = {"Access-Control-Allow-Origin": PAGE}


def flask_app() -> Any:
    flask = pytest.importorskip("flask")
    app = flask.Flask("shop")
    app.add_url_rule("/", view_func=lambda: ("hello", ALLOW))
    return app


def fastapi_app() -> Any:
    fastapi = pytest.importorskip("fastapi")
    app = fastapi.FastAPI()
    app.get("/")(lambda: fastapi.Response("hello", headers=ALLOW))
    return app


def starlette_app() -> Any:
    applications = pytest.importorskip("starlette.applications")
    from starlette.responses import PlainTextResponse
    from starlette.routing import Route

    return applications.Starlette(routes=[Route("/", lambda _: PlainTextResponse("hello", headers=ALLOW))])


def litestar_app() -> Any:
    litestar = pytest.importorskip("litestar")

    @litestar.get("/", media_type="text/plain", sync_to_thread=False)  # type: ignore[untyped-decorator]
    def hello() -> Any:
        return litestar.Response("hello", headers=ALLOW)

    return litestar.Litestar([hello])


def quart_app() -> Any:
    quart = pytest.importorskip("quart")
    app = quart.Quart("shop")

    async def hello() -> Any:
        return "hello", ALLOW

    app.add_url_rule("/", view_func=hello)
    return app


class FalconHello:
    def on_get(self, _: Any, response: Any) -> None:
        response.text = "hello"
        response.set_headers(ALLOW)


class AsyncFalconHello:
    async def on_get(self, _: Any, response: Any) -> None:
        response.text = "hello"
        response.set_headers(ALLOW)


def falcon_wsgi() -> Any:
    app = pytest.importorskip("falcon").App()
    app.add_route("/", FalconHello())
    return app


def falcon_asgi() -> Any:
    app = pytest.importorskip("falcon.asgi").App()
    app.add_route("/", AsyncFalconHello())
    return app


def bottle_app() -> Any:
    bottle = pytest.importorskip("bottle")
    app = bottle.Bottle()
    app.route("/", callback=lambda: bottle.HTTPResponse("hello", headers=ALLOW))
    return app


def pyramid_app() -> Any:
    config = pytest.importorskip("pyramid.config").Configurator()
    from pyramid.response import Response

    config.add_route("hello", "/")
    config.add_view(lambda _: Response("hello", headers=ALLOW), route_name="hello")
    return config.make_wsgi_app()


def cherrypy_app() -> Any:
    cherrypy = pytest.importorskip("cherrypy")

    class Root:
        @cherrypy.expose  # type: ignore[untyped-decorator]
        def index(self) -> str:
            cherrypy.response.headers.update(ALLOW)
            return "hello"

    return cherrypy.Application(Root())


def blacksheep_app() -> Any:
    blacksheep = pytest.importorskip("blacksheep")
    app = blacksheep.Application()

    @app.router.get("/")  # type: ignore[untyped-decorator]
    async def hello() -> Any:
        response = blacksheep.text("hello")
        response.add_header(b"access-control-allow-origin", PAGE.encode())
        return response

    return app


def sanic_app() -> Any:
    """
    Make one for each browser: an application of Sanic can be started once.
    """
    sanic = pytest.importorskip("sanic")
    sanic.Sanic.test_mode = True
    app = sanic.Sanic("shop", configure_logging=False)
    app.add_route(lambda _: sanic.text("hello", headers=ALLOW), "/")
    return app


APPLICATIONS: Final[list[Callable[[], Any]]] = [
    flask_app,
    fastapi_app,
    starlette_app,
    litestar_app,
    quart_app,
    falcon_wsgi,
    falcon_asgi,
    bottle_app,
    pyramid_app,
    cherrypy_app,
    blacksheep_app,
    sanic_app,
]


@pytest.mark.parametrize("make", APPLICATIONS, ids=lambda make: make.__name__)
def test_an_application_of_a_framework_answers_a_page(make: Callable[[], Any]) -> None:
    with Browser() as browser:
        browser.mount(API, factory=make)

        assert browser.open(PAGE).fetch(API).text() == "hello"
        block = browser.open("https://evil.example").fetch(API).block
        assert block is not None
        assert block.reason == "allow-origin-mismatch"


def test_an_application_of_aiohttp_answers_where_it_runs() -> None:
    web = pytest.importorskip("aiohttp.web")
    from aiohttp.test_utils import TestServer

    async def hello(_: Any) -> Any:
        return web.Response(text="hello", headers=ALLOW)

    async def ask() -> str:
        app = web.Application()
        app.router.add_get("/", hello)
        async with TestServer(app) as server, AsyncBrowser() as browser:
            browser.mount(API, server)
            return (await browser.open(PAGE).fetch(API)).text()

    assert asyncio.run(ask()) == "hello"


def test_an_application_of_tornado_answers_where_it_runs() -> None:
    """
    By the three lines that the error for a mounted one names.
    """
    tornado_web = pytest.importorskip("tornado.web")
    from tornado.httpserver import HTTPServer
    from tornado.testing import bind_unused_port

    handler: Any = tornado_web.RequestHandler

    class Hello(handler):  # type: ignore[misc]
        def get(self) -> None:
            self.set_header("Access-Control-Allow-Origin", PAGE)
            self.write("hello")

    async def ask() -> str:
        app = tornado_web.Application([("/", Hello)])
        with pytest.raises(TypeError, match="application of Tornado"):
            Browser().mount(API, app)
        socket, port = bind_unused_port()
        server = HTTPServer(app)
        server.add_sockets([socket])
        async with AsyncBrowser() as browser:
            browser.mount(API, f"http://127.0.0.1:{port}")
            text = (await browser.open(PAGE).fetch(API)).text()
        server.stop()
        return text

    assert asyncio.run(ask()) == "hello"
