"""
HTTP Strict Transport Security: which answers are remembered, for which hosts, and what becomes of http requests.
"""

from collections.abc import Iterator
from typing import Final

from tests.evidence.recorder.corpus.build import (
    ANY,
    CREDENTIALS,
    allow,
    both,
    get,
    preflight,
    put,
    route,
    scenario,
    slug,
    xhr,
)
from tests.evidence.recorder.scenario import Answer, Cookie, Route, Scenario, Step, Wait

PLAIN: Final = ("plain",)
TLS: Final = ("tls",)

HEADERS: Final = (
    *("max-age=600", "max-age=600; includeSubDomains", "MAX-AGE=600", 'max-age="600"', "max-age = 600"),
    *(
        "max-age=600;",
        ";max-age=600",
        "max-age=600; preload",
        "max-age=600; unknown=1",
        "max-age=600 includeSubDomains",
    ),
    *("max-age=600; max-age=600", "max-age=600; max-age=0", "max-age=0", "max-age=-1", "max-age=+600", "max-age=6e2"),
    *("max-age=600.5", "max-age", "max-age=", "includeSubDomains", "", "600", "max-age=99999999999999999999"),
    *(
        "max-age=600, max-age=0",
        "max-age=600; includeSubDomains=1",
        "max-age=600; includeSubDomains; includeSubDomains",
    ),
    *("max-age='600'", "max-age=\t600", "max-age=600,", 'max-age="600', "max-age=600; =1"),
)


def remember(value: str, *more: str) -> Answer:
    """
    Make an answer that the page may read, with a `Strict-Transport-Security` header.
    """
    return allow(f"Strict-Transport-Security: {value}", *more)


