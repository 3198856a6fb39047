"""
The finer points of browsers' HTTP caches: what a page's own directives do, odd spellings, statuses, URLs that go along.
"""

from collections.abc import Iterator
from typing import Final

from tests.evidence.recorder.corpus.build import ORIGIN, get, route, scenario, slug, text
from tests.evidence.recorder.corpus.http_cache import ETAG, FRESH, LONG_AGO, whole
from tests.evidence.recorder.scenario import Answer, Route, Scenario, Step, Wait

OWN: Final = get(url="{app}/x")

# What the page asks for      what is stored, whether time passes
ASKED: Final[tuple[tuple[str, tuple[str, ...], bool, str], ...]] = (
    ("max-age-1", (FRESH,), True, "max-age=1"),
    ("max-age-600-of-aged", ("Cache-Control: max-age=3600", "Age: 1800"), False, "max-age=600"),
    ("max-stale", ("Cache-Control: max-age=1",), True, "max-stale=1000"),
    ("max-stale-bare", ("Cache-Control: max-age=1",), True, "max-stale"),
    ("min-fresh", (FRESH,), False, "min-fresh=2000"),
    ("min-fresh-enough", (FRESH,), False, "min-fresh=200"),
    ("only-if-cached", (FRESH,), False, "only-if-cached"),
)

GUESSED: Final = (200, 201, 202, 203, 204, 299, 300, 302, 307, 308, 403, 404, 405, 410, 414, 500, 501)

LINES: Final = (
    "Cache-Control: no-cache",
    "Cache-Control: NO-CACHE",
    "cache-control: Max-Age=600",
    "Cache-Control: ,max-age=600,",
    "Cache-Control: max-age=600;",
    "Cache-Control: max-age=600.5",
    "Cache-Control: max-age=+600",
    "Cache-Control:max-age=600 ",
    "Cache-Control: no-store=x, max-age=600",
    "Cache-Control: immutable",
)

VARY: Final = (
    ("Vary: X-A", "Vary: Accept"),
    ("Vary: accept,",),
    ("Vary:",),
    ("Vary: *, Accept",),
    ("Vary: User-Agent",),
    ("Vary: Referer",),
    ("Vary: Sec-Fetch-Mode",),
    ("Vary: Accept-Encoding",),
)

# What an image gets, and a page that asks whether it holds for it.
CONFIRMED: Final[tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]] = (
    ("bare", (), ()),
    ("granted", (), (ORIGIN,)),
    ("taken", (ORIGIN,), ()),
)

SPOILERS: Final = (("/y", "POST", 201), ("/y", "PUT", 200), ("{app}/y", "DELETE", 200), ("/y", "POST", 500))


def scenarios() -> Iterator[Scenario]:
    """
    Make the rest of the family `http-cache`.
    """
    yield from _requests()
    yield from _statuses()
    yield from _spoilers()
    yield from _spellings()
    yield from _forced()


def own(*answers: Answer, **more: str) -> Route:
    """
    Give the answers of the page's own server.
    """
    return route(*answers, origin="app", **more)


def _requests() -> Iterator[Scenario]:
    for label, lines, pause, asked in ASKED:
        then = get(url="{app}/x", headers=(("Cache-Control", asked),))
        steps: tuple[Step, ...] = (OWN, *((Wait(ms=2100),) if pause else ()), then)
        yield scenario(f"http-cache/asks-{label}", steps, [own(whole(*lines), whole(*lines, body="again"))])
    nothing = get(url="{app}/x", headers=(("Cache-Control", "only-if-cached"),))
    yield scenario("http-cache/asks-only-if-cached-first", nothing, [own(whole(FRESH))])


def _statuses() -> Iterator[Scenario]:
    for status in (202, 205, 299, 402, 406, 415, 429, 499, 502, 504, 599):
        answers = [whole(FRESH, status=status, reason="A"), whole(FRESH, status=status, reason="B", body="again")]
        yield scenario(f"http-cache/own-status-{status}", (OWN, OWN), [own(*answers)])
    said: tuple[tuple[str, tuple[str, ...]], ...] = (("alone", ()), ("public", ("Cache-Control: public",)))
    for status in GUESSED:
        moved = ("Location: {app}/y",) if status in (302, 307, 308) else ()
        for label, lines in said:
            answers = [
                whole(LONG_AGO, *lines, *moved, status=status, reason="A"),
                whole(LONG_AGO, *lines, *moved, status=status, reason="B", body="again"),
            ]
            routes = [own(*answers), own(whole(), path="/y")]
            yield scenario(f"http-cache/guessed-{status}-{label}", (OWN, OWN), routes)


