"""
Express, by the package cors and by hand.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from browsercors.explain.configurations.configuration_text import ONE_PATH, ConfigurationText, asked_methods, quoted

if TYPE_CHECKING:
    from browsercors.explain.report import Needs

__all__ = ["express", "express_cors"]

PLAIN_PATH: Final = re.compile(r"(?:/[A-Za-z0-9_.~%-]+)*/?")
"""A path that means itself in every version of Express; the syntax of its patterns has changed."""

JS_SPECIAL: Final = re.compile(r"[\\^$.*+?()\[\]{}|/]")

PLACE: Final = "// Above the routes, and above what asks for authentication: a preflight carries none."
WHERE: Final = "It goes above the routes and above authentication."


def express_cors(needs: Needs) -> ConfigurationText:
    """
    Write *needs* as options of `cors`.
    """
    # NB: an array is compared with the request's origin; a string would go out whoever asks.
    origin = quoted("*") if needs.origin == "*" else f"[{quoted(needs.origin)}]"
    lines = [
        'const cors = require("cors");',
        "",
        PLACE,
        "app.all(",
        f"  {_path(needs.path)},",
        "  cors({",
        f"    origin: {origin},",
        f"    methods: [{quoted(asked_methods(needs))}],",
        # NB: without this option it allows whatever is asked for.
        f"    allowedHeaders: [{quoted(needs.headers)}],",
        *([f"    exposedHeaders: [{quoted(needs.expose)}],"] if needs.expose else []),
        *(["    credentials: true,"] if needs.credentials else []),
        *([f"    maxAge: {needs.max_age},"] if needs.max_age is not None else []),
        "  }),",
        ");",
        "",
    ]
    notes = (WHERE, "It answers every OPTIONS request for the path.", ONE_PATH)
    return ConfigurationText((("app.js", "javascript", "\n".join(lines)),), notes)


def express(needs: Needs) -> ConfigurationText:
    """
    Write *needs* as a handler of Express alone.
    """
    is_for_all = needs.origin == "*"
    answer = [
        f'response.set("Access-Control-Allow-Origin", {"allowed" if not is_for_all else quoted("*")});',
        *(['response.set("Access-Control-Allow-Credentials", "true");'] if needs.credentials else []),
        *_set("Access-Control-Expose-Headers", needs.expose),
        'if (request.method === "OPTIONS" && request.get("Access-Control-Request-Method")) {',
        *(f"  {line}" for line in _set("Access-Control-Allow-Methods", needs.methods)),
        *(f"  {line}" for line in _set("Access-Control-Allow-Headers", needs.headers)),
        *([f'  response.set("Access-Control-Max-Age", "{needs.max_age}");'] if needs.max_age is not None else []),
        "  return response.status(204).end();",
        "}",
    ]
    if is_for_all:
        body = [f"  {line}" for line in answer]
    else:
        body = [
            '  response.vary("Origin");',
            '  if (request.get("Origin") === allowed) {',
            *(f"    {line}" for line in answer),
            "  }",
        ]
    lines = [
        *([f"const allowed = {quoted(needs.origin)};", ""] if not is_for_all else []),
        PLACE,
        f"app.all({_path(needs.path)}, (request, response, next) => {{",
        *body,
        "  next();",
        "});",
        "",
    ]
    return ConfigurationText((("app.js", "javascript", "\n".join(lines)),), (WHERE, ONE_PATH))


def _set(header: str, names: tuple[str, ...]) -> list[str]:
    return [f"response.set({quoted(header)}, {quoted(', '.join(names))});"] if names else []


def _path(path: str) -> str:
    if PLAIN_PATH.fullmatch(path):
        return quoted(path)
    return f"new RegExp({quoted(f'^{JS_SPECIAL.sub(_escaped, path)}$')})"


def _escaped(match: re.Match[str]) -> str:
    return f"\\{match[0]}"
