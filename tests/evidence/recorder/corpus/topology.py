"""
Where the page stands, and where it asks: same site, other sites, http and https, frames of all kinds.

Each family here takes one question, such as which cookies go along, through all standings of the page and all places.
"""

from collections.abc import Iterable, Iterator
from typing import Final

import attrs

from tests.evidence.recorder.corpus.build import (
    CREDENTIALS,
    TEXT,
    answer,
    get,
    kept,
    preflight,
    put,
    route,
    scenario,
    xhr,
)
from tests.evidence.recorder.scenario import Cookie, Frame, Page, Route, Scenario, Step

SITES: Final = ("sites",)
PLACES: Final = ("app", "alt", "api", "apialt", "other", "third", "appsecure", "apisecure", "othersecure")


@attrs.frozen
class Standing:
    """
    Where the page that asks stands.

    Attributes:
        name: For ids.
        top: The place of the top-level page.
        frames: The places of the frames, from the outermost to the innermost, which asks.
        sandboxed: Whether the innermost frame is sandboxed, so that its origin is opaque.
    """

    name: str
    top: str
    frames: tuple[str, ...] = ()
    sandboxed: bool = False

    @property
    def place(self) -> str:
        """
        The place that the asking document came from.
        """
        return self.frames[-1] if self.frames else self.top

    @property
    def origin(self) -> str:
        """
        What servers see as its origin.
        """
        return "null" if self.sandboxed else f"{{{self.place}}}"

    def ask(self, *steps: Step) -> tuple[Step, ...]:
        """
        Let the asking document run *steps*.
        """
        for number, place in enumerate(reversed(self.frames)):
            sandbox = "allow-scripts" if self.sandboxed and number == 0 else None
            steps = (Frame(steps=steps, sandbox=sandbox, source=f"{{{place}}}/.recorder/frame"),)
        return steps


STANDINGS: Final = (
    Standing("top", "app"),
    Standing("top-https", "appsecure"),
    Standing("own-frame", "app", ("app",)),
    Standing("same-site-frame", "app", ("api",)),
    Standing("cross-site-frame", "app", ("other",)),
    Standing("https-frame", "app", ("appsecure",)),
    Standing("https-cross-site-frame", "appsecure", ("othersecure",)),
    Standing("a-b-a", "app", ("other", "app")),
    Standing("https-a-b-a", "appsecure", ("othersecure", "appsecure")),
    Standing("sandbox", "app", ("app",), sandboxed=True),
    Standing("cross-site-sandbox", "app", ("other",), sandboxed=True),
)

KINDS: Final = (
    ("bare", "; Path=/"),
    ("lax", "; Path=/; SameSite=Lax"),
    ("strict", "; Path=/; SameSite=Strict"),
    ("none", "; Path=/; SameSite=None"),
    ("secure", "; Path=/; SameSite=None; Secure"),
)

KEPT_EVERY: Final = 61
"""How many scenarios there are for one that is recorded over kept connections as well."""

POLICIES: Final = ("", "unsafe-url", "origin-when-cross-origin", "no-referrer-when-downgrade", "same-origin")


def scenarios() -> Iterator[Scenario]:
    """
    Make the families `topology-...`.
    """
    made = [scenario for standing in STANDINGS for family in FAMILIES for scenario in family(standing)]
    yield from made
    # NB: sixty-one divides no number of places or of requests, so that each has its turn.
    yield from map(kept, made[::KEPT_EVERY])


def _make(
    name: str, standing: Standing, steps: Iterable[Step], routes: Iterable[Route], cookies: Iterable[Cookie] = ()
) -> Scenario:
    return scenario(
        name, tuple(steps), routes, page=Page(origin=standing.top), cookies=tuple(cookies), transports=SITES
    )


def _allowing(standing: Standing, place: str, *lines: str, path: str = "/x", status: int = 200) -> tuple[Route, ...]:
    origin = f"Access-Control-Allow-Origin: {standing.origin}"
    allowed = preflight(CREDENTIALS, "Access-Control-Allow-Methods: PUT", origin=origin)
    return (
        route(allowed, origin=place, path=path, method="OPTIONS"),
        route(answer(origin, CREDENTIALS, TEXT, *lines, status=status), origin=place, path=path),
    )


