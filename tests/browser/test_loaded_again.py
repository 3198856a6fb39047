"""
What a page loads twice: what comes from what it has, and what the second element is told.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pytest

from browsercors import Answer, Browser, Reason, ScriptedServer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from browsercors import LoadResult, Page

APP: Final = "https://app.example.com"
CDN: Final = "https://cdn.other.example"
OPEN: Final = {"Access-Control-Allow-Origin": "*", "Cache-Control": "no-store"}
FRESH: Final = {"Access-Control-Allow-Origin": "*", "Cache-Control": "max-age=600"}
ANSWERS: Final = {
    "/site.css": Answer(200, {"Content-Type": "text/css", **OPEN}, "@import 'more.css';"),
    "/more.css": Answer(200, {"Content-Type": "text/css", **OPEN}),
    "/text.css": Answer(200, {"Content-Type": "text/plain", **OPEN}),
    "/app.js": Answer(200, {"Content-Type": "text/javascript", **OPEN}, "work()"),
    "/kept.js": Answer(200, {"Content-Type": "text/javascript", **FRESH}, "work()"),
    "/image.js": Answer(200, {"Content-Type": "image/png", **OPEN}, "work()"),
    "/gone.svg": Answer(404, {"Content-Type": "image/svg+xml", **OPEN}, "<svg xmlns='http://www.w3.org/2000/svg'/>"),
    "/gone.json": Answer(404, {"Content-Type": "application/json", **OPEN}, "{}"),
    "/away": Answer(302, {"Location": "http://cdn.other.example/app.js"}),
}


class Step(NamedTuple):
    """
    One load.

    Attributes:
        method: What the page calls.
        path: What it asks the other site for.
        options: The attributes.
        own: Whether it asks the page's own origin instead.
    """

    method: str
    path: str
    options: Mapping[str, Any] = MappingProxyType({})
    own: bool = False

    def run(self, page: Page) -> LoadResult:
        result: LoadResult = getattr(page, self.method)((APP if self.own else CDN) + self.path, **self.options)
        return result


class Row(NamedTuple):
    """
    Two loads of one page.

    Attributes:
        first: What is loaded first.
        second: What is loaded then.
        sent: How many requests the second sends, by browser; None for any other browser.
        told: The event of the second, in the same way.
    """

    first: Step
    second: Step
    sent: dict[str | None, int]
    told: dict[str | None, str]


ANONYMOUS: Final = {"crossorigin": "anonymous"}
SHEET: Final = Step("stylesheet", "/site.css")
MODULE: Final = Step("script", "/app.js", {"type": "module"})
AHEAD: Final = Step("modulepreload", "/app.js")

ROWS: Final = {
    "a sheet": Row(SHEET, SHEET, {"firefox": 0, None: 1}, {None: "load"}),
    "a sheet in another way": Row(SHEET, SHEET._replace(options=ANONYMOUS), {None: 1}, {None: "load"}),
    "what a sheet imported": Row(SHEET, Step("stylesheet", "/more.css"), {"firefox": 0, None: 1}, {None: "load"}),
    "a sheet that was none": Row(
        Step("stylesheet", "/text.css"), Step("stylesheet", "/text.css"), {None: 1}, {"chromium": "load", None: "error"}
    ),
    "a module ahead of its preload": Row(MODULE, AHEAD, {"webkit": 1, None: 0}, {None: "load"}),
    "a module ahead with another attribute": Row(
        AHEAD, AHEAD._replace(options=ANONYMOUS), {None: 0}, {"firefox": "error", None: "load"}
    ),
    "a module with another attribute than its preload": Row(
        AHEAD, MODULE._replace(options={"type": "module", **ANONYMOUS}), {None: 0}, {None: "load"}
    ),
    "an image ahead that is no script": Row(
        Step("modulepreload", "/image.js"),
        Step("script", "/image.js", {"type": "module"}),
        {"chromium": 1, None: 0},
        {None: "error"},
    ),
    "an image in SVG that is an error page": Row(
        Step("image", "/gone.svg"),
        Step("image", "/gone.svg"),
        {"firefox": 1, None: 0},
        {"firefox": "error", None: "load"},
    ),
}


@pytest.mark.parametrize("browser", ["standard", "chromium", "firefox", "webkit"])
@pytest.mark.parametrize("name", ROWS)
def test_what_is_loaded_twice(name: str, browser: Any) -> None:
    row = ROWS[name]
    page = opened(browser)
    row.first.run(page)
    second = row.second.run(page)

    assert sum(exchange.was_sent for exchange in second.exchanges) == row.sent.get(browser, row.sent[None])
    assert second.event == row.told.get(browser, row.told[None])
    assert second.explain()


def test_in_firefox_a_fetch_takes_what_elements_loaded_of_its_own_site() -> None:
    for own, sent in ((True, 0), (False, 1)):
        page = opened("firefox")
        Step("script", "/kept.js", own=own).run(page)
        fetched = page.fetch((APP if own else CDN) + "/kept.js", credentials="include")

        assert sum(exchange.was_sent for exchange in fetched.exchanges) == sent


def test_a_fetch_is_given_the_error_page_that_was_preloaded_for_it() -> None:
    page = opened("firefox")
    ahead = page.preload(f"{CDN}/gone.json", as_="fetch", crossorigin="anonymous")
    fetched = page.fetch(f"{CDN}/gone.json")

    assert (ahead.event, ahead.block and ahead.block.reason) == ("error", Reason.STATUS_NOT_OK)
    assert (fetched.status, fetched.exchanges) == (404, [])


def test_in_firefox_the_target_of_a_redirect_is_refused_before_cors_is_asked() -> None:
    reasons = {}
    for browser in ("firefox", "chromium"):
        block = opened(browser).script(f"{CDN}/away", crossorigin="anonymous").block
        reasons[browser] = block and block.reason

    assert reasons == {"firefox": Reason.MIXED_CONTENT, "chromium": Reason.ALLOW_ORIGIN_MISSING}


def opened(browser: Any) -> Page:
    opens = Browser(browser)
    for origin in (APP, CDN):
        opens.mount(origin, ScriptedServer(ANSWERS))
    return opens.open(f"{APP}/")
