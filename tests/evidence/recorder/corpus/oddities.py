"""
What people found in which browsers and the simulator differed: rare, each a family of its neighbours.
"""

import base64
import hashlib
from collections.abc import Iterator
from typing import Final

from tests.evidence.recorder.corpus.build import (
    ANY,
    CREDENTIALS,
    ORIGIN,
    TEXT,
    answer,
    both,
    get,
    kept,
    preflight,
    put,
    route,
    scenario,
    slug,
    xhr,
)
from tests.evidence.recorder.scenario import Body, Frame, Page, Route, Scenario, Step

SITES: Final = ("sites",)
SECURE: Final = Page(origin="appsecure")

SET_COOKIES: Final = (
    ("tab", ("a=b\tc",)),
    ("tab-in-name", ("a\tb=c",)),
    ("tab-before-domain", ("a=b\tc; Domain={app.host}",)),
    ("control-character", ("a=1\x01; Max-Age=0",)),
    ("no-value", ("novalue",)),
    ("no-value-and-attribute", ("novalue; SameSite=Lax",)),
    ("no-name", ("=v",)),
    ("no-name-twice", ("=v", "=w")),
    ("latin-1", ("a=\xe9",)),
    ("utf-8", ("a=\xc3\xa9",)),
    ("latin-1-name", ("\xe9=1",)),
    ("host-prefix", ("__Host-a=1",)),
    ("host-prefix-kept", ("__Host-a=1; Secure; Path=/",)),
    ("host-prefix-lower-case", ("__host-a=1",)),
    ("secure-prefix", ("__Secure-a=1",)),
    ("http-prefix", ("__Http-a=1; Secure",)),
    ("http-prefix-kept", ("__Http-a=1; Secure; HttpOnly",)),
    ("http-prefix-lower-case", ("__http-a=1",)),
    ("host-http-prefix", ("__Host-Http-a=1; Secure; Path=/",)),
    ("host-http-prefix-kept", ("__Host-Http-a=1; Secure; HttpOnly; Path=/",)),
    ("host-http-prefix-elsewhere", ("__Host-Http-a=1; Secure; HttpOnly",)),
    ("domain-last", ("b=1; Path=/", "d=2; Path=/; Domain={app.host}")),
    ("domain-first", ("d=2; Path=/; Domain={app.host}", "b=1; Path=/")),
    ("paths", ("b=1; Path=/", "c=2; Path=/x", "d=3; Path=/; Domain={app.host}")),
)

CONTENT_TYPES: Final = (
    "text/plain;charset=latin1",
    "text/plain; CHARSET=latin1",
    'text/plain;charset="utf-8"',
    "text/plain;charset=utf-8",
    "text/plain;charset=UTF-8;charset=x",
    "text/plain;a=b;charset='x'",
    "text/plain;xcharset=x",
    "text/html",
)

PARAMETERS: Final = ("text/plain;", "text/plain;;", "text/plain;;p=y", "text/plain;a=b; ;c=d", "text/plain;a=b; ; ")

SEARCH: Final = (
    "params",
    'params=("a")',
    "key-order",
    'params, except=("a")',
    'params=("a"), key-order',
    "params=a",
    "x",
)

NOT_HTTP: Final = (
    "ws://{other.authority}/x",
    "wss://{other.authority}/x",
    "ftp://{other.authority}/x",
    "view-source:{other}/x",
    "about:blank",
    "about:config",
    "blob:{other}/1",
    "chrome://global/x",
    "data:,x",
    "data:;base64,a",
    "file:///x",
    "javascript:1",
    "mailto:a@b.test",
    "resource://x/y",
    "custom:x",
)

QUERIES: Final = ("a=1&b=1", "a=2&b=1", "b=1&a=1", "a=1&b=2", "a=1&b=1&c")


def scenarios() -> Iterator[Scenario]:
    """
    Make the families `odd-...`.
    """
    yield from _cookies()
    yield from _requests()
    yield from _redirects()
    yield from _caches()
    yield from _misdirected()
    yield from _policies_of_redirects()
    yield from _escapes()
    yield from _fragments()
    yield from _dotted_hosts()
    yield from _out_of_http()
    yield from _bad_ports()
    yield from _two_refusals()
    yield from _client_hints()


