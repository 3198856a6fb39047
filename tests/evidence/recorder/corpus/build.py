"""
The words in which the tables of the corpus are written.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import attrs

from tests.evidence.recorder.scenario import Answer, Body, Cookie, Fetch, Page, Route, Scenario, Step, Xhr

EVERYWHERE: Final = ("localhost", "tls", "plain")
LOCAL: Final = ("localhost",)

ORIGIN: Final = "Access-Control-Allow-Origin: {app}"
ANY: Final = "Access-Control-Allow-Origin: *"
CREDENTIALS: Final = "Access-Control-Allow-Credentials: true"
TEXT: Final = "Content-Type: text/plain"

BODILESS: Final = (204, 304)
TIMED_OUT: Final = 408


def slug(text: str) -> str:
    """
    *text* as part of an id: letters, digits, and some signs stay; any other character becomes its number.
    """
    if len(text) > 48:
        text = f"{text[:20]}..{len(text)}..{text[-6:]}"
    return re.sub(r"[^A-Za-z0-9.*=;,+-]", lambda match: f"%{ord(match[0]):02x}", text) or "empty"


def allow(*lines: str, status: int = 200, reason: str = "OK", body: str = "hello", origin: str = ORIGIN) -> Answer:
    """
    Make an answer that the page may read, with more header lines.
    """
    return Answer(status=status, reason=reason, headers=(origin, TEXT, *lines), body=body)


def answer(*lines: str, status: int = 200, reason: str = "OK", body: str = "hello") -> Answer:
    """
    Make an answer with just these header lines.
    """
    return Answer(status=status, reason=reason, headers=lines, body=body)


def preflight(*lines: str, status: int = 204, reason: str = "No Content", origin: str = ORIGIN) -> Answer:
    """
    Make an answer to a preflight.
    """
    return Answer(status=status, reason=reason, headers=(origin, *lines))


def route(*answers: Answer, origin: str = "api", path: str = "/x", method: str = "*") -> Route:
    """
    Give the answers of one path.
    """
    return Route(origin=origin, path=path, method=method, answers=answers)


def both(pre: Answer, actual: Answer, *, origin: str = "api", path: str = "/x") -> tuple[Route, ...]:
    """
    One answer for preflights and one for all other requests.
    """
    return (route(pre, origin=origin, path=path, method="OPTIONS"), route(actual, origin=origin, path=path))


def text(value: str) -> Body:
    """
    Make a body of a string.
    """
    return Body(text=value)


def scenario(
    name: str,
    steps: Step | Sequence[Step],
    routes: Iterable[Route] = (),
    *,
    page: Page = Page(),  # noqa: B008 - frozen
    cookies: Sequence[Cookie] = (),
    transports: tuple[str, ...] = LOCAL,
    needs: tuple[str, ...] = (),
) -> Scenario:
    """
    Make a scenario; its family is what stands before the first slash of *name*.
    """
    many = tuple(steps) if isinstance(steps, list | tuple) else (steps,)
    return Scenario(
        id=name,
        family=name.partition("/")[0],
        steps=many,
        routes=tuple(routes),
        page=page,
        cookies=tuple(cookies),
        transports=transports,
        needs=needs,
    )


def get(**init: Any) -> Step:
    """
    Fetch {api}/x, or what *init* says.
    """
    return Fetch(**{"url": "{api}/x", **init})


def xhr(**init: Any) -> Step:
    """
    Ask the same by XMLHttpRequest.
    """
    return Xhr(**{"url": "{api}/x", **init})


def put(**init: Any) -> Step:
    """
    Fetch with a method that needs a preflight.
    """
    return get(**{"method": "PUT", **init})


def kept(found: Scenario) -> Scenario:
    """
    Let each answer of *found* state its length and keep its connection, as most servers do.

    NB: no such server states another length, says that the connection waited too long, or ends with what is interim.
    """
    answers = [each for one in found.routes for each in one.answers]
    if any(
        each.status < 200 or each.status == TIMED_OUT or each.raw is not None or _states_length(each)
        for each in answers
    ):
        return found
    routes = (attrs.evolve(one, answers=tuple(_kept(each) for each in one.answers)) for one in found.routes)
    return attrs.evolve(found, id=f"{found.id}-kept", routes=tuple(routes))


def _kept(found: Answer) -> Answer:
    if found.status in BODILESS:
        return attrs.evolve(found, body="", keep=True)
    lines = (*found.headers, f"Content-Length: {len(found.body)}")
    return attrs.evolve(found, headers=lines, keep=True)


def _states_length(found: Answer) -> bool:
    return any(line.lower().startswith(("content-length", "transfer-encoding")) for line in found.headers)


def sampled(found: Iterable[Scenario], every: int) -> Iterator[Scenario]:
    """
    Put each *every*-th of the scenarios on all transports.
    """
    for number, each in enumerate(found):
        yield attrs.evolve(each, transports=EVERYWHERE) if number % every == 0 else each
