"""
Redirects in all combinations: who redirects to whom, status, method, headers, mode.
"""

from collections.abc import Iterator
from typing import Final

from tests.evidence.recorder.corpus.build import (
    ANY,
    CREDENTIALS,
    ORIGIN,
    TEXT,
    answer,
    get,
    route,
    sampled,
    scenario,
    slug,
    text,
    xhr,
)
from tests.evidence.recorder.scenario import Answer, Cookie, Route, Scenario

CHAINS: Final = (
    *(("app", "app"), ("app", "api"), ("api", "api"), ("api", "other"), ("api", "app"), ("app", "sub"), ("sub", "app")),
    *(("app", "api", "app"), ("app", "api", "api"), ("app", "api", "other"), ("api", "other", "api")),
    *(("api", "api", "other"), ("app", "app", "api")),
    *(("api", "app", "api"), ("api", "other", "third")),
)
GENERAL: Final = (
    "Access-Control-Allow-Methods: PUT, DELETE, PATCH",
    "Access-Control-Allow-Headers: x-a, content-type, authorization",
)
KINDS: Final[tuple[tuple[str, dict[str, object]], ...]] = (
    ("get", {}),
    ("header", {"headers": (("X-A", "1"),)}),
    ("post", {"method": "POST", "body": text("hi")}),
    ("json", {"method": "POST", "body": text("{}"), "headers": (("Content-Type", "application/json"),)}),
    ("put", {"method": "PUT", "body": text("hi")}),
    ("authorization", {"headers": (("Authorization", "Bearer x"),)}),
)
LOCATIONS: Final = (
    *("", " ", "/y", "y", "?q", "#f", "{api}/y#f", "//{other.authority}/y", " {api}/y ", "{api}/\xe9"),
    *("{api}/\xc3\xa9", "{api}/a b"),
    *("http://u:p@{api.authority}/y", "http://u@{other.authority}/y", "http://u:p@{app.authority}/y"),
    *("ftp://{api.host}/y",),
    *("data:text/plain,hi", "about:blank", "javascript:1", "http://", "http://[bad", "\x01"),
    *("http://{api.host}:99999/y", "foo:bar", "{api}"),
    *("blob:x", "file:///y", "mailto:x", "HTTP://{api.authority}/y", "\\\\{other.authority}\\y", "/y\t", "//"),
    *("http:/y", "http:y", ".", ".."),
)

DIGEST: Final = "sha256-LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ="
DIGEST_OF_NOTHING: Final = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="


def _hop(target: str, status: int, *lines: str) -> Answer:
    return Answer(status=status, reason="Moved", headers=(*lines, f"Location: {target}"))


def _chain(places: tuple[str, ...], status: int, *lines: str) -> list[Route]:
    """
    Each place redirects to the next, the last one answers; all of them answer preflights.
    """
    routes: list[Route] = []
    for number, place in enumerate(places):
        path = f"/{number}"
        last = number == len(places) - 1
        following = "" if last else f"{{{places[number + 1]}}}/{number + 1}"
        actual = answer(*lines, TEXT) if last else _hop(following, status, *lines)
        routes.append(route(actual, origin=place, path=path))
        routes.append(route(answer(*lines, *GENERAL, status=204, body=""), origin=place, path=path, method="OPTIONS"))
    return routes


def scenarios() -> Iterator[Scenario]:
    """
    Make the families `redirects`, `redirects-modes`, `redirects-location`, `redirects-xhr`, `redirects-cookies`.
    """
    yield from sampled(_combinations(), 11)
    yield from _modes()
    yield from _locations()
    yield from _xhr()
    yield from _cookies()


def _combinations() -> Iterator[Scenario]:
    for places in CHAINS:
        start = f"{{{places[0]}}}/0"
        label = "-".join(places)
        for kind, init in KINDS:
            for status in (302, 307) if len(places) == 2 else (307,):
                asked = get(url=start, **init)
                yield scenario(f"redirects/{label}-{kind}-{status}", asked, _chain(places, status, ANY))
    for places in (("api", "api"), ("api", "other")):
        label = "-".join(places)
        for kind, init in KINDS:
            for status in (301, 303, 308):
                asked = get(url="{api}/0", **init)
                yield scenario(f"redirects/{label}-{kind}-{status}", asked, _chain(places, status, ANY))
        for method in ("HEAD", "DELETE", "PATCH"):
            for status in (301, 302, 303, 307):
                asked = get(url="{api}/0", method=method)
                yield scenario(f"redirects/{label}-{method}-{status}", asked, _chain(places, status, ANY))
    # The origin named exactly, and null, after the origin has become opaque.
    for places in CHAINS:
        label = "-".join(places)
        start = f"{{{places[0]}}}/0"
        for grant, line in (("exact", ORIGIN), ("null", "Access-Control-Allow-Origin: null")):
            yield scenario(f"redirects/{label}-{grant}", get(url=start), _chain(places, 302, line))
        asked = get(url=start, credentials="include")
        yield scenario(f"redirects/{label}-include-exact", asked, _chain(places, 302, ORIGIN, CREDENTIALS))
        null = "Access-Control-Allow-Origin: null"
        yield scenario(f"redirects/{label}-include-null", asked, _chain(places, 302, null, CREDENTIALS))
    # Only one of the hops allows the page.
    for allowed in (0, 1):
        for places in (("api", "api"), ("api", "other")):
            routes = [
                route(_hop(f"{{{places[1]}}}/1", 302, *((ANY,) if allowed == 0 else ())), origin="api", path="/0"),
                route(answer(*((ANY,) if allowed == 1 else ()), TEXT), origin=places[1], path="/1"),
            ]
            yield scenario(f"redirects/{'-'.join(places)}-only-{allowed}", get(url="{api}/0"), routes)


