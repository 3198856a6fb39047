"""
JSON as JavaScript reads and writes it; what is expected is what V8 says.
"""

from __future__ import annotations

import json
import math
import sys
from json import JSONDecodeError
from typing import Any

import pytest
from hypothesis import given, strategies as st

from browsercors.values.formats.json_text import parse_json, stringify_json

DEEP = 100_000

NUMBER_CASES = [
    # Python                   JavaScript
    (0.0, "0"),
    (-0.0, "0"),
    (1.0, "1"),
    (-100.0, "-100"),
    (0.1, "0.1"),
    (12345.678, "12345.678"),
    (1e16, "10000000000000000"),
    (1.2345678901234568e20, "123456789012345680000"),
    (1e21, "1e+21"),
    (-1.5e300, "-1.5e+300"),
    (1e-6, "0.000001"),
    (1.5e-6, "0.0000015"),
    (1e-7, "1e-7"),
    (1.5e-7, "1.5e-7"),
    (5e-324, "5e-324"),
    (math.nan, "null"),
    (math.inf, "null"),
    (-math.inf, "null"),
    (7, "7"),
    (2**53 + 1, "9007199254740993"),
    (True, "true"),
]

TEXT_CASES: list[tuple[str, object, str]] = [
    # what                            value                      text
    ("null", None, "null"),
    ("letters beyond ASCII", "é\u2028", '"é\u2028"'),
    ("control characters", '\0\b\t\n\f\r\x1f"\\\x7f', '"\\u0000\\b\\t\\n\\f\\r\\u001f\\"\\\\\x7f"'),
    ("half a surrogate pair", "a\ud800", '"a\\ud800"'),
    ("the other half", ["\udfff!"], '["\\udfff!"]'),
    ("halves in the wrong order", "\udc00\ud800", '"\\udc00\\ud800"'),
    ("a surrogate pair", {"\ud83d\ude00": 1}, '{"😀":1}'),
    ("empty arrays and objects", [[], {}, ()], "[[],{},[]]"),
    ("members in their order", {"b": 1, "a": [2]}, '{"b":1,"a":[2]}'),
    ("the same object twice", [[same := [1.0], same], same], "[[[1],[1]],[1]]"),
    ("keys that are no text", {7: 0, None: 0, True: 0}, '{"7":0,"null":0,"true":0}'),
    ("keys that are floats", {1.0: 0, 1e21: 0, math.nan: 0, -math.inf: 0}, '{"1":0,"1e+21":0,"NaN":0,"-Infinity":0}'),
    ("a string that looks like a number", ["1.0", "NaN", "1e+5"], '["1.0","NaN","1e+5"]'),
    ("numbers between other things", [{"a": 1.0, "b": [math.nan, "é", None]}], '[{"a":1,"b":[null,"é",null]}]'),
]

REFUSED: list[tuple[str, Any, type[Exception], str]] = [
    ("a set", [{1}], TypeError, "type set"),
    ("bytes", {"a": b""}, TypeError, "type bytes"),
    ("a key that is a tuple", {(1, 2): 0}, TypeError, "not tuple"),
    ("an integer of 5,000 digits", {"a": 10**5000}, ValueError, "fewer digits"),
]

PARSED = [
    # text                          value
    ("9007199254740991", 2**53 - 1),
    ("-9007199254740991", 1 - 2**53),
    ("9007199254740993", float(2**53)),
    ("12345678901234567890", 12345678901234567000.0),
    ("9" * 5000, math.inf),
    ("-" + "9" * 5000, -math.inf),
    ("1e400", math.inf),
    ('{"a":1,"b":2,"a":3}', {"a": 3, "b": 2}),
    ('"\\ud800"', "\ud800"),
    ('"\\ud83d\\ude00"', "😀"),
    (" \t\r\n[ ] ", []),
    ('{ "a" : [ 1 , { } , "x" ] , "b" : null }', {"a": [1, {}, "x"], "b": None}),
]

# Since 3.13 Python names the place of a trailing comma, and before that of what follows it.
COMMA_IS_TO_BLAME = sys.version_info >= (3, 13)

NO_JSON = [
    # text               place of the mistake
    ("NaN", 0),
    ("[-Infinity]", 1),
    ('{"a":Infinity}', 5),
    ("NaN1", 0),
    ("\ufeff1", 0),
    ("[1,]", 3 - COMMA_IS_TO_BLAME),
    ("[1 2]", 3),
    ("{a:1}", 1),
    ('{"a" 1}', 5),
    ('{"a":1,}', 7 - COMMA_IS_TO_BLAME),
    ('{"a":1]', 6),
    ("[1}", 2),
    ("1 2", 2),
    ("01", 1),
    ("+1", 0),
    ("\x0b1", 0),
    ("'a'", 0),
    ("[NaN", 1),
]


