"""
Content Security Policy: what `connect-src` matches, which directive decides, redirects, frames and upgrades.
"""

from collections.abc import Iterator
from typing import Final

from tests.evidence.recorder.corpus.build import (
    ANY,
    TEXT,
    allow,
    answer,
    both,
    get,
    preflight,
    put,
    route,
    scenario,
    slug,
    text,
    xhr,
)
from tests.evidence.recorder.scenario import Element, Frame, Page, Route, Scenario, Step

PLAIN: Final = ("plain",)
TLS: Final = ("tls",)

SOURCES: Final = (
    # Keywords.
    *("", "'none'", "'NONE'", "'none' 'none'", "'none' {api}", "none", "'self'", "'SELF'", "self", "'self' {api}"),
    *("'self", '"self"', "'unsafe-inline'", "'unsafe-eval'", "'strict-dynamic'", "'strict-dynamic' {api}"),
    *("'report-sample'", "'nonce-abc'", "'nonce-abc' {api}", "'sha256-LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ='"),
    *("'unknown'", "'unknown' {api}"),
    # Schemes.
    *("*", "http:", "HTTP:", "https:", "ws:", "wss:", "data:", "http", "custom:", "1http:", "http:// {api}"),
    # Hosts.
    *("{api}", "{api.host}", "{api.authority}", "//{api.authority}", "http:{api.authority}", "http:/{api.authority}"),
    *("https://{api.authority}", "ws://{api.authority}", "wss://{api.authority}", "custom://{api.authority}"),
    *("HTTP://{api.authority}", "http://user@{api.authority}", "{api}.", "http://{api.host}.:8000"),
    *("*.localhost", "*.localhost:8000", "*.LOCALHOST:8000", "http://*.localhost:8000", "localhost:8000"),
    *("*.{api.authority}", "http://*.*.localhost:8000", "*localhost:8000", "*.*:8000", "{other}", "{other} {api}"),
    *("http://{api.host}_x:8000", "http://a..localhost:8000", "{api},", "{api}, *", "{api}, 'none'", ", {api}"),
    # Ports.
    *("{api.host}:*", "{api.host}:80", "{api.host}:443", "{api.host}:8001", "{api.host}:08000", "{api.host}:"),
    *("{api.host}:x", "{api.host}:8000:8000", "http://{api.host}", "http://{api.host}:*", "http://*", "http://*:8000"),
    *("http://*:*", "*:*", "*:8000", "*:80", "https://*:*", "http://{api.host}:99999", "http://{api.host}:-1"),
    # Paths.
    *("{api}/", "{api}/x", "{api}/X", "{api}/y", "{api}/x/", "{api}/%78", "{api}/%58", "{api}/x?q", "{api}/?x"),
    *("{api}/x#f", "{api}//x", "{api}/./x", "{api}/x;a", "{api.authority}/x", "{api.authority}/y", "{api.host}/x"),
    *("*/x", "*:*/x", "http:/x", "/x", "./x"),
)
"""The sources that a page tries on http://api.localhost:8000/x."""

PATHS: Final = (
    *(("/dir/x", "/dir/"), ("/dir/x", "/dir"), ("/dir/x", "/dir/x"), ("/dir/x", "/di"), ("/dir/x", "/dir/x/")),
    *(("/dir/x", "/DIR/x"), ("/dir/x", "/%64ir/x"), ("/%64ir/x", "/dir/x"), ("/dir/x", "/dir//x"), ("/dir/", "/dir/")),
    *(("/dir", "/dir/"), ("/dir/x?q=1", "/dir/x"), ("/dir%2Fx", "/dir/x"), ("/dir/x", "/dir%2Fx"), ("/", "/")),
    *(("/a%20b", "/a%20b"), ("/%C3%A9", "/%c3%a9"), ("/dir/a/b", "/dir/"), ("/dir/x", "/dir/y/")),
)

