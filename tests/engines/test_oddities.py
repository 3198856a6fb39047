"""
Rare things in which browsers differ, each found by somebody: cookies, types of bodies, locations, validators.

Each row was observed on Chromium 156, Firefox 153 and WebKitGTK 2.50 (families `odd-...` of the recordings).
"""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING, Any, Final

import pytest

from browsercors import Answer, Blob, Browser, FetchTypeError, ScriptedServer, URLSearchParams

if TYPE_CHECKING:
    from browsercors import BrowserName

APP, API, OTHER = "https://app.example.com", "https://api.example.com", "https://other.example.org"
BROWSERS: Final[tuple[BrowserName, ...]] = ("chromium", "firefox", "webkit")
OPEN: Final = {
    "Access-Control-Allow-Origin": APP,
    "Access-Control-Allow-Methods": "PUT",
    "Access-Control-Allow-Headers": "content-type",
    "Access-Control-Max-Age": "600",
}


def server_in(name: BrowserName, answers: Any) -> tuple[Browser, ScriptedServer]:
    browser, server = Browser(name), ScriptedServer({"*": answers})
    browser.mount("*", server)
    return browser, server


def header_of(server: ScriptedServer, name: bytes, number: int = -1) -> bytes | None:
    return next((value for key, value in server.received[number].headers if key.lower() == name), None)


COOKIE_CASES = [
    # Set-Cookie              Cookie in Chromium, Firefox, WebKit
    pytest.param("a=b\tc", (None, b"a=b\tc", b"a=b"), id="a tab within"),
    pytest.param("a=1\x01; Max-Age=0", (None, None, b"a=1"), id="a control character"),
    pytest.param("novalue", (b"novalue", b"novalue=", b"novalue"), id="no equals sign"),
    pytest.param("=v", (b"v", None, b"v"), id="no name"),
    pytest.param("a=\xe9", (b"a=\xe9", b"a=\xef\xbf\xbd", b"a="), id="no UTF-8"),
    pytest.param("__Host-a=1", (None, None, b"__Host-a=1"), id="a prefix that promises too much"),
    pytest.param("__secure-a=1", (None, None, b"__secure-a=1"), id="a prefix in lower case"),
    pytest.param("__Http-a=1; Secure", (None, None, b"__Http-a=1"), id="a prefix for servers, seen by scripts"),
    pytest.param("__Http-a=1; Secure; HttpOnly", (b"__Http-a=1",) * 3, id="a prefix for servers"),
    pytest.param(
        "__Host-Http-a=1; Secure; Path=/", (None, None, b"__Host-Http-a=1"), id="both prefixes, seen by scripts"
    ),
    pytest.param(
        "__Host-Http-a=1; Secure; HttpOnly; Path=/x",
        (None, b"__Host-Http-a=1", b"__Host-Http-a=1"),
        id="both prefixes, of one path",
    ),
]


@pytest.mark.parametrize(("line", "expected"), COOKIE_CASES)
def test_which_odd_cookies_come_back(line: str, expected: tuple[bytes | None, ...]) -> None:
    sent = []
    for name in BROWSERS:
        browser, server = server_in(name, Answer(200, [("Set-Cookie", line)]))
        page = browser.open(f"{APP}/")
        page.fetch("/x")
        page.fetch("/x")
        sent.append(header_of(server, b"cookie"))

    assert tuple(sent) == expected


def test_webkit_sends_cookies_with_the_domain_of_the_host_first() -> None:
    sent = []
    for name in BROWSERS:
        browser, server = server_in(
            name, Answer(200, [("Set-Cookie", "b=1"), ("Set-Cookie", "d=2; Domain=app.example.com")])
        )
        page = browser.open(f"{APP}/")
        page.fetch("/x")
        page.fetch("/x")
        sent.append(header_of(server, b"cookie"))

    assert sent == [b"b=1; d=2", b"b=1; d=2", b"d=2; b=1"]


CHARSET_CASES = [
    # Content-Type of the page                  in Chromium                                 in the others
    ("text/plain; CHARSET=latin1", b"text/plain; CHARSET=UTF-8", b"text/plain;charset=UTF-8"),
    ('text/plain;charset="utf-8"', b'text/plain;charset="UTF-8"', b'text/plain;charset="utf-8"'),
    (
        "text/plain;charset=UTF-8;charset=x",
        b"text/plain;charset=UTF-8;charset=UTF-8",
        b"text/plain;charset=UTF-8;charset=x",
    ),
    ("text/plain;xcharset=x", b"text/plain;xcharset=x", b"text/plain;xcharset=x"),
    ("text/html", b"text/html", b"text/html"),
]


