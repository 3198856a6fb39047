"""
Putting a request on the wire.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from browsercors.engines.chromium import CHROMIUM
from browsercors.engines.firefox import FIREFOX
from browsercors.engines.standard import STANDARD
from browsercors.engines.webkit import WEBKIT
from browsercors.fetch.timeline import Exchange
from browsercors.values.wire import FailureKind
from tests.fetch.engine import (
    ALLOW_ANY,
    API,
    APP,
    PAGE,
    PROFILES,
    SUB,
    Simulation,
    allowing,
    answer,
    failure,
    parsed,
    redirect,
)

if TYPE_CHECKING:
    from browsercors.engines.profile import BrowserProfile

every_profile = pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.name)


def lines_of(fetched: Any, index: int = -1) -> list[tuple[str, str]]:
    return [(name.decode(), value.decode("latin-1")) for name, value in fetched.sent[index].headers]


def test_a_simple_request_carries_what_every_request_does() -> None:
    assert lines_of(Simulation().fetch(f"{API}:8443/x?y#z", allowing())) == [
        ("Host", "api.example:8443"),
        ("Connection", "keep-alive"),
        ("User-Agent", "Mozilla/5.0 (compatible; browsercors)"),
        ("Accept", "*/*"),
        ("Referer", f"{APP}/"),
        ("Origin", APP),
        ("Sec-Fetch-Site", "cross-site"),
        ("Sec-Fetch-Mode", "cors"),
        ("Sec-Fetch-Dest", "empty"),
        ("Accept-Language", "en-US"),
        ("Accept-Encoding", "gzip, deflate, br, zstd"),
    ]


HOST_CASES = [
    ("https://API.example/", "api.example"),
    ("https://api.example:443/", "api.example"),
    ("http://api.example:80/", "api.example"),
    ("http://api.example:8080/", "api.example:8080"),
    ("http://[::1]:8080/", "[::1]:8080"),
    ("https://bücher.example/", "xn--bcher-kva.example"),
    ("http://0x7f.1/", "127.0.0.1"),
]


@pytest.mark.parametrize(("url", "expected"), HOST_CASES)
def test_the_host_is_written_as_urls_write_it(url: str, expected: str) -> None:
    assert expected == Simulation().fetch(url, allowing()).header("Host")


LENGTH_CASES = [
    # method      body      Content-Length
    ("GET", None, None),
    ("HEAD", None, None),
    ("DELETE", None, None),
    ("PATCH", None, None),
    ("POST", None, "0"),
    ("PUT", None, "0"),
    ("POST", "", "0"),
    ("POST", "ä", "2"),
    ("DELETE", b"abc", "3"),
]


@pytest.mark.parametrize(("method", "body", "expected"), LENGTH_CASES)
def test_the_length_is_that_of_the_body_or_zero_for_methods_that_should_have_one(
    method: str, body: Any, expected: str | None
) -> None:
    options = {} if body is None else {"body": body}

    for profile in PROFILES:
        assert expected == Simulation(profile).fetch(APP, answer(), method=method, **options).header("Content-Length")


SANDBOXED = "null"
ORIGIN_CASES = [
    # URL   method  mode           referrer policy                      Origin: std, chr, ffx, wkt
    (APP, "GET", "cors", "", [None, None, None, None]),
    (APP, "HEAD", "cors", "", [None, None, None, None]),
    (APP, "POST", "cors", "", [APP, APP, APP, APP]),
    (APP, "PUT", "cors", "no-referrer", [APP, APP, APP, APP]),
    (APP, "POST", "same-origin", "", [APP, APP, APP, APP]),
    (APP, "POST", "same-origin", "no-referrer", ["null", APP, "null", "null"]),
    (APP, "POST", "same-origin", "same-origin", [APP, APP, APP, APP]),
    (API, "GET", "cors", "", [APP, APP, APP, APP]),
    (API, "GET", "cors", "no-referrer", [APP, APP, APP, APP]),
    (API, "POST", "cors", "no-referrer", [APP, APP, APP, APP]),
    (API, "GET", "no-cors", "", [None, None, None, None]),
    (API, "HEAD", "no-cors", "unsafe-url", [None, None, None, None]),
    (API, "POST", "no-cors", "", [APP, APP, APP, APP]),
    (API, "POST", "no-cors", "no-referrer", ["null", APP, "null", "null"]),
    (API, "POST", "no-cors", "same-origin", ["null", APP, "null", "null"]),
    (API, "POST", "no-cors", "origin", [APP, APP, APP, APP]),
    (API, "POST", "no-cors", "unsafe-url", [APP, APP, APP, APP]),
    (API, "POST", "no-cors", "strict-origin", [APP, APP, APP, APP]),
    ("http://api.example", "POST", "no-cors", "strict-origin", ["null", APP, "null", "null"]),
    ("http://api.example", "POST", "no-cors", "no-referrer-when-downgrade", ["null", APP, "null", "null"]),
    ("http://api.example", "POST", "no-cors", "strict-origin-when-cross-origin", ["null", APP, "null", "null"]),
    ("http://api.example", "POST", "no-cors", "origin-when-cross-origin", [APP, APP, APP, APP]),
    ("http://api.example", "POST", "no-cors", "unsafe-url", [APP, APP, APP, APP]),
]


@pytest.mark.parametrize(("url", "method", "mode", "policy", "expected"), ORIGIN_CASES)
def test_the_origin_goes_with_cors_and_with_methods_that_change_things(
    url: str, method: str, mode: str, policy: str, expected: list[str | None]
) -> None:
    options = {"method": method, "mode": mode, "referrer_policy": policy}

    assert expected == [
        Simulation(profile)
        .fetch(url, answer(ALLOW_ANY, "Access-Control-Allow-Methods: PUT"), **options)
        .header("Origin")
        for profile in PROFILES
    ]


def test_an_insecure_page_shows_its_origin_to_everyone() -> None:
    page = Simulation(page="http://app.example/")
    fetched = page.fetch(
        "http://api.example/", answer(), method="POST", mode="no-cors", referrer_policy="strict-origin"
    )

    assert fetched.header("Origin") == "http://app.example"


@every_profile
def test_a_sandboxed_page_has_the_origin_null(profile: BrowserProfile) -> None:
    page = Simulation(profile, opaque=True)

    assert page.fetch(APP, answer(ALLOW_ANY)).header("Origin") == "null"
    assert page.fetch(APP, answer(), method="POST", mode="no-cors").header("Origin") == "null"


SEC_FETCH_CASES = [
    # URL                       mode       site           standard, Chromium, Firefox, WebKit send it
    (f"{APP}/", "cors", "same-origin", [True] * 4),
    (f"{SUB}/", "cors", "same-site", [True] * 4),
    (f"{API}/", "cors", "cross-site", [True] * 4),
    (f"{API}/", "no-cors", "cross-site", [True] * 4),
    (f"{APP}/", "same-origin", "same-origin", [True] * 4),
    ("http://localhost:8000/", "cors", "cross-site", [True] * 4),
    ("http://127.0.0.1/", "cors", "cross-site", [True] * 4),
    ("http://api.example/", "cors", None, [False] * 4),
]


@pytest.mark.parametrize(("url", "mode", "site", "sent"), SEC_FETCH_CASES)
def test_fetch_metadata_goes_to_trustworthy_urls(url: str, mode: str, site: str | None, sent: list[bool]) -> None:
    expected = [("Sec-Fetch-Dest", "empty"), ("Sec-Fetch-Mode", mode), ("Sec-Fetch-Site", site)]

    for profile, is_sent in zip(PROFILES, sent, strict=True):
        lines = lines_of(Simulation(profile).fetch(url, answer(ALLOW_ANY), mode=mode))
        assert (expected if is_sent else []) == sorted(line for line in lines if line[0].startswith("Sec-Fetch"))


def test_chromium_s_preflights_say_their_mode_to_all() -> None:
    fetched = Simulation(CHROMIUM).fetch(
        "http://api.example/", answer(ALLOW_ANY, "Access-Control-Allow-Methods: PUT"), method="PUT"
    )

    assert [line for line in lines_of(fetched, 0) if line[0].startswith("Sec-")] == [("Sec-Fetch-Mode", "cors")]
    assert [line for line in lines_of(fetched, 1) if line[0].startswith("Sec-")] == []


def test_webkit_says_nothing_after_a_cors_redirect_to_another_origin() -> None:
    for profile in PROFILES:
        fetched = Simulation(profile).fetch(
            API, [redirect("/2", ALLOW_ANY), redirect("https://other.test/", ALLOW_ANY), answer(ALLOW_ANY)]
        )
        assert fetched.header("Sec-Fetch-Site", 0) == "cross-site"
        assert fetched.header("Sec-Fetch-Site", 1) == "cross-site"
        assert fetched.header("Sec-Fetch-Site", 2) == (None if profile is WEBKIT else "cross-site")


STORAGE_ACCESS_CASES = [
    # URL    credentials     standard, Chromium, Firefox, WebKit
    (API, "include", [None, "active", "none", None]),
    (API, "same-origin", [None] * 4),
    (SUB, "include", [None] * 4),
    (APP, "include", [None] * 4),
    ("http://api.example", "include", [None] * 4),
]


@pytest.mark.parametrize(("url", "credentials", "expected"), STORAGE_ACCESS_CASES)
def test_credentialed_cross_site_requests_say_whether_they_have_storage(
    url: str, credentials: str, expected: list[str | None]
) -> None:
    assert expected == [
        Simulation(profile).fetch(url, allowing(), credentials=credentials).header("Sec-Fetch-Storage-Access")
        for profile in PROFILES
    ]


def test_what_the_page_set_is_not_set_again() -> None:
    headers = {"User-Agent": "me", "Accept-Language": "de", "Cache-Control": "x", "Pragma": "y", "Accept": "z"}
    fetched = Simulation().fetch(APP, answer("Access-Control-Allow-Headers: *"), headers=headers, cache="no-store")

    for name, value in headers.items():
        assert fetched.sent[0].headers.get_all(name.encode()) == [value.encode()]


CACHE_MODE_CASES = [
    # cache            page's headers             Pragma      Cache-Control
    ("default", {}, None, None),
    ("no-store", {}, "no-cache", "no-cache"),
    ("reload", {}, "no-cache", "no-cache"),
    ("no-cache", {}, None, "max-age=0"),
    ("force-cache", {}, None, None),
    ("no-cache", {"Cache-Control": "x"}, None, "x"),
    ("reload", {"Pragma": "x"}, "x", "no-cache"),
    ("default", {"If-None-Match": '"x"'}, "no-cache", "no-cache"),
    ("default", {"If-Modified-Since": "x"}, "no-cache", "no-cache"),
    ("default", {"If-Unmodified-Since": "x"}, "no-cache", "no-cache"),
    ("default", {"If-Match": "x"}, "no-cache", "no-cache"),
    ("default", {"If-Range": "x"}, "no-cache", "no-cache"),
    ("force-cache", {"If-None-Match": "x"}, None, None),
    ("no-cache", {"If-None-Match": "x"}, None, "max-age=0"),
]


@pytest.mark.parametrize(("cache", "headers", "pragma", "cache_control"), CACHE_MODE_CASES)
def test_the_cache_mode_tells_caches_on_the_way_what_it_wants(
    cache: str, headers: dict[str, str], pragma: str | None, cache_control: str | None
) -> None:
    fetched = Simulation().fetch(APP, answer(), headers=headers, cache=cache)

    assert (pragma, cache_control) == (fetched.header("Pragma"), fetched.header("Cache-Control"))


@every_profile
def test_only_if_cached_finds_nothing_where_nothing_is_cached(profile: BrowserProfile) -> None:
    fetched = Simulation(profile).fetch(APP, answer(), cache="only-if-cached", mode="same-origin")

    # NB: WebKit does not know the mode.
    expected = ("basic", 1) if profile is WEBKIT else ("only-if-cached", 0)
    assert expected == (fetched.verdict, len(fetched.sent))


ENCODING_CASES = [
    # URL                     page's Range     standard, Chromium, Firefox, WebKit
    (API, None, ["gzip, deflate, br, zstd"] * 3 + ["gzip, deflate, br"]),
    ("http://api.example", None, ["gzip, deflate"] * 4),
    ("http://a.localhost", None, ["gzip, deflate, br, zstd"] * 3 + ["gzip, deflate"]),
    (API, "bytes=0-1", ["identity"] * 4),
]


@pytest.mark.parametrize(("url", "range_", "expected"), ENCODING_CASES)
def test_content_codings_are_asked_for_but_not_for_parts(url: str, range_: str | None, expected: list[str]) -> None:
    headers = {} if range_ is None else {"Range": range_}

    assert expected == [
        Simulation(profile).fetch(url, answer(ALLOW_ANY), headers=headers).header("Accept-Encoding")
        for profile in PROFILES
    ]


COOKIE_CASES = [
    # URL    credentials     mode        cookies sent, and stored
    (APP, "omit", "cors", False),
    (APP, "same-origin", "cors", True),
    (APP, "include", "cors", True),
    (SUB, "omit", "cors", False),
    (SUB, "same-origin", "cors", False),
    (SUB, "include", "cors", True),
    (API, "omit", "cors", False),
    (API, "same-origin", "cors", False),
    (API, "include", "cors", True),
    (API, "include", "no-cors", True),
    (API, "same-origin", "no-cors", False),
]


@pytest.mark.parametrize(("url", "credentials", "mode", "expected"), COOKIE_CASES)
def test_the_credentials_mode_decides_whether_cookies_are_sent_and_stored(
    url: str, credentials: str, mode: str, expected: bool
) -> None:
    page = Simulation()
    page.user_agent.cookie_store.store(b"old=1; Secure; SameSite=None", parsed(url), now=0, same_site_allowed=True)
    fetched = page.fetch(url, allowing("Set-Cookie: new=1; Secure; SameSite=None"), credentials=credentials, mode=mode)

    assert ("old=1" if expected else None) == fetched.header("Cookie")
    assert ([b"old", b"new"] if expected else [b"old"]) == [cookie.name for cookie in page.user_agent.cookie_store]


def test_same_origin_credentials_stop_where_the_chain_leaves_the_origin_for_good() -> None:
    page = Simulation()
    page.fetch(APP, answer("Set-Cookie: own=1"))
    fetched = page.fetch(APP, [redirect(API), redirect(APP, ALLOW_ANY), answer(ALLOW_ANY)])

    assert [fetched.header("Cookie", index) for index in range(3)] == ["own=1", None, None]


SAME_SITE_CASES = [
    # the page, its environment                          URL    SameSite of the cookies that are sent
    ({}, APP, "strict lax none unset"),
    ({}, SUB, "strict lax none unset"),
    ({}, API, "none unset"),
    ({"has_cross_site_ancestor": True}, APP, "none unset"),
    ({"opaque": True}, APP, "none unset"),
]


@pytest.mark.parametrize(("environment", "url", "expected"), SAME_SITE_CASES)
def test_same_site_cookies_stay_on_their_site(environment: dict[str, Any], url: str, expected: str) -> None:
    page = Simulation(**environment)
    for flag in ("Strict", "Lax", "None"):
        page.user_agent.cookie_store.store(
            f"{flag.lower()}=1; Secure; SameSite={flag}".encode(), parsed(url), now=0, same_site_allowed=True
        )
    page.user_agent.cookie_store.store(b"unset=1", parsed(url), now=0, same_site_allowed=True)
    cookie = page.fetch(url, allowing(), credentials="include").header("Cookie")

    assert expected == (cookie or "").replace("=1;", "").replace("=1", "")


def test_after_a_cross_site_redirect_the_page_s_own_cookies_of_the_site_stay_behind() -> None:
    page = Simulation()
    page.user_agent.cookie_store.store(b"lax=1; SameSite=Lax", parsed(APP), now=0, same_site_allowed=True)
    null = answer("Access-Control-Allow-Origin: null", "Access-Control-Allow-Credentials: true")
    fetched = page.fetch(
        API,
        [
            redirect(APP, "Access-Control-Allow-Origin: https://app.example", "Access-Control-Allow-Credentials: true"),
            null,
        ],
        credentials="include",
    )

    assert (fetched.verdict, fetched.header("Cookie")) == ("cors", None)


def test_what_became_of_cookies_is_found() -> None:
    page = Simulation()
    first = page.fetch(APP, answer("Set-Cookie: a=1", "Set-Cookie: b=2; Domain=other.test"))
    second = page.fetch(APP, answer())
    stored = first.found("parse and store response `Set-Cookie` headers")
    sent = second.found("append a request `Cookie` header")

    assert [finding.evidence["set_cookie"] for finding in stored] == [b"a=1", b"b=2; Domain=other.test"]
    assert [finding.evidence for finding in sent] == [{"same_site": "strict-or-less", "sent": (b"a",)}]


def test_cookies_expire_on_the_simulated_clock() -> None:
    page = Simulation()
    page.fetch(APP, answer("Set-Cookie: a=1; Max-Age=10"))
    page.now = 9.0
    assert page.fetch(APP, answer()).header("Cookie") == "a=1"
    page.now = 10.0

    assert page.fetch(APP, answer()).header("Cookie") is None


PARTITION_CASES = [
    # profile    a cookie set by another site comes back on the same page, on the page of a third site
    (STANDARD, True, True),
    (CHROMIUM, True, True),
    (FIREFOX, True, False),
    (WEBKIT, False, False),
]


@pytest.mark.parametrize(("profile", "same_page", "other_page"), PARTITION_CASES)
def test_firefox_keeps_the_cookies_of_other_sites_with_the_page_s_site_and_webkit_takes_none(
    profile: BrowserProfile, same_page: bool, other_page: bool
) -> None:
    page = Simulation(profile)
    page.fetch(API, allowing("Set-Cookie: a=1; Secure; SameSite=None"), credentials="include")
    third = Simulation(profile, page="https://third.test/")
    third.user_agent = page.user_agent

    both = [each.fetch(API, answer(ALLOW_ANY), credentials="include").header("Cookie") for each in (page, third)]
    assert ["a=1" if same_page else None, "a=1" if other_page else None] == both


KEEPALIVE_CASES = [
    # length     keepalive  verdict
    (65536, True, "basic"),
    (65537, True, "keepalive-body-too-large"),
    (65537, False, "basic"),
]


@pytest.mark.parametrize(("length", "keepalive", "verdict"), KEEPALIVE_CASES)
@every_profile
def test_what_may_outlive_the_page_has_64_kibibytes_at_most(
    profile: BrowserProfile, length: int, keepalive: bool, verdict: str
) -> None:
    fetched = Simulation(profile).fetch(APP, answer(), method="POST", body=b"x" * length, keepalive=keepalive)

    assert (verdict, verdict == "basic") == (fetched.verdict, bool(fetched.sent))


@every_profile
def test_a_misdirected_request_is_sent_once_more(profile: BrowserProfile) -> None:
    fetched = Simulation(profile).fetch(APP, [answer(status=421), answer(status=421, body=b"x")])

    assert (fetched.verdict, fetched.response.status, len(fetched.sent)) == ("basic", 421, 2)


def test_the_second_answer_to_a_misdirected_request_counts() -> None:
    fetched = Simulation().fetch(APP, [answer(status=421), answer(body=b"x")], headers={"Range": "bytes=0-"})

    assert (fetched.response.status, fetched.response.body) == (200, b"x")
    assert fetched.response.url_list == [parsed(APP)]
    assert fetched.internal.range_requested is True
    assert Simulation().fetch(APP, [answer(status=421), failure()]).verdict == "connection-failed"
    assert Simulation().fetch(APP, [answer(status=421), failure()]).response.url_list == []


def test_nobody_is_asked_for_a_password() -> None:
    challenge = allowing("WWW-Authenticate: Basic", status=401)
    asked = Simulation().fetch(API, challenge, credentials="include")
    quiet = Simulation().fetch(API, challenge)

    assert (asked.response.status, quiet.response.status) == (401, 401)
    assert [f.evidence for f in asked.found("HTTP-network-or-cache fetch")] == [{"prompted": False}]
    assert quiet.found("HTTP-network-or-cache fetch") == []


@pytest.mark.parametrize("kind", FailureKind)
def test_each_way_to_get_no_answer_is_a_reason_of_its_own(kind: FailureKind) -> None:
    fetched = Simulation().fetch(API, failure(kind))

    assert kind.value == fetched.reason
    assert fetched.failed is not None
    assert fetched.failed.evidence == {"detail": "the wire is cut"}


def test_an_exchange_is_remembered_if_something_was_sent() -> None:
    broken = Simulation().fetch(API, failure()).params.timeline
    unmounted = Simulation().fetch(API, failure(FailureKind.NOT_MOUNTED)).params.timeline

    assert (len(broken), unmounted) == (1, [])
    exchange = broken[0]
    assert isinstance(exchange, Exchange)
    assert repr(exchange) == "<Exchange actual GET https://api.example/ -> connection-failed>"
    assert (exchange.status, exchange.response_body, exchange.traceback) == (None, None, None)
    assert dict(exchange.response_headers) == {}


RAW_CASES = [
    # a header line as sent                    the page's origin is allowed: std, chr, ffx, wkt
    ("Access-Control-Allow-Origin:  * \t", [True, True, True, True]),
    ("ACCESS-CONTROL-ALLOW-ORIGIN: *", [True, True, True, True]),
    ("Access-Control-Allow-Origin : *", [False, True, False, False]),
    ("Access-Control-Allow-Origin\t: *", [False, True, False, False]),
    (" Access-Control-Allow-Origin: *", [False, False, False, False]),
    ("Access-Control-Allow-Origin: \v*", [False, False, False, False]),
]


@pytest.mark.parametrize(("line", "expected"), RAW_CASES)
def test_odd_header_lines_are_read_as_each_browser_reads_them(line: str, expected: list[bool]) -> None:
    assert expected == [Simulation(profile).fetch(API, answer(line)).reason is None for profile in PROFILES]


def test_time_is_the_time_of_the_replies() -> None:
    page = Simulation()
    page.now = 5.0
    fetched = page.fetch(API, answer(ALLOW_ANY))
    exchange = fetched.params.timeline[0]

    assert (exchange.time, fetched.params.now) == (5.0, 5.0)


def test_the_full_url_of_the_page_goes_to_its_own_origin_only() -> None:
    assert Simulation().fetch(APP, answer()).header("Referer") == PAGE
    assert Simulation().fetch(API, allowing()).header("Referer") == f"{APP}/"