INLINE: Final = "script-src 'unsafe-inline'"
"""What a page whose scripts are under a policy needs, to run the scenario at all."""

POLICIES: Final = (
    ("default-none", f"default-src 'none'; {INLINE}"),
    ("default-self", f"default-src 'self'; {INLINE}"),
    ("default-api", f"default-src {{api}}; {INLINE}"),
    ("default-none-connect-api", f"default-src 'none'; connect-src {{api}}; {INLINE}"),
    ("default-api-connect-none", f"default-src {{api}}; connect-src 'none'; {INLINE}"),
    ("connect-before-default", f"connect-src {{api}}; default-src 'none'; {INLINE}"),
    ("upper-case", "CONNECT-SRC 'none'"),
    ("mixed-case-default", f"Default-Src 'none'; {INLINE}"),
    ("twice-none-first", "connect-src 'none'; connect-src {api}"),
    ("twice-api-first", "connect-src {api}; connect-src 'none'"),
    ("no-space", "connect-src'none'"),
    ("tab", "connect-src\t'none'"),
    ("no-value", "connect-src"),
    ("semicolons", ";;; connect-src 'none' ;;"),
    ("comma-as-separator", "img-src 'none', connect-src 'none'"),
    ("comma-lists-both-allow", "connect-src {api}, connect-src *"),
    ("comma-lists-one-refuses", "connect-src *, connect-src {other}"),
    ("colon", "connect-src: 'none'"),
    ("unknown-directive", "connectsrc 'none'"),
    ("unknown-beside", "connectsrc 'none'; connect-src 'none'"),
    ("script-src-only", INLINE),
    ("img-src-only", "img-src 'none'"),
    ("child-src", "child-src 'none'; frame-src 'none'; worker-src 'none'"),
    ("form-and-frames", "frame-ancestors 'none'; base-uri 'none'"),
    ("report-uri", "connect-src 'none'; report-uri {api}/report"),
    ("block-all-mixed", "block-all-mixed-content"),
    ("not-ascii", "connect-src \xe9 {api}"),
    ("not-ascii-alone", "connect-src 'none'; img-src \xe9"),
    ("empty", ""),
    ("trusted-types", "require-trusted-types-for 'none'; connect-src 'none'"),
)
"""Policies that a page tries on http://api.localhost:8000/x: which directive decides, and what does not parse."""

SCHEMES: Final = (
    *("http:", "https:", "ws:", "wss:", "*", "'self'", "http://*", "https://*", "*:80", "*:443", "*:*"),
    *("{api}", "{apisecure}", "{api.host}", "{api.host}:80", "{api.host}:443", "http://{api.host}:80"),
    *(
        "http://{api.host}:443",
        "https://{api.host}:80",
        "https://{api.host}:443",
        "ws://{api.host}",
        "wss://{api.host}",
    ),
    *("http://{api.host}:8080", "*.{api.domain}", "http://*.{api.domain}:80"),
)
"""The sources that a page of http://app.example.test tries on both schemes of another host."""


def policy(*lines: str, origin: str = "app") -> Page:
    """
    Make a page whose response has each of *lines* as a Content-Security-Policy.
    """
    return Page(origin=origin, headers=tuple(f"Content-Security-Policy: {line}" for line in lines))


def scenarios() -> Iterator[Scenario]:
    """
    Make the families that begin with `csp-`, and `upgrade-insecure-requests`.
    """
    yield from _sources()
    yield from _policies()
    yield from _schemes()
    yield from _requests()
    yield from _redirects()
    yield from _report_only()
    yield from _frames()
    yield from _elements()
    yield from _upgrades()


def _sources() -> Iterator[Scenario]:
    for number, source in enumerate(SOURCES):
        name = f"csp-sources/{number:03}-{slug(source)}"
        yield scenario(name, get(), [route(allow())], page=policy(f"connect-src {source}"))
    for number, (path, stated) in enumerate(PATHS):
        asked = route(allow(), path=path.partition("?")[0])
        name = f"csp-paths/{number:02}-{slug(path)}-{slug(stated)}"
        yield scenario(name, get(url=f"{{api}}{path}"), [asked], page=policy(f"connect-src {{api}}{stated}"))