def scenarios() -> Iterator[Scenario]:
    """
    Make the families `hsts-header` and `hsts`.
    """
    pre = preflight("Access-Control-Allow-Methods: *", CREDENTIALS)

    def served(*places: str) -> list[Route]:
        return [each for place in places for each in both(pre, allow(CREDENTIALS), origin=place)]

    everywhere = served("api", "apisecure", "app", "appsecure", "other", "othersecure")
    learn = get(url="{apisecure}/sts")

    def learnt(
        *steps: Step, routes: list[Route] = everywhere, value: str = "max-age=600"
    ) -> tuple[list[Step], list[Route]]:
        return [learn, *steps], [route(remember(value), origin="apisecure", path="/sts"), *routes]

    for number, value in enumerate(HEADERS):
        steps, routes = learnt(get(), value=value)
        yield scenario(f"hsts-header/{number:02}-{slug(value)}", steps, routes, transports=PLAIN)
    for name, lines in (
        ("two-first-counts", ("max-age=600", "max-age=0")),
        ("two-second-off", ("max-age=0", "max-age=600")),
        ("two-first-bad", ("bad", "max-age=600")),
    ):
        shown = remember(lines[0], f"Strict-Transport-Security: {lines[1]}")
        routes = [route(shown, origin="apisecure", path="/sts"), *everywhere]
        yield scenario(f"hsts-header/{name}", [learn, get()], routes, transports=PLAIN)

    asked: tuple[tuple[str, Step], ...] = (
        ("get", get()),
        ("put", put()),
        ("xhr", xhr()),
        ("xhr-put", xhr(method="PUT")),
        ("no-cors", get(mode="no-cors")),
        ("include", get(credentials="include")),
        ("include-put", put(credentials="include")),
        ("manual", get(redirect="manual")),
        ("error", get(redirect="error")),
        ("header", get(headers=(("X-A", "1"),))),
        ("post", get(method="POST")),
        ("sibling", get(url="{app}/x")),
        ("elsewhere", get(url="{other}/x")),
        ("secure", get(url="{apisecure}/x")),
    )
    jar = (Cookie(origin="api", line="c=1; Path=/"), Cookie(origin="apisecure", line="s=1; Path=/; Secure"))
    for name, step in asked:
        steps, routes = learnt(step)
        cookies = jar if name.startswith("include") else ()
        yield scenario(f"hsts/{name}", steps, routes, cookies=cookies, transports=PLAIN)

    # Whose answers are remembered.
    for name, first, routes in (
        ("over-http", get(url="{api}/sts"), [route(remember("max-age=600"), path="/sts")]),
        (
            "no-cors",
            get(url="{apisecure}/sts", mode="no-cors"),
            [route(remember("max-age=600"), origin="apisecure", path="/sts")],
        ),
        (
            "omit",
            get(url="{apisecure}/sts", credentials="omit"),
            [route(remember("max-age=600"), origin="apisecure", path="/sts")],
        ),
        (
            "unreadable",
            get(url="{apisecure}/sts"),
            [route(Answer(headers=("Strict-Transport-Security: max-age=600",)), origin="apisecure", path="/sts")],
        ),
        (
            "not-found",
            get(url="{apisecure}/sts"),
            [
                route(
                    allow("Strict-Transport-Security: max-age=600", status=404, reason="Not Found"),
                    origin="apisecure",
                    path="/sts",
                )
            ],
        ),
        (
            "on-redirect",
            get(url="{apisecure}/sts"),
            [
                route(
                    allow(
                        "Strict-Transport-Security: max-age=600",
                        "Location: {othersecure}/x",
                        status=302,
                        reason="Found",
                        body="",
                        origin=ANY,
                    ),
                    origin="apisecure",
                    path="/sts",
                ),
                route(allow(origin=ANY), origin="othersecure"),
            ],
        ),
        (
            "on-preflight",
            put(url="{apisecure}/sts"),
            [
                route(
                    preflight("Access-Control-Allow-Methods: *", "Strict-Transport-Security: max-age=600"),
                    origin="apisecure",
                    path="/sts",
                    method="OPTIONS",
                ),
                route(allow(), origin="apisecure", path="/sts"),
            ],
        ),
    ):
        yield scenario(f"hsts/learnt-{name}", [first, get()], [*routes, *everywhere], transports=PLAIN)

    # The page's own host, and hosts below the one that said so.
    own = route(remember("max-age=600"), origin="appsecure", path="/sts")
    below = route(remember("max-age=600; includeSubDomains"), origin="appsecure", path="/sts")
    learn_own = get(url="{appsecure}/sts")
    for name, step in (
        ("own", get(url="{app}/x")),
        ("own-put", put(url="{app}/x")),
        ("own-same-origin", get(url="{app}/x", mode="same-origin")),
        ("own-xhr", xhr(url="{app}/x")),
        ("own-unreadable", get(url="{app}/unreadable")),
    ):
        yield scenario(f"hsts/{name}", [learn_own, step], [own, *everywhere], transports=PLAIN)
    yield scenario("hsts/below-sibling", [learn_own, get()], [below, *everywhere], transports=PLAIN)

    # Time, and being taken back.
    steps, routes = learnt(Wait(ms=2300), get(), value="max-age=1")
    yield scenario("hsts/expired", steps, routes, transports=PLAIN)
    taken = route(remember("max-age=600"), remember("max-age=0"), origin="apisecure", path="/sts")
    yield scenario("hsts/taken-back", [learn, learn, get()], [taken, *everywhere], transports=PLAIN)
    bad = route(remember("max-age=600"), remember("bad"), origin="apisecure", path="/sts")
    yield scenario("hsts/then-bad", [learn, learn, get()], [bad, *everywhere], transports=PLAIN)

    # Redirects to http, and on from what was upgraded.
    moved = allow("Location: {api}/x", status=302, reason="Found", body="", origin=ANY)
    for name, place in (("secure", "othersecure"), ("insecure", "other")):
        steps, routes = learnt(get(url=f"{{{place}}}/r"))
        back = [*both(preflight(origin=ANY), allow(origin=ANY), origin="apisecure"), *routes]
        yield scenario(
            f"hsts/redirect-from-{name}", steps, [route(moved, origin=place, path="/r"), *back], transports=PLAIN
        )
    onward = allow("Location: {other}/y", status=307, reason="Moved", body="", origin=ANY)
    for method in ("GET", "PUT"):
        steps, routes = learnt(get(url="{api}/r", method=method))
        more = [
            *both(pre, onward, origin="apisecure", path="/r"),
            *both(
                preflight("Access-Control-Allow-Methods: *", origin=ANY), allow(origin=ANY), origin="other", path="/y"
            ),
        ]
        yield scenario(f"hsts/redirect-onward-{method}", steps, [*more, *routes], transports=PLAIN)

    # From a page over TLS: is mixed content blocked before it is upgraded?
    learn_tls = get(url="{api}/sts")
    for name, step in (
        ("get", get(url="{apiplain}/x")),
        ("put", put(url="{apiplain}/x")),
        ("xhr", xhr(url="{apiplain}/x")),
        ("unknown", get(url="{otherplain}/x")),
    ):
        routes = [route(remember("max-age=600"), path="/sts"), *served("api", "apiplain", "other", "otherplain")]
        yield scenario(f"hsts/tls-{name}", [learn_tls, step], routes, transports=TLS)
    moved = allow("Location: {apiplain}/x", status=302, reason="Found", body="", origin=ANY)
    routes = [
        route(remember("max-age=600"), path="/sts"),
        route(moved, origin="other", path="/r"),
        *both(preflight(origin=ANY), allow(origin=ANY)),
    ]
    yield scenario("hsts/tls-redirect", [learn_tls, get(url="{other}/r")], routes, transports=TLS)
