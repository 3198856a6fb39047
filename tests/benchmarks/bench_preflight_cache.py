"""
A preflight cache with a thousand and with a million URLs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.benchmarks.cache import FEW, MANY, bytes_per_url, filled_browser

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture


@pytest.mark.benchmark(group="preflight cache")
@pytest.mark.parametrize("count", [FEW, MANY])
def test_fetch_with_so_many_urls_remembered(benchmark: BenchmarkFixture, count: int) -> None:
    browser, fetch = filled_browser(count)
    result = benchmark(fetch)

    assert count == len(browser.preflight_cache)
    assert result.readable
    assert not result.preflighted


def test_bytes_of_a_remembered_url(benchmark: BenchmarkFixture) -> None:
    measured = benchmark.pedantic(bytes_per_url, args=(100_000,), rounds=1)  # type: ignore[no-untyped-call]  # pytest-benchmark
    benchmark.extra_info["bytes per URL"] = measured

    assert measured <= 1000
