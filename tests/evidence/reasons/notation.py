"""
The notation in which the pages of reasons write exchanges down, and how such a block is run.

A block is read line by line:

    page https://app.example.com/ in firefox, sandboxed     who asks; Chromium, and not sandboxed, unless it is said;
                                                            `in chromium-pna (enforced)` is as the draft wanted it
    header Content-Security-Policy: connect-src 'self'      a header of the page's own response
    frame of https://app.example.com/, allow local-network  it is a frame there, with that `allow` or with none
    worker fetches "https://...", {"mode": "no-cors"}       the page has a service worker, and what it does with all
                                                            that is asked; what it fetches is sent as well
    worker fetches the request                              the same; also `responds "text"`, `responds with an error`
    visitor grants local-network                            what the visitor has answered; or `denies`
    visitor is me:secret at https://api.example.com         who is logged in with HTTP authentication
    visitor waits                                           nobody answers when the browser asks for a password
    server live                                             `scripted`, `recorded`, `wsgi`, `wsgi 1000` or `live`
    cookie https://api.example.com/ id=1; Secure            a cookie that the browser holds
    advance 600                                             seconds that pass
    fetch("https://...", {"method": "PUT"})                 the call, or xhr("PUT", "https://...", {...}), or what an
                                                            element loads: image("https://...", {"crossorigin": ""})
    > OPTIONS /items/7                                      what the browser sends then, ` (21 times)` if it is
    > Origin: https://app.example.com                       a line of it, or `> (no Cookie)`
    < 204                                                   what is answered
    < Access-Control-Allow-Origin: *                        a line of it; after an empty one the body
    < (the connection breaks)                               or `(nothing more comes)`
    < (frames c1 00)                                        what the server of a WebSocket sends, in hexadecimal
    = blocked allow-origin-missing                          the verdict, and what surprises: `= readable, header-hidden`

Whatever the browser sends has to be written down, in order; of its lines only the telling ones. Where nothing is
answered, nothing is mounted.
"""

from __future__ import annotations

import contextlib
import json
import re
from typing import TYPE_CHECKING, Any, Final

import attrs

from browsercors import (
    Answer,
    Browser,
    FetchResult,
    RawFrames,
    ReadableStream,
    ScriptedServer,
    ServiceWorkerResponse,
    WebSocket,
    WebSocketAnswer,
    WebSocketClose,
)
from browsercors.engines.registry import profile_named
from browsercors.servers.applications.wsgi import WSGIServer
from browsercors.servers.messages import read_responses
from browsercors.servers.recorded import RecordedServer
from browsercors.servers.server import DEFAULT_MAX_BODY_BYTES
from browsercors.values.urls import parse_url
from tests.servers.helpers import raw_server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from browsercors import Exchange, FetchEvent, Page
    from browsercors.browser.loads import LoadResult
    from browsercors.values.literals import OnChallenge
    from browsercors.values.wire import HTTPRequest

__all__ = ["Call", "Outcome", "Script", "Sent", "parse", "run"]

BREAKS: Final = "(the connection breaks)"
SCRIPT: Final = "/sw.js"
STALLS: Final = "(nothing more comes)"
FRAMES: Final = re.compile(r"\(frames (?P<bytes>[0-9a-f ]+)\)")
SWITCHING: Final = 101

PAGE: Final = re.compile(
    r"(?P<url>\S+)(?: in (?P<browser>[\w-]+)(?P<enforced> \(enforced\))?)?(?:, (?P<sandboxed>sandboxed))?"
)
FRAME: Final = re.compile(r"of (?P<url>[^,\s]+)(?:, allow (?P<allow>.+))?")
WORKER: Final = re.compile(r"(?P<verb>responds|fetches) (?P<what>.+)")
VISITOR: Final = re.compile(r"(?P<verb>grants|denies) (?P<permission>\S+)")
LOGIN: Final = re.compile(r"is (?P<user>[^:]+):(?P<password>\S+) at (?P<origin>\S+)")
REQUEST: Final = re.compile(r"(?P<method>\S+) (?P<url>\S+)(?: \((?P<times>\d+) times\))?")
LOADS: Final = (
    *("image", "script", "stylesheet", "font", "media", "track"),
    *("preload", "modulepreload", "prefetch", "manifest", "worker", "shared_worker", "websocket"),
    "service_worker",
)
CALL: Final = re.compile(rf"(?P<function>fetch|xhr|{'|'.join(LOADS)})\((?P<arguments>.*)\)", re.DOTALL)
CALLS: Final = tuple(f"{function}(" for function in ("fetch", "xhr", *LOADS))
COOKIE: Final = re.compile(r"(?P<url>\S+) (?P<cookie>.+)")

