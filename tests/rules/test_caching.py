"""
The choices of caches: what the two of the standard have in common, and what a 304 leaves as it is.
"""

from __future__ import annotations

import attrs
import pytest

from browsercors.rules.caching import BODY_HEADERS, PRIVATE_CACHE, SHARED_CACHE

BODY_HEADER_CASES = [
    # name                           header                     describes the stored body
    ("its length",                   b"content-length",         True),
    ("its type",                     b"content-type",           True),
    ("its coding",                   b"content-encoding",       True),
    ("its range",                    b"content-range",          True),
    ("its language is updated",      b"content-language",       False),
    ("a validator is updated",       b"etag",                   False),
    ("only whole names match",       b"content-type-options",   False),
]  # fmt: skip


@pytest.mark.parametrize(
    ("header", "expected"), [row[1:] for row in BODY_HEADER_CASES], ids=[row[0] for row in BODY_HEADER_CASES]
)
def test_headers_that_describe_the_stored_body_stay(header: bytes, expected: bool) -> None:
    assert expected is (BODY_HEADERS.fullmatch(header) is not None)


def test_the_standard_s_two_caches_differ_in_nothing_but_their_users() -> None:
    assert attrs.evolve(PRIVATE_CACHE, is_shared=True) == SHARED_CACHE
    assert PRIVATE_CACHE != SHARED_CACHE
