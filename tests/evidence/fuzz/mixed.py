"""
Random scenarios that mix what other kinds keep apart: where the page stands, redirects, caches, cookies and preflights.

Each asks a few times for one or two URLs, from its own document and from another one of the same browser: so what a
cookie, a stored response or a remembered preflight is kept by, matters as much as what it says. Answers state their
length and keep their connection, as most servers do.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from hypothesis import strategies as st

from tests.evidence.fuzz.drawing import mostly, usually
from tests.evidence.recorder.corpus import topology
from tests.evidence.recorder.corpus.build import ANY, CREDENTIALS, TEXT
from tests.evidence.recorder.scenario import (
    Answer,
    Body,
    Cookie,
    Fetch,
    Frame,
    Page,
    Route,
    Scenario,
    Step,
    Timing,
    Xhr,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

METHODS: Final = ("GET", "GET", "GET", "POST", "POST", "PUT", "PATCH", "DELETE", "HEAD")
ODD_METHODS: Final = ("FOO", "foo", "OPTIONS", "patch", "post")
HEADERS: Final = (
    ("X-A", "1"),
    ("x-a", "1"),
    ("X-b", ""),
    ("Authorization", "Bearer t"),
    ("Content-Type", "application/json"),
    ("content-type", "text/plain"),
    ("Content-Type", "text/plain;charset=utf-8"),
    ("Range", "bytes=0-1"),
    ("ACCEPT", "a/b"),
    ("Accept-language", "de, en"),
    ("Cache-Control", "no-cache"),
    ("X-Requested-With", "XMLHttpRequest"),
)
BODIES: Final = (
    Body(text="x"),
    Body(kind="params", fields=(("a", "1 &"),)),
    Body(kind="form", fields=(("a", "1"),)),
    Body(kind="blob", text="b", type="application/json"),
    Body(kind="blob", text="b"),
    Body(kind="bytes", text="\x00\xff"),
)
POLICIES: Final = ("no-referrer", "origin", "same-origin", "strict-origin", "unsafe-url", "no-referrer-when-downgrade")
METHODS_ALLOWED: Final = ("PUT, PATCH, DELETE, FOO, OPTIONS", "*", "PUT", "put, patch", "")
HEADERS_ALLOWED: Final = (
    "x-a, x-b, authorization, content-type, range, cache-control, x-requested-with",
    "X-A,X-B,Authorization,Content-Type,Range,Cache-Control,X-Requested-With",
    "*",
    "*, authorization",
    "x-a, content-type",
    "",
)
AGES: Final = (
    (),
    (),
    ("Access-Control-Max-Age: 600",),
    ("Access-Control-Max-Age: 600",),
    ("Access-Control-Max-Age: 0",),
)
COOKIE_KINDS: Final = (
    "",
    "; Path=/",
    "; Path=/; SameSite=Lax",
    "; Path=/; SameSite=Strict",
    "; Path=/; SameSite=None",
    "; Path=/; SameSite=None; Secure",
    "; Path=/; HttpOnly",
    "; Path=/; Domain={app.domain}",
    "; Path=/; Domain={app.host}; SameSite=Lax",
    "; Path=/; Max-Age=0",
    "; Path=/; Secure",
)
# What an answer may say beside its grant.
SAID: Final = (
    ("Timing-Allow-Origin: *",),
    ("Timing-Allow-Origin: {app}",),
    ('Clear-Site-Data: "cache"',),
    ('Clear-Site-Data: "cookies"',),
    ('Clear-Site-Data: "*"',),
    ("Referrer-Policy: no-referrer",),
    ("Referrer-Policy: unsafe-url",),
    ("Referrer-Policy: origin",),
    ("Cross-Origin-Resource-Policy: same-site",),
    ("Cross-Origin-Resource-Policy: same-origin",),
    ("Cross-Origin-Resource-Policy: cross-origin",),
    ("Access-Control-Expose-Headers: X-S, set-cookie , etag", "X-S: 1", "x-s: 2"),
    ("Access-Control-Expose-Headers: *", "X-S: 1"),
    ("access-control-expose-headers: X-s", "X-S: 1"),
    ("X-Content-Type-Options: nosniff",),
    ("Content-Type: application/json",),
)
CACHING: Final = (
    ("Cache-Control: max-age=600",),
    ("Cache-Control: max-age=600", 'ETag: "v1"'),
    ("Cache-Control: no-cache", 'ETag: "v1"'),
    ("Cache-Control: private, max-age=600", "Last-Modified: Wed, 01 Jan 2020 00:00:00 GMT"),
    ("Cache-Control: max-age=600", "Age: 700", 'ETag: "v1"'),
    ('ETag: "v1"',),
    ("Cache-Control: no-store",),
    (),
)
VARY: Final = ("Origin", "Accept", "X-A", "Cookie", "Sec-Fetch-Site", "*", "Origin, Accept")
ENDS: Final = (200, 200, 200, 200, 200, 204, 404, 500)
ODD_ENDS: Final = (206, 304, 205, 421, 408, 403, 410)
MOVES: Final = (301, 302, 303, 307, 308)


@st.composite
def asked(draw: st.DrawFn, url: str) -> Fetch | Xhr:
    """
    Draw a request for *url*.
    """
    method = draw(mostly(METHODS, ODD_METHODS))
    headers = tuple(draw(st.lists(st.sampled_from(HEADERS), max_size=2))) if draw(st.booleans()) else ()
    body = draw(st.none() | st.sampled_from(BODIES)) if method.upper() not in ("GET", "HEAD") else None
    if draw(st.integers(0, 3)) == 3:
        return Xhr(
            url=url,
            method=method,
            headers=headers,
            body=body,
            credentials=draw(st.booleans()),
            upload=draw(st.booleans()),
        )
    return Fetch(
        url=url,
        method=None if method == "GET" else method,
        headers=headers,
        body=body,
        mode=draw(usually(None, ("cors", "no-cors", "no-cors", "no-cors", "same-origin"))),
        credentials=draw(st.sampled_from((None, "omit", "include", "include"))),
        cache=draw(usually(None, ("no-store", "reload", "no-cache", "force-cache"))),
        redirect=draw(usually(None, (None, "follow", "error", "manual"))),
        keepalive=draw(usually(False, (True,))),
        referrer_policy=draw(usually(None, POLICIES)),
    )


@st.composite
def granted(draw: st.DrawFn, origins: Sequence[str], secret: bool) -> tuple[str, ...]:
    """
    Draw the lines that let one of *origins* read, or fail to.
    """
    origin = f"Access-Control-Allow-Origin: {draw(st.sampled_from(origins))}"
    right = (origin, CREDENTIALS) if secret or draw(st.integers(0, 3)) else (ANY,)
    return draw(mostly((right, right, right, (origin,)), ((ANY,), (), (ANY, CREDENTIALS), (origin, origin))))


@st.composite
def preflighted(draw: st.DrawFn, origins: Sequence[str], secret: bool) -> Answer:
    """
    Draw an answer to a preflight.
    """
    return Answer(
        status=draw(usually(204, (200, 200, 200, 403))),
        reason="Why",
        headers=(
            *draw(granted(origins, secret)),
            f"Access-Control-Allow-Methods: {draw(mostly(METHODS_ALLOWED[:1], METHODS_ALLOWED))}",
            f"Access-Control-Allow-Headers: {draw(mostly(HEADERS_ALLOWED[:2], HEADERS_ALLOWED))}",
            *draw(st.sampled_from(AGES)),
            "Content-Length: 0",
        ),
        keep=True,
    )


@st.composite
def answered(draw: st.DrawFn, origins: Sequence[str], secret: bool, status: int, *lines: str) -> Answer:
    """
    Draw an answer of that *status*.
    """
    said = [line for more in draw(st.lists(st.sampled_from(SAID), max_size=2, unique=True)) for line in more]
    vary = draw(usually((), tuple((f"Vary: {value}",) for value in VARY)))
    cookie = draw(usually((), tuple((f"Set-Cookie: s=1{kind}",) for kind in COOKIE_KINDS)))
    caching = draw(st.sampled_from(CACHING)) if draw(st.booleans()) else ()
    typed = () if any(line.startswith("Content-Type") for line in said) else (TEXT,)
    body = "" if status in (204, 205, 304) else draw(st.sampled_from(("ok", "hello")))
    length = () if status in (204, 304) else (f"Content-Length: {len(body)}",)
    return Answer(
        status=status,
        reason="Why",
        headers=(*draw(granted(origins, secret)), *typed, *said, *vary, *cookie, *caching, *lines, *length),
        body=body,
        keep=True,
    )


def _asking(standing: topology.Standing, steps: Sequence[Step], source: str | None) -> tuple[Step, ...]:
    if source is None:
        return standing.ask(*steps)
    return standing.ask(Frame(steps=tuple(steps), sandbox=None if source == "data" else "allow-scripts", source=source))


def mixed_places() -> st.SearchStrategy[str]:
    """
    Draw where a server stands.
    """
    return st.sampled_from(topology.PLACES)


@st.composite
def mixed(draw: st.DrawFn) -> Scenario:
    """
    Draw requests from one document and then from another one, and servers that answer, move and forget.
    """
    standing = draw(st.sampled_from(topology.STANDINGS))
    source = draw(usually(None, ("data", "srcdoc")))
    here = "null" if source is not None else standing.origin
    along = [draw(mixed_places()) for _ in range(draw(st.sampled_from((1, 1, 1, 2, 2, 3, 4))))]
    urls = [f"{{{place}}}/{number}" for number, place in enumerate(along)]
    first = draw(asked(urls[0]))
    steps: list[Step] = [first]
    for _ in range(draw(st.sampled_from((0, 1, 1, 2)))):
        url = draw(st.sampled_from((urls[0], urls[0], urls[0] + "#f", urls[-1], urls[-1] + "?q")))
        steps.append(first if draw(st.integers(0, 2)) == 0 else draw(asked(url)))
    secret = first.credentials in (True, "include")
    routes: list[Route] = []
    for number, place in enumerate(along):
        # NB: as it is in redirects from one origin to another, from the second one on.
        hops = pairwise(along[: number + 1])
        tainted = any(before not in (standing.place, after) for before, after in hops)
        origins = ("null", "null", "null", here) if tainted else (here,)
        if number == len(along) - 1:
            statuses = [draw(mostly(ENDS, ODD_ENDS)) for _ in range(draw(st.sampled_from((1, 1, 2, 3))))]
            answers = [draw(answered(origins, secret, status)) for status in statuses]
        else:
            location = draw(usually(urls[number + 1], (urls[number + 1] + "#f", urls[number + 1] + "?q")))
            answers = [draw(answered(origins, secret, draw(st.sampled_from(MOVES)), f"Location: {location}"))]
        pres = [draw(preflighted(origins, secret)) for _ in range(draw(st.sampled_from((1, 1, 2))))]
        path = f"/{number}"
        routes.append(Route(origin=place, path=path, method="OPTIONS", answers=tuple(pres)))
        routes.append(Route(origin=place, path=path, answers=tuple(answers)))
    jar = [
        Cookie(origin=draw(st.sampled_from(along)), line=f"k{number}=v{draw(st.sampled_from(COOKIE_KINDS))}")
        for number in range(draw(st.sampled_from((0, 0, 1, 2))))
    ]
    steps.append(Timing(url=urls[0])) if draw(st.integers(0, 4)) == 4 else None
    every = list(_asking(standing, steps, source))
    for _ in range(draw(st.sampled_from((0, 0, 1, 2)))):
        other = draw(st.sampled_from(tuple(each for each in topology.STANDINGS if each.top == standing.top)))
        again: Any = first if draw(st.booleans()) else draw(asked(draw(st.sampled_from(urls))))
        every += other.ask(again)
    return Scenario(
        id="fuzz/0",
        family="fuzz",
        page=Page(origin=standing.top),
        steps=tuple(every),
        routes=tuple(routes),
        cookies=tuple(jar),
        transports=topology.SITES,
    )
