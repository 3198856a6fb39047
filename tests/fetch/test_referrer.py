"""
Referrer Policy.
"""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from browsercors.fetch.referrer import (
    DEFAULT_REFERRER_POLICY,
    REFERRER_POLICIES,
    determine_requests_referrer,
    parse_a_referrer_policy_from_a_referrer_policy_header,
    set_requests_referrer_policy_on_redirect,
    strip_url_for_use_as_a_referrer,
)
from browsercors.values.headers import HeaderList
from browsercors.values.trustworthiness import is_url_trustworthy_by_scheme
from browsercors.values.urls import URL, parse_url


def parsed(text: str) -> URL:
    url = parse_url(text)
    assert url is not None
    return url


HEADER_CASES = [
    ([], ""),
    ([b""], ""),
    ([b"origin"], "origin"),
    ([b"ORIGIN"], "origin"),
    ([b"origin, unknown"], "origin"),
    ([b"unknown, no-referrer"], "no-referrer"),
    ([b"origin, unsafe-url"], "unsafe-url"),
    ([b"origin", b"same-origin"], "same-origin"),
    ([b"unknown"], ""),
    ([b"origin, not a token"], ""),
    ([b"\xff"], ""),
    ([b",".join([b"origin"] * 150_000)], "origin"),
]


@pytest.mark.parametrize(("values", "expected"), HEADER_CASES)
def test_the_last_known_policy_of_the_header_counts(values: list[bytes], expected: str) -> None:
    headers = HeaderList((b"Referrer-Policy", value) for value in values)

    assert expected == parse_a_referrer_policy_from_a_referrer_policy_header(headers)


def test_a_redirect_changes_the_policy_only_if_it_names_one() -> None:
    naming = HeaderList([(b"referrer-policy", b"no-referrer")])

    assert set_requests_referrer_policy_on_redirect("origin", naming) == "no-referrer"
    assert set_requests_referrer_policy_on_redirect("origin", HeaderList()) == "origin"
    assert set_requests_referrer_policy_on_redirect("", HeaderList()) == ""


STRIP_CASES = [
    ("https://u:p@example.com:8443/a?b#c", "https://example.com:8443/a?b", "https://example.com:8443/"),
    ("http://example.com", "http://example.com/", "http://example.com/"),
    ("https://example.com/?#", "https://example.com/?", "https://example.com/"),
    ("http://[::1]:80/a", "http://[::1]/a", "http://[::1]/"),
    ("about:blank", None, None),
    ("data:,a", None, None),
    ("blob:https://example.com/1", None, None),
    ("file:///a", None, None),
]


@pytest.mark.parametrize(("text", "whole", "origin"), STRIP_CASES)
def test_credentials_and_fragments_are_stripped(text: str, whole: str | None, origin: str | None) -> None:
    url = parsed(text)

    assert whole == strip_url_for_use_as_a_referrer(url)
    assert origin == strip_url_for_use_as_a_referrer(url, origin_only=True)


SECURE = "https://app.example/a/b?c"
INSECURE = "http://app.example/a/b?c"
FULL, ORIGIN, NONE = "full", "origin", "none"

POLICY_CASES = [
    # policy, source, target, what is told
    ("no-referrer", SECURE, "https://app.example/", NONE),
    ("no-referrer", INSECURE, "http://app.example/", NONE),
    ("origin", SECURE, "https://app.example/", ORIGIN),
    ("origin", SECURE, "http://other.example/", ORIGIN),
    ("unsafe-url", SECURE, "https://app.example/", FULL),
    ("unsafe-url", SECURE, "http://other.example/", FULL),
    ("strict-origin", SECURE, "https://app.example/", ORIGIN),
    ("strict-origin", SECURE, "http://other.example/", NONE),
    ("strict-origin", SECURE, "http://localhost/", ORIGIN),
    ("strict-origin", INSECURE, "http://other.example/", ORIGIN),
    ("strict-origin-when-cross-origin", SECURE, "https://app.example/x", FULL),
    ("strict-origin-when-cross-origin", SECURE, "https://other.example/", ORIGIN),
    ("strict-origin-when-cross-origin", SECURE, "http://app.example/", NONE),
    ("strict-origin-when-cross-origin", INSECURE, "https://app.example/", ORIGIN),
    ("same-origin", SECURE, "https://app.example/", FULL),
    ("same-origin", SECURE, "https://app.example:8443/", NONE),
    ("same-origin", INSECURE, "https://app.example/", NONE),
    ("origin-when-cross-origin", SECURE, "https://app.example/", FULL),
    ("origin-when-cross-origin", SECURE, "http://app.example/", ORIGIN),
    ("no-referrer-when-downgrade", SECURE, "https://other.example/", FULL),
    ("no-referrer-when-downgrade", SECURE, "http://app.example/", NONE),
    ("no-referrer-when-downgrade", INSECURE, "http://other.example/", FULL),
]


@pytest.mark.parametrize(("policy", "source", "target", "expected"), POLICY_CASES)
def test_each_policy_tells_what_it_allows(policy: str, source: str, target: str, expected: str) -> None:
    referrer = determine_requests_referrer(policy, parsed(source + "#fragment"), parsed(target))

    assert {FULL: source, ORIGIN: source.replace("a/b?c", ""), NONE: None}[expected] == referrer


def test_a_page_of_opaque_origin_or_of_a_local_url_has_no_referrer() -> None:
    target = parsed("https://other.example/")

    assert determine_requests_referrer("unsafe-url", None, target) is None
    assert determine_requests_referrer("unsafe-url", parsed("about:blank"), target) is None


@pytest.mark.parametrize(("length", "is_cut"), [(4096, False), (4097, True), (1_000_000, True)])
def test_a_referrer_over_4096_characters_is_cut_to_the_origin(length: int, is_cut: bool) -> None:
    source = "https://app.example/"
    source += "a" * (length - len(source))
    referrer = determine_requests_referrer("unsafe-url", parsed(source), parsed("https://other.example/"))

    assert referrer == ("https://app.example/" if is_cut else source)


def test_what_counts_as_trustworthy_can_be_another_question() -> None:
    source, target = parsed(SECURE), parsed("http://localhost/")

    assert determine_requests_referrer("strict-origin", source, target) == "https://app.example/"
    assert (
        determine_requests_referrer("strict-origin", source, target, is_trustworthy=is_url_trustworthy_by_scheme)
        is None
    )


@pytest.mark.parametrize("policy", ["", "unknown"])
def test_a_policy_outside_the_set_is_a_mistake_of_the_engine(policy: str) -> None:
    with pytest.raises(AssertionError):
        determine_requests_referrer(policy, parsed(SECURE), parsed(SECURE))


URLS = st.sampled_from([SECURE, INSECURE, "https://other.example/x", "http://other.example/y", "http://localhost/z"])


@given(st.sampled_from(sorted(REFERRER_POLICIES - {""})), URLS, URLS)
def test_no_policy_tells_more_than_unsafe_url(policy: str, source: str, target: str) -> None:
    referrer = determine_requests_referrer(policy, parsed(source), parsed(target))
    most = determine_requests_referrer("unsafe-url", parsed(source), parsed(target))

    assert most is not None
    assert referrer is None or most.startswith(referrer)


def test_the_default_policy_is_one_of_the_set() -> None:
    assert DEFAULT_REFERRER_POLICY in REFERRER_POLICIES
