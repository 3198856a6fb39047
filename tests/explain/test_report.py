"""
The report as data: JSON all the way down, and documented field by field.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from browsercors.explain.formats.json import report_as_data
from browsercors.explain.report import REPORT_VERSION
from browsercors.servers.scripted import Answer
from tests.explain.pages import ALLOW, fetched
from tests.explain.schema import PAGE, form, page

REPORTS: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("blocked", {"/": Answer(405)}, {"method": "PUT", "headers": {"X-A": "1"}}),
    ("readable", {"/": Answer(headers={**ALLOW, "X-A": "1"})}, {}),
    ("opaque", {"/": Answer()}, {"mode": "no-cors"}),
    ("not sent", {}, {"mode": "same-origin"}),
    ("bytes beyond ASCII", {"/": Answer(headers={"Access-Control-Allow-Origin": b"\xff\x00"})}, {}),
]


@pytest.mark.parametrize(("_story", "answers", "options"), REPORTS, ids=[row[0] for row in REPORTS])
def test_a_report_survives_json_unchanged(_story: str, answers: dict[str, Any], options: dict[str, Any]) -> None:
    data = report_as_data(fetched(answers, **options).report(compare=True))

    assert data == json.loads(json.dumps(data, allow_nan=False))
    assert REPORT_VERSION == data["version"]


def test_equal_fetches_give_equal_reports() -> None:
    assert fetched({"/": Answer()}).report() == fetched({"/": Answer()}).report()


def test_every_field_is_documented() -> None:
    assert page() == PAGE.read_text("utf-8"), "run python -m tests.explain.schema"


@pytest.mark.parametrize(
    ("annotation", "expected"),
    [
        ("str", "text"),
        ("str | None", "text or null"),
        ("tuple[str, ...]", "list of text"),
        ("tuple[tuple[str, str], ...]", "list of [name, value]"),
        ("tuple[Fix, ...]", "list of Fix"),
    ],
)
def test_forms_are_named_in_words_of_json(annotation: str, expected: str) -> None:
    assert expected == form(annotation)
