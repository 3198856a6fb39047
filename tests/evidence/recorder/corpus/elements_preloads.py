"""
Preloads: what they fetch, and which later request uses it.
"""

from collections.abc import Iterator
from typing import Any, Final

from tests.evidence.recorder.corpus import bodies
from tests.evidence.recorder.corpus.build import ANY, get, route
from tests.evidence.recorder.corpus.loading import (
    ATTRIBUTES,
    CORP,
    FULL,
    NOSNIFF,
    at,
    case,
    css,
    digest_of,
    font,
    jar,
    javascript,
    load,
    moved,
    png,
    typed,
    wav,
    webm,
)
from tests.evidence.recorder.scenario import Answer, Scenario, Step, Wait

DESTINATIONS: Final = (
    *("audio", "video", "document", "embed", "object", "worker", "json"),
    *("garbage", "", "IMAGE"),
)
"""What `as` may say besides what is used below."""

MODULE_DESTINATIONS: Final = (
    *("script", "worker", "serviceworker", "sharedworker", "audioworklet", "json", "style", "text", "image", "garbage"),
)


def scenarios() -> Iterator[Scenario]:
    """
    Make the family `preloads`.
    """
    yield from _consumed()
    yield from _failing()
    yield from _answered_by_an_error_page()
    yield from _kinds()


def preload(destination: str, url: str = "{api}/x", tag: str = "preload", **more: Any) -> Step:
    """
    Make a link that loads ahead.
    """
    return load(tag, url, destination=destination, **more)


def _consumed() -> Iterator[Scenario]:
    consumers: tuple[tuple[str, str, Answer], ...] = (
        ("image", "img", png(*FULL)),
        ("script", "script", javascript(*FULL)),
        ("script", "module", javascript(*FULL)),
        ("style", "stylesheet", css(*FULL)),
        ("track", "track", typed("text/vtt", bodies.VTT, *FULL)),
    )
    for destination, tag, reply in consumers:
        for ahead, first in ATTRIBUTES[:3]:
            for then, second in ATTRIBUTES[:3]:
                steps = [preload(destination, crossorigin=first), load(tag, crossorigin=second)]
                if tag == "module" and then == "anonymous":
                    continue
                if tag == "track" and (ahead, then) not in (("plain", "plain"), ("anonymous", "anonymous")):
                    continue
                yield case(f"preloads/{destination}-{ahead}-{tag}-{then}", steps, [at("api", reply)], cookies=jar())
        for ahead, first in ATTRIBUTES[:2]:
            steps = [preload(destination, "{app}/x", crossorigin=first), load(tag, "{app}/x")]
            yield case(f"preloads/own-{destination}-{ahead}-{tag}", steps, [at("app", reply)], cookies=jar("app"))
    for place in ("app", "api"):
        for ahead, first in ATTRIBUTES[:3]:
            steps = [preload("font", f"{{{place}}}/x", crossorigin=first), load("font", f"{{{place}}}/x")]
            yield case(f"preloads/font-{place}-{ahead}", steps, [at(place, font(*FULL))], cookies=jar(place))
        for ahead, first in ATTRIBUTES[:3]:
            for then in ("omit", "same-origin", "include", "no-cors") if place == "api" else ("omit", "include"):
                options: dict[str, Any] = {"mode": then} if then == "no-cors" else {"credentials": then}
                steps = [preload("fetch", f"{{{place}}}/x", crossorigin=first), get(url=f"{{{place}}}/x", **options)]
                routes = [at(place, typed("text/plain", "hello", *FULL))]
                yield case(f"preloads/fetch-{place}-{ahead}-{then}", steps, routes, cookies=jar(place))
    for ahead, first in ATTRIBUTES[:3]:
        for tag in ("module", "import"):
            for then, second in ATTRIBUTES[:1] if tag == "import" else (ATTRIBUTES[0], ATTRIBUTES[2]):
                steps = [load("modulepreload", crossorigin=first), load(tag, crossorigin=second)]
                name = f"preloads/modulepreload-{ahead}-{tag}-{then}"
                yield case(name, steps, [at("api", javascript(*FULL))], cookies=jar())
    anonymous = preload("image", crossorigin="anonymous")
    image = load("img", crossorigin="anonymous")
    no_store = [at("api", png(ANY, "Cache-Control: no-store"))]
    yield case("preloads/consumed-twice", [anonymous, image, image], no_store)
    yield case("preloads/twice", [anonymous, anonymous], no_store)
    yield case("preloads/no-store", [preload("fetch", crossorigin="anonymous"), get()], no_store)
    yield case("preloads/no-store-twice", [preload("fetch", crossorigin="anonymous"), get(), get()], no_store)
    for label, step in (
        ("post", get(method="POST")),
        ("header", get(headers=(("X-A", "1"),))),
        ("accept", get(headers=(("Accept", "text/x"),))),
        ("reload", get(cache="reload")),
        ("no-store-mode", get(cache="no-store")),
        ("query", get(url="{api}/x?q")),
        ("fragment", get(url="{api}/x#f")),
        ("referrer", get(referrer_policy="no-referrer")),
        ("integrity", get(integrity=digest_of("hello"))),
        ("same-origin-mode", get(url="{app}/x", mode="same-origin")),
    ):
        place = "app" if label == "same-origin-mode" else "api"
        early = preload("fetch", f"{{{place}}}/x", crossorigin="anonymous")
        pre = Answer(status=204, headers=(*FULL, "Access-Control-Allow-Headers: x-a"))
        reply = typed("text/plain", "hello", *FULL)
        routes = [at(place, reply)]
        if label == "header":
            routes.append(route(pre, method="OPTIONS"))
        yield case(f"preloads/fetch-not-{label}", [early, step], routes)
    for ahead, first in (("none", None), ("right", digest_of(bodies.JAVASCRIPT)), ("wrong", digest_of(""))):
        for then, second in (("none", None), ("right", digest_of(bodies.JAVASCRIPT))):
            steps = [
                preload("script", crossorigin="anonymous", integrity=first),
                load("script", crossorigin="anonymous", integrity=second),
            ]
            yield case(f"preloads/integrity-{ahead}-{then}", steps, [at("api", javascript(ANY))])


