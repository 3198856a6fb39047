"""
What a page keeps open or hands on: which answers an EventSource takes for a stream, and what a beacon sends.
"""

from collections.abc import Iterator
from typing import Final, Literal

from tests.evidence.recorder.corpus.build import (
    ANY,
    CREDENTIALS,
    ORIGIN,
    answer,
    both,
    preflight,
    route,
    scenario,
    slug,
)
from tests.evidence.recorder.corpus.content_security_policy import INLINE, policy
from tests.evidence.recorder.corpus.loading import moved
from tests.evidence.recorder.scenario import Answer, Body, Cookie, Element, Scenario, Step, Wait

STREAM: Final = "Content-Type: text/event-stream"
HI: Final = "data: hi\n\n"
JAR: Final = (
    Cookie(origin="api", line="c=1; Path=/; SameSite=None; Secure"),
    Cookie(origin="app", line="own=1; Path=/"),
)

STATUSES: Final = (201, 202, 204, 205, 206, 300, 304, 400, 403, 404, 500, 503)
TYPES: Final = (
    "text/event-stream;charset=utf-8",
    "text/event-stream; charset=UTF-8",
    'text/event-stream; charset="utf-8"',
    "text/event-stream;charset=utf8",
    "text/event-stream;charset=windows-1252",
    "text/event-stream;charset=nonsense",
    "text/event-stream;charset=",
    "text/event-stream; x=y",
    "text/event-stream;",
    "TEXT/Event-Stream",
    " text/event-stream ",
    "text/event-streams",
    "text/event-stream, text/plain",
    "text/plain, text/event-stream",
    "text/event-stream text/plain",
    "application/json",
    "text/html",
    "*/*",
    "",
)
STREAMS: Final = (
    "\xef\xbb\xbfdata: hi\n\n",
    "\xef\xbb\xbf\xef\xbb\xbfdata: hi\n\ndata: two\n\n",
    "data: cr\r\r",
    "data: crlf\r\n\r\n",
    "data: mixed\r\n\ndata: x\n\r",
    ": comment\ndata: hi\n\n",
    "data:none\n\n",
    "data:  two\n\n",
    "data\n\n",
    "data:\n\n",
    "data: a\ndata: b\n\n",
    "data: a\ndata\ndata: b\n\n",
    "\n\ndata: hi\n\n",
    "data: \xff\xe2\x82x\n\n",
    "data: a\0b\n\n",
    "Data: upper\n\ndata: lower\n\n",
    "data : blank\n\ndata: hi\n\n",
    " data: indented\n\ndata: hi\n\n",
    "event: message\ndata: named\n\n",
    "event: other\ndata: x\n\ndata: hi\n\n",
    "event\ndata: hi\n\n",
    "id: 1\n\ndata: hi\n\n",
    "id: a\0b\ndata: hi\n\n",
    "retry: 9999999999\ndata: hi\n\n",
    "retry: x\ndata: hi\n\n",
    "nonsense: x\ndata: hi\n\n",
)
WITHOUT_MESSAGE: Final = ("", "data: pending\n", "data: pending", "event: other\ndata: x\n\n", "id: 1\n\n")
URLS: Final = (
    "data:text/event-stream,data:hi%0A%0A",
    "data:text/plain,data:hi%0A%0A",
    "ftp://api.example/x",
    "http://",
)

BLOBS: Final = (
    "",
    "text/plain",
    "text/plain;charset=utf-8",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "multipart/form-data; boundary=x",
    "text/html",
    "application/json",
    "application/json;charset=utf-8",
    "application/csp-report",
    "image/png",
    "nonsense",
    f"text/plain;x={'y' * 130}",
)
EMPTY: Final[tuple[Literal["text", "bytes", "blob", "params", "form"], ...]] = (
    "text",
    "bytes",
    "blob",
    "params",
    "form",
)
SIZES: Final = (65535, 65536, 65537, 70000)


def scenarios() -> Iterator[Scenario]:
    """
    Make the family `channels`.
    """
    yield from _event_sources()
    yield from _beacons()
    yield from _policies()


def _source(url: str = "{api}/x", *, with_credentials: bool = False) -> Step:
    return Element(tag="eventsource", url=url, crossorigin="use-credentials" if with_credentials else None)


def _stream(*lines: str, body: str = HI, status: int = 200) -> Answer:
    return answer(ANY, *lines, body=body, status=status)


