"""
The scripted server: it answers with exactly the bytes of the scenario and writes down every request it gets.

All hosts of all places end here. The token in the Host header tells which run a request belongs to, so late requests of
one run never count for another. Paths under `/.recorder/` belong to the recorder and are not written down.
"""

import asyncio
import contextlib
import errno
import json
import queue
import re
import ssl
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final
from urllib.parse import unquote

import attrs

from tests.evidence.recorder import isolation, names, sockets
from tests.evidence.recorder.scenario import Answer, Json, Route, Scenario, to_json
from tests.evidence.recorder.service_workers import SCRIPT

RUNNER: Final = "".join(
    (Path(__file__).parent / name).read_text()
    for name in ("elements.js", "sources.js", "workers.js", "sockets.js", "runner.js")
)
RUNNER_MARK: Final = "/*runner*/"
"""What stands in the script of a worker in the place of the runner."""
_CONTROL: Final = "/.recorder/"
_WITHOUT_TOKEN: Final = (names.LOOPBACK, names.PRIVATE)
_LIMIT: Final = 1 << 20
_ASK: Final = "fetch('/.recorder/report').then((a) => a.json()).then((a) => location.replace(a.next))"
OTHER_ADDRESSES: Final = (names.PRIVATE, names.PUBLIC)
_RANGE: Final = re.compile(r"bytes=(\d+)-(\d*)")
_UNSCRIPTED: Final = Answer(status=404, reason="Not Found")


@attrs.frozen
class Arrival:
    """
    One request as it came over the wire.

    Attributes:
        place: The symbolic name of the place asked.
        lines: The header lines in order, as written.
    """

    place: str
    method: str
    target: str
    lines: tuple[str, ...]
    body: str


@attrs.define
class Run:
    """
    One run of one scenario, while it lasts.

    Attributes:
        token: What its hosts are told apart by.
        page_token: The token of the run whose page it shares; its own if it has a page to itself.
        seen: What the page reported, once it has.
    """

    scenario: Scenario
    token: str
    page_token: str = ""
    arrivals: list[Arrival] = attrs.Factory(list)
    hits: dict[tuple[str, str, str], int] = attrs.Factory(dict)
    seen: list[Json] | None = None
    trouble: str = ""


