"""
What the HTTP caches make of variants, of 304s, of redirects, of what a page changes, and of malformed lifetimes.

Most of it was found by the fuzzer.
"""

from collections.abc import Iterator
from typing import Any, Final, TypeAlias

from tests.evidence.recorder.corpus.build import ANY, ORIGIN, get, route, scenario, slug
from tests.evidence.recorder.corpus.http_cache import ETAG, FRESH, LONG_AGO, PREFLIGHT, twice, whole
from tests.evidence.recorder.scenario import Fetch, Frame, Scenario

Lines: TypeAlias = tuple[tuple[str, tuple[str, ...]], ...]


def scenarios() -> Iterator[Scenario]:
    """
    Make what the family `http-cache` has of finer points.
    """
    yield from _variants()
    yield from _statuses()
    yield from _redirect_targets()
    yield from _freshened()
    yield from _changes()
    yield from _left_alone()
    yield from _lifetimes()


def _variants() -> Iterator[Scenario]:
    confirmed = whole(ORIGIN, status=304, reason="Not Modified")
    for label, lines in (("etag", (ETAG,)), ("weak", ('ETag: W/"x"',)), ("last-modified", (LONG_AGO,)),
                         ("both", (ETAG, LONG_AGO))):  # fmt: skip
        for label_of_second, second in (("304", confirmed), ("200", whole(ORIGIN, FRESH, *lines, body="again"))):
            accepting = [get(headers=(("Accept", value),)) for value in ("a/a", "b/b", "b/b", "a/a")]
            answers = whole(ORIGIN, FRESH, *lines, "Vary: Accept"), second
            yield scenario(f"http-cache/variant-{label}-{label_of_second}", accepting, [route(*answers)])
        steps, routes = twice(FRESH, *lines, "Vary: *", then=[confirmed])
        yield scenario(f"http-cache/vary-star-{label}", steps, routes)
    # NB: as Express answers, with a word about origins and without.
    for vary in ((), ("Vary: Origin",)):
        for label, lines in (("bare", vary), ("exact", (ORIGIN, *vary))):
            express = 'ETag: W/"5-x"'
            routes = [route(whole(*vary, express), whole(*lines, express, status=304, reason="Not Modified"))]
            yield scenario(
                f"http-cache/express-no-cors-{label}-{'vary' if vary else 'plain'}",
                (get(mode="no-cors"), get(), get()),
                routes,
            )
    for name, value in (("Cache-Control", "no-cache"), ("Cache-Control", "max-age=0"), ("Cache-Control", "max-stale"),
                        ("Pragma", "no-cache")):  # fmt: skip
        routes = [
            route(whole(ORIGIN, "Access-Control-Allow-Headers: cache-control, pragma", status=204), method="OPTIONS"),
            route(whole(ORIGIN, FRESH, ETAG), confirmed, method="GET"),
        ]
        steps = (get(), get(headers=((name, value),)), get())
        yield scenario(f"http-cache/etag-then-{name}-{slug(value)}", steps, routes)


def _statuses() -> Iterator[Scenario]:
    for status in (203, 204, 300, 301, 302, 303, 307, 308, 404, 410, 500):
        moved = ("Location: {api}/y",) if status in (301, 302, 303, 307, 308) else ()
        first = whole(ORIGIN, "Cache-Control: no-cache", ETAG, *moved, status=status, reason="A")
        routes = [route(first, whole(ORIGIN, status=304, reason="Not Modified")), route(whole(ORIGIN), path="/y")]
        yield scenario(f"http-cache/validated-status-{status}", (get(), get(), get()), routes)
    unasked_for: Lines = (("fresh", (FRESH,)), ("no-cache", ("Cache-Control: no-cache", ETAG)))
    for label, lines in unasked_for:
        unasked = whole(ORIGIN, *lines, status=304, reason="Not Modified")
        yield scenario(f"http-cache/304-of-nothing-{label}", (get(), get()), [route(unasked)])
    saying: Lines = (
        ("etag", (ETAG,)),
        ("date", (LONG_AGO,)),
        ("both", (ETAG, LONG_AGO)),
        ("stale", ("Cache-Control: max-age=0", ETAG)),
        ("plain", ()),
    )
    for status in (300, 301, 302, 307, 308, 404, 410):
        moved = ("Location: {api}/y",) if status in (301, 302, 307, 308) else ()
        for label, lines in saying:
            answers = [
                whole(ORIGIN, *lines, *moved, status=status, reason=reason, body=reason) for reason in ("A", "B")
            ]
            routes = [route(*answers), route(whole(ORIGIN), path="/y")]
            yield scenario(f"http-cache/status-{status}-{label}", (get(), get()), routes)
    moved_once = whole(ORIGIN, FRESH, "Location: {api}/y", status=302)
    routes = [route(moved_once, whole(ORIGIN, status=304)), route(whole(ORIGIN), path="/y")]
    yield scenario("http-cache/redirect-304-unasked", (get(), get(cache="no-cache"), get()), routes)


