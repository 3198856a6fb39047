"""
The three fetches that test suites consist of, beside Werkzeug's test client and the bare calls.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import pytest

from tests.benchmarks.apps import asgi_app, bare_asgi_call, bare_wsgi_call, wsgi_app
from tests.benchmarks.scenarios import FETCHES, Loop, fetches, fresh_browser, werkzeug_get

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture

AWAITED_AT_ONCE = 50
"""So many fetches make one measurement, so that entering the loop does not count."""


@pytest.mark.benchmark(group="WSGI")
def test_bare_wsgi_call(benchmark: BenchmarkFixture) -> None:
    benchmark(bare_wsgi_call)


@pytest.mark.benchmark(group="WSGI")
def test_unit_werkzeug_test_client_get(benchmark: BenchmarkFixture) -> None:
    benchmark(werkzeug_get())


@pytest.mark.benchmark(group="WSGI")
@pytest.mark.parametrize("name", FETCHES)
def test_fetch_from_wsgi_under_browser(benchmark: BenchmarkFixture, name: str) -> None:
    browser, by_name = fetches(wsgi_app)
    with browser:
        assert benchmark(by_name[name]).readable


@pytest.mark.benchmark(group="WSGI")
def test_fresh_browser_and_simple_get(benchmark: BenchmarkFixture) -> None:
    assert benchmark(fresh_browser).readable


@pytest.mark.benchmark(group="ASGI, sync browser")
@pytest.mark.parametrize("name", FETCHES)
def test_fetch_from_asgi_under_browser(benchmark: BenchmarkFixture, name: str) -> None:
    browser, by_name = fetches(asgi_app)
    with browser:
        assert benchmark(by_name[name]).readable


@pytest.mark.benchmark(group=f"ASGI, async browser, {AWAITED_AT_ONCE} at once")
def test_bare_asgi_call(benchmark: BenchmarkFixture) -> None:
    loop = Loop()
    with contextlib.closing(loop):
        benchmark(loop.times, bare_asgi_call, AWAITED_AT_ONCE)


@pytest.mark.benchmark(group=f"ASGI, async browser, {AWAITED_AT_ONCE} at once")
@pytest.mark.parametrize("name", FETCHES)
def test_fetch_from_asgi_under_async_browser(benchmark: BenchmarkFixture, name: str) -> None:
    with contextlib.closing(Loop()) as loop, loop.async_fetches() as by_name:
        benchmark(loop.times, by_name[name], AWAITED_AT_ONCE)
