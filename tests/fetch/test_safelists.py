"""
Safelisted and forbidden request headers.
"""

from __future__ import annotations

import attrs
import pytest
from hypothesis import given, strategies as st

from browsercors.engines.standard.profile import STANDARD
from browsercors.fetch.safelists import (
    CORS_UNSAFE_REQUEST_HEADER_BYTES,
    accept_rule,
    content_type_rule,
    cors_safelisted_request_header,
    cors_unsafe_request_header_names,
    forbidden_request_header,
    language_rule,
    no_cors_safelisted_request_header,
    range_rule,
)
from browsercors.rules.safelist import HeaderRule as Rule, UnsafeHeader
from browsercors.values.methods import is_forbidden_method

SAFELIST = STANDARD.safelist

ALL_BYTES = [bytes([number]) for number in range(256)]

# https://fetch.spec.whatwg.org/#cors-unsafe-request-header-byte
UNSAFE = [byte for byte in ALL_BYTES if (byte < b" " and byte != b"\t") or byte in b'"():<>?@[\\]{}\x7f']


def test_an_unsafe_byte_anywhere_makes_accept_and_content_type_unsafe() -> None:
    assert [byte for byte in ALL_BYTES if accept_rule(byte) is Rule.UNSAFE_BYTE] == UNSAFE
    assert [byte for byte in ALL_BYTES if accept_rule(b"a" + byte + b"b") is Rule.UNSAFE_BYTE] == UNSAFE
    assert [byte for byte in ALL_BYTES if content_type_rule(b"text/plain;a=" + byte) is Rule.UNSAFE_BYTE] == UNSAFE
    assert all(accept_rule(byte) is None for byte in ALL_BYTES if byte not in UNSAFE)


def test_the_unsafe_bytes_are_those_of_the_standard() -> None:
    assert sorted(bytes([number]) for number in CORS_UNSAFE_REQUEST_HEADER_BYTES) == UNSAFE
    assert len(UNSAFE) == 31 + 13 + 1


def test_languages_are_made_of_few_bytes() -> None:
    expected = [byte for byte in ALL_BYTES if byte.isalnum() or byte in b" *,-.;="]

    assert expected == [byte for byte in ALL_BYTES if language_rule(b"en" + byte) is None]
    assert all(language_rule(byte) is Rule.LANGUAGE_BYTE for byte in ALL_BYTES if byte not in expected)


CONTENT_TYPE_CASES = [
    # value                                              rule
    (b"text/plain", None),
    (b"TEXT/Plain", None),
    (b"multipart/form-data", None),
    (b"multipart/form-data; boundary=x", None),
    (b"application/x-www-form-urlencoded", None),
    (b"text/plain;charset=utf-8", None),
    (b"text/plain; charset=utf-8; a=b; c", None),
    (b"text/plain;", None),
    (b" \ttext/plain\t", None),
    (b"text/plain;a=b,c", None),
    (b"text/plain; a=\xe9", None),
    (b"text/plain, text/html", Rule.CONTENT_TYPE),
    (b"text/plain, text/plain", Rule.CONTENT_TYPE),
    (b"text/html", Rule.CONTENT_TYPE),
    (b"application/json", Rule.CONTENT_TYPE),
    (b"application/json;text/plain", Rule.CONTENT_TYPE),
    (b"text/plain2", Rule.CONTENT_TYPE),
    (b"text", Rule.CONTENT_TYPE),
    (b"text/", Rule.CONTENT_TYPE),
    (b"", Rule.CONTENT_TYPE),
    (b"*/*", Rule.CONTENT_TYPE),
    (b'text/plain;a="b"', Rule.UNSAFE_BYTE),
    (b"text/plain;a=b:c", Rule.UNSAFE_BYTE),
    (b"application/json;a=(", Rule.UNSAFE_BYTE),
]


@pytest.mark.parametrize(("value", "expected"), CONTENT_TYPE_CASES)
def test_a_content_type_is_judged_by_its_essence(value: bytes, expected: Rule | None) -> None:
    assert expected is content_type_rule(value)


