"""
Error statuses, broken connections and odd URLs: when there is an answer, and when there is none.
"""

from collections.abc import Iterator
from typing import Final

from tests.evidence.recorder.corpus.build import (
    ORIGIN,
    TEXT,
    allow,
    answer,
    both,
    get,
    preflight,
    put,
    route,
    sampled,
    scenario,
    slug,
    xhr,
)
from tests.evidence.recorder.scenario import Answer, Scenario, Step

STATUSES: Final = (
    *(200, 201, 202, 203, 204, 205, 206, 207, 208, 226, 299, 300, 304, 305, 306, 309, 310, 400, 402, 403, 404, 405),
    *(406, 407, 408),
    *(409, 410, 411, 412, 413, 414, 415, 416, 417, 418, 421, 422, 423, 424, 425, 426, 428, 429, 431, 451, 499, 500),
    *(501, 502, 503),
    *(504, 505, 507, 508, 511, 599, 600, 700, 999),
)
REASONS: Final = ("", "OK", "Not OK", "caf\xe9", "  spaces  ", "a\tb", "(x)", "200")

URLS: Final = (
    *("{api}/x#frag", "{api}/x?", "{api}/x?a=1&b=2#c", "{api}/x?a=\xe4 b", "{api}/\xe4", "{api}/a b", "{api}/a%20b"),
    *("{api}/%zz",),
    *("{api}//x", "{api}/./a/../x", "{api}/x;p=1", "{api}/x|y^z", "{api}/[x]", "{api}/x\\y", "{api}/x?'\"<>`"),
    *("{api}", "{api}?q"),
    *("{api}/a\tb\nc", " {api}/x ", "//{api.authority}/x", "HTTP://{api.authority}/x", "http:{api.authority}/x"),
    *("/x", "x", "?q", "#f", ""),
    *("../x", "http://u@{api.authority}/x", "http://u:p@{api.authority}/x", "http://:p@{api.authority}/x"),
    *("http://@{api.authority}/x",),
    *("ftp://{api.host}/x", "file:///x", "about:blank", "data:text/plain,hi", "data:,x", "blob:x", "javascript:1"),
    *("foo:bar", "mailto:x"),
    *("http://", "http:///x", "http://[::1]:8000/x", "http://127.0.0.1:8000/x", "http://localhost:1/x"),
    *("http://a b/", "http://{api.host}:99999/"),
    *("http://{api.host}:22/x", "http://{api.host}:6000/x", "ws://{api.authority}/x", "{api}/" + "x" * 2000),
)


def scenarios() -> Iterator[Scenario]:
    """
    Make the families `status`, `network-error`, `urls`.
    """
    yield from sampled(_statuses(), 20)
    yield from _network()
    yield from _urls()


def _statuses() -> Iterator[Scenario]:
    for status in STATUSES:
        empty = status in (204, 205, 304)
        shown = answer(ORIGIN, TEXT, status=status, reason="Why", body="" if empty else "hello")
        yield scenario(f"status/{status}", get(), [route(shown)])
        hidden = answer(TEXT, status=status, reason="Why", body="" if empty else "hello")
        yield scenario(f"status/hidden-{status}", get(), [route(hidden)])
    for status in (200, 204, 404, 500, 304, 401):
        shown = answer(ORIGIN, TEXT, status=status, reason="Why", body="")
        yield scenario(f"status/xhr-{status}", xhr(), [route(shown)])
        yield scenario(f"status/put-{status}", put(), both(preflight("Access-Control-Allow-Methods: PUT"), shown))
        yield scenario(f"status/no-cors-{status}", get(mode="no-cors"), [route(shown)])
        yield scenario(f"status/own-{status}", get(url="{app}/x"), [route(shown, origin="app")])
        yield scenario(f"status/head-{status}", get(method="HEAD"), [route(shown)])
    for reason in REASONS:
        yield scenario(f"status/reason-{slug(reason)}", get(), [route(allow(reason=reason))])
        yield scenario(f"status/xhr-reason-{slug(reason)}", xhr(), [route(allow(reason=reason))])


def _network() -> Iterator[Scenario]:
    broken = Answer(action="break")
    silent = Answer(action="stall")
    kinds: tuple[tuple[str, Step], ...] = (
        ("get", get(timeout=1200)),
        ("post", get(method="POST", timeout=1200)),
        ("no-cors", get(mode="no-cors", timeout=1200)),
        ("own", get(url="{app}/x", timeout=1200)),
        ("xhr", xhr(timeout=1200)),
        ("xhr-post", xhr(method="POST", timeout=1200)),
    )
    for label, step in kinds:
        place = "app" if label == "own" else "api"
        for how, first in (("break", broken), ("stall", silent)):
            yield scenario(f"network-error/{how}-{label}", step, [route(first, origin=place)])
        yield scenario(f"network-error/break-once-{label}", step, [route(broken, allow(), origin=place)])
    yield scenario("network-error/put-break", put(), both(preflight("Access-Control-Allow-Methods: PUT"), broken))
    slow = Answer(status=200, headers=(ORIGIN, TEXT), body="late", delay=200)
    yield scenario("network-error/slow", get(), [route(slow)])
    cut = answer(ORIGIN, TEXT, "Content-Length: 99", body="short")
    yield scenario("network-error/cut", get(), [route(cut)])
    yield scenario("network-error/cut-xhr", xhr(), [route(cut)])
    chunked = answer(ORIGIN, TEXT, "Transfer-Encoding: chunked", body="5\r\nhello\r\n0\r\n\r\n")
    yield scenario("network-error/chunked", get(), [route(chunked)])
    bad = answer(ORIGIN, TEXT, "Transfer-Encoding: chunked", body="zz\r\nhello")
    yield scenario("network-error/chunked-bad", get(), [route(bad)])
    refused = get(url="http://{api.host}:9/x")
    yield scenario("network-error/refused-port", refused)


def _urls() -> Iterator[Scenario]:
    for number, url in enumerate(URLS):
        routes = [route(allow(), path=path) for path in ("/x", "/", "/a%20b", "/%C3%A4", "/%zz", "//x", "/x;p=1")]
        own = [route(allow(), origin="app", path=path) for path in ("/x", "/dir/x", "/dir/page?q")]
        yield scenario(f"urls/{number:02}-{slug(url)}", get(url=url), [*routes, *own])
        yield scenario(f"urls/xhr-{number:02}-{slug(url)}", xhr(url=url), [*routes, *own])
    for url in (
        "{api}/x",
        "{api}/x#f",
        "http://u:p@{api.authority}/x",
        "data:text/plain,hi",
        "foo:bar",
        "/x",
        "http://[bad",
    ):
        asked = get(url=url, mode="no-cors")
        yield scenario(f"urls/no-cors-{slug(url)}", asked, [route(allow()), route(allow(), origin="app")])
        asked = get(url=url, mode="same-origin")
        yield scenario(f"urls/same-origin-{slug(url)}", asked, [route(allow()), route(allow(), origin="app")])