OPTIONS: Final = {
    "as": "as_",
    "referrerPolicy": "referrer_policy",
    "targetAddressSpace": "target_address_space",
    "withCredentials": "with_credentials",
    "uploadListeners": "upload_listeners",
}

# NB: a short list of our own, so that what is a site does not move with the releases of a package.
SUFFIXES: Final = "com\nnet\nexample\n"


@attrs.define
class Sent:
    """
    A request that a block says is sent, and how it is answered.
    """

    method: str
    url: str
    times: int = 1
    lines: list[tuple[str, str]] = attrs.field(factory=list)
    absent: list[str] = attrs.field(factory=list)
    answer: list[str] = attrs.field(factory=list)


@attrs.define
class Call:
    """
    A call that a block says is made, what is sent for it, and what comes of it.
    """

    function: str
    arguments: list[str]
    options: dict[str, Any]
    sent: list[Sent] = attrs.field(factory=list)
    verdict: str = ""
    surprises: list[str] = attrs.field(factory=list)

    @property
    def url(self) -> str:
        return self.arguments[-1]


@attrs.define
class Script:
    """
    A block, read.
    """

    page_url: str
    browser: str = "chromium"
    is_enforced: bool = False
    """Whether Private Network Access is enforced."""
    sandboxed: bool = False
    top_level: str | None = None
    allow: str = ""
    answers_of_visitor: list[tuple[str, str]] = attrs.field(factory=list)
    logins: list[tuple[str, str, str]] = attrs.field(factory=list)
    waits: bool = False
    server: str = "scripted"
    headers: list[tuple[str, str]] = attrs.field(factory=list)
    worker: str = ""
    """What the page's service worker does; empty if it has none."""
    steps: list[Call | str] = attrs.field(factory=list)
    """The calls, and between them the lines that begin with `cookie` and `advance`."""

    @property
    def calls(self) -> list[Call]:
        return [step for step in self.steps if isinstance(step, Call)]


@attrs.frozen
class Outcome:
    """
    What came of a call.

    Attributes:
        call: The call.
        result: Its result.
        browser: The browser, afterwards.
        cookies_before: The names of the cookies that it held before, by domain.
        page_headers: The headers of the page's own response.
        worker_exchanges: What the page's service worker fetched for it.
    """

    call: Call
    result: FetchResult | LoadResult
    browser: Browser
    cookies_before: frozenset[tuple[str, str]]
    page_headers: tuple[tuple[str, str], ...] = ()
    worker_exchanges: tuple[Exchange, ...] = ()

    @property
    def exchanges(self) -> list[Exchange]:
        """
        What went over the wire: what the service worker fetched, and what the page did.
        """
        return [*self.worker_exchanges, *self.result.exchanges]


def parse(text: str) -> Script:
    """
    Read a block.

    Raises:
        ValueError: A line of it means nothing.
    """
    script: Script | None = None
    for line in _logical_lines(text):
        mark, _, rest = line.partition(" ")
        if mark == "page":
            match = _matched(PAGE, rest)
            script = Script(
                match["url"],
                match["browser"] or "chromium",
                match["enforced"] is not None,
                match["sandboxed"] is not None,
            )
            continue
        if script is None:
            raise ValueError(f"a block begins with its page, not with {line!r}")
        if mark == "server":
            script.server = rest
        elif mark == "header":
            name, _, value = rest.partition(": ")
            script.headers.append((name, value))
        elif mark == "frame":
            match = _matched(FRAME, rest)
            script.top_level, script.allow = match["url"], match["allow"] or ""
        elif mark == "visitor" and rest == "waits":
            script.waits = True
        elif mark == "visitor" and rest.startswith("is "):
            match = _matched(LOGIN, rest)
            script.logins.append((match["origin"], match["user"], match["password"]))
        elif mark == "worker":
            script.worker = _matched(WORKER, rest)[0]
        elif mark == "visitor":
            match = _matched(VISITOR, rest)
            script.answers_of_visitor.append((match["verb"], match["permission"]))
        elif mark in {"cookie", "advance"}:
            script.steps.append(line)
        elif mark in {">", "<", "="}:
            _READERS[mark](script.calls[-1], rest)
        else:
            script.steps.append(_call(line))
    if script is None or not all(call.verdict for call in script.calls) or not script.calls:
        raise ValueError(f"a block has a page, a call and its verdict, and this one does not: {text!r}")
    return script