class Server:
    """
    Serves all places of one transport from a thread of its own.

    Args:
        transport: Which places there are.
        certificate: The file with certificate chain and key for the places with TLS.
    """

    def __init__(self, transport: str, certificate: Path | None = None) -> None:
        self.transport = transport
        self.finished: queue.Queue[Run] = queue.Queue()
        self.started: queue.Queue[Run] = queue.Queue()
        self._certificate = certificate
        self._runs: dict[str, Run] = {}
        self._waiting: queue.Queue[list[Run]] = queue.Queue()
        self._groups: dict[str, list[Run]] = {}
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._trouble: OSError | None = None
        self._listening: list[asyncio.Server] = []
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._newest = object()
        self._contexts: dict[str, ssl.SSLContext] = {}
        self._current: Run | None = None

    def start(self) -> None:
        """
        Listen.

        Raises:
            OSError: A port is taken.
        """
        self._thread.start()
        self._ready.wait()
        if self._trouble is not None:
            raise self._trouble

    def stop(self) -> None:
        """
        Stop listening and drop all connections.
        """
        if not self._thread.is_alive():
            self._loop.close()
            return
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    @property
    def home(self) -> str:
        """
        The URL a browser is started with: it waits there for its first scenario.
        """
        return names.PLACES[self.transport]["app"].origin_for("") + _CONTROL + "home"

    def add(self, group: Sequence[tuple[Scenario, str]]) -> list[Run]:
        """
        Queue runs that share one page, each with its token; the page is that of the first.
        """
        page_token = group[0][1]
        runs = [Run(scenario, token, page_token) for scenario, token in group]
        self._runs.update({run.token: run for run in runs})
        self._groups[page_token] = runs
        self._waiting.put(runs)
        return runs

    def forget(self) -> None:
        """
        Forget the runs that no browser has begun, and a page of an ended browser: its wait for one, its late report.
        """
        self._newest = object()
        for waiting in (self._waiting, self.started, self.finished):
            with contextlib.suppress(queue.Empty):
                while True:
                    waiting.get_nowait()

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._listen())
            self._ready.set()
            self._loop.run_forever()
        except OSError as error:
            self._trouble = error
            self._ready.set()
        for listening in self._listening:
            listening.close()
        tasks = asyncio.all_tasks(self._loop)
        for task in tasks:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        self._loop.close()

    async def _listen(self) -> None:
        places = names.PLACES[self.transport].values()
        addresses = (names.LOOPBACK, "::1", *(OTHER_ADDRESSES if self.transport == "spaces" else ()))
        for port, scheme in sorted({(place.port, place.scheme) for place in places}):
            context = None
            if scheme == "https":
                assert self._certificate is not None
                context = _context(self._certificate)
                context.sni_callback = self._certify

            for address in addresses:
                try:
                    server = await asyncio.start_server(self._handler(port), address, port, ssl=context, limit=_LIMIT)
                except OSError as error:
                    # NB: a machine without IPv6 has one loopback address less.
                    if address == "::1" and error.errno != errno.EADDRINUSE:
                        continue
                    raise
                self._listening.append(server)

    def _certify(self, connection: ssl.SSLObject, name: str | None, _context_before: ssl.SSLContext) -> None:
        """
        Show a certificate for the hosts of the run that *name* belongs to: browsers heed HSTS of valid ones only.
        """
        if name is None or not names.token_in(name):
            return
        domain = ".".join(name.split(".")[-2:])
        if domain not in self._contexts:
            assert self._certificate is not None
            self._contexts[domain] = _context(isolation.certificate_for(self._certificate.parent, domain))
        connection.context = self._contexts[domain]

    def _handler(self, port: int) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], "asyncio.Future[None]"]:
        async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            # NB: cancelled only when the server stops; the streams of asyncio complain of a task that ends cancelled.
            try:
                while await self._exchange(reader, writer, port):
                    pass
            except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, asyncio.CancelledError):
                writer.transport.abort()
                return
            writer.close()
            with contextlib.suppress(OSError, ssl.SSLError, asyncio.TimeoutError):
                await asyncio.wait_for(writer.wait_closed(), 2)

        return handle  # type: ignore[return-value]

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int) -> bool:
        """
        Answer one request, and tell whether the connection may carry another.
        """
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head[:-4].split("\r\n")
        method, target, _ = first.split(" ", 2)
        fields = {line.partition(":")[0].lower(): line.partition(":")[2].strip() for line in lines}
        body = await _read_body(reader, fields)
        host = fields.get("host", "").partition(":")[0]
        if target.startswith(_CONTROL) or target == "/favicon.ico":
            await self._control(writer, target, host, body)
            return False
        # NB: an address has no room for a token; what is asked there belongs to the run that began last.
        run = self._runs.get(names.token_in(host)) or (self._current if host in _WITHOUT_TOKEN else None)
        if run is None:
            return False
        place = names.role_of(self.transport, port, host)
        page = run.scenario.page
        if place == page.origin and target == page.path and method == "GET" and run.seen is None:
            fetched = "sec-fetch-dest" in fields and fields["sec-fetch-dest"] != "document"
            if not fetched and run.hits.setdefault(("page", "", ""), 0) == 0:
                run.hits["page", "", ""] = 1
                writer.write(self._page(run))
                return False
        run.arrivals.append(Arrival(place, method, target, tuple(lines), body.decode("latin-1")))
        answer = ranged(self._choose(run, place, method, target), fields.get("range", ""))
        answer = sockets.with_accept(answer, fields.get("sec-websocket-key", ""))
        number = len(run.arrivals) - 1
        await self._answer(reader, writer, run, answer, method)
        if answer.frames is not None:

            def keep(line: str) -> None:
                if run.seen is None:
                    arrival = run.arrivals[number]
                    run.arrivals[number] = attrs.evolve(arrival, body=f"{arrival.body}{line}\n")

            is_deflated = any("permessage-deflate" in line for line in answer.headers)
            await sockets.talk(reader, writer, answer.frames, keep, is_deflated=is_deflated)
        return answer.keep

    def _choose(self, run: Run, place: str, method: str, target: str) -> Answer:
        def rank(route: Route) -> tuple[bool, bool]:
            return (route.path == target, route.method == method)

        path = target.partition("?")[0]
        fitting = [
            route
            for route in run.scenario.routes
            if route.origin == place and route.path in (target, path) and route.method in (method, "*")
        ]
        if not fitting:
            return _UNSCRIPTED
        route = max(fitting, key=rank)
        key = (route.origin, route.path, route.method)
        hit = run.hits.get(key, 0)
        run.hits[key] = hit + 1
        return route.answers[min(hit, len(route.answers) - 1)]

    async def _answer(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, run: Run, answer: Answer, method: str
    ) -> None:
        if answer.delay:
            await asyncio.sleep(answer.delay / 1000)
        if answer.action == "break":
            writer.transport.abort()
            return
        if answer.action == "stall":
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(reader.read(), 30)
            return
        written = answer.raw
        if written is None:
            lines = [f"HTTP/1.1 {answer.status} {answer.reason}", *answer.headers]
            # NB: what comes after an answer to HEAD would be taken for the next answer.
            body = "" if answer.keep and method == "HEAD" else answer.body
            if answer.rules:
                body = f"const RULES = {json.dumps(to_json(answer.rules))};\n{SCRIPT}"
            written = "\r\n".join(lines) + "\r\n\r\n" + body
        written = self._fill(written, run).replace(RUNNER_MARK, RUNNER)
        writer.write(written.encode("latin-1"))
        await writer.drain()

    def _fill(self, text: str, run: Run) -> str:
        return names.fill(text, self.transport, run.token, run.page_token)

    def _page(self, run: Run) -> bytes:
        """
        Write the page of a run and of those that share it: their steps and the runner, with the scenario's headers.
        """
        scenarios = [
            {"token": each.token, "steps": json.loads(self._fill(json.dumps(to_json(each.scenario.steps)), each))}
            for each in self._groups[run.token]
        ]
        data = json.dumps(scenarios).replace("<", "\\u003c")
        by_form = ' data-reports="by-form"' if _keeps_from_fetching(run.scenario) else ""
        holder = f'<script id="scenarios" type="application/json"{by_form}>{data}</script>'
        return _html(holder, [self._fill(line, run) for line in run.scenario.page.headers])

    async def _control(self, writer: asyncio.StreamWriter, target: str, host: str, body: bytes) -> None:
        name, _, query = target.removeprefix(_CONTROL).partition("?")
        if name == "frame":
            run = self._runs.get(names.token_in(host))
            lines = [line for line in unquote(query).split("\n") if line]
            writer.write(_html("", lines if run is None else [self._fill(line, run) for line in lines]))
        elif name == "cookies":
            self._set_cookies(writer, host, query)
        elif name == "home":
            # NB: the page comes at once and asks for its first scenario by itself: remote controls wait for a page.
            writer.write(_html_of(f"<body><script>{_ASK}</script>", []))
        elif name == "report":
            run = self._reported(query, body)
            shared = run is not None and self._groups[run.page_token][-1] is not run
            following = None if shared else await self._next()
            data = json.dumps({"next": following}).encode()
            writer.write(_response(["Content-Type: application/json", "Cache-Control: no-store"], data))
        elif name == "report-by-form":
            self._reported(query, body.partition(b"=")[2])
            writer.write(_html_of(f"<body><script>location.replace({json.dumps(await self._next())})</script>", []))
        else:
            writer.write(b"HTTP/1.1 404 Not Found\r\n\r\n")

    def _reported(self, token: str, body: bytes) -> Run | None:
        """
        Take what the page of a run has seen; return the run.
        """
        run = self._runs.get(token)
        if run is not None and run.seen is None:
            run.seen = _report(body, len(run.scenario.steps))
            if run.seen is None:
                run.trouble = "the page's report is damaged"
            self.finished.put(run)
        return run

    async def _next(self) -> str:
        """
        Wait for the next run and say where it starts.

        NB: a browser that was ended may leave a waiter behind; the connection it waited on is closed then, so waiting
        is in small sleeps, and only the newest waiter is served.
        """
        self._newest = mine = object()
        while True:
            await asyncio.sleep(0)
            if self._newest is not mine:
                await asyncio.sleep(3600)
            with contextlib.suppress(queue.Empty):
                run = self._current = self._waiting.get_nowait()[0]
                self.started.put(run)
                return self._address(run, 0)
            await asyncio.sleep(0.01)

    def _address(self, run: Run, visited: int) -> str:
        """
        Where a run goes after *visited* places have set their cookies: to the next of them, or to its page.
        """
        origins = list(dict.fromkeys(cookie.origin for cookie in run.scenario.cookies))
        places = names.PLACES[self.transport]
        if visited < len(origins):
            origin = places[origins[visited]].origin_for(run.token)
            return f"{origin}{_CONTROL}cookies?{visited}"
        return places[run.scenario.page.origin].origin_for(run.token) + run.scenario.page.path

    def _set_cookies(self, writer: asyncio.StreamWriter, host: str, query: str) -> None:
        run = self._runs[names.token_in(host)]
        visited = int(query)
        origins = list(dict.fromkeys(cookie.origin for cookie in run.scenario.cookies))
        lines = [f"Set-Cookie: {cookie.line}" for cookie in run.scenario.cookies if cookie.origin == origins[visited]]
        filled = [self._fill(line, run) for line in lines]
        script = f"<script>location.replace({json.dumps(self._address(run, visited + 1))})</script>"
        writer.write(_html_of(f"<body>{script}", filled))


