"""
A server that does what a policy says, and nothing else: the sound one that others are compared with.

Each decision is a method of its own, so that it can be read, and put wrong on purpose, by itself.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, TypeAlias
from urllib.parse import quote

from browsercors.policy.names import ANY, NEEDS_LISTING, is_any, named
from browsercors.servers.scripted import Answer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from browsercors.policy.policy import Policy

__all__ = ["DEFAULT_ROUTES", "ReferenceServer"]

Environ: TypeAlias = "dict[str, Any]"
Lines: TypeAlias = "list[tuple[str, str]]"
Route: TypeAlias = "Answer | Callable[[Environ], Answer]"

DEFAULT_ROUTES: Final[Mapping[str, Route]] = {
    "/": Answer(200, {"Content-Type": "text/plain", "X-Request-Id": "1", "ETag": '"1"'}, "hello")
}

ANY_METHOD: Final = ""
ASKED_METHOD: Final = "HTTP_ACCESS_CONTROL_REQUEST_METHOD"
ASKED_HEADERS: Final = "HTTP_ACCESS_CONTROL_REQUEST_HEADERS"
ANSWERED_HEADERS: Final = "browsercors.response_headers"


class ReferenceServer:
    """
    A WSGI application that does what a policy says.

    It responds to preflights on every path, whether there is anything or not. Every response has its CORS headers:
    errors, redirects, and the response of a route that raises too.

    Args:
        policy: What it follows; it can be changed.
        routes: From `"/path"` or `"METHOD /path"`, percent-decoded, to an `Answer`, or to a function from the WSGI
            environ to one. The route of GET takes HEAD as well. `/items` is redirected to `/items/` where only that
            is there. By default there is `/`, for every method.

    Raises:
        ValueError: A key of *routes* is of no such form.
    """

    def __init__(self, policy: Policy, routes: Mapping[str, Route] = DEFAULT_ROUTES) -> None:
        self.policy = policy
        self._routes: dict[str, dict[str, Route]] = {}
        for key, route in routes.items():
            method, path = (ANY_METHOD, key) if key.startswith("/") else key.partition(" ")[::2]
            if not path.startswith("/"):
                raise ValueError(f"a key of routes has to be of the form '/path' or 'METHOD /path', not {key!r}")
            self._routes.setdefault(path, {})[method] = route

    def __repr__(self) -> str:
        return f"<ReferenceServer {self.policy!r}>"

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """
        Answer a request (PEP 3333).
        """
        rule = self.rule(environ)
        if self.is_preflight(environ):
            answer, lines = Answer(204), self.preflight_lines(rule, environ)
        else:
            answer = self.answer(environ)
            environ[ANSWERED_HEADERS] = tuple(dict.fromkeys(name.decode("latin-1") for name, _ in answer.headers))
            lines = self.answer_lines(rule, environ)
        own = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in answer.headers]
        start_response(f"{answer.status} {answer.reason.decode('latin-1')}", [*own, *lines])
        return [b"" if environ["REQUEST_METHOD"] == "HEAD" else answer.body]

    def rule(self, environ: Environ) -> Policy | None:
        """
        Return the policy for the request's path and origin.
        """
        path = quote(environ.get("PATH_INFO") or "/", encoding="latin-1")
        return self.policy.rule_for(path, environ.get("HTTP_ORIGIN"))

    def is_preflight(self, environ: Environ) -> bool:
        """
        Tell a preflight from an OPTIONS request of a page, by a header that pages cannot set.
        """
        return environ["REQUEST_METHOD"] == "OPTIONS" and "HTTP_ORIGIN" in environ and ASKED_METHOD in environ

    def allows(self, rule: Policy, origin: str) -> bool:
        """
        Whether *rule* allows what the `Origin` header says, which may be anything.
        """
        return rule.lists_origin(origin)

    def origin_lines(self, rule: Policy, environ: Environ) -> Lines:
        """
        Return the headers that allow the origin, if it is allowed.
        """
        if rule.allows_any_origin:
            return [("Access-Control-Allow-Origin", "*")]
        origin = environ.get("HTTP_ORIGIN", "")
        if not self.allows(rule, origin):
            return []
        return [
            ("Access-Control-Allow-Origin", origin),
            *([("Access-Control-Allow-Credentials", "true")] if rule.credentials else []),
        ]

    def varies_by(self, rule: Policy | None, *, preflight: bool) -> list[str]:
        """
        Return the request headers that the response's headers depend on, whether or not they differ for this request.
        """
        if rule is None:
            return []
        return [
            *([] if rule.allows_any_origin and not rule.by_origin else ["Origin"]),
            *(["Access-Control-Request-Method"] if preflight and any(map(is_any, rule.methods)) else []),
            *(["Access-Control-Request-Headers"] if preflight and any(map(is_any, rule.headers)) else []),
        ]

    def vary_lines(self, rule: Policy | None, *, preflight: bool) -> Lines:
        """
        Return the `Vary` header that tells caches so.
        """
        names = self.varies_by(rule, preflight=preflight)
        return [("Vary", ", ".join(names))] if names else []

    def preflight_lines(self, rule: Policy | None, environ: Environ) -> Lines:
        """
        Return the headers of the response to a preflight.
        """
        vary = self.vary_lines(rule, preflight=True)
        allowed = [] if rule is None else self.origin_lines(rule, environ)
        if rule is None or not allowed:
            return vary
        methods = self.allowed_methods(rule, environ[ASKED_METHOD])
        headers = self.allowed_headers(rule, environ.get(ASKED_HEADERS, ""))
        return [
            *allowed,
            *([("Access-Control-Allow-Methods", ", ".join(methods))] if methods else []),
            *([("Access-Control-Allow-Headers", ", ".join(headers))] if headers else []),
            *([] if rule.max_age is None else [("Access-Control-Max-Age", str(rule.max_age))]),
            *vary,
        ]

    def allowed_methods(self, rule: Policy, asked: str) -> list[str]:
        """
        Return the methods to list: where all are allowed, the one that the preflight names.
        """
        return [asked] if any(map(is_any, rule.methods)) else [*named(rule.methods)]

    def allowed_headers(self, rule: Policy, asked: str) -> list[str]:
        """
        Return the request headers to list: where all are allowed, those that the preflight names.

        NB: not a wildcard, as not every browser leaves `Authorization` out of it.
        """
        if not any(map(is_any, rule.headers)):
            return [*named(rule.headers)]
        names = [name.strip() for name in asked.split(",") if name.strip()]
        return [name for name in names if name.lower() != NEEDS_LISTING or rule.lists_header(name)]

    def answer_lines(self, rule: Policy | None, environ: Environ) -> Lines:
        """
        Return the headers of every other response.
        """
        vary = self.vary_lines(rule, preflight=False)
        allowed = [] if rule is None else self.origin_lines(rule, environ)
        if rule is None or not allowed:
            return vary
        exposed = self.exposed_headers(rule, environ[ANSWERED_HEADERS])
        return [
            *allowed,
            *([("Access-Control-Expose-Headers", ", ".join(exposed))] if exposed else []),
            *vary,
        ]

    def exposed_headers(self, rule: Policy, answered: tuple[str, ...]) -> list[str]:
        """
        Return the response headers to list; where any is exposed, those of the response.

        NB: a `*` is listed as it is, since a policy has it only where no credentials are allowed.
        """
        if ANY in rule.expose:
            return [name for name in answered if rule.promises_exposed(name)]
        return [name for name in rule.expose if isinstance(name, str)]

    def answer(self, environ: Environ) -> Answer:
        """
        Return the response of the route, or the error that there is none.
        """
        path, method = environ.get("PATH_INFO") or "/", environ["REQUEST_METHOD"]
        found = self._routes.get(path)
        if found is None:
            if f"{path}/" in self._routes:
                return Answer(308, {"Location": quote(f"{path}/", encoding="latin-1")})
            return Answer(404, {"Content-Type": "text/plain"}, "not found")
        route = found.get(method) or (found.get("GET") if method == "HEAD" else None) or found.get(ANY_METHOD)
        if route is None:
            status = HTTPStatus.NO_CONTENT if method == "OPTIONS" else HTTPStatus.METHOD_NOT_ALLOWED
            return Answer(status, {"Allow": ", ".join(sorted(found))})
        if isinstance(route, Answer):
            return route
        try:
            return route(environ)
        except Exception:  # noqa: BLE001 - an error of a route is a response as well
            return Answer(500, {"Content-Type": "text/plain"}, "internal server error")
