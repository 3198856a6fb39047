"""
What a page loads twice: which of it comes from what the page has already, and what its second element is told.
"""

from collections.abc import Iterator
from typing import Final

from tests.evidence.recorder.corpus import bodies
from tests.evidence.recorder.corpus.build import ANY, LOCAL, get
from tests.evidence.recorder.corpus.loading import (
    ATTRIBUTES,
    FULL,
    at,
    case,
    css,
    font,
    jar,
    javascript,
    load,
    moved,
    png,
    typed,
)
from tests.evidence.recorder.scenario import Scenario

NO_STORE: Final = "Cache-Control: no-store"
FIRST: Final = ATTRIBUTES[:3]


def scenarios() -> Iterator[Scenario]:
    """
    Make the family `again`.
    """
    yield from _stylesheets()
    yield from _modules()
    yield from _vector_images()
    yield from _out_of_the_http_cache()
    yield from _failed_ahead()


def _stylesheets() -> Iterator[Scenario]:
    for before, first in FIRST:
        for after, second in FIRST:
            steps = [load("stylesheet", crossorigin=first), load("stylesheet", crossorigin=second)]
            routes = [at("api", css(*FULL, NO_STORE))]
            yield case(f"again/stylesheet-{before}-{after}", steps, routes, cookies=jar())
    sheet = load("stylesheet", crossorigin="anonymous")
    for name, reply in (
        ("unstated", css(*FULL)),
        ("max-age", css(*FULL, "Cache-Control: max-age=60")),
        ("no-cache", css(*FULL, "Cache-Control: no-cache", 'ETag: "1"')),
        ("missing", typed("text/css", bodies.CSS, *FULL, status=404)),
        ("as-text", typed("text/plain", bodies.CSS, *FULL)),
        ("refused", css(NO_STORE)),
    ):
        yield case(f"again/stylesheet-{name}", [sheet, sheet], [at("api", reply)])
    own = load("stylesheet", "{app}/x")
    yield case("again/stylesheet-own", [own, own], [at("app", css(NO_STORE))])
    moving = load("stylesheet", "{api}/r")
    routes = [at("api", moved("{api}/x", NO_STORE), path="/r"), at("api", css(NO_STORE))]
    yield case("again/stylesheet-redirected", [moving, moving], routes)
    yield case("again/stylesheet-thrice", [sheet, sheet, sheet], [at("api", css(*FULL, NO_STORE))])
    yield case("again/stylesheet-fetch", [sheet, get(), sheet], [at("api", css(*FULL, NO_STORE))])
    ahead = load("preload", destination="style", crossorigin="anonymous", timeout=900)
    yield case("again/stylesheet-preloaded", [ahead, sheet, sheet], [at("api", css(*FULL, NO_STORE))])
    importing = load("stylesheet", "{app}/x", settle=100)
    imports = [
        at("app", css(NO_STORE, body=f"@import '{{api}}/i';{bodies.CSS}")),
        at("api", css(NO_STORE, body=bodies.IMPORTED), path="/i"),
    ]
    yield case("again/stylesheet-imports", [importing, importing], imports)


def _modules() -> Iterator[Scenario]:
    for before, first in FIRST:
        for after, second in FIRST:
            steps = [
                load("modulepreload", crossorigin=first, timeout=900),
                load("modulepreload", crossorigin=second, timeout=900),
            ]
            routes = [at("api", javascript(*FULL))]
            yield case(f"again/modulepreload-{before}-{after}", steps, routes, cookies=jar())
            steps = [load("module", crossorigin=first), load("modulepreload", crossorigin=second, timeout=900)]
            yield case(f"again/module-{before}-modulepreload-{after}", steps, routes, cookies=jar())
    for after, second in FIRST[:2]:
        ahead = load("modulepreload", crossorigin=second, timeout=900)
        yield case(f"again/import-modulepreload-{after}", [load("import"), ahead], [at("api", javascript(*FULL))])
        own = [load("modulepreload", "{app}/x", timeout=900), load("modulepreload", "{app}/x", crossorigin=second)]
        yield case(f"again/modulepreload-own-{after}", own, [at("app", javascript())])
        missing = [at("api", typed("text/javascript", bodies.JAVASCRIPT, *FULL, status=404))]
        first_ahead = load("modulepreload", timeout=900)
        yield case(f"again/modulepreload-missing-{after}", [first_ahead, ahead], missing)
        yield case(f"again/modulepreload-refused-{after}", [first_ahead, ahead], [at("api", javascript())])
        twice = [first_ahead, ahead, load("module", crossorigin=second)]
        yield case(f"again/modulepreload-then-module-{after}", twice, [at("api", javascript(*FULL))])


