"""
Requests are ones that a page can make, and their headers are of the kind that was asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import given, settings, strategies as st

from browsercors import Answer, Browser, ScriptedServer, classify
from browsercors.strategies import fetches, methods, request_headers
from tests.strategies.finding import found

if TYPE_CHECKING:
    from browsercors.policy.steps import Fetch
    from browsercors.values.literals import BrowserName

APP: Final = "https://app.example.com"
API: Final = "https://api.example.com/"
BROWSERS: Final = ("standard", "chromium", "firefox", "webkit")

Pairs = tuple[tuple[str, str], ...]


def unsafe_names(headers: Pairs, browser: BrowserName = "standard") -> list[str]:
    found = classify("GET", headers, url=API, origin=APP, browser=browser).unsafe_headers
    return [header.name.decode("latin-1").lower() for header in found]


@settings(deadline=None)
@given(methods(safelisted=True))
def test_a_safelisted_method_needs_no_preflight(method: str) -> None:
    assert not classify(method, url=API, origin=APP).preflighted


@settings(deadline=None)
@given(methods(safelisted=False))
def test_an_unsafe_method_needs_one(method: str) -> None:
    assert classify(method, url=API, origin=APP).unsafe_method is not None


@settings(deadline=None)
@given(request_headers(kinds=["safelisted"]), st.sampled_from(("standard", "chromium")))
def test_safelisted_headers_need_no_preflight(headers: Pairs, browser: BrowserName) -> None:
    assert [] == unsafe_names(headers, browser)


@settings(deadline=None)
@given(request_headers(kinds=["unsafe"], names=st.just("X-Token"), max_size=5))
def test_each_unsafe_header_needs_one(headers: Pairs) -> None:
    assert sorted(name.lower() for name, _ in headers) == sorted(unsafe_names(headers))


@pytest.mark.parametrize("length", [128, 129])
@pytest.mark.parametrize("name", ["Accept", "Accept-Language", "Content-Type"])
def test_values_of_128_and_129_bytes_are_drawn(name: str, length: int) -> None:
    headers = found(
        request_headers(kinds=["boundary"], max_size=1),
        lambda headers: len(headers) == 1 and headers[0][0] == name and len(headers[0][1]) == length,
    )

    assert (length == 129) == bool(unsafe_names(headers))


@pytest.mark.parametrize(("total", "unsafe"), [(1024, False), (1025, True)])
def test_values_of_1024_and_1025_bytes_in_sum_are_drawn(total: int, unsafe: bool) -> None:
    headers = found(
        request_headers(kinds=["boundary"], max_size=1),
        lambda headers: sum(len(value) for _, value in headers) == total,
    )

    assert unsafe == bool(unsafe_names(headers))


@settings(deadline=None)
@given(fetches(modes=["cors", "no-cors", "same-origin"]), st.sampled_from(BROWSERS))
def test_a_page_can_make_every_fetch(fetch: Fetch, browser: BrowserName) -> None:
    with Browser(browser) as simulated:
        simulated.mount(API, ScriptedServer(default=Answer()))

        assert fetch.run(simulated.open(APP)).browser_name == browser


@settings(deadline=None)
@given(fetches(modes=["no-cors"]))
def test_the_default_methods_go_with_the_mode(fetch: Fetch) -> None:
    assert fetch.method.upper() in {"GET", "HEAD", "POST"}


@pytest.mark.parametrize("mode", ["cors", "no-cors", "same-origin"])
@pytest.mark.parametrize("credentials", ["same-origin", "include", "omit"])
def test_every_mode_is_drawn(mode: str, credentials: str) -> None:
    fetch = found(
        fetches(modes=["cors", "no-cors", "same-origin"]),
        lambda fetch: (fetch.mode, fetch.credentials) == (mode, credentials),
    )

    assert API == fetch.url
