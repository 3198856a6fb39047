"""
The page that is recorded, and the servers that it asks.

The page writes down what became of each of its requests; a test compares that with the verdicts on the recording.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

__all__ = ["ANSWERS", "COPIED", "Site", "cleaned"]

ANYBODY: Final = {"Access-Control-Allow-Origin": "*"}
THE_PAGE: Final = {"Access-Control-Allow-Origin": "PAGE"}
WITH_COOKIES: Final = {**THE_PAGE, "Access-Control-Allow-Credentials": "true"}
PUT: Final = {"Access-Control-Allow-Methods": "PUT", "Access-Control-Allow-Headers": "x-a"}
COPIED: Final = ("open", "signed-in", "empty", "put", "tricky", "upload", "image.gif")
"""The requests that are also copied, as a developer would copy them out of the tools."""

# A GIF of one transparent pixel.
PIXEL: Final = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
SCRIPT: Final = {"Content-Type": "text/javascript"}
GIF: Final = {"Content-Type": "image/gif"}

# path: status, headers, body
ANSWERS: Final[dict[str, tuple[int, dict[str, str], bytes]]] = {
    "/open": (200, ANYBODY, b"{}"),
    "/closed": (200, {}, b"{}"),
    "/other-origin": (200, {"Access-Control-Allow-Origin": "https://other.example"}, b"{}"),
    "/wildcard": (200, ANYBODY, b"{}"),
    "/no-credentials": (200, THE_PAGE, b"{}"),
    "/signed-in": (200, {**WITH_COOKIES, "Set-Cookie": "session=1; Path=/"}, b"{}"),
    "/head": (200, ANYBODY, b""),
    "/empty": (200, ANYBODY, b""),
    "/log": (204, ANYBODY, b""),
    "/error": (500, {}, b"no"),
    "/open-error": (500, ANYBODY, b"no"),
    "/put": (200, {**ANYBODY, **PUT}, b"{}"),
    "/remembered": (200, {**ANYBODY, **PUT, "Access-Control-Max-Age": "60"}, b"{}"),
    "/no-put": (200, ANYBODY, b"{}"),
    "/no-header": (200, {**ANYBODY, "Access-Control-Allow-Methods": "PUT"}, b"{}"),
    "/no-options": (405, ANYBODY, b"no"),
    "/moved": (302, {**ANYBODY, "Location": "/open?moved"}, b""),
    "/moved-silently": (302, {"Location": "/open?silently"}, b""),
    "/moved-to-closed": (302, {**ANYBODY, "Location": "/closed?moved"}, b""),
    "/opaque": (200, {}, b"{}"),
    "/cached": (200, {**ANYBODY, "Cache-Control": "max-age=600"}, b"{}"),
    "/validated": (200, {**ANYBODY, "Cache-Control": "no-cache", "ETag": '"1"'}, b"{}"),
    "/xhr": (200, ANYBODY, b"{}"),
    "/upload": (200, {**ANYBODY, "Access-Control-Allow-Headers": "content-type"}, b"{}"),
    "/tricky": (200, {**ANYBODY, "Access-Control-Allow-Headers": "content-type, x-a"}, b"{}"),
    "/beacon": (204, {}, b""),
    "/events": (200, {**ANYBODY, "Content-Type": "text/event-stream"}, b"data: 1\n\n"),
    "/closed-events": (200, {"Content-Type": "text/event-stream"}, b"data: 1\n\n"),
    "/slow": (200, ANYBODY, b"{}"),
    "/font.woff2": (200, {**ANYBODY, "Content-Type": "font/woff2"}, b"no font"),
    "/script.js": (200, {**ANYBODY, **SCRIPT}, b"window.loaded = true"),
    "/closed-script.js": (200, SCRIPT, b"window.loaded = true"),
    "/plain-script.js": (200, SCRIPT, b"window.loaded = true"),
    "/image.gif": (200, {**ANYBODY, **GIF}, PIXEL),
    "/closed-image.gif": (200, GIF, PIXEL),
    "/plain-image.gif": (200, GIF, PIXEL),
    "/data.json": (200, {"Content-Type": "application/json", "X-Content-Type-Options": "nosniff"}, b'{"a": 1}'),
    "/mine.gif": (200, {**GIF, "Cross-Origin-Resource-Policy": "same-origin"}, PIXEL),
}

PAGE: Final = """<!doctype html><title>Shop</title>
<meta http-equiv="Content-Security-Policy" content="connect-src 'self' API DEAD SOCKET">
<link rel="icon" href="data:,">
<style>@font-face { font-family: F; src: url(API/font.woff2) } body { font-family: F }</style><body>Text
<script>
const seen = {};
const TRICKY = JSON.stringify({ text: "it's 100% $HOME `id` \\"!\\" ^ & | \\\\ \\u00fc \\ud83d\\ude00\\nnext" });
async function run(name, options, url) {
  try {
    const reply = await fetch(url || 'API/' + name, options);
    if (reply.status === 200 && name !== 'head') await reply.text();
    seen[name] = reply.type === 'opaque' ? 'opaque' : 'readable';
  }
  catch (error) { seen[name] = error.name === 'TypeError' ? 'blocked' : 'aborted'; }
}
function ask(name, type) {
  return new Promise((done) => {
    const request = new XMLHttpRequest();
    if (type) request.upload.onprogress = () => {};
    request.onload = () => { seen[name] = 'readable'; done(); };
    request.onerror = () => { seen[name] = 'blocked'; done(); };
    request.open(type ? 'POST' : 'GET', 'API/' + name);
    if (type) request.setRequestHeader('Content-Type', type);
    request.send(type ? '{}' : null);
  });
}
function load(tag, name, crossOrigin) {
  return new Promise((done) => {
    const element = document.createElement(tag);
    if (crossOrigin) element.crossOrigin = crossOrigin;
    element.onload = () => { seen[name] = 'readable'; done(); };
    element.onerror = () => { seen[name] = 'blocked'; done(); };
    element.src = 'API/' + name;
    document.body.append(element);
  });
}
function listen(name) {
  return new Promise((done) => {
    const source = new EventSource('API/' + name);
    source.onmessage = () => { seen[name] = 'readable'; source.close(); done(); };
    source.onerror = () => { seen[name] = 'blocked'; source.close(); done(); };
  });
}
function connect() {
  return new Promise((done) => {
    const socket = new WebSocket('SOCKET/socket');
    socket.onmessage = socket.onerror = () => { socket.close(); done(); };
  });
}
(async () => {
  await run('open');
  await run('closed');
  await run('other-origin');
  await run('signed-in', { credentials: 'include' });
  await run('wildcard', { credentials: 'include' });
  await run('no-credentials', { credentials: 'include' });
  await run('head', { method: 'HEAD' });
  await run('empty', { method: 'POST', body: 'x', keepalive: true });
  await run('log', { method: 'POST', body: 'x' });
  await run('error');
  await run('open-error');
  await run('put', { method: 'PUT', headers: { 'x-a': '1' } });
  await run('remembered', { method: 'PUT', headers: { 'x-a': '1' } });
  await run('remembered', { method: 'PUT', headers: { 'x-a': '1' } });
  await run('tricky', {
    method: 'POST', headers: { 'content-type': 'application/json', 'x-a': `it's "quoted" & 100%` }, body: TRICKY
  });
  await run('no-put', { method: 'PUT', body: 'x' });
  await run('no-header', { method: 'PUT', headers: { 'x-b': '1' } });
  await run('no-options', { method: 'PUT', body: 'x' });
  await run('moved');
  await run('moved-silently');
  await run('moved-to-closed');
  await run('opaque', { mode: 'no-cors' });
  await run('cached');
  await run('cached');
  await run('validated');
  await run('validated');
  await run('dead', {}, 'DEAD/dead');
  await run('policy', {}, 'http://elsewhere.example/policy');
  await run('slow', { signal: AbortSignal.timeout(300) });
  await ask('xhr');
  await ask('upload', 'application/json');
  await listen('events');
  await listen('closed-events');
  await connect();
  navigator.sendBeacon('API/beacon', 'x');
  await load('script', 'script.js', 'anonymous');
  await load('script', 'closed-script.js', 'anonymous');
  await load('script', 'plain-script.js');
  await load('img', 'image.gif', 'anonymous');
  await load('img', 'closed-image.gif', 'anonymous');
  await load('img', 'plain-image.gif');
  await load('img', 'data.json');
  await load('img', 'mine.gif');
  await document.fonts.ready;
  await fetch('/done', { method: 'POST', body: JSON.stringify(seen) });
})();
</script>
"""


class Site:
    """
    The page and what it asks, on two servers: the page's host is `localhost`, the other `127.0.0.1`.

    Attributes:
        url: The URL of the page.
        outcomes: What became of each request, once the page has come to its end.
    """

    def __init__(self) -> None:
        self._done = threading.Event()
        self.outcomes: dict[str, str] = {}
        handler = self._handler()
        self._servers = [ThreadingHTTPServer(("127.0.0.1", 0), handler) for _ in range(2)]
        app, api = (server.server_address[1] for server in self._servers)
        self.url = f"http://localhost:{app}/"
        self._page = (
            PAGE.replace("API", f"http://127.0.0.1:{api}")
            .replace("DEAD", "http://127.0.0.1:65003")
            .replace("SOCKET", f"ws://127.0.0.1:{api}")
            .encode()
        )
        for server in self._servers:
            threading.Thread(target=server.serve_forever, daemon=True).start()

    def wait(self) -> None:
        """
        Wait for the page's end, and a moment for what the browser still reports.
        """
        if not self._done.wait(90):
            raise SystemExit("the page did not come to its end")
        time.sleep(2)

    def close(self) -> None:
        """
        Stop the servers.
        """
        for server in self._servers:
            server.shutdown()
            server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                path = self.path.partition("?")[0]
                if path == "/socket":
                    self._open_socket()
                    return
                if path == "/slow" and self.command != "OPTIONS":
                    time.sleep(1)
                page = (200, {"Content-Type": "text/html"}, site._page)
                status, headers, content = page if path == "/" else ANSWERS.get(path, (404, {}, b""))
                if self.command == "OPTIONS" and path == "/upload":
                    status, content = 204, b""
                if self.headers.get("If-None-Match") and "ETag" in headers:
                    status, content = 304, b""
                self._send(status, headers, content)
                if path == "/done":
                    site.outcomes = json.loads(body)
                    site._done.set()

            def _send(self, status: int, headers: dict[str, str], content: bytes) -> None:
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value.replace("PAGE", site.url.rstrip("/")))
                if status not in {204, 304}:
                    self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                # NB: the page does not wait for all of them.
                if self.command != "HEAD":
                    with contextlib.suppress(ConnectionError):
                        self.wfile.write(content)

            def _open_socket(self) -> None:
                """
                Open a WebSocket, send one message and wait for the end (RFC 6455, 4.2.2).
                """
                key = f"{self.headers['Sec-WebSocket-Key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
                self.send_response(101)
                self.send_header("Upgrade", "websocket")
                self.send_header("Connection", "Upgrade")
                accept = hashlib.sha1(key.encode(), usedforsecurity=False).digest()
                self.send_header("Sec-WebSocket-Accept", base64.b64encode(accept).decode())
                self.end_headers()
                self.wfile.write(b"\x81\x02hi")
                self.connection.settimeout(5)
                with contextlib.suppress(OSError):
                    self.rfile.read(6)
                self.close_connection = True

            do_GET = do_HEAD = do_POST = do_PUT = do_OPTIONS = answer  # noqa: N815

            def log_message(self, *_arguments: object) -> None:
                pass

        return Handler


def cleaned(har: dict[str, Any]) -> dict[str, Any]:
    """
    Return a recording without what it has of this machine: the address, and bodies.
    """
    for entry in har["log"]["entries"]:
        entry.pop("serverIPAddress", None)
        entry["response"].get("content", {}).pop("text", None)
    return har