def _policies() -> Iterator[Scenario]:
    for name, value in POLICIES:
        needs = ("reports",) if "report-uri" in value else ()
        yield scenario(f"csp-policies/{name}", get(), [route(allow())], page=policy(value), needs=needs)
    for name, lines in (
        ("both-allow", ("connect-src {api}", "connect-src *")),
        ("first-refuses", ("connect-src 'none'", "connect-src *")),
        ("second-refuses", ("connect-src *", "connect-src 'none'")),
        ("split", ("img-src 'none'", "connect-src {other}")),
    ):
        yield scenario(f"csp-policies/two-headers-{name}", get(), [route(allow())], page=policy(*lines))


def _schemes() -> Iterator[Scenario]:
    for number, source in enumerate(SCHEMES):
        for place in ("api", "apisecure"):
            name = f"csp-schemes/{number:02}-{slug(source)}-{place}"
            asked = get(url=f"{{{place}}}/x")
            routes = [route(allow(), origin=place)]
            yield scenario(name, asked, routes, page=policy(f"connect-src {source}"), transports=PLAIN)
    for place in ("app", "appsecure", "alt"):
        for source in ("'self'", "{app}", "{app.host}", "http:"):
            asked = get(url=f"{{{place}}}/x")
            name = f"csp-schemes/own-{place}-{slug(source)}"
            routes = [route(allow(), origin=place)]
            yield scenario(name, asked, routes, page=policy(f"connect-src {source}"), transports=PLAIN)
    for source in ("{api.host}", "http:", "https:", "'self'", "http://{api.host}", "{api.host}:443", "{apiplain}"):
        name = f"csp-schemes/tls-{slug(source)}"
        yield scenario(name, get(), [route(allow())], page=policy(f"connect-src {source}"), transports=TLS)
    for source in ("'self'", "{app.host}", "{app.host}:*", "https:"):
        routes = [route(allow(), origin="alt")]
        name = f"csp-schemes/tls-alt-{slug(source)}"
        yield scenario(name, get(url="{alt}/x"), routes, page=policy(f"connect-src {source}"), transports=TLS)
    # Of a request that is mixed content as well, which protection speaks?
    for source in ("*", "'none'", "http:"):
        routes = [route(allow(), origin="apiplain")]
        name = f"csp-schemes/tls-mixed-{slug(source)}"
        yield scenario(name, get(url="{apiplain}/x"), routes, page=policy(f"connect-src {source}"), transports=TLS)


def _requests() -> Iterator[Scenario]:
    pre = preflight("Access-Control-Allow-Methods: *", "Access-Control-Allow-Headers: *")
    kinds: tuple[tuple[str, Step], ...] = (
        ("put", put()),
        ("head", get(method="HEAD")),
        ("post", get(method="POST", body=text("x"))),
        ("header", get(headers=(("X-A", "1"),))),
        ("no-cors", get(mode="no-cors")),
        ("no-cors-post", get(mode="no-cors", method="POST", body=text("x"))),
        ("same-origin", get(mode="same-origin")),
        ("include", get(credentials="include")),
        ("manual", get(redirect="manual")),
        ("keepalive", get(keepalive=True)),
        ("only-if-cached", get(cache="only-if-cached", mode="same-origin", url="{app}/x")),
        ("integrity", get(integrity="sha256-LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=")),
        ("xhr", xhr()),
        ("xhr-put", xhr(method="PUT")),
        ("xhr-upload", xhr(method="POST", body=text("x"), upload=True)),
        ("own", get(url="{app}/x")),
        ("own-xhr", xhr(url="{app}/x")),
        ("data", get(url="data:text/plain,hello")),
        ("xhr-data", xhr(url="data:text/plain,hello")),
        ("blob", get(url="blob:{app}/1")),
        ("about", get(url="about:blank")),
        ("custom", get(url="custom://x/")),
        ("bad-port", get(url="http://api.localhost:25/")),
    )
    integrity = "'sha256-LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ='"
    for name, step in kinds:
        routes = (*both(pre, allow()), route(allow(), origin="app"))
        for label, source in (("none", "'none'"), ("all", "*"), ("self", "'self'")):
            yield scenario(f"csp-requests/{name}-{label}", step, routes, page=policy(f"connect-src {source}"))
        if name in {"data", "xhr-data"}:
            yield scenario(f"csp-requests/{name}-data", step, page=policy("connect-src data:"))
        if name == "integrity":
            yield scenario(f"csp-requests/{name}-hash", step, routes, page=policy(f"connect-src {integrity}"))