def _cookies() -> Iterator[Scenario]:
    for label, lines in SET_COOKIES:
        for page, place in (("app", "app"), ("appsecure", "appsecure")):
            setting = answer(TEXT, *(f"Set-Cookie: {line}" for line in lines))
            steps = (get(url=f"{{{place}}}/x"), get(url=f"{{{place}}}/x/y"))
            routes = (route(setting, origin=place), route(answer(TEXT), origin=place, path="/x/y"))
            name = f"odd-cookies/{label}-{place}"
            yield scenario(name, steps, routes, page=Page(origin=page), transports=SITES)


def _requests() -> Iterator[Scenario]:
    allowing = both(
        preflight("Access-Control-Allow-Headers: content-type", "Access-Control-Allow-Methods: PUT"),
        answer(ORIGIN, TEXT),
    )
    for type_ in CONTENT_TYPES:
        step = xhr(method="POST", headers=(("Content-Type", type_),), body=Body(text="x"))
        yield scenario(f"odd-requests/xhr-{slug(type_)}", step, allowing, transports=SITES)
    for type_ in PARAMETERS:
        step = get(method="POST", headers=(("Content-Type", type_),), body=Body(text="x"))
        yield scenario(f"odd-requests/type-{slug(type_)}", step, allowing, transports=SITES)
    types = ("application/json", "text/plain")
    for label, twice in (("json-first", types), ("text-first", types[::-1])):
        headers = (("Content-Type", twice[0]), ("content-type", twice[1]))
        for method in ("PUT", "POST"):
            for content in (None, Body(text="x")):
                for place, status in ((None, 200), ("api", 307), ("other", 307), ("other", 303)):
                    step = get(method=method, headers=headers, body=content)
                    moving = answer(ANY, TEXT, f"Location: {{{place}}}/y", status=status)
                    pre = preflight(
                        "Access-Control-Allow-Headers: content-type", "Access-Control-Allow-Methods: PUT", origin=ANY
                    )
                    routes = both(pre, answer(ANY, TEXT) if place is None else moving)
                    routes += both(pre, answer(ANY, TEXT), origin=place or "api", path="/y")
                    name = f"odd-requests/types-{label}-{method}-{content is not None}-{place}-{status}"
                    yield scenario(name, step, routes, transports=SITES)
    for type_ in ("bad type", "bad", "text/plain", "x/y"):
        body = Body(kind="blob", text="b", type=type_)
        for api in (xhr, get):
            name = f"odd-requests/blob-{slug(type_)}-{api.__name__}"
            yield scenario(name, api(method="POST", body=body), allowing, transports=SITES)
    for priority in ("high", "low", "auto"):
        steps: tuple[Step, ...] = (
            get(priority=priority),
            put(priority=priority),
            get(url="{app}/x", priority=priority),
        )
        yield scenario(f"odd-requests/priority-{priority}", steps, allowing, transports=SITES)
    for size in (65535, 65536, 65537, 70000):
        for mode in ("cors", "no-cors"):
            step = get(method="POST", mode=mode, keepalive=True, body=Body(text="k" * size))
            yield scenario(f"odd-requests/keepalive-{size}-{mode}", step, allowing, transports=SITES)
    for credentials in ("include", "same-origin"):
        steps = (get(keepalive=True, credentials=credentials), put(keepalive=True, credentials=credentials))
        yield scenario(f"odd-requests/keepalive-{credentials}", steps, allowing, transports=SITES)
    for algorithm in ("sha256", "sha384", "sha512"):
        digest = base64.b64encode(hashlib.new(algorithm, b"hello").digest()).decode()
        for label, value in (
            ("whole", digest),
            ("unpadded", digest.rstrip("=")),
            ("option", f"{digest}?x"),
            ("unpadded-option", f"{digest.rstrip('=')}?x"),
        ):
            step = get(integrity=f"{algorithm}-{value}")
            yield scenario(f"odd-requests/{algorithm}-{label}", step, allowing, transports=SITES)


