"""
The request's mode: no-cors, same-origin, what is opaque, what init is refused, and Cross-Origin-Resource-Policy.
"""

from collections.abc import Iterator
from typing import Final

from tests.evidence.recorder.corpus.build import (
    ANY,
    EVERYWHERE,
    ORIGIN,
    TEXT,
    allow,
    answer,
    both,
    get,
    preflight,
    route,
    sampled,
    scenario,
    slug,
    text,
)
from tests.evidence.recorder.scenario import Body, Page, Scenario, Timing

NO_CORS_HEADERS: Final = (
    *(("Accept", "a/b"), ("Accept-Language", "de"), ("Content-Language", "de"), ("Content-Type", "text/plain")),
    *(("Content-Type", "application/json"), ("X-A", "1"), ("Range", "bytes=0-1"), ("Authorization", "x")),
    *(("Accept", "a" * 129),),
    *(("Accept", 'a"'), ("User-Agent", "x"), ("DPR", "1"), ("Save-Data", "on"), ("If-None-Match", "x")),
    *(("Cache-Control", "no-cache"),),
    *(("Content-Type", "text/plain;charset=x"), ("Accept-Language", "de:"), ("Pragma", "x")),
    *(("Content-Type", "text/plain, text/plain"),),
)
POLICIES: Final = (
    *("same-origin", "same-site", "cross-origin", "Same-Origin", "SAME-SITE", " same-origin "),
    *("same-origin,same-origin", "same-origin, same-site"),
    *("none", "", "*", "same-origin;", '"same-origin"', "same-origin x", "cross-origin, same-origin", "same_site"),
    *("true",),
)


def scenarios() -> Iterator[Scenario]:
    """
    Make the families `no-cors`, `same-origin`, `request-init`, `corp`, `timing`.
    """
    yield from sampled(_no_cors(), 8)
    yield from _same_origin()
    yield from _init()
    yield from _corp()
    yield from _timing()


def _no_cors() -> Iterator[Scenario]:
    for number, (name, value) in enumerate(NO_CORS_HEADERS):
        asked = get(mode="no-cors", headers=((name, value),))
        yield scenario(f"no-cors/{number:02}-{name}", asked, [route(allow())])
        posted = get(mode="no-cors", method="POST", body=text("x"), headers=((name, value),))
        yield scenario(f"no-cors/post-{number:02}-{name}", posted, [route(allow())])
    twice = get(mode="no-cors", headers=(("Accept", "a" * 100), ("Accept", "b" * 100)))
    yield scenario("no-cors/accept-twice", twice, [route(allow())])
    for status in (200, 204, 206, 301, 304, 404, 500):
        for label, lines in (("bare", ()), ("allowed", (ANY,))):
            shown = answer(*lines, TEXT, status=status, reason="Why", body="" if status in (204, 304) else "hello")
            yield scenario(f"no-cors/status-{status}-{label}", get(mode="no-cors"), [route(shown)])
    for credentials in ("omit", "same-origin", "include"):
        asked = get(mode="no-cors", credentials=credentials)
        yield scenario(f"no-cors/{credentials}", asked, [route(answer(TEXT))], transports=EVERYWHERE)
    for label, init in (
        ("keepalive", {"keepalive": True}),
        ("integrity", {"integrity": "sha256-LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ="}),
        ("manual", {"redirect": "manual"}),
        ("only-if-cached", {"cache": "only-if-cached"}),
        ("reload", {"cache": "reload"}),
    ):
        yield scenario(f"no-cors/{label}", get(mode="no-cors", **init), [route(answer(TEXT))])
    for kind in ("application/json", "text/html", "text/plain", "image/png", "application/zip"):
        for nosniff in ((), ("X-Content-Type-Options: nosniff",)):
            shown = answer(f"Content-Type: {kind}", *nosniff, body='{"a":1}')
            name = f"no-cors/type-{slug(kind)}{'-nosniff' if nosniff else ''}"
            yield scenario(name, get(mode="no-cors"), [route(shown)])
    own = route(answer(TEXT, "X-A: 1"), origin="app")
    yield scenario("no-cors/own", get(url="{app}/x", mode="no-cors"), [own])


def _same_origin() -> Iterator[Scenario]:
    for place in ("app", "sub", "alt", "api"):
        for mode in ("same-origin", "cors", "no-cors"):
            for method in ("GET", "POST", "PUT"):
                asked = get(url=f"{{{place}}}/x", mode=mode, method=method)
                pre = preflight("Access-Control-Allow-Methods: *")
                routes = both(pre, allow(), origin=place)
                name = f"same-origin/{place}-{mode}-{method}"
                yield scenario(name, asked, routes, transports=EVERYWHERE if method == "GET" else ("localhost",))
    for value in (("X-A", "1"), ("Content-Type", "application/json"), ("Accept", "x"), ("Authorization", "x")):
        asked = get(url="{app}/x", method="POST", body=text("{}"), headers=(value,))
        yield scenario(f"same-origin/header-{value[0]}", asked, [route(answer(TEXT), origin="app")])


