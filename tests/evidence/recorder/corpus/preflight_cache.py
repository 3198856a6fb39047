"""
The preflight cache: what is remembered, for how long, what it is reused for, and what makes it forget.
"""

from collections.abc import Iterator, Sequence
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
    slug,
    text,
    xhr,
)
from tests.evidence.recorder.scenario import Answer, Frame, Route, Scenario, Step, Together, Wait

AGE: Final = "Access-Control-Max-Age"
LONG: Final = f"{AGE}: 600"
PUT: Final = "Access-Control-Allow-Methods: PUT"

AGES: Final = (
    *("600", "0", "1", "5", "-1", "-0", "+600", "600.5", "abc", "", " 600 ", "600s", "600, 0", "0, 600", "600,600"),
    *("600;x", '"600"', "0x258"),
    *("6e2", "00600", "600 0", "\t600", "86400", "99999999999", "9223372036854775807", "9223372036854775808"),
    *("1" + "0" * 29, "-600"),
    *("true", "null", "*", "600\x0b", "600\xa0", "Infinity", "1/2", "6_0", "\xb2", "--1", "- 1", "+", "-", "+-1"),
    *("1 day",),
)


def _answers(*lines: str) -> tuple[Route, ...]:
    return both(preflight(*lines), allow())


def scenarios() -> Iterator[Scenario]:
    """
    Make the families `max-age`, `max-age-time`, `preflight-cache`, `preflight-cache-keys`, `preflight-cache-forgets`.
    """
    yield from sampled(_ages(), 15)
    yield from _times()
    yield from sampled(_reuse(), 10)
    yield from _keys()
    yield from _forgets()


def _ages() -> Iterator[Scenario]:
    for number, value in enumerate(AGES):
        name = f"max-age/{number:02}-{slug(value)}"
        yield scenario(name, (put(), put()), _answers(PUT, f"{AGE}: {value}"))
    for label, lines in (
        ("missing", ()),
        ("two-same", (LONG, LONG)),
        ("two", (LONG, f"{AGE}: 0")),
        ("two-reversed", (f"{AGE}: 0", LONG)),
        ("lower", (LONG.lower(),)),
        ("space-colon", (f"{AGE} : 600",)),
    ):
        yield scenario(f"max-age/{label}", (put(), put()), _answers(PUT, *lines))


def _times() -> Iterator[Scenario]:
    """
    Many values side by side, each on a path of its own, since waiting takes time.
    """
    for part in range(0, len(AGES), 11):
        values = AGES[part : part + 11]
        routes = [
            each
            for number, value in enumerate(values)
            for each in both(preflight(PUT, f"{AGE}: {value}"), allow(), path=f"/{number}")
        ]
        asked = [put(url=f"{{api}}/{number}") for number in range(len(values))]
        yield scenario(f"max-age-time/after-5.6-{part:02}", [*asked, Wait(ms=5600), *asked], routes)
    kinds = (
        ("default", ()),
        ("3", (f"{AGE}: 3",)),
        ("4", (f"{AGE}: 4",)),
        ("5", (f"{AGE}: 5",)),
        ("600", (LONG,)),
        ("1", (f"{AGE}: 1",)),
    )
    routes = [each for label, lines in kinds for each in both(preflight(PUT, *lines), allow(), path=f"/{label}")]
    asked = [put(url=f"{{api}}/{label}") for label, _ in kinds]
    yield scenario("max-age-time/default-2-and-5.6", [*asked, Wait(ms=2000), *asked, Wait(ms=3600), *asked], routes)
    # Does being reused make an entry last longer?
    paths = ("a", "b")
    routes = [each for label in paths for each in both(preflight(PUT), allow(), path=f"/{label}")]
    yield scenario(
        "max-age-time/reuse-does-not-renew",
        [
            put(url="{api}/a"),
            put(url="{api}/b"),
            Wait(ms=3500),
            put(url="{api}/a"),
            Wait(ms=2200),
            put(url="{api}/a"),
            put(url="{api}/b"),
        ],
        routes,
    )


