"""
Event sources that connect again: when, what they say then, and what ends them.
"""

from collections.abc import Iterator
from typing import Final

from tests.evidence.recorder.corpus.build import ANY, CREDENTIALS, ORIGIN, answer, route, scenario, slug
from tests.evidence.recorder.corpus.channels import JAR, STREAM
from tests.evidence.recorder.corpus.loading import moved
from tests.evidence.recorder.scenario import Answer, Element, Page, Scenario, Step

SOON: Final = "retry: 100\n"
END: Final = answer(ANY, status=204, reason="No Content", body="")

RETRIES: Final = (
    "0",
    "1",
    "400",
    "1000",
    "00500",
    "9999999999",
    "99999999999999999999",
    "2147483648",
    "4294967296",
    "4294967396",
    "18446744073709551616",
    "-1",
    "+1",
    "1.5",
    "1e0",
    "0x1",
    "1ms",
    "",
    " 1",
    "1 ",
    "\xd9\xa1",
)
IDS: Final = (
    "id: 1",
    "id:1",
    "id",
    "id:",
    "id:  1 ",
    "id: \t",
    "id: a b",
    "id: a,b",
    "id: a:b",
    "id: \xc3\xbc",
    "id: \xf0\x9f\x98\x80",
    "id: \xe4\xb8\x96\xe7\x95\x8c",
    "id: \xff",
    "id: \x01\x7f",
    "id: a\0b",
    "id: 1\nid",
    "id: 1\nid: 2",
    "id: 1\nid: a\0b",
    "Id: 1",
    "ID: 1",
    f"id: {'x' * 1024}",
    f"id: {'x' * 5000}",
)
SECONDS: Final = {
    "204": END,
    "205": answer(ANY, STREAM, status=205, body=""),
    "201": answer(ANY, STREAM, status=201, body="data: no\n\n"),
    "404": answer(ANY, STREAM, status=404, body="data: no\n\n"),
    "429": answer(ANY, STREAM, "Retry-After: 1", status=429, body=""),
    "500": answer(ANY, STREAM, status=500, body="data: no\n\n"),
    "502": answer(ANY, STREAM, status=502, body=""),
    "503": answer(ANY, STREAM, "Retry-After: 1", status=503, body=""),
    "type": answer(ANY, "Content-Type: text/plain", body="data: no\n\n"),
    "no-type": answer(ANY, body="data: no\n\n"),
    "refused": answer(STREAM, body="data: no\n\n"),
    "empty": answer(ANY, STREAM, body=""),
    "comment": answer(ANY, STREAM, body=": hello\n\n"),
    "304": answer(ANY, status=304, reason="Not Modified", body=""),
    "206": answer(ANY, STREAM, status=206, body="data: no\n\n"),
    "loop": moved("{api}/x", ANY, status=302),
    "nowhere": answer(ANY, status=302, body=""),
}


def scenarios() -> Iterator[Scenario]:
    """
    Make the family `sources`.
    """
    yield from _times()
    yield from _ids()
    yield from _endings()
    yield from _redirects()


def _listen(url: str = "{api}/x", errors: int = 2, **more: object) -> Step:
    return Element(tag="reconnecting", url=url, errors=errors, **{"timeout": 4000, **more})  # type: ignore[arg-type]


def _stream(body: str, *lines: str) -> Answer:
    return answer(ANY, STREAM, *lines, body=body)