@pytest.mark.parametrize(("value", "chromium", "others"), CHARSET_CASES, ids=[row[0] for row in CHARSET_CASES])
def test_the_charset_that_xml_http_request_states(value: str, chromium: bytes, others: bytes) -> None:
    seen = []
    for name in BROWSERS:
        browser, server = server_in(name, Answer(200, OPEN))
        browser.open(f"{APP}/").xhr("POST", "/x", headers={"Content-Type": value}, body="text")
        seen.append(header_of(server, b"content-type"))

    assert seen == [chromium, others, others]


def test_the_type_of_a_blob_that_is_none() -> None:
    seen = []
    for name in BROWSERS:
        browser, server = server_in(name, Answer(200, OPEN))
        browser.open(f"{APP}/").xhr("POST", f"{API}/x", body=Blob(b"b", "bad type"))
        seen.append([request.method for request in server.received])

    assert seen == [[b"POST"], [b"OPTIONS", b"POST"], [b"POST"]]


PARAMETER_CASES = [
    # Content-Type                    preflight in Chromium, Firefox, WebKit
    ("text/plain;", (False, False, False)),
    ("text/plain;;", (False, True, False)),
    ("text/plain;;p=y", (False, False, False)),
    ("text/plain;a=b; ;c=d", (False, False, False)),
]


@pytest.mark.parametrize(("value", "expected"), PARAMETER_CASES, ids=[row[0] for row in PARAMETER_CASES])
def test_an_empty_parameter_at_the_end_needs_a_preflight_in_firefox(value: str, expected: tuple[bool, ...]) -> None:
    seen = []
    for name in BROWSERS:
        browser, server = server_in(name, Answer(200, OPEN))
        browser.open(f"{APP}/").fetch(f"{API}/x", method="POST", headers={"Content-Type": value}, body="b")
        seen.append(server.received[0].method == b"OPTIONS")

    assert tuple(seen) == expected


@pytest.mark.parametrize("name", BROWSERS)
@pytest.mark.parametrize("algorithm", ["sha256", "sha384", "sha512"])
def test_a_digest_needs_no_padding(name: BrowserName, algorithm: str) -> None:
    digest = base64.b64encode(hashlib.new(algorithm, b"hello").digest()).decode().rstrip("=")
    browser, _ = server_in(name, Answer(200, OPEN, "hello"))

    assert browser.open(f"{APP}/").fetch(f"{API}/x", integrity=f"{algorithm}-{digest}").readable
    assert not browser.open(f"{APP}/").fetch(f"{API}/x", integrity=f"{algorithm}-{digest[:-1]}A").readable


PRIORITY_CASES = [
    # priority   Priority in Firefox
    ("auto", b"u=4"),
    ("low", b"u=5"),
    ("high", None),
]


@pytest.mark.parametrize(("priority", "expected"), PRIORITY_CASES)
def test_firefox_states_the_priority(priority: Any, expected: bytes | None) -> None:
    browser, server = server_in("firefox", Answer(200, OPEN))
    browser.open(f"{APP}/").fetch("/x", priority=priority, window=None)

    assert header_of(server, b"priority") == expected


@pytest.mark.parametrize("options", [{"priority": "urgent"}, {"window": "self"}], ids=["priority", "window"])
def test_what_is_no_priority_and_no_window_is_named(options: dict[str, Any]) -> None:
    with pytest.raises(FetchTypeError, match=next(iter(options))):
        Browser().open(f"{APP}/").fetch("/x", **options)


LOCATION_CASES = [
    # Location                         where Chromium, Firefox and WebKit go
    pytest.param(f"{OTHER}/\te", ("/e", "/%09e", "/e"), id="a tab within"),
    pytest.param(f"\t{OTHER}/e\t", ("/e", "/e", "/e"), id="tabs around"),
]


@pytest.mark.parametrize(("location", "expected"), LOCATION_CASES)
def test_where_odd_locations_lead(location: str, expected: tuple[str, ...]) -> None:
    seen = []
    for name in BROWSERS:
        browser, server = server_in(name, [Answer(302, {**OPEN, "Location": location}), Answer(200, OPEN)])
        browser.open(f"{APP}/").fetch(f"{API}/x")
        seen.append(server.received[-1].url.target)

    assert tuple(seen) == expected


