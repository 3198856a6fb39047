"""
Write into the pages of reasons what browsers call each, and the list of all: `python -m tests.evidence.reasons`.
"""

from __future__ import annotations

from browsercors.explain.catalogue.find import CODES
from tests.evidence.reasons.pages import DIRECTORY, index, page_text, pages, with_names

if __name__ == "__main__":
    for code in CODES:
        (DIRECTORY / f"{code}.md").write_text(with_names(page_text(code)), "utf-8")
    (DIRECTORY / "index.md").write_text(index(pages()), "utf-8")