def _times() -> Iterator[Scenario]:
    step = _listen(detail=True, timeout=8000)
    then = _stream("data: two\n\n")
    yield scenario("sources/wait-default", step, [route(_stream("data: one\n\n"), then)])
    yield scenario("sources/wait-default-break", step, [route(Answer(action="break"), then)])
    for value in RETRIES:
        first = _stream(f"retry: {value}\ndata: one\n\n")
        yield scenario(f"sources/wait-retry-{slug(value)}", step, [route(first, then)])
    bodies = {
        "alone": "retry: 100\n\n",
        "unended": "data: one\n\nretry: 100\n",
        "cut": "data: one\n\nretry: 100",
        "no-blank": "retry:100\ndata: one\n\n",
        "reset-empty": "retry: 100\nretry:\ndata: one\n\n",
        "reset-none": "retry: 100\nretry\ndata: one\n\n",
        "twice": "retry: 7000\nretry: 100\ndata: one\n\n",
        "then-bad": "retry: 100\nretry: x\ndata: one\n\n",
        "upper": "Retry: 100\ndata: one\n\n",
    }
    for label, body in bodies.items():
        yield scenario(f"sources/wait-{label}", step, [route(_stream(body), then)])
    kept = [_stream(f"{SOON}data: one\n\n"), then, _stream("data: three\n\n")]
    yield scenario("sources/wait-kept", _listen(detail=True, errors=3, timeout=8000), [route(*kept)])
    yield scenario("sources/wait-twice-default", _listen(detail=True, errors=3, timeout=12000), [route(then)])


def _ids() -> Iterator[Scenario]:
    for number, line in enumerate(IDS):
        routes = [route(_stream(f"{SOON}{line}\ndata: one\n\n"), _stream("data: two\n\n"), END)]
        yield scenario(f"sources/id-{number:02}", _listen(errors=3), routes)
    bodies = {
        "later-none": ("id: 1\ndata: one\n\n", "data: two\n\n", "data: three\n\n"),
        "later-reset": ("id: 1\ndata: one\n\n", "id\ndata: two\n\n", "data: three\n\n"),
        "later-other": ("id: 1\ndata: one\n\n", "id: 2\ndata: two\n\n", "data: three\n\n"),
        "alone": ("id: 1\n\n", "data: two\n\n"),
        "unended": ("data: one\n\nid: 1\n", "data: two\n\n"),
        "cut": ("data: one\n\nid: 1", "data: two\n\n"),
        "unended-data": ("data: one\n\nid: 1\ndata: x\n", "data: two\n\n"),
        "unended-twice": ("id: 1\ndata: one\n\nid: 2\ndata: x", "data: two\n\n"),
        "unended-reset": ("id: 1\ndata: one\n\nid\n", "data: two\n\n"),
        "next-event": ("id: 1\ndata: one\n\ndata: more\n\n", "data: two\n\n"),
        "nul-after": ("id: 1\ndata: one\n\nid: a\0b\ndata: more\n\n", "data: two\n\n"),
        "event-error": ("id: 1\nevent: error\ndata: one\n\n", "data: two\n\n"),
        "event-open": ("event: open\ndata: one\n\n", "data: two\n\n"),
        "event-add": ("event: add\ndata: one\n\n", "data: two\n\n"),
        "many": ("data: 1\n\ndata: 2\n\ndata: 3\n\n", "id: 9\ndata: 4\n\n"),
        "bom-second": ("\xef\xbb\xbfid: 1\ndata: one\n\n", "\xef\xbb\xbfid: 2\ndata: two\n\n"),
        "cr": ("id: 1\rdata: one\r\r", "id: 2\rdata: two\r\r"),
        "crlf": ("id: 1\r\ndata: one\r\n\r\n", "id: 2\r\ndata: two\r\n\r\n"),
        "cut-crlf": ("id: 1\r\ndata: one\r\n\r", "\ndata: two\n\n"),
        "long-line": (f"id: 1\ndata: {'x' * 70000}\n\n", "data: two\n\n"),
        "broken-utf-8": ("id: 1\ndata: \xc3\n\ndata: \xf0\x9f\n\n", "data: \xed\xa0\x80\xfe\n\n"),
        "utf-8-cut": ("id: 1\ndata: one\n\ndata: \xe2\x82", "\xacdata: two\n\ndata: three\n\n"),
    }
    for label, streams in bodies.items():
        answers = [
            _stream(f"{body[:3] * body.startswith(chr(0xEF))}{SOON}{body.lstrip(chr(0xEF) + chr(0xBB) + chr(0xBF))}")
            for body in streams
        ]
        if label == "cut-crlf":
            answers = [_stream(f"{SOON}{streams[0]}"), _stream(streams[1])]
        yield scenario(f"sources/ids-{label}", _listen(errors=3), [route(*answers, END)])
    for kind, origin in (("own", "app"), ("other", "other")):
        routes = [route(_stream(f"{SOON}id: 1\ndata: one\n\n"), _stream("data: two\n\n"), END, origin=origin)]
        yield scenario(f"sources/id-{kind}", _listen(f"{{{origin}}}/x", errors=3), routes)