@pytest.mark.parametrize("status", [200, 302, 404])
def test_two_locations_are_refused_whatever_the_status_but_in_webkit(status: int) -> None:
    types = []
    for name in BROWSERS:
        lines = [*OPEN.items(), ("Location", "/a"), ("Location", "/b")]
        browser, _ = server_in(name, [Answer(status, lines), Answer(200, OPEN)])
        types.append(browser.open(f"{APP}/").fetch(f"{API}/x").type)

    assert types == ["error", "error", "cors"]


@pytest.mark.parametrize(
    ("name", "expected"), [("chromium", "error"), ("firefox", "opaqueredirect"), ("webkit", "opaqueredirect")]
)
def test_chromium_parses_the_location_of_a_manual_redirect(name: BrowserName, expected: str) -> None:
    browser, _ = server_in(name, Answer(302, {**OPEN, "Location": "http://[/"}))

    assert browser.open(f"{APP}/").fetch(f"{API}/x", redirect="manual").type == expected


def test_a_redirect_under_mode_error_leaves_the_preflight_cache_of_firefox_alone() -> None:
    methods = []
    for name in ("standard", *BROWSERS):
        browser, server = (
            Browser(name),
            ScriptedServer({"OPTIONS *": Answer(204, OPEN), "*": Answer(302, {**OPEN, "Location": "/y"})}),
        )
        browser.mount("*", server)
        page = browser.open(f"{APP}/")
        for _ in range(2):
            page.fetch(f"{API}/x", method="PUT", redirect="error")
        methods.append([request.method.decode() for request in server.received].count("OPTIONS"))

    assert methods == [2, 1, 1, 1]


VALIDATOR_CASES = [
    # cache, stored validator, page's header     requests after it     in Chromium, Firefox
    pytest.param("default", {"ETag": '"1"'}, '"1"', ("asked", "cached"), id="of the stored response"),
    pytest.param("default", {"ETag": '"1"'}, '"2"', ("cached", "cached"), id="of another response"),
    pytest.param(
        "default", {"Last-Modified": "Wed, 01 Jan 2020 00:00:00 GMT"}, '"2"', ("asked", "cached"), id="of no kind"
    ),
    pytest.param("reload", {"ETag": '"1"'}, '"1"', ("asked", "asked"), id="reload"),
]


@pytest.mark.parametrize(("cache", "stored", "value", "expected"), VALIDATOR_CASES)
def test_what_a_304_to_the_page_does_to_the_http_cache(
    cache: Any, stored: dict[str, str], value: str, expected: tuple[str, str]
) -> None:
    seen = []
    for name in ("chromium", "firefox"):
        first = Answer(200, {"Cache-Control": "max-age=600", **stored}, "kept")
        stale = Answer(304, {"Cache-Control": "max-age=600", "Age": "700"})
        browser, server = server_in(name, [first, stale, Answer(200, {}, "new")])
        page = browser.open(f"{APP}/")
        page.fetch("/x")
        assert page.fetch("/x", cache=cache, headers={"If-None-Match": value}).status == 304
        page.fetch("/x")
        seen.append("asked" if len(server.received) == 3 else "cached")

    assert tuple(seen) == expected


def test_a_wildcard_that_a_request_with_credentials_was_refused_is_remembered_by_webkit() -> None:
    preflights = []
    for name in BROWSERS:
        answer = {**OPEN, "Access-Control-Allow-Credentials": "true", "Access-Control-Allow-Methods": "*"}
        browser, server = server_in(name, Answer(200, answer))
        page = browser.open(f"{APP}/")
        page.fetch(f"{API}/x", method="PUT", credentials="include")
        page.fetch(f"{API}/x", method="PUT")
        preflights.append([request.method for request in server.received].count(b"OPTIONS"))

    assert preflights == [2, 2, 1]


FRAGMENT_CASES = [
    # the URLs asked for, one after another    paths that WebKit asks for; Chromium asks for each once
    pytest.param(("/x", "/x"), "/x /y", id="none"),
    pytest.param(("/x#b", "/x"), "/x /y /x /y", id="in the first URL"),
    pytest.param(("/x", "/x#b", "/x"), "/x /y /x /y", id="in the second URL"),
    pytest.param(("/z", "/z", "/y"), "/z /y /y /y", id="in the location"),
]