def _failing() -> Iterator[Scenario]:
    for destination, tag, reply in (
        ("image", "img", png()),
        ("script", "script", javascript()),
        ("style", "stylesheet", css()),
        ("font", "font", font()),
    ):
        steps = [preload(destination, crossorigin="anonymous"), load(tag, crossorigin="anonymous")]
        yield case(f"preloads/refused-{destination}", steps, [at("api", reply)])
    fetched = [preload("fetch", crossorigin="anonymous"), get()]
    yield case("preloads/refused-fetch", fetched, [at("api", typed("text/plain", "hello"))])
    yield case("preloads/refused-once", fetched, [at("api", typed("text/plain", "hello"), typed(None, "hello", ANY))])
    yield case("preloads/broken-connection", fetched[:1], [at("api", Answer(action="break"))])
    image = [preload("image"), load("img")]
    for status in (204, 404, 500):
        reply = typed("image/png", "" if status == 204 else bodies.PNG, status=status, reason="Status")
        yield case(f"preloads/status-{status}-image", image, [at("api", reply)])
        reply = typed("text/javascript", "" if status == 204 else bodies.JAVASCRIPT, status=status, reason="Status")
        yield case(f"preloads/status-{status}-script", [preload("script"), load("script")], [at("api", reply)])
    for label, lines in (("corp", (f"{CORP}: same-origin",)), ("redirect", ())):
        reply = moved("{other}/y") if label == "redirect" else png(*lines)
        yield case(f"preloads/{label}", image, [at("api", reply), at("other", png(), path="/y")])
    for label, kind in (("html", "text/html"), ("html-nosniff", "text/html"), ("json", "application/json")):
        lines = (NOSNIFF,) if label.endswith("nosniff") else ()
        reply = typed(kind, bodies.JAVASCRIPT, *lines)
        yield case(f"preloads/script-as-{label}", [preload("script"), load("script")], [at("api", reply)])
    moved_fetch = [at("api", moved("{other}/y", *FULL)), at("other", typed(None, "hello", ANY), path="/y")]
    yield case("preloads/fetch-redirected", fetched, moved_fetch)


