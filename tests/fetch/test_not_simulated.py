"""
What a real browser would remember and this one does not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.fetch.engine import API, APP, Simulation, answer

if TYPE_CHECKING:
    from browsercors.values.wire import HTTPResponse

CACHE, STRICT, LOCAL = "HTTP cache", "HTTP Strict Transport Security", "Local Network Access check"

NOTICE_CASES = [
    # URL, the first answer                                         the second request: URL, options; what is noticed
    (f"{APP}/x", answer(), f"{APP}/x", {}, []),
    (f"{APP}/x", answer("Cache-Control: max-age=60"), f"{APP}/x", {}, [CACHE]),
    (f"{APP}/x", answer("Cache-Control: max-age=60"), f"{APP}/x#part", {}, [CACHE]),
    (f"{APP}/x", answer("Cache-Control: max-age=60"), f"{APP}/y", {}, []),
    (f"{APP}/x", answer("Cache-Control: max-age=60"), f"{APP}/x", {"cache": "no-store"}, []),
    (f"{APP}/x", answer("Cache-Control: max-age=60"), f"{APP}/x", {"method": "POST"}, []),
    (f"{APP}/x", answer("Cache-Control: max-age=0"), f"{APP}/x", {}, []),
    (f"{APP}/x", answer("ETag: x"), f"{APP}/x", {}, [CACHE]),
    (f"{APP}/x", answer("ETag: x", "Cache-Control: no-store"), f"{APP}/x", {}, []),
    (f"{APP}/x", answer("ETag: x", status=500), f"{APP}/x", {}, []),
    (f"{API}/x", answer("Strict-Transport-Security: max-age=60"), "http://api.example/", {}, [STRICT]),
    ("http://api.example/", answer("Strict-Transport-Security: max-age=60"), "http://api.example/", {}, []),
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

    assert expected == [f.algorithm.name for f in findings if f.algorithm.name in {CACHE, STRICT, LOCAL}]
