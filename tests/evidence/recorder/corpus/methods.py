"""
Methods: which are normalized, which are forbidden, which are preflighted, and how a list must name them.
"""

from collections.abc import Iterator
from typing import Final

from tests.evidence.recorder.corpus.build import allow, both, get, preflight, route, sampled, scenario, slug, text, xhr
from tests.evidence.recorder.scenario import Scenario

METHODS: Final = (
    *("GET", "get", "GeT", "HEAD", "head", "POST", "post", "pOST", "PUT", "put", "Put", "DELETE", "delete", "OPTIONS"),
    *("options", "PATCH", "patch", "Patch", "QUERY", "query", "PROPFIND", "FOO", "foo", "chicken", "X-Y"),
    *("!#$%&'*+.^_`|~1",),
)
REFUSED: Final = (
    "CONNECT",
    "connect",
    "TRACE",
    "trace",
    "TRACK",
    "Track",
    "",
    " ",
    "GET ",
    " GET",
    "G T",
    "G@T",
    "GE\tT",
    "G\xe9T",
)
WITH_BODY: Final = ("POST", "PUT", "PATCH", "DELETE", "OPTIONS", "patch", "QUERY")

# The list the preflight answers with, for the method asked for: what is near to naming it.
LISTS: Final = (
    *(
        ("PUT", value)
        for value in ("PUT", "put", "Put", " PUT ", "GET,PUT", "PUT,", ",PUT", "PUTS", "PU", "*", '"PUT"', "")
    ),
    *(("patch", value) for value in ("patch", "PATCH", "Patch", "*", "PATCH,patch")),
    *(("PATCH", value) for value in ("PATCH", "patch", "GET, POST")),
    *(("foo", value) for value in ("foo", "FOO", "Foo", "*")),
    *(("DELETE", value) for value in ("DELETE", "delete", "PUT; DELETE", "PUT DELETE", "PUT|DELETE", "PUT,DELETE")),
)


def scenarios() -> Iterator[Scenario]:
    """
    Make the families `methods`, `methods-xhr`, `methods-no-cors`, `methods-same-origin`.
    """
    yield from sampled(_cross_origin(), 9)
    yield from _others()


def _cross_origin() -> Iterator[Scenario]:
    for method in METHODS:
        named = preflight(f"Access-Control-Allow-Methods: {method}")
        yield scenario(f"methods/{slug(method)}", get(method=method), both(named, allow()))
        yield scenario(f"methods/unlisted-{slug(method)}", get(method=method), both(preflight(), allow()))
    for method in REFUSED:
        yield scenario(f"methods/refused-{slug(method)}", get(method=method), [route(allow())])
    for method in WITH_BODY:
        named = preflight(f"Access-Control-Allow-Methods: {method}")
        yield scenario(f"methods/body-{slug(method)}", get(method=method, body=text("hi")), both(named, allow()))
    for method in ("GET", "HEAD", "get"):
        yield scenario(f"methods/body-refused-{method}", get(method=method, body=text("hi")), [route(allow())])
    for method, value in LISTS:
        named = preflight(f"Access-Control-Allow-Methods: {value}")
        yield scenario(f"methods/{slug(method)}-by-{slug(value)}", get(method=method), both(named, allow()))


def _others() -> Iterator[Scenario]:
    for method in (*METHODS, *REFUSED):
        named = preflight(f"Access-Control-Allow-Methods: {method}")
        routes = both(named, allow())
        yield scenario(f"methods-xhr/{slug(method)}", xhr(method=method), routes)
        yield scenario(f"methods-no-cors/{slug(method)}", get(method=method, mode="no-cors"), routes)
    for method in (*METHODS, "CONNECT", "trace"):
        own = route(allow(), origin="app")
        yield scenario(f"methods-same-origin/{slug(method)}", get(url="{app}/x", method=method), [own])
    for method in WITH_BODY:
        named = preflight(f"Access-Control-Allow-Methods: {method}")
        yield scenario(f"methods-xhr/body-{slug(method)}", xhr(method=method, body=text("hi")), both(named, allow()))
    for method in ("GET", "HEAD"):
        yield scenario(f"methods-xhr/body-{method}", xhr(method=method, body=text("hi")), [route(allow())])
