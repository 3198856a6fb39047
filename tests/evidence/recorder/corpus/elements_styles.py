"""
Style sheets: which apply, whose rules a page may read, and what they load in turn.
"""

from collections.abc import Iterator
from typing import Final

from tests.evidence.recorder.corpus import bodies
from tests.evidence.recorder.corpus.build import ANY, CREDENTIALS, LOCAL, ORIGIN
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
    font,
    jar,
    load,
    moved,
    png,
    typed,
)
from tests.evidence.recorder.scenario import Answer, Frame, Scenario

TYPES: Final = (
    *("text/css", "TEXT/CSS; charset=utf-8", "text/plain", "text/html", "text/javascript", "application/json"),
    *("image/png", "application/octet-stream", "garbage", ""),
)
DIGEST: Final = digest_of(bodies.CSS)
WRONG: Final = digest_of("")


def scenarios() -> Iterator[Scenario]:
    """
    Make the family `styles`.
    """
    yield from _attributes_and_grants()
    yield from _nested()
    yield from _types()
    yield from _encodings()
    yield from _responses()


def _attributes_and_grants() -> Iterator[Scenario]:
    for label, value in ATTRIBUTES:
        own = load("stylesheet", "{app}/x", crossorigin=value)
        yield case(f"styles/own-{label}", own, [at("app", css())], cookies=jar("app"))
        for grant, lines in FEWER_GRANTS if label in ("plain", "anonymous", "credentials") else GRANTS[:1]:
            step = load("stylesheet", crossorigin=value)
            yield case(f"styles/cross-site-{label}-{grant}", step, [at("api", css(*lines))], cookies=jar())
    for label, value in ATTRIBUTES[:3]:
        for grant, lines in (GRANTS[0], GRANTS[4]):
            step = load("stylesheet", "{alt}/x", crossorigin=value)
            yield case(f"styles/other-port-{label}-{grant}", step, [at("alt", css(*lines))], cookies=jar("alt"))
            step = load("stylesheet", "{other}/x", crossorigin=value)
            routes = [at("other", css(*lines))]
            name = f"styles/other-{label}-{grant}"
            yield case(name, step, routes, cookies=jar("other"), transports=("tls", *SITES))


def _nested() -> Iterator[Scenario]:
    for sheet in ("app", "api"):
        for imported in ("app", "api", "other"):
            for label, value in ATTRIBUTES[:2]:
                body = f"@import '{{{imported}}}/i';{bodies.CSS}"
                routes = [at(sheet, css(ANY, body=body)), at(imported, css(body=bodies.IMPORTED), path="/i")]
                step = load("stylesheet", f"{{{sheet}}}/x", crossorigin=value, settle=100)
                name = f"styles/import-{sheet}-{imported}-{label}"
                cookies = jar(*dict.fromkeys((sheet, imported)))
                transports = ("localhost", "tls") if sheet == "api" and value is None else LOCAL
                yield case(name, step, routes, cookies=cookies, transports=transports)
    chain = [
        at("app", css(body=f"@import '{{api}}/a';{bodies.CSS}")),
        at("api", css(body="@import '{other}/b';"), path="/a"),
        at("other", css(body=bodies.IMPORTED), path="/b"),
    ]
    step = load("stylesheet", "{app}/x", settle=100)
    yield case("styles/import-chain", step, chain, transports=("localhost", "tls"))
    for name, reply in (
        ("missing", typed("text/css", "", status=404)),
        ("as-text", typed("text/plain", bodies.IMPORTED)),
        ("redirected", moved("{other}/b")),
        ("corp", css(f"{CORP}: same-origin", body=bodies.IMPORTED)),
    ):
        routes = [at("app", css(body=f"@import '{{api}}/a';{bodies.CSS}")), at("api", reply, path="/a")]
        routes.append(at("other", css(body=bodies.IMPORTED), path="/b"))
        yield case(f"styles/import-{name}", step, routes)
    for name, reply in (("missing", typed("text/css", "", status=404)), ("as-text", typed("text/plain", ""))):
        routes = [
            at("app", css(body=f"@import '{{app}}/a';{bodies.CSS}")),
            at("app", css(body="@import '{api}/b';"), path="/a"),
            at("api", reply, path="/b"),
        ]
        yield case(f"styles/import-of-import-{name}", load("stylesheet", "{app}/x", settle=100), routes)
    for sheet in ("app", "api"):
        for place in ("app", "api", "other"):
            for grant, lines in GRANTS[:2] if place != "app" else GRANTS[:1]:
                face = f"@font-face{{font-family:f;src:url({{{place}}}/f)}}#probe{{font-family:f;color:rgb(1,2,3)}}"
                routes = [at(sheet, css(ANY, body=face)), at(place, font(*lines), path="/f")]
                sheet_step = load("stylesheet", f"{{{sheet}}}/x")
                name = f"styles/font-{sheet}-{place}-{grant}"
                cookies = jar(*dict.fromkeys((sheet, place)))
                transports = ("localhost", "tls") if sheet == "api" and grant == "star" else LOCAL
                yield case(name, sheet_step, routes, cookies=cookies, transports=transports)
            for kind, rule in (("background", "background-image"), ("mask", "mask-image")):
                body = f"#probe{{{rule}:url({{{place}}}/i);color:rgb(1,2,3)}}"
                routes = [at(sheet, css(ANY, body=body)), at(place, png(), path="/i")]
                image_step = load("stylesheet", f"{{{sheet}}}/x", settle=200)
                name = f"styles/{kind}-{sheet}-{place}"
                cookies = jar(*dict.fromkeys((sheet, place)))
                transports = ("localhost", "tls") if sheet == "api" else LOCAL
                yield case(name, image_step, routes, cookies=cookies, transports=transports)
    for policy in ("no-referrer", "origin", "unsafe-url"):
        body = "@import '{api}/i';#probe{background-image:url({api}/b)}"
        routes = [
            at("app", css(f"Referrer-Policy: {policy}", body=body)),
            at("api", css(body=bodies.IMPORTED), path="/i"),
            at("api", png(), path="/b"),
        ]
        yield case(f"styles/nested-referrer-{policy}", load("stylesheet", "{app}/x", settle=200), routes)
        step = load("stylesheet", referrer_policy=policy)
        yield case(f"styles/referrer-{policy}", step, [at("api", css())])


