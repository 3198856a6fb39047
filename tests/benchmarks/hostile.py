"""
Answers that a server sends to be a nuisance: a megabyte of header, twenty redirects.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors import Answer, Browser, ScriptedServer
from tests.benchmarks.apps import API, PAGE

if TYPE_CHECKING:
    from collections.abc import Callable

    from browsercors import FetchResult

__all__ = ["HOPS", "HOSTILE_HEADERS", "SIZES", "fetch_of_hostile_headers", "fetch_of_redirects"]

SIZES: Final = (1_000, 10_000, 100_000, 1_000_000)
HOPS: Final = (1, 5, 10, 20)

ALLOW: Final = [
    ("Access-Control-Allow-Origin", PAGE[:-1]),
    ("Access-Control-Allow-Methods", "PUT"),
    ("Access-Control-Allow-Headers", "content-type"),
    ("Access-Control-Max-Age", "600"),
]


def _repeated(unit: str, size: int) -> str:
    return unit * (size // len(unit))


def _with(name: str, value: str) -> list[tuple[str, str]]:
    return [*(pair for pair in ALLOW if pair[0] != name), (name, value)]


# By name: the headers of every answer, given how many bytes they may have.
HOSTILE_HEADERS: Final[dict[str, Callable[[int], list[tuple[str, str]]]]] = {
    "allowed origin": lambda size: _with("Access-Control-Allow-Origin", _repeated("a", size)),
    "allowed origins, commas": lambda size: _with("Access-Control-Allow-Origin", _repeated(",", size)),
    "allowed methods": lambda size: _with("Access-Control-Allow-Methods", f"PUT{_repeated(',x', size)}"),
    "allowed methods, commas": lambda size: _with("Access-Control-Allow-Methods", f"PUT{_repeated(', ', size)}"),
    "allowed headers": lambda size: _with("Access-Control-Allow-Headers", f"content-type{_repeated(',x', size)}"),
    "exposed headers": lambda size: [*ALLOW, ("Access-Control-Expose-Headers", _repeated("x-a,", size))],
    "max-age, digits": lambda size: _with("Access-Control-Max-Age", _repeated("9", size)),
    "content type, quotes": lambda size: [*ALLOW, ("Content-Type", f'text/plain;a="{_repeated(chr(92), size)}')],
    "content type, parameters": lambda size: [*ALLOW, ("Content-Type", f"text/plain{_repeated(';a=b', size)}")],
    "nosniff": lambda size: [*ALLOW, ("X-Content-Type-Options", _repeated('",', size))],
    "one name in many lines": lambda size: [*ALLOW, *[("X-A", "b")] * (size // 8)],
    "many names": lambda size: [*ALLOW, *((f"X-{number:06}", "") for number in range(size // 12))],
    "one allowed origin in many lines": lambda size: [("Access-Control-Allow-Origin", "*")] * (size // 32),
    "folded lines": lambda size: [*ALLOW, ("X-A", _repeated("b\n ", size))],
    "cookies": lambda size: [*ALLOW, *(("Set-Cookie", f"a{number:06}=b") for number in range(size // 22))],
    "timing allow origin": lambda size: [*ALLOW, ("Timing-Allow-Origin", _repeated("x,", size))],
    "referrer policy": lambda size: [*ALLOW, ("Referrer-Policy", _repeated("x,", size))],
}


def fetch_of_hostile_headers(name: str, size: int) -> Callable[[], object]:
    """
    Return a preflighted fetch whose two answers carry such headers.
    """
    browser = Browser()
    server = ScriptedServer({"*": Answer(200, HOSTILE_HEADERS[name](size))}, keep=0)
    browser.mount(API, server)
    page = browser.open(PAGE)

    def fetch() -> object:
        browser.preflight_cache.clear()
        result = page.fetch(f"{API}/", method="PUT", json={}, credentials="omit")
        return result.block, dict(result.headers)

    return fetch


def fetch_of_redirects(hops: int) -> Callable[[], FetchResult]:
    """
    Return a fetch that is redirected so many times, within the other origin.
    """
    browser = Browser()
    answers: dict[str, Answer | list[Answer]] = {
        f"/{hop}": Answer(302, [("Access-Control-Allow-Origin", "*"), ("Location", f"/{hop + 1}")])
        for hop in range(hops)
    }
    answers[f"/{hops}"] = Answer(200, [("Access-Control-Allow-Origin", "*")])
    browser.mount(API, ScriptedServer(answers, keep=0))
    page = browser.open(PAGE)
    return lambda: page.fetch(f"{API}/0")
