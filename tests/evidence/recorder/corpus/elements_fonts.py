"""
Fonts, which browsers load in CORS mode only; WebKitGTK does not.
"""

from collections.abc import Iterator

from tests.evidence.recorder.corpus import bodies
from tests.evidence.recorder.corpus.build import ANY, CREDENTIALS, LOCAL
from tests.evidence.recorder.corpus.loading import (
    CORP,
    FULL,
    GRANTS,
    NOSNIFF,
    SITES,
    at,
    case,
    font,
    jar,
    load,
    moved,
    typed,
)
from tests.evidence.recorder.scenario import Answer, Frame, Scenario


def scenarios() -> Iterator[Scenario]:
    """
    Make the family `fonts`.
    """
    step = load("font")
    for grant, lines in GRANTS:
        for place in ("api", "alt"):
            there = load("font", f"{{{place}}}/x")
            yield case(f"fonts/{place}-{grant}", there, [at(place, font(*lines))], cookies=jar(place))
        other = load("font", "{other}/x")
        yield case(f"fonts/other-{grant}", other, [at("other", font(*lines))], transports=("tls", *SITES))
    own = load("font", "{app}/x")
    yield case("fonts/own", own, [at("app", font())], cookies=jar("app"), transports=("localhost", "tls"))
    for label, kind, body in (
        ("woff", "font/woff", bodies.WOFF),
        ("as-html", "text/html", bodies.TTF),
        ("as-json", "application/json", bodies.TTF),
        ("as-image", "image/png", bodies.TTF),
        ("untyped", None, bodies.TTF),
        ("garbage", "font/ttf", "garbage"),
        ("empty", "font/ttf", ""),
        ("broken", "font/ttf", bodies.TTF[:200]),
    ):
        for strict, lines in (("", ()), ("-nosniff", (NOSNIFF,))):
            if strict and label in ("garbage", "empty", "broken"):
                continue
            yield case(f"fonts/{label}{strict}", step, [at("api", typed(kind, body, ANY, *lines))])
    for status in (204, 206, 404, 500):
        reply = typed("font/ttf", "" if status == 204 else bodies.TTF, ANY, status=status, reason="Status")
        yield case(f"fonts/status-{status}", step, [at("api", reply)])
    for value in ("same-origin", "cross-origin"):
        for grant, lines in GRANTS[:2]:
            yield case(f"fonts/corp-{value}-{grant}", step, [at("api", font(*lines, f"{CORP}: {value}"))])
    null = ("Access-Control-Allow-Origin: null", CREDENTIALS)
    for grant, lines in (("none", ()), ("full", FULL), ("null", null)):
        for first, second in (("app", "api"), ("api", "app"), ("api", "other"), ("api", "api")):
            redirected = load("font", f"{{{first}}}/0")
            routes = [at(first, moved(f"{{{second}}}/1", *FULL), path="/0"), at(second, font(*lines), path="/1")]
            transports = ("localhost", "tls") if grant == "full" else LOCAL
            name = f"fonts/redirect-{first}-{second}-{grant}"
            cookies = jar(*dict.fromkeys((first, second)))
            yield case(name, redirected, routes, cookies=cookies, transports=transports)
    data = "data:font/ttf;base64,AAEAAAA="
    yield case("fonts/data-broken", load("font", data))
    yield case("fonts/redirect-to-data", step, [at("api", moved(data, ANY))])
    yield case("fonts/broken-connection", step, [at("api", Answer(action="break"))])
    yield case("fonts/twice", [step, step], [at("api", font(ANY, "Cache-Control: max-age=600"))])
    yield case("fonts/failed-twice", [step, step], [at("api", font(), font(ANY))])
    for place in ("app", "api"):
        for grant, lines in (GRANTS[0], GRANTS[1], GRANTS[3], ("null", null)):
            frame = Frame(steps=(load("font", f"{{{place}}}/x"),))
            yield case(f"fonts/sandboxed-{place}-{grant}", frame, [at(place, font(*lines))])
