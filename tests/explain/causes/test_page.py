"""
The page about causes has every row.
"""

from __future__ import annotations

from tests.explain.causes.page import PAGE, with_tables


def test_the_tables_are_those_of_the_rows() -> None:
    text = PAGE.read_text("utf-8")

    assert with_tables(text) == text, "python -m tests.explain.causes writes them"
