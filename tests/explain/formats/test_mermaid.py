"""
The sequence diagram in Mermaid: what is drawn, and that foreign text is never syntax.
"""

from __future__ import annotations

import re

import attrs
import pytest
from hypothesis import given, settings, strategies as st

from browsercors.explain.formats.mermaid import LONGEST_TEXT, report_as_mermaid
from browsercors.explain.formats.sequence_diagram import diagram_of
from browsercors.explain.report import Entry, Report
from tests.explain.reports import (
    API,
    ATTACKS,
    OPAQUE,
    REMEMBERED,
    REPORTS,
    hostile,
)

KINDS = pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)

# All that may stand in a line: characters without a meaning, and entity codes.
TEXT = r"(?:[A-Za-z0-9 ./_,-]|#\d+;)+"
LINE = re.compile(
    rf"    participant P\d+ as {TEXT}(?:<br/>{TEXT})?"
    rf"|    P\d+(?:->>|-->>|--x)P\d+: {TEXT}"
    rf"|    Note over P0: {TEXT}"
)


def decoded(mermaid: str) -> str:
    """
    Return what Mermaid shows for entity codes.
    """
    return re.sub(r"#(\d+);", lambda found: chr(int(found[1])), mermaid)


def test_it_is_a_sequence_diagram() -> None:
    assert (
        "sequenceDiagram\n"
        "    participant P0 as Page<br/>https#58;//app.example.com\n"
        "    participant P1 as Preflight cache<br/>Chromium\n"
        "    participant P2 as Server<br/>https#58;//api.example.com\n"
        "    P0->>P1: DELETE /items/7#63;\n"
        "    P1-->>P0: remembered#58; allowed\n"
        "    P0->>P2: DELETE /items/7\n"
        "    P2--xP0: 500 Internal Server Error\n"
        "    Note over P0: #10005; Blocked#58; allow-origin-missing\n"
    ) == report_as_mermaid(REMEMBERED)


@KINDS
def test_it_has_the_lines_of_the_diagram_and_no_others(report: Report) -> None:
    diagram = diagram_of(report)
    first, *lines = report_as_mermaid(report).splitlines()

    assert "sequenceDiagram" == first
    assert len(diagram.lifelines) + len(diagram.messages) + 1 == len(lines)


@pytest.mark.parametrize("attack", ATTACKS)
def test_foreign_text_is_shown_and_never_syntax(attack: str) -> None:
    text = report_as_mermaid(hostile(attack))

    assert [] == [line for line in text.splitlines()[1:] if not LINE.fullmatch(line)]
    assert [] == re.findall(r"\bend\b", text, re.IGNORECASE)
    assert attack[:20].isprintable() <= (attack[:20] in decoded(text))


@given(st.text(st.characters(exclude_categories=()), max_size=30))
@settings(max_examples=100, deadline=None)
def test_no_text_at_all_is_syntax(attack: str) -> None:
    assert [] == [line for line in report_as_mermaid(hostile(attack)).splitlines()[1:] if not LINE.fullmatch(line)]


@pytest.mark.parametrize("text", ["end", "END", "(end)", "a end b", "end;"])
def test_the_word_that_ends_a_block_is_written_otherwise(text: str) -> None:
    mermaid = report_as_mermaid(attrs.evolve(OPAQUE, timeline=(Entry("actual", text, API, 200),)))

    assert [] == re.findall(r"\bend\b", mermaid, re.IGNORECASE)
    assert f"P0->>P1: {text} /" in decoded(mermaid)


def test_long_text_is_cut() -> None:
    report = attrs.evolve(OPAQUE, timeline=(Entry("actual", "GET", f"{API}/{'x' * 1000}", 200),))
    line = report_as_mermaid(report).splitlines()[3]

    assert f"    P0->>P1: {('GET /' + 'x' * 1000)[: LONGEST_TEXT - 1]}…" == decoded(line)