def _redirect_targets() -> Iterator[Scenario]:
    for status in (301, 302, 303, 307, 308):
        for place in ("api", "other"):
            for label, lines in (("fresh", (FRESH,)), ("etag", ("Cache-Control: no-cache", ETAG))):
                moved = whole(ORIGIN, f"Location: {{{place}}}/y", FRESH, status=status)
                target = whole(ANY, *lines), whole(ANY, status=304, reason="Not Modified")
                routes = [route(moved), route(*target, path="/y", origin=place)]
                yield scenario(f"http-cache/target-{status}-{place}-{label}", (get(), get(), get()), routes)


# What a 304 says beside the validators: which of it takes the place of what was there.
OF_THE_304: Final = (
    "Accept-Ranges", "Age", "Allow", "Content-Disposition", "Content-Language", "Content-Location", "Content-MD5",
    "Content-Security-Policy", "Content-Type", "Date", "ETag", "Link", "Server", "Vary",
    "X-Content-Security-Policy", "X-Content-Type-Options", "X-Frame-Options", "X-One", "X-WebKit-CSP",
    "X-XSS-Protection",
)  # fmt: skip


def _freshened() -> Iterator[Scenario]:
    stale = "Cache-Control: no-cache"
    confirmed = whole(*(f"{name}: b" for name in OF_THE_304), status=304, reason="Not Modified")
    own = get(url="{app}/x")
    former = tuple(f"{name}: a" for name in OF_THE_304 if name not in ("Content-Type", "Vary"))
    firsts: Lines = (("replaces", former), ("adds", (LONG_AGO,)))
    for label, lines in firsts:
        routes = [route(whole(stale, *lines), confirmed, origin="app")]
        yield scenario(f"http-cache/304-{label}-headers", (own, own, own), routes)
    for label, line in (("no-store", "Cache-Control: no-store"), ("fresh", FRESH), ("date", LONG_AGO)):
        routes = [route(whole(stale, ETAG), whole(line, status=304, reason="Not Modified"), origin="app")]
        yield scenario(f"http-cache/304-says-{label}", (own, own, own), routes)
    for label, line in (("age", "Age: 1000"), ("date", "Date: Mon, 02 Jan 2006 15:04:05 GMT")):
        routes = [route(whole(FRESH, ETAG, line), whole(status=304, reason="Not Modified"), origin="app")]
        yield scenario(f"http-cache/304-leaves-{label}", (own, own, own), routes)
    for label, lines in (("no-cache", (stale,)), ("stale", ("Cache-Control: public, max-age=0",)),
                         ("immutable", ("Cache-Control: max-age=0, immutable",))):  # fmt: skip
        accepting = [get(headers=(("Accept", value),)) for value in ("a/a", "b/b", "b/b")]
        routes = [route(whole(ORIGIN, *lines, ETAG, LONG_AGO, "Vary: Accept"), whole(ORIGIN, status=304))]
        yield scenario(f"http-cache/variant-{label}-both-304", accepting, routes)
    routes = [route(whole(ORIGIN, "Cache-Control: max-age=0, immutable", ETAG), whole(ORIGIN, status=304))]
    yield scenario("http-cache/validated-immutable", (get(), get()), routes)
    steps, routes = twice("Cache-Control: private=x, max-age=600")
    yield scenario("http-cache/whole-private-argument", steps, routes)


