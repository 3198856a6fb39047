"""
Applications and servers that are known by their name: what has to be run first, and what is a server already.

Nothing is imported for it: an object is of a framework if its class, or one above it, is.
"""

from __future__ import annotations

import inspect
from typing import Any, Final

import attrs

from browsercors.values.arguments import ArgumentTypeError
from browsercors.values.records import Record

__all__ = ["check_is_application", "url_of_server"]


@attrs.frozen(repr=False)
class _Framework(Record):
    """
    A framework whose applications speak neither WSGI nor ASGI.

    Attributes:
        name: Its name.
        run: The lines that run an application, and mount it.
    """

    name: str
    run: str


FRAMEWORKS: Final[dict[tuple[str, str], _Framework]] = {
    ("aiohttp", "Application"): _Framework(
        "aiohttp",
        "server = aiohttp.test_utils.TestServer(app)\n"
        "await server.start_server()\n"
        "browser.mount('https://api.example.com', server)  # browser is an AsyncBrowser",
    ),
    ("tornado", "Application"): _Framework(
        "Tornado",
        "sockets = tornado.testing.bind_unused_port()\n"
        "tornado.httpserver.HTTPServer(app).add_sockets([sockets[0]])\n"
        "browser.mount('https://api.example.com', f'http://127.0.0.1:{sockets[1]}')  # browser is an AsyncBrowser",
    ),
    ("robyn", "Robyn"): _Framework(
        "Robyn",
        "# in a process of its own: app.start(port=8080)\n"
        "browser.mount('https://api.example.com', 'http://127.0.0.1:8080')",
    ),
}
"""By the package and the name of the class of an application."""


def url_of_server(target: Any) -> str | None:
    """
    Return the URL at which a running server answers; None for what is none.

    It is `url` of pytest-django's `live_server`, `url()` of pytest-flask's, `make_url("/")` of aiohttp's test server.

    Raises:
        ArgumentTypeError: It is a server of aiohttp that does not run yet.
    """
    if _is_of(target, "aiohttp", "BaseTestServer"):
        if not getattr(target, "started", True):
            raise ArgumentTypeError(f"target does not run yet; write `await server.start_server()` first: {target!r}")
        return str(target.make_url("/"))
    url = getattr(target, "url", None)
    if inspect.ismethod(url):
        url = url()
    return url if isinstance(url, str) else None


def check_is_application(target: Any) -> None:
    """
    Refuse what is callable and no application: an application of another protocol, a class, or a factory.

    Raises:
        ArgumentTypeError: It is one of these; the message says what to write.
    """
    # NB: nearly every application is a function with arguments, or an object of a class that is none of these.
    if inspect.isfunction(target) and target.__code__.co_argcount:
        return
    for (package, name), framework in FRAMEWORKS.items():
        if _is_of(target, package, name):
            raise ArgumentTypeError(
                f"target is an application of {framework.name}, which speaks neither WSGI nor ASGI; run it and mount "
                f"its URL:\n{_indented(framework.run)}"
            )
    if inspect.isclass(target):
        if not _arguments(target):
            raise ArgumentTypeError(
                f"target is the class {target.__name__}, and no application; write factory={target.__name__}, or mount "
                f"what {target.__name__}() makes"
            )
    elif inspect.isfunction(target) and _arguments(target) == [] and not _takes_any(target):
        name = target.__name__ if target.__name__.isidentifier() else "it"
        raise ArgumentTypeError(
            "target is a function without arguments, which looks as if it made an application; write "
            f"factory={name}, or mount what {name}() returns"
        )


def _is_of(target: object, package: str, name: str) -> bool:
    return any(each.__name__ == name and each.__module__.partition(".")[0] == package for each in type(target).__mro__)


def _arguments(target: Any) -> list[str] | None:
    try:
        parameters = inspect.signature(target).parameters.values()
    except (TypeError, ValueError):
        return None
    positional = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return [each.name for each in parameters if each.kind in positional and each.default is each.empty]


def _takes_any(target: Any) -> bool:
    parameters = inspect.signature(target).parameters.values()
    return any(each.kind is each.VAR_POSITIONAL for each in parameters)


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.splitlines())
