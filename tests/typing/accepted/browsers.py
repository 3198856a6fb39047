"""
Browsers, pages and results, as users write them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, assert_type

from browsercors import (
    CHROMIUM,
    AsyncBrowser,
    AsyncPage,
    Browser,
    BrowserName,
    CORSBlocked,
    FetchResult,
    Headers,
    ImageResult,
    LoadResult,
    Page,
    PageResult,
    PreloadResult,
    Reason,
    Report,
    RequestCredentials,
    ScriptResult,
    StylesheetResult,
    check_response,
    classify,
    read_har,
)

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

NAMES: tuple[BrowserName, ...] = ("chromium", "firefox", "webkit", "standard")


def fetch_in(app: WSGIApplication, name: BrowserName, credentials: RequestCredentials = "include") -> FetchResult:
    with Browser(name, start_time=0, raise_app_exceptions=True, public_suffix_list=["com", "org"]) as browser:
        browser.mount("https://api.example.com", app, interface="wsgi", timeout=1)
        browser.set_cookie("id", "1", domain="api.example.com", same_site="none", secure=True)
        page = browser.open("https://app.example.com/", referrer_policy="no-referrer")
        assert_type(page, Page)
        page.xhr("PUT", "/items", with_credentials=True, upload_listeners=False, headers={"X-A": "1"})
        return page.fetch("/items", method="PUT", json={"a": 1}, mode="cors", credentials=credentials, cache="no-store")


def look_at(result: FetchResult) -> str:
    assert_type(result.readable, bool)
    assert_type(result.headers, Headers)
    assert_type(result.status, int)
    if result.block is not None:
        assert_type(result.block.reason, Reason)
    report = result.report(browsers=["firefox", CHROMIUM], allowed_origins="https://*.example.com", compare=True)
    assert_type(report, Report)
    try:
        return result.raise_for_unreadable().text()
    except CORSBlocked as error:
        assert_type(error.result, PageResult)
        return str(error)


async def wait_for() -> FetchResult:
    async with AsyncBrowser(CHROMIUM.evolve(name="mine"), start_time=1.5) as browser:
        page = browser.open("https://app.example.com/")
        return await page.fetch("https://api.example.com/", redirect="manual", duplex="half")


def ask() -> tuple[bool, bool]:
    question = classify("PUT", url="https://api.example.com/", origin="https://app.example.com", browser="standard")
    answer = check_response(origin="null", headers=[("Access-Control-Allow-Origin", "*")], credentials="omit")
    for verdict in read_har("shop.har", browser="auto"):
        assert_type(verdict.result, FetchResult | LoadResult)
    return question.preflighted, answer.readable


def load(page: Page) -> ImageResult:
    sheet = page.stylesheet("/site.css", crossorigin="anonymous", integrity="sha256-x")
    assert_type(sheet, StylesheetResult)
    assert_type([font.readable for font in sheet.fonts], list[bool])
    script = page.script("/app.js", type="module").raise_for_error()
    assert_type(script, ScriptResult)
    assert_type(script.imports, list[ScriptResult])
    assert_type(script.to_dict()["executed"], Any)
    assert_type([entry.duration for entry in page.performance], list[float])
    return page.image("/a.png", css_property="mask-image", stylesheet=sheet).raise_for_unreadable()


async def load_later(page: AsyncPage) -> bool:
    image = await page.image("/a.png", srcset="b.png 2x", crossorigin="use-credentials")
    assert_type(image.tainted, bool)
    preload = await page.preload("/a.woff2", as_="font", crossorigin="")
    assert_type(preload, PreloadResult)
    for each in (page.media("/a.mp4", element="audio", seek_to=[10]), page.track("/a.vtt"), page.manifest("/a.json")):
        result: LoadResult = await each
        assert result.event in {"load", "error", None}
    return preload.used
