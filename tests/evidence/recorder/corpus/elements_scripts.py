"""
Scripts and modules: which run, and what the page is told of their errors.
"""

from collections.abc import Iterator
from typing import Final

from tests.evidence.recorder.corpus import bodies
from tests.evidence.recorder.corpus.build import ANY, CREDENTIALS, ORIGIN
from tests.evidence.recorder.corpus.loading import (
    ATTRIBUTES,
    CORP,
    FEWER_GRANTS,
    FULL,
    GRANTS,
    NOSNIFF,
    SITES,
    at,
    case,
    css,
    digest_of,
    jar,
    javascript,
    load,
    moved,
    typed,
)
from tests.evidence.recorder.scenario import Answer, Frame, Scenario

TYPES: Final = (
    *("text/javascript", "application/javascript", "text/ecmascript", "application/x-javascript", "text/jscript"),
    *("TEXT/JavaScript; charset=utf-8", "text/plain", "text/html", "text/css", "text/csv", "text/xml"),
    *("application/json", "application/octet-stream", "image/png", "audio/mpeg", "video/mp4", "application/wasm"),
    *("text/typescript", "garbage", ""),
)
ERRORS: Final = (
    ("thrown", "window.ran = 'x'; throw new Error('boom')"),
    ("thrown-text", "window.ran = 'x'; throw 'boom'"),
    ("syntax", "window.ran = 'x'; ]"),
)
DIGEST: Final = digest_of(bodies.JAVASCRIPT)
WRONG: Final = digest_of("")


def scenarios() -> Iterator[Scenario]:
    """
    Make the family `scripts`.
    """
    yield from _attributes_and_grants()
    yield from _errors()
    yield from _modules()
    yield from _types()
    yield from _integrity()
    yield from _responses()


def _attributes_and_grants() -> Iterator[Scenario]:
    for tag in ("script", "module"):
        for label, value in ATTRIBUTES:
            own = load(tag, "{app}/x", crossorigin=value)
            routes = [at("app", javascript())]
            yield case(f"scripts/{tag}-own-{label}", own, routes, cookies=jar("app"))
            for grant, lines in FEWER_GRANTS if label in ("plain", "anonymous", "credentials") else GRANTS[:1]:
                step = load(tag, crossorigin=value)
                name = f"scripts/{tag}-cross-site-{label}-{grant}"
                yield case(name, step, [at("api", javascript(*lines))], cookies=jar())
        for label, value in ATTRIBUTES[:3]:
            for grant, lines in (GRANTS[0], GRANTS[4]):
                step = load(tag, "{alt}/x", crossorigin=value)
                name = f"scripts/{tag}-other-port-{label}-{grant}"
                yield case(name, step, [at("alt", javascript(*lines))], cookies=jar("alt"))
                step = load(tag, "{other}/x", crossorigin=value)
                name = f"scripts/{tag}-other-{label}-{grant}"
                routes = [at("other", javascript(*lines))]
                yield case(name, step, routes, cookies=jar("other"), transports=("tls", *SITES))


def _errors() -> Iterator[Scenario]:
    for kind, body in ERRORS:
        for tag in ("script", "module"):
            own = load(tag, "{app}/x")
            yield case(f"scripts/error-{kind}-{tag}-own", own, [at("app", javascript(body=body))])
            for label, value in ATTRIBUTES[:2]:
                step = load(tag, crossorigin=value)
                routes = [at("api", javascript(ANY, body=body))]
                name = f"scripts/error-{kind}-{tag}-cross-site-{label}"
                yield case(name, step, routes, transports=("localhost", "tls"))
        port = load("script", "{alt}/x")
        yield case(f"scripts/error-{kind}-other-port", port, [at("alt", javascript(ANY, body=body))])
        away = [at("app", moved("{api}/y")), at("api", javascript(ANY, body=body), path="/y")]
        yield case(f"scripts/error-{kind}-own-to-foreign", load("script", "{app}/x"), away)
        back = [at("api", moved("{app}/y", ANY)), at("app", javascript(ANY, body=body), path="/y")]
        yield case(f"scripts/error-{kind}-foreign-to-own", load("script"), back)
        granted = load("script", crossorigin="anonymous")
        yield case(f"scripts/error-{kind}-foreign-to-own-anonymous", granted, back)
        yield case(f"scripts/error-{kind}-data", load("script", "data:text/javascript," + body.replace(" ", "%20")))
    later = "window.ran = 'x'; setTimeout(() => { throw new Error('boom') }, 0)"
    for label, value in ATTRIBUTES[:2]:
        step = load("script", crossorigin=value, settle=100)
        yield case(f"scripts/error-later-{label}", step, [at("api", javascript(ANY, body=later))])


