"""
The CORS middlewares of today, as they are installed: what is wrong with them is found, what is right passes.

Each fault is one that was measured; its row says which package, and the version that the row was written with.
"""

from __future__ import annotations

import logging
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import fastapi
import flask
import flask_cors
import pytest
from fastapi.middleware.cors import CORSMiddleware

from browsercors import Policy, check_laws, find_broken_laws, find_violations, subdomains_of
from tests.explain.configurations.real_servers import START
from tests.servers.applications.test_frameworks import configure_django, django_application

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

APP = "https://app.example.com"
POLICY = Policy(
    origins=[APP],
    methods=["GET", "HEAD", "POST", "PUT"],
    headers=["Content-Type"],
    expose=["X-Total"],
    credentials=True,
    max_age=600,
)
SUBDOMAINS = POLICY.evolve(origins=[subdomains_of("https://example.com")])

PACKAGES = [
    # package                 version of these rows
    ("flask-cors", "6.0.5"),
    ("django-cors-headers", "4.9.0"),
    ("aiohttp-cors", "0.8.1"),
    ("starlette", "1.10.0"),
]


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def flask_app(**options: Any) -> flask.Flask:
    app = flask.Flask("example")
    app.add_url_rule("/", view_func=lambda: ({}, {"X-Total": "3", "X-Secret": "1"}), methods=["GET", "POST", "PUT"])
    flask_cors.CORS(app, **options)
    return app


FLASK_RIGHT = {
    "origins": APP,
    "methods": ["GET", "HEAD", "POST", "PUT"],
    "allow_headers": ["Content-Type"],
    "expose_headers": ["X-Total"],
    "supports_credentials": True,
    "max_age": 600,
}


def starlette_app(**options: Any) -> fastapi.FastAPI:
    app = fastapi.FastAPI()

    @app.api_route("/", methods=["GET", "POST", "PUT"])
    def root(response: fastapi.Response) -> Any:
        response.headers["X-Total"] = "3"
        return {}

    @app.get("/boom")
    def boom() -> Any:
        raise ValueError("boom")

    app.add_middleware(CORSMiddleware, **options)
    return app


STARLETTE_RIGHT: dict[str, Any] = {
    "allow_origins": [APP],
    "allow_methods": ["GET", "HEAD", "POST", "PUT"],
    "allow_headers": ["Content-Type"],
    "expose_headers": ["X-Total"],
    "allow_credentials": True,
    "max_age": 600,
}

CORS_FIRST = ["corsheaders.middleware.CorsMiddleware", "django.middleware.common.CommonMiddleware"]


def django_app(**options: Any) -> Any:
    configure_django()
    from django.http import JsonResponse
    from django.urls import path

    def item(request: Any) -> Any:
        return JsonResponse({}, headers={"X-Total": "3"})

    settings = {
        "INSTALLED_APPS": ["corsheaders"],
        "MIDDLEWARE": CORS_FIRST,
        "ROOT_URLCONF": (path("", item), path("items/", item)),
        **options,
    }
    return django_application(settings)


DJANGO_RIGHT: dict[str, Any] = {
    "CORS_ALLOWED_ORIGINS": [APP],
    "CORS_ALLOW_METHODS": ["GET", "HEAD", "POST", "PUT"],
    "CORS_ALLOW_HEADERS": ["content-type"],
    "CORS_EXPOSE_HEADERS": ["X-Total"],
    "CORS_ALLOW_CREDENTIALS": True,
    "CORS_PREFLIGHT_MAX_AGE": 600,
}


@pytest.fixture
def aiohttp_url() -> Iterator[Callable[[list[str]], str]]:
    """
    Serve aiohttp applications with aiohttp-cors on loopback: the list says which origins are allowed.
    """
    import asyncio
    import threading

    import aiohttp_cors
    from aiohttp import web

    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    runners = []

    async def start(origins: list[str]) -> str:
        async def item(request: web.Request) -> web.Response:
            return web.json_response({}, headers={"X-Total": "3"})

        app = web.Application()
        options = aiohttp_cors.ResourceOptions(  # type: ignore[no-untyped-call]
            allow_credentials=True,
            allow_methods=["GET", "POST", "PUT"],
            allow_headers=["Content-Type"],
            expose_headers=["X-Total"],
            max_age=600,
        )
        cors = aiohttp_cors.setup(app, defaults=dict.fromkeys(origins, options))
        resource = cors.add(app.router.add_resource("/"))
        for method in ("GET", "POST", "PUT"):
            cors.add(resource.add_route(method, item))
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        runners.append(runner)
        return f"http://127.0.0.1:{runner.addresses[0][1]}"

    yield lambda origins: asyncio.run_coroutine_threadsafe(start(origins), loop).result(10)
    for runner in runners:
        asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)
    loop.close()


