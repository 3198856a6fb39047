"""
Random scenarios: what pages ask and what servers answer, near the boundaries of what CORS allows.

Each begins with a request and with answers that allow it; a few spellings from the tables of the corpus then spoil the
answers, so that most scenarios come far and fail, if at all, for one reason or two.

Left out, since `tests/evidence/agreement/exceptions.py` or `spec_notes/not_simulated.md` says that both are known to
differ: broken connections, the prompt for a password (401), a repeated request after 421, lengths that contradict each
other, names of response headers that are no tokens, blanks at the end of a reason, control characters in a location,
streams, odd URLs, waiting, elements and timing. What the HTTP cache would keep has strategies of its own
(`http_cache`): here it is left out, validators, expiry, and a second request for what was redirected for good.
"""

from __future__ import annotations

import json
import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import attrs
from hypothesis import HealthCheck, Phase, given, seed, settings, strategies as st

from tests.evidence.fuzz.drawing import mostly, usually
from tests.evidence.fuzz.http_cache import cached
from tests.evidence.fuzz.mixed import mixed
from tests.evidence.recorder.corpus import (
    cookies,
    errors,
    methods,
    modes,
    preflight_cache,
    preflights,
    redirects,
    referrers,
    response_headers,
    safelist,
    script_headers,
    topology,
)
from tests.evidence.recorder.corpus.build import ANY, CREDENTIALS, ORIGIN, TEXT, answer, both, kept, route
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
    Xhr,
    scenario_from_json,
    to_json,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

NULL: Final = "Access-Control-Allow-Origin: null"
AGE: Final = "Access-Control-Max-Age"
TOKEN: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")

# The digest of "hello", the usual body, and one of something else.
DIGESTS: Final = (
    "sha256-LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=",
    "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    "sha256-x",
    "x",
)

COMMON_METHODS: Final = ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD")
COMMON_HEADERS: Final = (
    ("X-A", "1"),
    ("X-B", "2"),
    ("x-requested-with", "XMLHttpRequest"),
    ("Content-Type", "application/json"),
    ("Content-Type", "text/plain"),
    ("Authorization", "Bearer x"),
    ("Accept", "application/json"),
)
ODD_HEADERS: Final = (
    *safelist.VALUES,
    *((name, "a" * length) for name in ("Accept", "Accept-Language", "X-A") for length in (127, 128, 129)),
    *((name, "1") for name in (*safelist.NAMES, *script_headers.FORBIDDEN)),
    *script_headers.OVERRIDES,
    *(("X-A", value) for value in script_headers.BAD_VALUES),
)
# Several headers at once: orders, repetitions, and sums of lengths around 1024 bytes.
HEADER_SETS: Final = (
    *(headers for _, headers in safelist.REPEATED),
    *(tuple((name, str(place)) for place, name in enumerate(names)) for names in script_headers.ORDERS),
    *(
        (*((("Accept", "a" * 128),) * 7), ("Accept-Language", "b" * length), ("Content-Language", "c" * rest))
        for length, rest in ((126, 1), (127, 1), (128, 1), (64, 64), (64, 65))
    ),
)
BODIES: Final = (
    Body(text="hi"),
    Body(text=""),
    Body(text="{}"),
    Body(text="\xe9\xff"),
    Body(kind="bytes", text="\x00\xff"),
    Body(kind="params", fields=(("a", "1"), ("b", "x y"), ("c", "\xe9&"))),
    Body(kind="form", fields=(("a", "1"), ("b", "x"))),
    Body(kind="form", fields=(("f", "data", 'na"me.txt', "text/x"),)),
    Body(kind="blob", text="hi"),
    Body(kind="blob", text="hi", type="text/plain"),
    Body(kind="blob", text="{}", type="application/json"),
    Body(kind="blob", text="x", type="Text/HTML; a=B"),
)

# NB: ports, sites and other hosts; `app` is the page's origin.
PLACES: Final = ("app", "api", "other", "third", "sub", "alt")
FOREIGN: Final = ("api", "other", "third")

# NB: 401 asks for a password, 421 is asked again, 304 answers a cache.
UNLIKE: Final = (304, 401, 421)
STATUSES: Final = tuple(status for status in errors.STATUSES if status not in UNLIKE)
PREFLIGHT_STATUSES: Final = tuple(status for status in preflights.STATUSES if status not in UNLIKE)

# What a cache may keep without being told to; sequences, which ask again, fail otherwise instead.
KEPT: Final = (300, 301, 308, 404, 405, 410, 414, 501)

