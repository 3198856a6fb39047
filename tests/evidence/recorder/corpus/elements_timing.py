"""
Resource timing of what elements load: what `Timing-Allow-Origin` opens.
"""

from collections.abc import Iterator
from typing import Final

import attrs

from tests.evidence.recorder.corpus import bodies
from tests.evidence.recorder.corpus.build import ANY, LOCAL, get, xhr
from tests.evidence.recorder.corpus.loading import (
    ATTRIBUTES,
    CORP,
    at,
    case,
    css,
    font,
    javascript,
    load,
    moved,
    png,
    typed,
    wav,
)
from tests.evidence.recorder.scenario import Answer, Scenario, Step, Timing

ALLOWED: Final = (
    ("none", ()),
    ("star", ("Timing-Allow-Origin: *",)),
    ("exact", ("Timing-Allow-Origin: {app}",)),
)
VALUES: Final = (
    *("{other}, {app}", "{app}/", "null", "", "{app} {other}", "*, {other}", "'{app}'", "https://{app.authority}"),
    *("{app}, null", "Http://{app.authority}"),
)


def scenarios() -> Iterator[Scenario]:
    """
    Make the family `resource-timing`.
    """
    loads: tuple[tuple[str, Step, Answer], ...] = (
        ("img", load("img"), png()),
        ("script", load("script"), javascript()),
        ("stylesheet", load("stylesheet"), css()),
        ("audio", load("audio"), wav()),
        ("style-image", load("css", property="background-image"), png()),
        ("img-anonymous", load("img", crossorigin="anonymous"), png(ANY)),
        ("module", load("module"), javascript(ANY)),
        ("stylesheet-anonymous", load("stylesheet", crossorigin="anonymous"), css(ANY)),
        ("font", load("font"), font(ANY)),
        ("preload", load("preload", destination="image"), png()),
        ("fetch", get(), typed("text/plain", "hello", ANY)),
        ("xhr", xhr(), typed("text/plain", "hello", ANY)),
        ("fetch-no-cors", get(mode="no-cors"), typed("text/plain", "hello")),
    )
    entry = Timing(url="{api}/x", detail=True)
    for label, step, reply in loads:
        for allowed, lines in ALLOWED:
            if allowed == "exact" and label not in ("img", "fetch"):
                continue
            routes = [at("api", with_lines(reply, *lines))]
            transports = ("localhost", "tls") if label in ("img", "script", "fetch") else LOCAL
            yield case(f"resource-timing/{label}-{allowed}", [step, entry], routes, transports=transports)
    for label, tag, reply in (
        ("img", "img", png()),
        ("script", "script", javascript()),
        ("stylesheet", "stylesheet", css()),
        ("font", "font", font()),
        ("module", "module", javascript()),
    ):
        own = [load(tag, "{app}/x"), Timing(url="{app}/x", detail=True)]
        yield case(f"resource-timing/own-{label}", own, [at("app", reply)])
    image = [load("img"), entry]
    for number, listed in enumerate(VALUES):
        reply = png(f"Timing-Allow-Origin: {listed}")
        yield case(f"resource-timing/value-{number}", image, [at("api", reply)])
    for label, replies in (
        ("status-404", png("Timing-Allow-Origin: *")),
        ("gzip", typed("image/svg+xml", bodies.gzipped(bodies.SVG), "Content-Encoding: gzip", ALLOWED[1][1][0])),
        ("corp", png(f"{CORP}: same-origin", "Timing-Allow-Origin: *")),
        ("blocked", typed("text/html", bodies.HTML, "X-Content-Type-Options: nosniff", "Timing-Allow-Origin: *")),
        ("type", typed("IMAGE/PNG; a=b", bodies.PNG, "Timing-Allow-Origin: *")),
        ("untyped", typed(None, bodies.PNG, "Timing-Allow-Origin: *")),
        ("broken", typed("image/png", "x", "Timing-Allow-Origin: *")),
    ):
        status = 404 if label == "status-404" else 200
        reply = Answer(status=status, headers=replies.headers, body=replies.body)
        yield case(f"resource-timing/img-{label}", image, [at("api", reply)])
    refused = [load("img", crossorigin="anonymous"), entry]
    yield case("resource-timing/img-refused", refused, [at("api", png())])
    yield case("resource-timing/img-refused-star", refused, [at("api", png("Timing-Allow-Origin: *"))])
    everything = "Timing-Allow-Origin: *"
    for label, value in ATTRIBUTES[:2]:
        for first, second in (("app", "api"), ("api", "app"), ("api", "other")):
            for allowed, one, two in (("both", (everything,), (everything,)), ("last", (), (everything,))):
                steps = [
                    load("img", f"{{{first}}}/x", crossorigin=value),
                    Timing(url=f"{{{first}}}/x", detail=True),
                ]
                star = "Access-Control-Allow-Origin: *"
                routes = [
                    at(first, moved(f"{{{second}}}/1", star, *one)),
                    at(second, png(star, *two), path="/1"),
                ]
                yield case(f"resource-timing/redirect-{first}-{second}-{label}-{allowed}", steps, routes)
    cached = png("Cache-Control: max-age=600", everything)
    yield case(
        "resource-timing/cached",
        [load("script"), load("script"), entry],
        [at("api", with_lines(javascript(), "Cache-Control: max-age=600", everything))],
    )
    yield case("resource-timing/preloaded", [load("preload", destination="image"), *image], [at("api", cached)])
    blocked = [load("img", "http://{api.host}:6000/x"), Timing(url="http://{api.host}:6000/x", detail=True)]
    yield case("resource-timing/bad-port", blocked)


def with_lines(reply: Answer, *lines: str) -> Answer:
    """
    Put more header lines into an answer.
    """
    return attrs.evolve(reply, headers=(*reply.headers, *lines))