def _with(*names: str, **init: object) -> Step:
    return get(headers=tuple((name, "1") for name in names), **init)


def _reuse() -> Iterator[Scenario]:
    """
    One preflight's answer, and what is asked after it.
    """
    steps: Sequence[Step]
    named = (
        LONG,
        "Access-Control-Allow-Methods: PUT, DELETE, foo",
        "Access-Control-Allow-Headers: x-a, X-B, content-type",
    )
    stars = (LONG, "Access-Control-Allow-Methods: *", "Access-Control-Allow-Headers: *")
    sequences: tuple[tuple[str, Sequence[Step]], ...] = (
        ("same", (put(), put())),
        ("other-method", (put(), get(method="DELETE"))),
        ("listed-case", (put(), get(method="foo"))),
        ("wrong-case", (put(), get(method="FOO"))),
        ("unlisted-method", (put(), get(method="PATCH"))),
        ("header-after-method", (put(), _with("X-A"))),
        ("method-after-header", (_with("X-A"), put())),
        ("both-after-method", (put(), _with("X-A", method="PUT"))),
        ("other-header", (_with("X-A"), _with("x-b"))),
        ("header-case", (_with("X-A"), _with("x-a"))),
        ("two-headers", (_with("X-A"), _with("X-B", "X-A"))),
        ("unlisted-header", (_with("X-A"), _with("X-C"))),
        ("safe-after", (put(), get())),
        ("get-head", (_with("X-A"), _with("X-A", method="HEAD"))),
        ("get-post", (_with("X-A"), _with("X-A", method="POST"))),
        ("head-get", (_with("X-A", method="HEAD"), _with("X-A"))),
        ("json-again", (get(method="POST", body=text("{}"), headers=(("Content-Type", "application/json"),)),) * 2),
        ("upload-after", (put(), xhr(method="POST", upload=True, body=text("x")))),
        ("upload-twice", (xhr(method="POST", upload=True, body=text("x")),) * 2),
        ("xhr-after-fetch", (put(), xhr(method="PUT"))),
        ("authorization", (_with("X-A"), _with("Authorization"))),
        ("authorization-twice", (_with("Authorization"), _with("Authorization"))),
        ("three", (put(), put(), get(method="DELETE"))),
    )
    for label, steps in sequences:
        for list_label, lines in (("named", named), ("stars", stars)):
            yield scenario(f"preflight-cache/{list_label}-{label}", steps, _answers(*lines))
    for first in ("omit", "same-origin", "include"):
        for second in ("omit", "same-origin", "include"):
            steps = (put(credentials=first), put(credentials=second))
            routes = both(preflight(CREDENTIALS, PUT, LONG), allow(CREDENTIALS))
            yield scenario(f"preflight-cache/credentials-{first}-{second}", steps, routes)
    steps = (put(credentials="omit"), put(credentials="include"))
    for label, origin_line in (("star", ANY), ("exact", ORIGIN)):
        for flag_label, flag in (("true", (CREDENTIALS,)), ("none", ())):
            pre = answer(origin_line, *flag, PUT, LONG, status=204, body="")
            routes = both(pre, allow(CREDENTIALS))
            yield scenario(f"preflight-cache/omit-include-{label}-{flag_label}", steps, routes)
            pre = answer(origin_line, *flag, "Access-Control-Allow-Methods: *", LONG, status=204, body="")
            routes = both(pre, allow(CREDENTIALS))
            yield scenario(f"preflight-cache/omit-include-wild-{label}-{flag_label}", steps, routes)
    for one in (None, "no-store", "reload", "no-cache", "force-cache", "default"):
        for two in (None, "no-store", "reload", "no-cache", "force-cache"):
            if one in (None, "no-store", "reload", "no-cache") or two is None:
                steps = (put(cache=one), put(cache=two), put())
                yield scenario(f"preflight-cache/mode-{one}-{two}", steps, _answers(PUT, LONG))


