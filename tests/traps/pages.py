"""
Pages that fall into a trap: scripted servers or applications, a page, and one call.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from browsercors import Browser, ScriptedServer
from tests.explain.pages import API, PAGE, SUFFIXES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from browsercors import FetchResult, Page
    from browsercors.explain.report import Fix, Report
    from browsercors.values.literals import BrowserName

ALL: Final = ("chromium", "firefox", "webkit", "standard")


def ask(
    servers: Mapping[str, Any],
    url: str = f"{API}/",
    *,
    page: str = PAGE,
    browser: BrowserName = "chromium",
    before: Callable[[Browser, Page], object] = lambda _browser, _page: None,
    xhr: bool = False,
    page_headers: Mapping[str, str] | None = None,
    hsts_preload: Mapping[str, bool] | None = None,
    **options: Any,
) -> FetchResult:
    """
    Return what comes of a call of a page.

    Args:
        servers: What is mounted for each origin: scripted answers, or an application.
        url: The URL asked for.
        page: The URL of the page.
        browser: The browser.
        before: What happened before the call.
        xhr: Whether it asks by XMLHttpRequest.
        page_headers: The headers of the page's own response.
        hsts_preload: The browser's preload list.
        options: The options of the call.
    """
    with Browser(browser, public_suffix_list=SUFFIXES, hsts_preload=hsts_preload) as simulated:
        for origin, target in servers.items():
            simulated.mount(origin, ScriptedServer(target) if isinstance(target, dict) else target)
        opened = simulated.open(page, headers=page_headers)
        before(simulated, opened)
        if xhr:
            return opened.xhr(options.pop("method", "GET"), url, **options)
        return opened.fetch(url, **options)


def changes(fix: Fix) -> dict[tuple[str, str], dict[str, str | None]]:
    """
    Return the headers that a fix changes, by the method and path of what is answered.
    """
    return {
        (answer.method, "/" + answer.url.split("/", 3)[3]): {header.name: header.value for header in answer.headers}
        for answer in fix.answers
    }


def is_mended(report: Report) -> bool:
    """
    Whether the first fix was proven in every browser.
    """
    return bool(report.fixes) and set(ALL) == set(report.fixes[0].proven_in)


def surprise(report: Report, code: str) -> str:
    """
    Return what the report says of a surprise: sentence and advice.
    """
    (found,) = (each for each in report.surprises if each.code == code)
    return f"{found.sentence} {found.advice}"
