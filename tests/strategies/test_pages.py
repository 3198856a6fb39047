"""
The pages that a policy is about: whoever is drawn as allowed is, and no stranger is.
"""

from __future__ import annotations

from typing import Final

import pytest
from hypothesis import given, settings, strategies as st

from browsercors import ANY_ORIGIN, Browser, Policy, Visit, origins_where, ports_of, subdomains_of
from browsercors.strategies import allowed, policies, strangers, visits
from tests.strategies.finding import found

APP: Final = "https://app.example.com"
ADMIN: Final = "https://admin.example.com"
PATTERNS: Final = Policy(
    origins=[
        APP,
        subdomains_of("https://example.org", depth=1),
        subdomains_of("https://example.net"),
        ports_of("http://localhost"),
        ports_of("http://127.0.0.1", ports=range(3000, 3003)),
        origins_where(lambda origin: origin == ADMIN, accepted=[ADMIN]),
    ],
    paths={"/public/*": Policy(origins=ANY_ORIGIN), "/admin": Policy(origins=[ADMIN]), "/none": None},
)


@settings(deadline=None)
@given(allowed(PATTERNS), strangers(PATTERNS))
def test_pages_are_allowed_or_not_as_the_policy_says(page: str, stranger: str) -> None:
    assert PATTERNS.allows_origin(page)
    assert not PATTERNS.allows_origin(stranger)


@settings(deadline=None)
@given(st.data(), policies(credentials=True))
def test_so_they_are_for_any_policy(data: st.DataObject, policy: Policy) -> None:
    assert policy.allows_origin(data.draw(allowed(policy)))
    assert not policy.allows_origin(data.draw(strangers(policy)))


ALLOWED: Final = {
    "exact": lambda origin: origin == APP,
    "one label below": lambda origin: origin.endswith(".example.org"),
    "two labels below": lambda origin: origin.endswith(".example.net") and origin.count(".") == 3,
    "the default port": lambda origin: origin == "http://localhost",
    "another port": lambda origin: origin.startswith("http://localhost:"),
    "a port of a range": lambda origin: origin == "http://127.0.0.1:3002",
    "accepted by a function": lambda origin: origin == ADMIN,
}


@pytest.mark.parametrize("kind", ALLOWED)
def test_every_pattern_is_drawn_from(kind: str) -> None:
    assert found(allowed(PATTERNS), ALLOWED[kind], simplest=False)


STRANGERS: Final = {
    "an attacker": ("/", "https://attacker.example"),
    "a sandboxed page": ("/", "null"),
    "a near miss": ("/", "https://app.example.com.attacker.example"),
    "a parent": ("/", "https://example.org"),
    "deeper than allowed": ("/", "https://a.b.example.org"),
    "a port out of range": ("/", "http://127.0.0.1:3003"),
    "allowed elsewhere only": ("/admin", APP),
    "anyone where nobody may": ("/none", ADMIN),
}


@pytest.mark.parametrize("kind", STRANGERS)
def test_every_kind_of_stranger_is_drawn(kind: str) -> None:
    path, origin = STRANGERS[kind]

    assert found(strangers(PATTERNS, path=path), lambda drawn: drawn == origin, max_examples=5000, simplest=False)


@settings(deadline=None)
@given(allowed(Policy(origins=[subdomains_of("https://a.example")]), url="https://a.a.example"))
def test_pages_of_the_server_itself_are_not_drawn(origin: str) -> None:
    assert "https://a.a.example" != origin


@settings(deadline=None)
@given(visits(strangers(PATTERNS, path="/none")))
def test_a_browser_can_open_every_stranger(visit: Visit) -> None:
    with Browser() as browser:
        assert visit.origin == visit.open(browser).origin
