"""
Bad ports.
"""

from __future__ import annotations

import pytest

from browsercors.protections.bad_port import BAD_PORTS, is_bad_port
from browsercors.values.urls import parse_url


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("http://example.com/", False),
        ("https://example.com/", False),
        ("http://example.com:8000/", False),
        ("http://example.com:0/", True),
        ("http://example.com:25/", True),
        ("https://example.com:6667/", True),
        ("http://example.com:443/", False),
        ("https://example.com:80/", False),
        ("https://example.com:10080/", True),
        ("ws://example.com:25/", False),
        ("data:,", False),
    ],
)
def test_http_urls_with_a_port_of_another_service_are_bad(text: str, expected: bool) -> None:
    url = parse_url(text)

    assert url is not None
    assert expected == is_bad_port(url)


def test_the_table_is_that_of_the_standard() -> None:
    assert len(BAD_PORTS) == 83
    assert list(BAD_PORTS) == sorted(BAD_PORTS)
    assert sum(BAD_PORTS) == 115_595
    assert BAD_PORTS[22] == "ssh"
    assert BAD_PORTS[0] == ""