RANGE_CASES = [
    # value                                    rule
    (b"bytes=0-", None),
    (b"bytes=0-0", None),
    (b"bytes=0-499", None),
    (b"bytes=007-0009", None),
    (b"bytes=18446744073709551616-18446744073709551617", None),
    (b"bytes=-500", Rule.RANGE),
    (b"bytes=-", Rule.RANGE),
    (b"bytes=5-4", Rule.RANGE),
    (b"bytes=10-9", Rule.RANGE),
    (b"bytes=0-1,2-3", Rule.RANGE),
    (b"bytes=0-1, 2-3", Rule.RANGE),
    (b"bytes= 0-1", Rule.RANGE),
    (b"bytes =0-1", Rule.RANGE),
    (b"bytes=0 -1", Rule.RANGE),
    (b"bytes=0- 1", Rule.RANGE),
    (b"bytes=0-1 ", Rule.RANGE),
    (b"bytes=0-1\n", Rule.RANGE),
    (b"Bytes=0-1", Rule.RANGE),
    (b"bytes=+0-1", Rule.RANGE),
    (b"bytes=0-+1", Rule.RANGE),
    (b"bytes=0", Rule.RANGE),
    (b"bytes:0-1", Rule.RANGE),
    (b"items=0-1", Rule.RANGE),
    (b"bytes=0-\xb2", Rule.RANGE),
    (b"", Rule.RANGE),
]


@pytest.mark.parametrize(("value", "expected"), RANGE_CASES)
def test_a_range_is_simple_when_it_is_one_with_a_start(value: bytes, expected: Rule | None) -> None:
    assert expected is range_rule(value)


SAFELISTED_CASES = [
    # name                value                                rule
    (b"Accept", b"*/*", None),
    (b"aCCept", b"text/html,application/xhtml+xml;q=0.9", None),
    (b"Accept", b"", None),
    (b"Accept", b"\xe9\t\xff", None),
    (b"Accept", b'"', Rule.UNSAFE_BYTE),
    (b"Accept-Language", b"de-AT, *;q=0.5", None),
    (b"Accept-Language", b"en_US", Rule.LANGUAGE_BYTE),
    (b"Content-Language", b"de-AT", None),
    (b"Content-Language", b"de\tAT", Rule.LANGUAGE_BYTE),
    (b"Content-Language", b"", None),
    (b"Content-Type", b"text/plain", None),
    (b"Content-Type", b"text/html", Rule.CONTENT_TYPE),
    (b"Range", b"bytes=0-", None),
    (b"Range", b"bytes=-1", Rule.RANGE),
    (b"Accept", b"a" * 128, None),
    (b"Accept", b"a" * 129, Rule.VALUE_TOO_LONG),
    (b"Accept-Language", b"a" * 128, None),
    (b"Accept-Language", b"a" * 129, Rule.VALUE_TOO_LONG),
    (b"Content-Language", b"a" * 129, Rule.VALUE_TOO_LONG),
    (b"Content-Type", b"text/plain;" + b"a" * 117, None),
    (b"Content-Type", b"text/plain;" + b"a" * 118, Rule.VALUE_TOO_LONG),
    (b"Range", b"bytes=" + b"0" * 121 + b"-", None),
    (b"Range", b"bytes=" + b"0" * 122 + b"-", Rule.VALUE_TOO_LONG),
    (b"Accept-Encoding", b"gzip", Rule.NAME),
    (b"Authorization", b"Basic x", Rule.NAME),
    (b"Accept-", b"*/*", Rule.NAME),
    (b"Last-Event-ID", b"1", Rule.NAME),
    (b"Save-Data", b"on", Rule.NAME),
    (b"DPR", b"2", Rule.NAME),
    (b"X-A", b"a" * 129, Rule.NAME),
]


@pytest.mark.parametrize(("name", "value", "expected"), SAFELISTED_CASES)
def test_a_safelisted_header_has_a_safelisted_name_and_value(name: bytes, value: bytes, expected: Rule | None) -> None:
    assert expected is cors_safelisted_request_header(name, value, SAFELIST)