def _redirects() -> Iterator[Scenario]:
    pre = preflight("Access-Control-Allow-Methods: *")
    ways = (
        ("api-other", "{api}/x", "{other}/y"),
        ("api-api", "{api}/x", "{api}/y"),
        ("own-api", "{app}/x", "{api}/y"),
        ("own-own", "{app}/x", "{app}/y"),
        ("api-own", "{api}/x", "{app}/y"),
    )
    lists = (
        *("*", "'self'", "{api}", "{other}", "{api} {other}", "'self' {api}", "{api}/x", "{api}/x {other}/z"),
        *("{api}/x {other}/y", "{api}/x 'self'", "'none'"),
    )
    for name, url, target in ways:
        first = url.partition("}")[0][1:]
        last = target.partition("}")[0][1:]
        for number, sources in enumerate(lists):
            moved = allow(f"Location: {target}", status=302, reason="Found", body="", origin=ANY)
            routes = [route(moved, origin=first), route(allow(origin=ANY), origin=last, path="/y")]
            label = f"csp-redirects/{name}-{number:02}-{slug(sources)}"
            yield scenario(label, get(url=url), routes, page=policy(f"connect-src {sources}"))
    steps: tuple[tuple[str, Step], ...] = (
        ("put", put()),
        ("no-cors", get(mode="no-cors")),
        ("manual", get(redirect="manual")),
        ("error", get(redirect="error")),
        ("xhr", xhr()),
        ("xhr-put", xhr(method="PUT")),
        ("post", get(method="POST", body=text("x"))),
    )
    for name, step in steps:
        for status in (302, 307):
            moved = allow("Location: {other}/y", status=status, reason="Moved", body="", origin=ANY)
            chain: list[Route] = [
                *both(pre, moved),
                route(
                    preflight("Access-Control-Allow-Methods: *", origin=ANY),
                    origin="other",
                    path="/y",
                    method="OPTIONS",
                ),
                route(allow(origin=ANY), origin="other", path="/y"),
            ]
            for label, sources in (("refused", "{api}"), ("allowed", "{api} {other}")):
                yield scenario(
                    f"csp-redirects/{name}-{status}-{label}", step, chain, page=policy(f"connect-src {sources}")
                )
    # Both the policy and CORS refuse: the redirect itself is not readable.
    bare = answer("Location: {other}/y", status=302, reason="Found", body="")
    yield scenario("csp-redirects/bare-refused", get(), [route(bare)], page=policy("connect-src {api}"))
    looped = allow("Location: {api}/y", status=302, reason="Found", body="")
    third = allow("Location: {other}/z", status=302, reason="Found", body="", origin=ANY)
    routes = [route(looped), route(third, path="/y"), route(allow(origin=ANY), origin="other", path="/z")]
    yield scenario("csp-redirects/third-hop", get(), routes, page=policy("connect-src {api}"))
    data = allow("Location: data:text/plain,hello", status=302, reason="Found", body="")
    yield scenario("csp-redirects/to-data", get(), [route(data)], page=policy("connect-src {api}"))


