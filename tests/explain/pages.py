"""
Pages that fetch and load, for the tests of reports.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from browsercors.browser.browser import Browser
from browsercors.servers.scripted import ScriptedServer
from browsercors.values.findings import Algorithm

if TYPE_CHECKING:
    from collections.abc import Callable

    from browsercors.browser.loads import LoadResult
    from browsercors.browser.page import Page
    from browsercors.browser.result import FetchResult
    from browsercors.explain.report import Report
    from browsercors.values.findings import Reason
    from browsercors.values.literals import BrowserName

PAGE = "https://app.example.com"
API = "https://api.example.com"
RULE = Algorithm("a rule", "https://standard.example/#rule")
SUFFIXES = ["com", "example"]
ALLOW = {"Access-Control-Allow-Origin": PAGE}
ALLOW_CREDENTIALS = {**ALLOW, "Access-Control-Allow-Credentials": "true"}


def fetched(
    answers: dict[str, Any], path: str = "/", *, page: str = PAGE, browser: BrowserName = "chromium", **options: Any
) -> FetchResult:
    """
    Return what comes of a fetch from the API, which answers so.
    """
    with Browser(browser, public_suffix_list=SUFFIXES) as simulated:
        simulated.mount(API, ScriptedServer(answers))
        return simulated.open(page, sandboxed=options.pop("sandboxed", False)).fetch(f"{API}{path}", **options)


IMAGE: dict[str, Any] = {"mode": "no-cors", "credentials": "include"}
"""The options of what an `<img>` does."""


def fetched_again(
    answers: dict[str, Any],
    before: dict[str, Any] = IMAGE,
    *,
    seconds: float = 5,
    browser: BrowserName = "chromium",
    **options: Any,
) -> FetchResult:
    """
    Return what comes of a fetch some *seconds* after another one of the same URL, with the options *before*.
    """
    with Browser(browser, public_suffix_list=SUFFIXES) as simulated:
        simulated.mount(API, ScriptedServer(answers))
        page = simulated.open(PAGE)
        page.fetch(f"{API}/", **before)
        simulated.clock.advance(seconds)
        return page.fetch(f"{API}/", **options)


def reported(reason: Reason, **evidence: object) -> Report:
    """
    Return the report on a fetch that failed for *reason* before anything was sent, with this evidence.
    """
    result = fetched({}, mode="same-origin")
    result.findings[:] = [RULE.failed("1", reason, **evidence)]
    return result.report()


def loaded(
    answers: dict[str, Any],
    load: str,
    path: str = "/",
    *,
    page: str = PAGE,
    browser: BrowserName = "chromium",
    page_headers: dict[str, str] | None = None,
    before: Callable[[Page], object] = lambda _page: None,
    **attributes: Any,
) -> LoadResult:
    """
    Return what comes of a load from the API, which answers so.

    Args:
        answers: The API's answers by path.
        load: The method of `Page`, such as "image".
        path: The path of what is loaded; or a whole URL.
        page: The URL of the page.
        browser: The browser.
        page_headers: The headers of the page's own response.
        before: What the page does before.
        attributes: The attributes of the element.
    """
    with Browser(browser, public_suffix_list=SUFFIXES) as simulated:
        simulated.mount(API, ScriptedServer(answers))
        opened = simulated.open(page, headers=page_headers)
        before(opened)
        result: LoadResult = getattr(opened, load)(path if "://" in path else f"{API}{path}", **attributes)
        return result
