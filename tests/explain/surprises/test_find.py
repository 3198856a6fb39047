"""
Surprises: what blocks nothing, and what the page's author would want to know.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from browsercors import Answer
from browsercors.explain.fixes.proof import FinishedFetch
from browsercors.explain.surprises.codes import SurpriseCode
from browsercors.explain.surprises.headers import hidden_header_names
from browsercors.explain.words.sanitise import MOST_ITEMS
from tests.explain.pages import ALLOW, ALLOW_CREDENTIALS, API, IMAGE, PAGE
from tests.traps.pages import ask

if TYPE_CHECKING:
    from collections.abc import Callable

    from browsercors import Browser, Page

ANY = {"Access-Control-Allow-Origin": "*"}
VARY = {**ALLOW, "Vary": "Origin"}
CREDENTIALS = {**ALLOW_CREDENTIALS, "Vary": "Origin"}
OTHER = "https://api.other.com"


def preflight(**allowed: str) -> Answer:
    return Answer(204, {**VARY, "Access-Control-Max-Age": "5", **allowed})


def with_cookie(**options: Any) -> Callable[[Browser, Page], object]:
    return lambda browser, _page: browser.set_cookie("sid", "1", **{"domain": "api.other.com", **options})


def asked_before(**options: Any) -> Callable[[Browser, Page], object]:
    return lambda _browser, page: page.fetch(f"{API}/", **options)


def asked_before_a_cookie_was_set(browser: Browser, page: Page) -> None:
    page.fetch(f"{API}/")
    browser.set_cookie("sid", "1", domain="api.example.com")


LASTS = {"Cache-Control": "max-age=600"}
PUT = {"Access-Control-Allow-Methods": "PUT"}
NO_CORS = {"mode": "no-cors"}

# story, the API's answers or all servers, the call, and every surprise: its code and a part of what is said of it
FOUND: list[tuple[str, dict[str, Any], dict[str, Any], list[tuple[str, str]]]] = [
    ("nothing to be surprised at", {"/": Answer(200, VARY)}, {}, []),
    ("nothing, of a response that is blocked", {"/": Answer(200, {"X-A": "1"})}, {}, []),
    ("mode no-cors", {"/": Answer()}, NO_CORS, [("opaque-response", "makes the response opaque")]),
    (
        "redirect mode manual",
        {"/": Answer(302, {**VARY, "Location": "/x"})},
        {"redirect": "manual"},
        [("opaque-redirect", "hides the redirect")],
    ),
    ("a header that is hidden", {"/": Answer(200, {**VARY, "X-A": "1", "Date": "x"})}, {}, [("header-hidden", "X-A")]),
    (
        "a challenge of the browser",
        {"/": Answer(401, {**VARY, "WWW-Authenticate": "Basic realm=x", "Access-Control-Allow-Credentials": "true"})},
        {"credentials": "include"},
        [("header-hidden", "WWW-Authenticate"), ("password-prompt", "first shows the visitor a password prompt")],
    ),
    (
        "a header that no page can set",
        {"/": Answer(200, VARY)},
        {"headers": {"Referer": "https://other.example/"}},
        [("header-dropped", "Referer was not sent: only the browser sets it, and pages cannot. No server header")],
    ),
    (
        "a cookie that the page sets as a header",
        {"/": Answer(200, VARY)},
        {"headers": {"Cookie": "a=b"}},
        [("header-dropped", 'Only the browser sends cookies. Use credentials: "include"')],
    ),
    (
        "a header that no-cors drops",
        {"/": Answer()},
        {**NO_CORS, "headers": {"X-A": "1"}},
        [("opaque-response", ""), ("header-dropped", 'mode "no-cors" does not allow it')],
    ),
    (
        "headers of responses in the request",
        {
            "OPTIONS /": preflight(**{"Access-Control-Allow-Headers": "access-control-allow-origin"}),
            "/": Answer(200, VARY),
        },
        {"headers": {"Access-Control-Allow-Origin": "*"}},
        [("response-header-in-request", "In a request it only causes a preflight")],
    ),
    (
        "Authorization that a redirect left behind, and a tainted origin",
        {
            API: {
                "OPTIONS /": preflight(**{"Access-Control-Allow-Headers": "authorization"}),
                "/": Answer(302, {**VARY, "Location": "https://cdn.example/"}),
            },
            "https://cdn.example": {"*": Answer(200, ANY)},
        },
        {"headers": {"Authorization": "a"}},
        [("header-removed-by-redirect", "Authorization was dropped"), ("origin-became-null", "Do not allow null")],
    ),
    (
        "a cookie, without credentials",
        {OTHER: {"/": Answer(200, VARY)}},
        {"before": with_cookie(secure=True)},
        [("cookie-not-sent", 'credentials mode is "same-origin"')],
    ),
    (
        "a cookie, with credentials left out",
        {PAGE: {"/": Answer()}},
        {"url": f"{PAGE}/", "credentials": "omit", "before": with_cookie(domain="app.example.com")},
        [("cookie-not-sent", 'credentials mode is "omit"')],
    ),
    (
        "a cookie that counts as Lax",
        {OTHER: {"/": Answer(200, CREDENTIALS)}},
        {"credentials": "include", "before": with_cookie(secure=True)},
        [("cookie-not-sent", "counts as Lax")],
    ),
    (
        "a cookie that is Lax",
        {OTHER: {"/": Answer(200, CREDENTIALS)}},
        {"credentials": "include", "before": with_cookie(same_site="lax")},
        [("cookie-not-sent", "is SameSite=lax")],
    ),
    (
        "a cookie that goes along",
        {OTHER: {"/": Answer(200, CREDENTIALS)}},
        {"credentials": "include", "before": with_cookie(same_site="none", secure=True)},
        [],
    ),
    ("a cookie of another host", {OTHER: {"/": Answer(200, VARY)}}, {"before": with_cookie(domain="other.com")}, []),
    ("a cookie of another path", {OTHER: {"/": Answer(200, VARY)}}, {"before": with_cookie(path="/x")}, []),
    (
        "a cookie of the whole domain",
        {OTHER: {"/": Answer(200, VARY)}},
        {"before": with_cookie(domain=".other.com")},
        [("cookie-not-sent", "credentials mode")],
    ),
    (
        "a cookie that is Secure",
        {
            "http://api.other.com": {
                "/": Answer(200, {**CREDENTIALS, "Access-Control-Allow-Origin": "http://a.other.com"})
            }
        },
        {
            "url": "http://api.other.com/",
            "page": "http://a.other.com",
            "credentials": "include",
            "before": with_cookie(secure=True, same_site="none"),
        },
        [("cookie-not-sent", "it is Secure, and the URL is not https")],
    ),
    (
        "a cookie that the browser keeps apart",
        {OTHER: {"/": Answer(200, CREDENTIALS)}},
        {"browser": "firefox", "credentials": "include", "before": with_cookie(same_site="none", secure=True)},
        [("cookie-not-sent", "the browser partitions third-party cookies")],
    ),
    (
        "a Set-Cookie that is refused",
        {"/": Answer(200, {**CREDENTIALS, "Set-Cookie": "__Host-a=b"})},
        {"credentials": "include"},
        [("cookie-not-stored", "__Host-a=b was not stored: refused")],
    ),
    (
        "a Set-Cookie that another site would need Secure for",
        {"/": Answer(200, {**CREDENTIALS, "Set-Cookie": "a=b; SameSite=None"})},
        {"credentials": "include"},
        [("cookie-not-stored", "Add Secure: browsers refuse SameSite=None without it.")],
    ),
    (
        "a Set-Cookie that is Lax, from another site",
        {OTHER: {"/": Answer(200, {**CREDENTIALS, "Set-Cookie": "a=b; SameSite=Lax"})}},
        {"credentials": "include"},
        [("cookie-not-stored", "Set it with SameSite=None; Secure, and protect the server against CSRF")],
    ),
    (
        "a Set-Cookie that is ignored",
        {"/": Answer(200, {**VARY, "Set-Cookie": "a=b"})},
        {},
        [("cookie-not-stored", "was ignored")],
    ),
    (
        "a Set-Cookie that is stored",
        {"/": Answer(200, {**CREDENTIALS, "Set-Cookie": "a=b"})},
        {"credentials": "include"},
        [],
    ),
    (
        "a method that became GET",
        {"/": Answer(302, {**VARY, "Location": "/x"}), "/x": Answer(200, VARY)},
        {"method": "POST", "body": "a"},
        [("method-became-get", "The 302 turned POST into GET")],
    ),
    (
        "a method that became GET, of a body without a type",
        {"/": Answer(301, {**VARY, "Location": "/x"}), "/x": Answer(200, VARY)},
        {"method": "POST", "body": b"a"},
        [("method-became-get", "or request the final URL directly.")],
    ),
    (
        "a preflight that says nothing of its age",
        {"OPTIONS /": Answer(204, {**VARY, **PUT}), "/": Answer(200, VARY)},
        {"method": "PUT"},
        [("preflight-not-cached", "remembered for 5 s")],
    ),
    (
        "a preflight that is remembered for as long as it says",
        {"OPTIONS /": preflight(**PUT), "/": Answer(200, VARY)},
        {"method": "PUT"},
        [],
    ),
    (
        "a max age that is no number",
        {"OPTIONS /": preflight(**{**PUT, "Access-Control-Max-Age": "x"}), "/": Answer(200, VARY)},
        {"method": "PUT"},
        [],
    ),
    (
        "a max age above the cap",
        {"OPTIONS /": preflight(**{**PUT, "Access-Control-Max-Age": "100000"}), "/": Answer(200, VARY)},
        {"method": "PUT"},
        [("max-age-capped", "this browser remembers the response for 7200 s only")],
    ),
    (
        "a preflight that is not remembered",
        {"OPTIONS /": Answer(204, {**ANY, **PUT}), "/": Answer(200, ANY)},
        {"method": "PUT", "page": "data:text/html,x"},
        [("preflight-not-cached", "the next request sends a preflight again")],
    ),
    (
        "Authorization under *",
        {"OPTIONS /": preflight(**{"Access-Control-Allow-Headers": "*"}), "/": Answer(200, VARY)},
        {"headers": {"Authorization": "a"}},
        [
            ("authorization-under-wildcard", "List Authorization by name"),
            ("preflight-not-cached", "accepts * in a response"),
        ],
    ),
    (
        "a header under *",
        {"OPTIONS /": preflight(**{"Access-Control-Allow-Headers": "*"}), "/": Answer(200, VARY)},
        {"headers": {"X-A": "a"}},
        [],
    ),
    (
        "* that Firefox does not remember",
        {"OPTIONS /": preflight(**{"Access-Control-Allow-Methods": "*"}), "/": Answer(200, VARY)},
        {"method": "PUT", "browser": "firefox"},
        [("preflight-not-cached", "accepts * in a response")],
    ),
    (
        "a remembered preflight that no longer holds",
        {"OPTIONS /": preflight(**PUT), "/": [Answer(200, VARY), Answer()]},
        {"method": "PUT", "before": asked_before(method="PUT")},
        [("preflight-remembered", "at most until Access-Control-Max-Age is over")],
    ),
    (
        "a remembered preflight for what is forbidden by now",
        {"OPTIONS /": preflight(**PUT), "/": [Answer(200, VARY), Answer(403, VARY)]},
        {"method": "PUT", "before": asked_before(method="PUT")},
        [("preflight-remembered", "at most until Access-Control-Max-Age is over")],
    ),
    (
        "a remembered preflight before a broken connection",
        {"OPTIONS /": preflight(**PUT), "/": [Answer(200, VARY), Answer.broken()]},
        {"method": "PUT", "before": asked_before(method="PUT")},
        [],
    ),
    (
        "a remembered preflight that holds",
        {"OPTIONS /": preflight(**PUT), "/": Answer(200, VARY)},
        {"method": "PUT", "before": asked_before(method="PUT")},
        [],
    ),
    (
        "an image in the HTTP cache",
        {"/": Answer(200, LASTS)},
        {"before": asked_before(**IMAGE)},
        [
            (
                "cached-response",
                f"GET {API}/ came from the browser's HTTP cache, 0 s old, stored for a request without",
            )
        ],
    ),
    (
        "what to do about an image in the HTTP cache",
        {"/": Answer(200, LASTS)},
        {"before": asked_before(**IMAGE)},
        [("cached-response", "for a request without Origin. Send Vary: Origin with every response of this URL")],
    ),
    (
        "what the page itself was refused before, which Firefox keeps",
        {"/": Answer(200, LASTS)},
        {"before": asked_before(), "browser": "firefox"},
        [("cached-response", f"with Origin {PAGE}. Browsers keep a stored response until it expires. Until then")],
    ),
    (
        "an image that the server confirms",
        {"/": [Answer(200, {"ETag": '"1"', "Cache-Control": "no-cache"}), Answer(304)]},
        {"before": asked_before(**IMAGE)},
        [("cached-response", "confirmed by a 304, stored for a request without Origin. Send")],
    ),
    (
        "a redirect in the HTTP cache, to where the page may not go",
        {"/": Answer(301, {**ANY, **LASTS, "Location": "/x"}), "/x": Answer()},
        {"before": asked_before(**IMAGE)},
        [("cached-response", f"GET {API}/ came from")],
    ),
    (
        "headers that are hidden since somebody else was answered",
        {"/": Answer(200, {**ANY, **LASTS, "X-A": "1"})},
        {"before": asked_before(**IMAGE)},
        [("header-hidden", "X-A"), ("cached-response", "without Origin")],
    ),
    (
        "headers that were hidden when the page itself was answered",
        {"/": Answer(200, {**ANY, **LASTS, "X-A": "1"})},
        {"before": asked_before()},
        [("header-hidden", "X-A")],
    ),
    ("nothing, of a cache that does its work", {"/": Answer(200, {**ANY, **LASTS})}, {"before": asked_before()}, []),
    ("nothing, of * for all", {"/": Answer(200, {**ANY, **LASTS})}, {"before": asked_before(**IMAGE)}, []),
    (
        "a cookie that is neither sent nor stored, since nothing is asked",
        {"/": Answer(200, {**ANY, **LASTS, "Set-Cookie": "a=b"})},
        {"before": asked_before_a_cookie_was_set},
        [],
    ),
    (
        "a remembered preflight that is none of the HTTP cache's business",
        {"OPTIONS /": preflight(**{"Access-Control-Allow-Headers": "x-a"}), "/": Answer(200, LASTS)},
        {"headers": {"X-A": "1"}, "before": asked_before(headers={"X-A": "1"}), "browser": "firefox"},
        [("cached-response", "stored for a request with Origin")],
    ),
    (
        "a preflight that does not end",
        {"OPTIONS /": Answer.stalled(204, {**VARY, **PUT, "Access-Control-Max-Age": "5"}), "/": Answer(200, VARY)},
        {"method": "PUT"},
        [("preflight-body-unfinished", "Respond with 204 and without a body")],
    ),
    (
        "a max age that no browser can count",
        {"OPTIONS /": preflight(**{**PUT, "Access-Control-Max-Age": "9" * 20}), "/": Answer(200, VARY)},
        {"method": "PUT"},
        [("max-age-capped", "this browser remembers the response for 5 s only")],
    ),
    (
        "a policy that only reports",
        {"/": Answer(200, VARY)},
        {"page_headers": {"Content-Security-Policy-Report-Only": "default-src 'self'"}},
        [("policy-would-block", f"would block {API}/: default-src does not list it. Add its origin to default-src")],
    ),
    (
        "a policy with a part that does not parse",
        {"/": Answer(200, VARY)},
        {"page_headers": {"Content-Security-Policy": f"connect-src {API}; connect-src *"}},
        [("policy-ignored", "connect-src' is there already; the first one counts")],
    ),
    (
        "a page that upgrades",
        {API: {"/": Answer(200, ANY)}},
        {
            "url": API.replace("https", "http"),
            "page_headers": {"Content-Security-Policy": "upgrade-insecure-requests"},
        },
        [("upgraded-to-https", "since the page's policy has upgrade-insecure-requests. For CORS")],
    ),
    (
        "a host that is reached over TLS only",
        {API: {"/": Answer(200, {**ANY, "Strict-Transport-Security": "max-age=60"})}},
        {
            "url": API.replace("https", "http"),
            "page": PAGE.replace("https", "http"),
            "before": lambda _browser, page: page.fetch(f"{API}/"),
            "browser": "firefox",
        },
        [("upgraded-to-https", "since api.example.com has sent Strict-Transport-Security")],
    ),
    (
        "a host whose parent is in the preload list",
        {API: {"/": Answer(200, ANY)}},
        {
            "url": API.replace("https", "http"),
            "page": PAGE.replace("https", "http"),
            "browser": "firefox",
            "hsts_preload": {"example.com": True},
        },
        [("upgraded-to-https", "since example.com is in the HSTS preload list. For CORS")],
    ),
    (
        "a host that is reached over TLS only, by a redirect of the browser's own",
        {API: {"/": Answer(200, {**ANY, "Strict-Transport-Security": "max-age=60"})}},
        {
            "url": API.replace("https", "http"),
            "page": PAGE.replace("https", "http"),
            "before": lambda _browser, page: page.fetch(f"{API}/"),
        },
        [
            ("origin-became-null", "The upgrade to https counts as a redirect"),
            ("upgraded-to-https", "since api.example.com has sent Strict-Transport-Security"),
        ],
    ),
    (
        "a response that clears cookies",
        {"/": Answer(200, {**CREDENTIALS, "Clear-Site-Data": '"cookies"'})},
        {"credentials": "include"},
        [("site-data-cleared", "made the browser forget: cookies.")],
    ),
    ("no Vary", {"/": Answer(200, ALLOW)}, {}, [("vary-missing", "Send Vary: Origin")]),
    ("no Vary, where everybody is let in", {"/": Answer(200, ANY)}, {}, []),
    ("Vary: *", {"/": Answer(200, {**ALLOW, "Vary": "*"})}, {}, []),
    (
        "a preflight out of a shared cache",
        {"OPTIONS /": preflight(**{**PUT, "Access-Control-Max-Age": "5", "Age": "7"}), "/": Answer(200, VARY)},
        {"method": "PUT"},
        [("vary-missing", "(Age: 7), and Vary does not name")],
    ),
    (
        "a preflight out of a shared cache that keeps preflights apart",
        {
            "OPTIONS /": preflight(
                **{
                    **PUT,
                    "Access-Control-Max-Age": "5",
                    "Age": "7",
                    "Vary": "origin, access-control-request-headers, access-control-request-method",
                }
            ),
            "/": Answer(200, VARY),
        },
        {"method": "PUT"},
        [],
    ),
]


@pytest.mark.parametrize(("_story", "answers", "options", "found"), FOUND, ids=[row[0] for row in FOUND])
def test_a_page_is_told_of(
    _story: str, answers: dict[str, Any], options: dict[str, Any], found: list[tuple[str, str]]
) -> None:
    origins = [key for key in answers if key.startswith("http")]
    servers = answers if origins else {API: answers}

    surprises = ask(servers, **{"url": f"{next(iter(servers))}/", **options}).report().surprises

    assert [code for code, _ in found] == [each.code for each in surprises]
    assert [] == [
        part for (_, part), each in zip(found, surprises, strict=True) if part not in f"{each.sentence} {each.advice}"
    ]


OF_LOADS = {
    *("tainted-canvas", "muted-errors", "rules-not-readable", "preload-not-used", "wrong-content", "font-needs-cors"),
}
"""What no fetch comes to; see `test_loads`."""


def test_every_code_is_told_of_above() -> None:
    assert {code.value for code in SurpriseCode} - OF_LOADS == {code for *_, found in FOUND for code, _ in found}


def test_a_cookie_that_came_with_the_answer_is_not_missed_in_the_request() -> None:
    def later(browser: Browser, page: Page) -> None:
        browser.set_cookie("sid", "1", domain="api.example.com")
        for cookie in browser.cookies:
            cookie.creation_time = browser.clock.now + 1

    assert () == ask({API: {"/": Answer(200, VARY)}}, before=later).report().surprises


def test_of_a_fetch_without_any_exchange_no_header_is_hidden() -> None:
    result = ask({}, "data:,x")

    assert [] == hidden_header_names(FinishedFetch(result._params, result._response, frozenset()))


def test_the_same_is_said_once_and_not_without_end() -> None:
    headers = [("Access-Control-Allow-Origin", "*")] * 3 + [
        (f"Access-Control-Allow-{number}", "") for number in range(99)
    ]

    surprises = ask({API: {"/": Answer(200, VARY)}}, headers=headers).report().surprises

    assert MOST_ITEMS == len(surprises)
    assert MOST_ITEMS == len(set(surprises))
