"""
How time grows with what a hostile server sends.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.benchmarks.hostile import HOPS, HOSTILE_HEADERS, SIZES, fetch_of_hostile_headers, fetch_of_redirects

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture


@pytest.mark.benchmark(group="header bytes")
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", HOSTILE_HEADERS)
def test_preflighted_fetch_with_hostile_headers(benchmark: BenchmarkFixture, name: str, size: int) -> None:
    benchmark.pedantic(fetch_of_hostile_headers(name, size), rounds=3, warmup_rounds=1)  # type: ignore[no-untyped-call]  # pytest-benchmark


@pytest.mark.benchmark(group="redirect hops")
@pytest.mark.parametrize("hops", HOPS)
def test_fetch_with_redirects(benchmark: BenchmarkFixture, hops: int) -> None:
    assert benchmark(fetch_of_redirects(hops)).readable
