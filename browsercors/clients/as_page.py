"""
The test clients of frameworks as pages: an API's tests run under CORS when one fixture changes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar

from browsercors.browser.browser import AsyncBrowser, Browser
from browsercors.clients.asking import options_of
from browsercors.engines.registry import DEFAULT_BROWSER
from browsercors.values.arguments import ArgumentTypeError, ArgumentValueError, checked_text
from browsercors.values.urls import parse_url

if TYPE_CHECKING:
    from browsercors.rules.profile import BrowserProfile
    from browsercors.values.literals import BrowserName, RequestCredentials, RequestMode, RequestRedirect

__all__ = ["as_page"]

ClientT = TypeVar("ClientT")


def as_page(
    client: ClientT,
    page: str,
    *,
    browser: BrowserName | BrowserProfile | Browser | AsyncBrowser = DEFAULT_BROWSER,
    url: str | None = None,
    mode: RequestMode = "cors",
    credentials: RequestCredentials = "same-origin",
    redirect: RequestRedirect = "follow",
) -> ClientT:
    """
    Let each request of a framework's test client be a fetch of a page: preflights happen, headers are filtered.

    What the page may not read raises an `UnreadableResponse`, which for clients of httpx is an `httpx.TransportError`
    too. The browser's cookies count, not the client's: `browser.set_cookie` gives it a session. The application is
    asked as the client asks it, in the same thread or event loop.

    Args:
        client: Starlette's or FastAPI's `TestClient`, an `httpx.Client` or `httpx.AsyncClient` with any transport, the
            test client of Flask or Werkzeug, or that of Django or Django REST framework. It is changed.
        page: The URL of the page, or its origin.
        browser: A browser by name, or one that is there: `cors_browser`, whose fetches a failed test shows.
        url: The origin at which the page finds the application; by default the client's own host, over https.
        mode: The request mode of each fetch.
        credentials: The credentials mode of each fetch.
        redirect: The redirect mode of each fetch.

    Returns:
        The client.

    Raises:
        TypeError: It is no such client, or *browser* does not fit it.
        ValueError: A URL or an option is wrong.
    """
    options = options_of(mode=mode, credentials=credentials, redirect=redirect)
    checked_text("page", page, "https://app.example.com")
    family = _family(client)
    is_async = family == "httpx async"
    asking: Any = browser if isinstance(browser, (Browser, AsyncBrowser)) else None
    if asking is None:
        asking = AsyncBrowser(browser) if is_async else Browser(browser)  # type: ignore[arg-type]  # a name or a profile
    if isinstance(asking, AsyncBrowser) is not is_async:
        right = "an AsyncBrowser" if is_async else "a Browser"
        raise ArgumentTypeError(f"browser has to be {right} for {type(client).__name__}, not {asking!r}")
    origin = _origin_of(client, family) if url is None else url
    parsed = parse_url(checked_text("url", origin, "https://api.example.com"))
    if parsed is None or not parsed.is_http:
        raise ArgumentValueError(f"url has to be an origin such as 'https://api.example.com', not {origin!r}")
    origin = parsed.origin.serialized
    opened = asking.open(page)
    # NB: clients say `localhost` and mean no machine of a visitor.
    if family.startswith("httpx"):
        from browsercors.clients import httpx_client

        asking.mount(origin, httpx_client.transport_of(client), address_space="public")
        httpx_client.ask_as_page(client, opened, options, origin)
    elif family == "werkzeug":
        from browsercors.clients import werkzeug_client

        asking.mount(origin, werkzeug_client.application_of(client), address_space="public", interface="wsgi")
        werkzeug_client.ask_as_page(client, opened, options, origin)
    else:
        from browsercors.clients import django_client

        server = django_client.handler_of(client)
        asking.mount(origin, server, address_space="public")
        django_client.ask_as_page(client, opened, options, origin, server)
    return client


FAMILIES: Final = {
    ("httpx", "Client"): "httpx",
    ("httpx", "AsyncClient"): "httpx async",
    ("werkzeug", "Client"): "werkzeug",
    ("django", "Client"): "django",
}
"""By the package and the name of a class that a client is of; no package is imported for it."""


def _family(client: object) -> str:
    for each in type(client).__mro__:
        family = FAMILIES.get((each.__module__.partition(".")[0], each.__name__))
        if family is not None:
            return family
    hint = ""
    if type(client).__module__.partition(".")[0] == "requests":
        hint = "; for requests write session.mount('https://', page.requests_adapter())"
    elif type(client).__name__ == "AsyncClient":
        hint = "; Django's AsyncClient is not one of them: use AsyncBrowser and mount get_asgi_application()"
    right = "the test client of Starlette, FastAPI, Flask, Werkzeug or Django, or an httpx client"
    raise ArgumentTypeError(f"client has to be {right}, not {client!r:.80}{hint}")


def _origin_of(client: Any, family: str) -> str:
    """
    Return where the client thinks that the application is, over https, which pages of today need.
    """
    if family == "django":
        return "https://testserver"
    host = client.base_url.host if family.startswith("httpx") else "localhost"
    return f"https://{host or 'testserver'}"
