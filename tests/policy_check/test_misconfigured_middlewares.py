"""
Ten CORS middlewares, each wrongly configured once: what a page gains by it is found with the defaults of a check.

Those that the package does not need for its own tests are skipped where they are not installed.
"""

from __future__ import annotations

import asyncio
import logging
import re
import threading
from typing import TYPE_CHECKING, Any, Final

import pytest

from browsercors import (
    Policy,
    aiohttp_cors_defaults,
    falcon_defaults,
    find_violations,
    quart_cors_defaults,
    sanic_ext_defaults,
    subdomains_of,
)
from tests.policy_check.test_middlewares import django_app, flask_app, starlette_app

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

APP: Final = "https://app.example.com"
LISTED: Final = Policy(origins=[APP], credentials=True)
SUBDOMAINS: Final = Policy(origins=[subdomains_of("https://example.com")], credentials=True)


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def litestar_app(**options: Any) -> Any:
    from litestar import Litestar, get
    from litestar.config.cors import CORSConfig

    @get("/")
    async def root() -> dict[str, str]:
        return {"name": "Ada"}

    return Litestar([root], cors_config=CORSConfig(**options), openapi_config=None)


def quart_app(**options: Any) -> Any:
    quart_cors = pytest.importorskip("quart_cors", reason="quart-cors is not installed")
    from quart import Quart

    application = Quart("example")

    async def root() -> dict[str, str]:
        return {"name": "Ada"}

    application.add_url_rule("/", "root", root, methods=["GET", "PUT"])
    return quart_cors.cors(application, **options)


def falcon_app(**options: Any) -> Any:
    falcon = pytest.importorskip("falcon", reason="Falcon is not installed")

    class Root:
        def on_get(self, request: Any, response: Any) -> None:
            response.media = {"name": "Ada"}

        def on_put(self, request: Any, response: Any) -> None:
            response.media = {"name": "Ada"}

    application = falcon.App(middleware=falcon.CORSMiddleware(**options))
    application.add_route("/", Root())
    return application


def sanic_app(**options: Any) -> Any:
    pytest.importorskip("sanic_ext", reason="Sanic Extensions are not installed")
    from sanic import Sanic, json
    from sanic_ext import Extend

    # NB: only then can there be more than one application in a process.
    Sanic.test_mode = True
    application: Any = Sanic(f"example-{id(options)}")
    application.config.update({f"CORS_{name.upper()}": value for name, value in options.items()})
    Extend(application)

    async def root(request: Any) -> Any:
        return json({"name": "Ada"})

    application.add_route(root, "/", methods=["GET", "PUT"])
    return application


def blacksheep_app(**options: Any) -> Any:
    blacksheep = pytest.importorskip("blacksheep", reason="BlackSheep is not installed")

    application = blacksheep.Application()
    application.use_cors(**options)
    application.router.add_get("/", lambda: blacksheep.text("Ada"))
    return application


def aiohttp_app(**options: Any) -> Any:
    aiohttp_cors = pytest.importorskip("aiohttp_cors", reason="aiohttp-cors is not installed")
    from aiohttp import web

    async def root(request: Any) -> Any:
        return web.json_response({"name": "Ada"})

    application = web.Application()
    cors = aiohttp_cors.setup(
        application, defaults={origin: aiohttp_cors.ResourceOptions(**given) for origin, given in options.items()}
    )
    resource = cors.add(application.router.add_resource("/"))
    for method in ("GET", "PUT"):
        cors.add(resource.add_route(method, root))
    return application


@pytest.fixture
def served() -> Iterator[Callable[[Any], str]]:
    """
    Serve applications of aiohttp on loopback.
    """
    from aiohttp import web

    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    runners: list[Any] = []

    async def start(application: Any) -> str:
        runner = web.AppRunner(application)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        runners.append(runner)
        return f"http://127.0.0.1:{runner.addresses[0][1]}"

    yield lambda application: asyncio.run_coroutine_threadsafe(start(application), loop).result(10)
    for runner in runners:
        asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)
    loop.close()


