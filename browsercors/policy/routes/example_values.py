"""
Which values stand in for what only the application knows: parameters of paths, and what a schema asks for.

All are fixed, so that two runs ask for the same.
"""

from __future__ import annotations

import importlib
import re
import warnings
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["EXAMPLE_VALUES", "example_of_expression", "example_of_schema", "resolved"]

EXAMPLE_UUID: Final = "00000000-0000-4000-8000-000000000007"
EXAMPLE_DATE: Final = "2026-01-31"

EXAMPLE_VALUES: Final[Mapping[str, str]] = {
    "str": "7",
    "string": "7",
    "int": "7",
    "float": "1.5",
    "decimal": "1.5",
    "uuid": EXAMPLE_UUID,
    "slug": "example",
    "path": "a/b",
    "date": EXAMPLE_DATE,
    "datetime": f"{EXAMPLE_DATE}T12:00:00Z",
    "time": "12:00:00",
    "timedelta": "7",
}
"""By the name of a converter. NB: most parameters without a type are ids, and most ids are numbers."""

# https://json-schema.org/draft/2020-12/json-schema-validation#section-7.3 and what OpenAPI adds
EXAMPLES_BY_FORMAT: Final[Mapping[str, str]] = {
    "uuid": EXAMPLE_UUID,
    "date": EXAMPLE_DATE,
    "date-time": f"{EXAMPLE_DATE}T12:00:00Z",
    "time": "12:00:00Z",
    "duration": "PT1H",
    "email": "someone@example.com",
    "hostname": "host.example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "uri": "https://example.com/",
    "url": "https://example.com/",
    "byte": "ZXhhbXBsZQ==",
    "password": "example",
}

DEEPEST: Final = 12
"""How many schemas deep an example goes: recursive ones end somewhere."""
LONGEST: Final = 64
"""How many characters an example of a regular expression has at most."""

LONGEST_TEXT: Final = 4096
"""Up to what length a schema gets the text that it asks for."""

# NB: an id is a number more often than a name; what is neither letter nor digit comes last.
PREFERRED: Final = "7aA-_. "


def example_of_expression(expression: str) -> str | None:
    """
    Return a short text that *expression* matches as a whole; None for one that looks around, refers back, or is none.
    """
    # NB: Python's own parser of expressions has no public name.
    parser: Any = importlib.import_module("re._parser")
    try:
        with warnings.catch_warnings():
            # NB: what an expression may mean in a later Python is for its author to hear.
            warnings.simplefilter("ignore")
            text = _generated(parser.parse(expression))
            if len(text) > LONGEST or re.fullmatch(expression, text) is None:
                return None
    except (re.error, KeyError, ValueError, OverflowError, RecursionError):
        return None
    return text


def _generated(parsed: Any) -> str:
    """
    Return what the parts of a parsed expression match: once what repeats, the first of what is alternative.

    Raises:
        ValueError: It has a part that depends on what stands around it.
    """
    text = ""
    for operation, argument in parsed:
        match str(operation):
            case "LITERAL":
                text += chr(argument)
            case "AT":
                pass
            case "ANY" | "NOT_LITERAL" | "IN" as kind:
                text += _one_of(kind, argument)
            case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
                least, most, repeated = argument
                # NB: one where none would do, since an empty value is a special case of its own.
                times = max(least, min(1, most))
                if times > LONGEST:
                    raise ValueError(f"an example would have {times} characters or more")
                text += _generated(repeated) * times
            case "SUBPATTERN":
                text += _generated(argument[3])
            case "BRANCH":
                text += _generated(argument[1][0])
            case other:
                raise ValueError(f"{other} depends on what stands around it")
    return text


def _one_of(kind: str, argument: Any) -> str:
    """
    Return a character of a class.

    Raises:
        ValueError: It has none that an example can have.
    """
    listed = "".join(chr(item) for operation, item in argument if str(operation) == "LITERAL") if kind == "IN" else ""
    lowest = "".join(chr(item[0]) for operation, item in argument if str(operation) == "RANGE") if kind == "IN" else ""
    for character in PREFERRED + listed + lowest:
        if _is_in(character, kind, argument):
            return character
    raise ValueError("none of the preferred characters is in the class")


CATEGORIES: Final[Mapping[str, str]] = {
    "CATEGORY_DIGIT": r"\d",
    "CATEGORY_NOT_DIGIT": r"\D",
    "CATEGORY_WORD": r"\w",
    "CATEGORY_NOT_WORD": r"\W",
    "CATEGORY_SPACE": r"\s",
    "CATEGORY_NOT_SPACE": r"\S",
}


def _is_in(character: str, kind: str, argument: Any) -> bool:
    if kind == "ANY":
        return True
    if kind == "NOT_LITERAL":
        return bool(ord(character) != argument)
    is_negated = str(argument[0][0]) == "NEGATE"
    for operation, item in argument:
        match str(operation):
            case "LITERAL" if ord(character) == item:
                return not is_negated
            case "RANGE" if item[0] <= ord(character) <= item[1]:
                return not is_negated
            case "CATEGORY" if re.match(CATEGORIES[str(item)], character):
                return not is_negated
    return is_negated


