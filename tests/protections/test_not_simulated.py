"""
What a real browser would do and this one does not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.fetch.engine import API, Simulation, answer

if TYPE_CHECKING:
    from browsercors.values.wire import HTTPResponse

LOCAL = "Local Network Access check"

NOTICE_CASES: list[tuple[str, HTTPResponse, str, dict[str, Any], list[str]]] = [
    # URL, the first answer                                   the second request: URL, options; what is noticed
    (f"{API}/x", answer("Content-Type: text/plain"), "http://localhost:8000/", {}, [LOCAL]),
    (f"{API}/x", answer(), "http://192.168.0.1/", {}, [LOCAL]),
    (f"{API}/x", answer(), "http://8.8.8.8/", {}, []),
    (f"{API}/x", answer(), "http://[::1]/", {}, [LOCAL]),
]


@pytest.mark.parametrize(("url", "first", "second_url", "options", "expected"), NOTICE_CASES)
def test_what_a_real_browser_might_do_instead_is_noted(
    url: str, first: HTTPResponse, second_url: str, options: dict[str, Any], expected: list[str]
) -> None:
    page = Simulation()
    page.fetch(url, first)
    findings = page.fetch(second_url, answer(), **options).params.findings

    assert expected == [f.algorithm.name for f in findings if f.algorithm.name == LOCAL]
