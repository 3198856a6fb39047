"""
Which origins a pattern means.
"""

from __future__ import annotations

from typing import Any

import pytest

from browsercors import ANY_ORIGIN, Policy, origins_where, ports_of, subdomains_of
from browsercors.policy.origins.near_misses import NearMissKind, near_misses_of
from browsercors.values.origin_patterns import is_origin_among
from browsercors.values.urls import parse_url

SITE = subdomains_of("https://example.com")
PORTED = subdomains_of("http://example.com:8000")
LOCAL = ports_of("http://localhost")
SIX = ports_of("http://[::1]")

SHALLOW = subdomains_of("https://example.com", depth=1)
RANGE = ports_of("http://localhost", ports=range(3000, 3002))
WELL_KNOWN = ports_of("http://localhost", ports=range(80, 82))
TENANTS = origins_where(lambda origin: ".tenants." in origin, accepted=["https://a.tenants.example"])

CASES: list[tuple[Any, str, bool]] = [
    (SHALLOW, "https://a.example.com", True),
    (SHALLOW, "https://a.b.example.com", False),
    (SHALLOW, "https://example.com", False),
    (RANGE, "http://localhost:3000", True),
    (RANGE, "http://localhost:3001", True),
    (RANGE, "http://localhost:3002", False),
    (RANGE, "http://localhost", False),
    (RANGE, "http://localhost:", False),
    (RANGE, "http://localhost:٣٠٠٠", False),
    (WELL_KNOWN, "http://localhost", True),
    (WELL_KNOWN, "http://localhost:81", True),
    (TENANTS, "https://b.tenants.example", True),
    (TENANTS, "https://b.example", False),
    (TENANTS, "https://b.example/.tenants.example", False),
    (TENANTS, "null", False),
    (SITE, "https://a.example.com", True),
    (SITE, "https://a.b.example.com", True),
    (SITE, "https://xn--mnchen-3ya.example.com", True),
    (SITE, "https://example.com", False),
    (SITE, "https://.example.com", False),
    (SITE, "https://aexample.com", False),
    (SITE, "https://a-example.com", False),
    (SITE, "https://a.example.com.", False),
    (SITE, "https://a.example.com:8443", False),
    (SITE, "http://a.example.com", False),
    (SITE, "https://a.example.com.evil.example", False),
    (PORTED, "http://a.example.com:8000", True),
    (PORTED, "http://a.example.com", False),
    (PORTED, "http://a.example.com:80000", False),
    (PORTED, "https://a.example.com:8000", False),
    (LOCAL, "http://localhost", True),
    (LOCAL, "http://localhost:3000", True),
    (LOCAL, "https://localhost:3000", False),
    (LOCAL, "http://localhost.evil.example", False),
    (LOCAL, "http://localhost.evil.example:3000", False),
    (LOCAL, "http://a.localhost:3000", False),
    (SIX, "http://[::1]:8000", True),
    (SIX, "http://[::11]:8000", False),
    (ANY_ORIGIN, "null", True),
    (ANY_ORIGIN, "https://a.example", True),
    ("https://a.example", "https://a.example", True),
    ("https://a.example", "https://a.example:1", False),
    ("https://a.example", "null", False),
]


@pytest.mark.parametrize(("pattern", "origin", "expected"), CASES)
def test_a_pattern_means_these_and_no_others(pattern: Any, origin: str, expected: bool) -> None:
    policy = Policy(origins=[pattern])

    # NB: some of these are no origins, and asked for as a server is: by a header that says anything.
    assert expected == policy.lists_origin(origin)


FORGED = [
    (SITE, "https://evil.example/.example.com"),
    (SITE, "https://evil.example#.example.com"),
    (SITE, "https://@.example.com"),
    (LOCAL, "http://localhost:x"),
    (LOCAL, "http://localhost:3000@evil.example"),
    (LOCAL, "http://localhost:03000"),
]


@pytest.mark.parametrize(("pattern", "text"), FORGED)
def test_what_no_browser_would_send_is_never_meant(pattern: Any, text: str) -> None:
    assert not Policy(origins=[pattern]).lists_origin(text)


@pytest.mark.parametrize("origin", ["https://app.example.com", "http://localhost:3000", "https://127.0.0.1"])
def test_an_exact_origin_means_none_of_its_near_misses(origin: str) -> None:
    policy = Policy(origins=[origin])

    assert [] == [near for near in near_misses_of(origin) if policy.allows_origin(near.origin)]