def _logical_lines(text: str) -> Iterator[str]:
    """
    Yield the lines that say something; a call that goes on in the next line is one.
    """
    gathered = ""
    for line in text.splitlines():
        gathered = f"{gathered} {line.strip()}".strip() if gathered else line
        if gathered.startswith(CALLS) and not gathered.endswith(")"):
            continue
        if gathered.strip():
            yield gathered
        gathered = ""


def _matched(pattern: re.Pattern[str], text: str) -> re.Match[str]:
    match = pattern.fullmatch(text)
    if match is None:
        raise ValueError(f"this line of a block means nothing: {text!r}")
    return match


def _call(line: str) -> Call:
    match = _matched(CALL, line)
    arguments = json.loads(f"[{match['arguments']}]")
    options: dict[str, Any] = arguments.pop() if isinstance(arguments[-1], dict) else {}
    return Call(
        match["function"],
        arguments,
        {OPTIONS.get(name, name): _value(value) for name, value in options.items()},
    )


def _value(value: Any) -> Any:
    """
    Return what an option stands for: of bodies, a stream and many bytes are written as what they are.
    """
    if isinstance(value, dict) and value.keys() == {"ReadableStream"}:
        return ReadableStream([value["ReadableStream"].encode()])
    if isinstance(value, dict) and value.keys() == {"bytes"}:
        return bytes(value["bytes"])
    return value


def _read_request(call: Call, rest: str) -> None:
    if not call.sent or call.sent[-1].answer:
        match = _matched(REQUEST, rest)
        # NB: a handshake is a request for the http: URL.
        before = parse_url(call.sent[-1].url if call.sent else re.sub("^ws", "http", call.url))
        url = parse_url(match["url"], before)
        assert url is not None, rest
        call.sent.append(Sent(match["method"], url.href, int(match["times"] or 1)))
    elif rest.startswith("(no "):
        call.sent[-1].absent.append(rest[4:-1])
    else:
        name, _, value = rest.partition(": ")
        call.sent[-1].lines.append((name, value))


def _read_answer(call: Call, rest: str) -> None:
    call.sent[-1].answer.append(rest)


def _read_verdict(call: Call, rest: str) -> None:
    call.verdict, *call.surprises = rest.split(", ")


_READERS: Final = {">": _read_request, "<": _read_answer, "=": _read_verdict}


def run(script: Script, browser_name: str | None = None) -> list[Outcome]:
    """
    Carry out a block.

    Args:
        script: The block.
        browser_name: In which browser; the one that it names if none is given.
    """
    answers = [sent.answer for call in script.calls for sent in call.sent for _ in range(sent.times)]
    with contextlib.ExitStack() as stack:
        profile = profile_named(browser_name or script.browser)
        if script.is_enforced:
            profile = profile.evolve(private_network_preflight="enforced")
        on_challenge: OnChallenge = "wait" if script.waits else "cancel"
        browser = stack.enter_context(Browser(profile, public_suffix_list=SUFFIXES, on_challenge=on_challenge))
        for origin, user, password in script.logins:
            browser.authenticate(origin, user, password)
        if answers:
            browser.mount("*", stack.enter_context(_server(script.server, answers)))
        for verb, permission in script.answers_of_visitor:
            {"grants": browser.grant, "denies": browser.deny}[verb](permission)  # type: ignore[arg-type]
        page = browser.open(
            script.page_url,
            sandboxed=script.sandboxed,
            top_level=script.top_level,
            allow=script.allow,
            headers=script.headers,
        )
        outcomes = []
        fetched: list[Exchange] = []
        if script.worker:
            origin = page.origin
            browser.mount(origin, ScriptedServer({SCRIPT: Answer(200, {"Content-Type": "text/javascript"})}))
            registration = page.service_worker(SCRIPT, _handler(script.worker, fetched))
            assert registration.active, registration.explain()
        for step in script.steps:
            if isinstance(step, Call):
                before = frozenset((cookie.domain, _text(cookie.name)) for cookie in browser.cookies)
                fetched.clear()
                result = _result(page, step)
                outcomes.append(Outcome(step, result, browser, before, tuple(script.headers), tuple(fetched)))
            else:
                _prepare(browser, step)
        return outcomes