def _modules() -> Iterator[Scenario]:
    chain = "import '{api}/a'; window.ran = (window.ran || '') + 'm'"
    first = "import '{other}/b'; window.ran = (window.ran || '') + 'a'"
    second = "window.ran = (window.ran || '') + 'b'"
    for label, value in (ATTRIBUTES[0], ATTRIBUTES[2]):
        for grant, one, two in (
            ("both", FULL, FULL),
            ("first", FULL, ()),
            ("second", (), FULL),
            ("star", (ANY,), (ANY,)),
        ):
            routes = [
                at("app", javascript(body=chain), path="/m"),
                at("api", javascript(*one, body=first), path="/a"),
                at("other", javascript(*two, body=second), path="/b"),
            ]
            step = load("module", "{app}/m", crossorigin=value)
            name = f"scripts/chain-{label}-{grant}"
            yield case(name, step, routes, cookies=jar("app", "api", "other"), transports=("localhost", "tls"))
    relative = [
        at("api", javascript(ANY, body="import './a'; window.ran = 'm'"), path="/m"),
        at("api", javascript(ANY), path="/a"),
    ]
    yield case("scripts/chain-relative-foreign", load("module", "{api}/m"), relative)
    stated = [
        at("app", javascript("Referrer-Policy: unsafe-url", body="import '{api}/a'; window.ran = 'm'"), path="/m"),
        at("api", javascript(ANY, "Referrer-Policy: no-referrer", body="import './b'; window.ran = 'a'"), path="/a"),
        at("api", javascript(ANY), path="/b"),
    ]
    yield case("scripts/chain-referrer-policy", load("module", "{app}/m"), stated)
    home = [
        at("api", javascript(ANY, body="import '{app}/a'; window.ran = 'm'"), path="/m"),
        at("app", javascript(), path="/a"),
    ]
    yield case("scripts/chain-back-home", load("module", "{api}/m"), home, cookies=jar("app"))
    redirected = [
        at("app", javascript(body="import '{api}/r'; window.ran = 'm'"), path="/m"),
        at("api", moved("{other}/a", ANY), path="/r"),
        at("other", javascript(ANY, body="import './b'"), path="/a"),
        at("other", javascript(ANY), path="/b"),
    ]
    yield case("scripts/chain-redirected", load("module", "{app}/m"), redirected)
    for name, body in (
        ("missing", "import '{api}/none'; window.ran = 'm'"),
        ("bare", "import 'bare'; window.ran = 'm'"),
        ("no-such-export", "import { none } from '{api}/a'; window.ran = 'm'"),
        ("throws", "import '{api}/t'; window.ran = 'm'"),
    ):
        routes = [
            at("app", javascript(body=body), path="/m"),
            at("api", javascript(ANY), path="/a"),
            at("api", javascript(ANY, body="throw new Error('boom')"), path="/t"),
        ]
        yield case(f"scripts/chain-{name}", load("module", "{app}/m"), routes)
    for grant, lines in GRANTS:
        step = load("import")
        yield case(f"scripts/import-cross-site-{grant}", step, [at("api", javascript(*lines))], cookies=jar())
    own = load("import", "{app}/x")
    yield case("scripts/import-own", own, [at("app", javascript())], cookies=jar("app"))
    for label, specifier in (
        *(("bare", "x.js"), ("bare-path", "a/x.js"), ("bare-empty", ""), ("bare-query", "?x"), ("bare-fragment", "#x")),
        *(("path", "/x"), ("dot", "./x"), ("dots", "../x"), ("only-dot", "."), ("protocol-relative", "//x")),
        *(("space", " /x"), ("backslash", "\\x"), ("scheme", "custom:x")),
    ):
        yield case(f"scripts/import-specifier-{label}", load("import", specifier), [at("app", javascript())])
    again = [load("import"), load("import"), load("module")]
    yield case("scripts/import-twice", again, [at("api", javascript(ANY))])
    failed = [load("import"), load("import")]
    yield case("scripts/import-failed-twice", failed, [at("api", javascript(), javascript(ANY))])
    yield case("scripts/import-throws", load("import"), [at("api", javascript(ANY, body="throw new Error('boom')"))])
    yield case("scripts/import-syntax", load("import"), [at("api", javascript(ANY, body="]"))])
    for kind, body in (
        ("application/json", bodies.JSON),
        ("text/json", bodies.JSON),
        ("application/x+json", bodies.JSON),
        ("text/javascript", bodies.JSON),
        ("text/plain", bodies.JSON),
    ):
        label = kind.replace("/", "-")
        step = load("import", type="json")
        yield case(f"scripts/json-{label}", step, [at("api", typed(kind, body, ANY))], cookies=jar())
    yield case(
        "scripts/json-no-grant", load("import", type="json"), [at("api", typed("application/json", bodies.JSON))]
    )
    broken = [at("api", typed("application/json", "{", ANY))]
    yield case("scripts/json-broken", load("import", type="json"), broken)
    own = load("import", "{app}/x", type="json")
    yield case("scripts/json-own", own, [at("app", typed("application/json", bodies.JSON))], cookies=jar("app"))
    yield case("scripts/json-without-type", load("import"), [at("api", typed("application/json", bodies.JSON, ANY))])
    yield case("scripts/css-module", load("import", type="css"), [at("api", css(ANY))])
    yield case("scripts/css-module-no-grant", load("import", type="css"), [at("api", css())])
    yield case(
        "scripts/css-module-plain", load("import", type="css"), [at("api", typed("text/plain", bodies.CSS, ANY))]
    )
    yield case("scripts/unknown-import-type", load("import", type="x"), [at("api", javascript(ANY))])


