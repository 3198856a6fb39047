"""
What policies of a page make of its elements: CSP, mixed content and upgrades, embedder policies, forbidden ports.
"""

from collections.abc import Iterator
from typing import Final

from tests.evidence.recorder.corpus import bodies
from tests.evidence.recorder.corpus.build import ANY
from tests.evidence.recorder.corpus.content_security_policy import INLINE, policy
from tests.evidence.recorder.corpus.loading import (
    CORP,
    FULL,
    NOSNIFF,
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
    wav,
    webm,
)
from tests.evidence.recorder.scenario import Answer, Frame, Page, Scenario, Step

LOADS: Final[tuple[tuple[str, str, Answer], ...]] = (
    ("img", "img-src", png(ANY)),
    ("css", "img-src", png(ANY)),
    ("script", "script-src", javascript(ANY)),
    ("module", "script-src", javascript(ANY)),
    ("import", "script-src", javascript(ANY)),
    ("stylesheet", "style-src", css(ANY)),
    ("font", "font-src", font(ANY)),
    ("audio", "media-src", wav(ANY)),
    ("track", "media-src", typed("text/vtt", bodies.VTT, ANY)),
)
"""What loads, and the directive that is asked."""


NONE: Final = " 'none'"


def element(tag: str, url: str = "{api}/x") -> Step:
    """
    Make the element called *tag*; a track needs to be in a video with CORS, or no request is made.
    """
    if tag == "css":
        return load("css", url, property="background-image")
    return load(tag, url, crossorigin="anonymous" if tag == "track" else None)


def scenarios() -> Iterator[Scenario]:
    """
    Make the family `element-policies`.
    """
    yield from _directives()
    yield from _redirects()
    yield from _ahead()
    yield from _mixed_content()
    yield from _upgrades()
    yield from _embedders()
    yield from _ports()


def _directives() -> Iterator[Scenario]:
    for tag, directive, reply in LOADS:
        inline = "" if directive == "script-src" else f"; {INLINE}"
        keyword = " 'unsafe-inline'" if directive == "script-src" else ""
        for label, value in (
            ("none", f"{directive}{keyword or NONE}{inline}"),
            ("default", f"default-src 'none'; {INLINE}"),
            ("allowed", f"default-src 'none'; {directive} {{api}}{keyword}{inline}"),
        ):
            name = f"element-policies/csp-{tag}-{label}"
            yield case(name, element(tag), [at("api", reply)], page=policy(value))
    self_only = f"default-src 'self' 'unsafe-inline'; {INLINE} 'self'"
    for tag, _, reply in LOADS[:3]:
        step = element(tag, "{app}/x")
        yield case(f"element-policies/csp-self-{tag}", step, [at("app", reply)], page=policy(self_only))
    for name, value, tag, reply in (
        ("script-src-elem", f"script-src-elem 'unsafe-inline'; {INLINE} {{api}}", "script", javascript()),
        ("script-src-elem-allows", f"script-src-elem {{api}} 'unsafe-inline'; {INLINE}", "script", javascript()),
        ("script-src-attr", f"script-src-attr 'none'; {INLINE} {{api}}", "script", javascript()),
        ("style-src-elem", "style-src-elem 'none'; style-src {api}", "stylesheet", css()),
        ("style-src-attr", "style-src-attr 'none'; style-src {api}", "stylesheet", css()),
        ("path", "img-src {api}/x", "img", png()),
        ("other-path", "img-src {api}/y", "img", png()),
        ("scheme", "img-src http:", "img", png()),
        ("star", "img-src *", "img", png()),
        ("two-policies", "img-src {api}, img-src {other}", "img", png()),
    ):
        yield case(f"element-policies/csp-{name}", element(tag), [at("api", reply)], page=policy(value))
    pixel = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
    for name, value in (("star", "img-src *"), ("data", "img-src data:"), ("none", "img-src 'none'")):
        yield case(f"element-policies/csp-data-image-{name}", load("img", pixel), page=policy(value))
    for name, value in (("star", f"{INLINE} *"), ("data", f"{INLINE} data:")):
        step = load("script", "data:text/javascript,window.ran='x'")
        yield case(f"element-policies/csp-data-script-{name}", step, page=policy(value))
    reported = Page(headers=("Content-Security-Policy-Report-Only: img-src 'none'",))
    yield case("element-policies/csp-report-only", load("img"), [at("api", png())], page=reported)
    for name, place in (("import", "style-src {app} 'unsafe-inline'"), ("import-allowed", "style-src {app} {api}")):
        routes = [at("app", css(body="@import '{api}/i';")), at("api", css(body=bodies.IMPORTED), path="/i")]
        step = load("stylesheet", "{app}/x", settle=100)
        yield case(f"element-policies/csp-sheet-{name}", step, routes, page=policy(place))
    chain = [at("app", javascript(body="import '{api}/a'")), at("api", javascript(ANY), path="/a")]
    step = load("module", "{app}/x")
    yield case("element-policies/csp-module-import", step, chain, page=policy(f"{INLINE} {{app}}"))
    data = load("import", type="json")
    for name, value in (("script-src", f"{INLINE} {{app}}"), ("connect-src", "connect-src 'none'")):
        routes = [at("api", typed("application/json", bodies.JSON, ANY))]
        yield case(f"element-policies/csp-json-import-{name}", data, routes, page=policy(value))


