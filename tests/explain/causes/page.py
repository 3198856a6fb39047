"""
The page about causes: its tables, made from the rows.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from browsercors.explain.causes.added_headers import ADDED
from browsercors.explain.causes.describe import described
from browsercors.explain.causes.table import SIGNS
from browsercors.explain.causes.unsigned import UNSIGNED
from browsercors.explain.words.causes import known_as, who_answered

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["PAGE", "with_tables"]

PAGE: Final = Path(__file__).parents[3] / "spec_notes" / "causes.md"
BEGIN: Final = "## Signs\n"


def with_tables(text: str) -> str:
    """
    Return the page with its tables made anew.
    """
    return text.partition(BEGIN)[0] + "\n".join([BEGIN, *_signs(), "", *_unsigned(), "", *_added(), ""])


def _signs() -> Iterable[str]:
    yield "| code | who | sign | known |"
    yield "| --- | --- | --- | --- |"
    for sign in SIGNS:
        yield _row(
            f"`{sign.code}`",
            who_answered(sign.who, sign.sure),
            f"`{described(sign).replace('`', '')}`",
            f"{known_as(sign.sure)}: {sign.source}",
        )


def _unsigned() -> Iterable[str]:
    yield "## Products without a sign\n"
    yield "| products | how they refuse | known |"
    yield "| --- | --- | --- |"
    for row in UNSIGNED:
        yield _row(", ".join(row.products), row.meaning, f"{known_as(row.sure)}: {row.source}")


def _added() -> Iterable[str]:
    yield "## Headers that libraries add\n"
    yield "| header | library | known |"
    yield "| --- | --- | --- |"
    for row in ADDED:
        yield _row(f"`{row.begins}...`", row.who, f"{known_as(row.sure)}: {row.source}")


def _row(*cells: str) -> str:
    escaped = [cell.replace("|", "\\|") if "`" in cell else cell.replace("<", "&lt;") for cell in cells]
    return f"| {' | '.join(escaped)} |"
