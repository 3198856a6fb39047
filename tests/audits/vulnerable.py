"""
Small WSGI applications, each with one fault of those that audits look for, and otherwise sound.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["APP", "App", "server"]

App: TypeAlias = "Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]"
Lines: TypeAlias = "list[tuple[str, str]]"

APP: Final = "https://app.example.com"


def server(
    allows: Callable[[str], bool] = lambda origin: origin == APP,
    *,
    credentials: bool = True,
    methods: str = "PUT",
    headers: str = "content-type",
    preflight_allows: Callable[[str], bool] | None = None,
    preflight_status: str = "204 No Content",
    max_age: str = "600",
    more_on_preflight: Lines | None = None,
    vary: str = "Origin",
    cache: str = "no-store",
    without_origin: str = "",
    answers: bool = True,
    errors_have_headers: bool = True,
    status: str = "200 OK",
    more: Lines | None = None,
) -> App:
    """
    Return an application that returns origins which it *allows*; the other arguments each put one thing wrong.

    There is `/`, and `/items/` that `/items` is redirected to without headers; anything else is a 404.
    """

    def lines_for(origin: str, allowed: Callable[[str], bool]) -> Lines:
        lines = [("Vary", vary)] if vary else []
        value = origin or without_origin
        if not value or not (allowed(origin) if origin else without_origin):
            return lines
        lines.append(("Access-Control-Allow-Origin", value))
        return [*lines, ("Access-Control-Allow-Credentials", "true")] if credentials else lines

    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        origin, path = environ.get("HTTP_ORIGIN", ""), environ["PATH_INFO"]
        if environ["REQUEST_METHOD"] == "OPTIONS":
            lines = lines_for(origin, preflight_allows or allows)
            lists = [
                ("Access-Control-Allow-Methods", methods or environ.get("HTTP_ACCESS_CONTROL_REQUEST_METHOD", "")),
                ("Access-Control-Allow-Headers", headers or environ.get("HTTP_ACCESS_CONTROL_REQUEST_HEADERS", "")),
                ("Access-Control-Max-Age", max_age),
            ]
            start_response(preflight_status, [*lines, *lists, *(more_on_preflight or [])])
            return []
        if path == "/items":
            start_response("308 Permanent Redirect", [("Location", "/items/"), ("Cache-Control", "no-store")])
            return []
        lines = lines_for(origin, allows) if answers else []
        is_there = path in {"/", "/items/"}
        if not is_there and not errors_have_headers:
            lines = []
        start_response(status if is_there else "404 Not Found", [*lines, ("Cache-Control", cache), *(more or [])])
        return [b"secret"]

    return app


def matching(pattern: str, *, whole: bool = False) -> Callable[[str], bool]:
    """
    Return the comparison of origins by a regular expression, as it is often written.
    """
    compiled = re.compile(pattern)
    return lambda origin: bool(compiled.fullmatch(origin) if whole else compiled.match(origin))