def _redirects() -> Iterator[Scenario]:
    ends = both(preflight("Access-Control-Allow-Methods: PUT", origin="Access-Control-Allow-Origin: *"), answer(TEXT))
    for label, location in (
        ("tab-within", "{other}/\te"),
        ("tabs-around", "\t{other}/e\t"),
        ("nul", "{other}/\0e"),
        ("control-in-host", "http://other.localhost\x01/e"),
        ("empty-host", "http:///e"),
        ("no-host", "http://"),
        ("unparsable", "http://[/"),
    ):
        for mode in ("follow", "manual"):
            any_end = answer("Access-Control-Allow-Origin: *", TEXT)
            routes = (
                route(answer(ORIGIN, TEXT, f"Location: {location}", status=302)),
                *(route(any_end, origin="other", path=path) for path in ("/e", "/%09e")),
            )
            name = f"odd-redirects/{label}-{mode}"
            yield scenario(name, get(redirect=mode), routes, transports=SITES)
    for status in (200, 204, 302, 404):
        for label, lines in (
            ("two", ("Location: /a", "Location: /b")),
            ("same", ("Location: /a", "Location: /a")),
            ("empty", ("Location: /a", "Location: ")),
        ):
            routes = (route(answer(ORIGIN, TEXT, *lines, status=status)), route(answer(ORIGIN, TEXT), path="/a"))
            yield scenario(f"odd-redirects/locations-{label}-{status}", get(), routes, transports=SITES)
    secure = "Access-Control-Allow-Origin: {appsecure}"
    allowed = preflight("Access-Control-Allow-Methods: PUT", CREDENTIALS, origin=secure)
    for first in ("appsecure", "apisecure", "othersecure"):
        for status in (301, 302, 307, 308):
            for label, step in (
                ("get", get(url=f"{{{first}}}/x")),
                ("no-cors", get(url=f"{{{first}}}/x", mode="no-cors")),
                ("put", put(url=f"{{{first}}}/x")),
            ):
                routes = (
                    route(allowed, origin=first, method="OPTIONS"),
                    route(answer(secure, TEXT, "Location: {api}/y", status=status), origin=first),
                    route(allowed, path="/y", method="OPTIONS"),
                    route(answer(secure, TEXT), path="/y"),
                )
                name = f"odd-redirects/mixed-{first}-{status}-{label}"
                yield scenario(name, (step, step), routes, page=SECURE, transports=SITES)
    for redirect in ("error", "manual", "follow"):
        routes = (
            route(preflight("Access-Control-Allow-Methods: PUT", "Access-Control-Max-Age: 600"), method="OPTIONS"),
            route(answer(ORIGIN, TEXT, "Location: {other}/x", status=307)),
            *both(ends[0].answers[0], answer(TEXT), origin="other"),
        )
        steps = (put(redirect=redirect), put(redirect=redirect))
        yield scenario(f"odd-redirects/preflight-cache-{redirect}", steps, routes, transports=SITES)
    for policy in ("unsafe-url", "origin-when-cross-origin", "no-referrer-when-downgrade", "strict-origin"):
        for first in ("other", "api"):
            for last in ("app", "api", "third"):
                if first == last:
                    continue
                routes = (
                    route(answer(ORIGIN, TEXT, f"Location: {{{last}}}/y", status=302), origin=first),
                    route(answer("Access-Control-Allow-Origin: *", TEXT), origin=last, path="/y"),
                )
                step = get(url=f"{{{first}}}/x", referrer_policy=policy)
                name = f"odd-redirects/referrer-{policy}-{first}-{last}"
                yield scenario(name, step, routes, transports=SITES)