LOCATIONS: Final = tuple(location for location in redirects.LOCATIONS if location != "\x01")

# Lines of a response that a page may or may not see.
SHOWN: Final = (
    ("X-One: 1",),
    ("X-One: 1", "x-one: 2"),
    ("X-One:    a   b ",),
    ("X-One:",),
    ("X-One: \xe9",),
    ("X-One: a\r\n b",),
    ("x-two: \x01",),
    ("Content-Language: de",),
    ("Pragma: x",),
    ("Server: x", "Date: x"),
    ("Set-Cookie: a=b",),
    ("Set-Cookie2: a=b",),
    ("Vary: Origin",),
    ("Vary: *",),
    ("Content-Length: 5",),
    ("Content-Type: text/html",),
    ("X-Content-Type-Options: nosniff",),
    ("Timing-Allow-Origin: *",),
    ("Referrer-Policy: no-referrer",),
    ("Refresh: 9",),
    ("no colon",),
)


def _of(table: Iterable[tuple[str, Sequence[str]]]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(lines) for _, lines in table)


def _list_of(name: str) -> tuple[tuple[str, ...], ...]:
    """
    Give the spellings of a list of names: `{0}` is what has to be in it, `{1}` something else.
    """
    shapes = (*response_headers.LIST_SHAPES, "{0},*", "{1}", "{0}x", "x{0}")
    twice = ((f"{name}: {{0}}", f"{name}: {{1}}"), (f"{name}:", f"{name}: {{0}}"), (f"{name}: a b", f"{name}: {{0}}"))
    return ((), *((f"{name}: {shape}",) for shape in shapes), *twice, (f"{name.lower()}: {{0}}",))


# What each header may be instead of right: the lines that take the place of all that it had.
OF_BOTH: Final = {
    "access-control-allow-origin": _of(response_headers.ORIGINS),
    "access-control-allow-credentials": _of(response_headers.CREDENTIAL_LINES),
}
OF_PREFLIGHTS: Final = {
    **OF_BOTH,
    "access-control-allow-methods": _list_of("Access-Control-Allow-Methods"),
    "access-control-allow-headers": _list_of("Access-Control-Allow-Headers"),
    "access-control-max-age": tuple((f"{AGE}: {age}",) for age in preflight_cache.AGES),
}
OF_ANSWERS: Final = {
    **OF_BOTH,
    "access-control-expose-headers": _list_of("Access-Control-Expose-Headers"),
    "cross-origin-resource-policy": tuple((f"Cross-Origin-Resource-Policy: {value}",) for value in modes.POLICIES),
    "x-one": SHOWN,
}


@st.composite
def header_lists(draw: st.DrawFn) -> tuple[tuple[str, str], ...]:
    """
    Draw the headers that a script sets.
    """
    if draw(st.integers(0, 7)) == 7:
        return draw(st.sampled_from(HEADER_SETS))
    return tuple(draw(st.lists(mostly(COMMON_HEADERS, ODD_HEADERS), max_size=3)))


@st.composite
def fetches(draw: st.DrawFn, url: str) -> Fetch:
    """
    Draw a call of fetch().
    """
    method = draw(mostly(COMMON_METHODS, methods.METHODS))
    may_have_body = method.upper() not in ("GET", "HEAD")
    return Fetch(
        url=url,
        method=None if method == "GET" else method,
        headers=draw(header_lists()),
        body=draw(st.none() | st.sampled_from(BODIES)) if may_have_body else None,
        mode=draw(usually(None, ("cors", "no-cors", "same-origin"))),
        credentials=draw(st.sampled_from((None, None, "omit", "same-origin", "include", "include"))),
        redirect=draw(usually(None, ("follow", "error", "manual"))),
        cache=draw(usually(None, ("default", "no-store", "reload", "no-cache"))),
        referrer=draw(usually(None, ("", "about:client", "{app}/other?q#f", "/relative"))),
        referrer_policy=draw(usually(None, referrers.POLICIES)),
        integrity=draw(usually(None, DIGESTS)),
        keepalive=draw(usually(False, (True,))),
    )


@st.composite
def xhrs(draw: st.DrawFn, url: str) -> Xhr:
    """
    Draw an XMLHttpRequest.
    """
    return Xhr(
        url=url,
        method=draw(mostly(COMMON_METHODS, methods.METHODS)),
        headers=draw(header_lists()),
        body=draw(st.none() | st.sampled_from(BODIES)),
        credentials=draw(st.booleans()),
        upload=draw(st.booleans()),
    )


