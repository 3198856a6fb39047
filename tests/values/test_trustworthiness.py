"""
Which URLs and origins are potentially trustworthy.
"""

from __future__ import annotations

import pytest

from browsercors.values.origins import Origin, tuple_origin
from browsercors.values.trustworthiness import (
    is_potentially_trustworthy_origin,
    is_potentially_trustworthy_url,
    is_url_trustworthy_by_scheme,
)
from browsercors.values.urls import parse_url

URL_CASES = [
    # URL, potentially trustworthy, trustworthy by its scheme
    ("about:blank", True, True),
    ("about:blank?a#b", True, True),
    ("about:srcdoc", True, True),
    ("about:config", False, False),
    ("data:text/plain,", True, True),
    ("https://example.com/", True, True),
    ("wss://example.com/", True, True),
    ("http://example.com/", False, False),
    ("ws://example.com/", False, False),
    ("http://127.0.0.1:8000/", True, False),
    ("http://127.255.0.9/", True, False),
    ("http://127.1/", True, False),
    ("http://128.0.0.1/", False, False),
    ("http://127.0.0.1.example/", False, False),
    ("http://[::1]/", True, False),
    ("http://[::2]/", False, False),
    ("http://[::ffff:127.0.0.1]/", False, False),
    ("ws://localhost/", True, False),
    ("http://LOCALHOST/", True, False),
    ("http://localhost./", True, False),
    ("http://a.b.localhost/", True, False),
    ("http://a.localhost./", True, False),
    ("http://notlocalhost/", False, False),
    ("http://localhost.example/", False, False),
    ("file:///etc/hosts", True, True),
    ("blob:https://example.com/1", True, True),
    ("blob:http://localhost/1", True, False),
    ("blob:http://example.com/1", False, False),
    ("unknown:x", False, False),
]


@pytest.mark.parametrize(("text", "expected", "by_scheme"), URL_CASES)
def test_a_url_is_trustworthy_by_its_scheme_or_because_it_is_on_this_machine(
    text: str, expected: bool, by_scheme: bool
) -> None:
    url = parse_url(text)

    assert url is not None
    assert expected == is_potentially_trustworthy_url(url)
    assert by_scheme == is_url_trustworthy_by_scheme(url)


@pytest.mark.parametrize(
    ("origin", "expected"),
    [
        (Origin(), False),
        (tuple_origin("https", "example.com", None), True),
        (tuple_origin("wss", "example.com", 8443), True),
        (tuple_origin("http", "127.0.0.1", 3000), True),
        (tuple_origin("http", "localhost", 3000), True),
        (tuple_origin("file", "", None), True),
        (tuple_origin("http", "example.com", None), False),
    ],
)
def test_an_origin_is_trustworthy_by_scheme_or_host(origin: Origin, expected: bool) -> None:
    assert expected == is_potentially_trustworthy_origin(origin)
