"""
Faulty servers, one row for each way in which CORS goes wrong in one place, and what a check has to say about it.

They are the reference server, spoiled in one place; `mutants` has those that are spoiled in a systematic way.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from browsercors import Answer, Policy
from browsercors.policy.reference_server import ReferenceServer

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["APP", "FAULTS", "POLICY", "ROUTES", "SHOP", "Fault", "LetsIn"]

APP: Final = "https://app.example.com"
SHOP: Final = "https://shop.example.org"
ROUTES: Final = {"/me": Answer(200, {}, "Ada"), "/me.json": Answer(200, {}, "Ada")}
POLICY: Final = Policy(
    origins=[APP, SHOP], methods=["GET", "PUT", "DELETE"], headers=["Content-Type"], credentials=True, max_age=600
)


class Fault(NamedTuple):
    """
    A server with one fault.

    Attributes:
        create_app: Makes a fresh one.
        told: The kind and the code of the gravest violation.
        headline: How its headline begins.
    """

    create_app: Callable[[], Any]
    told: str
    headline: str


class LetsIn(ReferenceServer):
    """
    Also lets in who is not allowed, where *is_let_in* says so.
    """

    def __init__(self, is_let_in: Callable[[str, dict[str, Any]], bool]) -> None:
        super().__init__(POLICY, ROUTES)
        self._is_let_in = is_let_in

    def origin_lines(self, rule: Policy, environ: Any) -> Any:
        origin = environ.get("HTTP_ORIGIN")
        if origin is not None and self._is_let_in(origin, environ):
            return [("Access-Control-Allow-Origin", origin), ("Access-Control-Allow-Credentials", "true")]
        return super().origin_lines(rule, environ)


class Refuses(ReferenceServer):
    """
    Leaves an allowed page without an answer that it can read, where *is_refused* says so.
    """

    def __init__(self, is_refused: Callable[[str, dict[str, Any]], bool]) -> None:
        super().__init__(POLICY, ROUTES)
        self._is_refused = is_refused

    def origin_lines(self, rule: Policy, environ: Any) -> Any:
        if self._is_refused(environ.get("HTTP_ORIGIN", ""), environ):
            return []
        return super().origin_lines(rule, environ)


class Remembers(LetsIn):
    """
    Lets in whoever has the cookie of somebody who was let in before.
    """

    def __init__(self) -> None:
        seen: set[str] = set()

        def is_let_in(origin: str, environ: dict[str, Any]) -> bool:
            cookie = environ.get("HTTP_COOKIE", "")
            if origin in (APP, SHOP) and cookie:
                seen.add(cookie)
            return cookie in seen

        super().__init__(is_let_in)


def _lets_in(is_let_in: Callable[[str, dict[str, Any]], bool]) -> Callable[[], Any]:
    return functools.partial(LetsIn, is_let_in)


def _refuses(is_refused: Callable[[str, dict[str, Any]], bool]) -> Callable[[], Any]:
    return functools.partial(Refuses, is_refused)


ANY_PAGE: Final = "Any page on the web can"
READ: Final = "credentialed-read"
REFUSED: Final = "An allowed page is refused"
MISSING: Final = "refused allow-origin-missing"

FAULTS: Final = {
    # name: who is let in or refused, what is told, and the headline
    "every origin": Fault(_lets_in(lambda _, __: True), f"{READ} any", f"{ANY_PAGE} read the response to GET /me with"),
    "null": Fault(_lets_in(lambda o, _: o == "null"), f"{READ} null", "Any page on the web, from a sandboxed frame"),
    "null through a redirect": Fault(
        _lets_in(lambda o, e: o == "null" and "attacker" in e.get("HTTP_REFERER", "")),
        f"{READ} null",
        "Any page on the web, through a redirect that makes its origin null, can read",
    ),
    "startswith": Fault(_lets_in(lambda o, _: o.startswith(APP)), f"{READ} prefix", "A page whose origin begins like"),
    "endswith": Fault(_lets_in(lambda o, _: o.endswith("example.com")), f"{READ} suffix", "A page whose origin ends"),
    "subdomains": Fault(_lets_in(lambda o, _: o.endswith(f".{APP[8:]}")), f"{READ} subdomain", "A page on a subdomain"),
    "siblings": Fault(
        _lets_in(lambda o, _: o.startswith("https://") and o.endswith(".example.com") and o.count(".") == 2),
        f"{READ} sibling",
        "A page on another subdomain of the same domain",
    ),
    "the parent domain": Fault(
        _lets_in(lambda o, _: o == "https://example.com"), f"{READ} superdomain", "A page on the parent domain"
    ),
    "http": Fault(_lets_in(lambda o, _: o == "http://app.example.com"), f"{READ} scheme", "A page of an allowed host"),
    "any port": Fault(_lets_in(lambda o, _: o.startswith(f"{APP}:")), f"{READ} port", "A page on another port"),
    "a dot at the end": Fault(_lets_in(lambda o, _: o == f"{APP}."), f"{READ} trailing-dot", "A page of an allowed"),
    "in a joined text": Fault(
        _lets_in(lambda o, _: o in f"{APP},{SHOP}"), f"{READ} substring", "A page whose origin is a part of"
    ),
    "a dot for any character": Fault(
        _lets_in(lambda o, _: o == "https://appxexample.com"), f"{READ} unescaped-dot", "A page whose domain has"
    ),
    "Vite's server": Fault(
        _lets_in(lambda o, _: o == "http://localhost:5173"),
        f"{READ} development-server",
        "A page of a development server",
    ),
    "staging": Fault(_lets_in(lambda o, _: o == "https://staging.example.com"), f"{READ} staging", "A page of a"),
    "previews": Fault(_lets_in(lambda o, _: o.endswith(".vercel.app")), f"{READ} shared-hosting", "A page that anyone"),
    "a tunnel": Fault(_lets_in(lambda o, _: ".ngrok" in o), f"{READ} tunnel", "A page behind a tunnel"),
    "the local network": Fault(
        _lets_in(lambda o, _: o.startswith("http://192.168.")), f"{READ} local-network", "A page of a machine in the"
    ),
    "a handler of HEAD": Fault(
        _lets_in(lambda _, e: e["REQUEST_METHOD"] == "HEAD"), f"{READ} any", f"{ANY_PAGE} read the response to HEAD /me"
    ),
    "a preflight for DELETE": Fault(
        _lets_in(lambda _, e: e.get("HTTP_ACCESS_CONTROL_REQUEST_METHOD") == "DELETE"),
        "sent any",
        f"{ANY_PAGE} send DELETE /me",
    ),
    "server-sent events": Fault(
        _lets_in(lambda _, e: "event-stream" in e.get("HTTP_ACCEPT", "")), f"{READ} any", f"{ANY_PAGE} read the"
    ),
    "an old route with .json": Fault(
        _lets_in(lambda _, e: e["PATH_INFO"].endswith(".json")),
        f"{READ} any",
        f"{ANY_PAGE} read the response to GET /me.json",
    ),
    "JSONP": Fault(
        _lets_in(lambda _, e: "callback=" in e["QUERY_STRING"]),
        f"{READ} any",
        f"{ANY_PAGE} read the response to GET /me?callback=x",
    ),
    "an allowed origin anywhere in Referer": Fault(
        _lets_in(lambda _, e: f"?{APP}" in e.get("HTTP_REFERER", "")), f"{READ} any", f"{ANY_PAGE} read the"
    ),
    "no Referer at all": Fault(
        _lets_in(lambda o, e: o != "null" and "HTTP_REFERER" not in e), f"{READ} any", f"{ANY_PAGE} read the"
    ),
    "a part of a file": Fault(_lets_in(lambda _, e: "HTTP_RANGE" in e), f"{READ} any", f"{ANY_PAGE} read the"),
    "whoever has the cookie of one that was let in": Fault(Remembers, f"{READ} any", f"{ANY_PAGE} read the"),
    "refused: one origin": Fault(_refuses(lambda o, _: o == SHOP), MISSING, f"{REFUSED} GET /me"),
    "refused: PUT": Fault(_refuses(lambda _, e: e["REQUEST_METHOD"] == "PUT"), MISSING, f"{REFUSED} PUT /me"),
    "refused: DELETE in the preflight": Fault(
        _refuses(lambda _, e: e.get("HTTP_ACCESS_CONTROL_REQUEST_METHOD") == "DELETE"), MISSING, f"{REFUSED} DELETE /me"
    ),
    "refused: without Referer": Fault(
        _refuses(lambda _, e: e["REQUEST_METHOD"] == "GET" and "HTTP_REFERER" not in e), MISSING, f"{REFUSED} GET /me"
    ),
    "refused: a part of a file": Fault(_refuses(lambda _, e: "HTTP_RANGE" in e), MISSING, f"{REFUSED} GET /me"),
    "refused: XML": Fault(_refuses(lambda _, e: "xml" in e.get("HTTP_ACCEPT", "")), MISSING, f"{REFUSED} GET /me"),
}  # fmt: skip