WRONG: list[tuple[str, Callable[[], Any], Policy, str]] = [
    # middleware             wrong configuration, the policy it was meant to keep, and what is found
    (
        "flask-cors, no end",
        lambda: flask_app(origins=r"https://\w+\.example\.com", supports_credentials=True),
        SUBDOMAINS,
        "credentialed-read prefix",
    ),
    (
        "django-cors-headers, no end",
        lambda: django_app(CORS_ALLOWED_ORIGIN_REGEXES=[r"^https://\w+\.example\.com"], CORS_ALLOW_CREDENTIALS=True),
        SUBDOMAINS,
        "credentialed-read prefix",
    ),
    (
        "starlette, no dot before the domain",
        lambda: starlette_app(allow_origin_regex=r"https://.*example\.com", allow_credentials=True),
        SUBDOMAINS,
        "credentialed-read suffix",
    ),
    (
        "fastapi, reflects",
        lambda: starlette_app(allow_origins=["*"], allow_credentials=True),
        LISTED,
        "credentialed-read any",
    ),
    (
        "litestar, dots not escaped",
        lambda: litestar_app(allow_origin_regex=r"https://app.example.com", allow_credentials=True, allow_origins=[]),
        LISTED,
        "credentialed-read unescaped-dot",
    ),
    (
        "quart-cors, no end",
        lambda: quart_app(allow_origin=[re.compile(r"https://app\.example\.com")], allow_credentials=True),
        LISTED,
        "credentialed-read prefix",
    ),
    (
        "falcon, everyone",
        lambda: falcon_app(allow_origins="*", allow_credentials="*"),
        LISTED,
        "credentialed-read any",
    ),
    (
        "sanic-ext, no end",
        lambda: sanic_app(origins=[re.compile(r"https://app\.example\.com")], supports_credentials=True),
        LISTED,
        "credentialed-read prefix",
    ),
    (
        "blacksheep, null",
        lambda: blacksheep_app(allow_origins=f"{APP} null", allow_methods="GET PUT", allow_credentials=True),
        LISTED,
        "credentialed-read null",
    ),
]


def names(found: Any) -> set[str]:
    return {f"{violation.kind.value} {violation.code}".strip() for violation in found}


@pytest.mark.parametrize(("make", "policy", "expected"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_what_is_wrong_is_found(make: Callable[[], Any], policy: Policy, expected: str) -> None:
    assert expected in names(find_violations(make(), policy, untried="ignore"))


def test_aiohttp_cors_that_lets_everyone_in_is_found(served: Callable[[Any], str]) -> None:
    application = aiohttp_app(**{"*": {"allow_credentials": True}})

    assert "credentialed-read any" in names(find_violations(served(application), LISTED, untried="ignore"))


RIGHT: list[tuple[str, Callable[[], Any], Policy]] = [
    (
        "quart-cors, listed",
        lambda: quart_app(allow_origin=[APP], allow_credentials=True, allow_headers=["Content-Type"], max_age=600),
        quart_cors_defaults(origins=[APP], credentials=True, headers=["Content-Type"], max_age=600),
    ),
    ("quart-cors, public", quart_app, quart_cors_defaults()),
    (
        "falcon, listed",
        lambda: falcon_app(allow_origins=[APP], allow_credentials=[APP]),
        falcon_defaults(origins=[APP], credentials=True, methods=["GET", "PUT"]),
    ),
    ("falcon, public", falcon_app, falcon_defaults()),
    ("sanic-ext, listed", lambda: sanic_app(origins=APP), sanic_ext_defaults(origins=[APP])),
    (
        "sanic-ext, with credentials",
        lambda: sanic_app(origins=APP, supports_credentials=True, allow_headers=["content-type"]),
        sanic_ext_defaults(origins=[APP], credentials=True, headers=["Content-Type"]),
    ),
]


@pytest.mark.parametrize(("make", "policy"), [row[1:] for row in RIGHT], ids=[row[0] for row in RIGHT])
def test_a_right_configuration_keeps_its_preset(make: Callable[[], Any], policy: Policy) -> None:
    assert () == find_violations(make(), policy, browsers=["chromium"], max_examples=0, untried="ignore")


def test_a_right_aiohttp_cors_keeps_its_preset(served: Callable[[Any], str]) -> None:
    application = aiohttp_app(**{APP: {"allow_credentials": True, "allow_headers": ["Content-Type"], "max_age": 60}})
    policy = aiohttp_cors_defaults(origins=[APP], credentials=True, headers=["Content-Type"], max_age=60)

    assert () == find_violations(
        served(application), policy, unknown_path=False, browsers=["chromium"], max_examples=0, untried="ignore"
    )
