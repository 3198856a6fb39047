"""
Browsers with a short suffix list of their own, and small applications for them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from browsercors import Answer, AsyncBrowser, Browser, ScriptedServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

APP: Final = "https://app.example.com"
API: Final = "https://api.example.com"
OTHER: Final = "https://other.test"

SUFFIXES: Final = "com\ntest\nlocalhost\n"

ALLOW: Final = [("Access-Control-Allow-Origin", APP), ("Access-Control-Allow-Credentials", "true")]
PREFLIGHT: Final = Answer(
    204,
    [
        *ALLOW,
        ("Access-Control-Allow-Methods", "PUT, DELETE"),
        ("Access-Control-Allow-Headers", "content-type, x-a"),
        ("Access-Control-Max-Age", "600"),
    ],
)


def make_browser(browser: Any = "standard", **options: Any) -> Browser:
    return Browser(browser, public_suffix_list=SUFFIXES, **options)


def make_async_browser(browser: Any = "standard", **options: Any) -> AsyncBrowser:
    return AsyncBrowser(browser, public_suffix_list=SUFFIXES, **options)


def make_server() -> ScriptedServer:
    """
    Make a server with a preflight that is remembered, an answer, and a redirect.
    """
    return ScriptedServer(
        {
            "OPTIONS /item": PREFLIGHT,
            "OPTIONS /moved": PREFLIGHT,
            "/item": Answer(200, [*ALLOW, ("X-A", "1"), ("Set-Cookie", "seen=1")], json={"name": "Widget"}),
            "/moved": Answer(307, [*ALLOW, ("Location", "/item")]),
            "/closed": Answer(200, [("X-A", "1")], "secret"),
            "/bare": Answer(200, [("Access-Control-Allow-Origin", "*")], b"\xff\x00"),
            "/slow": Answer(200, ALLOW, "late", latency=2.5),
            "/half": Answer.broken(200, ALLOW, "half"),
            "/broken": Answer.broken(),
            "/stalled": Answer.stalled(),
        }
    )


def wsgi_app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """
    Answer with path and cookie, and set a cookie; raise where asked to.
    """
    if environ["PATH_INFO"] == "/raise":
        raise LookupError("no such thing")
    headers = [
        ("Access-Control-Allow-Origin", environ.get("HTTP_ORIGIN", "*")),
        ("Access-Control-Allow-Credentials", "true"),
        ("Content-Type", "text/plain"),
        ("Set-Cookie", "from=wsgi"),
    ]
    start_response("200 OK", headers)
    return [f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']} {environ.get('HTTP_COOKIE', '-')}".encode()]


async def asgi_app(scope: Any, receive: Any, send: Any) -> None:
    """
    Do the same by ASGI.
    """
    if scope["type"] != "http":
        return
    if scope["path"] == "/raise":
        raise LookupError("no such thing")
    request = dict(scope["headers"])
    headers = [
        (b"access-control-allow-origin", request.get(b"origin", b"*")),
        (b"access-control-allow-credentials", b"true"),
        (b"content-type", b"text/plain"),
        (b"set-cookie", b"from=asgi"),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    cookie = request.get(b"cookie", b"-").decode()
    await send({"type": "http.response.body", "body": f"{scope['method']} {scope['path']} {cookie}".encode()})
