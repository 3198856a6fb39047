"""
The headers that browsers add.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from browsercors.engines.chromium.profile import CHROMIUM
from browsercors.engines.webkit.profile import WEBKIT
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
    redirect,
)

if TYPE_CHECKING:
    from browsercors.rules.profile import BrowserProfile

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


def test_the_full_url_of_the_page_goes_to_its_own_origin_only() -> None:
    assert Simulation().fetch(APP, answer()).header("Referer") == PAGE
    assert Simulation().fetch(API, allowing()).header("Referer") == f"{APP}/"
