"""
Near misses: each kind for the origin that shows it, and only what a browser can hold.
"""

from __future__ import annotations

from typing import Any

import pytest

from browsercors import Browser
from browsercors.policy.origins.near_misses import NearMissKind, near_misses_of
from browsercors.policy.sessions import Visit
from browsercors.protections.bad_port import is_bad_port
from browsercors.values.urls import parse_url

APP = "https://app.example.com"

CASES = [
    # origin                        kind                 among them
    (APP, "prefix", "https://app.example.com.attacker.example"),
    (APP, "prefix", "https://app.example.com-attacker.example"),
    (APP, "suffix", "https://attackerapp.example.com"),
    (APP, "suffix", "https://attackerexample.com"),
    (APP, "substring", "https://pp.example.com"),
    (APP, "unescaped-dot", "https://appxexample.com"),
    (APP, "unescaped-dot", "https://app.examplexcom"),
    (APP, "superdomain", "https://example.com"),
    (APP, "subdomain", "https://attacker.app.example.com"),
    (APP, "sibling", "https://attacker.example.com"),
    (APP, "public-suffix-sibling", "https://attacker.com"),
    ("https://me.github.io", "public-suffix-sibling", "https://attacker.github.io"),
    ("https://a.b.co.uk:8000", "public-suffix-sibling", "https://attacker.co.uk:8000"),
    (APP, "scheme", "http://app.example.com"),
    (APP, "scheme", "http://app.example.com:443"),
    ("http://localhost:3000", "scheme", "https://localhost:3000"),
    (APP, "port", "https://app.example.com:8443"),
    (APP, "port", "https://app.example.com:80"),
    ("http://localhost:3000", "port", "http://localhost"),
    ("http://localhost:3000", "port", "http://localhost:3001"),
    ("http://localhost:3000", "port", "http://localhost:30000"),
    (APP, "trailing-dot", "https://app.example.com."),
    ("https://a.example.", "trailing-dot", "https://a.example"),
    (APP, "idna", "https://xn--pp-6kc.example.com"),
    ("https://fass.example", "idna", "https://xn--fa-hia.example"),
    ("https://xn--mnchen-3ya.example", "idna", "https://mnchen.example"),
    ("https://xn--mnchen-3ya.example", "idna", "https://mnchen-3ya.example"),
    ("http://localhost", "address", "http://[::1]"),
    ("http://[::1]:8000", "address", "http://localhost:8000"),
    ("https://192.0.2.1", "address", "https://[::ffff:c000:201]"),
    ("https://192.0.2.1", "address", "https://192.0.2.0"),
    ("https://[2001:db8::1]", "address", "https://[2001:db8::11]"),
    (APP, "special-character", "https://app.example.com{.attacker.example"),
    (APP, "special-character", "https://app.example.com_.attacker.example"),
    (APP, "null", "null"),
]

ORIGINS = sorted({origin for origin, _, _ in CASES} | {"https://co.uk", "https://a..b.example", "http://x:65535"})


@pytest.mark.parametrize(("origin", "kind", "expected"), CASES)
def test_a_near_miss_of_each_kind(origin: str, kind: str, expected: str) -> None:
    found = [near.origin for near in near_misses_of(origin) if near.kind is NearMissKind(kind)]

    assert expected in found


def test_every_kind_is_in_the_table() -> None:
    assert {kind.value for kind in NearMissKind} == {kind for _, kind, _ in CASES}


@pytest.mark.parametrize("origin", ORIGINS)
def test_a_browser_can_hold_every_one(origin: str) -> None:
    with Browser() as browser:
        for near in near_misses_of(origin):
            page = Visit(near.origin).open(browser)

            assert near.origin == page.origin
            assert not is_bad_port(page.environment.url)


@pytest.mark.parametrize("origin", ORIGINS)
def test_none_is_there_twice_or_the_origin_itself(origin: str) -> None:
    found = [near.origin for near in near_misses_of(origin)]

    assert len(set(found)) == len(found)
    assert origin not in found


@pytest.mark.parametrize("folklore", ["%60", "^", "|", "%0b", "[", "@", "#", "\\"])
def test_what_ends_or_breaks_a_host_is_left_out(folklore: str) -> None:
    assert not any(folklore in near.origin for near in near_misses_of(APP))


def test_upper_case_is_no_near_miss_as_browsers_write_hosts_in_lower_case() -> None:
    url = parse_url("https://APP.example.com")

    assert url is not None
    assert url.origin.serialized == APP


def test_the_attacker_can_be_named() -> None:
    found = {near.origin for near in near_misses_of(APP, attacker="evil.test")}

    assert "https://app.example.com.evil.test" in found
    assert not any("attacker" in origin for origin in found)


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"origin": "https://app.example.com/"}, "origin has to be an origin such as 'https://app.example.com', not"),
    ({"origin": "null"}, "origin has to be an origin"),
    ({"origin": None}, "origin has to be an origin"),
    ({"origin": APP, "attacker": "Evil.test"}, "attacker has to be a domain such as 'attacker.example', not"),
    ({"origin": APP, "attacker": "127.0.0.1"}, "attacker has to be a domain"),
    ({"origin": APP, "attacker": "a/b"}, "attacker has to be a domain"),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "message"), WRONG)
def test_what_is_no_origin_is_refused(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the message is looked at
        near_misses_of(**arguments)

    assert str(caught.value).startswith(message)