def _types() -> Iterator[Scenario]:
    for kind in TYPES:
        label = kind.replace("/", "-").replace("; ", "+") or "empty"
        for place in ("app", "api"):
            for strict, lines in (("", ()), ("-nosniff", (NOSNIFF,))):
                step = load("stylesheet", f"{{{place}}}/x")
                name = f"styles/type-{label}-{place}{strict}"
                yield case(name, step, [at(place, typed(kind, bodies.CSS, *lines))])
    for strict, lines in (("", ()), ("-nosniff", (NOSNIFF,))):
        for label, value in ATTRIBUTES[:2]:
            step = load("stylesheet", crossorigin=value)
            reply = typed(None, bodies.CSS, ANY, *lines)
            yield case(f"styles/untyped-{label}{strict}", step, [at("api", reply)])
    own = load("stylesheet", "{app}/x")
    for label, body in (("empty", ""), ("html", bodies.HTML), ("json", bodies.JSON), ("garbage", "\x00\xff{")):
        yield case(f"styles/body-{label}", own, [at("app", css(body=body))])
        yield case(f"styles/body-{label}-cross-site", load("stylesheet"), [at("api", css(body=body))])
    gzip = css("Content-Encoding: gzip", body=bodies.gzipped(bodies.CSS))
    yield case("styles/gzip", own, [at("app", gzip)])


