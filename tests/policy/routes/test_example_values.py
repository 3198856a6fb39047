"""
Values that stand in for what only the application knows.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, strategies as st

from browsercors.policy.routes.example_values import example_of_expression, example_of_schema

EXPRESSIONS = [
    (r"[0-9]+", "7"),
    (r"^\d{4}-\d{2}$", "7777-77"),
    (r"[a-z]{3}", "aaa"),
    (r"[A-Z]{2}\d{3}", "AA777"),
    (r"[^/]+", "7"),
    (r"[^7]", "a"),
    (r"(?P<year>[0-9]{4})/(?P<slug>[\w-]+)/?", "7777/7/"),
    (r"(red|green)", "red"),
    (r"x*?", "x"),
    (r"[!-&]", "!"),
    (r"\S\s\W\D", "7 -a"),
    (r"(?i:abc)", "abc"),
    # What cannot be known from the parts alone.
    (r"(a)\1", None),
    (r"(?=x)x", None),
    (r"a(?<!a)", None),
    (r"\bx", "x"),
    (r"x$y", None),
    (r"[[a]", "a"),
    (r"x{1000}", None),
    (r"(", None),
    (r"(" * 5000 + ")" * 5000, None),
]  # fmt: skip


@pytest.mark.parametrize(("expression", "expected"), EXPRESSIONS, ids=range(len(EXPRESSIONS)))
def test_an_example_of_a_regular_expression(expression: str, expected: str | None) -> None:
    assert expected == example_of_expression(expression)


@given(st.from_regex(r"\A[a\[\]()|*+?{}^$.\\dws0-9-]{0,12}\Z"))
def test_an_example_is_matched_as_a_whole(expression: str) -> None:
    found = example_of_expression(expression)

    assert found is None or re.fullmatch(expression, found)


DOCUMENT: dict[str, Any] = {
    "schemas": {
        "Item": {
            "type": "object",
            "required": ["name", "price"],
            "properties": {
                "name": {"type": "string", "minLength": 10},
                "price": {"type": "number", "exclusiveMinimum": 2},
                "note": {"type": "string"},
            },
        },
        "Node": {"type": "object", "properties": {"next": {"$ref": "#/schemas/Node"}}},
        "Circle": {"$ref": "#/schemas/Circle"},
        "a/b": {"const": 3},
    }
}

SCHEMAS: list[tuple[Any, Any]] = [
    ({"type": "integer"}, 7),
    ({"type": "integer", "minimum": 10}, 10),
    ({"type": "integer", "exclusiveMinimum": 10}, 11),
    ({"type": "integer", "maximum": 3}, 3),
    ({"type": "integer", "exclusiveMaximum": 3}, 2),
    ({"type": "integer", "minimum": 1, "maximum": 5}, 1),
    ({"type": "integer", "multipleOf": 5}, 5),
    ({"type": "number"}, 1.5),
    ({"type": "boolean"}, True),
    ({"type": "null"}, None),
    ({"type": ["null", "integer"]}, 7),
    ({"type": "string"}, "example"),
    ({"type": "string", "format": "uuid"}, "00000000-0000-4000-8000-000000000007"),
    ({"type": "string", "format": "date"}, "2026-01-31"),
    ({"type": "string", "format": "email"}, "someone@example.com"),
    ({"type": "string", "pattern": "^[A-Z]{3}$"}, "AAA"),
    ({"type": "string", "pattern": "(?=x)"}, "example"),
    ({"type": "string", "minLength": 10}, "exampleexa"),
    ({"type": "string", "maxLength": 3}, "exa"),
    ({"enum": ["red", "green"]}, "red"),
    ({"type": "string", "default": "blue"}, "blue"),
    ({"type": "string", "examples": ["a", "b"]}, "a"),
    ({"type": "string", "example": "one"}, "one"),
    ({"const": 4}, 4),
    ({"anyOf": [{"type": "null"}, {"type": "integer"}]}, 7),
    ({"oneOf": [{"type": "null"}]}, None),
    ({"allOf": [{"$ref": "#/schemas/Item"}, {"properties": {"more": {"type": "boolean"}}}]},
     {"name": "exampleexa", "price": 3, "more": True}),
    ({"type": "array", "items": {"type": "integer"}, "minItems": 2}, [7, 7]),
    ({"type": "object"}, {}),
    ({"properties": {"a": {"type": "integer"}}}, {"a": 7}),
    ({"$ref": "#/schemas/Item"}, {"name": "exampleexa", "price": 3}),
    ({"$ref": "#/schemas/a~1b"}, 3),
    (True, None),
    ({"type": "string", "minLength": "no number"}, "example"),
]  # fmt: skip


@pytest.mark.parametrize(("schema", "expected"), SCHEMAS, ids=range(len(SCHEMAS)))
def test_an_example_of_a_schema(schema: Any, expected: Any) -> None:
    assert expected == example_of_schema(schema, DOCUMENT)


def test_a_schema_that_holds_itself_ends_somewhere() -> None:
    value = example_of_schema({"$ref": "#/schemas/Node"}, DOCUMENT)

    depth = 0
    while value is not None:
        value, depth = value["next"], depth + 1
    assert 5 < depth < 30


@pytest.mark.parametrize("reference", ["#/schemas/Circle", "#/schemas/None", "other.json#/Item", "#"])
def test_a_reference_that_leads_nowhere_is_refused(reference: str) -> None:
    with pytest.raises(ValueError, match="the reference '"):
        example_of_schema({"$ref": reference}, DOCUMENT)