def names(found: Any) -> set[str]:
    return {f"{violation.kind.value} {violation.code}".strip() for violation in found}


@pytest.mark.parametrize(("package", "written_with"), PACKAGES)
def test_the_packages_are_those_of_today(package: str, written_with: str) -> None:
    # NB: a later version may have mended what is found here; then its row goes to those that are right.
    assert version(package).split(".")[0] == written_with.split(".")[0]


RIGHT_APPS = [
    ("flask-cors", lambda: flask_app(**FLASK_RIGHT)),
    ("starlette", lambda: starlette_app(**STARLETTE_RIGHT)),
    ("django-cors-headers", lambda: django_app(**DJANGO_RIGHT)),
]


@pytest.mark.parametrize(("package", "app"), RIGHT_APPS, ids=[package for package, _ in RIGHT_APPS])
def test_in_a_right_configuration_nothing_is_found(package: str, app: Callable[[], Any]) -> None:
    # NB: an application that raises is a row of its own.
    assert () == find_violations(app(), POLICY, paths=["/"])


def test_in_a_right_aiohttp_cors_nothing_is_found(aiohttp_url: Callable[[list[str]], str]) -> None:
    # NB: its 404 has no headers, which is a row of its own, and a HEAD needs a route of its own.
    policy = POLICY.evolve(methods=["GET", "POST", "PUT"])
    methods = ["GET", "POST", "PUT", "DELETE"]
    found = find_violations(aiohttp_url([APP]), policy, unknown_path=False, methods=methods, budget=8000)

    assert () == found


EXPRESS_RIGHT = (
    'origin: ["https://app.example.com"], credentials: true, methods: "GET,HEAD,POST,PUT", '
    'allowedHeaders: "Content-Type", exposedHeaders: "X-Total", maxAge: 600'
)


def test_in_a_right_express_cors_nothing_is_found(tmp_path: Path) -> None:
    text = f'app.use(require("cors")({{{EXPRESS_RIGHT}}}));'
    with START["express"]([{"app.js": text}], tmp_path) as [url]:
        assert () == find_violations(url, POLICY, paths=["/items/7"], budget=8000)


# flask-cors 6.0.5


def test_flask_cors_matches_regular_expressions_from_the_start_only() -> None:
    app = flask_app(**{**FLASK_RIGHT, "origins": r"https://\w+\.example\.com"})

    found = find_violations(app, SUBDOMAINS, browsers=["chromium"], max_examples=0)

    assert "credentialed-read prefix" in names(found)


def test_flask_cors_with_an_end_and_escaped_dots_passes() -> None:
    app = flask_app(**{**FLASK_RIGHT, "origins": r"^https://([\w-]+\.)+example\.com$"})

    assert () == find_violations(app, SUBDOMAINS)


def test_flask_cors_says_nothing_of_vary_to_a_foreign_origin() -> None:
    found = find_broken_laws(flask_app(**FLASK_RIGHT), allowed_origins=[APP], caches=["varnish"])

    assert "order-matters refused after a page of another origin that cannot read" in names(found)


def test_flask_cors_has_one_answer_without_origin_that_fits_nobody_with_credentials() -> None:
    found = find_broken_laws(flask_app(supports_credentials=True), allowed_origins=[APP], caches=["varnish"])

    assert "order-matters refused after a request without Origin" in names(found)


# django-cors-headers 4.9.0


def test_django_cors_headers_matches_regular_expressions_from_the_start_only() -> None:
    regexes = {"CORS_ALLOWED_ORIGINS": [], "CORS_ALLOWED_ORIGIN_REGEXES": [r"^https://\w+\.example\.com"]}
    app = django_app(**{**DJANGO_RIGHT, **regexes})
    found = find_violations(app, SUBDOMAINS, browsers=["chromium"], max_examples=0)

    assert "credentialed-read prefix" in names(found)


def test_django_redirects_to_a_slash_without_headers_where_cors_comes_last() -> None:
    wrong = django_app(**DJANGO_RIGHT, MIDDLEWARE=CORS_FIRST[::-1])
    right = django_app(**DJANGO_RIGHT)

    assert "refused allow-origin-missing" in names(
        find_violations(wrong, POLICY, paths=["/items/"], browsers=["chromium"], max_examples=0)
    )
    assert () == find_violations(
        right, POLICY, paths=["/items/"], methods=["GET", "HEAD"], max_examples=0, browsers=["webkit"]
    )