def _keys() -> Iterator[Scenario]:
    steps: Sequence[Step]
    pairs = (
        ("fragment", "{api}/x", "{api}/x#f"),
        ("query", "{api}/x", "{api}/x?q"),
        ("empty-query", "{api}/x", "{api}/x?"),
        ("other-query", "{api}/x?a", "{api}/x?b"),
        ("path", "{api}/x", "{api}/y"),
        ("path-case", "{api}/x", "{api}/X"),
        ("slash", "{api}/x", "{api}/x/"),
        ("escape", "{api}/x", "{api}/%78"),
        ("dots", "{api}/x", "{api}/a/../x"),
        ("host", "{api}/x", "{other}/x"),
        ("user", "{api}/x", "http://u:p@{api.authority}/x"),
    )
    for label, first, second in pairs:
        routes = [
            route(preflight(PUT, LONG) if method == "OPTIONS" else allow(), origin=place, path=path, method=method)
            for place in ("api", "other")
            for path in ("/x", "/y", "/X", "/x/", "/%78")
            for method in ("OPTIONS", "*")
        ]
        steps = (put(url=first), put(url=second), put(url=first))
        yield scenario(f"preflight-cache-keys/{label}", steps, routes)
    frame = Frame(steps=(put(), put()))
    star = both(answer(ANY, PUT, LONG, status=204, body=""), answer(ANY, TEXT))
    yield scenario("preflight-cache-keys/page-then-sandbox", (put(), frame), star)
    yield scenario("preflight-cache-keys/sandbox-then-page", (frame, put()), star)
    yield scenario("preflight-cache-keys/two-sandboxes", (frame, frame), star)
    inner = Frame(steps=(put(), put()), sandbox=None)
    yield scenario("preflight-cache-keys/page-then-frame", (put(), inner), star)
    foreign = Frame(steps=(put(), put()), sandbox=None, source="{other}/.recorder/frame")
    yield scenario("preflight-cache-keys/page-then-foreign-frame", (put(), foreign, put()), star)
    for count in (2, 3):
        steps = (Together(steps=tuple(put() for _ in range(count))), put())
        yield scenario(f"preflight-cache-keys/together-{count}", steps, _answers(PUT, LONG))
    mixed = (Together(steps=(put(), get(method="DELETE"))), put(), get(method="DELETE"))
    lists = "Access-Control-Allow-Methods: PUT, DELETE"
    yield scenario("preflight-cache-keys/together-methods", mixed, _answers(lists, LONG))
    # A redirect asks for the second URL; its preflight is remembered for that URL.
    moved = Answer(status=307, reason="Moved", headers=(ANY, "Location: {api}/y"))
    after = [
        *both(answer(ANY, PUT, LONG, status=204, body=""), moved),
        *both(answer(ANY, PUT, LONG, status=204, body=""), answer(ANY, TEXT), path="/y"),
    ]
    yield scenario("preflight-cache-keys/redirect-then-target", (put(), put(url="{api}/y"), put()), after)
    yield scenario("preflight-cache-keys/target-then-redirect", (put(url="{api}/y"), put(), put()), after)
    # Whose the answer is if the redirect made the origin opaque: the page's, that of all such requests, or a frame's.
    moved = Answer(status=307, reason="Moved", headers=(ANY, "Location: {other}/y"))
    away = [
        *both(answer(ANY, PUT, status=204, body=""), moved),
        *both(answer(ANY, PUT, LONG, status=204, body=""), answer(ANY, TEXT), origin="other", path="/y"),
    ]
    tainted, direct = put(), put(url="{other}/y")
    yield scenario("preflight-cache-keys/tainted-then-page", (tainted, direct), away)
    yield scenario("preflight-cache-keys/page-then-tainted", (direct, tainted), away)
    yield scenario("preflight-cache-keys/tainted-then-tainted", (tainted, tainted), away)
    yield scenario("preflight-cache-keys/tainted-then-sandbox", (tainted, Frame(steps=(direct,))), away)
    # How long the URL of an entry may be.
    for length in (1000, 1100):
        path = "/" + "x" * length
        steps = (put(url="{api}" + path),) * 2
        yield scenario(f"preflight-cache-keys/url-of-{length}", steps, both(preflight(PUT, LONG), allow(), path=path))