def in_depth(text: str) -> str:
    """
    Return the text in more arrays than Python parses by recursion.
    """
    return "[" * 5000 + text + "]" * 5000


class TestStringify:
    @pytest.mark.parametrize(("number", "expected"), NUMBER_CASES, ids=[text for _, text in NUMBER_CASES])
    def test_numbers_are_written_as_javascript_writes_them(self, number: float, expected: str) -> None:
        """
        The digits, the point and the exponent stand where JavaScript puts them.
        """
        assert stringify_json([number]) == f"[{expected}]"

    @pytest.mark.parametrize(("value", "expected"), [case[1:] for case in TEXT_CASES], ids=[c[0] for c in TEXT_CASES])
    def test_values_are_written_as_javascript_writes_them(self, value: object, expected: str) -> None:
        """
        What stands around the numbers is JavaScript's too.
        """
        assert stringify_json(value) == expected

    @pytest.mark.parametrize(
        ("value", "error", "message"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED]
    )
    def test_what_cannot_be_written_is_named(self, value: object, error: type[Exception], message: str) -> None:
        """
        The error names the argument and what is wrong in it.
        """
        with pytest.raises(error, match=f"^json .*{message}"):
            stringify_json(value)

    def test_what_contains_itself_cannot_be_written(self) -> None:
        """
        A cycle ends in an error.
        """
        cycle: dict[str, object] = {}
        cycle["a"] = [cycle]

        with pytest.raises(ValueError, match=r"^json .*contains itself"):
            stringify_json(cycle)

    @given(st.floats())
    def test_a_number_is_read_back(self, number: float) -> None:
        """
        What is written is the number itself, or null.
        """
        expected = number if math.isfinite(number) else None

        assert parse_json(stringify_json(number)) == expected

    @given(st.text(st.characters(), max_size=8))
    def test_any_text_can_be_encoded_and_is_read_back(self, text: str) -> None:
        """
        Halves of surrogate pairs survive; two halves that follow one another are one character.
        """
        expected = text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")

        assert parse_json(stringify_json(text).encode().decode()) == expected


class TestParse:
    @pytest.mark.parametrize(("text", "expected"), PARSED, ids=[text[:24] for text, _ in PARSED])
    def test_json_is_read_as_javascript_reads_it(self, text: str, expected: object) -> None:
        """
        Integers are int while they are safe, and floats beyond.
        """
        parsed = parse_json(text)

        assert parsed == expected
        assert type(parsed) is type(expected)

    @pytest.mark.parametrize("text", ["", *(text for text, _ in NO_JSON)], ids=ascii)
    def test_what_is_no_json_is_refused(self, text: str) -> None:
        """
        The error is the one of Python's json module.
        """
        with pytest.raises(JSONDecodeError):
            parse_json(text)

    @pytest.mark.parametrize(("text", "place"), NO_JSON, ids=[ascii(text) for text, _ in NO_JSON])
    def test_what_is_no_json_is_refused_in_depth_too(self, text: str, place: int) -> None:
        """
        The error says where the mistake is.
        """
        with pytest.raises(JSONDecodeError) as caught:
            parse_json(in_depth(text))

        assert caught.value.pos == 5000 + place

    @given(
        st.recursive(
            st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=3),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=3),
        )
    )
    def test_depth_changes_nothing(self, value: object) -> None:
        """
        What is read without recursion is what is read with it.
        """
        text = in_depth(json.dumps(value, indent=1))
        parsed = parse_json(text)
        for _ in range(5000):
            (parsed,) = parsed

        assert parsed == value


@pytest.mark.parametrize(
    "text",
    ["[" * DEEP + "]" * DEEP, '{"a":' * DEEP + "1" + "}" * DEEP, "[{" + '"a":[{' * DEEP + "}]" * DEEP + "}]"],
    ids=["arrays", "objects", "both"],
)
def test_a_hundred_thousand_levels_are_read_and_written(text: str) -> None:
    """
    No depth ends the process or raises.
    """
    assert stringify_json(parse_json(text)) == text


@pytest.mark.parametrize("text", ["[" * DEEP, '{"a":' * DEEP, "[1," * DEEP], ids=["arrays", "objects", "values"])
def test_a_hundred_thousand_levels_that_do_not_end_are_no_json(text: str) -> None:
    """
    The end is missing, and that is what is said.
    """
    with pytest.raises(JSONDecodeError) as caught:
        parse_json(text)

    assert caught.value.pos == len(text)


def test_the_limit_of_digits_is_pythons() -> None:
    """
    Integers as long as Python writes them keep all their digits.
    """
    longest = 10 ** (sys.get_int_max_str_digits() - 1)

    assert stringify_json(longest) == str(longest)
