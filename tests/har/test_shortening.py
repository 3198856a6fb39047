"""
Long strings are cut, wherever the blocks end, and nothing else changes.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, strategies as st

from browsercors.har import shortening
from browsercors.har.shortening import DEEPEST, Shortener, TooDeep

JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


def shortened(data: bytes, size: int) -> bytes:
    shortener = Shortener()
    return b"".join(shortener.feed(data[at : at + size]) for at in range(0, len(data), size)) + shortener.finish()


@given(value=JSON, ascii_only=st.booleans(), size=st.integers(1, 20))
def test_what_is_short_stays_as_it_is(value: Any, ascii_only: bool, size: int) -> None:
    data = json.dumps(value, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")

    assert data == shortened(data, size)


@given(data=st.binary(), size=st.integers(1, 20))
def test_what_is_no_json_stays_as_it_is_for_the_parser_to_complain(data: bytes, size: int) -> None:
    assert data == shortened(data, size)


def test_bytes_that_begin_no_character_are_passed_on_with_what_is_around_them() -> None:
    data = b'["ab\x80' + b"c" * 50 + b"\\uzzzz" + b"d" * 50 + b'"]'

    assert data == shortened(data, len(data))


UNITS = ["a", "é", "€", "😀", "\\", '"', "\n", "\u2028", "\ud83d"]


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("size", [1, 7, 100, 1000])
@pytest.mark.parametrize("ascii_only", [True, False])
def test_a_long_string_is_cut_between_characters(
    unit: str, size: int, ascii_only: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shortening, "LONGEST_STRING", 1000)
    long = unit * 5000
    data = json.dumps({"before": 1, "long": long, "after": ["é"]}, ensure_ascii=ascii_only)

    found = json.loads(shortened(data.encode("utf-8", "surrogatepass"), size).decode("utf-8", "surrogatepass"))

    assert {"before": 1, "long": found["long"], "after": ["é"]} == found
    assert long.startswith(found["long"])
    assert len(found["long"].encode("utf-8", "surrogatepass")) <= 1000 + 2 * size


@pytest.mark.parametrize("size", [1, 1000, 100_000])
def test_what_is_nested_too_deeply_ends_the_reading(size: int) -> None:
    allowed = b"[" * DEEPEST + b'"[[["' + b"]" * DEEPEST

    assert allowed == shortened(allowed, size)
    with pytest.raises(TooDeep, match="more than 200 deep"):
        shortened(b"[" + allowed + b"]", size)


def test_it_counts_arrays_and_objects_but_not_those_in_strings() -> None:
    shortener = Shortener()
    shortener.feed(b'[{"a": "[[[{{{", "b": []}')

    assert 3 == shortener.opened