def example_of_schema(schema: Any, document: Mapping[str, Any] | None = None) -> Any:
    """
    Return a value that a JSON schema asks for: its own example or default where it has one, else the least that fits.

    Args:
        schema: As OpenAPI and JSON Schema have it.
        document: What `$ref` refers to.

    Raises:
        ValueError: A reference leads nowhere, or out of the document.
    """
    return _value(schema, document or {}, 0)


def resolved(schema: Any, document: Mapping[str, Any]) -> Any:
    """
    Follow `$ref` within *document*.

    Raises:
        ValueError: It leads nowhere, in a circle, or out of the document.
    """
    seen: set[str] = set()
    while isinstance(schema, dict) and isinstance(schema.get("$ref"), str):
        reference = schema["$ref"]
        if reference in seen or not reference.startswith("#/"):
            raise ValueError(f"the reference {reference!r} leads in a circle or out of the document")
        seen.add(reference)
        schema = document
        for step in reference[2:].split("/"):
            name = step.replace("~1", "/").replace("~0", "~")
            if not isinstance(schema, dict) or name not in schema:
                raise ValueError(f"the reference {reference!r} leads nowhere")
            schema = schema[name]
    return schema


def _value(schema: Any, document: Mapping[str, Any], depth: int) -> Any:
    schema = resolved(schema, document)
    if not isinstance(schema, dict) or depth > DEEPEST:
        return None
    for name in ("const", "example", "default"):
        if name in schema:
            return schema[name]
    for name in ("examples", "enum"):
        if isinstance(schema.get(name), list) and schema[name]:
            return schema[name][0]
    for name in ("oneOf", "anyOf"):
        if isinstance(schema.get(name), list) and schema[name]:
            options = [resolved(option, document) for option in schema[name]]
            fitting = [option for option in options if not (isinstance(option, dict) and option.get("type") == "null")]
            return _value((fitting or options)[0], document, depth + 1)
    if isinstance(schema.get("allOf"), list) and schema["allOf"]:
        return _of_all(schema, document, depth)
    return _of_type(_type_of(schema), schema, document, depth)


def _type_of(schema: dict[str, Any]) -> str:
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = next((one for one in kind if one != "null"), "null")
    if isinstance(kind, str):
        return kind
    return "object" if "properties" in schema else "array" if "items" in schema else "string"


def _of_all(schema: dict[str, Any], document: Mapping[str, Any], depth: int) -> Any:
    values = [_value(part, document, depth + 1) for part in schema["allOf"]]
    if "properties" in schema:
        values.append(_of_type("object", schema, document, depth))
    if all(isinstance(value, dict) for value in values):
        return {name: value for part in values for name, value in part.items()}
    return values[0]


def _of_type(kind: str, schema: dict[str, Any], document: Mapping[str, Any], depth: int) -> Any:
    match kind:
        case "integer" | "number":
            return _number(kind, schema)
        case "boolean":
            return True
        case "null":
            return None
        case "array":
            least = schema.get("minItems", 1)
            times = min(max(least, 1), 8) if isinstance(least, int) else 1
            return [_value(schema.get("items", {}), document, depth + 1)] * times
        case "object":
            properties = schema.get("properties")
            required = schema.get("required")
            if not isinstance(properties, dict):
                return {}
            names = required if isinstance(required, list) and required else list(properties)
            return {name: _value(properties[name], document, depth + 1) for name in names if name in properties}
    return _text(schema)


def _number(kind: str, schema: dict[str, Any]) -> int | float:
    number: int | float = 7 if kind == "integer" else 1.5
    step = schema.get("multipleOf")
    if isinstance(step, (int, float)) and step > 0:
        number = step
    for name, further in (("minimum", 0), ("exclusiveMinimum", 1)):
        least = schema.get(name)
        if isinstance(least, (int, float)) and not isinstance(least, bool) and number < least + further:
            number = least + further
    for name, further in (("maximum", 0), ("exclusiveMaximum", 1)):
        most = schema.get(name)
        if isinstance(most, (int, float)) and not isinstance(most, bool) and number > most - further:
            number = schema["minimum"] if isinstance(schema.get("minimum"), (int, float)) else most - further
    return number


def _text(schema: dict[str, Any]) -> str:
    pattern = schema.get("pattern")
    if isinstance(pattern, str):
        # NB: JSON Schema's expressions match anywhere unless they are anchored.
        generated = example_of_expression(pattern)
        if generated is not None:
            return generated
    text = EXAMPLES_BY_FORMAT.get(str(schema.get("format")), "example")
    least, most = schema.get("minLength"), schema.get("maxLength")
    if isinstance(least, int) and len(text) < least <= LONGEST_TEXT:
        text = (text * least)[:least]
    return text[:most] if isinstance(most, int) and 0 <= most < len(text) else text