@pytest.mark.parametrize(("urls", "in_webkit"), FRAGMENT_CASES)
def test_webkit_neither_stores_nor_reuses_redirects_of_fragments(urls: tuple[str, ...], in_webkit: str) -> None:
    lines = {"Cache-Control": "max-age=600", "Content-Length": "0"}
    answers = {
        "/x": Answer(301, {**lines, "Location": "/y"}),
        "/z": Answer(301, {**lines, "Location": "/y#f"}),
        "/y": Answer(200, lines),
    }
    asked = []
    name: BrowserName
    for name in ("chromium", "webkit"):
        browser, server = Browser(name), ScriptedServer(answers)
        browser.mount("*", server)
        page = browser.open(f"{APP}/")
        for url in urls:
            page.fetch(url)
        asked.append(" ".join(request.url.path for request in server.received))

    once = f"{urls[0].partition('#')[0]} /y"
    assert asked == [once, in_webkit]


HOST_CASES = [
    # host                whether Chromium, Firefox and WebKit take it for this machine
    ("localhost", (True, True, True)),
    ("api.localhost", (True, True, True)),
    ("api.localhost.", (True, True, False)),
    ("api.example.com.", (False, False, False)),
]


@pytest.mark.parametrize(("host", "expected"), HOST_CASES, ids=[row[0] for row in HOST_CASES])
def test_webkit_does_not_know_this_machine_by_a_name_with_a_dot_at_its_end(
    host: str, expected: tuple[bool, ...]
) -> None:
    told = []
    for name in BROWSERS:
        browser, server = server_in(name, Answer(200, OPEN))
        browser.open("http://app.localhost/").fetch(f"http://{host}/x", mode="no-cors")
        told.append(header_of(server, b"sec-fetch-site") is not None)

    assert tuple(told) == expected


REFUSAL_CASES = [
    # asked from an https page                                    named by Chromium, Firefox, WebKit
    pytest.param(
        "http://other.example.org/x",
        {"mode": "same-origin"},
        ["mixed-content", "same-origin-mode", "same-origin-mode"],
        id="mixed content and mode",
    ),
    pytest.param(
        "http://other.example.org/x",
        {"mode": "no-cors", "redirect": "error"},
        ["mixed-content", "no-cors-redirect-mode", "no-cors-redirect-mode"],
        id="mixed content and redirect mode",
    ),
    pytest.param(
        "http://other.example.org:6000/x",
        {},
        ["mixed-content"] * 3,
        id="mixed content and port",
    ),
    pytest.param(
        "https://other.example.org:6000/x",
        {"mode": "same-origin"},
        ["same-origin-mode"] * 3,
        id="mode and port",
    ),
]


@pytest.mark.parametrize(("url", "init", "expected"), REFUSAL_CASES)
def test_which_of_several_refusals_is_named(url: str, init: dict[str, Any], expected: list[str]) -> None:
    named = []
    for name in BROWSERS:
        browser, _ = server_in(name, Answer(200, OPEN))
        result = browser.open(f"{APP}/").fetch(url, **init)
        named.append(result.block and result.block.reason.value)

    assert named == expected


def test_chromium_takes_client_hints_away_where_a_redirect_leads_to_another_origin() -> None:
    kept = []
    for name in BROWSERS:
        answers = {
            "/own": Answer(302, {"Location": "/x"}),
            "/foreign": Answer(302, {"Location": f"{API}/x"}),
            "/x": Answer(200, {**OPEN, "Access-Control-Allow-Headers": "*"}),
        }
        for path in ("/own", "/foreign"):
            browser, server = Browser(name), ScriptedServer(answers)
            browser.mount("*", server)
            browser.open(f"{APP}/").fetch(path, headers={"DPR": "1", "Save-Data": "on"})
            kept.append([header_of(server, hint) is not None for hint in (b"dpr", b"save-data")])

    assert kept == [[True, True], [False, True], *[[True, True]] * 4]


@pytest.mark.parametrize(
    ("first", "second", "firefox"),
    [
        pytest.param("text/html", "text/plain", "text/html,text/plain", id="both have one"),
        pytest.param(None, "text/plain", "text/plain", id="the second alone"),
        pytest.param("text/html", None, None, id="the first alone"),
    ],
)
def test_firefox_joins_the_types_where_it_asks_again(
    first: str | None, second: str | None, firefox: str | None
) -> None:
    seen = []
    for name in BROWSERS:
        typed = [[("Access-Control-Allow-Origin", APP)] for _ in range(2)]
        for lines, kind in zip(typed, (first, second), strict=True):
            if kind is not None:
                lines.append(("Content-Type", kind))
        browser, _ = server_in(name, [Answer(421, typed[0]), Answer(200, typed[1], "hello")])
        seen.append(browser.open(f"{APP}/").fetch(f"{API}/x").headers.get("Content-Type"))

    assert [second, firefox, second] == seen


