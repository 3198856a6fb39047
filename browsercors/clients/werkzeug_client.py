"""
Werkzeug's test client, and Flask's, as a page: what it asks of its application, a page asks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from browsercors.clients.asking import Asking, Options, visible_lines
from browsercors.clients.environ import asking_of_environ

if TYPE_CHECKING:
    from browsercors.clients.asking import AsksNow

__all__ = ["application_of", "ask_as_page"]


def application_of(client: Any) -> Any:
    """
    Return the application that *client* asks.
    """
    return client.application


def ask_as_page(client: Any, page: AsksNow, options: Options, url: str) -> None:
    """
    Let each request of *client* be a fetch of *page*, to the server at *url*.
    """

    def run_wsgi_app(environ: dict[str, Any], buffered: bool = False) -> tuple[list[bytes], str, Any]:  # noqa: ARG001 - as werkzeug has it
        __tracebackhide__ = True
        from werkzeug.datastructures import Headers

        asking: Asking = asking_of_environ(environ, url)
        result = asking.now(page, options).raise_for_unreadable()
        return [result.body], f"{result.status} {result.status_text}", Headers(visible_lines(result))

    client.run_wsgi_app = run_wsgi_app