def _modes() -> Iterator[Scenario]:
    for redirect in ("manual", "error", "follow"):
        for mode in ("cors", "no-cors", "same-origin"):
            for places in (("app", "app"), ("app", "api"), ("api", "api"), ("api", "other"), ("api", "app")):
                start = f"{{{places[0]}}}/0"
                asked = get(url=start, mode=mode, redirect=redirect)
                name = f"redirects-modes/{redirect}-{mode}-{'-'.join(places)}"
                yield scenario(name, asked, _chain(places, 302, ANY))
        for status in (300, 301, 303, 304, 305, 306, 307, 308):
            asked = get(url="{api}/0", redirect=redirect)
            yield scenario(f"redirects-modes/{redirect}-{status}", asked, _chain(("api", "api"), status, ANY))
        asked = get(url="{api}/0", redirect=redirect)
        bare = route(Answer(status=302, reason="Found", headers=(ANY, TEXT)), path="/0")
        yield scenario(f"redirects-modes/{redirect}-no-location", asked, [bare])
    # What integrity says of a redirect that is hidden: the digest of its body, that of no body, and nothing.
    for label, integrity in (("body", DIGEST), ("empty", DIGEST_OF_NOTHING), ("garbage", "x")):
        asked = get(url="{api}/0", redirect="manual", integrity=integrity)
        hidden = Answer(status=302, reason="Found", headers=(ANY, TEXT, "Location: /1"), body="hello")
        yield scenario(f"redirects-modes/manual-integrity-{label}", asked, [route(hidden, path="/0")])
    for count in (5, 19, 20, 21):
        hops = [route(_hop(f"{{api}}/{number + 1}", 302, ANY), path=f"/{number}") for number in range(count)]
        end = route(answer(ANY, TEXT), path=f"/{count}")
        yield scenario(f"redirects-modes/count-{count}", get(url="{api}/0"), [*hops, end])
    loop = route(_hop("{api}/0", 302, ANY), path="/0")
    yield scenario("redirects-modes/loop", get(url="{api}/0", timeout=5000), [loop])


def _locations() -> Iterator[Scenario]:
    targets = [
        route(answer(ANY, TEXT), origin=place, path=path)
        for place in ("api", "other", "app")
        for path in ("/y", "/", "/%C3%A9", "/a%20b", "/%E9")
    ]
    for number, location in enumerate(LOCATIONS):
        routes = [route(_hop(location, 302, ANY)), *targets]
        yield scenario(f"redirects-location/{number:02}-{slug(location)}", get(timeout=2000), routes)
        own = [route(_hop(location, 302, ANY), origin="app"), *targets]
        yield scenario(f"redirects-location/own-{number:02}-{slug(location)}", get(url="{app}/x", timeout=2000), own)
    for label, lines in (
        ("two-same", ("Location: {api}/y", "Location: {api}/y")),
        ("two", ("Location: {api}/y", "Location: {api}/z")),
        ("lower", ("location: {api}/y",)),
    ):
        moved = Answer(status=302, reason="Found", headers=(ANY, *lines))
        yield scenario(f"redirects-location/{label}", get(), [route(moved), *targets])
    # Where user names are refused outside of CORS.
    for place, target in (("app", "app"), ("app", "api"), ("api", "api"), ("api", "app"), ("api", "other")):
        routes = [route(_hop(f"http://u:p@{{{target}.authority}}/y", 302), origin=place), *targets]
        asked = get(url=f"{{{place}}}/x", mode="no-cors")
        yield scenario(f"redirects-location/no-cors-{place}-credentials-{target}", asked, routes)
    for url in ("{api}/x#mine", "{api}/x"):
        for location in ("{api}/y#theirs", "{api}/y"):
            routes = [route(_hop(location, 302, ANY)), *targets]
            yield scenario(f"redirects-location/fragment-{slug(url)}-{slug(location)}", get(url=url), routes)


def _xhr() -> Iterator[Scenario]:
    for places in CHAINS:
        label = "-".join(places)
        start = f"{{{places[0]}}}/0"
        step = xhr(url=start)
        yield scenario(f"redirects-xhr/{label}-get", step, _chain(places, 302, ANY))
        step = xhr(url=start, method="POST", body=text("hi"))
        yield scenario(f"redirects-xhr/{label}-post", step, _chain(places, 307, ANY))
        step = xhr(url=start, credentials=True)
        yield scenario(f"redirects-xhr/{label}-include", step, _chain(places, 302, ORIGIN, CREDENTIALS))


def _cookies() -> Iterator[Scenario]:
    jar = tuple(
        Cookie(origin=place, line=f"at={place}; Path=/; SameSite=None; Secure") for place in ("app", "api", "other")
    )
    for places in CHAINS[:10]:
        for credentials in ("same-origin", "include"):
            start = f"{{{places[0]}}}/0"
            asked = get(url=start, credentials=credentials)
            grants = (
                (ORIGIN, CREDENTIALS) if "other" not in places else ("Access-Control-Allow-Origin: null", CREDENTIALS)
            )
            name = f"redirects-cookies/{'-'.join(places)}-{credentials}"
            yield scenario(
                name,
                asked,
                _chain(places, 302, *grants),
                cookies=jar,
                transports=("localhost", "tls"),
            )