NINE = [(b"Accept", b"a" * 113)] * 9

UNSAFE_NAMES_CASES = [
    # headers                                                                names
    ([], ()),
    ([(b"Accept", b"*/*"), (b"Content-Type", b"text/plain")], ()),
    ([(b"X-B", b""), (b"x-a", b""), (b"X-b", b"")], (b"x-a", b"x-b")),
    ([(b"X-B", b""), (b"X-Aa", b""), (b"X_A", b""), (b"X-A", b"")], (b"x-a", b"x-aa", b"x-b", b"x_a")),
    ([(b"Content-Type", b"application/json"), (b"Accept", b"*/*")], (b"content-type",)),
    ([(b"Content-Type", b"text/plain"), (b"content-type", b"text/html")], (b"content-type",)),
    ([*NINE, (b"Range", b"bytes=0-")], (b"accept", b"range")),
    ([*NINE, (b"Accept", b"aaaaaaa")], ()),
    ([*NINE, (b"Accept", b"aaaaaaaa")], (b"accept",)),
    ([*NINE, (b"Accept-Language", b"12345678"), (b"X-A", b"")], (b"accept", b"accept-language", b"x-a")),
    ([*NINE, (b"X-A", b"a" * 2000)], (b"x-a",)),
    ([*NINE, (b"Accept", b"a" * 129)], (b"accept",)),
]


@pytest.mark.parametrize(("headers", "expected"), UNSAFE_NAMES_CASES)
def test_the_unsafe_names_are_sorted_lower_case_and_unique(
    headers: list[tuple[bytes, bytes]], expected: tuple[bytes, ...]
) -> None:
    assert expected == cors_unsafe_request_header_names(headers, SAFELIST).names


def test_each_unsafe_header_comes_with_its_rule_and_in_the_order_set() -> None:
    headers = [(b"X-B", b"1"), (b"Accept", b"*/*"), (b"content-type", b"text/html"), (b"X-A", b"1")]
    unsafe = cors_unsafe_request_header_names(headers, SAFELIST).headers

    assert (
        UnsafeHeader(b"X-B", Rule.NAME),
        UnsafeHeader(b"content-type", Rule.CONTENT_TYPE),
        UnsafeHeader(b"X-A", Rule.NAME),
    ) == unsafe


def test_above_1024_bytes_in_sum_every_safelisted_header_is_unsafe_for_that_reason() -> None:
    assert sum(len(value) for _, value in NINE) == 1017
    within = cors_unsafe_request_header_names([*NINE, (b"Accept", b"1234567")], SAFELIST)
    beyond = cors_unsafe_request_header_names([*NINE, (b"Accept", b"12345678")], SAFELIST)

    assert within.headers == ()
    assert (UnsafeHeader(b"Accept", Rule.SUM_TOO_LONG),) * 10 == beyond.headers


