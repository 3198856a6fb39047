"""
Cookies by SameSite, site and transport: which requests carry them, and which answers may set them.
"""

from collections.abc import Iterator
from typing import Final

from tests.evidence.recorder.corpus.build import (
    CREDENTIALS,
    EVERYWHERE,
    ORIGIN,
    TEXT,
    answer,
    both,
    get,
    preflight,
    put,
    route,
    scenario,
    xhr,
)
from tests.evidence.recorder.scenario import Cookie, Element, Frame, Scenario, Step

KINDS: Final = (
    ("bare", "; Path=/"),
    ("lax", "; Path=/; SameSite=Lax"),
    ("strict", "; Path=/; SameSite=Strict"),
    ("none", "; Path=/; SameSite=None"),
    ("none-secure", "; Path=/; SameSite=None; Secure"),
    ("secure", "; Path=/; Secure"),
    ("partitioned", "; Path=/; SameSite=None; Secure; Partitioned"),
    ("http-only", "; Path=/; HttpOnly; SameSite=None; Secure"),
)
PLACES: Final = ("app", "sub", "alt", "api", "other")


def scenarios() -> Iterator[Scenario]:
    """
    Make the families `cookies` and `cookies-set`.
    """
    for place in PLACES:
        jar = tuple(Cookie(origin=place, line=f"{label}=1{attributes}") for label, attributes in KINDS)
        asked: tuple[tuple[str, Step], ...] = (
            ("include", get(url=f"{{{place}}}/x", credentials="include")),
            ("same-origin", get(url=f"{{{place}}}/x")),
            ("omit", get(url=f"{{{place}}}/x", credentials="omit")),
            ("post", get(url=f"{{{place}}}/x", credentials="include", method="POST")),
            ("put", put(url=f"{{{place}}}/x", credentials="include")),
            ("no-cors", get(url=f"{{{place}}}/x", mode="no-cors", credentials="include")),
            ("xhr", xhr(url=f"{{{place}}}/x", credentials=True)),
            ("xhr-plain", xhr(url=f"{{{place}}}/x")),
            ("img", Element(tag="img", url=f"{{{place}}}/x")),
            ("sandbox", Frame(steps=(get(url=f"{{{place}}}/x", mode="no-cors", credentials="include"),))),
        )
        pre = preflight(CREDENTIALS, "Access-Control-Allow-Methods: PUT")
        for label, step in asked:
            yield scenario(
                f"cookies/{place}-{label}",
                step,
                both(pre, answer(ORIGIN, CREDENTIALS, TEXT), origin=place),
                cookies=jar,
                transports=(*EVERYWHERE, "listed"),
            )
        for credentials in ("omit", "same-origin", "include"):
            lines = tuple(f"Set-Cookie: {label}=1{attributes}" for label, attributes in KINDS)
            first = answer(ORIGIN, CREDENTIALS, TEXT, *lines)
            steps = (
                get(url=f"{{{place}}}/x", credentials=credentials),
                get(url=f"{{{place}}}/x", credentials="include"),
            )
            yield scenario(
                f"cookies-set/{place}-{credentials}",
                steps,
                [route(first, answer(ORIGIN, CREDENTIALS, TEXT), origin=place)],
                transports=(*EVERYWHERE, "listed"),
            )
        blocked = answer(TEXT, "Set-Cookie: blocked=1; Path=/; SameSite=None; Secure", "Set-Cookie: bare=1; Path=/")
        steps = (get(url=f"{{{place}}}/x", credentials="include"),) * 2
        yield scenario(
            f"cookies-set/{place}-blocked",
            steps,
            [route(blocked, origin=place)],
            transports=(*EVERYWHERE, "listed"),
        )
    yield from _roundabout()
    attributes = (
        *("; Path=/x", "; Path=/y", "", "; Domain={api.domain}", "; Domain=.{api.host}", "; Max-Age=0", "; Max-Age=-1"),
        *("; Expires=Thu, 01 Jan 1970 00:00:00 GMT", "; Domain=other.test", "; Domain=localhost"),
    )
    for number, text in enumerate(attributes):
        yield scenario(
            f"cookies/attribute-{number:02}",
            get(credentials="include"),
            [route(answer(ORIGIN, CREDENTIALS, TEXT))],
            cookies=(Cookie(origin="api", line=f"a=1{text}"), Cookie(origin="api", line="b=2; Path=/")),
            transports=(*EVERYWHERE, "listed"),
        )


def _roundabout() -> Iterator[Scenario]:
    """
    Ask whether the page's own site still counts as its own: by way of another site, and from a sandboxed frame.
    """
    lines = tuple(f"{label}=1{attributes}" for label, attributes in KINDS)
    jar = tuple(Cookie(origin="app", line=line) for line in lines)
    ask = get(url="{app}/0", mode="no-cors", credentials="include")
    after = get(url="{app}/x", credentials="include")
    for label, hops, step in (
        ("by-way-of-other", ("{other}/1", "{app}/2"), ask),
        ("by-sandbox", ("{app}/2",), Frame(steps=(ask,))),
    ):
        places = ("app", "other") if len(hops) == 2 else ("app",)
        chain = [
            route(answer(f"Location: {target}", status=302, body=""), origin=place, path=f"/{number}")
            for number, (place, target) in enumerate(zip(places, hops, strict=True))
        ]
        end = route(answer(TEXT), origin="app", path="/2")
        yield scenario(f"cookies/app-{label}", step, [*chain, end], cookies=jar, transports=EVERYWHERE)
        setting = route(answer(TEXT, *(f"Set-Cookie: {line}" for line in lines)), origin="app", path="/2")
        routes = [*chain, setting, route(answer(TEXT), origin="app")]
        yield scenario(f"cookies-set/app-{label}", (step, after), routes, transports=EVERYWHERE)
