"""
The test clients of frameworks as pages.
"""

from __future__ import annotations

import asyncio
import contextlib
import warnings
from typing import TYPE_CHECKING, Any, Final

import flask
import httpx
import pytest
from fastapi import FastAPI, Request
from flask_cors import CORS
from starlette.middleware.cors import CORSMiddleware

from browsercors import AsyncBrowser, Browser, CORSBlocked, FetchBlocked, as_page

with warnings.catch_warnings():
    # NB: newer releases of Starlette say which client they would rather have.
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

APP: Final = "https://app.example.com"
EVIL: Final = "https://evil.example"
started: list[str] = []


@contextlib.asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    started.append("once")
    yield


def make_fastapi() -> FastAPI:
    app = FastAPI(lifespan=lifespan)

    @app.put("/items/{number}")
    async def update(number: int, request: Request) -> dict[str, Any]:
        return {"number": number, "json": await request.json(), "cookie": request.headers.get("cookie")}

    @app.get("/fault")
    async def fault() -> None:
        raise LookupError("a fault of the application")

    app.add_middleware(CORSMiddleware, allow_origins=[APP], allow_methods=["PUT"], allow_headers=["content-type"])
    return app


def make_flask() -> flask.Flask:
    app = flask.Flask("shop")
    CORS(app, origins=APP)

    @app.put("/items/<int:number>")
    def update(number: int) -> dict[str, Any]:
        return {"number": number, "json": flask.request.json, "cookie": flask.request.headers.get("cookie")}

    return app


def make_django() -> Any:
    import django
    from django.conf import settings
    from django.http import JsonResponse
    from django.test import Client
    from django.urls import path

    if not settings.configured:
        settings.configure()
        django.setup()

    def update(request: Any, number: int) -> Any:
        import json

        if request.method == "OPTIONS":
            response = JsonResponse({})
            response["Access-Control-Allow-Methods"] = "PUT"
            response["Access-Control-Allow-Headers"] = "content-type"
        else:
            cookie = request.headers.get("cookie")
            response = JsonResponse({"number": number, "json": json.loads(request.body), "cookie": cookie})
        response["X-Hidden"] = "1"
        response.set_cookie("session", "django")
        if request.headers.get("Origin") == APP:
            response["Access-Control-Allow-Origin"] = APP
        return response

    urls = type("urls", (), {"urlpatterns": [path("items/<int:number>", update)]})
    settings.ROOT_URLCONF, settings.ALLOWED_HOSTS, settings.MIDDLEWARE = urls, ["testserver"], []
    return Client()


def starlette_client() -> Any:
    return TestClient(make_fastapi(), headers={"Cookie": "session=client"})


def flask_client() -> Any:
    client = make_flask().test_client()
    client.set_cookie("session", "client")
    return client


CLIENTS: Final[dict[str, tuple[Callable[[], Any], dict[str, Any], Callable[[Any], Any]]]] = {
    # client: how it is made, how it is given JSON, and how its JSON is read
    "FastAPI": (starlette_client, {"json": {"a": 1}}, lambda response: response.json()),
    "Flask": (flask_client, {"json": {"a": 1}}, lambda response: response.json),
    "Django": (
        make_django,
        {"data": {"a": 1}, "content_type": "application/json"},
        lambda response: response.json(),
    ),
}


@pytest.mark.parametrize("name", CLIENTS)
def test_the_tests_of_an_api_run_as_a_page_s(name: str) -> None:
    make, arguments, read = CLIENTS[name]
    client = as_page(make(), APP)

    response = client.put("/items/7", **arguments)

    assert response.status_code == 200
    assert read(response) == {"number": 7, "json": {"a": 1}, "cookie": None}
    assert "X-Hidden" not in response.headers


@pytest.mark.parametrize("name", CLIENTS)
def test_what_a_page_may_not_read_is_raised(name: str) -> None:
    make, arguments, _ = CLIENTS[name]
    client = as_page(make(), EVIL)

    with pytest.raises(CORSBlocked, match="Access-Control-Allow-Origin") as caught:
        client.put("/items/7", **arguments)

    assert [exchange.method for exchange in caught.value.result.exchanges] == ["OPTIONS"]


@pytest.mark.parametrize("name", CLIENTS)
def test_a_browser_that_is_there_asks_and_its_cookies_count(name: str) -> None:
    make, arguments, _ = CLIENTS[name]
    with Browser("firefox") as browser:
        browser.set_cookie("session", "browser", domain="api.example.com")
        client = as_page(make(), APP, browser=browser, url="https://api.example.com", credentials="omit")
        if name == "Django":
            from django.conf import settings

            settings.ALLOWED_HOSTS = ["api.example.com"]

        response = client.put("/items/7", **arguments)

    assert response.status_code == 200


def test_a_test_client_starts_its_application_once() -> None:
    started.clear()
    with as_page(TestClient(make_fastapi()), APP) as client:
        client.put("/items/7", json=1)
        client.put("/items/7", json=1)

    assert started == ["once"]


def test_what_an_application_raises_is_raised_as_the_client_does() -> None:
    with pytest.raises(LookupError, match="a fault of the application"):
        as_page(TestClient(make_fastapi()), APP).get("/fault")


def test_an_async_client_asks_as_a_page() -> None:
    async def ask() -> tuple[Any, list[str]]:
        async with AsyncBrowser() as browser:
            transport = httpx.ASGITransport(make_fastapi())
            client = httpx.AsyncClient(transport=transport, base_url="http://testserver")
            async with as_page(client, APP, browser=browser) as asking:
                response = await asking.put("/items/7", json=[1])
                with pytest.raises(FetchBlocked, match="nothing is mounted"):
                    await asking.get("https://elsewhere.example/")
        result = response.extensions["browsercors"]
        return response.json(), [exchange.method for exchange in result.exchanges]

    assert asyncio.run(ask()) == ({"number": 7, "json": [1], "cookie": None}, ["OPTIONS", "PUT"])


def test_a_client_whose_transport_fails_has_a_connection_that_fails() -> None:
    def fail(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("too slow", request=request)

    client = as_page(httpx.Client(transport=httpx.MockTransport(fail)), APP, url="https://api.example.com")

    with pytest.raises(FetchBlocked) as caught:
        client.get("/")
    assert caught.value.block is not None
    assert caught.value.block.reason == "timed-out"


WRONG: Final = [
    (lambda: as_page(object(), APP), "client has to be the test client of"),
    (lambda: as_page(make_flask().test_client(), None), "page has to be a str"),  # type: ignore[arg-type]
    (lambda: as_page(make_flask().test_client(), APP, browser=AsyncBrowser()), "browser has to be a Browser"),
    (lambda: as_page(make_flask().test_client(), APP, browser="Chrome"), "browser has to be one of"),  # type: ignore[arg-type]
    (lambda: as_page(make_flask().test_client(), APP, url="api"), "url has to be an origin"),
    (lambda: as_page(make_flask().test_client(), APP, mode="none"), "mode has to be one of"),  # type: ignore[arg-type]
]


@pytest.mark.parametrize(("call", "message"), WRONG, ids=[message for _, message in WRONG])
def test_a_wrong_argument_is_named(call: Callable[[], Any], message: str) -> None:
    with pytest.raises((TypeError, ValueError), match=message):
        call()
