"""
Service workers that are registered or refused, the frames that they control, and their caches.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from tests.evidence.recorder.corpus.build import ANY, answer, route, scenario
from tests.evidence.recorder.corpus.content_security_policy import INLINE, policy
from tests.evidence.recorder.corpus.loading import jar
from tests.evidence.recorder.corpus.service_workers import (
    JAVASCRIPT,
    SCRIPT_PATH,
    SERVED,
    TLS,
    WIDE,
    controlled,
    worker,
)
from tests.evidence.recorder.scenario import Answer, Fetch, Frame, Route, Scenario, Step
from tests.evidence.recorder.service_workers import Register, Rule


def scenarios() -> Iterator[Scenario]:
    """
    Make this part of the family `service-workers`.
    """
    yield from _registrations()
    yield from _caches()
    yield from _frames()


def _registrations() -> Iterator[Scenario]:
    def registering(name: str, step: Register, *routes: Route, **more: Any) -> Scenario:
        return scenario(f"service-workers/register-{name}", step, routes, **{"transports": TLS, **more})

    plain = worker()
    yield registering("default", Register(), plain)
    yield registering("relative", Register(url="sw.js"), plain)
    yield registering("fragment", Register(url="{app}/dir/sw.js#a", scope="{app}/dir/#b"), plain)
    yield registering("root-script", Register(url="{app}/sw.js"), worker(path="/sw.js"))
    yield registering("deep-script", Register(url="{app}/dir/deep/sw.js"), worker(path="/dir/deep/sw.js"))
    for label, scope in (
        ("same", "{app}/dir/"),
        ("part", "{app}/dir/p"),
        ("page", "{app}/dir/page"),
        ("deeper", "{app}/dir/deep/"),
        ("folder", "{app}/dir"),
        ("above", "{app}/"),
        ("beside", "{app}/other/"),
        ("foreign", "{other}/dir/"),
        ("relative", "./"),
        ("empty", ""),
        ("query", "{app}/dir/page?q=1"),
        ("escaped", "{app}/dir/%2f"),
        ("data", "data:text/plain,x"),
        ("broken", "https://"),
    ):
        yield registering(f"scope-{label}", Register(scope=scope), plain)
    for label, allowed in (
        ("root", "/"),
        ("full", "{app}/"),
        ("foreign", "{other}/"),
        ("deeper", "/dir/deep/"),
        ("relative", "../"),
        ("dot", "./"),
        ("empty", ""),
        ("broken", "https://"),
    ):
        served = worker(lines=(f"Service-Worker-Allowed: {allowed}",))
        yield registering(f"allowed-{label}", Register(scope="{app}/"), served)
        yield registering(f"allowed-{label}-default", Register(), served)
    for label, url in (
        ("foreign", "{other}/dir/sw.js"),
        ("sub", "{sub}/dir/sw.js"),
        ("port", "{alt}/dir/sw.js"),
        ("data", "data:text/javascript,"),
        ("blob", "blob:{app}/x"),
        ("escaped", "{app}/dir/a%2fsw.js"),
        ("backslash", "{app}/dir/a%5Csw.js"),
        ("broken", "https://"),
        ("gone", "{app}/dir/gone.js"),
        ("credentials", "https://u:p@{app.authority}/dir/sw.js"),
    ):
        yield registering(f"script-{label}", Register(url=url), plain)
    for label, line in (
        ("none", None),
        ("plain", "text/plain"),
        ("json", "application/json"),
        ("html", "text/html"),
        ("application", "application/javascript"),
        ("x", "application/x-javascript"),
        ("parameter", "text/javascript; charset=utf-8"),
        ("garbage", "javascript"),
        ("twice", "text/plain, text/javascript"),
        ("octets", "application/octet-stream"),
    ):
        lines = () if line is None else (f"Content-Type: {line}",)
        served = route(Answer(headers=lines, rules=(Rule(),)), origin="app", path=SCRIPT_PATH)
        yield registering(f"type-{label}", Register(), served)
    for status in (301, 302, 404, 500):
        moved_to = Answer(status=status, headers=(JAVASCRIPT, "Location: /dir/other.js"), rules=(Rule(),))
        served = route(moved_to, origin="app", path=SCRIPT_PATH)
        yield registering(f"status-{status}", Register(), served, worker(path="/dir/other.js"))
    yield registering("break", Register(), route(Answer(action="break"), origin="app", path=SCRIPT_PATH))
    throwing = answer(JAVASCRIPT, body="throw new Error('boom')")
    yield registering("throws", Register(), route(throwing, origin="app", path=SCRIPT_PATH))
    syntax = answer(JAVASCRIPT, body="]")
    yield registering("syntax", Register(), route(syntax, origin="app", path=SCRIPT_PATH))
    failing = answer(
        JAVASCRIPT, body="addEventListener('install', (e) => e.waitUntil(Promise.reject(new Error('no'))))"
    )
    yield registering("install-fails", Register(), route(failing, origin="app", path=SCRIPT_PATH))
    idle = answer(
        JAVASCRIPT,
        body="addEventListener('install', () => skipWaiting());"
        "addEventListener('activate', (event) => event.waitUntil(clients.claim()));"
        "addEventListener('message', (event) => event.ports[0].postMessage([]));",
    )
    steps: Sequence[Step] = [Register(), Fetch(url="{app}/x")]
    yield scenario(
        "service-workers/without-listener",
        steps,
        [route(idle, origin="app", path=SCRIPT_PATH), *SERVED],
        transports=TLS,
    )
    for label, value in (
        ("none", "'none'"),
        ("self", "'self'"),
        ("other", "{other}"),
        ("path", "{app}/dir/"),
        ("fallback", ""),
    ):
        directive = f"worker-src {value}" if value else "default-src 'none'"
        page = policy(f"{directive}; {INLINE}; connect-src 'self'")
        yield registering(f"policy-{label}", Register(), plain, page=page)
    for label, value in (
        ("script", "script-src 'unsafe-inline' {other}"),
        ("child", "child-src 'none'; script-src 'unsafe-inline' 'self'"),
    ):
        yield registering(f"policy-{label}", Register(), plain, page=policy(f"{value}; connect-src 'self'"))
    yield registering("plain", Register(), plain, transports=("plain",))
    yield registering("localhost", Register(), plain, transports=("localhost",))
    yield registering("cookies", Register(), plain, cookies=jar("app"))
    for value in ("imports", "all", "none"):
        yield registering(f"via-{value}", Register(update_via_cache=value), plain)
    for label, again in (
        ("same", Register()),
        ("scope", Register(scope="{app}/dir/deep/")),
        ("script", Register(url="{app}/dir/sw.js?2")),
    ):
        steps = [Register(), again, Fetch(url="{app}/x")]
        yield scenario(f"service-workers/again-{label}", steps, [worker(Rule()), *SERVED], transports=TLS)
    steps = [Register(), Register(action="unregister"), Fetch(url="{app}/x")]
    yield scenario("service-workers/unregister", steps, [worker(Rule()), *SERVED], transports=TLS)
    first, second = (Answer(headers=(JAVASCRIPT,), rules=(Rule(body=text),)) for text in ("first", "second"))
    for label, later in (("changed", (first, second)), ("unchanged", (first,)), ("gone", (first, answer(status=404)))):
        served = route(*later, origin="app", path=SCRIPT_PATH)
        steps = [Register(), Fetch(url="{app}/x"), Register(action="update"), Fetch(url="{app}/x")]
        yield scenario(f"service-workers/update-{label}", steps, [served, *SERVED], transports=TLS)


def _caches() -> Iterator[Scenario]:
    def cache(name: str, *operations: Any, cookies: Any = ()) -> Scenario:
        rule = Rule(does="cache", operations=operations)
        served = (
            *SERVED,
            route(answer(ANY, "Vary: *", body="star"), origin="other", path="/star"),
            route(answer("Content-Range: bytes 0-1/9", ANY, status=206, body="pa"), origin="other", path="/part"),
            route(answer(ANY, status=404, body="not"), origin="other", path="/not"),
            route(
                answer("Vary: X-Custom", ANY, "Access-Control-Allow-Headers: x-custom", body="varied"),
                origin="app",
                path="/vary",
            ),
        )
        return controlled(f"cache-{name}", rule, Fetch(url="{app}/x"), served, cookies=cookies)

    put = ["put", "{app}/a", {"body": "one"}]
    yield cache("put", put, ["match", "{app}/a"], ["keys"])
    yield cache("missing", ["match", "{app}/a"], ["delete", "{app}/a"], ["keys"])
    yield cache("relative", ["put", "a", {"body": "one"}], ["match", "{app}/dir/a"])
    yield cache("replace", put, ["put", "{app}/a", {"body": "two"}], ["matchAll"], ["match", "{app}/a"])
    yield cache("delete", put, ["delete", "{app}/a"], ["match", "{app}/a"])
    yield cache("fragment", put, ["match", "{app}/a#f"], ["put", "{app}/b#f", {}], ["match", "{app}/b"])
    query = ["put", "{app}/a?q=1", {"body": "one"}]
    yield cache(
        "query", query, ["match", "{app}/a"], ["match", "{app}/a", {"ignoreSearch": True}], ["match", "{app}/a?q=1"]
    )
    yield cache("search-all", query, put, ["matchAll", "{app}/a", {"ignoreSearch": True}], ["matchAll", "{app}/a"])
    head = {"url": "{app}/a", "method": "HEAD"}
    yield cache(
        "method", put, ["match", head], ["match", head, {"ignoreMethod": True}], ["delete", head], ["put", head, {}]
    )
    post = {"url": "{app}/a", "method": "POST"}
    yield cache("post", ["put", post, {}], ["add", post], ["keys"])
    english = {"url": "{app}/a", "headers": {"Accept-Language": "en"}}
    german = {"url": "{app}/a", "headers": {"Accept-Language": "de"}}
    vary = {"body": "en", "headers": {"Vary": "Accept-Language"}}
    other = {"body": "de", "headers": {"Vary": "accept-language"}}
    yield cache(
        "vary", ["put", english, vary], ["match", english], ["match", german], ["match", german, {"ignoreVary": True}]
    )
    yield cache(
        "vary-two",
        ["put", english, vary],
        ["put", german, other],
        ["matchAll"],
        ["match", german],
        ["match", "{app}/a"],
    )
    yield cache("vary-star", ["put", "{app}/a", {"headers": {"Vary": "*"}}], ["keys"])
    yield cache("vary-list-star", ["put", "{app}/a", {"headers": {"Vary": "Accept, *"}}], ["keys"])
    yield cache("vary-empty", ["put", "{app}/a", {"headers": {"Vary": ""}}], ["match", english])
    yield cache("partial", ["put", "{app}/a", {"status": 206}], ["keys"])
    yield cache("status", ["put", "{app}/a", {"status": 500, "body": "bad"}], ["match", "{app}/a"])
    yield cache("scheme", ["put", "data:text/plain,x", {}], ["put", "ftp://a/x", {}], ["match", "data:text/plain,x"])
    yield cache("event", ["put-event"], ["match", "{app}/x"], ["keys"])
    yield cache("cookie", ["put", "{app}/a", {"headers": {"Set-Cookie": "a=1", "X-A": "1"}}], ["match", "{app}/a"])
    yield cache("add", ["add", "{app}/y"], ["match", "{app}/y"], ["keys"])
    yield cache("add-cors", ["add", "{other}/y"], ["match", "{other}/y"])
    yield cache("add-opaque", ["add", {"url": "{other}/z", "mode": "no-cors"}], ["match", "{other}/z"], ["keys"])
    yield cache(
        "put-opaque", ["put-fetched", {"url": "{other}/z", "mode": "no-cors"}], ["match", "{other}/z"], ["keys"]
    )
    yield cache("add-redirected", ["add", "{app}/r"], ["match", "{app}/r"], ["match", "{app}/y"])
    yield cache("add-refused", ["add", "{other}/z"], ["keys"])
    yield cache("add-missing", ["add", "{other}/not"], ["put-fetched", "{other}/not"], ["match", "{other}/not"])
    yield cache("add-star", ["add", "{other}/star"], ["put-fetched", "{other}/star"], ["keys"])
    yield cache("add-partial", ["add", "{other}/part"], ["put-fetched", "{other}/part"], ["keys"])
    custom = {"url": "{app}/vary", "headers": {"X-Custom": "1"}}
    yield cache("add-vary", ["add", custom], ["match", custom], ["match", "{app}/vary"])
    yield cache("add-all", ["addAll", ["{app}/y", "{other}/y"]], ["keys"])
    yield cache("add-all-fails", ["addAll", ["{app}/y", "{other}/z"]], ["keys"])
    yield cache("add-all-twice", ["addAll", ["{app}/y", "{app}/y"]], ["keys"])
    for label, source, mode in (("own", "{app}/x", None), ("other", "{other}/x", None)):
        rule = Rule(does="cache-first", operations=())
        step = Fetch(url=source, mode=mode)
        yield controlled(f"cache-first-{label}", rule, [step, step])
    opaque = Rule(does="cache-first", init={"mode": "no-cors"})
    twice = [Fetch(url="{other}/x", mode="no-cors"), Fetch(url="{other}/x")]
    yield controlled("cache-first-opaque", opaque, twice)


def _frames() -> Iterator[Scenario]:
    asked = (Fetch(url="{app}/x"), Fetch(url="{other}/x"))
    routes = [worker(Rule(), lines=(WIDE,)), *SERVED]
    start = Register(scope="{app}/")
    frames: tuple[tuple[str, Frame], ...] = (
        ("own", Frame(source="{app}/.recorder/frame", sandbox=None, steps=asked)),
        ("srcdoc", Frame(sandbox=None, steps=asked)),
        ("srcdoc-sandboxed", Frame(steps=asked)),
        ("sandboxed", Frame(source="{app}/.recorder/frame", steps=asked)),
        (
            "sandboxed-own",
            Frame(source="{app}/.recorder/frame", sandbox="allow-scripts allow-same-origin", steps=asked),
        ),
        ("data", Frame(source="data", sandbox=None, steps=asked)),
        ("other", Frame(source="{other}/.recorder/frame", sandbox=None, steps=asked)),
        ("sub", Frame(source="{sub}/.recorder/frame", sandbox=None, steps=asked)),
    )
    for label, frame in frames:
        yield scenario(f"service-workers/frame-{label}", [start, frame], routes, transports=TLS)
    for label, scope in (("outside", "{app}/dir/"), ("within", "{app}/.recorder/")):
        lines = (WIDE,)
        step = Frame(source="{app}/.recorder/frame", sandbox=None, steps=asked)
        yield scenario(
            f"service-workers/frame-scope-{label}",
            [Register(scope=scope), Fetch(url="{app}/x"), step],
            [worker(Rule(), lines=lines), *SERVED],
            transports=TLS,
        )
