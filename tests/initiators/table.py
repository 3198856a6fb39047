"""
The page about loads: `python -m tests.initiators.table` writes the tables of `spec_notes/elements.md` from the code.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from browsercors import Answer, Browser, Load, ScriptedServer, which_request
from browsercors.browser.load_arguments import LOADS, NEEDED
from browsercors.engines.registry import real_browser_names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from browsercors.browser.which_request import LoadRequest
    from browsercors.values.literals import BrowserName, LoadName

__all__ = ["PAGE", "ROWS", "with_tables"]

PAGE: Final = Path(__file__).parents[2] / "spec_notes" / "elements.md"
BEGIN: Final = "## What is sent\n"

BROWSERS: Final[tuple[BrowserName, ...]] = ("standard", *real_browser_names())
URL: Final = "https://api.example.com/x"
"""On the site of the page, so that it does not matter what browsers do to the cookies of other sites."""

OWN: Final = "https://app.example.com/x"
"""Of the page's own origin, where a worker has to be."""

Initiator: TypeAlias = "LoadName | Literal['import_scripts']"

ROWS: Final[tuple[tuple[Initiator, dict[str, Any]], ...]] = (
    ("image", {}),
    ("image", {"crossorigin": "anonymous"}),
    ("image", {"crossorigin": "use-credentials"}),
    ("image", {"css_property": "background-image"}),
    ("image", {"css_property": "mask-image"}),
    ("image", {"css_property": "border-image-source"}),
    ("image", {"css_property": "list-style-image"}),
    ("image", {"css_property": "content"}),
    ("image", {"css_property": "cursor"}),
    ("image", {"css_property": "shape-outside"}),
    ("image", {"css_property": "clip-path"}),
    ("image", {"css_property": "filter"}),
    ("script", {}),
    ("script", {"crossorigin": "anonymous"}),
    ("script", {"type": "module"}),
    ("script", {"type": "module", "crossorigin": "use-credentials"}),
    ("import_module", {}),
    ("import_module", {"type": "json"}),
    ("import_module", {"type": "css"}),
    ("stylesheet", {}),
    ("stylesheet", {"crossorigin": "anonymous"}),
    ("font", {}),
    ("media", {"element": "video"}),
    ("media", {"element": "audio"}),
    ("media", {"crossorigin": "anonymous"}),
    ("track", {}),
    ("track", {"crossorigin": "anonymous"}),
    ("preload", {"as_": "fetch"}),
    ("preload", {"as_": "fetch", "crossorigin": "anonymous"}),
    ("preload", {"as_": "image"}),
    ("preload", {"as_": "script"}),
    ("preload", {"as_": "style"}),
    ("preload", {"as_": "font"}),
    ("preload", {"as_": "font", "crossorigin": "anonymous"}),
    ("preload", {"as_": "track"}),
    ("preload", {"as_": "document"}),
    ("preload", {"as_": "video"}),
    ("modulepreload", {}),
    ("prefetch", {}),
    ("manifest", {}),
    ("manifest", {"crossorigin": "use-credentials"}),
    ("event_source", {}),
    ("event_source", {"with_credentials": True}),
    ("beacon", {"data": "text"}),
    ("ping", {}),
    ("worker", {}),
    ("worker", {"type": "module"}),
    ("shared_worker", {}),
    ("websocket", {}),
    ("import_scripts", {}),
)
"""The loads that the tables have, each once with every attribute that changes what is sent."""

WORKERS: Final = frozenset({"worker", "shared_worker"})

TOLD: Final = ("host", "origin", "sec-fetch-")
"""The headers that follow from the mode, the destination and the page."""


def with_tables(text: str) -> str:
    """
    Return the page with its tables made anew.
    """
    return text.partition(BEGIN)[0] + "\n".join([BEGIN, *_sent(), "", *_headers(), "", *_seen(), ""])


def _sent() -> Iterator[str]:
    yield _row("load", *BROWSERS)
    yield _row("---", *("---" for _ in BROWSERS))
    for initiator, attributes in ROWS:
        cells = [_cell(_asked(initiator, attributes, browser)) for browser in BROWSERS]
        yield _row(_call(initiator, attributes), *cells)


def _cell(asked: LoadRequest) -> str:
    if not asked.is_sent:
        return f"nothing: `{asked.refusal.value}`" if asked.refusal is not None else "nothing"
    destination = f"`{asked.destination}`" if asked.destination else "empty"
    return f"`{asked.mode}`, `{asked.credentials}`, {destination}"


def _headers() -> Iterator[str]:
    yield "## Headers of their own\n"
    yield "Beside what a browser sends for a preload `as=fetch`, and beside `Origin` and `Sec-Fetch-*`. Loads without a"
    yield "row have none, or those of the row above with their name.\n"
    yield _row("load", "browser", "headers")
    yield _row("---", "---", "---")
    shown: set[tuple[str, str, str]] = set()
    for initiator, attributes in ROWS:
        lines: dict[str, list[str]] = {}
        for browser in BROWSERS:
            told = _own_headers(_asked(initiator, attributes, browser), browser)
            if told:
                lines.setdefault(told, []).append(browser)
        for told, browsers in lines.items():
            # NB: `crossorigin` changes none of them.
            if (initiator, told, browsers[0]) not in shown:
                shown.add((initiator, told, browsers[0]))
                yield _row(_call(initiator, attributes), ", ".join(browsers), told)


def _own_headers(asked: LoadRequest, browser: BrowserName) -> str:
    usual = which_request("preload", URL, as_="fetch", crossorigin="anonymous", browser=browser).headers.lines
    told = [line for line in asked.headers.lines if line not in usual and not line[0].lower().startswith(TOLD)]
    return ", ".join(f"`{name}: {value}`" for name, value in told)


def _seen() -> Iterator[str]:
    yield "## What the page sees\n"
    yield _row("load", "result", "what it tells beside `loaded` and `event`")
    yield _row("---", "---", "---")
    with Browser() as browser:
        browser.mount("https://api.example.com", ScriptedServer(default=Answer()))
        page = browser.open("https://app.example.com/")
        results = {name: Load(name, URL, as_="fetch" if name in NEEDED else None).run(page) for name in LOADS}
    # NB: a font tells nothing else.
    common = {*dir(results["font"])}
    for name, result in results.items():
        own = ", ".join(f"`{each}`" for each in dir(result) if each not in common and not each.startswith("_"))
        yield _row(f"`page.{name}()`", f"`{type(result).__name__}`", own or "nothing")


def _asked(initiator: Initiator, attributes: dict[str, Any], browser: BrowserName) -> LoadRequest:
    return which_request(initiator, OWN if initiator in WORKERS else URL, browser=browser, **attributes)


def _call(initiator: Initiator, attributes: dict[str, Any]) -> str:
    given = "".join(f" {name}={value}" for name, value in attributes.items())
    return f"`{initiator}{given}`"


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    PAGE.write_text(with_tables(PAGE.read_text("utf-8")), "utf-8")