def _report_only() -> Iterator[Scenario]:
    report = "Content-Security-Policy-Report-Only"
    enforce = "Content-Security-Policy"
    for name, lines in (
        ("none", (f"{report}: connect-src 'none'",)),
        ("other", (f"{report}: connect-src {{other}}",)),
        ("default", (f"{report}: default-src 'none'",)),
        ("beside-allowing", (f"{report}: connect-src 'none'", f"{enforce}: connect-src *")),
        ("beside-refusing", (f"{report}: connect-src 'none'", f"{enforce}: connect-src 'none'")),
        ("allowing-beside-refusing", (f"{report}: connect-src *", f"{enforce}: connect-src 'none'")),
        ("list", (f"{report}: connect-src *, connect-src 'none'",)),
        ("upgrade", (f"{report}: upgrade-insecure-requests",)),
        ("sandbox", (f"{report}: sandbox",)),
    ):
        page = Page(headers=lines)
        yield scenario(f"csp-report-only/{name}", get(), [route(allow())], page=page)
        yield scenario(f"csp-report-only/{name}-unreadable", get(), [route(answer(TEXT))], page=page)
    moved = allow("Location: {other}/y", status=302, reason="Found", body="", origin=ANY)
    routes = [route(moved), route(allow(origin=ANY), origin="other", path="/y")]
    page = Page(headers=(f"{report}: connect-src {{api}}",))
    yield scenario("csp-report-only/redirect", get(), routes, page=page)


def _frames() -> Iterator[Scenario]:
    sandboxes = (("plain", None), ("sandboxed", "allow-scripts"), ("same-origin", "allow-scripts allow-same-origin"))
    for source in ("srcdoc", "data"):
        for label, sandbox in sandboxes:
            if source == "data" and label == "same-origin":
                continue
            for number, sources in enumerate(("'none'", "'self'", "{api}", "*")):
                for place in ("api", "app"):
                    inner = get(url=f"{{{place}}}/x")
                    frame = Frame(steps=(inner,), sandbox=sandbox, source=source)
                    routes = [route(allow(origin=ANY), origin=place)]
                    name = f"csp-frames/{source}-{label}-{number}-{place}"
                    yield scenario(name, frame, routes, page=policy(f"connect-src {sources}"))
    for place in ("app", "api"):
        for number, (outer, own) in enumerate(
            (
                ("connect-src 'none'", ()),
                ("connect-src *", ("Content-Security-Policy: connect-src 'none'",)),
                ("connect-src 'none'", ("Content-Security-Policy: connect-src *",)),
                ("img-src *", ("Content-Security-Policy: connect-src 'self'",)),
            )
        ):
            frame = Frame(
                steps=(get(url="{other}/x"), get(url=f"{{{place}}}/x")),
                sandbox=None,
                source=f"{{{place}}}/.recorder/frame",
                headers=own,
            )
            routes = [route(allow(origin=ANY), origin="other"), route(allow(origin=ANY), origin=place)]
            name = f"csp-frames/served-{place}-{number}"
            yield scenario(name, frame, routes, page=policy(outer))


def _elements() -> Iterator[Scenario]:
    tags = (("img", "img-src"), ("script", "script-src"), ("stylesheet", "style-src"), ("font", "font-src"))
    for tag, directive in (*tags, ("eventsource", "connect-src"), ("beacon", "connect-src")):
        for label, value in (
            ("none", f"{directive} 'none'"),
            ("default", "default-src 'none'"),
            ("api", f"{directive} {{api}}"),
        ):
            inline = "" if directive == "script-src" and label != "default" else f"; {INLINE}"
            allowed = f"{value} 'unsafe-inline'" if directive == "script-src" and label == "api" else value
            if directive == "script-src" and label == "none":
                allowed = "script-src 'unsafe-inline'"
            yield scenario(
                f"csp-elements/{tag}-{label}",
                Element(tag=tag, url="{api}/x"),
                [route(answer(ANY, TEXT))],
                page=policy(f"{allowed}{inline}"),
            )


