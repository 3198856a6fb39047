"""
URL records.
"""

from __future__ import annotations

import ada_url
import pytest
from hypothesis import given, strategies as st

from browsercors.values.urls import URL, parse_url


def parsed(text: str) -> URL:
    url = parse_url(text)
    assert url is not None
    return url


def test_a_url_has_all_its_parts() -> None:
    url = parsed("HTTPS://us%65r:pa ss@EXAMPLE.com:8443/a/../b c?q=ü#f g")

    assert url.href == "https://us%65r:pa%20ss@example.com:8443/b%20c?q=%C3%BC#f%20g"
    assert (url.scheme, url.username, url.password) == ("https", "us%65r", "pa%20ss")
    assert (url.host, url.port) == ("example.com", 8443)
    assert (url.path, url.query, url.fragment) == ("/b%20c", "q=%C3%BC", "f%20g")
    assert url.authority == "example.com:8443"
    assert url.target == "/b%20c?q=%C3%BC"
    assert url.href_without_fragment == "https://us%65r:pa%20ss@example.com:8443/b%20c?q=%C3%BC"
    assert url.origin.serialized == "https://example.com:8443"


@pytest.mark.parametrize(
    ("text", "query", "fragment", "target", "without_fragment"),
    [
        ("http://a/", None, None, "/", "http://a/"),
        ("http://a/?", "", None, "/?", "http://a/?"),
        ("http://a/#", None, "", "/", "http://a/"),
        ("http://a/?#", "", "", "/?", "http://a/?"),
        ("http://a/??b#c?d#e", "?b", "c?d#e", "/??b", "http://a/??b"),
        ("http://a/#?b", None, "?b", "/", "http://a/"),
    ],
)
def test_an_empty_query_or_fragment_is_not_a_missing_one(
    text: str, query: str | None, fragment: str | None, target: str, without_fragment: str
) -> None:
    url = parsed(text)

    assert query == url.query
    assert fragment == url.fragment
    assert target == url.target
    assert without_fragment == url.href_without_fragment


@pytest.mark.parametrize(
    ("text", "authority", "port"),
    [
        ("https://a:443/", "a", None),
        ("http://a:80/", "a", None),
        ("http://a:443/", "a:443", 443),
        ("http://a:0/", "a:0", 0),
        ("http://[0:0::1]:8000/", "[::1]:8000", 8000),
        ("http://bücher.example/", "xn--bcher-kva.example", None),
        ("http://0x7f.1/", "127.0.0.1", None),
        ("http://EXAMPLE.com./", "example.com.", None),
    ],
)
def test_host_and_port_are_canonical(text: str, authority: str, port: int | None) -> None:
    url = parsed(text)

    assert authority == url.authority
    assert port == url.port


BEGINNINGS = [
    "http://",
    "https:",
    "ws:/",
    "ftp://",
    "wss://u:p@",
    "https://:p@h",
    "http://[::1]",
    "file://",
    "data:",
    "",
]
ODD = st.text("ab1.:@/?#[]%\\ \u00e9;=-|", max_size=8)


@given(text=st.builds("{}{}".format, st.sampled_from(BEGINNINGS), ODD))
def test_the_parts_are_those_that_the_parser_names(text: str) -> None:
    url = parse_url(text)
    try:
        expected = ada_url.URL(text)
    except ValueError:
        assert url is None
        return

    assert url is not None
    assert (url.scheme, url.username, url.password) == (expected.protocol[:-1], expected.username, expected.password)
    assert (url.authority, url.host, url.path) == (expected.host, expected.hostname, expected.pathname)
    assert ("" if url.port is None else str(url.port)) == expected.port
    assert (f"?{url.query}" if url.query else "", f"#{url.fragment}" if url.fragment else "") == (
        expected.search,
        expected.hash,
    )


