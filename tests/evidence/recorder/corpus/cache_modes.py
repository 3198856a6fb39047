"""
The request's cache mode, on the wire and with what the browser's HTTP cache keeps.
"""

from collections.abc import Iterator
from typing import Final

from tests.evidence.recorder.corpus.build import (
    ANY,
    CREDENTIALS,
    ORIGIN,
    TEXT,
    allow,
    answer,
    both,
    get,
    preflight,
    put,
    route,
    sampled,
    scenario,
    xhr,
)
from tests.evidence.recorder.scenario import Element, Scenario, Step

MODES: Final = (None, "default", "no-store", "reload", "no-cache", "force-cache")
FRESH: Final = "Cache-Control: max-age=600"


def scenarios() -> Iterator[Scenario]:
    """
    Make the families `cache-modes` and `http-cache`.
    """
    yield from sampled(_wire(), 4)
    yield from _kept()


def _wire() -> Iterator[Scenario]:
    for mode in MODES:
        yield scenario(f"cache-modes/get-{mode}", get(cache=mode), [route(allow())])
        yield scenario(f"cache-modes/own-{mode}", get(url="{app}/x", cache=mode), [route(allow(), origin="app")])
        pre = preflight("Access-Control-Allow-Methods: PUT", "Access-Control-Allow-Headers: *")
        yield scenario(f"cache-modes/put-{mode}", put(cache=mode), both(pre, allow()))
        yield scenario(f"cache-modes/no-cors-{mode}", get(cache=mode, mode="no-cors"), [route(allow())])
        for name, value in (
            ("If-None-Match", '"x"'),
            ("Cache-Control", "max-age=5"),
            ("Pragma", "x"),
            ("Range", "bytes=0-1"),
        ):
            asked = get(cache=mode, headers=((name, value),))
            yield scenario(f"cache-modes/{name}-{mode}", asked, both(pre, allow()))
    for name in ("If-Modified-Since", "If-Unmodified-Since", "If-Match", "If-Range"):
        asked = get(headers=((name, "x"),))
        yield scenario(f"cache-modes/{name}", asked, both(preflight("Access-Control-Allow-Headers: *"), allow()))


def _kept() -> Iterator[Scenario]:
    steps: tuple[Step, ...]
    kept = allow(FRESH, "ETag: x1")
    for one_mode in (None, "no-store", "reload", "force-cache"):
        for two_mode in (*MODES, "only-if-cached"):
            mode = "same-origin" if two_mode == "only-if-cached" else None
            steps = (get(url="{app}/x", cache=one_mode), get(url="{app}/x", cache=two_mode, mode=mode))
            name = f"http-cache/own-{one_mode}-{two_mode}"
            yield scenario(name, steps, [route(answer(TEXT, FRESH, 'ETag: "x"'), origin="app")])
    for label, lines in (
        ("fresh", (FRESH,)),
        ("etag", ('ETag: "x"',)),
        ("no-cache", ("Cache-Control: no-cache", 'ETag: "x"')),
        ("no-store", ("Cache-Control: no-store",)),
        ("stale", ("Cache-Control: max-age=0", 'ETag: "x"')),
        ("vary-origin", (FRESH, "Vary: Origin")),
        ("vary-star", (FRESH, "Vary: *")),
        ("nothing", ()),
    ):
        yield scenario(f"http-cache/cross-{label}", (get(), get()), [route(allow(*lines))])
        not_modified = answer(ORIGIN, *lines, status=304, reason="Not Modified", body="")
        yield scenario(f"http-cache/304-{label}", (get(), get()), [route(allow(*lines), not_modified)])
        bare = answer(*lines, status=304, reason="Not Modified", body="")
        yield scenario(f"http-cache/bare-304-{label}", (get(), get()), [route(allow(*lines), bare)])
    grants = (
        ("none", ()),
        ("star", (ANY,)),
        ("exact", (ORIGIN,)),
        ("other", ("Access-Control-Allow-Origin: {other}",)),
    )
    asked: tuple[tuple[str, Step], ...] = (
        ("cors", get()),
        ("no-cors", get(mode="no-cors")),
        ("include", get(credentials="include")),
        ("img", Element(tag="img", url="{api}/x")),
        ("xhr", xhr()),
    )
    for grant, lines in grants:
        for one, first in asked:
            for two, second in asked[:3]:
                shown = route(answer(*lines, TEXT, FRESH), answer(ORIGIN, CREDENTIALS, TEXT, FRESH))
                yield scenario(f"http-cache/{grant}-{one}-{two}", (first, second), [shown])
    steps = (get(), put(), get())
    pre = preflight("Access-Control-Allow-Methods: PUT")
    yield scenario("http-cache/put-invalidates", steps, both(pre, kept))
    moved = answer(ORIGIN, "Location: {api}/y", FRESH, status=301, reason="Moved")
    routes = [route(moved), route(allow(FRESH), path="/y")]
    yield scenario("http-cache/redirect", (get(), get()), routes)