def _policies_of_redirects() -> Iterator[Scenario]:
    for policy in ("no-referrer", "same-origin", "strict-origin", "unsafe-url"):
        for mode in ("no-cors", "cors"):
            for status in (302, 307):
                for first, second in (("app", "app"), ("app", "api"), ("api", "api"), ("api", "app"), ("other", "api")):
                    moving = answer(ANY, TEXT, f"Location: {{{second}}}/y", f"Referrer-Policy: {policy}", status=status)
                    routes = (route(moving, origin=first), route(answer(ANY, TEXT), origin=second, path="/y"))
                    step = get(url=f"{{{first}}}/x", mode=mode, method="POST")
                    name = f"odd-redirects/policy-{policy}-{mode}-{status}-{first}-{second}"
                    yield scenario(name, step, routes, transports=SITES)
    # The policy of the request itself.
    for policy in ("no-referrer", "same-origin"):
        for first, second in (("app", "app"), ("app", "api"), ("api", "api"), ("api", "app"), ("api", "other")):
            for label, lines in (("kept", ()), ("lifted", ("Referrer-Policy: unsafe-url",))):
                moving = answer(ANY, TEXT, f"Location: {{{second}}}/y", *lines, status=307)
                routes = (route(moving, origin=first), route(answer(ANY, TEXT), origin=second, path="/y"))
                step = get(url=f"{{{first}}}/x", mode="no-cors", method="POST", referrer_policy=policy)
                name = f"odd-redirects/own-policy-{policy}-{first}-{second}-{label}"
                yield scenario(name, step, routes, transports=SITES)


def _escapes() -> Iterator[Scenario]:
    allowed = preflight("Access-Control-Allow-Methods: PUT", "Access-Control-Max-Age: 600")
    for escaped in ("%78", "a%2Eb%2Dc%5F%7e", "%c3%a9", "%2f%3a", "x?%78=%2d%26", "%zz%7", "a%20%41", "%00%7f%80"):
        routes = (route(allowed, path=f"/{escaped}", method="OPTIONS"), route(answer(ORIGIN, TEXT), path=f"/{escaped}"))
        for label, step in (("get", get(url=f"{{api}}/{escaped}")), ("put", put(url=f"{{api}}/{escaped}"))):
            yield scenario(f"odd-urls/escapes-{slug(escaped)}-{label}", step, routes, transports=SITES)
        moving = route(answer(ORIGIN, TEXT, f"Location: /{escaped}", status=302))
        name = f"odd-urls/escapes-{slug(escaped)}-redirect"
        yield scenario(name, (get(), xhr()), (moving, *routes), transports=SITES)


def _caches() -> Iterator[Scenario]:
    for value in SEARCH:
        routes: tuple[Route, ...] = (
            route(answer(ORIGIN, TEXT, f"No-Vary-Search: {value}", "Cache-Control: max-age=600")),
        )
        steps = tuple(get(url=f"{{api}}/x?{query}") for query in QUERIES)
        yield scenario(f"odd-caches/search-{slug(value)}", steps, routes, transports=SITES)
    kept = answer(TEXT, "Cache-Control: max-age=600", "Last-Modified: Wed, 01 Jan 2020 00:00:00 GMT", "X-N: 0")
    tagged = answer(TEXT, "Cache-Control: max-age=600", 'ETag: "1"', "X-N: 0")
    unchanged = answer("Cache-Control: max-age=600", "Age: 700", "X-N: 1", status=304, reason="Not Modified", body="")
    changed = answer(TEXT, "Cache-Control: max-age=600", "X-N: 2", body="changed")
    for cache in ("default", "force-cache", "no-cache", "reload", "no-store"):
        for label, first in (("modified", kept), ("tag", tagged)):
            for header, value in (("If-None-Match", '"other"'), ("If-None-Match", '"1"'), ("If-Match", '"1"')):
                for outcome, second in (("304", unchanged), ("200", changed)):
                    step = get(url="{app}/x", cache=cache, headers=((header, value),))
                    steps = (get(url="{app}/x"), step, get(url="{app}/x"))
                    routes = (route(first, second, changed, origin="app"),)
                    name = f"odd-caches/own-{cache}-{label}-{slug(header + value)}-{outcome}"
                    yield scenario(name, steps, routes, transports=SITES)
    for place in ("app", "alt", "api", "other", "appsecure", "apisecure"):
        for method in ("POST", "PUT", "HEAD"):
            allowed = preflight("Access-Control-Allow-Methods: PUT")
            routes = both(allowed, answer(ORIGIN, TEXT, "Cache-Control: max-age=600"), origin=place)
            url = f"{{{place}}}/x"
            steps = (get(url=url), get(url=url, method=method), get(url=url))
            yield scenario(f"odd-caches/spoiled-{place}-{method}", steps, routes, transports=SITES)
    for credentials in ("include", "same-origin"):
        for methods in ("*", "FOO, PUT", "PUT"):
            lines = (CREDENTIALS, f"Access-Control-Allow-Methods: {methods}", "Access-Control-Max-Age: 600")
            routes = both(preflight(*lines), answer(ORIGIN, CREDENTIALS, TEXT))
            other = "same-origin" if credentials == "include" else "include"
            steps = (
                get(method="FOO", credentials=credentials),
                get(method="FOO", credentials=other),
                get(method="PUT", credentials=other),
            )
            yield scenario(f"odd-caches/preflight-{credentials}-{slug(methods)}", steps, routes, transports=SITES)
    for status in (408, 421):
        for method in ("GET", "POST", "PUT"):
            routes = both(
                preflight("Access-Control-Allow-Methods: PUT"),
                answer(ORIGIN, TEXT, status=status),
            )
            steps = (get(method=method), get(method=method))
            yield scenario(f"odd-caches/asked-again-{status}-{method}", steps, routes, transports=SITES)


