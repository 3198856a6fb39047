"""
The page about loads and the code say the same.
"""

from __future__ import annotations

from browsercors.browser.load_arguments import LOADS
from tests.initiators.table import PAGE, ROWS, with_tables


def test_the_page_is_what_the_code_does() -> None:
    text = PAGE.read_text("utf-8")

    assert with_tables(text) == text, "run python -m tests.initiators.table"


def test_every_load_has_a_row() -> None:
    assert [*LOADS, "import_scripts"] == [*dict.fromkeys(initiator for initiator, _ in ROWS)]
