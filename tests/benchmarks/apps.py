"""
The smallest applications that a page may read with credentials, and the smallest way to call them.
"""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, MutableMapping
    from wsgiref.types import StartResponse, WSGIEnvironment

    Message = MutableMapping[str, Any]

__all__ = ["API", "ORIGIN", "PAGE", "asgi_app", "bare_asgi_call", "bare_wsgi_call", "wsgi_app"]

PAGE: Final = "https://app.example.com/"
API: Final = "https://api.example.com"

ORIGIN: Final = "https://app.example.com"
READABLE: Final = [
    ("Access-Control-Allow-Origin", ORIGIN),
    ("Access-Control-Allow-Credentials", "true"),
    ("Content-Type", "text/plain"),
    ("Content-Length", "2"),
]
ALLOWED: Final = [
    ("Access-Control-Allow-Origin", ORIGIN),
    ("Access-Control-Allow-Credentials", "true"),
    ("Access-Control-Allow-Methods", "PUT"),
    ("Access-Control-Allow-Headers", "content-type"),
    ("Access-Control-Max-Age", "600"),
]
READABLE_BYTES: Final = [(name.lower().encode(), value.encode()) for name, value in READABLE]
ALLOWED_BYTES: Final = [(name.lower().encode(), value.encode()) for name, value in ALLOWED]


def wsgi_app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    if environ["REQUEST_METHOD"] == "OPTIONS":
        start_response("204 No Content", ALLOWED)
        return [b""]
    start_response("200 OK", READABLE)
    return [b"ok"]


async def asgi_app(
    scope: dict[str, Any], receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
) -> None:
    if scope["type"] == "lifespan":
        while True:
            kind = (await receive())["type"]
            await send({"type": f"{kind}.complete"})
            if kind == "lifespan.shutdown":
                return
    preflight = scope["method"] == "OPTIONS"
    status, headers = (204, ALLOWED_BYTES) if preflight else (200, READABLE_BYTES)
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if preflight else b"ok"})


ENVIRON: Final[dict[str, Any]] = {
    "REQUEST_METHOD": "GET",
    "SCRIPT_NAME": "",
    "PATH_INFO": "/items/7",
    "QUERY_STRING": "",
    "SERVER_NAME": "api.example.com",
    "SERVER_PORT": "443",
    "SERVER_PROTOCOL": "HTTP/1.1",
    "HTTP_HOST": "api.example.com",
    "HTTP_ORIGIN": ORIGIN,
    "wsgi.version": (1, 0),
    "wsgi.url_scheme": "https",
    "wsgi.errors": sys.stderr,
    "wsgi.multithread": False,
    "wsgi.multiprocess": False,
    "wsgi.run_once": False,
}


def _start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], object]:
    return io.BytesIO().write


def bare_wsgi_call() -> bytes:
    """
    Call the application as PEP 3333 wants it, and do nothing else: the floor under every WSGI client.
    """
    return b"".join(wsgi_app({**ENVIRON, "wsgi.input": io.BytesIO()}, _start_response))


SCOPE: Final[dict[str, Any]] = {
    "type": "http",
    "asgi": {"version": "3.0", "spec_version": "2.3"},
    "http_version": "1.1",
    "method": "GET",
    "scheme": "https",
    "path": "/items/7",
    "raw_path": b"/items/7",
    "query_string": b"",
    "root_path": "",
    "headers": [(b"host", b"api.example.com"), (b"origin", ORIGIN.encode())],
    "client": ("127.0.0.1", 50000),
    "server": ("api.example.com", 443),
}


async def _receive() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}


async def bare_asgi_call() -> bytes:
    """
    Call the application in the caller's own task, and do nothing else: the floor under every ASGI client.
    """
    messages: list[Message] = []

    async def send(message: Message) -> None:
        messages.append(message)

    await asgi_app({**SCOPE}, _receive, send)
    return b"".join(message.get("body", b"") for message in messages)