def _forgets() -> Iterator[Scenario]:
    """
    Ask what the cache knows after a second preflight for the same URL, or after a failure.
    """
    steps: Sequence[Step]
    first = preflight("Access-Control-Allow-Methods: PUT", "Access-Control-Allow-Headers: x-a", LONG)
    seconds: tuple[tuple[str, Answer], ...] = (
        ("delete", preflight("Access-Control-Allow-Methods: DELETE", LONG)),
        ("delete-0", preflight("Access-Control-Allow-Methods: DELETE", f"{AGE}: 0")),
        ("both-0", preflight("Access-Control-Allow-Methods: DELETE, PUT", f"{AGE}: 0")),
        ("default", preflight("Access-Control-Allow-Methods: DELETE")),
        ("refused", preflight("Access-Control-Allow-Methods: GET", LONG)),
        ("origin-missing", answer("Access-Control-Allow-Methods: DELETE", LONG, status=204, body="")),
        ("status-500", preflight("Access-Control-Allow-Methods: DELETE", LONG, status=500, reason="X")),
        ("break", Answer(action="break")),
        ("malformed", preflight("Access-Control-Allow-Methods: a b", LONG)),
        ("headers", preflight("Access-Control-Allow-Methods: DELETE", "Access-Control-Allow-Headers: x-b", LONG)),
        ("negative", preflight("Access-Control-Allow-Methods: DELETE", f"{AGE}: -1")),
        ("garbage", preflight("Access-Control-Allow-Methods: DELETE", f"{AGE}: x")),
        ("star", preflight("Access-Control-Allow-Methods: *", LONG)),
    )
    for label, second in seconds:
        routes = [route(first, second, first, method="OPTIONS"), route(allow())]
        steps = (put(), get(method="DELETE", timeout=1500), put(), get(method="DELETE", timeout=1500), _with("X-A"))
        yield scenario(f"preflight-cache-forgets/second-{label}", steps, routes)
    failures: tuple[tuple[str, Answer], ...] = (
        ("no-origin", answer(TEXT)),
        ("wrong-origin", answer("Access-Control-Allow-Origin: {other}", TEXT)),
        ("break", Answer(action="break")),
        ("status-500", allow(status=500, reason="X")),
        ("status-405", allow(status=405, reason="X")),
        ("hidden-405", answer(TEXT, status=405, reason="X")),
        ("redirect", Answer(status=302, reason="X", headers=(ORIGIN, "Location: {api}/nothing"))),
        ("redirect-bad", Answer(status=302, reason="X", headers=(ORIGIN, "Location: foo:bar"))),
        ("two-origins", answer(ORIGIN, ORIGIN, TEXT)),
        ("401", allow(status=401, reason="X")),
    )
    for label, failure in failures:
        routes = [route(preflight(PUT, LONG), method="OPTIONS"), route(allow(), failure, allow())]
        steps = (put(), put(timeout=1500), put())
        yield scenario(f"preflight-cache-forgets/actual-{label}", steps, routes)
    # A request without a preflight fails at the same URL.
    routes = [route(preflight(PUT, LONG), method="OPTIONS"), route(allow(), answer(TEXT), allow())]
    yield scenario("preflight-cache-forgets/simple-fails", (put(), get(), put()), routes)
    pre = preflight(CREDENTIALS, PUT, LONG)
    routes = [route(pre, method="OPTIONS"), route(allow(CREDENTIALS), allow(), allow(CREDENTIALS))]
    steps = (put(credentials="include"), put(credentials="include"), put(credentials="include"))
    yield scenario("preflight-cache-forgets/credentials-fail", steps, routes)
