"""
What most often stands behind a URL of a console line, by its host, port or path: likely, and never shown by the line.

Each row names the setting to look at and ends in the question that decides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.explain.words.templates import Template

if TYPE_CHECKING:
    from browsercors.values.urls import URL

__all__ = ["likely_of"]

LOCAL: Final = frozenset({"localhost", "127.0.0.1", "[::1]", "0.0.0.0"})  # noqa: S104 - nothing listens there

_NODE: Final = (
    "Node (Express, NestJS, Next.js)",
    Template("cors({{ origin: '{page}' }}), or app.enableCors(...) in NestJS"),
)
_DOTNET: Final = "ASP.NET Core", Template("WithOrigins('{page}') in AddCors, and UseCors before the endpoints")
_SPRING: Final = (
    "Spring Boot, Tomcat or a proxy",
    Template("allowedOrigins('{page}'), and http.cors() with Spring Security"),
)
PORTS: Final[dict[int, tuple[str, Template]]] = {
    1337: ("Strapi", Template("origin of strapi::cors in config/middlewares")),
    3000: _NODE,
    3001: _NODE,
    4000: ("Node (Express, Apollo Server)", Template("cors({{ origin: '{page}' }})")),
    5000: (
        "Flask or ASP.NET Core",
        Template("CORS(app, origins=['{page}']) of flask-cors, or WithOrigins('{page}')"),
    ),
    5001: _DOTNET,
    7000: _DOTNET,
    8000: (
        "Django, FastAPI or Laravel",
        Template(
            "CORS_ALLOWED_ORIGINS (django-cors-headers), allow_origins of CORSMiddleware (FastAPI), or allowed_origins "
            "in config/cors.php (Laravel), each with {page}"
        ),
    ),
    8080: _SPRING,
    8081: _SPRING,
}
"""By the port on one's own machine: what listens there most often, and the setting there."""

PATHS: Final[tuple[tuple[str, str, Template], ...]] = (
    (
        "/negotiate",
        "a hub of SignalR",
        Template("WithOrigins('{page}') with AllowCredentials, as SignalR sends credentials"),
    ),
    ("/socket.io/", "Socket.IO", Template("the option cors: {{ origin: '{page}' }} of the server")),
    ("/graphql", "a GraphQL server", Template("its own cors option, or the CORS layer in front of it, with {page}")),
    (
        "/api/auth/",
        "Auth.js (NextAuth) or Better Auth",
        Template("its list of trusted origins; or let the page ask its own host"),
    ),
)
"""By a part of the path, wherever it is hosted."""


def likely_of(url: URL, page: str) -> str:
    """
    Return what most often listens at *url*, the setting there for pages of *page*, and the question that decides.

    Empty where nothing about the URL tells.
    """
    row = next(((part, who, setting) for part, who, setting in PATHS if part in f"{url.path}/"), None)
    if row is not None:
        part, who, setting = row
        return (
            f"Likely, by {part} in the path: {who}. Look at {setting.fill({'page': page})}. Is that what answers there?"
        )
    if url.host not in LOCAL or url.port not in PORTS:
        return ""
    who, setting = PORTS[url.port]
    return (
        f"Likely, by the port {url.port}: {who}. The setting there is {setting.fill({'page': page})}. Is that what "
        "listens there?"
    )
