"""
Record with Chromium: what the DevTools protocol says of the requests is written as DevTools write it.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from tests.evidence.recorder.chromium import FLAGS, Chromium
from tests.evidence.recorder.engine import Setting

if TYPE_CHECKING:
    from tests.har.recording.site import Site

__all__ = ["Recording", "record"]


class Recording(Chromium):
    """
    Chromium that keeps what it says of the network.
    """

    # NB: the page's servers have the names and addresses of the machine itself, which those rules exclude.
    flags = tuple(flag for flag in FLAGS if not flag.startswith("--host-resolver-rules"))

    def __init__(self) -> None:
        super().__init__()
        self.events: list[tuple[str, dict[str, Any]]] = []

    def _hear(self, method: str, event: Any) -> None:
        if method.startswith("Network."):
            self.events.append((method.removeprefix("Network."), event))
        super()._hear(method, event)


def as_har(events: list[tuple[str, dict[str, Any]]], page: str) -> dict[str, Any]:
    """
    Write what the protocol said as DevTools do: an entry for each request, each redirect and each preflight.
    """
    entries: list[dict[str, Any]] = []
    current: dict[str, dict[str, Any]] = {}
    sent: dict[str, list[dict[str, str]]] = {}
    received: dict[str, list[dict[str, Any]]] = {}
    hops: dict[str, list[dict[str, Any]]] = {}
    for name, event in events:
        number = event.get("requestId", "")
        if name == "requestWillBeSent":
            if "redirectResponse" in event:
                _respond(current[number], event["redirectResponse"])
            current[number] = _entry(event)
            hops.setdefault(number, []).append(current[number])
            entries.append(current[number])
        elif name == "requestWillBeSentExtraInfo":
            sent.setdefault(number, []).append(event["headers"])
        elif name == "responseReceivedExtraInfo":
            received.setdefault(number, []).append(event)
        elif name == "responseReceived" and number in current:
            _respond(current[number], event["response"])
        elif name == "loadingFailed" and number in current:
            current[number]["response"]["_error"] = event["errorText"]
            if "type" in event:
                current[number]["_resourceType"] = event["type"].lower()
    for number, those in hops.items():
        for entry, headers in zip(those, sent.get(number, []), strict=False):
            entry["request"]["headers"] = _pairs(headers)
        for entry, extra in zip(those, received.get(number, []), strict=False):
            entry["response"].update(status=extra["statusCode"], headers=_pairs(extra["headers"]))
    pages = [{"startedDateTime": entries[0]["startedDateTime"], "id": "page_1", "title": page, "pageTimings": {}}]
    creator = {"name": "WebInspector", "version": "537.36"}
    return {"log": {"version": "1.2", "creator": creator, "pages": pages, "entries": entries}}


def _entry(event: dict[str, Any]) -> dict[str, Any]:
    request = event["request"]
    started = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(event["wallTime"]))
    return {
        "_initiator": event["initiator"],
        "_resourceType": event.get("type", "other").lower(),
        "pageref": "page_1",
        "startedDateTime": f"{started}.{int(event['wallTime'] % 1 * 1000):03}Z",
        "time": 1,
        "request": {
            "method": request["method"],
            "url": request["url"],
            "httpVersion": "http/1.1",
            "headers": _pairs(request["headers"]),
            "queryString": [],
            "cookies": [],
            "headersSize": -1,
            "bodySize": 0,
        },
        "response": {
            "status": 0,
            "statusText": "",
            "httpVersion": "",
            "headers": [],
            "cookies": [],
            "content": {"size": 0, "mimeType": "x-unknown"},
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": -1,
            "_error": None,
        },
        "cache": {},
        "timings": {"send": 0, "wait": 1, "receive": 0},
    }


def _respond(entry: dict[str, Any], response: dict[str, Any]) -> None:
    entry["response"].update(
        status=response["status"], statusText=response["statusText"], headers=_pairs(response["headers"])
    )


def _pairs(headers: dict[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in headers.items()]


def record(site: Site) -> dict[str, Any]:
    """
    Record the page.
    """
    browser = Recording()
    try:
        browser.start(Setting("localhost"), site.url)
        site.wait()
    finally:
        browser.stop()
    return as_har(browser.events, site.url)
