"""
JSON as JavaScript reads and writes it.

https://tc39.es/ecma262/#sec-json-object
"""

from __future__ import annotations

import re
from json import JSONDecodeError, JSONDecoder, JSONEncoder
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["is_json", "parse_json", "stringify_json"]

MAX_SAFE_INTEGER: Final = 2**53 - 1
"""https://tc39.es/ecma262/#sec-number.max_safe_integer"""
SAFE_DIGITS: Final = 15
"""How many digits an integer may have that is safe whatever they are."""

WHITESPACE: Final = re.compile(r"[\t\n\r ]*")
NO_JSON: Final = ("NaN", "Infinity", "-Infinity")
"""What Python takes for JSON beside what is."""
NUMBER_OF_PYTHON: Final = re.compile(r"\.0(?![0-9])|[0-9]e[+-]|NaN|Infinity")
"""A number that Python writes otherwise than JavaScript, or part of a string that looks like one."""
SURROGATES: Final = re.compile("[\ud800-\udbff][\udc00-\udfff]|[\ud800-\udfff]")


def parse_json(text: str) -> Any:
    """
    Return what `JSON.parse` makes of *text*, however deeply it is nested.

    An integer is an int as long as JavaScript's numbers tell it from its neighbours (up to 2**53 - 1), and beyond that
    the float that JavaScript makes of it, `inf` at last. Of members with the same name the last one counts. Half a
    surrogate pair stays as it is.

    Raises:
        JSONDecodeError: It is no JSON, which `NaN` and `Infinity` are not either; a ValueError.

    https://tc39.es/ecma262/#sec-json.parse
    """
    try:
        return DECODER.decode(text)
    except (RecursionError, _NoJSONError):
        # NB: the slow way knows no depth, and the place of what is no JSON.
        return _parse_step_by_step(text)


def is_json(text: str) -> bool:
    """
    Whether `parse_json` reads *text*.
    """
    try:
        parse_json(text)
    except JSONDecodeError:
        return False
    return True


def stringify_json(json: object) -> str:
    """
    Return what `JSON.stringify` makes of *json*, however deeply it is nested; it can always be encoded as UTF-8.

    Floats are written as JavaScript writes numbers (`1` for 1.0, `null` for a NaN and for infinities), half a surrogate
    pair as an escape. Integers are written with all their digits, as a page does it with `JSON.rawJSON`, though
    `JSON.parse` reads no more than the nearest double. Members stay in their order.

    Raises:
        TypeError: Something in it has no form in JSON.
        ValueError: It contains itself, or an integer of more digits than Python writes (4,300 by default).

    https://tc39.es/ecma262/#sec-json.stringify
    """
    try:
        text = ENCODER.encode(json)
    except (RecursionError, TypeError, ValueError):
        text = None
    if text is None or (_may_hold_a_number_of_python(text) and NUMBER_OF_PYTHON.search(text)):
        # NB: the slow way knows no depth, and says in its own words what cannot be written.
        text = "".join(_stringify_step_by_step(json))
    return text if text.isascii() else SURROGATES.sub(_well_formed, text)


def _may_hold_a_number_of_python(text: str) -> bool:
    # NB: most JSON has none of these, which takes a tenth of what the expression takes to find out.
    return ".0" in text or "e-" in text or "e+" in text or "NaN" in text or "Infinity" in text


class _NoJSONError(Exception):
    """
    The text has one of Python's additions to JSON.
    """


def _refuse(constant: str) -> None:
    raise _NoJSONError(constant)


def _number_of(digits: str) -> int | float:
    """
    Return the number that JavaScript makes of an integer.
    """
    if len(digits) <= SAFE_DIGITS:
        return int(digits)
    number = float(digits)
    return int(number) if abs(number) <= MAX_SAFE_INTEGER else number


DECODER: Final = JSONDecoder(parse_int=_number_of, parse_constant=_refuse)
ENCODER: Final = JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def _parse_step_by_step(text: str) -> Any:
    """
    Parse without recursion.
    """
    open_values: list[dict[str, Any] | list[Any]] = []
    names: list[str] = []
    place = _after_blanks(text, 0)
    while True:
        value, place, is_open = _value_at(text, place)
        if is_open:
            open_values.append(value)
            if isinstance(value, dict):
                name, place = _name_at(text, place)
                names.append(name)
            continue
        while open_values:
            place = _after_blanks(text, place)
            parent = open_values[-1]
            is_object = isinstance(parent, dict)
            if isinstance(parent, dict):
                parent[names.pop()] = value
            else:
                parent.append(value)
            if text.startswith(",", place):
                place = _after_blanks(text, place + 1)
                if is_object:
                    name, place = _name_at(text, place)
                    names.append(name)
                break
            if not text.startswith("}" if is_object else "]", place):
                raise JSONDecodeError("Expecting ',' delimiter", text, place)
            place += 1
            value = open_values.pop()
        else:
            place = _after_blanks(text, place)
            if place != len(text):
                raise JSONDecodeError("Extra data", text, place)
            return value


