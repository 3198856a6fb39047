"""
Requests that are under way at the same time: who asks for consent, and what is remembered afterwards.
"""

from collections.abc import Iterator
from typing import Final

import attrs

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
    scenario,
    text,
    xhr,
)
from tests.evidence.recorder.scenario import Answer, Frame, Route, Scenario, Step, Together

DELAY: Final = 200
LONG: Final = "Access-Control-Max-Age: 600"
METHODS: Final = "Access-Control-Allow-Methods: PUT, DELETE"
HEADERS: Final = "Access-Control-Allow-Headers: x-a, x-b"


def together(*steps: Step) -> Together:
    """
    Start all of *steps* at once.
    """
    return Together(steps=steps)


def headed(*names: str, **init: object) -> Step:
    """
    Fetch with these headers.
    """
    return get(headers=tuple((name, "1") for name in names), **init)


def scenarios() -> Iterator[Scenario]:
    """
    Make the family `parallel`.
    """
    granted = _answers(preflight(METHODS, HEADERS, LONG))
    groups: tuple[tuple[str, Together], ...] = (
        ("same-4", together(put(), put(), put(), put())),
        ("methods", together(put(), get(method="DELETE"), get(method="PATCH"))),
        ("headers", together(headed("x-a"), headed("x-b"), headed("x-a", "x-b"))),
        ("refused-and-granted", together(headed("x-a"), headed("x-c"))),
        ("simple-and-preflighted", together(get(), put(), get(method="POST", body=text("x")))),
        ("credentials", together(put(), put(credentials="include"), put(credentials="omit"))),
        ("paths", together(put(), put(url="{api}/y"), put(url="{other}/x"))),
        ("own", together(put(url="{app}/x"), put())),
        ("fetch-and-xhr", together(put(), xhr(method="PUT"), xhr(method="PUT", upload=True, body=text("x")))),
        ("modes", together(put(), get(mode="no-cors"), get(mode="same-origin"))),
        ("cache-modes", together(put(), put(cache="no-store"), put(cache="reload"), put(cache="no-cache"))),
        ("frames", together(put(), Frame(steps=(put(),)), Frame(steps=(put(),), sandbox=None))),
        ("wrong-and-right", together(get(url="{api}/closed"), get(), put(url="{api}/closed"))),
    )
    for label, group in groups:
        yield scenario(f"parallel/{label}", group, granted)
        yield scenario(f"parallel/{label}-then", (group, put(), headed("x-a"), get(method="DELETE")), granted)
        yield scenario(f"parallel/{label}-after", (put(), group), granted)
        yield scenario(f"parallel/{label}-twice", (group, group), granted)
    ages = ("", "Access-Control-Max-Age: 0", "Access-Control-Max-Age: -1", "Access-Control-Max-Age: x", LONG)
    for number, age in enumerate(ages):
        for first, second in (("PUT", "PUT"), ("PUT", "DELETE")):
            group = together(get(method=first), get(method=second))
            routes = _answers(preflight(METHODS, *((age,) if age else ())))
            yield scenario(f"parallel/age-{number}-{first}-{second}", (group, get(method=first)), routes)
    moved = answer(ANY, "Location: {api}/y", status=307, reason="Moved", body="")
    redirecting = (
        *both(preflight(METHODS, LONG, origin=ANY), moved),
        *both(preflight(METHODS, LONG, origin=ANY), answer(ANY, TEXT), path="/y"),
    )
    for label, group in (
        ("redirected", together(put(), put(url="{api}/y"))),
        ("redirected-twice", together(put(), put())),
        ("redirected-simple", together(get(), get(url="{api}/y"), put())),
    ):
        yield scenario(f"parallel/{label}", (group, put(), put(url="{api}/y")), _delayed(redirecting))


def _answers(pre: Answer) -> tuple[Route, ...]:
    """
    Answer with some delay, so that all requests of a group are there before the first one has its answer.
    """
    shown = allow(CREDENTIALS)
    own = answer(ORIGIN, TEXT)
    with_credentials = Answer(status=pre.status, reason=pre.reason, headers=(*pre.headers, CREDENTIALS))
    star = answer(ANY, TEXT, METHODS, HEADERS, LONG)
    routes = (
        *both(with_credentials, shown),
        *both(with_credentials, shown, path="/y"),
        *both(with_credentials, shown, origin="other"),
        route(own, origin="app"),
        route(star, path="/closed", method="OPTIONS"),
        route(answer(TEXT), path="/closed"),
    )
    return _delayed(routes)


def _delayed(routes: tuple[Route, ...]) -> tuple[Route, ...]:
    return tuple(
        attrs.evolve(each, answers=tuple(attrs.evolve(answered, delay=DELAY) for answered in each.answers))
        for each in routes
    )
