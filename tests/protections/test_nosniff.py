"""
`X-Content-Type-Options: nosniff`.
"""

from __future__ import annotations

import pytest

from browsercors.protections.nosniff import determine_nosniff, should_response_to_request_be_blocked_due_to_nosniff
from browsercors.values.findings import Reason
from browsercors.values.headers import HeaderList

NAME = b"X-Content-Type-Options"

NOSNIFF_CASES = [
    # values                 nosniff?
    ([],                     False),
    (["nosniff"],            True),
    (["NoSniff"],            True),
    ([" nosniff "],          True),
    (["nosniff, nosniff"],   True),
    (["nosniff,other"],      True),
    (["other, nosniff"],     False),
    (["nosniff", "other"],   True),
    (["", "nosniff"],        False),
    ([""],                   False),
    (["no sniff"],           False),
    (['"nosniff"'],          False),
    (["nosniff; x"],         False),
]  # fmt: skip


@pytest.mark.parametrize(("values", "expected"), NOSNIFF_CASES)
def test_the_first_value_counts(values: list[str], expected: bool) -> None:
    assert expected == determine_nosniff(HeaderList((NAME, value.encode()) for value in values))


BLOCKED_CASES = [
    # destination     Content-Type               step  blocked?
    ("script",        "text/javascript",         "6",  False),
    ("script",        "application/ecmascript",  "6",  False),
    ("script",        "text/plain",              "4",  True),
    ("script",        "application/json",        "4",  True),
    ("script",        None,                      "4",  True),
    ("script",        "nonsense",                "4",  True),
    ("worker",        "text/html",               "4",  True),
    ("style",         "text/css; charset=utf-8", "6",  False),
    ("style",         "text/plain",              "5",  True),
    ("style",         None,                      "5",  True),
    ("image",         "text/html",               "6",  False),
    ("font",          None,                      "6",  False),
    ("json",          "text/html",               "6",  False),
    ("",              "text/html",               "6",  False),
]  # fmt: skip


@pytest.mark.parametrize(("destination", "content_type", "step", "is_blocked"), BLOCKED_CASES)
def test_scripts_and_stylesheets_need_their_type(
    destination: str, content_type: str | None, step: str, is_blocked: bool
) -> None:
    typed = [] if content_type is None else [(b"Content-Type", content_type.encode())]
    finding = should_response_to_request_be_blocked_due_to_nosniff(
        destination, HeaderList([*typed, (NAME, b"nosniff")])
    )
    without = should_response_to_request_be_blocked_due_to_nosniff(destination, HeaderList(typed))

    assert (step, is_blocked) == (finding.step, not finding.ok)
    assert (Reason.NOSNIFF if is_blocked else None) is finding.reason
    assert ("1", True) == (without.step, without.ok)
