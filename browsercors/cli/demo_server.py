"""
The server of the tour: a small WSGI application with the mistakes that real ones have.

Each path has one, and the comment beside it says which.
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


class Reply(NamedTuple):
    """
    What one path says to one method.
    """

    status: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


ALLOW_THE_PAGE: Final = (("Access-Control-Allow-Origin", PAGE), ("Vary", "Origin"))
ALLOW_ITS_COOKIES: Final = (*ALLOW_THE_PAGE, ("Access-Control-Allow-Credentials", "true"))
JSON: Final = (("Content-Type", "application/json"),)

REPLIES: Final[dict[tuple[str, str], Reply]] = {
    # Nothing: this one is right.
    ("OPTIONS", "/items/7"): Reply(
        "204 No Content",
        (
            *ALLOW_ITS_COOKIES,
            ("Access-Control-Allow-Methods", "PUT"),
            ("Access-Control-Allow-Headers", "content-type"),
            ("Access-Control-Max-Age", "600"),
        ),
    ),
    ("PUT", "/items/7"): Reply("200 OK", (*ALLOW_ITS_COOKIES, *JSON), b'{"id": 7}'),
    # X-Total-Count is sent, but not exposed.
    ("GET", "/items"): Reply("200 OK", (*ALLOW_THE_PAGE, *JSON, ("X-Total-Count", "42")), b"[]"),
    # The error page is made outside of the code that adds the headers.
    ("GET", "/report"): Reply("500 Internal Server Error", (("Content-Type", "text/html"),), b"<h1>Oops</h1>"),
    # Any origin, and credentials: browsers do not take both.
    ("GET", "/me"): Reply(
        "200 OK", (("Access-Control-Allow-Origin", "*"), ("Access-Control-Allow-Credentials", "true"), *JSON), b"{}"
    ),
    # Every answer gets the header, but no route knows OPTIONS.
    ("OPTIONS", "/items/8"): Reply("405 Method Not Allowed", (*ALLOW_THE_PAGE, ("Allow", "DELETE"))),
    ("DELETE", "/items/8"): Reply("204 No Content", ALLOW_THE_PAGE),
    # The list of allowed headers was written before X-Request-ID came into use.
    ("OPTIONS", "/orders"): Reply(
        "204 No Content", (*ALLOW_THE_PAGE, ("Access-Control-Allow-Headers", "content-type, authorization"))
    ),
    ("POST", "/orders"): Reply("201 Created", ALLOW_THE_PAGE),
    # The router redirects what lacks its trailing slash, preflights included.
    ("OPTIONS", "/carts"): Reply("307 Temporary Redirect", (*ALLOW_THE_PAGE, ("Location", "/carts/"))),
    # The file has moved to another origin, which allows the page and not `null`.
    ("GET", "/logo"): Reply("302 Found", (*ALLOW_THE_PAGE, ("Location", f"{CDN}/moved"))),
    ("GET", "/moved"): Reply("200 OK", (*ALLOW_THE_PAGE, ("Content-Type", "image/svg+xml")), b"<svg/>"),
}
NOT_FOUND: Final = Reply("404 Not Found")


def shop(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """
    Answer a request.
    """
    reply = REPLIES.get((environ["REQUEST_METHOD"], environ["PATH_INFO"]), NOT_FOUND)
    start_response(reply.status, [*reply.headers, ("Content-Length", str(len(reply.body)))])
    return [reply.body]
