"""
What is known of a failed fetch, from the state in which it ended.
"""

from __future__ import annotations

import pytest

from browsercors.rules.failures import FailedFetch
from browsercors.values.requests import ResponseTainting

CROSS_ORIGIN_CASES = [
    # name                         tainting                    cross-origin
    ("the page's own origin",      ResponseTainting.BASIC,     False),
    ("under CORS",                 ResponseTainting.CORS,      True),
    ("without CORS",               ResponseTainting.OPAQUE,    True),
]  # fmt: skip


@pytest.mark.parametrize(
    ("tainting", "expected"), [row[1:] for row in CROSS_ORIGIN_CASES], ids=[row[0] for row in CROSS_ORIGIN_CASES]
)
def test_it_is_cross_origin_by_its_response_tainting(tainting: ResponseTainting, expected: bool) -> None:
    assert expected is FailedFetch(tainting=tainting).is_cross_origin


REDIRECT_CASES = [
    # name                          failed                                           at a redirect
    ("no response",                 FailedFetch(),                                   False),
    ("an ordinary response",        FailedFetch(status=200),                         False),
    ("a redirect status",           FailedFetch(status=307),                         True),
    ("300, which redirects nobody", FailedFetch(status=300),                         False),
    ("304, which redirects nobody", FailedFetch(status=304),                         False),
    ("a redirected preflight",      FailedFetch(status=307, during_preflight=True),  False),
]  # fmt: skip


@pytest.mark.parametrize(
    ("failed", "expected"), [row[1:] for row in REDIRECT_CASES], ids=[row[0] for row in REDIRECT_CASES]
)
def test_it_is_at_a_redirect_by_the_status_of_the_request_itself(failed: FailedFetch, expected: bool) -> None:
    assert expected is failed.is_at_redirect