def _types() -> Iterator[Scenario]:
    for kind in TYPES:
        label = kind.replace("/", "-").replace("; ", "+") or "empty"
        reply = typed(kind, bodies.JAVASCRIPT, ANY)
        yield case(f"scripts/type-{label}", load("script", "{app}/x"), [at("app", reply)])
        strict = typed(kind, bodies.JAVASCRIPT, ANY, NOSNIFF)
        yield case(f"scripts/type-{label}-nosniff", load("script", "{app}/x"), [at("app", strict)])
        yield case(f"scripts/module-type-{label}", load("module"), [at("api", reply)])
    for tag in ("script", "module"):
        step = load(tag, "{app}/x")
        yield case(f"scripts/{tag}-untyped", step, [at("app", typed(None, bodies.JAVASCRIPT))])
        yield case(f"scripts/{tag}-untyped-nosniff", step, [at("app", typed(None, bodies.JAVASCRIPT, NOSNIFF))])
        for label, body in (
            ("empty", ""),
            ("mark", "\xef\xbb\xbf" + bodies.JAVASCRIPT),
            ("comment", "/* c */ " + bodies.JAVASCRIPT),
            ("json", bodies.JSON),
            ("array", "[1]"),
            ("html", bodies.HTML),
            ("prefix", ")]}'\n{}"),
            ("html-comment", "<!-- c\n" + bodies.JAVASCRIPT),
        ):
            yield case(f"scripts/{tag}-body-{label}", step, [at("app", javascript(body=body))])
        gzip = javascript("Content-Encoding: gzip", body=bodies.gzipped(bodies.JAVASCRIPT))
        yield case(f"scripts/{tag}-gzip", step, [at("app", gzip)])
        broken = javascript("Content-Encoding: gzip", body=bodies.JAVASCRIPT)
        yield case(f"scripts/{tag}-gzip-broken", step, [at("app", broken)])


