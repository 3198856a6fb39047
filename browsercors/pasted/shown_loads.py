"""
What browsers send for a load, and what the page gets: found out by loading, in a simulation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from browsercors.browser.browser import Browser
from browsercors.engines.registry import real_browsers
from browsercors.pasted.load_topics import SHOWN_LOADS
from browsercors.servers.scripted import Answer, ScriptedServer

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from browsercors.browser.loads import LoadResult
    from browsercors.explain.report import Report
    from browsercors.pasted.load_topics import ShownLoad
    from browsercors.rules.profile import BrowserProfile

__all__ = ["LoadRow", "accepts_of", "rows_about"]

PAGE: Final = "https://app.example.com"
OTHER: Final = "https://cdn.other.example"
SHOWN_HEADERS: Final = ("Sec-Fetch-Dest", "Sec-Fetch-Mode", "Origin", "Cookie", "Range", "Sec-Purpose")
WITHOUT_CORS: Final[tuple[tuple[str, str], ...]] = ()
WITH_CORS: Final = (("Access-Control-Allow-Origin", PAGE), ("Access-Control-Allow-Credentials", "true"))


class LoadRow(NamedTuple):
    """
    What one way to load comes to.

    Attributes:
        element: How the page writes it.
        browsers: The browsers in which it is so.
        sent: The header lines of its request that tell; empty if nothing is sent.
        refused: What comes of it if the server sends no header of CORS.
        allowed: What comes of it if the server allows the page.
    """

    element: str
    browsers: tuple[str, ...]
    sent: tuple[str, ...]
    refused: str
    allowed: str


def rows_about(topic: str) -> Sequence[LoadRow]:
    """
    Return what the loads of a topic come to, from another origin, in each browser; browsers that agree share a row.
    """
    rows: list[LoadRow] = []
    for load in SHOWN_LOADS.get(topic, ()):
        found: dict[LoadRow, list[str]] = {}
        for profile in real_browsers():
            found.setdefault(_row(load, profile), []).append(profile.label)
        rows += [row._replace(browsers=tuple(labels)) for row, labels in found.items()]
    return rows


def accepts_of(topic: str) -> Mapping[str, str]:
    """
    Return the `Accept` that each browser sends for the first load of a topic; empty if it has none.
    """
    accepts = {}
    for load in SHOWN_LOADS.get(topic, ())[:1]:
        for profile in real_browsers():
            for exchange in _result(load, profile, WITHOUT_CORS).exchanges:
                accepts[profile.label] = exchange.request_headers["Accept"]
    return accepts


def _row(load: ShownLoad, profile: BrowserProfile) -> LoadRow:
    refused, allowed = (_result(load, profile, headers) for headers in (WITHOUT_CORS, WITH_CORS))
    reports = [result.report(browsers=[]) for result in (refused, allowed)]
    sent = [exchange.request_headers for exchange in refused.exchanges[:1]]
    lines = [f"{name}: {headers[name]}" for headers in sent for name in SHOWN_HEADERS if name in headers]
    return LoadRow(reports[0].tried.api, (), tuple(lines), *map(_outcome, reports))


def _result(load: ShownLoad, profile: BrowserProfile, headers: Iterable[tuple[str, str]]) -> LoadResult:
    answer = Answer(200, [("Content-Type", load.content_type), *headers], load.body)
    with Browser(profile) as browser:
        browser.mount(OTHER, ScriptedServer({"*": answer}))
        browser.set_cookie("id", "1", domain="cdn.other.example", secure=True, same_site="none")
        result: LoadResult = getattr(browser.open(PAGE), load.method)(f"{OTHER}/", **load.attributes)
        return result


def _outcome(report: Report) -> str:
    if report.verdict == "loaded":
        return "load"
    return f"{'load' if report.verdict == 'restricted' else 'error'} ({report.code})"
