"""
Findings, reasons and blocks.
"""

from __future__ import annotations

import pytest

from browsercors.fetch.findings import Algorithm, Block, Outcome, Reason
from tests.fetch.engine import PROFILES

RULE = Algorithm("a rule", "https://example.com/#rule")


def test_an_algorithm_records_how_its_application_ended() -> None:
    passed = RULE.passed("1", a=b"x")
    failed = RULE.failed("2.1", Reason.BAD_PORT, port=25)
    noted = RULE.noted("3")

    assert (passed.algorithm, passed.step, passed.outcome, passed.reason) == (RULE, "1", Outcome.PASSED, None)
    assert (failed.step, failed.outcome, failed.reason) == ("2.1", Outcome.FAILED, Reason.BAD_PORT)
    assert (noted.step, noted.outcome, noted.reason) == ("3", Outcome.NOTED, None)
    assert [passed.evidence, failed.evidence, noted.evidence] == [{"a": b"x"}, {"port": 25}, {}]
    assert [passed.ok, failed.ok, noted.ok] == [True, False, True]
    assert repr(RULE) == "<Algorithm a rule>"


CORS_REASONS = {
    "allow-origin-missing",
    "allow-origin-wildcard-with-credentials",
    "allow-origin-repeated",
    "allow-origin-list",
    "allow-origin-space-separated",
    "allow-origin-invalid",
    "allow-origin-mismatch",
    "allow-credentials-not-true",
    "preflight-redirected",
    "preflight-status-not-ok",
    "allow-methods-invalid",
    "allow-headers-invalid",
    "method-not-allowed",
    "header-not-allowed",
    "redirect-with-credentials",
}


def test_the_reasons_of_cors_are_those_that_a_server_s_cors_headers_could_change() -> None:
    assert {reason.value for reason in Reason if reason.is_cors} == CORS_REASONS


@pytest.mark.parametrize("reason", Reason)
def test_a_reason_is_a_stable_code(reason: Reason) -> None:
    assert reason.value == reason.name.lower().replace("_", "-")


@pytest.mark.parametrize("reason", Reason)
def test_a_block_is_of_cors_if_its_reason_is(reason: Reason) -> None:
    block = Block(RULE.failed("1", reason), reason, during_preflight=False, identifiers={})

    assert block.is_cors == (reason.value in CORS_REASONS)


# What the browsers say, for some failures that all of them have a name for.
IDENTIFIER_CASES = [
    # reason                          preflight  Chromium                        Firefox                          WebKit
    ("allow-origin-missing", False, "MissingAllowOriginHeader", "CORSMissingAllowOrigin", "origin-not-allowed"),
    ("allow-origin-missing", True, "PreflightMissingAllowOriginHeader", "CORSMissingAllowOrigin", "origin-not-allowed"),
    (
        "allow-origin-list",
        False,
        "MultipleAllowOriginValues",
        "CORSAllowOriginNotMatchingOrigin",
        "more-than-one-origin",
    ),
    (
        "allow-origin-repeated",
        True,
        "PreflightMultipleAllowOriginValues",
        "CORSMultipleAllowOriginNotAllowed",
        "more-than-one-origin",
    ),
    (
        "allow-credentials-not-true",
        False,
        "InvalidAllowCredentials",
        "CORSMissingAllowCredentials",
        "credentials-not-allowed",
    ),
    ("preflight-redirected", True, "PreflightDisallowedRedirect", "CORSExternalRedirectNotAllowed", "preflight-status"),
    ("preflight-status-not-ok", True, "PreflightInvalidStatus", "CORSPreflightDidNotSucceed3", "preflight-status"),
    ("method-not-allowed", True, "MethodDisallowedByPreflightResponse", "CORSMethodNotFound", "method-not-allowed"),
    (
        "header-not-allowed",
        True,
        "HeaderDisallowedByPreflightResponse",
        "CORSMissingAllowHeaderFromPreflight2",
        "header-not-allowed",
    ),
    (
        "allow-headers-invalid",
        True,
        "InvalidAllowHeadersPreflightResponse",
        "CORSInvalidAllowHeader",
        "invalid-allow-headers",
    ),
    ("not-mounted", False, None, None, None),
]


@pytest.mark.parametrize(("reason", "during_preflight", "chromium", "firefox", "webkit"), IDENTIFIER_CASES)
def test_each_browser_has_its_own_name_for_a_failure(
    reason: str, during_preflight: bool, chromium: str | None, firefox: str | None, webkit: str | None
) -> None:
    finding = RULE.failed("1", Reason(reason))

    assert (None, chromium, firefox, webkit) == tuple(
        profile.identifier(finding, during_preflight) for profile in PROFILES
    )


@pytest.mark.parametrize("reason", [reason for reason in Reason if reason.is_cors])
def test_every_real_browser_has_a_name_for_every_failure_of_cors(reason: Reason) -> None:
    finding = RULE.failed("1", reason)
    names = {profile.name: profile.identifier(finding, True) for profile in PROFILES if profile.name != "standard"}

    # NB: Firefox says nothing of its own about credentials in a redirect's URL.
    unnamed = {"firefox"} if reason is Reason.REDIRECT_WITH_CREDENTIALS else set()
    assert unnamed == {name for name, identifier in names.items() if identifier is None}
