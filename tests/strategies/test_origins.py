"""
Origins are what a browser would write, and near misses are never the origin itself.
"""

from __future__ import annotations

from typing import Final

import pytest
from hypothesis import given, settings, strategies as st

from browsercors import Browser
from browsercors.policy.origins.near_misses import NearMissKind
from browsercors.policy.sessions import Visit
from browsercors.protections.bad_port import is_bad_port
from browsercors.strategies import near_misses, origins
from browsercors.values.urls import parse_url
from tests.strategies.finding import found

APP: Final = "https://app.example.com"


@given(origins())
def test_an_origin_is_as_a_browser_writes_it(origin: str) -> None:
    url = parse_url(origin)

    assert url is not None
    assert origin == url.origin.serialized
    assert url.is_http
    assert not is_bad_port(url)


@settings(deadline=None)
@given(origins(allow_null=True))
def test_a_page_can_have_it(origin: str) -> None:
    with Browser() as browser:
        assert origin == Visit(origin).open(browser).origin


@settings(deadline=None)
@given(origins(), st.data())
def test_a_near_miss_is_another_origin(origin: str, data: st.DataObject) -> None:
    near = data.draw(near_misses(origin))

    assert origin != near.origin
    assert near.kind is NearMissKind.NULL or parse_url(near.origin) is not None


@pytest.mark.parametrize("kind", [kind for kind in NearMissKind if kind is not NearMissKind.ADDRESS])
def test_every_kind_of_near_miss_is_drawn(kind: NearMissKind) -> None:
    near_miss = found(near_misses(APP), lambda near: near.kind is kind)

    assert near_miss == found(near_misses(APP, kinds=[kind]), lambda _: True)


KINDS = {
    "http": lambda origin: origin.startswith("http:"),
    "a port": lambda origin: origin.rpartition(":")[2].isdigit() and "[" not in origin,
    "an IPv4 address": lambda origin: origin.rpartition(".")[2].isdigit(),
    "an IPv6 address": lambda origin: origin.endswith("]"),
    "punycode": lambda origin: "xn--" in origin,
    "a trailing dot": lambda origin: origin.endswith("."),
    "localhost": lambda origin: origin == "https://localhost",
    "a subdomain": lambda origin: origin.count(".") > 2,
    "null": lambda origin: origin == "null",
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_origin_is_drawn(kind: str) -> None:
    assert found(origins(allow_null=True), KINDS[kind], max_examples=2000)


@given(origins(schemes=["http"], hosts=st.just("LOCALHOST"), ports=st.sampled_from([80, 3000])))
def test_what_is_asked_for_is_written_as_browsers_do(origin: str) -> None:
    assert origin in {"http://localhost", "http://localhost:3000"}
