"""
Origins.
"""

from __future__ import annotations

import attrs
import pytest
from hypothesis import given, strategies as st

from browsercors.values.origins import Origin, tuple_origin


@pytest.mark.parametrize(
    ("origin", "expected"),
    [
        (tuple_origin("https", "example.com", None), "https://example.com"),
        (tuple_origin("https", "example.com", 443), "https://example.com"),
        (tuple_origin("http", "example.com", 443), "http://example.com:443"),
        (tuple_origin("ws", "example.com", 80), "ws://example.com"),
        (tuple_origin("http", "[::1]", 8000), "http://[::1]:8000"),
        (tuple_origin("http", "example.com", 0), "http://example.com:0"),
        (Origin(), "null"),
    ],
)
def test_an_origin_is_serialised_without_its_default_port(origin: Origin, expected: str) -> None:
    assert expected == origin.serialized
    assert expected.encode() == origin.byte_serialized


def test_an_opaque_origin_is_the_same_as_itself_only() -> None:
    a, b = Origin(), Origin()

    assert a.is_opaque
    assert a == a
    assert a.same_origin(a)
    assert not a.same_origin(b)
    assert a != b
    assert len({a, b}) == 2
    assert repr(a) == "<Origin null (opaque)>"


ORIGINS = st.builds(
    tuple_origin,
    st.sampled_from(["http", "https"]),
    st.sampled_from(["a", "b"]),
    st.sampled_from([None, 80, 443, 8000]),
)


@given(ORIGINS, ORIGINS)
def test_two_tuple_origins_are_the_same_when_their_serialisations_are(a: Origin, b: Origin) -> None:
    assert (a.serialized == b.serialized) == a.same_origin(b)
    assert a.same_origin(b) == b.same_origin(a)
    assert a.same_origin(b) == (a == b)
    assert a != b or hash(a) == hash(b)
    assert not a.is_opaque


def test_an_origin_that_was_not_remembered_is_the_same_as_one_that_was() -> None:
    assert tuple_origin("https", "a", None) is tuple_origin("https", "a", None)
    assert tuple_origin("https", "a", None).same_origin(Origin("https", "a", None))
    assert not tuple_origin("https", "a", None).same_origin(Origin())
    assert tuple_origin("https", "a", None) != "https://a"
    assert repr(tuple_origin("https", "a", 1)) == "<Origin https://a:1>"


def test_an_origin_cannot_be_changed() -> None:
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        Origin().host = "x"  # type: ignore[misc]