def _spoilers() -> Iterator[Scenario]:
    other = get(url="{app}/y")
    for name in ("Location", "Content-Location"):
        for value, method, status in SPOILERS:
            changed = get(url="{app}/x", method=method, body=text("b"))
            routes = [
                own(whole(f"{name}: {value}", status=status)),
                own(whole(FRESH), whole(FRESH, body="again"), path="/y"),
            ]
            yield scenario(f"http-cache/spoils-{name}-{method}-{status}", (other, changed, other), routes)
    for method in ("FOO", "OPTIONS", "POST"):
        for status in (200, 404, 500):
            changed = get(url="{app}/x", method=method)
            routes = [
                own(whole(FRESH), whole(FRESH, body="again"), method="GET"),
                own(whole(status=status), method=method),
            ]
            yield scenario(f"http-cache/after-own-{method}-{status}", (OWN, changed, OWN), routes)


def _spellings() -> Iterator[Scenario]:
    kept = whole(FRESH, ETAG, "Vary: Accept"), whole(status=304, reason="Not Modified"), whole(FRESH, body="third")
    accepts = tuple(get(url="{app}/x", headers=(("Accept", value),)) for value in ("a/a", "b/b", "a/a"))
    yield scenario("http-cache/variants-with-etag", accepts, [own(*kept)])
    for label, first, confirming in CONFIRMED:
        answers = [whole(*first, FRESH, ETAG, "Vary: Origin"), whole(*confirming, status=304, reason="Not Modified")]
        steps = (get(mode="no-cors"), get(), get())
        yield scenario(f"http-cache/image-then-cors-with-etag-{label}", steps, [route(*answers)])
    for etag in ('W/"x"', "x", '""'):
        answers = [whole("Cache-Control: no-cache", f"ETag: {etag}"), whole(status=304, reason="Not Modified")]
        yield scenario(f"http-cache/etag-{slug(etag)}", (OWN, OWN), [own(*answers)])
    for line in LINES:
        answers = [whole(line), whole(line, body="again")]
        yield scenario(f"http-cache/line-{slug(line[13:])}", (OWN, OWN), [own(*answers)])
    elsewhere = get(url="{app}/x", mode="same-origin", referrer="")
    accepting = get(url="{app}/x", headers=(("Accept", "b/b"),))
    for lines in VARY:
        answers = [whole(FRESH, *lines), whole(FRESH, *lines, body="again")]
        name = f"http-cache/vary-{slug('+'.join(line[5:] for line in lines))}"
        yield scenario(name, (OWN, elsewhere, accepting), [own(*answers)])


def _forced() -> Iterator[Scenario]:
    """
    Make scenarios of what is stale, or could never be confirmed, and of what pages are not given.
    """
    said: tuple[tuple[str, tuple[str, ...]], ...] = (
        ("bare", ()),
        ("etag", (ETAG,)),
        ("no-cache", ("Cache-Control: no-cache", ETAG)),
        ("aged", (FRESH, "Age: 700")),
        ("aged-etag", (FRESH, "Age: 700", ETAG)),
        ("no-store", ("Cache-Control: no-store", ETAG)),
    )
    for status in (200, 204, 403, 404, 410, 500):
        for label, lines in said:
            answers = [whole(*lines, status=status), whole(FRESH, body="again")]
            steps = tuple(get(url="{app}/x", cache=cache) for cache in (None, "force-cache", "force-cache"))
            yield scenario(f"http-cache/forced-{status}-{label}", steps, [own(*answers)], transports=("sites",))
    # What pages are not given, since its type says what it is, to fetch().
    for kind in ("text/plain", "text/html", "application/json", "image/png"):
        for sniffing in ("sniffed", "nosniff"):
            more = ("X-Content-Type-Options: nosniff",) if sniffing == "nosniff" else ()
            for label, lines in (("fresh", (FRESH,)), ("etag", ("Cache-Control: no-cache", ETAG))):
                reply = Answer(headers=(f"Content-Type: {kind}", *more, *lines), body="hello")
                steps = tuple(get(url="{other}/x", mode="no-cors") for _ in range(2))
                name = f"http-cache/kept-away-{slug(kind)}-{sniffing}-{label}"
                yield scenario(name, steps, [route(reply, origin="other")], transports=("sites",))
