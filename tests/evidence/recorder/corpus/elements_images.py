"""
Images: elements, candidates, styles; which of them a canvas may read.
"""

from collections.abc import Iterator
from typing import Final

from tests.evidence.recorder.corpus import bodies
from tests.evidence.recorder.corpus.build import ANY, CREDENTIALS, LOCAL, ORIGIN, get
from tests.evidence.recorder.corpus.loading import (
    ATTRIBUTES,
    CORP,
    FULL,
    GRANTS,
    SECURE_AND_PLAIN,
    SITES,
    at,
    case,
    jar,
    load,
    moved,
    png,
    typed,
)
from tests.evidence.recorder.scenario import Answer, Frame, Scenario

PROPERTIES: Final = (
    *("background-image", "border-image-source", "list-style-image", "content"),
    *("mask-image", "shape-outside", "clip-path", "filter"),
)
REFERRER_POLICIES: Final = (
    *("no-referrer", "no-referrer-when-downgrade", "origin", "origin-when-cross-origin", "same-origin"),
    *("strict-origin", "strict-origin-when-cross-origin", "unsafe-url", "garbage"),
)
CHAINS: Final = (
    ("own-foreign", ("app", "api")),
    ("foreign-own", ("api", "app")),
    ("foreign-foreign", ("api", "api")),
    ("foreign-other", ("api", "other")),
    ("foreign-other-own", ("api", "other", "app")),
)
"""Where redirects lead, hop by hop."""


def scenarios() -> Iterator[Scenario]:
    """
    Make the family `images`.
    """
    yield from _attributes_and_grants()
    yield from _redirects()
    yield from _responses()
    yield from _styles()
    yield from _caches()
    yield from _frames()


def _attributes_and_grants() -> Iterator[Scenario]:
    for label, value in ATTRIBUTES:
        for grant, lines in GRANTS if label in ("plain", "anonymous", "credentials") else GRANTS[:2]:
            step = load("img", crossorigin=value)
            yield case(f"images/cross-site-{label}-{grant}", step, [at("api", png(*lines))], cookies=jar())
        own = load("img", "{app}/x", crossorigin=value)
        transports = ("localhost", "tls") if label == "anonymous" else LOCAL
        yield case(f"images/own-{label}", own, [at("app", png())], cookies=jar("app"), transports=transports)
    for label, value in ATTRIBUTES[:3]:
        for grant, lines in (GRANTS[0], GRANTS[3], GRANTS[4]):
            port = load("img", "{alt}/x", crossorigin=value)
            yield case(f"images/other-port-{label}-{grant}", port, [at("alt", png(*lines))], cookies=jar("alt"))
            for place in ("api", "other"):
                step = load("img", f"{{{place}}}/x", crossorigin=value)
                name = f"images/listed-{place}-{label}-{grant}"
                routes = [at(place, png(*lines))]
                yield case(name, step, routes, cookies=jar(place), transports=SECURE_AND_PLAIN)
                step = load("img", f"{{{place}}}/x", crossorigin=value)
                yield case(f"images/sites-{place}-{label}-{grant}", step, routes, cookies=jar(place), transports=SITES)
    for label, srcset, value in (
        ("one", "{api}/x 1x", None),
        ("one-anonymous", "{api}/x 1x", "anonymous"),
        ("two", "{api}/x 1x, {api}/y 2x", None),
        ("garbage", "{api}/x garbage", None),
    ):
        routes = [at("api", png(ANY)), at("api", png(ANY), path="/y")]
        step = load("img", "" if label == "one" else "{api}/z", srcset=srcset, crossorigin=value)
        yield case(f"images/srcset-{label}", step, [*routes, at("api", png(ANY), path="/z")])
    for policy in REFERRER_POLICIES:
        step = load("img", referrer_policy=policy)
        yield case(f"images/referrer-{policy}", step, [at("api", png())])
    for label, value in ATTRIBUTES[:2]:
        step = load("input", crossorigin=value)
        yield case(f"images/input-{label}", step, [at("api", png())], cookies=jar())


def _redirects() -> Iterator[Scenario]:
    for chain, places in CHAINS:
        for label, value in ATTRIBUTES[:3]:
            for grant in ("every", "last", "null", "none"):
                if value is None and grant != "none":
                    continue
                routes = []
                for number, place in enumerate(places):
                    last = number == len(places) - 1
                    lines = {"every": FULL, "last": FULL if last else (), "null": _null_at(number), "none": ()}[grant]
                    reply = png(*lines) if last else moved(f"{{{places[number + 1]}}}/{number + 1}", *lines)
                    routes.append(at(place, reply, path=f"/{number}"))
                step = load("img", f"{{{places[0]}}}/0", crossorigin=value)
                cookies = jar(*dict.fromkeys(places))
                transports = ("localhost", "tls") if grant == "every" or value is None else LOCAL
                name = f"images/redirect-{chain}-{label}-{grant}"
                yield case(name, step, routes, cookies=cookies, transports=transports)


def _null_at(hop: int) -> tuple[str, ...]:
    """
    Grant the page at the first hop, and an opaque origin at those that follow.
    """
    return (ORIGIN if hop == 0 else "Access-Control-Allow-Origin: null", CREDENTIALS)


