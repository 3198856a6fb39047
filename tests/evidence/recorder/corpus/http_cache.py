"""
What the browser's HTTP cache keeps of answers that state their length, as those of most servers do.

Answers without one (those of `cache_modes`) are whole to some browsers and never quite whole to others.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from tests.evidence.recorder.corpus.build import (
    ANY,
    CREDENTIALS,
    ORIGIN,
    TEXT,
    get,
    put,
    route,
    scenario,
    slug,
    text,
    xhr,
)
from tests.evidence.recorder.scenario import Answer, Cookie, Element, Fetch, Frame, Route, Scenario, Step, Wait

FRESH: Final = "Cache-Control: max-age=600"
ETAG: Final = 'ETag: "x"'
LONG_AGO: Final = "Last-Modified: Mon, 02 Jan 2006 15:04:05 GMT"
PREFLIGHT: Final = (
    "Access-Control-Allow-Methods: PUT, PATCH, DELETE",
    "Access-Control-Allow-Headers: x-a, if-none-match, authorization, range, cache-control",
)


GIF: Final = "GIF89a\1\0\1\0\x80\0\0\0\0\0\xff\xff\xff!\xf9\4\1\0\0\0\0,\0\0\0\0\1\0\1\0\0\2\1D\0;"


def whole(*lines: str, status: int = 200, reason: str = "OK", body: str = "hello") -> Answer:
    """
    Make an answer that states its length.
    """
    if status in (204, 304):
        return Answer(status=status, reason=reason, headers=lines, body="")
    stated = f"Content-Length: {len(body)}"
    return Answer(status=status, reason=reason, headers=(*lines, TEXT, stated), body=body)


def twice(*lines: str, then: Sequence[Answer] = (), **init: Any) -> tuple[tuple[Step, ...], list[Route]]:
    """
    Two equal fetches of an answer with *lines*, and what the server says *then*.
    """
    second = then or (whole(ORIGIN, *lines, body="again"),)
    return (get(**init), get(**init)), [route(whole(ORIGIN, *lines), *second)]


def scenarios() -> Iterator[Scenario]:
    """
    Make the rest of the family `http-cache`.
    """
    yield from _lifetimes()
    yield from _validation()
    yield from _grants()
    yield from _methods()
    yield from _modes()
    yield from _statuses()
    yield from _requests()
    yield from _pages()


def _lifetimes() -> Iterator[Scenario]:
    for label, lines in (
        ("max-age", (FRESH,)),
        ("max-age-quoted", ('Cache-Control: max-age="600"',)),
        ("max-age-malformed", ("Cache-Control: max-age=6x",)),
        ("max-age-twice", ("Cache-Control: max-age=0, max-age=600",)),
        ("max-age-twice-back", ("Cache-Control: max-age=600, max-age=0",)),
        ("max-age-0x", ("Cache-Control: max-age=0x600",)),
        ("max-age-blank", ("Cache-Control: max-age = 600",)),
        ("max-age-long", (f"Cache-Control: max-age={'9' * 30}",)),
        ("max-age-negative", ("Cache-Control: max-age=-600",)),
        ("last-modified-must-revalidate", ("Cache-Control: must-revalidate", LONG_AGO)),
        ("etag-vary-x", (FRESH, ETAG, "Vary: X-A")),
        ("max-age-and-lines", ("Cache-Control: public", FRESH)),
        ("s-maxage", ("Cache-Control: s-maxage=600",)),
        ("private", ("Cache-Control: private, max-age=600",)),
        ("immutable", ("Cache-Control: max-age=600, immutable", ETAG)),
        ("must-revalidate", ("Cache-Control: max-age=600, must-revalidate",)),
        ("no-cache-argument", ('Cache-Control: no-cache="set-cookie", max-age=600',)),
        ("no-store-and-max-age", ("Cache-Control: no-store, max-age=600", ETAG)),
        ("expires", ("Expires: Thu, 01 Jan 2099 00:00:00 GMT",)),
        ("expires-past", ("Expires: Thu, 01 Jan 2015 00:00:00 GMT", ETAG)),
        ("expires-0", ("Expires: 0", ETAG)),
        ("max-age-over-expires", (FRESH, "Expires: 0")),
        ("last-modified", (LONG_AGO,)),
        ("last-modified-and-etag", (LONG_AGO, ETAG)),
        ("age-within", (FRESH, "Age: 100")),
        ("age-beyond", (FRESH, "Age: 1000", ETAG)),
        ("date-beyond", (FRESH, "Date: Mon, 02 Jan 2006 15:04:05 GMT", ETAG)),
        ("pragma", ("Pragma: no-cache", FRESH)),
        ("pragma-alone", ("Pragma: no-cache", LONG_AGO)),
        ("stale-while-revalidate", ("Cache-Control: max-age=0, stale-while-revalidate=600", ETAG)),
        ("set-cookie", (FRESH, "Set-Cookie: a=b")),
        ("nothing", ()),
        ("vary-star", (FRESH, "Vary: *")),
        ("vary-cookie", (FRESH, "Vary: Cookie")),
        ("vary-x", (FRESH, "Vary: X-A")),
    ):
        yield scenario(f"http-cache/whole-{label}", *twice(*lines))
    steps, routes = twice("Cache-Control: max-age=1")
    yield scenario("http-cache/outlived", (steps[0], Wait(ms=2100), steps[1]), routes)
    steps, routes = twice("Cache-Control: max-age=1", ETAG)
    yield scenario("http-cache/outlived-etag", (steps[0], Wait(ms=2100), steps[1]), routes)
    steps, routes = twice("Cache-Control: max-age=1", ETAG, then=[whole(status=304, reason="Not Modified")])
    outlived = (steps[0], Wait(ms=2100), steps[1], steps[1])
    yield scenario("http-cache/outlived-etag-304-again", outlived, routes)
    fresher = whole(FRESH, status=304, reason="Not Modified")
    steps, routes = twice("Cache-Control: max-age=0", ETAG, then=[fresher])
    yield scenario("http-cache/304-freshens", (*steps, steps[1]), routes)
    steps, routes = twice("Cache-Control: max-age=0, stale-while-revalidate=600", ETAG)
    yield scenario("http-cache/stale-while-revalidate-again", (*steps, Wait(ms=300), steps[1]), routes)


def _validation() -> Iterator[Scenario]:
    stale = "Cache-Control: no-cache"
    validators: tuple[tuple[str, tuple[str, ...]], ...] = (
        ("etag", (ETAG,)),
        ("last-modified", (LONG_AGO,)),
        ("both", (ETAG, LONG_AGO)),
        ("none", ()),
    )
    for label, lines in validators:
        for label_of_second, second in (
            ("200", whole(ORIGIN, stale, *lines, body="again")),
            ("304", whole(ORIGIN, status=304, reason="Not Modified")),
            ("304-bare", whole(status=304, reason="Not Modified")),
            ("304-other", whole("Access-Control-Allow-Origin: {other}", status=304, reason="Not Modified")),
            ("304-more", whole("X-New: y", "Access-Control-Expose-Headers: X-New", status=304, reason="Not Modified")),
            ("500", whole(ORIGIN, status=500, reason="Oh", body="oh")),
            ("200-bare", whole(body="again")),
        ):
            steps, routes = twice(stale, *lines, then=[second])
            yield scenario(f"http-cache/validated-{label}-{label_of_second}", (*steps, steps[1]), routes)
    grants: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
        ("bare-then-granted", (), (ORIGIN,)),
        ("other-then-granted", ("Access-Control-Allow-Origin: {other}",), (ORIGIN,)),
        ("bare-then-bare", (), ()),
    )
    for label, granted, confirmed in grants:
        answers = whole(*granted, stale, ETAG), whole(*confirmed, status=304, reason="Not Modified")
        both_cors = (get(mode="no-cors"), get(), get())
        yield scenario(f"http-cache/no-cors-{label}", both_cors, [route(*answers)])
    for name, value in (("If-None-Match", '"x"'), ("If-None-Match", '"y"'), ("If-Modified-Since", LONG_AGO[15:])):
        for label, lines in (("fresh", (FRESH, ETAG, LONG_AGO)), ("nothing", ())):
            allowed = f"Access-Control-Allow-Headers: {name}"
            routes = [
                route(whole(ORIGIN, allowed, status=204), method="OPTIONS"),
                route(whole(ORIGIN, *lines), whole(ORIGIN, status=304, reason="Not Modified"), method="GET"),
            ]
            asked = get(headers=((name, value),))
            yield scenario(f"http-cache/page-asks-{name}-{value[1:2]}-{label}", (get(), asked, get()), routes)


def _grants() -> Iterator[Scenario]:
    grants = (
        ("none", ()),
        ("star", (ANY,)),
        ("exact", (ORIGIN,)),
        ("other", ("Access-Control-Allow-Origin: {other}",)),
        ("both", (ORIGIN, CREDENTIALS)),
    )
    asked: tuple[tuple[str, Step], ...] = (
        ("cors", get()),
        ("no-cors", get(mode="no-cors")),
        ("include", get(credentials="include")),
        ("omit", get(credentials="omit")),
        ("xhr", xhr()),
        ("xhr-include", xhr(credentials=True)),
        ("img", Element(tag="img", url="{api}/x")),
        ("img-anonymous", Element(tag="img", url="{api}/x", crossorigin="anonymous")),
    )
    second = whole(ORIGIN, CREDENTIALS, FRESH, body="again")
    for grant, lines in grants:
        for one, first in asked:
            for two, then in asked[:3]:
                routes = [route(whole(*lines, FRESH), second)]
                yield scenario(f"http-cache/whole-{grant}-{one}-{two}", (first, then), routes)
        for one, first in asked[:6]:
            later = (first, Wait(ms=300), first)
            routes = [route(whole(*lines, FRESH), second)]
            yield scenario(f"http-cache/later-{grant}-{one}", later, routes)
    for label, element in (
        ("img", Element(tag="img", url="{api}/x")),
        ("img-anonymous", Element(tag="img", url="{api}/x", crossorigin="anonymous")),
        ("img-include", Element(tag="img", url="{api}/x", crossorigin="use-credentials")),
    ):
        for grant, lines in (("none", ()), ("both", (ORIGIN, CREDENTIALS))):
            for two, then in asked[:3]:
                shown = Answer(
                    headers=(*lines, FRESH, "Content-Type: image/gif", f"Content-Length: {len(GIF)}"), body=GIF
                )
                yield scenario(f"http-cache/gif-{grant}-{label}-{two}", (element, then), [route(shown, second)])
    refused = whole(ORIGIN, FRESH, "Cross-Origin-Resource-Policy: same-origin")
    yield scenario("http-cache/refused-by-corp", (get(mode="no-cors"), get()), [route(refused, second)])
    for grant, lines in (("none", ()), ("exact", (ORIGIN,))):
        routes = [route(whole(*lines, FRESH, "Vary: Origin"), second)]
        yield scenario(f"http-cache/whole-{grant}-vary-origin", (get(mode="no-cors"), get()), routes)
        yield scenario(f"http-cache/whole-{grant}-vary-origin-back", (get(), get(mode="no-cors")), routes)


def _methods() -> Iterator[Scenario]:
    preflight = whole(ORIGIN, *PREFLIGHT, status=204)
    for method in ("HEAD", "POST", "PUT", "PATCH", "DELETE"):
        for body in (None, text("b")):
            if body is not None and method == "HEAD":
                continue
            for status in (200, 204, 302, 404, 500):
                if status != 200 and method in ("HEAD", "PATCH"):
                    continue
                moved = ("Location: {api}/y",) if status == 302 else ()
                routes = [
                    route(preflight, method="OPTIONS"),
                    route(whole(ORIGIN, FRESH), whole(ORIGIN, FRESH, body="again"), method="GET"),
                    route(whole(ORIGIN, FRESH, *moved, status=status), method=method),
                    route(preflight, method="OPTIONS", path="/y"),
                    route(whole(ORIGIN), path="/y"),
                ]
                steps = (get(), get(method=method, body=body), get())
                name = f"http-cache/after-{method}-{'bodiless' if body is None else 'body'}-{status}"
                yield scenario(name, steps, routes)
    for method, body in (("POST", text("b")), ("PUT", text("b")), ("PUT", None), ("DELETE", None)):
        label = f"{method}-{'bodiless' if body is None else 'body'}"
        again = whole(ORIGIN, CREDENTIALS, FRESH, body="again")
        routes = [
            route(whole(ORIGIN, CREDENTIALS, *PREFLIGHT, status=204), method="OPTIONS"),
            route(whole(ORIGIN, CREDENTIALS, FRESH), again, method="GET"),
            route(whole(ORIGIN, CREDENTIALS), method=method),
        ]
        included = get(credentials="include")
        asked = get(method=method, body=body, credentials="include")
        yield scenario(f"http-cache/after-include-{label}", (included, asked, included), routes)
        owned = get(url="{app}/x")
        routes = [
            route(whole(FRESH), whole(FRESH, body="again"), method="GET", origin="app"),
            route(whole(), method=method, origin="app"),
        ]
        asked = get(url="{app}/x", method=method, body=body)
        yield scenario(f"http-cache/after-own-{label}", (owned, asked, owned), routes)
    routes = [route(whole(ORIGIN, FRESH, body=""), method="HEAD")]
    yield scenario("http-cache/head-twice", (get(method="HEAD"), get(method="HEAD")), routes)
    routes = [route(whole(ORIGIN, FRESH), method="GET"), route(whole(ORIGIN, FRESH, body=""), method="HEAD")]
    yield scenario("http-cache/head-then-get", (get(method="HEAD"), get(), get(method="HEAD")), routes)
    posted = [route(whole(ORIGIN, FRESH), whole(ORIGIN, FRESH, body="again"))]
    yield scenario("http-cache/post-twice", (get(method="POST"), get(method="POST"), get()), posted)


def _modes() -> Iterator[Scenario]:
    stale = "Cache-Control: max-age=0"
    for label, lines in (("fresh", (FRESH,)), ("fresh-etag", (FRESH, ETAG)), ("nothing", ()),
                         ("stale", (stale,)), ("etag", (ETAG,)),
                         ("no-cache", ("Cache-Control: no-cache", ETAG)), ("no-store", ("Cache-Control: no-store",)),
                         ("must", ("Cache-Control: max-age=0, must-revalidate", ETAG))):  # fmt: skip
        for mode in ("no-store", "reload", "no-cache", "force-cache", "only-if-cached"):
            own = "same-origin" if mode == "only-if-cached" else None
            url = "{app}/x"
            steps: tuple[Step, ...] = (get(url=url), get(url=url, cache=mode, mode=own), get(url=url))
            answers = [whole(*lines), whole(*lines, body="again")]
            yield scenario(f"http-cache/mode-{label}-{mode}", steps, [route(*answers, origin="app")])
    for mode in ("no-cache", "reload", "no-store", "force-cache"):
        steps, routes = twice(FRESH, ETAG, then=[whole(ORIGIN, status=304, reason="Not Modified")])
        yield scenario(f"http-cache/cross-mode-{mode}", (steps[0], get(cache=mode), steps[1]), routes)


def _statuses() -> Iterator[Scenario]:
    for status in (201, 203, 204, 300, 400, 403, 404, 405, 410, 414, 418, 500, 501, 503):
        answers = [
            whole(ORIGIN, FRESH, status=status, reason="A"),
            whole(ORIGIN, FRESH, status=status, reason="B"),
        ]
        yield scenario(f"http-cache/status-{status}", (get(), get()), [route(*answers)])
    for status in (301, 302, 303, 307, 308):
        for label, lines in (("fresh", (FRESH,)), ("nothing", ())):
            moved = whole(ORIGIN, "Location: {api}/y", *lines, status=status)
            routes = [route(moved), route(whole(ORIGIN), path="/y")]
            yield scenario(f"http-cache/redirect-{status}-{label}", (get(), get()), routes)
    for status in (301, 404):
        moved = whole(ORIGIN, LONG_AGO, "Location: {api}/y", status=status)
        routes = [route(moved), route(whole(ORIGIN), path="/y")]
        yield scenario(f"http-cache/status-{status}-last-modified", (get(), get()), routes)
    target = get(url="{api}/y")
    routes = [route(whole(ORIGIN, "Location: {api}/y", FRESH, status=301)), route(whole(ORIGIN, FRESH), path="/y")]
    yield scenario("http-cache/redirect-then-target", (get(), target, target), routes)
    yield scenario("http-cache/target-then-redirect", (target, get(), get()), routes)
    routes = [route(whole(ORIGIN, "Location: {api}/y", status=302)), route(whole(ORIGIN, FRESH), path="/y")]
    yield scenario("http-cache/target-then-other-redirect", (target, get(), get()), routes)
    moved = whole(ORIGIN, "Location: {other}/y", FRESH, status=301)
    routes = [route(moved), route(whole(ANY, FRESH), path="/y", origin="other")]
    yield scenario("http-cache/redirect-away", (get(), get()), routes)
    bare = whole("Location: {api}/y", FRESH, status=301)
    routes = [route(bare, whole(ORIGIN, FRESH)), route(whole(ORIGIN, FRESH), path="/y")]
    yield scenario("http-cache/redirect-refused", (get(), get()), routes)
    yield scenario("http-cache/redirect-no-cors-then-cors", (get(mode="no-cors"), get()), routes)


def _requests() -> Iterator[Scenario]:
    def asked(lines: Sequence[str]) -> list[Route]:
        return [
            route(whole(ORIGIN, *PREFLIGHT, status=204), method="OPTIONS"),
            route(whole(ORIGIN, *lines), whole(ORIGIN, *lines, body="again"), method="GET"),
        ]

    for name, value in (("X-A", "1"), ("Authorization", "Basic eDp4"), ("Range", "bytes=0-2"), ("Accept", "a/b"),
                        ("Cache-Control", "no-cache"), ("Cache-Control", "max-age=0"),
                        ("Cache-Control", "no-store")):  # fmt: skip
        other = get(headers=((name, value),))
        for label, lines in (("fresh", (FRESH,)), ("vary", (FRESH, f"Vary: {name}"))):
            yield scenario(f"http-cache/with-{name}-{slug(value[:8])}-{label}", (other, other, get()), asked(lines))
            yield scenario(f"http-cache/then-{name}-{slug(value[:8])}-{label}", (get(), other, get()), asked(lines))
    differing = (
        get(headers=(("Accept", "a/a"),)),
        get(headers=(("Accept", "b/b"),)),
        get(headers=(("Accept", "a/a"),)),
    )
    yield scenario("http-cache/variants", differing, asked((FRESH, "Vary: Accept")))
    yield scenario("http-cache/query", (get(), get(url="{api}/x?"), get(url="{api}/x#y")), asked((FRESH,)))
    cookies = (Cookie(origin="app", line="k=v"),)
    for label, lines in (("fresh", (FRESH,)), ("vary", (FRESH, "Vary: Cookie"))):
        granted = [
            route(whole(*lines), whole(*lines, body="again"), origin="app"),
            route(whole("Set-Cookie: l=v"), origin="app", path="/y"),
        ]
        steps = (
            get(url="{app}/x"), get(url="{app}/x", credentials="omit"), get(url="{app}/y"), get(url="{app}/x")
        )  # fmt: skip
        yield scenario(f"http-cache/cookies-{label}", steps, granted, cookies=cookies)
    setting = [route(whole("Set-Cookie: a=1", FRESH), whole("Set-Cookie: a=2", FRESH, body="again"), origin="app"),
               route(whole(FRESH), origin="app", path="/y")]  # fmt: skip
    own: tuple[Step, ...] = (get(url="{app}/x"), get(url="{app}/x"), get(url="{app}/y"))
    yield scenario("http-cache/own-set-cookie", own, setting)
    own = (get(url="{app}/x", credentials="omit"), get(url="{app}/x"), get(url="{app}/x", credentials="omit"))
    yield scenario("http-cache/own-credentials", own, [route(whole(FRESH), whole(FRESH, body="again"), origin="app")])


def _pages() -> Iterator[Scenario]:
    for grant, lines in (("star", (ANY,)), ("exact", (ORIGIN,)), ("vary", (ORIGIN, "Vary: Origin"))):
        second = whole("Access-Control-Allow-Origin: null", FRESH, body="again")
        for sandbox in ("allow-scripts", "allow-scripts allow-same-origin"):
            label = f"{grant}-{'same' if 'same' in sandbox else 'opaque'}"
            frame = Frame(steps=(Fetch(url="{api}/x"), Fetch(url="{api}/x")), sandbox=sandbox)
            yield scenario(f"http-cache/frame-{label}", (get(), frame), [route(whole(*lines, FRESH), second)])
            yield scenario(f"http-cache/frame-first-{label}", (frame, get()), [route(whole(*lines, FRESH), second)])
    preflighted = [
        route(whole(ORIGIN, *PREFLIGHT, "Access-Control-Max-Age: 0", status=204), method="OPTIONS"),
        route(whole(ORIGIN, FRESH), whole(ORIGIN, FRESH, body="again"), method="GET"),
    ]
    asked = get(headers=(("X-A", "1"),))
    yield scenario("http-cache/preflighted", (asked, asked, get()), preflighted)
    cacheable = [
        route(whole(ORIGIN, *PREFLIGHT, FRESH, status=204), method="OPTIONS"),
        route(whole(ORIGIN), method="PUT"),
    ]
    yield scenario("http-cache/preflight-is-not-kept", (put(), put(cache="reload")), cacheable)