def requests(url: str) -> st.SearchStrategy[Fetch | Xhr]:
    """
    Draw a request of either kind.
    """
    return st.integers(0, 3).flatmap(lambda number: xhrs(url) if number == 3 else fetches(url))


def includes_credentials(step: Fetch | Xhr) -> bool:
    """
    Whether *step* sends credentials to other origins too.
    """
    return step.credentials is True or step.credentials == "include"


def _names(steps: Iterable[Fetch | Xhr]) -> list[str]:
    named = {name.lower() for step in steps for name, _ in step.headers if TOKEN.fullmatch(name)}
    return sorted({*named, "content-type"})


@st.composite
def grants(draw: st.DrawFn, steps: Sequence[Fetch | Xhr], origin: str = ORIGIN) -> tuple[Answer, Answer]:
    """
    Draw the answers to preflight and request that allow *steps*, spoiled in up to three places.
    """
    secret = any(includes_credentials(step) for step in steps)
    lines = (origin, CREDENTIALS) if secret else (draw(st.sampled_from((origin, ANY))),)
    wanted = ", ".join(dict.fromkeys(step.method or "GET" for step in steps))
    names = ", ".join(_names(steps))
    wild = not secret and draw(st.integers(0, 4)) == 4
    pre = answer(
        *lines,
        f"Access-Control-Allow-Methods: {'*' if wild else wanted}",
        f"Access-Control-Allow-Headers: {'*' if wild else names}",
        status=draw(st.sampled_from((204, 200))),
        body="",
    )
    shown = draw(st.sampled_from(SHOWN))
    actual = answer(*lines, TEXT, *shown, *draw(st.sampled_from(((), ("Access-Control-Expose-Headers: x-one",)))))
    for _ in range(draw(st.sampled_from((0, 0, 1, 1, 1, 2, 3)))):
        if draw(st.booleans()):
            pre = draw(spoiled(pre, OF_PREFLIGHTS, PREFLIGHT_STATUSES, wanted, names))
        else:
            actual = draw(spoiled(actual, OF_ANSWERS, STATUSES, "X-One", "X-One"))
    return pre, actual


@st.composite
def spoiled(
    draw: st.DrawFn,
    right: Answer,
    spellings: dict[str, tuple[tuple[str, ...], ...]],
    statuses: Sequence[int],
    wanted: str,
    names: str,
) -> Answer:
    """
    Spell one header of *right* in another way, or give it another status.
    """
    name = draw(st.sampled_from((*spellings, "status")))
    if name == "status":
        status = draw(st.sampled_from(statuses))
        return attrs.evolve(right, status=status, reason="Why", body="" if status in (204, 205) else right.body)
    asked = names if name == "access-control-allow-headers" else wanted
    other = "x-two" if name != "access-control-allow-methods" else "LINK"
    lines = [line.replace("{0}", asked).replace("{1}", other) for line in draw(st.sampled_from(spellings[name]))]
    kept = [line for line in right.headers if line.partition(":")[0].lower() != name]
    return attrs.evolve(right, headers=(*lines, *kept) if draw(st.booleans()) else (*kept, *lines))


def _made(steps: Sequence[Step], routes: Iterable[Route], **more: Any) -> Scenario:
    return Scenario(id="fuzz/0", family="fuzz", steps=tuple(steps), routes=tuple(routes), **more)


@st.composite
def single(draw: st.DrawFn, place: str = "api") -> Scenario:
    """
    Draw one request and its answers.
    """
    step = draw(requests(f"{{{place}}}/x"))
    return _made([step], both(*draw(grants([step])), origin=place))


@st.composite
def at_home(draw: st.DrawFn) -> Scenario:
    """
    Draw one request to the page's own origin, site or host, from a page that may have a policy and other paths.
    """
    page = Page(
        path=draw(usually(Page().path, ("/", "/dir/", "/a%20b?c"))),
        headers=draw(usually((), tuple((f"Referrer-Policy: {policy}",) for policy in referrers.POLICIES))),
    )
    return attrs.evolve(draw(single(draw(st.sampled_from(("app", "sub", "alt", "api"))))), page=page)


# What sequences are made of: few enough that one preflight is often good for the next.
ASKED: Final[tuple[dict[str, Any], ...]] = (
    {"method": "PUT"},
    {"method": "PUT", "headers": (("X-A", "1"),)},
    {"method": "DELETE"},
    {"method": "patch"},
    {"headers": (("X-A", "1"),)},
    {"headers": (("x-b", "1"), ("X-A", "1"))},
    {"headers": (("Authorization", "x"),)},
    {"method": "POST", "headers": (("Content-Type", "application/json"),), "body": Body(text="{}")},
    {"method": "POST", "body": Body(text="x")},
    {},
)