def _misdirected() -> Iterator[Scenario]:
    for label, first, second in (
        ("html-then-text", ("Content-Type: text/html",), (TEXT,)),
        ("text-then-none", (TEXT,), ()),
        ("none-then-text", (), (TEXT,)),
        ("others", (TEXT, "X-N: 1", "Vary: X-A", "ETag: 1"), (TEXT, "X-N: 2", "Vary: X-B")),
    ):
        for method in ("GET", "POST"):
            shown = "Access-Control-Expose-Headers: x-n, vary, etag"
            once = answer(ORIGIN, *first, shown, status=421)
            then = answer(ORIGIN, *second, shown)
            found = scenario(
                f"odd-caches/misdirected-{label}-{method}", get(method=method), [route(once, then)], transports=SITES
            )
            yield kept(found)


def _fragments() -> Iterator[Scenario]:
    for label, fragments in (
        ("before", ("#b", "")),
        ("after", ("", "#b")),
        ("both", ("#b", "#c")),
        ("empty", ("#", "#")),
    ):
        for status in (301, 308):
            for cache in (None, "force-cache"):
                lines = (TEXT, "Content-Length: 5", "Cache-Control: max-age=600")
                routes = (
                    route(answer("Location: /y", *lines, status=status), origin="app"),
                    route(answer(*lines), origin="app", path="/y"),
                )
                steps = tuple(get(url=f"{{app}}/x{fragment}", cache=cache) for fragment in fragments)
                name = f"odd-fragments/{label}-{status}-{cache}"
                yield scenario(name, steps, routes, transports=SITES)
    for fragment in ("", "#f"):
        lines = (TEXT, "Content-Length: 5", "Cache-Control: max-age=600")
        routes = (
            route(answer(f"Location: /y{fragment}", *lines, status=301), origin="app"),
            route(answer(*lines), origin="app", path="/y"),
        )
        steps = (get(url="{app}/x"), get(url="{app}/x"))
        yield scenario(f"odd-fragments/location-{slug(fragment)}", steps, routes, transports=SITES)


def _dotted_hosts() -> Iterator[Scenario]:
    # NB: over http only, since no certificate has a name with a dot at its end.
    for place in ("app", "api", "other"):
        routes = both(
            preflight(CREDENTIALS, "Access-Control-Allow-Methods: PUT"),
            answer(ORIGIN, CREDENTIALS, TEXT),
            origin=place,
        )
        url = f"http://{{{place}.host}}./x"
        for label, step in (
            ("get", get(url=url, credentials="include")),
            ("no-cors", get(url=url, mode="no-cors", credentials="include")),
            ("put", put(url=url)),
            ("xhr", xhr(url=url)),
        ):
            yield scenario(f"odd-hosts/dotted-{place}-{label}", step, routes, transports=SITES)