def _handler(does: str, fetched: list[Exchange]) -> Callable[[FetchEvent], Any]:
    """
    Return the handler of a service worker; what it sends is added to *fetched*.
    """
    match = _matched(WORKER, does)
    arguments = json.loads(f"[{match['what']}]") if match["what"].startswith('"') else []

    def handle(event: FetchEvent) -> Any:
        if match["verb"] == "responds":
            return ServiceWorkerResponse(arguments[0]) if arguments else ServiceWorkerResponse.error()
        resource, options = (*arguments, {})[:2] if arguments else (event.request, {})
        before = len(event._scope.fetches)
        try:
            return event.fetch(resource, **options)
        finally:
            for result in event._scope.fetches[before:]:
                fetched.extend(result.exchanges)

    return handle


def _text(name: bytes | str) -> str:
    return name.decode("latin-1") if isinstance(name, bytes) else name


def _result(page: Page, call: Call) -> FetchResult | LoadResult:
    arguments = [*call.arguments, _nothing] if call.function == "service_worker" else call.arguments
    result: FetchResult | LoadResult = getattr(page, call.function)(*arguments, **call.options)
    if isinstance(result, WebSocket) and result.opened:
        list(result)  # what the server sends comes to the page
    return result


def _nothing(event: FetchEvent) -> None:
    """
    Let the network respond.
    """


def _prepare(browser: Browser, line: str) -> None:
    """
    Let time pass, or give the browser a cookie.
    """
    mark, _, rest = line.partition(" ")
    if mark == "advance":
        browser.clock.advance(float(rest))
        return
    match = _matched(COOKIE, rest)
    url = parse_url(match["url"])
    assert url is not None, line
    stored = browser.cookies.store(match["cookie"].encode(), url, now=browser.clock.now)
    assert stored.refusal is None, line


@contextlib.contextmanager
def _server(kind: str, answers: list[list[str]]) -> Iterator[Any]:
    """
    Give what answers, in order.
    """
    name, _, limit = kind.partition(" ")
    if name == "live":
        with raw_server(*map(_bytes, answers)) as server:
            yield server.url
    elif name == "wsgi":
        yield WSGIServer(_application(answers), max_body_bytes=int(limit or DEFAULT_MAX_BODY_BYTES))
    elif name == "recorded":
        recorded = RecordedServer()
        for answer in filter(None, answers):
            recorded.record_next(*read_responses(_bytes(answer).decode("latin-1")))
        yield recorded
    elif name == "scripted":
        yield ScriptedServer({"*": _in_turn(map(_answer, answers))})
    else:
        raise ValueError(f"a server is scripted, recorded, wsgi or live, not {kind!r}")


def _in_turn(answers: Iterable[Answer]) -> Callable[[HTTPRequest], Answer]:
    remaining = iter(answers)

    def respond(request: HTTPRequest) -> Answer:
        answer = next(remaining, None)
        assert answer is not None, f"the browser sends more than the page says: {request.method!r} {request.url.href}"
        return answer

    return respond


def _parts(lines: list[str]) -> tuple[str, list[tuple[str, str]], str, str]:
    """
    Return the status line, the header lines, the body, and how an answer ends if it does not end well.
    """
    ending = lines[-1] if lines[-1] in {BREAKS, STALLS} else ""
    lines = lines[: len(lines) - bool(ending)]
    if not lines:
        return "", [], "", ending
    at = lines.index("") if "" in lines else len(lines)
    pairs = [(name, value) for name, _, value in (line.partition(": ") for line in lines[1:at])]
    return lines[0], pairs, "\n".join(lines[at + 1 :]), ending


def _answer(lines: list[str]) -> Answer:
    status_line, headers, body, ending = _parts(lines)
    status = int(status_line.partition(" ")[0]) if status_line else None
    if ending:
        return {BREAKS: Answer.broken, STALLS: Answer.stalled}[ending](status, headers, body)
    assert status is not None, lines
    if status == SWITCHING:
        frames = FRAMES.fullmatch(body)
        said = [RawFrames(bytes.fromhex(frames["bytes"]))] if frames else []
        return WebSocketAnswer(messages=[*said, WebSocketClose()], headers=headers)
    return Answer(status, headers, body)


def _application(answers: list[list[str]]) -> Callable[..., Iterable[bytes]]:
    remaining = iter(answers)

    def application(_: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        status_line, headers, body, _ending = _parts(next(remaining))
        start_response(status_line, headers)
        return [body.encode()]

    return application


def _bytes(lines: list[str]) -> bytes:
    """
    Return an answer as it goes over the wire, with no line of it mended.
    """
    at = lines.index("") if "" in lines else len(lines)
    head = "".join(f"{line}\r\n" for line in [f"HTTP/1.1 {lines[0]}", *lines[1:at]])
    return f"{head}\r\n{chr(10).join(lines[at + 1 :])}".encode("latin-1")