def _vector_images() -> Iterator[Scenario]:
    svg = "image/svg+xml"
    for status in (203, 404, 500):
        for place, attribute in (("app", None), ("api", None), ("api", "anonymous")):
            image = load("img", f"{{{place}}}/x", crossorigin=attribute)
            reply = typed(svg, bodies.SVG, *FULL, status=status)
            label = "own" if place == "app" else "plain" if attribute is None else "anonymous"
            yield case(f"again/svg-{label}-{status}", [image, image], [at(place, reply)])
    image = load("img", "{app}/x")
    for name, kind, body in (
        ("svg-as-png", "image/png", bodies.SVG),
        ("svg-as-text", "text/plain", bodies.SVG),
        ("svg-as-xml", "text/xml", bodies.SVG),
        ("svg-untyped", None, bodies.SVG),
        ("png-as-svg", svg, bodies.PNG),
    ):
        yield case(f"again/{name}-404", image, [at("app", typed(kind, body, status=404))])
    ahead = load("preload", "{app}/x", destination="image", timeout=900)
    yield case("again/svg-preloaded-404", [ahead, image], [at("app", typed(svg, bodies.SVG, status=404))])
    yield case("again/png-preloaded-404", [ahead, image], [at("app", typed("image/png", bodies.PNG, status=404))])


def _out_of_the_http_cache() -> Iterator[Scenario]:
    fresh = "Cache-Control: max-age=600"
    loads = (
        ("img", None, png(*FULL, fresh)),
        ("img", "anonymous", png(*FULL, fresh)),
        ("script", None, javascript(*FULL, fresh)),
        ("script", "anonymous", javascript(*FULL, fresh)),
        ("import", None, javascript(*FULL, fresh)),
        ("stylesheet", None, css(*FULL, fresh)),
        ("font", None, font(*FULL, fresh)),
        ("track", "anonymous", typed("text/vtt", bodies.VTT, *FULL, fresh)),
        ("prefetch", None, javascript(*FULL, fresh)),
        ("prefetch", "anonymous", javascript(*FULL, fresh)),
    )
    for tag, attribute, reply in loads:
        for place in ("app", "api"):
            url = f"{{{place}}}/x"
            more = {"timeout": 900} if tag == "prefetch" else {}
            element = load(tag, url, crossorigin=attribute, **more)
            transports = ("localhost", "tls") if tag == "script" and attribute is None else LOCAL
            label = f"{tag}-{'plain' if attribute is None else attribute}-{place}"
            for then, fetch in (
                ("cors", get(url=url)),
                ("include", get(url=url, credentials="include")),
                ("no-cors", get(url=url, mode="no-cors")),
            ):
                yield case(f"again/{label}-then-{then}", [element, fetch], [at(place, reply)], transports=transports)
            yield case(
                f"again/include-then-{label}", [get(url=url, credentials="include"), element], [at(place, reply)]
            )
    ahead = load("prefetch", "{app}/x", timeout=900)
    for tag, attribute, reply in loads[:7]:
        label = tag if attribute is None else f"{tag}-{attribute}"
        steps = [ahead, load(tag, "{app}/x", crossorigin=attribute)]
        yield case(f"again/prefetch-then-{label}", steps, [at("app", reply)])
    for place, first, second in (
        ("app", None, "anonymous"),
        ("app", "anonymous", None),
        ("api", None, "use-credentials"),
    ):
        url = f"{{{place}}}/x"
        steps = [load("img", url, crossorigin=first), load("img", url, crossorigin=second)]
        yield case(f"again/img-{place}-{first}-{second}", steps, [at(place, png(*FULL, fresh))])


def _failed_ahead() -> Iterator[Scenario]:
    kinds = (
        ("image", "img", png),
        ("script", "script", javascript),
        ("style", "stylesheet", css),
    )
    for destination, tag, make in kinds:
        ahead = load("preload", destination=destination, crossorigin="anonymous", timeout=900)
        yield case(f"again/refused-{destination}-then-plain", [ahead, load(tag)], [at("api", make())], cookies=jar())
        ahead = load("preload", destination=destination, crossorigin="use-credentials", timeout=900)
        yield case(f"again/refused-{destination}-with-cookies-then-plain", [ahead, load(tag)], [at("api", make(ANY))])
    for status in (404, 500):
        for place in ("app", "api"):
            url = f"{{{place}}}/x"
            page = [at(place, typed("application/json", bodies.JSON, *FULL, status=status))]
            ahead = load("preload", url, destination="fetch", crossorigin="anonymous", timeout=900)
            yield case(f"again/error-page-{place}-{status}-then-fetch", [ahead, get(url=url)], page)
