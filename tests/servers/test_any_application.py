"""
What can be mounted: applications, their names and factories, and the URLs and servers of other libraries.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

import httpx
import pytest
import yarl
from aiohttp import web
from aiohttp.test_utils import TestServer
from flask import Flask

from browsercors import AsyncBrowser, Browser

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

API: Final = "https://api.example.com"
PAGE: Final = "https://app.example.com"

SHOP: Final = """
from flask import Flask

app = Flask("shop")

@app.get("/")
def hello():
    return "hello", {"Access-Control-Allow-Origin": "*"}

def create_app():
    return app

def broken():
    raise LookupError("no database")
"""


@pytest.fixture(autouse=True)
def _shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "shop_by_name.py").write_text(SHOP)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))


@pytest.mark.parametrize("name", ["shop_by_name:app", "shop_by_name:create_app()"])
def test_an_application_can_be_mounted_by_its_name(name: str) -> None:
    browser = Browser()
    browser.mount(API, name)

    assert browser.open(PAGE).fetch(API).text() == "hello"


def test_a_factory_is_called_for_each_browser() -> None:
    made: list[object] = []

    def create_app() -> Flask:
        app = Flask("made")
        app.add_url_rule("/", view_func=lambda: ("made", {"Access-Control-Allow-Origin": "*"}))
        made.append(app)
        return app

    for _ in range(2):
        browser = Browser()
        browser.mount(API, factory=create_app)
        assert browser.open(PAGE).fetch(API).text() == "made"
    assert len(made) == 2


def asgi(scope: Any, receive: Any, send: Any) -> None:
    """
    Take what an ASGI application takes.
    """


def create_app() -> Flask:
    return Flask("made")


WRONG: Final[list[tuple[Callable[[], dict[str, Any]], str]]] = [
    (lambda: {"target": "shop_by_name:ap"}, "target: module 'shop_by_name' has no attribute 'ap'; did you mean app?"),
    (lambda: {"target": "shop_by_name:broken()"}, "target: calling broken\\(\\) .* raised LookupError: no database"),
    (lambda: {"target": "no_such_shop:app"}, "target: there is no module 'no_such_shop'"),
    (lambda: {"target": create_app}, "write factory=create_app, or mount what create_app\\(\\) returns"),
    (lambda: {"target": type("Shop", (), {})}, "target is the class Shop, and no application; write factory=Shop"),
    (lambda: {"target": web.Application()}, "application of aiohttp.* run it and mount its URL:\n    server = aiohttp"),
    (dict, "give target.* factory.* not neither"),
    (lambda: {"target": asgi, "factory": create_app}, "give target.* factory.* not both"),
    (lambda: {"factory": 1}, "factory has to be a function that returns an application, not 1"),
    (lambda: {"factory": lambda: None}, "target has to be a WSGI or ASGI application"),
    (lambda: {"target": TestServer(web.Application())}, "target does not run yet; write `await server.start_server"),
]


@pytest.mark.parametrize(("arguments", "message"), WRONG, ids=[message for _, message in WRONG])
def test_what_is_no_application_is_told_what_to_write(arguments: Callable[[], dict[str, Any]], message: str) -> None:
    with pytest.raises((TypeError, ValueError), match=message):
        Browser().mount(API, **arguments())


def test_applications_of_tornado_and_robyn_are_known_by_name() -> None:
    """
    By the package and the name of their class, as they are not installed for it.
    """
    for package, name, said in (("tornado.web", "Application", "Tornado"), ("robyn", "Robyn", "Robyn")):
        app = type(name, (), {"__module__": package, "__call__": lambda *_: None})()

        with pytest.raises(TypeError, match=f"application of {said}, which speaks neither"):
            Browser().mount(API, app)


async def hello(_: web.Request) -> web.Response:
    return web.Response(text="hello", headers={"Access-Control-Allow-Origin": "*"})


@pytest.mark.parametrize("form", ["server", "yarl", "httpx"])
def test_a_test_server_of_aiohttp_and_urls_of_other_libraries_are_mounted(form: str) -> None:
    async def ask() -> tuple[str, str]:
        app = web.Application()
        app.router.add_get("/", hello)
        async with TestServer(app) as server, AsyncBrowser() as browser:
            url = server.make_url("/")
            browser.mount(API, {"server": server, "yarl": url, "httpx": httpx.URL(str(url))}[form])
            page = browser.open(yarl.URL(PAGE))  # type: ignore[arg-type]
            by_text = await page.fetch(API)
            by_url = await page.fetch(yarl.URL(API))  # type: ignore[arg-type]
        return by_text.text(), by_url.text()

    assert asyncio.run(ask()) == ("hello", "hello")


def test_a_sync_browser_that_stops_the_loop_of_its_server_is_told() -> None:
    async def ask() -> str:
        app = web.Application()
        app.router.add_get("/", hello)
        async with TestServer(app) as server:
            browser = Browser()
            browser.mount(API, server, timeout=0.2)
            return browser.open(PAGE).fetch(API).explain()

    said = " ".join(asyncio.run(ask()).split())

    assert "a Browser stops the event loop in which it is used: if the server runs in it, use AsyncBrowser" in said
