"""
The response headers of CORS in every spelling that servers send.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from tests.evidence.recorder.corpus.build import (
    ANY,
    CREDENTIALS,
    ORIGIN,
    TEXT,
    answer,
    both,
    get,
    preflight,
    put,
    route,
    sampled,
    scenario,
    slug,
    xhr,
)
from tests.evidence.recorder.scenario import Scenario

ACAO: Final = "Access-Control-Allow-Origin"
ACAC: Final = "Access-Control-Allow-Credentials"
ACAM: Final = "Access-Control-Allow-Methods"
ACAH: Final = "Access-Control-Allow-Headers"
ACEH: Final = "Access-Control-Expose-Headers"

# Lines that concern the allowed origin; `{app}` is the page's origin.
ORIGINS: Final[tuple[tuple[str, Sequence[str]], ...]] = (
    ("missing", ()),
    ("star", (f"{ACAO}: *",)),
    ("exact", (f"{ACAO}: {{app}}",)),
    ("null", (f"{ACAO}: null",)),
    ("Null", (f"{ACAO}: Null",)),
    ("empty", (f"{ACAO}:",)),
    ("blank", (f"{ACAO}:   ",)),
    ("slash", (f"{ACAO}: {{app}}/",)),
    ("path", (f"{ACAO}: {{app}}/dir",)),
    ("no-scheme", (f"{ACAO}: {{app.authority}}",)),
    ("scheme-relative", (f"{ACAO}: //{{app.authority}}",)),
    ("host", (f"{ACAO}: {{app.host}}",)),
    ("no-port", (f"{ACAO}: http://{{app.host}}",)),
    ("port-80", (f"{ACAO}: http://{{app.host}}:80",)),
    ("port-443", (f"{ACAO}: https://{{app.host}}:443",)),
    ("port-wildcard", (f"{ACAO}: http://{{app.host}}:*",)),
    ("https", (f"{ACAO}: https://{{app.authority}}",)),
    ("http", (f"{ACAO}: http://{{app.authority}}",)),
    ("scheme-case", (f"{ACAO}: HTTP://{{app.authority}}",)),
    ("scheme-Case-s", (f"{ACAO}: HTTPS://{{app.authority}}",)),
    ("sub", (f"{ACAO}: {{sub}}",)),
    ("other", (f"{ACAO}: {{other}}",)),
    ("api", (f"{ACAO}: {{api}}",)),
    ("wildcard-host", (f"{ACAO}: http://*.{{app.domain}}",)),
    ("wildcard-scheme", (f"{ACAO}: *://{{app.authority}}",)),
    ("dot", (f"{ACAO}: http://{{app.host}}.",)),
    ("user", (f"{ACAO}: http://u@{{app.authority}}",)),
    ("prefix", (f"{ACAO}: {{app}}x",)),
    ("star-star", (f"{ACAO}: **",)),
    ("star-slash", (f"{ACAO}: */*",)),
    ("star-comma", (f"{ACAO}: *,",)),
    ("quoted", (f'{ACAO}: "{{app}}"',)),
    ("quoted-star", (f'{ACAO}: "*"',)),
    ("single-quoted", (f"{ACAO}: '{{app}}'",)),
    ("angle", (f"{ACAO}: <{{app}}>",)),
    ("true", (f"{ACAO}: true",)),
    ("list", (f"{ACAO}: {{app}}, {{other}}",)),
    ("list-other-first", (f"{ACAO}: {{other}}, {{app}}",)),
    ("list-same", (f"{ACAO}: {{app}}, {{app}}",)),
    ("list-same-tight", (f"{ACAO}: {{app}},{{app}}",)),
    ("list-star", (f"{ACAO}: *, {{app}}",)),
    ("list-star-second", (f"{ACAO}: {{app}}, *",)),
    ("list-space", (f"{ACAO}: {{app}} {{other}}",)),
    ("list-semicolon", (f"{ACAO}: {{app}};{{other}}",)),
    ("list-null", (f"{ACAO}: null, {{app}}",)),
    ("list-trailing-comma", (f"{ACAO}: {{app}},",)),
    ("list-leading-comma", (f"{ACAO}: ,{{app}}",)),
    ("two", (f"{ACAO}: {{app}}", f"{ACAO}: {{other}}")),
    ("two-same", (f"{ACAO}: {{app}}", f"{ACAO}: {{app}}")),
    ("two-star", (f"{ACAO}: *", f"{ACAO}: *")),
    ("two-star-exact", (f"{ACAO}: *", f"{ACAO}: {{app}}")),
    ("two-empty-first", (f"{ACAO}:", f"{ACAO}: {{app}}")),
    ("two-empty-second", (f"{ACAO}: {{app}}", f"{ACAO}:")),
    ("two-empty", (f"{ACAO}:", f"{ACAO}:")),
    ("three", (f"{ACAO}: *",) * 3),
    ("two-case", (f"{ACAO}: {{app}}", f"{ACAO.lower()}: {{app}}")),
    ("name-lower", (f"{ACAO.lower()}: {{app}}",)),
    ("name-upper", (f"{ACAO.upper()}: {{app}}",)),
    ("tight", (f"{ACAO}:{{app}}",)),
    ("many-spaces", (f"{ACAO}:     {{app}}   ",)),
    ("tabs", (f"{ACAO}:\t{{app}}\t",)),
    ("space-before-colon", (f"{ACAO} : {{app}}",)),
    ("tab-before-colon", (f"{ACAO}\t: {{app}}",)),
    ("leading-space", (f" {ACAO}: {{app}}",)),
    ("inner-space", (f"{ACAO}: http: //{{app.authority}}",)),
    ("folded", (f"{ACAO}:\r\n {{app}}",)),
    ("trailing-cr", (f"{ACAO}: {{app}}\r",)),
    ("vertical-tab", (f"{ACAO}: {{app}}\x0b",)),
    ("form-feed", (f"{ACAO}: \x0c{{app}}",)),
    ("nbsp", (f"{ACAO}: {{app}}\xa0",)),
    ("control-01", (f"{ACAO}: {{app}}\x01",)),
    ("control-1f", (f"{ACAO}: \x1f{{app}}",)),
    ("delete", (f"{ACAO}: {{app}}\x7f",)),
    ("byte-80", (f"{ACAO}: {{app}}\x80",)),
    ("byte-ff", (f"{ACAO}: \xff",)),
    ("bom", (f"{ACAO}: \xef\xbb\xbf{{app}}",)),
    ("underscore", ("Access_Control_Allow_Origin: {app}",)),
    ("misspelled", ("Access-Control-Allow-Origins: {app}",)),
    ("header-in-value", (f"{ACAO}: {ACAO}: {{app}}",)),
    ("regexp", (f"{ACAO}: ^https?://.*$",)),
    ("literal-origin", (f"{ACAO}: $http_origin",)),
    ("undefined", (f"{ACAO}: undefined",)),
    ("None", (f"{ACAO}: None",)),
    ("bare-lf", (f"X-A: 1\n{ACAO}: {{app}}",)),
)

CREDENTIAL_LINES: Final[tuple[tuple[str, Sequence[str]], ...]] = (
    ("missing", ()),
    *(
        (slug(value), (f"{ACAC}: {value}",))
        for value in (
            *("true", "True", "TRUE", "tRue", "false", "1", "yes", "", "  true  ", "\ttrue", '"true"', "'true'"),
            *("true,", ",true"),
            *("true, true", "true,true", "true, false", "false, true", "true;", "true; x", "truetrue", "t rue", "*"),
            *("{app}", "null"),
            *("?1", "true\x0b", "true\x01", "true\x7f", "true\xa0", "true\x80", "on", "include", "True, true", "tru"),
            *("true.",),
        )
    ),
    ("two", (f"{ACAC}: true", f"{ACAC}: true")),
    ("two-false", (f"{ACAC}: true", f"{ACAC}: false")),
    ("false-true", (f"{ACAC}: false", f"{ACAC}: true")),
    ("empty-true", (f"{ACAC}:", f"{ACAC}: true")),
    ("lower-name", (f"{ACAC.lower()}: true",)),
    ("space-colon", (f"{ACAC} : true",)),
    ("tight", (f"{ACAC}:true",)),
    ("trailing-cr", (f"{ACAC}: true\r",)),
)

# Lists of names, for the methods (asked: PUT), the request headers (asked: x-a and x-b) and the exposed headers.
LIST_SHAPES: Final = (
    *("{0}", "{0},{1}", "{1},{0}", "{0}, {1}", "{0} , {1}", "{0} {1}", "{0};{1}", "{0}|{1}", "{0}/{1}", "[{0},{1}]"),
    *('"{0}","{1}"',),
    *("'{0}','{1}'", "{0},,{1}", ",{0},{1}", "{0},{1},", ",", ",,", "", "  ", "{0}\t,\t{1}", "{0},\t{1}", "*"),
    *("*, {0}", "{0},*", "**", "* ,"),
    *("*,{0},{1}", '"*"', "{0}{1}", "{0},{1},{0}", "{0}, {1}; q=1", "({0},{1})", "{0}\x0b,{1}", "{0},{1}\x01"),
    *("{0},{1}\xa0", "{0},{1}\x7f"),
    *("{0},{1}\xe9", "{0}, @", "@, {0}, {1}", "{0},{1},a b", "{0}:1,{1}", "{0}=1,{1}", "{0},{1}, x=y", "null"),
    *("true", "{0},{1}\r", "all", "any"),
)
HEADER_NAMES: Final = (
    *("x-a, x-b", "X-A,X-B", "x-A, X-b", "x-a", "x-b", "content-type, x-a, x-b", "x-a,x-bb", "x-ax-b"),
    *("authorization", "x_a, x_b"),
    *("x-a, x-b, authorization", "*", "*, authorization", "*, x-a", "x-*", "x-a, *", "Authorization"),
    *("AUTHORIZATION, X-A, X-B",),
)


def scenarios() -> Iterator[Scenario]:
    """
    Make the families of the response headers of CORS.

    They are `allow-origin`, `allow-origin-preflight`, `allow-credentials`, `allow-methods`, `allow-headers`,
    `expose-headers` and `visible-headers`.
    """
    yield from sampled(_origins(), 7)
    yield from sampled(_credentials(), 12)
    yield from sampled(_lists(), 20)
    yield from _exposed()


def _origins() -> Iterator[Scenario]:
    for label, lines in ORIGINS:
        yield scenario(f"allow-origin/{label}", get(), [route(answer(*lines, TEXT))])
    for label, lines in ORIGINS:
        with_credentials = answer(*lines, CREDENTIALS, TEXT)
        yield scenario(f"allow-origin/include-{label}", get(credentials="include"), [route(with_credentials)])
    for label, lines in ORIGINS:
        pre = answer(*lines, f"{ACAM}: PUT", status=204, body="")
        yield scenario(f"allow-origin-preflight/{label}", put(), both(pre, answer(ORIGIN, TEXT)))
    for label, lines in ORIGINS[:24]:
        yield scenario(f"allow-origin/xhr-{label}", xhr(), [route(answer(*lines, TEXT))])


def _credentials() -> Iterator[Scenario]:
    for label, lines in CREDENTIAL_LINES:
        yield scenario(f"allow-credentials/{label}", get(credentials="include"), [route(answer(ORIGIN, *lines, TEXT))])
        pre = answer(ORIGIN, *lines, f"{ACAM}: PUT", status=204, body="")
        actual = answer(ORIGIN, CREDENTIALS, TEXT)
        yield scenario(f"allow-credentials/preflight-{label}", put(credentials="include"), both(pre, actual))
    for label, lines in CREDENTIAL_LINES[:6]:
        yield scenario(
            f"allow-credentials/omit-{label}", get(credentials="omit"), [route(answer(ORIGIN, *lines, TEXT))]
        )
        yield scenario(f"allow-credentials/xhr-{label}", xhr(credentials=True), [route(answer(ORIGIN, *lines, TEXT))])


def _lists() -> Iterator[Scenario]:
    actual = answer(ORIGIN, TEXT)
    for number, shape in enumerate(LIST_SHAPES):
        value = shape.replace("{0}", "PUT").replace("{1}", "DELETE")
        name = f"allow-methods/{number:02}-{slug(value)}"
        yield scenario(name, put(), both(preflight(f"{ACAM}: {value}"), actual))
    for label, lines in _twice(ACAM, "PUT", "DELETE"):
        yield scenario(f"allow-methods/{label}", put(), both(preflight(*lines), actual))
    for number, shape in enumerate(LIST_SHAPES):
        value = shape.replace("{0}", "x-a").replace("{1}", "x-b")
        asked = get(headers=(("X-A", "1"), ("X-B", "2")))
        yield scenario(f"allow-headers/{number:02}-{slug(value)}", asked, both(preflight(f"{ACAH}: {value}"), actual))
        # The list is read even if nothing is asked of it.
        idle = both(preflight(f"{ACAM}: PUT", f"{ACAH}: {value}"), actual)
        yield scenario(f"allow-headers/idle-{number:02}-{slug(value)}", put(), idle)
    for label, lines in _twice(ACAH, "x-a", "x-b"):
        asked = get(headers=(("X-A", "1"), ("X-B", "2")))
        yield scenario(f"allow-headers/{label}", asked, both(preflight(*lines), actual))
    for value in HEADER_NAMES:
        for label, names in (("ab", ("X-A", "X-B")), ("auth", ("Authorization", "X-A"))):
            asked = get(headers=tuple((name, "1") for name in names))
            routes = both(preflight(f"{ACAH}: {value}"), actual)
            yield scenario(f"allow-headers/{label}-by-{slug(value)}", asked, routes)
    for value in ("*", "*, authorization", "x-a", "X-A, authorization"):
        asked = get(headers=(("X-A", "1"), ("Authorization", "Bearer x")), credentials="include")
        routes = both(preflight(CREDENTIALS, f"{ACAH}: {value}"), answer(ORIGIN, CREDENTIALS, TEXT))
        yield scenario(f"allow-headers/include-by-{slug(value)}", asked, routes)
    for value in ("*", "*, PUT", "PUT", "put"):
        routes = both(preflight(CREDENTIALS, f"{ACAM}: {value}"), answer(ORIGIN, CREDENTIALS, TEXT))
        yield scenario(f"allow-methods/include-by-{slug(value)}", put(credentials="include"), routes)


def _twice(name: str, one: str, two: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return (
        ("lines-missing", ()),
        ("lines-both", (f"{name}: {one}", f"{name}: {two}")),
        ("lines-reversed", (f"{name}: {two}", f"{name}: {one}")),
        ("lines-same", (f"{name}: {one}, {two}", f"{name}: {one}, {two}")),
        ("lines-empty-first", (f"{name}:", f"{name}: {one}, {two}")),
        ("lines-empty-second", (f"{name}: {one}, {two}", f"{name}:")),
        ("lines-bad-first", (f"{name}: a b", f"{name}: {one}, {two}")),
        ("lines-bad-second", (f"{name}: {one}, {two}", f"{name}: a b")),
        ("lines-star-first", (f"{name}: *", f"{name}: {one}")),
        ("lines-lower-name", (f"{name.lower()}: {one}, {two}",)),
        ("lines-space-colon", (f"{name} : {one}, {two}",)),
    )


# Headers of a response that exposes them in every spelling.
SENT: Final = (
    *("X-One: 1", "X-Two: 2", "x-three: 3", "Cache-Control: no-cache", "Content-Language: de", "Expires: 0"),
    *("Pragma: x",),
    *("Last-Modified: Thu, 01 Jan 1970 00:00:00 GMT", "Content-Length: 5", "ETag: x", "Date: x", "Server: x"),
    *("Set-Cookie: a=b",),
)


def _exposed() -> Iterator[Scenario]:
    for number, shape in enumerate(LIST_SHAPES):
        value = shape.replace("{0}", "X-One").replace("{1}", "x-two")
        routes = [route(answer(ORIGIN, f"{ACEH}: {value}", TEXT, *SENT))]
        yield scenario(f"expose-headers/{number:02}-{slug(value)}", get(), routes)
    for label, lines in _twice(ACEH, "X-One", "X-Two"):
        yield scenario(f"expose-headers/{label}", get(), [route(answer(ORIGIN, *lines, TEXT, *SENT))])
    values = (
        "*",
        "*, X-One",
        "X-ONE",
        "x-one, set-cookie",
        "Set-Cookie2",
        "etag, date, server",
        "access-control-allow-origin",
        "X-One, *",
    )
    for value in values:
        shown = answer(ORIGIN, CREDENTIALS, f"{ACEH}: {value}", TEXT, *SENT)
        for credentials in ("omit", "same-origin", "include"):
            asked = get(credentials=credentials)
            yield scenario(f"expose-headers/{credentials}-{slug(value)}", asked, [route(shown)])
        yield scenario(f"expose-headers/xhr-{slug(value)}", xhr(), [route(shown)])
        yield scenario(f"expose-headers/xhr-include-{slug(value)}", xhr(credentials=True), [route(shown)])
    # Names that are safe in requests; whether responses show them without being asked to.
    safe = answer(ORIGIN, TEXT, "Accept: a/b", "Accept-Language: de", "Content-Language: de", "Range: bytes=0-1")
    yield scenario("expose-headers/safe-in-requests", get(), [route(safe)])
    yield scenario("expose-headers/xhr-safe-in-requests", xhr(), [route(safe)])
    kinds: tuple[tuple[str, tuple[str, ...]], ...] = (
        ("same-twice", ("X-One: a", "X-One: b")),
        ("case-twice", ("X-One: a", "x-one: b")),
        ("spaces", ("X-One:    a   ",)),
        ("inner-spaces", ("X-One: a    b",)),
        ("empty", ("X-One:",)),
        ("latin-1", ("X-One: \xe9",)),
        ("utf-8", ("X-One: \xc3\xa9",)),
        ("no-colon", ("X-One", "X-Two: 2")),
        ("folded", ("X-One: a\r\n b", "X-Two: 2")),
        ("folded-tab", ("X-One: a\r\n\tb",)),
        ("control", ("X-One: a\x01b",)),
        ("nul", ("X-One: a\x00b",)),
        ("tab", ("X-One: a\tb",)),
        ("name-space", ("X One: a", "X-Two: 2")),
        ("name-empty", (": a", "X-Two: 2")),
        ("name-odd", ("X(One): a", "X-Two: 2")),
        ("name-latin-1", ("X-\xe9: a", "X-Two: 2")),
        ("length-short", ("Content-Length: 3",)),
        ("length-long", ("Content-Length: 9",)),
        ("length-twice", ("Content-Length: 5", "Content-Length: 5")),
        ("length-differs", ("Content-Length: 5", "Content-Length: 6")),
        ("type-twice", ("Content-Type: text/html",)),
        ("many", tuple(f"X-{number}: {number}" for number in range(30))),
        ("cookie", ("Set-Cookie: a=b", "Set-Cookie2: c=d", "X-One: 1")),
    )
    for label, lines in kinds:
        yield scenario(f"visible-headers/{label}", get(), [route(answer(ANY, f"{ACEH}: *", TEXT, *lines))])
        own = route(answer(TEXT, *lines), origin="app")
        yield scenario(f"visible-headers/own-{label}", get(url="{app}/x"), [own])
        yield scenario(f"visible-headers/xhr-{label}", xhr(), [route(answer(ANY, f"{ACEH}: *", TEXT, *lines))])
