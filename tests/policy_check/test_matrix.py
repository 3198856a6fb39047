"""
The matrix of a check, and the forms of its report: nothing in a path or a header is taken for markup.
"""

from __future__ import annotations

import functools
import re
import xml.etree.ElementTree as ElementTree
from typing import Any

import pytest

from browsercors import CheckReport, policy_report
from browsercors.policy.plan import Cell, Stage
from browsercors.policy_check.formats.text import matrix_as_text
from browsercors.policy_check.matrix import OTHER_SPELLINGS, Mark, matrix_of
from tests.policy_check.faults import FAULTS, POLICY

EVIL_PATH = "/<script>alert(1)</script>|`x`"


def cell(origin: str, path: str, stage: Stage = Stage.STRANGERS) -> Cell:
    """
    Return a cell of a GET.
    """
    return Cell(stage, origin, path, "GET", (), False, "alone", "chromium")


MARKS = [
    # tried                      not tried                    violated                   the mark
    pytest.param([cell("null", "/")], [], [], Mark.TRIED, id="tried"),
    pytest.param([cell("null", "/")], [cell("null", "/")], [], Mark.PARTLY_TRIED, id="partly tried"),
    pytest.param([], [cell("null", "/")], [], Mark.NOT_TRIED, id="not tried"),
    pytest.param([cell("null", "/")], [cell("null", "/")], [cell("null", "/")], Mark.VIOLATED, id="violated"),
    pytest.param([cell("null", "/me")], [], [], Mark.NOT_PLANNED, id="not planned"),
]


@pytest.mark.parametrize(("tried", "not_tried", "violated", "mark"), MARKS)
def test_a_place_has_one_mark(tried: list[Cell], not_tried: list[Cell], violated: list[Cell], mark: Mark) -> None:
    assert mark is matrix_of(tried, not_tried, violated).mark("null", "/")


def test_other_spellings_have_one_column_unless_one_is_violated() -> None:
    tried = [
        cell("stranger", "/me"),
        *(cell("stranger", f"/me{end}", Stage.VARIATIONS) for end in ("/", ".json", "?a")),
    ]

    assert ("/me", OTHER_SPELLINGS) == matrix_of(tried, [], []).paths
    assert ("/me", "/me.json", OTHER_SPELLINGS) == matrix_of(tried, [], [cell("stranger", "/me.json")]).paths


def test_a_matrix_as_text_has_numbers_where_paths_are_long() -> None:
    tried = [cell("null", "/"), cell("allowed", "/me")]
    text = matrix_as_text(matrix_of(tried, [], []))
    assert [["/", "/me"], ["null", "+", "."], ["allowed", ".", "+"]] == [line.split() for line in text.splitlines()[:3]]
    wide = matrix_as_text(matrix_of([cell("null", f"/{letter * 60}") for letter in "ab"], [], []))
    assert f"2: /{'b' * 60}" in wide.splitlines()


@functools.cache
def report() -> CheckReport:
    """
    Check a server that lets every page in, at a path that is written to do harm.
    """
    options: dict[str, Any] = {"unknown_path": False, "browsers": ["chromium"], "max_examples": 0}
    return policy_report(FAULTS["every origin"].create_app, POLICY, paths=[EVIL_PATH], **options)


def test_printing_a_report_says_what_a_person_wants_to_read() -> None:
    lines = str(report()).splitlines()

    assert "The policy is broken in one way:" == lines[0]
    assert lines[1].startswith("1. Any page on the web can read the response to GET ")
    assert "   It follows: read, any; sent, any" in lines
    assert "X violated, + tried, ~ partly tried, ? not tried, . not planned" in lines


def test_a_report_as_markdown_has_the_matrix_as_a_table() -> None:
    text = report().markdown()

    assert text.startswith("## The policy is broken in one way\\:\n\n### 1\\. Any page on the web")
    assert "| Origin | /\\<script\\>" in text
    assert "X violated |" in text
    assert "<script>" not in text.partition("<details>")[0]


def test_a_report_as_html_loads_nothing_and_runs_nothing() -> None:
    page = report().html()

    assert "<script" not in page
    assert "Any page on the web can read the response to GET" in page
    assert ">X violated</td>" in page
    # NB: on a telephone the matrix scrolls by itself, and the page does not.
    assert re.search(r'<div[^>]*class="figure"[^>]*tabindex="0"[^>]*><table>', page)


def test_the_picture_is_a_document_of_its_own() -> None:
    picture = report().svg()
    root = ElementTree.fromstring(picture)  # noqa: S314 - our own

    assert "{http://www.w3.org/2000/svg}svg" == root.tag
    assert "script" not in {element.tag.rpartition("}")[2] for element in root.iter()}
    assert f"stranger, {EVIL_PATH}: violated" in {
        element.text for element in root.iter() if element.tag.endswith("title")
    }