@st.composite
def sequences(draw: st.DrawFn) -> Scenario:
    """
    Draw several requests for one URL, and answers that change in between: a matter for the preflight cache.
    """
    steps: list[Fetch | Xhr] = []
    for asked in draw(st.lists(st.sampled_from(ASKED), min_size=2, max_size=4)):
        url = draw(usually("{api}/x", ("{api}/x?q", "{api}/x#f")))
        credentials = draw(st.sampled_from((None, "include")))
        cache = draw(usually(None, ("no-store", "reload", "no-cache")))
        made = {"url": url, **asked}
        as_xhr = draw(st.integers(0, 3)) == 3
        xhr = Xhr(credentials=credentials is not None, upload=draw(st.booleans()), **made) if as_xhr else None
        steps.append(xhr or Fetch(credentials=credentials, cache=cache, **made))
    found = [draw(grants(steps)) for _ in range(draw(st.integers(1, 2)))]
    ages = draw(st.lists(st.sampled_from(((f"{AGE}: 600",), (f"{AGE}: 600",), (), (f"{AGE}: 0",))), min_size=2))
    pres = tuple(
        pre if any(line.startswith(AGE) for line in pre.headers) else attrs.evolve(pre, headers=(*pre.headers, *age))
        for (pre, _), age in zip(found, ages, strict=False)
    )
    actual = tuple(attrs.evolve(each, status=500) if each.status in KEPT else each for _, each in found)
    return _made(steps, [route(*pres, method="OPTIONS"), route(*actual)])


def _origins_along(places: Sequence[str]) -> list[str]:
    """
    Say, for each place of a chain, which origin a request that started at the page shows there.
    """
    shown = [ORIGIN]
    for before, here in pairwise(places):
        tainted = shown[-1] == NULL or (before != "app" and here != before)
        shown.append(NULL if tainted else ORIGIN)
    return shown


@st.composite
def chains(draw: st.DrawFn, places: Sequence[str]) -> Scenario:
    """
    Draw a request that is redirected up to four times, between *places*.
    """
    along = draw(st.lists(st.sampled_from(places), min_size=2, max_size=5))
    step = draw(requests(f"{{{along[0]}}}/0"))
    routes: list[Route] = []
    for number, (place, origin) in enumerate(zip(along, _origins_along(along), strict=True)):
        pre, actual = draw(grants([step], draw(usually(origin, (ORIGIN, NULL)))))
        if number < len(along) - 1:
            following = along[number + 1]
            plain = f"{{{following}}}/{number + 1}"
            odd = (f"http://u:p@{{{following}.authority}}/{number + 1}", f"{plain}#f", f"/{number + 1}")
            location = draw(usually(plain, (*odd, *LOCATIONS)))
            kept = [line for line in actual.headers if not line.startswith("Location")]
            status = draw(st.sampled_from((302, 307, 308, 303, 301)))
            actual = attrs.evolve(actual, status=status, reason="Moved", headers=(*kept, f"Location: {location}"))
            # NB: an odd location may lead somewhere else, or back to where it came from.
            if location not in (plain, *odd):
                actual = attrs.evolve(actual, status=302)
                asked = ("app", "api", "other") if "{app" in location else ("api", "other")
                end = answer(ANY, TEXT)
                routes.extend(route(end, origin=each, path=path) for each in asked for path in ("/y", "/"))
        routes += both(pre, actual, origin=place, path=f"/{number}")
    return _made([step], routes)


@st.composite
def framed(draw: st.DrawFn) -> Scenario:
    """
    Draw requests of a frame, whose origin is opaque if the frame is sandboxed or a data: URL.
    """
    sandbox, source = draw(st.sampled_from((("allow-scripts", "srcdoc"), (None, "srcdoc"), (None, "data"))))
    origin = ORIGIN if (sandbox, source) == (None, "srcdoc") else NULL
    place = draw(usually("api", ("app",)))
    steps = draw(st.lists(requests(f"{{{place}}}/x"), min_size=1, max_size=2))
    routes = both(*draw(grants(steps, origin)), origin=place)
    return _made([Frame(steps=tuple(steps), sandbox=sandbox, source=source)], routes)