def _redirects() -> Iterator[Scenario]:
    for tag, directive, reply in LOADS[:7]:
        if tag in ("css", "import"):
            continue
        keyword, inline = (" 'unsafe-inline'", "") if directive == "script-src" else ("", f"; {INLINE}")
        for label, sources in (("first-only", "{app}"), ("both", "{app} {api}/other-path")):
            routes = [at("app", moved("{api}/x", ANY), path="/r"), at("api", reply)]
            value = f"{directive} {sources}{keyword}{inline}"
            step = element(tag, "{app}/r")
            yield case(f"element-policies/csp-redirect-{tag}-{label}", step, routes, page=policy(value))


def _ahead() -> Iterator[Scenario]:
    for destination, directive, reply in (
        ("image", "img-src", png(ANY)),
        ("script", "script-src", javascript(ANY)),
        ("style", "style-src", css(ANY)),
        ("font", "font-src", font(ANY)),
        ("fetch", "connect-src", typed("text/plain", "hello", ANY)),
    ):
        value = f"{directive} 'unsafe-inline'" if directive == "script-src" else f"{directive} 'none'"
        step = load("preload", destination=destination, crossorigin="anonymous", timeout=700)
        yield case(f"element-policies/csp-preload-{destination}", step, [at("api", reply)], page=policy(value))
    closed = f"default-src 'none'; {INLINE}"
    for name, value in (("default", closed), ("img", f"{closed}; img-src {{api}}")):
        step = load("prefetch", timeout=700)
        yield case(f"element-policies/csp-prefetch-{name}", step, [at("api", png())], page=policy(value))
    step = load("modulepreload", timeout=700)
    yield case("element-policies/csp-modulepreload", step, [at("api", javascript(ANY))], page=policy(INLINE))


def _mixed_content() -> Iterator[Scenario]:
    steps = [(tag, element(tag, "{apiplain}/x"), reply) for tag, _, reply in LOADS]
    steps += [
        ("img-anonymous", load("img", "{apiplain}/x", crossorigin="anonymous"), png(ANY)),
        ("imageset", load("img", "", srcset="{apiplain}/x 1x"), png(ANY)),
        ("mask", load("css", "{apiplain}/x", property="mask-image"), png(ANY)),
        ("input", load("input", "{apiplain}/x"), png(ANY)),
        ("video", load("video", "{apiplain}/x"), webm(ANY)),
        ("preload", load("preload", "{apiplain}/x", destination="image", timeout=700), png(ANY)),
        ("prefetch", load("prefetch", "{apiplain}/x", timeout=700), png(ANY)),
    ]
    for label, step, reply in steps:
        routes = [at("apiplain", reply), at("api", reply)]
        yield case(f"element-policies/mixed-{label}", step, routes, transports=("tls",))
    for tag, reply in (("img", png(ANY)), ("script", javascript(ANY)), ("audio", wav(ANY))):
        step = load(tag, "{loopback}/x")
        yield case(f"element-policies/mixed-loopback-{tag}", step, [at("loopback", reply)], transports=("tls",))
        redirected = [at("api", moved("{otherplain}/y", *FULL)), at("otherplain", reply, path="/y")]
        redirected.append(at("other", reply, path="/y"))
        yield case(f"element-policies/mixed-redirect-{tag}", load(tag), redirected, transports=("tls",))
        failing = [at("apiplain", reply), at("api", Answer(action="break"))]
        if tag != "script":
            step = load(tag, "{apiplain}/x")
            yield case(f"element-policies/mixed-upgrade-fails-{tag}", step, failing, transports=("tls",))
    own = load("img", "{appplain}/x")
    yield case("element-policies/mixed-own", own, [at("app", png()), at("appplain", png())], transports=("tls",))
    for name, value in (("http", "img-src http://{api.host}"), ("https", "img-src {api}"), ("none", "img-src 'none'")):
        step = load("img", "{apiplain}/x")
        routes = [at("apiplain", png()), at("api", png())]
        page = policy(value)
        yield case(f"element-policies/mixed-csp-{name}", step, routes, page=page, transports=("tls",))


