"""
What a browser can notice: a finite grid of pages, requests and orders, tried by plain fetches, without `check_policy`.

The pages are written down here, and what a policy says is asked of the policy itself.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Final, Literal

from browsercors import Browser
from browsercors.fetch.timeline import Exchange
from browsercors.policy.names import named

if TYPE_CHECKING:
    from collections.abc import Iterator

    from browsercors import FetchResult, Page, Policy
    from browsercors.policy.reference_server import ReferenceServer
    from browsercors.values.literals import BrowserName

__all__ = ["first_notice"]

API: Final = "https://api.example.net"
NAMES: Final[tuple[BrowserName, ...]] = ("chromium", "firefox", "webkit")
MAIN_PAGES: Final = ("https://app.example.com", "https://evil.test", "http://localhost:3000", "null")
OTHER_PAGES: Final = (
    "https://shop.example.org:8443", "https://a.b.example.com", "http://localhost", "https://other.test",
    "https://example.com", "https://www.example.com", "http://app.example.com", "https://app.example.com:8443",
    "https://app.example.com.evil.test", "https://app.example.comevil.test", "https://evilapp.example.com",
    "https://evilexample.com", "https://evil.app.example.com", "https://appxexample.com", "https://app.examplexcom",
    "https://pp.example.com", "https://app.example.co", "https://app.example.com.", "https://evil.example.com.evil.test",
    "https://localhost", "https://localhost:3000", "http://localhost.evil.test", "http://evil-localhost",
    "http://evil.localhost", "http://localhost.", "http://ocalhost", "http://localhos", "http://127.0.0.1",
    "https://shop.example.org", "https://shop.example.org:84", "https://shop.example.org:8444", "http://example.com",
    "http://shop.example.org:8443", "https://shop.example.org.evil.test:8443", "https://evilshop.example.org:8443",
    "https://shopxexample.org:8443", "https://example.org", "https://xexample.com", "https://app.xexample.com",
    "https://app.example.com_.evil.test",
)  # fmt: skip
PATHS: Final = ("/", "/items/", "/items", "/only", "/boom", "/public/page", "/private", "/nothing-here")
METHODS: Final = ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "QUERY")
HEADERS: Final = (
    (("X-A", "1"),),
    (("Content-Type", "application/json"),),
    (("Authorization", "Bearer t"),),
    (("X-Zzz", "1"),),
    (("X-A", "1"), ("X-B", "1")),
    (("Content-Type", "application/json"), ("X-A", "1")),
)
MODES: Final[tuple[Literal["same-origin", "include"], ...]] = ("same-origin", "include")
WAITS: Final = (0.5, 1.5, 5.5, 60.5, 300.5, 600.5, 5000.0)


def first_notice(server: ReferenceServer, policy: Policy) -> str | None:
    """
    Return what some page notices first; None if none of the grid does.
    """
    for name in NAMES:
        pages = (*MAIN_PAGES, *OTHER_PAGES) if name == "chromium" else MAIN_PAGES
        for origin in pages:
            found = next(_of_page(name, server, policy, origin, whole=origin in MAIN_PAGES), None)
            if found is not None:
                return f"{name}, {origin}: {found}"
    return next(_of_orders(server, policy), None)


def _page(name: BrowserName, server: ReferenceServer, origin: str) -> tuple[Browser, Page]:
    browser = Browser(name)
    browser.mount(API, server)
    browser.set_cookie("id", "1", domain="api.example.net", secure=True, same_site="none")
    page = browser.open("https://any.test/", sandboxed=True) if origin == "null" else browser.open(f"{origin}/")
    return browser, page


def _of_page(name: BrowserName, server: ReferenceServer, policy: Policy, origin: str, *, whole: bool) -> Iterator[str]:
    """
    One page with one request after the other: all of them, or a few where only the origin is new.
    """
    browser, page = _page(name, server, origin)
    for path in PATHS:
        for mode in MODES:
            requests = [*((each, ()) for each in METHODS), *(("GET", each) for each in HEADERS)]
            for method, headers in requests if whole else [("GET", ()), ("PUT", ()), ("GET", HEADERS[0])]:
                browser.preflight_cache.clear()
                browser.http_cache.clear()
                result = page.fetch(API + path, method=method, headers=headers, credentials=mode)
                yield from _against(policy, origin, path, method, headers, mode, result)
            listed = [each for each in METHODS[3:] if policy.may_send(origin, path=path, method=each)]
            if not whole:
                continue
            for method in [*listed, "PUT"][:1]:
                yield from _repeated(browser, page, policy, origin, path, method, mode)
            for headers in HEADERS[:2]:
                yield from _repeated(browser, page, policy, origin, path, "GET", mode, headers)


def _repeated(browser, page, policy, origin, path, method, mode, headers=()) -> Iterator[str]:  # type: ignore[no-untyped-def]
    for wait in WAITS:
        browser.preflight_cache.clear()
        browser.http_cache.clear()
        first = page.fetch(API + path, method=method, headers=headers, credentials=mode)
        if not first.preflighted or not any(not exchange.is_preflight for exchange in first.exchanges):
            return
        again = page.fetch(API + path, method=method, headers=headers, credentials=mode)
        yield from _against(policy, origin, path, method, headers, mode, again)
        if mode == "same-origin":
            other = page.fetch(API + path, method=method, headers=headers, credentials="include")
            yield from _against(policy, origin, path, method, headers, "include", other)
            browser.preflight_cache.clear()
            browser.http_cache.clear()
            page.fetch(API + path, method=method, headers=headers, credentials=mode)
        browser.clock.advance(wait)
        late = page.fetch(API + path, method=method, headers=headers, credentials=mode)
        most = policy.remembered_at_most(path=path)
        if not late.preflighted and most is not None and wait > most:
            yield f"{method} {path}: the preflight is remembered after {wait} seconds"


def _of_orders(server: ReferenceServer, policy: Policy) -> Iterator[str]:
    """
    One page after another, in one browser; and an image before a page asks, on every path.
    """
    for origin, path in itertools.product(MAIN_PAGES, PATHS):
        _, page = _page("chromium", server, origin)
        page.fetch(API + path, mode="no-cors", credentials="include")
        for mode in MODES:
            for found in _against(policy, origin, path, "GET", (), mode, page.fetch(API + path, credentials=mode)):
                yield f"an image, then {origin}: {found}"
    for first in (*MAIN_PAGES, *OTHER_PAGES[:4]):
        browser, page = _page("chromium", server, first)
        page.fetch(API + "/")
        for last in (*MAIN_PAGES, *OTHER_PAGES[:4]):
            opened = browser.open("https://any.test/", sandboxed=True) if last == "null" else browser.open(f"{last}/")
            for mode in MODES:
                result = opened.fetch(API + "/", credentials=mode)
                for found in _against(policy, last, "/", "GET", (), mode, result):
                    yield f"{first}, then {last}: {found}"


def _against(
    policy: Policy,
    origin: str,
    path: str,
    method: str,
    headers: tuple[tuple[str, str], ...],
    mode: str,
    result: FetchResult,
) -> Iterator[str]:
    """
    Say what a result has against the policy's promises.
    """
    credentials = mode == "include"
    names = [name for name, _ in headers]
    what = f"{method} {path} {', '.join(names)} {mode}"
    arrived = [entry for entry in result.timeline if isinstance(entry, Exchange) and not entry.is_preflight]
    if arrived and not policy.may_send(origin, path=path, method=method, headers=names, credentials=credentials):
        yield f"{what}: sent"
    end = path if not result.readable else result.url.removeprefix(API) or "/"
    if result.readable and not policy.may_read(origin, path=end, credentials=credentials):
        yield f"{what}: read"
    elif result.readable:
        for name, _ in result.headers.lines:
            if not policy.sees_header(name, path=end):
                yield f"{what}: sees {name}"
    promised = policy.promises_read(origin, path=path, method=method, headers=names, credentials=credentials)
    if promised and path == "/items":
        promised = policy.promises_read(origin, path="/items/", method=method, headers=names, credentials=credentials)
    # NB: where there is nothing, a preflight need not pass.
    last = next(entry for entry in reversed(result.timeline) if isinstance(entry, Exchange))
    is_missed = path == "/nothing-here" and last.is_preflight and last.status == 404
    if promised and not result.readable and not is_missed:
        yield f"{what}: refused"
    if promised and result.readable:
        rule = policy.rule_for(end)
        sent = {name.lower() for name in last.response_headers}
        for name in named(rule.expose) if rule is not None else ():
            if name.lower() in sent and name not in result.headers:
                yield f"{what}: does not see {name}"
