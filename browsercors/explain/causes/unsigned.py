"""
Products whose refusals have no sign of their own: what they do, for people who know that they use them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from browsercors.explain.causes.sign import Sure

__all__ = ["UNSIGNED", "UnsignedProduct"]


class UnsignedProduct(NamedTuple):
    """
    A product that no response gives away.

    Attributes:
        products: The names by which people look it up.
        meaning: How it refuses.
        remedy: What to change, in its own words and settings.
        sure: How that is known.
        source: Where it can be checked.
    """

    products: tuple[str, ...]
    meaning: str
    remedy: str
    sure: Sure
    source: str


UNSIGNED: Final = (
    UnsignedProduct(
        ("gin-contrib/cors", "Gin"),
        "It answers an empty 403 to every request of an origin that it does not list. Methods and headers it leaves to "
        "the browser.",
        "Add the origin, with its scheme, to AllowOrigins, or use AllowOriginFunc.",
        "measured",
        "gin-contrib/cors config.go",
    ),
    UnsignedProduct(
        ("Ktor",),
        "Its CORS plugin answers an empty 403 if the origin, the method, a header or JSON is not allowed.",
        "Look at allowHost, allowMethod and allowHeader; set allowNonSimpleContentTypes = true for JSON.",
        "read in source",
        "ktor CORS.kt",
    ),
    UnsignedProduct(
        ("Micronaut",),
        "A server on localhost answers 403 to pages of other hosts, even if its CORS settings allow any origin.",
        "Name the origin in the CORS configuration, or set micronaut.server.cors.localhost-pass-through.",
        "read in source",
        "micronaut-core CorsFilter.java",
    ),
    UnsignedProduct(
        ("Elasticsearch", "OpenSearch"),
        "With CORS on, it answers an empty 403 to origins that are not listed. With CORS off, it sends no CORS header.",
        "Set http.cors.enabled, http.cors.allow-origin and http.cors.allow-headers.",
        "read in source",
        "elasticsearch CorsHandler.java",
    ),
    UnsignedProduct(
        ("Ollama",),
        "It answers an empty 403 to origins that are not listed, and to a Host that is a public name. Its list of "
        "headers is short: of clients that send x-stainless-... or other headers it allows the known names only.",
        "Name the origin in OLLAMA_ORIGINS; behind a proxy let the proxy rewrite Host to localhost:11434.",
        "read in source",
        "ollama server/routes.go; ollama docs/faq.md",
    ),
    UnsignedProduct(
        ("Socket.IO",),
        "Since version 3 it sends no CORS header of its own, whatever CORS layer the application behind it has.",
        'Give the server the option cors: { origin: "https://app.example.com" }, with credentials: true where the page '
        "sends them.",
        "documented",
        "https://socket.io/docs/v4/handling-cors/",
    ),
    UnsignedProduct(
        ("Vite",),
        "Its dev server allows pages of localhost and 127.0.0.1 alone, since the versions 6.0.9, 5.4.12 and 4.5.6.",
        'Name the page in vite.config.js: server: { cors: { origin: "https://app.example.com" } }.',
        "documented",
        "https://vite.dev/config/server-options.html#server-cors",
    ),
    UnsignedProduct(
        ("Azure Functions Core Tools",),
        "On one's own machine it answers preflights by its own list, and that is empty unless it is given.",
        "Start it by func start --cors http://localhost:5173 with the page's origin, port included, or set Host.CORS "
        "in local.settings.json. A bare * is expanded by the shell.",
        "documented",
        "https://learn.microsoft.com/en-us/azure/azure-functions/functions-develop-local",
    ),
    UnsignedProduct(
        ("vLLM",),
        "Its server answers with the CORSMiddleware of Starlette: browsercors reason starlette.",
        "Start it with --allowed-origins '[\"https://app.example.com\"]', --allowed-methods and --allowed-headers.",
        "documented",
        "https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html",
    ),
    UnsignedProduct(
        ("OpenAI client", "OpenAI SDK", "x-stainless"),
        "The client adds headers whose names begin with x-stainless-, so the preflight asks for each of them. A server "
        "with a short list refuses.",
        "Allow these names at the server, or any header; or drop them in the client's default headers.",
        "read in source",
        "openai/openai-node src/client.ts",
    ),
    UnsignedProduct(
        ("Pomerium",),
        "It redirects to a sign-in or answers 403 before the application is asked, and a preflight never carries the "
        "session.",
        "Set cors_allow_preflight: true on the route.",
        "documented",
        "https://www.pomerium.com/docs/reference/routes/cors-allow-preflight",
    ),
    UnsignedProduct(
        ("Koa",),
        "Without a CORS layer the application's own middleware answers OPTIONS. @koa/cors leaves the preflight of an "
        "origin that it refuses to it as well, with Vary: Origin.",
        "Call app.use(cors({ origin })) of @koa/cors before the routes, and let origin return the page's origin.",
        "measured",
        "koajs/cors index.js",
    ),
    UnsignedProduct(
        ("Express 5",),
        "app.options('*', cors()) is written for Express 4. In Express 5 it ends the start of the server with Missing "
        "parameter name at index 1: *, and the page finds no server.",
        "Write app.use(cors()), or app.options('/{*any}', cors()).",
        "measured",
        "pillarjs/path-to-regexp, errors",
    ),
)
"""Every row."""