def _value_at(text: str, place: int) -> tuple[Any, int, bool]:
    """
    Return the value there, where it ends, and whether it is an array or object with more to come.
    """
    for begin, end in ("[]", "{}"):
        if text.startswith(begin, place):
            value: Any = [] if begin == "[" else {}
            place = _after_blanks(text, place + 1)
            is_empty = text.startswith(end, place)
            return value, place + is_empty, not is_empty
    if text.startswith(NO_JSON, place):
        raise JSONDecodeError("Expecting value", text, place)
    value, place = DECODER.raw_decode(text, place)
    return value, place, False


def _name_at(text: str, place: int) -> tuple[str, int]:
    """
    Return the name there of a member of an object, and where its value begins.
    """
    if not text.startswith('"', place):
        raise JSONDecodeError("Expecting property name enclosed in double quotes", text, place)
    name, place = DECODER.raw_decode(text, place)
    place = _after_blanks(text, place)
    if not text.startswith(":", place):
        raise JSONDecodeError("Expecting ':' delimiter", text, place)
    return name, _after_blanks(text, place + 1)


def _after_blanks(text: str, place: int) -> int:
    match = WHITESPACE.match(text, place)
    assert match is not None, "the pattern also matches nothing"
    return match.end()


def _stringify_step_by_step(json: object) -> Iterator[str]:
    """
    Yield the pieces of the text, without recursion.
    """
    # What is being written, the innermost last: its id, what is still to come of it, and what closes it.
    open_values: list[tuple[int, Iterator[tuple[str, object]], str]] = [(0, iter([("", json)]), "")]
    open_ids: set[int] = set()
    comma = ""
    while open_values:
        identity, members, end = open_values[-1]
        member = next(members, None)
        if member is None:
            yield end
            open_values.pop()
            open_ids.discard(identity)
            comma = ","
            continue
        name, value = member
        yield f"{comma}{name}"
        comma = ","
        if isinstance(value, (dict, list, tuple)):
            if id(value) in open_ids:
                raise ValueError("json has to be without cycles, but a dict or list in it contains itself")
            open_ids.add(id(value))
            begin, end = "{}" if isinstance(value, dict) else "[]"
            yield begin
            open_values.append((id(value), _members_of(value), end))
            comma = ""
        else:
            yield _scalar(value)


def _members_of(value: dict[Any, object] | list[object] | tuple[object, ...]) -> Iterator[tuple[str, object]]:
    """
    Yield the names, with quotes and colon, and the values; names are empty in an array.
    """
    if isinstance(value, dict):
        for name, member in value.items():
            yield f"{ENCODER.encode(_name_of(name))}:", member
    else:
        for member in value:
            yield "", member


def _name_of(name: object) -> str:
    """
    Return a key of a dict as the name of a JavaScript property.
    """
    if isinstance(name, str):
        return name
    if isinstance(name, float) and not _is_finite(name):
        return {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}[float.__repr__(name)]
    if name is None or isinstance(name, (int, float)):
        return _scalar(name)
    raise TypeError(f"json has to have str as the keys of its dicts, not {type(name).__name__}")


def _scalar(value: object) -> str:
    """
    Return what has no members as JSON.
    """
    if value is None or isinstance(value, (bool, str)):
        return ENCODER.encode(value)
    if isinstance(value, int):
        try:
            return int.__repr__(value)
        except ValueError:
            raise ValueError("json has to have integers of fewer digits than one in it has") from None
    if isinstance(value, float):
        return _decimal(value) if _is_finite(value) else "null"
    raise TypeError(
        "json has to be made of dict, list, tuple, str, int, float, bool and None, "
        f"but there is a value of type {type(value).__name__} in it"
    )


def _is_finite(number: float) -> bool:
    return number - number == 0


def _decimal(number: float) -> str:
    """
    Return a finite number as JavaScript writes it.

    https://tc39.es/ecma262/#sec-numeric-types-number-tostring
    """
    if number == 0:
        return "0"
    sign = "-" if number < 0 else ""
    # NB: both languages choose the fewest digits that tell the number from its neighbours. The digits are `digits`, the
    # decimal point stands behind the `point`th.
    mantissa, _, exponent = float.__repr__(abs(number)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    point = int(exponent or 0) + len(digits) - len(fraction)
    digits = digits.rstrip("0")
    if 0 < point <= 21:
        whole, fraction = digits[:point].ljust(point, "0"), digits[point:]
        return f"{sign}{whole}.{fraction}" if fraction else f"{sign}{whole}"
    if -6 < point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    fraction = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{sign}{digits[0]}{fraction}e{point - 1:+d}"


def _well_formed(match: re.Match[str]) -> str:
    """
    Return a surrogate pair as the character that it is, and half a pair as an escape.

    https://tc39.es/ecma262/#sec-quotejsonstring
    """
    surrogates = match[0]
    if len(surrogates) == 2:
        return surrogates.encode("utf-16-le", "surrogatepass").decode("utf-16-le")
    return f"\\u{ord(surrogates):04x}"
