"""
A scenario of the recorder, run in browsercors: the same observation, without a browser.
"""

from __future__ import annotations

import asyncio
import atexit
from functools import cache
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from browsercors import (
    AsyncBrowser,
    AsyncPage,
    Blob,
    Block,
    BrowserProfile,
    FetchResult,
    FetchTypeError,
    FormData,
    ReadableStream,
    Reason,
    URLSearchParams,
)
from browsercors.engines.registry import profile_named
from browsercors.fetch.referrer import parse_a_referrer_policy_from_a_referrer_policy_header
from browsercors.fetch.service_workers.calls import WorkerFailure
from browsercors.servers.server import to_answer
from browsercors.values.arguments import ArgumentValueError
from browsercors.values.headers import HeaderList
from browsercors.values.transport import Fault
from browsercors.values.wire import FailureKind, HTTPRequest, HTTPResponse, TransportFailure
from tests.evidence.agreement.elements import finish, listen, seen_by_element, start
from tests.evidence.agreement.service_workers import Registrar
from tests.evidence.agreement.sockets import answer_to, run_socket
from tests.evidence.agreement.streams import Streams
from tests.evidence.agreement.timing import seen_by_timing
from tests.evidence.agreement.workers import (
    blocks_of_worker,
    imports_at_once,
    run_imports,
    seen_by_worker,
    start_worker,
)
from tests.evidence.recorder import names
from tests.evidence.recorder.observation import LATE
from tests.evidence.recorder.scenario import (
    Answer,
    Body,
    Element,
    Fetch,
    Frame,
    Imports,
    Route,
    Scenario,
    Socket,
    Step,
    Timing,
    Together,
    Wait,
    Worker,
    Xhr,
    is_parallel,
)
from tests.evidence.recorder.service_workers import Register, Rule

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterable

ENCODE_URI_COMPONENT: Final = "-_.!~*'()"
"""What JavaScript's `encodeURIComponent` leaves as it is, beside letters and digits."""

COPIED: Final = (
    "method",
    "mode",
    "credentials",
    "cache",
    "redirect",
    "integrity",
    "duplex",
    "referrer_policy",
    "priority",
    "target_address_space",
)
"""The options of `fetch()` whose values need no change."""
DISMISSES_QUESTIONS: Final = frozenset({"chromium"})
"""Who, without a window, takes each question to the visitor for answered with no."""

HAS_FETCH_LATER: Final = frozenset({"chromium"})

TOLD_TO_THE_SCRIPT: Final = {"webkit": frozenset({Reason.MIME_TYPE_BLOCKED})}
"""Which failures of `import()` stand in the rejection alone, which the recorder's page handles."""

UNANSWERED: Final = (Reason.TIMED_OUT, Reason.LOCAL_NETWORK_ACCESS_PROMPT, Reason.AUTHENTICATION_PROMPT)
"""Of what a browser says nothing, since it waits longer than the recorder does, or for a visitor who is not there."""

SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})

UNSCRIPTED: Final = Answer(status=404, reason="Not Found")


class NotSimulated(Exception):  # noqa: N818 - it is no error, the scenario waits for a later feature
    """
    The scenario needs something that is not simulated yet.
    """


