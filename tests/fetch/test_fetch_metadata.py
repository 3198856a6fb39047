"""
`Sec-Fetch-Site`.
"""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from browsercors.fetch.fetch_metadata import sec_fetch_site
from browsercors.values.headers import HeaderList
from browsercors.values.requests import Request
from tests.fetch.engine import API, APP, OTHER, SITES, SUB, make_environment, parsed


def site_of(urls: list[str], *, page: str = APP, opaque: bool = False) -> str:
    environment = make_environment(page, opaque=opaque)
    request = Request(b"GET", [parsed(url) for url in urls], HeaderList(), environment, environment.origin)
    return sec_fetch_site(request, SITES).decode()


SITE_CASES = [
    # page                   URLs of the chain           site
    (APP, [APP], "same-origin"),
    (APP, ["https://app.example:443/x"], "same-origin"),
    (APP, [SUB], "same-site"),
    (APP, ["https://app.example:8443/"], "same-site"),
    (APP, ["http://app.example/"], "cross-site"),
    (APP, [API], "cross-site"),
    (APP, [APP, SUB], "same-site"),
    (APP, [SUB, APP], "same-site"),
    (APP, [API, APP], "cross-site"),
    (APP, [SUB, API, APP], "cross-site"),
    (APP, [APP, APP], "same-origin"),
    ("http://localhost:8000", ["http://localhost:9000"], "same-site"),
    ("http://a.localhost", ["http://b.localhost"], "cross-site"),
    ("http://127.0.0.1", ["http://127.0.0.1:1"], "same-site"),
    ("http://127.0.0.1", ["http://127.0.0.2"], "cross-site"),
]


@pytest.mark.parametrize(("page", "urls", "expected"), SITE_CASES)
def test_the_furthest_url_of_the_chain_counts(page: str, urls: list[str], expected: str) -> None:
    assert expected == site_of(urls, page=page)


def test_a_page_of_opaque_origin_is_far_from_everything() -> None:
    assert site_of([APP], opaque=True) == "cross-site"


DISTANCES = ["same-origin", "same-site", "cross-site"]


@given(st.lists(st.sampled_from([APP, SUB, API, OTHER]), min_size=1, max_size=5), st.integers(0, 4))
def test_a_longer_chain_is_never_nearer(urls: list[str], cut: int) -> None:
    beginning = urls[: cut + 1]

    assert DISTANCES.index(site_of(beginning)) <= DISTANCES.index(site_of(urls))