def _event_sources() -> Iterator[Scenario]:
    for status in STATUSES:
        body = "" if status in (204, 205, 304) else HI
        yield scenario(f"channels/status-{status}", _source(), [route(_stream(STREAM, body=body, status=status))])
    for kind in TYPES:
        yield scenario(f"channels/type-{slug(kind)}", _source(), [route(_stream(f"Content-Type: {kind}"))])
    yield scenario("channels/type-none", _source(), [route(_stream())])
    yield scenario("channels/type-twice", _source(), [route(_stream("Content-Type: text/plain", STREAM))])
    yield scenario("channels/type-nosniff", _source(), [route(_stream(STREAM, "X-Content-Type-Options: nosniff"))])
    for number, body in enumerate((*STREAMS, *WITHOUT_MESSAGE)):
        yield scenario(f"channels/stream-{number:02}", _source(), [route(_stream(STREAM, body=body))])
    for with_credentials in (False, True):
        own = answer(STREAM, body=HI)
        name = f"channels/own-{'with' if with_credentials else 'without'}"
        yield scenario(
            name, _source("{app}/x", with_credentials=with_credentials), [route(own, origin="app")], cookies=JAR
        )
        for label, first, second in (
            ("same", "api", "api"),
            ("away", "api", "other"),
            ("out", "app", "api"),
            ("home", "api", "app"),
        ):
            for status in (302, 307):
                yield scenario(
                    f"{name.replace('own', 'redirect')}-{label}-{status}",
                    _source(f"{{{first}}}/r", with_credentials=with_credentials),
                    [
                        route(moved(f"{{{second}}}/x", ORIGIN, CREDENTIALS, status=status), origin=first, path="/r"),
                        route(answer(ORIGIN, CREDENTIALS, STREAM, body=HI), origin=second),
                    ],
                    cookies=JAR,
                )
    yield scenario("channels/own-404", _source("{app}/x"), [])
    yield scenario("channels/break", _source(), [route(Answer(action="break"))])
    yield scenario("channels/corp", _source(), [route(_stream(STREAM, "Cross-Origin-Resource-Policy: same-origin"))])
    for number, url in enumerate(URLS):
        yield scenario(f"channels/source-url-{number}", _source(url))
    yield scenario("channels/source-port", _source("http://api.localhost:25/x"))


def _beacon(url: str = "{api}/x", body: Body | None = None) -> tuple[Step, ...]:
    """
    Send a beacon, and wait until all is over that the page is not told.
    """
    return (Element(tag="beacon", url=url, body=body), Wait(ms=150))


def _beacons() -> Iterator[Scenario]:
    allowed = "Access-Control-Allow-Headers: content-type"
    pre = preflight(CREDENTIALS, allowed)
    taken = answer(ORIGIN, CREDENTIALS, body="")
    json = Body(kind="blob", text="{}", type="application/json")
    for kind in BLOBS:
        step = _beacon(body=Body(kind="blob", text="x", type=kind))
        yield scenario(f"channels/blob-{slug(kind)}", step, both(pre, taken), cookies=JAR)
    for kind in EMPTY:
        yield scenario(f"channels/empty-{kind}", _beacon(body=Body(kind=kind, text="")), both(pre, taken), cookies=JAR)
    yield scenario("channels/stream", _beacon(body=Body(kind="stream", text="x")), both(pre, taken))
    for size in SIZES:
        yield scenario(f"channels/size-{size}", _beacon(body=Body(text="x" * size)), both(pre, taken))
        large = Body(kind="blob", text="x" * size, type="application/json")
        yield scenario(f"channels/size-json-{size}", _beacon(body=large), both(pre, taken))
    for label, body in (("text", Body(text="x")), ("json", json)):
        own = both(preflight(), answer(body=""), origin="app")
        yield scenario(f"channels/beacon-own-{label}", _beacon("{app}/x", body), own, cookies=JAR)
        for place, target in (("api", "other"), ("app", "api"), ("api", "app")):
            for status in (302, 307):
                there = moved(f"{{{target}}}/x", ORIGIN, CREDENTIALS, status=status)
                routes = [*both(pre, there, origin=place, path="/r"), *both(pre, taken, origin=target)]
                name = f"channels/beacon-{place}-{target}-{status}-{label}"
                yield scenario(name, _beacon(f"{{{place}}}/r", body), routes, cookies=JAR)
        refused = answer("Cross-Origin-Resource-Policy: same-origin", ORIGIN, CREDENTIALS, body="")
        yield scenario(f"channels/beacon-corp-{label}", _beacon(body=body), both(pre, refused))
        yield scenario(f"channels/beacon-404-{label}", _beacon(body=body), both(pre, answer(body="", status=404)))
        yield scenario(f"channels/beacon-break-{label}", _beacon(body=body), both(pre, Answer(action="break")))
    for label, asked in (
        ("star", preflight(allowed, origin=ANY)),
        ("star-true", preflight(CREDENTIALS, allowed, origin=ANY)),
        ("no-credentials", preflight(allowed)),
        ("no-headers", preflight(CREDENTIALS)),
        ("status", preflight(CREDENTIALS, allowed, status=500)),
    ):
        yield scenario(f"channels/beacon-preflight-{label}", _beacon(body=json), both(asked, taken))
    yield scenario("channels/beacon-actual", _beacon(body=json), both(pre, answer(body="")))
    for number, url in enumerate(("data:,x", "ftp://api.example/x", "http://", "http://api.localhost:25/x")):
        yield scenario(f"channels/beacon-url-{number}", _beacon(url, Body(text="x")))


def _policies() -> Iterator[Scenario]:
    for label, value in (("none", "connect-src 'none'"), ("api", "connect-src {api}"), ("self", "connect-src 'self'")):
        sent: tuple[tuple[str, Step | tuple[Step, ...]], ...] = (
            ("source", _source("{api}/r")),
            ("beacon", _beacon("{api}/r", Body(text="x"))),
        )
        for tag, step in sent:
            routes = [
                route(moved("{other}/x", ANY), path="/r"),
                route(_stream(STREAM), origin="other"),
            ]
            page = policy(f"{value}; {INLINE}")
            yield scenario(f"channels/policy-{tag}-{label}", step, routes, page=page)
