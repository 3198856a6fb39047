"""
What a page hands on: pings of links, `fetchLater`, and beacons and keepalive fetches that are under way together.
"""

from collections.abc import Iterator
from typing import Final

import attrs

from tests.evidence.recorder.corpus.build import CREDENTIALS, ORIGIN, answer, both, preflight, route, scenario
from tests.evidence.recorder.corpus.channels import JAR
from tests.evidence.recorder.corpus.content_security_policy import INLINE, policy
from tests.evidence.recorder.corpus.loading import moved
from tests.evidence.recorder.scenario import Body, Element, Fetch, Page, Route, Scenario, Step, Together, Wait

BOTH: Final = ("localhost", "tls")
TAKEN: Final = answer(ORIGIN, CREDENTIALS, body="")
KIB: Final = 1024


def scenarios() -> Iterator[Scenario]:
    """
    Make the family `handing-on`.
    """
    yield from _pings()
    yield from _later()
    yield from _together()


def _ping(url: str = "{api}/x", **more: object) -> Step:
    return Element(tag="ping", url=url, **more)  # type: ignore[arg-type]


def _pings() -> Iterator[Scenario]:
    for place in ("api", "app", "other"):
        routes = [route(TAKEN, origin=place)]
        yield scenario(f"handing-on/ping-{place}", _ping(f"{{{place}}}/x"), routes, cookies=JAR, transports=BOTH)
    for label, url in (
        ("two", "{api}/x {api}/y"),
        ("two-places", "{api}/x {app}/x"),
        ("blanks", "  {api}/x\t\n{api}/y "),
        ("relative", "x"),
        ("empty", ""),
        ("data", "data:,x"),
        ("ftp", "ftp://api.example/x"),
        ("no-url", "http://"),
        ("port", "http://api.localhost:25/x"),
        ("fragment", "{api}/x#there"),
        ("query", "{api}/x?a=b c"),
        ("password", "http://u:p@api.localhost:8001/x"),
    ):
        yield scenario(f"handing-on/ping-url-{label}", _ping(url), [route(TAKEN), route(TAKEN, path="/y")])
    for status in (301, 302, 303, 307, 308):
        there = moved("{other}/x", status=status)
        yield scenario(
            f"handing-on/ping-moved-{status}",
            _ping("{api}/r"),
            [route(there, path="/r"), route(TAKEN, origin="other")],
            cookies=JAR,
        )
    yield scenario(
        "handing-on/ping-moved-own",
        _ping("{app}/r"),
        [route(moved("{api}/x", status=307), origin="app", path="/r"), route(TAKEN)],
        cookies=JAR,
    )
    for value in ("no-referrer", "origin", "unsafe-url", "same-origin", "strict-origin"):
        page = Page(headers=(f"Referrer-Policy: {value}",))
        yield scenario(f"handing-on/ping-policy-{value}", _ping(), [route(TAKEN)], page=page, transports=BOTH)
    yield scenario("handing-on/ping-no-referrer", _ping(referrer_policy="no-referrer"), [route(TAKEN)])
    for label, href in (
        ("there", "{api}/frame"),
        ("own", "{app}/frame"),
        ("blank", "about:blank"),
        ("data", "data:,x"),
    ):
        routes = [
            route(TAKEN),
            route(answer(body=""), path="/frame"),
            route(answer(body=""), path="/frame", origin="app"),
        ]
        yield scenario(f"handing-on/ping-to-{label}", _ping(href=href), routes, transports=BOTH)
    for label, value in (("none", "connect-src 'none'"), ("self", "connect-src 'self'"), ("api", "connect-src {api}")):
        page = policy(f"{value}; {INLINE}")
        yield scenario(f"handing-on/ping-csp-{label}", _ping(), [route(TAKEN)], page=page)
    for status in (204, 404, 500):
        yield scenario(f"handing-on/ping-status-{status}", _ping(), [route(answer(body="", status=status))])
    refused = answer("Cross-Origin-Resource-Policy: same-origin", body="")
    yield scenario("handing-on/ping-corp", _ping(), [route(refused)])
    setting = answer("Set-Cookie: s=1; SameSite=None; Secure", body="")
    yield scenario("handing-on/ping-cookie", (_ping(), _ping()), [route(setting)], cookies=JAR)


