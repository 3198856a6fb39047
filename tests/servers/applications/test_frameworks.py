"""
Flask, Django, Starlette and FastAPI, for real and in process, under the sync and the async way.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any

import fastapi
import flask
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.routing import Route

from browsercors.servers.mounts import make_server
from tests.servers.helpers import make_request, response_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from browsercors.values.headers import HeaderList
    from browsercors.values.wire import HTTPResponse

ORIGIN = (b"Origin", b"https://app.example.com")


def make_flask() -> Any:
    app = flask.Flask("example")

    @app.route("/items/<name>", methods=["POST"])
    def item(name: str) -> Any:
        return f"{name} {flask.request.host} {flask.request.get_data(as_text=True)}", {
            "X-Seen": flask.request.headers["Origin"]
        }

    @app.route("/stream")
    def stream() -> Any:
        return flask.Response(iter(["a", "b", "c"]))

    @app.route("/boom")
    def boom() -> Any:
        raise ValueError("oh")

    @app.route("/boom-in-the-body")
    def boom_in_the_body() -> Any:
        def parts() -> Iterator[str]:
            yield "a"
            raise ValueError("oh")

        return flask.Response(parts())

    return app


def make_starlette(*, with_base_middleware: bool = True) -> Any:
    async def item(request: Any) -> PlainTextResponse:
        body = f"{request.path_params['name']} {request.url.netloc} {(await request.body()).decode()}"
        return PlainTextResponse(body, headers={"X-Seen": request.headers["Origin"]})

    async def stream(request: Any) -> StreamingResponse:
        async def parts() -> AsyncIterator[str]:
            for part in "abc":
                await asyncio.sleep(0)
                yield part

        return StreamingResponse(parts())

    async def boom(request: Any) -> None:
        raise ValueError("oh")

    async def boom_in_the_body(request: Any) -> StreamingResponse:
        async def parts() -> AsyncIterator[str]:
            yield "a"
            raise ValueError("oh")

        return StreamingResponse(parts())

    async def passing(request: Any, call_next: Any) -> Any:
        return await call_next(request)

    @contextlib.asynccontextmanager
    async def lifespan(app: Any) -> AsyncIterator[dict[str, str]]:
        yield {"mine": "value"}

    routes = [
        Route("/items/{name}", item, methods=["POST"]),
        Route("/stream", stream),
        Route("/boom", boom),
        Route("/boom-in-the-body", boom_in_the_body),
    ]
    middleware = [Middleware(CORSMiddleware, allow_origins=["https://app.example.com"])]
    if with_base_middleware:
        middleware.append(Middleware(BaseHTTPMiddleware, dispatch=passing))
    return Starlette(routes=routes, middleware=middleware, lifespan=lifespan)


def make_plain_starlette() -> Any:
    return make_starlette(with_base_middleware=False)


def make_fastapi() -> Any:
    app = fastapi.FastAPI()

    @app.post("/items/{name}")
    def item(name: str, request: fastapi.Request, body: bytes = fastapi.Body(b"")) -> Any:
        headers = {"X-Seen": request.headers["Origin"]}
        return PlainTextResponse(f"{name} {request.url.netloc} {body.decode()}", headers=headers)

    @app.get("/stream")
    async def stream() -> Any:
        return StreamingResponse(iter(["a", "b", "c"]))

    @app.get("/boom")
    def boom() -> None:
        raise ValueError("oh")

    @app.get("/boom-in-the-body")
    def boom_in_the_body() -> Any:
        def parts() -> Iterator[str]:
            yield "a"
            raise ValueError("oh")

        return StreamingResponse(parts())

    return app


def configure_django() -> None:
    import django
    from django.conf import settings

    if not settings.configured:
        settings.configure(
            ROOT_URLCONF="tests.servers.applications.test_frameworks",
            ALLOWED_HOSTS=["*"],
            SECRET_KEY="example",
            LOGGING_CONFIG=None,
        )
        django.setup()


def django_application(settings: dict[str, Any]) -> Any:
    """
    Return Django's WSGI application, which is made and answers under *settings*.
    """
    configure_django()
    from django.core.wsgi import get_wsgi_application
    from django.test import override_settings

    with override_settings(**settings):
        app = get_wsgi_application()

    def with_its_settings(environ: Any, start_response: Any) -> Any:
        with override_settings(**settings):
            return app(environ, start_response)

    return with_its_settings


def django_item(request: Any, name: str) -> Any:
    from django.http import HttpResponse

    content = f"{name} {request.get_host()} {request.body.decode()}"
    return HttpResponse(content, headers={"X-Seen": request.headers["Origin"]})


def django_stream(request: Any) -> Any:
    from django.http import StreamingHttpResponse

    async def parts() -> AsyncIterator[str]:
        for part in "abc":
            yield part

    return StreamingHttpResponse(parts() if hasattr(request, "scope") else iter("abc"))


def django_boom(request: Any) -> Any:
    raise ValueError("oh")


class _Patterns:
    """
    The URL configuration, made when Django asks for it.
    """

    def __iter__(self) -> Iterator[Any]:
        from django.urls import path

        yield path("items/<name>", django_item)
        yield path("stream", django_stream)
        yield path("boom", django_boom)

    def __reversed__(self) -> Iterator[Any]:
        return iter([*self][::-1])


urlpatterns = _Patterns()


def make_django_wsgi() -> Any:
    configure_django()
    from django.core.wsgi import get_wsgi_application

    return get_wsgi_application()


def make_django_asgi() -> Any:
    configure_django()
    from django.core.asgi import get_asgi_application

    return get_asgi_application()


def send(make: Callable[[], Any], mode: str, *request: Any, **options: Any) -> HTTPResponse:
    server = make_server(make(), **options)
    if mode == "sync":
        answer = server.send(make_request(*request))
        server.close()
        return response_of(answer)

    async def main() -> Any:
        answer = await server.send_async(make_request(*request))
        await server.aclose()
        return answer

    return response_of(asyncio.run(main()))


APPLICATIONS = [make_flask, make_django_wsgi, make_django_asgi, make_starlette, make_fastapi]
MODES = pytest.mark.parametrize("mode", ["sync", "async"])


@MODES
@pytest.mark.parametrize("make", APPLICATIONS)
def test_an_application_gets_the_request_and_gives_its_answer(make: Callable[[], Any], mode: str) -> None:
    headers = [ORIGIN, (b"Content-Type", b"application/octet-stream"), (b"Content-Length", b"4")]
    if make is make_fastapi:
        headers[1] = (b"Content-Type", b"application/json")
    body = b'"hi"' if make is make_fastapi else b"body"
    response = send(make, mode, "POST", "/items/caf%C3%A9", headers, body)

    text = "hi" if make is make_fastapi else "body"
    assert (200, f"caf\xe9 api.example.com {text}") == (response.status, response.body.decode())
    assert ORIGIN[1] == response.headers.get(b"X-Seen")
    assert response.traceback is None


@MODES
@pytest.mark.parametrize("make", APPLICATIONS)
def test_a_streamed_answer_is_taken_to_its_end(make: Callable[[], Any], mode: str) -> None:
    response = send(make, mode, "GET", "/stream")

    assert (response.status, response.body, response.body_failure) == (200, b"abc", None)


@MODES
@pytest.mark.parametrize("make", APPLICATIONS)
def test_an_exception_in_a_view_is_a_500(make: Callable[[], Any], mode: str, caplog: pytest.LogCaptureFixture) -> None:
    response = send(make, mode, "GET", "/boom", [ORIGIN])

    assert (response.status, response.body_failure) == (500, None)
    assert b"Access-Control-Allow-Origin" not in response.headers


@MODES
@pytest.mark.parametrize("make", [make_starlette, make_fastapi])
def test_the_500_of_starlettes_error_middleware_stands_though_it_raises_again(
    make: Callable[[], Any], mode: str
) -> None:
    response = send(make, mode, "GET", "/boom", [ORIGIN])

    assert (response.status, response.body, response.body_failure) == (500, b"Internal Server Error", None)
    assert response.headers.get(b"content-length") == b"21"
    assert b"connection" not in response.headers
    assert "ValueError: oh" in (response.traceback or "")


@MODES
@pytest.mark.parametrize("make", [make_starlette, make_fastapi])
def test_what_starlettes_error_middleware_raises_again_can_be_had(make: Callable[[], Any], mode: str) -> None:
    with pytest.raises(ValueError, match="oh"):
        send(make, mode, "GET", "/boom", raise_app_exceptions=True)


@MODES
@pytest.mark.parametrize("make", [make_flask, make_plain_starlette, make_fastapi])
def test_an_exception_in_the_middle_of_a_stream_breaks_the_body(make: Callable[[], Any], mode: str) -> None:
    response = send(make, mode, "GET", "/boom-in-the-body")

    assert (response.status, response.body) == (200, b"a")
    assert (response.body_failure or "").startswith("the application raised ")
    assert "ValueError: oh" in (response.traceback or "")


@MODES
def test_an_exception_in_a_stream_behind_starlettes_base_middleware_goes_out_as_a_complete_body(mode: str) -> None:
    response = send(make_starlette, mode, "GET", "/boom-in-the-body")

    # NB: the middleware ends the body before it raises what the stream raised; uvicorn sends just that.
    assert (response.status, response.body, response.body_failure) == (200, b"a", None)
    assert "ValueError: oh" in (response.traceback or "")


@MODES
def test_an_answer_compressed_by_middleware_is_decompressed(mode: str) -> None:
    def make() -> Any:
        return GZipMiddleware(make_starlette(), minimum_size=0)

    response = send(make, mode, "GET", "/stream", [(b"Accept-Encoding", b"gzip")])

    assert (response.headers.get(b"content-encoding"), response.body) == (b"gzip", b"abc")


@pytest.mark.parametrize("make", APPLICATIONS)
def test_the_same_request_gets_the_same_answer_sync_and_async(make: Callable[[], Any]) -> None:
    def summary(mode: str) -> tuple[int, bytes, HeaderList, bytes]:
        response = send(make, mode, "POST", "/items/a", [ORIGIN, (b"Content-Length", b"4")], b'"hi"')
        return response.status, response.reason, response.headers, response.body

    assert summary("sync") == summary("async") == summary("sync")


@pytest.mark.asyncio
@pytest.mark.parametrize("make", APPLICATIONS)
async def test_the_sync_way_works_while_a_loop_runs_in_the_callers_thread(make: Callable[[], Any]) -> None:
    server = make_server(make())
    response = response_of(server.send(make_request("GET", "/stream")))
    server.close()

    assert (response.status, response.body) == (200, b"abc")