def _responses() -> Iterator[Scenario]:
    for policy in ("same-origin", "same-site", "cross-origin", "garbage", "same-origin, cross-origin"):
        name = policy.replace(", ", "+")
        for label, attribute in ATTRIBUTES[:2]:
            step = load("img", crossorigin=attribute)
            routes = [at("api", png(ANY, f"{CORP}: {policy}"))]
            transports = ("localhost", "tls") if attribute is None else LOCAL
            yield case(f"images/corp-{name}-{label}", step, routes, transports=transports)
        step = load("img", "{alt}/x")
        yield case(f"images/corp-{name}-other-port", step, [at("alt", png(f"{CORP}: {policy}"))])
    for status in (201, 204, 206, 304, 404, 500):
        for label, value in ATTRIBUTES[:2]:
            body = "" if status in (204, 304) else bodies.PNG
            reply = typed("image/png", body, ANY, status=status, reason="Status")
            yield case(f"images/status-{status}-{label}", load("img", crossorigin=value), [at("api", reply)])
    kinds = (
        ("gif", "image/gif", bodies.PNG),
        ("jpeg", "image/jpeg", bodies.JPEG),
        ("webp", "image/webp", bodies.WEBP),
        ("avif", "image/avif", bodies.AVIF),
        ("bmp", "image/bmp", bodies.BMP),
        ("svg", "image/svg+xml", bodies.SVG),
        ("svg-as-xml", "text/xml", bodies.SVG),
        ("svg-as-text", "text/plain", bodies.SVG),
        ("png-as-html", "text/html", bodies.PNG),
        ("png-as-pdf", "application/pdf", bodies.PNG),
        ("png-untyped", None, bodies.PNG),
        ("png-as-csv", "text/csv", bodies.PNG),
        ("html", "image/png", bodies.HTML),
        ("empty", "image/png", ""),
        ("broken", "image/png", bodies.PNG[:20]),
        ("pdf", "application/pdf", bodies.PDF),
        ("video", "video/webm", bodies.WEBM),
    )
    for label, kind, body in kinds:
        own = load("img", "{app}/x")
        yield case(f"images/own-body-{label}", own, [at("app", typed(kind, body))])
        step = load("img", crossorigin="anonymous")
        yield case(f"images/anonymous-body-{label}", step, [at("api", typed(kind, body, ANY))])
    data = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
    for label, value in ATTRIBUTES[:2]:
        yield case(f"images/data-{label}", load("img", data, crossorigin=value))
        redirected = load("img", crossorigin=value)
        yield case(f"images/redirect-to-data-{label}", redirected, [at("api", moved(data, ANY))])
        yield case(f"images/broken-connection-{label}", redirected, [at("api", Answer(action="break"))])
        user = load("img", "http://user:pass@{api.authority}/x", crossorigin=value)
        yield case(f"images/user-in-url-{label}", user, [at("api", png(ANY))])
        yield case(
            f"images/redirect-to-user-{label}",
            redirected,
            [
                at("api", moved("http://user:pass@{api.authority}/y", ANY)),
                at("api", png(ANY), path="/y"),
            ],
        )
        yield case(f"images/bad-url-{label}", load("img", "http://[", crossorigin=value))
        yield case(f"images/unknown-scheme-{label}", load("img", "custom:x", crossorigin=value))
        loop = load("img", "{api}/x", crossorigin=value)
        yield case(f"images/redirect-loop-{label}", loop, [at("api", moved("{api}/x", ANY))])


def _styles() -> Iterator[Scenario]:
    for name in PROPERTIES:
        fragment = "#f" if name in ("clip-path", "filter") else ""
        kind, body = ("image/svg+xml", bodies.SVG) if fragment else ("image/png", bodies.PNG)
        own = load("css", f"{{app}}/x{fragment}", property=name)
        yield case(f"images/style-{name}-own", own, [at("app", typed(kind, body))], cookies=jar("app"))
        for grant, lines in GRANTS[:2]:
            step = load("css", f"{{api}}/x{fragment}", property=name)
            transports = ("localhost", "tls") if grant == "none" and name == "mask-image" else LOCAL
            routes = [at("api", typed(kind, body, *lines))]
            yield case(f"images/style-{name}-{grant}", step, routes, cookies=jar(), transports=transports)


def _caches() -> Iterator[Scenario]:
    fresh = "Cache-Control: max-age=600"
    for label, first, second in (
        ("same-grant", (ANY,), (ANY,)),
        ("no-grant-first", (), (ANY,)),
        ("no-grant-first-vary", ("Vary: Origin",), (ANY, "Vary: Origin")),
        ("exact-vary", (ORIGIN, "Vary: Origin"), (ORIGIN, "Vary: Origin")),
        ("grant-first", (ANY,), ()),
    ):
        answers = (png(fresh, *first), png(fresh, *second))
        for then, step in (
            ("fetch", get()),
            ("fetch-reload", get(cache="reload")),
            ("anonymous", load("img", crossorigin="anonymous")),
        ):
            yield case(f"images/then-{then}-{label}", [load("img"), step], [at("api", *answers)])
    yield case("images/fetch-then-plain", [get(), load("img")], [at("api", png(fresh, ANY), png(fresh))])
    both = [load("img", crossorigin="anonymous"), load("img")]
    yield case("images/anonymous-then-plain", both, [at("api", png(fresh, ANY), png(fresh))])
    yield case("images/twice-plain-no-store", [load("img"), load("img")], [at("api", png("Cache-Control: no-store"))])
    yield case("images/failed-then-again", [both[0], both[0]], [at("api", png(), png(ANY))])


def _frames() -> Iterator[Scenario]:
    grants = (GRANTS[0], GRANTS[1], GRANTS[3], ("null", ("Access-Control-Allow-Origin: null",)))
    for label, value in ATTRIBUTES[:2]:
        for grant, lines in grants if value is not None else grants[:1]:
            for place in ("app", "api"):
                frame = Frame(steps=(load("img", f"{{{place}}}/x", crossorigin=value),))
                routes = [at(place, png(*lines))]
                yield case(f"images/sandboxed-{place}-{label}-{grant}", frame, routes, cookies=jar(place))
