"""
What a real browser would remember and this one does not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.fetch.engine import API, Simulation, answer

if TYPE_CHECKING:
    from browsercors.values.wire import HTTPResponse

STRICT = "HTTP Strict Transport Security"

NOTICE_CASES: list[tuple[str, HTTPResponse, str, dict[str, Any], list[str]]] = [
    # URL, the first answer                                   the second request: URL, options; what is noticed
    (f"{API}/x", answer("Strict-Transport-Security: max-age=60"), "http://api.example/", {}, [STRICT]),
    ("http://api.example/", answer("Strict-Transport-Security: max-age=60"), "http://api.example/", {}, []),
    (f"{API}/x", answer("Content-Type: text/plain"), "http://api.example/", {}, []),
]


@pytest.mark.parametrize(("url", "first", "second_url", "options", "expected"), NOTICE_CASES)
def test_what_a_real_browser_might_do_instead_is_noted(
    url: str, first: HTTPResponse, second_url: str, options: dict[str, Any], expected: list[str]
) -> None:
    page = Simulation()
    page.fetch(url, first)
    findings = page.fetch(second_url, answer(), **options).params.findings

    assert expected == [f.algorithm.name for f in findings if f.algorithm.name == STRICT]
