"""
Random scenarios for the browser's HTTP cache: one or two URLs asked for several times, and answers that change.

All answers state their length, since what does not is known to differ in Firefox. Nothing waits: what is fresh is so to
the end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from hypothesis import strategies as st

from tests.evidence.fuzz.drawing import mostly, usually
from tests.evidence.recorder.corpus.build import ANY, CREDENTIALS, ORIGIN, route, text
from tests.evidence.recorder.corpus.http_cache import ETAG, FRESH, LONG_AGO, whole
from tests.evidence.recorder.scenario import Answer, Cookie, Fetch, Frame, Route, Scenario, Step, Xhr

if TYPE_CHECKING:
    from collections.abc import Sequence

OTHER: Final = "Access-Control-Allow-Origin: {other}"
CONTROL: Final = "Cache-Control"

PREFLIGHT: Final = (
    ORIGIN,
    CREDENTIALS,
    "Access-Control-Allow-Methods: PUT, DELETE",
    "Access-Control-Allow-Headers: x-a, authorization, cache-control, if-none-match, range",
    "Access-Control-Max-Age: 600",
)

# What servers send of their own accord: Express, its static files, nginx, Flask's files, and APIs of several kinds.
SERVERS: Final = (
    ("X-Powered-By: Express", 'ETag: W/"5-abc"'),
    ("X-Powered-By: Express", f"{CONTROL}: public, max-age=0", LONG_AGO, 'ETag: W/"5-abc"'),
    ("Server: nginx", LONG_AGO, 'ETag: "65-abc"', "Accept-Ranges: bytes"),
    ("Server: Werkzeug", f"{CONTROL}: no-cache", LONG_AGO, 'ETag: "65-abc"'),
    (FRESH,),
    (FRESH, ETAG),
    (f"{CONTROL}: public, max-age=31536000, immutable",),
    (f"{CONTROL}: no-cache", ETAG),
    (f"{CONTROL}: no-store",),
    (f"{CONTROL}: private, max-age=600", 'ETag: W/"x"'),
    (f"{CONTROL}: no-cache, no-store, must-revalidate", "Pragma: no-cache", "Expires: 0", ETAG),
    (ETAG,),
    (LONG_AGO,),
    (),
)

# For how long: spelled in other ways, and what contradicts itself.
LIFETIMES: Final = (
    *(
        (f"{CONTROL}: {value}",)
        for value in (
            "max-age=0", "max-age=0, must-revalidate", "MAX-AGE=600", "max-age=600; public", "max-age=600 public",
            "max-age=+600", "max-age=600.5", "max-age", "max-age=", ",max-age=600,", "", "public", "must-revalidate",
            "private", "private=x, max-age=600", "max-age=600, no-cache", "no-cache, max-age=600", "No-Cache",
            "no-cache=x, max-age=600", "s-maxage=0, max-age=600", "max-age=0, s-maxage=600", "max-age='600'",
            "no-store=x, max-age=600", "max-age=600, max-age=0", "max-age=00600", "x=y, max-age=600", "x max-age=600",
            "must-revalidate, max-age=600", "max-age=0, stale-while-revalidate=600", "stale-while-revalidate=600",
            "max-age=600, stale-if-error=600", "no-cache, stale-while-revalidate=600", "only-if-cached, max-age=600",
            "max-age=4294967896", "max-age=2147483648", "immutable", "no-transform, max-age=600",
            'x="a, max-age=0", max-age=600', "max-age=0, stale-while-revalidate=600, must-revalidate",
        )
    ),
    (f"{CONTROL}: no-cache", FRESH),
    (FRESH, f"{CONTROL}: no-store"),
    ("cache-control: public", f"{CONTROL}: max-age=600"),
    (FRESH, "Expires: 0"),
    (f"{CONTROL}: max-age=0", "Expires: Thu, 01 Jan 2099 00:00:00 GMT"),
    (f"{CONTROL}: public", "Expires: Thu, 01 Jan 2099 00:00:00 GMT"),
    (f"{CONTROL}: max-age=x", "Expires: Thu, 01 Jan 2099 00:00:00 GMT"),
    *(
        (f"Expires: {value}",)
        for value in (
            "Thu, 01 Jan 2099 00:00:00 GMT", "Thu, 01 Jan 2099 00:00:00", "Thursday, 01-Jan-37 00:00:00 GMT",
            "Thu Jan  1 00:00:00 2099", "2099-01-01", "-1", "Thu, 01 Jan 2015 00:00:00 GMT",
        )
    ),
    ("Pragma: no-cache", "Expires: Thu, 01 Jan 2099 00:00:00 GMT"),
    ("Pragma: No-Cache, x", FRESH),
    ("Pragma: no-cache", ETAG),
    ("Pragma: x, no-cache", FRESH),
    *((FRESH, f"Age: {age}") for age in ("0", "599", "1000", "-1", "x")),
    *((FRESH, f"Date: {date}") for date in ("Mon, 02 Jan 2006 15:04:05 GMT", "Thu, 01 Jan 2099 00:00:00 GMT", "x")),
    ("Date: Mon, 02 Jan 2006 15:04:05 GMT", "Expires: Mon, 02 Jan 2006 16:04:05 GMT"),
    ("Date: Mon, 02 Jan 2006 15:04:05 GMT", "Expires: Thu, 01 Jan 2099 00:00:00 GMT"),
    ("Date: Mon, 02 Jan 2006 15:04:05 GMT", LONG_AGO),
    ("Date: Tue, 03 Jan 2006 15:04:05 GMT", LONG_AGO),
)  # fmt: skip

VALIDATORS: Final = (
    (ETAG,),
    ('ETag: W/"x"',),
    (LONG_AGO,),
    (ETAG, LONG_AGO),
    ('ETag: W/"x"', LONG_AGO),
    ("ETag: x",),
    ('ETag: ""',),
    ("ETag:",),
    ('ETag: "x"', 'ETag: "y"'),
    ("Last-Modified: x",),
    ("Last-Modified: Thu, 01 Jan 2099 00:00:00 GMT",),
    ("Last-Modified: Monday, 02-Jan-06 15:04:05 GMT",),
    ("Last-Modified:", ETAG),
)

VARY: Final = (
    ("Vary: Accept",),
    ("Vary: Cookie",),
    ("Vary: *",),
    ("Vary: Origin, *",),
    ("Vary: Accept-Encoding",),
    ("Vary: Origin, Accept-Encoding",),
    ("Vary: Origin", "Vary: Accept"),
    ("Vary: X-A",),
    ("Vary: Authorization",),
    ("Vary: Referer",),
    ("Vary: Sec-Fetch-Mode",),
    ("Vary: User-Agent",),
    ("Vary: Cache-Control",),
    ("Vary:",),
    ("Vary: Origin,,",),
    ("vary: ORIGIN",),
)

GRANTS: Final = ((ORIGIN, CREDENTIALS), (ORIGIN, CREDENTIALS), (ORIGIN,), (ANY,), (), (OTHER,))

# The status of answers that come first, and of those that come later.
FIRST: Final = ((200,), (200,), (200,), (301, 302, 307, 308, 303, 404, 410, 203, 204, 500))
LATER: Final = ((304,), (304,), (200,), (200,), (404, 500, 410, 204, 301, 302, 308, 503))

REQUEST_HEADERS: Final = (
    ("Accept", "a/b"),
    ("Accept", "c/d"),
    ("X-A", "1"),
    ("X-A", "2"),
    ("Authorization", "Bearer x"),
    ("Authorization", "Bearer y"),
    ("Cache-Control", "no-cache"),
    ("Cache-Control", "max-age=0"),
    ("Cache-Control", "max-age=60"),
    ("Cache-Control", "max-stale"),
    ("Cache-Control", "no-store"),
    ("Cache-Control", "only-if-cached"),
    ("If-None-Match", '"x"'),
    ("If-None-Match", '"z"'),
    ("Range", "bytes=0-1"),
)
MODES: Final = ("no-store", "reload", "no-cache", "force-cache", "only-if-cached", "default")


@st.composite
def asked(draw: st.DrawFn, url: str, usual: dict[str, Any]) -> Fetch | Xhr:
    """
    Draw a request for *url* that is like the *usual* one, but for one thing or two.
    """
    init = {**usual}
    for _ in range(draw(st.sampled_from((0, 0, 1, 1, 2)))):
        name = draw(st.sampled_from(("credentials", "mode", "cache", "headers", "method", "redirect", "xhr")))
        init[name] = draw(
            {
                "credentials": st.sampled_from((None, "include", "omit")),
                "mode": st.sampled_from((None, "no-cors")),
                "cache": st.sampled_from(MODES),
                "headers": st.sampled_from(REQUEST_HEADERS).map(lambda header: (header,)),
                "method": st.sampled_from(("HEAD", "POST", "PUT", "DELETE")),
                "redirect": usually("follow", ("manual", "error")),
                "xhr": st.just(True),
            }[name]
        )
    method = init.get("method", "GET")
    body = draw(st.sampled_from((None, text("b")))) if method in ("POST", "PUT", "DELETE") else None
    if init.pop("xhr", False):
        made = {"method": method, "headers": init.get("headers", ()), "body": body}
        return Xhr(url=url, credentials=init.get("credentials") == "include", **made)
    if init.get("cache") == "only-if-cached":
        init["mode"] = "same-origin"
    # NB: without CORS only what is safe may be asked for.
    if init.get("mode") == "no-cors" and (method in ("PUT", "DELETE") or init.get("redirect") not in (None, "follow")):
        init["mode"] = None
    return Fetch(url=url, body=body, **init)


@st.composite
def caching(draw: st.DrawFn) -> tuple[str, ...]:
    """
    Draw what an answer says to caches.
    """
    lines = draw(mostly(SERVERS, LIFETIMES))
    more = (
        draw(usually((), VALIDATORS)) if not any(line.lower().startswith(("etag", "last-m")) for line in lines) else ()
    )
    vary = draw(mostly(((), ("Vary: Origin",)), VARY))
    return (*lines, *more, *vary)


def _answer(lines: Sequence[str], status: int, body: str, target: str) -> Answer:
    moved = (f"Location: {target}",) if status in (301, 302, 303, 307, 308) else ()
    return whole(*lines, *moved, status=status, reason=f"S{status}", body=body)


@st.composite
def answered(draw: st.DrawFn, place: str, path: str, target: str) -> Route:
    """
    Draw up to three answers to GET: the same again, other ones, and those that say that nothing has changed.
    """
    grant = draw(st.sampled_from(GRANTS))
    lines = draw(caching())
    status = draw(st.sampled_from(draw(st.sampled_from(FIRST))))
    answers = [_answer((*grant, *lines), status, "one", target)]
    for body in ("two", "three")[: draw(st.sampled_from((1, 1, 2)))]:
        status = draw(st.sampled_from(draw(st.sampled_from(LATER))))
        new = draw(st.sampled_from((lines, lines, ()))) if draw(st.booleans()) else draw(caching())
        answers.append(_answer((*draw(usually(grant, GRANTS)), *new), status, body, target))
    return route(*answers, origin=place, path=path, method="GET")


@st.composite
def cached(draw: st.DrawFn) -> Scenario:
    """
    Draw requests that meet what the HTTP cache has kept of those before.
    """
    place, other = draw(
        st.sampled_from((("api", "api"), ("api", "api"), ("app", "app"), ("api", "other"), ("app", "api")))
    )
    no_usual: dict[str, Any] = {}
    usual = draw(
        usually(no_usual, ({"credentials": "include"}, {"mode": "no-cors"}, {"xhr": True}, {"credentials": "omit"}))
    )
    urls = st.sampled_from((*(f"{{{place}}}/x",) * 4, f"{{{other}}}/y"))
    steps: list[Step] = []
    for _ in range(draw(st.integers(2, 5))):
        step = draw(asked(draw(urls), usual))
        sandbox = draw(usually(None, ("allow-scripts", "allow-scripts allow-same-origin")))
        steps.append(step if sandbox is None else Frame(steps=(step,), sandbox=sandbox))
    routes = []
    for at, path, target in ((place, "/x", f"{{{other}}}/y"), (other, "/y", f"{{{place}}}/z"), (place, "/z", "/y")):
        routes += [
            draw(answered(at, path, target)) if path != "/z" else route(whole(*GRANTS[0]), origin=at, path=path),
            route(whole(*PREFLIGHT, status=204), origin=at, path=path, method="OPTIONS"),
        ]
        if path != "/z":
            status = draw(usually(200, (204, 302, 404, 500)))
            other_methods = _answer(
                (*draw(usually(GRANTS[0], GRANTS)), *draw(usually((), SERVERS))), status, "", target
            )
            routes.append(route(other_methods, origin=at, path=path))
    jar = draw(usually((), ((Cookie(origin=place, line="k=v"),),)))
    return Scenario(id="fuzz/0", family="fuzz", steps=tuple(steps), routes=tuple(routes), cookies=jar)
