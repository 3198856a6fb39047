"""
Audits of the packages that servers allow origins with: their known faults are found, and nothing is in sound use.

The versions are those that the faults were measured with; a later one may have mended them.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import aiohttp_cors
import fastapi
import flask
import flask_cors
import pytest
import starlette.applications
import starlette.responses
import starlette.routing
from aiohttp import web
from starlette.middleware.cors import CORSMiddleware

from browsercors.audits.audit import audit
from tests.explain.configurations.real_servers import _express
from tests.servers.applications.test_frameworks import configure_django, django_application

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from browsercors.audits.findings import AuditFinding, AuditReport

APP = "https://app.example.com"
OTHER = "https://admin.example.com"
NOT_KEPT = {"Cache-Control": "no-store"}
KEPT = {"Cache-Control": "max-age=60"}


def found(report: AuditReport) -> dict[str, str]:
    return {finding.code: finding.severity.value for finding in report.findings}


def finding(code: str, report: AuditReport) -> AuditFinding:
    return next(each for each in report.findings if each.code == code)


def flask_app(headers: dict[str, str] = NOT_KEPT, **options: Any) -> flask.Flask:
    app = flask.Flask("example")
    app.get("/")(lambda: ({}, headers))
    flask_cors.CORS(app, **{"allow_headers": ["Content-Type"], **options})
    return app


def fastapi_app(headers: dict[str, str] = NOT_KEPT, **options: Any) -> fastapi.FastAPI:
    app = fastapi.FastAPI()
    app.get("/")(lambda: fastapi.responses.JSONResponse({}, headers=headers))

    @app.get("/boom")
    def boom() -> None:
        raise ValueError("boom")

    app.add_middleware(CORSMiddleware, **options)
    return app


def starlette_app(**options: Any) -> starlette.applications.Starlette:
    def index(_: Any) -> starlette.responses.Response:
        return starlette.responses.PlainTextResponse("hello", headers=NOT_KEPT)

    app = starlette.applications.Starlette(routes=[starlette.routing.Route("/", index)])
    app.add_middleware(CORSMiddleware, **options)
    return app


def django_app(*, is_outermost: bool = True, **settings: Any) -> Any:
    configure_django()
    from django.http import JsonResponse
    from django.urls import path

    def item(_: Any) -> Any:
        return JsonResponse({}, headers=NOT_KEPT)

    middleware = ["corsheaders.middleware.CorsMiddleware", "django.middleware.common.CommonMiddleware"]
    settings["MIDDLEWARE"] = middleware if is_outermost else middleware[::-1]
    settings["ROOT_URLCONF"] = (path("", item), path("items/", item))
    return django_application(settings)


@contextlib.contextmanager
def aiohttp_server(headers: dict[str, str]) -> Iterator[str]:
    """
    Run an application of aiohttp on loopback, with aiohttp-cors for two origins.
    """

    async def index(_: web.Request) -> web.Response:
        return web.json_response({}, headers=headers)

    loop = asyncio.new_event_loop()
    app = web.Application()
    options: Any = aiohttp_cors.ResourceOptions(  # type: ignore[no-untyped-call]
        allow_credentials=True, allow_headers=("Content-Type",)
    )
    cors = aiohttp_cors.setup(app, defaults={APP: options, OTHER: options})
    cors.add(app.router.add_get("/", index))
    runner = web.AppRunner(app)

    async def start() -> int:
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port: int = runner.addresses[0][1]
        return port

    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{asyncio.run_coroutine_threadsafe(start(), loop).result(10)}"
    finally:
        asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


# Sound use: nothing is found.


SOUND: dict[str, Callable[[], Any]] = {
    "flask-cors": lambda: flask_app(origins=[APP], supports_credentials=True),
    "FastAPI": lambda: fastapi_app(allow_origins=[APP], allow_credentials=True, allow_methods=["PUT"]),
    "Starlette": lambda: starlette_app(allow_origins=[APP], allow_methods=["PUT"]),
    "django-cors-headers": lambda: django_app(CORS_ALLOWED_ORIGINS=[APP], CORS_ALLOW_CREDENTIALS=True),
}


@pytest.mark.parametrize("name", SOUND)
@pytest.mark.parametrize("is_said", [True, False])
def test_nothing_is_found_in_sound_use(name: str, is_said: bool) -> None:
    meant: Any = {"allowed_origins": [APP], "methods": ["PUT"]} if is_said else {}
    report = audit(SOUND[name](), paths=["/"], **meant)

    assert {} == found(report)
    assert () == report.problems
    assert report.is_complete


def test_nothing_is_found_in_sound_use_of_aiohttp_cors() -> None:
    with aiohttp_server(NOT_KEPT) as url:
        report = audit(url, allowed_origins=[APP, OTHER], budget=1500)

    # NB: error answers of aiohttp's router are made outside of aiohttp-cors, whatever its use.
    assert {"error-without-headers": "info"} == found(report)
    assert () == report.at_least("low")
    assert report.is_complete


# Known faults, by package and version.


def test_flask_cors_6_0_5_matches_the_beginning_of_an_origin_only() -> None:
    assert "6.0.5" <= version("flask-cors")
    report = audit(flask_app(origins=[r"https://.*\.example\.com"], supports_credentials=True), allowed_origins=[APP])

    assert {"substring": "high", "subdomain": "medium"} == found(report)
    assert f"{APP}.attacker.example" in finding("substring", report).origins


def test_flask_cors_6_0_5_sends_no_vary_to_a_foreign_origin() -> None:
    report = audit(flask_app(KEPT, origins=[APP]), allowed_origins=[APP])
    blocked, stored = finding("missing-vary", report).proof[:2]

    assert {"missing-vary": "low"} == found(report)
    assert (APP, False) == (blocked.page_origin, blocked.readable)
    assert "vary" not in stored.exchanges[-1].response_headers
    assert APP != stored.page_origin


def test_flask_cors_6_0_5_gives_a_fixed_origin_to_requests_without_one() -> None:
    report = audit(flask_app(KEPT, origins=[APP, OTHER]), allowed_origins=[APP, OTHER])
    blocked, stored = finding("fixed-origin", report).proof
    answer = stored.exchanges[-1]

    assert {"missing-vary": "low", "fixed-origin": "info"} == found(report)
    assert "origin" not in answer.request_headers
    assert answer.response_headers["access-control-allow-origin"] in {APP, OTHER} - {blocked.page_origin}


def test_starlette_1_10_0_returns_every_origin_for_a_wildcard_with_credentials() -> None:
    assert version("starlette").startswith("1.")
    report = audit(starlette_app(allow_origins=["*"], allow_credentials=True))

    assert {"any-origin-credentials": "critical"} == found(report)


def test_starlette_1_10_0_sends_a_500_without_headers() -> None:
    report = audit(fastapi_app(allow_origins=[APP]), allowed_origins=[APP], paths=["/", "/boom"])

    assert {"error-without-headers": "info"} == found(report)
    assert ("/boom",) == report.findings[0].paths
    assert 500 == report.findings[0].proof[0].exchanges[-1].status


def test_the_routes_of_an_application_are_audited_without_being_named() -> None:
    report = audit(lambda: fastapi_app(allow_origins=[APP]), allowed_origins=[APP])

    assert ("/", "/boom") == report.paths
    assert {"error-without-headers": "info"} == found(report)
    assert ("/boom",) == report.findings[0].paths


def test_starlette_1_10_0_takes_a_dot_for_any_character() -> None:
    report = audit(
        fastapi_app(allow_origin_regex=r"https://app\.example.com", allow_credentials=True),
        allowed_origins=[APP],
        paths=["/"],
    )

    assert {"unescaped-dot": "low"} == found(report)
    assert ("https://app.examplexcom",) == report.findings[0].origins


def test_django_cors_headers_4_9_0_matches_the_beginning_of_an_origin_only() -> None:
    assert version("django-cors-headers").startswith("4.")
    app = django_app(CORS_ALLOWED_ORIGIN_REGEXES=[r"^https://app\.example\.com"], CORS_ALLOW_CREDENTIALS=True)

    assert {"prefix": "high"} == found(audit(app, allowed_origins=[APP], paths=["/"]))


def test_django_cors_headers_4_9_0_below_the_common_middleware_leaves_redirects_without_headers() -> None:
    app = django_app(is_outermost=False, CORS_ALLOWED_ORIGINS=[APP])
    report = audit(app, allowed_origins=[APP], paths=["/items/"])

    assert {"redirect-without-headers": "info"} == found(report)
    assert ("/items",) == report.findings[0].paths


def test_aiohttp_cors_0_8_1_sends_no_vary() -> None:
    assert version("aiohttp-cors").startswith("0.8.")
    with aiohttp_server(KEPT) as url:
        report = audit(url, allowed_origins=[APP, OTHER], budget=1500)

    assert "low" == found(report)["missing-vary"]
    assert (APP, OTHER) == finding("missing-vary", report).origins


EXPRESS_APP = """
const cors = require("cors");
const allowed = ["https://app.example.com", "https://admin.example.com"];
app.use((request, response, next) => { response.set("Cache-Control", "CACHE"); next(); });
"""
BY_FUNCTION = """
app.use(cors((request, done) => {
  const origin = request.get("Origin");
  done(null, {origin: allowed.includes(origin) && origin, allowedHeaders: ["Content-Type"]});
}));
"""
BY_LIST = "app.use(cors({origin: allowed, allowedHeaders: ['Content-Type']}));"


def test_express_cors_2_8_5_with_a_function_sends_no_vary_for_a_foreign_origin(tmp_path: Path) -> None:
    texts = [
        {"app.js": EXPRESS_APP.replace("CACHE", "max-age=60") + BY_FUNCTION},
        {"app.js": EXPRESS_APP.replace("CACHE", "max-age=60") + BY_LIST},
    ]
    arguments: dict[str, Any] = {"allowed_origins": [APP, OTHER], "paths": ["/items/7"], "budget": 1500}
    with _express(texts, tmp_path) as (by_function, by_list):
        report = audit(by_function, **arguments)
        sound = audit(by_list, **arguments)

    assert "low" == found(report)["missing-vary"]
    assert {} == found(sound)
