"""
Making HAR files as the exporters of browsers shape them.
"""

from __future__ import annotations

import json
from typing import Any, Final

__all__ = ["API", "PAGE", "chromium_entry", "firefox_entry", "har", "har_bytes", "pairs", "webkit_entry"]

PAGE: Final = "https://app.example.com"
API: Final = "https://api.example.net"

Headers = dict[str, str]


def pairs(headers: Headers) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in headers.items()]


def har(*entries: Any, creator: str = "WebInspector", page: str = f"{PAGE}/cart", **log: Any) -> dict[str, Any]:
    """
    Make a file with these entries, its members in the order in which browsers write them.
    """
    pages = [{"startedDateTime": "2026-11-20T10:00:00.000Z", "id": "page_1", "title": page, "pageTimings": {}}]
    return {
        "log": {
            "version": "1.2",
            "creator": {"name": creator, "version": "537.36"},
            "pages": pages,
            **log,
            "entries": list(entries),
        }
    }


def har_bytes(*entries: Any, **options: Any) -> bytes:
    return json.dumps(har(*entries, **options)).encode()


def _entry(
    method: str, url: str, status: int, sent: Headers, received: Headers, body: str | None, second: float
) -> dict[str, Any]:
    request: dict[str, Any] = {
        "method": method,
        "url": url,
        "httpVersion": "http/2.0",
        "headers": pairs(sent),
        "queryString": [],
        "cookies": [],
        "headersSize": -1,
        "bodySize": len(body or ""),
    }
    if body is not None:
        request["postData"] = {"mimeType": sent.get("content-type", ""), "text": body}
    minute, second = divmod(second, 60)
    return {
        "startedDateTime": f"2026-11-20T10:{int(minute):02}:{second:06.3f}Z",
        "time": 12.5,
        "request": request,
        "response": {
            "status": status,
            "statusText": "",
            "httpVersion": "http/2.0",
            "headers": pairs(received),
            "cookies": [],
            "content": {"size": 0, "mimeType": "x-unknown"},
            "redirectURL": received.get("location", ""),
            "headersSize": -1,
            "bodySize": -1,
        },
        "cache": {},
        "timings": {"blocked": 1.5, "dns": -1, "ssl": -1, "connect": -1, "send": 0, "wait": 10, "receive": 1},
        "pageref": "page_1",
    }


def chromium_entry(
    method: str,
    url: str,
    status: int = 200,
    sent: Headers | None = None,
    received: Headers | None = None,
    *,
    kind: str = "fetch",
    error: str | None = None,
    body: str | None = None,
    second: float = 0.0,
    origin: str | None = PAGE,
    whole: bool = True,
) -> dict[str, Any]:
    """
    Make an entry of Chromium's; without *whole* with the headers that the browser meant to send only.
    """
    wire: Headers = {"referer": f"{PAGE}/"}
    if whole:
        wire = {
            ":authority": "api.example.net",
            ":method": method,
            ":path": "/",
            ":scheme": "https",
            "accept": "*/*",
            "accept-encoding": "gzip, deflate, br, zstd",
            "accept-language": "en-US,en;q=0.9",
            **({"origin": origin} if origin else {}),
            "priority": "u=1, i",
            "referer": f"{PAGE}/",
            "sec-fetch-dest": "empty",
            "sec-fetch-mode": "cors",
            "sec-fetch-site": "cross-site",
            "user-agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/148.0.0.0 Safari/537.36",
        }
    entry = _entry(method, url, status, {**wire, **(sent or {})}, received or {}, body, second)
    initiator = {"type": "preflight", "url": url} if kind == "preflight" else {"type": "script", "stack": STACK}
    entry["response"].update({"_transferSize": 0, "_error": error, "_fetchedViaServiceWorker": False})
    return {"_initiator": initiator, "_priority": "High", "_resourceType": kind, **entry}


STACK: Final = {
    "callFrames": [{"functionName": "load", "scriptId": "7", "url": f"{PAGE}/app.js", "lineNumber": 1}],
    "parent": {"description": "await", "callFrames": [{"functionName": "", "url": f"{PAGE}/main.js"}]},
}


def firefox_entry(
    method: str,
    url: str,
    status: int = 200,
    sent: Headers | None = None,
    received: Headers | None = None,
    *,
    body: str | None = None,
    second: float = 0.0,
    origin: str | None = PAGE,
) -> dict[str, Any]:
    """
    Make an entry of Firefox's: neither kind of request nor failure is said.
    """
    wire = {
        "Host": "api.example.net",
        "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0",
        "Accept": "*/*",
        "Accept-Language": "en-US,en;q=0.5",
        "Accept-Encoding": "gzip, deflate, br, zstd",
        **({"Origin": origin} if origin else {}),
        "Connection": "keep-alive",
        "Referer": f"{PAGE}/",
        "Sec-Fetch-Dest": "empty",
        "Sec-Fetch-Mode": "cors",
        "Sec-Fetch-Site": "cross-site",
    }
    entry = _entry(method, url, status, {**wire, **(sent or {})}, received or {}, body, second)
    return {**entry, "_securityState": "secure", "serverIPAddress": "192.0.2.1", "connection": "443"}


def webkit_entry(
    method: str,
    url: str,
    status: int = 200,
    sent: Headers | None = None,
    received: Headers | None = None,
    *,
    error: str = "",
    body: str | None = None,
    second: float = 0.0,
    origin: str | None = PAGE,
) -> dict[str, Any]:
    """
    Make an entry of WebKit's; preflights have none.
    """
    wire = {
        "Accept": "*/*",
        **({"Origin": origin} if origin else {}),
        "Referer": f"{PAGE}/",
        "Sec-Fetch-Dest": "empty",
        "Sec-Fetch-Mode": "cors",
        "User-Agent": "Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15",
    }
    entry = _entry(method, url, status, {**wire, **(sent or {})}, received or {}, body, second)
    if error:
        entry["response"]["_error"] = error
    return {**entry, "_fetchType": "Network Load"}
