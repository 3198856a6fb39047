"""
What records have in common does what attrs would have written for each.
"""

from __future__ import annotations

import attrs
import pytest

from browsercors import CHROMIUM, FIREFOX, STANDARD
from browsercors.values.records import Record, Rules


@attrs.frozen(repr=False)
class Shown(Record):
    a: int
    b: str = attrs.field(default="x", repr=False)
    c: bytes = b"y"


@attrs.frozen(eq=False, repr=False)
class Limits(Rules):
    most: int = 1
    least: int = 0
    note: str = attrs.field(default="", eq=False)


@attrs.frozen(eq=False, repr=False)
class OtherLimits(Rules):
    most: int = 1
    least: int = 0
    note: str = attrs.field(default="", eq=False)


def test_a_record_shows_its_fields_but_those_that_are_not_to_be_shown() -> None:
    assert "Shown(a=1, c=b'y')" == repr(Shown(1))


EQUAL_CASES = [
    # name                           one             other               equal
    ("the same fields",              Limits(2),      Limits(2),          True),
    ("another field",                Limits(2),      Limits(2, 1),       False),
    ("a field that does not count",  Limits(),       Limits(note="n"),   True),
    ("another class",                Limits(),       OtherLimits(),      False),
    ("no record",                    Limits(),       (1, 0),             False),
]  # fmt: skip


@pytest.mark.parametrize(
    ("one", "other", "equal"), [row[1:] for row in EQUAL_CASES], ids=[row[0] for row in EQUAL_CASES]
)
def test_rules_are_equal_by_their_fields(one: object, other: object, equal: bool) -> None:
    assert equal is (one == other)
    assert not equal or hash(one) == hash(other)


def test_profiles_are_values() -> None:
    assert CHROMIUM.evolve() == CHROMIUM
    assert CHROMIUM not in (FIREFOX, STANDARD)
    assert CHROMIUM.evolve(name="mine") != CHROMIUM
