"""
Clear-Site-Data: what is cleared, for whom, and by which responses.
"""

from collections.abc import Iterator
from typing import Final

from tests.evidence.recorder.corpus.build import (
    CREDENTIALS,
    ORIGIN,
    TEXT,
    allow,
    get,
    preflight,
    route,
    scenario,
    slug,
    xhr,
)
from tests.evidence.recorder.scenario import Answer, Cookie, Route, Scenario, Step

SECURE: Final = ("localhost", "tls")
PLAIN: Final = ("plain",)
SITES: Final = ("sites",)
LASTING: Final = "Cache-Control: max-age=600"

VALUES: Final = (
    *('"cookies"', '"cache"', '"storage"', '"*"', '"cache", "cookies"', '"cookies","cache"', '"executionContexts"'),
    *('"clientHints"', '"unknown"', '"unknown", "cookies"', "cookies", "'cookies'", '"COOKIES"', '"Cookies"', "*", ""),
    *(
        '"cookies" "cache"',
        '"cookies"; "cache"',
        '"cookies',
        '"cookies",',
        ', "cookies"',
        '"cache", *',
        '"cookies";x=1',
    ),
    *('"cache", "storage"', '"*", "cookies"', '"prefetchCache"', '"prerenderCache"'),
)


def scenarios() -> Iterator[Scenario]:
    """
    Make the family `clear-site-data`.
    """
    jar = (Cookie(origin="api", line="c=1; Path=/; SameSite=None; Secure"),)
    include = {"credentials": "include"}
    look: tuple[Step, ...] = (
        get(**include),
        get(url="{api}/p", method="PUT", **include),
    )

    def served(*clearing: Route) -> list[Route]:
        return [
            *clearing,
            route(allow(CREDENTIALS, LASTING)),
            route(
                preflight("Access-Control-Allow-Methods: PUT", CREDENTIALS, "Access-Control-Max-Age: 600"),
                path="/p",
                method="OPTIONS",
            ),
            route(allow(CREDENTIALS), path="/p"),
        ]

    def cleared(value: str = '"cache", "cookies"', **changes: object) -> Route:
        shown = allow(CREDENTIALS, f"Clear-Site-Data: {value}", **changes)  # type: ignore[arg-type]
        return route(shown, path="/clear")

    for number, value in enumerate(VALUES):
        steps = (*look, get(url="{api}/clear", **include), *look)
        name = f"clear-site-data/{number:02}-{slug(value)}"
        yield scenario(name, steps, served(cleared(value)), cookies=jar, transports=SECURE)

    everything = '"cache", "cookies"'
    for name, asked, clearing in (
        ("omit", get(url="{api}/clear"), cleared()),
        ("no-cors", get(url="{api}/clear", mode="no-cors", **include), cleared()),
        ("no-cors-omit", get(url="{api}/clear", mode="no-cors"), cleared()),
        (
            "unreadable",
            get(url="{api}/clear", **include),
            route(Answer(headers=(f"Clear-Site-Data: {everything}",)), path="/clear"),
        ),
        ("not-found", get(url="{api}/clear", **include), cleared(status=404, reason="Not Found")),
        ("no-content", get(url="{api}/clear", **include), cleared(status=204, reason="No Content", body="")),
        (
            "on-redirect",
            get(url="{api}/clear", **include),
            route(
                allow(
                    CREDENTIALS,
                    f"Clear-Site-Data: {everything}",
                    "Location: {api}/p",
                    status=302,
                    reason="Found",
                    body="",
                ),
                path="/clear",
            ),
        ),
        (
            "on-preflight",
            get(url="{api}/clear", method="PUT", **include),
            route(
                preflight("Access-Control-Allow-Methods: PUT", CREDENTIALS, f"Clear-Site-Data: {everything}"),
                path="/clear",
                method="OPTIONS",
            ),
        ),
        (
            "two-lines",
            get(url="{api}/clear", **include),
            route(allow(CREDENTIALS, 'Clear-Site-Data: "cookies"', 'Clear-Site-Data: "cache"'), path="/clear"),
        ),
        (
            "sets-cookie-too",
            get(url="{api}/clear", **include),
            route(
                allow(CREDENTIALS, 'Clear-Site-Data: "cookies"', "Set-Cookie: d=2; Path=/; SameSite=None; Secure"),
                path="/clear",
            ),
        ),
        (
            "cacheable",
            get(url="{api}/clear", **include),
            route(allow(CREDENTIALS, 'Clear-Site-Data: "cache"', LASTING), path="/clear"),
        ),
    ):
        routes = served(clearing)
        if name == "on-preflight":
            routes.append(route(allow(CREDENTIALS), path="/clear"))
        yield scenario(f"clear-site-data/{name}", (*look, asked, *look), routes, cookies=jar, transports=SECURE)

    yield from _itself()
    # Whose cookies: the host's, its domain's, those of hosts below and beside it.
    yield scenario(
        "clear-site-data/scope-of-cookies",
        (
            get(url="{sub}/clear", **include),
            *(get(url=f"{{{place}}}/look", **include) for place in ("app", "sub", "alt", "api", "other")),
        ),
        [
            route(allow(CREDENTIALS, 'Clear-Site-Data: "cookies"'), origin="sub", path="/clear"),
            *(route(allow(CREDENTIALS), origin=place, path="/look") for place in ("app", "sub", "alt", "api", "other")),
        ],
        cookies=(
            Cookie(origin="app", line="app=1; Path=/; SameSite=None; Secure"),
            Cookie(origin="app", line="domain=1; Path=/; Domain={app.domain}; SameSite=None; Secure"),
            Cookie(origin="sub", line="sub=1; Path=/; SameSite=None; Secure"),
            Cookie(origin="api", line="api=1; Path=/; SameSite=None; Secure"),
            Cookie(origin="other", line="other=1; Path=/; SameSite=None; Secure"),
        ),
        transports=("tls",),
    )
    # Whose responses in the HTTP cache: of the origin, of another port, of another host.
    places = ("app", "alt", "sub", "api", "other")
    asked_all = tuple(get(url=f"{{{place}}}/look") for place in places)
    for which in ("app", "sub", "alt"):
        yield scenario(
            f"clear-site-data/scope-of-cache-{which}",
            (*asked_all, get(url=f"{{{which}}}/clear"), *asked_all),
            [
                route(allow('Clear-Site-Data: "cache"', CREDENTIALS), origin=which, path="/clear"),
                *(route(allow(LASTING), origin=place, path="/look") for place in places),
            ],
            transports=SECURE,
        )
    # Not over http.
    insecure = (Cookie(origin="api", line="c=1; Path=/"),)
    yield scenario(
        "clear-site-data/insecure",
        (*look, get(url="{api}/clear", **include), *look),
        served(cleared()),
        cookies=insecure,
        transports=PLAIN,
    )