def _later() -> Iterator[Scenario]:
    pre = preflight(CREDENTIALS, "Access-Control-Allow-Headers: content-type")
    text, json = Body(text="x"), Body(kind="blob", text="{}", type="application/json")
    for label, body in (("get", None), ("text", text), ("json", json)):
        for place in ("api", "app"):
            step = Element(tag="fetchlater", url=f"{{{place}}}/x", body=body)
            routes = both(pre, TAKEN, origin=place)
            yield scenario(f"handing-on/later-{place}-{label}", step, routes, cookies=JAR, transports=BOTH)


def _slow(routes: tuple[Route, ...]) -> tuple[Route, ...]:
    return tuple(
        attrs.evolve(each, answers=tuple(attrs.evolve(one, delay=400) for one in each.answers)) for each in routes
    )


def _together() -> Iterator[Scenario]:
    def beacon(size: int, kind: str = "text") -> Step:
        type_ = "application/json" if kind == "blob" else ""
        return Element(tag="beacon", url="{api}/x", body=Body(kind=kind, text="x" * size, type=type_))  # type: ignore[arg-type]

    def kept(size: int, mode: str | None = None) -> Step:
        return Fetch(url="{api}/x", method="POST", keepalive=True, mode=mode, body=Body(text="x" * size))

    groups: dict[str, tuple[Step, ...]] = {
        "beacons-fit": (beacon(32 * KIB), beacon(32 * KIB)),
        "beacons": (beacon(32 * KIB), beacon(32 * KIB + 1)),
        "beacons-many": (*(beacon(16 * KIB) for _ in range(5)), beacon(1), beacon(0)),
        "beacons-json": (beacon(40 * KIB, "blob"), beacon(40 * KIB, "blob")),
        "fetches-fit": (kept(32 * KIB), kept(32 * KIB)),
        "fetches": (kept(32 * KIB), kept(32 * KIB + 1)),
        "fetches-no-cors": (kept(40 * KIB, "no-cors"), kept(40 * KIB, "no-cors")),
        "beacon-fetch-fit": (beacon(32 * KIB), kept(32 * KIB)),
        "beacon-fetch": (beacon(40 * KIB), kept(40 * KIB)),
        "fetch-beacon": (kept(40 * KIB), beacon(40 * KIB)),
        "fetch-beacon-fit": (kept(32 * KIB), beacon(32 * KIB)),
        "full-then-empty": (kept(64 * KIB), beacon(0), kept(0)),
        "full-then-one": (beacon(64 * KIB), kept(1)),
        "own-place": (
            Element(tag="beacon", url="{app}/x", body=Body(text="x" * 40 * KIB)),
            beacon(40 * KIB),
        ),
        "refused-then-fits": (beacon(40 * KIB), beacon(40 * KIB), beacon(20 * KIB)),
    }
    slow = _slow(
        (*both(preflight(CREDENTIALS, "Access-Control-Allow-Headers: content-type"), TAKEN), route(TAKEN, origin="app"))
    )
    for label, steps in groups.items():
        yield scenario(f"handing-on/quota-{label}", (Together(steps=steps), Wait(ms=900)), slow)
    after: tuple[tuple[str, tuple[Step, ...]], ...] = (
        ("beacon", (beacon(40 * KIB), Wait(ms=900), beacon(40 * KIB), Wait(ms=600))),
        ("fetch", (kept(40 * KIB), kept(40 * KIB), beacon(40 * KIB), Wait(ms=600))),
        ("mixed", (beacon(40 * KIB), Wait(ms=900), kept(40 * KIB))),
    )
    for label, steps in after:
        yield scenario(f"handing-on/quota-after-{label}", steps, slow)
