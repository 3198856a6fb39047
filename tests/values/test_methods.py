"""
Methods.
"""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from browsercors.values.methods import is_cors_safelisted_method, is_forbidden_method, normalize_method

METHOD_CASES = [
    # method      normalised   safelisted  forbidden
    (b"GET", b"GET", True, False),
    (b"HEAD", b"HEAD", True, False),
    (b"POST", b"POST", True, False),
    (b"get", b"GET", False, False),
    (b"hEad", b"HEAD", False, False),
    (b"delete", b"DELETE", False, False),
    (b"options", b"OPTIONS", False, False),
    (b"put", b"PUT", False, False),
    (b"patch", b"patch", False, False),
    (b"PATCH", b"PATCH", False, False),
    (b"query", b"query", False, False),
    (b"CONNECT", b"CONNECT", False, True),
    (b"trace", b"trace", False, True),
    (b"Track", b"Track", False, True),
    (b"tracker", b"tracker", False, False),
    (b"", b"", False, False),
]


@pytest.mark.parametrize(("method", "normalized", "safelisted", "forbidden"), METHOD_CASES)
def test_methods_are_compared_with_case_unless_they_are_normalised(
    method: bytes, normalized: bytes, safelisted: bool, forbidden: bool
) -> None:
    assert normalized == normalize_method(method)
    assert safelisted == is_cors_safelisted_method(method)
    assert forbidden == is_forbidden_method(method)


@given(st.binary(max_size=12))
def test_normalising_changes_nothing_but_case_and_happens_once(method: bytes) -> None:
    normalized = normalize_method(method)

    assert normalized.upper() == method.upper()
    assert normalize_method(normalized) == normalized
