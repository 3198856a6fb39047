"""
Nonces, hashes and 'strict-dynamic': what lets scripts and stylesheets pass whatever their URL. And prefetches.
"""

from __future__ import annotations

from typing import Any

import pytest

from browsercors.engines.standard.profile import STANDARD
from browsercors.protections.content_security_policy.checks import (
    effective_directive,
    reported_violations,
    should_request_be_blocked,
    violated_directive,
)
from browsercors.protections.content_security_policy.parsing import parse_a_responses_csps, parse_a_serialized_csp
from browsercors.protections.content_security_policy.script_sources import (
    integrity_metadata_matches_source_list,
    nonce_matches_source_list,
)
from browsercors.values.content_security_policy import Disposition
from tests.fetch.engine import API, APP, Simulation, answer, header_list, parsed

RULES = STANDARD.content_security_policy

NONCE_CASES = [
    # nonce, sources, matches?
    ("abc", ["'nonce-abc'"], True),
    ("abc", ["'self'", "'NONCE-abc'"], True),
    ("abc", ["'nonce-ABC'"], False),
    ("abc", ["nonce-abc"], False),
    ("abc", ["'nonce-abcd'"], False),
    ("abc", ["'nonce-abc"], False),
    ("a b", ["'nonce-a b'"], False),
    ("abc", [], False),
    ("", ["'nonce-'"], False),
]


@pytest.mark.parametrize(("nonce", "sources", "expected"), NONCE_CASES)
def test_a_nonce_has_to_be_the_same(nonce: str, sources: list[str], expected: bool) -> None:
    assert expected == nonce_matches_source_list(nonce, sources)


HASH_CASES = [
    # integrity, sources, matches?
    ("sha256-YQ==", ["'sha256-YQ=='"], True),
    ("sha256-YQ==", ["'SHA256-YQ=='"], True),
    ("sha256-YQ== sha384-Yg==", ["'sha256-YQ=='", "'sha384-Yg=='"], True),
    ("sha256-YQ== sha384-Yg==", ["'sha256-YQ=='"], False),
    ("sha256-YQ==", ["'sha256-yq=='"], False),
    ("sha256-YQ==", ["'sha384-YQ=='"], False),
    ("sha256-+/==", ["'sha256--_=='"], True),
    ("", ["'sha256-YQ=='"], False),
    ("md5-YQ==", ["'sha256-YQ=='"], False),
    ("sha256-YQ==", ["'self'"], False),
    ("sha256-YQ==", [], False),
]


@pytest.mark.parametrize(("integrity", "sources", "expected"), HASH_CASES)
def test_every_hash_of_the_element_has_to_be_listed(integrity: str, sources: list[str], expected: bool) -> None:
    assert expected == integrity_metadata_matches_source_list(integrity, sources)


def violated(destination: str, policy: str, *, integrity: str = "", nonce: str = "", initiator: str = "") -> str | None:
    """
    Return the directive that a load from api.example violates on a page of app.example.
    """
    request = Simulation().fetch(f"{API}/x", answer()).request
    request.destination, request.integrity_metadata = destination, integrity
    request.cryptographic_nonce, request.initiator = nonce, initiator
    parsed_policy = parse_a_serialized_csp(policy, Disposition.ENFORCE)
    return violated_directive(request, parsed_policy, parsed(APP).origin, RULES)


N = "'nonce-abc'"
H = "'sha256-YQ=='"
D = "'strict-dynamic'"

METADATA_CASES = [
    # destination, policy, integrity, metadata, the directive that is violated
    ("script", f"script-src {N}", "", {"nonce": "abc"}, None),
    ("script", f"script-src {N}", "", {"nonce": "xyz"}, "script-src"),
    ("script", f"script-src-elem {N}", "", {"nonce": "abc"}, None),
    ("script", f"default-src {N}", "", {"nonce": "abc"}, None),
    ("script", f"default-src {N}", "", {}, "default-src"),
    ("script", f"script-src {H}", "sha256-YQ==", {}, None),
    ("script", f"script-src {H}", "sha256-Yg==", {}, "script-src"),
    ("script", f"script-src {D} {N}", "", {"nonce": "abc"}, None),
    ("script", f"script-src {D} {N}", "", {}, "script-src"),
    ("script", f"script-src {D} {N}", "", {"initiator": "import"}, None),
    ("script", f"script-src {D} {API}", "", {}, "script-src"),
    ("script", f"script-src {D.upper()} {API}", "", {}, "script-src"),
    ("script", f"script-src {API}", "", {}, None),
    ("xslt", f"script-src {N}", "", {"nonce": "abc"}, "script-src"),
    ("audioworklet", f"script-src {N}", "", {"nonce": "abc"}, None),
    ("style", f"style-src {N}", "", {"nonce": "abc"}, None),
    ("style", f"default-src {N}", "", {"nonce": "abc"}, None),
    ("style", f"style-src {H}", "sha256-YQ==", {}, "style-src"),
    ("style", f"style-src {D}", "", {}, "style-src"),
    ("worker", f"script-src {D}", "", {"initiator": "import"}, None),
    ("worker", f"script-src {N}", "", {"nonce": "abc"}, None),
    ("worker", f"worker-src {D}", "", {}, "worker-src"),
    ("worker", f"child-src {N}", "", {"nonce": "abc"}, "child-src"),
    ("worker", f"default-src {D}", "", {}, "default-src"),
    ("image", f"img-src {N}", "", {"nonce": "abc"}, "img-src"),
    ("image", f"default-src {N}", "", {"nonce": "abc"}, "default-src"),
    ("json", f"connect-src {N}", "", {"nonce": "abc"}, "connect-src"),
]


@pytest.mark.parametrize(("destination", "policy", "integrity", "metadata", "expected"), METADATA_CASES)
def test_what_an_element_says_decides_first(
    destination: str, policy: str, integrity: str, metadata: dict[str, Any], expected: str | None
) -> None:
    assert expected == violated(destination, policy, integrity=integrity, **metadata)


PREFETCH_CASES = [
    # policy, violated?
    ("img-src 'none'", None),
    ("default-src 'none'", "default-src"),
    (f"default-src {API}", None),
    (f"default-src 'none'; img-src {API}", None),
    (f"default-src 'none'; script-src-elem {API}", None),
    (f"default-src 'none'; script-src-attr {API}", "default-src"),
    ("default-src 'self'; img-src 'self'", "default-src"),
    (f"default-src 'self'; form-action {API}", "default-src"),
]


@pytest.mark.parametrize(("policy", "expected"), PREFETCH_CASES)
def test_a_prefetch_has_to_be_listed_by_any_directive(policy: str, expected: str | None) -> None:
    assert expected == violated("", policy, initiator="prefetch")


def test_a_prefetch_is_of_the_default_directive() -> None:
    assert ("default-src", "connect-src") == (effective_directive("", is_prefetch=True), effective_directive(""))


def test_what_an_element_says_counts_for_all_policies() -> None:
    request = Simulation().fetch(f"{API}/x", answer()).request
    request.destination = "script"
    csp_list = parse_a_responses_csps(
        header_list(
            f"Content-Security-Policy: script-src {N}",
            f"Content-Security-Policy-Report-Only: script-src {N}, img-src x",
        ),
        parsed(APP).origin,
    )
    assert csp_list is not None

    assert should_request_be_blocked(request, csp_list, RULES) is not None
    assert 1 == len(reported_violations(request, csp_list, RULES))

    request.cryptographic_nonce = "abc"

    assert should_request_be_blocked(request, csp_list, RULES) is None
    assert [] == reported_violations(request, csp_list, RULES)
