"""
Django's test client, and that of Django REST framework, as a page.

The client's own handler answers, in the thread of the test: requests see its database, its transactions and its
settings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from browsercors.clients.asking import Asking, Options, visible_lines
from browsercors.clients.environ import asking_of_environ, environ_of_request
from browsercors.servers.server import to_answer
from browsercors.values.headers import HeaderList

if TYPE_CHECKING:
    from browsercors.clients.asking import AsksNow
    from browsercors.values.wire import HTTPRequest, HTTPResponse, TransportFailure

__all__ = ["HandlerServer", "ask_as_page", "handler_of"]


class HandlerServer:
    """
    A server that answers as the handler of Django's test client does.

    Args:
        handler: The client's handler.

    Attributes:
        last: The last response of Django.
        base: The environ of the request that the test has made.
    """

    def __init__(self, handler: Any) -> None:
        self._handler = handler
        self.last: Any = None
        self.base: dict[str, Any] = {}

    def send(self, request: HTTPRequest) -> HTTPResponse | TransportFailure:
        """
        Answer one request.
        """
        response = self.last = self._handler(environ_of_request(self.base, request))
        body = b"".join(response.streaming_content) if response.streaming else response.content
        lines = [(name, value) for name, value in response.items() if name.lower() != "content-length"]
        lines += [("Set-Cookie", morsel.output(header="").strip()) for morsel in response.cookies.values()]
        headers = HeaderList([(name.encode("latin-1"), value.encode("latin-1")) for name, value in lines])
        return to_answer(request, response.status_code, response.reason_phrase.encode("latin-1"), headers, body)

    async def send_async(self, request: HTTPRequest) -> HTTPResponse | TransportFailure:
        """
        Do the same.
        """
        return self.send(request)

    def close(self) -> None:
        """
        Do nothing: the handler holds nothing.
        """

    async def aclose(self) -> None:
        """
        Do nothing.
        """

    def __repr__(self) -> str:
        return f"<HandlerServer of {self._handler!r}>"


def handler_of(client: Any) -> HandlerServer:
    """
    Return what answers the requests of *client*.
    """
    return HandlerServer(client.handler)


def ask_as_page(client: Any, page: AsksNow, options: Options, url: str, server: HandlerServer) -> None:
    """
    Let each request of *client* be a fetch of *page*, to *server* at *url*.
    """

    def handle(environ: dict[str, Any]) -> Any:
        __tracebackhide__ = True
        from django.core.handlers.wsgi import WSGIRequest
        from django.http import HttpResponse

        asking: Asking = asking_of_environ(environ, url)
        server.base, server.last = environ, None
        result = asking.now(page, options).raise_for_unreadable()
        response = HttpResponse(result.body, status=result.status, reason=result.status_text)
        del response["Content-Type"]
        for name, value in visible_lines(result):
            response[name] = value
        # NB: what Django's client and its assertions look at, beside what a page sees; from a cache comes none of it.
        for name in ("wsgi_request", "context", "templates", "resolver_match", "exc_info"):
            if hasattr(server.last, name):
                setattr(response, name, getattr(server.last, name))
        if not hasattr(response, "wsgi_request"):
            vars(response)["wsgi_request"] = WSGIRequest(_environ_without_body(environ))
        return response

    client.handler = handle


def _environ_without_body(environ: dict[str, Any]) -> dict[str, Any]:
    """
    Return *environ* for a request that was answered from a cache.
    """
    import io

    return {**environ, "wsgi.input": io.BytesIO(), "CONTENT_LENGTH": "0"}