class ScenarioServer:
    """
    Answers as the scenario's routes say, and writes down what it receives.
    """

    def __init__(self, scenario: Scenario, transport: str, attempts: int) -> None:
        self.routes = scenario.routes
        self.transport = transport
        self.attempts = attempts
        self.requests: list[dict[str, Any]] = []
        self.hits: dict[tuple[str, str, str], int] = {}
        self.setting_cookie: str | None = None
        self.rules: tuple[Rule, ...] = ()
        self.default_port = 80
        # NB: whether a connection is a kept one is asked of a 408 alone.
        has_connections = any(
            (answer.raw is not None and answer.frames is None) or (answer.keep and answer.status == 408)
            for route in scenario.routes
            for answer in route.answers
        )
        self.streams = Streams(self._respond, lambda text: names.fill(text, transport, "")) if has_connections else None

    def _respond(self, method: str, target: str, lines: list[str], body: str) -> Answer:
        host = next(line.partition(":")[2].strip() for line in lines if line.lower().startswith("host:"))
        name, _, port = host.partition(":")
        place = names.role_of(self.transport, int(port or self.default_port), name)
        self.requests.append({"to": place, "line": f"{method} {target}", "headers": lines, "body": body})
        return self._answer(place, target.partition("?")[0], target, method)

    def send(self, request: HTTPRequest) -> HTTPResponse | TransportFailure:
        url = request.url
        if self.setting_cookie is not None:
            headers = HeaderList([(b"Set-Cookie", self.setting_cookie.encode("latin-1"))])
            return HTTPResponse(200, b"OK", headers)
        if self.streams is not None:
            self.default_port = {"http": 80, "https": 443}[url.scheme]
            return self.streams.send(request)
        place = names.role_of(self.transport, url.port or {"http": 80, "https": 443}[url.scheme], url.host)
        if not place:
            is_known = any(url.host == each.host for each in names.PLACES[self.transport].values())
            fault = Fault.REFUSED if is_known else Fault.NAME_NOT_RESOLVED
            return TransportFailure(FailureKind.CONNECTION_FAILED, "no such place", fault=fault)
        if names.PLACES[self.transport][place].scheme != url.scheme:
            raise NotSimulated("TLS where there is none, or none where there is")
        method = request.method.decode("latin-1")
        # NB: a live server is asked as often as the browser asks.
        for _ in range(self.attempts if method in SAFE_METHODS else 1):
            self.requests.append(
                {
                    "to": place,
                    "line": f"{method} {url.target}",
                    "headers": [f"{n.decode('latin-1')}: {v.decode('latin-1')}" for n, v in request.headers],
                    "body": (request.body or b"").decode("latin-1"),
                }
            )
            answer = self._answer(place, url.path, url.target, method)
            if answer.action != "break":
                break
        self.rules = answer.rules or self.rules
        if answer.action == "break":
            return TransportFailure(
                FailureKind.CONNECTION_FAILED, "the scenario breaks the connection", fault=Fault.EMPTY
            )
        if answer.action == "stall":
            return TransportFailure(FailureKind.TIMED_OUT, "the scenario stalls", elapsed=0)
        lines: list[tuple[bytes, bytes]] = []
        for line in answer.headers:
            written = names.fill(line, self.transport, "").encode("latin-1")
            if written[:1] in (b" ", b"\t") and lines:
                # NB: a line that begins with a blank goes on with the one before.
                lines[-1] = (lines[-1][0], lines[-1][1] + b"\r\n" + written)
                continue
            name, colon, value = written.partition(b":")
            if colon:
                lines.append((name, value.strip(b" \t")))
        if any(name.strip().lower() == b"transfer-encoding" for name, _ in lines):
            raise NotSimulated("a transfer coding, which is the transport's business")
        result = to_answer(
            request,
            answer.status,
            answer.reason.encode("latin-1"),
            HeaderList(lines),
            names.fill(repr(answer.rules) if answer.rules else answer.body, self.transport, "").encode("latin-1"),
        )
        result.elapsed = answer.delay / 1000
        if isinstance(result, HTTPResponse):
            result.raw_lines = True
        return result

    async def send_async(self, request: HTTPRequest) -> HTTPResponse | TransportFailure:
        return self.send(request)

    async def connect_async(self, request: HTTPRequest, interim: frozenset[int]) -> HTTPResponse | TransportFailure:
        url = request.url
        place = names.role_of(self.transport, url.port or {"http": 80, "https": 443}[url.scheme], url.host)
        if not place:
            is_known = any(url.host == each.host for each in names.PLACES[self.transport].values())
            fault = Fault.REFUSED if is_known else Fault.NAME_NOT_RESOLVED
            return TransportFailure(FailureKind.CONNECTION_FAILED, "no such place", fault=fault)
        if names.PLACES[self.transport][place].scheme != url.scheme:
            raise NotSimulated("TLS where there is none, or none where there is")
        headers = [f"{n.decode('latin-1')}: {v.decode('latin-1')}" for n, v in request.headers]
        entry: dict[str, Any] = {"to": place, "line": f"GET {url.target}", "headers": headers, "body": ""}
        self.requests.append(entry)
        answer = self._answer(place, url.path, url.target, "GET")
        if answer.action == "break":
            return TransportFailure(FailureKind.CONNECTION_FAILED, "the scenario breaks", fault=Fault.EMPTY)
        if answer.action == "stall":
            return TransportFailure(FailureKind.TIMED_OUT, "the scenario stalls", elapsed=0)

        def tell(line: str) -> None:
            entry["body"] += f"{line}\n"

        return answer_to(request, interim, answer, tell, self.transport)

    def close(self) -> None:
        if self.streams is not None:
            self.streams.close()

    async def aclose(self) -> None:
        pass

    def _answer(self, place: str, path: str, target: str, method: str) -> Answer:
        def rank(route: Route) -> tuple[bool, bool]:
            return ("?" in route.path, route.method != "*")

        found = [
            route
            for route in self.routes
            if route.origin == place and route.path in (path, target) and route.method in ("*", method)
        ]
        if not found:
            return UNSCRIPTED
        route = max(found, key=rank)
        key = (route.origin, route.path, route.method)
        hit = self.hits.get(key, 0)
        self.hits[key] = hit + 1
        return route.answers[min(hit, len(route.answers) - 1)]


