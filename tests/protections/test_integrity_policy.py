"""
`Integrity-Policy`.
"""

from __future__ import annotations

import pytest

from browsercors.protections.integrity_policy import (
    process_an_integrity_policy,
    should_request_be_blocked_by_integrity_policy,
)
from browsercors.values.findings import Reason
from browsercors.values.headers import HeaderList
from browsercors.values.integrity_policy import IntegrityPolicy
from browsercors.values.requests import RequestMode
from tests.fetch.engine import API, PROFILES, Simulation, answer, parsed

BOTH = frozenset({"script", "style"})
SCRIPT = frozenset({"script"})
HASH = "sha256-YQ=="

HEADER_CASES = [
    # value                                                   policy
    ("blocked-destinations=(script)",                         IntegrityPolicy(SCRIPT)),
    ("blocked-destinations=(script style font)",              IntegrityPolicy(BOTH)),
    ("blocked-destinations=(script), sources=(inline)",       IntegrityPolicy(SCRIPT)),
    ("blocked-destinations=(script), sources=()",             IntegrityPolicy(SCRIPT, has_inline_source=False)),
    ("blocked-destinations=(script), sources=(other)",        IntegrityPolicy(SCRIPT, has_inline_source=False)),
    ("blocked-destinations=(script), endpoints=(a b)",        IntegrityPolicy(SCRIPT, endpoints=("a", "b"))),
    ("blocked-destinations=script",                           IntegrityPolicy()),
    ('blocked-destinations=("script")',                       IntegrityPolicy()),
    ("endpoints=(a)",                                         IntegrityPolicy(endpoints=("a",))),
    ("",                                                      IntegrityPolicy()),
    ("blocked-destinations=(script",                          None),
    ("Blocked-Destinations=(script)",                         None),
]  # fmt: skip


@pytest.mark.parametrize(("value", "expected"), HEADER_CASES)
def test_the_header_is_a_dictionary_of_lists_of_tokens(value: str, expected: IntegrityPolicy | None) -> None:
    headers = HeaderList([(b"Integrity-Policy", value.encode())])

    assert expected == process_an_integrity_policy(headers)
    assert process_an_integrity_policy(headers, b"integrity-policy-report-only") is None


BLOCKED_CASES = [
    # destination, mode, integrity, policy, supported by the browser, blocked?
    ("script", "no-cors", "", IntegrityPolicy(SCRIPT), BOTH, True),
    ("script", "no-cors", HASH, IntegrityPolicy(SCRIPT), BOTH, True),
    ("script", "cors", "", IntegrityPolicy(SCRIPT), BOTH, True),
    ("script", "cors", "nonsense", IntegrityPolicy(SCRIPT), BOTH, True),
    ("script", "cors", HASH, IntegrityPolicy(SCRIPT), BOTH, False),
    ("script", "same-origin", HASH, IntegrityPolicy(SCRIPT), BOTH, False),
    ("style", "no-cors", "", IntegrityPolicy(SCRIPT), BOTH, False),
    ("style", "no-cors", "", IntegrityPolicy(BOTH), BOTH, True),
    ("style", "no-cors", "", IntegrityPolicy(BOTH), SCRIPT, False),
    ("script", "no-cors", "", IntegrityPolicy(BOTH), frozenset(), False),
    ("script", "no-cors", "", IntegrityPolicy(SCRIPT, has_inline_source=False), BOTH, False),
    ("", "cors", "", IntegrityPolicy(BOTH), BOTH, False),
]


@pytest.mark.parametrize(("destination", "mode", "integrity", "policy", "supported", "expected"), BLOCKED_CASES)
def test_what_is_not_pinned_is_blocked(
    destination: str, mode: str, integrity: str, policy: IntegrityPolicy, supported: frozenset[str], expected: bool
) -> None:
    request = Simulation().fetch(f"{API}/x", answer()).request
    request.destination, request.mode, request.integrity_metadata = destination, RequestMode(mode), integrity
    finding = should_request_be_blocked_by_integrity_policy(request, policy, supported)

    assert expected == (finding is not None)
    if finding is not None:
        assert Reason.INTEGRITY_POLICY is finding.reason


@pytest.mark.parametrize("url", ["data:text/javascript,1", "blob:https://app.example/x"])
def test_what_the_page_has_itself_is_not_blocked(url: str) -> None:
    request = Simulation().fetch(f"{API}/x", answer()).request
    request.destination, request.url_list = "script", [parsed(url)]

    assert should_request_be_blocked_by_integrity_policy(request, IntegrityPolicy(BOTH), BOTH) is None


def test_browsers_take_it_for_scripts_only() -> None:
    assert [BOTH, SCRIPT, SCRIPT, SCRIPT] == [profile.elements.integrity_policy for profile in PROFILES]
