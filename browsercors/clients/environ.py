"""
The `environ` in which test clients of WSGI frameworks write a request, and back again.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from browsercors.clients.asking import Asking

if TYPE_CHECKING:
    from browsercors.values.wire import HTTPRequest

__all__ = ["asking_of_environ", "environ_of_request"]

# NB: in an environ the two have names of their own.
PLAIN: Final = {"CONTENT_TYPE": "Content-Type", "CONTENT_LENGTH": "Content-Length"}


def asking_of_environ(environ: dict[str, Any], url: str) -> Asking:
    """
    Return what a page asks where a test client asks with *environ*, of the server at *url*.
    """
    body = _body_of(environ)
    path = quote(
        (environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")).encode("latin-1"), safe="/:@!$&'()*+,;=~"
    )
    query = environ.get("QUERY_STRING", "")
    headers = [
        (PLAIN.get(name) or name.removeprefix("HTTP_").replace("_", "-").title(), str(value))
        for name, value in environ.items()
        if (name in PLAIN or name.startswith("HTTP_")) and value not in ("", None)
    ]
    # NB: test clients state a length and a type where there is nothing.
    stated = [
        (name.encode("latin-1"), value.encode("latin-1", "replace"))
        for name, value in headers
        if body or not name.startswith("Content-")
    ]
    where = url.rstrip("/") + (path or "/") + (f"?{query}" if query else "")
    return Asking.of(environ["REQUEST_METHOD"], where, stated, body)


def _body_of(environ: dict[str, Any]) -> bytes:
    """
    Return the body that stands ready in *environ*.
    """
    length = int(environ.get("CONTENT_LENGTH") or 0)
    stream = environ.get("wsgi.input")
    data = b"" if stream is None or not length else stream.read(length)
    return bytes(data)


def environ_of_request(base: dict[str, Any], request: HTTPRequest) -> dict[str, Any]:
    """
    Return *base*, the environ of a test client, for a request of a browser.
    """
    from urllib.parse import unquote_to_bytes

    kept = {name: value for name, value in base.items() if not name.startswith("HTTP_") and name not in PLAIN}
    url, body = request.url, request.body or b""
    port = url.origin.port or (443 if url.scheme == "https" else 80)
    environ = {
        **kept,
        "REQUEST_METHOD": request.method.decode("latin-1"),
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(url.path).decode("latin-1"),
        "QUERY_STRING": url.query or "",
        "SERVER_NAME": url.host,
        "SERVER_PORT": str(port),
        "wsgi.url_scheme": url.scheme,
        "wsgi.input": io.BytesIO(body),
        "CONTENT_LENGTH": str(len(body)),
    }
    for name, value in request.headers:
        key = name.decode("latin-1").upper().replace("-", "_")
        text = value.decode("latin-1")
        if key == "CONTENT_TYPE":
            environ[key] = text
        elif key != "CONTENT_LENGTH":
            key = f"HTTP_{key}"
            environ[key] = f"{environ[key]}, {text}" if key in environ else text
    return environ