@pytest.mark.parametrize(
    ("options", "status", "expected"),
    [
        pytest.param({}, 307, ["text/plain", "text/plain"], id="without a body"),
        pytest.param({"body": "x"}, 307, ["application/json", "text/plain"], id="with a body, until a redirect"),
        pytest.param({"body": "x"}, 303, ["application/json", None], id="a redirect that drops the body"),
    ],
)
def test_which_of_two_types_firefox_sends(options: dict[str, Any], status: int, expected: list[str | None]) -> None:
    moved = Answer(status, {**OPEN, "Location": "/y"})
    server = ScriptedServer({"OPTIONS /x": Answer(204, OPEN), "/x": moved, "*": Answer(200, OPEN)})
    browser = Browser("firefox")
    browser.mount("*", server)
    types = [("Content-Type", "application/json"), ("Content-Type", "text/plain")]

    browser.open(f"{APP}/").fetch(f"{API}/x", method="PUT", headers=types, **options)

    sent = [request for request in server.received if request.method != b"OPTIONS"]
    found = [request.headers.get(b"content-type") for request in sent]
    assert expected == [None if value is None else value.decode() for value in found]


@pytest.mark.parametrize(
    ("path", "chromium", "webkit"),
    [
        pytest.param("/%78", "/%78", "/x", id="a letter"),
        pytest.param("/a%2Eb%2Dc%5F%7e", "/a%2Eb%2Dc%5F%7e", "/a.b-c_~", id="signs that are not reserved"),
        pytest.param("/%c3%a9%2f", "/%c3%a9%2f", "/%C3%A9%2F", id="what needs its escape, in capitals"),
        pytest.param("/x?%78=%26", "/x?%78=%26", "/x?x=%26", id="in a query"),
        pytest.param("/%zz%7", "/%zz%7", "/%zz%7", id="what is no escape"),
        pytest.param("/a|b?c|d", "/a%7Cb?c|d", "/a|b?c|d", id="a bar in a path, and in a query"),
        pytest.param("/a?c|d", "/a?c|d", "/a?c|d", id="a bar in a query"),
    ],
)
def test_which_urls_are_written_otherwise(path: str, chromium: str, webkit: str) -> None:
    seen = []
    for name in BROWSERS:
        browser, server = server_in(name, Answer(200, OPEN))
        result = browser.open(f"{APP}/").fetch(f"{API}{path}#%78")
        seen.append((server.received[0].url.target, result.url))

    assert [(each, API + each) for each in (chromium, path, webkit)] == seen


def test_firefox_spells_the_type_of_data_for_xml_http_request() -> None:
    lines = [Browser(name).open(f"{APP}/").xhr("GET", "data:,x").headers.lines for name in BROWSERS]
    of_fetch = [Browser(name).open(f"{APP}/").fetch("data:,x").headers.lines[-1][0] for name in BROWSERS]

    assert ["content-type", "Content-Type", "content-type"] == [name for ((name, _),) in lines]
    assert ["content-type"] * 3 == of_fetch


def test_firefox_stores_no_empty_header() -> None:
    seen = []
    for name in BROWSERS:
        browser, server = server_in(name, Answer(200, {"Cache-Control": "max-age=600", "X-N": ""}, "x"))
        page = browser.open(f"{APP}/")
        seen.append(["X-N" in page.fetch("/x").headers for _ in range(2)])
        assert len(server.received) == 1

    assert [[True, True], [True, False], [True, True]] == seen


@pytest.mark.parametrize(
    ("first", "second", "webkit"),
    [
        pytest.param(f"{APP}/x", "/y", APP.encode(), id="within the page's origin"),
        pytest.param(f"{API}/x", "/y", APP.encode(), id="within another origin"),
    ],
)
def test_a_policy_that_a_redirect_brings_hides_no_origin_in_webkit(first: str, second: str, webkit: bytes) -> None:
    moved = Answer(307, {"Location": second, "Referrer-Policy": "no-referrer"})
    seen = []
    for name in BROWSERS:
        browser, server = server_in(name, [moved, Answer(200)])
        browser.open(f"{APP}/").fetch(first, method="POST", mode="no-cors")
        seen.append(header_of(server, b"origin"))

    assert [APP.encode(), b"null", webkit] == seen