def _cookies(standing: Standing) -> Iterator[Scenario]:
    for place in PLACES:
        url = f"{{{place}}}/x"
        jar = [Cookie(origin=place, line=f"{label}=1{attributes}") for label, attributes in KINDS]
        asked = (
            ("include", get(url=url, credentials="include")),
            ("same-origin", get(url=url)),
            ("put", put(url=url, credentials="include")),
            ("no-cors", get(url=url, mode="no-cors", credentials="include")),
            ("no-cors-post", get(url=url, mode="no-cors", credentials="include", method="POST")),
            ("xhr", xhr(url=url, credentials=True)),
        )
        for label, step in asked:
            name = f"topology-cookies/{standing.name}-{place}-{label}"
            yield _make(name, standing, standing.ask(step), _allowing(standing, place), jar)


def _cookies_set(standing: Standing) -> Iterator[Scenario]:
    lines = [f"Set-Cookie: {label}=1{attributes}" for label, attributes in KINDS]
    for place in PLACES:
        url = f"{{{place}}}/x"
        asking = get(url=url, credentials="include")
        yield _make(
            f"topology-cookies-set/{standing.name}-{place}",
            standing,
            # NB: what the frame has set, the top-level page may get, and the other way round.
            (*standing.ask(asking, asking), get(url=url, mode="no-cors", credentials="include")),
            _allowing(standing, place, *lines),
        )


def _referrers(standing: Standing) -> Iterator[Scenario]:
    for place in PLACES:
        for policy in POLICIES:
            step = get(url=f"{{{place}}}/x", referrer_policy=policy or None)
            name = f"topology-referrers/{standing.name}-{place}-{policy or 'default'}"
            yield _make(name, standing, standing.ask(step), _allowing(standing, place))


def _redirects(standing: Standing) -> Iterator[Scenario]:
    for first in PLACES:
        for second in ("app", "api", "other", "appsecure", "apisecure"):
            if first == second:
                continue
            routes = (
                *_allowing(standing, first, f"Location: {{{second}}}/y", status=302),
                *_allowing(standing, second, path="/y"),
            )
            jar = [Cookie(origin=second, line=f"{label}=1{attributes}") for label, attributes in KINDS]
            for label, step in (
                ("include", get(url=f"{{{first}}}/x", credentials="include")),
                ("no-cors", get(url=f"{{{first}}}/x", credentials="include", mode="no-cors")),
                ("put", put(url=f"{{{first}}}/x", credentials="include")),
            ):
                if label == "put" and second in {"appsecure", "apisecure"} and first not in {"app", "other"}:
                    continue
                name = f"topology-redirects/{standing.name}-{first}-{second}-{label}"
                yield _make(name, standing, standing.ask(step), routes, jar)


def _http_cache(standing: Standing) -> Iterator[Scenario]:
    for place in ("app", "api", "other", "appsecure", "apisecure"):
        url = f"{{{place}}}/x"
        routes = _allowing(standing, place, "Cache-Control: max-age=600", 'ETag: "1"')
        asking = get(url=url, mode="no-cors", credentials="include")
        spoiling = get(url=url, mode="no-cors", credentials="include", method="POST")
        name = f"topology-http-cache/{standing.name}-{place}"
        yield _make(f"{name}-again", standing, (asking, *standing.ask(asking, asking), asking), routes)
        yield _make(f"{name}-post", standing, (asking, *standing.ask(spoiling, asking), asking), routes)


def _preflight_cache(standing: Standing) -> Iterator[Scenario]:
    origin = f"Access-Control-Allow-Origin: {standing.origin}"
    lines = (CREDENTIALS, "Access-Control-Allow-Methods: PUT", "Access-Control-Max-Age: 600")
    for place in PLACES:
        routes = (
            route(preflight(*lines, origin=origin), origin=place, method="OPTIONS"),
            route(answer(origin, CREDENTIALS, TEXT), origin=place),
        )
        asking = put(url=f"{{{place}}}/x")
        steps = (*standing.ask(asking, asking), asking)
        yield _make(f"topology-preflight-cache/{standing.name}-{place}", standing, steps, routes)


def _resource_policy(standing: Standing) -> Iterator[Scenario]:
    for place in PLACES:
        for policy in ("same-origin", "same-site"):
            step = get(url=f"{{{place}}}/x", mode="no-cors")
            routes = _allowing(standing, place, f"Cross-Origin-Resource-Policy: {policy}")
            yield _make(f"topology-corp/{standing.name}-{place}-{policy}", standing, standing.ask(step), routes)


FAMILIES: Final = (
    _cookies,
    _cookies_set,
    _referrers,
    _redirects,
    _http_cache,
    _preflight_cache,
    _resource_policy,
)
