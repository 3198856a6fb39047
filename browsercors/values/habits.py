"""
What people try first, who know other tools, and what to write instead.

httpx, requests and Playwright have names of their own for much of what is here; each of them leads to the right one.
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

__all__ = [
    "BROWSER_HABITS",
    "LOAD_HABITS",
    "MODULE_HABITS",
    "OPTION_HABITS",
    "PAGE_HABITS",
    "RESULT_HABITS",
    "SERVER_HABITS",
    "SERVICE_WORKER_HABITS",
    "near",
    "unknown_option",
]

_METHODS: Final = ("get", "options", "head", "post", "put", "patch", "delete")

RESULT_HABITS: Final[Mapping[str, str]] = {
    "status_code": "the status that the page sees is result.status, 0 for what it may not read",
    "content": "the bytes that the page can read are result.body",
    "is_success": "write result.ok for the status, or result.readable for whether the page may read",
    "is_error": "write not result.ok for the status, or not result.readable for whether the page may read",
    "reason": "the reason phrase is result.status_text; why a page may not read is result.block.reason",
    "reason_phrase": "the reason phrase is result.status_text",
    "raise_for_status": "result.raise_for_unreadable() raises what the page may not read; of a status, write assert "
    "result.ok",
    "cookies": "no page sees Set-Cookie; what the browser keeps is browser.cookies, what was sent is in "
    "result.exchanges[-1].request_headers",
    "request": "what went over the wire is result.exchanges, the last one result.exchanges[-1].http_request",
    "history": "hops are in result.exchanges; whether the page sees that there was one is result.redirected",
    "elapsed": "time is simulated: each of result.exchanges has its time, and browser.clock.now is what time it is",
    "encoding": "pages decode text as UTF-8, whatever the headers say: result.text()",
    "next": "pages see no redirects; hops are in result.exchanges",
    "statusText": "write result.status_text",
    "bodyUsed": "a result can be read as often as you like",
    "arrayBuffer": "write result.body",
    "all_headers": "what the page sees is result.headers, what was sent result.exchanges[-1].response_headers",
    "header_value": "write result.headers.get(name)",
}

LOAD_HABITS: Final[Mapping[str, str]] = {
    **dict.fromkeys(
        ("status", "ok", "headers", "body", "text", "json", "status_code", "content", "naturalWidth", "width"),
        "no page sees that of what an element loads; what came is in result.exchanges, and what the page can see of it "
        "is in result.loaded, result.readable and result.event",
    ),
    "complete": "write result.loaded",
    "raise_for_status": "result.raise_for_error() raises if the element fires `error`, result.raise_for_unreadable() "
    "also if a script may not look into what came",
    "cssRules": "write result.rules_readable",
    "rules": "write result.rules_readable",
    "currentSrc": "write result.url",
}

PAGE_HABITS: Final[Mapping[str, str]] = {
    **{
        name: f"write page.fetch(url, method={name.upper()!r})" if name != "get" else "write page.fetch(url)"
        for name in _METHODS
    },
    "request": "write page.fetch(url, method=...)",
    "send": "write page.fetch(url, method=...)",
    "fetch_later": "fetchLater(), which Chromium alone has, sends what page.fetch(url, keepalive=True) sends",
    "fetchLater": "fetchLater(), which Chromium alone has, sends what page.fetch(url, keepalive=True) sends",
    "eventsource": "write page.event_source(url)",
    "EventSource": "write page.event_source(url)",
    "send_beacon": "write page.beacon(url, data)",
    "sendBeacon": "write page.beacon(url, data)",
    "stream": "write page.fetch(url); a body is read to its end",
    "goto": "nothing is navigated: browser.open(url) opens another page",
    "evaluate": "no script runs here; write what it does, such as page.fetch(url)",
    "route": "browser.mount(origin, server) says who answers; page.service_worker(script_url, handler) asks a function",
    "unroute": "browser.mount(origin, server) says who answers",
    "expect_response": "write result = page.fetch(url)",
    "wait_for_response": "write result = page.fetch(url)",
    "set_extra_http_headers": "write page.fetch(url, headers={...})",
    "context": "pages of one browser share its cookies and caches: browser.cookies",
    "cookies": "they are the browser's: browser.cookies",
    "close": "a page holds nothing; browser.close() shuts applications down",
    "XMLHttpRequest": "write page.xhr(method, url)",
}

SERVICE_WORKER_HABITS: Final[Mapping[str, str]] = {
    "fulfill": "return ServiceWorkerResponse(body, status, headers=...)",
    "continue_": "return None, and the network responds; or return event.fetch(event.request)",
    "fallback": "return None, and the network responds",
    "passthrough": "return None, and the network responds",
    "abort": "return ServiceWorkerResponse.error()",
    "respondWith": "return the response, or write event.respond_with(response)",
    "preventDefault": "write event.prevent_default()",
    "waitUntil": "a worker is never stopped here; do it before you return",
    "clientId": "write event.client_id",
    "preloadResponse": "nothing is navigated here",
    "body": "write read(), text() or json(); a body can be read once, and clone() makes another one",
    "content": "write read(), text() or json()",
    "bytes": "write read()",
    "arrayBuffer": "write read()",
    "blob": "write read()",
    "bodyUsed": "write body_used",
    "post_data": "write request.text()",
    "status_code": "write response.status",
    "statusText": "write response.status_text",
    "referrerPolicy": "write request.referrer_policy",
    "matchAll": "write cache.match_all(...)",
    "addAll": "write cache.add_all([...])",
}

BROWSER_HABITS: Final[Mapping[str, str]] = {
    "new_page": "write browser.open(url)",
    "newPage": "write browser.open(url)",
    "goto": "write browser.open(url)",
    "new_context": "a context is a browser of its own: Browser()",
    "newContext": "a context is a browser of its own: Browser()",
    "contexts": "a context is a browser of its own: Browser()",
    "launch": "write Browser()",
    "route": "browser.mount(origin, server) says who answers",
    "fetch": "pages fetch: browser.open(url).fetch(...)",
    "request": "pages fetch: browser.open(url).fetch(...)",
    "add_cookies": "write browser.set_cookie(name, value, domain=...), once for each",
    "clear_cookies": "write browser.cookies.clear()",
    "grant_permissions": "write browser.grant(permission, origin)",
    "version": "write browser.profile.version",
    **dict.fromkeys(_METHODS, "pages fetch: browser.open(url).fetch(...)"),
}

SERVER_HABITS: Final[Mapping[str, str]] = {
    "add_response": "write server.on(path, Answer(status, headers, body))",
    "add_callback": "write server.on(path, function), where the function takes the request and returns an Answer",
    "add_exception": "write server.on(path, Answer.broken()) or Answer.stalled()",
    "get_requests": "they are server.received",
    "get_request": "they are server.received",
    "calls": "they are server.received",
    "assert_all_responses_were_requested": "write server.assert_all_asked()",
    "assert_all_called": "write server.assert_all_asked()",
    "get": "write server.on(path, Answer(...), method='GET')",
    "post": "write server.on(path, Answer(...), method='POST')",
    "start": "nothing is started; browser.mount(origin, server)",
}

MODULE_HABITS: Final[Mapping[str, str]] = {
    "openapi": "check_policy(app, policy, paths=document) takes an OpenAPI document",
    "from_url": "check_policy(url, policy, paths=document) takes an OpenAPI document",
    "from_asgi": "check_policy(app, policy) takes an application, and audit(app) too",
    "from_wsgi": "check_policy(app, policy) takes an application, and audit(app) too",
    "given": "it is hypothesis.given; what to draw is in browsercors.strategies",
    "sync_playwright": "write with Browser() as browser:",
    "async_playwright": "write async with AsyncBrowser() as browser:",
    "Client": "write Browser().open(url).fetch(...), or page.httpx_transport() for an httpx.Client",
    "get": "write Browser().open(url).fetch(...)",
    "post": "write Browser().open(url).fetch(..., method='POST')",
}

OPTION_HABITS: Final[Mapping[str, str]] = {
    "params": "write the query into the url, or build it with URLSearchParams",
    "data": "give body=URLSearchParams({...}) for a form, or body= for str and bytes",
    "content": "give body=",
    "files": "give body=FormData({...})",
    "form": "give body=URLSearchParams({...})",
    "multipart": "give body=FormData({...})",
    "cookies": "cookies are the browser's: browser.set_cookie(name, value, domain=...), and credentials='include'",
    "auth": "give headers={'Authorization': ...}, as a page has to",
    "timeout": "the server has the time that browser.mount(..., timeout=) gives it",
    "verify": "certificates are checked as browser.mount(..., verify=) says",
    "cert": "a page has no certificate to give",
    "proxies": "nothing goes through a proxy",
    "proxy": "nothing goes through a proxy",
    "stream": "a body is read to its end",
    "allow_redirects": "give redirect='follow', 'error' or 'manual'",
    "follow_redirects": "give redirect='follow', 'error' or 'manual'",
    "max_redirects": "browsers follow twenty",
    "signal": "nothing is aborted here",
    "fail_on_status_code": "write assert result.ok",
    "referrerPolicy": "give referrer_policy=",
    "targetAddressSpace": "give target_address_space=",
    "withCredentials": "fetch() has credentials='include'; xhr() has with_credentials=True",
    "with_credentials": "fetch() has credentials='include'",
    "onload": "the result has come when the call returns",
}


def near(name: str, known: Collection[str]) -> str:
    """
    Return "; did you mean ...?" for a name that is close to a known one; empty where none is.
    """
    found = difflib.get_close_matches(name, known, n=1, cutoff=0.75)
    return f"; did you mean {found[0]!r}?" if found else ""


def unknown_option(method: str, unknown: set[str], known: Collection[str]) -> TypeError:
    """
    Return the error for options that *method* does not have, with what to write where that is known.
    """
    options = sorted(known)
    hints = [
        f"; for {name}: {OPTION_HABITS[name]}" if name in OPTION_HABITS else near(name, options)
        for name in sorted(unknown)
    ]
    names = ", ".join(map(repr, sorted(unknown)))
    return TypeError(f"{method}() has no option {names}{''.join(hints)}; its options are {', '.join(options)}")
