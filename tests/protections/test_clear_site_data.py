"""
What a response asks the browser to forget.
"""

from __future__ import annotations

import pytest

from browsercors.protections.clear_site_data import parse_clear_site_data
from tests.fetch.engine import header_list

TYPE_CASES = [
    # header lines                               what they name
    (('"cookies"',), {"cookies"}),
    (('"cache", "cookies"',), {"cache", "cookies"}),
    (('"cache"', '"storage"'), {"cache", "storage"}),
    (('"*"',), {"cache", "cookies", "storage"}),
    (('"unknown", "cookies",',), {"cookies"}),
    (('"executionContexts", "clientHints"',), set()),
    (("cookies",), set()),
    (("'cookies'",), set()),
    (('"Cookies"',), set()),
    (("*",), set()),
    (('"cookies" "cache"',), set()),
    (('"cookies";x=1',), set()),
    (("",), set()),
]


@pytest.mark.parametrize(("values", "expected"), TYPE_CASES)
def test_the_types_of_a_response(values: tuple[str, ...], expected: set[str]) -> None:
    headers = header_list(*(f"Clear-Site-Data: {value}" for value in values))

    assert expected == {data.value for data in parse_clear_site_data(headers)}
