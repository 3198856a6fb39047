"""
Write the tables of `spec_notes/causes.md`: `python -m tests.explain.causes`.
"""

from __future__ import annotations

from tests.explain.causes.page import PAGE, with_tables

if __name__ == "__main__":
    PAGE.write_text(with_tables(PAGE.read_text("utf-8")), "utf-8")