def _encodings() -> Iterator[Scenario]:
    """
    Style sheets of other encodings: what they import shows how they were read.
    """
    latin, utf8, utf16 = "\xe4", "\xc3\xa4", "utf-16-le"
    imports = "@import '{{app}}/i{0}?{0}';"

    def wide(text: str, encoding: str) -> str:
        return text.encode(encoding).decode("latin-1")

    name_in_rules = '@charset "windows-1252";'
    for label, charset, body in (
        ("utf8", "", imports.format(utf8)),
        ("latin", "", imports.format(latin)),
        ("latin-by-type", "windows-1252", imports.format(latin)),
        ("latin-by-label", "latin1", imports.format(latin)),
        ("latin-by-rule", "", name_in_rules + imports.format(latin)),
        ("latin-by-rule-single-quotes", "", name_in_rules.replace('"', "'") + imports.format(latin)),
        ("latin-by-rule-upper-case", "", name_in_rules.upper() + imports.format(latin)),
        ("latin-by-rule-behind-space", "", " " + name_in_rules + imports.format(latin)),
        ("latin-by-rule-unknown", "", '@charset "none";' + imports.format(utf8)),
        ("type-outranks-rule", "utf-8", name_in_rules + imports.format(utf8)),
        ("unknown-type-and-rule", "none", name_in_rules + imports.format(latin)),
        ("mark-outranks-type", "windows-1252", "\xef\xbb\xbf" + imports.format(utf8)),
        ("mark-outranks-rule", "", "\xef\xbb\xbf" + name_in_rules + imports.format(utf8)),
        ("rule-says-utf16", "", '@charset "utf-16";' + imports.format(utf8)),
        ("greek-by-type", "iso-8859-7", imports.format(latin)),
        ("japanese-by-type", "shift_jis", imports.format("\x82\xa0")),
    ):
        kind = f"text/css; charset={charset}" if charset else "text/css"
        yield case(f"styles/encoding-{label}", load("stylesheet", "{app}/x"), [at("app", typed(kind, body))])
    # NB: the scripted server puts hosts into a body as bytes, so what is imported has none.
    plain = "@import '/i'; #probe{color:rgb(1,2,3)}"
    for label, charset, body in (
        ("utf16-by-type", "utf-16le", wide(plain, utf16)),
        ("utf16-by-mark", "", "\xff\xfe" + wide(plain, utf16)),
        ("utf16-big-by-mark", "utf-8", "\xfe\xff" + wide(plain, "utf-16-be")),
    ):
        kind = f"text/css; charset={charset}" if charset else "text/css"
        yield case(f"styles/encoding-{label}", load("stylesheet", "{app}/x"), [at("app", typed(kind, body))])
    nested = [
        at("app", typed("text/css; charset=windows-1252", "@import '/i';")),
        at("app", typed("text/css", imports.replace("{{app}}/i", "/j").format(latin)), path="/i"),
    ]
    yield case("styles/encoding-inherited-by-import", load("stylesheet", "{app}/x", settle=100), nested)


def _responses() -> Iterator[Scenario]:
    for status in (204, 206, 404, 500):
        body = "" if status == 204 else bodies.CSS
        for label, value in ATTRIBUTES[:2]:
            reply = typed("text/css", body, ANY, status=status, reason="Status")
            yield case(f"styles/status-{status}-{label}", load("stylesheet", crossorigin=value), [at("api", reply)])
    for value in ("same-origin", "same-site", "cross-origin"):
        for label, crossorigin in ATTRIBUTES[:2]:
            step = load("stylesheet", crossorigin=crossorigin)
            yield case(f"styles/corp-{value}-{label}", step, [at("api", css(ANY, f"{CORP}: {value}"))])
    for label, value in (("right", DIGEST), ("wrong", WRONG)):
        own = load("stylesheet", "{app}/x", integrity=value)
        yield case(f"styles/integrity-own-{label}", own, [at("app", css())])
        for attribute, crossorigin in ATTRIBUTES[:2]:
            step = load("stylesheet", crossorigin=crossorigin, integrity=value)
            yield case(f"styles/integrity-{attribute}-{label}", step, [at("api", css(ANY))])
    null = ("Access-Control-Allow-Origin: null", CREDENTIALS)
    for label, value in ATTRIBUTES[:2]:
        step = load("stylesheet", "{app}/0", crossorigin=value)
        routes = [at("app", moved("{api}/1"), path="/0"), at("api", css(*FULL), path="/1")]
        yield case(f"styles/redirect-own-foreign-{label}", step, routes, cookies=jar("app", "api"))
        step = load("stylesheet", "{api}/0", crossorigin=value)
        for grant, lines in (("exact", FULL), ("null", null)):
            routes = [at("api", moved("{app}/1", *FULL), path="/0"), at("app", css(*lines), path="/1")]
            yield case(f"styles/redirect-foreign-own-{grant}-{label}", step, routes, cookies=jar("app", "api"))
    data = "data:text/css,%23probe{color:rgb(1,2,3)}"
    for label, value in ATTRIBUTES[:2]:
        yield case(f"styles/data-{label}", load("stylesheet", data, crossorigin=value))
        redirected = load("stylesheet", crossorigin=value)
        yield case(f"styles/redirect-to-data-{label}", redirected, [at("api", moved(data, ANY))])
        yield case(f"styles/broken-connection-{label}", redirected, [at("api", Answer(action="break"))])
        for grant, granted in (("none", ()), ("star", (ANY,)), ("exact", (ORIGIN,))):
            if value is None and grant != "none":
                continue
            frame = Frame(steps=(load("stylesheet", "{app}/x", crossorigin=value),))
            yield case(f"styles/sandboxed-{label}-{grant}", frame, [at("app", css(*granted))], cookies=jar("app"))