@cache
def _event_loop() -> asyncio.AbstractEventLoop:
    """
    Return the one loop for all scenarios, since making one takes longer than most scenarios do.
    """
    loop = asyncio.new_event_loop()
    atexit.register(loop.close)
    return loop


def simulate(scenario: Scenario, browser: str | BrowserProfile, transport: str) -> dict[str, Any]:
    """
    Run *scenario* and return steps and requests in the form of a recording, and what the browser calls each failure.
    """
    return _event_loop().run_until_complete(
        _simulate(scenario, AsyncBrowser(profile_named(browser), on_challenge="wait"), transport)
    )


async def _simulate(scenario: Scenario, browser: AsyncBrowser, transport: str) -> dict[str, Any]:
    server = ScenarioServer(scenario, transport, browser.profile.transport.asking.attempts)
    browser.mount("*", server)
    for place in names.PLACES[transport].values():
        # NB: a page knows where a name leads; the simulation is told.
        if (space := names.SPACES.get(place.address)) is not None:
            browser.mount(place.origin_for(""), server, address_space=space)  # type: ignore[arg-type]
    page_origin = names.fill("{" + scenario.page.origin + "}", transport, "")
    if browser.profile.name in DISMISSES_QUESTIONS:
        browser.deny("local-network-access")
    for permission, state in scenario.permissions:
        (browser.grant if state == "granted" else browser.deny)(permission, page_origin)  # type: ignore[arg-type]
    page_url = page_origin + scenario.page.path
    policy = "strict-origin-when-cross-origin"
    for line in scenario.page.headers:
        name, _, value = line.partition(":")
        if name.lower() == "referrer-policy":
            headers = HeaderList([(b"Referrer-Policy", value.strip().encode("latin-1"))])
            policy = parse_a_referrer_policy_from_a_referrer_policy_header(headers) or policy
        elif not name.lower().startswith("content-security-policy"):
            raise NotSimulated(f"page header {name}")
    for cookie in scenario.cookies:
        origin = names.fill("{" + cookie.origin + "}", transport, "")
        server.setting_cookie = names.fill(cookie.line, transport, "")
        await browser.open(origin + "/").fetch("/.recorder/cookies")
    server.setting_cookie = None
    page = browser.open(page_url, referrer_policy=policy, headers=header_pairs(scenario.page.headers, transport))  # type: ignore[arg-type]
    reasons: list[dict[str, Any]] = []
    registrar = Registrar(page, transport, server)
    steps = []
    for number, step in enumerate(scenario.steps):
        if isinstance(step, Register):
            seen, result = await registrar.run(step)
            if result is not None and result.block is not None:
                reasons.append(_reason(result.block, browser.profile.name, number))
        else:
            seen = await run_step(step, browser, page, transport, reasons, number, registrar)
        steps.append(with_worker(seen, registrar))
    parallel = is_parallel(scenario.steps)
    server.close()
    untold = any(isinstance(step, Worker) and step.shared for step in scenario.steps)
    return {"steps": steps, "requests": server.requests, "reasons": reasons, "parallel": parallel, "untold": untold}


