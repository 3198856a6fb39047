"""
How servers ask who is there.
"""

from __future__ import annotations

import pytest
from hypothesis import example, given, strategies as st

from browsercors.values.formats.challenges import Challenge, parse_challenge, parse_challenges

BASIC = Challenge(b"basic", {b"realm": b"x"})
BEARER = Challenge(b"bearer", {b"realm": b"y"})

CASES: tuple[tuple[str, list[bytes], list[Challenge]], ...] = (
    ("one", [b'Basic realm="x"'], [BASIC]),
    ("in any case, without quotes", [b"bAsIc REALM=x"], [BASIC]),
    ("blanks around the sign", [b'Basic realm = "x"'], [BASIC]),
    ("without parameters", [b"Negotiate"], [Challenge(b"negotiate", {})]),
    ("two without parameters", [b"Negotiate, NTLM"], [Challenge(b"negotiate", {}), Challenge(b"ntlm", {})]),
    ("two in a line", [b'Bearer realm="y", Basic realm="x"'], [BEARER, BASIC]),
    ("two lines", [b'Bearer realm="y"', b'Basic realm="x"'], [BEARER, BASIC]),
    ("empty elements", [b' , Basic realm="x" , ,'], [BASIC]),
    ("a comma in quotes", [b'Basic realm="a, b"'], [Challenge(b"basic", {b"realm": b"a, b"})]),
    ("an escaped quote", [rb'Basic realm="a\"b"'], [Challenge(b"basic", {b"realm": b'a"b'})]),
    ("no quote at the end", [b'Basic realm="x'], [BASIC]),
    ("the first of two realms", [b'Basic realm="x", realm="y"'], [BASIC]),
    ("several parameters", [b"Digest realm=x, nonce=n"], [Challenge(b"digest", {b"realm": b"x", b"nonce": b"n"})]),
    ("nothing", [b"", b" ,"], []),
    ("parameters of nothing", [b'realm="x"'], []),
)


@pytest.mark.parametrize(("values", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_challenges_are_read_as_a_list(values: list[bytes], expected: list[Challenge]) -> None:
    assert expected == parse_challenges(values)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(b'Basic realm="x"', BASIC, id="the same as in a list"),
        pytest.param(b'Bearer realm="y", Basic realm="x"', BEARER, id="what follows a comma is no challenge"),
        pytest.param(b', Basic realm="x"', None, id="a comma is no scheme"),
        pytest.param(b"", None, id="nothing"),
    ],
)
def test_a_line_can_be_taken_for_one_challenge(value: bytes, expected: Challenge | None) -> None:
    assert expected == parse_challenge(value)


def test_a_realm_that_is_not_said_is_empty() -> None:
    assert [b"", b"x"] == [challenge.realm for challenge in parse_challenges([b"Basic", b"Basic realm=x"])]


@given(st.lists(st.text(alphabet='Basic realm="\\,; \xe9\0', max_size=30).map(lambda text: text.encode("latin-1"))))
@example([b'"', b"\\"])
def test_no_header_is_too_odd(values: list[bytes]) -> None:
    assert all(challenge.scheme == challenge.scheme.lower() for challenge in parse_challenges(values))
    assert all(parse_challenge(value) is None or value for value in values)