def _out_of_http() -> Iterator[Scenario]:
    for url in NOT_HTTP:
        name = f"odd-schemes/{slug(url.partition(':')[0] if not url.startswith(('about', 'data')) else url)}"
        yield scenario(f"{name}-fetch", get(url=url), transports=SITES)
        for place in ("app", "api"):
            routes = (route(answer(ORIGIN, TEXT, f"Location: {url}", status=302), origin=place),)
            yield scenario(f"{name}-redirect-{place}", get(url=f"{{{place}}}/x"), routes, transports=SITES)


def _bad_ports() -> Iterator[Scenario]:
    for place in ("app", "api"):
        bad = f"http://{{{place}.host}}:6000/y"
        yield scenario(f"odd-ports/{place}", get(url=bad), transports=SITES)
        for first in ("app", "api", "other"):
            routes = (route(answer(ORIGIN, TEXT, f"Location: {bad}", status=307), origin=first),)
            yield scenario(f"odd-ports/{first}-{place}", get(url=f"{{{first}}}/x"), routes, transports=SITES)


def _two_refusals() -> Iterator[Scenario]:
    for label, step in (
        ("same-origin", get(url="{other}/x", mode="same-origin")),
        ("no-cors-error", get(url="{other}/x", mode="no-cors", redirect="error")),
        ("no-cors-manual", get(url="{other}/x", mode="no-cors", redirect="manual")),
        ("port", get(url="http://{other.host}:6000/x")),
        ("port-same-origin", get(url="http://{other.host}:6000/x", mode="same-origin")),
    ):
        yield scenario(f"odd-modes/{label}", step, page=SECURE, transports=SITES)
    for label, lines in (("none", ()), ("empty", ("Location:",)), ("blank", ("Location:  ",))):
        refused = answer("Access-Control-Allow-Origin: {api}", TEXT, *lines, status=302)
        yield scenario(f"odd-locations/refused-{label}", get(), (route(refused),), transports=SITES)
    for label, asking in (("get", get(url="http://unknown/x")), ("put", put(url="http://unknown/x"))):
        yield scenario(f"odd-hosts/unknown-{label}", asking, transports=SITES)


def _client_hints() -> Iterator[Scenario]:
    for name in ("DPR", "Downlink", "Device-Memory", "ECT", "RTT", "Save-Data", "Viewport-Width", "Width"):
        for first, last in (("app", "api"), ("api", "other")):
            for value in ("1", "1, 1"):
                allowed = preflight(f"Access-Control-Allow-Headers: {name}", origin="Access-Control-Allow-Origin: *")
                routes = (
                    *both(allowed, answer(ORIGIN, TEXT, f"Location: {{{last}}}/y", status=302), origin=first),
                    *both(allowed, answer("Access-Control-Allow-Origin: *", TEXT), origin=last, path="/y"),
                )
                step = get(url=f"{{{first}}}/x", headers=((name, value),))
                yield scenario(f"odd-hints/{name}-{slug(value)}-{first}-{last}", step, routes, transports=SITES)
    # Redirects within an origin, and home; in a frame, whose permissions may be none.
    allowed = preflight("Access-Control-Allow-Headers: Downlink, X-A", origin="Access-Control-Allow-Origin: *")
    for first, last in (("app", "app"), ("api", "api"), ("api", "app"), ("other", "app")):
        routes = (
            *both(allowed, answer(ANY, TEXT, f"Location: {{{last}}}/y", status=302), origin=first),
            *both(allowed, answer(ANY, TEXT), origin=last, path="/y"),
        )
        asked: Step = get(url=f"{{{first}}}/x", headers=(("Downlink", "1"), ("X-A", "1")))
        for label, places in (("top", ()), ("frame", ("app",)), ("aba", ("app", "other"))):
            step = asked
            for place in places:
                step = Frame(steps=(step,), sandbox=None, source=f"{{{place}}}/.recorder/frame")
            yield scenario(f"odd-hints/within-{label}-{first}-{last}", step, routes, transports=SITES)