def _changes() -> Iterator[Scenario]:
    """
    Change something at the page's own origin; the answer may name another URL.
    """
    for method in ("POST", "PUT", "DELETE"):
        for status in (302, 303, 307, 404, 500):
            moved = ("Location: {app}/y",) if status in (302, 303, 307) else ()
            routes = [
                route(whole(FRESH), whole(FRESH, body="again"), method="GET", origin="app"),
                route(whole(*moved, status=status), method=method, origin="app"),
                route(whole(FRESH), whole(FRESH, body="again"), method="GET", origin="app", path="/y"),
                route(whole(), origin="app", path="/y"),
            ]
            here, there = get(url="{app}/x"), get(url="{app}/y")
            asked = get(url="{app}/x", method=method, redirect="manual")
            followed = get(url="{app}/x", method=method)
            yield scenario(f"http-cache/own-{method}-{status}", (here, there, followed, here, there), routes)
            if moved:
                yield scenario(f"http-cache/own-{method}-{status}-manual", (here, there, asked, here, there), routes)
    for name in ("Location", "Content-Location"):
        routes = [
            route(whole(FRESH), whole(FRESH, body="again"), method="GET", origin="app", path="/y"),
            route(whole(f"{name}: /y", status=201), method="POST", origin="app"),
        ]
        there = get(url="{app}/y")
        yield scenario(f"http-cache/own-created-{name}", (there, get(url="{app}/x", method="POST"), there), routes)


def _left_alone() -> Iterator[Scenario]:
    """
    Refuse the page something, or give it what is not stored: what is stored may stay.
    """
    for method in ("HEAD", "POST", "DELETE"):
        routes = [
            route(whole(ORIGIN, *PREFLIGHT, status=204), method="OPTIONS"),
            route(whole(ORIGIN, FRESH), whole(ORIGIN, FRESH, body="again"), method="GET"),
            route(whole(body=""), method=method),
        ]
        yield scenario(f"http-cache/refused-{method}", (get(), get(method=method), get()), routes)
    for status in (301, 302, 308):
        for grant, granted in (("granted", (ORIGIN,)), ("bare", ())):
            moved = whole(*granted, "Location: {api}/y", "Cache-Control: no-store", status=status)
            routes = [
                route(whole(ORIGIN, FRESH), moved, whole(ORIGIN, FRESH, body="again")),
                route(whole(ORIGIN), path="/y"),
            ]
            steps = (get(), get(cache="reload"), get())
            yield scenario(f"http-cache/reloaded-{status}-{grant}", steps, routes)
    asking = get(headers=(("If-None-Match", '"y"'),))
    for label, steps in (("first", (asking, get(), get())), ("again", (get(), asking, get()))):
        routes = [
            route(whole(ORIGIN, "Access-Control-Allow-Headers: if-none-match", status=204), method="OPTIONS"),
            route(whole(ORIGIN, FRESH, ETAG), whole(ORIGIN, FRESH, ETAG, body="again"), method="GET"),
        ]
        yield scenario(f"http-cache/page-asks-{label}-200", steps, routes)
    for name in ("Cookie", "Origin", "Accept"):
        moved = whole(ORIGIN, "Location: {api}/y", "Cache-Control: max-age=0", ETAG, f"Vary: {name}", status=302)
        routes = [route(moved), route(whole(ORIGIN), path="/y")]
        yield scenario(f"http-cache/redirect-vary-{name}", (get(), get()), routes)
    grants: Lines = (("star", (ANY,)), ("null", ("Access-Control-Allow-Origin: null",)), ("none", ()))
    for grant, lines in grants:
        inits: tuple[tuple[str, dict[str, Any]], ...] = (
            ("cors", {}),
            ("no-cors", {"mode": "no-cors"}),
            ("omit", {"credentials": "omit"}),
        )
        for label, init in inits:
            own = Fetch(url="{app}/x", **init)
            routes = [route(whole(*lines, FRESH), whole(*lines, FRESH, body="again"), origin="app")]
            yield scenario(f"http-cache/own-frame-{grant}-{label}", (own, Frame(steps=(own, own)), own), routes)


def _lifetimes() -> Iterator[Scenario]:
    for value in ("x", "+600", "-600", "600.5", "6e2", "600 public", "'600'", ""):
        for label, lines in (
            ("plain", ()),
            ("date", (LONG_AGO,)),
            ("expires", ("Expires: Thu, 01 Jan 2099 00:00:00 GMT",)),
        ):
            steps, routes = twice(f"Cache-Control: max-age={value}", *lines)
            yield scenario(f"http-cache/lifetime-{slug(value)}-{label}", steps, routes)
    for value in ("max-age", "no-cache=x, max-age=600", "no-store=x, max-age=600", "public=x, max-age=600",
                  "x=y, max-age=600", "x y, max-age=600", "max-age=600; public", 'x="a, max-age=0", max-age=600',
                  "max-age=600, max-age=x"):  # fmt: skip
        steps, routes = twice(f"Cache-Control: {value}", LONG_AGO)
        yield scenario(f"http-cache/said-{slug(value)}", steps, routes)
