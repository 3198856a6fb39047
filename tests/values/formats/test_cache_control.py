"""
`Cache-Control`: its directives, and the seconds that they give.
"""

from __future__ import annotations

import pytest

from browsercors.values.formats.cache_control import GREATEST_DELTA, delta_seconds, directives_of
from browsercors.values.headers import HeaderList

DIRECTIVE_CASES: list[tuple[tuple[str, ...], dict[str, str | None]]] = [
    ((), {}),
    (("Cache-Control: max-age=60",), {"max-age": "60"}),
    (("Cache-Control: no-store, MAX-AGE=60",), {"no-store": None, "max-age": "60"}),
    (("Cache-Control: no-store", "cache-control: private"), {"no-store": None, "private": None}),
    (("Cache-Control: max-age=1, max-age=2",), {"max-age": "1"}),
    (('Cache-Control: private="set-cookie, x-a", max-age="60"',), {"private": "set-cookie, x-a", "max-age": "60"}),
    (("Cache-Control:  max-age = 60 ,, ",), {"max-age": "60"}),
    (("Cache-Control: ",), {}),
]


def parsed(line: str) -> tuple[bytes, bytes]:
    name, _, value = line.encode().partition(b":")
    return name, value.strip()


@pytest.mark.parametrize(("lines", "expected"), DIRECTIVE_CASES)
def test_directives_have_names_without_case_and_perhaps_an_argument(
    lines: tuple[str, ...], expected: dict[str, str | None]
) -> None:
    assert expected == directives_of(HeaderList(parsed(line) for line in lines))


DELTA_CASES = [
    # argument          seconds
    (None, 0),
    ("", 0),
    ("0", 0),
    ("600", 600),
    ("0600", 600),
    ("0" * 30 + "600", 600),
    ("0" * 30, 0),
    ("2147483647", 2**31 - 1),
    ("2147483649", GREATEST_DELTA),
    ("9" * 11, GREATEST_DELTA),
    ("9" * 1_000_000, GREATEST_DELTA),
    ("-1", 0),
    ("+600", 0),
    ("600.5", 0),
    ("600 ", 0),
    ("\u0663", 0),
    ("\xb2", 0),
]


@pytest.mark.parametrize(("argument", "expected"), DELTA_CASES, ids=lambda value: repr(value)[:40])
def test_delta_seconds_are_digits_up_to_2_to_the_31(argument: str | None, expected: int) -> None:
    assert expected == delta_seconds(argument)