def _itself() -> Iterator[Scenario]:
    """
    Make scenarios of whether what clears the cache is stored itself.
    """
    include = {"credentials": "include"}
    readable: tuple[str, ...] = (ORIGIN, CREDENTIALS)
    refused: tuple[str, ...] = ()
    bare: tuple[str, ...] = (ORIGIN,)
    for label, value in (("cache", '"cache"'), ("all", '"*"'), ("cookies", '"cookies"')):
        for api in (get, xhr):
            for whose, lines in (("readable", readable), ("refused", refused), ("bare", bare)):
                asked = get(**include) if api is get else xhr(credentials=True)
                clearing = Answer(headers=(*lines, TEXT, LASTING, f"Clear-Site-Data: {value}"), body="hello")
                name = f"clear-site-data/itself-{label}-{api.__name__}-{whose}"
                yield scenario(name, (asked, asked, get()), [route(clearing)], transports=SITES)
    moving = allow(CREDENTIALS, "Location: {api}/y", status=302, reason="Found", body="")
    for label, value in (("cache", '"cache"'), ("all", '"*"')):
        for whose, granting in (("readable", readable), ("refused", refused)):
            clearing = Answer(headers=(*granting, TEXT, LASTING, f"Clear-Site-Data: {value}"), body="hello")
            again = xhr(credentials=True)
            name = f"clear-site-data/itself-{label}-moved-{whose}"
            yield scenario(name, (again, again), [route(moving), route(clearing, path="/y")], transports=SITES)
    tagged = allow(CREDENTIALS, 'ETag: "1"', "Cache-Control: no-cache")
    confirming = (ORIGIN, CREDENTIALS, LASTING, 'Clear-Site-Data: "cache"')
    unchanged = Answer(status=304, reason="Not Modified", headers=confirming)
    for api in (get, xhr):
        asked = get(**include) if api is get else xhr(credentials=True)
        name = f"clear-site-data/itself-validated-{api.__name__}"
        yield scenario(name, (asked,) * 4, [route(tagged, unchanged)], transports=SITES)