def _upgrades() -> Iterator[Scenario]:
    for tag, _, reply in LOADS:
        routes = [at(place, reply) for place in ("api", "apisecure")]
        page = policy("upgrade-insecure-requests")
        yield case(f"element-policies/upgrade-{tag}", element(tag), routes, page=page, transports=("plain",))
    own = [at(place, png()) for place in ("app", "appsecure")]
    page = policy("upgrade-insecure-requests")
    step = load("img", "{app}/x")
    yield case("element-policies/upgrade-own", step, own, page=page, transports=("plain",))


def _embedders() -> Iterator[Scenario]:
    for value in ("require-corp", "credentialless"):
        page = Page(headers=(f"Cross-Origin-Embedder-Policy: {value}",))
        for tag, _, reply in LOADS:
            if tag in ("module", "import", "font", "track", "css"):
                continue
            for label, lines in (("none", ()), ("cross-origin", (f"{CORP}: cross-origin",))):
                shown = Answer(status=200, headers=(*reply.headers, *lines), body=reply.body, ranges=reply.ranges)
                name = f"element-policies/coep-{value}-{tag}-{label}"
                yield case(name, element(tag), [at("api", shown)], page=page, cookies=jar())
        granted = load("img", crossorigin="anonymous")
        routes = [at("api", png(ANY))]
        yield case(f"element-policies/coep-{value}-anonymous", granted, routes, page=page, cookies=jar())
        yield case(f"element-policies/coep-{value}-own", load("img", "{app}/x"), [at("app", png())], page=page)
        same = png(f"{CORP}: same-origin")
        yield case(f"element-policies/coep-{value}-same-origin", load("img"), [at("api", same)], page=page)
        preloaded = load("preload", destination="image", timeout=700)
        yield case(f"element-policies/coep-{value}-preload", preloaded, [at("api", png())], page=page, cookies=jar())


def _ports() -> Iterator[Scenario]:
    for tag, _, reply in LOADS:
        yield case(f"element-policies/port-{tag}", element(tag, "http://{api.host}:6000/x"))
        if tag in ("img", "script", "font"):
            routes = [at("api", moved("http://{api.host}:6000/y", ANY)), at("api", reply, path="/y")]
            yield case(f"element-policies/port-redirect-{tag}", element(tag), routes)
    for policy_line in ("no-referrer", "unsafe-url"):
        page = Page(headers=(f"Referrer-Policy: {policy_line}",))
        for tag, _, reply in LOADS:
            if tag in ("import", "track", "css", "audio"):
                continue
            yield case(f"element-policies/referrer-{policy_line}-{tag}", element(tag), [at("api", reply)], page=page)
    meta = Frame(steps=(load("img"),), sandbox=None)
    yield case("element-policies/frame-inherits", meta, [at("api", png())], page=policy("img-src 'none'"))
    strict = typed("text/html", bodies.JAVASCRIPT, NOSNIFF)
    blocked = policy(f"{INLINE} {{api}}")
    yield case("element-policies/csp-allows-nosniff-blocks", load("script"), [at("api", strict)], page=blocked)