def ranged(answer: Answer, asked: str) -> Answer:
    """
    Answer with the part of the body that is *asked* for, if the answer heeds that.
    """
    match = _RANGE.fullmatch(asked)
    size = len(answer.body)
    if not answer.ranges or match is None or int(match[1]) >= size:
        return answer
    first, last = int(match[1]), min(int(match[2] or size), size - 1)
    part = answer.body[first : last + 1]
    lines = (*answer.headers, f"Content-Range: bytes {first}-{last}/{size}")
    return attrs.evolve(answer, status=206, reason="Partial Content", headers=lines, body=part)


def _keeps_from_fetching(scenario: Scenario) -> bool:
    """
    Whether the page of *scenario* may not be able to fetch from its own origin: its policy, or HSTS, may forbid that.
    """
    lines = [line for route in scenario.routes for answer in route.answers for line in answer.headers]
    return any(
        line.lower().startswith(("content-security-policy", "strict-transport-security"))
        for line in (*scenario.page.headers, *lines)
    )


def _report(body: bytes, steps: int) -> list[Json] | None:
    """
    Read what a page saw of each of its *steps*; None if that is not what it says.
    """
    try:
        seen = json.loads(body)
    except ValueError:
        return None
    whole = isinstance(seen, list) and len(seen) == steps and all(isinstance(step, dict) for step in seen)
    return seen if whole else None


def _context(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    context.set_alpn_protocols(["http/1.1"])
    return context


async def _read_body(reader: asyncio.StreamReader, fields: dict[str, str]) -> bytes:
    if "content-length" in fields:
        return await reader.readexactly(int(fields["content-length"]))
    if "chunked" not in fields.get("transfer-encoding", ""):
        return b""
    body = b""
    while size := int((await reader.readline()).split(b";")[0], 16):
        body += await reader.readexactly(size)
        await reader.readline()
    await reader.readline()
    return body


def _response(headers: list[str], body: bytes) -> bytes:
    head = "\r\n".join(["HTTP/1.1 200 OK", *headers, f"Content-Length: {len(body)}", "Connection: close"])
    return head.encode("latin-1") + b"\r\n\r\n" + body


def _html_of(content: str, headers: list[str]) -> bytes:
    page = f'<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><title>recorder</title>{content}'
    return _response(["Content-Type: text/html; charset=utf-8", "Cache-Control: no-store", *headers], page.encode())


def _html(holder: str, headers: list[str]) -> bytes:
    return _html_of(f"<body>{holder}<script>{RUNNER}</script>", headers)