def _init() -> Iterator[Scenario]:
    kinds: tuple[tuple[str, dict[str, object]], ...] = (
        ("mode-navigate", {"mode": "navigate"}),
        ("mode-unknown", {"mode": "x"}),
        ("mode-websocket", {"mode": "websocket"}),
        ("credentials-unknown", {"credentials": "x"}),
        ("cache-unknown", {"cache": "x"}),
        ("redirect-unknown", {"redirect": "x"}),
        ("only-if-cached", {"cache": "only-if-cached"}),
        ("only-if-cached-same-origin", {"cache": "only-if-cached", "mode": "same-origin"}),
        ("referrer-foreign", {"referrer": "http://elsewhere.test/"}),
        ("referrer-bad", {"referrer": "http://"}),
        ("referrer-policy-unknown", {"referrer_policy": "x"}),
        ("integrity-good", {"integrity": "sha256-LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ="}),
        ("integrity-bad", {"integrity": "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}),
        ("integrity-garbage", {"integrity": "x"}),
        # What did not come is empty to browsers, and matches the digest of nothing.
        ("head-integrity-garbage", {"method": "HEAD", "integrity": "x"}),
        (
            "head-integrity-empty",
            {"method": "HEAD", "integrity": "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="},
        ),
        ("empty-blob", {"method": "PATCH", "body": Body(kind="blob")}),
        ("keepalive", {"keepalive": True}),
        ("keepalive-body", {"keepalive": True, "method": "POST", "body": Body(text="x" * 1000)}),
        ("keepalive-large", {"keepalive": True, "method": "POST", "body": Body(text="x" * 70000)}),
        ("no-cors-integrity", {"mode": "no-cors", "integrity": "sha256-LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ="}),
        ("no-cors-integrity-garbage", {"mode": "no-cors", "integrity": "x"}),
        ("no-cors-put", {"mode": "no-cors", "method": "PUT"}),
        (
            "no-cors-stream",
            {"mode": "no-cors", "method": "POST", "body": Body(kind="stream", text="x"), "duplex": "half"},
        ),
        ("duplex-full", {"method": "POST", "body": Body(text="x"), "duplex": "full"}),
    )
    for label, init in kinds:
        pre = preflight("Access-Control-Allow-Methods: *")
        yield scenario(f"request-init/{label}", get(**init), both(pre, allow()))
        own = route(allow(), origin="app")
        yield scenario(f"request-init/own-{label}", get(url="{app}/x", **init), [own])


def _corp() -> Iterator[Scenario]:
    for policy in POLICIES:
        for place in ("api", "sub", "alt") if policy in POLICIES[:3] else ("api",):
            shown = answer(TEXT, f"Cross-Origin-Resource-Policy: {policy}")
            asked = get(url=f"{{{place}}}/x", mode="no-cors")
            name = f"corp/no-cors-{place}-{slug(policy)}"
            yield scenario(name, asked, [route(shown, origin=place)], transports=EVERYWHERE)
        shown = answer(ANY, TEXT, f"Cross-Origin-Resource-Policy: {policy}")
        yield scenario(f"corp/cors-{slug(policy)}", get(), [route(shown)])
    for embedder in ("require-corp", "credentialless"):
        page = Page(headers=(f"Cross-Origin-Embedder-Policy: {embedder}", "Cross-Origin-Opener-Policy: same-origin"))
        for stated in ("same-origin", "same-site", "cross-origin", None):
            lines = () if stated is None else (f"Cross-Origin-Resource-Policy: {stated}",)
            for place in ("api", "sub"):
                for mode in ("no-cors", "cors"):
                    shown = answer(ORIGIN, TEXT, *lines)
                    asked = get(url=f"{{{place}}}/x", mode=mode)
                    name = f"corp/{embedder}-{place}-{mode}-{stated}"
                    yield scenario(
                        name,
                        asked,
                        [route(shown, origin=place)],
                        page=page,
                        transports=("localhost", "tls"),
                        needs=("embedder-policy",),
                    )
    moved = answer("Location: {other}/y", "Cross-Origin-Resource-Policy: same-origin", status=302, reason="Found")
    end = route(answer(TEXT), origin="other", path="/y")
    yield scenario("corp/redirect-hop", get(mode="no-cors"), [route(moved), end])


def _timing() -> Iterator[Scenario]:
    values = (
        "*",
        "{app}",
        "null",
        "{other}",
        "{app}, {other}",
        "{other}, {app}",
        "*, {app}",
        "{app}/",
        "",
        "{other},*",
        '"*"',
    )
    for value in values:
        for label, grant in (("cors", (ANY,)), ("no-cors", ())):
            asked = get(mode=label)
            shown = answer(*grant, TEXT, f"Timing-Allow-Origin: {value}")
            name = f"timing/{label}-{slug(value)}"
            yield scenario(name, (asked, Timing(url="{api}/x")), [route(shown)])
    for label, lines in (("missing", ()), ("two", ("Timing-Allow-Origin: {other}", "Timing-Allow-Origin: {app}"))):
        steps = (get(), Timing(url="{api}/x"))
        yield scenario(f"timing/cors-{label}", steps, [route(answer(ANY, TEXT, *lines))])
    failed = (get(), Timing(url="{api}/x"))
    yield scenario("timing/failed", failed, [route(answer(TEXT, "Timing-Allow-Origin: *"))])
    for hop in ("*", ""):
        for end in ("*", ""):
            moved = answer(ANY, f"Timing-Allow-Origin: {hop}", "Location: {other}/y", status=302, reason="Found")
            last = answer(ANY, TEXT, f"Timing-Allow-Origin: {end}")
            routes = [route(moved), route(last, origin="other", path="/y")]
            name = f"timing/redirect-{slug(hop)}-{slug(end)}"
            yield scenario(name, (get(), Timing(url="{api}/x")), routes)
    own = (get(url="{app}/x"), Timing(url="{app}/x"))
    yield scenario("timing/own", own, [route(answer(TEXT), origin="app")])
