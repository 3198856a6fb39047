"""
Record a HAR file with Chromium: `python -m tests.har.record_chromium`.

A page whose requests are known to end well or not runs in a real Chromium. What the DevTools protocol says of them is
written as DevTools write it, and beside it what the page itself saw of each request.
"""

from __future__ import annotations

import contextlib
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final

from tests.evidence.recorder.chromium import Chromium
from tests.evidence.recorder.engine import Setting

__all__ = ["OUTCOMES", "RECORDED"]

SAMPLES: Final = Path(__file__).parent / "samples"
RECORDED: Final = SAMPLES / "chromium-devtools.har"
OUTCOMES: Final = SAMPLES / "chromium-devtools-outcomes.json"

ANYBODY: Final = {"Access-Control-Allow-Origin": "*"}

# path: status, headers, body
ANSWERS: Final[dict[str, tuple[int, dict[str, str], bytes]]] = {
    "/open": (200, ANYBODY, b"{}"),
    "/closed": (200, {}, b"{}"),
    "/head": (200, ANYBODY, b""),
    "/empty": (200, ANYBODY, b""),
    "/log": (204, ANYBODY, b""),
    "/error": (500, {}, b"no"),
    "/signed-in": (200, ANYBODY, b"{}"),
    "/put": (200, {**ANYBODY, "Access-Control-Allow-Methods": "PUT", "Access-Control-Allow-Headers": "x-a"}, b"{}"),
    "/no-put": (200, ANYBODY, b"{}"),
    "/moved": (302, {**ANYBODY, "Location": "/open?moved"}, b""),
    "/slow": (200, ANYBODY, b"{}"),
    "/font.woff2": (200, {**ANYBODY, "Content-Type": "font/woff2"}, b"no font"),
    "/script.js": (200, {**ANYBODY, "Content-Type": "text/javascript"}, b"window.loaded = true"),
    "/data.json": (200, {"Content-Type": "application/json", "X-Content-Type-Options": "nosniff"}, b'{"a": 1}'),
    "/mine.png": (200, {"Content-Type": "image/png", "Cross-Origin-Resource-Policy": "same-origin"}, b"png"),
}

PAGE: Final = """<!doctype html><meta http-equiv="Content-Security-Policy" content="connect-src 'self' API DEAD">
<style>@font-face { font-family: F; src: url(API/font.woff2) } body { font-family: F }</style><body>Text
<script>
const seen = {};
async function run(name, url, options) {
  try {
    const reply = await fetch(url, options);
    if (reply.status === 200 && name !== 'head') await reply.text();
    seen[name] = 'readable';
  }
  catch (error) { seen[name] = error.name === 'AbortError' ? 'aborted' : 'blocked'; }
}
function load(tag, url, crossOrigin) {
  return new Promise((done) => {
    const element = document.createElement(tag);
    if (crossOrigin) element.crossOrigin = crossOrigin;
    element.onload = element.onerror = done;
    element.src = url;
    document.body.append(element);
  });
}
(async () => {
  await run('open', 'API/open');
  await run('closed', 'API/closed');
  await run('head', 'API/head', { method: 'HEAD' });
  await run('empty', 'API/empty', { method: 'POST', body: 'x', keepalive: true });
  await run('log', 'API/log', { method: 'POST', body: 'x' });
  await run('error', 'API/error');
  await run('signed-in', 'API/signed-in', { credentials: 'include' });
  await run('put', 'API/put', { method: 'PUT', headers: { 'x-a': '1' } });
  await run('no-put', 'API/no-put', { method: 'PUT', body: 'x' });
  await run('moved', 'API/moved');
  await run('dead', 'DEAD/dead');
  await run('policy', 'http://elsewhere.localhost:9/policy');
  await run('slow', 'API/slow', { signal: AbortSignal.timeout(300) });
  await load('script', 'API/script.js', 'anonymous');
  await load('img', 'API/data.json');
  await load('img', 'API/mine.png');
  await document.fonts.ready;
  await fetch('/done', { method: 'POST', body: JSON.stringify(seen) });
})();
</script>
"""


class Recording(Chromium):
    """
    Chromium that keeps what it says of the network.
    """

    def __init__(self) -> None:
        super().__init__()
        self.events: list[tuple[str, dict[str, Any]]] = []

    def _hear(self, method: str, event: Any) -> None:
        if method.startswith("Network."):
            self.events.append((method.removeprefix("Network."), event))
        super()._hear(method, event)


class Site:
    """
    The page and what it asks, on one server of many hosts.
    """

    def __init__(self) -> None:
        site = self
        self.done = threading.Event()
        self.outcomes: dict[str, str] = {}

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                path = self.path.partition("?")[0]
                if path == "/done":
                    site.outcomes = json.loads(body)
                    site.done.set()
                if path == "/slow" and self.command != "OPTIONS":
                    time.sleep(1)
                page = (200, {"Content-Type": "text/html"}, site.page.encode())
                status, headers, content = page if path == "/" else ANSWERS.get(path, (404, {}, b""))
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                if status != 204:
                    self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                # NB: the page does not wait for all of them.
                if self.command != "HEAD":
                    with contextlib.suppress(ConnectionError):
                        self.wfile.write(content)

            do_GET = do_HEAD = do_POST = do_PUT = do_OPTIONS = answer  # noqa: N815

            def log_message(self, *_arguments: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        port = self.server.server_address[1]
        self.url = f"http://app.localhost:{port}/"
        self.page = PAGE.replace("API", f"http://api.localhost:{port}").replace("DEAD", "http://dead.localhost:65003")
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


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


def main() -> None:
    """
    Record, and write the files.
    """
    site = Site()
    browser = Recording()
    try:
        browser.start(Setting("localhost"), site.url, {})
        if not site.done.wait(60):
            raise SystemExit("the page did not come to its end")
        time.sleep(1)
    finally:
        browser.stop()
        site.server.shutdown()
    RECORDED.write_text(json.dumps(as_har(browser.events, site.url), indent=1) + "\n")
    OUTCOMES.write_text(json.dumps(site.outcomes, indent=1) + "\n")


if __name__ == "__main__":
    main()