async def run_step(
    step: Step,
    browser: AsyncBrowser,
    page: AsyncPage,
    transport: str,
    reasons: list[dict[str, Any]],
    number: int,
    registrar: Registrar,
) -> dict[str, Any]:
    if isinstance(step, Wait):
        browser.clock.advance(step.ms / 1000)
        return {"outcome": "waited"}
    if isinstance(step, Frame):
        url = {"srcdoc": "about:srcdoc", "data": "data:text/html,x"}.get(step.source)
        if url is None:
            # NB: what the server is told in the query, is what the frame is served with.
            url = names.fill(step.source, transport, "")
            url += f"?{quote(chr(10).join(step.headers), safe=ENCODE_URI_COMPONENT)}" if step.headers else ""
        sandboxed = step.sandbox is not None and "allow-same-origin" not in step.sandbox
        frame = browser.open(
            url,
            parent=page,
            sandboxed=sandboxed,
            headers=header_pairs(step.headers, transport),
            allow=names.fill(step.allow or "", transport, ""),
        )
        return {
            "outcome": "frame",
            "steps": [
                with_worker(await run_step(inner, browser, frame, transport, reasons, number, registrar), registrar)
                for inner in step.steps
            ],
        }
    if isinstance(step, Together):
        seen = [run_step(inner, browser, page, transport, reasons, number, registrar) for inner in step.steps]
        return {"outcome": "together", "steps": await asyncio.gather(*seen)}
    if isinstance(step, Fetch | Xhr):
        try:
            run = run_fetch(step, page, transport) if isinstance(step, Fetch) else run_xhr(step, page, transport)
            result = await run
        except FetchTypeError:
            return {"outcome": "rejected", "error": "TypeError"}
        if result.block is not None:
            if result.block.reason in UNANSWERED:
                return {"outcome": "pending"}
            if result.block.finding.evidence.get("how") is WorkerFailure.HANGS:
                return {"outcome": "pending"}
            reasons.append(_reason(result.block, browser.profile.name, number))
        return seen_by_fetch(result) if isinstance(step, Fetch) else seen_by_xhr(result)
    if isinstance(step, Socket):
        told, socket = await run_socket(step, page, transport)
        if socket is not None and socket.block is not None and told["outcome"] != "connecting":
            reasons.append(_reason(socket.block, browser.profile.name, number))
        return told
    if isinstance(step, Element):
        return await run_element(step, browser, page, transport, reasons, number)
    if isinstance(step, Worker):
        return await run_worker(step, browser, page, transport, reasons, number, registrar)
    assert isinstance(step, Timing), "there are no other steps"
    return seen_by_timing(step, page, transport)


def with_worker(seen: dict[str, Any], registrar: Registrar) -> dict[str, Any]:
    """
    Add what service workers saw meanwhile to what the page saw of a step.
    """
    told = registrar.taken()
    return {**seen, "worker": told} if told else seen


async def run_worker(
    step: Worker,
    browser: AsyncBrowser,
    page: AsyncPage,
    transport: str,
    reasons: list[dict[str, Any]],
    number: int,
    registrar: Registrar,
) -> dict[str, Any]:
    try:
        worker = await start_worker(step, page, transport)
    except FetchTypeError:
        return {"outcome": "rejected", "error": "SyntaxError"}
    except ArgumentValueError:
        return {"outcome": "rejected", "error": "TypeError"}
    reasons += [_reason(block, browser.profile.name, number) for block in blocks_of_worker(worker)]
    before, goes_on, blocks = await imports_at_once(worker, transport)
    reasons += [_reason(block, browser.profile.name, number) for block in blocks]
    if not goes_on:
        return {"outcome": "error"}
    seen = []
    for inner in step.steps if worker.started else ():
        if isinstance(inner, Imports):
            told, blocks = await run_imports(inner, worker, transport)
            reasons += [_reason(block, browser.profile.name, number) for block in blocks]
            seen.append(told)
        else:
            seen.append(await run_step(inner, browser, worker._world, transport, reasons, number, registrar))
    return seen_by_worker(worker, before, seen)


async def run_element(
    step: Element, browser: AsyncBrowser, page: AsyncPage, transport: str, reasons: list[dict[str, Any]], number: int
) -> dict[str, Any]:
    if step.tag == "reconnecting":
        source, seen = await listen(step, page, transport, browser.clock)
        # NB: a browser says why of each connection that failed, and nothing of one that ends.
        blocks = [connection.block for connection in source.connections if connection.block is not None]
        named = [_reason(block, browser.profile.name, number) for block in blocks]
        reasons += [reason for reason in named if reason["name"] != LATE]
        return seen
    if step.tag == "fetchlater":
        return await run_fetch_later(step, browser, page, transport)
    try:
        result = await start(step, page, transport, None if step.body is None else body_of(step.body))
        blocks = await finish(result, page)
    except LookupError as reason:
        raise NotSimulated(f"a load by {reason}") from None
    except FetchTypeError:
        return {"outcome": "rejected", "error": "TypeError"}
    except ArgumentValueError:
        # NB: where the simulator's own words help more, JavaScript throws, or rejects.
        return {"outcome": "error"}
    # NB: an element that waits fires nothing.
    if any(block.reason in UNANSWERED for block in blocks):
        return {"outcome": "pending"}
    reasons += [
        _reason(block, browser.profile.name, number)
        for block in blocks
        if not (step.tag == "import" and block.reason in TOLD_TO_THE_SCRIPT.get(browser.profile.name, ()))
    ]
    return seen_by_element(step, result)