@pytest.mark.parametrize(
    ("text", "base", "expected"),
    [
        ("b", "http://a/x/y?z#w", "http://a/x/b"),
        ("?b", "http://a/x/y?z#w", "http://a/x/y?b"),
        ("#b", "http://a/x/y?z#w", "http://a/x/y?z#b"),
        ("//b", "https://a/x", "https://b/"),
        ("", "http://a/x#w", "http://a/x"),
        ("b", "data:,a", None),
        ("b", None, None),
        ("", None, None),
        ("http://", None, None),
        ("http://a b/", None, None),
        ("http://a:65536/", None, None),
        ("http://1.2.3.256/", None, None),
        ("http://\ud800/", None, None),
    ],
)
def test_urls_resolve_against_a_base_or_fail(text: str, base: str | None, expected: str | None) -> None:
    url = parse_url(text, None if base is None else parsed(base))

    assert expected == (None if url is None else url.href)


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("https://a:443/x", "https://a"),
        ("http://a:8000/", "http://a:8000"),
        ("ws://a/", "ws://a"),
        ("wss://a:1/", "wss://a:1"),
        ("ftp://a/", "ftp://a"),
        ("blob:https://a/1", "https://a"),
        ("blob: HTTPS://a/1", "https://a"),
        ("blob:data:,a", "null"),
        ("blob:blob:https://a/1", "null"),
        ("blob:httpx://a/1", "null"),
        ("blob:https://a b/", "null"),
        ("blob:ftp://a/1", "null"),
        ("blob:", "null"),
        ("data:,a", "null"),
        ("file:///a", "null"),
        ("about:blank", "null"),
    ],
)
def test_the_origin_depends_on_the_scheme(text: str, origin: str) -> None:
    assert origin == parsed(text).origin.serialized


@pytest.mark.parametrize(
    ("text", "is_http", "includes_credentials"),
    [
        ("http://a/", True, False),
        ("https://u@a/", True, True),
        ("https://:p@a/", True, True),
        ("https://@a/", True, False),
        ("ws://a/", False, False),
        ("data:,a", False, False),
    ],
)
def test_scheme_and_credentials_can_be_asked_for(text: str, is_http: bool, includes_credentials: bool) -> None:
    url = parsed(text)

    assert is_http == url.is_http
    assert includes_credentials == url.includes_credentials


@pytest.mark.parametrize("text", ["http://a/b", "http://a/b#old", "data:,a#old", "http://a/?#"])
def test_a_fragment_can_be_replaced(text: str) -> None:
    url = parsed(text).with_fragment("new")

    assert url.fragment == "new"
    assert parsed(text).href_without_fragment + "#new" == url.href


def test_urls_are_equal_when_their_serialisations_are() -> None:
    a, b = parsed("http://A/"), parsed("http://a:80/")

    assert a == b
    assert hash(a) == hash(b)
    assert a != parsed("http://a/#")
    assert a != "http://a/"
    assert str(a) == "http://a/"
    assert repr(a) == "<URL http://a/>"


@given(st.text(max_size=20), st.sampled_from([None, "http://a/b/c?d#e", "data:,x", "file:///a"]))
def test_a_serialised_url_parses_to_itself(text: str, base: str | None) -> None:
    url = parse_url(text, None if base is None else parsed(base))

    if url is not None:
        again = parsed(url.href)
        assert url == again
        assert url.origin.serialized == again.origin.serialized
        assert url.href.isascii()
        assert parsed(url.href_without_fragment).fragment is None


@pytest.mark.parametrize(
    "text",
    [
        "http://a/" + "a" * 1_000_000,
        "http://a/" + "../" * 333_333,
        "http://a/?" + "é" * 300_000,
        "http://a/#" + "#" * 1_000_000,
        "http://" + "a" * 1_000_000,
        "http://" + "@" * 1_000_000 + "a/",
        "blob:" * 200_000,
        "blob: " * 150_000,
        "blob:" + "http://a/" * 100_000,
        "data:" + "a" * 1_000_000,
    ],
    ids=["path", "dots", "query", "fragment", "host", "user", "blobs", "blobs apart", "blob", "data"],
)
def test_a_megabyte_of_url_is_parsed_in_no_time(text: str) -> None:
    parse_url(text)
