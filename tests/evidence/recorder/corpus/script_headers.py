"""
Header names and values that a script sets: which are forbidden, which are errors, and how they look on the wire.
"""

from collections.abc import Iterator
from typing import Final

from tests.evidence.recorder.corpus.build import (
    allow,
    both,
    get,
    preflight,
    put,
    route,
    sampled,
    scenario,
    slug,
    text,
    xhr,
)
from tests.evidence.recorder.scenario import Route, Scenario

FORBIDDEN: Final = (
    *("Accept-Charset", "Accept-Encoding", "Access-Control-Request-Headers", "Access-Control-Request-Method"),
    *("Access-Control-Request-Private-Network", "Access-Control-Request-Local-Network", "Connection", "Content-Length"),
    *("Cookie", "Cookie2", "Date", "DNT", "Expect", "Host", "Keep-Alive", "Origin", "Referer", "Set-Cookie", "TE"),
    *("Trailer",),
    *("Transfer-Encoding", "Upgrade", "Via", "Proxy-Authorization", "proxy-", "Proxy", "Sec-Fetch-Site", "sec-"),
    *("Sec", "SEC-x"),
    *("User-Agent", "Feature-Policy", "Permissions-Policy", "Access-Control-Foo", "Content-Transfer-Encoding"),
    *("oRiGiN", "Set-Cookie2"),
)
OVERRIDES: Final = tuple(
    (name, value)
    for name in ("X-HTTP-Method-Override", "X-HTTP-Method", "x-method-override")
    for value in ("TRACE", "trace", "CONNECT", "GET", "GET,TRACE", "GET, track ", "TRACER", '"TRACE"', "")
)
BAD_NAMES: Final = ("", " ", "a b", "a:b", "a(", "\xe9", "a\x00", "X-A ", "x/y", "x@y", "(x)", "X\tA")
BAD_VALUES: Final = ("a\x00b", "a\rb", "a\nb", "\r\nX: y", "\u0100", "a\x7f", "\x01", "\xff", " \t a \t ", "", "\u20ac")

# Names whose order is asked for in Access-Control-Request-Headers and, as set, on the wire.
ORDERS: Final = (
    ("X-B", "X-A"),
    ("x-b", "X-a", "X-C"),
    ("Z", "a", "M", "b"),
    ("X-10", "X-9", "X_1", "X.1"),
    ("X-A", "x-a"),
    ("X-A", "x-A", "X-a", "Y"),
    ("Authorization", "X-A", "Content-Type"),
    ("Content-Type", "Authorization", "A"),
    ("X-Requested-With", "X-CSRF-Token", "Authorization"),
    ("b", "a1", "a-1", "a_1", "a", "A0"),
    ("Cache-Control", "Pragma", "If-None-Match"),
    ("Last-Event-ID", "Range", "Accept"),
    ("X-1", "X-2", "X-3", "X-4", "X-5", "X-6", "X-7", "X-8"),
    ("!", "#", "$", "%", "&", "'", "*", "+", "-", ".", "^", "_", "`", "|", "~"),
    ("Accept", "Accept-Language", "X-A", "Content-Language"),
    ("Foo", "Bar", "Baz", "Qux", "Quux"),
    ("If-Match", "Accept-Datetime", "Save-Data", "Priority"),
    ("x-" + "a" * 100, "x-" + "b" * 300),
)


def scenarios() -> Iterator[Scenario]:
    """
    Make the families `forbidden`, `header-syntax`, `header-order`.
    """
    for name in FORBIDDEN:
        yield _ask(f"forbidden/{slug(name)}", ((name, "1"),))
        yield scenario(f"forbidden/xhr-{slug(name)}", xhr(headers=((name, "1"),)), _routes())
    for name in (
        "Cookie",
        "Origin",
        "Host",
        "User-Agent",
        "Referer",
        "Accept-Encoding",
        "Sec-Fetch-Site",
        "Connection",
        "Date",
    ):
        own = route(allow(), origin="app")
        yield scenario(f"forbidden/own-{name}", get(url="{app}/x", headers=((name, "1"),)), [own])
    for name, value in OVERRIDES:
        yield _ask(f"forbidden/{name}-{slug(value)}", ((name, value),))
    for name in BAD_NAMES:
        yield _ask(f"header-syntax/name-{slug(name)}", ((name, "1"),))
        yield scenario(f"header-syntax/xhr-name-{slug(name)}", xhr(headers=((name, "1"),)), _routes())
    for value in BAD_VALUES:
        yield _ask(f"header-syntax/value-{slug(value)}", (("X-A", value),))
        yield scenario(f"header-syntax/xhr-value-{slug(value)}", xhr(headers=(("X-A", value),)), _routes())
    yield from sampled(_orders(), 6)


def _orders() -> Iterator[Scenario]:
    for number, names in enumerate(ORDERS):
        headers = tuple((name, str(place)) for place, name in enumerate(names))
        label = f"{number:02}-{slug('.'.join(names))}"
        yield _ask(f"header-order/{label}", headers)
        yield scenario(f"header-order/put-{label}", put(headers=headers, body=text("x")), _routes())
        yield scenario(f"header-order/xhr-{label}", xhr(headers=headers), _routes())


def _ask(name: str, headers: tuple[tuple[str, str], ...]) -> Scenario:
    return scenario(name, get(headers=headers), _routes())


def _routes() -> tuple[Route, ...]:
    return both(preflight("Access-Control-Allow-Headers: *, Authorization", "Access-Control-Allow-Methods: *"), allow())
