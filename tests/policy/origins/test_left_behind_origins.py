"""
Origins that people leave behind: each kind by the origins that show it, and what each may be relied on for.
"""

from __future__ import annotations

from typing import Any

import pytest

from browsercors import ANY_ORIGIN, Browser, ports_of, subdomains_of
from browsercors.policy.origins.left_behind_origins import (
    DEVELOPMENT_SERVERS,
    SHARED_HOSTING,
    LeftBehindKind,
    left_behind_origins,
)
from browsercors.policy.sessions import Visit
from browsercors.values.sites import Sites
from browsercors.values.urls import parse_url

APP = "https://app.example.com"
API = "https://api.example.com"

CASES = [
    # kind                  among the origins left behind
    ("development-server", "http://localhost:5173"),
    ("development-server", "http://localhost:4200"),
    ("development-server", "https://localhost:3000"),
    ("development-server", "http://127.0.0.1:5500"),
    ("staging", "https://staging.example.com"),
    ("staging", "https://www.example.com"),
    ("staging", "https://example.com"),
    ("staging", "https://app-staging.example.com"),
    ("staging", "https://staging-app.example.com"),
    ("staging", "https://dev.app.example.com"),
    ("staging", "https://app.preview.example.com"),
    ("staging", "https://api-test.example.com"),
    ("shared-hosting", "https://attacker.vercel.app"),
    ("shared-hosting", "https://example-attacker.netlify.app"),
    ("shared-hosting", "https://attacker.s3.amazonaws.com"),
    ("shared-hosting", "https://s3.amazonaws.com"),
    ("tunnel", "https://attacker.ngrok.io"),
    ("tunnel", "https://attacker-3000.app.github.dev"),
    ("local-network", "http://192.168.1.20:3000"),
    ("local-network", "http://10.0.0.20"),
    ("local-network", "https://172.16.0.20"),
    ("local-network", "http://attacker.local:8080"),
    ("local-network", "http://[fd00::20]"),
    ("loopback", "http://localhost"),
    ("loopback", "https://127.0.0.1"),
    ("loopback", "http://[::1]"),
    ("loopback", "http://0.0.0.0"),
    ("app", "capacitor://localhost"),
    ("app", "ionic://localhost"),
    ("app", "tauri://localhost"),
    ("app", "https://tauri.localhost"),
    ("app", "null"),
    ("app", "file://"),
    ("app", "app://."),
    ("extension", "chrome-extension://abcdefghijklmnopabcdefghijklmnop"),
    ("extension", "moz-extension://01234567-89ab-4cde-8f01-23456789abcd"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "origin"), CASES)
def test_an_origin_of_each_kind(kind: str, origin: str) -> None:
    found = {left.origin: left.kind.value for left in left_behind_origins([APP], API)}

    assert kind == found.get(origin)


def test_every_kind_is_in_the_table() -> None:
    assert {kind.value for kind in LeftBehindKind} == {kind for kind, _ in CASES}


def test_the_order_begins_with_one_of_each_kind() -> None:
    first = left_behind_origins([APP], API)[: len(LeftBehindKind)]

    assert list(LeftBehindKind) == [left.kind for left in first]


ALLOWED: list[list[Any]] = [
    [],
    [APP],
    [
        "http://localhost:3000",
        "https://me.vercel.app",
        "https://a.b.co.uk:8443",
        "http://192.0.2.1",
        "http://[::1]:8000",
    ],
    [subdomains_of("https://example.com"), ports_of("http://localhost")],
]


@pytest.mark.parametrize("allowed", ALLOWED)
def test_a_page_opens_at_every_origin_of_the_web_and_at_no_other(allowed: list[Any]) -> None:
    with Browser() as browser:
        for left in left_behind_origins(allowed, API):
            if left.is_web:
                assert left.origin == Visit(left.origin).open(browser).origin
            else:
                # NB: in a WebView or an extension the origin is this text; in a browser the URL has an opaque origin.
                url = parse_url(f"{left.origin}/")
                assert url is not None
                assert "null" == url.origin.serialized


@pytest.mark.parametrize("allowed", ALLOWED)
def test_none_is_there_twice_or_meant_or_the_server_itself(allowed: list[Any]) -> None:
    found = [left.origin for left in left_behind_origins(allowed, "http://127.0.0.1:8000")]

    assert len(set(found)) == len(found)
    assert "http://127.0.0.1:8000" not in found
    for pattern in allowed:
        assert not any(pattern == origin if isinstance(pattern, str) else pattern.matches(origin) for origin in found)


def test_where_every_origin_is_meant_none_is_left_behind() -> None:
    assert () == left_behind_origins([ANY_ORIGIN], API)


def test_a_deployment_at_a_shared_host_has_siblings_named_as_the_host_names_them() -> None:
    found = {left.origin for left in left_behind_origins(["https://shop.vercel.app"], API)}

    assert "https://shop-staging.vercel.app" in found
    assert "https://staging.vercel.app" not in found


def test_a_domain_of_somebody_else_is_no_sibling() -> None:
    found = {left.origin for left in left_behind_origins(["https://example.com"], API)}

    assert "https://staging.example.com" in found
    assert "https://example-staging.com" not in found


def test_a_staging_sibling_keeps_scheme_and_port() -> None:
    found = {left.origin for left in left_behind_origins(["http://app.example.org:8080"], API)}

    assert {"http://staging.example.org:8080", "http://app-dev.example.org:8080"} <= found


def test_the_attacker_s_name_stands_below_every_shared_suffix() -> None:
    found = {left.origin for left in left_behind_origins([APP], API, attacker="evil.test")}

    assert {f"https://evil.{suffix}" for suffix in SHARED_HOSTING} <= found
    assert not any("attacker" in origin for origin in found)


@pytest.mark.parametrize("suffix", SHARED_HOSTING)
def test_each_shared_suffix_is_public(suffix: str) -> None:
    assert Sites().is_public_suffix(suffix)


def test_each_port_of_a_development_server_stands_once_with_each_scheme() -> None:
    ports = [(tool.scheme, tool.port) for tool in DEVELOPMENT_SERVERS]

    assert len(set(ports)) == len(ports)


def test_each_has_a_source_and_a_reason_in_one_sentence() -> None:
    for left in left_behind_origins(["https://me.vercel.app"], API):
        assert left.source.startswith("https://"), left
        assert left.reason[0].isupper(), left
        assert left.reason.endswith("."), left
        assert ". " not in left.reason, left


def test_nothing_is_left_behind_where_any_origin_is_meant() -> None:
    assert left_behind_origins(["*"], API) == ()


WRONG: list[tuple[Any, Any, str]] = [
    (["https://app.example.com/"], API, "allowed: 'https://app.example.com/' has a trailing slash"),
    ([APP], f"{API}/", "target has to be an origin such as 'https://api.example.com', not 'https://api.example.com/'"),
    ([APP], "null", "target has to be an origin"),
    ([APP], None, "target has to be an origin"),
]


@pytest.mark.parametrize(("allowed", "target", "message"), WRONG)
def test_what_is_no_origin_is_refused(allowed: Any, target: Any, message: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the message is looked at
        left_behind_origins(allowed, target)

    assert str(caught.value).startswith(message)
