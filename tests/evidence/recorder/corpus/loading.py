"""
The words in which the tables of elements are written: attributes, grants, cookies, and what is loaded.
"""

import base64
import hashlib
from collections.abc import Iterable, Sequence
from typing import Any, Final

import attrs

from tests.evidence.recorder.corpus import bodies
from tests.evidence.recorder.corpus.build import ANY, CREDENTIALS, LOCAL, ORIGIN, answer, route, scenario
from tests.evidence.recorder.scenario import Answer, Cookie, Element, Page, Route, Scenario, Step

ATTRIBUTES: Final = (
    ("plain", None),
    ("anonymous", "anonymous"),
    ("credentials", "use-credentials"),
    ("empty", ""),
    ("garbage", "x"),
)
"""What the `crossorigin` attribute says; the first three are all that differ."""

GRANTS: Final = (
    ("none", ()),
    ("star", (ANY,)),
    ("star-true", (ANY, CREDENTIALS)),
    ("exact", (ORIGIN,)),
    ("exact-true", (ORIGIN, CREDENTIALS)),
    ("other", ("Access-Control-Allow-Origin: {third}",)),
)
FEWER_GRANTS: Final = tuple(grant for grant in GRANTS if grant[0] in ("none", "star", "exact-true", "other"))
FULL: Final = (ORIGIN, CREDENTIALS)
NOSNIFF: Final = "X-Content-Type-Options: nosniff"
CORP: Final = "Cross-Origin-Resource-Policy"

SITES: Final = ("sites",)
TLS: Final = ("tls",)
SECURE_AND_PLAIN: Final = ("tls", "plain")


def jar(*places: str) -> tuple[Cookie, ...]:
    """
    Give a visitor two cookies of each place: one that goes everywhere, and one that stays within its site.
    """
    lines = ("n=1; Path=/; SameSite=None; Secure", "l=1; Path=/; SameSite=Lax")
    return tuple(Cookie(origin=place, line=line) for place in places or ("api",) for line in lines)


def digest_of(body: str) -> str:
    """
    Give the integrity metadata that fits *body*.
    """
    return "sha256-" + base64.b64encode(hashlib.sha256(body.encode("latin-1")).digest()).decode()


def load(tag: str, url: str = "{api}/x", **more: Any) -> Step:
    """
    Let an element load *url*, and report all that the page can observe of it.
    """
    return Element(**{"timeout": 1500, **more, "tag": tag, "url": url, "detail": True})


def typed(kind: str | None, body: str, *lines: str, status: int = 200, reason: str = "OK") -> Answer:
    """
    Answer with *body* as *kind*, or without a type.
    """
    named = () if kind is None else (f"Content-Type: {kind}",)
    return answer(*named, *lines, body=body, status=status, reason=reason)


def moved(to: str, *lines: str, status: int = 302) -> Answer:
    """
    Redirect.
    """
    return answer(f"Location: {to}", *lines, body="", status=status, reason="Found")


def png(*lines: str) -> Answer:
    """
    Answer with an image.
    """
    return typed("image/png", bodies.PNG, *lines)


def javascript(*lines: str, body: str = bodies.JAVASCRIPT) -> Answer:
    """
    Answer with a script.
    """
    return typed("text/javascript", body, *lines)


def css(*lines: str, body: str = bodies.CSS) -> Answer:
    """
    Answer with a style sheet.
    """
    return typed("text/css", body, *lines)


def font(*lines: str) -> Answer:
    """
    Answer with a font.
    """
    return typed("font/ttf", bodies.TTF, *lines)


def wav(*lines: str) -> Answer:
    """
    Answer with a sound, or the part of it that is asked for.
    """
    return attrs.evolve(typed("audio/wav", bodies.WAV, "Accept-Ranges: bytes", *lines), ranges=True)


def webm(*lines: str) -> Answer:
    """
    Answer with a film, or the part of it that is asked for.
    """
    return attrs.evolve(typed("video/webm", bodies.WEBM, "Accept-Ranges: bytes", *lines), ranges=True)


def case(
    name: str,
    steps: Step | Sequence[Step],
    routes: Iterable[Route] = (),
    *,
    page: Page = Page(),  # noqa: B008 - frozen
    cookies: Sequence[Cookie] = (),
    transports: tuple[str, ...] = LOCAL,
) -> Scenario:
    """
    Make a scenario about elements.
    """
    return scenario(name, steps, routes, page=page, cookies=cookies, transports=transports)


def at(place: str, *answers: Answer, path: str = "/x") -> Route:
    """
    Give the answers of a path at *place*.
    """
    return route(*answers, origin=place, path=path)
