"""
Service workers: what they may hand to a page, what they see of its requests, and which of them are registered.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from tests.evidence.recorder.corpus import bodies
from tests.evidence.recorder.corpus.build import ANY, CREDENTIALS, ORIGIN, answer, preflight, route, scenario
from tests.evidence.recorder.corpus.content_security_policy import INLINE, policy
from tests.evidence.recorder.corpus.loading import digest_of, jar, moved
from tests.evidence.recorder.scenario import Answer, Body, Element, Fetch, Route, Scenario, Step, Wait, Xhr
from tests.evidence.recorder.service_workers import Register, Rule

TLS: Final = ("tls",)
JAVASCRIPT: Final = "Content-Type: text/javascript"
SCRIPT_PATH: Final = "/dir/sw.js"
WIDE: Final = "Service-Worker-Allowed: /"

SOURCES: Final = (
    ("own", "{app}/x", None),
    ("own-same-origin", "{app}/x", "same-origin"),
    ("own-no-cors", "{app}/x", "no-cors"),
    ("other", "{other}/x", None),
    ("other-no-cors", "{other}/x", "no-cors"),
)
"""What the page asks for: a name, the URL and the mode."""

SYNTHETIC: Final = (
    ("Content-Type", "text/plain"),
    ("X-Own", "1"),
    ("Set-Cookie", "s=1"),
    ("Access-Control-Expose-Headers", "X-Other"),
    ("X-Other", "2"),
)

ANSWERS: Final = (
    ("synthetic", Rule(headers=SYNTHETIC)),
    ("fetched-own", Rule(does="fetch-url", url="{app}/y")),
    ("fetched-cors", Rule(does="fetch-url", url="{other}/y")),
    ("fetched-opaque", Rule(does="fetch-url", url="{other}/z", init={"mode": "no-cors"})),
    ("fetched-redirected", Rule(does="fetch-url", url="{app}/r")),
    ("fetched-redirect", Rule(does="fetch-url", url="{app}/r", init={"redirect": "manual"})),
    ("error", Rule(does="error")),
    ("redirect-own", Rule(does="redirect", url="{app}/y", status=302)),
    ("redirect-other", Rule(does="redirect", url="{other}/y", status=307)),
    ("ignore", Rule(does="ignore")),
)
"""What the worker responds with."""

ODD: Final = (
    "prevent",
    "reject",
    "throw",
    "throw-after",
    "nothing",
    "text",
    "twice",
    "late",
    "hang",
    "slow",
    "used",
    "broken",
)

SERVED: Final = (
    route(answer("Content-Type: text/plain", "X-Server: app", body="own"), origin="app"),
    route(answer("Content-Type: text/plain", "X-Server: app", body="own y"), origin="app", path="/y"),
    route(answer("Location: /y", status=302, body=""), origin="app", path="/r"),
    route(answer("Content-Type: text/plain", ANY, "X-Server: other", body="other"), origin="other"),
    route(answer("Content-Type: text/plain", ANY, "X-Server: other", body="other y"), origin="other", path="/y"),
    route(answer("Content-Type: text/plain", "X-Server: other", body="other z"), origin="other", path="/z"),
)


def worker(*rules: Rule, lines: Iterable[str] = (), path: str = SCRIPT_PATH) -> Route:
    """
    Serve the script of a worker that does what *rules* say.
    """
    script = Answer(headers=(JAVASCRIPT, *lines), rules=rules or (Rule(path="/nothing"),))
    return route(script, origin="app", path=path)


def controlled(
    name: str, rules: Rule | Sequence[Rule], steps: Step | Sequence[Step], routes: Iterable[Route] = SERVED, **more: Any
) -> Scenario:
    """
    Make a scenario in which a worker that does what *rules* say controls the page.
    """
    many = (rules,) if isinstance(rules, Rule) else rules
    following = (steps,) if not isinstance(steps, list | tuple) else steps
    every = [worker(*many), *routes]
    return scenario(f"service-workers/{name}", [Register(), *following], every, **{"transports": TLS, **more})


def scenarios() -> Iterator[Scenario]:
    """
    Make the family `service-workers`, but for what is in `service_worker_registrations.py`.
    """
    yield from _answers()
    yield from _odd_listeners()
    yield from _seen()
    yield from _own_fetches()
    yield from _elements()
    yield from _checks()


def _answers() -> Iterator[Scenario]:
    for label, rule in ANSWERS:
        for source, url, mode in SOURCES:
            yield controlled(f"answer-{label}-{source}", rule, Fetch(url=url, mode=mode))
        for redirect in ("manual", "error"):
            step = Fetch(url="{app}/x", redirect=redirect)
            yield controlled(f"answer-{label}-{redirect}", rule, step)
    for status in (204, 301, 404, 500, 599):
        rule = Rule(status=status, body=None if status == 204 else "worker")
        yield controlled(f"status-{status}", rule, Fetch(url="{app}/x"))
    for method in ("HEAD", "PUT"):
        yield controlled(f"synthetic-{method}", Rule(headers=SYNTHETIC), Fetch(url="{other}/x", method=method))
    step = Fetch(url="{other}/x", credentials="include", headers=(("X-Custom", "1"),))
    yield controlled("synthetic-credentials", Rule(headers=SYNTHETIC), step)
    yield controlled("wrap-own", Rule(does="wrap"), Fetch(url="{app}/x"))
    yield controlled("wrap-cors", Rule(does="wrap"), Fetch(url="{other}/x"))
    yield controlled("wrap-opaque", Rule(does="wrap"), Fetch(url="{other}/x", mode="no-cors"))
    for label, url, location in (
        ("own", "{app}/m", "/x"),
        ("out", "{app}/m", "{other}/x"),
        ("home", "{other}/m", "{app}/x"),
    ):
        place = "app" if label != "home" else "other"
        routes = [*SERVED, route(moved(location, ORIGIN), origin=place, path="/m")]
        yield controlled(f"network-redirect-{label}", Rule(), Fetch(url=url), routes)
    chain = (Rule(does="redirect", url="{app}/y", status=302), Rule(path="/y", body="second"))
    yield controlled("redirect-chain", chain, Fetch(url="{app}/x"))
    for status in (302, 307):
        chain = (Rule(does="redirect", url="{app}/y", status=status), Rule(path="/y", does="fetch"))
        step = Fetch(url="{app}/x", method="POST", body=Body(text="sent"))
        yield controlled(f"redirect-post-{status}", chain, step)


def _odd_listeners() -> Iterator[Scenario]:
    for does in ODD:
        for source, url in (("own", "{app}/x"), ("other", "{other}/x")):
            step = Fetch(url=url, timeout=1500)
            yield controlled(f"odd-{does}-{source}", Rule(does=does), step)
        yield controlled(f"odd-{does}-xhr", Rule(does=does), Xhr(url="{app}/x", timeout=1500))


def _seen() -> Iterator[Scenario]:
    custom = (("X-Custom", "1"), ("Accept", "text/x"), ("Content-Language", "de"))
    steps: tuple[tuple[str, Step], ...] = (
        ("headers", Fetch(url="{other}/x?a#b", headers=custom)),
        ("put", Fetch(url="{other}/x", method="PUT", body=Body(text="sent"), credentials="include")),
        ("post-params", Fetch(url="{app}/x", method="POST", body=Body(kind="params", fields=(("a", "b"),)))),
        (
            "post-json",
            Fetch(url="{other}/x", method="POST", body=Body(kind="blob", text="{}", type="application/json")),
        ),
        ("delete", Fetch(url="{app}/x", method="DELETE")),
        ("options", Fetch(url="{app}/x?o", mode="same-origin", cache="no-store", redirect="error")),
        ("reload", Fetch(url="{app}/x", cache="reload", credentials="omit", keepalive=True)),
        ("referrer", Fetch(url="{other}/x", referrer_policy="unsafe-url")),
        ("no-referrer", Fetch(url="{app}/x", referrer_policy="no-referrer")),
        ("own-referrer", Fetch(url="{app}/x", referrer="/dir/other")),
        ("integrity", Fetch(url="{app}/x", integrity=digest_of("worker"))),
        ("range", Fetch(url="{app}/x", headers=(("Range", "bytes=0-1"),))),
        ("conditional", Fetch(url="{app}/x", headers=(("If-None-Match", '"a"'),))),
        ("no-cors-post", Fetch(url="{other}/x", mode="no-cors", method="POST", body=Body(text="sent"))),
        ("xhr", Xhr(url="{other}/x", headers=(("X-Custom", "1"),))),
        ("xhr-credentials", Xhr(url="{other}/x", credentials=True)),
        ("xhr-upload", Xhr(url="{other}/x", method="POST", body=Body(text="sent"), upload=True)),
        ("xhr-own", Xhr(url="{app}/x")),
    )
    for label, step in steps:
        yield controlled(
            f"seen-{label}", Rule(headers=(*SYNTHETIC, ("ETag", '"a"'))), step, cookies=jar("other", "app")
        )


def _own_fetches() -> Iterator[Scenario]:
    pre = preflight(
        "Access-Control-Allow-Methods: PUT", "Access-Control-Allow-Headers: x-custom, content-type", CREDENTIALS
    )
    exact = (ORIGIN, CREDENTIALS)
    served = (
        route(answer(body="own"), origin="app"),
        route(pre, origin="other", method="OPTIONS"),
        route(answer(*exact, body="other"), origin="other"),
        route(answer(body="refused"), origin="other", path="/refused"),
        route(answer(body="refused"), origin="other", path="/refused", method="OPTIONS"),
    )
    custom = (("X-Custom", "1"),)
    steps: tuple[tuple[str, Step], ...] = (
        ("get", Fetch(url="{other}/x")),
        ("credentials", Fetch(url="{other}/x", credentials="include")),
        ("headers", Fetch(url="{other}/x", headers=custom)),
        ("put", Fetch(url="{other}/x", method="PUT", body=Body(text="sent"))),
        ("own", Fetch(url="{app}/x", headers=custom)),
        ("own-post", Fetch(url="{app}/x", method="POST", body=Body(text="sent"))),
        ("own-omit", Fetch(url="{app}/x", credentials="omit")),
        ("same-origin", Fetch(url="{app}/x", mode="same-origin")),
        ("no-cors", Fetch(url="{other}/x", mode="no-cors")),
        ("no-referrer", Fetch(url="{app}/x", referrer_policy="no-referrer")),
        ("unsafe-url", Fetch(url="{other}/x", referrer_policy="unsafe-url")),
        ("cache-no-store", Fetch(url="{app}/x", cache="no-store")),
        ("xhr", Xhr(url="{other}/x", headers=custom)),
        ("xhr-upload", Xhr(url="{other}/x", method="POST", body=Body(text="sent"), upload=True)),
    )
    for label, step in steps:
        for does in ("fetch", "ignore"):
            yield controlled(f"{does}-{label}", Rule(does=does), step, served, cookies=jar("other", "app"))
    refused = Fetch(url="{other}/refused")
    for does in ("fetch", "ignore"):
        yield controlled(f"{does}-refused", Rule(path="/refused", does=does), refused, served)
        put = Fetch(url="{other}/refused", method="PUT")
        yield controlled(f"{does}-refused-put", Rule(path="/refused", does=does), put, served)
    inits: tuple[tuple[str, Any], ...] = (
        ("cors", {"mode": "cors"}),
        ("same-origin", {"mode": "same-origin"}),
        ("headers", {"headers": {"X-Custom": "worker"}}),
        ("include", {"credentials": "include"}),
        ("put", {"method": "PUT", "body": "worker"}),
        ("no-store", {"cache": "no-store"}),
    )
    for label, init in inits:
        yield controlled(f"fetch-with-{label}", Rule(does="fetch", init=init), Fetch(url="{other}/x"), served)
    for mode, url in (("no-cors", "{other}/x"), ("same-origin", "{app}/x")):
        rule = Rule(does="fetch", init={"headers": {"X-Custom": "worker"}})
        yield controlled(f"fetch-headers-{mode}", rule, Fetch(url=url, mode=mode), served)


PNG: Final = bodies.PNG
EXECUTED: Final = "window.ran = 'yes'"
SHEET: Final = "body{color:rgb(1,2,3)}#probe{color:rgb(1,2,3)}"


def _elements() -> Iterator[Scenario]:
    kinds: tuple[tuple[str, str, str, str, dict[str, Any]], ...] = (
        ("img", "img", "image/png", PNG, {}),
        ("img-anonymous", "img", "image/png", PNG, {"crossorigin": "anonymous"}),
        ("script", "script", "text/javascript", EXECUTED, {}),
        ("script-anonymous", "script", "text/javascript", EXECUTED, {"crossorigin": "anonymous"}),
        ("script-throws", "script", "text/javascript", f"{EXECUTED}; throw new Error('boom')", {}),
        ("module", "module", "text/javascript", EXECUTED, {}),
        ("import", "import", "text/javascript", EXECUTED, {}),
        ("stylesheet", "stylesheet", "text/css", SHEET, {}),
        ("font", "font", "font/woff", bodies.WOFF, {}),
    )
    for label, tag, kind, body, more in kinds:
        served = (
            route(answer(f"Content-Type: {kind}", ANY, body=body), origin="app"),
            route(answer(f"Content-Type: {kind}", ANY, body=body), origin="app", path="/y"),
            route(answer(f"Content-Type: {kind}", ANY, body=body), origin="other"),
            route(answer(f"Content-Type: {kind}", ANY, body=body), origin="other", path="/y"),
        )
        answers = (
            ("synthetic", Rule(headers=(("Content-Type", kind),), body=body, binary=True)),
            ("opaque", Rule(does="fetch-url", url="{other}/y", init={"mode": "no-cors"})),
            ("cors", Rule(does="fetch-url", url="{other}/y")),
            ("own", Rule(does="fetch-url", url="{app}/y")),
            ("fetch", Rule(does="fetch")),
            ("error", Rule(does="error")),
        )
        for place in ("app", "other"):
            for name, rule in answers:
                step = Element(tag=tag, url=f"{{{place}}}/x", detail=True, **more)
                yield controlled(f"{label}-{place}-{name}", rule, step, served)
    wrong = Rule(headers=(("Content-Type", "text/html"), ("X-Content-Type-Options", "nosniff")), body=EXECUTED)
    for tag in ("script", "stylesheet", "module"):
        yield controlled(f"{tag}-wrong-type", wrong, Element(tag=tag, url="{app}/x", detail=True))
    data = Rule(headers=(("Content-Type", "application/json"),), body='{"a": 1}')
    for tag in ("img", "script"):
        yield controlled(f"{tag}-json", data, Element(tag=tag, url="{other}/x", detail=True))
    stream = Rule(headers=(("Content-Type", "text/event-stream"),), body="data: hi\n\n")
    for place in ("app", "other"):
        url = f"{{{place}}}/x"
        yield controlled(f"eventsource-{place}", stream, Element(tag="eventsource", url=url))
        beacon: list[Step] = [Element(tag="beacon", url=url, body=Body(text="x")), Wait(ms=150)]
        yield controlled(f"beacon-{place}", Rule(), beacon)


def _checks() -> Iterator[Scenario]:
    for label, given in (("right", digest_of("worker")), ("wrong", digest_of("other"))):
        for source, url in (("own", "{app}/x"), ("other", "{other}/x")):
            yield controlled(f"integrity-{label}-{source}", Rule(), Fetch(url=url, integrity=given))
    corp = "Cross-Origin-Resource-Policy"
    for value in ("same-origin", "same-site", "cross-origin"):
        served = (
            *SERVED,
            route(answer(f"{corp}: {value}", body="kept"), origin="other", path="/k"),
            route(answer(f"{corp}: {value}", body="kept"), origin="api", path="/k"),
        )
        for place in ("other", "api"):
            rule = Rule(does="fetch-url", url=f"{{{place}}}/k", init={"mode": "no-cors"})
            step = Fetch(url="{other}/x", mode="no-cors")
            yield controlled(f"corp-{value}-{place}", rule, step, served)
        rule = Rule(headers=((corp, value),))
        yield controlled(f"corp-{value}-synthetic", rule, Fetch(url="{other}/x", mode="no-cors"))
    for label, line in (
        ("none", "connect-src 'none'"),
        ("self", "connect-src 'self'"),
        ("other", "connect-src {other}"),
    ):
        for source, url in (("own", "{app}/x"), ("other", "{other}/x")):
            page = policy(f"{line}; {INLINE}; worker-src 'self'")
            yield controlled(f"page-policy-{label}-{source}", Rule(), Fetch(url=url), page=page)
            lines = (f"Content-Security-Policy: {line}",)
            routes = [worker(Rule(does="fetch"), lines=lines), *SERVED]
            steps: list[Step] = [Register(), Fetch(url=url)]
            yield scenario(f"service-workers/worker-policy-{label}-{source}", steps, routes, transports=TLS)
    yield controlled("mixed", Rule(), Fetch(url="{otherplain}/x"))
    yield controlled("mixed-fetched", Rule(does="fetch-url", url="{otherplain}/y"), Fetch(url="{app}/x"))
    yield controlled("scheme-data", Rule(), Fetch(url="data:text/plain,x"))
