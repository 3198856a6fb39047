"""
What reports cost: composing one, with its fixes proven in four browsers, and writing it in each form.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors import Answer, Browser, ScriptedServer
from browsercors.explain.formats.html.page import report_as_html
from browsercors.explain.formats.json import report_as_data
from browsercors.explain.formats.text import report_as_text
from tests.benchmarks.apps import API, PAGE

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["BLOCKED", "COUNTS", "report_on_headers", "reports"]

COUNTS: Final = (100, 1000, 10_000)
"""How many request headers a page sets for a report on them."""

BLOCKED: Final = "text: a GET without Access-Control-Allow-Origin"
WILDCARD: Final = {"Access-Control-Allow-Origin": "*"}


def report_on_headers(count: int) -> Callable[[], object]:
    """
    Return what makes the report on a preflight for *count* request headers that are not allowed.
    """
    with Browser() as browser:
        browser.mount(API, ScriptedServer({"*": Answer(204, {"Access-Control-Allow-Origin": PAGE.rstrip("/")})}))
        headers = {f"X-H{number}": "1" for number in range(count)}
        result = browser.open(PAGE).fetch(f"{API}/", headers=headers)
    return result.report


def reports() -> dict[str, Callable[[], object]]:
    """
    Return what is measured, by name.
    """
    with Browser() as browser:
        browser.mount(API, ScriptedServer({"/bare": Answer(), "*": Answer(headers={**WILDCARD, "X-Total": "1"})}))
        page = browser.open(PAGE)
        readable = page.fetch(f"{API}/items")
        bare = page.fetch(f"{API}/bare")
        update = page.fetch(f"{API}/items/7", method="PUT", json={}, credentials="include")
    report = update.report()
    return {
        "text: a readable GET with a hidden header": lambda: report_as_text(readable.report()),
        BLOCKED: lambda: report_as_text(bare.report()),
        "text: a JSON PUT with credentials against *, five rules to mend": lambda: report_as_text(update.report()),
        "the same, compared between browsers": lambda: report_as_text(update.report(compare=True)),
        "the same report as HTML, without composing it": lambda: report_as_html([report]),
        "the same report as data, without composing it": lambda: report_as_data(report),
    }