def _upgrades() -> Iterator[Scenario]:
    upgrade = "upgrade-insecure-requests"
    pre = preflight("Access-Control-Allow-Methods: *")

    def served(*places: str) -> list[Route]:
        return [each for place in places for each in both(pre, allow(), origin=place)]

    both_schemes = served("api", "apisecure", "app", "appsecure", "other", "othersecure")
    steps: tuple[tuple[str, Step], ...] = (
        ("get", get()),
        ("put", put()),
        ("xhr", xhr()),
        ("no-cors", get(mode="no-cors")),
        ("same-origin", get(url="{app}/x", mode="same-origin")),
        ("own", get(url="{app}/x")),
        ("own-put", put(url="{app}/x")),
        ("own-xhr", xhr(url="{app}/x")),
        ("own-relative", get(url="x")),
        ("own-secure", get(url="{appsecure}/x")),
        ("secure", get(url="{apisecure}/x")),
        ("include", get(credentials="include")),
    )
    for name, step in steps:
        page = policy(upgrade)
        routes = [*both_schemes, *both(pre, allow(), origin="appsecure", path="/dir/x")]
        yield scenario(f"upgrade-insecure-requests/{name}", step, routes, page=page, transports=PLAIN)
    for name, value in (
        ("upper-case", "Upgrade-Insecure-Requests"),
        ("with-value", "upgrade-insecure-requests 'none'"),
        ("connect-http", f"{upgrade}; connect-src {{api}}"),
        ("connect-https", f"{upgrade}; connect-src {{apisecure}}"),
        ("connect-none", f"{upgrade}; connect-src 'none'"),
        ("connect-port-80", f"{upgrade}; connect-src {{api.host}}:80"),
    ):
        page = policy(value)
        yield scenario(f"upgrade-insecure-requests/{name}", get(), both_schemes, page=page, transports=PLAIN)
    moved = allow("Location: {api}/x", status=302, reason="Found", body="")
    yield scenario(
        "upgrade-insecure-requests/redirect-to-http",
        get(url="{apisecure}/r"),
        [route(moved, origin="apisecure", path="/r"), *both_schemes],
        page=policy(upgrade),
        transports=PLAIN,
    )
    onward = allow("Location: {other}/x", status=307, reason="Moved", body="")
    for name, method in (("get", "GET"), ("put", "PUT")):
        yield scenario(
            f"upgrade-insecure-requests/redirect-onward-{name}",
            get(url="{api}/r", method=method),
            [*both(pre, onward, origin="apisecure", path="/r"), *both_schemes],
            page=policy(upgrade),
            transports=PLAIN,
        )
    for name, frame in (
        ("srcdoc", Frame(steps=(get(),), sandbox=None)),
        ("sandboxed", Frame(steps=(get(),))),
        ("data", Frame(steps=(get(),), sandbox=None, source="data")),
        ("served", Frame(steps=(get(),), sandbox=None, source="{othersecure}/.recorder/frame")),
    ):
        routes = [
            *both(preflight(origin=ANY), allow(origin=ANY), origin="api"),
            *both(preflight(origin=ANY), allow(origin=ANY), origin="apisecure"),
        ]
        yield scenario(f"upgrade-insecure-requests/frame-{name}", frame, routes, page=policy(upgrade), transports=PLAIN)
    for name, step in (
        ("get", get(url="{apiplain}/x")),
        ("put", put(url="{apiplain}/x")),
        ("own", get(url="{appplain}/x")),
        ("other", get(url="{otherplain}/x")),
    ):
        routes = served("api", "apiplain", "app", "appplain", "other", "otherplain")
        yield scenario(f"upgrade-insecure-requests/tls-{name}", step, routes, page=policy(upgrade), transports=TLS)
