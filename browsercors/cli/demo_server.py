"""
The server of `browsercors demo`: a small WSGI application with mistakes that real servers make.

Each path makes one; the comment above it says which.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIEnvironment

__all__ = ["API", "CDN", "PAGE", "shop"]

PAGE: Final = "https://app.example.com"
API: Final = "https://api.example.com"
CDN: Final = "https://cdn.example"


class CannedResponse(NamedTuple):
    """
    The response of one path to one method.
    """

    status: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


ALLOW_THE_PAGE: Final = (("Access-Control-Allow-Origin", PAGE), ("Vary", "Origin"))
ALLOW_ITS_COOKIES: Final = (*ALLOW_THE_PAGE, ("Access-Control-Allow-Credentials", "true"))
JSON: Final = (("Content-Type", "application/json"),)

RESPONSES: Final[dict[tuple[str, str], CannedResponse]] = {
    # This path makes no mistake.
    ("OPTIONS", "/items/7"): CannedResponse(
        "204 No Content",
        (
            *ALLOW_ITS_COOKIES,
            ("Access-Control-Allow-Methods", "PUT"),
            ("Access-Control-Allow-Headers", "content-type"),
            ("Access-Control-Max-Age", "600"),
        ),
    ),
    ("PUT", "/items/7"): CannedResponse("200 OK", (*ALLOW_ITS_COOKIES, *JSON), b'{"id": 7}'),
    # X-Total-Count is sent, but not exposed.
    ("GET", "/items"): CannedResponse("200 OK", (*ALLOW_THE_PAGE, *JSON, ("X-Total-Count", "42")), b"[]"),
    # The error page is created outside the code that adds the headers.
    ("GET", "/report"): CannedResponse("500 Internal Server Error", (("Content-Type", "text/html"),), b"<h1>Oops</h1>"),
    # Any origin and credentials: browsers do not accept both.
    ("GET", "/me"): CannedResponse(
        "200 OK", (("Access-Control-Allow-Origin", "*"), ("Access-Control-Allow-Credentials", "true"), *JSON), b"{}"
    ),
    # Every response has the header, but no route handles OPTIONS.
    ("OPTIONS", "/items/8"): CannedResponse("405 Method Not Allowed", (*ALLOW_THE_PAGE, ("Allow", "DELETE"))),
    ("DELETE", "/items/8"): CannedResponse("204 No Content", ALLOW_THE_PAGE),
    # The list of allowed headers is older than X-Request-ID.
    ("OPTIONS", "/orders"): CannedResponse(
        "204 No Content", (*ALLOW_THE_PAGE, ("Access-Control-Allow-Headers", "content-type, authorization"))
    ),
    ("POST", "/orders"): CannedResponse("201 Created", ALLOW_THE_PAGE),
    # The router redirects paths without a trailing slash, preflights too.
    ("OPTIONS", "/carts"): CannedResponse("307 Temporary Redirect", (*ALLOW_THE_PAGE, ("Location", "/carts/"))),
    # The file has moved to another origin, which allows the page but not `null`.
    ("GET", "/logo"): CannedResponse("302 Found", (*ALLOW_THE_PAGE, ("Location", f"{CDN}/moved"))),
    ("GET", "/moved"): CannedResponse("200 OK", (*ALLOW_THE_PAGE, ("Content-Type", "image/svg+xml")), b"<svg/>"),
}
NOT_FOUND: Final = CannedResponse("404 Not Found")


def shop(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """
    Answer a request.
    """
    response = RESPONSES.get((environ["REQUEST_METHOD"], environ["PATH_INFO"]), NOT_FOUND)
    start_response(response.status, [*response.headers, ("Content-Length", str(len(response.body)))])
    return [response.body]