def test_patterns_mean_only_the_near_misses_that_they_are_about() -> None:
    below = Policy(origins=[subdomains_of("https://app.example.com")])
    ports = Policy(origins=[ports_of("https://app.example.com")])
    nears = near_misses_of("https://app.example.com")

    assert {NearMissKind.SUBDOMAIN} == {near.kind for near in nears if below.allows_origin(near.origin)}
    assert {NearMissKind.PORT} == {near.kind for near in nears if ports.allows_origin(near.origin)}


def test_an_origin_value_can_be_asked_for() -> None:
    url = parse_url("https://a.example.com/")
    assert url is not None

    assert Policy(origins=[SITE]).allows_origin(url.origin)


@pytest.mark.parametrize("make", [subdomains_of, ports_of])
def test_a_pattern_of_no_text_is_refused(make: Any) -> None:
    with pytest.raises(TypeError, match=r"origin has to be a str such as 'https://example\.com', not None"):
        make(None)


WRITTEN_CASES: list[tuple[Any, Any]] = [
    # as text                       as value
    ("*", ANY_ORIGIN),
    ("https://*.example.com", SITE),
    ("http://*.example.com:8000", PORTED),
    ("http://localhost:*", LOCAL),
    ("http://[::1]:*", SIX),
    ("https://app.example.com", "https://app.example.com"),
]


@pytest.mark.parametrize(("text", "value"), WRITTEN_CASES)
def test_a_pattern_can_be_written_as_text(text: str, value: Any) -> None:
    assert Policy(origins=[value]) == Policy(origins=[text]) == Policy(origins=text) == Policy(origins=value)


@pytest.mark.parametrize(("pattern", "origin", "expected"), CASES)
def test_text_and_value_mean_the_same(pattern: Any, origin: str, expected: bool) -> None:
    texts = [text for text, value in WRITTEN_CASES if value == pattern]

    assert [expected] * len(texts) == [is_origin_among(text, origin) for text in texts]
    assert expected == is_origin_among(pattern, origin)


EXAMPLES = [
    # pattern, examples, counterexamples
    (ANY_ORIGIN, [], []),
    (SITE, ["https://app.example.com", "https://a.b.example.com"], ["https://example.com"]),
    (SHALLOW, ["https://app.example.com"], ["https://example.com", "https://a.b.example.com"]),
    (LOCAL, ["http://localhost", "http://localhost:8443"], []),
    (RANGE, ["http://localhost:3000", "http://localhost:3001"], ["http://localhost:2999", "http://localhost:3002"]),
    (WELL_KNOWN, ["http://localhost", "http://localhost:81"], ["http://localhost:79", "http://localhost:82"]),
    (TENANTS, ["https://a.tenants.example"], []),
]


@pytest.mark.parametrize(("pattern", "examples", "counterexamples"), EXAMPLES)
def test_examples_are_meant_and_counterexamples_are_not(
    pattern: Any, examples: list[str], counterexamples: list[str]
) -> None:
    assert (examples, counterexamples) == ([*pattern.examples()], [*pattern.counterexamples()])
    assert {True} >= {pattern.matches(origin) for origin in examples}
    assert {False} >= {pattern.matches(origin) for origin in counterexamples}


MISUSES: list[tuple[Any, str]] = [
    (lambda: subdomains_of("https://example.com", depth=1.5), "depth has to be an int or None, not 1.5"),  # type: ignore[arg-type]
    (lambda: ports_of("http://localhost", ports=3000), "ports has to be a range such as range(3000, 3010)"),  # type: ignore[arg-type]
    (lambda: origins_where("x", accepted=[]), "accepts has to be a function of an origin, not 'x'"),  # type: ignore[arg-type]
    (lambda: origins_where(bool, accepted="x"), "accepted has to be a list of origins, not 'x'"),
    (lambda: origins_where(bool, accepted=[5]), "origin has to be a str"),  # type: ignore[list-item]
]


@pytest.mark.parametrize(("make", "message"), MISUSES)
def test_what_makes_no_pattern_is_refused(make: Any, message: str) -> None:
    with pytest.raises(TypeError) as caught:
        make()

    assert str(caught.value).startswith(message)
