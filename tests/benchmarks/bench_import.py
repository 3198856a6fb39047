"""
What an import costs, in processor time of a new interpreter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.benchmarks.measure import cpu_milliseconds

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture


@pytest.mark.benchmark(group="import")
@pytest.mark.parametrize(
    "statement", ["pass", "import attrs, ada_url", "import browsercors", "from browsercors import Browser"]
)
def test_import(benchmark: BenchmarkFixture, statement: str) -> None:
    measured = benchmark.pedantic(cpu_milliseconds, args=(statement,), kwargs={"runs": 3}, rounds=1)  # type: ignore[no-untyped-call]  # pytest-benchmark
    benchmark.extra_info["CPU ms"] = measured