def _answered_by_an_error_page() -> Iterator[Scenario]:
    page = "<!DOCTYPE html><title>Status</title>"
    for status in (200, 204, 404, 405, 500):
        reply = typed("text/html", "" if status == 204 else page, *FULL, status=status, reason="Status")
        for label, value in ATTRIBUTES[:2]:
            step = load("prefetch", crossorigin=value, timeout=700)
            yield case(f"preloads/prefetch-status-{status}-{label}", step, [at("api", reply)])
        step = load("manifest", "{app}/x", timeout=400)
        yield case(f"preloads/manifest-status-{status}", step, [at("app", reply)])
        for destination in ("fetch", "font", "image", "script", "style", "track"):
            step = preload(destination, crossorigin="anonymous")
            yield case(f"preloads/page-{status}-as-{destination}", step, [at("api", reply)])
        step = load("modulepreload")
        yield case(f"preloads/page-{status}-as-module", step, [at("api", reply)])
        if status not in (200, 404):
            continue
        for destination in ("fetch", "font", "image", "script", "style", "track"):
            for label, url in (("own", "{app}/x"), ("plain", "{api}/x")):
                name = f"preloads/page-{status}-as-{destination}-{label}"
                yield case(name, preload(destination, url), [at(url[1:4], reply)])
        yield case(f"preloads/page-{status}-as-module-own", load("modulepreload", "{app}/x"), [at("app", reply)])
        yield case(
            f"preloads/prefetch-status-{status}-own", load("prefetch", "{app}/x", timeout=700), [at("app", reply)]
        )
        steps = [load("modulepreload"), load("module")]
        yield case(f"preloads/page-{status}-as-module-then-module", steps, [at("api", reply)])
        users = (("fetch", get()), ("font", load("font")), ("script", load("script", crossorigin="anonymous")))
        for destination, user in (*users, ("style", load("stylesheet", crossorigin="anonymous"))):
            steps = [preload(destination, crossorigin="anonymous"), user]
            yield case(f"preloads/page-{status}-as-{destination}-then-used", steps, [at("api", reply)])
    step = load("manifest", timeout=400)
    yield case("preloads/manifest-refused", step, [at("api", typed("application/manifest+json", "{}"))])
    yield case("preloads/manifest-broken-connection", step, [at("api", Answer(action="break"))])
    step = load("prefetch", crossorigin="anonymous", timeout=700)
    yield case("preloads/prefetch-refused", step, [at("api", typed("text/html", page))])
    for label, value in (("", "anonymous"), ("-plain", None)):
        step = load("prefetch", crossorigin=value, timeout=700)
        yield case(f"preloads/prefetch-broken-connection{label}", step, [at("api", Answer(action="break"))])
        step = preload("script", crossorigin=value)
        yield case(f"preloads/broken-connection-script{label}", step, [at("api", Answer(action="break"))])
    step = load("modulepreload")
    yield case("preloads/broken-connection-module-plain", step, [at("api", Answer(action="break"))])
    step = load("prefetch", timeout=700)
    yield case("preloads/prefetch-corp", step, [at("api", typed("text/html", page, f"{CORP}: same-origin"))])
    steps = [load("modulepreload"), load("module")]
    yield case("preloads/refused-module", steps, [at("api", javascript())])
    yield case("preloads/module-as-script-of-json", steps, [at("api", typed("application/json", bodies.JSON, ANY))])


def _kinds() -> Iterator[Scenario]:
    for destination in DESTINATIONS:
        step = preload(destination, crossorigin="anonymous", timeout=600, settle=50)
        name = destination or "empty"
        makers = {"audio": wav(ANY), "video": webm(ANY)}
        reply = makers.get(destination, typed("text/plain", bodies.JSON, ANY))
        yield case(f"preloads/as-{name}", step, [at("api", reply)])
    yield case("preloads/as-absent", load("preload", timeout=600), [at("api", png())])
    for destination in MODULE_DESTINATIONS:
        kind, body = {"json": ("application/json", bodies.JSON), "style": ("text/css", bodies.CSS)}.get(
            destination, ("text/javascript", bodies.JAVASCRIPT)
        )
        step = preload(destination, tag="modulepreload", timeout=600)
        yield case(f"preloads/module-as-{destination}", step, [at("api", typed(kind, body, ANY))])
    for label, kind, expected in (
        ("type-fits", "image/png", png()),
        ("type-unsupported", "image/x-none", png()),
        ("type-lies", "image/webp", png()),
    ):
        steps = [preload("image", type=kind, timeout=600), load("img")]
        yield case(f"preloads/{label}", steps, [at("api", expected)])
    for policy in ("no-referrer", "unsafe-url"):
        yield case(f"preloads/referrer-{policy}", preload("image", referrer_policy=policy), [at("api", png())])
    for label, value in ATTRIBUTES[:3]:
        for place in ("app", "api"):
            step = load("prefetch", f"{{{place}}}/x", crossorigin=value, timeout=700)
            routes = [at(place, typed("text/html", bodies.HTML, *FULL, "Cache-Control: max-age=60"))]
            yield case(f"preloads/prefetch-{place}-{label}", step, routes, cookies=jar(place))
            if value is not None:
                continue
            step = load("manifest", f"{{{place}}}/x", crossorigin=value, timeout=400)
            routes = [at(place, typed("application/manifest+json", "{}", *FULL))]
            yield case(f"preloads/manifest-{place}-{label}", step, routes, cookies=jar(place))
    fresh = typed("text/plain", "hello", *FULL, "Cache-Control: max-age=60")
    then = (("fetch", get()), ("script", load("script", "{api}/x")))
    for label, consumer in then:
        steps = [load("prefetch", crossorigin="anonymous", timeout=700), consumer]
        yield case(f"preloads/prefetch-then-{label}", steps, [at("api", fresh)])
    for label, first in (("unused", None), ("unused-anonymous", "anonymous")):
        steps = [preload("image", crossorigin=first), Wait(ms=6000)]
        yield case(f"preloads/{label}", steps, [at("api", png(ANY))])