def _endings() -> Iterator[Scenario]:
    first = _stream(f"{SOON}id: 1\ndata: one\n\n")
    for label, second in SECONDS.items():
        routes = [route(first, second, _stream("data: three\n\n"), END)]
        yield scenario(f"sources/then-{label}", _listen(errors=3), routes)
    last = _stream("data: three\n\n")
    yield scenario("sources/then-break", _listen(errors=3), [route(first, Answer(action="break"), last, END)])
    yield scenario("sources/first-break", _listen(errors=2, timeout=8000), [route(Answer(action="break"), first, END)])
    cuts = {
        "length": _stream(f"{SOON}id: 1\ndata: one\n\ndata: x", "Content-Length: 1000"),
        "chunks": _stream(f"30\r\n{SOON}id: 1\ndata: one\n\n", "Transfer-Encoding: chunked"),
        "bad-chunk": _stream(f"1e\r\n{SOON}id: 1\ndata: one\n\n\r\nzz\r\n", "Transfer-Encoding: chunked"),
    }
    for label, cut in cuts.items():
        yield scenario(f"sources/cut-{label}", _listen(errors=3), [route(cut, _stream("data: two\n\n"), END)])
    for with_credentials in (False, True):
        lines = (ORIGIN, CREDENTIALS, STREAM)
        routes = [
            route(
                answer(*lines, "Set-Cookie: n=1; SameSite=None; Secure", body=f"{SOON}id: 1\ndata: one\n\n"),
                answer(*lines, body="data: two\n\n"),
                answer(ORIGIN, CREDENTIALS, status=204, body=""),
            )
        ]
        step = _listen(errors=3, crossorigin="use-credentials" if with_credentials else None)
        yield scenario(f"sources/credentials-{with_credentials}", step, routes, cookies=JAR)
    page = Page(headers=("Referrer-Policy: no-referrer",))
    yield scenario("sources/no-referrer", _listen(errors=2), [route(first, END)], page=page)


def _redirects() -> Iterator[Scenario]:
    first = answer(ORIGIN, CREDENTIALS, STREAM, body=f"{SOON}id: 1\ndata: one\n\n")
    then = answer(ORIGIN, CREDENTIALS, STREAM, body="data: two\n\n")
    null = answer(ANY, STREAM, body=f"{SOON}id: 1\ndata: one\n\n")
    for status in (301, 302, 303, 307, 308):
        there = moved("{api}/x", ORIGIN, CREDENTIALS, status=status)
        routes = [route(there, path="/r"), route(first, then, END)]
        yield scenario(f"sources/redirect-same-{status}", _listen("{api}/r", errors=2), routes)
        later = [route(first, moved("{api}/y", ORIGIN, status=status), END), route(then, path="/y")]
        yield scenario(f"sources/redirect-later-{status}", _listen(errors=3), later)
        away = [route(moved("{other}/x", ANY, status=status), path="/r"), route(null, null, END, origin="other")]
        yield scenario(f"sources/redirect-away-{status}", _listen("{api}/r", errors=2), away)
        out = [route(there, origin="app", path="/r"), route(first, then, END)]
        yield scenario(f"sources/redirect-out-{status}", _listen("{app}/r", errors=2), out)
    gone = [route(first, moved("{other}/x", ANY, status=302), END), route(null, origin="other")]
    yield scenario("sources/redirect-later-away", _listen(errors=3), gone)