async def run_fetch_later(step: Element, browser: AsyncBrowser, page: AsyncPage, transport: str) -> dict[str, Any]:
    """
    Run a `fetchLater()`: it sends what a keepalive fetch sends, and tells the page nothing of it.
    """
    if browser.profile.name not in HAS_FETCH_LATER:
        return {"outcome": "rejected", "error": "ReferenceError"}
    body: dict[str, Any] = {} if step.body is None else {"method": "POST", "body": body_of(step.body)}
    await page.fetch(names.fill(step.url, transport, ""), keepalive=True, **body)
    return {"outcome": "later"}


def _reason(block: Block, browser: str, step: int) -> dict[str, Any]:
    """
    Return what a browser calls the failure of a step.
    """
    return {
        "step": step,
        "name": block.identifiers.get(browser, ""),
        "parameter": block.parameters.get(browser, ""),
    }


def header_pairs(lines: Iterable[str], transport: str) -> list[tuple[str, str]]:
    """
    Return header lines as pairs of name and value.
    """
    pairs = [names.fill(line, transport, "").partition(":") for line in lines]
    return [(name, value.strip()) for name, _, value in pairs]


def run_fetch(step: Fetch, page: AsyncPage, transport: str) -> Coroutine[Any, Any, FetchResult]:
    options: dict[str, Any] = {name: getattr(step, name) for name in COPIED if getattr(step, name) is not None}
    if step.referrer is not None:
        options["referrer"] = names.fill(step.referrer, transport, "")
    if step.keepalive:
        options["keepalive"] = True
    if step.headers:
        options["headers"] = [(name, names.fill(value, transport, "")) for name, value in step.headers]
    if step.body is not None:
        options["body"] = body_of(step.body)
    return page.fetch(names.fill(step.url, transport, ""), **options)


def run_xhr(step: Xhr, page: AsyncPage, transport: str) -> Coroutine[Any, Any, FetchResult]:
    return page.xhr(
        step.method,
        names.fill(step.url, transport, ""),
        headers=[(name, names.fill(value, transport, "")) for name, value in step.headers],
        body=None if step.body is None else body_of(step.body),
        with_credentials=step.credentials,
        upload_listeners=step.upload,
        user=step.user,
        password=step.password,
    )


def body_of(body: Body) -> Any:
    data = body.text.encode("latin-1")
    if body.kind == "text":
        return body.text
    if body.kind == "bytes":
        return data
    if body.kind == "blob":
        return Blob(data, body.type)
    if body.kind == "stream":
        return ReadableStream([data])
    if body.kind == "params":
        return URLSearchParams([(entry[0], entry[1]) for entry in body.fields])
    form = FormData()
    for name, value, *file in body.fields:
        if file:
            form.append(name, Blob(value.encode("latin-1"), file[1] if len(file) > 1 else ""), filename=file[0])
        else:
            form.append(name, value)
    return form


def seen_by_fetch(result: FetchResult) -> dict[str, Any]:
    if result.type == "error":
        return {"outcome": "rejected", "error": "TypeError"}
    seen = {
        "outcome": "resolved",
        "type": result.type,
        "status": result.status,
        "statusText": result.status_text,
        "ok": result.ok,
        "redirected": result.redirected,
        "url": result.url,
        "headers": [list(line) for line in result.headers.lines],
    }
    if result.block is not None:
        seen["body_error"] = "TypeError"
    else:
        # NB: of an opaque response JavaScript reads nothing, which is no error there.
        seen["body"] = result.body.decode("latin-1") if result.readable else ""
    return seen


def seen_by_xhr(result: FetchResult) -> dict[str, Any]:
    if result.type == "error" or result.block is not None:
        return {"outcome": "rejected", "status": 0, "statusText": "", "url": "", "raw_headers": "", "body": ""}
    return {
        "outcome": "resolved",
        "status": result.status,
        "statusText": result.status_text,
        "url": result.url,
        "raw_headers": "".join(f"{name}: {value}\r\n" for name, value in result.headers.lines),
        "body": result.body.decode("latin-1"),
    }