FORBIDDEN_CASES = [
    # name                                  value       forbidden
    (b"Accept-Charset", b"", True),
    (b"Accept-Encoding", b"", True),
    (b"Access-Control-Request-Headers", b"", True),
    (b"Access-Control-Request-Method", b"", True),
    (b"Connection", b"", True),
    (b"Content-Length", b"", True),
    (b"Cookie", b"", True),
    (b"Cookie2", b"", True),
    (b"Date", b"", True),
    (b"DNT", b"", True),
    (b"Expect", b"", True),
    (b"Host", b"", True),
    (b"Keep-Alive", b"", True),
    (b"Origin", b"", True),
    (b"Referer", b"", True),
    (b"Set-Cookie", b"", True),
    (b"TE", b"", True),
    (b"Trailer", b"", True),
    (b"Transfer-Encoding", b"", True),
    (b"Upgrade", b"", True),
    (b"Via", b"", True),
    (b"cOOKIE", b"a=b", True),
    (b"Proxy-", b"", True),
    (b"Proxy-Authorization", b"", True),
    (b"SEC-Fetch-Site", b"", True),
    (b"Sec-", b"", True),
    (b"X-HTTP-Method", b"CONNECT", True),
    (b"X-HTTP-Method-Override", b"trace", True),
    (b"X-Method-Override", b"GET, Track", True),
    (b"X-Method-Override", b"GET,\tTRACK\t", True),
    (b"X-Method-Override", b"GET", False),
    (b"X-Method-Override", b"", False),
    (b"X-Method-Override", b"TRACER", False),
    (b"X-Method-Override", b'"TRACE"', False),
    (b"X-Method-Override", b'"a, TRACE"', False),
    (b"X-Method", b"TRACE", False),
    (b"Accept", b"*/*", False),
    (b"Authorization", b"Basic x", False),
    (b"User-Agent", b"curl", False),
    (b"Access-Control-Request-Private-Network", b"true", False),
    (b"Access-Control-Request-Local-Network", b"true", False),
    (b"Cookies", b"", False),
    (b"Proxy", b"", False),
    (b"Sec", b"", False),
]


@pytest.mark.parametrize(("name", "value", "expected"), FORBIDDEN_CASES)
def test_forbidden_headers_are_the_browsers_own_business(name: bytes, value: bytes, expected: bool) -> None:
    assert expected == forbidden_request_header(name, value)


NO_CORS_CASES = [
    # name                value                    may be set without CORS
    (b"Accept", b"*/*", True),
    (b"ACCEPT-Language", b"de", True),
    (b"Content-Language", b"de", True),
    (b"Content-Type", b"text/plain", True),
    (b"Content-Type", b"application/json", False),
    (b"Accept", b"a" * 129, False),
    (b"Range", b"bytes=0-", False),
    (b"X-A", b"", False),
]


@pytest.mark.parametrize(("name", "value", "expected"), NO_CORS_CASES)
def test_without_cors_four_names_can_be_set(name: bytes, value: bytes, expected: bool) -> None:
    assert expected == no_cors_safelisted_request_header(name, value, SAFELIST)


HEADERS = st.lists(
    st.tuples(
        st.sampled_from([b"Accept", b"accept", b"Content-Type", b"Range", b"X-A", b"x-b", b"X_A", b"Authorization"]),
        st.one_of(st.binary(max_size=140), st.sampled_from([b"text/plain", b"bytes=0-", b"a" * 120])),
    ),
    max_size=12,
)


@given(HEADERS)
def test_the_unsafe_names_do_not_depend_on_the_order_of_the_headers(headers: list[tuple[bytes, bytes]]) -> None:
    names = cors_unsafe_request_header_names(headers, SAFELIST).names

    assert names == cors_unsafe_request_header_names(list(reversed(headers)), SAFELIST).names
    assert list(names) == sorted({name.lower() for name in names})


@given(HEADERS, HEADERS)
def test_one_header_more_makes_no_other_header_safe(
    headers: list[tuple[bytes, bytes]], more: list[tuple[bytes, bytes]]
) -> None:
    fewer_names = cors_unsafe_request_header_names(headers, SAFELIST).names

    assert set(fewer_names) <= set(cors_unsafe_request_header_names(headers + more, SAFELIST).names)


@given(st.text(alphabet="abcCONETRAK", max_size=8))
def test_a_method_override_is_forbidden_exactly_for_forbidden_methods(method: str) -> None:
    value = method.encode()

    assert is_forbidden_method(value) == forbidden_request_header(b"X-Method-Override", value)


def test_what_is_remembered_of_header_lists_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("browsercors.rules.safelist.LISTS_KEPT", 3)
    safelist = attrs.evolve(STANDARD.safelist)
    for number in range(10):
        cors_unsafe_request_header_names([(b"X-%d" % number, b"")], safelist)
    cors_unsafe_request_header_names([(b"X", b"x" * 3000)], safelist)

    assert 0 < len(safelist.judged) <= 3
    assert ((b"X", b"x" * 3000),) not in safelist.judged
