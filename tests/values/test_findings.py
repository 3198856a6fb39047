"""
Findings, reasons and blocks.
"""

from __future__ import annotations

import pytest

from browsercors.values.findings import Algorithm, Block, Outcome, Reason

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


def test_a_block_shows_itself_by_its_reason() -> None:
    finding = RULE.failed("1", Reason.BAD_PORT)

    assert repr(Block(finding, Reason.BAD_PORT, during_preflight=False, identifiers={})) == "<Block bad-port>"