@pytest.mark.parametrize(
    ("stated", "chromium"),
    [
        pytest.param('text/plain; CHARSET="utf-8"', b'text/plain; CHARSET="UTF-8"', id="utf-8"),
        pytest.param("a/b;charset=iso-8859-1", b"a/b;charset=UTF-8", id="another one"),
        pytest.param("a/b", b"a/b", id="none"),
    ],
)
def test_chromium_states_the_charset_of_url_search_params(stated: str, chromium: bytes) -> None:
    browser, server = server_in("chromium", Answer(200, OPEN))

    body = URLSearchParams([("a", "1")])
    browser.open(f"{APP}/").xhr("POST", f"{API}/x", headers={"Content-Type": stated}, body=body)

    assert chromium == header_of(server, b"content-type")


def test_chromium_names_a_location_that_cannot_be_parsed_before_the_mode_that_refuses_it() -> None:
    reasons = []
    for name in BROWSERS:
        browser, _ = server_in(name, Answer(302, {**OPEN, "Location": "http://"}))
        block = browser.open(f"{APP}/").fetch(f"{API}/x", redirect="error").block
        assert block is not None
        reasons.append(block.reason.value)

    assert ["redirect-location-invalid", "redirect-mode-error", "redirect-mode-error"] == reasons


# NB: recorded in `odd-hints/within-*`.
@pytest.mark.parametrize(
    ("first", "second", "kept"),
    [
        pytest.param(APP, APP, True, id="at home"),
        pytest.param(API, API, False, id="within another origin"),
        pytest.param(API, APP, True, id="back home"),
    ],
)
def test_chromium_keeps_client_hints_where_a_redirect_leads_home(first: str, second: str, kept: bool) -> None:
    allowing = {**OPEN, "Access-Control-Allow-Headers": "*", "Access-Control-Allow-Origin": "*"}
    answers = {"/x": Answer(302, {**allowing, "Location": f"{second}/y"}), "/y": Answer(200, allowing)}
    browser, server = Browser("chromium"), ScriptedServer(answers)
    browser.mount("*", server)
    browser.open(f"{APP}/").fetch(f"{first}/x", headers={"Downlink": "1"})

    assert kept == (header_of(server, b"downlink") is not None)


# NB: recorded in `http-cache/forced-*`.
@pytest.mark.parametrize(
    ("status", "lines", "expected"),
    [
        # status, headers, whether chromium, firefox and webkit take it by force
        pytest.param(404, {}, [True, True, False], id="nothing said"),
        pytest.param(500, {"ETag": '"1"', "Cache-Control": "no-cache"}, [True, True, False], id="only to be confirmed"),
        pytest.param(403, {"Age": "700", "Cache-Control": "max-age=600"}, [True, True, True], id="arrived too old"),
        pytest.param(404, {"Cache-Control": "no-store"}, [False] * 3, id="no-store"),
    ],
)
def test_what_is_taken_by_force(status: int, lines: dict[str, str], expected: list[bool]) -> None:
    taken = []
    for name in ("chromium", "firefox", "webkit"):
        browser, server = Browser(name), ScriptedServer({"/x": Answer(status, lines)})
        browser.mount("*", server)
        page = browser.open(f"{APP}/")
        page.fetch("/x")
        page.fetch("/x", cache="force-cache")
        taken.append(len(server.received) == 1)

    assert expected == taken


# NB: recorded in `http-cache/kept-away-*`.
@pytest.mark.parametrize(
    ("kind", "lines", "expected"),
    [
        pytest.param("text/html", {"X-Content-Type-Options": "nosniff"}, [False, True, True], id="nosniff"),
        pytest.param("image/png", {"X-Content-Type-Options": "nosniff"}, [True] * 3, id="an image"),
        pytest.param("text/html", {}, [True] * 3, id="sniffed"),
    ],
)
def test_what_nosniff_keeps_from_a_page_is_not_stored_by_chromium(
    kind: str, lines: dict[str, str], expected: list[bool]
) -> None:
    stored = []
    for name in ("chromium", "firefox", "webkit"):
        answer = Answer(200, {"Content-Type": kind, "Cache-Control": "max-age=600", **lines}, "hello")
        browser, server = Browser(name), ScriptedServer({"/x": answer})
        browser.mount("*", server)
        page = browser.open(f"{APP}/")
        page.fetch(f"{API}/x", mode="no-cors")
        page.fetch(f"{API}/x", mode="no-cors")
        stored.append(len(server.received) == 1)

    assert expected == stored