# NB: SameSite=None without Secure is left out: what a browser makes of it in a visit is a matter of navigation.
COOKIES: Final = tuple(f"{label}=1{attributes}" for label, attributes in cookies.KINDS if label in ("bare", "lax"))
SAFE_COOKIES: Final = (*COOKIES, "strict=1; Path=/; SameSite=Strict", "safe=1; Path=/; SameSite=None; Secure")


@st.composite
def with_cookies(draw: st.DrawFn) -> Scenario:
    """
    Draw requests of a user who is known to the server already, or becomes so by the first answer.
    """
    place = draw(st.sampled_from(("api", "sub", "app", "alt")))
    jar = draw(st.lists(st.sampled_from(SAFE_COOKIES), unique=True, max_size=3))
    steps = draw(st.lists(requests(f"{{{place}}}/x"), min_size=1, max_size=2))
    pre, actual = draw(grants(steps))
    setting = draw(usually((), tuple((f"Set-Cookie: new-{line}",) for line in SAFE_COOKIES)))
    actual = attrs.evolve(actual, headers=(*actual.headers, *setting), status=200)
    beforehand = tuple(Cookie(origin=place, line=line) for line in jar)
    return _made(steps, both(pre, actual, origin=place), cookies=beforehand)


PLACE = re.compile(r"\{(app|api|other|third|sub|alt)\b")
OF_SITES: Final = ("app", "api", "other", "third", "sub", "alt")


@st.composite
def placed(draw: st.DrawFn) -> Scenario:
    """
    Draw a scenario, and put its page and its places somewhere: http and https, same site and not, frames of all kinds.
    """
    standing = draw(st.sampled_from(topology.STANDINGS))
    drawn = draw(st.one_of(single(), single(), chains(FOREIGN), chains(PLACES), with_cookies()))
    there = dict(zip(OF_SITES, draw(st.permutations(topology.PLACES)), strict=False))

    def moved(text: str) -> str:
        # NB: what names the page's origin names that of the document that asks.
        text = text.replace(ORIGIN, f"Access-Control-Allow-Origin: {standing.origin}".replace("{", "{ "))
        return PLACE.sub(lambda match: "{" + there[match[1]], text).replace("{ ", "{")

    data = json.loads(moved(json.dumps(to_json(attrs.evolve(drawn, page=Page())))))
    for part in (*data.get("routes", ()), *data.get("cookies", ())):
        part["origin"] = there[part["origin"]]
    scenario = scenario_from_json(data)
    if draw(st.booleans()):
        scenario = attrs.evolve(kept(scenario), id=scenario.id)
    return attrs.evolve(
        scenario,
        page=Page(origin=standing.top),
        steps=standing.ask(*scenario.steps),
        transports=topology.SITES,
    )


# Each kind of scenario, as often as it is drawn; more than half of all may share a page, which makes them quick to run.
KINDS: Final = {
    "single": (single(),) * 4,
    "sequences": (sequences(),) * 3,
    "chains": (chains(FOREIGN), chains(FOREIGN), chains(PLACES)),
    "at-home": (at_home(),),
    "framed": (framed(),),
    "cookies": (with_cookies(),),
    "http-cache": (cached(), cached()),
    "placed": (placed(),),
    "mixed": (mixed(),),
}

ON_SITES: Final = frozenset({"placed", "mixed"})
"""The kinds whose places only the transport `sites` has; they are drawn only where they are asked for."""


def scenarios(kind: str | None = None) -> st.SearchStrategy[Scenario]:
    """
    Draw a scenario of that kind of `KINDS`, or of any.
    """
    drawn = (
        KINDS[kind]
        if kind is not None
        else tuple(each for name, many in KINDS.items() if name not in ON_SITES for each in many)
    )
    return st.sampled_from(drawn).flatmap(lambda strategy: strategy)


def generate(count: int, number: int, kind: str | None = None) -> list[Scenario]:
    """
    Generate *count* scenarios of a *kind* or of any, or a few less; always the same for the same *number*.

    NB: hypothesis varies what it has drawn, again and again; so more are drawn, and only every other new one is taken.
    """
    found: dict[Scenario, None] = {}

    @seed(number)
    @settings(
        phases=[Phase.generate],
        max_examples=count * 3,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(scenarios(kind))
    def collect(scenario: Scenario) -> None:
        found[scenario] = None

    collect()
    taken = list(found)[:: max(1, len(found) // count)][:count]
    return [attrs.evolve(scenario, id=f"fuzz/{number}-{place}") for place, scenario in enumerate(taken)]