def _integrity() -> Iterator[Scenario]:
    values = (
        ("right", DIGEST),
        ("wrong", WRONG),
        ("empty", ""),
        ("unknown", "sha1-x"),
        ("right-and-wrong", f"{WRONG} {DIGEST}"),
    )
    for label, value in values:
        own = load("script", "{app}/x", integrity=value)
        yield case(f"scripts/integrity-own-{label}", own, [at("app", javascript())])
        for attribute, crossorigin in ATTRIBUTES[:2]:
            step = load("script", crossorigin=crossorigin, integrity=value)
            yield case(f"scripts/integrity-{attribute}-{label}", step, [at("api", javascript(ANY))])
        step = load("module", integrity=value)
        yield case(f"scripts/integrity-module-{label}", step, [at("api", javascript(ANY))])
    step = load("script", crossorigin="anonymous", integrity=DIGEST)
    yield case("scripts/integrity-no-grant", step, [at("api", javascript())])
    step = load("script", "{app}/x", integrity=DIGEST)
    away = [at("app", moved("{api}/y")), at("api", javascript(ANY), path="/y")]
    yield case("scripts/integrity-own-to-foreign", step, away)
    compressed = javascript(ANY, "Content-Encoding: gzip", body=bodies.gzipped(bodies.JAVASCRIPT))
    yield case("scripts/integrity-gzip", load("script", "{app}/x", integrity=DIGEST), [at("app", compressed)])


def _responses() -> Iterator[Scenario]:
    for status in (204, 206, 404, 500):
        for tag in ("script", "module", "import"):
            body = "" if status == 204 else bodies.JAVASCRIPT
            reply = typed("text/javascript", body, ANY, status=status, reason="Status")
            yield case(f"scripts/status-{status}-{tag}", load(tag), [at("api", reply)])
    for value in ("same-origin", "same-site", "cross-origin"):
        for tag in ("script", "module"):
            yield case(f"scripts/corp-{value}-{tag}", load(tag), [at("api", javascript(ANY, f"{CORP}: {value}"))])
    null = ("Access-Control-Allow-Origin: null", CREDENTIALS)
    for tag, crossorigin in (
        ("script", None),
        ("script", "anonymous"),
        ("module", None),
        ("module", "use-credentials"),
    ):
        label = f"{tag}-{crossorigin}"
        step = load(tag, "{app}/0", crossorigin=crossorigin)
        routes = [at("app", moved("{api}/1"), path="/0"), at("api", javascript(*FULL), path="/1")]
        yield case(f"scripts/redirect-own-foreign-{label}", step, routes, cookies=jar("app", "api"))
        step = load(tag, "{api}/0", crossorigin=crossorigin)
        for grant, lines in (("exact", FULL), ("null", null)) if tag == "module" or crossorigin else (("none", ()),):
            routes = [at("api", moved("{app}/1", *FULL), path="/0"), at("app", javascript(*lines), path="/1")]
            yield case(f"scripts/redirect-foreign-own-{grant}-{label}", step, routes, cookies=jar("app", "api"))
            routes = [at("api", moved("{other}/1", *FULL), path="/0"), at("other", javascript(*lines), path="/1")]
            yield case(f"scripts/redirect-foreign-other-{grant}-{label}", step, routes, cookies=jar("other", "api"))
    data = "data:text/javascript,window.ran='x'"
    for tag in ("script", "module", "import"):
        yield case(f"scripts/data-{tag}", load(tag, data))
        yield case(f"scripts/redirect-to-data-{tag}", load(tag), [at("api", moved(data, ANY))])
        yield case(f"scripts/broken-connection-{tag}", load(tag), [at("api", Answer(action="break"))])
        yield case(f"scripts/unknown-scheme-{tag}", load(tag, "custom:x"))
    for policy in ("no-referrer", "origin", "unsafe-url"):
        for tag in ("script", "module"):
            step = load(tag, referrer_policy=policy)
            yield case(f"scripts/referrer-{policy}-{tag}", step, [at("api", javascript(ANY))])
    for tag, crossorigin in (("script", None), ("script", "anonymous"), ("module", None)):
        for grant, granted in (("none", ()), ("star", (ANY,)), ("exact", (ORIGIN,))):
            if crossorigin is None and tag == "script" and grant != "none":
                continue
            frame = Frame(steps=(load(tag, "{app}/x", crossorigin=crossorigin),))
            routes = [at("app", javascript(*granted))]
            yield case(f"scripts/sandboxed-{tag}-{crossorigin}-{grant}", frame, routes, cookies=jar("app"))