# aiohttp-cors 0.8.1


def test_aiohttp_cors_says_nothing_of_vary(aiohttp_url: Callable[[list[str]], str]) -> None:
    origins = [APP, "https://shop.example.org"]
    found = find_broken_laws(
        aiohttp_url(origins), allowed_origins=origins, methods=["GET"], browsers=["chromium"], caches=["varnish"]
    )

    assert "order-matters refused after a page of another origin that can read" in names(found)


def test_aiohttp_cors_hides_that_nothing_is_there(aiohttp_url: Callable[[list[str]], str]) -> None:
    found = find_violations(aiohttp_url([APP]), POLICY, methods=["GET"], browsers=["chromium"], budget=100)

    assert "refused allow-origin-missing on an error" in names(found)


# starlette 1.10.0


def test_starlette_hides_the_errors_of_an_application_that_raises() -> None:
    found = find_violations(starlette_app(**STARLETTE_RIGHT), POLICY, paths=["/boom"], max_examples=0)

    assert {"refused allow-origin-missing on an error"} == names(found)


def test_starlette_reflects_every_origin_for_a_wildcard_with_credentials() -> None:
    app = starlette_app(**{**STARLETTE_RIGHT, "allow_origins": ["*"]})

    assert {"credentialed-read any", "read any", "sent any"} == names(
        find_violations(app, POLICY, paths=["/"], max_examples=0)
    )


# cors 2.8.5 for Express


def test_express_cors_with_a_function_says_nothing_of_vary_to_a_foreign_origin(tmp_path: Path) -> None:
    text = 'app.use(require("cors")({origin: (origin, done) => done(null, origin === "https://app.example.com")}));'
    with START["express"]([{"app.js": text}], tmp_path) as [url]:
        found = find_broken_laws(
            url, allowed_origins=[APP], paths=["/items/7"], browsers=["chromium"], caches=["varnish"]
        )

    assert "order-matters refused after a page of another origin that cannot read" in names(found)


# Right set-ups break no law through a cache that nobody named.


def litestar_app() -> Any:
    from litestar import Litestar, get
    from litestar.config.cors import CORSConfig

    @get("/", sync_to_thread=False)
    def root() -> dict[str, str]:
        return {}

    config = CORSConfig(
        allow_origins=[APP], allow_credentials=True, allow_methods=["GET"], allow_headers=["Content-Type"]
    )
    return Litestar([root], cors_config=config, openapi_config=None)


def hand_written_app() -> flask.Flask:
    app = flask.Flask("example")
    app.add_url_rule("/", view_func=dict, methods=["GET", "POST", "PUT"])

    @app.after_request
    def allow(response: flask.Response) -> flask.Response:
        response.vary.add("Origin")
        if flask.request.headers.get("Origin") == APP:
            response.headers["Access-Control-Allow-Origin"] = APP
            response.headers["Access-Control-Allow-Methods"] = "GET, PUT"
        return response

    return app


RIGHT: dict[str, Callable[[], Any]] = {
    "flask-cors": lambda: flask_app(**FLASK_RIGHT),
    "flask-cors, everybody": lambda: flask_app(),
    "flask-cors, defaults": lambda: flask_app(origins=[APP], supports_credentials=True),
    "FastAPI": lambda: starlette_app(**STARLETTE_RIGHT),
    "FastAPI, all methods and headers": lambda: starlette_app(
        allow_origins=[APP], allow_credentials=True, allow_methods=["*"], allow_headers=["*"]
    ),
    "django-cors-headers": lambda: django_app(**DJANGO_RIGHT),
    "Litestar": litestar_app,
    "by hand": hand_written_app,
}


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_set_up_breaks_no_law(name: str) -> None:
    report = check_laws(RIGHT[name](), paths=["/"], allowed_origins=[APP], browsers=["chromium", "firefox"])

    assert ((), ()) == (report.violations, report.not_tried)


def test_a_right_live_server_breaks_no_law(aiohttp_url: Callable[[list[str]], str]) -> None:
    origins = [APP, "https://shop.example.org"]
    report = check_laws(aiohttp_url(origins), allowed_origins=origins, browsers=["chromium"])

    assert ((), ()) == (report.violations, report.not_tried)
    assert report.requests <= 600
